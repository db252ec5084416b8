/*
 * golden_database.c - promise: run databases of every released version of the schema still open,
 * and say what they said. database_v1.db is examples/contagion.yaml at `sample: 5m`, in pages of
 * 1024 bytes; its numbers stand in tests/cli/contagion.test and in the example's log. Version 1 is
 * not released yet; until then a change of the schema makes the file again:
 *
 *     plimsoll synth jumps --events 1000000 --seed 26 -o jumps.tape
 *     plimsoll run contagion.yaml --set sample=5m -o database_v1.db
 *     sqlite3 database_v1.db "PRAGMA page_size = 1024; VACUUM"
 */
#include "plm_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db_open.h"
#include "decimal.h"
#include "query.h"
#include "verify_run.h"

#define PATH_CAP 4096

static sqlite3 *open_golden(const char *name)
{
    char path[PATH_CAP];
    const char *const root = getenv("PLIMSOLL_SOURCE");
    sqlite3 *db = NULL;
    plm_diag diag;
    plm_diag_init(&diag);
    (void)snprintf(path, sizeof path, "%s/tests/golden/%s", root != NULL ? root : ".", name);
    assert_int_equal(plm_db_open(path, &diag, &db), PLM_OK);
    return db;
}

static void version_1_says_what_it_said(void **state)
{
    (void)state;
    static const char *const names[] = {"desk/cross", "desk/isolated", "desk/portfolio"};
    static const char *const navs[] = {"93.8563429", "95.7272183", "97.1231908"};
    sqlite3 *const db = open_golden("database_v1.db");
    plm_query query;
    plm_diag diag;
    plm_diag_init(&diag);
    assert_int_equal(plm_query_open(db,
                                    "SELECT r.status, a.name, e.nav_micro, e.nav_atto FROM run AS "
                                    "r, account AS a JOIN equity AS e ON e.account_id = a.id AND "
                                    "e.at = 'end' ORDER BY a.id",
                                    &diag, &query),
                     PLM_OK);
    for (unsigned i = 0; i < 3; i++) {
        char nav[PLM_DECIMAL_TEXT_CAP];
        assert_int_equal(plm_query_step(&query, &diag), PLM_OK);
        (void)plm_decimal_format_money(plm_query_money(&query, 2), nav);
        assert_string_equal(plm_query_text(&query, 0), "complete");
        assert_string_equal(plm_query_text(&query, 1), names[i]);
        assert_string_equal(nav, navs[i]);
    }
    assert_int_equal(plm_query_step(&query, &diag), PLM_END);
    plm_query_close(&query);
    plm_db_close(db);
}

static void version_1_has_two_liquidations(void **state)
{
    (void)state;
    sqlite3 *const db = open_golden("database_v1.db");
    plm_query query;
    plm_diag diag;
    plm_diag_init(&diag);
    assert_int_equal(plm_query_open(db, "SELECT ended FROM liquidation ORDER BY id", &diag, &query),
                     PLM_OK);
    assert_int_equal(plm_query_step(&query, &diag), PLM_OK);
    assert_string_equal(plm_query_text(&query, 0), "flat");
    assert_int_equal(plm_query_step(&query, &diag), PLM_OK);
    assert_string_equal(plm_query_text(&query, 0), "compliant");
    plm_query_close(&query);
    plm_db_close(db);
}

/* Those that docs/metrics.md makes of postings, rows of equity and liquidations. */
static void version_1_has_its_metrics(void **state)
{
    (void)state;
    static const char *const expected[][3] = {
        {"0", "fees", "1.0272571"}, {"0", "final_nav", "93.8563429"},
        {"0", "liquidations", "1"}, {"0", "lowest_surplus", "-2.8037392"},
        {"1", "fees", "1.3333817"}, {"1", "final_nav", "95.7272183"},
        {"1", "liquidations", "1"}, {"1", "lowest_surplus", "-0.151552631578947368"},
        {"2", "fees", "0.8474092"}, {"2", "final_nav", "97.1231908"},
        {"2", "liquidations", "0"}, {"2", "lowest_surplus", "32.7731908"},
    };
    sqlite3 *const db = open_golden("database_v1.db");
    plm_query query;
    plm_diag diag;
    plm_diag_init(&diag);
    assert_int_equal(plm_query_open(db,
                                    "SELECT account_id, name, exact FROM metric WHERE name IN "
                                    "('fees', 'final_nav', 'liquidations', 'lowest_surplus') "
                                    "ORDER BY account_id, name",
                                    &diag, &query),
                     PLM_OK);
    for (unsigned i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_int_equal(plm_query_step(&query, &diag), PLM_OK);
        for (int column = 0; column < 3; column++) {
            assert_string_equal(plm_query_text(&query, column), expected[i][column]);
        }
    }
    assert_int_equal(plm_query_step(&query, &diag), PLM_END);
    plm_query_close(&query);
    plm_db_close(db);
}

/* Its rows and its ledger are counted again; metrics are not, since later ones may know more. */
static void version_1_is_whole(void **state)
{
    (void)state;
    sqlite3 *const db = open_golden("database_v1.db");
    plm_check check[PLM_VERIFY_CHECKS_MAX];
    size_t count = 0;
    plm_diag diag;
    plm_diag_init(&diag);
    assert_int_equal(plm_verify_run(db, &diag, check, &count), PLM_OK);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(check[i].name, "metrics") != 0) {
            assert_int_equal(check[i].verdict, PLM_VERDICT_OK);
        }
    }
    plm_db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_1_says_what_it_said),
        cmocka_unit_test(version_1_has_two_liquidations),
        cmocka_unit_test(version_1_has_its_metrics),
        cmocka_unit_test(version_1_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
