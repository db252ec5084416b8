/*
 * mark_composite.c - the marks that a rulebook makes of other prices, at the multiples of its
 * cadence (docs/margin.md, 2).
 */
#include "check.h"
#include "mark_parts.h"
#include "memory.h"

#define MICROS 1000000
#define PX2_MAX (INT64_C(1) << 62) /* as twice a price of a market */
#define RATE_ONE INT64_C(1000000000000)

/* -- life -------------------------------------------------------------------------------------- */

static plm_status init_part(plm_mark_part *part, plm_price_word word, int64_t window_ns,
                            const plm_price_rule *rule, plm_diag *diag)
{
    *part = (plm_mark_part){.word = (uint8_t)word};
    if (window_ns == 0) {
        return PLM_OK;
    }
    int64_t const window = window_ns / rule->cadence_ns;
    if (window > PLM_MARK_OBSERVATIONS_MAX) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "the basis of a mark has %lld observations (its window over the cadence); "
                        "allowed: at most %u",
                        (long long)window, PLM_MARK_OBSERVATIONS_MAX);
    }
    part->window = (uint32_t)(window < 1 ? 1 : window);
    if (word == PLM_PRICE_BASIS_AVERAGE) {
        part->observation = plm_alloc(part->window, sizeof *part->observation);
    }
    return PLM_OK;
}

plm_status plm_mark_made_init(plm_mark_made *made, const plm_mark_def *def,
                              const plm_price_rule *rule, uint32_t sym, plm_diag *diag)
{
    plm_assert(rule->cadence_ns > 0);
    *made = (plm_mark_made){.sym = sym, .word = (uint8_t)def->word};
    if (def->member_count == 0) {
        made->part_count = 1;
        return init_part(&made->part[0], def->word, def->window_ns, rule, diag);
    }
    for (uint32_t i = 0; i < def->member_count; i++) {
        made->part_count++;
        PLM_TRY(
            init_part(&made->part[i], def->member[i].word, def->member[i].window_ns, rule, diag));
    }
    return PLM_OK;
}

void plm_mark_made_fini(plm_mark_made *made)
{
    for (uint32_t i = 0; i < made->part_count; i++) {
        plm_free(made->part[i].observation);
    }
}

/* -- parts ------------------------------------------------------------------------------------- */

/* index * (1 + rate * left / interval) */
static bool with_funding(const plm_market_view *view, plm_px index2, plm_ts ts, int64_t interval_ns,
                         plm_i128 *out)
{
    int64_t const left = view->funding_due > ts ? view->funding_due - ts : 0;
    plm_i128 whole, part, sum;
    return plm_i128_mul(RATE_ONE, interval_ns, &whole) &&
           plm_i128_mul(view->funding_rate, left, &part) && plm_i128_add(whole, part, &sum) &&
           plm_muldiv(index2, sum, whole, PLM_ROUND_HALF_EVEN, out);
}

/* The average moves by one observation; its oldest leaves. */
static bool observe_average(plm_mark_part *part, int64_t basis)
{
    plm_i128 sum = part->sum;
    if (part->count == part->window && !plm_i128_sub(sum, part->observation[part->next], &sum)) {
        return false;
    }
    if (!plm_i128_add(sum, basis, &sum)) {
        return false;
    }
    part->sum = sum;
    part->observation[part->next] = basis;
    part->next = part->next + 1 == part->window ? 0 : part->next + 1;
    part->count += part->count < part->window ? 1 : 0;
    return true;
}

/* e moves by 2 * (basis - e) / (window + 1). */
static bool observe_ema(plm_mark_part *part, int64_t basis)
{
    plm_i128 target, gap, step, moved;
    if (!plm_i128_mul(basis, MICROS, &target) || !plm_i128_sub(target, part->basis_micros, &gap) ||
        !plm_muldiv(gap, 2, (plm_i128)part->window + 1, PLM_ROUND_HALF_EVEN, &step) ||
        !plm_i128_add(part->basis_micros, step, &moved)) {
        return false;
    }
    part->basis_micros = moved;
    part->count = 1;
    return true;
}

