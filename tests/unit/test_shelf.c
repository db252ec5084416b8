/*
 * test_shelf.c - promises of shelf.h:
 * - whatever the order of adding, items stand by price, the best last, and at one price by arrival,
 *   the first last; on rising shelves the highest price is the best, on others the lowest;
 * - a removed order is gone and leaves the others in their order;
 * - what is worse than a price, or than a price and an arrival, is counted.
 */
#include "plm_test.h"

#include "philox.h"
#include "shelf.h"

#define ORDERS 500

static void expect_sorted(const plm_shelf *shelf)
{
    for (uint32_t i = 1; i < shelf->count; i++) {
        const plm_shelf_item *const worse = &shelf->items[i - 1];
        const plm_shelf_item *const better = &shelf->items[i];
        if (worse->px == better->px) {
            assert_true(worse->arrival > better->arrival);
        } else {
            assert_int_equal(worse->px < better->px, shelf->rising);
        }
    }
}

static void shuffled_orders_stand_sorted_and_leave_one_by_one(void **state)
{
    (void)state;
    for (int rising = 0; rising < 2; rising++) {
        static plm_order orders[ORDERS];
        plm_philox rng;
        plm_philox_init(&rng, 7, "shelf", 0);
        plm_shelf shelf;
        plm_shelf_init(&shelf, rising != 0);
        assert_null(plm_shelf_best(&shelf));
        for (uint32_t i = 0; i < ORDERS; i++) {
            orders[i] = (plm_order){.px = plm_philox_below(&rng, 40), .arrival = (i * 7) % ORDERS};
            plm_shelf_add(&shelf, orders[i].px, &orders[i]);
        }
        expect_sorted(&shelf);
        for (uint32_t i = 0; i < ORDERS; i++) {
            assert_int_equal(shelf.count, ORDERS - i);
            plm_shelf_remove(&shelf, orders[i].px, &orders[i]);
            expect_sorted(&shelf);
        }
        plm_shelf_fini(&shelf);
    }
}

static void worse_items_are_counted(void **state)
{
    (void)state;
    plm_order orders[] = {{.arrival = 1}, {.arrival = 2}, {.arrival = 3}, {.arrival = 4}};
    static const plm_px px[] = {10, 20, 20, 30};
    for (int rising = 0; rising < 2; rising++) {
        plm_shelf shelf;
        plm_shelf_init(&shelf, rising != 0);
        for (int i = 0; i < 4; i++) {
            plm_shelf_add(&shelf, px[i], &orders[i]);
        }
        assert_int_equal(plm_shelf_best(&shelf)->px, rising ? 30 : 10);
        assert_int_equal(plm_shelf_worse_px(&shelf, 20), 1);
        assert_int_equal(plm_shelf_worse(&shelf, 20, 2), 2); /* and the later one at 20 */
        assert_int_equal(plm_shelf_worse(&shelf, 20, 3), 1);
        assert_int_equal(plm_shelf_worse_px(&shelf, 25), rising ? 3 : 1);
        assert_int_equal(plm_shelf_worse_px(&shelf, rising ? 40 : 0), 4);
        assert_int_equal(plm_shelf_worse_px(&shelf, rising ? 0 : 40), 0);
        plm_shelf_fini(&shelf);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(shuffled_orders_stand_sorted_and_leave_one_by_one),
        cmocka_unit_test(worse_items_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
