/*
 * page_price.c - the price of each instrument that was traded, with the fills on it.
 */
#include <math.h>

#include "page_parts.h"

#define PRICE_ROWS_MAX 6000
#define FILL_ROWS_MAX 1500

typedef struct price_curves {
    plm_curve price;
    plm_curve fill[3]; /* bought, sold, liquidated */
} price_curves;

static double unit_of(const plm_page_instrument *instrument)
{
    return pow(10.0, (double)instrument->px_scale);
}

static plm_status count(plm_page *page, const char *sql, int64_t id, plm_diag *diag, uint64_t *out)
{
    plm_query query;
    PLM_TRY(plm_query_open(page->db, sql, diag, &query));
    plm_query_bind_int(&query, 1, id);
    plm_status const status = plm_query_step(&query, diag);
    *out = status == PLM_OK ? (uint64_t)plm_query_int(&query, 0) : 0;
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

static plm_status draw_price(plm_page *page, const plm_page_instrument *instrument, plm_diag *diag,
                             plm_curve *out)
{
    uint64_t rows = 0;
    PLM_TRY(count(page, "SELECT count(*) FROM price WHERE instrument_id = ?", instrument->id, diag,
                  &rows));
    plm_query query;
    PLM_TRY(plm_query_open(page->db,
                           "SELECT ts_ns, px2 FROM price WHERE instrument_id = ? ORDER BY id", diag,
                           &query));
    plm_query_bind_int(&query, 1, instrument->id);
    plm_reduce *const reduce =
        plm_reduce_create(1, page->first_ns, page->last_ns, rows, PRICE_ROWS_MAX);
    plm_status status;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        double const value = (double)plm_query_int(&query, 1) / 2.0 / unit_of(instrument);
        plm_reduce_add(reduce, plm_query_int(&query, 0), &value);
    }
    plm_query_close(&query);
    plm_reduce_take(reduce, out);
    return status;
}

static plm_status draw_fills(plm_page *page, const plm_page_instrument *instrument, plm_diag *diag,
                             plm_curve out[3])
{
    plm_query query;
    PLM_TRY(plm_query_open(page->db,
                           "SELECT account_id, ts_ns, px, CASE WHEN liquidation_id IS NOT NULL "
                           "THEN 2 WHEN side = 'buy' THEN 0 ELSE 1 END FROM fill "
                           "WHERE instrument_id = ? ORDER BY id",
                           diag, &query));
    plm_query_bind_int(&query, 1, instrument->id);
    plm_reduce *reduce[3];
    for (unsigned k = 0; k < 3; k++) {
        reduce[k] = plm_reduce_create(1, page->first_ns, page->last_ns, (uint64_t)instrument->fills,
                                      FILL_ROWS_MAX);
    }
    plm_status status;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        const plm_page_account *const account =
            plm_page_find_account(page, plm_query_int(&query, 0));
        if (account != NULL && account->is_shown) {
            double const value = (double)plm_query_int(&query, 2) / unit_of(instrument);
            plm_reduce_add(reduce[plm_query_int(&query, 3)], plm_query_int(&query, 1), &value);
        }
    }
    plm_query_close(&query);
    for (unsigned k = 0; k < 3; k++) {
        plm_reduce_take(reduce[k], &out[k]);
    }
    return status;
}

static void put_chart(plm_page *page, const plm_page_instrument *instrument,
                      const price_curves *curves)
{
    static const char *const words[] = {"bought", "sold", "by a liquidation"};
    static const unsigned colours[] = {2, 1, 3};
    plm_chart chart = plm_page_chart("Price", PLM_CHART_AMOUNT, page);
    chart.name = instrument->symbol;
    chart.note = "The price that positions are valued at, at samples; fills at their own price, of "
                 "the accounts in detail.";
    plm_chart_line *const price = plm_page_add_line(
        &chart, &curves->price, plm_chart_add_curve(&page->sheet, &curves->price), 0);
    price->what = "price";
    price->colour = 7;
    for (unsigned k = 0; k < 3; k++) {
        if (curves->fill[k].count == 0) {
            continue;
        }
        plm_chart_line *const fills = plm_page_add_line(
            &chart, &curves->fill[k], plm_chart_add_curve(&page->sheet, &curves->fill[k]), 0);
        fills->what = words[k];
        fills->colour = colours[k];
        fills->is_dots = true;
    }
    plm_chart_write(&page->sheet, &chart);
}

plm_status plm_page_put_prices(plm_page *page, plm_diag *diag)
{
    plm_page_open_section(page, "prices", "Prices and fills");
    plm_status status = PLM_OK;
    unsigned shown = 0;
    unsigned traded = 0;
    for (size_t i = 0; i < page->instruments && status >= 0; i++) {
        const plm_page_instrument *const instrument = &page->instrument[i];
        traded += instrument->fills > 0 ? 1 : 0;
        if (!instrument->is_shown) {
            continue;
        }
        price_curves curves = {0};
        status = draw_price(page, instrument, diag, &curves.price);
        if (status >= 0) {
            status = draw_fills(page, instrument, diag, curves.fill);
        }
        if (status >= 0) {
            put_chart(page, instrument, &curves);
        }
        shown++;
        plm_curve_fini(&curves.price);
        for (unsigned k = 0; k < 3; k++) {
            plm_curve_fini(&curves.fill[k]);
        }
    }
    if (shown == 0) {
        plm_html_raw(page->html, "<p class=\"none\">Nothing was traded.</p>\n");
    } else if (traded > shown) {
        plm_html_format(page->html,
                        "<p class=\"none\">%u of %u traded instruments: those with the "
                        "most fills.</p>\n",
                        shown, traded);
    }
    plm_page_close_section(page);
    return status < 0 ? status : PLM_OK;
}
