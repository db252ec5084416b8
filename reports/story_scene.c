/*
 * story_scene.c - the pool of a story and its moments, read from the database.
 */
#include "story_scene.h"

#include <string.h>

#include "check.h"
#include "memory.h"

#define HELD_MAX 1000000u /* positions of one row of margin */

plm_money plm_tell_sum(plm_money a, plm_money b)
{
    plm_money sum;
    const bool fits = plm_money_add(a, b, &sum);
    plm_assert(fits); /* 63 bits of 10^-6 each, and counts have limits */
    return sum;
}

plm_money plm_tell_difference(plm_money a, plm_money b)
{
    plm_money difference;
    const bool fits = plm_money_sub(a, b, &difference);
    plm_assert(fits);
    return difference;
}

/* -- the pool -------------------------------------------------------------------------------- */

static const char *side_of(int64_t leg, int64_t qty)
{
    if (leg != 0) {
        return leg == 1 ? "long" : "short";
    }
    return qty < 0 ? "short" : "long";
}

static const char *pool_name(plm_teller *teller, const plm_query *row)
{
    const char *const regime = plm_query_text(row, 2);
    if (plm_query_is_null(row, 5)) {
        return plm_teller_keep(teller, "the %s pool", regime);
    }
    const int64_t leg = plm_query_int(row, 6);
    return plm_teller_keep(teller, "the %s pool %s%s%s", regime, plm_query_text(row, 5),
                           leg == 0 ? "" : " ", leg == 0 ? "" : side_of(leg, 0));
}

static void fill_scene(const plm_query *row, plm_scene *scene)
{
    plm_teller *const teller = scene->teller;
    scene->account_id = plm_query_int(row, 0);
    scene->account = plm_teller_keep(teller, "%s", plm_query_text(row, 1));
    scene->isolated = strcmp(plm_query_text(row, 2), "isolated") == 0;
    scene->unit_id = plm_query_int(row, 3);
    scene->unit = plm_teller_keep(teller, "%s", plm_query_text(row, 4));
    scene->pool = pool_name(teller, row);
    scene->instrument_id = plm_query_is_null(row, 5) ? -1 : plm_query_int(row, 7);
    if (!plm_query_is_null(row, 8)) {
        scene->rulebook = plm_teller_keep(teller, "%s", plm_query_text(row, 8));
        scene->rule_file = plm_teller_keep(teller, "%s", plm_query_text(row, 9));
        scene->rule_effective_ns = plm_query_int(row, 10);
        scene->rule_text = plm_teller_keep(teller, "%s", plm_query_text(row, 11));
        scene->rule_sources = plm_teller_keep(teller, "%s", plm_query_text(row, 12));
    }
}

plm_status plm_scene_read(sqlite3 *db, int64_t pool_id, plm_teller *teller, plm_diag *diag,
                          plm_scene *out)
{
    plm_query query;
    PLM_TRY(plm_query_open(
        db,
        "SELECT p.account_id, a.name, p.regime, p.unit_id, s.name, i.symbol, p.leg, i.id, r.name, "
        "r.file, r.effective_ns, r.text, r.sources FROM pool p "
        "JOIN account a ON a.id = p.account_id JOIN asset s ON s.id = p.unit_id "
        "LEFT JOIN instrument i ON i.id = p.instrument_id "
        "LEFT JOIN rulebook r ON r.id = a.rulebook_id WHERE p.id = ?1",
        diag, &query));
    plm_query_bind_int(&query, 1, pool_id);
    plm_scene scene = {.db = db, .teller = teller, .pool_id = pool_id};
    plm_status status = plm_query_step(&query, diag);
    if (status == PLM_OK) {
        fill_scene(&query, &scene);
    }
    plm_query_close(&query);
    PLM_TRY(status);
    if (status == PLM_END) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "the database is damaged: it has no row %lld in table pool, or what that "
                        "row needs",
                        (long long)pool_id);
    }
    *out = scene;
    return PLM_OK;
}

/* -- moments --------------------------------------------------------------------------------- */

/* Price at entry: what the position cost over how much it is; of an inverse contract the other way
 * round. */
static void find_entry(const plm_query *row, plm_held *held)
{
    const bool inverse = strcmp(plm_query_text(row, 16), "inverse") == 0;
    const int64_t scale = held->qty_scale + plm_query_int(row, 18);
    plm_i128 size;
    held->entry[0] = 0;
    held->entry[1] = 0;
    if (scale < 0 || scale > 18 ||
        !plm_i128_mul((plm_i128)held->qty * plm_query_int(row, 17),
                      plm_pow10(18u - (unsigned)scale), &size)) {
        return;
    }
    const plm_i128 cost = held->cost.v;
    held->entry[0] = inverse ? size : cost;
    held->entry[1] = inverse ? cost : size;
    if ((held->entry[0] < 0) != (held->entry[1] < 0)) {
        held->entry[0] = -held->entry[0];
    }
}

