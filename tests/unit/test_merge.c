/*
 * test_merge.c - promises of merge.h:
 * - the order is (ts, rank of the stream, position in the stream), whatever the batches;
 * - equal rows become one, unequal rows of one symbol are refused, new rows are appended;
 * - a missing second clock is taken as ts;
 * - derived quotes and quotes of its own in one row are refused with both places;
 * - rows that appear while reading are taken in;
 * - all streams are destroyed with the merge, also when it cannot be made.
 */
#include "plm_test.h"

#include <stdlib.h>
#include <string.h>

#include "array_stream.h"
#include "merge.h"
#include "philox.h"

#define TS INT64_C(1735689600000000000)
#define MANY 20000

static plm_event trade(int64_t ts, int64_t qty, uint32_t sym)
{
    return (plm_event){.ts = TS + ts, .px = 1, .qty = qty, .sym = sym, .kind = PLM_EV_TRADE};
}

static void equal_times_keep_rank_and_position(void **state)
{
    (void)state;
    plm_instrument const row = array_stream_row("A");
    plm_event first[3] = {trade(1, 10, 0), trade(5, 11, 0), trade(5, 12, 0)};
    plm_event second[3] = {trade(0, 20, 0), trade(5, 21, 0), trade(5, 22, 0)};
    for (uint32_t batch = 1; batch <= 3; batch++) {
        plm_stream *const streams[2] = {array_stream_create(&row, 1, first, NULL, 3, batch),
                                        array_stream_create(&row, 1, second, NULL, 3, batch)};
        plm_diag diag;
        plm_diag_init(&diag);
        plm_stream *merged = NULL;
        assert_ok(plm_merge_create(streams, 2, &diag, &merged), &diag);
        plm_event found[6];
        assert_int_equal(array_stream_collect(merged, found, NULL, 6), 6);
        static const int64_t EXPECTED[6] = {20, 10, 11, 12, 21, 22};
        for (int i = 0; i < 6; i++) {
            assert_int_equal(found[i].qty, EXPECTED[i]);
        }
        assert_int_equal(merged->row_count, 1);
        merged->destroy(merged);
    }
}

static int compare(const void *left, const void *right)
{
    const plm_event *const a = left;
    const plm_event *const b = right;
    if (a->ts != b->ts) {
        return a->ts < b->ts ? -1 : 1;
    }
    return a->qty < b->qty ? -1 : a->qty > b->qty;
}

/* qty carries (rank, position), so sorting by (ts, qty) is the order that is promised. */
static void many_streams_come_in_the_order_that_sorting_gives(void **state)
{
    (void)state;
    enum { STREAMS = 37, EACH = 500 };
    static plm_event events[STREAMS][EACH], expected[STREAMS * EACH], found[STREAMS * EACH];
    plm_instrument const row = array_stream_row("A");
    plm_stream *streams[STREAMS];
    plm_philox rng;
    plm_philox_init(&rng, 7, "merge", 0);
    for (uint32_t s = 0; s < STREAMS; s++) {
        int64_t ts = 0;
        for (uint32_t i = 0; i < EACH; i++) {
            ts += plm_philox_below(&rng, 3) == 0 ? plm_philox_below(&rng, 20) : 0;
            events[s][i] = trade(ts, (int64_t)s * 100000 + i, 0);
        }
        memcpy(expected + (size_t)s * EACH, events[s], sizeof events[s]);
        streams[s] =
            array_stream_create(&row, 1, events[s], NULL, EACH, 1 + plm_philox_below(&rng, 600));
    }
    qsort(expected, STREAMS * EACH, sizeof expected[0], compare);
    plm_diag diag;
    plm_diag_init(&diag);
    plm_stream *merged = NULL;
    assert_ok(plm_merge_create(streams, STREAMS, &diag, &merged), &diag);
    assert_int_equal(array_stream_collect(merged, found, NULL, STREAMS * EACH), STREAMS * EACH);
    assert_memory_equal(found, expected, sizeof expected);
    merged->destroy(merged);
}

