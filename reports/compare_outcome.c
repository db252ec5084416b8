/*
 * compare_outcome.c - the outcome of each variant, side by side.
 */
#include <stdio.h>
#include <string.h>

#include "compare.h"
#include "decimal.h"
#include "memory.h"
#include "pile.h"
#include "story_scene.h"

#define SIDE_BY_SIDE 3u /* variants in one table of 80 columns */

typedef struct outcome_row {
    const char *name;
    /* One row of (text) or of (micro, atto, asset) ...; ?1 is the account. */
    const char *sql;
    bool money; /* several rows: one an asset */
} outcome_row;

static const outcome_row rows[] = {
    {"final nav",
     "SELECT nav_micro, nav_atto, s.name FROM (SELECT * FROM equity WHERE account_id = ?1 ORDER BY "
     "id DESC LIMIT 1) e JOIN account a ON a.id = e.account_id JOIN asset s ON s.id = "
     "a.report_asset_id WHERE e.priced = 1",
     true},
    {"return",
     "SELECT iif(value IS NULL, reason, printf('%.4f%%', 100 * value)) FROM metric WHERE "
     "account_id = ?1 AND name = 'return'",
     false},
    {"drawdown",
     "SELECT iif(value IS NULL, reason, printf('%.4f%%', 100 * value)) FROM metric WHERE "
     "account_id = ?1 AND name = 'max_drawdown'",
     false},
    {"liquidations",
     "SELECT count(*) FROM liquidation WHERE account_id = ?1 AND coalesce(cancelled_only, 0) = 0",
     false},
    {"bankrupt",
     "SELECT CASE bankrupt WHEN 1 THEN 'yes' WHEN 0 THEN 'no' ELSE '-' END FROM account WHERE id = "
     "?1",
     false},
    {"margin calls", "SELECT count(*) FROM margin_event WHERE account_id = ?1 AND what = 'call'",
     false},
    {"fills", "SELECT count(*) FROM fill WHERE account_id = ?1", false},
    {"by force", "SELECT count(*) FROM fill WHERE account_id = ?1 AND liquidation_id IS NOT NULL",
     false},
    {"skipped fills", "SELECT skipped_fills FROM account WHERE id = ?1 AND same = 'trades'", false},
    {"fees",
     "SELECT sum(fee_micro), sum(fee_atto), s.name FROM fill f JOIN asset s ON s.id = f.asset_id "
     "WHERE f.account_id = ?1 GROUP BY s.id",
     true},
    {"liquidation fees",
     "SELECT -sum(amount_micro), -sum(amount_atto), s.name FROM posting p JOIN asset s ON s.id = "
     "p.asset_id WHERE p.account_id = ?1 AND p.cause = 'liquidation_fee' AND p.book IN ('account', "
     "'isolated') GROUP BY s.id",
     true},
    {"funding received",
     "SELECT sum(amount_micro), sum(amount_atto), s.name FROM funding f JOIN asset s ON s.id = "
     "f.asset_id WHERE f.account_id = ?1 GROUP BY s.id",
     true},
    {"interest received",
     "SELECT sum(amount_micro), sum(amount_atto), s.name FROM interest f JOIN asset s ON s.id = "
     "f.asset_id WHERE f.account_id = ?1 GROUP BY s.id",
     true},
    {"insurance used",
     "SELECT insurance_used_micro, insurance_used_atto, s.name FROM account a JOIN asset s ON s.id "
     "= a.report_asset_id WHERE a.id = ?1 AND insurance_used_micro IS NOT NULL",
     true},
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

const char *plm_compare_rounded(const plm_comparison *self, plm_money amount)
{
    char text[PLM_DECIMAL_TEXT_CAP];
    plm_i128 rounded;
    if (!plm_i128_div(amount.v, plm_pow10(PLM_MONEY_SCALE - PLM_COMPARE_PLACES),
                      PLM_ROUND_HALF_EVEN, &rounded)) {
        rounded = 0;
    }
    (void)plm_decimal_format_i128(rounded, PLM_COMPARE_PLACES, text);
    return plm_teller_keep(self->teller, "%s", text);
}

/* Rounded; with its asset where that is not what the table is in. */
static const char *show(const plm_comparison *self, plm_money amount, const char *asset)
{
    const char *const text = plm_compare_rounded(self, amount);
    const bool common = strcmp(asset, self->variant[0].asset) == 0;
    return plm_teller_keep(self->teller, "%s%s%s", text, common ? "" : " ", common ? "" : asset);
}

/* "1.03", "1.03, 0.2 BTC", "-" of nothing. */
static plm_status read_cell(const plm_comparison *self, const outcome_row *row, int64_t account,
                            plm_diag *diag, const char **out)
{
    plm_query query;
    plm_status status;
    plm_pile cell = {0};
    PLM_TRY(plm_query_open(self->db, row->sql, diag, &query));
    plm_query_bind_int(&query, 1, account);
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        plm_pile_text(&cell, cell.size > 0 ? ", " : "");
        if (row->money) {
            plm_pile_text(&cell, show(self, plm_query_money(&query, 0), plm_query_text(&query, 2)));
        } else {
            plm_pile_text(&cell, plm_query_text(&query, 0));
        }
    }
    plm_query_close(&query);
    *out = cell.size == 0 ? "-" : plm_teller_keep(self->teller, "%s", cell.text);
    plm_free(cell.text);
    return status < 0 ? status : PLM_OK;
}

