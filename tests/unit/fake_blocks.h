/*
 * fake_blocks.h - events in memory as the blocks of a tape, cut where a test wants it, and a table
 * of contracts beside it.
 */
#ifndef PLM_FAKE_BLOCKS_H
#define PLM_FAKE_BLOCKS_H

#include "plm_test.h"

#include <string.h>

#include "contract.h"
#include "plm_blocks.h"

#define FAKE_ROWS 3
#define FAKE_BLOCKS_MAX 64

/* Row 0 linear, row 1 spot (lot 10), row 2 an asset. */
typedef struct fake_table {
    plm_instrument rows[FAKE_ROWS];
    plm_contract contract[FAKE_ROWS];
    plm_contracts contracts;
} fake_table;

static inline void fake_table_init(fake_table *table)
{
    memset(table, 0, sizeof *table);
    uint8_t const kinds[FAKE_ROWS] = {PLM_INST_LINEAR, PLM_INST_SPOT, PLM_INST_ASSET};
    uint8_t const forms[FAKE_ROWS] = {PLM_FORM_LINEAR, PLM_FORM_SPOT, PLM_FORM_NONE};
    for (uint32_t i = 0; i < FAKE_ROWS; i++) {
        table->rows[i].kind = kinds[i];
        memcpy(table->rows[i].symbol, &"A\0B\0C"[2 * i], 2);
        table->contract[i] = (plm_contract){.form = forms[i], .multiplier = 1, .tick = 1, .lot = 1};
    }
    table->contract[1].lot = 10;
    table->contracts =
        (plm_contracts){.count = FAKE_ROWS, .rows = table->rows, .contract = table->contract};
}

typedef struct fake_blocks {
    plm_blocks blocks;
    const plm_event *events;
    uint32_t first[FAKE_BLOCKS_MAX + 1]; /* of each block; the last: count */
    plm_block_info info;                 /* each page has one block and dies with the next call */
    plm_block_page page;
    uint64_t hidden_kinds; /* the index does not tell of these */
} fake_blocks;

static inline plm_status fake_page(plm_blocks *self, uint64_t index, plm_diag *diag,
                                   const plm_block_page **out)
{
    (void)diag;
    fake_blocks *const fake = self->impl;
    assert_true(index < self->block_count);
    uint32_t const first = fake->first[index];
    uint32_t const end = fake->first[index + 1];
    fake->info = (plm_block_info){.index = index,
                                  .first_event = first,
                                  .events = end - first,
                                  .first_ts = fake->events[first].ts,
                                  .last_ts = fake->events[end - 1].ts};
    fake->info.continues = first > 0 && fake->events[first - 1].ts == fake->info.first_ts;
    for (uint32_t i = first; i < end; i++) {
        fake->info.kinds |= PLM_EV_BIT(fake->events[i].kind) & ~fake->hidden_kinds;
    }
    fake->page = (plm_block_page){index, 1, &fake->info};
    *out = &fake->page;
    return PLM_OK;
}

static inline plm_status fake_seek(plm_blocks *self, plm_ts ts, plm_diag *diag, uint64_t *out)
{
    (void)diag;
    const fake_blocks *const fake = self->impl;
    uint64_t block = 0;
    while (block < self->block_count && fake->events[fake->first[block + 1] - 1].ts < ts) {
        block++;
    }
    *out = block;
    return PLM_OK;
}

static inline plm_status fake_events(plm_blocks *self, uint64_t index, plm_diag *diag,
                                     plm_event *out_events, plm_ts *out_recv, uint32_t *out_count)
{
    (void)diag;
    fake_blocks *const fake = self->impl;
    uint32_t const first = fake->first[index];
    uint32_t const count = fake->first[index + 1] - first;
    memset(&fake->info, 0xee, sizeof fake->info);
    memcpy(out_events, &fake->events[first], count * sizeof *out_events);
    for (uint32_t i = 0; out_recv != NULL && i < count; i++) {
        out_recv[i] = fake->events[first + i].ts + 7;
    }
    *out_count = count;
    return PLM_OK;
}

/* Blocks of `size` events, the last with the rest. */
static inline void fake_blocks_init(fake_blocks *fake, const fake_table *table,
                                    const plm_event *events, uint32_t count, uint32_t size)
{
    memset(fake, 0, sizeof *fake);
    fake->events = events;
    uint32_t blocks = 0;
    for (uint32_t at = 0; at < count; at += size) {
        assert_true(blocks < FAKE_BLOCKS_MAX);
        fake->first[blocks++] = at;
    }
    fake->first[blocks] = count;
    fake->blocks = (plm_blocks){.impl = fake,
                                .block_count = blocks,
                                .event_count = count,
                                .row_count = FAKE_ROWS,
                                .rows = table->rows,
                                .page = fake_page,
                                .seek = fake_seek,
                                .events = fake_events};
}

#endif
