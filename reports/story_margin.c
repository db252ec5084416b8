/*
 * story_margin.c - what is told of a moment of a pool: what is held, what has moved, and the
 * arithmetic of equity and requirement. What is shown as a sum is one, to the last digit.
 */
#include <string.h>

#include "memory.h"
#include "story_scene.h"

#define SHOWN_MAX 60u   /* positions that are shown one by one; the rest in one row */
#define RATE_PLACES 4u  /* of percentages */
#define ENTRY_PLACES 4u /* of an entry beyond the price's own */

static size_t shown_of(const plm_moment *moment)
{
    return moment->held_count <= SHOWN_MAX ? moment->held_count : SHOWN_MAX - 1;
}

static const char *rest_name(const plm_scene *scene, const plm_moment *moment)
{
    return plm_teller_keep(scene->teller, "%zu more positions",
                           moment->held_count - shown_of(moment));
}

/* Whether all results are in the unit itself. */
static bool is_plain(const plm_scene *scene, const plm_moment *moment)
{
    for (size_t i = 0; i < moment->held_count; i++) {
        if (strcmp(moment->held[i].settle, scene->unit) != 0) {
            return false;
        }
    }
    return true;
}

/* -- what is held ---------------------------------------------------------------------------- */

static const char *show_entry(plm_teller *teller, const plm_held *held)
{
    const unsigned scale =
        held->px_scale < 0 || held->px_scale > 12 ? 12 : (unsigned)held->px_scale;
    return plm_teller_ratio(teller, held->entry[0], held->entry[1], scale + ENTRY_PLACES);
}

/* (to - from) / from in percent. */
static const char *show_change(plm_teller *teller, int64_t from, int64_t to)
{
    return plm_teller_ratio(teller, ((plm_i128)to - from) * 100, from, RATE_PLACES);
}

void plm_tell_held(const plm_scene *scene, const plm_moment *now)
{
    static const char *const heads[] = {"position",   ">quantity", ">entry (rounded)",
                                        ">price now", ">cost",     NULL};
    plm_teller *const teller = scene->teller;
    plm_teller_heading(teller, "What was held");
    if (now->held_count == 0) {
        plm_teller_text(teller, "No position: the pool had balances alone.");
        return;
    }
    plm_teller_table(teller, "", heads);
    for (size_t i = 0; i < shown_of(now); i++) {
        const plm_held *const held = &now->held[i];
        const char *const cells[] = {
            held->name, plm_teller_scaled(teller, held->qty, held->qty_scale),
            show_entry(teller, held), plm_teller_half(teller, held->px2, held->px_scale),
            plm_teller_keep(teller, "%s %s", plm_teller_money(teller, held->cost), held->settle)};
        plm_teller_row(teller, false, cells);
    }
    if (shown_of(now) < now->held_count) {
        plm_teller_text(teller, "And %s.", rest_name(scene, now));
    }
}

/* -- what has moved -------------------------------------------------------------------------- */

void plm_tell_moved(const plm_scene *scene, const plm_moment *before, const plm_moment *now)
{
    static const char *const heads[] = {"position",     ">price then", ">price now", ">change %",
                                        ">result then", ">result now", NULL};
    plm_teller *const teller = scene->teller;
    plm_teller_heading(teller, "What moved");
    if (before->margin_id == 0) {
        plm_teller_text(teller, "There are no earlier numbers of this pool to compare with.");
        return;
    }
    plm_teller_text(teller,
                    "Its last numbers before are those of %s: margin equity %s, requirement %s %s, "
                    "a surplus of %s.",
                    plm_teller_time(teller, before->ts), plm_teller_money(teller, before->equity),
                    plm_teller_money(teller, before->maintenance), scene->unit,
                    plm_teller_money(teller, before->surplus));
    plm_teller_table(teller, "", heads);
    for (size_t i = 0; i < shown_of(now); i++) {
        const plm_held *const held = &now->held[i];
        const plm_held *const then = plm_moment_find(before, held);
        const char *const cells[] = {
            held->name,
            then == NULL ? "-" : plm_teller_half(teller, then->px2, then->px_scale),
            plm_teller_half(teller, held->px2, held->px_scale),
            then == NULL ? "-" : show_change(teller, then->px2, held->px2),
            then == NULL ? "-" : plm_teller_money(teller, then->unrealised),
            plm_teller_money(teller, held->unrealised)};
        plm_teller_row(teller, false, cells);
    }
}

