/*
 * test_window.c - promises of window.h:
 * - whatever the blocks, spans are whole instants, in order, and hold every event once;
 * - from and until cut at events, the second clock comes along;
 * - two windows on the same blocks do not disturb one another;
 * - an instant of the limit passes, one event more is refused with the limit;
 * - bars come as points where that is asked for, else as they are; as many events come out;
 * - what a tape must not say is refused with its block and event, and stays refused.
 */
#include "fake_blocks.h"

#include "memory.h"
#include "philox.h"
#include "window.h"

#define TS INT64_C(1735689600000000000)
#define COUNT 600

static fake_table table;

static plm_event trade(plm_ts ts, plm_px px)
{
    return (plm_event){.ts = TS + ts, .px = px, .qty = 1, .kind = PLM_EV_TRADE};
}

/* Gathers all spans; each begins a new instant. */
static uint32_t gather(plm_window *window, plm_event *out)
{
    plm_diag diag;
    plm_diag_init(&diag);
    uint32_t count = 0;
    plm_span span;
    plm_status status;
    while ((status = plm_window_next(window, &diag, &span)) == PLM_OK) {
        assert_true(span.count > 0);
        assert_true(count == 0 || out[count - 1].ts < span.events[0].ts);
        memcpy(&out[count], span.events, span.count * sizeof *out);
        for (uint32_t i = 0; span.recv != NULL && i < span.count; i++) {
            assert_true(span.recv[i] == span.events[i].ts + 7);
        }
        count += span.count;
    }
    assert_ok(status, &diag);
    assert_int_equal(plm_window_next(window, &diag, &span), PLM_END);
    return count;
}

static void check(const plm_event *events, uint32_t count, uint32_t size, plm_ts from, plm_ts until)
{
    fake_blocks fake;
    fake_blocks_init(&fake, &table, events, count, size);
    fake.blocks.has_recv = true;
    plm_window *const window =
        plm_window_create(&fake.blocks, &table.contracts, from, until, false);
    plm_event found[COUNT];
    uint32_t const got = gather(window, found);
    uint32_t expected = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (events[i].ts >= from && (until == 0 || events[i].ts < until)) {
            assert_true(expected < got);
            assert_memory_equal(&found[expected++], &events[i], sizeof events[i]);
        }
    }
    assert_int_equal(got, expected);
    plm_window_destroy(window);
}

static uint32_t random_events(uint64_t seed, uint32_t stay, plm_event *out)
{
    plm_philox rng;
    plm_philox_init(&rng, seed, "window", 0);
    plm_ts ts = 0;
    for (uint32_t i = 0; i < COUNT; i++) {
        ts += plm_philox_below(&rng, stay) == 0 ? 1 : 0;
        out[i] = trade(ts, 1 + i);
    }
    return COUNT;
}

static void spans_are_whole_instants_whatever_the_blocks(void **state)
{
    (void)state;
    static plm_event events[COUNT];
    uint32_t const sizes[] = {10, 16, 97, COUNT};
    for (uint32_t stay = 1; stay < 60; stay += 9) {
        uint32_t const count = random_events(stay, stay, events);
        for (unsigned s = 0; s < 4; s++) {
            check(events, count, sizes[s], 0, 0);
            plm_ts const last = events[count - 1].ts;
            check(events, count, sizes[s], TS + 2, last);
            check(events, count, sizes[s], last, 0);
            check(events, count, sizes[s], last + 1, 0);
            check(events, count, sizes[s], 0, TS + 1);
            check(events, count, sizes[s], 0, TS);
        }
    }
}

static void windows_on_the_same_blocks_do_not_disturb_one_another(void **state)
{
    (void)state;
    static plm_event events[COUNT];
    uint32_t const count = random_events(3, 4, events);
    fake_blocks fake;
    fake_blocks_init(&fake, &table, events, count, 50);
    plm_window *const ahead = plm_window_create(&fake.blocks, &table.contracts, 0, 0, true);
    plm_window *const behind = plm_window_create(&fake.blocks, &table.contracts, 0, 0, false);
    plm_diag diag;
    plm_diag_init(&diag);
    plm_span first;
    plm_span second;
    uint32_t seen[2] = {0, 0};
    while (plm_window_next(ahead, &diag, &first) == PLM_OK) {
        seen[0] += first.count;
        for (uint32_t i = 0; seen[0] > 200 && i < 1; i++) {
            assert_int_equal(plm_window_next(behind, &diag, &second), PLM_OK);
            assert_memory_equal(second.events, &events[seen[1]], second.count * sizeof *events);
            seen[1] += second.count;
        }
    }
    assert_int_equal(seen[0], count);
    assert_true(seen[1] > 0);
    plm_window_destroy(ahead);
    plm_window_destroy(behind);
}

/* The first status that is not OK. */
static plm_status drain(plm_window *window, plm_diag *diag)
{
    plm_span span;
    plm_status status = PLM_OK;
    while (status == PLM_OK) {
        status = plm_window_next(window, diag, &span);
    }
    return status;
}

