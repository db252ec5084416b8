/*
 * metrics_driver.c - measures run databases for metrics_check.py.
 *
 *     metrics_driver write DB...     writes the table metric of each, then verifies it
 *     metrics_driver verify DB...    prints the first difference of each, or "same"
 *     metrics_driver names           name, kind and unit of each metric, a line each
 *     metrics_driver text|json NAME  what `plimsoll explain NAME` tells
 *
 * A database that is refused is told on a line of its own, with "refused: " before it.
 */
#include <stdio.h>
#include <string.h>

#include "memory.h"
#include "metric.h"

static plm_status execute(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? PLM_OK : PLM_ERR_IO;
}

static plm_status write_metrics(sqlite3 *db, plm_diag *diag)
{
    PLM_TRY(execute(db, "BEGIN"));
    PLM_TRY(plm_metrics_write(db, diag));
    return execute(db, "COMMIT");
}

static plm_status verify(sqlite3 *db, plm_diag *diag)
{
    char *difference;
    PLM_TRY(plm_metrics_verify(db, diag, &difference));
    (void)printf("%s\n", difference == NULL ? "same" : difference);
    plm_free(difference);
    return PLM_OK;
}

static int measure(const char *path, bool writes)
{
    plm_diag diag;
    sqlite3 *db = NULL;
    plm_diag_init(&diag);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
        (void)fprintf(stderr, "%s: %s\n", path, sqlite3_errmsg(db));
        (void)sqlite3_close(db);
        return 1;
    }
    plm_status status = writes ? write_metrics(db, &diag) : PLM_OK;
    if (status == PLM_OK) {
        status = verify(db, &diag);
    }
    if (status < 0) {
        (void)printf("refused: %s\n", diag.text);
    }
    return sqlite3_close(db) == SQLITE_OK ? 0 : 1; /* not closed: a statement was forgotten */
}

static void list_names(void)
{
    size_t count;
    const plm_metric_def *const defs = plm_metric_defs(&count);
    for (size_t i = 0; i < count; i++) {
        (void)printf("%s\t%s\t%s\t%s\n", defs[i].name, defs[i].kind, defs[i].unit, defs[i].formula);
    }
}

static int tell(const char *name, bool json)
{
    const char *nearest = NULL;
    const plm_metric_def *const def = plm_metric_find(name, &nearest);
    if (def == NULL) {
        (void)printf("none, near %s\n", nearest == NULL ? "nothing" : nearest);
        return 1;
    }
    char *const text = json ? plm_metric_json(def) : plm_metric_text(def);
    (void)fputs(text, stdout);
    plm_free(text);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "names") == 0) {
        list_names();
        return 0;
    }
    if (argc == 3 && (strcmp(argv[1], "text") == 0 || strcmp(argv[1], "json") == 0)) {
        return tell(argv[2], argv[1][0] == 'j');
    }
    if (argc < 3 || (strcmp(argv[1], "write") != 0 && strcmp(argv[1], "verify") != 0)) {
        return 2;
    }
    int failed = 0;
    for (int i = 2; i < argc; i++) {
        failed |= measure(argv[i], argv[1][0] == 'w');
    }
    return failed;
}
