/*
 * test_story.c - promises of story.h and story_show.h, on a run database made by hand:
 * - the story of a liquidation has the numbers of the pool then, before, at its peak and after, and
 *   sums that are the sums of their parts;
 * - an account's story is told by its last numbers at or before a time;
 * - a comparison has exact facts, rounded means, and names the first divergence;
 * - text, Markdown and JSON of a story have the same numbers;
 * - what a run doesn't have is refused with what it has; a run that is not complete says so.
 *
 * By hand. Two accounts, 'desk' with 2000 and 'calm' with 3000 USDT, buy at T 0.5 BTC at 60000
 * (30000) and 1 ETH at 3000, without fees; initial margin is 10 %, maintenance 5 % of the notional:
 *     at T          1500 + 150 = 1650 are required; desk has 2000, a surplus of 350
 *     at T + 20 s   BTC 58900: -550, 29450, 1472.5; ETH 3010: +10, 3010, 150.5; 1623 are required
 *                   desk has 2000 - 550 + 10 = 1460: -163; calm has 2460: 837
 * The BTC of desk is sold at 58890: 0.5 * -1110 = -555; the fee is 0.0005 * 29445 = 14.7225. It has
 * 2000 - 555 - 14.7225 + 10 = 1440.2775 left and needs 150.5 for its ETH: 1289.7775.
 */
#include "plm_test.h"

#include <ctype.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db_text.h"
#include "memory.h"
#include "story_show.h"

#define T INT64_C(1735689600000000000) /* 2025-01-01 */
#define SECOND INT64_C(1000000000)
#define BEGIN "1735689600000000000"
#define NEXT "1735689610000000000"
#define FALL "1735689620000000000"

static const char RUN[] =
    "INSERT INTO run (id, status, name, producer, run_file, config_text, config_sha256, overrides, "
    "tape, tape_digest, tape_synthetic, seed, sample_len_ns, assess, equity_as, with_orders, "
    "started_utc) VALUES (1, 'complete', 'hand', 'plimsoll', 'f', '', '', '[]', 't', '', 1, 1, "
    "10000000000, 'bands', 'rows', 1, '');"
    "INSERT INTO asset VALUES (0, 'USDT');"
    "INSERT INTO instrument VALUES (0, 'BTC-PERP', 'linear', 1, 3, 0, 1, 1, 1, 'BTC', 'USDT', "
    "'USDT', NULL, NULL, NULL, NULL, NULL), (1, 'ETH-PERP', 'linear', 2, 2, 0, 1, 1, 1, 'ETH', "
    "'USDT', 'USDT', NULL, NULL, NULL, NULL, NULL);"
    "INSERT INTO rulebook VALUES (0, 'plain', 'plain.yaml', NULL, 'rulebook: plain\nrate: {flat: "
    "0.05}\ntrigger: {when: at, test: once}\n', '[]');"
    "INSERT INTO account (id, name, variant_group, regime, params, world, rulebook_id, hedge, "
    "same, report_asset_id) VALUES (0, 'desk', 'g', 'cross', '{}', 0, 0, 0, 'strategy', 0), "
    "(1, 'calm', 'g', 'cross', '{}', 1, 0, 0, 'strategy', 0);"
    "INSERT INTO pool VALUES (1, 0, 'cross', 0, NULL, 0, -163000000, 0, " FALL "), "
    "(2, 1, 'cross', 0, NULL, 0, 837000000, 0, " FALL ");";

