/*
 * test_derive.c - promises of derive.h:
 * - after the last event of an instant the new best of each touched row is said, bid before ask;
 * - nothing is said where price and quantity are as before; an emptied side is px 0, qty 0;
 * - a clear empties one side or both, a removed level gives way to the next;
 * - the recv of a quote is the latest of the levels of its instant;
 * - the result is that of a plain book that is searched anew at each instant;
 * - a row with quotes of its own and L2 is refused; more levels than the limit are refused.
 */
#include "plm_test.h"

#include <string.h>

#include "array_stream.h"
#include "derive.h"
#include "philox.h"

#define TS INT64_C(1735689600000000000)

static plm_event level(int64_t ts, uint32_t sym, uint8_t side, int64_t px, int64_t qty)
{
    return (plm_event){
        .ts = TS + ts, .px = px, .qty = qty, .sym = sym, .kind = PLM_EV_LEVEL, .side = side};
}

static plm_event clear(int64_t ts, uint8_t side)
{
    return (plm_event){.ts = TS + ts, .kind = PLM_EV_CLEAR, .side = side};
}

static bool is_best(plm_event event, plm_event_kind kind, int64_t ts, int64_t px, int64_t qty)
{
    return event.kind == kind && event.ts == TS + ts && event.px == px && event.qty == qty &&
           event.flags == PLM_FLAG_DERIVED;
}

static uint32_t derive_all(const plm_event *events, uint32_t count, uint32_t batch, plm_event *out,
                           uint32_t cap)
{
    plm_instrument const rows[2] = {array_stream_row("A"), array_stream_row("B")};
    plm_stream *const stream =
        plm_derive_create(array_stream_create(rows, 2, events, NULL, count, batch));
    uint32_t const found = array_stream_collect(stream, out, NULL, cap);
    stream->destroy(stream);
    return found;
}

static void the_best_is_said_at_the_end_of_the_instant_and_when_it_changed(void **state)
{
    (void)state;
    plm_event const events[] = {
        level(1, 0, 1, 99, 5), level(1, 0, 1, 98, 7), level(1, 0, 2, 101, 3), /* both new */
        level(2, 0, 1, 97, 1),                                                /* not the best */
        level(3, 0, 1, 99, 6),                                                /* quantity */
        level(4, 0, 1, 99, 0),                                                /* gone */
        level(5, 0, 1, 99, 2), level(5, 0, 1, 99, 0),                         /* back and forth */
        clear(6, 2),                                                          /* asks */
        clear(7, 0),                                                          /* both */
        clear(8, 0),                                                          /* empty already */
    };
    for (uint32_t batch = 1; batch < 12; batch++) {
        plm_event found[32];
        uint32_t const count = derive_all(events, 11, batch, found, 32);
        assert_int_equal(count, 11 + 6);
        assert_true(is_best(found[3], PLM_EV_BID, 1, 99, 5));
        assert_true(is_best(found[4], PLM_EV_ASK, 1, 101, 3));
        assert_true(is_best(found[7], PLM_EV_BID, 3, 99, 6));
        assert_true(is_best(found[9], PLM_EV_BID, 4, 98, 7));
        assert_true(is_best(found[13], PLM_EV_ASK, 6, 0, 0));
        assert_true(is_best(found[15], PLM_EV_BID, 7, 0, 0));
        assert_int_equal(found[16].kind, PLM_EV_CLEAR);
    }
}

static void rows_come_in_the_order_in_which_the_instant_touched_them(void **state)
{
    (void)state;
    plm_event const events[] = {level(1, 1, 1, 5, 5), level(1, 0, 1, 6, 6), level(1, 1, 2, 7, 7)};
    plm_event found[8];
    assert_int_equal(derive_all(events, 3, 3, found, 8), 6);
    assert_int_equal(found[3].sym, 1);
    assert_int_equal(found[4].sym, 1);
    assert_int_equal(found[5].sym, 0);
}

static void the_second_clock_is_the_latest_of_the_levels_of_the_instant(void **state)
{
    (void)state;
    plm_instrument const row = array_stream_row("A");
    plm_event const events[] = {level(1, 0, 1, 5, 5), level(1, 0, 1, 6, 6), level(2, 0, 1, 7, 7)};
    plm_ts const recv[] = {TS + 12, TS + 10, TS + 11};
    plm_stream *const stream = plm_derive_create(array_stream_create(&row, 1, events, recv, 3, 3));
    assert_true(stream->has_recv);
    plm_event found[5];
    plm_ts found_recv[5];
    assert_int_equal(array_stream_collect(stream, found, found_recv, 5), 5);
    assert_true(found_recv[2] == TS + 12); /* not 10: 12 is when the first level was heard */
    assert_true(found_recv[4] == TS + 11); /* the next instant begins anew */
    stream->destroy(stream);
}