static void rows_are_unified_and_clocks_filled_in(void **state)
{
    (void)state;
    plm_instrument const a[2] = {array_stream_row("A"), array_stream_row("B")};
    plm_instrument const b[2] = {array_stream_row("C"), array_stream_row("B")};
    plm_event const first[1] = {trade(2, 1, 1)};
    plm_event const second[2] = {trade(1, 2, 0), trade(3, 3, 1)};
    plm_ts const recv[2] = {TS + 100, TS + 101};
    plm_stream *const streams[2] = {array_stream_create(a, 2, first, NULL, 1, 9),
                                    array_stream_create(b, 2, second, recv, 2, 9)};
    plm_diag diag;
    plm_diag_init(&diag);
    plm_stream *merged = NULL;
    assert_ok(plm_merge_create(streams, 2, &diag, &merged), &diag);
    assert_true(merged->has_recv);
    assert_int_equal(merged->row_count, 3);
    assert_string_equal(merged->rows[0].symbol, "A");
    assert_string_equal(merged->rows[1].symbol, "B");
    assert_string_equal(merged->rows[2].symbol, "C");
    plm_event found[3];
    plm_ts found_recv[3];
    assert_int_equal(array_stream_collect(merged, found, found_recv, 3), 3);
    assert_int_equal(found[0].sym, 2);
    assert_int_equal(found[1].sym, 1);
    assert_int_equal(found[2].sym, 1);
    assert_true(found_recv[0] == TS + 100 && found_recv[1] == TS + 2 && found_recv[2] == TS + 101);
    merged->destroy(merged);
}

static void unequal_rows_of_one_symbol_are_refused(void **state)
{
    (void)state;
    plm_instrument const a = array_stream_row("A");
    plm_instrument b = a;
    b.tick = 5;
    uint32_t destroyed = 0;
    plm_stream *const streams[2] = {array_stream_create(&a, 1, NULL, NULL, 0, 1),
                                    array_stream_create(&b, 1, NULL, NULL, 0, 1)};
    for (int i = 0; i < 2; i++) {
        ((array_stream *)streams[i]->impl)->destroyed = &destroyed;
    }
    plm_diag diag;
    plm_diag_init(&diag);
    plm_stream *merged = NULL;
    assert_int_equal(plm_merge_create(streams, 2, &diag, &merged), PLM_ERR_INPUT);
    assert_non_null(strstr(diag.text, "tick=5"));
    assert_int_equal(destroyed, 2);
    assert_null(merged);
}

/* Shows its second row only after the first batch, as importers may. */
static plm_status growing_next(plm_stream *stream, plm_diag *diag, plm_batch *out)
{
    plm_status const status = array_stream_next(stream, diag, out);
    stream->row_count = 2;
    return status;
}

static void rows_that_appear_while_reading_are_taken_in(void **state)
{
    (void)state;
    plm_instrument const rows[2] = {array_stream_row("A"), array_stream_row("B")};
    plm_instrument const other = array_stream_row("C");
    plm_event const events[2] = {trade(1, 1, 0), trade(2, 2, 1)};
    plm_stream *const streams[2] = {array_stream_create(rows, 1, events, NULL, 2, 1),
                                    array_stream_create(&other, 1, NULL, NULL, 0, 1)};
    streams[0]->next = growing_next;
    plm_diag diag;
    plm_diag_init(&diag);
    plm_stream *merged = NULL;
    assert_ok(plm_merge_create(streams, 2, &diag, &merged), &diag);
    assert_int_equal(merged->row_count, 2);
    plm_event found[2];
    assert_int_equal(array_stream_collect(merged, found, NULL, 2), 2);
    assert_int_equal(merged->row_count, 3);
    assert_int_equal(found[1].sym, 2);
    assert_string_equal(merged->rows[2].symbol, "B");
    merged->destroy(merged);
}

static void too_many_streams_are_refused(void **state)
{
    (void)state;
    enum { TOO_MANY = PLM_MERGE_INPUTS_MAX + 1 };
    static plm_stream *streams[TOO_MANY];
    plm_instrument const row = array_stream_row("A");
    uint32_t destroyed = 0;
    for (int i = 0; i < TOO_MANY; i++) {
        streams[i] = array_stream_create(&row, 1, NULL, NULL, 0, 1);
        ((array_stream *)streams[i]->impl)->destroyed = &destroyed;
    }
    plm_diag diag;
    plm_diag_init(&diag);
    plm_stream *merged = NULL;
    assert_int_equal(plm_merge_create(streams, TOO_MANY, &diag, &merged), PLM_ERR_USAGE);
    assert_int_equal(destroyed, TOO_MANY);
}

