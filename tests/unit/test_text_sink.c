/*
 * test_text_sink.c - promises of text_sink.h:
 * - every kind is one line with the fields of docs/log.md, in their order, numbers exact;
 * - what has no meaning is 0 or -, what does not exist does not break the line;
 * - long logs arrive whole; the target's failure is passed on; the last line is the digest.
 */
#include "plm_test.h"

#include <string.h>

#include "memory.h"
#include "plimsoll_margin.h"
#include "text_sink.h"

#define TS INT64_C(1735689600000000000)
#define HEAD "1 1735689600000000000 77 alice "

static const plm_instrument ROW = {.symbol = "BTC-PERP", .px_scale = 1, .qty_scale = 3};
static const char *const ACCOUNT = "alice";
static const char *const ASSET = "USDT";
static const char *const RULEBOOK = "textbook";
static const plm_log_names NAMES = {.account_count = 1,
                                    .sym_count = 1,
                                    .asset_count = 1,
                                    .rulebook_count = 1,
                                    .rulebooks = &RULEBOOK,
                                    .accounts = &ACCOUNT,
                                    .instruments = &ROW,
                                    .assets = &ASSET};

typedef struct target {
    char *text;
    size_t size, cap;
    plm_status status;
} target;

static plm_status take(void *to, const char *text, size_t size, plm_diag *diag)
{
    target *const self = to;
    if (self->status != PLM_OK) {
        return plm_fail(diag, self->status, "no");
    }
    if (self->size + size + 1 > self->cap) {
        self->cap = 2 * (self->size + size + 1);
        self->text = plm_realloc(self->text, self->cap, 1);
    }
    memcpy(&self->text[self->size], text, size);
    self->size += size;
    self->text[self->size] = '\0';
    return PLM_OK;
}

static void says(plm_record record, const char *expected)
{
    record.ts = TS;
    record.seq = 1;
    record.event = 77;
    target to = {0};
    plm_diag diag;
    plm_diag_init(&diag);
    plm_sink *const sink = plm_text_sink_create(&NAMES, take, &to);
    assert_ok(sink->write(sink, &record, 1, &diag), &diag);
    assert_string_equal(to.text, expected);
    sink->destroy(sink);
    plm_free(to.text);
}

/* Thousandths of an asset; money has 18 decimals. */
static plm_amount milli(int64_t value)
{
    plm_i128 const amount = (plm_i128)value * 1000000000000000;
    return (plm_amount){(uint64_t)amount, (int64_t)(amount >> 64)};
}

static void requests_and_orders_are_lines(void **state)
{
    (void)state;
    plm_record record = {.kind = PLM_RECORD_REQUEST};
    record.u.request = (plm_record_request){.oid = 3,
                                            .arrives = TS + 5,
                                            .px = 600005,
                                            .qty = 1500,
                                            .trigger_px = 600100,
                                            .tag = UINT64_MAX,
                                            .group = 4,
                                            .action = PLM_ACTION_SUBMIT,
                                            .side = PLM_SIDE_SELL,
                                            .type = PLM_ORDER_LIMIT,
                                            .tif = PLM_TIF_IOC,
                                            .flags = PLM_ORDER_FLAGS_ALL,
                                            .trigger = PLM_TRIGGER_STOP,
                                            .leg = 2};
    says(record, HEAD "request action=submit oid=3 arrives=1735689600000000005 sym=BTC-PERP "
                      "side=sell type=limit tif=ioc flags=post_only+reduce_only trigger=stop "
                      "by=last leg=2 px=60000.5 qty=1.5 trigger_px=60010 trail=0 group=4 "
                      "tag=18446744073709551615\n");
    record.u.request = (plm_record_request){
        .oid = 3, .arrives = TS, .px = 7, .sym = PLM_NO_SYM, .action = PLM_ACTION_AMEND, .side = 9};
    says(record, HEAD "request action=amend oid=3 arrives=1735689600000000000 sym=- side=unknown "
                      "type=- tif=gtc flags=- trigger=- by=- leg=0 px=7 qty=0 trigger_px=0 trail=0 "
                      "group=0 tag=0\n");
    record = (plm_record){.kind = PLM_RECORD_ORDER};
    record.u.order = (plm_record_order){.oid = 9,
                                        .px = 5,
                                        .qty = 20,
                                        .left = 1,
                                        .state = PLM_STATE_CANCELLED,
                                        .reason = PLM_REASON_NO_LIQUIDITY,
                                        .side = PLM_SIDE_BUY};
    says(record,
         HEAD "order oid=9 sym=BTC-PERP side=buy state=cancelled reason=no_liquidity px=0.5 "
              "qty=0.02 left=0.001 trigger_px=0 leg=0\n");
    record.u.order = (plm_record_order){.oid = 9, .sym = PLM_NO_SYM};
    says(record, HEAD "order oid=9 sym=- side=- state=- reason=- px=0 qty=0 left=0 trigger_px=0 "
                      "leg=0\n");
}

