/*
 * test_order.c - promises of order.h:
 * - the life of an order has the steps of docs/replay.md, 2, and no others;
 * - the pool finds an account's live orders by oid and lists them lowest first, also while orders
 *   leave; a given order's memory is used again, zeroed;
 * - an account has at most PLM_ORDERS_PER_ACCOUNT_MAX orders, another account as many of its own.
 */
#include "plm_test.h"

#include "order.h"

static void the_life_of_an_order_has_the_steps_of_the_page(void **state)
{
    (void)state;
    static const struct {
        plm_order_state from, to;
    } legal[] = {
        {PLM_STATE_NONE, PLM_STATE_SENT},      {PLM_STATE_SENT, PLM_STATE_WAITING},
        {PLM_STATE_SENT, PLM_STATE_OPEN},      {PLM_STATE_WAITING, PLM_STATE_OPEN},
        {PLM_STATE_OPEN, PLM_STATE_OPEN},      {PLM_STATE_WAITING, PLM_STATE_WAITING},
        {PLM_STATE_SENT, PLM_STATE_FILLED},    {PLM_STATE_SENT, PLM_STATE_CANCELLED},
        {PLM_STATE_WAITING, PLM_STATE_FILLED}, {PLM_STATE_WAITING, PLM_STATE_CANCELLED},
        {PLM_STATE_OPEN, PLM_STATE_FILLED},    {PLM_STATE_OPEN, PLM_STATE_CANCELLED},
        {PLM_STATE_SENT, PLM_STATE_REJECTED},  {PLM_STATE_WAITING, PLM_STATE_REJECTED},
    };
    for (unsigned from = 0; from < PLM_STATE_COUNT; from++) {
        for (unsigned to = 0; to < PLM_STATE_COUNT; to++) {
            bool expected = false;
            for (size_t i = 0; i < sizeof legal / sizeof legal[0]; i++) {
                expected = expected || (legal[i].from == from && legal[i].to == to);
            }
            assert_int_equal(plm_order_may((plm_order_state)from, (plm_order_state)to), expected);
        }
    }
    plm_order order = {0};
    assert_false(plm_order_done(&order));
    plm_order_turn(&order, PLM_STATE_SENT);
    plm_order_turn(&order, PLM_STATE_REJECTED);
    assert_int_equal(order.state, PLM_STATE_REJECTED);
    assert_true(plm_order_done(&order));
}

static void orders_are_found_by_oid_and_listed_lowest_first(void **state)
{
    (void)state;
    plm_order_pool *const pool = plm_order_pool_create(2);
    for (plm_oid oid = 1; oid <= 1000; oid++) {
        plm_order *const order = plm_order_pool_take(pool, 0, 2 * oid);
        assert_int_equal(order->account, 0);
        assert_int_equal(order->oid, 2 * oid);
        assert_int_equal(order->state, PLM_STATE_NONE);
    }
    plm_order *const other = plm_order_pool_take(pool, 1, 7);
    assert_int_equal(plm_order_pool_count(pool, 0), 1000);
    assert_int_equal(plm_order_pool_count(pool, 1), 1);
    assert_null(plm_order_pool_find(pool, 0, 7));
    assert_ptr_equal(plm_order_pool_find(pool, 1, 7), other);
    assert_null(plm_order_pool_find(pool, 1, 8));
    /* Every third leaves. */
    plm_order *order = plm_order_pool_first(pool, 0);
    for (uint32_t n = 1; order != NULL; n++) {
        plm_order *const next = order->next;
        if (n % 3 == 1) {
            plm_order_pool_give(pool, order);
        }
        order = next;
    }
    assert_int_equal(plm_order_pool_count(pool, 0), 666); /* 1000 - 334 */
    assert_null(plm_order_pool_find(pool, 0, 2));
    assert_int_equal(plm_order_pool_find(pool, 0, 4)->oid, 4);
    assert_null(plm_order_pool_find(pool, 0, 2000)); /* the thousandth: 1000 = 3 * 333 + 1 */
    plm_oid last = 0;
    uint32_t count = 0;
    for (order = plm_order_pool_first(pool, 0); order != NULL; order = order->next) {
        assert_true(order->oid > last);
        last = order->oid;
        count++;
    }
    assert_int_equal(count, 666);
    plm_order_pool_destroy(pool);
    plm_order_pool_destroy(NULL);
}

static void memory_of_a_given_order_comes_back_zeroed(void **state)
{
    (void)state;
    plm_order_pool *const pool = plm_order_pool_create(1);
    plm_order *const first = plm_order_pool_take(pool, 0, 1);
    first->px = 5;
    first->left = 6;
    plm_order_pool_give(pool, first);
    assert_null(plm_order_pool_first(pool, 0));
    plm_order *const second = plm_order_pool_take(pool, 0, 2);
    assert_ptr_equal(second, first);
    assert_int_equal(second->px, 0);
    assert_int_equal(second->left, 0);
    assert_null(second->next);
    assert_null(second->prev);
    plm_order_pool_destroy(pool);
}

static void an_account_has_a_limited_number_of_orders(void **state)
{
    (void)state;
    plm_order_pool *const pool = plm_order_pool_create(2);
    plm_oid oid = 0;
    while (oid < PLM_ORDERS_PER_ACCOUNT_MAX) {
        assert_non_null(plm_order_pool_take(pool, 0, ++oid));
    }
    assert_null(plm_order_pool_take(pool, 0, oid + 1));
    assert_non_null(plm_order_pool_take(pool, 1, 1));
    plm_order_pool_give(pool, plm_order_pool_find(pool, 0, 5000));
    assert_non_null(plm_order_pool_take(pool, 0, oid + 1));
    plm_order_pool_destroy(pool);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_life_of_an_order_has_the_steps_of_the_page),
        cmocka_unit_test(orders_are_found_by_oid_and_listed_lowest_first),
        cmocka_unit_test(memory_of_a_given_order_comes_back_zeroed),
        cmocka_unit_test(an_account_has_a_limited_number_of_orders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
