/*
 * story_account.c - an account at a time: the same arithmetic, though nothing died.
 */
#include <string.h>

#include "memory.h"
#include "nearest.h"
#include "run_status.h"
#include "story_scene.h"

#define NAMES_MAX 256u /* among which the nearest is sought */

typedef struct account_row {
    int64_t id, plain;
    const char *name, *asset;
} account_row;

static plm_status refuse(const char *name, const char *const *names, plm_diag *diag)
{
    const char *const near = plm_nearest(name, names);
    return plm_fail(diag, PLM_ERR_USAGE,
                    "account '%s': this run has none of that name%s%s%s; "
                    "export --what accounts lists them",
                    name, near == NULL ? "" : "; did you mean '", near == NULL ? "" : near,
                    near == NULL ? "" : "'?");
}

/* The account of that name; refuses others with the nearest. */
static plm_status find_account(sqlite3 *db, plm_teller *teller, const char *name, plm_diag *diag,
                               account_row *out)
{
    plm_query query;
    PLM_TRY(plm_query_open(db,
                           "SELECT a.id, a.name, s.name, a.rulebook_id IS NULL FROM account a JOIN "
                           "asset s ON s.id = a.report_asset_id ORDER BY a.id",
                           diag, &query));
    plm_status status;
    const char *names[NAMES_MAX + 1u] = {NULL};
    size_t count = 0;
    account_row row = {.id = -1};
    while ((status = plm_query_step(&query, diag)) == PLM_OK && row.id < 0) {
        const char *const found = plm_teller_keep(teller, "%s", plm_query_text(&query, 1));
        if (count < NAMES_MAX) {
            names[count++] = found;
        }
        if (strcmp(found, name) == 0) {
            row = (account_row){.id = plm_query_int(&query, 0),
                                .plain = plm_query_int(&query, 3),
                                .name = found,
                                .asset = plm_teller_keep(teller, "%s", plm_query_text(&query, 2))};
        }
    }
    plm_query_close(&query);
    PLM_TRY(status);
    if (row.id < 0) {
        return refuse(name, names, diag);
    }
    *out = row;
    return PLM_OK;
}

static plm_status tell_value(sqlite3 *db, plm_teller *teller, const account_row *account, plm_ts ts,
                             plm_diag *diag, int64_t *out_equity)
{
    plm_query query;
    PLM_TRY(
        plm_query_open(db,
                       "SELECT id, ts_ns, priced, nav_micro, nav_atto, unrealised_micro, "
                       "unrealised_atto FROM equity WHERE account_id = ?1 AND ts_ns <= ?2 ORDER "
                       "BY id DESC LIMIT 1",
                       diag, &query));
    plm_query_bind_int(&query, 1, account->id);
    plm_query_bind_int(&query, 2, ts);
    const plm_status status = plm_query_step(&query, diag);
    if (status == PLM_OK) {
        *out_equity = plm_query_int(&query, 0);
        const char *const time = plm_teller_time(teller, plm_query_int(&query, 1));
        plm_teller_fact(teller, "time", time, "");
        if (plm_query_int(&query, 2) != 0) {
            const char *const nav = plm_teller_money(teller, plm_query_money(&query, 3));
            plm_teller_fact(teller, "nav", nav, account->asset);
            plm_teller_text(teller,
                            "Its last numbers are those of %s: worth %s %s, of which %s are "
                            "unrealised results.",
                            time, nav, account->asset,
                            plm_teller_money(teller, plm_query_money(&query, 5)));
        } else {
            plm_teller_text(teller, "At %s a price was not known yet: there is no value.", time);
        }
    }
    plm_query_close(&query);
    return status;
}

static plm_status tell_pool(sqlite3 *db, int64_t pool, int64_t until, plm_teller *teller,
                            plm_diag *diag)
{
    plm_scene scene;
    plm_moment now = {0};
    PLM_TRY(plm_scene_read(db, pool, teller, diag, &scene));
    PLM_TRY(plm_moment_read(&scene, PLM_MOMENT_LAST, 0, until, diag, &now));
    plm_teller_heading(teller, plm_teller_keep(teller, "In %s, at %s", scene.pool,
                                               plm_teller_time(teller, now.ts)));
    plm_teller_text(teller,
                    "Margin equity %s %s, maintenance requirement %s: a surplus of %s. Initial "
                    "margin: %s for positions, %s for orders.",
                    plm_teller_money(teller, now.equity), scene.unit,
                    plm_teller_money(teller, now.maintenance),
                    plm_teller_money(teller, now.surplus), plm_teller_money(teller, now.initial),
                    plm_teller_money(teller, now.orders));
    plm_tell_held(&scene, &now);
    const plm_status status = plm_tell_equity(&scene, &now, diag);
    plm_tell_requirement(&scene, &now);
    plm_moment_fini(&now);
    return status;
}

/* The pools with numbers beside that row of equity: others were at rest. */
static plm_status tell_pools(sqlite3 *db, int64_t equity, plm_teller *teller, plm_diag *diag,
                             int64_t *out_last)
{
    plm_query query;
    PLM_TRY(plm_query_open(db, "SELECT pool_id, id FROM margin WHERE equity_id = ?1 ORDER BY id",
                           diag, &query));
    plm_query_bind_int(&query, 1, equity);
    plm_status status;
    *out_last = -1;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        *out_last = plm_query_int(&query, 0);
        status = tell_pool(db, *out_last, plm_query_int(&query, 1), teller, diag);
        if (status < 0) {
            break;
        }
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

static plm_status tell(sqlite3 *db, const char *name, plm_ts ts, plm_teller *teller, plm_diag *diag)
{
    account_row account = {0};
    char *banner = NULL;
    PLM_TRY(find_account(db, teller, name, diag, &account));
    PLM_TRY(plm_run_status_banner(db, diag, &banner));
    if (banner != NULL) {
        plm_teller_banner(teller, banner);
        plm_free(banner);
    }
    const char *const at = ts >= PLM_TS_MAX ? "the end" : plm_teller_time(teller, ts);
    plm_teller_title(teller, plm_teller_keep(teller, "Account %s at %s", account.name, at));
    plm_teller_fact(teller, "account", account.name, "");
    int64_t equity = 0, last = -1;
    const plm_status status = tell_value(db, teller, &account, ts, diag, &equity);
    PLM_TRY(status);
    if (status == PLM_END) {
        plm_teller_text(teller, "There are no numbers of this account at or before that time.");
        return PLM_OK;
    }
    if (account.plain != 0) {
        plm_teller_text(teller, "The account has no rulebook, and so no margin to explain.");
        return PLM_OK;
    }
    PLM_TRY(tell_pools(db, equity, teller, diag, &last));
    if (last < 0) {
        plm_teller_text(teller, "No pool had a position or a debt, so nothing was required.");
        return PLM_OK;
    }
    plm_scene scene;
    PLM_TRY(plm_scene_read(db, last, teller, diag, &scene));
    return plm_tell_rules(&scene, diag);
}

plm_status plm_story_account(sqlite3 *db, const char *name, plm_ts ts, plm_diag *diag,
                             plm_story **out)
{
    plm_teller *const teller = plm_teller_create("account");
    const plm_status status = tell(db, name, ts, teller, diag);
    if (status < 0) {
        plm_teller_destroy(teller);
        return status;
    }
    *out = plm_teller_finish(teller);
    return PLM_OK;
}