static void fill_held(plm_teller *teller, const plm_query *row, plm_held *held)
{
    *held = (plm_held){
        .instrument_id = plm_query_int(row, 0),
        .px_scale = plm_query_int(row, 2),
        .qty_scale = plm_query_int(row, 3),
        .leg = plm_query_int(row, 4),
        .qty = plm_query_int(row, 5),
        .px2 = plm_query_int(row, 6),
        .unrealised = plm_query_money(row, 7),
        .notional = plm_query_money(row, 9),
        .maintenance = plm_query_money(row, 11),
        .tier = plm_query_int(row, 13),
        .symbol = plm_teller_keep(teller, "%s", plm_query_text(row, 1)),
        .settle = plm_teller_keep(teller, "%s", plm_query_text(row, 15)),
        .cost = plm_query_money(row, 19),
    };
    held->name = plm_teller_keep(teller, "%s %s", held->symbol, side_of(held->leg, held->qty));
    find_entry(row, held);
}

static plm_status read_held(const plm_scene *scene, plm_diag *diag, plm_moment *moment)
{
    plm_query query;
    PLM_TRY(plm_query_open(
        scene->db,
        "SELECT c.instrument_id, i.symbol, i.px_scale, i.qty_scale, c.leg, c.qty, c.px2, "
        "c.unrealised_micro, c.unrealised_atto, c.notional_micro, c.notional_atto, "
        "c.maintenance_micro, c.maintenance_atto, c.tier, NULL, i.settle, i.kind, i.multiplier, "
        "i.mult_scale, p.cost_micro, p.cost_atto FROM contribution c "
        "JOIN instrument i ON i.id = c.instrument_id LEFT JOIN position p ON p.id = "
        "(SELECT q.id FROM position q WHERE q.account_id = ?2 AND q.instrument_id = "
        "c.instrument_id AND q.leg = c.leg AND q.id <= ?1 ORDER BY q.id DESC LIMIT 1) "
        "WHERE c.margin_id = ?1 ORDER BY c.id",
        diag, &query));
    plm_query_bind_int(&query, 1, moment->margin_id);
    plm_query_bind_int(&query, 2, scene->account_id);
    plm_status status;
    size_t cap = 0;
    while ((status = plm_query_step(&query, diag)) == PLM_OK && moment->held_count < HELD_MAX) {
        if (moment->held_count == cap) {
            cap = cap == 0 ? 8 : 2 * cap;
            moment->held = plm_realloc(moment->held, cap, sizeof *moment->held);
        }
        fill_held(scene->teller, &query, &moment->held[moment->held_count++]);
    }
    plm_query_close(&query);
    if (status == PLM_OK) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "the database has more than %u positions in one row of margin; no more are "
                        "read",
                        HELD_MAX);
    }
    return status < 0 ? status : PLM_OK;
}

#define MOMENT_COLUMNS                                                                             \
    "SELECT id, ts_ns, equity_micro, equity_atto, initial_micro, initial_atto, orders_micro, "     \
    "orders_atto, maintenance_micro, maintenance_atto, collateral_micro, collateral_atto "         \
    "FROM margin WHERE pool_id = ?1 AND id > ?2 AND id <= ?3 "

plm_status plm_moment_read(const plm_scene *scene, plm_moment_which which, int64_t since,
                           int64_t until, plm_diag *diag, plm_moment *out)
{
    plm_query query;
    PLM_TRY(plm_query_open(scene->db,
                           which == PLM_MOMENT_LAST ? MOMENT_COLUMNS "ORDER BY id DESC LIMIT 1"
                                                    : MOMENT_COLUMNS
                               "ORDER BY equity_micro - maintenance_micro - "
                               "(equity_atto < maintenance_atto) DESC, "
                               "(equity_atto - maintenance_atto + 1000000000000) "
                               "% 1000000000000 DESC, id DESC LIMIT 1",
                           diag, &query));
    plm_query_bind_int(&query, 1, scene->pool_id);
    plm_query_bind_int(&query, 2, since);
    plm_query_bind_int(&query, 3, until);
    plm_moment moment = {0};
    plm_status status = plm_query_step(&query, diag);
    if (status == PLM_OK) {
        moment = (plm_moment){
            .margin_id = plm_query_int(&query, 0),
            .ts = plm_query_int(&query, 1),
            .equity = plm_query_money(&query, 2),
            .initial = plm_query_money(&query, 4),
            .orders = plm_query_money(&query, 6),
            .maintenance = plm_query_money(&query, 8),
            .collateral = plm_query_money(&query, 10),
        };
        moment.surplus = plm_tell_difference(moment.equity, moment.maintenance);
    }
    plm_query_close(&query);
    if (status == PLM_OK) {
        status = read_held(scene, diag, &moment);
    }
    if (status < 0) {
        plm_moment_fini(&moment);
        return status;
    }
    *out = moment;
    return PLM_OK;
}

void plm_moment_fini(plm_moment *moment)
{
    plm_free(moment->held);
    moment->held = NULL;
}

const plm_held *plm_moment_find(const plm_moment *moment, const plm_held *held)
{
    for (size_t i = 0; i < moment->held_count; i++) {
        const plm_held *const other = &moment->held[i];
        if (other->instrument_id == held->instrument_id && other->leg == held->leg) {
            return other;
        }
    }
    return NULL;
}
