/*
 * stage.c - the next step of a liquidation (docs/margin.md, 8.1 and 8.2): stages in order from the
 * current one, each passed over where it does not apply or has nothing (more) to do.
 */
#include "account.h"
#include "check.h"
#include "stage_parts.h"
#include "value_price.h"

#define ONE INT64_C(1000000000000) /* 1 as a rate */

typedef enum found { FOUND_NONE = 0, FOUND_STEP = 1, FOUND_PASS = 2, FOUND_WAIT = 3 } found;

/* -- when ------------------------------------------------------------------------------------ */

static bool is_cooling(const plm_stage_view *view)
{
    plm_ts const last = view->state->last;
    return last != 0 && view->input->ts - last < view->stage->cooldown_ns;
}

/* What does not depend on a position. */
static bool applies(const plm_stage_view *view)
{
    const plm_stage *const stage = view->stage;
    const plm_margin_output *const now = view->now;
    if (stage->when_fund_short && !view->state->fund_short) {
        return false;
    }
    if ((stage->when_cooling && !is_cooling(view)) ||
        (stage->when_not_cooling && is_cooling(view))) {
        return false;
    }
    return !stage->has_equity_below ||
           plm_compare_products(plm_money_of(now->equity).v, ONE, plm_money_of(now->maintenance).v,
                                stage->equity_below) < 0;
}

/* When a stage that holds the others up may go on; 0: now. */
static plm_ts waits_until(const plm_stage_view *view)
{
    const plm_stage *const stage = view->stage;
    plm_ts until = 0;
    if (stage->keeper && view->input->ts < view->state->start + stage->keeper_latency_ns) {
        until = view->state->start + stage->keeper_latency_ns;
    }
    bool const holds = stage->cooldown_ns > 0 && !stage->when_cooling && !stage->when_not_cooling;
    if (holds && is_cooling(view) && view->state->last + stage->cooldown_ns > until) {
        until = view->state->last + stage->cooldown_ns;
    }
    return until;
}

/* -- stages without a choice of positions ------------------------------------------------------ */

static found try_cancel(const plm_stage_view *view, plm_margin_step *step)
{
    if (view->state->round > 0) { /* whether there are any is for who has the orders */
        return FOUND_PASS;
    }
    step->action = PLM_MARGIN_ACTION_CANCEL;
    step->opening = view->stage->cancel_opening_only;
    return FOUND_STEP;
}

static found try_repay(const plm_stage_view *view, plm_margin_step *step)
{
    bool owes = false, has = false;
    for (uint32_t i = 0; i < view->input->asset_count; i++) {
        int const sign = plm_money_sign(plm_money_of(view->input->asset[i].balance));
        owes = owes || sign < 0;
        has = has || sign > 0;
    }
    if (!owes || !has || view->state->round > 0) {
        return FOUND_PASS;
    }
    step->action = PLM_MARGIN_ACTION_REPAY;
    step->cost = view->stage->cost;
    return FOUND_STEP;
}

static found try_offset(const plm_stage_view *view, plm_margin_step *step)
{
    uint32_t left = view->state->passed;
    for (uint32_t i = 0; i + 1 < view->input->position_count; i++) {
        const plm_margin_position *const row = &view->input->position[i];
        const plm_margin_position *const other = row + 1;
        if (row->sym != other->sym || row->qty <= 0 || other->qty >= 0 || left-- > 0) {
            continue;
        }
        step->action = PLM_MARGIN_ACTION_OFFSET;
        step->position = i;
        step->qty = row->qty < -other->qty ? row->qty : -other->qty;
        step->px2 = row->requirement_px2;
        return FOUND_STEP;
    }
    return FOUND_PASS;
}

/* -- stages that take a position --------------------------------------------------------------- */

/* Longs are taken for less, shorts for more than the requirement price. */
static bool keeper_px2(const plm_stage_view *view, uint32_t position, int64_t *out)
{
    const plm_margin_position *const row = &view->input->position[position];
    bool const is_long = row->qty > 0;
    plm_i128 px2;
    if (!plm_muldiv(row->requirement_px2,
                    is_long ? ONE - view->stage->keeper_fee : ONE + view->stage->keeper_fee, ONE,
                    is_long ? PLM_ROUND_FLOOR : PLM_ROUND_CEIL, &px2) ||
        px2 > INT64_MAX) {
        return false;
    }
    *out = px2 < 1 ? 1 : (int64_t)px2;
    return true;
}

