/*
 * exit_points.c - where the surplus has kinks or jumps in the price of one instrument: bounds of
 * tiers, caps of rates, slices of collateral, and where a unit's longs and shorts change places.
 */
#include "account.h"
#include "check.h"
#include "exit_parts.h"
#include "memory.h"
#include "value_price.h"

#define ONE INT64_C(1000000000000) /* 1 as a rate */

void plm_exit_points_init(plm_exit_points *points)
{
    *points = (plm_exit_points){0};
}

void plm_exit_points_fini(plm_exit_points *points)
{
    plm_free(points->point);
    *points = (plm_exit_points){0};
}

void plm_exit_points_add(plm_exit_points *points, int64_t point)
{
    if (points->count == points->cap) {
        points->cap = points->cap == 0 ? 64 : 2 * points->cap;
        points->point = plm_realloc(points->point, points->cap, sizeof *points->point);
    }
    points->point[points->count++] = point;
}

/* -- one kink ---------------------------------------------------------------------------------- */

typedef struct collector {
    const plm_rules *rules;
    const plm_margin_input *input;
    const plm_margin_output *now;
    const plm_contract *contract;
    uint32_t sym;
    plm_qty net; /* of the instrument's rows */
    plm_exit_points *points;
} collector;

/* The ticks around the price at which qty has a value. */
static void add_value(const collector *self, plm_qty qty, plm_money value)
{
    plm_px const px = plm_value_price(self->contract, qty, value, PLM_ROUND_FLOOR);
    plm_px const tick = self->contract->tick;
    if (px > 0) {
        plm_exit_points_add(self->points, px - tick);
        plm_exit_points_add(self->points, px);
        plm_exit_points_add(self->points, px + tick);
    } else if (value.v != 0) { /* below the first tick, or nowhere */
        plm_exit_points_add(self->points, tick);
    }
}

static bool is_here(const collector *self, uint32_t i)
{
    return self->input->position[i].sym == self->sym && self->input->position[i].qty != 0;
}

/* -- tiers and caps ------------------------------------------------------------------------------
 */

/* Where a quantity's measure reaches x, if the measure moves with the price. */
static void add_measure(const collector *self, plm_qty qty, plm_money x)
{
    plm_measure const measure = self->rules->set->rate.measure;
    bool const moves = measure == PLM_MEASURE_VALUE ||
                       (measure == PLM_MEASURE_COIN && self->contract->form == PLM_FORM_INVERSE);
    if (moves && x.v > 0 && qty != 0) {
        add_value(self, qty, qty < 0 ? (plm_money){-x.v} : x);
    }
}

static void add_measure_of_all(const collector *self, plm_money x)
{
    for (uint32_t i = 0; i < self->input->position_count; i++) {
        if (is_here(self, i)) {
            add_measure(self, self->input->position[i].qty, x);
        }
    }
    add_measure(self, self->net, x);
}

/* The measure at which base + slope * f(x) is 1; 0: never. */
static plm_money cap_of(const plm_rate_rule *rule, const plm_rate_row *row)
{
    plm_i128 const room = (plm_i128)ONE - row->maintenance;
    plm_i128 x = 0;
    if (row->maintenance_k <= 0 || room <= 0) {
        return (plm_money){0};
    }
    switch (rule->kind) {
    case PLM_RATE_AFFINE:
        if (!plm_muldiv(room, plm_pow10(PLM_MONEY_SCALE), row->maintenance_k, PLM_ROUND_FLOOR,
                        &x)) {
            x = 0;
        }
        break;
    case PLM_RATE_POWER: {
        plm_i128 root;
        if (!plm_muldiv(room, ONE, row->maintenance_k, PLM_ROUND_FLOOR, &root) ||
            !plm_muldiv(root, root, ONE / plm_pow10(6), PLM_ROUND_FLOOR, &x)) {
            x = 0;
        }
        break;
    }
    case PLM_RATE_SKEW:
        if (!plm_muldiv(room, row->scale.v, row->maintenance_k, PLM_ROUND_FLOOR, &x)) {
            x = 0;
        }
        break;
    case PLM_RATE_NONE:
    case PLM_RATE_FLAT:
    case PLM_RATE_MARGINAL:
    case PLM_RATE_WHOLE:
        break;
    }
    return (plm_money){x};
}

static void add_rates(const collector *self)
{
    const plm_rate_rule *const rule = &self->rules->set->rate;
    if (rule->row_count == 0) {
        return;
    }
    plm_rule_rows const rows = self->rules->rate[self->sym];
    for (uint32_t i = 0; i < rows.count; i++) {
        const plm_rate_row *const row = &rule->row[rows.first + i];
        add_measure_of_all(self, row->from);
        add_measure_of_all(self, cap_of(rule, row));
    }
}