static void fills_and_money_are_lines(void **state)
{
    (void)state;
    plm_record record = {.kind = PLM_RECORD_FILL};
    record.u.fill = (plm_record_fill){.oid = 1,
                                      .px = 600000,
                                      .qty = 2000,
                                      .left = 10,
                                      .value = milli(-120000000),
                                      .fee = milli(-1),
                                      .realised = milli(250),
                                      .side = PLM_SIDE_SELL,
                                      .maker = 1,
                                      .leg = 1};
    says(record, HEAD "fill oid=1 sym=BTC-PERP side=sell role=maker leg=1 px=60000 qty=2 left=0.01 "
                      "value=-120000 fee=-0.001 realised=0.25 asset=USDT\n");
    record = (plm_record){.kind = PLM_RECORD_POSITION};
    record.u.position =
        (plm_record_position){.qty = -2000, .cost = milli(-5), .realised = {1, 0}, .leg = 2};
    says(record, HEAD "position sym=BTC-PERP leg=2 qty=-2 cost=-0.005 "
                      "realised=0.000000000000000001\n");
    record = (plm_record){.kind = PLM_RECORD_POSTING};
    record.u.posting = (plm_record_posting){.amount = milli(1),
                                            .balance = milli(2),
                                            .sym = PLM_NO_SYM,
                                            .book = PLM_BOOK_EXTERNAL,
                                            .cause = PLM_CAUSE_DEPOSIT};
    says(record,
         HEAD "posting book=external asset=USDT cause=deposit amount=0.001 balance=0.002 sym=-\n");
}

static void the_other_kinds_are_lines(void **state)
{
    (void)state;
    plm_record record = {.kind = PLM_RECORD_FUNDING};
    record.u.funding =
        (plm_record_funding){.rate = -100000000, .px = 10, .qty = 1, .amount = milli(3), .leg = 1};
    says(record, HEAD "funding sym=BTC-PERP leg=1 rate=-0.0001 px=1 qty=0.001 amount=0.003 "
                      "asset=USDT\n");
    record = (plm_record){.kind = PLM_RECORD_SETTLED};
    record.u.settled = (plm_record_settled){.px = 10, .qty = -1, .realised = milli(3)};
    says(record, HEAD "settled sym=BTC-PERP leg=0 px=1 qty=-0.001 realised=0.003 asset=USDT\n");
    record = (plm_record){.kind = PLM_RECORD_SAMPLE};
    record.u.sample = (plm_record_sample){.nav = milli(3), .priced = 1, .at = PLM_SAMPLE_END};
    says(record, HEAD "sample nav=0.003 unrealised=0 asset=USDT priced=1 at=end\n");
    record = (plm_record){.kind = PLM_RECORD_PRICE, .account = PLM_NO_SYM};
    record.u.price = (plm_record_price){.px2 = 25};
    says(record, "1 1735689600000000000 77 - price sym=BTC-PERP px=1.25\n");
    record = (plm_record){.kind = PLM_RECORD_STOPPED, .account = 5};
    says(record, "1 1735689600000000000 77 - stopped\n");
    record = (plm_record){.kind = PLM_RECORD_NOTE};
    memcpy(record.u.note, "a b\nc=\x7f", 7);
    says(record, HEAD "note text=a b?c=?\n");
    memset(record.u.note, 'y', sizeof record.u.note); /* without an end */
    char expected[256] = HEAD "note text=";
    size_t const size = strlen(expected);
    memset(&expected[size], 'y', PLM_NOTE_CAP);
    expected[size + PLM_NOTE_CAP] = '\n';
    says(record, expected);
}

