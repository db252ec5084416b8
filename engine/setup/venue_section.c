/*
 * venue_section.c - the part of a run file that says how the venue works: latencies, fees, fills.
 */
#include <string.h>

#include "memory.h"
#include "setup_parts.h"

#define RATE_ONE INT64_C(1000000000000)
#define SLIPPAGE_TICKS_MAX 1000000

static const char *const keys[] = {
    "latency", "fees",          "slippage",       "spread",
    "queue",   "max_quote_age", "min_notional",   "rulebook",
    "params",  "mark",          "trigger",        "insurance",
    "par",     "race",          "rest_of_market", "liquidation_latency",
    NULL};
static const char *const latency_keys[] = {"orders", "reports", "feed", NULL};
static const char *const span_keys[] = {"min", "max", NULL};
static const char *const fee_keys[] = {"maker", "taker", "tiers", NULL};
static const char *const tier_keys[] = {"volume", "maker", "taker", NULL};
static const char *const slippage_keys[] = {"ticks", "levels", NULL};
static const char *const queue_words[] = {"conservative", "trades", "prorata",
                                          "square",       "front",  NULL};

/* -- latency --------------------------------------------------------------------------------- */

static plm_status read_delay(const plm_config_node *node, plm_diag *diag, int64_t *out)
{
    return plm_setup_duration(node, 0, PLM_LATENCY_NS_MAX, "a duration from 0ms to 1h", diag, out);
}

static plm_status read_span(const plm_config_node *node, plm_diag *diag, plm_latency *out)
{
    const plm_config_node *min, *max;
    PLM_TRY(plm_config_check_keys(node, span_keys, diag));
    PLM_TRY(plm_config_require(node, "min", diag, &min));
    PLM_TRY(plm_config_require(node, "max", diag, &max));
    plm_latency latency = {.kind = PLM_LATENCY_UNIFORM};
    PLM_TRY(read_delay(min, diag, &latency.min_ns));
    PLM_TRY(read_delay(max, diag, &latency.max_ns));
    if (latency.min_ns > latency.max_ns) {
        return plm_config_fail(max, diag, "found '%.200s', which is less than min '%.200s'",
                               max->text, min->text);
    }
    *out = latency;
    return PLM_OK;
}

static plm_status read_list(plm_run_file *file, const plm_config_node *node, plm_diag *diag,
                            plm_latency *out)
{
    if (node->size == 0 || node->size > PLM_LATENCY_LIST_MAX) {
        return plm_config_fail(node, diag, "found %zu durations; allowed: 1 to %u", node->size,
                               PLM_LATENCY_LIST_MAX);
    }
    int64_t *const list = plm_setup_take(file, node->size, sizeof *list);
    uint32_t count = 0;
    for (const plm_config_node *entry = node->first; entry != NULL; entry = entry->next) {
        PLM_TRY(read_delay(entry, diag, &list[count++]));
    }
    *out = (plm_latency){.kind = PLM_LATENCY_LIST, .list_count = count, .list_ns = list};
    return PLM_OK;
}

plm_status plm_setup_latency(plm_run_file *file, const plm_config_node *node, plm_diag *diag,
                             plm_latency *out)
{
    if (node->kind == PLM_CONFIG_MAP) {
        return read_span(node, diag, out);
    }
    if (node->kind == PLM_CONFIG_LIST) {
        return read_list(file, node, diag, out);
    }
    int64_t ns;
    PLM_TRY(read_delay(node, diag, &ns));
    *out = (plm_latency){
        .kind = ns == 0 ? PLM_LATENCY_NONE : PLM_LATENCY_CONSTANT, .min_ns = ns, .max_ns = ns};
    return PLM_OK;
}

static plm_status read_latencies(plm_run_file *file, const plm_config_node *map, plm_diag *diag)
{
    plm_run_spec *const spec = &file->spec;
    PLM_TRY(plm_config_check_keys(map, latency_keys, diag));
    const plm_config_node *const orders = plm_config_find(map, "orders");
    const plm_config_node *const reports = plm_config_find(map, "reports");
    const plm_config_node *const feed = plm_config_find(map, "feed");
    if (orders != NULL) {
        PLM_TRY(plm_setup_latency(file, orders, diag, &spec->orders));
    }
    spec->reports = spec->orders;
    if (reports != NULL) {
        PLM_TRY(plm_setup_latency(file, reports, diag, &spec->reports));
    }
    if (feed == NULL) {
        return PLM_OK;
    }
    if (feed->kind == PLM_CONFIG_TEXT && strcmp(feed->text, "recorded") == 0) {
        spec->feed_recorded = true;
        return PLM_OK;
    }
    return plm_setup_duration(feed, 0, PLM_LATENCY_NS_MAX, "a duration from 0ms to 1h, or recorded",
                              diag, &spec->feed_ns);
}