static plm_event quote(int64_t ts, uint32_t sym, plm_event_kind kind, uint16_t flags)
{
    return (plm_event){
        .ts = TS + ts, .px = 1, .qty = 1, .sym = sym, .kind = (uint8_t)kind, .flags = flags};
}

/* Merges one stream of A and one of B, A to its end; the status of the whole. */
static plm_status merge_quotes(const plm_event *first, const plm_event *second, plm_diag *diag)
{
    plm_instrument const a = array_stream_row("A");
    plm_instrument const b[2] = {array_stream_row("B"), array_stream_row("A")};
    plm_stream *const streams[2] = {array_stream_create(&a, 1, first, NULL, 1, 1),
                                    array_stream_create(b, 2, second, NULL, 1, 1)};
    plm_stream *merged = NULL;
    plm_diag_init(diag);
    assert_ok(plm_merge_create(streams, 2, diag, &merged), diag);
    plm_batch *const batch = plm_alloc(1, sizeof *batch);
    plm_status status = PLM_OK;
    while (status == PLM_OK) {
        status = merged->next(merged, diag, batch);
    }
    plm_free(batch);
    merged->destroy(merged);
    return status;
}

static void derived_quotes_and_quotes_of_its_own_in_one_row_are_refused(void **state)
{
    (void)state;
    plm_diag diag;
    plm_event const derived = quote(1, 0, PLM_EV_BID, PLM_FLAG_DERIVED);
    plm_event const own = quote(2, 1, PLM_EV_ASK, 0);
    assert_int_equal(merge_quotes(&derived, &own, &diag), PLM_ERR_INPUT);
    assert_string_equal(diag.text,
                        "A: best quotes derived from levels in input 1 "
                        "(2025-01-01T00:00:00.000000001Z) and quotes of its own in input 2 "
                        "(2025-01-01T00:00:00.000000002Z); one kind is allowed");
    plm_event const other_row = quote(2, 0, PLM_EV_ASK, 0);
    assert_int_equal(merge_quotes(&derived, &other_row, &diag), PLM_END);
    plm_event const also_derived = quote(2, 1, PLM_EV_ASK, PLM_FLAG_DERIVED);
    assert_int_equal(merge_quotes(&derived, &also_derived, &diag), PLM_END);
}

static void long_runs_cross_batches_of_the_merge(void **state)
{
    (void)state;
    static plm_event events[MANY], found[MANY + 1];
    plm_instrument const row = array_stream_row("A");
    for (int i = 0; i < MANY; i++) {
        events[i] = trade(i / 5000, i, 0);
    }
    plm_event const last = trade(1, -1, 0);
    plm_stream *const streams[2] = {array_stream_create(&row, 1, events, NULL, MANY, PLM_BATCH_CAP),
                                    array_stream_create(&row, 1, &last, NULL, 1, 1)};
    plm_diag diag;
    plm_diag_init(&diag);
    plm_stream *merged = NULL;
    assert_ok(plm_merge_create(streams, 2, &diag, &merged), &diag);
    assert_int_equal(array_stream_collect(merged, found, NULL, MANY + 1), MANY + 1);
    for (int i = 0; i < MANY + 1; i++) {
        int const expected = i < 10000 ? i : i == 10000 ? -1 : i - 1;
        assert_int_equal(found[i].qty, expected);
    }
    merged->destroy(merged);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_times_keep_rank_and_position),
        cmocka_unit_test(many_streams_come_in_the_order_that_sorting_gives),
        cmocka_unit_test(rows_are_unified_and_clocks_filled_in),
        cmocka_unit_test(unequal_rows_of_one_symbol_are_refused),
        cmocka_unit_test(rows_that_appear_while_reading_are_taken_in),
        cmocka_unit_test(too_many_streams_are_refused),
        cmocka_unit_test(derived_quotes_and_quotes_of_its_own_in_one_row_are_refused),
        cmocka_unit_test(long_runs_cross_batches_of_the_merge),
    };
    return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
