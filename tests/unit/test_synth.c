/*
 * test_synth.c - promises of the synthetic markets:
 *
 * - the same seed gives the same events on every compiler: digests of 200,000 events per scenario
 *   are written down here;
 * - another seed gives others; further instruments move nobody; depth adds and changes nothing;
 * - events are well formed, in time order, bid < ask, trades at the side they consume;
 * - the statistics of `walk` stay inside the bands of docs/synth.md;
 * - a resting size changes by single orders, which are small against the level;
 * - dated paths come out exactly: each waypoint at its time, nothing traded beyond the extremes;
 * - the number of events is exact; the second clock is monotone and never early;
 * - what cannot be made is refused with a message.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "digest.h"
#include "kinds.h"
#include "memory.h"
#include "synth.h"
#include "synth_params.h"

#define GOLDEN_EVENTS 200000
#define SEED 7

typedef struct golden {
    const char *scenario;
    const char *digest;
} golden;

/* Made by this program with gcc 12 -O3; equal with -O0 and with clang 14. They change only when the
 * generator changes on purpose. */
static const golden GOLDEN[] = {
    {"walk", "9e7ab84150f60568ccaf9fba50594abfb399894ca348d82bf9df1fe064db345e"},
    {"calm", "c3599757ec5c942de40b5d4bd249ee9460b5848c4a1477511723b95492be60e2"},
    {"volatile", "b5bf6f722c22a1c2e75c23acdbc8083037247e422f35c1d7ec4b2f23bebc5a09"},
    {"jumps", "d44b3709951f1cc1df76099ba5d278200005b4d0c2d000604164c28d78bffc99"},
    {"trend", "771eacb5a701b147142b8be2b3ab033a115cd0181deb00355268d615e9f7e5bd"},
    {"range", "5aded15e09ed3012e3df1604dfd39084259958762621c0eeceeeec828607d1b7"},
    {"btc-2020-03-12", "56671c6a6ac7a40733e23d2b2a73a1835e3b783a9a2ec0bd847b338e67d13e02"},
    {"btc-2021-05-19", "b1db04164e58a31402b5d07626150ba1f79a611b80212a7da3bf7cb132941a6f"},
    {"luna-2022-05", "f0823e6cb6b7a01b908767058627da7b66b1c8f8d7163851602a30dd3720a37f"},
    {"usdc-2023-03", "bfb2b096898f03cbae27a2fb9a195f1fc5640dae543016416be1e46c0b37969a"},
    {"avax-2025-10-10", "94d138d3fdac163b2e087bb5ea6f71b47389498e92b0510406c1f8d0368847ac"},
};

static plm_stream *open_stream(const plm_synth_options *options)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_stream *stream = NULL;
    plm_status const status = plm_synth_create(options, &diag, &stream);
    if (status != PLM_OK) {
        fail_msg("%s", diag.text);
    }
    return stream;
}

static plm_batch *next_batch(plm_stream *stream, plm_batch *batch)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_status const status = stream->next(stream, &diag, batch);
    if (status == PLM_END) {
        assert_int_equal(batch->count, 0);
        return NULL;
    }
    assert_int_equal(status, PLM_OK);
    assert_true(batch->count > 0 && batch->count <= PLM_BATCH_CAP);
    return batch;
}

/* SHA-256 of the events that `keep` lets through, `limit` of them at most. */
static void digest_of(const plm_synth_options *options, bool (*keep)(const plm_event *),
                      uint64_t limit, char out[PLM_DIGEST_TEXT_CAP])
{
    plm_stream *const stream = open_stream(options);
    plm_batch *const batch = plm_alloc(1, sizeof *batch);
    plm_digest *const digest = plm_digest_create();
    uint64_t count = 0;
    while (count < limit && next_batch(stream, batch) != NULL) {
        for (uint32_t i = 0; i < batch->count && count < limit; i++) {
            if (keep == NULL || keep(&batch->event[i])) {
                plm_digest_add(digest, &batch->event[i], sizeof batch->event[i]);
                count++;
            }
        }
    }
    assert_true(count == limit);
    uint8_t bytes[PLM_DIGEST_SIZE];
    plm_digest_finish(digest, bytes);
    plm_digest_text(bytes, out);
    plm_digest_destroy(digest);
    plm_free(batch);
    stream->destroy(stream);
}