/* -- equity ---------------------------------------------------------------------------------- */

static plm_status open_balances(const plm_scene *scene, const plm_moment *now, plm_diag *diag,
                                plm_query *out)
{
    PLM_TRY(plm_query_open(
        scene->db,
        "SELECT s.id, s.name, p.balance_micro, p.balance_atto FROM asset s JOIN posting p ON p.id ="
        " (SELECT q.id FROM posting q WHERE q.account_id = ?1 AND q.book = 'account' AND "
        "q.asset_id = s.id AND q.id <= ?2 ORDER BY q.id DESC LIMIT 1) ORDER BY s.id",
        diag, out));
    plm_query_bind_int(out, 1, scene->account_id);
    plm_query_bind_int(out, 2, now->margin_id);
    return PLM_OK;
}

/* Whether the pool's collateral is the balance of its unit as it is. */
static plm_status find_single(const plm_scene *scene, const plm_moment *now, plm_diag *diag,
                              bool *out)
{
    plm_query query;
    plm_status status;
    bool single = scene->isolated;
    PLM_TRY(open_balances(scene, now, diag, &query));
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        if (plm_query_int(&query, 0) == scene->unit_id &&
            plm_money_compare(plm_query_money(&query, 2), now->collateral) == 0) {
            single = true;
        }
    }
    plm_query_close(&query);
    PLM_TRY(status);
    *out = single;
    return PLM_OK;
}

/* The balances, each in its own asset; what they are worth as collateral is another row. */
static plm_status add_balances(const plm_scene *scene, const plm_moment *now, plm_diag *diag)
{
    plm_teller *const teller = scene->teller;
    plm_query query;
    plm_status status;
    PLM_TRY(open_balances(scene, now, diag, &query));
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        const plm_money balance = plm_query_money(&query, 2);
        if (plm_money_sign(balance) != 0) {
            const char *const cells[] = {"balance", plm_teller_money(teller, balance),
                                         plm_teller_keep(teller, "%s", plm_query_text(&query, 1)),
                                         ""};
            plm_teller_row(teller, false, cells);
        }
    }
    plm_query_close(&query);
    PLM_TRY(status);
    const char *const cells[] = {"balances at index, after haircuts", "", "",
                                 plm_teller_money(teller, now->collateral)};
    plm_teller_row(teller, false, cells);
    return PLM_OK;
}

/* What each position is worth, less what it cost. */
static void tell_results(const plm_scene *scene, const plm_moment *now)
{
    static const char *const heads[] = {"position",    ">worth now", ">less cost",
                                        ">unrealised", "asset",      NULL};
    plm_teller *const teller = scene->teller;
    if (now->held_count == 0) {
        return;
    }
    plm_teller_table(teller, "", heads);
    for (size_t i = 0; i < shown_of(now); i++) {
        const plm_held *const held = &now->held[i];
        const char *const cells[] = {
            held->name, plm_teller_money(teller, plm_tell_sum(held->cost, held->unrealised)),
            plm_teller_money(teller, held->cost), plm_teller_money(teller, held->unrealised),
            held->settle};
        plm_teller_row(teller, false, cells);
    }
}

static void add_result(const plm_scene *scene, const char *name, plm_money amount,
                       const char *settle, bool plain)
{
    plm_teller *const teller = scene->teller;
    const char *const text = plm_teller_money(teller, amount);
    const char *const cells[] = {plm_teller_keep(teller, "%s, unrealised", name), text, settle,
                                 plain ? text : ""};
    plm_teller_row(teller, false, cells);
}

