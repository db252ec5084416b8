/*
 * story_liquidation.c - the story of one liquidation, from what was held to who paid.
 */
#include <string.h>

#include "memory.h"
#include "run_status.h"
#include "story_episode.h"
#include "timetext.h"

/* Moments of the pool: before the trigger, at it, the peak, and after the end. */
typedef struct moments {
    plm_moment before, now, peak, after;
} moments;

static plm_status refuse(sqlite3 *db, int64_t id, plm_diag *diag)
{
    plm_query query;
    PLM_TRY(plm_query_open(db, "SELECT count(*) FROM liquidation", diag, &query));
    const plm_status status = plm_query_step(&query, diag);
    const long long count = status == PLM_OK ? (long long)plm_query_int(&query, 0) : 0;
    plm_query_close(&query);
    PLM_TRY(status);
    if (count == 0) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "liquidation %lld: this run has none; explain RUN.db "
                        "account NAME shows an account that lived",
                        (long long)id);
    }
    return plm_fail(diag, PLM_ERR_USAGE,
                    "liquidation %lld: this run has no such; allowed: 1 to "
                    "%lld",
                    (long long)id, count);
}

static plm_status read_row(sqlite3 *db, plm_teller *teller, int64_t id, plm_diag *diag,
                           int64_t *out_pool, plm_episode_row *out)
{
    plm_query query;
    PLM_TRY(plm_query_open(
        db,
        "SELECT l.pool_id, l.number, l.begin_seq, l.end_seq, l.event, l.begin_ns, l.end_ns, "
        "i.symbol, l.ended, l.cancelled_only, l.shortfall_micro, l.shortfall_atto FROM liquidation "
        "l LEFT JOIN instrument i ON i.id = l.culprit_id WHERE l.id = ?1",
        diag, &query));
    plm_query_bind_int(&query, 1, id);
    const plm_status status = plm_query_step(&query, diag);
    if (status == PLM_OK) {
        *out_pool = plm_query_int(&query, 0);
        *out = (plm_episode_row){
            .id = id,
            .number = plm_query_int(&query, 1),
            .begin_seq = plm_query_int(&query, 2),
            .end_seq = plm_query_int(&query, 3),
            .event = plm_query_int(&query, 4),
            .begin_ns = plm_query_int(&query, 5),
            .end_ns = plm_query_int(&query, 6),
            .culprit = plm_query_is_null(&query, 7)
                           ? NULL
                           : plm_teller_keep(teller, "%s", plm_query_text(&query, 7)),
            .ended = plm_teller_keep(teller, "%s", plm_query_text(&query, 8)),
            .cancelled_only = plm_query_int(&query, 9) != 0,
            .shortfall = plm_query_money(&query, 10),
        };
    }
    plm_query_close(&query);
    return status == PLM_END ? refuse(db, id, diag) : status;
}

/* The records of this episode's own rows of margin: the first, and the last. */
static plm_status read_marks(sqlite3 *db, const plm_episode_row *row, plm_diag *diag,
                             int64_t *out_first, int64_t *out_last, int64_t *out_floor)
{
    plm_query query;
    PLM_TRY(plm_query_open(
        db,
        "SELECT min(m.id), max(m.id), (SELECT coalesce(max(o.end_seq), 0) FROM liquidation o JOIN "
        "liquidation l ON l.pool_id = o.pool_id WHERE l.id = ?1 AND o.id < l.id) FROM margin m "
        "WHERE m.liquidation_id = ?1",
        diag, &query));
    plm_query_bind_int(&query, 1, row->id);
    const plm_status status = plm_query_step(&query, diag);
    if (status == PLM_OK) {
        *out_first = plm_query_int(&query, 0);
        *out_last = plm_query_int(&query, 1);
        *out_floor = plm_query_int(&query, 2);
    }
    plm_query_close(&query);
    PLM_TRY(status);
    if (*out_first == 0) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "the numbers of the pool at liquidation %lld are not there: the run ended "
                        "while it wrote them, or the database is damaged",
                        (long long)row->id);
    }
    return PLM_OK;
}

static plm_status read_moments(const plm_scene *scene, const plm_episode_row *row, plm_diag *diag,
                               moments *out)
{
    int64_t first = 0, last = 0, floor = 0;
    PLM_TRY(read_marks(scene->db, row, diag, &first, &last, &floor));
    PLM_TRY(plm_moment_read(scene, PLM_MOMENT_LAST, 0, first, diag, &out->now));
    PLM_TRY(plm_moment_read(scene, PLM_MOMENT_LAST, 0, first - 1, diag, &out->before));
    PLM_TRY(plm_moment_read(scene, PLM_MOMENT_PEAK, floor, first - 1, diag, &out->peak));
    if (last > first) {
        PLM_TRY(plm_moment_read(scene, PLM_MOMENT_LAST, first, last, diag, &out->after));
    }
    return PLM_OK;
}