/* The engine sees a keeper take all that it is asked for. */
static bool count_inventory(const plm_stage_view *view, const plm_margin_step *step,
                            plm_margin_state *next)
{
    const plm_margin_position *const row = &view->input->position[step->position];
    plm_money value, taken;
    if (!plm_contract_value2(&view->rules->contracts->contract[row->sym], step->qty,
                             row->requirement_px2, &value) ||
        !plm_margin_to_unit(view->input, row->place, value, PLM_ROUND_CEIL, &value) ||
        !plm_money_add(plm_money_of(next->taken), value, &taken)) {
        return false;
    }
    next->taken = plm_amount_of(taken);
    return true;
}

static bool try_close(const plm_stage_view *view, uint32_t position, plm_margin_state *next,
                      plm_margin_step *step, found *out)
{
    *out = FOUND_STEP;
    if (!plm_stage_size(view, position, &step->qty)) {
        return false;
    }
    if (step->qty == 0) {
        *out = FOUND_PASS;
        return true;
    }
    if (view->stage->keeper) {
        step->action = PLM_MARGIN_ACTION_KEEPER;
        return keeper_px2(view, position, &step->px2) && count_inventory(view, step, next);
    }
    step->action = PLM_MARGIN_ACTION_CLOSE;
    step->fee_rate = view->rules->fee[view->input->position[position].sym];
    return plm_stage_limit(view, position, step->qty, &step->limit);
}

static bool is_last(const plm_margin_input *input, uint32_t position)
{
    for (uint32_t i = 0; i < input->position_count; i++) {
        if (i != position && input->position[i].qty != 0) {
            return false;
        }
    }
    return true;
}

/* A whole position, to the fund or against others. */
static bool try_hand_over(const plm_stage_view *view, uint32_t position, plm_margin_step *step)
{
    const plm_margin_position *const row = &view->input->position[position];
    plm_money value;
    bool const takeover = view->stage->kind == PLM_STAGE_TAKEOVER;
    step->action = takeover ? PLM_MARGIN_ACTION_TAKEOVER : PLM_MARGIN_ACTION_ADL;
    step->margin_all = takeover && view->stage->margin_all && is_last(view->input, position);
    step->qty = row->qty < 0 ? -row->qty : row->qty;
    if (view->stage->price == PLM_STAGE_PRICE_MARK) {
        if (!plm_margin_value(view->rules, row, &value)) {
            return false;
        }
        step->shown_px = plm_value_price(&view->rules->contracts->contract[row->sym], row->qty,
                                         value, row->qty > 0 ? PLM_ROUND_CEIL : PLM_ROUND_FLOOR);
    } else if (!plm_bankruptcy_value(view->rules, view->input, view->now, position, &value,
                                     &step->shown_px)) {
        return false;
    }
    step->value = plm_amount_of(value);
    return true;
}

static bool try_position(const plm_stage_view *view, plm_margin_state *next, plm_margin_step *step,
                         found *out)
{
    plm_stage all; /* takeover and adl: every position */
    plm_stage_view seen = *view;
    if (view->stage->kind != PLM_STAGE_CLOSE) {
        all = *view->stage;
        all.select = PLM_SELECT_ALL;
        seen.stage = &all;
    }
    uint32_t position;
    if (!plm_stage_select(&seen, &position)) {
        return false;
    }
    if (position == PLM_NO_POSITION) {
        *out = FOUND_PASS;
        return true;
    }
    step->position = position;
    step->side = view->input->position[position].qty > 0 ? PLM_SIDE_SELL : PLM_SIDE_BUY;
    if (view->stage->kind == PLM_STAGE_CLOSE) {
        return try_close(view, position, next, step, out);
    }
    *out = FOUND_STEP;
    return try_hand_over(view, position, step);
}

/* -- one stage ------------------------------------------------------------------------------- */

static bool try_kind(const plm_stage_view *view, plm_margin_state *next, plm_margin_step *step,
                     found *out)
{
    *out = FOUND_PASS;
    switch (view->stage->kind) {
    case PLM_STAGE_NONE:
        return true;
    case PLM_STAGE_CANCEL:
        *out = try_cancel(view, step);
        return true;
    case PLM_STAGE_OFFSET_LEGS:
        *out = try_offset(view, step);
        return true;
    case PLM_STAGE_REPAY:
        *out = try_repay(view, step);
        return true;
    case PLM_STAGE_TAKEOVER:
        if (next->fund_short && next->round > 0) {
            return true; /* the fund has just refused */
        }
        next->fund_short = 0;
        return try_position(view, next, step, out);
    case PLM_STAGE_CLOSE:
    case PLM_STAGE_ADL:
        return try_position(view, next, step, out);
    }
    return true;
}