/* The results of the positions; not `plain`: in their own assets, and one row in the unit. */
static void add_results(const plm_scene *scene, const plm_moment *now, bool plain)
{
    plm_teller *const teller = scene->teller;
    plm_money sum = {0};
    plm_money rest = {0};
    for (size_t i = 0; i < now->held_count; i++) {
        const plm_held *const held = &now->held[i];
        sum = plm_tell_sum(sum, held->unrealised);
        if (i < shown_of(now)) {
            add_result(scene, held->name, held->unrealised, held->settle, plain);
        } else {
            rest = plm_tell_sum(rest, held->unrealised);
        }
    }
    if (shown_of(now) < now->held_count && plain) {
        add_result(scene, rest_name(scene, now), rest, scene->unit, true);
    }
    const plm_money left = plm_tell_difference(plm_tell_difference(now->equity, now->collateral),
                                               plain ? sum : (plm_money){0});
    if (plm_money_sign(left) != 0) {
        const char *const cells[] = {plain ? "effect of haircuts and of other assets"
                                           : "unrealised at index, after haircuts",
                                     "", "", plm_teller_money(teller, left)};
        plm_teller_row(teller, false, cells);
    }
}

/* One asset, counted as it is: amounts under each other. */
static void tell_simple(const plm_scene *scene, const plm_moment *now)
{
    plm_teller *const teller = scene->teller;
    const char *const heads[] = {"", plm_teller_keep(teller, ">%s", scene->unit), NULL};
    plm_money rest = now->collateral;
    plm_teller_table(teller, "", heads);
    const char *const first[] = {scene->isolated ? "margin of the pool" : "balance",
                                 plm_teller_money(teller, now->collateral)};
    plm_teller_row(teller, false, first);
    for (size_t i = 0; i < now->held_count; i++) {
        const plm_held *const held = &now->held[i];
        rest = plm_tell_sum(rest, held->unrealised);
        const char *const cells[] = {plm_teller_keep(teller, "%s, unrealised", held->name),
                                     plm_teller_money(teller, held->unrealised)};
        plm_teller_row(teller, false, cells);
    }
    const plm_money left = plm_tell_difference(now->equity, rest);
    if (plm_money_sign(left) != 0) {
        const char *const cells[] = {"effect of haircuts and of other assets",
                                     plm_teller_money(teller, left)};
        plm_teller_row(teller, false, cells);
    }
    const char *const last[] = {"margin equity", plm_teller_money(teller, now->equity)};
    plm_teller_row(teller, true, last);
}

static plm_status tell_weighted(const plm_scene *scene, const plm_moment *now, bool plain,
                                plm_diag *diag)
{
    plm_teller *const teller = scene->teller;
    const char *const heads[] = {"", ">amount", "asset",
                                 plm_teller_keep(teller, ">%s", scene->unit), NULL};
    plm_teller_text(teller,
                    "Collateral counts in %s: each asset at its index, after the haircut of the "
                    "rulebook. Amounts stand in their own asset, and what they count for on the "
                    "right.",
                    scene->unit);
    plm_teller_table(teller, "", heads);
    PLM_TRY(add_balances(scene, now, diag));
    add_results(scene, now, plain);
    const char *const cells[] = {"margin equity", "", "", plm_teller_money(teller, now->equity)};
    plm_teller_row(teller, true, cells);
    return PLM_OK;
}

plm_status plm_tell_equity(const plm_scene *scene, const plm_moment *now, plm_diag *diag)
{
    const bool plain = is_plain(scene, now);
    bool single = false;
    PLM_TRY(find_single(scene, now, diag, &single));
    plm_teller_heading(scene->teller, "The arithmetic of equity");
    tell_results(scene, now);
    if (single && plain && now->held_count <= SHOWN_MAX) {
        tell_simple(scene, now);
        return PLM_OK;
    }
    return tell_weighted(scene, now, plain, diag);
}

