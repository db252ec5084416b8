/*
 * page_curves.c - the curves of the accounts that are shown, and what all charts of the page share.
 */
#include <math.h>

#include "page_blobs.h"

#define ROWS_ALL_MAX 24000 /* of all accounts together, so that the page stays small */
#define ROWS_MAX 12000     /* of one */

static uint64_t count_rows(const plm_query *query)
{
    int64_t const rows = plm_query_int(query, 0);
    return rows < 0 ? 0 : (uint64_t)rows;
}

/* Deposits, withdrawals and refills of an account, in order. */
typedef struct flow_walk {
    plm_query query;
    plm_status status; /* PLM_OK: the query stands on one that is not taken yet */
} flow_walk;

static plm_status open_flows(plm_page *page, const plm_page_account *account, plm_diag *diag,
                             flow_walk *out)
{
    PLM_TRY(plm_query_open(page->db,
                           "SELECT ts_ns, asset_id, amount_micro, amount_atto FROM posting WHERE "
                           "account_id = ? AND event > 0 AND book IN ('account', 'isolated') "
                           "AND cause IN ('deposit', 'withdrawal', 'refill') ORDER BY id",
                           diag, &out->query));
    plm_query_bind_int(&out->query, 1, account->id);
    out->status = plm_query_step(&out->query, diag);
    return out->status < 0 ? out->status : PLM_OK;
}

/* The sum of what came until ts_ns. */
static double take_flows(flow_walk *flows, plm_page_account *account, int64_t ts_ns, plm_diag *diag)
{
    double sum = 0.0;
    while (flows->status == PLM_OK && plm_query_int(&flows->query, 0) <= ts_ns) {
        if (plm_query_int(&flows->query, 1) == account->asset_id) {
            sum += plm_html_real(plm_query_money(&flows->query, 2));
        } else {
            account->has_odd_flows = true;
        }
        flows->status = plm_query_step(&flows->query, diag);
    }
    return sum;
}

/* Takes one row of an account into its curve and its growth. */
static void take_row(plm_page_account *account, plm_reduce *reduce, flow_walk *flows, int64_t ts_ns,
                     double nav, plm_diag *diag)
{
    double row[PLM_ACCOUNT_COLUMNS] = {nav, NAN};
    if (isfinite(nav)) {
        double const flow = take_flows(flows, account, ts_ns, diag);
        row[PLM_ACCOUNT_DRAWDOWN] = plm_growth_add(&account->growth, ts_ns, nav, flow);
    }
    plm_reduce_add(reduce, ts_ns, row);
}

static plm_status gather_rows(plm_page *page, plm_page_account *account, plm_reduce *reduce,
                              flow_walk *flows, plm_diag *diag)
{
    plm_query query;
    PLM_TRY(plm_query_open(page->db,
                           "SELECT ts_ns, priced, nav_micro, nav_atto FROM equity "
                           "WHERE account_id = ? ORDER BY id",
                           diag, &query));
    plm_query_bind_int(&query, 1, account->id);
    plm_status status;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        bool const is_known = plm_query_int(&query, 1) != 0 && !plm_query_is_null(&query, 2);
        take_row(account, reduce, flows, plm_query_int(&query, 0),
                 is_known ? plm_html_real(plm_query_money(&query, 2)) : NAN, diag);
    }
    plm_query_close(&query);
    return status;
}

static plm_status gather_blobs(plm_page *page, plm_page_account *account, plm_reduce *reduce,
                               flow_walk *flows, plm_diag *diag)
{
    plm_blob_walk walk;
    PLM_TRY(plm_blob_walk_open(page->db, account->id, diag, &walk));
    plm_status status;
    plm_blob_row row;
    while ((status = plm_blob_walk_next(&walk, diag, &row)) == PLM_OK) {
        take_row(account, reduce, flows, row.value[PLM_BLOB_TS], plm_blob_real(&row, PLM_BLOB_NAV),
                 diag);
    }
    plm_blob_walk_close(&walk);
    return status;
}

static plm_status count_equity(plm_page *page, const plm_page_account *account, plm_diag *diag,
                               uint64_t *out)
{
    if (page->is_blobs) {
        return plm_blob_count(page->db, account->id, diag, out);
    }
    plm_query query;
    PLM_TRY(
        plm_query_open(page->db, "SELECT count(*) FROM equity WHERE account_id = ?", diag, &query));
    plm_query_bind_int(&query, 1, account->id);
    plm_status const status = plm_query_step(&query, diag);
    if (status == PLM_OK) {
        *out = count_rows(&query);
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

static plm_status draw_account(plm_page *page, plm_page_account *account, uint32_t rows_max,
                               plm_diag *diag)
{
    uint64_t rows = 0;
    flow_walk flows;
    PLM_TRY(count_equity(page, account, diag, &rows));
    PLM_TRY(open_flows(page, account, diag, &flows));
    plm_growth_init(&account->growth);
    if (account->has_first) {
        account->growth.has_row = true;
        account->growth.nav = plm_html_real(account->first_nav);
    }
    plm_reduce *const reduce =
        plm_reduce_create(PLM_ACCOUNT_COLUMNS, page->first_ns, page->last_ns, rows, rows_max);
    plm_status const status = page->is_blobs ? gather_blobs(page, account, reduce, &flows, diag)
                                             : gather_rows(page, account, reduce, &flows, diag);
    plm_growth_end(&account->growth);
    plm_query_close(&flows.query);
    plm_reduce_take(reduce, &account->curve);
    return status < 0 ? status : flows.status < 0 ? flows.status : PLM_OK;
}

plm_status plm_page_draw_accounts(plm_page *page, plm_diag *diag)
{
    uint32_t const share = page->shown == 0 ? ROWS_MAX : ROWS_ALL_MAX / page->shown;
    for (size_t i = 0; i < page->accounts; i++) {
        plm_page_account *const account = &page->account[i];
        if (account->is_shown) {
            PLM_TRY(draw_account(page, account, share < ROWS_MAX ? share : ROWS_MAX, diag));
            account->curve_id = plm_chart_add_curve(&page->sheet, &account->curve);
        }
    }
    return PLM_OK;
}

plm_chart plm_page_chart(const char *title, plm_chart_scale scale, const plm_page *page)
{
    return (plm_chart){
        .title = title, .scale = scale, .first_ns = page->first_ns, .last_ns = page->last_ns};
}

plm_chart_line *plm_page_add_line(plm_chart *chart, const plm_curve *curve, uint32_t curve_id,
                                  unsigned column)
{
    if (chart->line_count == PLM_CHART_LINES_MAX) {
        chart->lines_left++;
        return NULL;
    }
    plm_chart_line *const line = &chart->line[chart->line_count];
    *line = (plm_chart_line){
        .curve = curve, .curve_id = curve_id, .column = column, .colour = chart->line_count};
    chart->line_count++;
    return line;
}

void plm_page_open_section(plm_page *page, const char *id, const char *title)
{
    plm_html_format(page->html,
                    "<section id=\"%s\" aria-labelledby=\"%s-h\">\n<h2 id=\"%s-h\">%s"
                    "</h2>\n",
                    id, id, id, title);
}

void plm_page_close_section(plm_page *page)
{
    plm_html_raw(page->html, "</section>\n");
}