/* A stage with nothing to do is passed over; only one with something to do waits for its time. */
static bool try_stage(const plm_stage_view *view, plm_margin_state *next, plm_margin_step *step,
                      found *out)
{
    *out = FOUND_PASS;
    if (next->round >= view->stage->rounds || !applies(view)) {
        return true;
    }
    plm_margin_state const before = *next;
    plm_ts const until = waits_until(view);
    if (!try_kind(view, next, step, out)) {
        return false;
    }
    if (until != 0 && *out == FOUND_STEP) {
        *next = before;
        *step = (plm_margin_step){.size = sizeof *step, .stage = next->stage, .until = until};
        *out = FOUND_WAIT;
    }
    return true;
}

/* -- the episode ------------------------------------------------------------------------------- */

static bool is_over(const plm_rules *rules, const plm_margin_input *input,
                    const plm_margin_output *now, const plm_margin_state *state)
{
    const plm_stage *const stage = &rules->set->stage[state->stage];
    if (plm_margin_at_rest(input)) {
        return true;
    }
    plm_money const requirement =
        plm_money_of(stage->until_initial ? now->initial : now->maintenance);
    return !plm_margin_fires(rules->set, requirement, plm_money_of(now->equity),
                             stage->until_buffer);
}

static void enter_stage(plm_margin_state *state, uint32_t stage)
{
    state->stage = stage;
    state->round = 0;
    state->passed = 0;
    state->stalled = 0;
}

/* Where an episode goes on that has been through all its stages. */
static uint32_t first_that_closes(const plm_rule_set *set)
{
    for (uint32_t i = 0; i < set->stage_count; i++) {
        plm_stage_kind const kind = set->stage[i].kind;
        if (kind == PLM_STAGE_CLOSE || kind == PLM_STAGE_TAKEOVER || kind == PLM_STAGE_ADL) {
            return i;
        }
    }
    return 0;
}

static bool walk(const plm_rules *rules, const plm_margin_input *input,
                 const plm_margin_output *now, plm_margin_state *next, plm_margin_step *step)
{
    const plm_rule_set *const set = rules->set;
    while (next->stage < set->stage_count) {
        plm_stage_view const view = {rules, input, now, next, &set->stage[next->stage]};
        found what;
        *step = (plm_margin_step){.size = sizeof *step, .stage = next->stage};
        if (!try_stage(&view, next, step, &what)) {
            return false;
        }
        if (what == FOUND_STEP) {
            next->round++;
            next->last = view.stage->cooldown_ns > 0 ? input->ts : next->last;
            return true;
        }
        if (what == FOUND_WAIT) {
            step->action = PLM_MARGIN_ACTION_WAIT;
            return true;
        }
        enter_stage(next, next->stage + 1);
    }
    bool const flat = plm_margin_is_flat(input);
    enter_stage(next, first_that_closes(set));
    *step = (plm_margin_step){
        .size = sizeof *step,
        .stage = next->stage,
        .action = flat ? PLM_MARGIN_ACTION_DONE : PLM_MARGIN_ACTION_WAIT,
    };
    return true;
}

bool plm_stage_next(const plm_rules *rules, const plm_margin_input *input,
                    const plm_margin_output *now, plm_margin_state *state, plm_margin_step *out)
{
    plm_margin_state next = *state;
    plm_margin_step step = {.size = sizeof step, .action = PLM_MARGIN_ACTION_WAIT};
    if (next.stage >= rules->set->stage_count) { /* the rules changed meanwhile */
        enter_stage(&next, 0);
    }
    step.stage = next.stage;
    if (!now->priced) {
        *out = step;
        return true;
    }
    if (is_over(rules, input, now, &next)) {
        step.action = PLM_MARGIN_ACTION_DONE;
    } else {
        next.passed += next.stalled ? 1 : 0;
        next.stalled = 0;
        if (!walk(rules, input, now, &next, &step)) {
            return false;
        }
    }
    *state = next;
    *out = step;
    return true;
}
