/*
 * rulebook_words.c - the choices of a rulebook in words for people.
 */
#include "rulebook_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "decimal.h"
#include "stage_words.h"
#include "timetext.h"

void plm_words_add(plm_words *words, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int const size =
        vsnprintf(words->text + words->size, sizeof words->text - words->size, format, arguments);
    va_end(arguments);
    plm_assert(size >= 0);
    words->size += (size_t)size;
    if (words->size >= sizeof words->text) {
        words->size = sizeof words->text - 1; /* cut: only a rulebook of many long words is */
    }
}

/* 0.005 as "0.5 %". */
void plm_words_percent(plm_words *words, plm_rate rate)
{
    char text[PLM_DECIMAL_TEXT_CAP];
    (void)plm_decimal_format(rate, PLM_RATE_SCALE - 2, text);
    plm_words_add(words, "%s %%", text);
}

void plm_words_money(plm_words *words, plm_money money)
{
    char text[PLM_DECIMAL_TEXT_CAP];
    (void)plm_decimal_format_money(money, text);
    plm_words_add(words, "%s", text);
}

void plm_words_duration(plm_words *words, int64_t ns)
{
    char text[PLM_TIME_TEXT_CAP];
    (void)plm_duration_format(ns, text);
    plm_words_add(words, "%s", text);
}

static void add_rate(plm_words *words, plm_rate rate)
{
    char text[PLM_DECIMAL_TEXT_CAP];
    (void)plm_decimal_format(rate, PLM_RATE_SCALE, text);
    plm_words_add(words, "%s", text);
}

/* -- P1, P2 ---------------------------------------------------------------------------------- */

static void add_scope(plm_words *words, const char *regime, plm_pool_scope scope)
{
    const char *const before = words->size > 0 ? "; " : "";
    switch (scope) {
    case PLM_POOL_SCOPE_NONE:
        break;
    case PLM_POOL_ACCOUNT:
        plm_words_add(words, "%s%s: one pool for the account", before, regime);
        break;
    case PLM_POOL_CURRENCY:
        plm_words_add(words, "%s%s: one pool for each asset", before, regime);
        break;
    }
}

static void pool_words(const plm_rulebook *book, plm_words *out)
{
    const plm_pool_rule *const pool = &book->pool;
    add_scope(out, "cross", pool->cross);
    add_scope(out, "portfolio", pool->portfolio);
    if (pool->isolated) {
        plm_words_add(out, "%sisolated: one pool for each position, topped up %s",
                      out->size > 0 ? "; " : "",
                      pool->topup_auto ? "from the account when it fires" : "by hand alone");
    }
    if (pool->cross == PLM_POOL_ACCOUNT || pool->portfolio == PLM_POOL_ACCOUNT) {
        plm_words_add(out, "; measured in %s",
                      pool->unit[0] == '\0' ? "the report currency" : pool->unit);
    }
}

static const char *netting_words(plm_netting netting)
{
    switch (netting) {
    case PLM_NETTING_NET:
        return "what is left of long against short";
    case PLM_NETTING_GROSS:
        return "long and short legs added";
    case PLM_NETTING_MAX_SIDE:
        return "the larger of both legs";
    case PLM_NETTING_NONE:
        break;
    }
    return "";
}

/* -- P3 -------------------------------------------------------------------------------------- */

static const char *use_words(plm_price_word word)
{
    switch (word) {
    case PLM_PRICE_MARK:
        return "mark";
    case PLM_PRICE_LAST:
        return "last trade";
    case PLM_PRICE_INDEX:
        return "index";
    case PLM_PRICE_MID:
        return "middle of bid and ask";
    case PLM_PRICE_TAPE:
        return "the tape's mark";
    case PLM_PRICE_FUNDING_INDEX:
        return "index with the funding that is left";
    case PLM_PRICE_BASIS_AVERAGE:
        return "index with the average basis of ";
    case PLM_PRICE_BASIS_EMA:
        return "index with the moving basis (EMA) of ";
    case PLM_PRICE_MEDIAN:
        return "the median of ";
    case PLM_PRICE_MIN:
        return "the smallest of ";
    case PLM_PRICE_MAX:
        return "the largest of ";
    case PLM_PRICE_NONE:
        break;
    }
    return "";
}

