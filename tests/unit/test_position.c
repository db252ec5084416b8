/*
 * test_position.c - promises of position.h:
 * - buying and selling add to the total cost; closing a part takes its share, half-even, the last
 *   close what is left;
 * - a fill that goes through zero is a close and an open; its value is rounded once;
 * - long and short are mirror images, linear and inverse;
 * - what does not fit is refused and leaves the output alone.
 */
#include "money_rows.h"

#include "position.h"

typedef struct step {
    plm_qty delta;
    plm_px px;
    plm_qty qty; /* after it */
    const char *value, *cost, *realised;
} step;

/* Takes the steps, and beside them the same with the sides swapped: every number changes its sign.
 */
static void assert_steps(uint32_t sym, const step *steps, size_t count)
{
    plm_contracts contracts;
    plm_contracts_init(&contracts, money_rows, ROW_COUNT);
    plm_position position = {0}, mirrored = {0};
    for (size_t i = 0; i < count; i++) {
        plm_position_change change, other;
        assert_true(plm_position_change_by(&contracts.contract[sym], &position, steps[i].delta,
                                           steps[i].px, &change));
        assert_int_equal(change.after.qty, steps[i].qty);
        assert_money_equal(change.value, money(steps[i].value));
        assert_money_equal(change.after.cost, money(steps[i].cost));
        assert_money_equal(change.realised, money(steps[i].realised));
        assert_i128_equal(change.after.realised.v, position.realised.v + change.realised.v);
        assert_true(plm_position_change_by(&contracts.contract[sym], &mirrored, -steps[i].delta,
                                           steps[i].px, &other));
        assert_int_equal(other.after.qty, -steps[i].qty);
        assert_i128_equal(other.value.v, -change.value.v);
        assert_i128_equal(other.after.cost.v, -change.after.cost.v);
        assert_i128_equal(other.realised.v, -change.realised.v);
        position = change.after;
        mirrored = other.after;
    }
    plm_contracts_fini(&contracts);
}

static void a_linear_position_keeps_its_total_cost(void **state)
{
    (void)state;
    static const step steps[] = {
        /* 1 BTC at 60000.0, 0.5 at 63000.0: 60000 + 31500 */
        {1000, 600000, 1000, "60000", "60000", "0"},
        {500, 630000, 1500, "31500", "91500", "0"},
        /* 0.3 of 1.5 closed at 62000.0: takes 91500 / 5 = 18300; 18600 - 18300 */
        {-300, 620000, 1200, "-18600", "73200", "300"},
        /* the rest at 60000.0: 72000 - 73200 */
        {-1200, 600000, 0, "-72000", "0", "-1200"},
    };
    assert_steps(LINEAR, steps, sizeof steps / sizeof steps[0]);
}

/* 2 lots of 0.001 at 33366.6 and one at 33366.7 cost 2 * 33.3666 + 33.3667 = 100.0999, which does
 * not divide by three: the last of three closes takes what is left, so that nothing stays. */
static void the_last_close_takes_what_is_left(void **state)
{
    (void)state;
    static const step steps[] = {
        {2, 333666, 2, "66.7332", "66.7332", "0"},
        {1, 333667, 3, "33.3667", "100.0999", "0"},
        /* 100.0999 / 3 = 33.366633333333333333...; 33.3666 - that = -0.000033333333333333 */
        {-1, 333666, 2, "-33.3666", "66.733266666666666667", "-0.000033333333333333"},
        /* half of 66.733266666666666667 is a tie in the 19th digit: ...3333.5 goes to ...3334 */
        {-1, 333666, 1, "-33.3666", "33.366633333333333333", "-0.000033333333333334"},
        {-1, 333666, 0, "-33.3666", "0", "-0.000033333333333333"},
    };
    assert_steps(LINEAR, steps, sizeof steps / sizeof steps[0]);
}

static void going_through_zero_closes_and_opens(void **state)
{
    (void)state;
    static const step steps[] = {
        {1000, 600000, 1000, "60000", "60000", "0"},
        /* sells 1.5 at 61000.0: closes 1 with 1000 profit, opens -0.5 at 61000 */
        {-1500, 610000, -500, "-91500", "-30500", "1000"},
        /* buys 0.7 at 60500.0: 30500 - 30250, opens 0.2 at 60500 */
        {700, 605000, 200, "42350", "12100", "250"},
    };
    assert_steps(LINEAR, steps, sizeof steps / sizeof steps[0]);
}

