/*
 * compare.c - variants side by side, group by group; what the numbers say, and no advice.
 */
#include "compare.h"

#include <string.h>

#include "memory.h"
#include "nearest.h"
#include "pile.h"
#include "run_status.h"
#include "story_scene.h"

#define NAMES_MAX 256u /* groups among which the nearest name is sought */

/* -- findings -------------------------------------------------------------------------------- */

static bool reports_alike(const plm_comparison *self)
{
    for (size_t i = 0; i < self->count; i++) {
        if (!self->variant[i].priced ||
            strcmp(self->variant[i].asset, self->variant[0].asset) != 0) {
            return false;
        }
    }
    return true;
}

static void find_nav(plm_comparison *self)
{
    plm_teller *const teller = self->teller;
    const plm_variant *low = &self->variant[0];
    const plm_variant *high = low;
    if (!reports_alike(self)) {
        plm_teller_text(teller, "Final values are not in one asset, or not known, and are not "
                                "compared.");
        return;
    }
    for (size_t i = 1; i < self->count; i++) {
        const plm_variant *const one = &self->variant[i];
        low = plm_money_compare(one->nav, low->nav) < 0 ? one : low;
        high = plm_money_compare(one->nav, high->nav) > 0 ? one : high;
    }
    if (low == high) {
        plm_teller_text(teller, "Final value: the same everywhere, %s %s.",
                        plm_teller_money(teller, low->nav), low->asset);
        return;
    }
    self->differ = true;
    plm_teller_text(
        teller,
        "Final value: highest under %s with %s %s, lowest under %s with %s; between them "
        "lie %s.",
        high->name, plm_teller_money(teller, high->nav), high->asset, low->name,
        plm_teller_money(teller, low->nav),
        plm_teller_money(teller, plm_tell_difference(high->nav, low->nav)));
}

static void find_locked(plm_comparison *self)
{
    plm_teller *const teller = self->teller;
    const plm_variant *low = NULL, *high = NULL;
    for (size_t i = 0; i < self->count; i++) {
        const plm_variant *const one = &self->variant[i];
        if (!one->locked_known || (low != NULL && strcmp(low->unit, one->unit) != 0)) {
            return;
        }
        low = low == NULL || plm_money_compare(one->locked_mean, low->locked_mean) < 0 ? one : low;
        high =
            high == NULL || plm_money_compare(one->locked_mean, high->locked_mean) > 0 ? one : high;
    }
    if (low == high || low == NULL) {
        return;
    }
    plm_teller_text(teller,
                    "Margin locked on average (initial margin of positions and orders at the "
                    "samples, rounded): least under %s with %s %s, most under %s with %s.",
                    low->name, plm_compare_rounded(self, low->locked_mean), low->unit, high->name,
                    plm_compare_rounded(self, high->locked_mean));
}

static void find_lowest(plm_comparison *self)
{
    plm_teller *const teller = self->teller;
    for (size_t i = 0; i < self->count; i++) {
        const plm_variant *const one = &self->variant[i];
        if (one->lowest_known) {
            plm_teller_text(teller, "%s: lowest surplus of a pool %s %s at %s, %lld liquidation%s.",
                            one->name, plm_teller_money(teller, one->lowest), one->unit,
                            plm_teller_time(teller, one->lowest_ns), (long long)one->liquidations,
                            one->liquidations == 1 ? "" : "s");
        }
    }
}

void plm_compare_findings(plm_comparison *self)
{
    bool confounded = false;
    plm_teller_heading(self->teller, "Findings");
    find_nav(self);
    find_locked(self);
    find_lowest(self);
    for (size_t i = 1; i < self->count; i++) {
        confounded = confounded || self->variant[i].rulebook_id != self->variant[0].rulebook_id;
    }
    if (confounded) {
        plm_teller_text(self->teller, "The variants have different rulebooks: what differs is not "
                                      "due to the regime alone.");
    }
    plm_teller_text(self->teller, "This is one path of prices. It shows what happened on it, not "
                                  "which regime is better.");
}

/* -- groups ---------------------------------------------------------------------------------- */

