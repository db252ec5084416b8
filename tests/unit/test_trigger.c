/*
 * test_trigger.c - promises of trigger.h:
 * - stops and takes fire from their price on, on the side that docs/replay.md, 6, and plimsoll.h
 *   name;
 * - a trailing stop follows the best reference, unit by unit, and fires `trail` away from it; the
 *   event that makes a new best does not fire it;
 * - orders are marked in the order of the events, then of arrival, whatever their prices;
 * - while halted nothing is marked, and what trails still follows;
 * - waiting and marked orders can leave at any time; references do not touch one another.
 */
#include "plm_test.h"

#include "trigger.h"

static plm_order conditional(plm_trigger trigger, uint8_t side, plm_px px, uint64_t arrival)
{
    bool const trails = trigger == PLM_TRIGGER_TRAIL;
    return (plm_order){.trigger = (uint8_t)trigger,
                       .side = side,
                       .trigger_px = trails ? 0 : px,
                       .trail = trails ? px : 0,
                       .arrival = arrival};
}

static void see(plm_triggers *triggers, plm_px px)
{
    plm_triggers_see(triggers, 0, PLM_KEY_LAST, px, false);
}

static void stops_and_takes_fire_from_their_price_on(void **state)
{
    (void)state;
    static const struct {
        plm_trigger trigger;
        uint8_t side;
        bool fires[3]; /* at 99, 100, 101 */
    } rows[] = {
        {PLM_TRIGGER_STOP, PLM_SIDE_BUY, {false, true, true}},
        {PLM_TRIGGER_STOP, PLM_SIDE_SELL, {true, true, false}},
        {PLM_TRIGGER_TAKE, PLM_SIDE_BUY, {true, true, false}},
        {PLM_TRIGGER_TAKE, PLM_SIDE_SELL, {false, true, true}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int j = 0; j < 3; j++) {
            plm_triggers triggers;
            plm_triggers_init(&triggers, 1);
            plm_order order = conditional(rows[i].trigger, rows[i].side, 100, 1);
            assert_int_equal(plm_trigger_fires(&order, 99 + j), rows[i].fires[j]);
            plm_triggers_add(&triggers, &order);
            see(&triggers, 99 + j);
            assert_int_equal(order.place == PLM_PLACE_MARKED, rows[i].fires[j]);
            assert_ptr_equal(plm_triggers_pop(&triggers), rows[i].fires[j] ? &order : NULL);
            plm_triggers_fini(&triggers);
        }
    }
}

static void a_trailing_stop_follows_and_fires_behind(void **state)
{
    (void)state;
    plm_triggers triggers;
    plm_triggers_init(&triggers, 1);
    plm_order sell = conditional(PLM_TRIGGER_TRAIL, PLM_SIDE_SELL, 5, 1);
    plm_order buy = conditional(PLM_TRIGGER_TRAIL, PLM_SIDE_BUY, 5, 2);
    plm_triggers_add(&triggers, &sell);
    plm_triggers_add(&triggers, &buy);
    see(&triggers, 100); /* the first reference is the best of both */
    assert_int_equal(sell.best, 100);
    assert_int_equal(buy.best, 100);
    see(&triggers, 101);
    see(&triggers, 98);
    assert_int_equal(sell.best, 101); /* fires at 96 */
    assert_int_equal(buy.best, 98);   /* fires at 103 */
    see(&triggers, 97);               /* a new best of the buy */
    see(&triggers, 101);              /* it fires at 102 */
    assert_null(plm_triggers_pop(&triggers));
    see(&triggers, 102); /* a new best of the sell: fires at 97 */
    assert_ptr_equal(plm_triggers_pop(&triggers), &buy);
    see(&triggers, 98);
    assert_null(plm_triggers_pop(&triggers));
    see(&triggers, 97);
    assert_ptr_equal(plm_triggers_pop(&triggers), &sell);
    assert_int_equal(triggers.waiting[0].above.count + triggers.waiting[0].below.count, 0);
    plm_triggers_fini(&triggers);
}

static void a_trail_beyond_64_bits_never_fires(void **state)
{
    (void)state;
    plm_triggers triggers;
    plm_triggers_init(&triggers, 1);
    plm_order buy = conditional(PLM_TRIGGER_TRAIL, PLM_SIDE_BUY, INT64_MAX, 1);
    plm_order sell = conditional(PLM_TRIGGER_TRAIL, PLM_SIDE_SELL, INT64_MAX, 2);
    plm_triggers_add(&triggers, &buy);
    plm_triggers_add(&triggers, &sell);
    see(&triggers, 100);
    see(&triggers, INT64_MAX);
    see(&triggers, INT64_MAX);
    see(&triggers, 1);
    assert_null(plm_triggers_pop(&triggers));
    assert_int_equal(buy.best, 1);
    assert_int_equal(sell.best, INT64_MAX);
    plm_triggers_remove(&triggers, &buy);
    plm_triggers_remove(&triggers, &sell);
    plm_triggers_fini(&triggers);
}

