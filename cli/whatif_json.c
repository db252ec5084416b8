/*
 * whatif_json.c - an account, its pools, its positions, and what would follow, as JSON.
 */
#include "whatif_json.h"

#include <stdio.h>

#include "account.h"
#include "decimal.h"
#include "text_sink.h"

/* -- values ---------------------------------------------------------------------------------- */

static void put_scaled(json_t *object, const char *key, plm_i128 value, unsigned scale)
{
    char text[PLM_DECIMAL_TEXT_CAP];
    (void)plm_decimal_format_i128(value, scale, text);
    plm_json_text(object, key, text);
}

static void put_money(json_t *object, const char *key, plm_money amount)
{
    put_scaled(object, key, amount.v, PLM_MONEY_SCALE);
}

static void put_null(json_t *object, const char *key, const char *reason)
{
    char name[64];
    plm_json_put(object, key, json_null());
    (void)snprintf(name, sizeof name, "%s_reason", key);
    plm_json_text(object, name, reason);
}

static void put_ratio(json_t *object, const char *key, const plm_whatif_ratio *ratio)
{
    if (ratio->reason != NULL) {
        put_null(object, key, ratio->reason);
    } else {
        put_scaled(object, key, ratio->value, PLM_RATE_SCALE);
    }
}

static void put_px(json_t *object, const char *key, plm_px px, unsigned scale, const char *reason)
{
    if (px == 0) {
        put_null(object, key, reason);
    } else {
        put_scaled(object, key, px, scale);
    }
}

static void put_sum(json_t *object, const char *key, const plm_whatif_account *account,
                    plm_money amount)
{
    if (account->reason != NULL) {
        put_null(object, key, account->reason);
    } else {
        put_money(object, key, amount);
    }
}

/* -- account and pools ----------------------------------------------------------------------- */

static json_t *account_json(const plm_whatif *whatif, const plm_whatif_pools *pools,
                            const plm_whatif_account *account)
{
    json_t *const json = plm_json_object();
    plm_json_text(json, "unit", whatif->contracts.asset[whatif->report]);
    put_sum(json, "collateral_value", account, account->collateral);
    put_sum(json, "nav", account, account->nav);
    put_sum(json, "margin_equity", account, account->equity);
    put_sum(json, "initial", account, account->initial);
    put_sum(json, "order_margin", account, account->orders);
    put_sum(json, "maintenance", account, account->maintenance);
    put_sum(json, "surplus", account, account->surplus);
    put_ratio(json, "margin_ratio", &account->margin_ratio);
    put_ratio(json, "health", &account->health);
    put_ratio(json, "utilisation", &account->utilisation);
    put_ratio(json, "effective_leverage", &account->leverage);
    plm_json_flag(json, "liquidatable", account->liquidatable);
    plm_json_put(json, "worst_pool",
                 account->worst == PLM_NO_ASSET
                     ? json_null()
                     : plm_json_string(pools->pool[account->worst].name));
    return json;
}

static plm_status position_json(const plm_whatif *whatif, const plm_whatif_pool *pool, uint32_t i,
                                plm_diag *diag, json_t **out)
{
    static const char *const legs[] = {"one-way", "long", "short"};
    const plm_margin_position *const row = &pool->position[i];
    const plm_margin_part *const part = &pool->out.part[i];
    const plm_instrument *const instrument = &whatif->row[row->sym];
    plm_whatif_shown shown;
    PLM_TRY(plm_whatif_show(whatif, pool, i, diag, &shown));
    json_t *const json = plm_json_object();
    plm_json_text(json, "instrument", instrument->symbol);
    plm_json_text(json, "leg", legs[row->leg]);
    plm_json_text(json, "settle", whatif->contracts.asset[whatif->settle[row->sym]]);
    put_scaled(json, "qty", row->qty, instrument->qty_scale);
    put_scaled(json, "price", 5 * (plm_i128)row->requirement_px2, instrument->px_scale + 1u);
    put_money(json, "notional", plm_money_of(part->notional));
    put_money(json, "unrealised", plm_money_of(part->unrealised));
    put_money(json, "initial", plm_money_of(part->initial));
    put_money(json, "maintenance", plm_money_of(part->maintenance));
    plm_json_count(json, "tier", part->tier);
    put_px(json, "liquidation_price_down", shown.exit.down, instrument->px_scale,
           "no price below liquidates it");
    put_px(json, "liquidation_price_up", shown.exit.up, instrument->px_scale,
           "no price above liquidates it");
    put_px(json, "bankruptcy_price", shown.bankruptcy, instrument->px_scale,
           "no price above 0 leaves nothing");
    put_ratio(json, "distance", &shown.distance);
    *out = json;
    return PLM_OK;
}

