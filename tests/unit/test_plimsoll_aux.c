/*
 * test_plimsoll_aux.c - promises of plimsoll_aux.h, plimsoll_series.h and plimsoll_text.h:
 * - rounding goes to the side that is named, for both signs, without being fooled by how doubles
 *   write decimals; huge values and what is no number give a defined integer;
 * - prices, quantities, values and amounts of money survive the way to doubles and back;
 * - inverse contracts are worth quantity over price;
 * - averages, volatility, bars, roots: as a hand calculation says;
 * - a target sends what is missing once, and knows when its order has ended;
 * - decimals and times are read exactly or refused; an offset of zero is UTC.
 */
#include "plimsoll_aux.h" /* before cmocka.h, whose macro fail() hides the host's function */
#include "plimsoll_series.h"
#include "plimsoll_text.h"

#include "plm_test.h"

#include <string.h>

#include "timetext.h"

/* Neither infinities nor NaN have a literal in strict C without math.h. */
static double huge(void)
{
    double value = 1e300;
    return value * 1e300;
}

static const plm_instrument rows[] = {
    {.symbol = "LINEAR",
     .kind = PLM_INST_LINEAR,
     .px_scale = 1,
     .qty_scale = 3,
     .mult_scale = 2,
     .tick = 5,
     .lot = 10,
     .multiplier = 50},
    {.symbol = "INVERSE",
     .kind = PLM_INST_INVERSE,
     .px_scale = 1,
     .qty_scale = 0,
     .tick = 5,
     .lot = 1,
     .multiplier = 100},
};
static const plm_run_info run = {.size = sizeof run, .sym_count = 2, .instruments = rows};
static const plm_aux aux = {.run = &run};

static void rounds_to_the_side_that_is_named(void **state)
{
    (void)state;
    assert_int_equal(plm_aux_to_step(12.4, 5, PLM_AUX_DOWN), 10);
    assert_int_equal(plm_aux_to_step(12.4, 5, PLM_AUX_UP), 15);
    assert_int_equal(plm_aux_to_step(12.4, 5, PLM_AUX_NEAREST), 10);
    assert_int_equal(plm_aux_to_step(12.5, 5, PLM_AUX_NEAREST), 15);
    assert_int_equal(plm_aux_to_step(-12.4, 5, PLM_AUX_DOWN), -15);
    assert_int_equal(plm_aux_to_step(-12.4, 5, PLM_AUX_UP), -10);
    assert_int_equal(plm_aux_to_step(-12.5, 5, PLM_AUX_NEAREST), -15);
    assert_int_equal(plm_aux_to_step(0.0, 5, PLM_AUX_UP), 0);
    assert_int_equal(plm_aux_to_step(1e-9, 5, PLM_AUX_UP), 5);
    assert_int_equal(plm_aux_to_step(-1e-9, 5, PLM_AUX_DOWN), -5);
}

static void is_not_fooled_by_how_doubles_write_decimals(void **state)
{
    (void)state;
    /* 0.1 + 0.2 is 0.30000000000000004; 1.1 * 1.1 is 1.2100000000000002 */
    assert_int_equal(plm_aux_to_step((0.1 + 0.2) * 10, 1, PLM_AUX_UP), 3);
    assert_int_equal(plm_aux_to_step(1.1 * 1.1 * 100, 1, PLM_AUX_UP), 121);
    assert_int_equal(plm_aux_to_step(0.57 * 100, 1, PLM_AUX_DOWN), 57); /* 56.99999999999999 */
    for (int64_t tick = 1; tick < 100000; tick += 7) { /* every decimal of a scale comes back */
        assert_int_equal(plm_aux_to_step((double)tick / 1000 * 1000, 1, PLM_AUX_DOWN), tick);
        assert_int_equal(plm_aux_to_step((double)tick / 1000 * 1000, 1, PLM_AUX_UP), tick);
    }
}

