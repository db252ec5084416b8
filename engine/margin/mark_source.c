/*
 * mark_source.c - which price stands behind which use, instrument by instrument, and what it is.
 */
#include "mark_source.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "mark_parts.h"
#include "memory.h"
#include "timetext.h"

/* -- what a definition needs ------------------------------------------------------------------- */

static const char *const word_names[] = {
    "none",           "mark",           "last",       "index",  "mid", "tape",
    "funding: index", "basis: average", "basis: ema", "median", "min", "max"};

/* What the tape lacks for a word, as the words of a message; NULL: nothing. */
static const char *lack_of(const plm_mark_source *marks, uint32_t sym, plm_price_word word)
{
    bool const index = plm_mark_has(marks, sym, PLM_KEY_INDEX);
    bool const quotes =
        plm_mark_has(marks, sym, PLM_KEY_BID) && plm_mark_has(marks, sym, PLM_KEY_ASK);
    switch (word) {
    case PLM_PRICE_TAPE:
        return plm_mark_has(marks, sym, PLM_KEY_MARK) ? NULL : "mark events";
    case PLM_PRICE_LAST:
        return plm_mark_has(marks, sym, PLM_KEY_LAST) ? NULL : "trades";
    case PLM_PRICE_INDEX:
        return index ? NULL : "index events";
    case PLM_PRICE_MID:
        return quotes ? NULL : "bids and asks";
    case PLM_PRICE_FUNDING_INDEX:
        return !index                                          ? "index events"
               : (marks->has[sym] & PLM_HAS_FUNDING_RATE) != 0 ? NULL
                                                               : "announced funding rates";
    case PLM_PRICE_BASIS_AVERAGE:
    case PLM_PRICE_BASIS_EMA:
        return !index ? "index events" : quotes ? NULL : "bids and asks";
    case PLM_PRICE_NONE:
    case PLM_PRICE_MARK:
    case PLM_PRICE_MEDIAN:
    case PLM_PRICE_MIN:
    case PLM_PRICE_MAX:
        break;
    }
    return NULL;
}

static const char *lack_of_def(const plm_mark_source *marks, uint32_t sym, const plm_mark_def *def)
{
    const char *lack = lack_of(marks, sym, def->word);
    for (uint32_t i = 0; i < def->member_count && lack == NULL; i++) {
        lack = lack_of(marks, sym, def->member[i].word);
    }
    return lack;
}

static bool is_composite(plm_price_word word)
{
    return word >= PLM_PRICE_FUNDING_INDEX;
}

/* -- the choice -------------------------------------------------------------------------------- */

static void tell(const plm_mark_def *def, char out[48])
{
    char window[PLM_TIME_TEXT_CAP] = "";
    if (def->window_ns > 0) {
        (void)plm_duration_format(def->window_ns, window);
    }
    switch (def->word) {
    case PLM_PRICE_FUNDING_INDEX:
        (void)snprintf(out, 48, "index with funding");
        break;
    case PLM_PRICE_BASIS_AVERAGE:
        (void)snprintf(out, 48, "index + average basis of %s", window);
        break;
    case PLM_PRICE_BASIS_EMA:
        (void)snprintf(out, 48, "index + moving basis of %s", window);
        break;
    case PLM_PRICE_MEDIAN:
    case PLM_PRICE_MIN:
    case PLM_PRICE_MAX:
        (void)snprintf(out, 48, "%s of %u", word_names[def->word], def->member_count);
        break;
    case PLM_PRICE_NONE:
    case PLM_PRICE_MARK:
    case PLM_PRICE_LAST:
    case PLM_PRICE_INDEX:
    case PLM_PRICE_MID:
    case PLM_PRICE_TAPE:
        (void)snprintf(out, 48, "%s", word_names[def->word]);
        break;
    }
}

