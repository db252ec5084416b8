/*
 * asset_source.c - where the price of an asset in another one comes from, chosen once from what the
 * tape has (docs/margin.md, 2).
 */
#include "check.h"
#include "mark_parts.h"
#include "memory.h"

/* In the order in which they are preferred. */
typedef enum row_class {
    ROW_NONE = 0,
    ROW_ASSET = 1,
    ROW_SPOT = 2,
    ROW_DERIVED = 3 /* perpetuals, futures */
} row_class;

/* What a row says of its base in its quote: nothing (class NONE), or by which word. */
typedef struct hint {
    row_class class;
    plm_price_word word;
} hint;

static hint hint_of(const plm_mark_source *marks, uint32_t sym)
{
    uint8_t const form = marks->contracts->contract[sym].form;
    bool const index = plm_mark_has(marks, sym, PLM_KEY_INDEX);
    bool const quotes =
        plm_mark_has(marks, sym, PLM_KEY_BID) && plm_mark_has(marks, sym, PLM_KEY_ASK);
    if (marks->contracts->rows[sym].kind == PLM_INST_ASSET) {
        bool const told = (marks->has[sym] & PLM_HAS_ASSET_INDEX) != 0;
        return (hint){told ? ROW_ASSET : ROW_NONE, PLM_PRICE_NONE};
    }
    if (form == PLM_FORM_SPOT) {
        bool const trades = plm_mark_has(marks, sym, PLM_KEY_LAST);
        return (hint){quotes || trades ? ROW_SPOT : ROW_NONE,
                      quotes ? PLM_PRICE_MID : PLM_PRICE_LAST};
    }
    if (form == PLM_FORM_NONE) {
        return (hint){ROW_NONE, PLM_PRICE_NONE};
    }
    plm_price_word const word =
        index ? PLM_PRICE_INDEX : plm_mark_source_word(marks, sym, PLM_USE_REQUIREMENT);
    return (hint){word == PLM_PRICE_NONE ? ROW_NONE : ROW_DERIVED, word};
}

/* The rows that say something, by base, then by class, then as in the table. */
typedef struct row_list {
    uint32_t *first; /* asset_count + 1 places in sym */
    uint32_t *sym;
    uint8_t *word; /* by sym */
} row_list;

static void list_rows(const plm_mark_source *marks, row_list *out)
{
    const plm_contracts *const contracts = marks->contracts;
    uint8_t *const class = plm_alloc(contracts->count, sizeof *class);
    out->first = plm_alloc((size_t)contracts->asset_count + 1, sizeof *out->first);
    out->sym = plm_alloc(contracts->count, sizeof *out->sym);
    out->word = plm_alloc(contracts->count, sizeof *out->word);
    for (uint32_t sym = 0; sym < contracts->count; sym++) {
        const plm_contract *const contract = &contracts->contract[sym];
        hint const said = hint_of(marks, sym);
        bool const pair = contract->base < contracts->asset_count &&
                          contract->quote < contracts->asset_count &&
                          contract->base != contract->quote;
        class[sym] = (uint8_t)(pair ? said.class : ROW_NONE);
        out->word[sym] = (uint8_t)said.word;
        out->first[class[sym] == ROW_NONE ? 0 : contract->base + 1] += class[sym] != ROW_NONE;
    }
    for (uint32_t asset = 0; asset < contracts->asset_count; asset++) {
        out->first[asset + 1] += out->first[asset];
    }
    uint32_t *const next = plm_alloc(contracts->asset_count, sizeof *next);
    for (unsigned wanted = ROW_ASSET; wanted <= ROW_DERIVED; wanted++) {
        for (uint32_t sym = 0; sym < contracts->count; sym++) {
            if (class[sym] == wanted) {
                uint32_t const base = contracts->contract[sym].base;
                out->sym[out->first[base] + next[base]++] = sym;
            }
        }
    }
    plm_free(next);
    plm_free(class);
}

/* -- pairs ------------------------------------------------------------------------------------- */

static plm_asset_source *source_at(const plm_mark_source *marks, uint32_t asset, uint32_t unit)
{
    return &marks->asset[(size_t)asset * marks->contracts->asset_count + unit];
}

