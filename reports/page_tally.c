/*
 * page_tally.c - lines that change at events only: each holds its value until the next.
 */
#include "page_tally.h"

/* Of changes at one time the last counts: a transfer between two books is none. */
static void put(plm_page_tally_line *line, int64_t ts_ns, double value)
{
    if (line->is_open && ts_ns != line->last_ns) {
        plm_reduce_add(line->reduce, line->last_ns, &line->last);
    }
    line->is_open = true;
    line->last_ns = ts_ns;
    line->last = value;
}

static plm_page_tally_line *line_of(plm_page_tally *tally, const int64_t key[3])
{
    for (unsigned i = 0; i < tally->count; i++) {
        plm_page_tally_line *const line = &tally->line[i];
        if (line->key[0] == key[0] && line->key[1] == key[1] && line->key[2] == key[2]) {
            return line;
        }
    }
    if (tally->count == PLM_PAGE_TALLY_MAX) {
        tally->left++;
        return NULL;
    }
    const plm_page *const page = tally->page;
    plm_page_tally_line *const line = &tally->line[tally->count++];
    *line =
        (plm_page_tally_line){.key = {key[0], key[1], key[2]},
                              .reduce = plm_reduce_create(1, page->first_ns, page->last_ns,
                                                          tally->expected, PLM_PAGE_TALLY_ROWS_MAX),
                              .last_ns = page->first_ns};
    put(line, page->first_ns, 0.0);
    return line;
}

void plm_page_tally_add(plm_page_tally *tally, const int64_t key[3], int64_t ts_ns,
                        plm_money amount)
{
    plm_page_tally_line *const line = line_of(tally, key);
    if (line != NULL && plm_money_add(line->sum, amount, &line->sum)) {
        put(line, ts_ns, plm_html_real(line->sum));
    }
}

void plm_page_tally_set(plm_page_tally *tally, const int64_t key[3], int64_t ts_ns, double value)
{
    plm_page_tally_line *const line = line_of(tally, key);
    if (line != NULL) {
        put(line, ts_ns, value);
    }
}

void plm_page_tally_finish(plm_page_tally *tally)
{
    for (unsigned i = 0; i < tally->count; i++) {
        plm_page_tally_line *const line = &tally->line[i];
        if (line->last_ns < tally->page->last_ns) {
            put(line, tally->page->last_ns, line->last);
        }
        plm_reduce_add(line->reduce, line->last_ns, &line->last);
        plm_reduce_take(line->reduce, &line->curve);
        line->reduce = NULL;
    }
}

void plm_page_tally_fini(plm_page_tally *tally)
{
    for (unsigned i = 0; i < tally->count; i++) {
        if (tally->line[i].reduce != NULL) {
            plm_reduce_take(tally->line[i].reduce, &tally->line[i].curve);
        }
        plm_curve_fini(&tally->line[i].curve);
    }
    tally->count = 0;
}

void plm_page_tally_draw(plm_page_tally *tally, plm_page *page, plm_chart *chart, int64_t key0,
                         int64_t key1)
{
    for (unsigned i = 0; i < tally->count; i++) {
        plm_page_tally_line *const line = &tally->line[i];
        if (line->key[0] != key0 || line->key[1] != key1) {
            continue;
        }
        if (chart->line_count == PLM_CHART_LINES_MAX) {
            chart->lines_left++;
            continue;
        }
        uint32_t const id = plm_chart_add_curve(&page->sheet, &line->curve);
        plm_chart_line *const drawn = plm_page_add_line(chart, &line->curve, id, 0);
        drawn->name = plm_page_account_name(page, line->key[2]);
        drawn->is_step = true;
    }
}
