/*
 * requirement.c - rates by tiers and formulas, minimum, fees, leverage, legs.
 */
#include "requirement.h"

#include "account.h"
#include "check.h"

#define PPM INT64_C(1000000)

/* -- where a position stands ----------------------------------------------------------------- */

static plm_i128 size_of(plm_i128 value)
{
    return value < 0 ? -value : value;
}

bool plm_measure_of(const plm_rules *rules, uint32_t sym, plm_qty qty, plm_money v, plm_i128 *out)
{
    const plm_contract *const contract = &rules->contracts->contract[sym];
    switch (rules->set->rate.measure) {
    case PLM_MEASURE_NONE:
    case PLM_MEASURE_VALUE:
        *out = v.v;
        return true;
    case PLM_MEASURE_CONTRACTS:
        return plm_i128_mul(size_of(qty), plm_pow10(PLM_MONEY_SCALE - contract->qty_scale), out);
    case PLM_MEASURE_COIN:
        if (contract->form == PLM_FORM_INVERSE) {
            *out = v.v;
            return true;
        }
        unsigned const scale = (unsigned)contract->scale - contract->px_scale;
        return plm_i128_mul(
            size_of(qty), (plm_i128)contract->multiplier * plm_pow10(PLM_MONEY_SCALE - scale), out);
    }
    return false;
}

static bool has_tiers(plm_rate_kind kind)
{
    return kind == PLM_RATE_MARGINAL || kind == PLM_RATE_WHOLE;
}

/* The row of a measure: the last one from which on it counts. The first row counts from 0. */
static const plm_rate_row *row_at(const plm_rules *rules, uint32_t sym, plm_i128 measure)
{
    plm_rule_rows const rows = rules->rate[sym];
    if (rows.count == 0) {
        return NULL;
    }
    const plm_rate_row *const first = &rules->set->rate.row[rows.first];
    uint32_t at = 0;
    while (at + 1 < rows.count && first[at + 1].from.v <= measure) {
        at++;
    }
    return &first[at];
}

uint32_t plm_tier_of(const plm_rules *rules, const plm_exposure *exposure)
{
    if (!has_tiers(rules->set->rate.kind) || exposure->row == NULL) {
        return 0;
    }
    const plm_rate_row *const first = &rules->set->rate.row[rules->rate[exposure->sym].first];
    return (uint32_t)(exposure->row - first) + 1;
}

bool plm_exposure_measure(const plm_rules *rules, plm_qty qty, plm_exposure *exposure)
{
    if (!plm_measure_of(rules, exposure->sym, qty, exposure->value, &exposure->measure)) {
        return false;
    }
    exposure->row = row_at(rules, exposure->sym, exposure->measure);
    return true;
}

bool plm_exposure_of(const plm_rules *rules, const plm_margin_position *position, plm_qty qty,
                     plm_money cost, int64_t px2, plm_exposure *out)
{
    plm_assert(position->multiplier > 0);
    const plm_contract *const contract = &rules->contracts->contract[position->sym];
    plm_money value = {0}, interest = {0};
    if (qty != 0 && (!plm_contract_value2(contract, qty, px2, &value) || value.v == PLM_I128_MIN)) {
        return false;
    }
    if (rules->set->rate.oi_ramp && position->open_interest > 0 && px2 > 0 &&
        !plm_contract_value2(contract, position->open_interest, px2, &interest)) {
        return false;
    }
    out->sym = position->sym;
    out->side = (qty > 0) - (qty < 0);
    out->value.v = size_of(value.v);
    out->cost.v = size_of(cost.v);
    out->interest = interest;
    out->leverage = position->leverage;
    out->multiplier = position->multiplier;
    out->taker_rate = position->taker_rate;
    return plm_exposure_measure(rules, qty, out);
}

/* -- rates ----------------------------------------------------------------------------------- */

