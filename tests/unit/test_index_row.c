/*
 * test_index_row.c - promises of index_row.h:
 * - what plm_index_row_put writes plm_index_row_read returns, for random rows and those at the
 *   limits;
 * - the smallest row and zone are as long as tape_layout.h says;
 * - unknown chunk ids, codecs and flags, disorder, counts beyond the limits and cut rows are
 *   refused.
 */
#include "plm_test.h"

#include <string.h>

#include "index_row.h"
#include "memory.h"
#include "philox.h"

#define ZONES_MAX 12u

static uint64_t wide(plm_philox *rng)
{
    return plm_philox_u64(rng) >> plm_philox_below(rng, 64);
}

static plm_chunk random_chunk(plm_philox *rng, unsigned id, bool bytes)
{
    plm_chunk chunk = {.id = (uint8_t)id};
    chunk.codec = bytes ? PLM_CODEC_BYTES : (uint8_t)(2 + plm_philox_below(rng, 3));
    chunk.stored = plm_philox_below(rng, 60000);
    chunk.raw = chunk.stored;
    if (plm_philox_below(rng, 2) == 0) {
        chunk.codec |= PLM_CHUNK_ZSTD;
        chunk.raw = plm_philox_below(rng, 60000);
    }
    chunk.values = id == PLM_CHUNK_HEAD ? chunk.raw : plm_philox_below(rng, 16385);
    chunk.crc = plm_philox_u32(rng);
    return chunk;
}

static plm_index_row random_row(plm_philox *rng)
{
    plm_index_row row = {.offset = wide(rng), .events = 1 + plm_philox_below(rng, 16384)};
    row.continues = plm_philox_below(rng, 2) == 0;
    row.first_ts = PLM_TS_MIN + (plm_ts)(plm_philox_u64(rng) % (uint64_t)(PLM_TS_MAX - PLM_TS_MIN));
    row.last_ts = row.first_ts + (plm_ts)(wide(rng) % (uint64_t)(PLM_TS_MAX - row.first_ts));
    row.kinds = wide(rng);
    row.chunks[0] = random_chunk(rng, PLM_CHUNK_HEAD, true);
    row.chunks[1] = random_chunk(rng, PLM_CHUNK_TAG, false);
    row.chunks[1].values = row.events;
    row.chunk_count = 2;
    for (unsigned id = PLM_CHUNK_TS; id < PLM_CHUNK_COUNT; id++) {
        if (plm_philox_below(rng, 3) > 0) {
            row.chunks[row.chunk_count++] = random_chunk(rng, id, false);
            if (plm_philox_below(rng, 2) == 0) {
                row.chunks[row.chunk_count++] = random_chunk(rng, id | PLM_CHUNK_ESCAPE, true);
            }
        }
    }
    row.zone_count = plm_philox_below(rng, ZONES_MAX + 1);
    return row;
}

/* A price between the ends, which often are the ends of int64_t. */
static plm_px between(plm_philox *rng, plm_px low, plm_px high)
{
    uint64_t const range = (uint64_t)high - (uint64_t)low;
    uint64_t const part =
        range == UINT64_MAX ? plm_philox_u64(rng) : plm_philox_u64(rng) % (range + 1);
    return (plm_px)((uint64_t)low + part);
}

static plm_zone random_zone(plm_philox *rng, const plm_zone *before)
{
    plm_zone zone = {.sym = before != NULL ? before->sym : 0,
                     .key = (uint8_t)(before != NULL ? before->key + 1 : 1)};
    if (zone.key == PLM_KEY_COUNT || plm_philox_below(rng, 2) == 0) {
        zone.sym += 1 + plm_philox_below(rng, 5000);
        zone.key = (uint8_t)(1 + plm_philox_below(rng, PLM_KEY_COUNT - 1));
    }
    zone.emptied = plm_philox_below(rng, 2) == 0;
    zone.ends_empty = plm_philox_below(rng, 2) == 0;
    zone.count = 1 + plm_philox_below(rng, 16384);
    zone.min = plm_philox_below(rng, 2) == 0 ? INT64_MIN : (plm_px)wide(rng);
    zone.max = plm_philox_below(rng, 2) == 0 ? INT64_MAX : between(rng, zone.min, INT64_MAX);
    zone.first = between(rng, zone.min, zone.max);
    zone.last = plm_philox_below(rng, 2) == 0 ? zone.max : between(rng, zone.min, zone.max);
    if (zone.key <= PLM_KEY_LAST) {
        zone.last_qty = (plm_qty)wide(rng);
    }
    if (zone.key == PLM_KEY_LAST) {
        zone.volume_low = wide(rng);
        zone.volume_high = wide(rng);
    }
    return zone;
}

