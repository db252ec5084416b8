/*
 * trial.c - copies, changes, assesses.
 */
#include "trial.h"

#include <string.h>

#include "account.h"
#include "check.h"
#include "memory.h"

#define ONE INT64_C(1000000000000) /* 1 as a rate */

void plm_trial_init(plm_trial *trial, const plm_rules *rules, const plm_margin_input *input)
{
    *trial = (plm_trial){
        .rules = rules,
        .origin = input,
        .asset = plm_alloc(input->asset_count, sizeof *trial->asset),
        .position = plm_alloc(input->position_count, sizeof *trial->position),
        .out = {.size = sizeof trial->out,
                .part = plm_alloc(input->position_count, sizeof *trial->out.part)},
    };
    plm_trial_reset(trial);
}

void plm_trial_fini(plm_trial *trial)
{
    plm_free(trial->asset);
    plm_free(trial->position);
    plm_free(trial->out.part);
    *trial = (plm_trial){0};
}

void plm_trial_reset(plm_trial *trial)
{
    const plm_margin_input *const origin = trial->origin;
    trial->input = *origin;
    trial->input.asset = trial->asset;
    trial->input.position = trial->position;
    if (origin->asset_count > 0) {
        memcpy(trial->asset, origin->asset, origin->asset_count * sizeof *trial->asset);
    }
    if (origin->position_count > 0) {
        memcpy(trial->position, origin->position, origin->position_count * sizeof *trial->position);
    }
}

/* -- changes --------------------------------------------------------------------------------- */

static bool add_balance(plm_trial *trial, uint32_t place, plm_money amount)
{
    plm_money balance;
    if (!plm_money_add(plm_money_of(trial->asset[place].balance), amount, &balance)) {
        return false;
    }
    trial->asset[place].balance = plm_amount_of(balance);
    return true;
}

bool plm_trial_close(plm_trial *trial, uint32_t position, plm_qty qty, plm_money value)
{
    plm_margin_position *const row = &trial->position[position];
    const plm_contract *const contract = &trial->rules->contracts->contract[row->sym];
    plm_qty const whole = row->qty < 0 ? -row->qty : row->qty;
    plm_assert(qty > 0);
    plm_assert(qty <= whole);
    plm_money const cost = plm_money_of(row->cost);
    plm_money taken, left, realised;
    if (!plm_money_muldiv(cost, qty, whole, PLM_ROUND_HALF_EVEN, &taken) ||
        !plm_money_sub(cost, taken, &left) ||
        !plm_contract_profit(contract, value, taken, &realised) ||
        !add_balance(trial, row->place, realised)) {
        return false;
    }
    row->cost = plm_amount_of(left);
    row->qty += row->qty < 0 ? qty : -qty;
    return true;
}

bool plm_trial_pay(plm_trial *trial, uint32_t position, plm_money amount)
{
    plm_money negative;
    return plm_money_negate(amount, &negative) &&
           add_balance(trial, trial->position[position].place, negative);
}

bool plm_trial_assess(plm_trial *trial)
{
    return plm_assess(trial->rules, &trial->input, &trial->out);
}

/* -- questions ------------------------------------------------------------------------------- */

bool plm_margin_is_flat(const plm_margin_input *input)
{
    for (uint32_t i = 0; i < input->position_count; i++) {
        if (input->position[i].qty != 0) {
            return false;
        }
    }
    return true;
}

bool plm_margin_at_rest(const plm_margin_input *input)
{
    for (uint32_t i = 0; i < input->asset_count; i++) {
        if (input->asset[i].balance.hi < 0) {
            return false;
        }
    }
    return plm_margin_is_flat(input);
}

bool plm_margin_fires(const plm_rule_set *set, plm_money requirement, plm_money equity,
                      plm_rate buffer)
{
    int const order = plm_compare_products(requirement.v, ONE + buffer, equity.v, ONE);
    return set->trigger_above ? order > 0 : order >= 0;
}

bool plm_margin_to_unit(const plm_margin_input *input, uint32_t place, plm_money amount,
                        plm_round round, plm_money *out)
{
    plm_i128 const num = plm_money_of(input->asset[place].price.num).v;
    plm_i128 const den = plm_money_of(input->asset[place].price.den).v;
    plm_assert(den > 0);
    return plm_muldiv(amount.v, num, den, round, &out->v);
}

bool plm_margin_value(const plm_rules *rules, const plm_margin_position *position, plm_money *out)
{
    plm_assert(position->requirement_px2 > 0);
    return plm_contract_value2(&rules->contracts->contract[position->sym], position->qty,
                               position->requirement_px2, out);
}