/* -- fees ------------------------------------------------------------------------------------ */

static plm_status read_rates(const plm_config_node *map, plm_diag *diag, plm_fee_tier *out)
{
    const plm_config_node *const maker = plm_config_find(map, "maker");
    const plm_config_node *const taker = plm_config_find(map, "taker");
    if (maker != NULL) {
        PLM_TRY(plm_setup_decimal(maker, PLM_RATE_SCALE, -RATE_ONE, RATE_ONE,
                                  "-1 to 1 with at most 12 decimals; 0.0002 is two basis points",
                                  diag, &out->maker));
    }
    if (taker != NULL) {
        PLM_TRY(plm_setup_decimal(taker, PLM_RATE_SCALE, 0, RATE_ONE,
                                  "0 to 1 with at most 12 decimals; 0.0005 is five basis points",
                                  diag, &out->taker));
    }
    return PLM_OK;
}

static plm_status read_tier(const plm_config_node *map, const plm_fee_tier *before, plm_diag *diag,
                            plm_fee_tier *out)
{
    const plm_config_node *volume, *rate;
    PLM_TRY(plm_config_check_keys(map, tier_keys, diag));
    PLM_TRY(plm_config_require(map, "volume", diag, &volume));
    PLM_TRY(plm_config_require(map, "maker", diag, &rate));
    PLM_TRY(plm_config_require(map, "taker", diag, &rate));
    PLM_TRY(plm_setup_money(volume, 0, "an amount from 0 on with at most 18 decimals", diag,
                            &out->volume));
    if (before == NULL && out->volume.v != 0) {
        return plm_config_fail(volume, diag, "found '%.200s'; allowed: 0 in the first tier",
                               volume->text);
    }
    if (before != NULL && plm_money_compare(out->volume, before->volume) <= 0) {
        return plm_config_fail(
            volume, diag, "found '%.200s'; allowed: more than in the tier before", volume->text);
    }
    return read_rates(map, diag, out);
}

static plm_status read_tiers(plm_run_file *file, const plm_config_node *list, plm_diag *diag)
{
    PLM_TRY(plm_config_expect(list, PLM_CONFIG_LIST, diag));
    if (list->size == 0 || list->size > PLM_FEE_TIERS_MAX) {
        return plm_config_fail(list, diag, "found %zu tiers; allowed: 1 to %u", list->size,
                               PLM_FEE_TIERS_MAX);
    }
    plm_fee_tier *const tiers = plm_setup_take(file, list->size, sizeof *tiers);
    uint32_t count = 0;
    for (const plm_config_node *map = list->first; map != NULL; map = map->next) {
        PLM_TRY(read_tier(map, count == 0 ? NULL : &tiers[count - 1], diag, &tiers[count]));
        count++;
    }
    file->spec.tier = tiers;
    file->spec.tier_count = count;
    return PLM_OK;
}

static plm_status read_fees(plm_run_file *file, const plm_config_node *map, plm_diag *diag)
{
    PLM_TRY(plm_config_check_keys(map, fee_keys, diag));
    const plm_config_node *const tiers = plm_config_find(map, "tiers");
    if (tiers == NULL) {
        return read_rates(map, diag, file->spec.tier);
    }
    if (map->size > 1) {
        return plm_config_fail(tiers, diag,
                               "stands beside maker or taker; allowed: one of the "
                               "two ways");
    }
    return read_tiers(file, tiers, diag);
}

/* -- fills ----------------------------------------------------------------------------------- */

