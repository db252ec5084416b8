/*
 * page_waterline.c - the charts that are made of the curves of accounts and pools: the waterline
 * (margin equity over the requirement that keeps it afloat), nav, drawdown, leverage, utilisation,
 * and what each position gives.
 */
#include <math.h>
#include <stdio.h>

#include "memory.h"
#include "page_parts.h"

/* -- marks --------------------------------------------------------------------------------------
 */

typedef struct marks {
    plm_chart_mark mark[PLM_CHART_MARKS_MAX];
    size_t count;
    uint64_t all;
} marks;

/* Warnings are numbered over the whole run, in the order of their rows; page_liquidations.c does
 * the same. */
static plm_status find_marks(plm_page *page, const plm_page_pool *pool, plm_diag *diag, marks *out)
{
    plm_query query;
    PLM_TRY(plm_query_open(
        page->db,
        "SELECT 2, begin_ns, equity_micro, equity_atto, id FROM liquidation WHERE pool_id = ?1 "
        "UNION ALL SELECT 1, ts_ns, equity_micro, equity_atto, number FROM (SELECT pool_id, ts_ns, "
        "equity_micro, equity_atto, row_number() OVER (ORDER BY id) AS number FROM margin_event "
        "WHERE what = 'call') WHERE pool_id = ?1 ORDER BY 1 DESC, 2",
        diag, &query));
    plm_query_bind_int(&query, 1, pool->id);
    plm_status status;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        out->all++;
        if (out->count < PLM_CHART_MARKS_MAX) {
            out->mark[out->count++] = (plm_chart_mark){
                .kind = plm_query_int(&query, 0) == 2 ? PLM_MARK_LIQUIDATION : PLM_MARK_WARNING,
                .ts_ns = plm_query_int(&query, 1),
                .value = plm_html_real(plm_query_money(&query, 2)),
                .number = plm_query_int(&query, 4)};
        }
    }
    plm_query_close(&query);
    return status;
}

/* A name for a pool beside the account's: "isolated ETHUSDT long"; empty for an account's only
 * pool. */
static void name_pool(const plm_page *page, const plm_page_pool *pool, char *out, size_t cap)
{
    const char *const account = plm_page_account_name(page, pool->account_id);
    if (pool->is_isolated && !pool->is_sum) {
        (void)snprintf(out, cap, "%.160s, isolated %.160s %s", account,
                       plm_page_symbol(page, pool->instrument_id), plm_page_leg(pool->leg));
    } else {
        (void)snprintf(out, cap, "%.160s", account);
    }
}

#define POOL_NAME_CAP 400

static unsigned count_hidden(const plm_page *page)
{
    unsigned hidden = 0;
    for (size_t i = 0; i < page->pools; i++) {
        const plm_page_account *const owner = plm_page_find_account(page, page->pool[i].account_id);
        hidden +=
            !page->pool[i].is_shown && page->pool[i].rows > 0 && owner != NULL && owner->is_shown
                ? 1
                : 0;
    }
    return hidden;
}

static plm_status put_pool(plm_page *page, const plm_page_pool *pool, bool is_ruler, plm_diag *diag)
{
    char name[POOL_NAME_CAP];
    name_pool(page, pool, name, sizeof name);
    plm_chart chart = plm_page_chart("Waterline", PLM_CHART_AMOUNT, page);
    chart.name = name;
    chart.unit = plm_page_asset_name(page, pool->unit_id);
    chart.has_zero = true;
    chart.has_band = true;
    chart.is_ruler = is_ruler;
    plm_page_add_line(&chart, &pool->curve, pool->curve_id, PLM_POOL_EQUITY)->what =
        "margin equity";
    plm_page_add_line(&chart, &pool->curve, pool->curve_id, PLM_POOL_MAINTENANCE)->what =
        "maintenance requirement";
    plm_page_add_line(&chart, &pool->curve, pool->curve_id, PLM_POOL_INITIAL)->what =
        "initial requirement with orders";
    plm_html note;
    plm_html_init(&note);
    if (pool->is_sum) {
        plm_html_raw(&note, "All pools of the account together. ");
    } else if (pool->has_lowest) {
        plm_html_raw(&note, "Lowest surplus of equity over maintenance at any tick: ");
        plm_html_money(&note, pool->lowest);
        plm_html_raw(&note, " at ");
        plm_html_time(&note, pool->lowest_ns);
        plm_html_raw(&note, "; the curve has samples and events. ");
    }
    chart.note = note.size > 0 ? note.bytes : NULL;
    marks *const found = plm_alloc(1, sizeof *found);
    plm_status const status = find_marks(page, pool, diag, found);
    chart.mark = found->mark;
    chart.mark_count = found->count;
    chart.marks_all = found->all;
    if (status >= 0) {
        plm_chart_write(&page->sheet, &chart);
    }
    plm_free(found);
    plm_html_fini(&note);
    return status < 0 ? status : PLM_OK;
}

