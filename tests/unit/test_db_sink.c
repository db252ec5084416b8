/*
 * test_db_sink.c - promises of db_sink.h, db_blob.h and db_view.h, on records made by hand:
 * - every kind of record becomes a row of its table, told to the last digit by its view;
 * - of two samples of one account and time the later one stays, with its margin; a point of the
 *   grid remains one;
 * - margin rows belong to the sample or liquidation that they were written for;
 * - fills and postings name the liquidation whose work they are, and only those;
 * - blocks have six integers a row, NULL and sums of unlike units are told as unknown;
 * - what cannot be written fails with a message, and so does a record that makes no sense.
 */
#include "plm_test.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "blob_pack.h"
#include "db_sink.h"
#include "db_text.h"
#include "db_view.h"
#include "plimsoll_margin.h"
#include "rulebook.h"

#define TS INT64_C(1735689600000000000)
#define SECOND INT64_C(1000000000)
#define OWN_ORDER (UINT64_C(1) << 63)
#define RECORDS_MAX 64u

static const plm_instrument ROWS[] = {
    {.symbol = "BTC-PERP", .px_scale = 1, .qty_scale = 3, .settle = "USDT"},
    {.symbol = "ETH-PERP", .px_scale = 2, .qty_scale = 2, .settle = "USDT"},
};
static const char *const ACCOUNTS[] = {"alice", "bob"};
static const char *const ASSETS[] = {"USDT", "USDC"};
static const char *const RULEBOOK = "textbook";
static const plm_log_names NAMES = {.account_count = 2,
                                    .sym_count = 2,
                                    .asset_count = 2,
                                    .rulebook_count = 1,
                                    .rulebooks = &RULEBOOK,
                                    .accounts = ACCOUNTS,
                                    .instruments = ROWS,
                                    .assets = ASSETS};
static const plm_pool_name CROSS = {.sym = PLM_NO_SYM, .unit = 0, .regime = PLM_REGIME_CROSS};
static const plm_pool_name ISOLATED = {
    .sym = 1, .unit = 0, .leg = 1, .regime = PLM_REGIME_ISOLATED};
static const plm_pool_name OTHER_LEG = {
    .sym = 1, .unit = 1, .leg = 2, .regime = PLM_REGIME_ISOLATED};
static const plm_pool_name OTHER = {.sym = PLM_NO_SYM, .unit = 1, .regime = PLM_REGIME_CROSS};

typedef struct bench {
    sqlite3 *db;
    plm_sink *sink;
    plm_record record[RECORDS_MAX];
    uint32_t count;
    uint32_t commits;
    plm_ts ts;
} bench;

static plm_status commit(void *context, plm_diag *diag)
{
    bench *const self = context;
    (void)diag;
    self->commits++;
    return PLM_OK;
}

