/*
 * page_model.c - the run in memory: its names and what refers to them. Rows may be missing: a
 * database of a killed run is shown as far as it goes, a foreign one without harm.
 */
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "page_blobs.h"

/* Makes room for one more of an array that doubles. */
static void *grow(void *array, size_t count, size_t size)
{
    bool const is_full = count == 0 || (count >= 16 && (count & (count - 1)) == 0);
    if (!is_full) {
        return array;
    }
    return plm_realloc(array, count == 0 ? 16 : 2 * count, size);
}

static plm_status load_run(plm_page *page, plm_diag *diag)
{
    plm_query query;
    PLM_TRY(plm_query_open(page->db,
                           "SELECT status, cause, name, equity_as, coalesce(first_ns, "
                           "(SELECT min(ts_ns) FROM equity), (SELECT min(first_ns) FROM "
                           "equity_blob), 0), coalesce(last_ns, (SELECT max(ts_ns) FROM equity), "
                           "(SELECT max(last_ns) FROM equity_blob), 0) FROM run WHERE id = 1",
                           diag, &query));
    plm_status const status = plm_query_step(&query, diag);
    if (status == PLM_OK) {
        page->status = plm_strdup(plm_query_text(&query, 0));
        page->cause = plm_strdup(plm_query_text(&query, 1));
        page->name = plm_strdup(plm_query_text(&query, 2));
        page->is_blobs = strcmp(plm_query_text(&query, 3), "blobs") == 0;
        page->first_ns = plm_query_int(&query, 4);
        page->last_ns = plm_query_int(&query, 5);
    }
    plm_query_close(&query);
    return status;
}

static plm_status load_assets(plm_page *page, plm_diag *diag)
{
    plm_query query;
    PLM_TRY(plm_query_open(page->db, "SELECT id, name FROM asset ORDER BY id", diag, &query));
    plm_status status;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        page->asset = grow(page->asset, page->assets, sizeof *page->asset);
        page->asset[page->assets++] = (plm_page_asset){
            .id = plm_query_int(&query, 0), .name = plm_strdup(plm_query_text(&query, 1))};
    }
    plm_query_close(&query);
    return status;
}

static unsigned to_scale(int64_t value)
{
    return value >= 0 && value <= 18 ? (unsigned)value : 0;
}

static plm_status load_instruments(plm_page *page, plm_diag *diag)
{
    plm_query query;
    PLM_TRY(plm_query_open(page->db,
                           "SELECT i.id, i.symbol, i.settle, i.px_scale, i.qty_scale, "
                           "coalesce(f.fills, 0) FROM instrument i LEFT JOIN (SELECT instrument_id,"
                           " count(*) AS fills FROM fill GROUP BY instrument_id) f "
                           "ON f.instrument_id = i.id ORDER BY i.id",
                           diag, &query));
    plm_status status;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        page->instrument = grow(page->instrument, page->instruments, sizeof *page->instrument);
        page->instrument[page->instruments++] =
            (plm_page_instrument){.id = plm_query_int(&query, 0),
                                  .symbol = plm_strdup(plm_query_text(&query, 1)),
                                  .settle = plm_strdup(plm_query_text(&query, 2)),
                                  .px_scale = to_scale(plm_query_int(&query, 3)),
                                  .qty_scale = to_scale(plm_query_int(&query, 4)),
                                  .fills = plm_query_int(&query, 5)};
    }
    plm_query_close(&query);
    return status;
}

static plm_status load_accounts(plm_page *page, plm_diag *diag)
{
    plm_query query;
    PLM_TRY(plm_query_open(page->db,
                           "SELECT a.id, a.name, a.variant_group, a.regime, a.strategy, "
                           "a.report_asset_id, a.first_nav_micro, a.first_nav_atto, a.bankrupt, "
                           "a.stopped, coalesce(l.liquidations, 0) FROM account a LEFT JOIN "
                           "(SELECT account_id, count(*) AS liquidations FROM liquidation "
                           "GROUP BY account_id) l ON l.account_id = a.id ORDER BY a.id",
                           diag, &query));
    plm_status status;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        if (page->accounts == PLM_PAGE_ACCOUNTS_MAX) {
            status = plm_fail(diag, PLM_ERR_INPUT,
                              "%s: the run has more than %d accounts (PLM_PAGE_ACCOUNTS_MAX)",
                              page->options->db_name, PLM_PAGE_ACCOUNTS_MAX);
            break;
        }
        page->account = grow(page->account, page->accounts, sizeof *page->account);
        page->account[page->accounts++] =
            (plm_page_account){.id = plm_query_int(&query, 0),
                               .name = plm_strdup(plm_query_text(&query, 1)),
                               .group = plm_strdup(plm_query_text(&query, 2)),
                               .regime = plm_strdup(plm_query_text(&query, 3)),
                               .strategy = plm_strdup(plm_query_text(&query, 4)),
                               .asset_id = plm_query_int(&query, 5),
                               .has_first = !plm_query_is_null(&query, 6),
                               .first_nav = plm_query_money(&query, 6),
                               .is_bankrupt = plm_query_int(&query, 8) != 0,
                               .is_stopped = plm_query_int(&query, 9) != 0,
                               .liquidations = plm_query_int(&query, 10)};
    }
    plm_query_close(&query);
    return status;
}

static plm_status load_last_navs(plm_page *page, plm_diag *diag)
{
    plm_query query;
    PLM_TRY(plm_query_open(page->db,
                           "SELECT account_id, nav_micro, nav_atto FROM equity WHERE id IN (SELECT "
                           "max(id) FROM equity WHERE priced = 1 GROUP BY account_id)",
                           diag, &query));
    plm_status status;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        plm_page_account *const account = plm_page_find_account(page, plm_query_int(&query, 0));
        if (account != NULL) {
            account->last_nav = plm_query_money(&query, 1);
            account->has_last = true;
        }
    }
    plm_query_close(&query);
    return status;
}

