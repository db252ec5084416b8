/*
 * block_unpack.c - dictionary, tags and columns of a block, checked.
 */
#include "block_unpack.h"

#include <inttypes.h>
#include <string.h>

#include "kinds.h"
#include "memory.h"
#include "num.h"
#include "shape.h"

plm_status plm_block_refuse(const plm_block_source *source, plm_diag *diag, const char *what)
{
    return plm_fail(diag, PLM_ERR_INPUT, "%s: byte %" PRIu64 ": %s; the tape is damaged",
                    source->where, source->row->offset, what);
}

/* -- the head chunk -------------------------------------------------------------------------- */

/* What an event of this entry would be refused for, apart from its time, price and size. */
static bool parts_fit(const plm_event *parts, const plm_instrument *row)
{
    const plm_kind_rule *const rule = &plm_kind_rules[parts->kind];
    return parts->side < 32 && (rule->sides >> parts->side & 1) != 0 &&
           (rule->rows >> row->kind & 1) != 0 && (parts->flags & ~PLM_FLAG_ALL) == 0;
}

static bool read_entry(plm_block_decoder *decoder, plm_reader *reader,
                       const plm_block_source *source, plm_unpacked_key *out,
                       plm_block_key *out_key)
{
    plm_event parts = {0};
    const uint64_t sym = plm_read_varint(reader);
    parts.kind = plm_read_u8(reader);
    parts.side = plm_read_u8(reader);
    const uint64_t flags = plm_read_varint(reader);
    const uint64_t chain = plm_read_varint(reader);
    out->qty_unit = plm_read_varint(reader);
    const plm_kind_info *const info = plm_kind_find(parts.kind);
    if (info == NULL || sym >= source->row_count || flags > UINT16_MAX ||
        chain > decoder->chain_count || (chain != 0) != (info->px != PLM_FIELD_ZERO) ||
        (out->qty_unit != 0) != (info->qty != PLM_FIELD_ZERO)) {
        return false;
    }
    parts.sym = (uint32_t)sym;
    parts.flags = (uint16_t)flags;
    if (!parts_fit(&parts, &source->rows[sym])) {
        return false;
    }
    memcpy(&out->meta, &parts.sym, sizeof out->meta);
    const uint32_t index = chain != 0 ? (uint32_t)chain - 1 : decoder->chain_count;
    const plm_shape shape = plm_shape_of(parts.kind, parts.side);
    out->px_column = (uint16_t)(2 * shape.class_);
    out->is_quote = shape.is_quote;
    out->qty = 0;
    out->has_qty = out->qty_unit != 0;
    out->chain = index;
    out->px_unit = chain != 0 ? decoder->chain_unit[index] : 0;
    *out_key = (plm_block_key){.sym = parts.sym,
                               .kind = parts.kind,
                               .side = parts.side,
                               .flags = parts.flags,
                               .qty_unit = (plm_qty)out->qty_unit,
                               .px_base = (plm_px)decoder->chain_base[index],
                               .px_unit = (plm_px)out->px_unit};
    return true;
}

static plm_status read_head(plm_block_decoder *decoder, const plm_block_source *source,
                            plm_diag *diag)
{
    const plm_chunk *const chunk = &source->row->chunks[0];
    const uint8_t *raw = NULL;
    PLM_TRY(plm_chunk_open(decoder->chunks, chunk, source->bytes, source->row->offset,
                           source->where, diag, &raw));
    plm_reader reader = plm_reader_init(raw, chunk->raw);
    decoder->first_ts = plm_read_signed(&reader);
    decoder->ts_unit = plm_read_varint(&reader);
    decoder->first_lag = source->has_recv ? plm_read_signed(&reader) : 0;
    decoder->recv_unit = source->has_recv ? plm_read_varint(&reader) : 0;
    const uint64_t chains = plm_read_varint(&reader);
    if (reader.failed || chains > PLM_BLOCK_KEYS_MAX || decoder->ts_unit == 0 ||
        (source->has_recv && decoder->recv_unit == 0) ||
        decoder->first_ts != source->row->first_ts) {
        return plm_block_refuse(source, diag, "the head of the block is not valid");
    }
    decoder->chain_count = (uint32_t)chains;
    for (uint32_t i = 0; i < decoder->chain_count; i++) {
        decoder->chain_base[i] = (uint64_t)plm_read_signed(&reader);
        decoder->chain_unit[i] = plm_read_varint(&reader);
        reader.failed = reader.failed || decoder->chain_unit[i] == 0;
    }
    decoder->chain_base[decoder->chain_count] = 0;
    const uint64_t entries = plm_read_varint(&reader);
    bool good = !reader.failed && entries <= PLM_BLOCK_KEYS_MAX;
    for (uint32_t i = 0; good && i < entries; i++) {
        good = read_entry(decoder, &reader, source, &decoder->entries[i], &decoder->keys[i]);
    }
    if (!good || reader.failed || plm_reader_left(&reader) != 0) {
        return plm_block_refuse(source, diag, "the dictionary of the block is not valid");
    }
    decoder->entry_count = (uint32_t)entries;
    return PLM_OK;
}

