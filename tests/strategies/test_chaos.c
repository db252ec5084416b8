/*
 * test_chaos.c - promises of strategies/chaos:
 * - the same seed gives the same requests, another seed others;
 * - every type, flag, trigger, reference, time in force, amend and cancel comes up;
 * - without the share of bad orders every order is legal in itself and near the touch;
 * - the rate is what was asked for.
 */
#include "fake_host.h"

#define EVENTS 20000

static void play(uint64_t seed, bool hedge, const char *const *params)
{
    fake_set(seed, hedge);
    fake_start("chaos", params);
    for (int i = 0; i < EVENTS / 2; i++) {
        plm_px const px = 600000 + i % 97;
        fake_quote(i % 2 ? FAKE_BTC : FAKE_ETH, px - 1, px + 1);
        fake_until(FAKE_BEGIN + i * (FAKE_SECOND / 100));
    }
    fake_stop();
}

static uint64_t digest(void)
{
    uint64_t sum = UINT64_C(14695981039346656037); /* FNV-1a */
    for (uint32_t i = 0; i < fake_count(); i++) {
        const unsigned char *const bytes = (const unsigned char *)&fake_get(i)->request;
        for (size_t b = 0; b < sizeof(plm_order_request); b++) {
            sum = (sum ^ bytes[b]) * UINT64_C(1099511628211);
        }
    }
    return sum;
}

static const char *const legal[] = {"bad", "0", NULL};

static void the_seed_decides(void **state)
{
    (void)state;
    play(1, false, legal);
    uint64_t const first = digest();
    play(2, false, legal);
    assert_true(first != digest());
    play(1, false, legal);
    assert_true(first == digest());
}

static void everything_comes_up(void **state)
{
    (void)state;
    play(7, false, legal);
    /* 50 of 1000 and the timers on top */
    assert_in_range(fake_count(), 700, 1600);
    uint32_t actions = 0, types = 0, flags = 0, tifs = 0, triggers = 0, by = 0, groups = 0;
    for (uint32_t i = 0; i < fake_count(); i++) {
        const fake_request *const r = fake_get(i);
        actions |= 1u << r->action;
        if (r->action == FAKE_SUBMIT) {
            types |= 1u << r->request.type;
            flags |= 1u << r->request.flags;
            tifs |= 1u << r->request.tif;
            triggers |= 1u << r->request.trigger;
            by |= 1u << r->request.trigger_by;
            groups |= 1u << r->request.group;
        }
    }
    assert_int_equal(actions, 0xE);
    assert_int_equal(types, 0x6);
    assert_int_equal(flags, 0xF);
    assert_int_equal(tifs, 0x7);
    assert_int_equal(triggers, 0xF);
    assert_int_equal(by, 0x39); /* none, last, mark, index */
    assert_int_equal(groups, 0x1F);
}

static void assert_legal(const plm_order_request *r, bool hedge)
{
    assert_true(r->qty > 0 && r->qty <= 1000);
    assert_true((r->type == PLM_ORDER_LIMIT) == (r->px > 0));
    if (r->px > 0) {
        assert_in_range(r->px, 599970, 600130); /* 20 ticks of 600000 .. 600097 */
    }
    if (r->flags & PLM_ORDER_POST_ONLY) {
        assert_true(r->type == PLM_ORDER_LIMIT && r->tif == PLM_TIF_GTC);
    }
    bool const trail = r->trigger == PLM_TRIGGER_TRAIL;
    assert_true((r->trail > 0) == trail);
    assert_true((r->trigger_px > 0) == (r->trigger != PLM_TRIGGER_NONE && !trail));
    assert_true(r->trigger != PLM_TRIGGER_NONE || r->trigger_by == 0);
    assert_true(hedge ? r->leg == 1 || r->leg == 2 : r->leg == 0);
}

static void orders_are_legal_and_near_the_touch(void **state)
{
    (void)state;
    for (int hedge = 0; hedge < 2; hedge++) {
        play(3, hedge, legal);
        for (uint32_t i = 0; i < fake_count(); i++) {
            if (fake_get(i)->action == FAKE_SUBMIT) {
                assert_legal(&fake_get(i)->request, hedge);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_seed_decides),
        cmocka_unit_test(everything_comes_up),
        cmocka_unit_test(orders_are_legal_and_near_the_touch),
    };
    return cmocka_run_group_tests_name("chaos", tests, NULL, NULL);
}