static void what_does_not_fit_gives_a_defined_integer(void **state)
{
    (void)state;
    double const infinite = huge();
    double const nothing = infinite - infinite;
    plm_aux_round const sides[] = {PLM_AUX_DOWN, PLM_AUX_UP, PLM_AUX_NEAREST};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(plm_aux_to_step(nothing, 5, sides[i]), 0);
        assert_int_equal(plm_aux_to_step(infinite, 5, sides[i]), INT64_MAX - 2); /* ...807 - 2 */
        assert_int_equal(plm_aux_to_step(-1e30, 1, sides[i]), -INT64_MAX);
        assert_true(plm_aux_to_step(9.1e18, INT64_C(5000000000000000000), sides[i]) ==
                    INT64_C(5000000000000000000));
    }
    assert_true(plm_aux_to_step(-9.1e18, INT64_C(5000000000000000000), PLM_AUX_DOWN) ==
                -INT64_C(5000000000000000000));
    assert_int_equal(plm_aux_to_step(9.0e18, 1, PLM_AUX_DOWN), INT64_C(9000000000000000000));
}

static void prices_and_quantities_use_scale_tick_and_lot(void **state)
{
    (void)state;
    assert_true(plm_aux_px(&aux, 0, 600005) == 60000.5);
    assert_int_equal(plm_aux_to_px(&aux, 0, 60000.7, PLM_AUX_DOWN), 600005);
    assert_int_equal(plm_aux_to_px_for(&aux, 0, 60000.7, PLM_SIDE_BUY), 600005);
    assert_int_equal(plm_aux_to_px_for(&aux, 0, 60000.7, PLM_SIDE_SELL), 600010);
    assert_int_equal(plm_aux_to_qty(&aux, 0, 0.127, PLM_AUX_DOWN), 120);
    assert_int_equal(plm_aux_to_qty(&aux, 0, -0.127, PLM_AUX_NEAREST), -130);
    /* 0.5 of the base per contract: 1000 / (200 * 0.5) = 10; never more than asked for */
    assert_int_equal(plm_aux_qty_of_value(&aux, 0, 1000, 200), 10000);
    assert_int_equal(plm_aux_qty_of_value(&aux, 0, 1000.9, 200), 10000);
    assert_int_equal(plm_aux_qty_of_value(&aux, 0, -1000.9, 200), -10000);
    assert_int_equal(plm_aux_qty_of_value(&aux, 0, 1000, 0), 0);
    /* inverse: 100 of the quote per contract; 0.5 BTC at 60000 are 300 contracts */
    assert_true(plm_aux_unit_value(&aux, 1, 50000) == 0.002);
    assert_int_equal(plm_aux_qty_of_value(&aux, 1, 0.5, 60000), 300);
}

static plm_i128 wide(plm_amount amount)
{
    return (plm_i128)((plm_u128)(uint64_t)amount.hi << 64 | amount.lo);
}

static void amounts_survive_the_way(void **state)
{
    (void)state;
    plm_i128 const unit = (plm_i128)1000000000 * 1000000000;
    assert_i128_equal(wide(plm_aux_to_amount(1.0)), unit);
    assert_i128_equal(wide(plm_aux_to_amount(-1.5)), -unit * 3 / 2);
    assert_i128_equal(wide(plm_aux_to_amount(-1e-18)), -1);
    assert_i128_equal(wide(plm_aux_to_amount(1099511627776.0)), unit * 1099511627776);
    assert_i128_equal(wide(plm_aux_to_amount(-1099511627776.0)), -unit * 1099511627776);
    plm_i128 const largest = (plm_i128)(~(plm_u128)0 >> 1);
    assert_i128_equal(wide(plm_aux_to_amount(1e21)), largest);
    assert_i128_equal(wide(plm_aux_to_amount(-huge())), -largest);
    assert_i128_equal(wide(plm_aux_to_amount(huge() - huge())), 0);
    double const values[] = {0, 1, -1, 0.1, -0.1, 123456.789, -1e-18, 1e18, -1e18};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        double const back = plm_aux_amount(plm_aux_to_amount(values[i]));
        double const off = back > values[i] ? back - values[i] : values[i] - back;
        assert_true(off <= 1e-15 * (values[i] < 0 ? -values[i] : values[i]) + 1e-18);
    }
}