static void add_def(plm_words *words, plm_price_word word, int64_t window_ns)
{
    plm_words_add(words, "%s", use_words(word));
    if (window_ns != 0) {
        plm_words_duration(words, window_ns);
    }
}

static void mark_words(const plm_price_rule *price, plm_words *out)
{
    plm_words_add(out, "\nmark: ");
    for (uint32_t i = 0; i < price->mark_count; i++) {
        const plm_mark_def *const def = &price->mark[i];
        plm_words_add(out, "%s", i > 0 ? "; else " : "");
        add_def(out, def->word, def->window_ns);
        for (uint32_t j = 0; j < def->member_count; j++) {
            plm_words_add(out, "%s", j > 0 ? ", " : "");
            add_def(out, def->member[j].word, def->member[j].window_ns);
        }
    }
    if (price->cadence_ns != 0) {
        plm_words_add(out, "; computed every ");
        plm_words_duration(out, price->cadence_ns);
    }
}

static void price_words(const plm_price_rule *price, plm_words *out)
{
    plm_words_add(out, "profit at the %s; requirement at the %s; funding at the %s",
                  use_words(price->pnl), use_words(price->requirement), use_words(price->funding));
    if (price->trigger != PLM_PRICE_NONE) {
        plm_words_add(out, "; tested at the %s", use_words(price->trigger));
    }
    if (price->stale_ns != 0) {
        plm_words_add(out, "; no test at a price older than ");
        plm_words_duration(out, price->stale_ns);
    }
    mark_words(price, out);
}

/* -- P4 to P7 -------------------------------------------------------------------------------- */

static const char *measure_words(plm_measure measure)
{
    switch (measure) {
    case PLM_MEASURE_VALUE:
        return "the value of the position in its settle asset";
    case PLM_MEASURE_CONTRACTS:
        return "contracts";
    case PLM_MEASURE_COIN:
        return "coin";
    case PLM_MEASURE_NONE:
        break;
    }
    return "";
}

static void kind_words(const plm_rate_rule *rate, plm_words *out)
{
    switch (rate->kind) {
    case PLM_RATE_NONE:
        break;
    case PLM_RATE_FLAT:
        if (rate->row_count == 0) {
            plm_words_percent(out, rate->flat);
            plm_words_add(out, " of the value, whatever the size");
        } else {
            plm_words_add(out, "one rate for each instrument%s",
                          rate->oi_ramp ? "; the initial one rises with open interest" : "");
        }
        break;
    case PLM_RATE_MARGINAL:
        plm_words_add(out, "tiers, each slice at its own rate");
        break;
    case PLM_RATE_WHOLE:
        plm_words_add(out, "tiers, the whole position at the rate of its tier");
        break;
    case PLM_RATE_AFFINE:
        plm_words_add(out, "a base rate and a slope by size");
        break;
    case PLM_RATE_POWER:
        plm_words_add(out, "a base rate and a part by the square root of size");
        break;
    case PLM_RATE_SKEW:
        plm_words_add(out, "a smallest rate and a part by size over the market's scale");
        break;
    }
}

static void rate_words(const plm_rate_rule *rate, plm_words *out)
{
    kind_words(rate, out);
    if (rate->scenario_count > 0) {
        plm_words_add(out, "%sportfolio: the worst of %u scenarios%s", out->size > 0 ? "; " : "",
                      rate->scenario_count,
                      rate->spot_included ? ", holdings of the base asset among it" : "");
    }
}

