/*
 * stage_select.c - which position a stage takes (docs/margin.md, 8.2). A position whose last step
 * changed nothing is passed over: the choice is the first after those, in the order of `select`.
 */
#include "account.h"
#include "check.h"
#include "philox.h"
#include "stage_parts.h"

bool plm_stage_fits(const plm_stage_view *view, uint32_t position)
{
    const plm_stage *const stage = view->stage;
    const plm_margin_part *const part = &view->now->part[position];
    const plm_margin_position *const row = &view->input->position[position];
    bool const asks_venue = stage->kind == PLM_STAGE_CLOSE && !stage->keeper;
    if (row->qty == 0 || (row->halted && !asks_venue)) {
        return false;
    }
    if (stage->has_notional_above &&
        plm_money_compare(plm_money_of(part->notional), stage->notional_above) <= 0) {
        return false;
    }
    return part->tier >= stage->tier_from;
}

/* -- what positions are ordered by ------------------------------------------------------------- */

static bool notional_key(const plm_stage_view *view, uint32_t position, plm_money *out)
{
    return plm_margin_to_unit(view->input, view->input->position[position].place,
                              plm_money_of(view->now->part[position].notional), PLM_ROUND_CEIL,
                              out);
}

static bool loss_key(const plm_stage_view *view, uint32_t position, plm_money *out)
{
    plm_money loss;
    return plm_money_negate(plm_money_of(view->now->part[position].unrealised), &loss) &&
           plm_margin_to_unit(view->input, view->input->position[position].place, loss,
                              PLM_ROUND_CEIL, out);
}

static bool key_of(const plm_stage_view *view, uint32_t position, plm_money *out)
{
    switch (view->stage->select) {
    case PLM_SELECT_MAINTENANCE:
        *out = plm_money_of(view->now->part[position].maintenance);
        return true;
    case PLM_SELECT_LOSS:
        return loss_key(view, position, out);
    case PLM_SELECT_NOTIONAL:
    case PLM_SELECT_DELTA:
        return notional_key(view, position, out);
    case PLM_SELECT_NONE:
    case PLM_SELECT_ALL:
    case PLM_SELECT_RANDOM:
        break;
    }
    *out = (plm_money){0};
    return true;
}

/* -- delta: a unit and a side of it ------------------------------------------------------------ */

typedef struct side_of_unit {
    bool any; /* no restriction */
    uint32_t unit;
    bool is_short;
} side_of_unit;

static bool net_of_unit(const plm_stage_view *view, uint32_t unit, plm_money *out)
{
    plm_money net = {0}, value;
    for (uint32_t i = 0; i < view->input->position_count; i++) {
        const plm_margin_position *const row = &view->input->position[i];
        if (row->qty == 0 || view->rules->unit[row->sym] != unit) {
            continue;
        }
        if (!notional_key(view, i, &value) ||
            !(row->qty > 0 ? plm_money_add(net, value, &net) : plm_money_sub(net, value, &net))) {
            return false;
        }
    }
    *out = net;
    return true;
}

/* The first of the units with the largest |net value|. */
static bool find_side(const plm_stage_view *view, side_of_unit *out)
{
    plm_money largest = {-1};
    *out = (side_of_unit){.any = view->stage->select != PLM_SELECT_DELTA};
    for (uint32_t i = 0; i < view->input->position_count && !out->any; i++) {
        plm_money net, size;
        if (!plm_stage_fits(view, i)) {
            continue;
        }
        uint32_t const unit = view->rules->unit[view->input->position[i].sym];
        if (!net_of_unit(view, unit, &net)) {
            return false;
        }
        size = net;
        if (net.v < 0 && !plm_money_negate(net, &size)) {
            return false;
        }
        if (plm_money_compare(size, largest) > 0) {
            largest = size;
            out->unit = unit;
            out->is_short = net.v < 0;
        }
    }
    return true;
}

static bool is_candidate(const plm_stage_view *view, const side_of_unit *side, uint32_t position)
{
    const plm_margin_position *const row = &view->input->position[position];
    return plm_stage_fits(view, position) && plm_stage_has_room(view, position) &&
           (side->any ||
            (view->rules->unit[row->sym] == side->unit && (row->qty < 0) == side->is_short));
}

/* -- the choice -------------------------------------------------------------------------------- */

/* The best candidate that comes after `previous`: keys fall, equal ones keep their order. */
static bool next_best(const plm_stage_view *view, const side_of_unit *side, uint32_t previous,
                      uint32_t *out)
{
    plm_money bound = {PLM_I128_MAX}, best = {0}, key;
    if (previous != PLM_NO_POSITION && !key_of(view, previous, &bound)) {
        return false;
    }
    *out = PLM_NO_POSITION;
    for (uint32_t i = 0; i < view->input->position_count; i++) {
        if (!is_candidate(view, side, i)) {
            continue;
        }
        if (!key_of(view, i, &key)) {
            return false;
        }
        int const order = plm_money_compare(key, bound);
        bool const after = previous == PLM_NO_POSITION || order < 0 || (order == 0 && i > previous);
        if (after && (*out == PLM_NO_POSITION || plm_money_compare(key, best) > 0)) {
            *out = i;
            best = key;
        }
    }
    return true;
}

static uint32_t draw(const plm_stage_view *view, uint32_t count)
{
    const plm_margin_state *const state = view->state;
    plm_philox rng;
    plm_philox_init(&rng, state->seed, "liquidation", state->episode);
    uint32_t word = plm_philox_u32(&rng);
    for (uint32_t i = 0; i < state->steps; i++) {
        word = plm_philox_u32(&rng);
    }
    return (uint32_t)(((uint64_t)word * count) >> 32);
}

/* No order tells which ones were passed over: who has done the steps does. */
static bool is_left(const plm_stage_view *view, uint32_t position)
{
    bool const passed = view->state->passed > 0 && view->input->position[position].passed != 0;
    return plm_stage_fits(view, position) && plm_stage_has_room(view, position) && !passed;
}

static uint32_t pick_random(const plm_stage_view *view)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < view->input->position_count; i++) {
        count += is_left(view, i) ? 1 : 0;
    }
    uint32_t left = count > 0 ? draw(view, count) : 0;
    for (uint32_t i = 0; i < view->input->position_count && count > 0; i++) {
        if (is_left(view, i) && left-- == 0) {
            return i;
        }
    }
    return PLM_NO_POSITION;
}

bool plm_stage_select(const plm_stage_view *view, uint32_t *out)
{
    if (view->stage->select == PLM_SELECT_RANDOM) {
        *out = pick_random(view);
        return true;
    }
    side_of_unit side;
    uint32_t chosen = PLM_NO_POSITION;
    if (!find_side(view, &side)) {
        return false;
    }
    for (uint32_t i = 0; i <= view->state->passed; i++) {
        if (!next_best(view, &side, chosen, &chosen)) {
            return false;
        }
        if (chosen == PLM_NO_POSITION) {
            break;
        }
    }
    *out = chosen;
    return true;
}