static const char TRADES[] =
    "INSERT INTO posting VALUES "
    "(1, 0, " BEGIN ", 0, NULL, 'account', 'deposit', 0, NULL, 2000000000, 0, 2000000000, 0), "
    "(2, 0, " BEGIN ", 0, NULL, 'external', 'deposit', 0, NULL, -2000000000, 0, -2000000000, 0), "
    "(51, 1, " BEGIN ", 0, NULL, 'account', 'deposit', 0, NULL, 3000000000, 0, 3000000000, 0), "
    "(52, 1, " BEGIN ", 0, NULL, 'external', 'deposit', 0, NULL, -3000000000, 0, -5000000000, 0), "
    "(36, 0, " FALL ", 9, 1, 'account', 'realised_pnl', 0, 0, -555000000, 0, 1445000000, 0), "
    "(37, 0, " FALL ", 9, 1, 'market', 'realised_pnl', 0, 0, 555000000, 0, 555000000, 0), "
    "(38, 0, " FALL ", 9, 1, 'account', 'fee', 0, 0, -14722500, 0, 1430277500, 0), "
    "(39, 0, " FALL ", 9, 1, 'fees', 'fee', 0, 0, 14722500, 0, 14722500, 0);"
    "INSERT INTO fill VALUES "
    "(3, 0, " BEGIN ", 1, 1, NULL, 0, 'buy', 'taker', 0, 600000, 500, 0, 0, 30000000000, 0, 0, 0, "
    "0, 0), (5, 0, " BEGIN ", 1, 2, NULL, 1, 'buy', 'taker', 0, 300000, 100, 0, 0, 3000000000, 0, "
    "0, 0, 0, 0), (53, 1, " BEGIN ", 1, 1, NULL, 0, 'buy', 'taker', 0, 600000, 500, 0, 0, "
    "30000000000, 0, 0, 0, 0, 0), (55, 1, " BEGIN ", 1, 2, NULL, 1, 'buy', 'taker', 0, 300000, "
    "100, 0, 0, 3000000000, 0, 0, 0, 0, 0), (35, 0, " FALL ", 9, -1, 1, 0, 'sell', 'taker', 0, "
    "588900, 500, 0, 0, -29445000000, 0, 14722500, 0, -555000000, 0);"
    "INSERT INTO position VALUES (4, 0, " BEGIN ", 0, 0, 500, 30000000000, 0, 0, 0), "
    "(6, 0, " BEGIN ", 1, 0, 100, 3000000000, 0, 0, 0), "
    "(54, 1, " BEGIN ", 0, 0, 500, 30000000000, 0, 0, 0), "
    "(56, 1, " BEGIN ", 1, 0, 100, 3000000000, 0, 0, 0), "
    "(40, 0, " FALL ", 0, 0, 0, 0, 0, -555000000, 0);"
    "INSERT INTO liquidation VALUES (1, 0, 1, 1, 30, 43, " FALL ", " FALL
    ", 9, 0, 'compliant', 0, 1460000000, 0, 1623000000, 0, 0, 0);"
    "INSERT INTO liquidation_stage VALUES (34, 1, " FALL ", 1, 0, 'close', 1, 0, 0, 'sell', 500, "
    "0, 0, 0, 1460000000, 0, 1623000000, 0);";

static void execute(sqlite3 *db, const char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
        print_error("%s\n", message);
        fail();
    }
}

/* -- moments --------------------------------------------------------------------------------- */

/* A row of margin with those of its positions behind it: at the prices of T or of the fall, with
 * BTC or without; beside a row of equity, or of the liquidation. Amounts in micro. */
typedef struct moment {
    int id, pool;
    const char *at; /* NULL: of the liquidation */
    const char *ts;
    long long balance;
    bool fallen, with_btc;
} moment;

static const moment moments[] = {
    {11, 1, "grid", BEGIN, 2000000000, false, true},
    {21, 1, "grid", NEXT, 2000000000, false, true},
    {31, 1, NULL, FALL, 2000000000, true, true},
    {41, 1, NULL, FALL, 1430277500, true, false},
    {45, 1, "end", FALL, 1430277500, true, false},
    {61, 2, "grid", BEGIN, 3000000000, false, true},
    {71, 2, "grid", NEXT, 3000000000, false, true},
    {81, 2, "end", FALL, 3000000000, true, true},
};

static void put_contribution(sqlite3 *db, int id, int margin, bool btc, bool fallen)
{
    char sql[512];
    long long const px2 = btc ? (fallen ? 1178000 : 1200000) : fallen ? 602000 : 600000;
    long long const result = !fallen ? 0 : btc ? -550000000 : 10000000;
    long long const notional = (btc ? 30000000000 : 3000000000) + result;
    (void)snprintf(sql, sizeof sql,
                   "INSERT INTO contribution VALUES (%d, %d, %d, 0, %d, %lld, %lld, 0, %lld, 0, "
                   "%lld, 0, %lld, 0, 0)",
                   id, margin, btc ? 0 : 1, btc ? 500 : 100, px2, result, notional, notional / 10,
                   notional / 20);
    execute(db, sql);
}

