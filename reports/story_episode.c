/*
 * story_episode.c - what was done in a liquidation: its steps, its fills, and who paid what.
 */
#include "story_episode.h"

#include <string.h>

#include "timetext.h"

#define STEPS_MAX 24 /* that are told one by one */

static const char *leg_word(int64_t leg)
{
    return leg == 1 ? " long" : leg == 2 ? " short" : "";
}

/* "at once", "250ms later". */
static const char *when(plm_teller *teller, const plm_episode_row *row, plm_ts ts)
{
    char text[PLM_TIME_TEXT_CAP];
    if (ts <= row->begin_ns) {
        return "at once";
    }
    (void)plm_duration_format(ts - row->begin_ns, text);
    return plm_teller_keep(teller, "%s later", text);
}

/* -- steps ----------------------------------------------------------------------------------- */

static const char *action_of(const char *word)
{
    static const char *const words[][2] = {{"cancel", "cancel resting orders"},
                                           {"close", "close on the book"},
                                           {"keeper", "hand over to a keeper"},
                                           {"offset", "offset the legs of a hedge"},
                                           {"repay", "repay debts"},
                                           {"takeover", "the insurance fund takes over"},
                                           {"adl", "deleverage others"},
                                           {"wait", "wait"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i][0], word) == 0) {
            return words[i][1];
        }
    }
    return word;
}

/* ": sell 6.5 SOLUSDT long at the market". */
static const char *step_object(plm_teller *teller, const plm_query *row)
{
    if (plm_query_is_null(row, 5)) {
        return "";
    }
    const int64_t px = plm_query_int(row, 11);
    const char *const qty =
        plm_teller_scaled(teller, plm_query_int(row, 9), plm_query_int(row, 10));
    const char *const price = px == 0 ? "" : plm_teller_scaled(teller, px, plm_query_int(row, 12));
    return plm_teller_keep(teller, ": %s%s%s %s%s%s%s", plm_query_text(row, 8),
                           plm_query_is_null(row, 8) ? "" : " ", qty, plm_query_text(row, 6),
                           leg_word(plm_query_int(row, 7)), px == 0 ? ", at the market" : " at ",
                           price);
}

static void tell_step(const plm_scene *scene, const plm_episode_row *row, const plm_query *step)
{
    plm_teller *const teller = scene->teller;
    const plm_money equity = plm_query_money(step, 13);
    const plm_money maintenance = plm_query_money(step, 15);
    plm_teller_text(
        teller,
        "Stage %lld%s, %s: %s%s.%s Before it: equity %s, requirement "
        "%s, surplus %s.",
        (long long)plm_query_int(step, 1),
        plm_query_int(step, 2) == 0
            ? ""
            : plm_teller_keep(teller, ", round %lld", (long long)plm_query_int(step, 2)),
        when(teller, row, plm_query_int(step, 0)), action_of(plm_query_text(step, 3)),
        step_object(teller, step),
        plm_query_int(step, 4) == 0 ? " It was passed over: the fund was too short." : "",
        plm_teller_money(teller, equity), plm_teller_money(teller, maintenance),
        plm_teller_money(teller, plm_tell_difference(equity, maintenance)));
}

plm_status plm_tell_steps(const plm_scene *scene, const plm_episode_row *row, plm_diag *diag)
{
    plm_query query;
    plm_status status;
    PLM_TRY(plm_query_open(
        scene->db,
        "SELECT t.ts_ns, t.stage, t.round, t.action, t.done, t.instrument_id, i.symbol, t.leg, "
        "t.side, t.qty, i.qty_scale, t.px, i.px_scale, t.equity_micro, t.equity_atto, "
        "t.maintenance_micro, t.maintenance_atto FROM liquidation_stage t LEFT JOIN instrument i "
        "ON "
        "i.id = t.instrument_id WHERE t.liquidation_id = ?1 ORDER BY t.id",
        diag, &query));
    plm_query_bind_int(&query, 1, row->id);
    plm_teller_heading(scene->teller, "What was done");
    plm_teller_text(scene->teller,
                    "Stages count from 0 in the rulebook's list; one that had nothing "
                    "to do is not told.");
    long long count = 0;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        if (count++ < STEPS_MAX) {
            tell_step(scene, row, &query);
        }
    }
    plm_query_close(&query);
    if (count == 0) {
        plm_teller_text(scene->teller, "No step was taken.");
    } else if (count > STEPS_MAX) {
        plm_teller_text(scene->teller, "And %lld more steps: export --what stages has them.",
                        count - STEPS_MAX);
    }
    return status < 0 ? status : PLM_OK;
}