/* The factor on all prices of an underlying at which the pool fires. */
static plm_status factors_json(const plm_whatif *whatif, const plm_whatif_pool *pool,
                               plm_diag *diag, json_t *list)
{
    for (uint32_t i = 0; i < pool->input.position_count; i++) {
        plm_whatif_factor factor;
        PLM_TRY(plm_whatif_factor_of(whatif, pool, i, diag, &factor));
        if (factor.underlying == NULL) {
            continue;
        }
        json_t *const json = plm_json_object();
        plm_json_text(json, "underlying", factor.underlying);
        put_px(json, "down", factor.down, PLM_RATE_SCALE, "no fall liquidates the pool");
        put_px(json, "up", factor.up, PLM_RATE_SCALE,
               "no rise up to 1,000 times liquidates the pool");
        plm_json_add(list, json);
    }
    return PLM_OK;
}

static void put_numbers(json_t *json, const plm_whatif_pool *pool)
{
    const plm_margin_output *const now = &pool->out;
    plm_money const equity = plm_money_of(now->equity);
    plm_money const maintenance = plm_money_of(now->maintenance);
    plm_whatif_ratio const ratio =
        plm_whatif_divide(maintenance, equity, "margin equity is not above 0");
    plm_whatif_ratio const health =
        plm_whatif_divide(equity, maintenance, "there is no maintenance requirement");
    put_money(json, "collateral_value", plm_money_of(now->collateral));
    put_money(json, "margin_equity", equity);
    put_money(json, "initial", plm_money_of(now->initial));
    put_money(json, "order_margin", plm_money_of(now->orders));
    put_money(json, "maintenance", maintenance);
    put_money(json, "surplus", (plm_money){equity.v - maintenance.v});
    put_ratio(json, "margin_ratio", &ratio);
    put_ratio(json, "health", &health);
    plm_json_flag(json, "liquidatable", plm_whatif_pool_fires(pool));
}

static plm_status pool_json(const plm_whatif *whatif, const plm_whatif_pool *pool, plm_diag *diag,
                            json_t *list)
{
    json_t *const json = plm_json_object();
    json_t *const positions = plm_json_array();
    json_t *const factors = plm_json_array();
    plm_json_add(list, json);
    plm_json_text(json, "pool", pool->name);
    plm_json_text(json, "regime", plm_regime_word((plm_regime)pool->input.regime));
    plm_json_text(json, "unit", whatif->contracts.asset[pool->input.unit]);
    put_numbers(json, pool);
    plm_json_put(json, "positions", positions);
    plm_json_put(json, "factors", factors);
    for (uint32_t i = 0; i < pool->input.position_count; i++) {
        json_t *position;
        if (pool->position[i].qty != 0) {
            PLM_TRY(position_json(whatif, pool, i, diag, &position));
            plm_json_add(positions, position);
        }
    }
    return factors_json(whatif, pool, diag, factors);
}

static json_t *orders_json(const plm_whatif *whatif)
{
    json_t *const list = plm_json_array();
    for (uint32_t i = 0; i < whatif->order_count; i++) {
        const plm_whatif_order *const order = &whatif->order[i];
        const plm_whatif_position *const row = &whatif->book.position[order->position];
        const plm_instrument *const instrument = &whatif->row[row->sym];
        bool const rests = order->reason == PLM_REASON_NONE;
        json_t *const json = plm_json_object();
        plm_json_text(json, "instrument", instrument->symbol);
        plm_json_text(json, "side", order->side == PLM_SIDE_BUY ? "buy" : "sell");
        put_scaled(json, "qty", order->qty, instrument->qty_scale);
        put_scaled(json, "price", order->px, instrument->px_scale);
        plm_json_flag(json, "admitted", rests);
        plm_json_put(json, "reason",
                     rests ? json_null()
                           : plm_json_string(plm_reason_word((plm_reason)order->reason)));
        plm_json_add(list, json);
    }
    return list;
}