/* -- parts ----------------------------------------------------------------------------------- */

static const char *ended_of(const plm_episode_row *row)
{
    if (strcmp(row->ended, "compliant") == 0) {
        return "compliant: what is left meets the requirement again";
    }
    if (strcmp(row->ended, "flat") == 0) {
        return "flat: nothing is left of the pool's positions";
    }
    if (strcmp(row->ended, "bankrupt") == 0) {
        return "bankrupt: its losses were more than it had";
    }
    return "not at all: the run ended in its middle";
}

static void tell_title(const plm_scene *scene, const plm_episode_row *row, const plm_moment *now)
{
    plm_teller *const teller = scene->teller;
    const char *const time = plm_teller_time(teller, row->begin_ns);
    plm_teller_title(teller,
                     plm_teller_keep(teller, "Liquidation %lld: %s of %s, %s", (long long)row->id,
                                     scene->pool, scene->account, time));
    plm_teller_fact(teller, "liquidation", plm_teller_keep(teller, "%lld", (long long)row->id), "");
    plm_teller_fact(teller, "account", scene->account, "");
    plm_teller_fact(teller, "pool", scene->pool, "");
    plm_teller_fact(teller, "number", plm_teller_keep(teller, "%lld", (long long)row->number), "");
    plm_teller_fact(teller, "time", time, "");
    plm_teller_fact(teller, "ts", plm_teller_keep(teller, "%lld", (long long)row->begin_ns), "ns");
    plm_teller_fact(teller, "event", plm_teller_keep(teller, "%lld", (long long)row->event), "");
    plm_teller_fact(teller, "equity", plm_teller_money(teller, now->equity), scene->unit);
    plm_teller_fact(teller, "initial", plm_teller_money(teller, now->initial), scene->unit);
    plm_teller_fact(teller, "maintenance", plm_teller_money(teller, now->maintenance), scene->unit);
    plm_teller_fact(teller, "surplus", plm_teller_money(teller, now->surplus), scene->unit);
    plm_teller_fact(teller, "culprit", row->culprit == NULL ? "" : row->culprit, "");
    plm_teller_fact(teller, "ended", row->ended, "");
    plm_teller_fact(teller, "shortfall", plm_teller_money(teller, row->shortfall), scene->unit);
}

static void tell_summary(const plm_scene *scene, const plm_episode_row *row, const plm_moment *now)
{
    plm_teller *const teller = scene->teller;
    plm_teller_text(
        teller,
        "After %lld events of the tape %s of %s had a margin equity of %s %s and needed %s: a "
        "surplus of %s. It ended %s.%s",
        (long long)row->event, scene->pool, scene->account, plm_teller_money(teller, now->equity),
        scene->unit, plm_teller_money(teller, now->maintenance),
        plm_teller_money(teller, now->surplus), ended_of(row),
        row->cancelled_only
            ? " Only orders were cancelled; no position was touched, so that it does "
              "not count as a liquidation."
            : "");
}

/* The strictness of the trigger, from the rulebook's text. */
static const char *trigger_of(const plm_scene *scene)
{
    int line = 0;
    const char *const rule =
        scene->rule_text == NULL
            ? ""
            : plm_rule_quote(scene->teller, scene->rule_text, "trigger", &line);
    if (strstr(rule, "when: above") != NULL) {
        return "The rulebook's trigger is strict (when: above): a requirement that is equal to the "
               "equity is still met.";
    }
    if (strstr(rule, "when: at") != NULL) {
        return "The rulebook's trigger is not strict (when: at): it fires where the requirement "
               "reaches the equity, not only above it.";
    }
    return "";
}