static void every_scenario_has_the_digest_that_is_written_down(void **state)
{
    (void)state;
    size_t count = 0;
    for (; plm_scenario_at(count) != NULL; count++) {
        plm_synth_options const options = {.scenario = plm_scenario_at(count)->name, .seed = SEED};
        char text[PLM_DIGEST_TEXT_CAP];
        digest_of(&options, NULL, GOLDEN_EVENTS, text);
        assert_true(count < sizeof GOLDEN / sizeof GOLDEN[0]);
        assert_string_equal(plm_scenario_at(count)->name, GOLDEN[count].scenario);
        if (strcmp(text, GOLDEN[count].digest) != 0) {
            print_error("%s: %s\n", options.scenario, text);
        }
        assert_string_equal(text, GOLDEN[count].digest);
    }
    assert_int_equal(count, sizeof GOLDEN / sizeof GOLDEN[0]);
}

static void another_seed_gives_another_market(void **state)
{
    (void)state;
    char first[PLM_DIGEST_TEXT_CAP];
    char second[PLM_DIGEST_TEXT_CAP];
    digest_of(&(plm_synth_options){.scenario = "walk", .seed = 1}, NULL, 10000, first);
    digest_of(&(plm_synth_options){.scenario = "walk", .seed = 2}, NULL, 10000, second);
    assert_string_not_equal(first, second);
}

static bool is_of_the_first_four(const plm_event *event)
{
    return event->sym < 4;
}

static void further_instruments_move_nobody(void **state)
{
    (void)state;
    char four[PLM_DIGEST_TEXT_CAP];
    char many[PLM_DIGEST_TEXT_CAP];
    plm_synth_options options = {.scenario = "walk", .seed = SEED, .instruments = 4};
    digest_of(&options, NULL, 100000, four);
    options.instruments = PLM_SYNTH_INSTRUMENTS_MAX;
    digest_of(&options, is_of_the_first_four, 100000, many);
    assert_string_equal(four, many);
}

static bool is_not_depth(const plm_event *event)
{
    return event->kind != PLM_EV_LEVEL && event->kind != PLM_EV_CLEAR;
}

static void depth_adds_levels_and_changes_nothing_else(void **state)
{
    (void)state;
    char flat[PLM_DIGEST_TEXT_CAP];
    char deep[PLM_DIGEST_TEXT_CAP];
    plm_synth_options options = {.scenario = "walk", .seed = SEED};
    digest_of(&options, NULL, 100000, flat);
    options.depth = true;
    digest_of(&options, is_not_depth, 100000, deep);
    assert_string_equal(flat, deep);
}

/* -- the market */

typedef struct quotes {
    plm_px bid, ask;
    plm_ts trade_ts; /* of the sweep that is going on */
} quotes;

static void check_quote(quotes *quote, const plm_event *event)
{
    if (event->kind == PLM_EV_BID) {
        quote->bid = event->px;
    } else if (event->kind == PLM_EV_ASK) {
        quote->ask = event->px;
    }
    if (quote->bid > 0 && quote->ask > 0) {
        assert_true(quote->bid < quote->ask);
    }
}

/* A sweep begins at the quote that is shown and goes on away from it, all on one stamp. */
static void check_trade(quotes *quote, const plm_event *event)
{
    assert_true(event->side == PLM_SIDE_BUY || event->side == PLM_SIDE_SELL);
    assert_true(event->qty > 0);
    bool const buy = event->side == PLM_SIDE_BUY;
    plm_px const shown = buy ? quote->ask : quote->bid;
    assert_true(shown > 0);
    assert_true(buy ? event->px >= shown : event->px <= shown);
    if (quote->trade_ts != event->ts) {
        assert_true(event->px == shown);
    }
    quote->trade_ts = event->ts;
}

