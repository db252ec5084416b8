/*
 * metric_bag.c - exact sums of money, asset by asset, and the places of assets and instruments.
 */
#include "memory.h"
#include "metric_parts.h"

#define MONEY_ONE 1e18

static plm_status too_large(plm_measure *measure)
{
    return plm_fail(measure->diag, PLM_ERR_INPUT,
                    "account %lld: the sum of its amounts does not fit 128 bits",
                    (long long)measure->account);
}

plm_bag plm_bag_create(const plm_measure *measure)
{
    return (plm_bag){.sum = plm_alloc(measure->asset_count, sizeof(plm_money))};
}

void plm_bag_destroy(plm_bag *bag)
{
    plm_free(bag->sum);
    bag->sum = NULL;
}

plm_status plm_sum_add(plm_measure *measure, plm_money *sum, plm_money amount)
{
    return plm_money_add(*sum, amount, sum) ? PLM_OK : too_large(measure);
}

plm_status plm_sum_sub(plm_measure *measure, plm_money *sum, plm_money amount)
{
    return plm_money_sub(*sum, amount, sum) ? PLM_OK : too_large(measure);
}

plm_status plm_bag_add(plm_measure *measure, plm_bag *bag, size_t asset, plm_money amount)
{
    return plm_sum_add(measure, &bag->sum[asset], amount);
}

plm_status plm_bag_negate(plm_measure *measure, plm_bag *bag)
{
    for (size_t i = 0; i < measure->asset_count; i++) {
        plm_money negated = {0};
        PLM_TRY(plm_sum_sub(measure, &negated, bag->sum[i]));
        bag->sum[i] = negated;
    }
    return PLM_OK;
}

size_t plm_bag_assets(const plm_measure *measure, const plm_bag *bag, size_t *out)
{
    size_t count = 0;
    *out = measure->report;
    for (size_t i = 0; i < measure->asset_count; i++) {
        if (bag->sum[i].v != 0) {
            *out = i;
            count++;
        }
    }
    return count;
}

plm_status plm_bag_sum(plm_measure *measure, const char *sql, bool size, plm_bag *bag)
{
    plm_query query;
    PLM_TRY(plm_query_open(measure->db, sql, measure->diag, &query));
    plm_query_bind_int(&query, 1, measure->account);
    plm_status status;
    while ((status = plm_query_step(&query, measure->diag)) == PLM_OK) {
        size_t asset = 0;
        plm_money const amount = plm_query_money(&query, 1);
        status = plm_asset_place(measure, plm_query_int(&query, 0), &asset);
        if (status == PLM_OK) {
            status = plm_bag_add(measure, bag, asset, size ? plm_money_size(amount) : amount);
        }
        if (status < 0) {
            break;
        }
    }
    plm_query_close(&query);
    PLM_TRY(status);
    return PLM_OK;
}

plm_status plm_time_check(plm_measure *measure, int64_t ts)
{
    if (ts < PLM_TS_MIN || ts >= PLM_TS_MAX) {
        return plm_fail(measure->diag, PLM_ERR_INPUT,
                        "account %lld: the time %lld is not between 2000 and 2100",
                        (long long)measure->account, (long long)ts);
    }
    return PLM_OK;
}

plm_status plm_asset_place(plm_measure *measure, int64_t id, size_t *out)
{
    size_t low = 0;
    size_t high = measure->asset_count;
    while (low < high) {
        size_t const middle = low + (high - low) / 2;
        if (measure->asset[middle].id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == measure->asset_count || measure->asset[low].id != id) {
        return plm_fail(measure->diag, PLM_ERR_INPUT,
                        "account %lld: speaks of an asset %lld that "
                        "the table asset does not have",
                        (long long)measure->account, (long long)id);
    }
    *out = low;
    return PLM_OK;
}

plm_status plm_instrument_get(plm_measure *measure, int64_t id, const plm_metric_instrument **out)
{
    size_t low = 0;
    size_t high = measure->instrument_count;
    while (low < high) {
        size_t const middle = low + (high - low) / 2;
        if (measure->instrument[middle].id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == measure->instrument_count || measure->instrument[low].id != id ||
        measure->instrument[low].money == PLM_NO_PLACE) {
        return plm_fail(measure->diag, PLM_ERR_INPUT,
                        "account %lld: speaks of an instrument %lld that the table instrument does "
                        "not have, or whose asset the table asset does not have",
                        (long long)measure->account, (long long)id);
    }
    *out = &measure->instrument[low];
    return PLM_OK;
}

double plm_money_real(plm_money amount)
{
    return (double)amount.v / MONEY_ONE;
}

/* The smallest number has no size; it is no amount that a run writes. */
plm_money plm_money_size(plm_money amount)
{
    plm_money size = amount;
    if (amount.v < 0 && !plm_money_negate(amount, &size)) {
        size.v = PLM_I128_MAX;
    }
    return size;
}