static plm_status load_pools(plm_page *page, plm_diag *diag)
{
    plm_query query;
    PLM_TRY(plm_query_open(page->db,
                           "SELECT p.id, p.account_id, p.unit_id, p.regime, p.instrument_id, p.leg,"
                           " p.lowest_micro, p.lowest_atto, p.lowest_ns, coalesce(m.rows, 0), "
                           "coalesce(l.liquidations, 0) FROM pool p LEFT JOIN (SELECT pool_id, "
                           "count(*) AS rows FROM margin GROUP BY pool_id) m ON m.pool_id = p.id "
                           "LEFT JOIN (SELECT pool_id, count(*) AS liquidations FROM liquidation "
                           "GROUP BY pool_id) l ON l.pool_id = p.id ORDER BY p.id",
                           diag, &query));
    plm_status status;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        page->pool = grow(page->pool, page->pools, sizeof *page->pool);
        page->pool[page->pools++] = (plm_page_pool){
            .id = plm_query_int(&query, 0),
            .account_id = plm_query_int(&query, 1),
            .unit_id = plm_query_int(&query, 2),
            .is_isolated = strcmp(plm_query_text(&query, 3), "isolated") == 0,
            .instrument_id = plm_query_is_null(&query, 4) ? -1 : plm_query_int(&query, 4),
            .leg = plm_query_int(&query, 5),
            .has_lowest = !plm_query_is_null(&query, 6),
            .lowest = plm_query_money(&query, 6),
            .lowest_ns = plm_query_int(&query, 8),
            .rows = plm_query_int(&query, 9),
            .liquidations = plm_query_int(&query, 10)};
    }
    plm_query_close(&query);
    return status;
}

plm_status plm_page_load(plm_page *page, plm_diag *diag)
{
    PLM_TRY(load_run(page, diag));
    PLM_TRY(load_assets(page, diag));
    PLM_TRY(load_instruments(page, diag));
    PLM_TRY(load_accounts(page, diag));
    PLM_TRY(page->is_blobs ? plm_blob_load_navs(page, diag) : load_last_navs(page, diag));
    return load_pools(page, diag);
}

void plm_page_unload(plm_page *page)
{
    for (size_t i = 0; i < page->assets; i++) {
        plm_free(page->asset[i].name);
    }
    for (size_t i = 0; i < page->instruments; i++) {
        plm_free(page->instrument[i].symbol);
        plm_free(page->instrument[i].settle);
    }
    for (size_t i = 0; i < page->accounts; i++) {
        plm_page_account *const account = &page->account[i];
        plm_free(account->name);
        plm_free(account->group);
        plm_free(account->regime);
        plm_free(account->strategy);
        plm_growth_fini(&account->growth);
        plm_curve_fini(&account->curve);
    }
    for (size_t i = 0; i < page->pools; i++) {
        plm_curve_fini(&page->pool[i].curve);
        for (unsigned p = 0; p < page->pool[i].position_count; p++) {
            plm_curve_fini(&page->pool[i].position[p].curve);
        }
    }
    plm_free(page->asset);
    plm_free(page->instrument);
    plm_free(page->account);
    plm_free(page->pool);
    plm_free(page->status);
    plm_free(page->cause);
    plm_free(page->name);
}

/* -- by id: every row begins with it --------------------------------------------------------------
 */

static int compare_id(const void *key, const void *row)
{
    int64_t wanted;
    int64_t found;
    memcpy(&wanted, key, sizeof wanted);
    memcpy(&found, row, sizeof found);
    return wanted < found ? -1 : wanted > found;
}

static void *find(int64_t id, const void *rows, size_t count, size_t size)
{
    return count == 0 ? NULL : bsearch(&id, rows, count, size, compare_id);
}

plm_page_account *plm_page_find_account(const plm_page *page, int64_t id)
{
    return find(id, page->account, page->accounts, sizeof *page->account);
}

const plm_page_instrument *plm_page_find_instrument(const plm_page *page, int64_t id)
{
    return find(id, page->instrument, page->instruments, sizeof *page->instrument);
}

const plm_page_pool *plm_page_find_pool(const plm_page *page, int64_t id)
{
    return find(id, page->pool, page->pools, sizeof *page->pool);
}

const char *plm_page_asset_name(const plm_page *page, int64_t id)
{
    const plm_page_asset *const asset = find(id, page->asset, page->assets, sizeof *page->asset);
    return asset == NULL ? "?" : asset->name;
}

const char *plm_page_account_name(const plm_page *page, int64_t id)
{
    const plm_page_account *const account = plm_page_find_account(page, id);
    return account == NULL ? "?" : account->name;
}

const char *plm_page_symbol(const plm_page *page, int64_t id)
{
    const plm_page_instrument *const instrument = plm_page_find_instrument(page, id);
    return instrument == NULL ? "?" : instrument->symbol;
}

const char *plm_page_leg(int64_t leg)
{
    return leg == 1 ? "long" : leg == 2 ? "short" : "";
}

plm_status plm_page_count(plm_page *page, const char *sql, plm_diag *diag, int64_t *out)
{
    plm_query query;
    PLM_TRY(plm_query_open(page->db, sql, diag, &query));
    plm_status const status = plm_query_step(&query, diag);
    if (status == PLM_OK) {
        *out = plm_query_int(&query, 0);
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}
