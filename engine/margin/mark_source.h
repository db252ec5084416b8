/*
 * mark_source.h - the prices that margin is computed at (docs/margin.md, 2): which event of the
 * tape stands behind each of them, and the marks that a rulebook defines itself.
 *
 * What a price is made of is chosen once, from what the tape has. After that a price is a function
 * of the market as it is (and, of a composite mark, of the last tick): nothing else is remembered.
 */
#ifndef PLM_MARK_SOURCE_H
#define PLM_MARK_SOURCE_H

#include "market.h"
#include "plimsoll_margin.h"
#include "plm_blocks.h"
#include "rulebook.h"

/* What exists on a tape, by sym: a bit per plm_price_key, and bits of further kinds. */
#define PLM_HAS_KEY(key) (UINT32_C(1) << (key))
#define PLM_HAS_ASSET_INDEX (UINT32_C(1) << 8)
#define PLM_HAS_FUNDING_RATE (UINT32_C(1) << 9)

typedef enum plm_price_use {
    PLM_USE_PNL = 0,
    PLM_USE_REQUIREMENT = 1,
    PLM_USE_TRIGGER_PNL = 2, /* as pnl, or the rulebook's trigger price */
    PLM_USE_TRIGGER_REQUIREMENT = 3,
    PLM_USE_FUNDING = 4, /* what the tape lacks of it refuses no run */
    PLM_USE_COUNT
} plm_price_use;

/* The price of an asset in another: up to two rows of the table, each by one word. */
typedef struct plm_asset_source {
    uint8_t rows; /* 0: par (1 / 1), or none */
    bool none;
    uint32_t sym[2];
    uint8_t word[2]; /* plm_price_word: LAST, INDEX, MID, TAPE, MARK (composite); NONE: the asset
                        row's own index (plm_market.asset_px) */
} plm_asset_source;

typedef struct plm_mark_par {
    uint32_t asset, other; /* 1 asset = 1 other */
} plm_mark_par;

typedef struct plm_mark_setup {
    const plm_contracts *contracts;
    const plm_price_rule *rule;
    const uint32_t *has;    /* by sym */
    plm_price_word mark;    /* venue.mark of the run file; NONE: the rulebook's list */
    plm_price_word trigger; /* venue.trigger; NONE: the rulebook's */
    uint32_t par_count;
    const plm_mark_par *par;
} plm_mark_setup;

typedef struct plm_mark_source plm_mark_source;

#define PLM_MARK_ASSETS_MAX 2048u         /* assets of a tape with margin */
#define PLM_MARK_OBSERVATIONS_MAX 100000u /* of a basis: its window over the cadence */

/* What a tape has, from its index, and, for what the index does not tell, from the dictionaries of
 * some blocks. A row whose book has levels has quotes. `out_has` has a place per row of the tape.
 */
PLM_NODISCARD plm_status plm_mark_source_find(plm_blocks *blocks, plm_diag *diag,
                                              uint32_t *out_has);

/* Borrows the contracts and the rule for its life. Refuses an instrument of `wanted` (by sym) whose
 * mark has an ingredient that the tape lacks, and says which. */
PLM_NODISCARD plm_status plm_mark_source_create(const plm_mark_setup *setup, const bool *wanted,
                                                plm_diag *diag, plm_mark_source **out);
void plm_mark_source_destroy(plm_mark_source *marks);

/* What stands behind a use: LAST, INDEX, MID, TAPE, or MARK for a composite mark. */
plm_price_word plm_mark_source_word(const plm_mark_source *marks, uint32_t sym, plm_price_use use);
plm_asset_source plm_mark_source_of_asset(const plm_mark_source *marks, uint32_t asset,
                                          uint32_t unit);

/* Twice the price now, 0: none. A middle of an empty or crossed book is 2 * last, if there is one.
 */
plm_px plm_mark_source_px2(const plm_mark_source *marks, const plm_market *market, uint32_t sym,
                           plm_price_use use);
plm_px plm_mark_source_word_px2(const plm_mark_source *marks, const plm_market *market,
                                uint32_t sym, plm_price_word word);
/* num / den; num 0: no price. */
plm_fraction plm_mark_source_asset(const plm_mark_source *marks, const plm_market *market,
                                   uint32_t asset, uint32_t unit);

/* Composite marks: the first multiple of the cadence after ts (PLM_TS_MAX: there are none), and
 * what happens then. True when a mark changed. */
plm_ts plm_mark_source_next(const plm_mark_source *marks, plm_ts ts);
PLM_NODISCARD plm_status plm_mark_source_tick(plm_mark_source *marks, const plm_market *market,
                                              plm_ts ts, plm_diag *diag, bool *out_changed);

/* One line for people: how the mark of an instrument is made, e.g. "tape", "median of 3". */
const char *plm_mark_source_tell(const plm_mark_source *marks, uint32_t sym);

#endif
