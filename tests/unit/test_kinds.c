/*
 * test_kinds.c - promises of kinds.h:
 * - every kind has a name, and the name finds the kind;
 * - a well-formed event of each kind passes, and each single way to spoil it is refused by words;
 * - the quick check and the long one agree on any event;
 * - an event moves the price key that its kind says.
 */
#include "plm_test.h"

#include <string.h>

#include "instrument_text.h"
#include "kinds.h"
#include "philox.h"

#define TS INT64_C(1735689600000000000) /* 2025-01-01 */
#define ONE INT64_C(1000000000000)

static plm_instrument row_of(plm_instrument_kind kind)
{
    return plm_instrument_default(kind);
}

/* One good event of each kind, with the row that it speaks of. */
static const struct {
    plm_instrument_kind row;
    plm_event event;
} GOOD[] = {
    {PLM_INST_LINEAR, {.ts = TS, .px = 5, .qty = 7, .kind = PLM_EV_TRADE, .side = 2}},
    {PLM_INST_SPOT, {.ts = TS, .px = 5, .qty = 7, .kind = PLM_EV_BID}},
    {PLM_INST_SPOT, {.ts = TS, .px = 0, .qty = 0, .kind = PLM_EV_ASK}},
    {PLM_INST_SPOT, {.ts = TS, .px = 5, .qty = 0, .kind = PLM_EV_LEVEL, .side = 1, .flags = 2}},
    {PLM_INST_SPOT, {.ts = TS, .kind = PLM_EV_CLEAR}},
    {PLM_INST_LINEAR, {.ts = TS, .px = 5, .kind = PLM_EV_MARK}},
    {PLM_INST_CALL, {.ts = TS, .px = 0, .kind = PLM_EV_MARK}},
    {PLM_INST_LINEAR, {.ts = TS, .px = 5, .kind = PLM_EV_INDEX}},
    {PLM_INST_ASSET, {.ts = TS, .px = 5, .kind = PLM_EV_ASSET_INDEX}},
    {PLM_INST_SPOT, {.ts = TS, .px = 5, .qty = 60, .kind = PLM_EV_BAR_OPEN, .side = 3}},
    {PLM_INST_SPOT, {.ts = TS, .px = 5, .kind = PLM_EV_BAR_HIGH, .side = 1}},
    {PLM_INST_SPOT, {.ts = TS, .px = 5, .kind = PLM_EV_BAR_LOW, .side = 5}},
    {PLM_INST_SPOT, {.ts = TS, .px = 5, .qty = 9, .kind = PLM_EV_BAR_CLOSE, .side = 4}},
    {PLM_INST_LINEAR, {.ts = TS, .px = -5, .qty = TS + 1, .kind = PLM_EV_FUNDING_RATE}},
    {PLM_INST_LINEAR, {.ts = TS, .px = -5, .qty = 0, .kind = PLM_EV_FUNDING_RATE}},
    {PLM_INST_LINEAR, {.ts = TS, .px = -5, .qty = 100, .kind = PLM_EV_FUNDING}},
    {PLM_INST_ASSET, {.ts = TS, .px = 5, .qty = 3600, .kind = PLM_EV_BORROW_RATE}},
    {PLM_INST_LINEAR, {.ts = TS, .qty = 5, .kind = PLM_EV_OPEN_INTEREST}},
    {PLM_INST_LINEAR, {.ts = TS, .px = 5, .qty = 5, .kind = PLM_EV_LIQUIDATION}},
    {PLM_INST_LINEAR, {.ts = TS, .px = 5, .qty = ONE, .kind = PLM_EV_ADL, .side = 1}},
    {PLM_INST_ASSET, {.ts = TS, .qty = 5, .kind = PLM_EV_INSURANCE}},
    {PLM_INST_LINEAR, {.ts = TS, .kind = PLM_EV_STATUS, .side = PLM_STATUS_HALT}},
    {PLM_INST_LINEAR, {.ts = TS, .px = 9, .kind = PLM_EV_STATUS, .side = PLM_STATUS_SETTLE}},
    {PLM_INST_PUT, {.ts = TS, .px = 5, .kind = PLM_EV_FORWARD}},
    {PLM_INST_PUT, {.ts = TS, .px = 5, .kind = PLM_EV_IV}},
    {PLM_INST_PUT, {.ts = TS, .px = -5, .kind = PLM_EV_RISK_FREE}},
    {PLM_INST_ASSET, {.ts = TS, .px = ONE, .kind = PLM_EV_HAIRCUT}},
    {PLM_INST_CUSTODY, {.ts = TS, .kind = PLM_EV_CUSTODY, .side = PLM_CUSTODY_HALT}},
    {PLM_INST_CUSTODY, {.ts = TS, .px = 1, .kind = PLM_EV_CUSTODY, .side = PLM_CUSTODY_HAIRCUT}},
    {PLM_INST_ASSET, {.ts = TS, .qty = TS, .kind = PLM_EV_GAP}},
};
#define GOOD_COUNT (sizeof GOOD / sizeof GOOD[0])

