/*
 * page_positions.c - how much of each instrument is held, over time.
 */
#include <math.h>

#include "memory.h"
#include "page_tally.h"

static plm_status gather(plm_page *page, const plm_page_instrument *instrument, plm_diag *diag,
                         plm_page_tally *tally)
{
    double const unit = pow(10.0, -(double)instrument->qty_scale);
    plm_query query;
    PLM_TRY(plm_query_open(page->db,
                           "SELECT account_id, ts_ns, leg, qty FROM position "
                           "WHERE instrument_id = ? ORDER BY id",
                           diag, &query));
    plm_query_bind_int(&query, 1, instrument->id);
    plm_status status;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        int64_t const account_id = plm_query_int(&query, 0);
        const plm_page_account *const account = plm_page_find_account(page, account_id);
        int64_t const leg = plm_query_int(&query, 2);
        if (account != NULL && account->is_shown) {
            plm_page_tally_set(tally, (int64_t[3]){0, leg, account_id}, plm_query_int(&query, 1),
                               (double)plm_query_int(&query, 3) * unit);
        }
    }
    plm_query_close(&query);
    return status;
}

static plm_status put_instrument(plm_page *page, const plm_page_instrument *instrument,
                                 uint64_t rows, plm_page_tally *tally, plm_diag *diag)
{
    *tally = (plm_page_tally){.page = page, .expected = rows};
    plm_status const status = gather(page, instrument, diag, tally);
    plm_page_tally_finish(tally);
    plm_chart chart = plm_page_chart("Position", PLM_CHART_AMOUNT, page);
    chart.name = instrument->symbol;
    chart.has_zero = true;
    for (int64_t leg = 0; leg <= 2; leg++) {
        unsigned const before = chart.line_count;
        plm_page_tally_draw(tally, page, &chart, 0, leg);
        for (unsigned i = before; i < chart.line_count; i++) {
            chart.line[i].what = leg == 0 ? NULL : plm_page_leg(leg);
        }
    }
    if (status >= 0 && chart.line_count > 0) {
        plm_chart_write(&page->sheet, &chart);
    }
    plm_page_tally_fini(tally);
    return status < 0 ? status : PLM_OK;
}

plm_status plm_page_put_positions(plm_page *page, plm_diag *diag)
{
    int64_t rows = 0;
    PLM_TRY(plm_page_count(page, "SELECT count(*) FROM position", diag, &rows));
    plm_page_open_section(page, "positions", "Positions");
    plm_page_tally *const tally = plm_alloc(1, sizeof *tally);
    plm_status status = PLM_OK;
    uint32_t const before = page->sheet.charts;
    plm_html_raw(page->html, "<div class=\"pair\">\n");
    for (size_t i = 0; i < page->instruments && status >= 0; i++) {
        if (page->instrument[i].is_shown) {
            status = put_instrument(page, &page->instrument[i], (uint64_t)rows, tally, diag);
        }
    }
    plm_html_raw(page->html, "</div>\n");
    if (page->sheet.charts == before) {
        plm_html_raw(page->html, "<p class=\"none\">Nothing was held.</p>\n");
    }
    plm_page_close_section(page);
    plm_free(tally);
    return status;
}
