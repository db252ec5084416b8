/*
 * block_encode.c - events to columns.
 *
 * Pass 1 walks the events once: finds the dictionary entry, notes differences of time and price,
 * keeps zones, and lets divisors find the units. Pass 2 divides the differences by the units and
 * splits off what needs more than 32 bits.
 */
#include "block_encode.h"

#include <string.h>

#include "check.h"
#include "divisor.h"
#include "memory.h"
#include "num.h"
#include "shape.h"
#include "zone_run.h"

#define TABLE_BITS 16
#define TABLE_SIZE (1u << TABLE_BITS) /* at most half full: keys and chains */

/* A dictionary entry while its block is being made. */
typedef struct entry {
    uint64_t meta; /* sym, kind, side, flags as they stand in the event */
    plm_shape shape;
    uint16_t chain;
    plm_divisor qty;
    plm_qty resting; /* size of the event before */
} entry;

typedef struct chain {
    plm_px base, last;
    plm_divisor unit;
} chain;

/* Values of a column before they are divided: signed differences for prices, sizes as they are. */
typedef struct column {
    uint64_t *value;
    uint16_t *owner; /* chain of a price, entry of a size */
    uint32_t count;
} column;

typedef struct slot {
    uint64_t name;
    uint32_t stamp; /* block that set it */
    uint16_t index;
} slot;

struct plm_block_encoder {
    plm_chunk_packer *packer;
    uint32_t stamp;
    uint32_t entry_count, chain_count;
    entry *entries;
    chain *chains;
    slot *table;
    uint32_t *tag, *low;
    column px[PLM_CLASS_COUNT], qty[PLM_CLASS_COUNT], ts, recv;
    plm_divisor ts_unit, recv_unit;
    plm_buffer head, escapes;
    plm_zone_run *runs; /* of each entry */
    plm_zone *zones;
    uint64_t *order;
};

static column column_create(void)
{
    const size_t room = PLM_BLOCK_EVENTS_MAX + 1; /* a value may be written and not kept */
    return (column){plm_alloc(room, sizeof(uint64_t)), plm_alloc(room, sizeof(uint16_t)), 0};
}

static void column_destroy(column *gone)
{
    plm_free(gone->value);
    plm_free(gone->owner);
}

plm_block_encoder *plm_block_encoder_create(const plm_tape_options *options)
{
    plm_block_encoder *const encoder = plm_alloc(1, sizeof *encoder);
    encoder->packer = plm_chunk_packer_create(options);
    encoder->entries = plm_alloc(PLM_BLOCK_KEYS_MAX, sizeof(entry));
    encoder->chains = plm_alloc(PLM_BLOCK_KEYS_MAX, sizeof(chain));
    encoder->table = plm_alloc(TABLE_SIZE, sizeof(slot));
    encoder->tag = plm_alloc(PLM_BLOCK_EVENTS_MAX, sizeof(uint32_t));
    encoder->low = plm_alloc(PLM_BLOCK_EVENTS_MAX, sizeof(uint32_t));
    encoder->runs = plm_alloc(PLM_BLOCK_KEYS_MAX, sizeof(plm_zone_run));
    encoder->zones = plm_alloc(PLM_BLOCK_KEYS_MAX, sizeof(plm_zone));
    encoder->order = plm_alloc(PLM_BLOCK_KEYS_MAX, sizeof(uint64_t));
    for (unsigned c = 0; c < PLM_CLASS_COUNT; c++) {
        encoder->px[c] = column_create();
        encoder->qty[c] = column_create();
    }
    encoder->ts = column_create();
    encoder->recv = column_create();
    return encoder;
}

void plm_block_encoder_destroy(plm_block_encoder *encoder)
{
    if (encoder == NULL) {
        return;
    }
    plm_chunk_packer_destroy(encoder->packer);
    plm_free(encoder->entries);
    plm_free(encoder->chains);
    plm_free(encoder->table);
    plm_free(encoder->tag);
    plm_free(encoder->low);
    plm_free(encoder->runs);
    plm_free(encoder->zones);
    plm_free(encoder->order);
    for (unsigned c = 0; c < PLM_CLASS_COUNT; c++) {
        column_destroy(&encoder->px[c]);
        column_destroy(&encoder->qty[c]);
    }
    column_destroy(&encoder->ts);
    column_destroy(&encoder->recv);
    plm_buffer_free(&encoder->head);
    plm_buffer_free(&encoder->escapes);
    plm_free(encoder);
}