plm_status plm_whatif_json(const plm_whatif *whatif, const plm_whatif_pools *pools,
                           const plm_whatif_account *account, plm_diag *diag, json_t **out)
{
    json_t *const json = plm_json_open("margin");
    json_t *const list = plm_json_array();
    *out = json;
    plm_json_text(json, "rulebook", whatif->rulebook->name);
    plm_json_time(json, "at", whatif->book.ts);
    plm_json_put(json, "account", account_json(whatif, pools, account));
    plm_json_put(json, "pools", list);
    plm_json_put(json, "orders", orders_json(whatif));
    for (uint32_t i = 0; i < pools->count; i++) {
        if (!plm_whatif_pool_is_empty(&pools->pool[i])) {
            PLM_TRY(pool_json(whatif, &pools->pool[i], diag, list));
        }
    }
    return PLM_OK;
}

/* -- what would follow ----------------------------------------------------------------------- */

static json_t *step_json(const plm_whatif *whatif, const plm_whatif_step *step)
{
    json_t *const json = plm_json_object();
    bool const closes = step->sym != PLM_NO_SYM;
    const plm_instrument *const row = closes ? &whatif->row[step->sym] : NULL;
    plm_json_time(json, "at", step->ts);
    plm_json_text(json, "pool", step->pool);
    plm_json_count(json, "stage", step->stage);
    plm_json_text(json, "action", step->action);
    if (closes) {
        plm_json_text(json, "instrument", row->symbol);
        plm_json_text(json, "side",
                      step->side == PLM_SIDE_NONE  ? "both"
                      : step->side == PLM_SIDE_BUY ? "buy"
                                                   : "sell");
        put_scaled(json, "qty", step->qty, row->qty_scale);
        put_px(json, "limit", step->limit, row->px_scale, "none");
        if (step->px36 == 0) {
            put_null(json, "price", step->remark);
        } else {
            put_scaled(json, "price", step->px36, PLM_MONEY_SCALE);
        }
        put_money(json, "fee", step->fee);
        put_money(json, "liquidation_fee", step->liquidation_fee);
    }
    if (step->asset != PLM_NO_ASSET) {
        plm_json_text(json, "asset", whatif->contracts.asset[step->asset]);
    }
    if (!closes && step->asset != PLM_NO_ASSET) {
        put_money(json, "amount", step->amount);
    }
    plm_json_put(json, "paid_by",
                 step->payer[0] == '\0' ? json_null() : plm_json_string(step->payer));
    plm_json_text(json, "remark", step->remark);
    plm_json_text(json, "unit", whatif->contracts.asset[step->unit]);
    put_money(json, "margin_equity", step->equity);
    put_money(json, "maintenance", step->maintenance);
    return json;
}

json_t *plm_whatif_json_story(const plm_whatif *whatif, const plm_whatif_story *story)
{
    json_t *const json = plm_json_object();
    json_t *const list = plm_json_array();
    plm_json_text(json, "fills", "whole, at the requirement price");
    plm_json_text(json, "outcome",
                  story->bankrupt     ? "bankrupt"
                  : story->liquidated ? "liquidated"
                                      : "nothing closed");
    for (uint32_t i = 0; i < story->count; i++) {
        plm_json_add(list, step_json(whatif, &story->step[i]));
    }
    plm_json_put(json, "steps", list);
    return json;
}

json_t *plm_whatif_json_sweep(const plm_whatif_sweep *sweep, const plm_whatif_point *point)
{
    json_t *const json = plm_json_object();
    json_t *const list = plm_json_array();
    plm_json_text(json, "of", sweep->name);
    for (uint32_t i = 0; i < sweep->steps; i++) {
        const plm_whatif_account *const account = &point[i].account;
        json_t *const row = plm_json_object();
        put_scaled(row, "factor", point[i].factor, PLM_RATE_SCALE);
        put_sum(row, "margin_equity", account, account->equity);
        put_sum(row, "maintenance", account, account->maintenance);
        put_sum(row, "nav", account, account->nav);
        put_ratio(row, "margin_ratio", &account->margin_ratio);
        plm_json_text(row, "liquidated", point[i].liquidated);
        plm_json_add(list, row);
    }
    plm_json_put(json, "points", list);
    return json;
}
