/*
 * test_drawdown.c - promises of drawdown.h:
 * - the deepest fall is the one from the highest worth before it, the beginning included;
 * - deposits and withdrawals are neither gain nor loss; they belong to the first row at or after
 *   them;
 * - of several rows at one time the last stays, and a time without prices has none;
 * - worth of 0 or below before more came in, an unknown beginning or an unknown flow: no fall.
 *
 * Numbers by hand, in the comments.
 */
#include "drawdown.h"
#include "plm_test.h"

#define RATE(percent) ((percent)*INT64_C(10000000000))

static plm_money money(int64_t units)
{
    return (plm_money){(plm_i128)units * plm_pow10(PLM_MONEY_SCALE)};
}

static plm_drawdown begun(int64_t units)
{
    plm_drawdown drawdown = {0};
    plm_drawdown_begin(&drawdown, money(units));
    return drawdown;
}

static void assert_deepest(const plm_drawdown *drawdown, plm_rate expected)
{
    plm_rate found = 1;
    assert_true(plm_drawdown_deepest(drawdown, &found));
    assert_int_equal(found, expected);
}

static void assert_none(const plm_drawdown *drawdown)
{
    plm_rate found = 1;
    assert_false(plm_drawdown_deepest(drawdown, &found));
    assert_int_equal(found, 1);
}

static void the_deepest_fall_is_from_the_highest_before_it(void **state)
{
    (void)state;
    plm_drawdown drawdown = begun(100);
    assert_deepest(&drawdown, 0);
    plm_drawdown_row(&drawdown, 1, money(100));
    plm_drawdown_row(&drawdown, 2, money(120));
    assert_deepest(&drawdown, 0);
    plm_drawdown_row(&drawdown, 3, money(90)); /* 90 / 120 - 1; waits, and counts already */
    assert_deepest(&drawdown, RATE(-25));
    plm_drawdown_row(&drawdown, 4, money(130));
    plm_drawdown_row(&drawdown, 5, money(104)); /* 104 / 130 - 1 = -0.2 */
    assert_deepest(&drawdown, RATE(-25));

    drawdown = begun(100); /* the first row is below what it began with */
    plm_drawdown_row(&drawdown, 1, money(97));
    plm_drawdown_row(&drawdown, 2, money(98));
    assert_deepest(&drawdown, RATE(-3));

    drawdown = begun(100); /* below nothing: -20 / 100 - 1 */
    plm_drawdown_row(&drawdown, 1, money(-20));
    assert_deepest(&drawdown, RATE(-120));

    drawdown = begun(3); /* 2 / 3 - 1, half-even at 10^-12 */
    plm_drawdown_row(&drawdown, 1, money(2));
    assert_deepest(&drawdown, INT64_C(-333333333333));
}

static void flows_are_neither_gain_nor_loss(void **state)
{
    (void)state;
    /* 100 to 110; 50 come in: 160; to 144: 0.9. A fall of 10 %, not 144 / 160 of money alone. */
    plm_drawdown drawdown = begun(100);
    plm_drawdown_row(&drawdown, 1, money(110));
    plm_drawdown_flow(&drawdown, 2, money(50));
    plm_drawdown_row(&drawdown, 2, money(160));
    plm_drawdown_row(&drawdown, 3, money(144));
    assert_deepest(&drawdown, RATE(-10));

    /* The same, with the flow before and after the row of its time, and in two parts. */
    drawdown = begun(100);
    plm_drawdown_row(&drawdown, 1, money(110));
    plm_drawdown_flow(&drawdown, 2, money(20));
    plm_drawdown_row(&drawdown, 2, money(160));
    plm_drawdown_flow(&drawdown, 2, money(30));
    plm_drawdown_row(&drawdown, 3, money(144));
    assert_deepest(&drawdown, RATE(-10));

    /* 60 go out between two rows: (80 - -60) / 100 = 1.4, then 76 / 80: a fall of 5 %. */
    drawdown = begun(100);
    plm_drawdown_row(&drawdown, 1, money(100));
    plm_drawdown_flow(&drawdown, 2, money(-60));
    plm_drawdown_row(&drawdown, 3, money(80));
    plm_drawdown_row(&drawdown, 4, money(76));
    assert_deepest(&drawdown, RATE(-5));

    /* What comes after the last row counts nothing. */
    plm_drawdown_flow(&drawdown, 5, money(-70));
    assert_deepest(&drawdown, RATE(-5));
}

static void the_last_row_of_a_time_stays(void **state)
{
    (void)state;
    plm_drawdown drawdown = begun(100);
    plm_drawdown_row(&drawdown, 1, money(50));
    plm_drawdown_row(&drawdown, 1, money(99));
    plm_drawdown_row(&drawdown, 2, money(40));
    plm_drawdown_pass(&drawdown, 2);
    plm_drawdown_pass(&drawdown, 3);
    assert_deepest(&drawdown, RATE(-1));
    plm_drawdown_row(&drawdown, 4, money(98));
    assert_deepest(&drawdown, RATE(-2));
}

static void without_growth_there_is_no_fall(void **state)
{
    (void)state;
    plm_drawdown drawdown = {0};
    assert_none(&drawdown);
    plm_drawdown_row(&drawdown, 1, money(100));
    assert_none(&drawdown);

    drawdown = begun(100); /* 0 is a fall of everything; nothing grows out of it */
    plm_drawdown_row(&drawdown, 1, money(0));
    assert_deepest(&drawdown, RATE(-100));
    plm_drawdown_flow(&drawdown, 2, money(10));
    plm_drawdown_row(&drawdown, 2, money(10));
    assert_deepest(&drawdown, RATE(-100));
    plm_drawdown_flow(&drawdown, 3, money(10));
    plm_drawdown_row(&drawdown, 3, money(20)); /* growth of 0, from 10 on: still 0 */
    assert_deepest(&drawdown, RATE(-100));

    drawdown = begun(100); /* -5 before 15 come in */
    plm_drawdown_row(&drawdown, 1, money(-5));
    plm_drawdown_flow(&drawdown, 2, money(15));
    plm_drawdown_row(&drawdown, 2, money(10));
    assert_none(&drawdown);

    drawdown = begun(0);
    plm_drawdown_row(&drawdown, 1, money(10));
    assert_none(&drawdown);

    drawdown = begun(100);
    plm_drawdown_lose(&drawdown);
    plm_drawdown_row(&drawdown, 1, money(100));
    assert_none(&drawdown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_deepest_fall_is_from_the_highest_before_it),
        cmocka_unit_test(flows_are_neither_gain_nor_loss),
        cmocka_unit_test(the_last_row_of_a_time_stays),
        cmocka_unit_test(without_growth_there_is_no_fall),
    };
    return cmocka_run_group_tests_name("drawdown", tests, NULL, NULL);
}
