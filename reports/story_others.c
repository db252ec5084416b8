/*
 * story_others.c - a liquidation among its neighbours: what other variants did, and which legs were
 * taken along.
 */
#include <string.h>

#include "story_episode.h"

/* -- variants -------------------------------------------------------------------------------- */

/* Liquidations of an account: how many had begun by then, and when the first one did. */
typedef struct fate {
    int64_t before, all;
    plm_ts first_ns;
} fate;

static plm_status read_fate(const plm_scene *scene, int64_t account, plm_ts ts, plm_diag *diag,
                            fate *out)
{
    plm_query query;
    PLM_TRY(plm_query_open(scene->db,
                           "SELECT count(*), coalesce(sum(begin_ns <= ?2), 0), min(begin_ns) FROM "
                           "liquidation WHERE account_id = ?1 AND coalesce(cancelled_only, 0) = 0",
                           diag, &query));
    plm_query_bind_int(&query, 1, account);
    plm_query_bind_int(&query, 2, ts);
    const plm_status status = plm_query_step(&query, diag);
    if (status == PLM_OK) {
        *out = (fate){.all = plm_query_int(&query, 0),
                      .before = plm_query_int(&query, 1),
                      .first_ns = plm_query_int(&query, 2)};
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

/* The pools' last numbers at or before the time: the lowest surplus among those of one instant. */
static plm_status read_surplus(const plm_scene *scene, int64_t account, plm_ts ts, plm_diag *diag,
                               const char *cells[2])
{
    plm_query query;
    PLM_TRY(plm_query_open(
        scene->db,
        "SELECT m.equity_micro, m.equity_atto, m.maintenance_micro, m.maintenance_atto, s.name, "
        "m.ts_ns FROM margin m JOIN pool p ON p.id = m.pool_id JOIN asset s ON s.id = p.unit_id "
        "WHERE p.account_id = ?1 AND m.equity_id = (SELECT e.id FROM equity e WHERE e.account_id = "
        "?1 AND e.ts_ns <= ?2 ORDER BY e.id DESC LIMIT 1)",
        diag, &query));
    plm_query_bind_int(&query, 1, account);
    plm_query_bind_int(&query, 2, ts);
    plm_status status;
    bool any = false;
    plm_money lowest = {0};
    cells[0] = "no pool at risk";
    cells[1] = "";
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        const plm_money surplus =
            plm_tell_difference(plm_query_money(&query, 0), plm_query_money(&query, 2));
        if (!any || plm_money_compare(surplus, lowest) < 0) {
            lowest = surplus;
            cells[0] =
                plm_teller_keep(scene->teller, "%s %s", plm_teller_money(scene->teller, surplus),
                                plm_query_text(&query, 4));
            cells[1] = plm_teller_time(scene->teller, plm_query_int(&query, 5));
        }
        any = true;
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

static plm_status tell_variant(const plm_scene *scene, const plm_query *variant, plm_ts ts,
                               plm_diag *diag)
{
    plm_teller *const teller = scene->teller;
    const int64_t account = plm_query_int(variant, 0);
    fate seen = {0};
    const char *surplus[2];
    PLM_TRY(read_fate(scene, account, ts, diag, &seen));
    PLM_TRY(read_surplus(scene, account, ts, diag, surplus));
    const char *later = "never liquidated in the whole run";
    if (seen.all > 0) {
        later = plm_teller_keep(teller, "liquidated %lld time%s in the whole run, first at %s",
                                (long long)seen.all, seen.all == 1 ? "" : "s",
                                plm_teller_time(teller, seen.first_ns));
    }
    const char *const then =
        seen.before == 0 ? "alive"
                         : plm_teller_keep(teller, "liquidated %lld time%s", (long long)seen.before,
                                           seen.before == 1 ? "" : "s");
    plm_teller_text(teller, "%s (%s): %s by then, %s. Lowest surplus of its pools then: %s%s%s.",
                    plm_query_text(variant, 1), plm_query_text(variant, 2), then, later, surplus[0],
                    surplus[1][0] == '\0' ? "" : ", its numbers of ", surplus[1]);
    return PLM_OK;
}

plm_status plm_tell_variants(const plm_scene *scene, const plm_episode_row *row, plm_diag *diag)
{
    plm_query query;
    PLM_TRY(plm_query_open(scene->db,
                           "SELECT b.id, b.name, b.regime FROM account a JOIN account b ON "
                           "b.variant_group = a.variant_group AND b.id <> a.id WHERE a.id = ?1 "
                           "ORDER BY b.id",
                           diag, &query));
    plm_query_bind_int(&query, 1, scene->account_id);
    plm_teller_heading(scene->teller, "What the other variants did");
    plm_status status;
    bool any = false;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        any = true;
        status = tell_variant(scene, &query, row->begin_ns, diag);
        if (status < 0) {
            break;
        }
    }
    plm_query_close(&query);
    if (!any) {
        plm_teller_text(scene->teller, "There are none: %s is the only one of its group.",
                        scene->account);
    }
    return status < 0 ? status : PLM_OK;
}

/* -- contagion ------------------------------------------------------------------------------- */

/* What an episode did to a leg that was held when it began. */
typedef struct leg_end {
    bool touched, stood;
    plm_money realised, fee, loss;
} leg_end;

/* Columns of a query that has one row, bound with the episode and the leg. */
static plm_status read_leg(const plm_scene *scene, const char *sql, const plm_held *held,
                           int64_t from, int64_t to, plm_diag *diag, plm_money *out_a,
                           plm_money *out_b)
{
    plm_query query;
    PLM_TRY(plm_query_open(scene->db, sql, diag, &query));
    plm_query_bind_int(&query, 1, held->instrument_id);
    plm_query_bind_int(&query, 2, held->leg);
    plm_query_bind_int(&query, 3, from);
    plm_query_bind_int(&query, 4, to);
    plm_query_bind_int(&query, 5, scene->account_id);
    const plm_status status = plm_query_step(&query, diag);
    if (status == PLM_OK) {
        *out_a = plm_query_money(&query, 0);
        *out_b = plm_query_money(&query, 2);
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

static const char *const REALISED_SQL =
    "SELECT realised_micro, realised_atto, qty, 0 FROM position WHERE account_id = ?5 AND "
    "instrument_id = ?1 AND leg = ?2 AND id > ?3 AND id <= ?4 ORDER BY id DESC LIMIT 1";
static const char *const FEE_SQL =
    "SELECT coalesce(sum(fee_micro), 0), coalesce(sum(fee_atto), 0), count(*), 0 FROM fill WHERE "
    "account_id = ?5 AND instrument_id = ?1 AND leg = ?2 AND id > ?3 AND id <= ?4 AND "
    "liquidation_id IS NOT NULL";
static const char *const INITIAL_SQL =
    "SELECT initial_micro, initial_atto, ?4, ?5 FROM contribution WHERE instrument_id = ?1 AND leg "
    "= ?2 AND margin_id = ?3";

static plm_status read_end(const plm_scene *scene, const plm_episode_row *row,
                           const plm_moment *now, const plm_held *held, plm_diag *diag,
                           leg_end *out)
{
    const int64_t end = row->end_seq == 0 ? INT64_MAX : row->end_seq;
    plm_money before = {0}, after = {0}, initial = {0}, fee = {0};
    plm_money qty = {.v = PLM_I128_MIN}; /* no row: not touched */
    plm_money unused = {0};
    PLM_TRY(read_leg(scene, REALISED_SQL, held, 0, row->begin_seq, diag, &before, &unused));
    PLM_TRY(read_leg(scene, REALISED_SQL, held, row->begin_seq, end, diag, &after, &qty));
    PLM_TRY(read_leg(scene, FEE_SQL, held, row->begin_seq, end, diag, &fee, &unused));
    PLM_TRY(read_leg(scene, INITIAL_SQL, held, now->margin_id, 0, diag, &initial, &unused));
    *out = (leg_end){.touched = qty.v != PLM_I128_MIN, .fee = fee};
    if (out->touched) {
        out->realised = plm_tell_difference(after, before);
        out->loss = plm_tell_difference(fee, out->realised);
    }
    out->stood = plm_money_compare(plm_tell_sum(initial, held->unrealised), held->maintenance) > 0;
    return PLM_OK;
}

static void add_end(const plm_scene *scene, const plm_held *held, const leg_end *end)
{
    plm_teller *const teller = scene->teller;
    const char *const cells[] = {held->name,
                                 plm_teller_money(teller, end->realised),
                                 plm_teller_money(teller, end->fee),
                                 plm_teller_money(teller, end->loss),
                                 held->settle,
                                 end->stood ? "yes" : "no"};
    plm_teller_row(teller, false, cells);
}

static void conclude(const plm_scene *scene, plm_money lost, plm_money taken)
{
    plm_teller *const teller = scene->teller;
    if (plm_money_sign(lost) <= 0) {
        plm_teller_text(teller,
                        "Forced closing made no loss, so there is no contagion to measure.");
        return;
    }
    const char *const share = plm_teller_ratio(teller, taken.v, lost.v, 4);
    plm_teller_fact(teller, "contagion", share, "");
    plm_teller_text(
        teller,
        "Contagion: %s of the loss of %s %s fell on legs that would have stood alone, a "
        "share of %s (rounded).",
        plm_teller_money(teller, taken), plm_teller_money(teller, lost), scene->unit, share);
}

plm_status plm_tell_contagion(const plm_scene *scene, const plm_episode_row *row,
                              const plm_moment *now, plm_diag *diag)
{
    static const char *const heads[] = {"closed by force", ">realised", ">fees", ">loss",
                                        "asset",           "alone",     NULL};
    plm_teller *const teller = scene->teller;
    plm_money lost = {0}, taken = {0};
    bool any = false, same = true;
    for (size_t i = 0; i < now->held_count; i++) {
        leg_end end;
        PLM_TRY(read_end(scene, row, now, &now->held[i], diag, &end));
        if (!end.touched) {
            continue;
        }
        if (!any) {
            plm_teller_heading(teller, "Contagion");
            plm_teller_table(teller,
                             "Legs that were closed, and whether each would have stood alone "
                             "(its initial margin and unrealised result above its maintenance):",
                             heads);
            any = true;
        }
        add_end(scene, &now->held[i], &end);
        same = same && strcmp(now->held[i].settle, scene->unit) == 0;
        if (plm_money_sign(end.loss) > 0) {
            lost = plm_tell_sum(lost, end.loss);
            taken = end.stood ? plm_tell_sum(taken, end.loss) : taken;
        }
    }
    if (any && same) {
        conclude(scene, lost, taken);
    }
    return PLM_OK;
}