/* rate * multiplier, up. */
static bool adapted(plm_rate rate, plm_rate multiplier, plm_i128 *out)
{
    *out = rate;
    return multiplier == PLM_RATE_ONE ||
           plm_muldiv(rate, multiplier, PLM_RATE_ONE, PLM_ROUND_CEIL, out);
}

static plm_rate at_most_one(plm_i128 rate)
{
    return rate < PLM_RATE_ONE ? (plm_rate)rate : PLM_RATE_ONE;
}

/* The numbers of a row for one side of the requirement, times the multiplier. */
typedef struct numbers {
    plm_i128 rate, k;
} numbers;

static bool numbers_of(const plm_rate_row *row, plm_rate_view view, plm_rate multiplier,
                       numbers *out)
{
    bool const initial = view == PLM_RATE_VIEW_INITIAL;
    return adapted(initial ? row->initial : row->maintenance, multiplier, &out->rate) &&
           adapted(initial ? row->initial_k : row->maintenance_k, multiplier, &out->k);
}

/* Of an amount x >= 0, at 10^-12, rounded up. */
static bool root_up(plm_i128 x, plm_i128 *out)
{
    plm_i128 scaled;
    if (!plm_i128_mul(x, PPM, &scaled)) { /* 10^-18 to 10^-24 */
        return false;
    }
    if (scaled == 0) {
        *out = 0;
        return true;
    }
    plm_u128 const n = (plm_u128)scaled;
    uint64_t const high = (uint64_t)(n >> 64);
    int const bits =
        high != 0 ? 128 - __builtin_clzll(high) : 64 - __builtin_clzll((unsigned long long)n);
    /* Newton from above: falls until it is the floor of the root. */
    plm_u128 root = (plm_u128)1 << ((bits + 1) / 2);
    for (;;) {
        plm_u128 const next = (root + n / root) / 2;
        if (next >= root) {
            break;
        }
        root = next;
    }
    *out = (plm_i128)(root * root < n ? root + 1 : root);
    return true;
}

/* base + (1 - base) * clamp, whole ppm, down. */
static bool ramp(const plm_rate_row *row, plm_money interest, plm_rate base, plm_rate *out)
{
    *out = base;
    if (row->oi_upper.v <= row->oi_lower.v || interest.v <= row->oi_lower.v) {
        return true;
    }
    plm_i128 part = PPM;
    if (interest.v < row->oi_upper.v &&
        !plm_muldiv(interest.v - row->oi_lower.v, PPM, row->oi_upper.v - row->oi_lower.v,
                    PLM_ROUND_FLOOR, &part)) {
        return false;
    }
    plm_i128 const ppm = (PLM_RATE_ONE - base) * part / PLM_RATE_ONE;
    *out = base + (plm_rate)ppm * PPM;
    return true;
}

/* The slices below the tier of x were summed when the rules moved. False: they are to be summed. */
static bool by_sum_below(const plm_rules *rules, const plm_exposure *exposure, plm_rate_view view,
                         plm_money *out)
{
    const plm_rate_row *const row = exposure->row;
    const plm_rule_below *const sums = &rules->below[row - rules->set->rate.row];
    bool const initial = view == PLM_RATE_VIEW_INITIAL;
    plm_exact_sum sum = {.part = initial ? sums->initial : sums->maintenance};
    return exposure->multiplier == PLM_RATE_ONE && sum.part >= 0 &&
           plm_exact_add(&sum, exposure->measure - row->from.v,
                         at_most_one(initial ? row->initial : row->maintenance)) &&
           plm_exact_total(&sum, plm_requirement_round(rules), out);
}

