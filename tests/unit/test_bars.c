/*
 * test_bars.c - promises of bars.h:
 * - the four points stand where docs/replay.md says, the nearer extreme first, the low if equal;
 * - points never go back behind what was seen and never pass the end of the bar;
 * - bars of one instant advance together, in the order of the tape; other events keep the end, and
 *   the closes their place among them;
 * - a volume is shared in whole lots, an unknown one stays unknown;
 * - every key becomes its kind of event; a bar that is not whole is refused.
 */
#include "fake_blocks.h"

#include "bars.h"
#include "window.h"

#define END INT64_C(1735689600000000000)

static fake_table table;

static void put_bar(plm_event *out, uint32_t sym, plm_price_key key, int64_t duration,
                    const plm_px px[4], plm_qty volume)
{
    for (unsigned part = 0; part < 4; part++) {
        out[part] = (plm_event){.ts = END,
                                .px = px[part],
                                .qty = part == 0 ? duration : (part == 3 ? volume : 0),
                                .sym = sym,
                                .kind = (uint8_t)(PLM_EV_BAR_OPEN + part),
                                .side = (uint8_t)key};
    }
}

static void expand(const plm_event *events, uint32_t count, plm_ts seen, plm_event *out)
{
    uint32_t wrong = 0;
    assert_null(plm_bars_expand(&table.contracts, events, count, &seen, out, &wrong));
    assert_true(seen == END);
}

static void points_stand_within_the_bar_and_the_nearer_extreme_is_first(void **state)
{
    (void)state;
    plm_event bar[4];
    plm_event out[4];
    /* D = 100: END - 99, END - 100 + 33, END - 100 + 66 (200 / 3), END */
    plm_ts const at[4] = {-99, -67, -34, 0};
    plm_px const shapes[3][4] = {{50, 60, 45, 48}, {50, 53, 40, 48}, {50, 55, 45, 48}};
    plm_px const order[3][4] = {{50, 45, 60, 48}, {50, 53, 40, 48}, {50, 45, 55, 48}};
    for (unsigned s = 0; s < 3; s++) {
        put_bar(bar, 0, PLM_KEY_LAST, 100, shapes[s], 0);
        expand(bar, 4, END - 1000, out);
        for (unsigned i = 0; i < 4; i++) {
            assert_true(out[i].ts == END + at[i]);
            assert_true(out[i].px == order[s][i]);
            assert_true(out[i].qty == 0);
            assert_int_equal(out[i].side, PLM_SIDE_NONE);
            assert_int_equal(out[i].flags, PLM_FLAG_POINT);
        }
    }
}

static void points_move_behind_what_was_seen_and_not_beyond_the_end(void **state)
{
    (void)state;
    plm_event bar[4];
    plm_event out[4];
    plm_px const px[4] = {50, 60, 45, 48};
    plm_ts const seen[3] = {-50, -3, -1};
    plm_ts const at[3][4] = {{-49, -48, -34, 0}, {-2, -1, 0, 0}, {0, 0, 0, 0}};
    put_bar(bar, 0, PLM_KEY_LAST, 100, px, 0);
    for (unsigned s = 0; s < 3; s++) {
        expand(bar, 4, END + seen[s], out);
        for (unsigned i = 0; i < 4; i++) {
            assert_true(out[i].ts == END + at[s][i]);
        }
    }
    /* The longest duration that a tape can say. */
    put_bar(bar, 0, PLM_KEY_LAST, INT64_MAX, px, 0);
    expand(bar, 4, END - 100, out);
    assert_true(out[0].ts == END - 99);
    assert_true(out[1].ts == END - 98);
    assert_true(out[2].ts == END - 97);
}