static plm_status drain_all(const plm_event *events, uint32_t count, uint32_t size,
                            uint64_t hidden_kinds, bool bars, plm_diag *diag)
{
    fake_blocks fake;
    fake_blocks_init(&fake, &table, events, count, size);
    fake.hidden_kinds = hidden_kinds;
    plm_window *const window = plm_window_create(&fake.blocks, &table.contracts, 0, 0, bars);
    plm_diag_init(diag);
    plm_status const status = drain(window, diag);
    plm_diag again;
    plm_diag_init(&again);
    assert_int_equal(drain(window, &again), status);
    plm_window_destroy(window);
    return status;
}

static void an_instant_beyond_the_limit_is_refused(void **state)
{
    (void)state;
    uint32_t const most = PLM_INSTANT_EVENTS_MAX;
    plm_event *const events = plm_alloc(most + 2, sizeof *events);
    plm_diag diag;
    for (uint32_t before = 0; before < 2; before++) {
        for (uint32_t i = 0; i < most + 2; i++) {
            events[i] = trade(i < before ? 0 : 1, 5);
        }
        assert_int_equal(drain_all(events, before + most, 16384, 0, false, &diag), PLM_END);
        assert_int_equal(drain_all(events, before + most, 5000, 0, false, &diag), PLM_END);
        for (uint32_t size = 5000; size <= 16384; size += 11384) {
            assert_int_equal(drain_all(events, before + most + 1, size, 0, false, &diag),
                             PLM_ERR_INPUT);
            assert_non_null(strstr(diag.text, "more than 49152 events"));
        }
    }
    plm_free(events);
}

static const plm_event BAR[] = {
    {TS + 99, 100, 60, 0, PLM_EV_BAR_OPEN, PLM_KEY_LAST, 0},
    {TS + 99, 104, 0, 0, PLM_EV_BAR_HIGH, PLM_KEY_LAST, 0},
    {TS + 99, 99, 0, 0, PLM_EV_BAR_LOW, PLM_KEY_LAST, 0},
    {TS + 99, 103, 10, 0, PLM_EV_BAR_CLOSE, PLM_KEY_LAST, 0},
};

static void bars_become_points_where_that_is_asked_for(void **state)
{
    (void)state;
    plm_event events[6] = {trade(10, 100), BAR[0], BAR[1], BAR[2], BAR[3], trade(99, 7)};
    for (uint32_t size = 1; size <= 6; size++) {
        fake_blocks fake;
        fake_blocks_init(&fake, &table, events, 6, size);
        plm_event found[6];
        plm_window *window = plm_window_create(&fake.blocks, &table.contracts, 0, 0, false);
        assert_int_equal(gather(window, found), 6);
        assert_memory_equal(found, events, sizeof events);
        plm_window_destroy(window);
        window = plm_window_create(&fake.blocks, &table.contracts, 0, 0, true);
        plm_diag diag;
        plm_diag_init(&diag);
        uint32_t count = 0;
        plm_span span;
        while (plm_window_next(window, &diag, &span) == PLM_OK) {
            memcpy(&found[count], span.events, span.count * sizeof *found);
            count += span.count;
        }
        plm_window_destroy(window);
        assert_int_equal(count, 6);
        /* D = 60 ends at 99: 99 - 60 + 1 = 40, + 20 = 59, + 40 = 79; volume 10: 2, 2, 2, 4 */
        plm_ts const at[6] = {10, 40, 59, 79, 99, 99};
        plm_px const px[6] = {100, 100, 99, 104, 103, 7};
        plm_qty const qty[6] = {1, 2, 2, 2, 4, 1};
        for (unsigned i = 0; i < 6; i++) {
            assert_true(found[i].ts == TS + at[i]);
            assert_true(found[i].px == px[i]);
            assert_true(found[i].qty == qty[i]);
            assert_int_equal(found[i].kind, PLM_EV_TRADE);
            assert_int_equal(found[i].flags, i >= 1 && i <= 4 ? PLM_FLAG_POINT : 0);
        }
    }
}

static void what_a_tape_must_not_say_is_refused_and_stays_refused(void **state)
{
    (void)state;
    plm_diag diag;
    plm_event events[40];
    for (uint32_t i = 0; i < 40; i++) {
        events[i] = trade(i, 5);
    }
    events[23].px = 0;
    assert_int_equal(drain_all(events, 40, 10, 0, false, &diag), PLM_ERR_INPUT);
    assert_non_null(strstr(diag.text, "block 2: event 3: "));
    assert_int_equal(drain_all(BAR, 4, 4, PLM_EV_BIT(PLM_EV_BAR_LOW), true, &diag), PLM_ERR_INPUT);
    assert_non_null(strstr(diag.text, "event 2: its kind"));
    assert_int_equal(drain_all(BAR, 3, 3, 0, true, &diag), PLM_ERR_INPUT);
    assert_non_null(strstr(diag.text, "side by side"));
    assert_int_equal(drain_all(BAR, 3, 3, 0, false, &diag), PLM_END);
}

static int set_up(void **state)
{
    (void)state;
    fake_table_init(&table);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_are_whole_instants_whatever_the_blocks),
        cmocka_unit_test(windows_on_the_same_blocks_do_not_disturb_one_another),
        cmocka_unit_test(an_instant_beyond_the_limit_is_refused),
        cmocka_unit_test(bars_become_points_where_that_is_asked_for),
        cmocka_unit_test(what_a_tape_must_not_say_is_refused_and_stays_refused),
    };
    return cmocka_run_group_tests_name("window", tests, set_up, NULL);
}