static void roots_are_within_a_rounding(void **state)
{
    (void)state;
    for (double value = 1e-200; value < 1e200; value *= 7.77) {
        double const root = plm_aux_sqrt(value);
        double const off = root * root / value - 1;
        assert_true(off < 5e-16 && off > -5e-16);
    }
    assert_true(plm_aux_sqrt(0) == 0 && plm_aux_sqrt(-4) == 0);
    assert_true(plm_aux_sqrt(huge() - huge()) == 0 && plm_aux_sqrt(9) == 3);
}

static void averages_and_volatility_as_by_hand(void **state)
{
    (void)state;
    plm_aux_ewma fast = {.span = 3}, plain = {.span = 0};
    static const double values[] = {10, 20, 30}, weighted[] = {10, 15, 22.5}, mean[] = {10, 15, 20};
    for (int i = 0; i < 3; i++) {
        assert_true(plm_aux_ewma_add(&fast, values[i]) == weighted[i]);
        assert_true(plm_aux_ewma_add(&plain, values[i]) == mean[i]);
    }
    plm_aux_volatility volatility = {.square = {.span = 0}};
    assert_true(plm_aux_volatility_add(&volatility, 100) == 0);
    assert_true(plm_aux_volatility_add(&volatility, 150) == 0.5);
    /* returns 0.5 and -0.5: the root of the mean of 0.25 and 0.25 */
    assert_true(plm_aux_volatility_add(&volatility, 75) == 0.5);
    /* daily to yearly: the root of 365 */
    double const yearly = plm_aux_per_year(1, INT64_C(86400000000000));
    assert_true(yearly * yearly > 364.9999999 && yearly * yearly < 365.0000001);
}

static void bars_begin_at_multiples_of_their_period(void **state)
{
    (void)state;
    plm_aux_bar bar, done;
    memset(&bar, 0, sizeof bar);
    assert_false(plm_aux_bar_add(&bar, 10, 103, 50, 1, &done));
    assert_false(plm_aux_bar_add(&bar, 10, 105, 70, 2, &done));
    assert_false(plm_aux_bar_add(&bar, 10, 109, 40, 3, &done));
    assert_true(plm_aux_bar_add(&bar, 10, 130, 60, 4, &done));
    assert_int_equal(done.end, 110);
    assert_int_equal(done.open, 50);
    assert_int_equal(done.high, 70);
    assert_int_equal(done.low, 40);
    assert_int_equal(done.close, 40);
    assert_int_equal(done.volume, 6);
    assert_int_equal(done.count, 3);
    assert_int_equal(bar.end, 140);
    assert_int_equal(bar.volume, 4);
}

static int heard;

static plm_result on_trade(void *self, const plm_event *event)
{
    heard += *(int *)self;
    return event->px > 0 ? PLM_RESULT_OK : PLM_RESULT_STOP;
}

static void handlers_are_found_by_kind(void **state)
{
    (void)state;
    plm_aux_handlers handlers;
    memset(&handlers, 0, sizeof handlers);
    handlers.event[PLM_EV_TRADE] = on_trade;
    assert_true(plm_aux_handled(&handlers) == PLM_EV_BIT(PLM_EV_TRADE));
    int weight = 3;
    plm_event event = {.kind = PLM_EV_TRADE};
    assert_int_equal(plm_aux_on_event(&handlers, &weight, &event), PLM_RESULT_STOP);
    event.kind = PLM_EV_BID;
    assert_int_equal(plm_aux_on_event(&handlers, &weight, &event), PLM_RESULT_OK);
    event.kind = 63;
    assert_int_equal(plm_aux_on_event(&handlers, &weight, &event), PLM_RESULT_OK);
    plm_report const report = {.kind = PLM_REPORT_FILL};
    assert_int_equal(plm_aux_on_report(&handlers, &weight, &report), PLM_RESULT_OK);
    assert_int_equal(heard, 3);
}

static plm_order_request sent;
static plm_oid sent_count;

static plm_oid submit(const plm_host *host, const plm_order_request *request)
{
    (void)host;
    sent = *request;
    return ++sent_count;
}

