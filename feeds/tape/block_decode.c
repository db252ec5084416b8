/*
 * block_decode.c - columns to events.
 *
 * Two loops put events together from the compact arrays: a branch-free one for blocks whose values
 * fit 32 bits, which is nearly every block, and a general one. Cursors never pass the arrays,
 * because no event takes more than one value from each and the arrays have a place for every event;
 * whether they end where the chunks end is checked afterwards.
 */
#include "block_decode.h"

#include <string.h>

#include "block_unpack.h"
#include "memory.h"

plm_block_decoder *plm_block_decoder_create(void)
{
    const size_t room = PLM_UNPACKED_ROOM;
    plm_block_decoder *const decoder = plm_alloc(1, sizeof *decoder);
    decoder->chunks = plm_chunk_reader_create();
    for (unsigned id = PLM_CHUNK_TS; id < PLM_CHUNK_COUNT; id++) {
        decoder->column[id].low = plm_alloc_aligned(room, sizeof(uint32_t), 64);
    }
    decoder->tag = plm_alloc_aligned(room, sizeof(uint16_t), 64);
    decoder->entries = plm_alloc_aligned(PLM_BLOCK_KEYS_MAX, sizeof(plm_unpacked_key), 64);
    decoder->keys = plm_alloc(PLM_BLOCK_KEYS_MAX, sizeof(plm_block_key));
    decoder->chain_px = plm_alloc(PLM_BLOCK_KEYS_MAX + 1, sizeof(uint64_t));
    decoder->chain_base = plm_alloc(PLM_BLOCK_KEYS_MAX + 1, sizeof(uint64_t));
    decoder->chain_unit = plm_alloc(PLM_BLOCK_KEYS_MAX + 1, sizeof(uint64_t));
    decoder->ts = plm_alloc_aligned(room, sizeof(plm_ts), 64);
    decoder->recv = plm_alloc_aligned(room, sizeof(plm_ts), 64);
    decoder->px32 = plm_alloc_aligned(room, sizeof(int32_t), 64);
    decoder->qty32 = plm_alloc_aligned(room, sizeof(uint32_t), 64);
    return decoder;
}

void plm_block_decoder_destroy(plm_block_decoder *decoder)
{
    if (decoder == NULL) {
        return;
    }
    plm_chunk_reader_destroy(decoder->chunks);
    for (unsigned id = 0; id < PLM_CHUNK_COUNT; id++) {
        plm_free(decoder->column[id].low);
        plm_free(decoder->column[id].wide);
    }
    void *const arrays[] = {decoder->tag,        decoder->entries, decoder->keys,
                            decoder->chain_px,   decoder->ts,      decoder->recv,
                            decoder->chain_base, decoder->px32,    decoder->qty32,
                            decoder->px64,       decoder->qty64,   decoder->chain_unit};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        plm_free(arrays[i]);
    }
    plm_free(decoder);
}

void plm_block_decoder_use(plm_block_decoder *decoder, const plm_kernels *kernels)
{
    plm_chunk_reader_use(decoder->chunks, kernels);
}

/* -- events ---------------------------------------------------------------------------------- */

/* How far the loops got in each column, and whether a price or size is negative that must not be.
 */
typedef struct cursors {
    uint32_t at[PLM_CHUNK_COUNT];
    bool negative;
} cursors;

static bool consumed(const plm_block_decoder *decoder, const cursors *end, uint32_t wanted)
{
    for (unsigned id = PLM_CHUNK_TS; id < PLM_CHUNK_RECV; id++) {
        if ((wanted >> id & 1) != 0 && end->at[id] != decoder->column[id].count) {
            return false;
        }
    }
    return true;
}

/* A value of 32 bits with its sign, or 0. */
static uint64_t step_if(uint32_t value, uint64_t taken)
{
    return (uint64_t)(int64_t)(int32_t)value & -taken;
}

/* The next size of a key from the value of its column, both in units. */
static uint64_t next_qty(plm_unpacked_key *key, uint64_t value, uint64_t same_px)
{
    const uint64_t qty = (key->qty & -(key->is_quote & same_px)) + value;
    key->qty = qty;
    return qty;
}

