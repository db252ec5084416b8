/*
 * stage_scene.h - liquidations played without an engine: a venue that does what it is told, three
 * long positions, stages put one after another.
 */
#ifndef PLM_STAGE_SCENE_H
#define PLM_STAGE_SCENE_H

#include "rule_help.h"
#include "stage.h"
#include "trial.h"
#include <stdio.h>
#include <stdlib.h>

/* -- a venue in a few lines ------------------------------------------------------------------ */

/* How the world answers: what fills, whether the fund takes over. */
typedef struct world {
    bool fills, fund;
    uint32_t halted; /* sym that never fills, PLM_NO_SYM: none */
} world;

static const world willing = {.fills = true, .fund = true, .halted = PLM_NO_SYM};

static inline plm_margin_step next_step(pool_scene *self, plm_margin_state *state)
{
    plm_margin_step step, again;
    plm_margin_state copy = *state;
    (void)assess(self);
    assert_true(plm_stage_next(&self->rules, &self->input, &self->out, &copy, &again));
    assert_true(plm_stage_next(&self->rules, &self->input, &self->out, state, &step));
    assert_memory_equal(&step, &again, sizeof step);
    assert_memory_equal(state, &copy, sizeof copy);
    return step;
}

static inline void close_part(pool_scene *self, uint32_t position, plm_qty qty, plm_money value)
{
    plm_trial trial;
    plm_trial_init(&trial, &self->rules, &self->input);
    assert_true(plm_trial_close(&trial, position, qty, value));
    memcpy(self->position, trial.position, self->input.position_count * sizeof *trial.position);
    memcpy(self->asset, trial.asset, self->input.asset_count * sizeof *trial.asset);
    plm_trial_fini(&trial);
}

static inline plm_money value_of(const pool_scene *self, uint32_t position, plm_qty qty,
                                 int64_t px2)
{
    const plm_margin_position *const row = &self->position[position];
    plm_money value;
    assert_true(plm_contract_value2(&self->contracts.contract[row->sym], row->qty < 0 ? -qty : qty,
                                    px2, &value));
    return value;
}

static inline void perform(pool_scene *self, const world *venue, const plm_margin_step *step,
                           plm_margin_state *state)
{
    const plm_margin_position *const row = &self->position[step->position];
    int64_t const px2 = row->requirement_px2;
    bool const beyond =
        step->limit != 0 && (row->qty > 0 ? px2 < 2 * step->limit : px2 > 2 * step->limit);
    state->stalled = 0;
    switch ((plm_margin_action)step->action) {
    case PLM_MARGIN_ACTION_CLOSE:
        state->stalled = !venue->fills || row->sym == venue->halted || beyond;
        if (!state->stalled) {
            close_part(self, step->position, step->qty,
                       value_of(self, step->position, step->qty, px2));
        }
        break;
    case PLM_MARGIN_ACTION_KEEPER:
        close_part(self, step->position, step->qty,
                   value_of(self, step->position, step->qty, step->px2));
        break;
    case PLM_MARGIN_ACTION_OFFSET:
        close_part(self, step->position, step->qty,
                   value_of(self, step->position, step->qty, step->px2));
        close_part(self, step->position + 1, step->qty,
                   value_of(self, step->position + 1, step->qty, step->px2));
        break;
    case PLM_MARGIN_ACTION_TAKEOVER:
        state->fund_short = state->stalled = !venue->fund;
        if (venue->fund) {
            close_part(self, step->position, step->qty, plm_money_of(step->value));
        }
        break;
    case PLM_MARGIN_ACTION_ADL:
        close_part(self, step->position, step->qty, plm_money_of(step->value));
        break;
    case PLM_MARGIN_ACTION_CANCEL:
    case PLM_MARGIN_ACTION_REPAY:
        self->position[0].buy_qty = 0;
        break;
    case PLM_MARGIN_ACTION_NONE:
    case PLM_MARGIN_ACTION_DONE:
    case PLM_MARGIN_ACTION_WAIT:
        break;
    }
    state->steps++;
}

static const char *const words[] = {"none",   "done",   "wait",  "cancel",   "close",
                                    "keeper", "offset", "repay", "takeover", "adl"};

/* "cancel close 0:500 done": position and quantity of what has them. */
static inline void play(pool_scene *self, const world *venue, plm_margin_state *state,
                        uint32_t steps_max, char *out, size_t cap)
{
    size_t size = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < steps_max; i++) {
        plm_margin_step const step = next_step(self, state);
        bool const has = step.qty != 0;
        int const length =
            snprintf(out + size, cap - size, "%s%s", i == 0 ? "" : " ", words[step.action]);
        size += (size_t)length;
        if (has) {
            size += (size_t)snprintf(out + size, cap - size, " %u:%lld", step.position,
                                     (long long)step.qty);
        }
        if (step.action == PLM_MARGIN_ACTION_DONE || step.action == PLM_MARGIN_ACTION_WAIT) {
            break;
        }
        perform(self, venue, &step, state);
    }
}

static inline void assert_story(pool_scene *self, const world *venue, const char *expected)
{
    char found[2000];
    plm_margin_state state = {.episode = 1, .seed = 7, .start = self->input.ts};
    play(self, venue, &state, 30, found, sizeof found);
    assert_string_equal(found, expected);
}

/* -- scenes ---------------------------------------------------------------------------------- */

static inline plm_stage *put_stage(pool_scene *self, plm_stage stage)
{
    plm_rule_set *const set = rules_of(self);
    stage.rounds = stage.rounds == 0 ? 1000 : stage.rounds;
    set->stage[set->stage_count] = stage;
    return &set->stage[set->stage_count++];
}

/* Three longs of 0.5, 1 and 0.2 BTC from 60000, marked at 57000: losses of 1500, 3000, 600;
 * maintenance 1425, 2850, 570. (Rows of one instrument stand for three: legs 0, 1 and 2 of them.)
 * With a balance of 6000, equity 900: it fires. */
static inline pool_scene *three_longs(const char *balance)
{
    pool_scene *const self = open_pool();
    (void)put_asset(self, USDT, balance, price(1, 1));
    (void)put_position(self, LINEAR, 500, 1200000, 1140000);
    (void)put_position(self, LINEAR, 1000, 1200000, 1140000);
    (void)put_position(self, LINEAR, 200, 1200000, 1140000);
    self->position[0].leg = 0;
    move_rules(self, 0);
    return self;
}

#endif
