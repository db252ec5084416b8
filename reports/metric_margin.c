/*
 * metric_margin.c - what stands beside an equity row, added up: leverage, what is bound of the
 * margin equity, how far prices were from a liquidation, how long a warning held.
 */
#include "metric_margin.h"

#include "decimal.h"
#include "memory.h"
#include "timetext.h"

#define RATE_ONE INT64_C(1000000000000)

/* -- opening ---------------------------------------------------------------------------------- */

static plm_status load_pools(plm_measure *measure, plm_margins *margins)
{
    plm_query query;
    PLM_TRY(plm_query_open(measure->db,
                           "SELECT id, unit_id, lowest_ns, lowest_micro, lowest_atto FROM pool"
                           " WHERE account_id = ? ORDER BY id",
                           measure->diag, &query));
    plm_query_bind_int(&query, 1, measure->account);
    plm_status status;
    size_t cap = 0;
    while ((status = plm_query_step(&query, measure->diag)) == PLM_OK) {
        plm_margin_pool pool = {
            .id = plm_query_int(&query, 0),
            .has_lowest = !plm_query_is_null(&query, 3),
            .lowest = plm_query_money(&query, 3),
            .lowest_ns = plm_query_int(&query, 2),
        };
        status = plm_asset_place(measure, plm_query_int(&query, 1), &pool.unit);
        if (status < 0) {
            break;
        }
        if (margins->pool_count == cap) {
            cap = cap * 2 + 4;
            margins->pool = plm_realloc(margins->pool, cap, sizeof *margins->pool);
        }
        margins->pool[margins->pool_count++] = pool;
    }
    plm_query_close(&query);
    PLM_TRY(status);
    return PLM_OK;
}

static plm_status load_levels(plm_measure *measure, plm_margins *margins)
{
    plm_query query;
    PLM_TRY(plm_query_open(measure->db,
                           "SELECT DISTINCT ratio FROM margin_event WHERE account_id = ?"
                           " AND what = 'call' AND ratio IS NOT NULL ORDER BY ratio",
                           measure->diag, &query));
    plm_query_bind_int(&query, 1, measure->account);
    plm_status status;
    size_t cap = 0;
    while ((status = plm_query_step(&query, measure->diag)) == PLM_OK) {
        if (margins->level_count == cap) {
            cap = cap * 2 + 4;
            margins->level = plm_realloc(margins->level, cap, sizeof *margins->level);
        }
        margins->level[margins->level_count++] =
            (plm_margin_level){.ratio = plm_query_int(&query, 0)};
    }
    plm_query_close(&query);
    PLM_TRY(status);
    return PLM_OK;
}

plm_status plm_margins_open(plm_measure *measure, plm_margins *out)
{
    plm_margins margins = {.free = plm_bag_create(measure)};
    plm_status status = load_pools(measure, &margins);
    if (status == PLM_OK) {
        status = load_levels(measure, &margins);
    }
    if (status == PLM_OK) {
        status = plm_query_open(measure->db,
                                "SELECT id, asset_id, balance_micro, balance_atto FROM posting"
                                " WHERE account_id = ? AND book = 'account' ORDER BY ts_ns, id",
                                measure->diag, &margins.balance);
    }
    if (status < 0) {
        plm_margins_close(&margins);
        return status;
    }
    plm_query_bind_int(&margins.balance, 1, measure->account);
    *out = margins;
    return PLM_OK;
}

void plm_margins_close(plm_margins *margins)
{
    plm_query_close(&margins->balance);
    plm_free(margins->pool);
    plm_free(margins->level);
    plm_free(margins->used);
    plm_free(margins->unit_reason);
    plm_free(margins->distance_reason);
    plm_free(margins->leverage.reason);
    plm_free(margins->utilisation.reason);
    plm_bag_destroy(&margins->free);
}

/* -- leverage --------------------------------------------------------------------------------- */

