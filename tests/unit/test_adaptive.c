/*
 * test_adaptive.c - promises of adaptive.h: the multiplier is that of docs/margin.md, 10, in
 * integers; it rises at once, falls slowly, stays within its bounds, and waits for two returns.
 */
#include "rule_help.h"

#include "adaptive.h"

#define HOUR INT64_C(3600000000000)

typedef struct scene {
    pool_scene *pool;
    plm_adaptive adaptive;
} scene;

static scene open_scene(plm_adaptive_rule rule)
{
    scene self = {.pool = open_pool()};
    self.pool->book.adaptive = rule;
    move_rules(self.pool, 0);
    plm_adaptive_init(&self.adaptive, &self.pool->rules);
    return self;
}

static void close_scene(scene *self)
{
    plm_adaptive_fini(&self->adaptive);
    close_pool(self->pool);
}

static plm_adaptive_rule ewma(void)
{
    return (plm_adaptive_rule){.shape = PLM_ADAPTIVE_FLOOR1,
                               .lambda = rate("0.94"),
                               .sigma_ref = rate("0.01"),
                               .floor = ONE,
                               .cap = 5 * ONE,
                               .down = rate("0.25"),
                               .cadence_ns = HOUR};
}

static plm_rate observe(scene *self, int64_t px2)
{
    bool changed = false;
    plm_rate const before = plm_adaptive_multiplier(&self->adaptive, LINEAR);
    assert_true(plm_adaptive_observe(&self->adaptive, 0, px2, &changed));
    plm_rate const now = plm_adaptive_multiplier(&self->adaptive, LINEAR);
    assert_int_equal(changed, now != before);
    return now;
}

/* Returns of 0.02 and -0.5: variance 0.0004 * 0.94 + 0.25 * 0.06 = 0.015376, root 0.124: 12.4
 * times the reference, at most 5. Then the price stands still: down by 0.25 a step. */
static void it_rises_at_once_and_falls_slowly(void **state)
{
    (void)state;
    scene self = open_scene(ewma());
    assert_int_equal(observe(&self, 100000), ONE);
    assert_int_equal(observe(&self, 102000), ONE);
    assert_int_equal(observe(&self, 51000), 5 * ONE);
    assert_int_equal(plm_adaptive_multiplier(&self.adaptive, INVERSE), 5 * ONE); /* same unit */
    assert_int_equal(plm_adaptive_multiplier(&self.adaptive, QUANTO), ONE);
    assert_int_equal(plm_adaptive_multiplier(&self.adaptive, SPOT), ONE);
    /* sigma still is 0.124 * root(0.94^n): wanted stays above 5 for 29 steps */
    for (unsigned i = 0; i < 29; i++) {
        assert_int_equal(observe(&self, 51000), 5 * ONE);
    }
    /* 0.124 * 0.94^(n / 2) / 0.01 is 4.9008 at n = 30 */
    plm_rate const first = observe(&self, 51000);
    assert_true(first > rate("4.9") && first < rate("4.91"));
    close_scene(&self);
}

/* Linear, a fast estimator: var = r^2 of the last return (lambda 0). */
static void hysteresis_limits_each_step_down(void **state)
{
    (void)state;
    plm_adaptive_rule rule = ewma();
    rule.lambda = 0;
    rule.shape = PLM_ADAPTIVE_LINEAR;
    rule.floor = rate("0.5");
    scene self = open_scene(rule);
    (void)observe(&self, 100000);
    (void)observe(&self, 100000);
    assert_int_equal(observe(&self, 102000), 2 * ONE);      /* 0.02 / 0.01 */
    assert_int_equal(observe(&self, 102000), rate("1.75")); /* wanted: 0.5, the floor */
    assert_int_equal(observe(&self, 102000), rate("1.5"));
    assert_int_equal(observe(&self, 103530), rate("1.5")); /* 0.015, and up is at once */
    /* 2070 / 103530 = 0.019994204578 */
    assert_int_equal(observe(&self, 105600), rate("1.9994204578"));
    close_scene(&self);
}

/* Of the last two returns: 0.01 and 0.03: (0.0001 + 0.0009) / 2 = 0.0005, root 0.022360679774. */
static void realised_is_the_mean_of_a_window(void **state)
{
    (void)state;
    plm_adaptive_rule rule = ewma();
    rule.realised = true;
    rule.window = 2;
    rule.down = 5 * ONE;
    scene self = open_scene(rule);
    (void)observe(&self, 50000);
    (void)observe(&self, 100000); /* 1: leaves the window two steps on */
    (void)observe(&self, 101000);
    assert_int_equal(observe(&self, 104030), rate("2.2360679774"));
    assert_int_equal(observe(&self, 104030), rate("2.1213203435")); /* root of 0.00045 */
    assert_int_equal(observe(&self, 104030), ONE);
    close_scene(&self);
}

static void without_a_rule_it_is_one(void **state)
{
    (void)state;
    scene self = open_scene((plm_adaptive_rule){0});
    assert_int_equal(plm_adaptive_multiplier(&self.adaptive, LINEAR), ONE);
    assert_int_equal(plm_adaptive_next(&self.adaptive, 5), PLM_TS_MAX);
    close_scene(&self);
}

static void it_is_due_at_multiples_of_its_cadence(void **state)
{
    (void)state;
    scene self = open_scene(ewma());
    assert_int_equal(plm_adaptive_next(&self.adaptive, 5 * HOUR - 1), 5 * HOUR);
    assert_int_equal(plm_adaptive_next(&self.adaptive, 5 * HOUR), 6 * HOUR);
    close_scene(&self);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    scene self = open_scene(ewma());
    bool changed = false;
    (void)observe(&self, 1);
    assert_false(plm_adaptive_observe(&self.adaptive, 0, INT64_MAX, &changed));
    close_scene(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_rises_at_once_and_falls_slowly),
        cmocka_unit_test(hysteresis_limits_each_step_down),
        cmocka_unit_test(realised_is_the_mean_of_a_window),
        cmocka_unit_test(without_a_rule_it_is_one),
        cmocka_unit_test(it_is_due_at_multiples_of_its_cadence),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests_name("adaptive", tests, NULL, NULL);
}