/* All ones for classes whose prices have no sign; rates, which are rare kinds, have one. */
static uint64_t unsigned_px(unsigned px_column)
{
    return px_column == 2 * PLM_CLASS_RARE ? 0 : UINT64_MAX;
}

static bool only_main(const plm_block_decoder *decoder)
{
    for (uint32_t i = 0; i < decoder->entry_count; i++) {
        if (decoder->entries[i].px_column != 2 * PLM_CLASS_MAIN) {
            return false;
        }
    }
    return true;
}

/* Where the prices and sizes of each class begin. */
static void first_values(const plm_block_decoder *decoder, const uint32_t *out[PLM_PRICE_COLUMNS])
{
    for (unsigned c = 0; c < PLM_PRICE_COLUMNS; c++) {
        out[c] = decoder->column[PLM_CHUNK_PX + c].low;
    }
}

/*
 * Nothing escaped. Branch-free: what an event lacks is masked or multiplied away. Inlined twice:
 * with main kinds alone the two cursors stay in registers.
 */
__attribute__((always_inline)) static inline cursors
assemble_narrow(const plm_block_decoder *decoder, uint32_t count, bool main_only, plm_event *out)
{
    const uint16_t *const tag = decoder->tag;
    plm_unpacked_key *const entries = decoder->entries;
    uint64_t *const chain_px = decoder->chain_px;
    const uint64_t ts_unit = decoder->ts_unit;
    const uint32_t *ts_step = decoder->column[PLM_CHUNK_TS].low;
    const uint32_t *next[PLM_PRICE_COLUMNS];
    first_values(decoder, next);
    uint64_t ts = (uint64_t)decoder->first_ts;
    uint64_t signs = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t t = tag[i];
        plm_unpacked_key *const e = &entries[t >> PLM_TAG_SHIFT];
        const uint64_t new_ts = t & PLM_TAG_INSTANT;
        const uint64_t new_px = t >> 1 & 1u;
        const unsigned column = main_only ? 0 : e->px_column;
        ts += (*ts_step & -new_ts) * ts_unit;
        ts_step += new_ts;
        const uint64_t px = chain_px[e->chain] + step_if(*next[column], new_px) * e->px_unit;
        chain_px[e->chain] = px;
        next[column] += new_px;
        const uint64_t qty = next_qty(e, step_if(*next[column + 1], 1), new_px ^ 1) * e->qty_unit;
        signs |= (px & unsigned_px(column)) | qty;
        out[i].ts = (plm_ts)ts;
        out[i].px = (plm_px)px;
        out[i].qty = (plm_qty)qty;
        next[column + 1] += e->has_qty;
        memcpy(&out[i].sym, &e->meta, sizeof e->meta);
    }
    cursors end = {.negative = signs >> 63 != 0};
    end.at[PLM_CHUNK_TS] = (uint32_t)(ts_step - decoder->column[PLM_CHUNK_TS].low);
    for (unsigned c = 0; c < PLM_PRICE_COLUMNS; c++) {
        end.at[PLM_CHUNK_PX + c] = (uint32_t)(next[c] - decoder->column[PLM_CHUNK_PX + c].low);
    }
    return end;
}

static cursors assemble_main(const plm_block_decoder *decoder, uint32_t count, plm_event *out)
{
    return assemble_narrow(decoder, count, true, out);
}

static cursors assemble_mixed(const plm_block_decoder *decoder, uint32_t count, plm_event *out)
{
    return assemble_narrow(decoder, count, false, out);
}