static void orders_are_marked_by_event_then_arrival(void **state)
{
    (void)state;
    plm_triggers triggers;
    plm_triggers_init(&triggers, 1);
    /* At 100: the 5th (take of a sell at 90) and the 2nd (stop of a buy at 95) and the 9th (stop
     * of a sell at 120). Then at 130 the 1st. */
    plm_order fifth = conditional(PLM_TRIGGER_TAKE, PLM_SIDE_SELL, 90, 5);
    plm_order second = conditional(PLM_TRIGGER_STOP, PLM_SIDE_BUY, 95, 2);
    plm_order ninth = conditional(PLM_TRIGGER_STOP, PLM_SIDE_SELL, 120, 9);
    plm_order first = conditional(PLM_TRIGGER_STOP, PLM_SIDE_BUY, 130, 1);
    plm_triggers_add(&triggers, &fifth);
    plm_triggers_add(&triggers, &second);
    plm_triggers_add(&triggers, &ninth);
    plm_triggers_add(&triggers, &first);
    see(&triggers, 100);
    see(&triggers, 130);
    assert_ptr_equal(plm_triggers_pop(&triggers), &second);
    assert_ptr_equal(plm_triggers_pop(&triggers), &fifth);
    assert_ptr_equal(plm_triggers_pop(&triggers), &ninth);
    assert_ptr_equal(plm_triggers_pop(&triggers), &first);
    assert_null(plm_triggers_pop(&triggers));
    plm_triggers_fini(&triggers);
}

static void while_halted_nothing_is_marked(void **state)
{
    (void)state;
    plm_triggers triggers;
    plm_triggers_init(&triggers, 1);
    plm_order stop = conditional(PLM_TRIGGER_STOP, PLM_SIDE_SELL, 100, 1);
    plm_order trail = conditional(PLM_TRIGGER_TRAIL, PLM_SIDE_SELL, 5, 2);
    plm_triggers_add(&triggers, &stop);
    plm_triggers_add(&triggers, &trail);
    plm_triggers_see(&triggers, 0, PLM_KEY_LAST, 110, true);
    plm_triggers_see(&triggers, 0, PLM_KEY_LAST, 90, true);
    assert_null(plm_triggers_pop(&triggers));
    assert_int_equal(trail.best, 110);
    see(&triggers, 101); /* trading again: 110 - 5 has been passed, 100 not */
    assert_ptr_equal(plm_triggers_pop(&triggers), &trail);
    see(&triggers, 99);
    assert_ptr_equal(plm_triggers_pop(&triggers), &stop);
    plm_triggers_fini(&triggers);
}

static void orders_leave_and_references_are_apart(void **state)
{
    (void)state;
    plm_triggers triggers;
    plm_triggers_init(&triggers, 2);
    plm_order last = conditional(PLM_TRIGGER_STOP, PLM_SIDE_BUY, 100, 1);
    plm_order mark = conditional(PLM_TRIGGER_STOP, PLM_SIDE_BUY, 100, 2);
    plm_order index = conditional(PLM_TRIGGER_STOP, PLM_SIDE_BUY, 100, 3);
    plm_order other = conditional(PLM_TRIGGER_STOP, PLM_SIDE_BUY, 100, 4);
    mark.trigger_by = PLM_KEY_MARK;
    index.trigger_by = PLM_KEY_INDEX;
    other.sym = 1;
    plm_triggers_add(&triggers, &last);
    plm_triggers_add(&triggers, &mark);
    plm_triggers_add(&triggers, &index);
    plm_triggers_add(&triggers, &other);
    plm_triggers_see(&triggers, 0, PLM_KEY_MARK, 100, false);
    plm_triggers_see(&triggers, 0, PLM_KEY_INDEX, 100, false);
    assert_int_equal(last.place, PLM_PLACE_WAITING);
    assert_int_equal(mark.place, PLM_PLACE_MARKED);
    plm_triggers_remove(&triggers, &mark); /* marked */
    plm_triggers_remove(&triggers, &last); /* waiting */
    see(&triggers, 100);
    assert_ptr_equal(plm_triggers_pop(&triggers), &index);
    assert_null(plm_triggers_pop(&triggers));
    assert_int_equal(other.place, PLM_PLACE_WAITING);
    plm_triggers_fini(&triggers);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(stops_and_takes_fire_from_their_price_on),
        cmocka_unit_test(a_trailing_stop_follows_and_fires_behind),
        cmocka_unit_test(a_trail_beyond_64_bits_never_fires),
        cmocka_unit_test(orders_are_marked_by_event_then_arrival),
        cmocka_unit_test(while_halted_nothing_is_marked),
        cmocka_unit_test(orders_leave_and_references_are_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