static void an_inverse_position_earns_as_its_value_falls(void **state)
{
    (void)state;
    static const step steps[] = {
        /* 30000 USD at 60000.0 are 0.5 BTC, at 75000.0 0.4: half of it earns 0.25 - 0.2 */
        {30000, 600000, 30000, "0.5", "0.5", "0"},
        {-15000, 750000, 15000, "-0.2", "0.25", "0.05"},
        /* 15000 at 50000.0 are 0.3: 0.25 - 0.3 */
        {-15000, 500000, 0, "-0.3", "0", "-0.05"},
    };
    assert_steps(INVERSE, steps, sizeof steps / sizeof steps[0]);
}

/* 1 / 30000 = 0.000033333333333333|33, 2 / 30000 = 0.000066666666666666|67, 3 / 30000 = 0.0001.
 * Long 1, sells 3: the close is valued alone, -0.000033333333333333, and the opening part gets
 * the rest of -0.0001. */
static void a_flip_is_rounded_once(void **state)
{
    (void)state;
    static const step steps[] = {
        {1, 300000, 1, "0.000033333333333333", "0.000033333333333333", "0"},
        {-3, 300000, -2, "-0.0001", "-0.000066666666666667", "0"},
        /* Buys 3 back: closes 2 alone (0.000066666666666667), opens 1 with the rest. */
        {3, 300000, 1, "0.0001", "0.000033333333333333", "0"},
        /* Sells 2: closes 1, opens 1 with 0.000066666666666667 - 0.000033333333333333. */
        {-2, 300000, -1, "-0.000066666666666667", "-0.000033333333333334", "0"},
    };
    assert_steps(INVERSE, steps, sizeof steps / sizeof steps[0]);
}

static void spot_and_quanto_count_like_linear(void **state)
{
    (void)state;
    static const step spot[] = {
        {50000, 6000000, 50000, "30000", "30000", "0"}, /* 0.5 at 60000.00 */
        {-20000, 6100000, 30000, "-12200", "18000", "200"},
    };
    static const step quanto[] = {
        {100, 300000, 100, "0.3", "0.3", "0"}, /* 100 * 3000 * 0.000001 */
        {-100, 310000, 0, "-0.31", "0", "0.01"},
    };
    assert_steps(SPOT, spot, 2);
    assert_steps(QUANTO, quanto, 2);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    plm_contracts contracts;
    plm_contracts_init(&contracts, money_rows, ROW_COUNT);
    const plm_contract *const linear = &contracts.contract[LINEAR];
    plm_position_change change = {.value = {42}, .after.qty = 43};
    plm_position const long_most = {.qty = INT64_MAX};
    plm_position const short_most = {.qty = -INT64_MAX};
    plm_position const dear = {.qty = 2, .cost = {PLM_I128_MAX}};
    plm_position const cheap = {.qty = 2, .cost = {PLM_I128_MIN}};
    plm_position const rich = {.qty = 1, .realised = {PLM_I128_MAX}};
    assert_false(plm_position_change_by(linear, &long_most, 1, 1, &change));
    assert_false(plm_position_change_by(linear, &short_most, -1, 1, &change));
    assert_false(plm_position_change_by(linear, &dear, 1, 1, &change));
    assert_false(plm_position_change_by(linear, &cheap, -2, 1, &change));
    assert_false(plm_position_change_by(linear, &rich, -1, 1, &change));
    assert_false(plm_position_change_by(linear, &rich, INT64_MAX - 1, INT64_MAX, &change));
    assert_int_equal(change.after.qty, 43);
    assert_i128_equal(change.value.v, 42);
    assert_true(plm_position_change_by(linear, &long_most, -INT64_MAX, 1, &change));
    assert_int_equal(change.after.qty, 0);
    plm_contracts_fini(&contracts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_linear_position_keeps_its_total_cost),
        cmocka_unit_test(the_last_close_takes_what_is_left),
        cmocka_unit_test(going_through_zero_closes_and_opens),
        cmocka_unit_test(an_inverse_position_earns_as_its_value_falls),
        cmocka_unit_test(a_flip_is_rounded_once),
        cmocka_unit_test(spot_and_quanto_count_like_linear),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests_name("position", tests, NULL, NULL);
}