static plm_status read_variants(plm_comparison *self, plm_diag *diag, size_t *out_left)
{
    plm_query query;
    plm_status status;
    PLM_TRY(
        plm_query_open(self->db,
                       "SELECT a.id, a.rulebook_id, a.name, a.regime, s.name, a.same FROM account "
                       "a JOIN asset s ON s.id = a.report_asset_id WHERE a.variant_group = ?1 "
                       "ORDER BY a.id",
                       diag, &query));
    plm_query_bind_text(&query, 1, self->group);
    *out_left = 0;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        if (self->count == PLM_VARIANTS_MAX) {
            (*out_left)++;
            continue;
        }
        self->variant[self->count++] = (plm_variant){
            .id = plm_query_int(&query, 0),
            .rulebook_id = plm_query_is_null(&query, 1) ? -1 : plm_query_int(&query, 1),
            .name = plm_teller_keep(self->teller, "%s", plm_query_text(&query, 2)),
            .regime = plm_teller_keep(self->teller, "%s", plm_query_text(&query, 3)),
            .asset = plm_teller_keep(self->teller, "%s", plm_query_text(&query, 4)),
            .trades = strcmp(plm_query_text(&query, 5), "trades") == 0,
            .unit = ""};
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

static plm_status tell_group(sqlite3 *db, plm_teller *teller, const char *group, plm_diag *diag,
                             bool *differ)
{
    plm_comparison self = {.db = db, .teller = teller, .group = group};
    size_t left = 0;
    PLM_TRY(read_variants(&self, diag, &left));
    plm_teller_heading(teller, plm_teller_keep(teller, "Group %s", group));
    if (self.count < 2) {
        plm_teller_text(teller, "The group has one account: there is nothing to compare it with.");
    } else {
        plm_teller_text(teller,
                        "%zu variants, each in a world of its own; %s. The first one is what "
                        "the others are held against.",
                        self.count,
                        self.variant[1].trades
                            ? "all have the trades of the first until a pool dies"
                            : "each strategy decides for itself");
    }
    if (left > 0) {
        plm_teller_text(teller, "And %zu more, which are not compared.", left);
    }
    PLM_TRY(plm_compare_outcome(&self, diag));
    if (self.count >= 2) {
        PLM_TRY(plm_compare_diverge(&self, diag));
        PLM_TRY(plm_compare_liquidations(&self, diag));
        plm_compare_findings(&self);
    }
    *differ = *differ || self.differ;
    return PLM_OK;
}

static plm_status refuse(const char *group, const char *const *names, plm_diag *diag)
{
    const char *const near = plm_nearest(group, names);
    return plm_fail(diag, PLM_ERR_USAGE, "compare: --group '%s': this run has no such group%s%s%s",
                    group, near == NULL ? "" : "; did you mean '", near == NULL ? "" : near,
                    near == NULL ? "" : "'?");
}

/* All groups of several accounts, or the one that is asked for. */
static plm_status tell_groups(sqlite3 *db, const char *group, plm_teller *teller, plm_diag *diag,
                              bool *differ)
{
    plm_query query;
    plm_status status;
    const char *names[NAMES_MAX + 1u] = {NULL};
    size_t count = 0, told = 0, single = 0;
    PLM_TRY(
        plm_query_open(db,
                       "SELECT variant_group, count(*) FROM account GROUP BY variant_group ORDER "
                       "BY min(id)",
                       diag, &query));
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        const char *const name = plm_teller_keep(teller, "%s", plm_query_text(&query, 0));
        if (count < NAMES_MAX) {
            names[count++] = name;
        }
        const bool wanted = group == NULL ? plm_query_int(&query, 1) > 1 : strcmp(group, name) == 0;
        single += plm_query_int(&query, 1) == 1;
        if (wanted) {
            told++;
            status = tell_group(db, teller, name, diag, differ);
            if (status < 0) {
                break;
            }
        }
    }
    plm_query_close(&query);
    PLM_TRY(status);
    if (group != NULL && told == 0) {
        return refuse(group, names, diag);
    }
    if (group == NULL && single > 0) {
        plm_teller_text(teller, "%zu group%s one account alone and nothing to compare it with%s.",
                        single, single == 1 ? " has" : "s have",
                        told == 0 ? "; --group NAME shows its outcome" : "");
    }
    return PLM_OK;
}

static plm_status tell(sqlite3 *db, const char *group, plm_teller *teller, plm_diag *diag,
                       bool *differ)
{
    plm_query query;
    char *banner = NULL;
    PLM_TRY(plm_run_status_banner(db, diag, &banner));
    if (banner != NULL) {
        plm_teller_banner(teller, banner);
        plm_free(banner);
    }
    PLM_TRY(plm_query_open(db, "SELECT name FROM run WHERE id = 1", diag, &query));
    const plm_status status = plm_query_step(&query, diag);
    plm_teller_title(teller,
                     plm_teller_keep(teller, "Variants of run %s", plm_query_text(&query, 0)));
    plm_query_close(&query);
    PLM_TRY(status);
    return tell_groups(db, group, teller, diag, differ);
}

plm_status plm_story_compare(sqlite3 *db, const char *group, plm_diag *diag, plm_story **out,
                             bool *out_differ)
{
    plm_teller *const teller = plm_teller_create("comparison");
    bool differ = false;
    const plm_status status = tell(db, group, teller, diag, &differ);
    if (status < 0) {
        plm_teller_destroy(teller);
        return status;
    }
    *out = plm_teller_finish(teller);
    *out_differ = differ;
    return PLM_OK;
}