/* The pools of an account that were liquidated, or the others. The first of all carries the range
 * selector. */
static plm_status put_account(plm_page *page, int64_t account_id, bool is_liquidated,
                              bool *is_first, plm_diag *diag)
{
    for (size_t i = 0; i < page->pools; i++) {
        const plm_page_pool *const pool = &page->pool[i];
        if (pool->is_shown && pool->account_id == account_id &&
            (pool->liquidations > 0) == is_liquidated) {
            PLM_TRY(put_pool(page, pool, *is_first, diag));
            *is_first = false;
        }
    }
    return PLM_OK;
}

plm_status plm_page_put_waterline(plm_page *page, plm_diag *diag)
{
    plm_page_open_section(page, "waterline", "Waterline");
    plm_html_raw(
        page->html,
        "<p class=\"lead\">What an account is worth as margin, over what its positions "
        "must keep. Shaded is the surplus; where the upper line meets the lower, the venue "
        "liquidates. Triangles are warnings, diamonds are liquidations: follow one to its "
        "story.</p>\n");
    bool is_first = true;
    for (size_t i = 0; i < page->accounts; i++) {
        if (page->account[i].is_shown) {
            PLM_TRY(put_account(page, page->account[i].id, true, &is_first, diag));
            PLM_TRY(put_account(page, page->account[i].id, false, &is_first, diag));
        }
    }
    unsigned const hidden = count_hidden(page);
    if (is_first) {
        plm_html_raw(page->html,
                     "<p class=\"none\">There is no margin to show: no account is under a "
                     "rulebook, or the run ended before its first sample.</p>\n");
    } else if (hidden > 0) {
        plm_html_format(page->html,
                        "<p class=\"none\">%u more pool%s not drawn: those that were liquidated or "
                        "came nearest to it come first.</p>\n",
                        hidden, hidden == 1 ? " is" : "s are");
    }
    plm_page_close_section(page);
    return PLM_OK;
}

/* -- all accounts or pools in one chart ---------------------------------------------------------
 */

static void overlay_accounts(plm_page *page, plm_chart *chart, unsigned column)
{
    for (size_t i = 0; i < page->accounts; i++) {
        const plm_page_account *const account = &page->account[i];
        if (!account->is_shown) {
            continue;
        }
        plm_chart_line *const line =
            plm_page_add_line(chart, &account->curve, account->curve_id, column);
        if (line != NULL) {
            line->name = account->name;
        }
    }
    plm_chart_write(&page->sheet, chart);
}

static void overlay_pools(plm_page *page, plm_chart *chart, unsigned column)
{
    char name[PLM_CHART_LINES_MAX][POOL_NAME_CAP];
    for (size_t i = 0; i < page->pools; i++) {
        const plm_page_pool *const pool = &page->pool[i];
        if (!pool->is_shown) {
            continue;
        }
        plm_chart_line *const line = plm_page_add_line(chart, &pool->curve, pool->curve_id, column);
        if (line != NULL) {
            name_pool(page, pool, name[line->colour], POOL_NAME_CAP);
            line->name = name[line->colour];
        }
    }
    plm_chart_write(&page->sheet, chart);
}

/* Accounts of one report asset share the axis of a chart. */
static const char *common_unit(const plm_page *page)
{
    const char *unit = NULL;
    int64_t asset_id = 0;
    for (size_t i = 0; i < page->accounts; i++) {
        const plm_page_account *const account = &page->account[i];
        if (!account->is_shown) {
            continue;
        }
        if (unit != NULL && account->asset_id != asset_id) {
            return "the report asset of each account";
        }
        asset_id = account->asset_id;
        unit = plm_page_asset_name(page, asset_id);
    }
    return unit;
}

