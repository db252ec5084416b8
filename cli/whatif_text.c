/*
 * whatif_text.c - an account, its pools, its positions, and what would follow, as tables.
 */
#include "whatif_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "account.h"
#include "decimal.h"
#include "figures.h"
#include "grid.h"
#include "help.h"
#include "text_sink.h"
#include "timetext.h"

#define LABEL_WIDTH 12
#define STEPS_SHOWN 24u
#define MOVE_CAP (PLM_FIGURES_CAP + 8)

/* -- cells ----------------------------------------------------------------------------------- */

/* Digits after the point that say something about an amount of this size. */
static unsigned places_of(plm_money amount)
{
    const plm_u128 size = amount.v < 0 ? -(plm_u128)amount.v : (plm_u128)amount.v;
    const plm_u128 one = (plm_u128)plm_pow10(PLM_MONEY_SCALE);
    return size == 0 || size >= one * 100 ? 2 : size >= one ? 4 : 6;
}

static void add_money(plm_grid *grid, plm_money amount)
{
    char cell[PLM_FIGURES_CAP];
    plm_grid_add(grid, plm_figures_money(amount, places_of(amount), cell));
}

static void add_px(plm_grid *grid, plm_px px, unsigned scale)
{
    char digits[PLM_DECIMAL_TEXT_CAP], cell[PLM_FIGURES_CAP];
    (void)plm_decimal_format(px, scale, digits);
    plm_grid_add(grid, px == 0 ? "-" : plm_figures_decimal(digits, cell));
}

static void add_px2(plm_grid *grid, int64_t px2, unsigned scale)
{
    char digits[PLM_DECIMAL_TEXT_CAP], cell[PLM_FIGURES_CAP];
    (void)plm_decimal_format_i128(5 * (plm_i128)px2, scale + 1, digits);
    plm_grid_add(grid, plm_figures_decimal(digits, cell));
}

/* "12.34%" of a ratio at 10^-12; "-" where there is none. */
static const char *percent(const plm_whatif_ratio *ratio, char out[PLM_FIGURES_CAP])
{
    char digits[PLM_FIGURES_CAP];
    plm_money const hundred = {ratio->value * 100 * 1000000}; /* of 10^-18 */
    if (ratio->reason != NULL) {
        (void)snprintf(out, PLM_FIGURES_CAP, "-");
    } else {
        (void)snprintf(out, PLM_FIGURES_CAP, "%s%%", plm_figures_money(hundred, 2, digits));
    }
    return out;
}

/* "12.34x" */
static const char *multiple(const plm_whatif_ratio *ratio, char out[PLM_FIGURES_CAP])
{
    char digits[PLM_FIGURES_CAP];
    plm_money const value = {ratio->value * 1000000};
    (void)snprintf(out, PLM_FIGURES_CAP, "%s%s",
                   ratio->reason != NULL ? "-" : plm_figures_money(value, 2, digits),
                   ratio->reason != NULL ? "" : "x");
    return out;
}

const char *plm_whatif_leg(const plm_whatif *whatif, uint32_t sym, uint8_t leg, char *out,
                           size_t cap)
{
    static const char *const legs[] = {"", " long", " short"};
    (void)snprintf(out, cap, "%s%s", whatif->row[sym].symbol, legs[leg]);
    return out;
}

static PLM_PRINTF(3, 4) void line(plm_out *out, const char *label, const char *format, ...)
{
    char text[PLM_SHOWN_CAP];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    plm_out_printf(out, "%-*s", LABEL_WIDTH, label);
    plm_help_wrap(out, text, LABEL_WIDTH, LABEL_WIDTH);
}

/* -- head and account ------------------------------------------------------------------------ */

static void print_account(plm_session *session, const plm_whatif *whatif,
                          const plm_whatif_account *account)
{
    plm_out *const out = &session->out;
    const char *const unit = whatif->contracts.asset[whatif->report];
    char a[PLM_FIGURES_CAP], b[PLM_FIGURES_CAP], c[PLM_FIGURES_CAP], d[PLM_FIGURES_CAP];
    if (account->reason != NULL) {
        line(out, "account", "no sums in %s: %s", unit, account->reason);
    } else {
        line(out, "account", "nav %s, margin equity %s, surplus %s %s",
             plm_figures_money(account->nav, places_of(account->nav), a),
             plm_figures_money(account->equity, places_of(account->equity), b),
             plm_figures_money(account->surplus, places_of(account->surplus), c), unit);
    }
    line(out, "", "margin ratio %s, health %s, utilisation %s, leverage %s",
         percent(&account->margin_ratio, a), percent(&account->health, b),
         percent(&account->utilisation, c), multiple(&account->leverage, d));
    line(out, "", "%s", account->liquidatable ? "WOULD BE LIQUIDATED" : "not liquidatable");
}