/* -- requirement ----------------------------------------------------------------------------- */

static void add_requirement(const plm_scene *scene, const plm_held *held)
{
    plm_teller *const teller = scene->teller;
    const bool same = strcmp(held->settle, scene->unit) == 0;
    const char *const cells[] = {
        held->name,
        plm_teller_money(teller, held->notional),
        held->settle,
        held->tier == 0 ? "-" : plm_teller_keep(teller, "%lld", (long long)held->tier),
        same ? plm_teller_ratio(teller, held->maintenance.v * 100, held->notional.v, RATE_PLACES)
             : "-",
        plm_teller_money(teller, held->maintenance)};
    plm_teller_row(teller, false, cells);
}

static void add_remainder(const plm_scene *scene, const char *name, plm_money amount)
{
    const char *const cells[] = {name, "", "", "", "", plm_teller_money(scene->teller, amount)};
    plm_teller_row(scene->teller, false, cells);
}

void plm_tell_requirement(const plm_scene *scene, const plm_moment *now)
{
    plm_teller *const teller = scene->teller;
    plm_money sum = {0};
    plm_money rest = {0};
    const char *const heads[] = {"",        ">notional",
                                 "asset",   "tier",
                                 ">rate %", plm_teller_keep(teller, ">maintenance %s", scene->unit),
                                 NULL};
    plm_teller_heading(teller, "The arithmetic of the requirement");
    plm_teller_table(teller, "", heads);
    for (size_t i = 0; i < now->held_count; i++) {
        const plm_held *const held = &now->held[i];
        sum = plm_tell_sum(sum, held->maintenance);
        if (i < shown_of(now)) {
            add_requirement(scene, held);
        } else {
            rest = plm_tell_sum(rest, held->maintenance);
        }
    }
    if (shown_of(now) < now->held_count) {
        add_remainder(scene, rest_name(scene, now), rest);
    }
    const plm_money left = plm_tell_difference(now->maintenance, sum);
    if (plm_money_sign(left) != 0) {
        add_remainder(scene, "offsets, add-ons and debts", left);
    }
    const char *const cells[] = {
        "maintenance requirement", "", "", "", "", plm_teller_money(teller, now->maintenance)};
    plm_teller_row(teller, true, cells);
}

/* -- the culprit ----------------------------------------------------------------------------- */

static plm_money give_of(const plm_held *held)
{
    return plm_tell_difference(held->unrealised, held->maintenance);
}

void plm_tell_culprit(const plm_scene *scene, const plm_moment *peak, const plm_moment *now,
                      const char *culprit)
{
    static const char *const heads[] = {"position", ">at the peak", ">now", ">change", NULL};
    plm_teller *const teller = scene->teller;
    if (culprit != NULL) {
        plm_teller_text(
            teller,
            "The culprit is %s: since the last peak of the surplus, what it gives to it "
            "(unrealised result less requirement) has fallen most.",
            culprit);
    }
    if (peak->margin_id == 0 || !is_plain(scene, now)) {
        return;
    }
    plm_teller_table(teller,
                     plm_teller_keep(teller,
                                     "What each position gives to the surplus, in %s; the highest "
                                     "surplus among the numbers kept was %s at %s:",
                                     scene->unit, plm_teller_money(teller, peak->surplus),
                                     plm_teller_time(teller, peak->ts)),
                     heads);
    for (size_t i = 0; i < shown_of(now); i++) {
        const plm_held *const held = &now->held[i];
        const plm_held *const then = plm_moment_find(peak, held);
        const plm_money gives = give_of(held);
        const char *const cells[] = {
            held->name, then == NULL ? "-" : plm_teller_money(teller, give_of(then)),
            plm_teller_money(teller, gives),
            then == NULL ? "-"
                         : plm_teller_money(teller, plm_tell_difference(gives, give_of(then)))};
        plm_teller_row(teller, false, cells);
    }
}