/* Of what has no par: by one row. */
static void choose_direct(plm_mark_source *marks, const row_list *rows, uint32_t asset)
{
    for (uint32_t i = rows->first[asset]; i < rows->first[asset + 1]; i++) {
        uint32_t const sym = rows->sym[i];
        plm_asset_source *const source =
            source_at(marks, asset, marks->contracts->contract[sym].quote);
        if (source->none) {
            *source = (plm_asset_source){.rows = 1, .sym = {sym}, .word = {rows->word[sym]}};
        }
    }
}

/* Of what has no direct source: by the first row whose quote has one, or par. `direct` tells which
 * pairs are direct. */
static void choose_through(plm_mark_source *marks, const row_list *rows, const bool *direct,
                           uint32_t asset, uint32_t unit)
{
    uint32_t const assets = marks->contracts->asset_count;
    plm_asset_source *const out = source_at(marks, asset, unit);
    for (uint32_t i = rows->first[asset]; i < rows->first[asset + 1] && out->none; i++) {
        uint32_t const sym = rows->sym[i];
        uint32_t const other = marks->contracts->contract[sym].quote;
        if (!direct[(size_t)other * assets + unit]) {
            continue;
        }
        const plm_asset_source *const second = source_at(marks, other, unit);
        *out = (plm_asset_source){.rows = (uint8_t)(1 + second->rows),
                                  .sym = {sym, second->sym[0]},
                                  .word = {rows->word[sym], second->word[0]}};
    }
}

static void choose_pairs(plm_mark_source *marks, const row_list *rows)
{
    uint32_t const assets = marks->contracts->asset_count;
    for (uint32_t asset = 0; asset < assets; asset++) {
        choose_direct(marks, rows, asset);
    }
    bool *const direct = plm_alloc((size_t)assets * assets, sizeof *direct);
    for (size_t pair = 0; pair < (size_t)assets * assets; pair++) {
        direct[pair] = !marks->asset[pair].none;
    }
    for (uint32_t asset = 0; asset < assets; asset++) {
        for (uint32_t unit = 0; unit < assets; unit++) {
            if (!direct[(size_t)asset * assets + unit]) {
                choose_through(marks, rows, direct, asset, unit);
            }
        }
    }
    plm_free(direct);
}

void plm_asset_sources_choose(plm_mark_source *marks, const plm_mark_par *par, uint32_t par_count)
{
    uint32_t const assets = marks->contracts->asset_count;
    marks->asset = plm_alloc((size_t)assets * assets, sizeof *marks->asset);
    for (uint32_t asset = 0; asset < assets; asset++) {
        for (uint32_t unit = 0; unit < assets; unit++) {
            source_at(marks, asset, unit)->none = asset != unit;
        }
    }
    for (uint32_t i = 0; i < par_count; i++) {
        source_at(marks, par[i].asset, par[i].other)->none = false;
    }
    row_list rows;
    list_rows(marks, &rows);
    choose_pairs(marks, &rows);
    plm_free(rows.first);
    plm_free(rows.sym);
    plm_free(rows.word);
}

plm_asset_source plm_mark_source_of_asset(const plm_mark_source *marks, uint32_t asset,
                                          uint32_t unit)
{
    return *source_at(marks, asset, unit);
}

/* -- prices ------------------------------------------------------------------------------------ */

static plm_amount amount_of(plm_i128 value)
{
    return (plm_amount){.lo = (uint64_t)value, .hi = (int64_t)(value >> 64)};
}

plm_fraction plm_mark_source_asset(const plm_mark_source *marks, const plm_market *market,
                                   uint32_t asset, uint32_t unit)
{
    const plm_asset_source *const source = source_at(marks, asset, unit);
    plm_i128 num = source->none ? 0 : 1, den = 1;
    for (unsigned i = 0; i < source->rows; i++) {
        uint32_t const sym = source->sym[i];
        /* Two doubled prices have at most 125 bits, two units at most 122. */
        num *= plm_mark_source_word_px2(marks, market, sym, (plm_price_word)source->word[i]);
        den *= 2 * plm_pow10(marks->contracts->contract[sym].px_scale);
    }
    return (plm_fraction){.num = amount_of(num), .den = amount_of(den)};
}