/* No definition fits: each of them lacks something. */
static plm_status refuse_mark(const plm_mark_source *marks, const plm_mark_def *defs,
                              uint32_t count, uint32_t sym, plm_diag *diag)
{
    char text[400] = "";
    for (uint32_t i = 0; i < count; i++) {
        size_t const used = strlen(text);
        (void)snprintf(text + used, sizeof text - used, "%s'%s' needs %s", i == 0 ? "" : ", ",
                       word_names[defs[i].word], lack_of_def(marks, sym, &defs[i]));
    }
    return plm_fail(diag, PLM_ERR_INPUT,
                    "no mark for '%.64s': %s, which the tape does not have; allowed: a tape that "
                    "has it, or venue.mark: last, index or mid",
                    marks->contracts->rows[sym].symbol, text);
}

/* The first definition whose ingredients are there. */
static plm_status choose_mark(plm_mark_source *marks, const plm_mark_def *defs, uint32_t count,
                              uint32_t sym, bool wanted, plm_diag *diag)
{
    for (uint32_t i = 0; i < count; i++) {
        if (lack_of_def(marks, sym, &defs[i]) != NULL) {
            continue;
        }
        bool const composite = is_composite(defs[i].word);
        marks->mark[sym] = (uint8_t)(composite ? PLM_PRICE_MARK : defs[i].word);
        marks->tell[sym] = marks->told[i];
        if (composite) {
            plm_mark_made *const made = &marks->made[marks->made_count++];
            marks->at[sym] = made;
            return plm_mark_made_init(made, &defs[i], marks->rule, sym, diag);
        }
        return PLM_OK;
    }
    return wanted ? refuse_mark(marks, defs, count, sym, diag) : PLM_OK;
}

static plm_status check_uses(const plm_mark_source *marks, uint32_t sym, plm_diag *diag)
{
    static const char *const uses[PLM_USE_FUNDING] = {"pnl", "requirement", "trigger", "trigger"};
    for (unsigned use = 0; use < PLM_USE_FUNDING; use++) {
        const char *const lack = lack_of(marks, sym, (plm_price_word)marks->use[use]);
        if (lack != NULL) {
            return plm_fail(diag, PLM_ERR_INPUT,
                            "no price for the %s of '%.64s': '%s' needs %s, which the tape does "
                            "not have",
                            uses[use], marks->contracts->rows[sym].symbol,
                            word_names[marks->use[use]], lack);
        }
    }
    return PLM_OK;
}

static void choose_uses(plm_mark_source *marks, const plm_mark_setup *setup)
{
    const plm_price_rule *const rule = setup->rule;
    plm_price_word const trigger =
        setup->trigger != PLM_PRICE_NONE ? setup->trigger : rule->trigger;
    bool const own = trigger != PLM_PRICE_NONE;
    marks->use[PLM_USE_PNL] = (uint8_t)rule->pnl;
    marks->use[PLM_USE_REQUIREMENT] = (uint8_t)rule->requirement;
    marks->use[PLM_USE_TRIGGER_PNL] = (uint8_t)(own ? trigger : rule->pnl);
    marks->use[PLM_USE_TRIGGER_REQUIREMENT] = (uint8_t)(own ? trigger : rule->requirement);
    marks->use[PLM_USE_FUNDING] = (uint8_t)rule->funding;
}

static plm_status choose(plm_mark_source *marks, const plm_mark_setup *setup, const bool *wanted,
                         plm_diag *diag)
{
    plm_mark_def const given = {.word = setup->mark};
    bool const deviates = setup->mark != PLM_PRICE_NONE;
    const plm_mark_def *const defs = deviates ? &given : setup->rule->mark;
    uint32_t const count = deviates ? 1 : setup->rule->mark_count;
    for (uint32_t i = 0; i < count; i++) {
        tell(&defs[i], marks->told[i]);
    }
    choose_uses(marks, setup);
    for (uint32_t sym = 0; sym < marks->contracts->count; sym++) {
        marks->tell[sym] = "none";
        if (marks->contracts->contract[sym].form == PLM_FORM_NONE) {
            continue;
        }
        PLM_TRY(choose_mark(marks, defs, count, sym, wanted[sym], diag));
        if (wanted[sym]) {
            PLM_TRY(check_uses(marks, sym, diag));
        }
    }
    return PLM_OK;
}

