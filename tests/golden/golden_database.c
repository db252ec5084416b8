/*
 * golden_database.c - promise: run databases of every released version of the schema still open,
 * and say what they said. database_v1.db is examples/contagion.yaml at `sample: 5m`, in pages of
 * 1024 bytes; its numbers stand in tests/cli/contagion.test and in the example's log.
 */
#include "plm_test.h"

#include <stdio.h>
#include <stdlib.h>

#include "db_open.h"
#include "decimal.h"
#include "query.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_1_says_what_it_said),
        cmocka_unit_test(version_1_has_two_liquidations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