static void put_moment(sqlite3 *db, const moment *one)
{
    char sql[1024], row[16];
    long long const notional = (one->with_btc ? (one->fallen ? 29450000000 : 30000000000) : 0) +
                               (one->fallen ? 3010000000 : 3000000000);
    long long const result = one->fallen ? (one->with_btc ? -540000000 : 10000000) : 0;
    (void)snprintf(row, sizeof row, "%d", one->id - 1);
    if (one->at != NULL) {
        (void)snprintf(sql, sizeof sql,
                       "INSERT INTO equity VALUES (%s, %d, %s, 9, '%s', 1, %lld, 0, %lld, 0)", row,
                       one->pool - 1, one->ts, one->at, one->balance + result, result);
        execute(db, sql);
    }
    (void)snprintf(sql, sizeof sql,
                   "INSERT INTO margin VALUES (%d, %d, %s, %s, %s, %lld, 0, %lld, 0, 0, 0, %lld, "
                   "0, %lld, 0)",
                   one->id, one->pool, one->at == NULL ? "NULL" : row,
                   one->at == NULL ? "1" : "NULL", one->ts, one->balance + result, notional / 10,
                   notional / 20, one->balance);
    execute(db, sql);
    if (one->with_btc) {
        put_contribution(db, one->id + 1, one->id, true, one->fallen);
    }
    put_contribution(db, one->id + 2, one->id, false, one->fallen);
}

static int setup(void **state)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    execute(db, plm_schema_sql);
    execute(db, "PRAGMA foreign_keys = OFF");
    execute(db, RUN);
    execute(db, TRADES);
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        put_moment(db, &moments[i]);
    }
    sqlite3_stmt *check = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA foreign_key_check", -1, &check, NULL), 0);
    assert_int_equal(sqlite3_step(check), SQLITE_DONE);
    (void)sqlite3_finalize(check);
    *state = db;
    return 0;
}

static int teardown(void **state)
{
    return sqlite3_close(*state);
}

/* -- what a story has ------------------------------------------------------------------------ */

static void assert_fact(const plm_story *story, const char *name, const char *value,
                        const char *unit)
{
    for (size_t i = 0; i < story->fact_count; i++) {
        if (strcmp(story->fact[i].name, name) == 0) {
            assert_string_equal(story->fact[i].value, value);
            assert_string_equal(story->fact[i].unit, unit);
            return;
        }
    }
    print_error("there is no fact '%s'\n", name);
    fail();
}

/* A row of some table under the heading, its cells joined by '|'; a total begins with '='. */
static void assert_row(const plm_story *story, const char *heading, const char *cells)
{
    const char *under = "";
    for (size_t i = 0; i < story->part_count; i++) {
        const plm_story_part *const part = &story->part[i];
        if (part->kind == PLM_PART_HEADING) {
            under = part->text;
        }
        for (size_t j = 0; j < part->row_count && strcmp(under, heading) == 0; j++) {
            char text[512] = "";
            for (unsigned k = 0; k < part->column_count; k++) {
                size_t const size = strlen(text);
                (void)snprintf(text + size, sizeof text - size, "%s%s",
                               k > 0                ? "|"
                               : part->row[j].total ? "="
                                                    : "",
                               part->row[j].cell[k]);
            }
            if (strcmp(text, cells) == 0) {
                return;
            }
        }
    }
    print_error("under '%s' there is no row '%s'\n", heading, cells);
    fail();
}

static void assert_says(const plm_story *story, const char *words)
{
    for (size_t i = 0; i < story->part_count; i++) {
        if (story->part[i].kind == PLM_PART_TEXT && strstr(story->part[i].text, words) != NULL) {
            return;
        }
    }
    print_error("nothing says '%s'\n", words);
    fail();
}

/* -- the ways to show it --------------------------------------------------------------------- */

/* Without escapes, and with single blanks for line ends. */
static char *flat(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (*from != '\\') {
            *to++ = *from == '\n' ? ' ' : *from;
        }
    }
    *to = '\0';
    return text;
}

/* Every word of the text that has a digit. */
static void assert_numbers(const char *text, const char *shown, const char *how, size_t *count)
{
    for (const char *at = text; *at != '\0';) {
        char word[128];
        size_t const size = strcspn(at, " ");
        bool number = false;
        assert_true(size < sizeof word);
        (void)snprintf(word, sizeof word, "%.*s", (int)size, at);
        for (size_t i = 0; i < size; i++) {
            number = number || isdigit((unsigned char)word[i]) != 0;
        }
        if (number && strstr(shown, word) == NULL) {
            print_error("%s has no '%s'\n", how, word);
            fail();
        }
        *count += number ? 1 : 0;
        at += size + strspn(at + size, " ");
    }
}

