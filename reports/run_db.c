/*
 * run_db.c - file, sink and tables in their order.
 */
#include "run_db.h"

#include "db_file.h"
#include "db_row.h"
#include "db_sink.h"
#include "db_text.h"
#include "db_view.h"
#include "memory.h"

struct plm_run_db {
    plm_db_file *file;
    plm_sink *sink;
};

static plm_status commit(void *context, plm_diag *diag)
{
    plm_run_db *const self = context;
    return plm_db_file_commit(self->file, diag);
}

static plm_status begin(plm_run_db *self, const plm_db_run *run, plm_diag *diag)
{
    sqlite3 *const db = plm_db_file_db(self->file);
    PLM_TRY(plm_row_exec(db, plm_schema_sql, diag));
    PLM_TRY(plm_db_put_views(db, plm_views_sql, diag));
    PLM_TRY(plm_db_put_columns(db, diag));
    PLM_TRY(plm_db_put_run(db, run, diag));
    PLM_TRY(plm_db_file_begin(self->file, diag));
    plm_db_sink_options const options = {.names = run->names,
                                         .blobs = run->blobs,
                                         .with_orders = run->with_orders,
                                         .commit = commit,
                                         .context = self};
    return plm_db_sink_create(plm_db_file_db(self->file), &options, diag, &self->sink);
}

static void close_sink(plm_run_db *self)
{
    if (self->sink != NULL) {
        self->sink->destroy(self->sink);
        self->sink = NULL;
    }
}

plm_status plm_run_db_create(const char *path, bool replace, const plm_db_run *run, plm_diag *diag,
                             plm_run_db **out)
{
    plm_run_db *const self = plm_alloc(1, sizeof *self);
    plm_status status = plm_db_file_create(path, replace, diag, &self->file);
    if (status < 0) {
        plm_free(self);
        return status;
    }
    status = begin(self, run, diag);
    if (status < 0) {
        plm_run_db_fail(self, "failed", diag->text);
        return status;
    }
    *out = self;
    return PLM_OK;
}

plm_sink *plm_run_db_sink(plm_run_db *db)
{
    return db->sink;
}

const char *plm_run_db_path(const plm_run_db *db)
{
    return plm_db_file_path(db->file);
}

static plm_status conclude(const plm_run_db *self, const plm_db_end *end,
                           plm_status (*measure)(sqlite3 *db, plm_diag *diag), plm_diag *diag)
{
    sqlite3 *const db = plm_db_file_db(self->file);
    PLM_TRY(plm_db_file_commit(self->file, diag)); /* the rows stay, whatever follows */
    PLM_TRY(plm_db_put_end(db, end, diag));
    if (measure != NULL) {
        PLM_TRY(measure(db, diag));
    }
    return plm_db_put_counts(db, diag);
}

plm_status plm_run_db_complete(plm_run_db *db, const plm_db_end *end,
                               plm_status (*measure)(sqlite3 *db, plm_diag *diag), plm_diag *diag)
{
    plm_status status = conclude(db, end, measure, diag);
    if (status < 0) {
        plm_db_file_rollback(db->file);
        plm_run_db_fail(db, "failed", diag->text);
        return status;
    }
    close_sink(db);
    status = plm_db_file_finish(db->file, diag);
    plm_free(db);
    return status;
}

void plm_run_db_fail(plm_run_db *db, const char *status, const char *cause)
{
    if (db != NULL) {
        if (db->sink != NULL) {
            plm_db_sink_flush(db->sink);
        }
        close_sink(db);
        plm_db_file_fail(db->file, status, cause);
        plm_free(db);
    }
}

bool plm_run_db_bury(const char *path, bool replace, const char *cause, char *out, size_t cap)
{
    return plm_db_file_bury(path, replace, cause, out, cap);
}
