/*
 * stage_size.c - how much of a position a stage takes, and for what at least (docs/margin.md, 8.2
 * and 8.3).
 */
#include "account.h"
#include "check.h"
#include "stage_parts.h"
#include "value_price.h"

#define ONE INT64_C(1000000000000) /* 1 as a rate */

/* A position in lots; what is less than a lot counts as one. */
typedef struct lots {
    plm_qty whole, lot;
    int64_t count;
} lots;

static lots lots_of(const plm_stage_view *view, uint32_t position)
{
    const plm_margin_position *const row = &view->input->position[position];
    plm_qty const lot = view->rules->contracts->contract[row->sym].lot;
    plm_qty const whole = row->qty < 0 ? -row->qty : row->qty;
    plm_assert(whole > 0);
    plm_assert(lot > 0);
    return (lots){.whole = whole, .lot = lot, .count = whole < lot ? 1 : whole / lot};
}

static plm_qty qty_of(const lots *self, int64_t n)
{
    return n >= self->count ? self->whole : n * self->lot;
}

static int64_t clamp(const lots *self, plm_i128 n)
{
    return n < 1 ? 1 : n > self->count ? self->count : (int64_t)n;
}

/* -- conditions that bisection looks for ------------------------------------------------------- */

typedef bool (*condition)(const plm_stage_view *view, plm_trial *trial, uint32_t position,
                          plm_qty qty, bool *out);

/* The smallest number of lots for which the condition holds, by bisection; all where it never
 * does. */
static bool bisect(const plm_stage_view *view, uint32_t position, const lots *self, condition holds,
                   int64_t *out)
{
    plm_trial trial;
    int64_t low = 0, high = self->count;
    bool yes = false;
    plm_trial_init(&trial, view->rules, view->input);
    bool fits = holds(view, &trial, position, qty_of(self, high), &yes);
    while (fits && yes && high - low > 1) {
        int64_t const middle = low + (high - low) / 2;
        bool there = false;
        fits = holds(view, &trial, position, qty_of(self, middle), &there);
        high = there ? middle : high;
        low = there ? low : middle;
    }
    plm_trial_fini(&trial);
    if (fits) {
        *out = high;
    }
    return fits;
}

/* Closes at the requirement price and assesses. */
static bool close_there(const plm_stage_view *view, plm_trial *trial, uint32_t position,
                        plm_qty qty, plm_money *out)
{
    const plm_margin_position *const row = &view->input->position[position];
    const plm_contract *const contract = &view->rules->contracts->contract[row->sym];
    plm_money value;
    plm_trial_reset(trial);
    if (!plm_contract_value2(contract, row->qty < 0 ? -qty : qty, row->requirement_px2, &value) ||
        !plm_trial_close(trial, position, qty, value) || !plm_trial_assess(trial)) {
        return false;
    }
    *out = value;
    return true;
}

/* The trading fee, then the fee of the liquidation. */
static bool pay_fees(const plm_stage_view *view, plm_trial *trial, uint32_t position, plm_qty qty,
                     plm_money value)
{
    const plm_margin_position *const row = &view->input->position[position];
    plm_money taker, fee, size = value;
    if (value.v < 0 && !plm_money_negate(value, &size)) {
        return false;
    }
    if (view->rules->set->fee.taker_fee &&
        (!plm_money_rate(size, row->taker_rate, PLM_ROUND_CEIL, &taker) ||
         !plm_trial_pay(trial, position, taker) || !plm_trial_assess(trial))) {
        return false;
    }
    if (!plm_stage_fee(view->rules, view->input, view->now, position, qty, value,
                       plm_money_of(trial->out.equity), &fee)) {
        return false;
    }
    return fee.v == 0 || (plm_trial_pay(trial, position, fee) && plm_trial_assess(trial));
}