/* -- the other chunks ------------------------------------------------------------------------ */

static plm_status read_tags(plm_block_decoder *decoder, const plm_block_source *source,
                            uint64_t offset, const uint8_t *stored, plm_diag *diag)
{
    const plm_chunk *const chunk = &source->row->chunks[1];
    const uint8_t *raw = NULL;
    PLM_TRY(plm_chunk_open(decoder->chunks, chunk, stored, offset, source->where, diag, &raw));
    const uint32_t count = source->row->events;
    if ((chunk->codec & ~PLM_CHUNK_ZSTD) != PLM_CODEC_PLANES || chunk->raw < 1 || raw[0] > 2 ||
        chunk->raw != 1 + raw[0] * (size_t)count) {
        return plm_block_refuse(source, diag, "the tags of the block are not valid");
    }
    plm_chunk_reader_kernels(decoder->chunks)->join_tags(raw + 1, raw[0], count, decoder->tag);
    unsigned highest = 0;
    for (uint32_t i = 0; i < count; i++) {
        highest = decoder->tag[i] > highest ? decoder->tag[i] : highest;
    }
    if (highest >> PLM_TAG_SHIFT >= decoder->entry_count) {
        return plm_block_refuse(source, diag, "a tag is beyond the dictionary of the block");
    }
    return PLM_OK;
}

static plm_status read_escapes(plm_block_decoder *decoder, const plm_block_source *source,
                               const plm_chunk *chunk, uint64_t offset, const uint8_t *stored,
                               plm_diag *diag)
{
    plm_unpacked *const to = &decoder->column[chunk->id & ~PLM_CHUNK_ESCAPE];
    const uint8_t *raw = NULL;
    PLM_TRY(plm_chunk_open(decoder->chunks, chunk, stored, offset, source->where, diag, &raw));
    if (to->wide == NULL) {
        to->wide = plm_alloc(PLM_UNPACKED_ROOM, sizeof(uint64_t));
    }
    for (uint32_t i = 0; i < to->count; i++) {
        to->wide[i] = to->low[i];
    }
    plm_reader reader = plm_reader_init(raw, chunk->raw);
    uint64_t at = 0;
    bool good = chunk->values <= to->count;
    for (uint32_t k = 0; good && k < chunk->values; k++) {
        const uint64_t step = plm_read_varint(&reader);
        const uint64_t high = plm_read_varint(&reader);
        at += step;
        good = (step > 0 || k == 0) && at < to->count && high > 0 && high >> 32 == 0;
        if (good) {
            to->wide[at] |= high << 32;
        }
    }
    if (!good || plm_reader_left(&reader) != 0) {
        return plm_block_refuse(source, diag, "the escapes of the block are not valid");
    }
    to->escaped = true;
    return PLM_OK;
}

