/*
 * test_script.c - promises of strategies/script:
 * - each line becomes exactly the request it spells, at its time, in the order of the lines;
 * - amends and cancels find the order by its name;
 * - a line that cannot be read fails the run with its number and the word in hand.
 */
#include "fake_host.h"

static void lines_become_exactly_these_requests(void **state)
{
    (void)state;
    static const char *const params[] = {
        "orders",
        "# an entry with two exits\n"
        "+1s buy 0.5 BTCUSDT market\n"
        "+1s sell 0.5 BTCUSDT limit 61000.5 post_only reduce_only group 7 as exit\n"
        "\n"
        "+1m30s sell 0.5 BTCUSDT market stop 59000 by mark group 7\n"
        "2026-01-01 00:02:00+00:00 buy 2 ETHUSDT limit 3000 ioc take 2990.25 by index leg short\n"
        "+2m0s500ms sell 1 ETHUSDT market trail 12.5 fok leg long\n",
        NULL};
    fake_start("script", params);
    fake_until(FAKE_BEGIN + 300 * FAKE_SECOND);
    assert_int_equal(fake_count(), 5);
    assert_order(0, FAKE_BTC, 500, 0);
    assert_int_equal(fake_get(0)->at, FAKE_BEGIN + FAKE_SECOND);
    assert_order(1, FAKE_BTC, -500, 610005);
    assert_int_equal(fake_get(1)->request.flags, PLM_ORDER_POST_ONLY | PLM_ORDER_REDUCE_ONLY);
    assert_int_equal(fake_get(1)->request.group, 7);
    assert_order(2, FAKE_BTC, -500, 0);
    assert_int_equal(fake_get(2)->at, FAKE_BEGIN + 90 * FAKE_SECOND);
    assert_int_equal(fake_get(2)->request.trigger, PLM_TRIGGER_STOP);
    assert_int_equal(fake_get(2)->request.trigger_px, 590000);
    assert_int_equal(fake_get(2)->request.trigger_by, PLM_KEY_MARK);
    assert_order(3, FAKE_ETH, 2000, 300000);
    assert_int_equal(fake_get(3)->request.tif, PLM_TIF_IOC);
    assert_int_equal(fake_get(3)->request.trigger, PLM_TRIGGER_TAKE);
    assert_int_equal(fake_get(3)->request.trigger_px, 299025);
    assert_int_equal(fake_get(3)->request.trigger_by, PLM_KEY_INDEX);
    assert_int_equal(fake_get(3)->request.leg, 2);
    assert_order(4, FAKE_ETH, -1000, 0);
    assert_int_equal(fake_get(4)->at, FAKE_BEGIN + 120 * FAKE_SECOND + FAKE_SECOND / 2);
    assert_int_equal(fake_get(4)->request.trigger, PLM_TRIGGER_TRAIL);
    assert_int_equal(fake_get(4)->request.trail, 1250);
    assert_int_equal(fake_get(4)->request.trigger_px, 0);
    assert_int_equal(fake_get(4)->request.tif, PLM_TIF_FOK);
    assert_int_equal(fake_get(4)->request.leg, 1);
    fake_stop();
}

static void amends_and_cancels_find_the_order_by_its_name(void **state)
{
    (void)state;
    static const char *const params[] = {"orders",
                                         "+1s buy 1 BTCUSDT limit 100 as x\n"
                                         "+1s buy 1 BTCUSDT limit 200 as y\n"
                                         "+2s amend x px 150.5 qty 0.75\n"
                                         "+2s buy 1 BTCUSDT limit 300 as x\n"
                                         "+3s amend y trigger 7\n"
                                         "+3s cancel x\n",
                                         NULL};
    fake_start("script", params);
    fake_until(FAKE_BEGIN + 3 * FAKE_SECOND);
    assert_int_equal(fake_count(), 6);
    assert_int_equal(fake_get(2)->action, FAKE_AMEND);
    assert_int_equal(fake_get(2)->oid, 1);
    assert_int_equal(fake_get(2)->request.px, 1505);
    assert_int_equal(fake_get(2)->request.qty, 750);
    assert_int_equal(fake_get(2)->request.trigger_px, 0);
    assert_int_equal(fake_get(4)->oid, 2);
    assert_int_equal(fake_get(4)->request.trigger_px, 70);
    assert_int_equal(fake_get(5)->action, FAKE_CANCEL);
    assert_int_equal(fake_get(5)->oid, 3); /* the latest of that name */
    fake_stop();
}

static void what_cannot_be_read_is_refused_by_its_line(void **state)
{
    (void)state;
    static const char *const table[][2] = {
        {"\n+1x buy 1 BTCUSDT market", "script: line 2: no duration (+90s, +1m30s): '+1x'"},
        {"+1s", "script: line 1: not buy, sell, cancel or amend: ''"},
        {"soon buy 1 BTCUSDT market",
         "script: line 1: no time (+90s, 2026-01-31T12:00:00Z): 'soon'"},
        {"+1s hold 1 BTCUSDT", "script: line 1: not buy, sell, cancel or amend: 'hold'"},
        {"+1s buy 0.0001 BTCUSDT market",
         "script: line 1: no quantity of the instrument's scale: '0.0001'"},
        {"+1s buy 1 BTC market", "script: line 1: no such instrument on the tape: 'BTC'"},
        {"+1s buy 1 BTCUSDT at 7", "script: line 1: neither market nor limit: 'at'"},
        {"+1s buy 1 BTCUSDT limit", "script: line 1: no price of the instrument's scale: ''"},
        {"+1s buy 1 BTCUSDT limit 7 gtd", "script: line 1: not understood: 'gtd'"},
        {"+1s buy 1 BTCUSDT market stop 7 by best", "script: line 1: not understood: 'best'"},
        {"+2s buy 1 BTCUSDT market\n+1s buy 1 BTCUSDT market",
         "script: line 2: earlier than the line before: 'buy'"},
        {"+1s cancel x", "script: line 1: no order of that name above: 'x'"},
        {"+1s buy 1 BTCUSDT market as x\n+1s cancel x px 3",
         "script: line 2: not understood: 'px'"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const char *const params[] = {"orders", table[i][0], NULL};
        fake_refused("script", params, table[i][1]);
    }
}

static void legs_are_for_hedge_mode_and_both_modes_run(void **state)
{
    (void)state;
    static const char *const params[] = {"orders", "+0s buy 1 BTCUSDT market leg long", NULL};
    fake_set(0, true);
    fake_start("script", params);
    fake_until(FAKE_BEGIN);
    assert_int_equal(fake_get(0)->request.leg, 1);
    fake_stop();
    fake_set(0, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_become_exactly_these_requests),
        cmocka_unit_test(amends_and_cancels_find_the_order_by_its_name),
        cmocka_unit_test(what_cannot_be_read_is_refused_by_its_line),
        cmocka_unit_test(legs_are_for_hedge_mode_and_both_modes_run),
    };
    return cmocka_run_group_tests_name("script", tests, NULL, NULL);
}
