/*
 * run_table.c - a row for each account of a run: what came of it.
 */
#include "run_table.h"

#include <stdio.h>
#include <string.h>

#include "figures.h"
#include "grid.h"

#define CELL_CAP 128
#define RATE_HUNDREDTH INT64_C(100000000) /* of a percent */
#define SPARE_MAX 3u                      /* columns that may be left out */

typedef struct table_row {
    const plm_run_result *result;
    plm_account_summary account;
    uint32_t index;
    unsigned places;
    bool with_strategy, with_asset;
} table_row;

typedef void put_cell(const table_row *row, char out[CELL_CAP]);

typedef struct column {
    const char *head;
    put_cell *put;
    unsigned spare; /* left out where there is no room: 3 first; 0 never */
} column;

const char *plm_run_strategy_of(const plm_run_result *result, uint32_t index)
{
    const plm_descriptor *const descriptor = result->setup->spec->account[index].descriptor;
    return descriptor == NULL ? "none" : descriptor->id;
}

/* -- cells ----------------------------------------------------------------------------------- */

/* Digits after the point that say something about an amount of this size. */
static unsigned places_of(plm_money amount)
{
    const plm_u128 size = amount.v < 0 ? -(plm_u128)amount.v : (plm_u128)amount.v;
    const plm_u128 one = (plm_u128)plm_pow10(PLM_MONEY_SCALE);
    if (size >= one * 1000000) {
        return 0;
    }
    if (size >= one * 100 || size == 0) {
        return 2;
    }
    return size >= one ? 4 : 8;
}

static void show_percent(plm_i128 hundredths, const char *plus, char out[CELL_CAP])
{
    const long long value = (long long)hundredths;
    const long long size = value < 0 ? -value : value;
    (void)snprintf(out, CELL_CAP, "%s%lld.%02lld%%",
                   value < 0   ? "-"
                   : value > 0 ? plus
                               : "",
                   size / 100, size % 100);
}

static void show_money(const table_row *row, plm_money amount, char out[CELL_CAP])
{
    (void)snprintf(out, CELL_CAP, "?");
    if (row->account.priced) {
        (void)plm_figures_money(amount, row->places, out);
    }
}

static void put_name(const table_row *row, char out[CELL_CAP])
{
    const char *const strategy = plm_run_strategy_of(row->result, row->index);
    const bool bare = !row->with_strategy || strcmp(row->account.name, strategy) == 0;
    (void)snprintf(out, CELL_CAP, "%s%s%s%s", row->account.name, bare ? "" : " (",
                   bare ? "" : strategy, bare ? "" : ")");
}

static void put_nav(const table_row *row, char out[CELL_CAP])
{
    show_money(row, row->account.nav, out);
    const size_t size = strlen(out);
    if (row->account.priced && row->with_asset) {
        (void)snprintf(out + size, CELL_CAP - size, " %s",
                       row->result->setup->contracts.asset[row->account.report_asset]);
    }
}

/* "+12.34%"; "-" where there was nothing to begin with. */
static void put_return(const table_row *row, char out[CELL_CAP])
{
    const plm_account_summary *const account = &row->account;
    plm_money change;
    plm_i128 hundredths;
    (void)snprintf(out, CELL_CAP, "-");
    if (account->priced && account->first_nav.v > 0 &&
        plm_money_sub(account->nav, account->first_nav, &change) &&
        plm_money_sub(change, account->flows, &change) &&
        plm_muldiv(change.v, 10000, account->first_nav.v, PLM_ROUND_HALF_EVEN, &hundredths) &&
        hundredths <= 99999999 && hundredths >= -99999999) {
        show_percent(hundredths, "+", out);
    }
}

/* "-12.34%"; "-" where growth is not defined. */
static void put_drawdown(const table_row *row, char out[CELL_CAP])
{
    plm_i128 hundredths;
    (void)snprintf(out, CELL_CAP, "-");
    if (row->account.falls &&
        plm_i128_div(row->account.max_drawdown, RATE_HUNDREDTH, PLM_ROUND_HALF_EVEN, &hundredths)) {
        show_percent(hundredths, "", out);
    }
}

static void put_realised(const table_row *row, char out[CELL_CAP])
{
    show_money(row, row->account.realised, out);
}

static void put_fees(const table_row *row, char out[CELL_CAP])
{
    show_money(row, row->account.fees, out);
}