static void tell_trigger(const plm_scene *scene, const plm_episode_row *row, const moments *at)
{
    plm_teller *const teller = scene->teller;
    const plm_moment *const now = &at->now;
    const char *const heads[] = {"", plm_teller_keep(teller, ">%s", scene->unit), NULL};
    plm_money less;
    const bool fits = plm_money_negate(now->maintenance, &less);
    plm_teller_heading(teller, "Which term broke");
    plm_teller_table(teller, "", heads);
    const char *const equity[] = {"margin equity", plm_teller_money(teller, now->equity)};
    plm_teller_row(teller, false, equity);
    const char *const required[] = {"less maintenance requirement",
                                    fits ? plm_teller_money(teller, less) : "-"};
    plm_teller_row(teller, false, required);
    const char *const surplus[] = {"surplus", plm_teller_money(teller, now->surplus)};
    plm_teller_row(teller, true, surplus);
    plm_teller_text(
        teller,
        "A pool is liquidated when its surplus is used up. %s Initial margin was %s for "
        "positions and %s for orders: it decides about new orders, not about "
        "liquidation.",
        trigger_of(scene), plm_teller_money(teller, now->initial),
        plm_teller_money(teller, now->orders));
    plm_tell_culprit(scene, &at->peak, now, row->culprit);
}

static void tell_end(const plm_scene *scene, const plm_episode_row *row, const plm_moment *after)
{
    plm_teller *const teller = scene->teller;
    char length[PLM_TIME_TEXT_CAP] = "0s";
    plm_teller_heading(teller, "How it ended");
    if (row->end_seq == 0) {
        plm_teller_text(teller, "It had not ended when the run did.");
        return;
    }
    if (row->end_ns > row->begin_ns) {
        (void)plm_duration_format(row->end_ns - row->begin_ns, length);
    }
    plm_teller_text(teller, "At %s, after %s, %s.", plm_teller_time(teller, row->end_ns), length,
                    ended_of(row));
    if (after->margin_id != 0) {
        plm_teller_text(
            teller,
            "The pool then had a margin equity of %s %s, a requirement of %s, a surplus "
            "of %s.%s",
            plm_teller_money(teller, after->equity), scene->unit,
            plm_teller_money(teller, after->maintenance), plm_teller_money(teller, after->surplus),
            scene->isolated && plm_money_sign(after->equity) == 0
                ? " What was left of its margin went back to the account's balance."
                : "");
    }
    if (plm_money_sign(row->shortfall) != 0) {
        plm_teller_text(teller, "Others had to pay %s %s.",
                        plm_teller_money(teller, row->shortfall), scene->unit);
    }
}

static plm_status tell(const plm_scene *scene, const plm_episode_row *row, const moments *at,
                       plm_diag *diag)
{
    tell_title(scene, row, &at->now);
    tell_summary(scene, row, &at->now);
    plm_tell_held(scene, &at->now);
    plm_tell_moved(scene, &at->before, &at->now);
    PLM_TRY(plm_tell_equity(scene, &at->now, diag));
    plm_tell_requirement(scene, &at->now);
    tell_trigger(scene, row, at);
    PLM_TRY(plm_tell_steps(scene, row, diag));
    PLM_TRY(plm_tell_fills(scene, row, diag));
    PLM_TRY(plm_tell_payments(scene, row, diag));
    PLM_TRY(plm_tell_payers(scene, row, diag));
    tell_end(scene, row, &at->after);
    PLM_TRY(plm_tell_contagion(scene, row, &at->now, diag));
    PLM_TRY(plm_tell_variants(scene, row, diag));
    return plm_tell_rules(scene, diag);
}

static plm_status read_and_tell(sqlite3 *db, int64_t id, plm_teller *teller, plm_diag *diag)
{
    plm_episode_row row;
    plm_scene scene;
    int64_t pool = 0;
    char *banner = NULL;
    moments at = {0};
    PLM_TRY(read_row(db, teller, id, diag, &pool, &row));
    PLM_TRY(plm_scene_read(db, pool, teller, diag, &scene));
    PLM_TRY(plm_run_status_banner(db, diag, &banner));
    if (banner != NULL) {
        plm_teller_banner(teller, banner);
        plm_free(banner);
    }
    plm_status status = read_moments(&scene, &row, diag, &at);
    if (status >= 0) {
        status = tell(&scene, &row, &at, diag);
    }
    plm_moment_fini(&at.before);
    plm_moment_fini(&at.now);
    plm_moment_fini(&at.peak);
    plm_moment_fini(&at.after);
    return status;
}

plm_status plm_story_liquidation(sqlite3 *db, int64_t id, plm_diag *diag, plm_story **out)
{
    plm_teller *const teller = plm_teller_create("liquidation");
    const plm_status status = read_and_tell(db, id, teller, diag);
    if (status < 0) {
        plm_teller_destroy(teller);
        return status;
    }
    *out = plm_teller_finish(teller);
    return PLM_OK;
}
