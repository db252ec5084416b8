/*
 * db_sink.c - records in, rows out: the statements, and a transaction every so many rows.
 */
#include "db_sink.h"

#include <string.h>

#include "check.h"
#include "db_parts.h"
#include "memory.h"

#define COMMIT_ROWS 100000u
#define PACKED_A_ROW 8u /* samples in blocks, in the bytes of a row */

static const char *const SQL[PLM_DB_TABLE_COUNT] = {
    [PLM_DB_EQUITY] = "INSERT INTO equity VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [PLM_DB_MARGIN] = "INSERT INTO margin VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [PLM_DB_CONTRIBUTION] =
        "INSERT INTO contribution VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [PLM_DB_PRICE] = "INSERT INTO price VALUES (?, ?, ?, ?)",
    [PLM_DB_ORDER_EVENT] = "INSERT INTO order_event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                           "?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [PLM_DB_FILL] =
        "INSERT INTO fill VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [PLM_DB_POSITION] = "INSERT INTO position VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [PLM_DB_POSTING] = "INSERT INTO posting VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [PLM_DB_FUNDING] = "INSERT INTO funding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [PLM_DB_SETTLEMENT] = "INSERT INTO settlement VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [PLM_DB_INTEREST] = "INSERT INTO interest VALUES (?, ?, ?, ?, ?, ?, ?)",
    [PLM_DB_MARGIN_EVENT] = "INSERT INTO margin_event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                            "?, ?, ?, ?, ?, ?, ?)",
    [PLM_DB_LIQUIDATION] =
        "INSERT INTO liquidation (id, account_id, pool_id, number, begin_seq, begin_ns, event, "
        "culprit_id, equity_micro, equity_atto, maintenance_micro, maintenance_atto) VALUES (?, ?, "
        "?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [PLM_DB_LIQUIDATION_END] =
        "UPDATE liquidation SET end_seq = ?, end_ns = ?, ended = ?, cancelled_only = ?, "
        "shortfall_micro = ?, shortfall_atto = ? WHERE id = ?",
    [PLM_DB_STAGE] = "INSERT INTO liquidation_stage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                     "?, ?, ?, ?, ?)",
    [PLM_DB_COUNTERPARTY] =
        "INSERT INTO counterparty VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [PLM_DB_RULE_CHANGE] = "INSERT INTO rule_change VALUES (?, ?, ?, ?, ?)",
    [PLM_DB_COLLATERAL_EVENT] = "INSERT INTO collateral_event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [PLM_DB_NOTE] = "INSERT INTO note VALUES (?, ?, ?, ?)",
    [PLM_DB_POOL] = "INSERT INTO pool (id, account_id, regime, unit_id, instrument_id, leg) VALUES "
                    "(?, ?, ?, ?, ?, ?)",
    [PLM_DB_POOL_LOWEST] =
        "UPDATE pool SET lowest_micro = ?, lowest_atto = ?, lowest_ns = ? WHERE id = ?",
    [PLM_DB_DROP_CONTRIBUTIONS] = "DELETE FROM contribution WHERE id BETWEEN ? AND ?",
    [PLM_DB_DROP_MARGINS] = "DELETE FROM margin WHERE id BETWEEN ? AND ?",
    [PLM_DB_DROP_EQUITY] = "DELETE FROM equity WHERE id BETWEEN ? AND ?",
    [PLM_DB_DROP_PRICE] = "DELETE FROM price WHERE id = ?",
};

const char *plm_db_word(const char *word)
{
    return strcmp(word, "-") == 0 ? NULL : word;
}

int64_t plm_db_order(plm_oid oid)
{
    return oid > INT64_MAX ? -1 - (int64_t)(oid & INT64_MAX) : (int64_t)oid;
}

plm_row *plm_db_row(plm_db_self *self, plm_db_table table)
{
    plm_assert(self->row[table].at == 0);
    return &self->row[table];
}

plm_status plm_db_put(plm_db_self *self, plm_db_table table, plm_diag *diag)
{
    self->rows++;
    return plm_row_put(&self->row[table], diag);
}

static plm_status put_record(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    bool const told_of_head =
        record->kind == PLM_RECORD_MARGIN || record->kind == PLM_RECORD_CONTRIBUTION;
    if (!told_of_head) {
        self->head = 0;
    }
    plm_db_acting_look(self, record);
    plm_status const status = plm_db_trade(self, record, diag);
    return status == PLM_END ? plm_db_margin(self, record, diag) : status;
}

static plm_status sink_write(plm_sink *sink, const plm_record *records, size_t count,
                             plm_diag *diag)
{
    plm_db_self *const self = sink->impl;
    for (size_t i = 0; i < count; i++) {
        PLM_TRY(put_record(self, &records[i], diag));
    }
    if (self->rows + self->packed / PACKED_A_ROW < COMMIT_ROWS) {
        return PLM_OK;
    }
    self->rows = 0;
    self->packed = 0;
    return self->options.commit(self->options.context, diag);
}

static plm_status sink_finish(plm_sink *sink, const uint8_t digest[32], plm_diag *diag)
{
    plm_db_self *const self = sink->impl;
    (void)digest;
    return self->blobs == NULL ? PLM_OK : plm_blobs_flush(self->blobs, diag);
}

void plm_db_sink_flush(plm_sink *sink)
{
    plm_db_self *const self = sink->impl;
    plm_diag ignored;
    plm_diag_init(&ignored);
    if (self->blobs != NULL && sqlite3_get_autocommit(self->db) == 0) {
        plm_status const kept = plm_blobs_flush(self->blobs, &ignored);
        (void)kept; /* the run has failed for another reason, which is told */
    }
}

static void sink_destroy(plm_sink *sink)
{
    if (sink == NULL) {
        return;
    }
    plm_db_self *const self = sink->impl;
    for (unsigned table = 0; table < PLM_DB_TABLE_COUNT; table++) {
        plm_row_close(&self->row[table]);
    }
    plm_blobs_destroy(self->blobs);
    plm_free(self->pool);
    plm_free(self->account);
    plm_free(self->price);
    plm_free(self);
}

static plm_status prepare(plm_db_self *self, plm_diag *diag)
{
    for (unsigned table = 0; table < PLM_DB_TABLE_COUNT; table++) {
        PLM_TRY(plm_row_open(self->db, SQL[table], diag, &self->row[table]));
    }
    return self->options.blobs
               ? plm_blobs_create(self->db, self->options.names->account_count, diag, &self->blobs)
               : PLM_OK;
}

plm_status plm_db_sink_create(sqlite3 *db, const plm_db_sink_options *options, plm_diag *diag,
                              plm_sink **out)
{
    plm_db_self *const self = plm_alloc(1, sizeof *self);
    uint32_t const accounts = options->names->account_count;
    self->options = *options;
    self->db = db;
    self->account = plm_alloc(accounts == 0 ? 1 : accounts, sizeof *self->account);
    self->price = plm_alloc(options->names->sym_count + 1, sizeof *self->price);
    self->sink = (plm_sink){
        .impl = self, .write = sink_write, .finish = sink_finish, .destroy = sink_destroy};
    plm_status const status = prepare(self, diag);
    if (status < 0) {
        sink_destroy(&self->sink);
        return status;
    }
    *out = &self->sink;
    return PLM_OK;
}
