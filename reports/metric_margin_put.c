/*
 * metric_margin_put.c - the metrics of the kind margin.
 */
#include <stdlib.h>
#include <string.h>

#include "decimal.h"
#include "memory.h"
#include "metric_margin.h"
#include "timetext.h"

#define RATE_SCALE 12

static int compare_doubles(const void *a, const void *b)
{
    double const x = *(const double *)a;
    double const y = *(const double *)b;
    return (x > y) - (x < y);
}

static void put_ratio(plm_measure *measure, const char *mean, const char *peak, const char *divisor,
                      const plm_margin_ratio *ratio)
{
    if (ratio->reason != NULL) {
        plm_put_none(measure, mean, "%s", ratio->reason);
        plm_put_none(measure, peak, "%s", ratio->reason);
        return;
    }
    if (ratio->samples == 0) {
        plm_put_none(measure, mean, "no sample has all prices and %s above 0", divisor);
    } else {
        plm_put_real(measure, mean, ratio->sum / (double)ratio->samples,
                     "%zu samples, %zu left out", ratio->samples, ratio->left_out);
    }
    if (ratio->undefined_ts != 0) {
        char when[PLM_TIME_TEXT_CAP];
        (void)plm_time_format(ratio->undefined_ts, when);
        plm_put_none(measure, peak, "%s was 0 or below at %s", divisor, when);
    } else if (ratio->samples == 0) {
        plm_put_none(measure, peak, "no sample has all prices");
    } else {
        plm_put_real(measure, peak, ratio->peak, "samples and events");
    }
}

/* The 95 % quantile between neighbours in proportion. */
static void put_p95(plm_measure *measure, plm_margins *margins)
{
    const plm_margin_ratio *const ratio = &margins->utilisation;
    size_t const count = ratio->samples;
    if (count == 0) {
        plm_put_none(measure, "utilisation_p95", "%s",
                     "no sample has all prices and margin equity above 0");
        return;
    }
    qsort(margins->used, count, sizeof *margins->used, compare_doubles);
    size_t const at = (count - 1) * 19;
    double value = margins->used[at / 20];
    if (at % 20 != 0) {
        value += (double)(at % 20) / 20 * (margins->used[at / 20 + 1] - value);
    }
    plm_put_real(measure, "utilisation_p95", value, "%zu samples, %zu left out", count,
                 ratio->left_out);
}

static void put_lowest(plm_measure *measure, const plm_margins *margins)
{
    const plm_margin_pool *lowest = NULL;
    for (size_t i = 0; i < margins->pool_count; i++) {
        const plm_margin_pool *const pool = &margins->pool[i];
        if (!pool->has_lowest) {
            continue;
        }
        if (lowest != NULL && lowest->unit != pool->unit) {
            const char *const format = "pools in %s and %s do not compare";
            const char *const one = measure->asset[lowest->unit].name;
            const char *const other = measure->asset[pool->unit].name;
            plm_put_none(measure, "lowest_surplus", format, one, other);
            plm_put_none(measure, "lowest_surplus_at", format, one, other);
            return;
        }
        if (lowest == NULL || plm_money_compare(pool->lowest, lowest->lowest) < 0) {
            lowest = pool;
        }
    }
    if (lowest == NULL) {
        plm_put_none(measure, "lowest_surplus", "no pool ever had a position or a debt");
        plm_put_none(measure, "lowest_surplus_at", "no pool ever had a position or a debt");
        return;
    }
    const char *const basis = measure->lowest_exact ? "every instant" : "samples and tests";
    plm_put_money(measure, "lowest_surplus", lowest->unit, lowest->lowest, "%s", basis);
    plm_put_time(measure, "lowest_surplus_at", lowest->lowest_ns, "%s", basis);
}

static void put_warned(plm_measure *measure, const plm_margins *margins)
{
    if (margins->level_count == 0) {
        plm_put_time(measure, "time_warned", 0, "no warning was reached");
        return;
    }
    char text[PLM_DECIMAL_TEXT_CAP];
    (void)plm_decimal_format(margins->level[0].ratio, RATE_SCALE, text);
    plm_put_time(measure, "time_warned", margins->level[0].ns, "level %s; rows hold until the next",
                 text);
    for (size_t i = 0; i < margins->level_count; i++) {
        const plm_margin_level *const level = &margins->level[i];
        (void)plm_decimal_format(level->ratio, RATE_SCALE, text);
        char *const name = plm_text_format("time_warned@%s", text);
        plm_put_time(measure, name, level->ns, "level %s; rows hold until the next", text);
        plm_free(name);
    }
}

static void put_efficiency(plm_measure *measure, const plm_margins *margins)
{
    double const samples = (double)margins->in_use;
    size_t asset;
    size_t const assets = plm_bag_assets(measure, &measure->volume, &asset);
    const char *reason = margins->unit_reason;
    if (reason == NULL && margins->in_use == 0) {
        reason = "no sample has a pool in use";
    }
    if (reason != NULL) {
        plm_put_none(measure, "return_on_margin", "%s", reason);
        plm_put_none(measure, "volume_per_collateral", "%s", reason);
        return;
    }
    if (!measure->has_profit) {
        plm_put_none(measure, "return_on_margin", "the profit is not known");
    } else if (margins->bound_sum.v <= 0) {
        plm_put_none(measure, "return_on_margin", "no margin was bound at samples");
    } else {
        plm_put_real(measure, "return_on_margin",
                     plm_money_real(measure->profit) /
                         (plm_money_real(margins->bound_sum) / samples),
                     "%zu samples in use", margins->in_use);
    }
    if (assets > 1 || asset != measure->report) {
        plm_put_none(measure, "volume_per_collateral", "what was traded is not in %s",
                     measure->asset[measure->report].name);
    } else if (margins->collateral_sum.v <= 0) {
        plm_put_none(measure, "volume_per_collateral", "there was no collateral at samples");
    } else {
        plm_put_real(measure, "volume_per_collateral",
                     plm_money_real(measure->volume.sum[asset]) /
                         (plm_money_real(margins->collateral_sum) / samples),
                     "%zu samples in use", margins->in_use);
    }
}

static void put_nothing(plm_measure *measure, bool but_lowest, const char *reason)
{
    size_t count;
    const plm_metric_def *const defs = plm_metric_defs(&count);
    for (size_t i = 0; i < count; i++) {
        bool const lowest = strncmp(defs[i].name, "lowest_surplus", 14) == 0;
        if (defs[i].kind[0] == 'm' && !(but_lowest && lowest)) {
            plm_put_none(measure, defs[i].name, "%s", reason);
        }
    }
}

void plm_put_margin(plm_measure *measure, plm_margins *margins)
{
    if (measure->is_plain) {
        put_nothing(measure, false, "the account is under no rulebook");
        return;
    }
    if (measure->blobs) {
        put_nothing(measure, true, "pools are not kept where equity is kept as blobs");
        put_lowest(measure, margins);
        return;
    }
    put_ratio(measure, "leverage_mean", "leverage_peak", "equity", &margins->leverage);
    put_ratio(measure, "utilisation_mean", "utilisation_peak", "margin equity",
              &margins->utilisation);
    put_p95(measure, margins);
    put_lowest(measure, margins);
    if (margins->distance_reason != NULL) {
        plm_put_none(measure, "distance_lowest", "%s", margins->distance_reason);
    } else if (!margins->has_distance) {
        plm_put_none(measure, "distance_lowest", "no row has a position");
    } else {
        plm_put_real(measure, "distance_lowest", margins->distance, "samples and events");
    }
    put_warned(measure, margins);
    put_efficiency(measure, margins);
}