static void check_row_equal(const plm_index_row *found, const plm_index_row *expected)
{
    assert_true(found->offset == expected->offset && found->kinds == expected->kinds);
    assert_int_equal(found->events, expected->events);
    assert_int_equal(found->continues, expected->continues);
    assert_true(found->first_ts == expected->first_ts && found->last_ts == expected->last_ts);
    assert_int_equal(found->chunk_count, expected->chunk_count);
    assert_int_equal(found->zone_count, expected->zone_count);
    for (uint32_t i = 0; i < expected->chunk_count; i++) {
        plm_chunk const *const a = &found->chunks[i];
        plm_chunk const *const b = &expected->chunks[i];
        assert_true(a->id == b->id && a->codec == b->codec && a->crc == b->crc);
        assert_true(a->stored == b->stored && a->raw == b->raw && a->values == b->values);
    }
}

static void check_zone_equal(const plm_zone *found, const plm_zone *expected)
{
    assert_true(found->sym == expected->sym && found->key == expected->key);
    assert_true(found->emptied == expected->emptied && found->ends_empty == expected->ends_empty);
    assert_int_equal(found->count, expected->count);
    assert_true(found->first == expected->first && found->last == expected->last);
    assert_true(found->min == expected->min && found->max == expected->max);
    assert_true(found->last_qty == expected->last_qty);
    assert_true(found->volume_low == expected->volume_low);
    assert_true(found->volume_high == expected->volume_high);
}

/* The bytes of a row, copied to memory that ends with them; true when the reader takes all. */
static bool read_back(const plm_buffer *bytes, size_t size, const plm_index_row *row,
                      plm_ts previous, uint32_t zone_cap, plm_index_row *out, plm_zone *zones)
{
    uint8_t *const exact = plm_alloc(size, 1);
    memcpy(exact, bytes->data, size);
    plm_reader reader = plm_reader_init(exact, size);
    plm_index_row_read(&reader, row->offset, previous, zone_cap, out, zones);
    bool const good = !reader.failed && plm_reader_left(&reader) == 0;
    plm_free(exact);
    return good;
}

static bool survives(const plm_index_row *row, const plm_zone *zones)
{
    plm_buffer bytes = {0};
    plm_index_row found;
    plm_zone found_zones[ZONES_MAX];
    plm_index_row_put(row, zones, 0, &bytes);
    bool const good = read_back(&bytes, bytes.size, row, 0, ZONES_MAX, &found, found_zones);
    plm_buffer_free(&bytes);
    return good;
}

static void random_rows_come_back_and_cut_ones_are_refused(void **state)
{
    (void)state;
    plm_philox rng;
    plm_philox_init(&rng, 1, "row", 0);
    for (unsigned round = 0; round < 400; round++) {
        plm_index_row const row = random_row(&rng);
        plm_zone zones[ZONES_MAX], found_zones[ZONES_MAX];
        for (uint32_t i = 0; i < row.zone_count; i++) {
            zones[i] = random_zone(&rng, i > 0 ? &zones[i - 1] : NULL);
        }
        plm_ts const previous = plm_philox_below(&rng, 2) == 0 ? 0 : row.first_ts;
        plm_buffer bytes = {0};
        plm_index_row_put(&row, zones, previous, &bytes);
        assert_true(bytes.size >= PLM_ROW_SIZE_MIN + row.zone_count * PLM_ZONE_SIZE_MIN);
        plm_index_row found;
        assert_true(
            read_back(&bytes, bytes.size, &row, previous, row.zone_count, &found, found_zones));
        check_row_equal(&found, &row);
        for (uint32_t i = 0; i < row.zone_count; i++) {
            check_zone_equal(&found_zones[i], &zones[i]);
        }
        for (size_t cut = 0; cut < bytes.size; cut++) {
            assert_false(read_back(&bytes, cut, &row, previous, ZONES_MAX, &found, found_zones));
        }
        if (row.zone_count > 0) {
            assert_false(read_back(&bytes, bytes.size, &row, previous, row.zone_count - 1, &found,
                                   found_zones));
        }
        plm_buffer_free(&bytes);
    }
}

static plm_index_row small_row(void)
{
    plm_index_row row = {.events = 1,
                         .first_ts = PLM_TS_MIN,
                         .last_ts = PLM_TS_MIN,
                         .kinds = 2,
                         .chunk_count = 2,
                         .zone_count = 1};
    row.chunks[0] = (plm_chunk){PLM_CHUNK_HEAD, PLM_CODEC_BYTES, 9, 9, 9, 0};
    row.chunks[1] = (plm_chunk){PLM_CHUNK_TAG, PLM_CODEC_PLANES, 2, 2, 1, 0};
    return row;
}

static plm_zone const small_zone = {.sym = 0, .key = PLM_KEY_MARK, .count = 1};