/* Any block. */
static cursors assemble_any(const plm_block_decoder *decoder, uint32_t count, plm_event *out)
{
    cursors end = {.negative = false};
    uint64_t ts = (uint64_t)decoder->first_ts;
    uint64_t signs = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t t = decoder->tag[i];
        plm_unpacked_key *const e = &decoder->entries[t >> PLM_TAG_SHIFT];
        const unsigned px_id = PLM_CHUNK_PX + e->px_column;
        const unsigned qty_id = px_id + 1;
        if ((t & PLM_TAG_INSTANT) != 0) {
            ts += plm_unpacked_at(&decoder->column[PLM_CHUNK_TS], end.at[PLM_CHUNK_TS]++) *
                  decoder->ts_unit;
        }
        if ((t & PLM_TAG_PX) != 0) {
            const uint64_t step = plm_unpacked_signed(&decoder->column[px_id], end.at[px_id]++);
            decoder->chain_px[e->chain] += step * e->px_unit;
        }
        uint64_t qty = 0;
        if (e->has_qty != 0) {
            qty = next_qty(e, plm_unpacked_signed(&decoder->column[qty_id], end.at[qty_id]++),
                           (t & PLM_TAG_PX) == 0) *
                  e->qty_unit;
        }
        const uint64_t px = decoder->chain_px[e->chain];
        signs |= (px & unsigned_px(e->px_column)) | qty;
        out[i].ts = (plm_ts)ts;
        out[i].px = (plm_px)px;
        out[i].qty = (plm_qty)qty;
        memcpy(&out[i].sym, &e->meta, sizeof e->meta);
    }
    end.negative = signs >> 63 != 0;
    return end;
}

static cursors assemble(const plm_block_decoder *decoder, uint32_t count, plm_event *out)
{
    for (unsigned id = PLM_CHUNK_TS; id < PLM_CHUNK_RECV; id++) {
        if (decoder->column[id].escaped) {
            return assemble_any(decoder, count, out);
        }
    }
    return only_main(decoder) ? assemble_main(decoder, count, out)
                              : assemble_mixed(decoder, count, out);
}

/* The lag of each event's second stamp behind its first. */
static plm_status expand_lag(const plm_block_decoder *decoder, const plm_block_source *source,
                             plm_diag *diag, plm_ts *out)
{
    const plm_unpacked *const steps = &decoder->column[PLM_CHUNK_RECV];
    if (steps->count != source->row->events - 1) {
        return plm_block_refuse(source, diag,
                                "the second clock does not have a stamp for each event");
    }
    uint64_t lag = (uint64_t)decoder->first_lag;
    out[0] = (plm_ts)lag;
    for (uint32_t i = 0; i < steps->count; i++) {
        lag += plm_unpacked_signed(steps, i) * decoder->recv_unit;
        out[i + 1] = (plm_ts)lag;
    }
    return PLM_OK;
}

static plm_ts add_lag(plm_ts ts, plm_ts lag)
{
    return (plm_ts)((uint64_t)ts + (uint64_t)lag);
}

plm_status plm_block_events(plm_block_decoder *decoder, const plm_block_source *source,
                            plm_diag *diag, plm_event *out_events, plm_ts *out_recv)
{
    const bool with_recv = source->has_recv && out_recv != NULL;
    const uint32_t mask = with_recv ? PLM_COLUMN_ALL : PLM_COLUMN_ALL & ~PLM_COLUMN_RECV;
    PLM_TRY(plm_block_unpack(decoder, source, mask, diag));
    const uint32_t count = source->row->events;
    memcpy(decoder->chain_px, decoder->chain_base,
           (decoder->chain_count + 1) * sizeof *decoder->chain_px);
    const cursors end = assemble(decoder, count, out_events);
    if (end.negative) {
        return plm_block_refuse(source, diag, "a price or size is negative");
    }
    if (!consumed(decoder, &end, plm_block_chunks(mask))) {
        return plm_block_refuse(source, diag, "tags and columns of the block disagree");
    }
    if (with_recv) {
        PLM_TRY(expand_lag(decoder, source, diag, out_recv));
        for (uint32_t i = 0; i < count; i++) {
            out_recv[i] = add_lag(out_events[i].ts, out_recv[i]);
        }
    }
    return PLM_OK;
}

/* -- columns --------------------------------------------------------------------------------- */

static uint32_t expand_ts(const plm_block_decoder *decoder, uint32_t count, plm_ts *out)
{
    const plm_unpacked *const steps = &decoder->column[PLM_CHUNK_TS];
    uint64_t ts = (uint64_t)decoder->first_ts;
    uint32_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t fresh = decoder->tag[i] & PLM_TAG_INSTANT;
        ts += (plm_unpacked_at(steps, at) & -(uint64_t)fresh) * decoder->ts_unit;
        at += fresh;
        out[i] = (plm_ts)ts;
    }
    return at;
}