/* -- dictionary ------------------------------------------------------------------------------ */

/* The slot of a name; one whose stamp is old is free. */
static slot *slot_find(plm_block_encoder *encoder, uint64_t name)
{
    uint32_t at = (uint32_t)((name * UINT64_C(0x9E3779B97F4A7C15)) >> (64 - TABLE_BITS));
    while (encoder->table[at].stamp == encoder->stamp && encoder->table[at].name != name) {
        at = (at + 1) % TABLE_SIZE;
    }
    return &encoder->table[at];
}

static uint16_t chain_get(plm_block_encoder *encoder, uint32_t sym, unsigned chain_name, plm_px px)
{
    /* Kinds are below 64, so a chain never has the name of an entry: an entry's kind byte is
     * below 64. */
    const uint64_t name = sym | UINT64_C(0xFF) << 32 | (uint64_t)chain_name << 40;
    slot *const found = slot_find(encoder, name);
    if (found->stamp != encoder->stamp) {
        *found = (slot){name, encoder->stamp, (uint16_t)encoder->chain_count++};
        encoder->chains[found->index] = (chain){px, px, plm_divisor_init()};
    }
    return found->index;
}

static uint16_t entry_add(plm_block_encoder *encoder, const plm_event *event, uint64_t meta,
                          slot *found)
{
    *found = (slot){meta, encoder->stamp, (uint16_t)encoder->entry_count++};
    entry *const made = &encoder->entries[found->index];
    *made = (entry){
        .meta = meta, .shape = plm_shape_of(event->kind, event->side), .qty = plm_divisor_init()};
    encoder->runs[found->index] = plm_zone_run_init(event);
    const uint16_t index = found->index;
    if (made->shape.has_px) {
        made->chain = chain_get(encoder, event->sym, made->shape.chain, event->px);
    }
    return index;
}

static uint16_t entry_get(plm_block_encoder *encoder, const plm_event *event, uint64_t meta)
{
    slot *const found = slot_find(encoder, meta);
    return found->stamp == encoder->stamp ? found->index : entry_add(encoder, event, meta, found);
}

/* -- pass 1 ---------------------------------------------------------------------------------- */

/* Writes a value, and keeps it only if `keep` is 1: cheaper than a branch that nobody can predict.
 */
static void put(column *to, uint64_t value, uint16_t owner, uint32_t keep)
{
    to->value[to->count] = value;
    to->owner[to->count] = owner;
    to->count += keep;
}

/* |a - b| of two prices, or 1 where the difference needs 65 bits: the unit is then 1 and arithmetic
 * wraps. */
static uint64_t step_size(int64_t difference, bool wrapped)
{
    if (wrapped) {
        return 1;
    }
    return difference < 0 ? -(uint64_t)difference : (uint64_t)difference;
}

/* 1 if the price differs from the one before on its chain. */
static uint32_t take_px(plm_block_encoder *encoder, const entry *at, plm_px px)
{
    chain *const c = &encoder->chains[at->chain];
    int64_t difference;
    const bool wrapped = __builtin_sub_overflow(px, c->last, &difference);
    const uint32_t changed = difference != 0;
    plm_divisor_take(&c->unit, step_size(difference, wrapped));
    put(&encoder->px[at->shape.class_], (uint64_t)difference, at->chain, changed);
    c->last = px;
    return changed;
}

/* A quote that stays at its price changes by the orders that come and go: the difference is what is
 * small. */
static void take_qty(plm_block_encoder *encoder, uint16_t index, plm_qty qty, uint32_t changed)
{
    entry *const at = &encoder->entries[index];
    const uint64_t stays = -(uint64_t)(at->shape.is_quote & (changed ^ 1u));
    plm_divisor_take(&at->qty, (uint64_t)qty);
    put(&encoder->qty[at->shape.class_], (uint64_t)qty - ((uint64_t)at->resting & stays), index, 1);
    at->resting = qty;
}

