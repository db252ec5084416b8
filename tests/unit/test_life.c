/*
 * test_life.c - promises of life.h:
 * - delist stands where the old coin ended and relist where the new one begins, before what else
 *   happens then, also of other rows, and whatever the size of batches;
 * - nothing is said of a row without events before its end, nor while the stream ends before it;
 * - an event of a dead row is refused.
 */
#include "plm_test.h"

#include <string.h>

#include "array_stream.h"
#include "life.h"

#define TS INT64_C(1735689600000000000)

static bool find(const void *context, const char *symbol, plm_life *out)
{
    (void)context;
    *out = (plm_life){TS + 10, TS + 20};
    return strcmp(symbol, "A") == 0;
}

static plm_event mark(int64_t ts, uint32_t sym)
{
    return (plm_event){.ts = TS + ts, .px = 1, .sym = sym, .kind = PLM_EV_MARK};
}

static uint32_t live(const plm_event *events, uint32_t count, uint32_t batch, plm_event *out,
                     uint32_t cap)
{
    plm_instrument const rows[2] = {array_stream_row("A"), array_stream_row("B")};
    plm_stream *const stream =
        plm_life_create(array_stream_create(rows, 2, events, NULL, count, batch), find, NULL);
    uint32_t const found = array_stream_collect(stream, out, NULL, cap);
    stream->destroy(stream);
    return found;
}

static void a_hole_begins_with_delist_and_ends_with_relist(void **state)
{
    (void)state;
    plm_event const events[] = {mark(9, 0),  mark(10, 0), mark(10, 1), mark(15, 1),
                                mark(20, 1), mark(20, 0), mark(21, 0)};
    for (uint32_t batch = 1; batch <= 7; batch++) {
        plm_event out[16];
        assert_int_equal(live(events, 7, batch, out, 16), 9);
        assert_memory_equal(out, events, 3 * sizeof *events);
        plm_event const delist = {.ts = TS + 10, .kind = PLM_EV_STATUS, .side = PLM_STATUS_DELIST};
        plm_event const relist = {.ts = TS + 20, .kind = PLM_EV_STATUS, .side = PLM_STATUS_RELIST};
        assert_memory_equal(&out[3], &delist, sizeof delist);
        assert_memory_equal(&out[4], &events[3], sizeof *events);
        assert_memory_equal(&out[5], &relist, sizeof relist);
        assert_memory_equal(&out[6], &events[4], 3 * sizeof *events);
    }
}

static void nothing_is_said_without_an_old_coin_or_before_its_end(void **state)
{
    (void)state;
    plm_event out[8];
    plm_event const later[] = {mark(5, 1), mark(20, 0), mark(25, 1)};
    assert_int_equal(live(later, 3, 2, out, 8), 3);
    plm_event const earlier[] = {mark(5, 0), mark(10, 0), mark(10, 1)};
    assert_int_equal(live(earlier, 3, 2, out, 8), 3);
}

static void an_event_of_a_dead_row_is_refused(void **state)
{
    (void)state;
    plm_event const events[] = {mark(5, 0), mark(11, 0)};
    plm_instrument const rows[1] = {array_stream_row("A")};
    plm_stream *const stream =
        plm_life_create(array_stream_create(rows, 1, events, NULL, 2, 2), find, NULL);
    plm_batch *const batch = plm_alloc(1, sizeof *batch);
    plm_diag diag;
    plm_diag_init(&diag);
    assert_int_equal(stream->next(stream, &diag, batch), PLM_ERR_INPUT);
    assert_non_null(strstr(diag.text, "A: an event at 2025-01-01T00:00:00.000000011Z, but the "
                                      "symbol was dead from 2025-01-01T00:00:00.000000010Z"));
    plm_free(batch);
    stream->destroy(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hole_begins_with_delist_and_ends_with_relist),
        cmocka_unit_test(nothing_is_said_without_an_old_coin_or_before_its_end),
        cmocka_unit_test(an_event_of_a_dead_row_is_refused),
    };
    return cmocka_run_group_tests_name("life", tests, NULL, NULL);
}
