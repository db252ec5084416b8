/*
 * metric_liquidation.c - how often, how much, at whose cost, and what a position took along that
 * could have stood alone.
 */
#include "metric_parts.h"

/* -- counting --------------------------------------------------------------------------------- */

static plm_status ask_number(plm_measure *measure, const char *sql, int64_t *out)
{
    plm_query query;
    PLM_TRY(plm_query_open(measure->db, sql, measure->diag, &query));
    plm_query_bind_int(&query, 1, measure->account);
    plm_status const status = plm_query_step(&query, measure->diag);
    *out = status == PLM_OK ? plm_query_int(&query, 0) : 0;
    plm_query_close(&query);
    PLM_TRY(status);
    return PLM_OK;
}

static plm_status put_culprit(plm_measure *measure, int64_t liquidations)
{
    plm_query query;
    PLM_TRY(plm_query_open(measure->db,
                           "SELECT culprit_id, count(*) FROM liquidation WHERE account_id = ?"
                           " AND culprit_id IS NOT NULL AND cancelled_only = 0"
                           " GROUP BY culprit_id ORDER BY count(*) DESC, culprit_id LIMIT 1",
                           measure->diag, &query));
    plm_query_bind_int(&query, 1, measure->account);
    plm_status const status = plm_query_step(&query, measure->diag);
    if (status == PLM_OK) {
        plm_put_count(measure, "culprit", plm_query_int(&query, 0), "%lld of %lld liquidations",
                      (long long)plm_query_int(&query, 1), (long long)liquidations);
    } else if (status == PLM_END) {
        plm_put_none(measure, "culprit", "%s",
                     liquidations == 0 ? "there was no liquidation"
                                       : "no instrument had fallen since the last peak");
    }
    plm_query_close(&query);
    PLM_TRY(status);
    return PLM_OK;
}

static plm_status put_notional(plm_measure *measure)
{
    static const char *const parts[] = {
        "SELECT asset_id, value_micro, value_atto FROM fill"
        " WHERE account_id = ? AND liquidation_id IS NOT NULL",
        "SELECT a.id, s.value_micro, s.value_atto FROM liquidation_stage s"
        " JOIN liquidation l ON l.id = s.liquidation_id JOIN instrument i ON i.id = s.instrument_id"
        " JOIN asset a ON a.name = i.settle"
        " WHERE l.account_id = ? AND s.done = 1 AND s.action = 'takeover'",
        "SELECT c.asset_id, c.value_micro, c.value_atto FROM counterparty c"
        " JOIN liquidation l ON l.id = c.liquidation_id WHERE l.account_id = ? AND c.cause = 'adl'",
    };
    int64_t keepers;
    PLM_TRY(ask_number(measure,
                       "SELECT count(*) FROM liquidation_stage s"
                       " JOIN liquidation l ON l.id = s.liquidation_id"
                       " WHERE l.account_id = ? AND s.done = 1 AND s.action = 'keeper'",
                       &keepers));
    if (keepers > 0) {
        plm_put_none(measure, "liquidated_notional",
                     "keepers took over %lld times, for a value that the database does not have",
                     (long long)keepers);
        return PLM_OK;
    }
    plm_bag bag = plm_bag_create(measure);
    plm_status status = PLM_OK;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && status == PLM_OK; i++) {
        status = plm_bag_sum(measure, parts[i], true, &bag);
    }
    if (status == PLM_OK) {
        plm_put_bag(measure, "liquidated_notional", &bag, "fills, takeovers, deleveraging");
    }
    plm_bag_destroy(&bag);
    return status;
}

/* -- losses ----------------------------------------------------------------------------------- */

static plm_status put_loss(plm_measure *measure)
{
    plm_bag bag = plm_bag_create(measure);
    plm_status status = plm_bag_sum(measure,
                                    "SELECT asset_id, amount_micro, amount_atto FROM posting"
                                    " WHERE account_id = ? AND book = 'insurance'"
                                    " AND cause = 'takeover'" PLM_SELDOM,
                                    false, &bag);
    for (size_t i = 0; i < measure->forced_count && status == PLM_OK; i++) {
        const plm_forced *const forced = &measure->forced[i];
        status = plm_sum_sub(measure, &bag.sum[forced->money], forced->net);
    }
    if (status == PLM_OK) {
        plm_put_bag(measure, "liquidation_loss", &bag, "forced closing, with fees");
    }
    plm_bag_destroy(&bag);
    return status;
}

