/*
 * mark_parts.h - what the files of mark_source.h share: mark_source.c (which price stands behind
 * which use), mark_composite.c (marks that a rulebook makes), asset_source.c (prices of assets).
 * Private to this folder.
 */
#ifndef PLM_MARK_PARTS_H
#define PLM_MARK_PARTS_H

#include "mark_source.h"

/* What a simple definition needs to remember. */
typedef struct plm_mark_part {
    uint8_t word; /* plm_price_word, no median, min, max */
    uint32_t window;
    uint32_t count, next;  /* average: observations that are there, place of the next */
    int64_t *observation;  /* window of them, mid - index of px2 */
    plm_i128 sum;          /* of them */
    plm_i128 basis_micros; /* ema: at 10^-6 of px2 */
} plm_mark_part;

/* The composite mark of one instrument. */
typedef struct plm_mark_made {
    uint32_t sym;
    uint8_t word; /* of the definition */
    uint32_t part_count;
    plm_mark_part part[PLM_MARK_DEFS_MAX];
    plm_px px2; /* of the last tick */
} plm_mark_made;

struct plm_mark_source {
    const plm_contracts *contracts;
    const plm_price_rule *rule;
    uint32_t *has;
    uint8_t *mark;              /* by sym: the word of its mark; NONE: it has none */
    const char **tell;          /* by sym */
    plm_mark_made **at;         /* by sym: composite marks */
    uint8_t use[PLM_USE_COUNT]; /* plm_price_word; MARK: by `mark` */
    uint32_t made_count;
    plm_mark_made *made;
    char told[PLM_MARK_DEFS_MAX][48];
    plm_asset_source *asset; /* asset * asset_count + unit */
};

static inline bool plm_mark_has(const plm_mark_source *marks, uint32_t sym, plm_price_key key)
{
    return (marks->has[sym] & PLM_HAS_KEY(key)) != 0;
}

/* The definition of a composite mark, ready to be ticked. */
PLM_NODISCARD plm_status plm_mark_made_init(plm_mark_made *made, const plm_mark_def *def,
                                            const plm_price_rule *rule, uint32_t sym,
                                            plm_diag *diag);
void plm_mark_made_fini(plm_mark_made *made);

/* Every pair of assets; par is read during the call. */
void plm_asset_sources_choose(plm_mark_source *marks, const plm_mark_par *par, uint32_t par_count);

#endif