static bool by_slices(const plm_rules *rules, const plm_exposure *exposure, plm_rate_view view,
                      plm_money *out)
{
    plm_rule_rows const rows = rules->rate[exposure->sym];
    const plm_rate_row *const first = &rules->set->rate.row[rows.first];
    plm_exact_sum sum = {0};
    plm_i128 floor = 0;
    for (uint32_t i = 0; i < rows.count; i++) {
        bool const last = i + 1 == rows.count || exposure->measure <= first[i + 1].from.v;
        plm_i128 const top = last ? exposure->measure : first[i + 1].from.v;
        plm_rate const named =
            view == PLM_RATE_VIEW_INITIAL ? first[i].initial : first[i].maintenance;
        plm_i128 rate;
        if (!adapted(named, exposure->multiplier, &rate) ||
            !plm_exact_add(&sum, top - floor, at_most_one(rate))) {
            return false;
        }
        if (last) {
            break;
        }
        floor = top;
    }
    return plm_exact_total(&sum, plm_requirement_round(rules), out);
}

/* v times a rate at 10^-30, at most 1. */
static bool by_slope(const plm_exposure *exposure, const numbers *use, plm_round round,
                     plm_money *out)
{
    plm_i128 const unit = (plm_i128)plm_pow10(18);
    plm_i128 const one = unit * PLM_RATE_ONE;
    plm_i128 steep, rate;
    if (!plm_i128_mul(use->k, exposure->measure, &steep) ||
        !plm_i128_add(use->rate * unit, steep, &rate) || rate >= one) {
        *out = exposure->value;
        return true;
    }
    return plm_muldiv(exposure->value.v, rate, one, round, &out->v);
}

/* The rate, as one number at 10^-12, of the kinds that have one. */
static bool rate_of(const plm_rules *rules, const plm_exposure *exposure, plm_rate_view view,
                    const plm_rate_row *row, const numbers *use, plm_rate *out)
{
    plm_i128 root, more = 0;
    switch (rules->set->rate.kind) {
    case PLM_RATE_POWER:
        if (!root_up(exposure->measure, &root) ||
            !plm_muldiv(use->k, root, PLM_RATE_ONE, PLM_ROUND_CEIL, &more)) {
            return false;
        }
        break;
    case PLM_RATE_SKEW:
        if (row->scale.v > 0 &&
            !plm_muldiv(use->k, exposure->measure, row->scale.v, PLM_ROUND_CEIL, &more)) {
            return false;
        }
        break;
    case PLM_RATE_FLAT:
    case PLM_RATE_NONE:
    case PLM_RATE_MARGINAL:
    case PLM_RATE_WHOLE:
    case PLM_RATE_AFFINE:
        break;
    }
    plm_rate const rate = more < PLM_RATE_ONE ? at_most_one(use->rate + more) : PLM_RATE_ONE;
    if (rules->set->rate.oi_ramp && view == PLM_RATE_VIEW_INITIAL) {
        return ramp(row, exposure->interest, rate, out);
    }
    *out = rate;
    return true;
}

bool plm_rate_amount(const plm_rules *rules, const plm_exposure *exposure, plm_rate_view view,
                     bool whole, plm_money *out)
{
    const plm_rate_rule *const rule = &rules->set->rate;
    plm_round const round = plm_requirement_round(rules);
    if (rule->kind == PLM_RATE_FLAT && rule->row_count == 0) {
        plm_i128 rate;
        return adapted(rule->flat, exposure->multiplier, &rate) &&
               plm_exact_rate(exposure->value, at_most_one(rate), round, out);
    }
    const plm_rate_row *const row = exposure->row;
    if (row == NULL) {
        return false;
    }
    if (rule->kind == PLM_RATE_MARGINAL && !whole) {
        return by_sum_below(rules, exposure, view, out) || by_slices(rules, exposure, view, out);
    }
    numbers use;
    if (!numbers_of(row, view, exposure->multiplier, &use)) {
        return false;
    }
    if (rule->kind == PLM_RATE_AFFINE) {
        return by_slope(exposure, &use, round, out);
    }
    plm_rate rate;
    return rate_of(rules, exposure, view, row, &use, &rate) &&
           plm_exact_rate(exposure->value, rate, round, out);
}

/* -- one position ---------------------------------------------------------------------------- */