static void a_target_sends_what_is_missing_once(void **state)
{
    (void)state;
    plm_position_view position[4];
    memset(position, 0, sizeof position);
    plm_host_views const views = {.sym_count = 2, .position = position};
    plm_host_trade const trade = {.size = sizeof trade, .submit = submit};
    plm_aux const at = {.run = &run, .views = &views, .trade = &trade};
    plm_aux_target target = {.sym = 1};
    position[2].qty = 40;
    assert_false(plm_aux_target_set(&at, &target, 40, 0));
    assert_true(plm_aux_target_set(&at, &target, -60, 600));
    assert_int_equal(sent.sym, 1);
    assert_int_equal(sent.side, PLM_SIDE_SELL);
    assert_int_equal(sent.qty, 100);
    assert_int_equal(sent.type, PLM_ORDER_LIMIT);
    assert_int_equal(sent.px, 600);
    assert_false(plm_aux_target_set(&at, &target, 0, 0));
    plm_report report = {.oid = 1,
                         .kind = PLM_REPORT_FILL,
                         .state = PLM_STATE_OPEN,
                         .side = PLM_SIDE_SELL,
                         .qty = 30,
                         .px = 600};
    assert_false(plm_aux_target_report(&at, &target, &report));
    report.px = 640;
    report.qty = 10;
    assert_false(plm_aux_target_report(&at, &target, &report));
    report.kind = PLM_REPORT_REFUSED;
    report.state = PLM_STATE_FILLED;
    assert_false(plm_aux_target_report(&at, &target, &report));
    report.kind = PLM_REPORT_ORDER;
    report.state = PLM_STATE_CANCELLED;
    assert_true(plm_aux_target_report(&at, &target, &report));
    assert_int_equal(target.filled, -40);
    assert_true(plm_aux_target_price(&target) == 61.0);         /* (30 * 60 + 10 * 64) / 40 */
    assert_false(plm_aux_target_report(&at, &target, &report)); /* told again */
    position[2].qty = 0;
    assert_true(plm_aux_target_set(&at, &target, -60, 0));
    assert_int_equal(sent.qty, 60);
    assert_int_equal(sent.type, PLM_ORDER_MARKET);
}

static bool decimal(const char *text, unsigned scale, int64_t *out)
{
    plm_text const piece = {text, strlen(text)};
    return plm_text_decimal(piece, scale, out);
}

static void decimals_are_read_exactly_or_refused(void **state)
{
    (void)state;
    int64_t value = 77;
    static const char *const bad[] = {"",    "-",   ".5",  "5.",     "1.2.3",
                                      "1e3", "+1",  " 1",  "1 ",     "0x1",
                                      "--1", "1,5", "nan", "0.0001", "9223372036854776"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(decimal(bad[i], 3, &value));
        assert_int_equal(value, 77);
    }
    assert_true(decimal("0.1000", 3, &value) && value == 100);
    assert_true(decimal("-12.345", 3, &value) && value == -12345);
    assert_true(decimal("007", 3, &value) && value == 7000);
    assert_true(decimal("9223372036854775.807", 3, &value) && value == INT64_MAX);
    assert_true(decimal("-0", 0, &value) && value == 0);
}