static void assert_shown(const plm_story *story, const char *shown, const char *how, size_t *count)
{
    for (size_t i = 0; i < story->part_count; i++) {
        const plm_story_part *const part = &story->part[i];
        assert_numbers(part->text, shown, how, count);
        for (size_t j = 0; j < part->row_count; j++) {
            for (unsigned k = 0; k < part->column_count; k++) {
                assert_numbers(part->row[j].cell[k], shown, how, count);
            }
        }
    }
}

static void assert_shown_alike(const plm_story *story, size_t least)
{
    size_t count[3] = {0};
    char *const text = flat(plm_story_text(story, false));
    char *const markdown = flat(plm_story_markdown(story));
    json_t *const json = plm_story_json(story);
    char *const dumped = json_dumps(json, JSON_COMPACT);
    assert_shown(story, text, "text", &count[0]);
    assert_shown(story, markdown, "Markdown", &count[1]);
    assert_shown(story, dumped, "JSON", &count[2]);
    assert_true(count[0] >= least);
    assert_int_equal(count[0], count[1]);
    assert_int_equal(count[0], count[2]);
    for (size_t i = 0; i < story->fact_count; i++) {
        const json_t *const fact =
            json_object_get(json_object_get(json, "facts"), story->fact[i].name);
        assert_string_equal(json_string_value(json_object_get(fact, "value")),
                            story->fact[i].value);
    }
    json_decref(json);
    free(dumped);
    plm_free(text);
    plm_free(markdown);
}

/* -- tests ----------------------------------------------------------------------------------- */

static plm_story *tell_liquidation(sqlite3 *db)
{
    plm_diag diag;
    plm_story *story = NULL;
    plm_diag_init(&diag);
    assert_ok(plm_story_liquidation(db, 1, &diag, &story), &diag);
    return story;
}

static void a_liquidation_has_its_numbers(void **state)
{
    plm_story *const story = tell_liquidation(*state);
    assert_string_equal(story->title,
                        "Liquidation 1: the cross pool of desk, 2025-01-01T00:00:20Z");
    assert_null(story->banner);
    assert_fact(story, "equity", "1460", "USDT");
    assert_fact(story, "initial", "3246", "USDT");
    assert_fact(story, "maintenance", "1623", "USDT");
    assert_fact(story, "surplus", "-163", "USDT");
    assert_fact(story, "event", "9", "");
    assert_fact(story, "culprit", "BTC-PERP", "");
    assert_fact(story, "ended", "compliant", "");
    assert_fact(story, "shortfall", "0", "USDT");
    assert_row(story, "What was held", "BTC-PERP long|0.5|60000|58900|30000 USDT");
    assert_row(story, "What was held", "ETH-PERP long|1|3000|3010|3000 USDT");
    /* -1100 / 60000 = -1.8333 %, 10 / 3000 = 0.3333 % */
    assert_row(story, "What moved", "BTC-PERP long|60000|58900|-1.8333|0|-550");
    assert_row(story, "What moved", "ETH-PERP long|3000|3010|0.3333|0|10");
    assert_row(story, "The arithmetic of equity", "BTC-PERP long|29450|30000|-550|USDT");
    assert_row(story, "The arithmetic of equity", "balance|2000");
    assert_row(story, "The arithmetic of equity", "=margin equity|1460");
    assert_row(story, "The arithmetic of the requirement", "BTC-PERP long|29450|USDT|-|5|1472.5");
    assert_row(story, "The arithmetic of the requirement", "=maintenance requirement|||||1623");
    assert_row(story, "Which term broke", "=surplus|-163");
    /* Result less requirement: -1500 at the peak, -550 - 1472.5 now; -150, then 10 - 150.5. */
    assert_row(story, "Which term broke", "BTC-PERP long|-1500|-2022.5|-522.5");
    assert_row(story, "Which term broke", "ETH-PERP long|-150|-140.5|9.5");
    assert_says(story, "not strict (when: at)");
    plm_story_destroy(story);
}