/* -- collateral -------------------------------------------------------------------------------- */

/* What the pool has of the settle asset without the instrument's profit, and its cost. */
static bool rest_of_asset(const collector *self, uint32_t place, plm_money *out_rest,
                          plm_money *out_cost)
{
    plm_money rest = plm_money_of(self->input->asset[place].balance), cost = {0};
    for (uint32_t i = 0; i < self->input->position_count; i++) {
        const plm_margin_position *const row = &self->input->position[i];
        bool fits = true;
        if (is_here(self, i)) {
            fits = plm_money_add(cost, plm_money_of(row->cost), &cost);
        } else if (row->place == place && row->qty != 0) {
            fits = plm_money_add(rest, plm_money_of(self->now->part[i].unrealised), &rest);
        }
        if (!fits) {
            return false;
        }
    }
    *out_rest = rest;
    *out_cost = cost;
    return true;
}

/* Where the pool has that much of the asset. */
static bool add_amount(const collector *self, plm_money rest, plm_money cost, plm_money amount)
{
    plm_money profit, value;
    if (!plm_money_sub(amount, rest, &profit) ||
        !(self->contract->form == PLM_FORM_INVERSE ? plm_money_sub(cost, profit, &value)
                                                   : plm_money_add(cost, profit, &value))) {
        return false;
    }
    add_value(self, self->net, value);
    return true;
}

static bool add_collateral(const collector *self, uint32_t place)
{
    const plm_margin_asset *const asset = &self->input->asset[place];
    const plm_collateral_rule *const rule = &self->rules->set->collateral;
    plm_money const lost = plm_money_of(asset->lost);
    plm_money rest, cost, edge;
    if (!rest_of_asset(self, place, &rest, &cost) ||
        !add_amount(self, rest, cost, (plm_money){0}) || !add_amount(self, rest, cost, lost)) {
        return false;
    }
    plm_rule_rows const rows = rule->settle_only || self->rules->collateral == NULL
                                   ? (plm_rule_rows){0, 0}
                                   : self->rules->collateral[asset->asset];
    for (uint32_t i = 0; i < rows.count; i++) {
        edge = rule->row[rows.first + i].from;
        if (rule->by_value &&
            !plm_muldiv(edge.v, plm_money_of(asset->price.den).v, plm_money_of(asset->price.num).v,
                        PLM_ROUND_FLOOR, &edge.v)) {
            return false;
        }
        if (!plm_money_add(edge, lost, &edge) || !add_amount(self, rest, cost, edge)) {
            return false;
        }
    }
    return true;
}

/* -- portfolio --------------------------------------------------------------------------------- */

/* Where the longs and shorts of the instrument's unit are worth the same. */
static bool add_balance_of_unit(const collector *self, uint32_t place)
{
    plm_money net = {0}, value;
    const plm_margin_asset *const asset = &self->input->asset[place];
    for (uint32_t i = 0; i < self->input->position_count; i++) {
        const plm_margin_position *const row = &self->input->position[i];
        if (row->qty == 0 || is_here(self, i) ||
            self->rules->unit[row->sym] != self->rules->unit[self->sym]) {
            continue;
        }
        if (!plm_margin_value(self->rules, row, &value) ||
            !plm_margin_to_unit(self->input, row->place, value, PLM_ROUND_FLOOR, &value) ||
            !plm_money_sub(net, value, &net)) {
            return false;
        }
    }
    if (!plm_muldiv(net.v, plm_money_of(asset->price.den).v, plm_money_of(asset->price.num).v,
                    PLM_ROUND_FLOOR, &value.v)) {
        return false;
    }
    add_value(self, self->net, value);
    return true;
}

bool plm_exit_kinks(const plm_rules *rules, const plm_margin_input *input,
                    const plm_margin_output *now, uint32_t sym, plm_exit_points *points)
{
    collector self = {
        .rules = rules,
        .input = input,
        .now = now,
        .contract = &rules->contracts->contract[sym],
        .sym = sym,
        .points = points,
    };
    uint32_t place = 0;
    for (uint32_t i = 0; i < input->position_count; i++) {
        if (is_here(&self, i)) {
            self.net += input->position[i].qty;
            place = input->position[i].place;
        }
    }
    if (input->regime == PLM_MARGIN_PORTFOLIO) {
        if (!add_balance_of_unit(&self, place)) {
            return false;
        }
    } else {
        add_rates(&self);
    }
    return add_collateral(&self, place);
}