static void level_words(const plm_rate_rule *rate, bool portfolio, plm_words *out)
{
    switch (rate->initial) {
    case PLM_INITIAL_LEVERAGE:
        plm_words_add(out, "initial: value / leverage, at most the leverage of the tier");
        break;
    case PLM_INITIAL_TABLE:
        plm_words_add(out, "initial: by the table");
        break;
    case PLM_INITIAL_TIMES:
        plm_words_add(out, "initial: maintenance times ");
        add_rate(out, rate->initial_times);
        break;
    case PLM_INITIAL_NONE:
        break;
    }
    if (portfolio) {
        plm_words_add(out, "; portfolio: maintenance times ");
        add_rate(out, rate->scenario_factor);
    }
    for (uint32_t i = 0; i < rate->warn_count; i++) {
        plm_words_add(out, "%s", i == 0 ? "; warnings at maintenance / equity of " : ", ");
        plm_words_percent(out, rate->warn[i]);
    }
}

static void addon_words(const plm_rate_rule *rate, plm_words *out)
{
    if (rate->fee_in_maintenance) {
        plm_words_add(out, "the liquidation fee is part of maintenance; ");
    }
    if (rate->close_fee_in_initial) {
        plm_words_add(out, "the fee of closing is part of the initial margin; ");
    }
    if (rate->minimum.v != 0) {
        plm_words_money(out, rate->minimum);
        plm_words_add(out, " for each position; ");
    }
    if (rate->offset != 0) {
        plm_words_percent(out, rate->offset);
        plm_words_add(out, " of what offsets within a unit; ");
    }
    if (rate->gross != 0) {
        plm_words_percent(out, rate->gross);
        plm_words_add(out, " of all values; ");
    }
    if (out->size == 0) {
        plm_words_add(out, "none");
    } else {
        out->text[out->size -= 2] = '\0'; /* the last "; " */
    }
}

/* -- P8 to P11 ------------------------------------------------------------------------------- */

static void collateral_words(const plm_collateral_rule *rule, plm_words *out)
{
    if (rule->settle_only) {
        plm_words_add(out, "the assets of the pool in full");
        return;
    }
    plm_words_add(out, "weights by slices of %s: ", rule->by_value ? "value" : "coin");
    for (uint32_t i = 0; i < rule->order_count; i++) {
        plm_words_add(out, "%s%s", i > 0 ? ", " : "", rule->order[i]);
    }
    plm_words_add(out, rule->borrow ? "; balances may go below 0, debts are paid in this order"
                                    : "; no borrowing");
    if (rule->converts) {
        plm_words_add(out, "; converted from a debt of ");
        plm_words_money(out, rule->convert_below);
        plm_words_add(out, " on, at a cost of ");
        plm_words_percent(out, rule->convert_cost);
    }
}

static void offset_words(const plm_offset_rule *rule, plm_words *out)
{
    plm_words_add(out, rule->scenario ? "what the scenarios of one underlying offset" : "none");
    for (uint32_t i = 0; i < rule->credit_count; i++) {
        plm_words_add(out, "; %s against %s: ", rule->credit[i].unit[0], rule->credit[i].unit[1]);
        plm_words_percent(out, rule->credit[i].rate);
    }
}

static const char *order_words(plm_order_margin orders)
{
    switch (orders) {
    case PLM_ORDER_MARGIN_FREE:
        return "resting orders hold nothing";
    case PLM_ORDER_MARGIN_SUM:
        return "each opening order holds its initial margin and fee";
    case PLM_ORDER_MARGIN_WORSE_SIDE:
        return "the worse of all buys or all sells filled";
    case PLM_ORDER_MARGIN_NONE:
        break;
    }
    return "";
}

static void trigger_words(const plm_rule_set *set, plm_words *out)
{
    plm_words_add(out, "maintenance %s equity, %s%s", set->trigger_above ? "above" : "at or above",
                  set->test_each ? "after each event" : "after the last event of an instant",
                  set->locked ? "; the account is locked meanwhile" : "");
}

/* -- P13 to P16, the rest -------------------------------------------------------------------- */

