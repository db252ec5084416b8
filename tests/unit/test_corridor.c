/*
 * test_corridor.c - promises of the venue's corridors:
 * - bounds of others narrow what is quiet, and are no business of the venue's own;
 * - they hold when orders come and go;
 * - wide bounds free the price again.
 */
#include "venue_help.h"

static plm_corridor corridor_of(const house *h, uint32_t sym, unsigned key)
{
    return plm_venue_corridors(h->venue)[(size_t)sym * PLM_CORRIDOR_STRIDE + key];
}

static void bounds_of_others_narrow_what_is_quiet(void **state)
{
    (void)state;
    house h;
    house_open(&h, &(plm_venue_settings){.slippage_ticks = 1, .slippage_levels = 100});
    plm_venue_narrow(h.venue, 1, PLM_KEY_MARK, (plm_corridor){100, 200});
    assert_int_equal(corridor_of(&h, 1, PLM_KEY_MARK).lo, 100);
    assert_int_equal(corridor_of(&h, 1, PLM_KEY_MARK).hi, 200);
    assert_int_equal(corridor_of(&h, 0, PLM_KEY_MARK).lo, INT64_MIN);
    assert_true(plm_venue_is_quiet(h.venue, 1, PLM_KEY_MARK, 99));
    assert_true(plm_venue_is_quiet(h.venue, 1, PLM_KEY_MARK, 201));
    plm_venue_narrow(h.venue, 1, PLM_KEY_MARK, (plm_corridor){INT64_MIN, INT64_MAX});
    assert_int_equal(corridor_of(&h, 1, PLM_KEY_MARK).lo, INT64_MIN);
    house_close(&h);
}

/* A sell that rests at 500 makes bids from 500 on loud; others bound them at 450, then at 600. */
static void they_stand_beside_the_bounds_of_orders(void **state)
{
    (void)state;
    house h;
    house_open(&h, &(plm_venue_settings){.slippage_ticks = 1, .slippage_levels = 100});
    plm_order *const order = plm_order_pool_take(plm_venue_orders(h.venue), 0, 1);
    order->sym = 0;
    order->side = PLM_SIDE_SELL;
    order->type = PLM_ORDER_LIMIT;
    order->px = 500;
    order->qty = 1;
    order->left = 1;
    order->arrival = 1;
    order->state = PLM_STATE_SENT;
    plm_venue_rest(h.venue, order);
    assert_int_equal(corridor_of(&h, 0, PLM_KEY_BID).hi, 499);
    assert_false(plm_venue_is_quiet(h.venue, 0, PLM_KEY_BID, 500));
    plm_venue_narrow(h.venue, 0, PLM_KEY_BID, (plm_corridor){INT64_MIN, 450});
    assert_int_equal(corridor_of(&h, 0, PLM_KEY_BID).hi, 450);
    assert_true(plm_venue_is_quiet(h.venue, 0, PLM_KEY_BID, 470));
    plm_venue_narrow(h.venue, 0, PLM_KEY_BID, (plm_corridor){INT64_MIN, 600});
    assert_int_equal(corridor_of(&h, 0, PLM_KEY_BID).hi, 499);
    plm_venue_remove(h.venue, order);
    assert_int_equal(corridor_of(&h, 0, PLM_KEY_BID).hi, 600);
    plm_order_turn(order, PLM_STATE_CANCELLED);
    plm_order_pool_give(plm_venue_orders(h.venue), order);
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_of_others_narrow_what_is_quiet),
        cmocka_unit_test(they_stand_beside_the_bounds_of_orders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
