/*
 * mark_keys.c - which prices a tape has: zones of the index tell the price keys of every row, the
 * dictionaries of blocks the rest. A dictionary is read only while it could tell something new.
 */
#include <string.h>

#include "mark_source.h"

#define QUOTES (PLM_HAS_KEY(PLM_KEY_BID) | PLM_HAS_KEY(PLM_KEY_ASK))
#define LOOKED_FOR (PLM_EV_BIT(PLM_EV_LEVEL) | PLM_EV_BIT(PLM_EV_FUNDING_RATE))

static void take_zones(const plm_blocks *blocks, const plm_block_info *info, uint32_t *has)
{
    for (uint32_t i = 0; i < info->zone_count; i++) {
        const plm_zone *const zone = &info->zones[i];
        bool const asset = blocks->rows[zone->sym].kind == PLM_INST_ASSET;
        has[zone->sym] |=
            asset && zone->key == PLM_KEY_INDEX ? PLM_HAS_ASSET_INDEX : PLM_HAS_KEY(zone->key);
    }
}

static void take_dictionary(const plm_columns *columns, uint32_t *has)
{
    for (uint32_t i = 0; i < columns->key_count; i++) {
        const plm_block_key *const key = &columns->keys[i];
        if (key->kind == PLM_EV_FUNDING_RATE) {
            has[key->sym] |= PLM_HAS_FUNDING_RATE;
        } else if (key->kind == PLM_EV_LEVEL) {
            has[key->sym] |= PLM_HAS_KEY(key->side == PLM_SIDE_BUY ? PLM_KEY_BID : PLM_KEY_ASK);
        }
    }
}

/* Kinds that may be news for some row. */
static uint64_t missing_kinds(const plm_blocks *blocks, const uint32_t *has)
{
    uint64_t kinds = 0;
    for (uint32_t sym = 0; sym < blocks->row_count; sym++) {
        unsigned const kind = blocks->rows[sym].kind;
        bool const traded = kind >= PLM_INST_SPOT && kind <= PLM_INST_INVERSE_FUTURE;
        bool const perpetual = kind >= PLM_INST_LINEAR && kind <= PLM_INST_QUANTO;
        if (traded && (has[sym] & QUOTES) != QUOTES) {
            kinds |= PLM_EV_BIT(PLM_EV_LEVEL);
        }
        if (perpetual && (has[sym] & PLM_HAS_FUNDING_RATE) == 0) {
            kinds |= PLM_EV_BIT(PLM_EV_FUNDING_RATE);
        }
    }
    return kinds;
}

plm_status plm_mark_source_find(plm_blocks *blocks, plm_diag *diag, uint32_t *out_has)
{
    memset(out_has, 0, blocks->row_count * sizeof *out_has);
    uint64_t missing = missing_kinds(blocks, out_has);
    for (uint64_t block = 0; block < blocks->block_count; block++) {
        const plm_block_page *page;
        const plm_columns *columns;
        PLM_TRY(blocks->page(blocks, block, diag, &page));
        const plm_block_info *const info = &page->blocks[block - page->first_block];
        uint64_t const kinds = info->kinds;
        take_zones(blocks, info, out_has);
        if ((kinds & missing & LOOKED_FOR) != 0) {
            PLM_TRY(blocks->columns(blocks, block, 0, diag, &columns));
            take_dictionary(columns, out_has);
            missing = missing_kinds(blocks, out_has);
        }
    }
    return PLM_OK;
}
