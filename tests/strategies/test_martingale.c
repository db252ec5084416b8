/*
 * test_martingale.c - promises of strategies/martingale:
 * - after each loss the bet is twice the one before: 1, 2, 4, 8;
 * - after a win, and after as many losses as allowed, it starts over;
 * - it stops, and says so, when the account cannot carry the next bet.
 */
#include "fake_host.h"

/* 0.6 * 10000 / 60000 = 0.1. A loss at 60000 * (1 - 0.001) = 59940, a win at 60060. */
static const char *const params[] = {"stake", "0.6", "distance", "0.001", NULL};

static void quote(plm_px px)
{
    fake_quote(FAKE_BTC, px - 1, px + 1);
}

/* Lets the next bet fill at 60000 and move to `px`, where it is closed. */
static void play(plm_qty size, plm_px px)
{
    uint32_t const bet = fake_count();
    quote(600000);
    assert_int_equal(fake_count(), bet + 1);
    assert_order(bet, FAKE_BTC, size, 0);
    fake_fill(bet + 1, size, 600000);
    quote(600000);
    assert_int_equal(fake_count(), bet + 1);
    quote(px);
    assert_int_equal(fake_count(), bet + 2);
    assert_order(bet + 1, FAKE_BTC, -size, 0);
    fake_fill(bet + 2, size, px);
}

static void doubles_after_each_loss_and_starts_over_after_a_win(void **state)
{
    (void)state;
    fake_start("martingale", params);
    play(100, 599400);
    play(200, 599400);
    play(400, 599000);
    play(800, 600600);
    play(100, 599400);
    play(200, 600600);
    fake_stop();
}

static void starts_over_after_as_many_losses_as_allowed(void **state)
{
    (void)state;
    static const char *const two[] = {"stake", "0.6", "distance", "0.001", "losses", "2", NULL};
    fake_start("martingale", two);
    play(100, 599400);
    play(200, 599400);
    play(400, 599400);
    play(100, 599400);
    fake_stop();
}

static void stops_when_the_account_cannot_carry_the_next_bet(void **state)
{
    (void)state;
    fake_start("martingale", params);
    play(100, 599400);
    quote(600000);
    fake_end(3, PLM_STATE_REJECTED, PLM_REASON_BALANCE);
    assert_true(fake_has_stopped());
    assert_string_equal(fake_note(), "ruin: the account cannot carry the next bet");
    fake_stop();
}

static void a_close_that_found_too_little_goes_on(void **state)
{
    (void)state;
    fake_start("martingale", params);
    quote(600000);
    fake_fill(1, 100, 600000);
    quote(599400);
    fake_fill(2, 60, 599400);
    fake_end(2, PLM_STATE_CANCELLED, PLM_REASON_NO_LIQUIDITY);
    quote(600000); /* back again, but the bet is decided */
    assert_int_equal(fake_count(), 3);
    assert_order(2, FAKE_BTC, -40, 0);
    fake_stop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doubles_after_each_loss_and_starts_over_after_a_win),
        cmocka_unit_test(starts_over_after_as_many_losses_as_allowed),
        cmocka_unit_test(stops_when_the_account_cannot_carry_the_next_bet),
        cmocka_unit_test(a_close_that_found_too_little_goes_on),
    };
    return cmocka_run_group_tests_name("martingale", tests, NULL, NULL);
}