static bool is_enough(const plm_stage_view *view, plm_trial *trial, uint32_t position, plm_qty qty,
                      bool *out)
{
    plm_money value;
    if (!close_there(view, trial, position, qty, &value) ||
        !pay_fees(view, trial, position, qty, value)) {
        return false;
    }
    const plm_margin_output *const after = &trial->out;
    plm_money const requirement =
        plm_money_of(view->stage->view_initial ? after->initial : after->maintenance);
    *out = plm_margin_at_rest(&trial->input) ||
           !plm_margin_fires(view->rules->set, requirement, plm_money_of(after->equity),
                             view->stage->buffer);
    return true;
}

static bool is_tiers_down(const plm_stage_view *view, plm_trial *trial, uint32_t position,
                          plm_qty qty, bool *out)
{
    plm_money value;
    uint32_t const tier = view->now->part[position].tier;
    if (!close_there(view, trial, position, qty, &value)) {
        return false;
    }
    *out = trial->position[position].qty == 0 ||
           trial->out.part[position].tier + view->stage->tiers_down <= tier;
    return true;
}

/* -- sizes ----------------------------------------------------------------------------------- */

static bool fraction_size(const plm_stage_view *view, uint32_t position, const lots *self,
                          int64_t *out)
{
    plm_i128 part, least = 0;
    plm_i128 const notional = plm_money_of(view->now->part[position].notional).v;
    if (!plm_muldiv(self->count, view->stage->fraction, ONE, PLM_ROUND_CEIL, &part) ||
        (notional > 0 &&
         !plm_muldiv(self->count, view->stage->min_notional.v, notional, PLM_ROUND_CEIL, &least))) {
        return false;
    }
    *out = clamp(self, part > least ? part : least);
    return true;
}

/* Contracts at 10^-18 as lots, down. */
static bool step_size(const plm_stage_view *view, uint32_t position, const lots *self, int64_t *out)
{
    const plm_contract *const contract =
        &view->rules->contracts->contract[view->input->position[position].sym];
    plm_i128 count;
    plm_i128 const one_lot =
        (plm_i128)self->lot * plm_pow10(PLM_MONEY_SCALE - (unsigned)contract->qty_scale);
    if (!plm_i128_div(view->stage->step.v, one_lot, PLM_ROUND_FLOOR, &count)) {
        return false;
    }
    *out = clamp(self, count);
    return true;
}

static bool count_of(const plm_stage_view *view, uint32_t position, const lots *self, int64_t *out)
{
    *out = self->count;
    switch (view->stage->size) {
    case PLM_SIZE_NONE:
    case PLM_SIZE_FULL:
        return true;
    case PLM_SIZE_TARGET:
        return bisect(view, position, self, is_enough, out);
    case PLM_SIZE_FRACTION:
        return fraction_size(view, position, self, out);
    case PLM_SIZE_STEP:
        return step_size(view, position, self, out);
    case PLM_SIZE_TIERS_DOWN:
        return view->now->part[position].tier <= view->stage->tiers_down ||
               bisect(view, position, self, is_tiers_down, out);
    }
    return true;
}

/* What a keeper still takes, in lots, down. */
static bool limit_inventory(const plm_stage_view *view, uint32_t position, const lots *self,
                            int64_t *count)
{
    plm_money left, notional;
    plm_i128 room;
    if (!view->stage->keeper) {
        return true;
    }
    if (!plm_money_sub(view->stage->keeper_inventory, plm_money_of(view->state->taken), &left) ||
        !plm_margin_to_unit(view->input, view->input->position[position].place,
                            plm_money_of(view->now->part[position].notional), PLM_ROUND_CEIL,
                            &notional)) {
        return false;
    }
    if (left.v <= 0) {
        *count = 0;
        return true;
    }
    if (notional.v <= left.v) {
        return true;
    }
    if (!plm_muldiv(self->count, left.v, notional.v, PLM_ROUND_FLOOR, &room)) {
        return false;
    }
    *count = room < *count ? (int64_t)room : *count;
    return true;
}

bool plm_stage_has_room(const plm_stage_view *view, uint32_t position)
{
    if (!view->stage->keeper) {
        return true;
    }
    lots const self = lots_of(view, position);
    int64_t count = 1;
    return !limit_inventory(view, position, &self, &count) || count > 0; /* else it fails there */
}