static const plm_pool_name CROSS = {.sym = PLM_NO_SYM, .regime = 2};
static const plm_pool_name ISOLATED = {.leg = 2, .regime = 3};

static void numbers_of_pools_are_lines(void **state)
{
    (void)state;
    plm_record record = {.kind = PLM_RECORD_MARGIN};
    record.u.margin = (plm_record_margin){.equity = milli(-1500),
                                          .initial = milli(20),
                                          .orders = milli(3),
                                          .maintenance = milli(4000),
                                          .collateral = milli(5),
                                          .pool = CROSS};
    says(record, HEAD "margin pool=cross sym=- leg=0 unit=USDT equity=-1.5 initial=0.02 "
                      "orders=0.003 maintenance=4 collateral=0.005\n");
    record = (plm_record){.kind = PLM_RECORD_CONTRIBUTION};
    record.u.contribution = (plm_record_contribution){.qty = -1500,
                                                      .px2 = 1200011, /* 60000.55 */
                                                      .unrealised = milli(-1),
                                                      .notional = milli(2),
                                                      .initial = milli(3),
                                                      .maintenance = milli(4),
                                                      .leg = 2,
                                                      .tier = 7};
    says(record, HEAD "contribution sym=BTC-PERP leg=2 qty=-1.5 px=60000.55 unrealised=-0.001 "
                      "notional=0.002 initial=0.003 maintenance=0.004 tier=7 unit=USDT\n");
    record.u.contribution = (plm_record_contribution){.px2 = 1200010, .unit = PLM_NO_SYM};
    says(record, HEAD "contribution sym=BTC-PERP leg=0 qty=0 px=60000.5 unrealised=0 notional=0 "
                      "initial=0 maintenance=0 tier=0 unit=-\n");
    record = (plm_record){.kind = PLM_RECORD_CALL};
    record.u.call = (plm_record_call){
        .ratio = 800000000000, .equity = milli(10), .maintenance = milli(8), .pool = ISOLATED};
    says(record, HEAD "call pool=isolated sym=BTC-PERP leg=2 unit=USDT ratio=0.8 equity=0.01 "
                      "maintenance=0.008\n");
    record = (plm_record){.kind = PLM_RECORD_LOWEST};
    record.u.lowest =
        (plm_record_lowest){.surplus = milli(-7), .at = TS + 3, .pool = CROSS, .exact = 1};
    says(record, HEAD "lowest pool=cross sym=- leg=0 unit=USDT surplus=-0.007 "
                      "at=1735689600000000003 exact=1\n");
}

