/*
 * band.c - a box of prices is proposed, and proven by the exact numbers at its worst corner.
 *
 * Every term goes one way with every price: profit with the pnl price of its position, what an
 * asset contributes with its amount and, by the sign of the amount, with its price, maintenance
 * with the value of the position and so with its requirement price. So the least equity and the
 * most maintenance anywhere in the box are those at one corner of it, and one evaluation there,
 * with the roundings of the assessment itself, is a proof for all of it: no slope, no tier bound
 * and no collateral slice has to be looked at. What is proposed may be as rough as it likes.
 * Where a rule does not go one way (whole tiers with a falling rate), there is no band.
 */
#include "band.h"

#include "account.h"
#include "check.h"
#include "equity.h"
#include "portfolio.h"
#include "requirement.h"

#define TRIES 6
#define FARTHER 24 /* times what profits may move by with a quarter of the room */

typedef struct shape {
    const plm_rules *rules;
    const plm_margin_input *input;
    const plm_margin_output *now;
    const plm_margin_wish *wish;
    plm_margin_band *box; /* the answer */
    bool tested;          /* the pool is not at rest: the trigger counts */
    bool converts;        /* there are assets whose price moves */
    plm_money room;       /* what equity (weighed by the wish) and maintenance may lose together */
    plm_money weight;     /* what of it all prices together take when they move by 1 */
    plm_rate near, far;   /* relative: of profits and assets; of requirements */
    bool clamped;         /* requirement prices stay inside their tiers */
} shape;

static const plm_contract *contract_of(const shape *self, uint32_t at)
{
    return &self->rules->contracts->contract[self->input->position[at].sym];
}

static bool is_inverse(const shape *self, uint32_t at)
{
    return contract_of(self, at)->form == PLM_FORM_INVERSE;
}

static plm_margin_band *factors_of(const shape *self, uint32_t place)
{
    return &self->box[2 * self->input->position_count + place];
}

/* -- the worst corner ------------------------------------------------------------------------ */

/* Long positions lose downwards and short ones upwards, whatever the form. */
static bool least_of_asset(const shape *self, uint32_t place, plm_money *out)
{
    plm_money amount = plm_money_of(self->input->asset[place].balance);
    for (uint32_t i = 0; i < self->input->position_count; i++) {
        const plm_margin_position *const row = &self->input->position[i];
        plm_money profit;
        if (row->place != place || row->qty == 0) {
            continue;
        }
        int64_t const px2 = row->qty > 0 ? self->box[2 * i].lo : self->box[2 * i].hi;
        if (!plm_equity_profit(contract_of(self, i), row->qty, plm_money_of(row->cost), px2,
                               &profit) ||
            !plm_money_add(amount, profit, &amount)) {
            return false;
        }
    }
    if (plm_money_of(self->input->asset[place].price.num).v == 0) {
        *out = (plm_money){0}; /* nothing of it: the pool is priced */
        return amount.v == 0;
    }
    const plm_margin_band *const factors = factors_of(self, place);
    plm_rate const factor = factors->lo == INT64_MIN ? PLM_RATE_ONE
                            : amount.v < 0           ? factors->hi
                                                     : factors->lo;
    return plm_equity_of_asset(self->rules, self->input, place, amount, factor, out);
}

static bool least_equity(const shape *self, plm_money *out)
{
    plm_money sum = {0};
    for (uint32_t place = 0; place < self->input->asset_count; place++) {
        plm_money worth;
        if (!least_of_asset(self, place, &worth) || !plm_money_add(sum, worth, &sum)) {
            return false;
        }
    }
    *out = sum;
    return true;
}

/* The price inside its band at which a position is worth most. */
static int64_t dearest_px2(const shape *self, uint32_t at)
{
    const plm_margin_band *const bounds = &self->box[2 * at + 1];
    return is_inverse(self, at) ? bounds->lo : bounds->hi;
}

static bool most_of_group(const shape *self, uint32_t at, uint32_t count, plm_money *out)
{
    const plm_margin_position *const row = &self->input->position[at];
    plm_exposure exposure[2];
    plm_money need;
    for (uint32_t i = 0; i < count; i++) {
        if (row[i].qty != 0 &&
            !plm_exposure_of(self->rules, &row[i], row[i].qty, plm_money_of(row[i].cost),
                             dearest_px2(self, at + i), &exposure[i])) {
            return false;
        }
    }
    const plm_margin_band *const factors = factors_of(self, row->place);
    return plm_requirement_rows_maintenance(self->rules, row, exposure, count,
                                            dearest_px2(self, at), &need) &&
           plm_equity_convert(
               need, &self->input->asset[row->place].price,
               factors->lo == INT64_MIN ? PLM_RATE_ONE : factors->hi,
               factors->lo == INT64_MIN ? plm_requirement_round(self->rules) : PLM_ROUND_CEIL, out);
}

