/*
 * metric_flows.c - money from outside, converted where it is of another asset.
 */
#include "decimal.h"
#include "memory.h"
#include "metric_series.h"
#include "timetext.h"

plm_status plm_flows_open(plm_measure *measure, plm_flows *out)
{
    plm_query query;
    PLM_TRY(plm_query_open(measure->db,
                           "SELECT ts_ns, asset_id, amount_micro, amount_atto FROM posting"
                           " WHERE account_id = ? AND event > 0 AND book IN ('account', 'isolated')"
                           " AND cause IN ('deposit', 'withdrawal', 'refill')" PLM_SELDOM
                           " ORDER BY ts_ns, id",
                           measure->diag, &query));
    plm_query_bind_int(&query, 1, measure->account);
    *out = (plm_flows){.query = query};
    return PLM_OK;
}

void plm_flows_close(plm_flows *flows)
{
    plm_query_close(&flows->query);
    plm_free(flows->reason);
    flows->reason = NULL;
}

/* The last price before it of the first spot instrument that trades it for the report asset. */
static plm_status find_price(plm_measure *measure, size_t asset, int64_t ts, int64_t *out_px2,
                             unsigned *out_scale)
{
    for (size_t i = 0; i < measure->instrument_count; i++) {
        const plm_metric_instrument *const row = &measure->instrument[i];
        if (!row->is_spot || row->base != asset || row->money != measure->report) {
            continue;
        }
        plm_query query;
        PLM_TRY(plm_query_open(measure->db,
                               "SELECT px2 FROM price WHERE instrument_id = ? AND ts_ns <= ?"
                               " ORDER BY id DESC LIMIT 1",
                               measure->diag, &query));
        plm_query_bind_int(&query, 1, row->id);
        plm_query_bind_int(&query, 2, ts);
        plm_status const status = plm_query_step(&query, measure->diag);
        *out_px2 = status == PLM_OK ? plm_query_int(&query, 0) : 0;
        *out_scale = row->px_scale;
        plm_query_close(&query);
        if (status < 0 || *out_px2 > 0) {
            return status;
        }
    }
    *out_px2 = 0;
    return PLM_OK;
}

static plm_status convert(plm_measure *measure, plm_flows *flows, size_t asset, int64_t ts,
                          plm_money amount, plm_money *out)
{
    *out = amount;
    if (asset == measure->report) {
        return PLM_OK;
    }
    int64_t px2 = 0;
    unsigned scale = 0;
    PLM_TRY(find_price(measure, asset, ts, &px2, &scale));
    if (px2 > 0 &&
        plm_muldiv(amount.v, px2, (plm_i128)2 * plm_pow10(scale), PLM_ROUND_HALF_EVEN, &out->v)) {
        return PLM_OK;
    }
    if (flows->reason == NULL) {
        char when[PLM_TIME_TEXT_CAP];
        char text[PLM_DECIMAL_TEXT_CAP];
        (void)plm_time_format(ts, when);
        (void)plm_decimal_format_money(amount, text);
        flows->reason =
            plm_text_format("what came or went at %s, %s %s, has no price in %s", when, text,
                            measure->asset[asset].name, measure->asset[measure->report].name);
    }
    *out = (plm_money){0};
    return PLM_OK;
}

plm_status plm_flows_take(plm_measure *measure, plm_flows *flows, int64_t ts, bool *out_any,
                          plm_money *out)
{
    *out_any = false;
    *out = (plm_money){0};
    while (!flows->ended) {
        plm_status const status =
            flows->waits ? PLM_OK : plm_query_step(&flows->query, measure->diag);
        PLM_TRY(status);
        flows->ended = status == PLM_END;
        flows->waits = status == PLM_OK && plm_query_int(&flows->query, 0) > ts;
        if (flows->ended || flows->waits) {
            return PLM_OK;
        }
        size_t asset;
        plm_money amount;
        PLM_TRY(plm_time_check(measure, plm_query_int(&flows->query, 0)));
        PLM_TRY(plm_asset_place(measure, plm_query_int(&flows->query, 1), &asset));
        PLM_TRY(convert(measure, flows, asset, plm_query_int(&flows->query, 0),
                        plm_query_money(&flows->query, 2), &amount));
        PLM_TRY(plm_sum_add(measure, out, amount));
        PLM_TRY(plm_sum_add(measure, &flows->total, amount));
        *out_any = true;
    }
    return PLM_OK;
}