/* The plain twin: levels by price in an array, searched from scratch. */
typedef struct plain_book {
    int64_t qty[2][64];
    int64_t said_px[2], said_qty[2];
} plain_book;

static void plain_best(const plain_book *book, int side, int64_t *out_px, int64_t *out_qty)
{
    *out_px = *out_qty = 0;
    for (int i = 0; i < 64; i++) {
        int const px = side == 0 ? 63 - i : i;
        if (book->qty[side][px] != 0) {
            *out_px = px + 1;
            *out_qty = book->qty[side][px];
            return;
        }
    }
}

static void random_books_agree_with_the_plain_twin(void **state)
{
    (void)state;
    enum { COUNT = 30000 };
    static plm_event events[COUNT], found[3 * COUNT];
    plain_book book;
    memset(&book, 0, sizeof book);
    plm_philox rng;
    plm_philox_init(&rng, 3, "derive", 0);
    int64_t ts = 0;
    for (uint32_t i = 0; i < COUNT; i++) {
        ts += plm_philox_below(&rng, 3) == 0 ? 1 : 0;
        uint8_t const side = (uint8_t)(1 + plm_philox_below(&rng, 2));
        int64_t const px = 1 + plm_philox_below(&rng, 64);
        int64_t const qty = plm_philox_below(&rng, 3);
        events[i] = plm_philox_below(&rng, 200) == 0 ? clear(ts, (uint8_t)plm_philox_below(&rng, 3))
                                                     : level(ts, 0, side, px, qty);
    }
    uint32_t const count = derive_all(events, COUNT, 100, found, 3 * COUNT);
    uint32_t at = 0;
    for (uint32_t i = 0; i < COUNT; i++) {
        assert_memory_equal(&found[at++], &events[i], sizeof events[i]);
        for (int side = 0; side < 2; side++) {
            if (events[i].kind == PLM_EV_LEVEL && events[i].side == side + 1) {
                book.qty[side][events[i].px - 1] = events[i].qty;
            } else if (events[i].kind == PLM_EV_CLEAR &&
                       (events[i].side == 0 || events[i].side == side + 1)) {
                memset(book.qty[side], 0, sizeof book.qty[side]);
            }
        }
        for (int side = 0; side < 2 && (i + 1 == COUNT || events[i + 1].ts != events[i].ts);
             side++) {
            int64_t px;
            int64_t qty;
            plain_best(&book, side, &px, &qty);
            if (px != book.said_px[side] || qty != book.said_qty[side]) {
                assert_true(is_best(found[at++], side == 0 ? PLM_EV_BID : PLM_EV_ASK,
                                    events[i].ts - TS, px, qty));
                book.said_px[side] = px;
                book.said_qty[side] = qty;
            }
        }
    }
    assert_int_equal(at, count);
}

static void fails(const plm_event *events, uint32_t count, const char *words)
{
    plm_instrument const row = array_stream_row("A");
    plm_stream *const stream =
        plm_derive_create(array_stream_create(&row, 1, events, NULL, count, 4000));
    plm_batch *const batch = plm_alloc(1, sizeof *batch);
    plm_diag diag;
    plm_diag_init(&diag);
    plm_status status = PLM_OK;
    while (status == PLM_OK) {
        status = stream->next(stream, &diag, batch);
    }
    assert_int_equal(status, PLM_ERR_INPUT);
    assert_non_null(strstr(diag.text, words));
    plm_free(batch);
    stream->destroy(stream);
}

static void a_row_with_quotes_of_its_own_is_refused(void **state)
{
    (void)state;
    plm_event const events[2] = {
        {.ts = TS, .px = 1, .qty = 1, .kind = PLM_EV_BID},
        level(1, 0, 1, 1, 1),
    };
    fails(events, 2, "best quotes of its own");
}

static void more_levels_than_the_limit_are_refused(void **state)
{
    (void)state;
    static plm_event events[PLM_DERIVE_LEVELS_MAX + 1];
    for (int i = 0; i <= PLM_DERIVE_LEVELS_MAX; i++) {
        events[i] = level(i, 0, 1, 1 + i, 1);
    }
    fails(events, PLM_DERIVE_LEVELS_MAX + 1, "8192 levels");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_is_said_at_the_end_of_the_instant_and_when_it_changed),
        cmocka_unit_test(rows_come_in_the_order_in_which_the_instant_touched_them),
        cmocka_unit_test(the_second_clock_is_the_latest_of_the_levels_of_the_instant),
        cmocka_unit_test(random_books_agree_with_the_plain_twin),
        cmocka_unit_test(a_row_with_quotes_of_its_own_is_refused),
        cmocka_unit_test(more_levels_than_the_limit_are_refused),
    };
    return cmocka_run_group_tests_name("derive", tests, NULL, NULL);
}
