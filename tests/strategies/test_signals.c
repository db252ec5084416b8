/*
 * test_signals.c - promises of strategies/signals:
 * - each line is carried out at its time, in the order of the file, with exactly its numbers; what
 *   lies before the replay is left out;
 * - times are read as pandas writes them, and a byte order mark is skipped;
 * - a target sends what is missing, and a newer target overtakes the order of an older one;
 * - a line that cannot be read fails the run with its number.
 */
#include "fake_host.h"

#include <stdio.h>

#define HEADER "time,instrument,action,quantity,price\n"

static void begin(const char *lines)
{
    static char text[4096];
    static const char *const params[] = {"file", text, NULL};
    (void)snprintf(text, sizeof text, HEADER "%s", lines);
    fake_start("signals", params);
}

static void lines_become_exactly_these_requests(void **state)
{
    (void)state;
    begin("2025-12-31T23:59:59Z,BTCUSDT,buy,9,\n"
          "2026-01-01T00:00:01Z, BTCUSDT, buy, 0.25, 59990.5\r\n"
          "# a remark\n"
          "\n"
          "2026-01-01 00:00:01,ETHUSDT,sell,1.5\n"
          "1767225602000000000,BTCUSDT,target,-0.1,\n"
          "2026-01-01T00:00:02.5Z,BTCUSDT,close,,\n");
    fake_until(FAKE_BEGIN + FAKE_SECOND - 1);
    assert_int_equal(fake_count(), 0);
    fake_until(FAKE_BEGIN + FAKE_SECOND);
    assert_int_equal(fake_count(), 2);
    assert_order(0, FAKE_BTC, 250, 599905);
    assert_order(1, FAKE_ETH, -1500, 0);
    fake_fill(1, 250, 599905);
    fake_until(FAKE_BEGIN + 2 * FAKE_SECOND);
    assert_order(2, FAKE_BTC, -350, 0); /* from 0.25 to -0.1 */
    fake_fill(3, 350, 600000);
    fake_until(FAKE_BEGIN + 3 * FAKE_SECOND);
    assert_int_equal(fake_count(), 4);
    assert_order(3, FAKE_BTC, 100, 0);
    assert_int_equal(fake_get(3)->at, FAKE_BEGIN + 2 * FAKE_SECOND + FAKE_SECOND / 2);
    fake_stop();
}

static void times_of_pandas_and_a_byte_order_mark_are_read(void **state)
{
    (void)state;
    static const char *const params[] = {"file",
                                         "\xef\xbb\xbf" HEADER
                                         "2026-01-01 00:00:01+00:00,BTCUSDT,buy,0.1,\n"
                                         "2026-01-01T00:00:02+00:00,BTCUSDT,buy,0.2,\n"
                                         "2026-01-01 00:00:02.500000+00:00,BTCUSDT,buy,0.3,\n",
                                         NULL};
    fake_start("signals", params);
    fake_until(FAKE_BEGIN + 3 * FAKE_SECOND);
    assert_int_equal(fake_count(), 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_order(i, FAKE_BTC, 100 * (i + 1), 0);
    }
    assert_int_equal(fake_get(0)->at, FAKE_BEGIN + FAKE_SECOND);
    assert_int_equal(fake_get(1)->at, FAKE_BEGIN + 2 * FAKE_SECOND);
    assert_int_equal(fake_get(2)->at, FAKE_BEGIN + 2 * FAKE_SECOND + FAKE_SECOND / 2);
    fake_stop();
}

static void a_newer_target_overtakes_the_order_of_an_older_one(void **state)
{
    (void)state;
    begin("2026-01-01T00:00:01Z,BTCUSDT,target,1,50000\n"
          "2026-01-01T00:00:02Z,BTCUSDT,target,0.5,\n");
    fake_until(FAKE_BEGIN + 2 * FAKE_SECOND);
    assert_int_equal(fake_count(), 2);
    assert_order(0, FAKE_BTC, 1000, 500000);
    assert_int_equal(fake_get(1)->action, FAKE_CANCEL);
    fake_fill(1, 200, 500000); /* while the cancel is on its way */
    fake_end(1, PLM_STATE_CANCELLED, PLM_REASON_USER);
    assert_int_equal(fake_count(), 3);
    assert_order(2, FAKE_BTC, 300, 0);
    fake_stop();
}

static void refused(const char *lines, const char *message)
{
    static char text[4096];
    static const char *const params[] = {"file", text, NULL};
    (void)snprintf(text, sizeof text, "%s", lines);
    fake_refused("signals", params, message);
}

static void what_cannot_be_read_is_refused_by_its_line(void **state)
{
    (void)state;
    refused("a,b\n", "signals: line 1: the first line must be "
                     "time,instrument,action,quantity,price: 'a,b'");
    refused(HEADER "\nnow,BTCUSDT,buy,1,\n",
            "signals: line 3: no time (2026-01-31T12:00:00Z or 19 digits of ns): 'now'");
    refused(HEADER "2026-01-01 00:00:30+01:00,BTCUSDT,buy,1,\n",
            "signals: line 2: no time (2026-01-31T12:00:00Z or 19 digits of ns): "
            "'2026-01-01 00:00:30+01:00'");
    refused(HEADER "2026-01-01,BTC,buy,1,\n",
            "signals: line 2: no such instrument on the tape: 'BTC'");
    refused(HEADER "2026-01-01,BTCUSDT,hold,1,\n",
            "signals: line 2: the action is not target, buy, sell or close: "
            "'2026-01-01,BTCUSDT,hold,1,'");
    refused(HEADER "2026-01-01,BTCUSDT,buy,0.0001,\n",
            "signals: line 2: the quantity is no decimal of the instrument's scale: "
            "'2026-01-01,BTCUSDT,buy,0.0001,'");
    refused(HEADER "2026-01-01,BTCUSDT,sell,-1,\n",
            "signals: line 2: the quantity must be above 0: '2026-01-01,BTCUSDT,sell,-1,'");
    refused(HEADER "2026-01-01,BTCUSDT,buy,1,0.05\n",
            "signals: line 2: the price is no decimal of the instrument's scale: '0.05'");
    refused(HEADER "2026-01-01,BTCUSDT,buy,1,2,3\n",
            "signals: line 2: more than five columns: '2026-01-01,BTCUSDT,buy,1,2,3'");
    refused(HEADER "2026-01-02,BTCUSDT,buy,1,\n2026-01-01,BTCUSDT,buy,1,\n",
            "signals: line 3: earlier than the line before: '2026-01-01,BTCUSDT,buy,1,'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_become_exactly_these_requests),
        cmocka_unit_test(times_of_pandas_and_a_byte_order_mark_are_read),
        cmocka_unit_test(a_newer_target_overtakes_the_order_of_an_older_one),
        cmocka_unit_test(what_cannot_be_read_is_refused_by_its_line),
    };
    return cmocka_run_group_tests_name("signals", tests, NULL, NULL);
}
