/*
 * page_ledger.c - what the ledger tells: collateral per asset over time, and what fees, funding,
 * interest and liquidations have cost so far.
 */
#include <string.h>

#include "memory.h"
#include "page_tally.h"

/* Charts of the tally; the balance comes first. */
enum {
    CHART_BALANCE = 0,
    CHART_FEE,
    CHART_FUNDING,
    CHART_INTEREST,
    CHART_LIQUIDATION,
    CHART_COUNT
};

static int64_t chart_of_cause(const char *cause)
{
    static const struct {
        const char *cause;
        int64_t chart;
    } rows[] = {{"fee", CHART_FEE},
                {"funding", CHART_FUNDING},
                {"interest", CHART_INTEREST},
                {"liquidation_fee", CHART_LIQUIDATION},
                {"takeover", CHART_LIQUIDATION}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(cause, rows[i].cause) == 0) {
            return rows[i].chart;
        }
    }
    return CHART_BALANCE;
}

static plm_status gather(plm_page *page, plm_diag *diag, plm_page_tally *tally)
{
    plm_query query;
    PLM_TRY(plm_query_open(page->db,
                           "SELECT account_id, ts_ns, asset_id, cause, amount_micro, amount_atto "
                           "FROM posting WHERE book IN ('account', 'isolated') ORDER BY id",
                           diag, &query));
    plm_status status;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        int64_t const account_id = plm_query_int(&query, 0);
        const plm_page_account *const account = plm_page_find_account(page, account_id);
        if (account == NULL || !account->is_shown) {
            continue;
        }
        int64_t const ts_ns = plm_query_int(&query, 1);
        int64_t const asset_id = plm_query_int(&query, 2);
        int64_t const chart = chart_of_cause(plm_query_text(&query, 3));
        plm_money const amount = plm_query_money(&query, 4);
        plm_page_tally_add(tally, (int64_t[3]){CHART_BALANCE, asset_id, account_id}, ts_ns, amount);
        if (chart != CHART_BALANCE) {
            plm_page_tally_add(tally, (int64_t[3]){chart, asset_id, account_id}, ts_ns, amount);
        }
    }
    plm_query_close(&query);
    return status;
}

static void draw(plm_page *page, plm_page_tally *tally, int64_t which, const char *title,
                 const char *note)
{
    for (size_t i = 0; i < page->assets; i++) {
        plm_chart chart = plm_page_chart(title, PLM_CHART_AMOUNT, page);
        chart.unit = page->asset[i].name;
        chart.has_zero = true;
        chart.note = note;
        plm_page_tally_draw(tally, page, &chart, which, page->asset[i].id);
        if (chart.line_count > 0) {
            plm_chart_write(&page->sheet, &chart);
        }
    }
}

static plm_status make(plm_page *page, plm_diag *diag, plm_page_tally **out)
{
    int64_t rows = 0;
    PLM_TRY(plm_page_count(page, "SELECT count(*) FROM posting", diag, &rows));
    plm_page_tally *const tally = plm_alloc(1, sizeof *tally);
    tally->page = page;
    tally->expected = (uint64_t)rows;
    plm_status const status = gather(page, diag, tally);
    if (status < 0) {
        plm_page_tally_fini(tally);
        plm_free(tally);
        return status;
    }
    plm_page_tally_finish(tally);
    *out = tally;
    return PLM_OK;
}

plm_status plm_page_put_collateral(plm_page *page, plm_diag *diag)
{
    plm_page_tally *tally = NULL;
    PLM_TRY(make(page, diag, &tally));
    plm_page_open_section(page, "collateral", "Collateral");
    draw(
        page, tally, CHART_BALANCE, "Balance",
        "What an account owns of the asset, isolated margin included, without what is unrealised.");
    plm_html_raw(page->html, "</div>\n");
    plm_page_close_section(page);
    plm_page_tally_fini(tally);
    plm_free(tally);
    return PLM_OK;
}

plm_status plm_page_put_costs(plm_page *page, plm_diag *diag)
{
    plm_page_tally *tally = NULL;
    PLM_TRY(make(page, diag, &tally));
    plm_page_open_section(page, "costs", "Fees, funding and interest so far");
    plm_html_raw(page->html,
                 "<p class=\"lead\">Sums since the beginning; below zero was paid, above "
                 "was received.</p>\n");
    uint32_t const before = page->sheet.charts;
    plm_html_raw(page->html, "<div class=\"pair\">\n");
    draw(page, tally, CHART_FEE, "Fees", NULL);
    draw(page, tally, CHART_FUNDING, "Funding", NULL);
    draw(page, tally, CHART_INTEREST, "Interest", NULL);
    draw(page, tally, CHART_LIQUIDATION, "Liquidation: fees and what takeovers took", NULL);
    plm_html_raw(page->html, "</div>\n");
    if (page->sheet.charts == before) {
        plm_html_raw(page->html, "<p class=\"none\">Nothing was paid or received.</p>\n");
    }
    plm_page_close_section(page);
    plm_page_tally_fini(tally);
    plm_free(tally);
    return PLM_OK;
}
