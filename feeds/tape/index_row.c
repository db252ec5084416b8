/*
 * index_row.c - index rows as bytes and back.
 */
#include "index_row.h"

#include "check.h"
#include "divisor.h"

/* -- writing --------------------------------------------------------------------------------- */

static void put_chunk(const plm_chunk *chunk, plm_buffer *out)
{
    plm_put_u8(out, chunk->id);
    plm_put_u8(out, chunk->codec);
    plm_put_varint(out, chunk->stored);
    if ((chunk->codec & PLM_CHUNK_ZSTD) != 0) {
        plm_put_varint(out, chunk->raw);
    }
    plm_put_varint(out, chunk->values);
    plm_put_u32(out, chunk->crc);
}

static void put_zone(const plm_zone *zone, uint32_t previous_sym, plm_buffer *out)
{
    const uint64_t last_step = (uint64_t)zone->last - (uint64_t)zone->min;
    const uint64_t first_step = (uint64_t)zone->first - (uint64_t)zone->min;
    const uint64_t range = (uint64_t)zone->max - (uint64_t)zone->min;
    plm_divisor unit = plm_divisor_init();
    plm_divisor_take(&unit, first_step);
    plm_divisor_take(&unit, last_step);
    plm_divisor_take(&unit, range);
    const uint64_t step = unit.unit != 0 ? unit.unit : 1;
    plm_put_varint(out, zone->sym - previous_sym);
    plm_put_u8(out, (uint8_t)(zone->key | (zone->emptied ? PLM_ZONE_EMPTIED : 0) |
                              (zone->ends_empty ? PLM_ZONE_ENDS_EMPTY : 0)));
    plm_put_varint(out, zone->count);
    plm_put_signed(out, zone->min);
    plm_put_varint(out, step);
    plm_put_varint(out, first_step / step);
    plm_put_varint(out, last_step / step);
    plm_put_varint(out, range / step);
    if (zone->key <= PLM_KEY_LAST) {
        plm_put_signed(out, zone->last_qty);
    }
    if (zone->key == PLM_KEY_LAST) {
        plm_put_varint(out, zone->volume_low);
        plm_put_varint(out, zone->volume_high);
    }
}

void plm_index_row_put(const plm_index_row *row, const plm_zone *zones, plm_ts previous_ts,
                       plm_buffer *out)
{
    plm_assert(row->chunk_count <= PLM_CHUNKS_MAX);
    plm_put_varint(out, row->events);
    plm_put_u8(out, row->continues ? PLM_BLOCK_CONTINUES : 0);
    plm_put_varint(out, (uint64_t)(row->first_ts - previous_ts));
    plm_put_varint(out, (uint64_t)(row->last_ts - row->first_ts));
    plm_put_varint(out, row->kinds);
    plm_put_varint(out, row->chunk_count);
    for (uint32_t i = 0; i < row->chunk_count; i++) {
        put_chunk(&row->chunks[i], out);
    }
    plm_put_varint(out, row->zone_count);
    uint32_t sym = 0;
    for (uint32_t i = 0; i < row->zone_count; i++) {
        put_zone(&zones[i], sym, out);
        sym = zones[i].sym;
    }
}

/* -- reading --------------------------------------------------------------------------------- */

static uint32_t read_up_to(plm_reader *reader, uint64_t limit)
{
    const uint64_t value = plm_read_varint(reader);
    if (value > limit) {
        reader->failed = true;
        return 0;
    }
    return (uint32_t)value;
}

