/*
 * conversion.c - what is paid is rounded up, what is received down.
 */
#include "conversion.h"

#include <string.h>

#include "account.h"

#define ONE INT64_C(1000000000000)

static bool times(plm_money amount, plm_fraction price, plm_round round, plm_money *out)
{
    return plm_muldiv(amount.v, plm_money_of(price.num).v, plm_money_of(price.den).v, round,
                      &out->v);
}

static bool over(plm_money amount, plm_fraction price, plm_round round, plm_money *out)
{
    return plm_muldiv(amount.v, plm_money_of(price.den).v, plm_money_of(price.num).v, round,
                      &out->v);
}

bool plm_conversion_of(plm_fraction from, plm_fraction to, plm_money have, plm_money owed,
                       plm_rate cost, plm_conversion *out)
{
    plm_conversion all = {.received = owed};
    plm_money value, whole;
    if (!times(owed, to, PLM_ROUND_CEIL, &value) || !over(value, from, PLM_ROUND_CEIL, &all.paid) ||
        !plm_money_rate(all.paid, cost, PLM_ROUND_CEIL, &all.fee) ||
        !plm_money_add(all.paid, all.fee, &whole)) {
        return false;
    }
    if (plm_money_compare(whole, have) <= 0) {
        *out = all;
        return true;
    }
    plm_conversion part;
    if (!plm_muldiv(have.v, ONE, ONE + (plm_i128)cost, PLM_ROUND_FLOOR, &part.paid.v) ||
        !plm_money_sub(have, part.paid, &part.fee) ||
        !times(part.paid, from, PLM_ROUND_FLOOR, &value) ||
        !over(value, to, PLM_ROUND_FLOOR, &part.received)) {
        return false;
    }
    *out = part;
    return true;
}

/* -- the order of assets --------------------------------------------------------------------- */

static uint32_t rank_of(const plm_collateral_rule *rule, const char *asset)
{
    uint32_t rank = 0;
    while (rank < rule->order_named && strcmp(rule->order[rank], asset) != 0) {
        rank++;
    }
    return rank;
}

bool plm_conversion_before(const plm_collateral_rule *rule, const char *a, const char *b)
{
    uint32_t const first = rank_of(rule, a), second = rank_of(rule, b);
    return first != second ? first < second : strcmp(a, b) < 0;
}