/* The free balances as they were when the row was written. */
static plm_status follow_balances(plm_measure *measure, plm_margins *margins, int64_t row)
{
    plm_query *const query = &margins->balance;
    while (!margins->balance_ended) {
        plm_status const status =
            margins->balance_waits ? PLM_OK : plm_query_step(query, measure->diag);
        PLM_TRY(status);
        margins->balance_ended = status == PLM_END;
        margins->balance_waits = status == PLM_OK && plm_query_int(query, 0) > row;
        if (margins->balance_ended || margins->balance_waits) {
            break;
        }
        size_t asset;
        PLM_TRY(plm_asset_place(measure, plm_query_int(query, 1), &asset));
        margins->free.sum[asset] = plm_query_money(query, 2);
    }
    return PLM_OK;
}

static void no_price(plm_measure *measure, char **reason, const char *what, size_t asset)
{
    if (*reason == NULL) {
        *reason = plm_text_format("%s in %s, whose price in %s is not in the database", what,
                                  measure->asset[asset].name, measure->asset[measure->report].name);
    }
}

static plm_status gross_of(plm_measure *measure, plm_margins *margins, const plm_equity_row *row,
                           plm_money *out)
{
    plm_money gross = {0};
    for (size_t i = 0; i < measure->asset_count; i++) {
        if (margins->free.sum[i].v < 0 && i == measure->report) {
            PLM_TRY(plm_sum_sub(measure, &gross, margins->free.sum[i]));
        } else if (margins->free.sum[i].v < 0) {
            no_price(measure, &margins->leverage.reason, "it owed", i);
        }
    }
    for (size_t k = 0; k < row->pool_count; k++) {
        const plm_equity_pool *const pool = &row->pool[k];
        for (size_t i = 0; i < pool->leg_count; i++) {
            const plm_equity_leg *const leg = &row->leg[pool->first_leg + i];
            const plm_metric_instrument *instrument;
            PLM_TRY(plm_instrument_get(measure, leg->instrument_id, &instrument));
            if (instrument->money != measure->report) {
                no_price(measure, &margins->leverage.reason, "a position is", instrument->money);
            }
            PLM_TRY(plm_sum_add(measure, &gross, plm_money_size(leg->notional)));
        }
    }
    *out = gross;
    return PLM_OK;
}

/* A quotient at a row; without one where the divisor is 0 or below. */
static void count_ratio(plm_margin_ratio *ratio, const plm_equity_row *row, bool defined,
                        double value)
{
    if (!defined) {
        ratio->left_out += row->on_grid ? 1 : 0;
        ratio->undefined_ts = ratio->undefined_ts == 0 ? row->ts_ns : ratio->undefined_ts;
        return;
    }
    ratio->peak = value > ratio->peak ? value : ratio->peak;
    if (row->on_grid) {
        ratio->sum += value;
        ratio->samples++;
    }
}

/* -- pools ------------------------------------------------------------------------------------ */

static plm_status pool_of(plm_measure *measure, const plm_margins *margins, int64_t id,
                          const plm_margin_pool **out)
{
    for (size_t i = 0; i < margins->pool_count; i++) {
        if (margins->pool[i].id == id) {
            *out = &margins->pool[i];
            return PLM_OK;
        }
    }
    return plm_fail(measure->diag, PLM_ERR_INPUT,
                    "account %lld: has margin in a pool %lld that is not its own",
                    (long long)measure->account, (long long)id);
}

static void keep_used(plm_margins *margins, double value)
{
    size_t const count = margins->utilisation.samples;
    if (count == margins->used_cap) {
        margins->used_cap = margins->used_cap * 2 + 1024;
        margins->used = plm_realloc(margins->used, margins->used_cap, sizeof *margins->used);
    }
    margins->used[count] = value;
}