/* -- sums that findings need ----------------------------------------------------------------- */

static plm_status read_nav(const plm_comparison *self, plm_diag *diag, plm_variant *variant)
{
    plm_query query;
    PLM_TRY(plm_query_open(self->db, rows[0].sql, diag, &query));
    plm_query_bind_int(&query, 1, variant->id);
    const plm_status status = plm_query_step(&query, diag);
    variant->priced = status == PLM_OK;
    if (variant->priced) {
        variant->nav = plm_query_money(&query, 0);
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

/* What a run that came to its end found as the lowest surplus; else the lowest that was kept. */
static plm_status read_lowest(const plm_comparison *self, plm_diag *diag, plm_variant *variant)
{
    plm_query query;
    PLM_TRY(plm_query_open(
        self->db,
        "SELECT coalesce(p.lowest_micro, m.equity_micro - m.maintenance_micro), "
        "coalesce(p.lowest_atto, m.equity_atto - m.maintenance_atto), coalesce(p.lowest_ns, "
        "m.ts_ns), s.name FROM pool p JOIN asset s ON s.id = p.unit_id LEFT JOIN margin m ON m.id ="
        " (SELECT q.id FROM margin q WHERE q.pool_id = p.id AND p.lowest_micro IS NULL ORDER BY "
        "q.equity_micro - q.maintenance_micro - (q.equity_atto < q.maintenance_atto), "
        "(q.equity_atto - "
        "q.maintenance_atto + 1000000000000) % 1000000000000, q.id LIMIT 1) "
        "WHERE p.account_id = ?1 AND (p.lowest_micro IS NOT NULL OR m.id IS NOT NULL) ORDER BY 1, "
        "2, p.id LIMIT 1",
        diag, &query));
    plm_query_bind_int(&query, 1, variant->id);
    const plm_status status = plm_query_step(&query, diag);
    variant->lowest_known = status == PLM_OK;
    if (variant->lowest_known) {
        variant->lowest = plm_query_money(&query, 0);
        variant->lowest_ns = plm_query_int(&query, 2);
        variant->unit = plm_teller_keep(self->teller, "%s", plm_query_text(&query, 3));
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

/* Initial margin of positions and orders: the mean over samples of the grid, the highest of all. */
static plm_status read_locked(const plm_comparison *self, plm_diag *diag, plm_variant *variant)
{
    plm_query query;
    plm_status status;
    PLM_TRY(plm_query_open(
        self->db,
        "SELECT coalesce(sum(m.initial_micro + m.orders_micro), 0), coalesce(sum(m.initial_atto + "
        "m.orders_atto), 0), e.at <> 'event' FROM equity e LEFT JOIN margin m ON m.equity_id = "
        "e.id "
        "WHERE e.account_id = ?1 AND e.priced = 1 GROUP BY e.id",
        diag, &query));
    plm_query_bind_int(&query, 1, variant->id);
    plm_money sum = {0};
    int64_t count = 0;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        const plm_money locked = plm_query_money(&query, 0);
        if (plm_money_compare(locked, variant->locked_peak) > 0) {
            variant->locked_peak = locked;
        }
        if (plm_query_int(&query, 2) != 0) {
            count++;
            sum = plm_tell_sum(sum, locked);
        }
    }
    plm_query_close(&query);
    PLM_TRY(status);
    variant->locked_known =
        count > 0 && variant->lowest_known &&
        plm_i128_div(sum.v, count, PLM_ROUND_HALF_EVEN, &variant->locked_mean.v);
    return PLM_OK;
}

/* Margin in several assets is not summed. */
static plm_status check_units(const plm_comparison *self, plm_diag *diag, plm_variant *variant)
{
    plm_query query;
    PLM_TRY(
        plm_query_open(self->db,
                       "SELECT count(DISTINCT unit_id), (SELECT count(*) FROM liquidation WHERE "
                       "account_id = ?1 AND coalesce(cancelled_only, 0) = 0) FROM pool WHERE "
                       "account_id = ?1",
                       diag, &query));
    plm_query_bind_int(&query, 1, variant->id);
    const plm_status status = plm_query_step(&query, diag);
    if (status == PLM_OK) {
        variant->locked_known = variant->locked_known && plm_query_int(&query, 0) == 1;
        variant->liquidations = plm_query_int(&query, 1);
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

/* -- tables ---------------------------------------------------------------------------------- */

static void add_row(plm_comparison *self, const char *name, const char *const *cells, size_t count)
{
    const char *all[PLM_STORY_COLUMNS_MAX] = {name};
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        all[i + 1] = cells[i];
        any = any || strcmp(cells[i], "-") != 0;
    }
    if (any) {
        plm_teller_row(self->teller, false, all);
    }
}

static void add_margin_rows(plm_comparison *self, size_t from, size_t count)
{
    const char *cells[3][SIDE_BY_SIDE];
    for (size_t i = 0; i < count; i++) {
        const plm_variant *const one = &self->variant[from + i];
        cells[0][i] = one->lowest_known ? show(self, one->lowest, one->unit) : "-";
        cells[1][i] = one->locked_known ? show(self, one->locked_mean, one->unit) : "-";
        cells[2][i] = one->locked_known ? show(self, one->locked_peak, one->unit) : "-";
    }
    add_row(self, "lowest surplus", cells[0], count);
    add_row(self, "margin locked, mean", cells[1], count);
    add_row(self, "margin locked, peak", cells[2], count);
}

static plm_status tell_some(plm_comparison *self, size_t from, size_t count, plm_diag *diag)
{
    const char *heads[SIDE_BY_SIDE + 2u] = {""};
    const char *cells[SIDE_BY_SIDE];
    for (size_t i = 0; i < count; i++) {
        heads[i + 1] = plm_teller_keep(self->teller, ">%s", self->variant[from + i].name);
    }
    plm_teller_table(self->teller,
                     plm_teller_keep(self->teller,
                                     "Amounts in %s where nothing else stands there, rounded to %u "
                                     "decimals:",
                                     self->variant[0].asset, PLM_COMPARE_PLACES),
                     heads);
    for (size_t j = 0; j < ROW_COUNT; j++) {
        for (size_t i = 0; i < count; i++) {
            PLM_TRY(read_cell(self, &rows[j], self->variant[from + i].id, diag, &cells[i]));
        }
        add_row(self, rows[j].name, cells, count);
    }
    add_margin_rows(self, from, count);
    return PLM_OK;
}

/* What the tables round, by names for programs. */
static void put_facts(plm_comparison *self, const plm_variant *one)
{
    plm_teller *const teller = self->teller;
    if (one->priced) {
        plm_teller_fact(teller, plm_teller_keep(teller, "%s final_nav", one->name),
                        plm_teller_money(teller, one->nav), one->asset);
    }
    if (one->lowest_known) {
        plm_teller_fact(teller, plm_teller_keep(teller, "%s lowest_surplus", one->name),
                        plm_teller_money(teller, one->lowest), one->unit);
    }
    if (one->locked_known) {
        plm_teller_fact(teller, plm_teller_keep(teller, "%s margin_locked_mean", one->name),
                        plm_teller_money(teller, one->locked_mean), one->unit);
        plm_teller_fact(teller, plm_teller_keep(teller, "%s margin_locked_peak", one->name),
                        plm_teller_money(teller, one->locked_peak), one->unit);
    }
}

plm_status plm_compare_outcome(plm_comparison *self, plm_diag *diag)
{
    for (size_t i = 0; i < self->count; i++) {
        PLM_TRY(read_nav(self, diag, &self->variant[i]));
        PLM_TRY(read_lowest(self, diag, &self->variant[i]));
        PLM_TRY(read_locked(self, diag, &self->variant[i]));
        PLM_TRY(check_units(self, diag, &self->variant[i]));
        put_facts(self, &self->variant[i]);
    }
    plm_teller_heading(self->teller, "Outcome");
    for (size_t from = 0; from < self->count; from += SIDE_BY_SIDE) {
        const size_t left = self->count - from;
        PLM_TRY(tell_some(self, from, left < SIDE_BY_SIDE ? left : SIDE_BY_SIDE, diag));
    }
    return PLM_OK;
}
