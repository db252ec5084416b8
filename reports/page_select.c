/*
 * page_select.c - what is shown in detail: all accounts of a small run; of a crowd those that were
 * asked for, or the first liquidated, the worst, the median and the best.
 */
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "nearest.h"
#include "page_parts.h"

#define FIRST_LIQUIDATED 4 /* accounts */

static void show(plm_page *page, plm_page_account *account)
{
    if (!account->is_shown && page->shown < PLM_PAGE_SHOWN_MAX) {
        account->is_shown = true;
        page->shown++;
    }
}

static plm_page_account *find_name(const plm_page *page, const char *name)
{
    for (size_t i = 0; i < page->accounts; i++) {
        if (strcmp(page->account[i].name, name) == 0) {
            return &page->account[i];
        }
    }
    return NULL;
}

static plm_status refuse_name(const plm_page *page, const char *name, plm_diag *diag)
{
    const char **const names = plm_alloc(page->accounts + 1, sizeof *names);
    for (size_t i = 0; i < page->accounts; i++) {
        names[i] = page->account[i].name;
    }
    const char *const near = plm_nearest(name, names);
    plm_status const status =
        near == NULL
            ? plm_fail(diag, PLM_ERR_USAGE, "report: --account %s: the run has no such account",
                       name)
            : plm_fail(diag, PLM_ERR_USAGE,
                       "report: --account %s: the run has no such account; did you mean %s?", name,
                       near);
    plm_free(names);
    return status;
}

static double gain(const plm_page_account *account)
{
    double const first = plm_html_real(account->first_nav);
    return account->has_first && account->has_last && first > 0.0
               ? plm_html_real(account->last_nav) / first
               : 0.0;
}

static int compare_gain(const void *a, const void *b)
{
    const plm_page_account *const left = *(plm_page_account *const *)a;
    const plm_page_account *const right = *(plm_page_account *const *)b;
    double const x = gain(left);
    double const y = gain(right);
    return x < y ? -1 : x > y ? 1 : left->id < right->id ? -1 : left->id > right->id;
}

static plm_status show_liquidated(plm_page *page, plm_diag *diag)
{
    plm_query query;
    PLM_TRY(plm_query_open(page->db,
                           "SELECT account_id FROM liquidation GROUP BY account_id "
                           "ORDER BY min(id) LIMIT ?",
                           diag, &query));
    plm_query_bind_int(&query, 1, FIRST_LIQUIDATED);
    plm_status status;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        plm_page_account *const account = plm_page_find_account(page, plm_query_int(&query, 0));
        if (account != NULL) {
            show(page, account);
        }
    }
    plm_query_close(&query);
    return status;
}

static plm_status show_crowd(plm_page *page, plm_diag *diag)
{
    plm_page_account **const sorted = plm_alloc(page->accounts, sizeof *sorted);
    for (size_t i = 0; i < page->accounts; i++) {
        sorted[i] = &page->account[i];
    }
    qsort(sorted, page->accounts, sizeof *sorted, compare_gain);
    show(page, sorted[0]);
    show(page, sorted[page->accounts / 2]);
    show(page, sorted[page->accounts - 1]);
    plm_free(sorted);
    return show_liquidated(page, diag);
}

/* Blobs have an account's pools as one sum, which is shown in the place of its first pool. */
static void show_sums(plm_page *page)
{
    for (size_t i = 0; i < page->accounts; i++) {
        bool is_open = page->account[i].is_shown;
        for (size_t k = 0; k < page->pools && is_open; k++) {
            plm_page_pool *const pool = &page->pool[k];
            if (pool->account_id == page->account[i].id) {
                pool->is_shown = true;
                pool->is_sum = true;
                is_open = false;
            }
        }
    }
}

/* Pools of shown accounts: first those that were liquidated, then those that came nearest to it. */
static void show_pools(plm_page *page)
{
    for (unsigned shown = 0; shown < PLM_PAGE_POOLS_MAX; shown++) {
        plm_page_pool *best = NULL;
        for (size_t i = 0; i < page->pools; i++) {
            plm_page_pool *const pool = &page->pool[i];
            const plm_page_account *const owner = plm_page_find_account(page, pool->account_id);
            if (pool->is_shown || pool->rows == 0 || owner == NULL || !owner->is_shown) {
                continue;
            }
            if (best == NULL || pool->liquidations > best->liquidations ||
                (pool->liquidations == best->liquidations && pool->has_lowest &&
                 (!best->has_lowest || plm_money_compare(pool->lowest, best->lowest) < 0))) {
                best = pool;
            }
        }
        if (best == NULL) {
            return;
        }
        best->is_shown = true;
    }
}

static void show_instruments(plm_page *page)
{
    for (unsigned shown = 0; shown < PLM_PAGE_INSTRUMENTS_MAX; shown++) {
        plm_page_instrument *best = NULL;
        for (size_t i = 0; i < page->instruments; i++) {
            plm_page_instrument *const instrument = &page->instrument[i];
            if (!instrument->is_shown && instrument->fills > (best == NULL ? 0 : best->fills)) {
                best = instrument;
            }
        }
        if (best == NULL) {
            return;
        }
        best->is_shown = true;
    }
}

plm_status plm_page_select(plm_page *page, plm_diag *diag)
{
    for (uint32_t i = 0; i < page->options->account_count; i++) {
        const char *const name = page->options->account[i];
        plm_page_account *const account = find_name(page, name);
        if (account == NULL) {
            return refuse_name(page, name, diag);
        }
        show(page, account);
    }
    if (page->options->account_count == 0 && page->accounts <= PLM_PAGE_SHOWN_MAX) {
        for (size_t i = 0; i < page->accounts; i++) {
            show(page, &page->account[i]);
        }
    } else if (page->options->account_count == 0) {
        PLM_TRY(show_crowd(page, diag));
    }
    if (page->is_blobs) {
        show_sums(page);
    } else {
        show_pools(page);
    }
    show_instruments(page);
    return PLM_OK;
}