static void check_market(const plm_synth_options *options)
{
    plm_stream *const stream = open_stream(options);
    plm_batch *const batch = plm_alloc(1, sizeof *batch);
    quotes *const all = plm_alloc(PLM_SYNTH_INSTRUMENTS_MAX, sizeof *all);
    plm_ts last = 0;
    plm_ts last_recv = 0;
    while (next_batch(stream, batch) != NULL) {
        for (uint32_t i = 0; i < batch->count; i++) {
            const plm_event *const event = &batch->event[i];
            assert_true(event->sym < stream->row_count);
            const char *const problem = plm_event_problem(event, &stream->rows[event->sym]);
            if (problem != NULL) {
                fail_msg("%s: %s", options->scenario, problem);
            }
            assert_true(event->ts >= last);
            last = event->ts;
            quotes *const quote = &all[event->sym];
            check_quote(quote, event);
            if (event->kind == PLM_EV_TRADE) {
                check_trade(quote, event);
            }
            if (stream->has_recv) {
                assert_true(batch->recv[i] >= event->ts && batch->recv[i] >= last_recv);
                last_recv = batch->recv[i];
            }
        }
    }
    plm_free(all);
    plm_free(batch);
    stream->destroy(stream);
}

static void quotes_and_trades_agree_in_every_scenario(void **state)
{
    (void)state;
    for (size_t i = 0; plm_scenario_at(i) != NULL; i++) {
        plm_synth_options const options = {
            .scenario = plm_scenario_at(i)->name, .seed = 3 + i, .events = 300000};
        check_market(&options);
    }
    check_market(&(plm_synth_options){.scenario = "volatile",
                                      .seed = SEED,
                                      .instruments = 64,
                                      .events = 300000,
                                      .depth = true,
                                      .recv = true});
}

/* Bands around the figures of docs/synth.md, per mille. */
static void walk_looks_like_a_market(void **state)
{
    (void)state;
    plm_synth_options const options = {.scenario = "walk", .seed = SEED, .events = 1000000};
    plm_stream *const stream = open_stream(&options);
    plm_batch *const batch = plm_alloc(1, sizeof *batch);
    uint64_t count = 0, trades = 0, same_stamp = 0, unchanged = 0, priced = 0;
    plm_px last[4][2] = {{0}};
    plm_ts first_ts = 0, last_ts = 0;
    while (next_batch(stream, batch) != NULL) {
        for (uint32_t i = 0; i < batch->count; i++) {
            const plm_event *const event = &batch->event[i];
            first_ts = count == 0 ? event->ts : first_ts;
            same_stamp += event->ts == last_ts;
            last_ts = event->ts;
            count++;
            bool const trade = event->kind == PLM_EV_TRADE;
            if (!trade && event->kind != PLM_EV_BID && event->kind != PLM_EV_ASK) {
                continue;
            }
            bool const asks = trade ? event->side == PLM_SIDE_BUY : event->kind == PLM_EV_ASK;
            trades += trade;
            priced++;
            unchanged += last[event->sym][asks] == event->px;
            last[event->sym][asks] = event->px;
        }
    }
    assert_true(count == 1000000);
    assert_in_range(trades * 1000 / count, 210, 260);
    assert_in_range(same_stamp * 1000 / count, 270, 340);
    assert_in_range(unchanged * 1000 / priced, 490, 570);
    uint64_t const per_second = count * 1000 / (uint64_t)((last_ts - first_ts) / 1000000);
    assert_in_range(per_second, 1300, 3000);
    plm_free(batch);
    stream->destroy(stream);
}

#define LOTS_CAP 8192

static uint32_t median_of(const uint32_t *counts)
{
    uint64_t total = 0, below = 0;
    for (uint32_t i = 0; i < LOTS_CAP; i++) {
        total += counts[i];
    }
    uint32_t lots = 0;
    while ((below += counts[lots]) * 2 < total) {
        lots++;
    }
    return lots;
}