static plm_status use_of(plm_measure *measure, plm_margins *margins, const plm_equity_row *row)
{
    double worst = 0;
    bool defined = true;
    plm_money bound_all = {0};
    plm_money collateral = {0};
    for (size_t k = 0; k < row->pool_count; k++) {
        const plm_equity_pool *const pool = &row->pool[k];
        const plm_margin_pool *mine = NULL;
        PLM_TRY(pool_of(measure, margins, pool->id, &mine));
        if (mine->unit != measure->report) {
            no_price(measure, &margins->unit_reason, "a pool is", mine->unit);
        }
        plm_money bound = pool->initial;
        PLM_TRY(plm_sum_add(measure, &bound, pool->orders));
        PLM_TRY(plm_sum_add(measure, &bound_all, bound));
        PLM_TRY(plm_sum_add(measure, &collateral, pool->collateral));
        if (pool->equity.v <= 0) {
            defined = false;
        } else {
            double const use = (double)bound.v / (double)pool->equity.v;
            worst = use > worst ? use : worst;
        }
    }
    if (row->on_grid && defined) {
        keep_used(margins, worst);
    }
    count_ratio(&margins->utilisation, row, defined, worst);
    if (row->on_grid && row->pool_count > 0) {
        margins->in_use++;
        PLM_TRY(plm_sum_add(measure, &margins->bound_sum, bound_all));
        PLM_TRY(plm_sum_add(measure, &margins->collateral_sum, collateral));
    }
    return PLM_OK;
}

static plm_status distance_of(plm_measure *measure, plm_margins *margins, const plm_equity_row *row)
{
    for (size_t k = 0; k < row->pool_count; k++) {
        const plm_equity_pool *const pool = &row->pool[k];
        const plm_margin_pool *mine = NULL;
        PLM_TRY(pool_of(measure, margins, pool->id, &mine));
        plm_money notional = {0};
        for (size_t i = 0; i < pool->leg_count; i++) {
            const plm_equity_leg *const leg = &row->leg[pool->first_leg + i];
            const plm_metric_instrument *instrument;
            PLM_TRY(plm_instrument_get(measure, leg->instrument_id, &instrument));
            if (instrument->money != mine->unit && margins->distance_reason == NULL) {
                margins->distance_reason = plm_text_format("a pool in %s has a position in %s",
                                                           measure->asset[mine->unit].name,
                                                           measure->asset[instrument->money].name);
            }
            PLM_TRY(plm_sum_add(measure, &notional, plm_money_size(leg->notional)));
        }
        if (notional.v > 0) {
            plm_money surplus = pool->equity;
            PLM_TRY(plm_sum_sub(measure, &surplus, pool->maintenance));
            double const distance = (double)surplus.v / (double)notional.v;
            if (!margins->has_distance || distance < margins->distance) {
                margins->has_distance = true;
                margins->distance = distance;
            }
        }
    }
    return PLM_OK;
}

/* What held since the row before held until now. */
static void warn_of(plm_margins *margins, const plm_equity_row *row)
{
    for (size_t i = 0; i < margins->level_count; i++) {
        plm_margin_level *const level = &margins->level[i];
        if (level->is_past) {
            level->ns += row->ts_ns - margins->last_ts;
        }
        level->is_past = false;
        for (size_t k = 0; k < row->pool_count; k++) {
            const plm_equity_pool *const pool = &row->pool[k];
            if ((pool->maintenance.v > 0 || pool->equity.v < 0) &&
                plm_compare_products(pool->maintenance.v, RATE_ONE, pool->equity.v, level->ratio) >=
                    0) {
                level->is_past = true;
            }
        }
    }
    margins->last_ts = row->ts_ns;
}

plm_status plm_margins_row(plm_measure *measure, plm_margins *margins, const plm_equity_row *row)
{
    plm_money gross;
    PLM_TRY(follow_balances(measure, margins, row->id));
    PLM_TRY(gross_of(measure, margins, row, &gross));
    count_ratio(&margins->leverage, row, row->nav.v > 0,
                row->nav.v > 0 ? (double)gross.v / (double)row->nav.v : 0);
    PLM_TRY(use_of(measure, margins, row));
    PLM_TRY(distance_of(measure, margins, row));
    warn_of(margins, row);
    return PLM_OK;
}