static void liquidations_are_lines(void **state)
{
    (void)state;
    plm_record record = {.kind = PLM_RECORD_LIQUIDATION};
    record.u.liquidation = (plm_record_liquidation){.equity = milli(1),
                                                    .maintenance = milli(2),
                                                    .shortfall = milli(3),
                                                    .pool = ISOLATED,
                                                    .number = 4,
                                                    .culprit = PLM_NO_SYM,
                                                    .what = PLM_EPISODE_BANKRUPT,
                                                    .cancelled_only = 1};
    says(record, HEAD "liquidation what=bankrupt number=4 pool=isolated sym=BTC-PERP leg=2 "
                      "unit=USDT equity=0.001 maintenance=0.002 shortfall=0.003 culprit=- "
                      "cancelled_only=1\n");
    record = (plm_record){.kind = PLM_RECORD_STAGE};
    record.u.stage = (plm_record_stage){.qty = 20,
                                        .px = 600005,
                                        .value = milli(-9),
                                        .equity = milli(1),
                                        .maintenance = milli(2),
                                        .number = 4,
                                        .stage = 1,
                                        .round = 3,
                                        .action = PLM_MARGIN_ACTION_TAKEOVER,
                                        .leg = 1,
                                        .side = PLM_SIDE_SELL,
                                        .done = 1};
    says(record, HEAD "stage number=4 stage=1 round=3 action=takeover sym=BTC-PERP leg=1 side=sell "
                      "qty=0.02 px=60000.5 value=-0.009 equity=0.001 maintenance=0.002 done=1\n");
    record = (plm_record){.kind = PLM_RECORD_COUNTERPARTY};
    record.u.counterparty = (plm_record_counterparty){.qty = 20,
                                                      .value = milli(5),
                                                      .score = 2500000000000,
                                                      .number = 4,
                                                      .account = PLM_NO_SYM,
                                                      .payer = PLM_BOOK_INSURANCE,
                                                      .cause = PLM_CAUSE_ADL,
                                                      .leg = 2};
    says(record, HEAD "counterparty number=4 sym=BTC-PERP leg=2 qty=0.02 value=0.005 score=2.5 "
                      "account=- payer=insurance cause=adl asset=USDT\n");
    record.u.counterparty = (plm_record_counterparty){
        .sym = PLM_NO_SYM, .payer = PLM_BOOK_LAST_RESORT, .cause = PLM_CAUSE_LAST_RESORT};
    says(record, HEAD "counterparty number=0 sym=- leg=0 qty=0 value=0 score=0 account=alice "
                      "payer=last_resort cause=last_resort asset=USDT\n");
}

static void rules_collateral_and_requests_are_lines(void **state)
{
    (void)state;
    plm_record record = {.kind = PLM_RECORD_INTEREST};
    record.u.interest = (plm_record_interest){.rate = 1000000, .amount = milli(-2)};
    says(record, HEAD "interest asset=USDT rate=0.000001 amount=-0.002\n");
    record = (plm_record){.kind = PLM_RECORD_RULE, .account = PLM_NO_SYM};
    record.u.rule = (plm_record_rule){.effective = TS, .announced = TS - 1};
    says(record, "1 1735689600000000000 77 - rule rulebook=textbook effective=1735689600000000000 "
                 "announced=1735689599999999999\n");
    record = (plm_record){.kind = PLM_RECORD_COLLATERAL};
    record.u.collateral = (plm_record_collateral){
        .weight = 950000000000, .lost = milli(6), .code = PLM_CUSTODY_HAIRCUT};
    says(record, HEAD "collateral asset=USDT custody=BTC-PERP code=custody_haircut weight=0.95 "
                      "lost=0.006\n");
    record.u.collateral = (plm_record_collateral){.custody = PLM_NO_SYM};
    says(record, HEAD "collateral asset=USDT custody=- code=haircut weight=0 lost=0\n");
    record = (plm_record){.kind = PLM_RECORD_MARGIN_REQUEST};
    record.u.margin_request = (plm_record_margin_request){.number = 3,
                                                          .amount = milli(5),
                                                          .moved = milli(4),
                                                          .leverage = 2050,
                                                          .what = PLM_MARGIN_OP_MODE,
                                                          .reason = PLM_REASON_MARGIN,
                                                          .leg = 1,
                                                          .regime = 3};
    says(record, HEAD "margin_request what=mode number=3 sym=BTC-PERP leg=1 regime=isolated "
                      "asset=USDT leverage=20.5 amount=0.005 moved=0.004 reason=margin\n");
}