/* In the capture of BTCUSDT (docs/synth.md) the median size is 3410 lots and the median change of a
 * size at an unchanged price 87: a 39th. Levels that are drawn anew come to a sixth. */
static void a_resting_size_changes_by_single_orders(void **state)
{
    (void)state;
    plm_stream *const stream =
        open_stream(&(plm_synth_options){.scenario = "walk", .seed = SEED, .events = 500000});
    plm_batch *const batch = plm_alloc(1, sizeof *batch);
    uint32_t *const sizes = plm_alloc(LOTS_CAP, sizeof *sizes);
    uint32_t *const changes = plm_alloc(LOTS_CAP, sizeof *changes);
    plm_event last[2] = {{0}};
    while (next_batch(stream, batch) != NULL) {
        for (uint32_t i = 0; i < batch->count; i++) {
            const plm_event *const event = &batch->event[i];
            if (event->sym != 0 || (event->kind != PLM_EV_BID && event->kind != PLM_EV_ASK)) {
                continue;
            }
            plm_event *const before = &last[event->kind == PLM_EV_ASK];
            sizes[event->qty < LOTS_CAP ? event->qty : LOTS_CAP - 1]++;
            if (before->px == event->px) {
                int64_t const by = event->qty - before->qty;
                int64_t const lots = by < 0 ? -by : by;
                assert_true(lots > 0);
                changes[lots < LOTS_CAP ? lots : LOTS_CAP - 1]++;
            }
            *before = *event;
        }
    }
    assert_in_range(median_of(sizes), 500, 4000);
    assert_in_range(median_of(changes), 10, 100);
    assert_true(median_of(changes) * 15 < median_of(sizes));
    plm_free(changes);
    plm_free(sizes);
    plm_free(batch);
    stream->destroy(stream);
}

/* -- dated paths */

static plm_event_kind kind_of(const synth_path_row *row, uint32_t key)
{
    if (key == SYNTH_PATH_LAST) {
        return PLM_EV_TRADE;
    }
    if (key == SYNTH_PATH_MARK) {
        return PLM_EV_MARK;
    }
    if (key == SYNTH_PATH_FUNDING) {
        return PLM_EV_FUNDING;
    }
    if (key == SYNTH_PATH_STATUS) {
        return PLM_EV_STATUS;
    }
    return row->instrument.kind == PLM_INST_ASSET ? PLM_EV_ASSET_INDEX : PLM_EV_INDEX;
}

/* Ticks off the waypoints that this event is; prices beyond the extremes fail. */
static void meet_waypoints(const synth_path_row *row, const plm_event *event, uint32_t *reached)
{
    for (uint32_t key = SYNTH_PATH_LAST; key < SYNTH_PATH_KEY_COUNT; key++) {
        if (row->counts[key] == 0 || kind_of(row, key) != event->kind) {
            continue;
        }
        const synth_point *const points = row->points[key];
        int64_t const value = event->kind == PLM_EV_STATUS ? event->side : event->px;
        int64_t low = INT64_MAX, high = INT64_MIN;
        for (uint32_t i = 0; i < row->counts[key]; i++) {
            low = points[i].value < low ? points[i].value : low;
            high = points[i].value > high ? points[i].value : high;
        }
        assert_true(value >= low && value <= high);
        uint32_t const next = reached[key];
        if (next < row->counts[key] && points[next].ts == event->ts &&
            points[next].value == value) {
            reached[key]++;
        }
    }
}

