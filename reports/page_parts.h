/*
 * page_parts.h - what the sections of the page share: the run in memory, and one function each.
 */
#ifndef PLM_PAGE_PARTS_H
#define PLM_PAGE_PARTS_H

#include <stdbool.h>

#include "chart.h"
#include "page.h"
#include "page_growth.h"
#include "query.h"

#define PLM_PAGE_POOLS_MAX 12        /* pools in detail */
#define PLM_PAGE_INSTRUMENTS_MAX 6   /* instruments in detail */
#define PLM_PAGE_POSITIONS_MAX 8     /* of a pool, in a chart */
#define PLM_PAGE_LIQUIDATIONS_MAX 50 /* told in full */
#define PLM_PAGE_ROWS_MAX 200        /* of a table */

/* Columns of the curve of a pool. */
enum {
    PLM_POOL_EQUITY = 0,
    PLM_POOL_MAINTENANCE,
    PLM_POOL_INITIAL,
    PLM_POOL_UTILISATION,
    PLM_POOL_LEVERAGE,
    PLM_POOL_COLUMNS
};

/* Columns of the curve of an account. */
enum { PLM_ACCOUNT_NAV = 0, PLM_ACCOUNT_DRAWDOWN, PLM_ACCOUNT_COLUMNS };

/* Columns of the curve of a position. */
enum { PLM_POSITION_UNREALISED = 0, PLM_POSITION_MAINTENANCE, PLM_POSITION_COLUMNS };

typedef struct plm_page_instrument {
    int64_t id;
    char *symbol;
    char *settle;
    unsigned px_scale, qty_scale;
    int64_t fills;
    bool is_shown;
} plm_page_instrument;

typedef struct plm_page_asset {
    int64_t id;
    char *name;
} plm_page_asset;

typedef struct plm_page_account {
    int64_t id;
    char *name, *group, *regime, *strategy;
    int64_t asset_id;
    bool has_first, has_last, is_bankrupt, is_stopped, is_shown;
    plm_money first_nav, last_nav;
    int64_t liquidations;
    bool has_odd_flows; /* in another asset than it reports in: growth leaves them in */
    plm_growth growth;  /* of accounts in detail */
    plm_curve curve;
    uint32_t curve_id;
} plm_page_account;

typedef struct plm_page_position {
    int64_t instrument_id, leg;
    plm_curve curve;
    uint32_t curve_id;
    char label[64]; /* the leg, ours */
} plm_page_position;

typedef struct plm_page_pool {
    int64_t id, account_id, unit_id;
    bool is_isolated, has_lowest, is_shown;
    bool is_sum; /* of all pools of the account, as blobs have them */
    int64_t instrument_id, leg;
    plm_money lowest;
    int64_t lowest_ns, rows, liquidations;
    bool has_leverage; /* what it holds settles in its unit */
    plm_curve curve;
    uint32_t curve_id;
    unsigned position_count, positions_left;
    plm_page_position position[PLM_PAGE_POSITIONS_MAX];
} plm_page_pool;

typedef struct plm_page {
    sqlite3 *db;
    const plm_page_options *options;
    plm_html *html;
    plm_html config, data;
    plm_chart_sheet sheet;
    int64_t first_ns, last_ns;
    char *status, *cause, *name;
    bool is_blobs;
    plm_page_asset *asset;
    plm_page_instrument *instrument;
    plm_page_account *account;
    plm_page_pool *pool;
    size_t assets, instruments, accounts, pools;
    unsigned shown; /* accounts */
} plm_page;

/* page_model.c */
PLM_NODISCARD plm_status plm_page_load(plm_page *page, plm_diag *diag);
void plm_page_unload(plm_page *page);
/* NULL: the database has no such row, though it refers to it. */
plm_page_account *plm_page_find_account(const plm_page *page, int64_t id);
const plm_page_instrument *plm_page_find_instrument(const plm_page *page, int64_t id);
const plm_page_pool *plm_page_find_pool(const plm_page *page, int64_t id);
/* "?" for what there is not. */
const char *plm_page_asset_name(const plm_page *page, int64_t id);
const char *plm_page_account_name(const plm_page *page, int64_t id);
const char *plm_page_symbol(const plm_page *page, int64_t id);
const char *plm_page_leg(int64_t leg); /* "", "long", "short" */
/* One number of a query without binds; 0 when there is none. */
PLM_NODISCARD plm_status plm_page_count(plm_page *page, const char *sql, plm_diag *diag,
                                        int64_t *out);

/* page_select.c: which accounts and pools are shown in detail. */
PLM_NODISCARD plm_status plm_page_select(plm_page *page, plm_diag *diag);

/* page_curves.c, page_pool_curves.c: their curves. */
PLM_NODISCARD plm_status plm_page_draw_accounts(plm_page *page, plm_diag *diag);
PLM_NODISCARD plm_status plm_page_draw_pools(plm_page *page, plm_diag *diag);

/* An empty chart over the whole run. */
plm_chart plm_page_chart(const char *title, plm_chart_scale scale, const plm_page *page);
/* Appends a line; NULL when there is no room, which the chart notes. */
plm_chart_line *plm_page_add_line(plm_chart *chart, const plm_curve *curve, uint32_t curve_id,
                                  unsigned column);

void plm_page_open_section(plm_page *page, const char *id, const char *title);
void plm_page_close_section(plm_page *page);

/* The sections, in the order of the page. Each may write nothing. */
typedef plm_status plm_page_section(plm_page *page, plm_diag *diag);

plm_page_section plm_page_put_banner;        /* page_head.c */
plm_page_section plm_page_put_headline;      /* page_head.c */
plm_page_section plm_page_put_crowd;         /* page_crowd.c */
plm_page_section plm_page_put_waterline;     /* page_waterline.c */
plm_page_section plm_page_put_prices;        /* page_price.c */
plm_page_section plm_page_put_drawdown;      /* page_waterline.c */
plm_page_section plm_page_put_positions;     /* page_positions.c */
plm_page_section plm_page_put_leverage;      /* page_waterline.c */
plm_page_section plm_page_put_utilisation;   /* page_waterline.c */
plm_page_section plm_page_put_collateral;    /* page_ledger.c */
plm_page_section plm_page_put_contributions; /* page_waterline.c */
plm_page_section plm_page_put_costs;         /* page_ledger.c */
plm_page_section plm_page_put_returns;       /* page_returns.c */
plm_page_section plm_page_put_trades;        /* page_trades.c */
plm_page_section plm_page_put_liquidations;  /* page_liquidations.c */
plm_page_section plm_page_put_warnings;      /* page_liquidations.c */
plm_page_section plm_page_put_variants;      /* page_waterline.c */
plm_page_section plm_page_put_metrics;       /* page_head.c */
plm_page_section plm_page_put_quality;       /* page_quality.c */
plm_page_section plm_page_put_configuration; /* page_configuration.c */

#endif