static void print_head(plm_session *session, const plm_whatif *whatif,
                       const plm_whatif_account *account)
{
    plm_out *const out = &session->out;
    char at[PLM_TIME_TEXT_CAP];
    (void)plm_time_format(whatif->book.ts, at);
    plm_out_printf(out, "%s%s%s\n", session->colour_out ? PLM_BOLD : "", whatif->rulebook->title,
                   session->colour_out ? PLM_PLAIN : "");
    line(out, "rulebook", "%s, as of %s", whatif->rulebook->name, at);
    if (whatif->book.ts < whatif->rulebook->effective) {
        line(out, "", "(before its tables begin)");
    }
    print_account(session, whatif, account);
}

/* -- pools and positions --------------------------------------------------------------------- */

static void print_pools(plm_session *session, const plm_whatif *whatif,
                        const plm_whatif_pools *pools)
{
    static const char *const heads[] = {"pool",         ">collateral", ">equity", ">initial",
                                        ">maintenance", ">ratio",      "state"};
    plm_grid *const grid = plm_grid_create(heads, 7, 0);
    for (uint32_t i = 0; i < pools->count; i++) {
        const plm_whatif_pool *const pool = &pools->pool[i];
        const plm_margin_output *const now = &pool->out;
        char cell[PLM_FIGURES_CAP];
        if (plm_whatif_pool_is_empty(pool)) {
            continue;
        }
        plm_whatif_ratio const ratio =
            plm_whatif_divide(plm_money_of(now->maintenance), plm_money_of(now->equity), "");
        bool const named = strchr(pool->name, ' ') != NULL || whatif->hedge;
        (void)snprintf(cell, sizeof cell, "%.60s%s%s", pool->name, named ? "" : " ",
                       named ? "" : whatif->contracts.asset[pool->input.unit]);
        plm_grid_add(grid, cell);
        add_money(grid, plm_money_of(now->collateral));
        add_money(grid, plm_money_of(now->equity));
        add_money(grid, (plm_money){plm_money_of(now->initial).v + plm_money_of(now->orders).v});
        add_money(grid, plm_money_of(now->maintenance));
        plm_grid_add(grid, percent(&ratio, cell));
        plm_grid_add(grid, plm_whatif_pool_rests(whatif, pool) ? "at rest"
                           : plm_whatif_pool_fires(pool)       ? "fires"
                                                               : "ok");
    }
    plm_out_text(&session->out, "\n");
    plm_grid_print(grid, &session->out, session->colour_out, 0);
    plm_grid_destroy(grid);
}

static void add_amounts(plm_grid *grid, const plm_whatif *whatif, const plm_whatif_pool *pool,
                        uint32_t i)
{
    const plm_margin_position *const row = &pool->position[i];
    const plm_margin_part *const part = &pool->out.part[i];
    char cell[PLM_SYMBOL_CAP + 8];
    plm_grid_add(grid, plm_whatif_leg(whatif, row->sym, row->leg, cell, sizeof cell));
    add_px(grid, row->qty, whatif->row[row->sym].qty_scale);
    add_money(grid, plm_money_of(part->notional));
    add_money(grid, plm_money_of(part->unrealised));
    add_money(grid, plm_money_of(part->initial));
    add_money(grid, plm_money_of(part->maintenance));
}

static plm_status add_prices(plm_grid *grid, const plm_whatif *whatif, const plm_whatif_pool *pool,
                             uint32_t i, plm_diag *diag)
{
    const plm_margin_position *const row = &pool->position[i];
    unsigned const scale = whatif->row[row->sym].px_scale;
    plm_whatif_shown shown;
    char cell[PLM_SYMBOL_CAP + 8], ratio[PLM_FIGURES_CAP];
    PLM_TRY(plm_whatif_show(whatif, pool, i, diag, &shown));
    plm_grid_add(grid, plm_whatif_leg(whatif, row->sym, row->leg, cell, sizeof cell));
    add_px2(grid, row->requirement_px2, scale);
    add_px(grid, shown.exit.down, scale);
    add_px(grid, shown.exit.up, scale);
    add_px(grid, shown.bankruptcy, scale);
    plm_grid_add(grid, percent(&shown.distance, ratio));
    return PLM_OK;
}