/* Steps from the base of each chain; false when one does not fit 32 bits. */
__attribute__((always_inline)) static inline bool
expand_px32(plm_block_decoder *decoder, uint32_t count, bool main_only, cursors *end)
{
    const uint16_t *const tag = decoder->tag;
    const plm_unpacked_key *const entries = decoder->entries;
    uint64_t *const chain_px = decoder->chain_px;
    int32_t *const out = decoder->px32;
    const uint32_t *next[PLM_PRICE_COLUMNS];
    first_values(decoder, next);
    uint64_t misfit = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t fresh = tag[i] >> 1 & 1u;
        const plm_unpacked_key *const e = &entries[tag[i] >> PLM_TAG_SHIFT];
        const unsigned column = main_only ? 0 : e->px_column;
        const uint64_t px = chain_px[e->chain] + step_if(*next[column], fresh);
        next[column] += fresh;
        chain_px[e->chain] = px;
        misfit |= px ^ (uint64_t)(int64_t)(int32_t)px;
        out[i] = (int32_t)px;
    }
    for (unsigned c = 0; c < PLM_PRICE_COLUMNS; c += 2) {
        end->at[PLM_CHUNK_PX + c] = (uint32_t)(next[c] - decoder->column[PLM_CHUNK_PX + c].low);
    }
    return misfit == 0;
}

static bool expand_px32_main(plm_block_decoder *decoder, uint32_t count, cursors *end)
{
    return expand_px32(decoder, count, true, end);
}

static bool expand_px32_mixed(plm_block_decoder *decoder, uint32_t count, cursors *end)
{
    return expand_px32(decoder, count, false, end);
}

static void expand_px64(plm_block_decoder *decoder, uint32_t count, cursors *end)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t t = decoder->tag[i];
        const plm_unpacked_key *const e = &decoder->entries[t >> PLM_TAG_SHIFT];
        const unsigned id = PLM_CHUNK_PX + e->px_column;
        if ((t & PLM_TAG_PX) != 0) {
            const uint64_t step = plm_unpacked_signed(&decoder->column[id], end->at[id]++);
            decoder->chain_px[e->chain] += step;
        }
        decoder->px64[i] = (int64_t)decoder->chain_px[e->chain];
    }
}

static void expand_px(plm_block_decoder *decoder, uint32_t count, cursors *end)
{
    const size_t chains = (decoder->chain_count + 1) * sizeof *decoder->chain_px;
    const bool escaped = decoder->column[PLM_CHUNK_PX].escaped ||
                         decoder->column[PLM_CHUNK_LEVEL_PX].escaped ||
                         decoder->column[PLM_CHUNK_RARE_PX].escaped;
    const cursors start = *end;
    memset(decoder->chain_px, 0, chains);
    if (!escaped && (only_main(decoder) ? expand_px32_main(decoder, count, end)
                                        : expand_px32_mixed(decoder, count, end))) {
        decoder->columns.px32 = decoder->px32;
        return;
    }
    if (decoder->px64 == NULL) {
        decoder->px64 = plm_alloc(PLM_BLOCK_EVENTS_MAX, sizeof *decoder->px64);
    }
    *end = start;
    memset(decoder->chain_px, 0, chains);
    expand_px64(decoder, count, end);
    decoder->columns.px64 = decoder->px64;
}