static bool most_maintenance(const shape *self, plm_money *out)
{
    if (self->input->regime == PLM_MARGIN_PORTFOLIO) {
        plm_grid const grid = {
            .rules = self->rules, .input = self->input, .more_at = UINT32_MAX, .box = self->box};
        return plm_grid_maintenance(&grid, NULL, out);
    }
    plm_money sum = {0};
    for (uint32_t at = 0; at < self->input->position_count;) {
        uint32_t const count =
            plm_requirement_group(&self->input->position[at], self->input->position_count - at);
        plm_money need;
        if (!most_of_group(self, at, count, &need) || !plm_money_add(sum, need, &sum)) {
            return false;
        }
        at += count;
    }
    *out = sum;
    return true;
}

/* Whether trigger and wish hold at these numbers. */
static bool holds(const shape *self, plm_money equity, plm_money maintenance)
{
    plm_money wanted;
    if (self->tested && plm_assess_fires(self->rules, equity, maintenance)) {
        return false;
    }
    return plm_money_add(maintenance, plm_money_of(self->wish->least), &wanted) &&
           plm_compare_products(equity.v, self->wish->factor, wanted.v, PLM_RATE_ONE) > 0;
}

/* -- proposals ------------------------------------------------------------------------------- */

static const plm_margin_band no_bounds = {INT64_MIN, INT64_MAX};

/* px2 * a / b, at least 1. */
static int64_t scaled(int64_t px2, plm_i128 a, plm_i128 b, plm_round round)
{
    plm_i128 out;
    if (b <= 0 || !plm_exact_scale(px2, a, b, round, &out) || out > INT64_MAX) {
        return INT64_MAX;
    }
    return out < 1 ? 1 : (int64_t)out;
}

/* The price at which the value is `far` larger: a linear contract's goes up with it, an inverse
 * one's down. */
static int64_t dearer(const shape *self, uint32_t at, int64_t px2, plm_rate far)
{
    plm_i128 const more = (plm_i128)PLM_RATE_ONE + far;
    return is_inverse(self, at) ? scaled(px2, PLM_RATE_ONE, more, PLM_ROUND_CEIL)
                                : scaled(px2, more, PLM_RATE_ONE, PLM_ROUND_FLOOR);
}

static int64_t cheaper(const shape *self, uint32_t at, int64_t px2, plm_rate far)
{
    plm_i128 const less = (plm_i128)PLM_RATE_ONE - far;
    return is_inverse(self, at) ? scaled(px2, PLM_RATE_ONE, less, PLM_ROUND_FLOOR)
                                : scaled(px2, less > 0 ? less : 0, PLM_RATE_ONE, PLM_ROUND_CEIL);
}

static plm_margin_band ordered(int64_t a, int64_t b)
{
    return a < b ? (plm_margin_band){a, b} : (plm_margin_band){b, a};
}

/* How much larger the value may become inside its tier: relative, less two steps of the price. */
static plm_rate room_of_tier(const shape *self, uint32_t at, plm_rate far)
{
    const plm_margin_position *const row = &self->input->position[at];
    plm_rule_rows const rows = self->rules->rate[row->sym];
    uint32_t const tier = self->now->part[at].tier;
    plm_i128 measure, most;
    if (self->rules->set->rate.kind != PLM_RATE_WHOLE || tier == 0 || tier == rows.count ||
        !plm_measure_of(self->rules, row->sym, row->qty, plm_money_of(self->now->part[at].notional),
                        &measure) ||
        measure <= 0) {
        return far;
    }
    plm_i128 const above = self->rules->set->rate.row[rows.first + tier].from.v;
    if (!plm_muldiv(above - measure, PLM_RATE_ONE, measure, PLM_ROUND_FLOOR, &most) ||
        most >= far) {
        return far;
    }
    most -= 2 * (plm_i128)PLM_RATE_ONE / row->requirement_px2 + 2;
    return most > 0 ? (plm_rate)most : 0;
}

static void propose_requirement(const shape *self, uint32_t at)
{
    const plm_margin_position *const row = &self->input->position[at];
    plm_margin_band *const out = &self->box[2 * at + 1];
    *out = no_bounds;
    if (row->qty == 0) {
        return;
    }
    plm_rate const far = self->clamped ? room_of_tier(self, at, self->far) : self->far;
    int64_t const dear = dearer(self, at, row->requirement_px2, far);
    if (self->input->regime == PLM_MARGIN_PORTFOLIO) {
        *out = ordered(dear, cheaper(self, at, row->requirement_px2, far));
    } else if (is_inverse(self, at)) {
        out->lo = dear;
    } else {
        out->hi = dear;
    }
}