plm_status plm_page_put_variants(plm_page *page, plm_diag *diag)
{
    (void)diag;
    plm_page_open_section(page, "nav", "Net asset value, variants overlaid");
    plm_chart chart = plm_page_chart("Net asset value", PLM_CHART_AMOUNT, page);
    chart.unit = common_unit(page);
    overlay_accounts(page, &chart, PLM_ACCOUNT_NAV);
    plm_page_close_section(page);
    return PLM_OK;
}

plm_status plm_page_put_drawdown(plm_page *page, plm_diag *diag)
{
    (void)diag;
    plm_page_open_section(page, "drawdown", "Drawdown");
    plm_chart chart = plm_page_chart("Drawdown", PLM_CHART_PERCENT, page);
    chart.has_zero = true;
    chart.note = "What one unit of money became, deposits and withdrawals taken out, against the "
                 "most that it was until then.";
    overlay_accounts(page, &chart, PLM_ACCOUNT_DRAWDOWN);
    plm_page_close_section(page);
    return PLM_OK;
}

plm_status plm_page_put_leverage(plm_page *page, plm_diag *diag)
{
    (void)diag;
    plm_chart chart = plm_page_chart("Effective leverage", PLM_CHART_FACTOR, page);
    chart.has_zero = true;
    chart.note = "Notional of all positions over margin equity; nothing is drawn where equity is "
                 "not positive or a position settles in another asset than its pool counts in.";
    plm_page_open_section(page, "leverage", "Effective leverage");
    overlay_pools(page, &chart, PLM_POOL_LEVERAGE);
    plm_page_close_section(page);
    return PLM_OK;
}

plm_status plm_page_put_utilisation(plm_page *page, plm_diag *diag)
{
    (void)diag;
    plm_chart chart = plm_page_chart("Utilisation", PLM_CHART_PERCENT, page);
    chart.has_zero = true;
    chart.note = "Initial requirement of positions and orders over margin equity; nothing is drawn "
                 "where equity is not positive.";
    plm_page_open_section(page, "utilisation", "Utilisation");
    overlay_pools(page, &chart, PLM_POOL_UTILISATION);
    plm_page_close_section(page);
    return PLM_OK;
}

/* -- what positions give ------------------------------------------------------------------------
 */

static void put_contribution(plm_page *page, const plm_page_pool *pool, unsigned column,
                             const char *title, const char *unit)
{
    char name[POOL_NAME_CAP];
    name_pool(page, pool, name, sizeof name);
    plm_chart chart = plm_page_chart(title, PLM_CHART_AMOUNT, page);
    chart.name = name;
    chart.unit = unit;
    chart.has_zero = true;
    chart.note = pool->positions_left > 0
                     ? "More positions than there is room for: those that were "
                       "held first are drawn."
                     : NULL;
    for (unsigned p = 0; p < pool->position_count; p++) {
        const plm_page_position *const position = &pool->position[p];
        plm_chart_line *const line =
            plm_page_add_line(&chart, &position->curve, position->curve_id, column);
        line->name = plm_page_symbol(page, position->instrument_id);
        line->what = position->label[0] == '\0' ? NULL : position->label;
    }
    plm_chart_write(&page->sheet, &chart);
}

plm_status plm_page_put_contributions(plm_page *page, plm_diag *diag)
{
    (void)diag;
    plm_page_open_section(page, "contributions", "What each position gives");
    for (size_t i = 0; i < page->pools; i++) {
        const plm_page_pool *const pool = &page->pool[i];
        if (pool->is_shown && pool->position_count > 0) {
            plm_html_raw(page->html, "<div class=\"pair\">\n");
            put_contribution(page, pool, PLM_POSITION_UNREALISED, "To equity: unrealised profit",
                             pool->has_leverage ? plm_page_asset_name(page, pool->unit_id)
                                                : "what each settles in");
            put_contribution(page, pool, PLM_POSITION_MAINTENANCE,
                             "To the requirement: maintenance",
                             plm_page_asset_name(page, pool->unit_id));
            plm_html_raw(page->html, "</div>\n");
        }
    }
    plm_page_close_section(page);
    return PLM_OK;
}