static void times_are_read_as_the_engine_reads_them(void **state)
{
    (void)state;
    static const char *const texts[] = {"2026-01-01",
                                        "2026-01-01T12:30",
                                        "2026-01-01 12:30:15Z",
                                        "2024-02-29T23:59:59Z",
                                        "2100-01-01",
                                        "2000-03-01T00:00:00.000000001Z",
                                        "2023-02-29",
                                        "2026-13-01",
                                        "2026-00-01",
                                        "2026-01-01T24:00:00Z",
                                        "2026-01-01T00:60:00Z",
                                        "2026-01-01T00:00:60Z",
                                        "2026-01-01T00:00:00.",
                                        "2026-01-01T00:00:00.5Z",
                                        "2026-01-01T00:00:00.1234567890Z",
                                        "2026-1-1",
                                        "2026-01-01T1:00",
                                        "1767225600000000000",
                                        "0767225600000000000",
                                        "9767225600000000000",
                                        "176722560000000000",
                                        "2099-12-31T23:59:59Z",
                                        "1999-12-31",
                                        "2026-01-01X00:00",
                                        "",
                                        "2026-01-01T00:00:00+02:00"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        plm_text const piece = {texts[i], strlen(texts[i])};
        plm_ts found = 0, expected = 0;
        bool const read = plm_text_time(piece, &found);
        if (read != plm_time_parse(texts[i], strlen(texts[i]), &expected)) {
            fail_msg("%s: read %d", texts[i], read);
        }
        assert_int_equal(found, expected);
    }
    for (plm_ts ts = PLM_TS_MIN; ts < PLM_TS_MAX; ts += INT64_C(86399) * 1000000000 * 97) {
        char text[PLM_TIME_TEXT_CAP];
        plm_text const piece = {text, plm_time_format(ts, text)};
        plm_ts found = 0;
        assert_true(plm_text_time(piece, &found));
        assert_int_equal(found, ts);
    }
}

/* The engine's own times have no offset; tables of other programs do. */
static void an_offset_of_zero_is_utc(void **state)
{
    (void)state;
    static const char *const zero[] = {"2026-01-01 00:00:30+00:00", "2026-01-01T00:00:30+00:00",
                                       "2026-01-01T00:00:30.000000000+00:00"};
    static const char *const bad[] = {"2026-01-01 00:00:30+01:00", "2026-01-01 00:00:30-00:01",
                                      "2026-01-01 00:00:30Z+00:00", "2026-01-01+00:00", "+00:00"};
    for (size_t i = 0; i < sizeof zero / sizeof zero[0]; i++) {
        plm_text const piece = {zero[i], strlen(zero[i])};
        plm_ts found = 0;
        assert_true(plm_text_time(piece, &found));
        assert_int_equal(found, INT64_C(1767225630000000000)); /* 1767225600 is 2026-01-01 */
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        plm_text const piece = {bad[i], strlen(bad[i])};
        plm_ts found = 0;
        assert_false(plm_text_time(piece, &found));
    }
}

static void text_is_cut_at_marks_and_blanks(void **state)
{
    (void)state;
    plm_text rest = {"a,,b", 4}, cell;
    assert_true(plm_text_cut(&rest, ',', &cell) && plm_text_is(cell, "a"));
    assert_true(plm_text_cut(&rest, ',', &cell) && plm_text_is(cell, ""));
    assert_true(plm_text_cut(&rest, ',', &cell) && plm_text_is(cell, "b"));
    assert_false(plm_text_cut(&rest, ',', &cell));
    plm_text line = {" \t one  two\r", 12};
    assert_true(plm_text_word(&line, &cell) && plm_text_is(cell, "one"));
    assert_true(plm_text_word(&line, &cell) && plm_text_is(cell, "two"));
    assert_false(plm_text_word(&line, &cell));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rounds_to_the_side_that_is_named),
        cmocka_unit_test(is_not_fooled_by_how_doubles_write_decimals),
        cmocka_unit_test(what_does_not_fit_gives_a_defined_integer),
        cmocka_unit_test(prices_and_quantities_use_scale_tick_and_lot),
        cmocka_unit_test(amounts_survive_the_way),
        cmocka_unit_test(roots_are_within_a_rounding),
        cmocka_unit_test(averages_and_volatility_as_by_hand),
        cmocka_unit_test(bars_begin_at_multiples_of_their_period),
        cmocka_unit_test(handlers_are_found_by_kind),
        cmocka_unit_test(a_target_sends_what_is_missing_once),
        cmocka_unit_test(decimals_are_read_exactly_or_refused),
        cmocka_unit_test(times_are_read_as_the_engine_reads_them),
        cmocka_unit_test(an_offset_of_zero_is_utc),
        cmocka_unit_test(text_is_cut_at_marks_and_blanks),
    };
    return cmocka_run_group_tests_name("plimsoll_aux", tests, NULL, NULL);
}