static void bars_of_an_instant_advance_together(void **state)
{
    (void)state;
    plm_event events[11];
    plm_event out[11];
    plm_px const first[4] = {50, 60, 45, 48};
    plm_px const second[4] = {7, 9, 1, 8};
    plm_event const before = {.ts = END, .px = 3, .sym = 1, .kind = PLM_EV_MARK};
    plm_event const between = {.ts = END, .px = 4, .sym = 1, .kind = PLM_EV_INDEX};
    events[0] = before;
    put_bar(&events[1], 1, PLM_KEY_MARK, 90, second, 0); /* stamps: the shorter one's */
    events[5] = between;
    put_bar(&events[6], 0, PLM_KEY_LAST, 60, first, 0);
    events[10] = before;
    expand(events, 11, END - 1000, out);
    plm_px const px[11] = {7, 50, 9, 45, 1, 60, 3, 8, 4, 48, 3};
    plm_ts const at[11] = {-59, -59, -40, -40, -20, -20, 0, 0, 0, 0, 0};
    for (unsigned i = 0; i < 11; i++) {
        assert_true(out[i].px == px[i]);
        assert_true(out[i].ts == END + at[i]);
    }
    assert_memory_equal(&out[8], &between, sizeof between);
}

static void a_volume_is_shared_in_whole_lots(void **state)
{
    (void)state;
    /* Row 1 has lots of 10. A quarter, down to the lot; the last with the rest; at least a lot. */
    plm_qty const cases[][5] = {{100, 20, 20, 20, 40},
                                {40, 10, 10, 10, 10},
                                {79, 10, 10, 10, 49},
                                {39, 10, 10, 10, 10},
                                {0, 0, 0, 0, 0}};
    plm_px const px[4] = {50, 60, 45, 48};
    for (unsigned c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        plm_event bar[4];
        plm_event out[4];
        put_bar(bar, 1, PLM_KEY_LAST, 100, px, cases[c][0]);
        expand(bar, 4, END - 1000, out);
        for (unsigned i = 0; i < 4; i++) {
            assert_true(out[i].qty == cases[c][i + 1]);
        }
    }
}

static void every_key_becomes_its_kind(void **state)
{
    (void)state;
    plm_px const px[4] = {50, 60, 45, 48};
    uint8_t const kinds[PLM_KEY_COUNT] = {0,           PLM_EV_BID,  PLM_EV_ASK, PLM_EV_TRADE,
                                          PLM_EV_MARK, PLM_EV_INDEX};
    for (unsigned key = PLM_KEY_BID; key < PLM_KEY_COUNT; key++) {
        plm_event bar[4];
        plm_event out[4];
        put_bar(bar, 0, (plm_price_key)key, 100, px, 400);
        expand(bar, 4, END - 1000, out);
        for (unsigned i = 0; i < 4; i++) {
            assert_int_equal(out[i].kind, kinds[key]);
            assert_true(out[i].qty == (key == PLM_KEY_LAST ? 100 : 0));
        }
    }
}

static void a_bar_that_is_not_whole_is_refused(void **state)
{
    (void)state;
    plm_px const px[4] = {50, 60, 45, 48};
    for (unsigned damage = 0; damage < 4; damage++) {
        plm_event events[5] = {{.ts = END, .px = 1, .kind = PLM_EV_MARK}};
        plm_event out[5];
        put_bar(&events[1], 0, PLM_KEY_LAST, 100, px, 0);
        events[3].sym = damage == 0 ? 1 : 0;
        events[4].side = damage == 1 ? PLM_KEY_MARK : PLM_KEY_LAST;
        events[2].kind = damage == 2 ? PLM_EV_BAR_LOW : PLM_EV_BAR_HIGH;
        plm_ts seen = 0;
        uint32_t wrong = 0;
        assert_non_null(
            plm_bars_expand(&table.contracts, events, damage == 3 ? 4 : 5, &seen, out, &wrong));
        assert_int_equal(wrong, 1);
    }
}

static int set_up(void **state)
{
    (void)state;
    fake_table_init(&table);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_stand_within_the_bar_and_the_nearer_extreme_is_first),
        cmocka_unit_test(points_move_behind_what_was_seen_and_not_beyond_the_end),
        cmocka_unit_test(bars_of_an_instant_advance_together),
        cmocka_unit_test(a_volume_is_shared_in_whole_lots),
        cmocka_unit_test(every_key_becomes_its_kind),
        cmocka_unit_test(a_bar_that_is_not_whole_is_refused),
    };
    return cmocka_run_group_tests_name("bars", tests, set_up, NULL);
}