static plm_status print_positions(plm_session *session, const plm_whatif *whatif,
                                  const plm_whatif_pools *pools, plm_diag *diag)
{
    static const char *const amounts[] = {"position",    ">quantity", ">notional",
                                          ">unrealised", ">initial",  ">maintenance"};
    static const char *const prices[] = {"position",          ">price",      ">liquidated below",
                                         ">liquidated above", ">bankruptcy", ">distance"};
    plm_grid *const first = plm_grid_create(amounts, 6, 0);
    plm_grid *const second = plm_grid_create(prices, 6, 0);
    plm_status status = PLM_OK;
    bool any = false;
    for (uint32_t i = 0; i < pools->count; i++) {
        for (uint32_t k = 0; k < pools->pool[i].input.position_count && status >= 0; k++) {
            if (pools->pool[i].position[k].qty == 0) {
                continue;
            }
            any = true;
            add_amounts(first, whatif, &pools->pool[i], k);
            status = add_prices(second, whatif, &pools->pool[i], k, diag);
        }
    }
    if (status >= 0 && any) {
        plm_out_text(&session->out, "\n");
        plm_grid_print(first, &session->out, session->colour_out, 0);
        plm_out_text(&session->out, "\n");
        plm_grid_print(second, &session->out, session->colour_out, 0);
    }
    plm_grid_destroy(first);
    plm_grid_destroy(second);
    return status;
}

/* "falls 3.66%", "rises 12.00%", or never. */
static const char *move_text(plm_rate factor, const char *word, char out[MOVE_CAP])
{
    char digits[PLM_FIGURES_CAP];
    plm_rate const size =
        factor < PLM_WHATIF_RATE_ONE ? PLM_WHATIF_RATE_ONE - factor : factor - PLM_WHATIF_RATE_ONE;
    plm_whatif_ratio const ratio = {.value = size};
    (void)snprintf(out, MOVE_CAP, "%s %s", word, factor == 0 ? "never" : percent(&ratio, digits));
    return out;
}

/* How far all prices of an underlying may move together. */
static plm_status print_factors(plm_session *session, const plm_whatif *whatif,
                                const plm_whatif_pools *pools, plm_diag *diag)
{
    bool first = true;
    for (uint32_t i = 0; i < pools->count; i++) {
        for (uint32_t k = 0; k < pools->pool[i].input.position_count; k++) {
            plm_whatif_factor factor;
            char down[MOVE_CAP], up[MOVE_CAP];
            PLM_TRY(plm_whatif_factor_of(whatif, &pools->pool[i], k, diag, &factor));
            if (factor.underlying == NULL) {
                continue;
            }
            plm_out_text(&session->out, first ? "\n" : "");
            line(&session->out, first ? "fires when" : "", "%s %s, %s (%s)", factor.underlying,
                 move_text(factor.down, "falls", down), move_text(factor.up, "rises", up),
                 pools->pool[i].name);
            first = false;
        }
    }
    return PLM_OK;
}

static void print_orders(plm_session *session, const plm_whatif *whatif)
{
    for (uint32_t i = 0; i < whatif->order_count; i++) {
        const plm_whatif_order *const order = &whatif->order[i];
        const plm_whatif_position *const row = &whatif->book.position[order->position];
        const plm_instrument *const instrument = &whatif->row[row->sym];
        char qty[PLM_DECIMAL_TEXT_CAP], px[PLM_DECIMAL_TEXT_CAP];
        (void)plm_decimal_format(order->qty, instrument->qty_scale, qty);
        (void)plm_decimal_format(order->px, instrument->px_scale, px);
        line(&session->out, i == 0 ? "orders" : "", "%s %s %s at %s: %s%s",
             order->side == PLM_SIDE_BUY ? "buy" : "sell", qty, instrument->symbol, px,
             order->reason == PLM_REASON_NONE ? "rests" : "refused, ",
             order->reason == PLM_REASON_NONE ? "" : plm_reason_word((plm_reason)order->reason));
    }
}

plm_status plm_whatif_text(plm_session *session, const plm_whatif *whatif,
                           const plm_whatif_pools *pools, const plm_whatif_account *account,
                           plm_diag *diag)
{
    print_head(session, whatif, account);
    print_orders(session, whatif);
    print_pools(session, whatif, pools);
    PLM_TRY(print_positions(session, whatif, pools, diag));
    return print_factors(session, whatif, pools, diag);
}

/* -- what would follow ----------------------------------------------------------------------- */