static plm_status put_payer(plm_measure *measure, const char *name, const char *sql, bool negate)
{
    plm_bag bag = plm_bag_create(measure);
    plm_status status = plm_bag_sum(measure, sql, false, &bag);
    if (status == PLM_OK && negate) {
        status = plm_bag_negate(measure, &bag);
    }
    if (status == PLM_OK) {
        plm_put_bag(measure, name, &bag, "all postings");
    }
    plm_bag_destroy(&bag);
    return status;
}

static plm_status put_payers(plm_measure *measure)
{
#define PAID                                                                                       \
    "SELECT asset_id, amount_micro, amount_atto FROM posting WHERE account_id = ?" PLM_SELDOM      \
    " AND book IN ('account', 'isolated') AND cause = "
    PLM_TRY(put_payer(measure, "insurance_used", PAID "'insurance'", false));
    PLM_TRY(put_payer(measure, "socialised", PAID "'socialised' AND amount_micro >= 0", false));
    PLM_TRY(put_payer(measure, "socialised_paid", PAID "'socialised' AND amount_micro < 0", true));
    return put_payer(measure, "last_resort", PAID "'last_resort'", false);
#undef PAID
}

/* -- contagion -------------------------------------------------------------------------------- */

typedef struct contagion {
    plm_bag others, alone, all; /* losses >= 0 */
    size_t portfolios;          /* in which no position has a requirement of its own */
    size_t foreign;             /* positions in another asset than their pool's unit */
} contagion;

/* Would the position have stood alone, with the initial margin that it needs for itself? */
static plm_status stands_alone(plm_measure *measure, const plm_forced *forced, bool *out)
{
    plm_query query;
    PLM_TRY(plm_query_open(measure->db,
                           "SELECT initial_micro, initial_atto, unrealised_micro, unrealised_atto,"
                           " maintenance_micro, maintenance_atto FROM contribution WHERE margin_id"
                           " = (SELECT min(id) FROM margin WHERE liquidation_id = ?)"
                           " AND instrument_id = ? AND leg = ?",
                           measure->diag, &query));
    plm_query_bind_int(&query, 1, forced->liquidation);
    plm_query_bind_int(&query, 2, forced->instrument);
    plm_query_bind_int(&query, 3, forced->leg);
    plm_status const status = plm_query_step(&query, measure->diag);
    plm_money own = plm_query_money(&query, 0);
    *out = status == PLM_OK && plm_money_add(own, plm_query_money(&query, 2), &own) &&
           plm_money_compare(own, plm_query_money(&query, 4)) > 0;
    plm_query_close(&query);
    PLM_TRY(status);
    return PLM_OK;
}

/* What the liquidation of this forced closing was about. */
typedef struct episode {
    int64_t culprit;
    bool has_culprit, is_cross, is_portfolio;
    size_t unit;
} episode;

static plm_status find_episode(plm_measure *measure, int64_t liquidation, episode *out)
{
    plm_query query;
    PLM_TRY(plm_query_open(measure->db,
                           "SELECT l.culprit_id, p.regime = 'cross', p.regime = 'portfolio',"
                           " p.unit_id FROM liquidation l JOIN pool p ON p.id = l.pool_id"
                           " WHERE l.id = ?",
                           measure->diag, &query));
    plm_query_bind_int(&query, 1, liquidation);
    plm_status status = plm_query_step(&query, measure->diag);
    if (status == PLM_OK) {
        *out = (episode){.culprit = plm_query_int(&query, 0),
                         .has_culprit = !plm_query_is_null(&query, 0),
                         .is_cross = plm_query_int(&query, 1) != 0,
                         .is_portfolio = plm_query_int(&query, 2) != 0};
        status = plm_asset_place(measure, plm_query_int(&query, 3), &out->unit);
    } else if (status == PLM_END) {
        status = plm_fail(measure->diag, PLM_ERR_INPUT,
                          "account %lld: speaks of a liquidation %lld that there is not",
                          (long long)measure->account, (long long)liquidation);
    }
    plm_query_close(&query);
    return status;
}