uint32_t plm_block_chunks(uint32_t mask)
{
    uint32_t wanted = 0;
    if ((mask & PLM_COLUMN_TS) != 0) {
        wanted |= 1u << PLM_CHUNK_TS;
    }
    if ((mask & PLM_COLUMN_PX) != 0) {
        wanted |= 1u << PLM_CHUNK_PX | 1u << PLM_CHUNK_LEVEL_PX | 1u << PLM_CHUNK_RARE_PX;
    }
    if ((mask & PLM_COLUMN_QTY) != 0) {
        wanted |= 1u << PLM_CHUNK_QTY | 1u << PLM_CHUNK_LEVEL_QTY | 1u << PLM_CHUNK_RARE_QTY;
    }
    if ((mask & PLM_COLUMN_RECV) != 0) {
        wanted |= 1u << PLM_CHUNK_RECV;
    }
    return wanted;
}

/* Prices, sizes and second stamps are signed, times are not. */
static void unzigzag_all(plm_block_decoder *decoder)
{
    for (unsigned id = PLM_CHUNK_PX; id < PLM_CHUNK_COUNT; id++) {
        plm_unpacked *const signed_ = &decoder->column[id];
        if (!signed_->escaped) {
            plm_chunk_reader_kernels(decoder->chunks)->unzigzag(signed_->low, signed_->count);
            continue;
        }
        for (uint32_t i = 0; i < signed_->count; i++) {
            signed_->wide[i] = (uint64_t)plm_unzigzag(signed_->wide[i]);
        }
    }
}

static plm_u128 sum_of(const plm_unpacked *steps)
{
    if (steps->escaped) {
        plm_u128 sum = 0;
        for (uint32_t i = 0; i < steps->count; i++) {
            sum += steps->wide[i];
        }
        return sum;
    }
    uint64_t sum = 0; /* 16,384 values of 32 bits: cannot overflow */
    for (uint32_t i = 0; i < steps->count; i++) {
        sum += steps->low[i];
    }
    return sum;
}

/* Steps are not negative; if their exact sum is the span of the block, time never went back on the
 * way. */
static bool time_adds_up(const plm_block_decoder *decoder, const plm_index_row *row)
{
    const plm_u128 sum = sum_of(&decoder->column[PLM_CHUNK_TS]);
    const uint64_t span = (uint64_t)row->last_ts - (uint64_t)row->first_ts;
    return sum <= span && sum * decoder->ts_unit == span;
}

plm_status plm_block_unpack(plm_block_decoder *decoder, const plm_block_source *source,
                            uint32_t mask, plm_diag *diag)
{
    PLM_TRY(read_head(decoder, source, diag));
    const uint32_t wanted = plm_block_chunks(mask);
    for (unsigned id = PLM_CHUNK_TS; id < PLM_CHUNK_COUNT; id++) {
        decoder->column[id].count = 0;
        decoder->column[id].escaped = false;
    }
    uint64_t at = source->row->chunks[0].stored;
    PLM_TRY(read_tags(decoder, source, source->row->offset + at, source->bytes + at, diag));
    at += source->row->chunks[1].stored;
    unsigned last = PLM_CHUNK_TAG;
    for (uint32_t i = 2; i < source->row->chunk_count; i++) {
        const plm_chunk *const chunk = &source->row->chunks[i];
        const unsigned id = chunk->id & ~PLM_CHUNK_ESCAPE;
        const uint64_t offset = source->row->offset + at;
        const uint8_t *const stored = source->bytes + at;
        const bool escape = id != chunk->id;
        if ((escape ? id != last : id <= (last & ~PLM_CHUNK_ESCAPE)) ||
            (id == PLM_CHUNK_RECV && !source->has_recv)) {
            return plm_block_refuse(
                source, diag, "the chunks of the block are not those it can have, in their order");
        }
        at += chunk->stored;
        last = chunk->id;
        if ((wanted >> id & 1) == 0) {
            continue;
        }
        if (escape) {
            PLM_TRY(read_escapes(decoder, source, chunk, offset, stored, diag));
            continue;
        }
        decoder->column[id].count = chunk->values;
        PLM_TRY(plm_chunk_unpack(decoder->chunks, chunk, stored, offset, source->where, diag,
                                 decoder->column[id].low));
    }
    unzigzag_all(decoder);
    if ((mask & PLM_COLUMN_TS) != 0 && !time_adds_up(decoder, source->row)) {
        return plm_block_refuse(source, diag, "its times do not lead from its first to its last");
    }
    return PLM_OK;
}