static void setup(bench *self, bool blobs)
{
    plm_diag diag;
    plm_diag_init(&diag);
    *self = (bench){.ts = TS};
    assert_int_equal(sqlite3_open(":memory:", &self->db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(self->db, plm_schema_sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(plm_db_put_views(self->db, plm_views_sql, &diag), PLM_OK);
    static const char names[] =
        "INSERT INTO asset VALUES (0, 'USDT'), (1, 'USDC');"
        "INSERT INTO instrument VALUES (0, 'BTC-PERP', 'linear', 1, 3, 0, 1, 1, 1, 'BTC', 'USDT', "
        "'USDT', NULL, NULL, NULL, NULL, NULL), (1, 'ETH-PERP', 'linear', 2, 2, 0, 1, 1, 1, 'ETH', "
        "'USDT', 'USDT', NULL, NULL, NULL, NULL, NULL);"
        "INSERT INTO rulebook VALUES (0, 'textbook', 'f', NULL, '', '[]');"
        "INSERT INTO account (id, name, variant_group, regime, params, world, hedge, same, "
        "report_asset_id) VALUES (0, 'alice', 'alice', 'cross', '{}', 0, 0, 'strategy', 0), (1, "
        "'bob', 'bob', 'cross', '{}', 0, 0, 'strategy', 0)";
    assert_int_equal(sqlite3_exec(self->db, names, NULL, NULL, NULL), SQLITE_OK);
    plm_db_sink_options const options = {
        .names = &NAMES, .blobs = blobs, .with_orders = true, .commit = commit, .context = self};
    assert_int_equal(plm_db_sink_create(self->db, &options, &diag, &self->sink), PLM_OK);
}

static void teardown(bench *self)
{
    self->sink->destroy(self->sink);
    assert_int_equal(sqlite3_close(self->db), SQLITE_OK);
}

/* The next record, to be filled in. */
static plm_record *add(bench *self, uint32_t account, plm_record_kind kind)
{
    assert_true(self->count < RECORDS_MAX);
    plm_record *const record = &self->record[self->count++];
    *record = (plm_record){
        .ts = self->ts, .seq = self->count, .event = 77, .account = account, .kind = (uint8_t)kind};
    return record;
}

static plm_status flush(bench *self, plm_diag *diag)
{
    static const uint8_t digest[32] = {0};
    plm_diag_init(diag);
    PLM_TRY(self->sink->write(self->sink, self->record, self->count, diag));
    return self->sink->finish(self->sink, digest, diag);
}

static void write_all(bench *self)
{
    plm_diag diag;
    assert_int_equal(flush(self, &diag), PLM_OK);
}

/* All rows, columns joined by '|', rows by blanks. */
static void query_says(bench *self, const char *sql, const char *expected)
{
    char text[4096] = "";
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(self->db, sql, -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(statement); i++) {
            const char *const cell = (const char *)sqlite3_column_text(statement, i);
            size_t const size = strlen(text);
            (void)snprintf(text + size, sizeof text - size, "%s%s",
                           size == 0 ? ""
                           : i == 0  ? " "
                                     : "|",
                           cell == NULL ? "-" : cell);
        }
    }
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
    assert_string_equal(text, expected);
}

static plm_amount whole(int64_t units)
{
    plm_i128 const value = (plm_i128)units * plm_pow10(PLM_MONEY_SCALE);
    return (plm_amount){.lo = (uint64_t)value, .hi = (int64_t)(value >> 64)};
}

static plm_amount attos(int64_t units)
{
    return (plm_amount){.lo = (uint64_t)units, .hi = units < 0 ? -1 : 0};
}

/* -- kinds ----------------------------------------------------------------------------------- */

static void trading_becomes_rows(void **state)
{
    (void)state;
    bench self;
    setup(&self, false);
    add(&self, 0, PLM_RECORD_REQUEST)->u.request =
        (plm_record_request){.oid = 7,
                             .arrives = TS + 5,
                             .px = 600005,
                             .qty = 12,
                             .sym = 0,
                             .action = PLM_ACTION_SUBMIT,
                             .side = PLM_SIDE_BUY,
                             .type = PLM_ORDER_LIMIT,
                             .trigger = PLM_TRIGGER_STOP};
    add(&self, 0, PLM_RECORD_ORDER)->u.order = (plm_record_order){.oid = 7,
                                                                  .px = 600005,
                                                                  .qty = 12,
                                                                  .left = 12,
                                                                  .sym = 0,
                                                                  .state = PLM_STATE_OPEN,
                                                                  .side = PLM_SIDE_BUY};
    add(&self, 0, PLM_RECORD_FILL)->u.fill = (plm_record_fill){.oid = 7,
                                                               .px = 600005,
                                                               .qty = 5,
                                                               .left = 7,
                                                               .value = whole(300),
                                                               .fee = attos(-1),
                                                               .realised = attos(-1500000000001),
                                                               .sym = 0,
                                                               .side = PLM_SIDE_BUY,
                                                               .maker = 1};
    add(&self, 0, PLM_RECORD_POSITION)->u.position =
        (plm_record_position){.qty = -5, .cost = whole(-300), .sym = 0, .leg = 2};
    add(&self, 0, PLM_RECORD_POSTING)->u.posting = (plm_record_posting){.amount = attos(1),
                                                                        .balance = whole(2),
                                                                        .sym = PLM_NO_SYM,
                                                                        .book = PLM_BOOK_FEES,
                                                                        .cause = PLM_CAUSE_FEE};
    add(&self, 0, PLM_RECORD_FUNDING)->u.funding =
        (plm_record_funding){.rate = -100000000, .px = 600000, .qty = 5, .amount = whole(-3)};
    add(&self, 0, PLM_RECORD_SETTLED)->u.settled =
        (plm_record_settled){.px = 1, .qty = 5, .realised = whole(-1)};
    strcpy(add(&self, 0, PLM_RECORD_NOTE)->u.note, "it's \x01 done");
    (void)add(&self, 0, PLM_RECORD_STOPPED);
    write_all(&self);
    query_says(&self,
               "SELECT what, order_id, symbol, side, state, type, tif, flags, trigger, trigger_by, "
               "px, qty, left FROM v_order_event",
               "submit|7|BTC-PERP|buy|-|limit|gtc|-|stop|last|60000.5|0.012|- "
               "state|7|BTC-PERP|buy|open|-|-|-|-|-|60000.5|0.012|0.012");
    query_says(&self, "SELECT id, ts_utc, role, px, qty, left, value, fee, realised FROM v_fill",
               "3|2025-01-01T00:00:00.000000000Z|maker|60000.5|0.005|0.007|300|"
               "-0.000000000000000001|-0.000001500000000001");
    query_says(&self, "SELECT symbol, leg, qty, cost FROM v_position", "BTC-PERP|2|-0.005|-300");
    query_says(&self, "SELECT book, cause, symbol, amount, balance FROM v_posting",
               "fees|fee|-|0.000000000000000001|2");
    query_says(&self, "SELECT rate, px, qty, amount FROM v_funding", "-0.0001|60000|0.005|-3");
    query_says(&self, "SELECT px, qty, realised FROM v_settlement", "0.1|0.005|-1");
    query_says(&self, "SELECT text FROM v_note", "it's \x01 done -");
    teardown(&self);
}

static void margin_becomes_rows(void **state)
{
    (void)state;
    bench self;
    setup(&self, false);
    add(&self, 0, PLM_RECORD_CALL)->u.call = (plm_record_call){
        .ratio = 800000000000, .equity = whole(10), .maintenance = whole(8), .pool = ISOLATED};
    add(&self, 0, PLM_RECORD_INTEREST)->u.interest =
        (plm_record_interest){.rate = 1000000, .amount = whole(-1), .asset = 1};
    add(&self, PLM_NO_SYM, PLM_RECORD_RULE)->u.rule = (plm_record_rule){.effective = TS + 1};
    add(&self, 1, PLM_RECORD_COLLATERAL)->u.collateral = (plm_record_collateral){
        .weight = 900000000000, .lost = whole(4), .asset = 1, .custody = PLM_NO_SYM};
    add(&self, 1, PLM_RECORD_MARGIN_REQUEST)->u.margin_request =
        (plm_record_margin_request){.leverage = 1250,
                                    .sym = 0,
                                    .asset = UINT32_MAX,
                                    .what = PLM_MARGIN_OP_LEVERAGE,
                                    .reason = PLM_REASON_LEVERAGE};
    add(&self, 0, PLM_RECORD_LOWEST)->u.lowest =
        (plm_record_lowest){.surplus = whole(-2), .at = TS + 9, .pool = ISOLATED, .exact = 1};
    add(&self, PLM_NO_SYM, PLM_RECORD_PRICE)->u.price =
        (plm_record_price){.px2 = 1200001, .sym = 0};
    write_all(&self);
    query_says(&self,
               "SELECT account, what, reason, pool, symbol, leg, ratio, equity, leverage FROM "
               "v_margin_event",
               "alice|call|-|isolated|ETH-PERP|1|0.8|10|- bob|leverage|leverage|-|BTC-PERP|0|-|-|"
               "12.5");
    query_says(&self, "SELECT asset, rate, amount FROM v_interest", "USDC|0.000001|-1");
    query_says(&self, "SELECT rulebook, effective_utc, announced_utc FROM v_rule_change",
               "textbook|2025-01-01T00:00:00.000000001Z|-");
    query_says(&self, "SELECT code, asset, custody, weight, lost FROM v_collateral_event",
               "haircut|USDC|-|0.9|4");
    query_says(&self, "SELECT lowest_micro, lowest_atto, lowest_ns - 1735689600000000000 FROM pool",
               "-2000000|0|9");
    query_says(&self, "SELECT symbol, px FROM v_price", "BTC-PERP|60000.05");
    teardown(&self);
}

/* -- samples --------------------------------------------------------------------------------- */

static void add_sample(bench *self, uint32_t account, plm_sample_at at, int64_t nav,
                       const plm_pool_name *pool, int64_t equity)
{
    add(self, account, PLM_RECORD_SAMPLE)->u.sample = (plm_record_sample){
        .nav = whole(nav), .unrealised = whole(1), .priced = nav != 0, .at = (uint8_t)at};
    if (pool != NULL) {
        add(self, account, PLM_RECORD_MARGIN)->u.margin =
            (plm_record_margin){.equity = whole(equity),
                                .initial = whole(2),
                                .orders = whole(1),
                                .maintenance = whole(1),
                                .collateral = whole(equity),
                                .pool = *pool};
        add(self, account, PLM_RECORD_CONTRIBUTION)->u.contribution = (plm_record_contribution){
            .qty = 1, .px2 = 3, .notional = whole(50), .sym = 1, .tier = 2};
    }
}

static void the_later_sample_of_an_instant_stays(void **state)
{
    (void)state;
    bench self;
    setup(&self, false);
    add_sample(&self, 0, PLM_SAMPLE_EVENT, 10, &CROSS, 10); /* 1 to 3, replaced by the grid */
    add_sample(&self, 1, PLM_SAMPLE_EVENT, 30, &CROSS, 30); /* 4 to 6 */
    add_sample(&self, 0, PLM_SAMPLE_GRID, 20, &CROSS, 20);  /* 7 to 9, replaced by an event */
    add_sample(&self, 0, PLM_SAMPLE_EVENT, 40, NULL, 0);    /* 10, still a point of the grid */
    self.ts += SECOND;
    add_sample(&self, 0, PLM_SAMPLE_GRID, 50, NULL, 0); /* 11 */
    add_sample(&self, 0, PLM_SAMPLE_END, 0, NULL, 0);   /* 12: no price */
    write_all(&self);
    query_says(&self, "SELECT id, account, at, nav, unrealised FROM v_equity ORDER BY id",
               "4|bob|event|30|1 10|alice|grid|40|1 12|alice|end|-|-");
    query_says(&self, "SELECT id, equity_id FROM margin", "5|4");
    query_says(&self, "SELECT id, margin_id FROM contribution", "6|5");
    query_says(&self,
               "SELECT surplus, margin_ratio * 30, utilisation * 30, effective_leverage * 3 "
               "FROM v_equity WHERE id = 4",
               "29|1.0|2.0|5.0");
    teardown(&self);
}

static void add_price(bench *self, int64_t px2)
{
    add(self, PLM_NO_SYM, PLM_RECORD_PRICE)->u.price = (plm_record_price){.px2 = px2};
}

static void a_price_stands_once_a_time(void **state)
{
    (void)state;
    bench self;
    setup(&self, false);
    add_price(&self, 2);
    add_price(&self, 4);
    self.ts += SECOND;
    add_price(&self, 6);
    write_all(&self);
    query_says(&self, "SELECT id, px FROM v_price", "2|0.2 3|0.3");
    teardown(&self);
}

/* -- whose liquidation ----------------------------------------------------------------------- */

static void add_episode(bench *self, uint32_t account, const plm_pool_name *pool, uint32_t number,
                        plm_episode what)
{
    add(self, account, PLM_RECORD_LIQUIDATION)->u.liquidation =
        (plm_record_liquidation){.equity = whole(1),
                                 .maintenance = whole(2),
                                 .pool = *pool,
                                 .number = number,
                                 .culprit = PLM_NO_SYM,
                                 .what = (uint8_t)what};
}

static void add_margin(bench *self, uint32_t account, const plm_pool_name *pool)
{
    add(self, account, PLM_RECORD_MARGIN)->u.margin = (plm_record_margin){.pool = *pool};
}

static void add_stage(bench *self, uint32_t account, uint32_t number, plm_margin_action action)
{
    add(self, account, PLM_RECORD_STAGE)->u.stage = (plm_record_stage){
        .sym = 1, .number = number, .action = (uint8_t)action, .side = PLM_SIDE_SELL, .done = 1};
}

static void add_fill(bench *self, uint32_t account, plm_oid oid, uint32_t sym, uint8_t leg)
{
    add(self, account, PLM_RECORD_FILL)->u.fill =
        (plm_record_fill){.oid = oid, .sym = sym, .side = PLM_SIDE_SELL, .leg = leg};
}

static void add_posting(bench *self, uint32_t account, plm_cause cause)
{
    add(self, account, PLM_RECORD_POSTING)->u.posting =
        (plm_record_posting){.sym = PLM_NO_SYM, .book = PLM_BOOK_ACCOUNT, .cause = (uint8_t)cause};
}

static void rows_name_the_liquidation_whose_work_they_are(void **state)
{
    (void)state;
    bench self;
    setup(&self, false);
    add_episode(&self, 0, &CROSS, 1, PLM_EPISODE_BEGIN);    /* 1: liquidation 1 */
    add_margin(&self, 0, &CROSS);                           /* 2: 1 */
    add_stage(&self, 0, 1, PLM_MARGIN_ACTION_CLOSE);        /* 3: 1 */
    add_fill(&self, 0, OWN_ORDER, 0, 0);                    /* 4: 1 */
    add_posting(&self, 0, PLM_CAUSE_FEE);                   /* 5: 1 */
    add_posting(&self, 1, PLM_CAUSE_FEE);                   /* 6: bob's own */
    add_posting(&self, 1, PLM_CAUSE_SOCIALISED);            /* 7: 1, bob pays */
    add_posting(&self, 0, PLM_CAUSE_REFILL);                /* 8: none */
    add_fill(&self, 0, 5, 0, 0);                            /* 9: an order of alice's own */
    add_posting(&self, 0, PLM_CAUSE_FEE);                   /* 10: of that */
    add_episode(&self, 0, &ISOLATED, 2, PLM_EPISODE_BEGIN); /* 11: liquidation 2, of alice, too */
    add_margin(&self, 0, &ISOLATED);                        /* 12: 2 */
    self.ts += SECOND;
    add_fill(&self, 0, OWN_ORDER + 1, 1, 1);       /* 13: a keeper's, later: 2 */
    add_posting(&self, 0, PLM_CAUSE_REALISED_PNL); /* 14: 2 */
    add_fill(&self, 0, OWN_ORDER + 2, 0, 0);       /* 15: still of 2's work */
    self.ts += SECOND;
    add_posting(&self, 0, PLM_CAUSE_FEE);                    /* 16: another instant */
    add_sample(&self, 0, PLM_SAMPLE_GRID, 9, &CROSS, 9);     /* 17 to 19: beside the sample */
    add_margin(&self, 0, &CROSS);                            /* 20: the end of 1 */
    add_episode(&self, 0, &CROSS, 1, PLM_EPISODE_COMPLIANT); /* 21 */
    add_fill(&self, 0, OWN_ORDER + 3, 1, 1);                 /* 22: 2 */
    add_margin(&self, 0, &ISOLATED);                         /* 23: 2 */
    add_episode(&self, 0, &ISOLATED, 2, PLM_EPISODE_BANKRUPT);
    write_all(&self);
    query_says(&self, "SELECT id, liquidation_id FROM fill", "4|1 9|- 13|2 15|2 22|2");
    query_says(&self, "SELECT id, order_id FROM fill WHERE id <> 9", "4|-1 13|-2 15|-3 22|-4");
    query_says(&self, "SELECT id, liquidation_id FROM posting", "5|1 6|- 7|1 8|- 10|- 14|2 16|-");
    query_says(&self, "SELECT id, equity_id, liquidation_id FROM margin",
               "2|-|1 12|-|2 18|17|- 20|-|1 23|-|2");
    query_says(&self,
               "SELECT id, pool, number, ended, end_seq FROM v_liquidation JOIN (SELECT id "
               "AS other, end_seq FROM liquidation) ON other = id",
               "1|cross|1|compliant|21 2|isolated|2|bankrupt|24");
    teardown(&self);
}

static void steps_and_payers_find_their_liquidation(void **state)
{
    (void)state;
    bench self;
    setup(&self, false);
    add_episode(&self, 1, &CROSS, 1, PLM_EPISODE_BEGIN);
    add_episode(&self, 0, &CROSS, 1, PLM_EPISODE_BEGIN);
    add_stage(&self, 1, 1, PLM_MARGIN_ACTION_ADL);
    add(&self, 1, PLM_RECORD_COUNTERPARTY)->u.counterparty =
        (plm_record_counterparty){.qty = 3,
                                  .value = whole(9),
                                  .sym = 1,
                                  .number = 1,
                                  .account = 0,
                                  .payer = PLM_BOOK_ACCOUNT,
                                  .cause = PLM_CAUSE_ADL};
    write_all(&self);
    query_says(&self, "SELECT account, action, side, symbol FROM v_liquidation_stage",
               "bob|adl|sell|ETH-PERP");
    query_says(&self, "SELECT liquidated, account, cause, payer, qty, value FROM v_adl",
               "bob|alice|adl|account|0.03|9");
    query_says(&self, "SELECT ended, end_utc FROM v_liquidation", "-|- -|-");
    teardown(&self);
}

/* -- blocks ---------------------------------------------------------------------------------- */

static void blocks_have_six_integers_a_row(void **state)
{
    (void)state;
    bench self;
    setup(&self, true);
    add_sample(&self, 0, PLM_SAMPLE_EVENT, 10, &CROSS, 10); /* replaced */
    add_sample(&self, 0, PLM_SAMPLE_GRID, 20, &CROSS, 20);
    add_margin(&self, 0, &ISOLATED); /* the same unit: summed */
    self.ts += SECOND;
    add_sample(&self, 0, PLM_SAMPLE_GRID, 30, &CROSS, 30);
    add_margin(&self, 0, &OTHER); /* another: unknown */
    add_margin(&self, 0, &OTHER_LEG);
    self.ts += SECOND;
    add_sample(&self, 0, PLM_SAMPLE_END, 0, NULL, 0);
    write_all(&self);
    sqlite3_stmt *statement = NULL;
    static const char sql[] = "SELECT data FROM equity_blob WHERE row_count = 3";
    assert_int_equal(sqlite3_prepare_v2(self.db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t const none = PLM_BLOB_UNKNOWN;
    int64_t const expected[PLM_BLOB_COLUMNS][3] = {{TS, TS + SECOND, TS + 2 * SECOND},
                                                   {20000000, 30000000, none},
                                                   {1000000, 1000000, none},
                                                   {20000000, none, none},
                                                   {3000000, none, none},
                                                   {1000000, none, none}};
    int64_t found[PLM_BLOB_COLUMNS][3];
    size_t const size = (size_t)sqlite3_column_bytes(statement, 0);
    assert_true(plm_blob_unpack(sqlite3_column_blob(statement, 0), size, found[0], 3, 3));
    assert_memory_equal(found, expected, sizeof expected);
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
    query_says(&self, "SELECT at FROM equity", "end");
    teardown(&self);
}

/* -- failures -------------------------------------------------------------------------------- */

static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    bench self;
    plm_diag diag;
    setup(&self, false);
    add_stage(&self, 0, 1, PLM_MARGIN_ACTION_CLOSE);
    assert_int_equal(flush(&self, &diag), PLM_ERR_BUG);
    assert_string_equal(diag.text, "record 1 is of a liquidation that has not begun");
    teardown(&self);
    setup(&self, false);
    add(&self, 0, PLM_RECORD_POSTING)->u.posting = (plm_record_posting){
        .amount = {.lo = 0, .hi = INT64_MAX}, .book = PLM_BOOK_FEES, .cause = PLM_CAUSE_FEE};
    assert_int_equal(flush(&self, &diag), PLM_ERR_RUN);
    teardown(&self);
    setup(&self, false);
    add_posting(&self, 0, PLM_CAUSE_FEE);
    assert_int_equal(sqlite3_exec(self.db, "PRAGMA query_only = 1", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(flush(&self, &diag), PLM_ERR_IO);
    assert_non_null(strstr(diag.text, "cannot be written: "));
    teardown(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trading_becomes_rows),
        cmocka_unit_test(margin_becomes_rows),
        cmocka_unit_test(the_later_sample_of_an_instant_stays),
        cmocka_unit_test(a_price_stands_once_a_time),
        cmocka_unit_test(rows_name_the_liquidation_whose_work_they_are),
        cmocka_unit_test(steps_and_payers_find_their_liquidation),
        cmocka_unit_test(blocks_have_six_integers_a_row),
        cmocka_unit_test(what_makes_no_sense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
