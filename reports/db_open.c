/*
 * db_open.c - opening what somebody else may have made: read-only, nothing of it is trusted.
 */
#include "db_open.h"

#include <stdbool.h>
#include <sys/stat.h>

#include "query.h"

#define VALUE_MAX (64 * 1024 * 1024) /* bytes of one value; a run file or a blob is smaller */
#define EXPRESSION_DEPTH_MAX 200

static plm_status refuse(sqlite3 *db, const char *path, plm_diag *diag)
{
    switch (sqlite3_errcode(db)) {
    case SQLITE_NOTADB:
        return plm_fail(diag, PLM_ERR_INPUT, "%s: is no run database, but another kind of file",
                        path);
    case SQLITE_CORRUPT:
        return plm_fail(diag, PLM_ERR_INPUT, "%s: the database is damaged: %s", path,
                        sqlite3_errmsg(db));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: is being written by another program; try again when it has ended",
                        path);
    case SQLITE_NOMEM:
        return plm_fail(diag, PLM_ERR_IO, "%s: out of memory", path);
    default:
        return plm_fail(diag, PLM_ERR_IO, "%s: %s", path, sqlite3_errmsg(db));
    }
}

/* Settings that keep a hostile schema from doing anything but hold data. */
static void harden(sqlite3 *db)
{
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    (void)sqlite3_limit(db, SQLITE_LIMIT_LENGTH, VALUE_MAX);
    (void)sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, EXPRESSION_DEPTH_MAX);
    (void)sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
}

static int get_pragma(sqlite3 *db, const char *sql, int *out)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
    }
    if (code == SQLITE_ROW) {
        *out = sqlite3_column_int(statement, 0);
        code = SQLITE_OK;
    }
    (void)sqlite3_finalize(statement);
    return code;
}

/* A writer that was killed leaves a journal, which a reader without the right to write can't roll
 * back. */
static void roll_back(const char *path)
{
    sqlite3 *db = NULL;
    int version = 0;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK) {
        harden(db);
        (void)get_pragma(db, "PRAGMA user_version", &version);
    }
    (void)sqlite3_close(db);
}

static plm_status check_kind(sqlite3 *db, const char *path, plm_diag *diag)
{
    int application = 0;
    int version = 0;
    int code = get_pragma(db, "PRAGMA application_id", &application);
    if (code == SQLITE_OK) {
        code = get_pragma(db, "PRAGMA user_version", &version);
    }
    if (code != SQLITE_OK) {
        return refuse(db, path, diag);
    }
    if (application != PLM_DB_APPLICATION_ID) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: is a database of another program, none that 'plimsoll run -o' wrote",
                        path);
    }
    if (version < 1 || version > PLM_DB_VERSION) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: has version %d of the run database; this program reads 1 to %d", path,
                        version, PLM_DB_VERSION);
    }
    plm_query query;
    PLM_TRY(plm_query_open(db, "SELECT count(*) FROM run WHERE id = 1", diag, &query));
    plm_status const status = plm_query_step(&query, diag);
    bool const is_there = status == PLM_OK && plm_query_int(&query, 0) == 1;
    plm_query_close(&query);
    if (status == PLM_OK && !is_there) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s: holds no run: it was not even begun", path);
    }
    return status;
}

plm_status plm_db_open(const char *path, plm_diag *diag, sqlite3 **out)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s: there is no such file, or it can't be reached",
                        path);
    }
    if (!S_ISREG(info.st_mode) || info.st_size == 0) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s: is no run database, but %s", path,
                        S_ISREG(info.st_mode) ? "an empty file" : "no file at all");
    }
    sqlite3 *db = NULL;
    int version = 0;
    int code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL);
    if (code == SQLITE_OK) {
        harden(db);
        code = get_pragma(db, "PRAGMA user_version", &version);
    }
    if (code == SQLITE_READONLY || code == SQLITE_CANTOPEN) {
        roll_back(path);
        code = get_pragma(db, "PRAGMA user_version", &version);
    }
    plm_status status = code == SQLITE_OK ? check_kind(db, path, diag) : refuse(db, path, diag);
    if (status < 0) {
        (void)sqlite3_close(db);
        return status;
    }
    *out = db;
    return PLM_OK;
}

void plm_db_close(sqlite3 *db)
{
    (void)sqlite3_close(db);
}