/* Sizes in units; false when one does not fit 32 bits. */
static bool expand_qty32(plm_block_decoder *decoder, uint32_t count, cursors *end)
{
    const uint16_t *const tag = decoder->tag;
    plm_unpacked_key *const entries = decoder->entries;
    uint32_t *const out = decoder->qty32;
    const uint32_t *next[PLM_PRICE_COLUMNS];
    first_values(decoder, next);
    uint64_t misfit = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t same_px = (tag[i] >> 1 & 1u) ^ 1u;
        plm_unpacked_key *const e = &entries[tag[i] >> PLM_TAG_SHIFT];
        const uint64_t step = step_if(*next[e->px_column + 1], e->has_qty);
        const uint64_t qty = next_qty(e, step, same_px);
        next[e->px_column + 1] += e->has_qty;
        misfit |= qty >> 32;
        out[i] = (uint32_t)qty;
    }
    for (unsigned c = 1; c < PLM_PRICE_COLUMNS; c += 2) {
        end->at[PLM_CHUNK_PX + c] = (uint32_t)(next[c] - decoder->column[PLM_CHUNK_PX + c].low);
    }
    return misfit == 0;
}

static void expand_qty64(plm_block_decoder *decoder, uint32_t count, cursors *end)
{
    if (decoder->qty64 == NULL) {
        decoder->qty64 = plm_alloc(PLM_BLOCK_EVENTS_MAX, sizeof *decoder->qty64);
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t t = decoder->tag[i];
        plm_unpacked_key *const e = &decoder->entries[t >> PLM_TAG_SHIFT];
        const unsigned id = PLM_CHUNK_QTY + e->px_column;
        uint64_t step = 0;
        if (e->has_qty != 0) {
            step = plm_unpacked_signed(&decoder->column[id], end->at[id]++);
        }
        decoder->qty64[i] = (int64_t)next_qty(e, step, (t & PLM_TAG_PX) == 0);
    }
    decoder->columns.qty64 = decoder->qty64;
}

static void reset_qty(plm_block_decoder *decoder)
{
    for (uint32_t i = 0; i < decoder->entry_count; i++) {
        decoder->entries[i].qty = 0;
    }
}

static void expand_qty(plm_block_decoder *decoder, uint32_t count, cursors *end)
{
    const cursors start = *end;
    if (!decoder->column[PLM_CHUNK_QTY].escaped && !decoder->column[PLM_CHUNK_LEVEL_QTY].escaped &&
        !decoder->column[PLM_CHUNK_RARE_QTY].escaped && expand_qty32(decoder, count, end)) {
        decoder->columns.qty32 = decoder->qty32;
        return;
    }
    *end = start;
    reset_qty(decoder);
    expand_qty64(decoder, count, end);
}

plm_status plm_block_columns(plm_block_decoder *decoder, const plm_block_source *source,
                             uint32_t mask, plm_diag *diag, const plm_columns **out)
{
    const uint32_t count = source->row->events;
    const bool wants_ts = (mask & PLM_COLUMN_TS) != 0;
    if (!source->has_recv) {
        mask &= ~PLM_COLUMN_RECV;
    } else if ((mask & PLM_COLUMN_RECV) != 0) {
        mask |= PLM_COLUMN_TS; /* the second clock is told by its lag behind the first */
    }
    PLM_TRY(plm_block_unpack(decoder, source, mask, diag));
    cursors end = {.negative = false};
    decoder->columns = (plm_columns){.count = count,
                                     .key_count = decoder->entry_count,
                                     .keys = decoder->keys,
                                     .tag = decoder->tag};
    if ((mask & PLM_COLUMN_TS) != 0) {
        end.at[PLM_CHUNK_TS] = expand_ts(decoder, count, decoder->ts);
        decoder->columns.ts = wants_ts ? decoder->ts : NULL;
    }
    if ((mask & PLM_COLUMN_PX) != 0) {
        expand_px(decoder, count, &end);
    }
    if ((mask & PLM_COLUMN_QTY) != 0) {
        expand_qty(decoder, count, &end);
    }
    if (!consumed(decoder, &end, plm_block_chunks(mask & ~PLM_COLUMN_RECV))) {
        return plm_block_refuse(source, diag, "tags and columns of the block disagree");
    }
    if ((mask & PLM_COLUMN_RECV) != 0) {
        PLM_TRY(expand_lag(decoder, source, diag, decoder->recv));
        for (uint32_t i = 0; i < count; i++) {
            decoder->recv[i] = add_lag(decoder->ts[i], decoder->recv[i]);
        }
        decoder->columns.recv = decoder->recv;
    }
    *out = &decoder->columns;
    return PLM_OK;
}