static void walk(plm_block_encoder *encoder, const plm_event *events, uint32_t count,
                 bool continues)
{
    plm_ts ts = events[0].ts;
    uint32_t begins =
        !continues; /* the first event begins an instant although no time has passed */
    for (uint32_t i = 0; i < count; i++) {
        const plm_event *const event = &events[i];
        uint64_t meta;
        memcpy(&meta, &event->sym, sizeof meta);
        const uint16_t index = entry_get(encoder, event, meta);
        entry *const at = &encoder->entries[index];
        const uint64_t elapsed = (uint64_t)(event->ts - ts);
        const uint32_t fresh = (elapsed != 0) | begins;
        plm_divisor_take(&encoder->ts_unit, elapsed);
        put(&encoder->ts, elapsed, 0, fresh);
        ts = event->ts;
        begins = 0;
        uint32_t changed = 0;
        if (at->shape.has_px) {
            changed = take_px(encoder, at, event->px);
        }
        if (at->shape.has_qty) {
            take_qty(encoder, index, event->qty, changed);
        }
        plm_zone_run_take(&encoder->runs[index], event, i);
        encoder->tag[i] = (uint32_t)index << PLM_TAG_SHIFT | changed << 1 | fresh;
    }
}

/* The second clock as changes of its lag behind the first: small where the way is steady, 0 where
 * there is none. */
static void walk_recv(plm_block_encoder *encoder, const plm_event *events, const plm_ts *recv,
                      uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        const int64_t difference = (recv[i] - events[i].ts) - (recv[i - 1] - events[i - 1].ts);
        if (difference != 0) {
            plm_divisor_take(&encoder->recv_unit, step_size(difference, false));
        }
        put(&encoder->recv, (uint64_t)difference, 0, 1);
    }
}

/* -- pass 2 ---------------------------------------------------------------------------------- */

static uint64_t divide_signed(const plm_divisor *unit, uint64_t value)
{
    if (unit->unit == 1) {
        return plm_zigzag((int64_t)value);
    }
    const bool negative = (int64_t)value < 0;
    const uint64_t size = plm_divisor_quotient(unit, negative ? -value : value);
    return negative ? size * 2 - 1 : size * 2;
}

/* Low words to encoder->low, high ones to encoder->escapes; returns how many high ones there are.
 */
static uint32_t split(plm_block_encoder *encoder, const column *from)
{
    uint32_t escapes = 0;
    uint32_t last = 0;
    encoder->escapes.size = 0;
    for (uint32_t i = 0; i < from->count; i++) {
        const uint64_t value = from->value[i];
        encoder->low[i] = (uint32_t)value;
        if (__builtin_expect(value >> 32 != 0, 0)) {
            plm_put_varint(&encoder->escapes, i - last);
            plm_put_varint(&encoder->escapes, value >> 32);
            last = i;
            escapes++;
        }
    }
    return escapes;
}

static plm_status put_column(plm_block_encoder *encoder, unsigned id, const column *from,
                             plm_diag *diag, plm_buffer *out, plm_index_row *row)
{
    if (from->count == 0) {
        return PLM_OK;
    }
    const uint32_t escapes = split(encoder, from);
    PLM_TRY(plm_chunk_pack(encoder->packer, id, encoder->low, from->count, diag, out,
                           &row->chunks[row->chunk_count]));
    row->chunk_count++;
    if (escapes > 0) {
        plm_chunk *const chunk = &row->chunks[row->chunk_count++];
        PLM_TRY(plm_chunk_pack_bytes(encoder->packer, id | PLM_CHUNK_ESCAPE, encoder->escapes.data,
                                     encoder->escapes.size, diag, out, chunk));
        chunk->values = escapes;
    }
    return PLM_OK;
}

static void divide_all(plm_block_encoder *encoder)
{
    for (unsigned c = 0; c < PLM_CLASS_COUNT; c++) {
        column *const px = &encoder->px[c];
        for (uint32_t i = 0; i < px->count; i++) {
            px->value[i] = divide_signed(&encoder->chains[px->owner[i]].unit, px->value[i]);
        }
        column *const qty = &encoder->qty[c];
        for (uint32_t i = 0; i < qty->count; i++) {
            qty->value[i] = divide_signed(&encoder->entries[qty->owner[i]].qty, qty->value[i]);
        }
    }
    for (uint32_t i = 0; i < encoder->ts.count; i++) {
        encoder->ts.value[i] = plm_divisor_quotient(&encoder->ts_unit, encoder->ts.value[i]);
    }
    for (uint32_t i = 0; i < encoder->recv.count; i++) {
        encoder->recv.value[i] = divide_signed(&encoder->recv_unit, encoder->recv.value[i]);
    }
}

/* A unit of 0 (nothing but zeros) is written as 1, so that 0 can mean "has none". */
static uint64_t unit_or_one(const plm_divisor *divisor)
{
    return divisor->unit != 0 ? divisor->unit : 1;
}