static plm_status read_slippage(plm_run_file *file, const plm_config_node *map, plm_diag *diag)
{
    PLM_TRY(plm_config_check_keys(map, slippage_keys, diag));
    const plm_config_node *const ticks = plm_config_find(map, "ticks");
    const plm_config_node *const levels = plm_config_find(map, "levels");
    int64_t value;
    if (ticks != NULL) {
        PLM_TRY(plm_config_integer(ticks, 0, SLIPPAGE_TICKS_MAX, diag, &value));
        file->spec.venue.slippage_ticks = (uint32_t)value;
    }
    if (levels != NULL) {
        PLM_TRY(plm_config_integer(levels, 0, PLM_SLIPPAGE_LEVELS_MAX, diag, &value));
        file->spec.venue.slippage_levels = (uint32_t)value;
    }
    return PLM_OK;
}

static plm_status read_fills(plm_run_file *file, const plm_config_node *map, plm_diag *diag)
{
    plm_venue_settings *const venue = &file->spec.venue;
    const plm_config_node *const slippage = plm_config_find(map, "slippage");
    const plm_config_node *const spread = plm_config_find(map, "spread");
    const plm_config_node *const queue = plm_config_find(map, "queue");
    const plm_config_node *const age = plm_config_find(map, "max_quote_age");
    if (slippage != NULL) {
        PLM_TRY(read_slippage(file, slippage, diag));
    }
    if (spread != NULL) {
        PLM_TRY(plm_setup_decimal(
            spread, PLM_RATE_SCALE, 0, RATE_ONE - 1,
            "from 0 to below 1 with at most 12 decimals; 0.0001 is one basis point", diag,
            &venue->spread));
    }
    if (queue != NULL) {
        size_t index;
        PLM_TRY(plm_config_word(queue, queue_words, diag, &index));
        venue->queue = (plm_queue_model)index;
    }
    if (age != NULL) {
        PLM_TRY(plm_setup_duration(age, 1, 365 * PLM_SETUP_DAY_NS, "a duration from 1ns to 365d",
                                   diag, &venue->max_quote_age_ns));
    }
    return PLM_OK;
}

plm_status plm_setup_venue(plm_run_file *file, const plm_config_node *venue, plm_diag *diag)
{
    plm_run_spec *const spec = &file->spec;
    spec->venue.slippage_ticks = 1;
    spec->venue.slippage_levels = 100;
    spec->tier = plm_setup_take(file, 1, sizeof *spec->tier);
    spec->tier_count = 1;
    if (venue == NULL) {
        return PLM_OK;
    }
    PLM_TRY(plm_config_check_keys(venue, keys, diag));
    const plm_config_node *const latency = plm_config_find(venue, "latency");
    const plm_config_node *const fees = plm_config_find(venue, "fees");
    if (latency != NULL) {
        PLM_TRY(read_latencies(file, latency, diag));
    }
    if (fees != NULL) {
        PLM_TRY(read_fees(file, fees, diag));
    }
    PLM_TRY(read_fills(file, venue, diag));
    return plm_setup_venue_margin(file, venue, diag);
}

/* -- what needs the tape ------------------------------------------------------------------------
 */

static plm_status read_amount(const plm_config_node *node, plm_diag *diag, plm_money *out)
{
    return plm_setup_money(node, 0, "an amount from 0 on with at most 18 decimals", diag, out);
}

plm_status plm_setup_min_notional(plm_run_file *file, const plm_config_node *venue,
                                  const plm_contracts *contracts, plm_diag *diag)
{
    const plm_config_node *const node =
        venue == NULL ? NULL : plm_config_find(venue, "min_notional");
    if (node == NULL) {
        return PLM_OK;
    }
    plm_money *const least = plm_setup_take(file, contracts->count, sizeof *least);
    const plm_config_node *const common =
        node->kind == PLM_CONFIG_MAP ? plm_config_find(node, "default") : node;
    plm_money all = {0};
    if (common != NULL) {
        PLM_TRY(read_amount(common, diag, &all));
    }
    for (uint32_t i = 0; i < contracts->count; i++) {
        least[i] = all;
    }
    const plm_config_node *entry = node->kind == PLM_CONFIG_MAP ? node->first : NULL;
    for (; entry != NULL; entry = entry->next) {
        uint32_t sym;
        if (entry != common) {
            PLM_TRY(plm_setup_sym(entry, entry->key, contracts, diag, &sym));
            PLM_TRY(read_amount(entry, diag, &least[sym]));
        }
    }
    file->spec.venue.min_notional = least;
    return PLM_OK;
}
