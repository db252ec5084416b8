/*
 * page_pool_curves.c - the curves of the pools that are shown and of what they hold, in one pass
 * over a pool's rows of margin with their contributions beside them.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "page_blobs.h"

#define ROWS_ALL_MAX 60000 /* of all pools together */
#define ROWS_MAX 20000     /* of one */
#define POSITION_ROWS_ALL_MAX 48000
#define POSITION_ROWS_MAX 3000

typedef struct drawing {
    plm_page *page;
    plm_page_pool *pool;
    uint32_t position_rows;
    plm_reduce *reduce;
    int64_t margin; /* the row that is being gathered; -1: none */
    int64_t ts_ns;
    double row[PLM_POOL_COLUMNS];
    double notional;
    plm_reduce *held[PLM_PAGE_POSITIONS_MAX];
    bool is_held[PLM_PAGE_POSITIONS_MAX];  /* by this row */
    bool was_held[PLM_PAGE_POSITIONS_MAX]; /* by the one before */
} drawing;

static void end_row(drawing *d)
{
    if (d->margin < 0) {
        return;
    }
    double const equity = d->row[PLM_POOL_EQUITY];
    d->row[PLM_POOL_UTILISATION] = equity > 0.0 ? d->row[PLM_POOL_INITIAL] / equity : NAN;
    d->row[PLM_POOL_LEVERAGE] = d->pool->has_leverage && equity > 0.0 ? d->notional / equity : NAN;
    plm_reduce_add(d->reduce, d->ts_ns, d->row);
    for (unsigned p = 0; p < d->pool->position_count; p++) {
        if (!d->is_held[p] && d->was_held[p]) {
            double const none[PLM_POSITION_COLUMNS] = {NAN, NAN};
            plm_reduce_add(d->held[p], d->ts_ns, none);
        }
        d->was_held[p] = d->is_held[p];
        d->is_held[p] = false;
    }
}

static void begin_row(drawing *d, const plm_query *query)
{
    double const initial = plm_html_real(plm_query_money(query, 4));
    d->margin = plm_query_int(query, 0);
    d->ts_ns = plm_query_int(query, 1);
    d->row[PLM_POOL_EQUITY] = plm_html_real(plm_query_money(query, 2));
    d->row[PLM_POOL_INITIAL] = initial + plm_html_real(plm_query_money(query, 6));
    d->row[PLM_POOL_MAINTENANCE] = plm_html_real(plm_query_money(query, 8));
    d->notional = 0.0;
}

/* The place of a position, made when it is new; POSITIONS_MAX: there is no room. */
static unsigned place_of(drawing *d, int64_t instrument_id, int64_t leg)
{
    plm_page_pool *const pool = d->pool;
    for (unsigned p = 0; p < pool->position_count; p++) {
        if (pool->position[p].instrument_id == instrument_id && pool->position[p].leg == leg) {
            return p;
        }
    }
    if (pool->position_count == PLM_PAGE_POSITIONS_MAX) {
        pool->positions_left = 1;
        return PLM_PAGE_POSITIONS_MAX;
    }
    unsigned const p = pool->position_count++;
    pool->position[p] = (plm_page_position){.instrument_id = instrument_id, .leg = leg};
    (void)snprintf(pool->position[p].label, sizeof pool->position[p].label, "%s",
                   plm_page_leg(leg));
    d->held[p] = plm_reduce_create(PLM_POSITION_COLUMNS, d->page->first_ns, d->page->last_ns,
                                   pool->rows < 0 ? 0 : (uint64_t)pool->rows, d->position_rows);
    return p;
}

static void add_position(drawing *d, const plm_query *query)
{
    int64_t const instrument_id = plm_query_int(query, 10);
    const plm_page_instrument *const instrument = plm_page_find_instrument(d->page, instrument_id);
    if (instrument == NULL ||
        strcmp(instrument->settle, plm_page_asset_name(d->page, d->pool->unit_id)) != 0) {
        d->pool->has_leverage = false;
    }
    d->notional += plm_html_real(plm_query_money(query, 14));
    unsigned const p = place_of(d, instrument_id, plm_query_int(query, 11));
    if (p < PLM_PAGE_POSITIONS_MAX) {
        double const row[PLM_POSITION_COLUMNS] = {plm_html_real(plm_query_money(query, 12)),
                                                  plm_html_real(plm_query_money(query, 16))};
        plm_reduce_add(d->held[p], d->ts_ns, row);
        d->is_held[p] = true;
    }
}