static void every_kind_has_a_name_that_finds_it(void **state)
{
    (void)state;
    assert_null(plm_kind_find(PLM_EV_NONE));
    assert_null(plm_kind_find(PLM_EV_KIND_COUNT));
    for (unsigned kind = 1; kind < PLM_EV_KIND_COUNT; kind++) {
        const plm_kind_info *const info = plm_kind_find(kind);
        assert_non_null(info);
        assert_int_equal(plm_kind_by_name(info->name, strlen(info->name)), kind);
        assert_int_equal(plm_kind_by_name(info->name, strlen(info->name) - 1), PLM_EV_NONE);
    }
}

/* The words and the bits of the quick check are two tables that must say the same. */
static void side_words_and_side_bits_agree(void **state)
{
    (void)state;
    for (unsigned kind = 1; kind < PLM_EV_KIND_COUNT; kind++) {
        const char *const *const words = plm_kind_find(kind)->side;
        uint32_t bits = 0;
        for (unsigned side = 0; words[side] != NULL; side++) {
            bits |= strcmp(words[side], "-") != 0 ? UINT32_C(1) << side : 0;
        }
        assert_int_equal(bits, plm_kind_rules[kind].sides);
    }
}

static void a_good_event_of_every_kind_passes(void **state)
{
    (void)state;
    uint64_t seen = 0;
    for (size_t i = 0; i < GOOD_COUNT; i++) {
        plm_instrument const row = row_of(GOOD[i].row);
        const char *const problem = plm_event_problem(&GOOD[i].event, &row);
        if (problem != NULL) {
            fail_msg("row %zu: %s", i, problem);
        }
        seen |= PLM_EV_BIT(GOOD[i].event.kind);
    }
    assert_true(seen == (PLM_EV_BIT(PLM_EV_KIND_COUNT) - 2));
}

static void refused(plm_event event, plm_instrument_kind kind, const char *words)
{
    plm_instrument const row = row_of(kind);
    const char *const problem = plm_event_problem(&event, &row);
    if (problem == NULL || strstr(problem, words) == NULL) {
        fail_msg("expected '%s', found '%s'", words, problem != NULL ? problem : "nothing");
    }
}

static void each_single_fault_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < GOOD_COUNT; i++) {
        plm_event const good = GOOD[i].event;
        plm_instrument_kind const row = GOOD[i].row;
        plm_event bad = good;
        bad.ts = PLM_TS_MIN - 1;
        refused(bad, row, "2000..2100");
        bad.ts = PLM_TS_MAX;
        refused(bad, row, "2000..2100");
        bad = good;
        bad.flags = 4;
        refused(bad, row, "flag");
        bad = good;
        bad.side = 6;
        refused(bad, row, "side");
        bad.side = 33; /* 33 & 31 is 1 */
        refused(bad, row, "side");
        bad = good;
        bad.qty = -1;
        refused(bad, row, "");
        if (good.kind != PLM_EV_GAP) {
            plm_instrument_kind const wrong =
                row == PLM_INST_ASSET || row == PLM_INST_CUSTODY ? PLM_INST_SPOT : PLM_INST_ASSET;
            refused(good, wrong, "needs a row");
        }
    }
    refused((plm_event){.ts = TS, .kind = 0}, PLM_INST_SPOT, "kind is not known");
    refused((plm_event){.ts = TS, .kind = 200}, PLM_INST_SPOT, "kind is not known");
}