static bool add_to(plm_money *sum, plm_money more)
{
    return plm_money_add(*sum, more, sum);
}

bool plm_requirement_maintenance(const plm_rules *rules, const plm_exposure *exposure,
                                 plm_money *out)
{
    if (exposure->side == 0) {
        *out = (plm_money){0};
        return true;
    }
    const plm_rate_rule *const rule = &rules->set->rate;
    plm_money sum, fee;
    if (!plm_rate_amount(rules, exposure, PLM_RATE_VIEW_MAINTENANCE, false, &sum) ||
        !add_to(&sum, rule->minimum)) {
        return false;
    }
    if (rule->fee_in_maintenance && (!plm_exact_rate(exposure->value, rules->fee[exposure->sym],
                                                     plm_requirement_round(rules), &fee) ||
                                     !add_to(&sum, fee))) {
        return false;
    }
    *out = sum;
    return true;
}

static int64_t leverage_of(const plm_exposure *exposure)
{
    plm_assert(exposure->leverage > 0);
    int64_t const most = exposure->row == NULL ? 0 : exposure->row->leverage_max;
    return most > 0 && most < exposure->leverage ? most : exposure->leverage;
}

bool plm_requirement_open(const plm_rules *rules, const plm_exposure *exposure, bool whole,
                          plm_money *out)
{
    plm_round const round = plm_requirement_round(rules);
    switch (rules->set->rate.initial) {
    case PLM_INITIAL_NONE:
        *out = (plm_money){0};
        return true;
    case PLM_INITIAL_LEVERAGE:
        return plm_exact_scale(exposure->value.v, PLM_LEVERAGE_UNIT, leverage_of(exposure), round,
                               &out->v);
    case PLM_INITIAL_TABLE:
        return plm_rate_amount(rules, exposure, PLM_RATE_VIEW_INITIAL, whole, out);
    case PLM_INITIAL_TIMES:
        return plm_rate_amount(rules, exposure, PLM_RATE_VIEW_MAINTENANCE, whole, out) &&
               plm_exact_rate(*out, rules->set->rate.initial_times, round, out);
    }
    return false;
}

/* Fee of closing the position alone at its bankruptcy price. */
static bool close_fee(const plm_rules *rules, const plm_exposure *exposure, plm_money *out)
{
    bool const inverse = rules->contracts->contract[exposure->sym].form == PLM_FORM_INVERSE;
    bool const above = (exposure->side > 0) == inverse;
    int64_t const leverage = leverage_of(exposure);
    int64_t const part = above ? leverage + PLM_LEVERAGE_UNIT : leverage - PLM_LEVERAGE_UNIT;
    plm_round const round = plm_requirement_round(rules);
    plm_money value;
    return plm_exact_scale(exposure->cost.v, part > 0 ? part : 0, leverage, round, &value.v) &&
           plm_exact_rate(value, exposure->taker_rate, round, out);
}

static plm_money larger(plm_money a, plm_money b)
{
    return a.v < b.v ? b : a;
}

bool plm_requirement_of(const plm_rules *rules, const plm_exposure *exposure, plm_requirement *out)
{
    const plm_rate_rule *const rule = &rules->set->rate;
    plm_requirement found = {0};
    if (exposure->side == 0) {
        *out = found;
        return true;
    }
    bool const times = rule->initial == PLM_INITIAL_TIMES;
    if (!plm_requirement_maintenance(rules, exposure, &found.maintenance) ||
        (times ? !plm_exact_rate(found.maintenance, rule->initial_times,
                                 plm_requirement_round(rules), &found.initial)
               : !plm_requirement_open(rules, exposure, false, &found.initial))) {
        return false;
    }
    found.initial = larger(found.initial, found.maintenance);
    plm_money fee;
    if (rule->close_fee_in_initial &&
        (!close_fee(rules, exposure, &fee) || !add_to(&found.initial, fee))) {
        return false;
    }
    *out = found;
    return true;
}