static void a_long_log_arrives_whole_and_ends_with_its_digest(void **state)
{
    (void)state;
    enum { COUNT = 3000 };
    static plm_record records[COUNT];
    for (uint32_t i = 0; i < COUNT; i++) {
        records[i] = (plm_record){.ts = TS, .seq = i + 1, .kind = PLM_RECORD_STOPPED};
    }
    target to = {0};
    plm_diag diag;
    plm_diag_init(&diag);
    plm_sink *const sink = plm_text_sink_create(&NAMES, take, &to);
    assert_ok(sink->write(sink, records, COUNT, &diag), &diag);
    /* "N 1735689600000000000 0 alice stopped\n" is 37 bytes and the digits of N: 9 of one, 90 of
     * two, 900 of three, 2001 of four. */
    assert_int_equal(to.size, 3000 * 37 + 9 + 180 + 2700 + 8004);
    uint8_t const digest[32] = {0xab, 0x01};
    assert_ok(sink->finish(sink, digest, &diag), &diag);
    assert_string_equal(
        strstr(to.text, "end"),
        "end 3000 ab01000000000000000000000000000000000000000000000000000000000000\n");
    to.status = PLM_ERR_IO;
    assert_int_equal(sink->write(sink, records, 1, &diag), PLM_ERR_IO);
    sink->destroy(sink);
    plm_free(to.text);
}

/* Every value has a word of its own, what is none is "unknown". */
static void has_words(const char *(*word)(unsigned value), unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        assert_string_not_equal(word(i), "unknown");
        for (unsigned j = 0; j < i; j++) {
            assert_string_not_equal(word(i), word(j));
        }
    }
    for (unsigned i = count; i < 300; i++) {
        assert_string_equal(word(i), "unknown");
    }
}

static void words_are_never_missing(void **state)
{
    (void)state;
    has_words(plm_record_kind_word, PLM_RECORD_KIND_COUNT);
    has_words(plm_reason_word, PLM_REASON_COUNT);
    has_words(plm_state_word, PLM_STATE_COUNT);
    has_words(plm_cause_word, PLM_CAUSE_COUNT);
    has_words(plm_book_word, PLM_BOOK_KIND_COUNT);
    has_words(plm_action_word, PLM_ACTION_CANCEL + 1);
    has_words(plm_side_word, PLM_SIDE_SELL + 1);
    has_words(plm_order_type_word, PLM_ORDER_LIMIT + 1);
    has_words(plm_tif_word, PLM_TIF_COUNT);
    has_words(plm_order_flags_word, PLM_ORDER_FLAGS_ALL + 1);
    has_words(plm_trigger_word, PLM_TRIGGER_COUNT);
    has_words(plm_key_word, PLM_KEY_COUNT);
    has_words(plm_pool_word, PLM_MARGIN_PORTFOLIO + 1);
    has_words(plm_episode_word, PLM_EPISODE_BANKRUPT + 1);
    has_words(plm_step_word, PLM_MARGIN_ACTION_ADL + 1);
    has_words(plm_collateral_word, PLM_CUSTODY_HAIRCUT + 1);
    has_words(plm_margin_op_word, PLM_MARGIN_OP_TOPUP + 1);
    assert_string_equal(plm_reason_word(PLM_REASON_LIQUIDATION), "liquidation");
    assert_string_equal(plm_state_word(PLM_STATE_WAITING), "waiting");
    assert_string_equal(plm_cause_word(PLM_CAUSE_LIQUIDATION_FEE), "liquidation_fee");
    assert_string_equal(plm_step_word(PLM_MARGIN_ACTION_OFFSET), "offset");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_and_orders_are_lines),
        cmocka_unit_test(fills_and_money_are_lines),
        cmocka_unit_test(the_other_kinds_are_lines),
        cmocka_unit_test(numbers_of_pools_are_lines),
        cmocka_unit_test(liquidations_are_lines),
        cmocka_unit_test(rules_collateral_and_requests_are_lines),
        cmocka_unit_test(a_long_log_arrives_whole_and_ends_with_its_digest),
        cmocka_unit_test(words_are_never_missing),
    };
    return cmocka_run_group_tests_name("text_sink", tests, NULL, NULL);
}