static void values_beyond_the_bounds_of_their_kind_are_refused(void **state)
{
    (void)state;
    refused((plm_event){.ts = TS, .px = 0, .qty = 1, .kind = PLM_EV_TRADE}, 1, "above 0");
    refused((plm_event){.ts = TS, .px = -1, .qty = 1, .kind = PLM_EV_BID}, 1, "above 0");
    refused((plm_event){.ts = TS, .px = 1, .qty = 0, .kind = PLM_EV_BID}, 1, "empty");
    refused((plm_event){.ts = TS, .px = 0, .qty = 1, .kind = PLM_EV_ASK}, 1, "empty");
    refused((plm_event){.ts = TS, .px = 0, .kind = PLM_EV_MARK}, PLM_INST_LINEAR, "above 0");
    refused((plm_event){.ts = TS, .px = 1, .kind = PLM_EV_CLEAR}, 1, "px must be 0");
    refused((plm_event){.ts = TS, .px = 1, .qty = 1, .kind = PLM_EV_MARK}, 1, "qty must be 0");
    refused((plm_event){.ts = TS, .px = ONE + 1, .kind = PLM_EV_HAIRCUT}, PLM_INST_ASSET, "0 to 1");
    refused((plm_event){.ts = TS, .px = 1, .qty = ONE + 1, .kind = PLM_EV_ADL, .side = 1}, 2,
            "0 to 1");
    refused((plm_event){.ts = TS, .px = 1, .qty = 0, .kind = PLM_EV_BAR_OPEN, .side = 1}, 1,
            "duration");
    refused((plm_event){.ts = TS, .qty = 5, .kind = PLM_EV_FUNDING_RATE}, 2, "2000..2100");
    refused((plm_event){.ts = TS, .qty = TS + 1, .kind = PLM_EV_GAP}, 1, "before its end");
    refused((plm_event){.ts = TS, .px = 1, .kind = PLM_EV_STATUS, .side = 1}, 1, "settle");
    refused((plm_event){.ts = TS, .px = 1, .kind = PLM_EV_CUSTODY, .side = 1}, PLM_INST_CUSTODY,
            "haircut");
}

static void the_quick_check_and_the_long_one_agree(void **state)
{
    (void)state;
    static const int64_t VALUES[] = {0,  1,         2,  -1,        ONE,    ONE + 1,
                                     TS, INT64_MAX, 60, -(ONE)-11, TS + 1, INT64_MIN};
    plm_philox rng;
    plm_philox_init(&rng, 1, "kinds", 0);
    unsigned passed = 0;
    for (unsigned i = 0; i < 300000; i++) {
        plm_event event = {.ts = plm_philox_below(&rng, 50) != 0 ? TS : 5};
        event.px = VALUES[plm_philox_below(&rng, 12)];
        event.qty = VALUES[plm_philox_below(&rng, 12)];
        event.kind = (uint8_t)plm_philox_below(&rng, 29);
        event.side = (uint8_t)(plm_philox_below(&rng, 8) + (plm_philox_below(&rng, 50) / 49) * 32);
        event.flags = (uint16_t)(plm_philox_below(&rng, 40) / 9);
        plm_instrument const row = row_of((plm_instrument_kind)plm_philox_below(&rng, 12));
        const char *const quick = plm_event_problem(&event, &row);
        assert_ptr_equal(quick, plm_event_explain(&event, &row));
        passed += quick == NULL ? 1 : 0;
    }
    assert_true(passed > 1000);
}

static void an_event_moves_the_key_of_its_kind(void **state)
{
    (void)state;
    static const struct {
        uint8_t kind, side;
        plm_price_key key;
    } cases[] = {
        {PLM_EV_TRADE, 1, PLM_KEY_LAST},       {PLM_EV_BID, 0, PLM_KEY_BID},
        {PLM_EV_ASK, 0, PLM_KEY_ASK},          {PLM_EV_MARK, 0, PLM_KEY_MARK},
        {PLM_EV_INDEX, 0, PLM_KEY_INDEX},      {PLM_EV_ASSET_INDEX, 0, PLM_KEY_INDEX},
        {PLM_EV_BAR_LOW, 4, PLM_KEY_MARK},     {PLM_EV_LEVEL, 1, PLM_KEY_NONE},
        {PLM_EV_LIQUIDATION, 1, PLM_KEY_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plm_event const event = {.ts = TS, .px = 1, .kind = cases[i].kind, .side = cases[i].side};
        assert_int_equal(plm_event_price_key(&event), cases[i].key);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_a_name_that_finds_it),
        cmocka_unit_test(side_words_and_side_bits_agree),
        cmocka_unit_test(a_good_event_of_every_kind_passes),
        cmocka_unit_test(each_single_fault_is_refused),
        cmocka_unit_test(values_beyond_the_bounds_of_their_kind_are_refused),
        cmocka_unit_test(the_quick_check_and_the_long_one_agree),
        cmocka_unit_test(an_event_moves_the_key_of_its_kind),
    };
    return cmocka_run_group_tests_name("kinds", tests, NULL, NULL);
}