/* -- fills ----------------------------------------------------------------------------------- */

typedef struct totals {
    const char *asset; /* NULL: none yet */
    bool mixed;
    plm_money realised, fee;
} totals;

static void count_fill(const plm_query *query, plm_teller *teller, totals *sum)
{
    const char *const asset = plm_query_text(query, 6);
    sum->mixed = sum->mixed || (sum->asset != NULL && strcmp(sum->asset, asset) != 0);
    sum->asset = plm_teller_keep(teller, "%s", asset);
    sum->realised = plm_tell_sum(sum->realised, plm_query_money(query, 7));
    sum->fee = plm_tell_sum(sum->fee, plm_query_money(query, 9));
}

static void add_fill(const plm_scene *scene, const plm_episode_row *row, const plm_query *query)
{
    plm_teller *const teller = scene->teller;
    const char *const cells[] = {
        when(teller, row, plm_query_int(query, 0)),
        plm_teller_keep(teller, "%s %s%s", plm_query_text(query, 1), plm_query_text(query, 2),
                        leg_word(plm_query_int(query, 3))),
        plm_teller_scaled(teller, plm_query_int(query, 4), plm_query_int(query, 11)),
        plm_teller_scaled(teller, plm_query_int(query, 5), plm_query_int(query, 12)),
        plm_teller_money(teller, plm_query_money(query, 7)),
        plm_teller_money(teller, plm_query_money(query, 9)),
        plm_teller_keep(teller, "%s", plm_query_text(query, 6))};
    plm_teller_row(teller, false, cells);
}

static void end_fills(const plm_scene *scene, const totals *sum)
{
    plm_teller *const teller = scene->teller;
    const size_t dropped = plm_teller_dropped(teller);
    if (!sum->mixed) {
        const char *const cells[] = {"",
                                     "",
                                     "",
                                     "",
                                     plm_teller_money(teller, sum->realised),
                                     plm_teller_money(teller, sum->fee),
                                     sum->asset};
        plm_teller_row(teller, true, cells);
    }
    if (dropped > 0) {
        plm_teller_text(teller, "The sum includes %zu more fills: export --what fills has them.",
                        dropped);
    }
}

plm_status plm_tell_fills(const plm_scene *scene, const plm_episode_row *row, plm_diag *diag)
{
    static const char *const heads[] = {"when",      "fill", ">quantity", ">price",
                                        ">realised", ">fee", "asset",     NULL};
    plm_query query;
    plm_status status;
    PLM_TRY(plm_query_open(
        scene->db,
        "SELECT f.ts_ns, f.side, i.symbol, f.leg, f.qty, f.px, s.name, f.realised_micro, "
        "f.realised_atto, f.fee_micro, f.fee_atto, i.qty_scale, i.px_scale FROM fill f JOIN "
        "instrument i ON i.id = f.instrument_id JOIN asset s ON s.id = f.asset_id WHERE "
        "f.liquidation_id = ?1 ORDER BY f.id",
        diag, &query));
    plm_query_bind_int(&query, 1, row->id);
    totals sum = {0};
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        if (sum.asset == NULL) {
            plm_teller_table(scene->teller, "Its fills:", heads);
        }
        count_fill(&query, scene->teller, &sum);
        add_fill(scene, row, &query);
    }
    plm_query_close(&query);
    if (sum.asset != NULL) {
        end_fills(scene, &sum);
    }
    return status < 0 ? status : PLM_OK;
}

/* -- who paid what --------------------------------------------------------------------------- */

/* Whose money it is: of an account's own books its name stands before. */
static const char *owner_of(plm_teller *teller, const char *account, const char *book)
{
    if (strcmp(book, "account") == 0) {
        return plm_teller_keep(teller, "%s, balance", account);
    }
    if (strcmp(book, "isolated") == 0) {
        return plm_teller_keep(teller, "%s, isolated margin", account);
    }
    static const char *const words[][2] = {{"market", "the market (counterparties)"},
                                           {"fees", "the venue's fees"},
                                           {"insurance", "the insurance fund"},
                                           {"lender", "the lender"},
                                           {"keeper", "the keeper"},
                                           {"last_resort", "the last resort"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i][0], book) == 0) {
            return words[i][1];
        }
    }
    return plm_teller_keep(teller, "%s", book);
}

static void begin_asset(const plm_scene *scene, const char *asset)
{
    const char *const heads[] = {"whose money", "cause",
                                 plm_teller_keep(scene->teller, ">%s", asset), NULL};
    plm_teller_table(scene->teller, "", heads);
}