static const char *round_words(plm_round round)
{
    switch (round) {
    case PLM_ROUND_FLOOR:
        return "down";
    case PLM_ROUND_CEIL:
        return "up";
    case PLM_ROUND_HALF_EVEN:
        return "half to even";
    case PLM_ROUND_NONE:
    case PLM_ROUND_AWAY:
        break;
    }
    return "";
}

static void adaptive_words(const plm_adaptive_rule *rule, plm_words *out)
{
    if (rule->shape == PLM_ADAPTIVE_NONE) {
        return;
    }
    plm_words_add(out, "rates times %s / ",
                  rule->shape == PLM_ADAPTIVE_LINEAR ? "sigma" : "max(1, sigma)");
    add_rate(out, rule->sigma_ref);
    plm_words_add(out, rule->realised ? ", sigma of the last %u returns" : ", sigma by EWMA",
                  rule->window);
    plm_words_add(out, "; from ");
    add_rate(out, rule->floor);
    plm_words_add(out, " to ");
    add_rate(out, rule->cap);
    plm_words_add(out, ", down by ");
    add_rate(out, rule->down);
    plm_words_add(out, " every ");
    plm_words_duration(out, rule->cadence_ns);
}

/* -- the table of choices -------------------------------------------------------------------- */

static const char *const numbers[PLM_CHOICES] = {"P1",  "P2",  "P3",  "P4",  "P5",  "P6",
                                                 "P7",  "P8",  "P9",  "P10", "P11", "P12",
                                                 "P13", "P14", "P15", "P16", "",    ""};
static const char *const names[PLM_CHOICES] = {
    "pools",   "legs",       "prices",  "measure", "rate",     "levels",
    "add-ons", "collateral", "offsets", "orders",  "trigger",  "stages",
    "fee",     "fund",       "adl",     "losses",  "rounding", "adaptive"};

const char *plm_choice_number(unsigned choice)
{
    plm_assert(choice < PLM_CHOICES);
    return numbers[choice];
}

const char *plm_choice_name(unsigned choice)
{
    plm_assert(choice < PLM_CHOICES);
    return names[choice];
}

static void last_words(const plm_rulebook *book, const plm_rule_set *set, unsigned choice,
                       plm_words *out)
{
    switch (choice) {
    case 12:
        plm_fee_words(&set->fee, out);
        break;
    case 13:
        plm_words_add(out, "never below ");
        plm_words_money(out, set->insurance_floor);
        break;
    case 14:
        plm_words_add(out, "%s", plm_adl_words(set->adl));
        break;
    case 15:
        plm_words_add(out, set->socialise_winners ? "shared among the winners of the day" : "none");
        break;
    case 16:
        plm_words_add(out, "requirement %s, equity %s, fee %s", round_words(set->round_requirement),
                      round_words(set->round_equity), round_words(set->round_fee));
        break;
    default:
        adaptive_words(&book->adaptive, out);
    }
}

void plm_choice_words(const plm_rulebook *book, const plm_rule_set *set, unsigned choice,
                      plm_words *out)
{
    *out = (plm_words){0};
    switch (choice) {
    case 0:
        pool_words(book, out);
        break;
    case 1:
        plm_words_add(out, "maintenance: %s; initial: %s", netting_words(set->net_maintenance),
                      netting_words(set->net_initial));
        break;
    case 2:
        price_words(&set->price, out);
        break;
    case 3:
        plm_words_add(out, "%s", measure_words(set->rate.measure));
        break;
    case 4:
        rate_words(&set->rate, out);
        break;
    case 5:
        level_words(&set->rate, plm_rulebook_has(book, PLM_REGIME_PORTFOLIO), out);
        break;
    case 6:
        addon_words(&set->rate, out);
        break;
    case 7:
        collateral_words(&set->collateral, out);
        break;
    case 8:
        offset_words(&set->offset, out);
        break;
    case 9:
        plm_words_add(out, "%s", order_words(set->orders));
        break;
    case 10:
        trigger_words(set, out);
        break;
    case 11:
        plm_stage_words(set, out);
        break;
    default:
        last_words(book, set, choice, out);
    }
}
