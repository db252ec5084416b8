/*
 * page_trades.c - round trips: a position from nothing until it is gone or on the other side.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "histogram.h"
#include "memory.h"
#include "page_parts.h"
#include "timetext.h"

#define TRIPS_MAX 1000000 /* that are looked at */

typedef struct trip {
    int64_t account_id, instrument_id, leg;
    int64_t open_seq, close_seq; /* its fills lie between them */
    int64_t open_ns, close_ns;
    int64_t most; /* the greatest quantity; below zero: short */
    plm_money realised;
} trip;

typedef struct trips {
    trip *row;
    size_t count, cap;
    bool is_full;
} trips;

static void add(trips *all, const trip *found)
{
    if (all->count == TRIPS_MAX) {
        all->is_full = true;
        return;
    }
    if (all->count == all->cap) {
        all->cap = all->cap == 0 ? 64 : 2 * all->cap;
        all->row = plm_realloc(all->row, all->cap, sizeof *all->row);
    }
    all->row[all->count++] = *found;
}

/* A walk over the changes of one position after another. */
typedef struct walk {
    trip now;
    int64_t seq, qty;   /* before the change */
    plm_money realised; /* until then, since the beginning */
    plm_money base;     /* when the trip began */
} walk;

static void change(walk *w, const plm_query *query, trips *all)
{
    int64_t const seq = plm_query_int(query, 3);
    int64_t const ts_ns = plm_query_int(query, 4);
    int64_t const qty = plm_query_int(query, 5);
    plm_money const realised = plm_query_money(query, 6);
    bool const turns = (w->qty > 0 && qty < 0) || (w->qty < 0 && qty > 0);
    if (w->qty != 0 && (qty == 0 || turns)) {
        w->now.close_seq = seq;
        w->now.close_ns = ts_ns;
        if (plm_money_sub(realised, w->base, &w->now.realised)) {
            add(all, &w->now);
        }
    }
    if (qty != 0 && (w->qty == 0 || turns)) {
        w->base = turns ? realised : w->realised;
        w->now.open_seq = turns ? seq : w->seq; /* the fill that turns belongs to what it closes */
        w->now.open_ns = ts_ns;
        w->now.most = qty;
    } else if (qty != 0 && imaxabs(qty) > imaxabs(w->now.most)) {
        w->now.most = qty;
    }
    w->seq = seq;
    w->qty = qty;
    w->realised = realised;
}

static plm_status gather(plm_page *page, plm_diag *diag, trips *all)
{
    plm_query query;
    PLM_TRY(
        plm_query_open(page->db,
                       "SELECT account_id, instrument_id, leg, id, ts_ns, qty, realised_micro, "
                       "realised_atto FROM position ORDER BY account_id, instrument_id, leg, id",
                       diag, &query));
    plm_status status;
    walk w = {.now = {.account_id = -1}};
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        const plm_page_account *const account =
            plm_page_find_account(page, plm_query_int(&query, 0));
        if (account == NULL || !account->is_shown) {
            continue;
        }
        if (w.now.account_id != account->id || w.now.instrument_id != plm_query_int(&query, 1) ||
            w.now.leg != plm_query_int(&query, 2)) {
            w = (walk){.now = {.account_id = account->id,
                               .instrument_id = plm_query_int(&query, 1),
                               .leg = plm_query_int(&query, 2)}};
        }
        change(&w, &query, all);
    }
    plm_query_close(&query);
    return status;
}

/* Fees of its fills; a row of position follows the fill that made it. */
static plm_status find_fees(plm_query *query, const trip *found, plm_diag *diag, plm_money *out,
                            int64_t *out_forced)
{
    plm_query_reset(query);
    plm_query_bind_int(query, 1, found->account_id);
    plm_query_bind_int(query, 2, found->instrument_id);
    plm_query_bind_int(query, 3, found->leg);
    plm_query_bind_int(query, 4, found->open_seq);
    plm_query_bind_int(query, 5, found->close_seq);
    PLM_TRY(plm_query_step(query, diag));
    *out = plm_query_money(query, 0);
    *out_forced = plm_query_int(query, 2);
    return PLM_OK;
}