static void read_chunk(plm_reader *reader, plm_chunk *out)
{
    out->id = plm_read_u8(reader);
    out->codec = plm_read_u8(reader);
    const unsigned id = out->id & ~PLM_CHUNK_ESCAPE;
    const unsigned codec = out->codec & ~PLM_CHUNK_ZSTD;
    const bool head = out->id == PLM_CHUNK_HEAD;
    const bool escapes = id != out->id;
    const bool bytes = head || escapes;
    const size_t bound = bytes ? PLM_CHUNK_BYTES_MAX : plm_codec_bound(PLM_BLOCK_EVENTS_MAX);
    out->stored = read_up_to(reader, PLM_CHUNK_BYTES_MAX);
    out->raw = (out->codec & PLM_CHUNK_ZSTD) != 0 ? read_up_to(reader, bound) : out->stored;
    out->values = read_up_to(reader, bytes ? PLM_CHUNK_BYTES_MAX : PLM_BLOCK_EVENTS_MAX);
    out->crc = plm_read_u32(reader);
    if (id >= PLM_CHUNK_COUNT || codec == PLM_CODEC_NONE || codec >= PLM_CODEC_COUNT ||
        bytes != (codec == PLM_CODEC_BYTES) || out->raw > bound ||
        (head && out->values != out->raw) || (escapes && id < PLM_CHUNK_TS)) {
        reader->failed = true;
    }
}

/* `before` is the zone before, NULL for the first. */
static void read_zone(plm_reader *reader, const plm_zone *before, plm_zone *out)
{
    const uint32_t sym_step = read_up_to(reader, PLM_ROWS_MAX);
    const uint32_t sym = (before != NULL ? before->sym : 0) + sym_step;
    const uint8_t flags = plm_read_u8(reader);
    *out = (plm_zone){.sym = sym,
                      .key = flags & 7u,
                      .emptied = (flags & PLM_ZONE_EMPTIED) != 0,
                      .ends_empty = (flags & PLM_ZONE_ENDS_EMPTY) != 0};
    out->count = read_up_to(reader, PLM_BLOCK_EVENTS_MAX);
    out->min = plm_read_signed(reader);
    const uint64_t step = plm_read_varint(reader);
    out->first = (plm_px)((uint64_t)out->min + plm_read_varint(reader) * step);
    out->last = (plm_px)((uint64_t)out->min + plm_read_varint(reader) * step);
    out->max = (plm_px)((uint64_t)out->min + plm_read_varint(reader) * step);
    if (out->key <= PLM_KEY_LAST) {
        out->last_qty = plm_read_signed(reader);
    }
    if (out->key == PLM_KEY_LAST) {
        out->volume_low = plm_read_varint(reader);
        out->volume_high = plm_read_varint(reader);
    }
    const bool ordered = before == NULL || sym_step > 0 || out->key > before->key;
    if (step == 0 || sym >= PLM_ROWS_MAX || out->key == PLM_KEY_NONE || out->key >= PLM_KEY_COUNT ||
        flags > 31 || out->count == 0 || !ordered) {
        reader->failed = true;
    }
}

void plm_index_row_read(plm_reader *reader, uint64_t offset, plm_ts previous_ts, uint32_t zone_cap,
                        plm_index_row *out_row, plm_zone *out_zones)
{
    plm_index_row row = {.offset = offset};
    row.events = read_up_to(reader, PLM_BLOCK_EVENTS_MAX);
    const uint8_t flags = plm_read_u8(reader);
    row.continues = flags == PLM_BLOCK_CONTINUES;
    row.first_ts = (plm_ts)((uint64_t)previous_ts + plm_read_varint(reader));
    row.last_ts = (plm_ts)((uint64_t)row.first_ts + plm_read_varint(reader));
    row.kinds = plm_read_varint(reader);
    row.chunk_count = read_up_to(reader, PLM_CHUNKS_MAX);
    for (uint32_t i = 0; i < row.chunk_count; i++) {
        read_chunk(reader, &row.chunks[i]);
    }
    row.zone_count = read_up_to(reader, zone_cap);
    for (uint32_t i = 0; i < row.zone_count; i++) {
        read_zone(reader, i > 0 ? &out_zones[i - 1] : NULL, &out_zones[i]);
    }
    if (row.events == 0 || flags > PLM_BLOCK_CONTINUES || row.first_ts < PLM_TS_MIN ||
        row.last_ts < row.first_ts || row.last_ts >= PLM_TS_MAX || row.chunk_count < 2 ||
        row.chunks[0].id != PLM_CHUNK_HEAD || row.chunks[1].id != PLM_CHUNK_TAG ||
        row.chunks[1].values != row.events) {
        reader->failed = true;
    }
    *out_row = row;
}