bool plm_stage_size(const plm_stage_view *view, uint32_t position, plm_qty *out)
{
    lots const self = lots_of(view, position);
    int64_t count = self.count;
    if (!count_of(view, position, &self, &count) ||
        !limit_inventory(view, position, &self, &count)) {
        return false;
    }
    *out = count == 0 ? 0 : qty_of(&self, count);
    return true;
}

/* -- price ----------------------------------------------------------------------------------- */

/* clamp(1 - equity / maintenance, 0, 1), half-even. */
static bool distress(const plm_margin_output *now, plm_rate *out)
{
    plm_money const equity = plm_money_of(now->equity),
                    requirement = plm_money_of(now->maintenance);
    plm_money missing;
    plm_i128 ratio;
    if (!plm_money_sub(requirement, equity, &missing)) {
        return false;
    }
    if (missing.v <= 0) {
        *out = 0;
        return true;
    }
    if (equity.v <= 0) {
        *out = ONE;
        return true;
    }
    if (!plm_muldiv(missing.v, ONE, requirement.v, PLM_ROUND_HALF_EVEN, &ratio)) {
        return false;
    }
    *out = (plm_rate)ratio;
    return true;
}

/* The value less `spread` times the distress times the position's maintenance. */
static bool fillable_value(const plm_stage_view *view, uint32_t position, plm_money *out)
{
    const plm_margin_position *const row = &view->input->position[position];
    const plm_margin_asset *const asset = &view->input->asset[row->place];
    bool const inverse = view->rules->contracts->contract[row->sym].form == PLM_FORM_INVERSE;
    plm_rate ratio;
    plm_money value, room, own = plm_money_of(view->now->part[position].maintenance);
    return distress(view->now, &ratio) && plm_margin_value(view->rules, row, &value) &&
           plm_muldiv(own.v, plm_money_of(asset->price.den).v, plm_money_of(asset->price.num).v,
                      PLM_ROUND_FLOOR, &own.v) &&
           plm_money_rate(own, view->stage->spread, PLM_ROUND_FLOOR, &room) &&
           plm_money_rate(room, ratio, PLM_ROUND_FLOOR, &room) &&
           (inverse ? plm_money_add(value, room, out) : plm_money_sub(value, room, out));
}

/* The price of the bankruptcy value of a part, to the tick on the side that leaves more. */
static bool bankruptcy_limit(const plm_stage_view *view, uint32_t position, plm_qty qty,
                             plm_px *out)
{
    const plm_margin_position *const row = &view->input->position[position];
    plm_qty const whole = row->qty < 0 ? -row->qty : row->qty;
    plm_money value;
    if (!plm_bankruptcy_value(view->rules, view->input, view->now, position, &value, out) ||
        !plm_money_muldiv(value, qty, whole, PLM_ROUND_HALF_EVEN, &value)) {
        return false;
    }
    *out = plm_value_price(&view->rules->contracts->contract[row->sym], row->qty < 0 ? -qty : qty,
                           value, row->qty > 0 ? PLM_ROUND_CEIL : PLM_ROUND_FLOOR);
    return true;
}

bool plm_stage_limit(const plm_stage_view *view, uint32_t position, plm_qty qty, plm_px *out)
{
    const plm_margin_position *const row = &view->input->position[position];
    plm_money value;
    plm_px px = 0;
    switch (view->stage->price) {
    case PLM_STAGE_PRICE_NONE:
    case PLM_STAGE_PRICE_MARKET:
    case PLM_STAGE_PRICE_MARK:
        break;
    case PLM_STAGE_PRICE_BANKRUPTCY:
        if (!bankruptcy_limit(view, position, qty, &px)) {
            return false;
        }
        break;
    case PLM_STAGE_PRICE_FILLABLE:
        if (!fillable_value(view, position, &value)) {
            return false;
        }
        px = plm_value_price(&view->rules->contracts->contract[row->sym], row->qty, value,
                             row->qty > 0 ? PLM_ROUND_CEIL : PLM_ROUND_FLOOR);
        break;
    }
    *out = px;
    return true;
}