static void end_asset(const plm_scene *scene, plm_money sum)
{
    const char *const cells[] = {"sum", "", plm_teller_money(scene->teller, sum)};
    plm_teller_row(scene->teller, true, cells);
}

plm_status plm_tell_payments(const plm_scene *scene, const plm_episode_row *row, plm_diag *diag)
{
    plm_teller *const teller = scene->teller;
    plm_query query;
    plm_status status;
    PLM_TRY(plm_query_open(
        scene->db,
        "SELECT p.asset_id, s.name, a.name, p.book, p.cause, sum(p.amount_micro), "
        "sum(p.amount_atto) FROM posting p JOIN asset s ON s.id = p.asset_id JOIN account a ON "
        "a.id = p.account_id WHERE p.liquidation_id = ?1 GROUP BY p.asset_id, p.account_id, "
        "p.book, p.cause ORDER BY p.asset_id, min(p.id)",
        diag, &query));
    plm_query_bind_int(&query, 1, row->id);
    plm_teller_heading(teller, "Who paid what");
    int64_t asset = -1;
    plm_money sum = {0};
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        if (plm_query_int(&query, 0) != asset) {
            if (asset >= 0) {
                end_asset(scene, sum);
            }
            asset = plm_query_int(&query, 0);
            sum = (plm_money){0};
            begin_asset(scene, plm_query_text(&query, 1));
        }
        const plm_money amount = plm_query_money(&query, 5);
        sum = plm_tell_sum(sum, amount);
        const char *const cells[] = {
            owner_of(teller, plm_query_text(&query, 2), plm_query_text(&query, 3)),
            plm_teller_keep(teller, "%s", plm_query_text(&query, 4)),
            plm_teller_money(teller, amount)};
        plm_teller_row(teller, false, cells);
    }
    plm_query_close(&query);
    if (asset >= 0) {
        end_asset(scene, sum);
    } else {
        plm_teller_text(teller, "Nobody: no money was moved.");
    }
    return status < 0 ? status : PLM_OK;
}

static void add_payer(plm_teller *teller, const plm_query *query)
{
    const bool named = !plm_query_is_null(query, 2);
    const bool moved = plm_query_int(query, 6) != 0 && !plm_query_is_null(query, 3);
    const char *const book = plm_query_text(query, 1);
    const char *who = plm_query_text(query, 2);
    if (!named) {
        who = strcmp(book, "market") == 0 ? "the rest of the market" : owner_of(teller, "", book);
    }
    const char *const cells[] = {
        plm_teller_keep(teller, "%s", who),
        plm_teller_keep(teller, "%s", plm_query_text(query, 0)),
        plm_query_is_null(query, 3) ? ""
                                    : plm_teller_keep(teller, "%s%s", plm_query_text(query, 3),
                                                      leg_word(plm_query_int(query, 4))),
        moved ? plm_teller_scaled(teller, plm_query_int(query, 6), plm_query_int(query, 5)) : "",
        plm_teller_money(teller, plm_query_money(query, 7)),
        plm_teller_keep(teller, "%s", plm_query_text(query, 9))};
    plm_teller_row(teller, false, cells);
}

plm_status plm_tell_payers(const plm_scene *scene, const plm_episode_row *row, plm_diag *diag)
{
    static const char *const heads[] = {"who",    "cause", "position", ">quantity",
                                        ">value", "asset", NULL};
    plm_query query;
    plm_status status;
    PLM_TRY(plm_query_open(
        scene->db,
        "SELECT c.cause, c.payer, a.name, i.symbol, c.leg, i.qty_scale, c.qty, c.value_micro, "
        "c.value_atto, s.name FROM counterparty c LEFT JOIN account a ON a.id = c.account_id LEFT "
        "JOIN instrument i ON i.id = c.instrument_id JOIN asset s ON s.id = c.asset_id WHERE "
        "c.liquidation_id = ?1 ORDER BY c.id",
        diag, &query));
    plm_query_bind_int(&query, 1, row->id);
    bool any = false;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        if (!any) {
            plm_teller_table(scene->teller,
                             "Who stood on the other side, or bore a loss (of adl: the value of "
                             "what was closed against them):",
                             heads);
            any = true;
        }
        add_payer(scene->teller, &query);
    }
    plm_query_close(&query);
    if (plm_teller_dropped(scene->teller) > 0 && any) {
        plm_teller_text(scene->teller, "And %zu more.", plm_teller_dropped(scene->teller));
    }
    return status < 0 ? status : PLM_OK;
}
