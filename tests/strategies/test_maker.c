/*
 * test_maker.c - promises of strategies/maker:
 * - it quotes both sides post-only at the wanted distance from the middle, and amends them on its
 *   timer when they have to move, and at once on a large move;
 * - it leans against its inventory, and does not quote the side that would exceed it.
 */
#include "fake_host.h"

#define MS (FAKE_SECOND / 1000)

static void quote(plm_px px)
{
    fake_quote(FAKE_BTC, px - 1, px + 1);
}

static void assert_amend(uint32_t index, plm_oid oid, plm_px px)
{
    assert_int_equal(fake_get(index)->action, FAKE_AMEND);
    assert_int_equal(fake_get(index)->oid, oid);
    assert_int_equal(fake_get(index)->request.px, px);
    assert_int_equal(fake_get(index)->request.qty, 0);
}

static void quotes_both_sides_and_leans_against_the_inventory(void **state)
{
    (void)state;
    static const char *const params[] = {NULL};
    fake_start("maker", params);
    quote(600000);
    assert_int_equal(fake_count(), 0);
    fake_until(FAKE_BEGIN);
    assert_int_equal(fake_count(), 2);
    assert_order(0, FAKE_BTC, 16, 599940); /* 1000 / 60000 = 0.0166; 60000 * 0.9999 */
    assert_order(1, FAKE_BTC, -16, 600060);
    assert_int_equal(fake_get(0)->request.flags, PLM_ORDER_POST_ONLY);
    fake_until(FAKE_BEGIN + 80 * MS);
    assert_int_equal(fake_count(), 2); /* nothing moved */
    fake_fill(1, 16, 599940);
    fake_until(FAKE_BEGIN + 120 * MS);
    /* inventory 16 / 166 = 0.0964: centre 60000 * (1 - 0.0001 * 0.0964) = 59999.4217;
     * bid 59993.4217 down, ask 60005.4216 up */
    assert_int_equal(fake_count(), 4);
    assert_order(2, FAKE_BTC, 16, 599934);
    assert_amend(3, 2, 600055);
    fake_stop();
}

static void a_large_move_is_followed_at_once(void **state)
{
    (void)state;
    static const char *const params[] = {"skew", "0", NULL};
    fake_start("maker", params);
    quote(600000);
    fake_until(FAKE_BEGIN);
    fake_until(FAKE_BEGIN + MS);
    quote(600290); /* 0.048 %: within the 0.05 % */
    assert_int_equal(fake_count(), 2);
    quote(600400);
    assert_int_equal(fake_count(), 4);
    assert_amend(2, 1, 600339); /* 60040 * 0.9999 = 60033.996 down */
    assert_amend(3, 2, 600461); /* 60040 * 1.0001 = 60046.004 up */
    fake_stop();
}

static void the_side_that_would_exceed_the_inventory_is_not_quoted(void **state)
{
    (void)state;
    static const char *const params[] = {"inventory", "0.1", NULL};
    fake_start("maker", params);
    quote(600000);
    fake_until(FAKE_BEGIN);
    fake_fill(1, 10, 599940);
    fake_fill(2, 16, 600060); /* short 0.006: both sides again */
    fake_until(FAKE_BEGIN + 40 * MS);
    assert_int_equal(fake_count(), 4);
    assert_int_equal(fake_get(3)->request.side, PLM_SIDE_SELL);
    fake_fill(3, 10, 600060); /* short 0.016, the most */
    fake_until(FAKE_BEGIN + 80 * MS);
    assert_int_equal(fake_get(5)->action, FAKE_CANCEL);
    assert_int_equal(fake_get(5)->oid, 3);
    assert_int_equal(fake_count(), 6);
    fake_stop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotes_both_sides_and_leans_against_the_inventory),
        cmocka_unit_test(a_large_move_is_followed_at_once),
        cmocka_unit_test(the_side_that_would_exceed_the_inventory_is_not_quoted),
    };
    return cmocka_run_group_tests_name("maker", tests, NULL, NULL);
}
