/*
 * fuzz_block.c - any row and chunks into the block decoder. What is decoded must be the same by
 * both kernels, and as columns the same as events.
 */
#include "block_decode.h"
#include "block_input.h"
#include "check.h"
#include "fuzz_target.h"
#include "instrument_text.h"

static plm_event events[PLM_BLOCK_EVENTS_MAX], other[PLM_BLOCK_EVENTS_MAX];
static plm_ts recv[PLM_BLOCK_EVENTS_MAX], other_recv[PLM_BLOCK_EVENTS_MAX];

/* One row of every kind, so that the dictionary can speak of all. */
static const plm_instrument *row_table(void)
{
    static plm_instrument rows[BLOCK_INPUT_ROWS];
    for (unsigned i = 0; i < BLOCK_INPUT_ROWS; i++) {
        rows[i] = plm_instrument_default((plm_instrument_kind)(i + 1));
    }
    return rows;
}

/* The event that columns say stands at i, but for what its key says. */
static plm_event from_columns(const plm_columns *columns, uint32_t i)
{
    plm_assert(columns->tag[i] >> PLM_TAG_SHIFT < columns->key_count);
    plm_block_key const *const key = &columns->keys[columns->tag[i] >> PLM_TAG_SHIFT];
    uint64_t const steps = (uint64_t)(columns->px32 != NULL ? columns->px32[i] : columns->px64[i]);
    uint64_t const units = columns->qty32 != NULL ? columns->qty32[i] : (uint64_t)columns->qty64[i];
    return (plm_event){.ts = columns->ts[i],
                       .px = (plm_px)((uint64_t)key->px_base + steps * (uint64_t)key->px_unit),
                       .qty = (plm_qty)(units * (uint64_t)key->qty_unit),
                       .sym = key->sym,
                       .kind = key->kind,
                       .side = key->side,
                       .flags = key->flags};
}

static void check_equal(const plm_columns *columns, bool has_recv)
{
    for (uint32_t i = 0; i < columns->count; i++) {
        plm_event const event = from_columns(columns, i);
        plm_assert(memcmp(&event, &events[i], sizeof event) == 0);
        plm_assert(!has_recv || columns->recv[i] == recv[i]);
    }
}

/* Why events may be refused that columns show: columns leave signs to who multiplies. */
static bool has_negative(const plm_columns *columns)
{
    for (uint32_t i = 0; i < columns->count; i++) {
        plm_event const event = from_columns(columns, i);
        if (event.px < 0 || event.qty < 0) {
            return true;
        }
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    block_input input;
    if (!block_input_read(data, size, &input)) {
        return 0;
    }
    /* One decoder for all: what a block leaves behind must not show in the next. */
    static plm_block_decoder *decoder;
    static const plm_instrument *rows;
    if (decoder == NULL) {
        decoder = plm_block_decoder_create();
        rows = row_table();
    }
    plm_block_decoder_use(decoder, plm_kernels_pick());
    plm_block_source const source = {.row = &input.row,
                                     .bytes = input.bytes,
                                     .where = "fuzz",
                                     .has_recv = input.has_recv,
                                     .rows = rows,
                                     .row_count = BLOCK_INPUT_ROWS};
    plm_diag diag;
    plm_diag_init(&diag);
    plm_status const status = plm_block_events(decoder, &source, &diag, events, recv);
    plm_assert(status == PLM_OK || (status == PLM_ERR_INPUT && diag.text[0] != '\0'));
    plm_block_decoder_use(decoder, &plm_kernels_plain);
    plm_status const again = plm_block_events(decoder, &source, &diag, other, other_recv);
    plm_assert(again == status);
    size_t const count = input.row.events;
    if (status == PLM_OK) {
        plm_assert(memcmp(events, other, count * sizeof *events) == 0);
        plm_assert(!input.has_recv || memcmp(recv, other_recv, count * sizeof *recv) == 0);
    }
    const plm_columns *columns = NULL;
    plm_status const projected =
        plm_block_columns(decoder, &source, PLM_COLUMN_ALL, &diag, &columns);
    plm_assert(projected == PLM_OK || status != PLM_OK);
    if (status == PLM_OK) {
        check_equal(columns, input.has_recv);
    } else if (projected == PLM_OK) {
        plm_assert(has_negative(columns));
    }
    return 0;
}