static plm_status add_contagion(plm_measure *measure, const plm_forced *forced, contagion *sums)
{
    episode about;
    bool alone = false;
    plm_money loss = {0};
    PLM_TRY(find_episode(measure, forced->liquidation, &about));
    sums->portfolios += about.is_portfolio ? 1 : 0;
    if (forced->net.v >= 0) {
        return PLM_OK;
    }
    PLM_TRY(plm_sum_sub(measure, &loss, forced->net));
    PLM_TRY(plm_bag_add(measure, &sums->all, forced->money, loss));
    if (about.has_culprit && about.culprit != forced->instrument) {
        PLM_TRY(plm_bag_add(measure, &sums->others, forced->money, loss));
    }
    if (about.is_cross) {
        sums->foreign += about.unit != forced->money ? 1 : 0;
        PLM_TRY(stands_alone(measure, forced, &alone));
    }
    return alone ? plm_bag_add(measure, &sums->alone, forced->money, loss) : PLM_OK;
}

static void put_share(plm_measure *measure, const contagion *sums, int64_t episodes)
{
    size_t asset;
    size_t const assets = plm_bag_assets(measure, &sums->all, &asset);
    if (episodes == 0) {
        plm_put_none(measure, "contagion", "there was no liquidation");
    } else if (sums->portfolios > 0) {
        plm_put_none(measure, "contagion",
                     "in a portfolio pool no position has a requirement of its own");
    } else if (assets == 0) {
        plm_put_none(measure, "contagion", "the forced closing lost nothing");
    } else if (assets > 1 || sums->foreign > 0) {
        plm_put_none(measure, "contagion", "the losses are not all in the unit of their pool");
    } else {
        plm_put_real(measure, "contagion",
                     plm_money_real(sums->alone.sum[asset]) / plm_money_real(sums->all.sum[asset]),
                     "%lld episodes", (long long)episodes);
    }
}

static plm_status put_contagion(plm_measure *measure, int64_t episodes)
{
    contagion sums = {.others = plm_bag_create(measure),
                      .alone = plm_bag_create(measure),
                      .all = plm_bag_create(measure)};
    plm_status status = PLM_OK;
    for (size_t i = 0; i < measure->forced_count && status == PLM_OK; i++) {
        status = add_contagion(measure, &measure->forced[i], &sums);
    }
    if (status == PLM_OK) {
        plm_put_bag(measure, "contagion_loss", &sums.others, "forced closing, with fees");
        put_share(measure, &sums, episodes);
    }
    plm_bag_destroy(&sums.others);
    plm_bag_destroy(&sums.alone);
    plm_bag_destroy(&sums.all);
    return status;
}

plm_status plm_measure_liquidations(plm_measure *measure)
{
    int64_t episodes;
    int64_t liquidations;
    int64_t open;
    PLM_TRY(
        ask_number(measure, "SELECT count(*) FROM liquidation WHERE account_id = ?", &episodes));
    PLM_TRY(ask_number(measure,
                       "SELECT count(*) FROM liquidation WHERE account_id = ?"
                       " AND cancelled_only = 0",
                       &liquidations));
    PLM_TRY(ask_number(measure,
                       "SELECT count(*) FROM liquidation WHERE account_id = ?"
                       " AND cancelled_only IS NULL",
                       &open));
    plm_put_count(measure, "liquidations", liquidations,
                  "%lld more only cancelled orders, %lld had not ended",
                  (long long)(episodes - liquidations - open), (long long)open);
    PLM_TRY(put_notional(measure));
    PLM_TRY(put_loss(measure));
    PLM_TRY(put_payers(measure));
    PLM_TRY(put_culprit(measure, liquidations));
    return put_contagion(measure, episodes);
}
