/*
 * trial.h - what if: a copy of an input that can be changed and assessed again. It takes memory, so
 * it is for steps of a liquidation and for displayed prices, never for an event.
 */
#ifndef PLM_TRIAL_H
#define PLM_TRIAL_H

#include "assess.h"

typedef struct plm_trial {
    const plm_rules *rules;
    const plm_margin_input *origin;
    plm_margin_input input;
    plm_margin_asset *asset;
    plm_margin_position *position;
    plm_margin_output out;
} plm_trial;

void plm_trial_init(plm_trial *trial, const plm_rules *rules, const plm_margin_input *input);
void plm_trial_fini(plm_trial *trial);

/* Back to the original. */
void plm_trial_reset(plm_trial *trial);

/* Closes qty (> 0, at most all) of a position for `value` (signed as the position): cost and
 * balance as after a fill. False: an amount does not fit. */
PLM_NODISCARD bool plm_trial_close(plm_trial *trial, uint32_t position, plm_qty qty,
                                   plm_money value);

/* Takes an amount off the balance that a position settles in. */
PLM_NODISCARD bool plm_trial_pay(plm_trial *trial, uint32_t position, plm_money amount);

/* Assesses into trial->out. False: an amount does not fit. */
PLM_NODISCARD bool plm_trial_assess(plm_trial *trial);

/* After an assessment: whether the pool has neither a position nor a balance below 0. */
bool plm_margin_at_rest(const plm_margin_input *input);
bool plm_margin_is_flat(const plm_margin_input *input);

/* Whether the trigger of the rules in force fires at requirement * (1 + buffer), compared exactly.
 */
bool plm_margin_fires(const plm_rule_set *set, plm_money requirement, plm_money equity,
                      plm_rate buffer);

/* An amount of an asset of the input in the pool's unit, rounded as named. */
PLM_NODISCARD bool plm_margin_to_unit(const plm_margin_input *input, uint32_t place,
                                      plm_money amount, plm_round round, plm_money *out);

/* Signed value of a position's whole quantity at its requirement price. */
PLM_NODISCARD bool plm_margin_value(const plm_rules *rules, const plm_margin_position *position,
                                    plm_money *out);

#endif