static plm_status put_trip(plm_page *page, plm_query *query, const trip *found, plm_diag *diag)
{
    plm_html *const html = page->html;
    char length[PLM_TIME_TEXT_CAP];
    plm_money fees;
    int64_t forced = 0;
    PLM_TRY(find_fees(query, found, diag, &fees, &forced));
    const plm_page_instrument *const instrument =
        plm_page_find_instrument(page, found->instrument_id);
    plm_html_raw(html, "<tr><td>");
    plm_html_name(html, plm_page_account_name(page, found->account_id));
    plm_html_raw(html, "<td>");
    plm_html_name(html, plm_page_symbol(page, found->instrument_id));
    plm_html_format(html, "<td>%s<td class=\"n\">", found->most > 0 ? "long" : "short");
    plm_html_scaled(html, imaxabs(found->most), instrument == NULL ? 0 : instrument->qty_scale);
    plm_html_raw(html, "<td>");
    plm_html_time(html, found->open_ns);
    plm_html_raw(html, "<td>");
    plm_html_time(html, found->close_ns);
    (void)plm_duration_format(found->close_ns - found->open_ns, length);
    plm_html_format(html, "<td class=\"n\">%s<td class=\"n%s\">", length,
                    plm_money_sign(found->realised) < 0 ? " minus" : "");
    plm_html_money(html, found->realised);
    plm_html_raw(html, "<td class=\"n\">");
    plm_html_money(html, fees);
    plm_html_format(html, "<td>%s\n", forced > 0 ? "by a liquidation" : "");
    return PLM_OK;
}

static int compare_realised(const void *a, const void *b)
{
    const trip *const left = a;
    const trip *const right = b;
    int const order = plm_money_compare(left->realised, right->realised);
    return order != 0 ? order : left->close_seq < right->close_seq ? -1 : 1;
}

static int compare_time(const void *a, const void *b)
{
    const trip *const left = a;
    const trip *const right = b;
    return left->close_seq < right->close_seq ? -1 : left->close_seq > right->close_seq;
}

static plm_status put_table(plm_page *page, trips *all, plm_diag *diag)
{
    plm_html *const html = page->html;
    size_t const shown = all->count < PLM_PAGE_ROWS_MAX ? all->count : PLM_PAGE_ROWS_MAX;
    if (shown < all->count) { /* the worst half and the best half */
        qsort(all->row, all->count, sizeof *all->row, compare_realised);
        memmove(all->row + shown / 2, all->row + all->count - shown / 2,
                shown / 2 * sizeof *all->row);
    }
    qsort(all->row, shown, sizeof *all->row, compare_time);
    plm_html_raw(html, "<div class=\"wide tall\" tabindex=\"0\" role=\"region\" "
                       "aria-labelledby=\"trades-h\"><table class=\"sortable\"><thead><tr>"
                       "<th>Account<th>Instrument<th>Side<th class=\"n\">Most held<th>Opened"
                       "<th>Closed<th class=\"n\">Held<th class=\"n\">Realised<th class=\"n\">Fees"
                       "<th>How</thead><tbody>\n");
    plm_query query;
    PLM_TRY(
        plm_query_open(page->db,
                       "SELECT coalesce(sum(fee_micro), 0), coalesce(sum(fee_atto), 0), "
                       "count(liquidation_id) FROM fill WHERE account_id = ? AND instrument_id = ? "
                       "AND leg = ? AND id BETWEEN ? AND ?",
                       diag, &query));
    plm_status status = PLM_OK;
    for (size_t i = 0; i < shown && status >= 0; i++) {
        status = put_trip(page, &query, &all->row[i], diag);
    }
    plm_query_close(&query);
    plm_html_raw(html, "</tbody></table></div>\n");
    return status;
}

static void put_distribution(plm_page *page, const trips *all)
{
    double *const value = plm_alloc(all->count, sizeof *value);
    for (size_t i = 0; i < all->count; i++) {
        value[i] = plm_html_real(all->row[i].realised);
    }
    plm_histogram const histogram = {.title = "What round trips realised",
                                     .note = "Before fees and funding, in what each settles in.",
                                     .scale = PLM_CHART_AMOUNT,
                                     .value = value,
                                     .count = all->count};
    plm_histogram_write(&page->sheet, &histogram);
    plm_free(value);
}

plm_status plm_page_put_trades(plm_page *page, plm_diag *diag)
{
    trips all = {0};
    plm_status status = gather(page, diag, &all);
    plm_page_open_section(page, "trades", "Round trips");
    if (status >= 0 && all.count == 0) {
        plm_html_raw(page->html,
                     "<p class=\"none\">No position was opened and closed again.</p>\n");
    } else if (status >= 0) {
        plm_html_raw(page->html, "<p class=\"lead\">");
        plm_html_count(page->html, (int64_t)all.count);
        plm_html_format(page->html, "%s round trip%s%s</p>\n", all.is_full ? " and more" : "",
                        all.count == 1 ? "" : "s",
                        all.count > PLM_PAGE_ROWS_MAX
                            ? "; the table has the 100 worst and the 100 best."
                            : ".");
        put_distribution(page, &all);
        status = put_table(page, &all, diag);
    }
    plm_free(all.row);
    plm_page_close_section(page);
    return status;
}