static void add_what(plm_grid *grid, const plm_whatif *whatif, const plm_whatif_step *step)
{
    char text[128], qty[PLM_DECIMAL_TEXT_CAP];
    if (step->sym == PLM_NO_SYM) {
        char money[PLM_FIGURES_CAP];
        bool const pays = step->asset != PLM_NO_ASSET;
        (void)snprintf(text, sizeof text, "%s%s%s%s%s", step->action, pays ? " " : "",
                       pays ? plm_figures_money(step->amount, places_of(step->amount), money) : "",
                       pays ? " " : "", pays ? whatif->contracts.asset[step->asset] : "");
    } else {
        (void)plm_decimal_format(step->qty, whatif->row[step->sym].qty_scale, qty);
        (void)snprintf(text, sizeof text, "%s: %s %s %s", step->action,
                       step->side == PLM_SIDE_NONE  ? "both"
                       : step->side == PLM_SIDE_BUY ? "buy"
                                                    : "sell",
                       qty, whatif->row[step->sym].symbol);
    }
    plm_grid_add(grid, text);
}

static void add_step(plm_grid *grid, const plm_whatif *whatif, const plm_whatif_step *step)
{
    char cell[PLM_FIGURES_CAP];
    plm_money fees = {0};
    add_what(grid, whatif, step);
    plm_grid_add(grid, step->px36 == 0 ? "-" : plm_figures_money((plm_money){step->px36}, 2, cell));
    if (!plm_money_add(step->fee, step->liquidation_fee, &fees)) {
        fees = (plm_money){0};
    }
    add_money(grid, fees);
    plm_grid_add(grid, step->payer[0] == '\0' ? "-" : step->payer);
    add_money(grid, step->equity);
    add_money(grid, step->maintenance);
}

void plm_whatif_text_story(plm_session *session, const plm_whatif *whatif,
                           const plm_whatif_story *story)
{
    static const char *const heads[] = {"step",    ">price",  ">fees",
                                        "paid by", ">equity", ">maintenance"};
    plm_out *const out = &session->out;
    plm_out_text(out, "\n");
    if (story->count == 0) {
        line(out, "liquidation", "nothing fires at these prices");
        return;
    }
    plm_grid *const grid = plm_grid_create(heads, 6, 0);
    const char *pool = "";
    uint32_t const shown = story->count < STEPS_SHOWN ? story->count : STEPS_SHOWN;
    line(out, "liquidation", "orders are assumed to be filled whole at the mark");
    for (uint32_t i = 0; i < shown; i++) {
        const plm_whatif_step *const step = &story->step[i];
        if (strcmp(pool, step->pool) != 0) {
            line(out, i == 0 ? "" : "then", "pool %s", step->pool);
            pool = step->pool;
        }
        add_step(grid, whatif, step);
    }
    plm_grid_print(grid, out, session->colour_out, 0);
    plm_grid_destroy(grid);
    if (shown < story->count) {
        plm_out_printf(out, "and %u more (--json has all)\n", story->count - shown);
    }
    for (uint32_t i = 0; i < shown; i++) {
        if (story->step[i].remark[0] != '\0') {
            line(out, i == 0 ? "" : "", "%s: %s", story->step[i].action, story->step[i].remark);
        }
    }
    line(out, "outcome", "%s",
         story->bankrupt     ? "bankrupt"
         : story->liquidated ? "liquidated"
                             : "nothing closed");
}

/* -- a sweep --------------------------------------------------------------------------------- */

void plm_whatif_text_sweep(plm_session *session, const plm_whatif *whatif,
                           const plm_whatif_sweep *sweep, const plm_whatif_point *point)
{
    static const char *const heads[] = {">change", ">equity", ">maintenance", ">ratio",
                                        "liquidated"};
    plm_grid *const grid = plm_grid_create(heads, 5, 4);
    for (uint32_t i = 0; i < sweep->steps; i++) {
        char cell[PLM_FIGURES_CAP];
        plm_whatif_ratio const change = {.value = point[i].factor - PLM_WHATIF_RATE_ONE};
        plm_grid_add(grid, percent(&change, cell));
        add_money(grid, point[i].account.equity);
        add_money(grid, point[i].account.maintenance);
        plm_grid_add(grid, percent(&point[i].account.margin_ratio, cell));
        plm_grid_add(grid, point[i].liquidated[0] == '\0' ? "-" : point[i].liquidated);
    }
    plm_out_text(&session->out, "\n");
    line(&session->out, "sweep", "%s, others as they are; %s", sweep->name,
         whatif->contracts.asset[whatif->report]);
    plm_grid_print(grid, &session->out, session->colour_out, 0);
    plm_grid_destroy(grid);
}