static void put_funding(const table_row *row, char out[CELL_CAP])
{
    show_money(row, row->account.funding, out);
}

static void put_orders(const table_row *row, char out[CELL_CAP])
{
    (void)plm_figures_count(row->account.orders, out);
}

static void put_fills(const table_row *row, char out[CELL_CAP])
{
    (void)plm_figures_count(row->account.fills, out);
}

static void put_calls(const table_row *row, char out[CELL_CAP])
{
    (void)plm_figures_count(row->account.margin_calls, out);
}

/* "2 bankrupt", "0"; "-" of a plain account. */
static void put_liquidations(const table_row *row, char out[CELL_CAP])
{
    char count[PLM_FIGURES_CAP];
    const bool plain = row->result->setup->spec->account[row->index].rulebook == PLM_NO_RULEBOOK;
    (void)snprintf(out, CELL_CAP, "%s%s",
                   plain ? "-" : plm_figures_count(row->account.liquidations, count),
                   row->account.bankrupt ? " bankrupt" : "");
}

static void put_lowest(const table_row *row, char out[CELL_CAP])
{
    const plm_account_summary *const account = &row->account;
    (void)snprintf(out, CELL_CAP, "-");
    if (account->lowest_seen) {
        const bool own = account->lowest_unit != account->report_asset;
        (void)plm_figures_money(account->lowest_surplus, places_of(account->lowest_surplus), out);
        const size_t size = strlen(out);
        (void)snprintf(out + size, CELL_CAP - size, "%s%s", own ? " " : "",
                       own ? row->result->setup->contracts.asset[account->lowest_unit] : "");
    }
}

/* -- the table ------------------------------------------------------------------------------- */

static const column plain_columns[] = {
    {"account", put_name, 0},       {">final nav", put_nav, 0},     {">return", put_return, 0},
    {">drawdown", put_drawdown, 0}, {">realised", put_realised, 3}, {">fees", put_fees, 0},
    {">funding", put_funding, 1},   {">orders", put_orders, 2},     {">fills", put_fills, 0},
};

static const column margin_columns[] = {
    {"account", put_name, 0},       {">final nav", put_nav, 0}, {">return", put_return, 0},
    {">drawdown", put_drawdown, 0}, {">fees", put_fees, 0},     {">funding", put_funding, 1},
    {">fills", put_fills, 2},       {">calls", put_calls, 3},   {">liq.", put_liquidations, 0},
    {">low surplus", put_lowest, 0}};

/* Without the columns that are spare to `spare` or more. */
static plm_grid *fill(const column *columns, unsigned count, unsigned spare, table_row *row,
                      uint32_t rows)
{
    const char *heads[PLM_GRID_COLUMNS_MAX];
    unsigned taken = 0;
    for (unsigned i = 0; i < count; i++) {
        if (columns[i].spare < spare) {
            heads[taken++] = columns[i].head;
        }
    }
    plm_grid *const grid = plm_grid_create(heads, taken, 0);
    for (row->index = 0; row->index < rows; row->index++) {
        row->account = plm_run_summary(row->result->run, row->index);
        row->places = places_of(row->account.first_nav);
        for (unsigned i = 0; i < count; i++) {
            char cell[CELL_CAP];
            if (columns[i].spare < spare) {
                columns[i].put(row, cell);
                plm_grid_add(grid, cell);
            }
        }
    }
    return grid;
}

void plm_run_table_print(plm_session *session, const plm_run_result *result, uint32_t rows,
                         bool with_strategy, bool with_asset)
{
    const bool margin = result->setup->spec->rulebook_count > 0;
    const column *const columns = margin ? margin_columns : plain_columns;
    const unsigned count = margin ? sizeof margin_columns / sizeof *margin_columns
                                  : sizeof plain_columns / sizeof *plain_columns;
    table_row row = {
        .result = result, .with_strategy = with_strategy && !margin, .with_asset = with_asset};
    plm_grid *grid = NULL;
    for (unsigned spare = SPARE_MAX + 1; spare > 0; spare--) {
        if (grid != NULL) {
            plm_grid_destroy(grid);
        }
        grid = fill(columns, count, spare, &row, rows);
        if (plm_grid_width(grid) <= PLM_GRID_WIDTH) {
            break;
        }
    }
    plm_grid_print(grid, &session->out, session->colour_out, 0);
    plm_grid_destroy(grid);
}