static void a_liquidation_says_who_paid(void **state)
{
    plm_story *const story = tell_liquidation(*state);
    assert_says(story, "Stage 1, at once: close on the book: sell 0.5 BTC-PERP, at the market.");
    assert_row(story, "What was done", "at once|sell BTC-PERP|0.5|58890|-555|14.7225|USDT");
    assert_row(story, "What was done", "=||||-555|14.7225|USDT");
    assert_row(story, "Who paid what", "desk, balance|realised_pnl|-555");
    assert_row(story, "Who paid what", "the venue's fees|fee|14.7225");
    assert_row(story, "Who paid what", "=sum||0");
    assert_says(story, "a margin equity of 1440.2775 USDT, a requirement of 150.5, a surplus of "
                       "1289.7775.");
    /* Loss: fees less what was realised. Alone: 2945 - 550 = 2395 above 1472.5. */
    assert_row(story, "Contagion", "BTC-PERP long|-555|14.7225|569.7225|USDT|yes");
    assert_says(story, "calm (cross): alive by then, never liquidated");
    assert_shown_alike(story, 80);
    plm_story_destroy(story);
}

static void an_account_is_told_by_its_last_numbers(void **state)
{
    plm_diag diag;
    plm_story *story = NULL;
    plm_diag_init(&diag);
    assert_ok(plm_story_account(*state, "calm", T + 19 * SECOND, &diag, &story), &diag);
    assert_row(story, "The arithmetic of equity", "=margin equity|3000");
    assert_says(story, "a surplus of 1350."); /* 3000 - 1650, ten seconds before */
    assert_shown_alike(story, 20);
    plm_story_destroy(story);
    assert_ok(plm_story_account(*state, "calm", T + 20 * SECOND, &diag, &story), &diag);
    assert_says(story, "a surplus of 837.");
    plm_story_destroy(story);
    assert_ok(plm_story_account(*state, "calm", T - 1, &diag, &story), &diag);
    assert_says(story, "There are no numbers of this account at or before that time.");
    plm_story_destroy(story);
}

static void a_comparison_has_facts_and_rounded_means(void **state)
{
    plm_diag diag;
    plm_story *story = NULL;
    bool differ = false;
    plm_diag_init(&diag);
    assert_ok(plm_story_compare(*state, NULL, &diag, &story, &differ), &diag);
    assert_true(differ);
    assert_fact(story, "desk final_nav", "1440.2775", "USDT");
    assert_fact(story, "calm final_nav", "2460", "USDT");
    assert_fact(story, "desk lowest_surplus", "-163", "USDT");
    assert_fact(story, "calm lowest_surplus", "837", "USDT");
    /* (3300 + 3300 + 301) / 3 and (3300 + 3300 + 3246) / 3 */
    assert_fact(story, "desk margin_locked_mean", "2300.333333333333333333", "USDT");
    assert_fact(story, "calm margin_locked_mean", "3282", "USDT");
    assert_fact(story, "desk margin_locked_peak", "3300", "USDT");
    assert_row(story, "Outcome", "margin locked, mean|2300.333333|3282");
    assert_row(story, "Outcome", "liquidations|1|0");
    assert_says(story, "least under desk with 2300.333333 USDT, most under calm with 3282.");
    assert_says(story, "between them lie 1019.7225."); /* 2460 - 1440.2775 */
    assert_says(story, "the same until 2025-01-01T00:00:20Z (event 9 of the tape)");
    assert_shown_alike(story, 30);
    plm_story_destroy(story);
}

static void what_is_not_there_is_refused(void **state)
{
    plm_diag diag;
    plm_story *story = NULL;
    plm_diag_init(&diag);
    assert_int_equal(plm_story_liquidation(*state, 2, &diag, &story), PLM_ERR_USAGE);
    assert_string_equal(diag.text, "liquidation 2: this run has no such; allowed: 1 to 1");
    plm_diag_init(&diag);
    assert_int_equal(plm_story_account(*state, "clam", T, &diag, &story), PLM_ERR_USAGE);
    assert_non_null(strstr(diag.text, "calm"));
    execute(*state, "UPDATE run SET status = 'interrupted', cause = 'a reason'");
    story = tell_liquidation(*state);
    assert_non_null(strstr(story->banner, "interrupted"));
    assert_non_null(strstr(story->banner, "a reason"));
    plm_story_destroy(story);
    execute(*state, "UPDATE run SET status = 'complete', cause = NULL");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_liquidation_has_its_numbers),
        cmocka_unit_test(a_liquidation_says_who_paid),
        cmocka_unit_test(an_account_is_told_by_its_last_numbers),
        cmocka_unit_test(a_comparison_has_facts_and_rounded_means),
        cmocka_unit_test(what_is_not_there_is_refused),
    };
    return cmocka_run_group_tests_name("story", tests, setup, teardown);
}
