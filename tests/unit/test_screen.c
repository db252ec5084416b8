/*
 * test_screen.c - promises of screen.h:
 * - usual events pass, wherever a rare one stands among them;
 * - prices of 0 and above 2^61, fields of rare kinds out of range, and kinds that the index
 *   does not name are found, with the place of the first.
 */
#include "fake_blocks.h"

#include "screen.h"

#define TS INT64_C(1735689600000000000)
#define COUNT 100
#define TOP ((INT64_C(1) << 61) + 1)

static fake_table table;

static void fill(plm_event *events)
{
    uint8_t const kinds[] = {PLM_EV_TRADE, PLM_EV_BID, PLM_EV_ASK, PLM_EV_LEVEL, PLM_EV_INDEX};
    for (uint32_t i = 0; i < COUNT; i++) {
        events[i] = (plm_event){.ts = TS, .px = 1 + i, .kind = kinds[i % 5]};
        events[i].qty = events[i].kind == PLM_EV_INDEX ? 0 : i;
    }
    events[3].px = TOP - 1;
}

static const char *screen(plm_event event, uint32_t at, uint64_t kinds)
{
    plm_event events[COUNT];
    fill(events);
    events[at] = event;
    uint32_t wrong = at;
    const char *const problem = plm_screen_events(&table.contracts, events, COUNT, kinds, &wrong);
    assert_int_equal(wrong, at);
    return problem;
}

typedef struct example {
    plm_event event;
    bool good;
} example;

static const example EXAMPLES[] = {
    {{TS, 1, 0, 0, PLM_EV_BID, 0, 0}, true}, /* size unknown */
    {{TS, 0, 0, 0, PLM_EV_BID, 0, 0}, true}, /* empty */
    {{TS, 0, 5, 0, PLM_EV_ASK, 0, 0}, false},
    {{TS, 0, 5, 0, PLM_EV_TRADE, 1, 0}, false},
    {{TS, TOP, 5, 0, PLM_EV_TRADE, 1, 0}, false},
    {{TS, -5, 5, 0, PLM_EV_TRADE, 1, 0}, false},
    {{TS, 0, 5, 0, PLM_EV_LEVEL, 1, 0}, false},
    {{TS, 0, 0, 0, PLM_EV_MARK, 0, 0}, false},
    {{TS, 0, 0, 0, PLM_EV_CLEAR, 0, 0}, true},
    {{TS, 0, 0, 2, PLM_EV_ASSET_INDEX, 0, 0}, false},
    {{TS, 5, 0, 0, PLM_EV_BAR_OPEN, 3, 0}, false}, /* no duration */
    {{TS, 5, 9, 0, PLM_EV_BAR_OPEN, 3, 0}, true},
    {{TS, -5, 0, 0, PLM_EV_FUNDING_RATE, 0, 0}, true},
    {{TS, -5, 77, 0, PLM_EV_FUNDING_RATE, 0, 0}, false}, /* due in 1970 */
    {{TS, -5, TS, 0, PLM_EV_FUNDING_RATE, 0, 0}, true},
    {{TS, -5, 0, 0, PLM_EV_FUNDING, 0, 0}, true},
    {{TS, -5, TOP, 0, PLM_EV_FUNDING, 0, 0}, false},
    {{TS, 0, 9, 0, PLM_EV_OPEN_INTEREST, 0, 0}, true},
    {{TS, -1, 9, 0, PLM_EV_LIQUIDATION, 1, 0}, false},
    {{TS, 0, 0, 0, PLM_EV_STATUS, PLM_STATUS_SETTLE, 0}, true}, /* linear, at 0 */
    {{TS, -1, 0, 0, PLM_EV_STATUS, PLM_STATUS_SETTLE, 0}, false},
    {{TS, 0, 5, 0, PLM_EV_GAP, 0, 0}, false},
};

static void examples_are_judged_wherever_they_stand(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof EXAMPLES / sizeof EXAMPLES[0]; i++) {
        for (uint32_t at = 0; at < COUNT; at++) {
            assert_true((screen(EXAMPLES[i].event, at, UINT64_MAX) == NULL) == EXAMPLES[i].good);
        }
    }
}

static void a_rare_kind_that_the_index_does_not_name_is_found(void **state)
{
    (void)state;
    plm_event const gap = {TS, 0, TS, 0, PLM_EV_GAP, 0, 0};
    uint64_t const usual = UINT64_C(255);
    assert_null(screen(gap, 50, usual | PLM_EV_BIT(PLM_EV_GAP)));
    assert_non_null(screen(gap, 50, usual));
}

static void an_inverse_contract_cannot_settle_at_0(void **state)
{
    (void)state;
    plm_event const settle = {TS, 0, 0, 0, PLM_EV_STATUS, PLM_STATUS_SETTLE, 0};
    table.contract[0].form = PLM_FORM_INVERSE;
    assert_non_null(screen(settle, 50, UINT64_MAX));
    table.contract[0].form = PLM_FORM_LINEAR;
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
        cmocka_unit_test(examples_are_judged_wherever_they_stand),
        cmocka_unit_test(a_rare_kind_that_the_index_does_not_name_is_found),
        cmocka_unit_test(an_inverse_contract_cannot_settle_at_0),
    };
    return cmocka_run_group_tests_name("screen", tests, set_up, NULL);
}
