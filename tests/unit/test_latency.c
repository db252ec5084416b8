/*
 * test_latency.c - promises of latency.h:
 * - the n-th thing sent takes the n-th word of the stream of (seed, purpose, account's name), as
 *   docs/replay.md says;
 * - uniform is over whole nanoseconds, both ends included; a list is equally likely;
 * - nothing arrives before what was sent earlier;
 * - a constant draws nothing.
 */
#include "plm_test.h"

#include "latency.h"

#define NOW INT64_C(1700000000000000000)
#define FNV_OF_A UINT32_C(0xE40C292C) /* FNV-1a, 32 bits, of "a": the test suite of its authors */

/* Far enough apart that no arrival is held back by the one before. */
static int64_t delay(plm_lane *lane, int64_t n)
{
    plm_ts const sent = NOW + n * PLM_LATENCY_NS_MAX;
    return plm_lane_send(lane, sent) - sent;
}

static void the_word_of_the_stream_decides(void **state)
{
    (void)state;
    plm_latency const uniform = {.kind = PLM_LATENCY_UNIFORM, .min_ns = 1000, .max_ns = 1999};
    static const int64_t durations[] = {5, 50, 500};
    plm_latency const list = {.kind = PLM_LATENCY_LIST, .list_count = 3, .list_ns = durations};
    static const char *const purposes[] = {"orders", "reports"};
    for (size_t i = 0; i < 2; i++) {
        plm_lane lane, listed;
        plm_philox words;
        plm_lane_init(&lane, &uniform, 7, purposes[i], "a");
        plm_lane_init(&listed, &list, 7, purposes[i], "a");
        plm_philox_init(&words, 7, purposes[i], FNV_OF_A);
        for (int64_t n = 0; n < 1000; n++) {
            uint64_t const word = plm_philox_u32(&words);
            assert_int_equal(delay(&lane, n), 1000 + (int64_t)(word * 1000 >> 32));
            assert_int_equal(delay(&listed, n), durations[word * 3 >> 32]);
        }
    }
}

static void accounts_and_ways_draw_apart(void **state)
{
    (void)state;
    plm_latency const wide = {
        .kind = PLM_LATENCY_UNIFORM, .min_ns = 0, .max_ns = PLM_LATENCY_NS_MAX};
    plm_lane lane[4];
    plm_lane_init(&lane[0], &wide, 7, "orders", "a");
    plm_lane_init(&lane[1], &wide, 7, "reports", "a");
    plm_lane_init(&lane[2], &wide, 7, "orders", "b");
    plm_lane_init(&lane[3], &wide, 8, "orders", "a");
    int64_t first[4];
    for (size_t i = 0; i < 4; i++) {
        first[i] = delay(&lane[i], 0);
        for (size_t k = 0; k < i; k++) {
            assert_int_not_equal(first[i], first[k]);
        }
    }
}

static void both_ends_of_a_range_are_reached(void **state)
{
    (void)state;
    plm_latency const narrow = {.kind = PLM_LATENCY_UNIFORM, .min_ns = 3, .max_ns = 5};
    plm_lane lane;
    plm_lane_init(&lane, &narrow, 1, "orders", "a");
    unsigned seen[6] = {0};
    for (int64_t n = 0; n < 3000; n++) {
        int64_t const ns = delay(&lane, n);
        assert_in_range(ns, 3, 5);
        seen[ns]++;
    }
    for (size_t ns = 3; ns <= 5; ns++) {
        assert_in_range(seen[ns], 850, 1150); /* 1000 expected, five deviations of 26 */
    }
    plm_latency const point = {.kind = PLM_LATENCY_UNIFORM, .min_ns = 4, .max_ns = 4};
    plm_lane_init(&lane, &point, 1, "orders", "a");
    assert_int_equal(delay(&lane, 0), 4);
}

static void nothing_overtakes_what_was_sent_earlier(void **state)
{
    (void)state;
    static const int64_t durations[] = {1, 1000000};
    plm_latency const list = {.kind = PLM_LATENCY_LIST, .list_count = 2, .list_ns = durations};
    plm_lane lane;
    plm_lane_init(&lane, &list, 3, "orders", "a");
    plm_ts last = 0;
    unsigned held = 0;
    for (int64_t n = 0; n < 1000; n++) {
        plm_ts const arrival = plm_lane_send(&lane, NOW + n);
        assert_true(arrival >= last);
        held += arrival == last ? 1 : 0;
        last = arrival;
    }
    assert_true(held > 100); /* about half of them met a slower one before them */
}

static void a_constant_draws_nothing(void **state)
{
    (void)state;
    plm_latency const none = {.kind = PLM_LATENCY_NONE};
    plm_latency const constant = {.kind = PLM_LATENCY_CONSTANT, .min_ns = 250};
    plm_lane lane;
    plm_lane_init(&lane, &none, 1, "orders", "a");
    assert_int_equal(plm_lane_send(&lane, NOW), NOW);
    plm_lane_init(&lane, &constant, 1, "orders", "a");
    assert_int_equal(plm_lane_send(&lane, NOW), NOW + 250);
    assert_int_equal(plm_lane_send(&lane, NOW + 9), NOW + 259);
    assert_int_equal(lane.rng.counter, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_word_of_the_stream_decides),
        cmocka_unit_test(accounts_and_ways_draw_apart),
        cmocka_unit_test(both_ends_of_a_range_are_reached),
        cmocka_unit_test(nothing_overtakes_what_was_sent_earlier),
        cmocka_unit_test(a_constant_draws_nothing),
    };
    return cmocka_run_group_tests_name("latency", tests, NULL, NULL);
}