static void dated_paths_come_out_exactly(void **state)
{
    (void)state;
    plm_batch *const batch = plm_alloc(1, sizeof *batch);
    assert_true(plm_synth_path_count >= 5);
    for (uint32_t p = 0; p < plm_synth_path_count; p++) {
        const synth_path *const path = plm_synth_paths[p];
        plm_stream *const stream =
            open_stream(&(plm_synth_options){.scenario = path->info.name, .seed = SEED});
        uint32_t reached[8][SYNTH_PATH_KEY_COUNT] = {{0}};
        assert_true(path->info.instruments <= 8);
        uint64_t count = 0;
        while (next_batch(stream, batch) != NULL) {
            for (uint32_t i = 0; i < batch->count; i++) {
                const plm_event *const event = &batch->event[i];
                assert_true(event->ts < path->info.start + path->info.duration_ns);
                meet_waypoints(&path->rows[event->sym], event, reached[event->sym]);
            }
            count += batch->count;
        }
        for (uint32_t r = 0; r < path->info.instruments; r++) {
            assert_memory_equal(reached[r], path->rows[r].counts, sizeof reached[r]);
        }
        assert_in_range(count, 500000, 6000000);
        stream->destroy(stream);
    }
    plm_free(batch);
}

static void a_delisted_coin_is_silent_until_another_one_is_listed(void **state)
{
    (void)state;
    plm_stream *const stream =
        open_stream(&(plm_synth_options){.scenario = "luna-2022-05", .seed = SEED});
    plm_batch *const batch = plm_alloc(1, sizeof *batch);
    uint64_t silent = 0, loud = 0;
    /* 2022-05-13T00:40:00Z and 2022-05-31T06:00:00Z */
    plm_ts const gone = INT64_C(1652402400000000000);
    plm_ts const back = INT64_C(1653976800000000000);
    while (next_batch(stream, batch) != NULL) {
        for (uint32_t i = 0; i < batch->count; i++) {
            const plm_event *const event = &batch->event[i];
            bool const luna = event->sym == 0;
            silent += luna && event->ts > gone && event->ts < back;
            loud += luna && event->ts > back;
        }
    }
    assert_int_equal(silent, 0);
    assert_true(loud > 1000);
    plm_free(batch);
    stream->destroy(stream);
}

/* -- options */

static void the_number_of_events_is_exact(void **state)
{
    (void)state;
    static const uint64_t COUNTS[] = {1, 4095, 4096, 4097, 100001};
    plm_batch *const batch = plm_alloc(1, sizeof *batch);
    for (size_t i = 0; i < sizeof COUNTS / sizeof COUNTS[0]; i++) {
        plm_stream *const stream =
            open_stream(&(plm_synth_options){.scenario = "walk", .events = COUNTS[i]});
        uint64_t count = 0;
        while (next_batch(stream, batch) != NULL) {
            count += batch->count;
        }
        assert_true(count == COUNTS[i]);
        assert_null(next_batch(stream, batch));
        stream->destroy(stream);
    }
    plm_free(batch);
}

static void what_cannot_be_made_is_refused(void **state)
{
    (void)state;
    static const plm_synth_options WRONG[] = {
        {.scenario = "wlak"},
        {.scenario = "walk", .instruments = PLM_SYNTH_INSTRUMENTS_MAX + 1},
        {.scenario = "walk", .start = 1},
        {.scenario = "walk", .start = PLM_TS_MAX - 1},
        {.scenario = "luna-2022-05", .instruments = 9},
        {.scenario = "luna-2022-05", .start = PLM_TS_MIN},
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        plm_diag diag;
        plm_diag_init(&diag);
        plm_stream *stream = NULL;
        assert_int_equal(plm_synth_create(&WRONG[i], &diag, &stream), PLM_ERR_USAGE);
        assert_null(stream);
        assert_non_null(strstr(diag.text, "synth"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_scenario_has_the_digest_that_is_written_down),
        cmocka_unit_test(another_seed_gives_another_market),
        cmocka_unit_test(further_instruments_move_nobody),
        cmocka_unit_test(depth_adds_levels_and_changes_nothing_else),
        cmocka_unit_test(quotes_and_trades_agree_in_every_scenario),
        cmocka_unit_test(walk_looks_like_a_market),
        cmocka_unit_test(a_resting_size_changes_by_single_orders),
        cmocka_unit_test(dated_paths_come_out_exactly),
        cmocka_unit_test(a_delisted_coin_is_silent_until_another_one_is_listed),
        cmocka_unit_test(the_number_of_events_is_exact),
        cmocka_unit_test(what_cannot_be_made_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