plm_status plm_mark_source_create(const plm_mark_setup *setup, const bool *wanted, plm_diag *diag,
                                  plm_mark_source **out)
{
    const plm_contracts *const contracts = setup->contracts;
    uint32_t const count = contracts->count;
    if (contracts->asset_count > PLM_MARK_ASSETS_MAX) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "the tape has %u assets; margin can be computed with at most %u",
                        contracts->asset_count, PLM_MARK_ASSETS_MAX);
    }
    plm_mark_source *const marks = plm_alloc(1, sizeof *marks);
    marks->contracts = contracts;
    marks->rule = setup->rule;
    marks->has = plm_alloc(count, sizeof *marks->has);
    memcpy(marks->has, setup->has, count * sizeof *marks->has);
    marks->mark = plm_alloc(count, sizeof *marks->mark);
    marks->tell = plm_alloc(count, sizeof *marks->tell);
    marks->at = plm_alloc(count, sizeof *marks->at);
    marks->made = plm_alloc(count, sizeof *marks->made);
    plm_status const status = choose(marks, setup, wanted, diag);
    if (status < 0) {
        plm_mark_source_destroy(marks);
        return status;
    }
    plm_asset_sources_choose(marks, setup->par, setup->par_count);
    *out = marks;
    return PLM_OK;
}

void plm_mark_source_destroy(plm_mark_source *marks)
{
    if (marks == NULL) {
        return;
    }
    for (uint32_t i = 0; i < marks->made_count; i++) {
        plm_mark_made_fini(&marks->made[i]);
    }
    plm_free(marks->made);
    plm_free(marks->asset);
    plm_free(marks->at);
    plm_free(marks->tell);
    plm_free(marks->mark);
    plm_free(marks->has);
    plm_free(marks);
}

/* -- prices ------------------------------------------------------------------------------------ */

/* No price of a market is above 2^61. */
static plm_px sum_of(plm_px a, plm_px b)
{
    plm_px sum = 0;
    bool const fits = plm_i64_add(a, b, &sum);
    plm_assert(fits);
    return sum;
}

static plm_px twice(plm_px px)
{
    return sum_of(px, px);
}

static plm_px middle2(const plm_market_view *view)
{
    bool const there = view->bid_px != 0 && view->ask_px != 0 && plm_market_crossed(view) == 0;
    return there ? sum_of(view->bid_px, view->ask_px) : twice(view->last_px);
}

plm_px plm_mark_source_word_px2(const plm_mark_source *marks, const plm_market *market,
                                uint32_t sym, plm_price_word word)
{
    const plm_market_view *const view = &market->view[sym];
    bool const by_definition = word == PLM_PRICE_MARK && marks->at[sym] == NULL;
    switch (by_definition ? (plm_price_word)marks->mark[sym] : word) {
    case PLM_PRICE_TAPE:
        return twice(view->mark_px);
    case PLM_PRICE_LAST:
        return twice(view->last_px);
    case PLM_PRICE_INDEX:
        return twice(view->index_px);
    case PLM_PRICE_MID:
        return middle2(view);
    case PLM_PRICE_MARK:
        return marks->at[sym]->px2;
    case PLM_PRICE_NONE:
        return twice(market->asset_px[sym]);
    case PLM_PRICE_FUNDING_INDEX:
    case PLM_PRICE_BASIS_AVERAGE:
    case PLM_PRICE_BASIS_EMA:
    case PLM_PRICE_MEDIAN:
    case PLM_PRICE_MIN:
    case PLM_PRICE_MAX:
        break;
    }
    plm_assert(false); /* composite marks are asked for as MARK */
    return 0;
}

plm_price_word plm_mark_source_word(const plm_mark_source *marks, uint32_t sym, plm_price_use use)
{
    plm_price_word const word = (plm_price_word)marks->use[use];
    return word == PLM_PRICE_MARK ? (plm_price_word)marks->mark[sym] : word;
}

plm_px plm_mark_source_px2(const plm_mark_source *marks, const plm_market *market, uint32_t sym,
                           plm_price_use use)
{
    plm_price_word const word = plm_mark_source_word(marks, sym, use);
    return word == PLM_PRICE_NONE ? 0 : plm_mark_source_word_px2(marks, market, sym, word);
}

const char *plm_mark_source_tell(const plm_mark_source *marks, uint32_t sym)
{
    return marks->tell[sym];
}