static void propose_profit(const shape *self, uint32_t at)
{
    const plm_margin_position *const row = &self->input->position[at];
    plm_margin_band *const out = &self->box[2 * at];
    bool const inverse = is_inverse(self, at);
    *out = no_bounds;
    if (row->qty > 0) {
        out->lo = inverse ? dearer(self, at, row->pnl_px2, self->near)
                          : cheaper(self, at, row->pnl_px2, self->near);
    } else if (row->qty < 0) {
        out->hi = inverse ? cheaper(self, at, row->pnl_px2, self->near)
                          : dearer(self, at, row->pnl_px2, self->near);
    }
}

/* The unit, and what is at par with it, have a price that never moves; what a pool has nothing of
 * needs none. */
static bool moves(const shape *self, uint32_t place)
{
    const plm_margin_asset *const asset = &self->input->asset[place];
    if (asset->asset == self->input->unit ||
        (plm_money_of(asset->price.num).v == 1 && plm_money_of(asset->price.den).v == 1)) {
        return false;
    }
    bool held = plm_money_of(asset->balance).v != 0;
    for (uint32_t i = 0; i < self->input->position_count; i++) {
        held =
            held || (self->input->position[i].place == place && self->input->position[i].qty != 0);
    }
    return held;
}

static void propose_far(const shape *self)
{
    for (uint32_t i = 0; i < self->input->position_count; i++) {
        propose_requirement(self, i);
    }
}

static void propose_near(const shape *self)
{
    for (uint32_t i = 0; i < self->input->position_count; i++) {
        propose_profit(self, i);
    }
    plm_rate const down = self->near < PLM_RATE_ONE ? self->near : PLM_RATE_ONE;
    for (uint32_t place = 0; place < self->input->asset_count; place++) {
        *factors_of(self, place) =
            moves(self, place) ? (plm_margin_band){PLM_RATE_ONE - down, PLM_RATE_ONE + self->near}
                               : no_bounds;
    }
}

/* -- how far --------------------------------------------------------------------------------- */

static bool add_size(plm_i128 *sum, plm_i128 value)
{
    return value != PLM_I128_MIN && plm_i128_add(*sum, value < 0 ? -value : value, sum);
}

/* What a relative step of all prices moves, in the unit. */
static bool weigh(const shape *self, plm_money *out)
{
    plm_i128 sum = 0;
    for (uint32_t i = 0; i < self->input->position_count; i++) {
        const plm_margin_position *const row = &self->input->position[i];
        plm_money const profit = plm_money_of(self->now->part[i].unrealised);
        plm_money value;
        if (row->qty == 0) {
            continue;
        }
        if (!(is_inverse(self, i) ? plm_money_sub(plm_money_of(row->cost), profit, &value)
                                  : plm_money_add(plm_money_of(row->cost), profit, &value)) ||
            !plm_equity_convert(value, &self->input->asset[row->place].price, PLM_RATE_ONE,
                                PLM_ROUND_FLOOR, &value) ||
            !add_size(&sum, value.v)) {
            return false;
        }
    }
    for (uint32_t place = 0; place < self->input->asset_count; place++) {
        const plm_margin_asset *const asset = &self->input->asset[place];
        plm_money value;
        if (moves(self, place) && (!plm_equity_convert(plm_money_of(asset->balance), &asset->price,
                                                       PLM_RATE_ONE, PLM_ROUND_FLOOR, &value) ||
                                   !add_size(&sum, value.v))) {
            return false;
        }
    }
    out->v = sum;
    return true;
}

/* amount / weight as a rate, at most 8. */
static plm_rate relative(plm_i128 amount, plm_money weight)
{
    plm_i128 const most = 8 * (plm_i128)PLM_RATE_ONE;
    plm_i128 out;
    if (amount <= 0) {
        return 0;
    }
    if (weight.v == 0 || !plm_muldiv(amount, PLM_RATE_ONE, weight.v, PLM_ROUND_FLOOR, &out)) {
        return (plm_rate)most;
    }
    return (plm_rate)(out < most ? out : most);
}

/* What may be lost, and by how much; false: nothing. */
static bool find_room(shape *self)
{
    plm_money const equity = plm_money_of(self->now->equity);
    plm_money const maintenance = plm_money_of(self->now->maintenance);
    plm_money wished, room;
    if (!holds(self, equity, maintenance) ||
        !plm_exact_rate(equity, self->wish->factor, PLM_ROUND_FLOOR, &wished) ||
        !plm_money_sub(wished, maintenance, &wished) ||
        !plm_money_sub(equity, maintenance, &room)) {
        return false;
    }
    if (!plm_money_sub(wished, plm_money_of(self->wish->least), &wished)) {
        wished.v = PLM_I128_MAX; /* a wish that is far below */
    }
    self->room = self->tested && room.v < wished.v ? room : wished;
    plm_rate const slope = self->wish->factor > PLM_RATE_ONE ? self->wish->factor : PLM_RATE_ONE;
    for (uint32_t place = 0; place < self->input->asset_count; place++) {
        self->converts = self->converts || moves(self, place);
    }
    return self->room.v > 0 && weigh(self, &self->weight) &&
           (!self->converts || plm_money_add(self->weight, maintenance, &self->weight)) &&
           plm_exact_rate(self->weight, slope, PLM_ROUND_CEIL, &self->weight);
}