/* Index + basis; 0 while nothing was observed. */
static bool with_basis(const plm_mark_part *part, plm_px index2, plm_i128 *out)
{
    plm_i128 basis;
    bool const average = part->word == PLM_PRICE_BASIS_AVERAGE;
    *out = 0;
    if (index2 == 0 || part->count == 0) {
        return true;
    }
    return plm_i128_div(average ? part->sum : part->basis_micros, average ? part->count : MICROS,
                        PLM_ROUND_HALF_EVEN, &basis) &&
           plm_i128_add(index2, basis, out);
}

/* What a part is now, and 0 for what is no price. */
static bool evaluate(const plm_mark_source *marks, plm_mark_part *part, const plm_market *market,
                     uint32_t sym, plm_ts ts, plm_px *out)
{
    plm_px const index2 = plm_mark_source_word_px2(marks, market, sym, PLM_PRICE_INDEX);
    plm_px const mid2 = plm_mark_source_word_px2(marks, market, sym, PLM_PRICE_MID);
    bool const observed = index2 != 0 && mid2 != 0;
    plm_i128 px2 = 0;
    bool fits = true;
    switch ((plm_price_word)part->word) {
    case PLM_PRICE_FUNDING_INDEX:
        fits = with_funding(&market->view[sym], index2, ts, marks->rule->interval_ns, &px2);
        break;
    case PLM_PRICE_BASIS_AVERAGE:
        fits =
            (!observed || observe_average(part, mid2 - index2)) && with_basis(part, index2, &px2);
        break;
    case PLM_PRICE_BASIS_EMA:
        fits = (!observed || observe_ema(part, mid2 - index2)) && with_basis(part, index2, &px2);
        break;
    case PLM_PRICE_TAPE:
    case PLM_PRICE_LAST:
    case PLM_PRICE_INDEX:
    case PLM_PRICE_MID:
        px2 = plm_mark_source_word_px2(marks, market, sym, (plm_price_word)part->word);
        break;
    case PLM_PRICE_NONE:
    case PLM_PRICE_MARK:
    case PLM_PRICE_MEDIAN:
    case PLM_PRICE_MIN:
    case PLM_PRICE_MAX:
        plm_assert(false);
    }
    if (!fits || px2 > PX2_MAX) {
        return false;
    }
    *out = px2 > 0 ? (plm_px)px2 : 0;
    return true;
}

/* -- the whole --------------------------------------------------------------------------------- */

static void sort(plm_px *list, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        plm_px const px2 = list[i];
        uint32_t at = i;
        for (; at > 0 && list[at - 1] > px2; at--) {
            list[at] = list[at - 1];
        }
        list[at] = px2;
    }
}

/* Without the price of a member there is none: a sorted list begins with it. */
static plm_px combine(plm_price_word word, plm_px *list, uint32_t count)
{
    sort(list, count);
    if (list[0] == 0) {
        return 0;
    }
    return word == PLM_PRICE_MAX      ? list[count - 1]
           : word == PLM_PRICE_MEDIAN ? list[(count - 1) / 2]
                                      : list[0];
}

plm_ts plm_mark_source_next(const plm_mark_source *marks, plm_ts ts)
{
    if (marks->made_count == 0) {
        return PLM_TS_MAX;
    }
    int64_t const cadence = marks->rule->cadence_ns;
    plm_ts const next = ts - ts % cadence + cadence;
    return next < PLM_TS_MAX ? next : PLM_TS_MAX;
}

plm_status plm_mark_source_tick(plm_mark_source *marks, const plm_market *market, plm_ts ts,
                                plm_diag *diag, bool *out_changed)
{
    bool changed = false;
    for (uint32_t i = 0; i < marks->made_count; i++) {
        plm_mark_made *const made = &marks->made[i];
        plm_px list[PLM_MARK_DEFS_MAX];
        for (uint32_t k = 0; k < made->part_count; k++) {
            if (!evaluate(marks, &made->part[k], market, made->sym, ts, &list[k])) {
                return plm_fail(diag, PLM_ERR_RUN, "the mark of '%.64s' is above 2^61 steps",
                                marks->contracts->rows[made->sym].symbol);
            }
        }
        plm_px const px2 = combine((plm_price_word)made->word, list, made->part_count);
        changed = changed || px2 != made->px2;
        made->px2 = px2;
    }
    *out_changed = changed;
    return PLM_OK;
}