static void the_smallest_row_and_zone_have_the_sizes_that_bound_the_counts(void **state)
{
    (void)state;
    plm_index_row row = small_row();
    plm_buffer bytes = {0};
    plm_index_row_put(&row, &small_zone, row.first_ts, &bytes);
    size_t const with_zone = bytes.size;
    row.zone_count = 0;
    bytes.size = 0;
    plm_index_row_put(&row, NULL, row.first_ts, &bytes);
    assert_int_equal(bytes.size, PLM_ROW_SIZE_MIN);
    assert_int_equal(with_zone - bytes.size, PLM_ZONE_SIZE_MIN);
    plm_buffer_free(&bytes);
}

static void what_is_unknown_or_beyond_a_limit_is_refused(void **state)
{
    (void)state;
    plm_index_row const good = small_row();
    assert_true(survives(&good, &small_zone));
    static plm_chunk const bad_chunks[] = {
        {PLM_CHUNK_COUNT, PLM_CODEC_PLANES, 1, 1, 1, 0},
        {0x80 | PLM_CHUNK_TS, PLM_CODEC_PLANES, 1, 1, 1, 0},
        {PLM_CHUNK_TS, PLM_CODEC_NONE, 1, 1, 1, 0},
        {PLM_CHUNK_TS, PLM_CODEC_BYTES, 1, 1, 1, 0},
        {PLM_CHUNK_TS, PLM_CODEC_COUNT, 1, 1, 1, 0},
        {PLM_CHUNK_TS, 0x40 | PLM_CODEC_SVB, 1, 1, 1, 0},
        {PLM_CHUNK_TS, PLM_CODEC_SVB, 1, 1, PLM_BLOCK_EVENTS_MAX + 1, 0},
        {PLM_CHUNK_TS, PLM_CODEC_SVB, PLM_CHUNK_BYTES_MAX + 1, 1, 1, 0},
        {PLM_CHUNK_TS, PLM_CODEC_SVB | PLM_CHUNK_ZSTD, 1, PLM_CHUNK_BYTES_MAX + 1, 1, 0},
        {PLM_CHUNK_TS | PLM_CHUNK_ESCAPE, PLM_CODEC_SVB, 1, 1, 1, 0},
        {PLM_CHUNK_TAG | PLM_CHUNK_ESCAPE, PLM_CODEC_BYTES, 1, 1, 1, 0},
        {PLM_CHUNK_HEAD | PLM_CHUNK_ESCAPE, PLM_CODEC_BYTES, 1, 1, 1, 0},
    };
    for (size_t i = 0; i < sizeof bad_chunks / sizeof bad_chunks[0]; i++) {
        plm_index_row row = good;
        row.chunks[row.chunk_count++] = bad_chunks[i];
        assert_false(survives(&row, &small_zone));
    }
    plm_index_row row = good;
    row.chunks[0].values++; /* a head counts its bytes */
    assert_false(survives(&row, &small_zone));
    row = good;
    row.events = 0;
    row.chunks[1].values = 0;
    assert_false(survives(&row, &small_zone));
    row = good;
    row.events = row.chunks[1].values = PLM_BLOCK_EVENTS_MAX + 1;
    assert_false(survives(&row, &small_zone));
    row = good;
    row.events = 2; /* the tags know of one */
    assert_false(survives(&row, &small_zone));
    row = good;
    row.first_ts = PLM_TS_MIN - 1;
    assert_false(survives(&row, &small_zone));
    row = good;
    row.last_ts = PLM_TS_MAX;
    assert_false(survives(&row, &small_zone));
    row = good;
    row.chunks[0] = row.chunks[1];
    assert_false(survives(&row, &small_zone));
}

static void zones_out_of_order_empty_or_of_unknown_keys_are_refused(void **state)
{
    (void)state;
    plm_index_row row = small_row();
    row.zone_count = 2;
    plm_zone zones[2] = {small_zone, small_zone};
    zones[1].key = PLM_KEY_INDEX;
    assert_true(survives(&row, zones));
    zones[1].key = PLM_KEY_MARK; /* twice */
    assert_false(survives(&row, zones));
    zones[1].key = PLM_KEY_BID; /* back */
    assert_false(survives(&row, zones));
    zones[1].sym = 1;
    assert_true(survives(&row, zones));
    zones[1].count = 0;
    assert_false(survives(&row, zones));
    zones[1].count = PLM_BLOCK_EVENTS_MAX + 1;
    assert_false(survives(&row, zones));
    zones[1].count = 1;
    zones[1].key = PLM_KEY_COUNT;
    assert_false(survives(&row, zones));
    zones[1].key = PLM_KEY_NONE;
    assert_false(survives(&row, zones));
    zones[1].key = PLM_KEY_MARK;
    zones[1].sym = PLM_ROWS_MAX;
    assert_false(survives(&row, zones));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_rows_come_back_and_cut_ones_are_refused),
        cmocka_unit_test(the_smallest_row_and_zone_have_the_sizes_that_bound_the_counts),
        cmocka_unit_test(what_is_unknown_or_beyond_a_limit_is_refused),
        cmocka_unit_test(zones_out_of_order_empty_or_of_unknown_keys_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