/* So far that half of the room is taken where a requirement is proportional to the value, but not
 * much farther than profits may move: mostly both have one price, and that leaves there first. */
static plm_rate first_far(const shape *self, plm_money maintenance)
{
    plm_rate const most = PLM_RATE_ONE / (self->input->regime == PLM_MARGIN_PORTFOLIO ? 8 : 2);
    plm_rate const reach = relative(self->room.v / 2, maintenance);
    plm_rate const enough = FARTHER * self->near;
    plm_rate const far = reach < enough ? reach : enough;
    return far < most ? far : most;
}

/* Requirement prices get at most half of the room: as far as that reaches. */
static bool reach_far(shape *self, plm_money *out_maintenance)
{
    plm_money const now = plm_money_of(self->now->maintenance);
    self->near = relative(self->room.v / 4, self->weight);
    self->far = first_far(self, now);
    self->clamped = false;
    propose_near(self);
    for (unsigned try = 0; try < TRIES; try++) {
        plm_money most, more;
        propose_far(self);
        bool const fits = most_maintenance(self, &most) && plm_money_sub(most, now, &more);
        if (fits && more.v <= self->room.v / 2) {
            *out_maintenance = most;
            return true;
        }
        plm_i128 next = self->far / 4;
        if (self->clamped && fits) {
            next = relative(self->room.v / 3, more);
            next = next * self->far / PLM_RATE_ONE;
        }
        /* A first clamped try keeps its reach: an edge alone may have been the hindrance. */
        self->far = self->clamped || self->rules->set->rate.kind != PLM_RATE_WHOLE
                        ? (plm_rate)(next < self->far / 2 ? next : self->far / 2)
                        : self->far;
        self->clamped = true;
    }
    return false;
}

/* Then profits and assets get what is left. */
static bool reach_near(shape *self, plm_money maintenance)
{
    plm_i128 const rounding =
        8 * ((plm_i128)self->input->position_count + (plm_i128)self->input->asset_count);
    plm_i128 left = self->room.v;
    plm_i128 more;
    if (!plm_i128_sub(maintenance.v, plm_money_of(self->now->maintenance).v, &more)) {
        return false;
    }
    left -= more + rounding;
    self->near = relative(left, self->weight);
    for (unsigned try = 0; try < TRIES; try++) {
        plm_money equity, most;
        propose_near(self);
        most = maintenance; /* which asset prices alone would change now */
        if (least_equity(self, &equity) && (!self->converts || most_maintenance(self, &most)) &&
            holds(self, equity, most)) {
            return true;
        }
        self->near /= 2;
    }
    return false;
}

/* -- the answer ------------------------------------------------------------------------------ */

/* Whether maintenance never falls as a position grows. */
static bool goes_one_way(const shape *self)
{
    if (self->rules->set->rate.kind != PLM_RATE_WHOLE ||
        self->input->regime == PLM_MARGIN_PORTFOLIO) {
        return true;
    }
    for (uint32_t i = 0; i < self->input->position_count; i++) {
        plm_rule_rows const rows = self->rules->rate[self->input->position[i].sym];
        const plm_rate_row *const row = &self->rules->set->rate.row[rows.first];
        for (uint32_t tier = 1; tier < rows.count; tier++) {
            if (row[tier].maintenance < row[tier - 1].maintenance) {
                return false;
            }
        }
    }
    return true;
}

static bool is_tested(const plm_margin_input *input)
{
    bool tested = false;
    for (uint32_t i = 0; i < input->position_count; i++) {
        tested = tested || input->position[i].qty != 0;
    }
    for (uint32_t i = 0; i < input->asset_count; i++) {
        tested = tested || input->asset[i].balance.hi < 0;
    }
    return tested;
}

bool plm_band(const plm_rules *rules, const plm_margin_input *input, const plm_margin_output *now,
              const plm_margin_wish *wish, plm_margin_band *out)
{
    plm_assert(wish->factor >= 0);
    shape self = {
        .rules = rules,
        .input = input,
        .now = now,
        .wish = wish,
        .box = out,
        .tested = is_tested(input),
    };
    plm_money maintenance;
    if (now->priced && goes_one_way(&self) && find_room(&self) && reach_far(&self, &maintenance) &&
        reach_near(&self, maintenance)) {
        return true;
    }
    for (uint32_t i = 0; i < 2 * input->position_count + input->asset_count; i++) {
        out[i] = (plm_margin_band){1, 0};
    }
    return true;
}