static void put_head(plm_block_encoder *encoder, const plm_event *events, const plm_ts *recv)
{
    plm_buffer *const head = &encoder->head;
    head->size = 0;
    plm_put_signed(head, events[0].ts);
    plm_put_varint(head, unit_or_one(&encoder->ts_unit));
    if (recv != NULL) {
        plm_put_signed(head, recv[0] - events[0].ts);
        plm_put_varint(head, unit_or_one(&encoder->recv_unit));
    }
    plm_put_varint(head, encoder->chain_count);
    for (uint32_t i = 0; i < encoder->chain_count; i++) {
        plm_put_signed(head, encoder->chains[i].base);
        plm_put_varint(head, unit_or_one(&encoder->chains[i].unit));
    }
    plm_put_varint(head, encoder->entry_count);
    for (uint32_t i = 0; i < encoder->entry_count; i++) {
        const entry *const at = &encoder->entries[i];
        plm_event parts;
        memcpy(&parts.sym, &at->meta, sizeof at->meta);
        plm_put_varint(head, parts.sym);
        plm_put_u8(head, parts.kind);
        plm_put_u8(head, parts.side);
        plm_put_varint(head, parts.flags);
        plm_put_varint(head, at->shape.has_px ? at->chain + 1u : 0);
        plm_put_varint(head, at->shape.has_qty ? unit_or_one(&at->qty) : 0);
    }
}

/* -- the block ------------------------------------------------------------------------------- */

static void begin(plm_block_encoder *encoder)
{
    encoder->stamp++;
    plm_assert(encoder->stamp != 0);
    encoder->entry_count = encoder->chain_count = 0;
    encoder->ts.count = encoder->recv.count = 0;
    for (unsigned c = 0; c < PLM_CLASS_COUNT; c++) {
        encoder->px[c].count = encoder->qty[c].count = 0;
    }
    encoder->ts_unit = encoder->recv_unit = plm_divisor_init();
    plm_chunk_packer_next_block(encoder->packer);
}

static plm_status put_tags(plm_block_encoder *encoder, uint32_t count, plm_diag *diag,
                           plm_buffer *out, plm_index_row *row)
{
    PLM_TRY(plm_chunk_pack_bytes(encoder->packer, PLM_CHUNK_HEAD, encoder->head.data,
                                 encoder->head.size, diag, out, &row->chunks[0]));
    row->chunks[0].values = (uint32_t)encoder->head.size;
    PLM_TRY(plm_chunk_pack(encoder->packer, PLM_CHUNK_TAG, encoder->tag, count, diag, out,
                           &row->chunks[1]));
    row->chunk_count = 2;
    return PLM_OK;
}

plm_status plm_block_encode(plm_block_encoder *encoder, const plm_event *events, const plm_ts *recv,
                            uint32_t count, bool continues, plm_diag *diag, plm_buffer *out,
                            plm_index_row *out_row, const plm_zone **out_zones)
{
    plm_assert(count > 0 && count <= PLM_BLOCK_EVENTS_MAX);
    begin(encoder);
    walk(encoder, events, count, continues);
    if (recv != NULL) {
        walk_recv(encoder, events, recv, count);
    }
    divide_all(encoder);
    put_head(encoder, events, recv);
    plm_index_row row = {.events = count,
                         .continues = continues,
                         .first_ts = events[0].ts,
                         .last_ts = events[count - 1].ts};
    for (uint32_t i = 0; i < encoder->entry_count; i++) {
        row.kinds |= PLM_EV_BIT(encoder->entries[i].meta >> 32 & 0xff);
    }
    PLM_TRY(put_tags(encoder, count, diag, out, &row));
    PLM_TRY(put_column(encoder, PLM_CHUNK_TS, &encoder->ts, diag, out, &row));
    for (unsigned c = 0; c < PLM_CLASS_COUNT; c++) {
        PLM_TRY(put_column(encoder, PLM_CHUNK_PX + 2 * c, &encoder->px[c], diag, out, &row));
        PLM_TRY(put_column(encoder, PLM_CHUNK_QTY + 2 * c, &encoder->qty[c], diag, out, &row));
    }
    PLM_TRY(put_column(encoder, PLM_CHUNK_RECV, &encoder->recv, diag, out, &row));
    row.zone_count =
        plm_zone_runs_join(encoder->runs, encoder->entry_count, encoder->order, encoder->zones);
    *out_row = row;
    *out_zones = encoder->zones;
    return PLM_OK;
}