static plm_status gather(drawing *d, plm_diag *diag)
{
    plm_query query;
    PLM_TRY(plm_query_open(
        d->page->db,
        "SELECT m.id, m.ts_ns, m.equity_micro, m.equity_atto, m.initial_micro, m.initial_atto, "
        "m.orders_micro, m.orders_atto, m.maintenance_micro, m.maintenance_atto, c.instrument_id, "
        "c.leg, c.unrealised_micro, c.unrealised_atto, c.notional_micro, c.notional_atto, "
        "c.maintenance_micro, c.maintenance_atto FROM margin m LEFT JOIN contribution c "
        "ON c.margin_id = m.id WHERE m.pool_id = ? ORDER BY m.id, c.id",
        diag, &query));
    plm_query_bind_int(&query, 1, d->pool->id);
    plm_status status;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        if (plm_query_int(&query, 0) != d->margin) {
            end_row(d);
            begin_row(d, &query);
        }
        if (!plm_query_is_null(&query, 10)) {
            add_position(d, &query);
        }
    }
    end_row(d);
    plm_query_close(&query);
    return status;
}

static plm_status gather_blobs(drawing *d, plm_diag *diag)
{
    plm_blob_walk walk;
    PLM_TRY(plm_blob_walk_open(d->page->db, d->pool->account_id, diag, &walk));
    plm_status status;
    plm_blob_row row;
    while ((status = plm_blob_walk_next(&walk, diag, &row)) == PLM_OK) {
        double const equity = plm_blob_real(&row, PLM_BLOB_EQUITY);
        double const initial = plm_blob_real(&row, PLM_BLOB_INITIAL);
        double const used = equity > 0.0 ? initial / equity : NAN;
        double const values[PLM_POOL_COLUMNS] = {equity, plm_blob_real(&row, PLM_BLOB_MAINTENANCE),
                                                 initial, used, NAN};
        plm_reduce_add(d->reduce, row.value[PLM_BLOB_TS], values);
    }
    plm_blob_walk_close(&walk);
    return status;
}

static plm_status draw_pool(plm_page *page, plm_page_pool *pool, unsigned shown, plm_diag *diag)
{
    uint32_t const rows = ROWS_ALL_MAX / shown;
    uint32_t const position_rows = POSITION_ROWS_ALL_MAX / shown / PLM_PAGE_POSITIONS_MAX;
    uint64_t expected = pool->rows < 0 ? 0 : (uint64_t)pool->rows;
    if (pool->is_sum) {
        PLM_TRY(plm_blob_count(page->db, pool->account_id, diag, &expected));
    }
    pool->has_leverage = true;
    drawing d = {.page = page,
                 .pool = pool,
                 .position_rows =
                     position_rows < POSITION_ROWS_MAX ? position_rows : POSITION_ROWS_MAX,
                 .reduce = plm_reduce_create(PLM_POOL_COLUMNS, page->first_ns, page->last_ns,
                                             expected, rows < ROWS_MAX ? rows : ROWS_MAX),
                 .margin = -1};
    plm_status const status = pool->is_sum ? gather_blobs(&d, diag) : gather(&d, diag);
    plm_reduce_take(d.reduce, &pool->curve);
    for (unsigned p = 0; p < pool->position_count; p++) {
        plm_reduce_take(d.held[p], &pool->position[p].curve);
    }
    if (status < 0) {
        return status;
    }
    pool->curve_id = plm_chart_add_curve(&page->sheet, &pool->curve);
    for (unsigned p = 0; p < pool->position_count; p++) {
        plm_page_position *const position = &pool->position[p];
        position->curve_id = plm_chart_add_curve(&page->sheet, &position->curve);
    }
    return PLM_OK;
}

plm_status plm_page_draw_pools(plm_page *page, plm_diag *diag)
{
    unsigned shown = 0;
    for (size_t i = 0; i < page->pools; i++) {
        shown += page->pool[i].is_shown ? 1 : 0;
    }
    for (size_t i = 0; i < page->pools; i++) {
        if (page->pool[i].is_shown) {
            PLM_TRY(draw_pool(page, &page->pool[i], shown, diag));
        }
    }
    return PLM_OK;
}
