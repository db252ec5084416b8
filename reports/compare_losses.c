/*
 * compare_losses.c - what was lost by force: the liquidations of a group, and which leg each
 * variant lost or kept.
 */
#include <string.h>

#include "compare.h"
#include "memory.h"
#include "pile.h"

#define LEGS_MAX 64u

/* A leg that was closed by force in some variant; bit i of `lost`: in variant i. */
typedef struct leg {
    int64_t instrument, side;
    const char *name;
    uint64_t lost;
} leg;

typedef struct legs {
    leg leg[LEGS_MAX];
    size_t count;
    bool cut;
} legs;

static plm_status tell_episode(plm_comparison *self, const plm_variant *variant, plm_diag *diag,
                               bool *begun)
{
    static const char *const heads[] = {">n", "time", "account", "pool", "ended", "culprit", NULL};
    plm_query query;
    plm_status status;
    PLM_TRY(plm_query_open(
        self->db,
        "SELECT l.id, l.begin_ns, p.regime, i.symbol, coalesce(l.ended, 'not at all'), c.symbol "
        "FROM liquidation l JOIN pool p ON p.id = l.pool_id LEFT JOIN instrument i ON i.id = "
        "p.instrument_id LEFT JOIN instrument c ON c.id = l.culprit_id WHERE l.account_id = ?1 AND "
        "coalesce(l.cancelled_only, 0) = 0 ORDER BY l.id",
        diag, &query));
    plm_query_bind_int(&query, 1, variant->id);
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        if (!*begun) {
            plm_teller_table(self->teller, "", heads);
            *begun = true;
        }
        const char *const cells[] = {
            plm_teller_keep(self->teller, "%lld", (long long)plm_query_int(&query, 0)),
            plm_teller_time(self->teller, plm_query_int(&query, 1)),
            variant->name,
            plm_teller_keep(self->teller, "%s%s%s", plm_query_text(&query, 2),
                            plm_query_is_null(&query, 3) ? "" : " ", plm_query_text(&query, 3)),
            plm_teller_keep(self->teller, "%s", plm_query_text(&query, 4)),
            plm_teller_keep(self->teller, "%s", plm_query_text(&query, 5))};
        plm_teller_row(self->teller, false, cells);
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

/* -- legs ------------------------------------------------------------------------------------ */

static leg *find_leg(legs *all, plm_teller *teller, const plm_query *row)
{
    const int64_t instrument = plm_query_int(row, 0);
    const int64_t side = plm_query_int(row, 2);
    for (size_t i = 0; i < all->count; i++) {
        if (all->leg[i].instrument == instrument && all->leg[i].side == side) {
            return &all->leg[i];
        }
    }
    if (all->count == LEGS_MAX) {
        all->cut = true;
        return NULL;
    }
    leg *const new = &all->leg[all->count++];
    *new = (leg){
        instrument, side,
        plm_teller_keep(teller, "%s %s", plm_query_text(row, 1), side == 1 ? "long" : "short"), 0};
    return new;
}

/* Of fills and of what others took over: what sells closes a long leg. */
static plm_status read_legs(plm_comparison *self, size_t place, plm_diag *diag, legs *all)
{
    plm_query query;
    plm_status status;
    PLM_TRY(plm_query_open(
        self->db,
        "SELECT f.instrument_id, i.symbol, CASE f.side WHEN 'sell' THEN 1 ELSE 2 END FROM fill f "
        "JOIN instrument i ON i.id = f.instrument_id WHERE f.account_id = ?1 AND f.liquidation_id "
        "IS NOT NULL UNION SELECT t.instrument_id, i.symbol, CASE t.side WHEN 'sell' THEN 1 ELSE 2 "
        "END FROM liquidation_stage t JOIN liquidation l ON l.id = t.liquidation_id JOIN "
        "instrument "
        "i ON i.id = t.instrument_id WHERE l.account_id = ?1 AND t.done = 1 AND t.side IS NOT NULL "
        "AND t.action IN ('takeover', 'adl', 'keeper', 'offset') ORDER BY 1, 3",
        diag, &query));
    plm_query_bind_int(&query, 1, self->variant[place].id);
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        leg *const found = find_leg(all, self->teller, &query);
        if (found != NULL) {
            found->lost |= UINT64_C(1) << place;
        }
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

/* "SOLUSDT long, BTCUSDT short": lost in one of two variants alone. */
static void list_legs(const legs *all, size_t lost, size_t kept, plm_pile *out)
{
    for (size_t i = 0; i < all->count; i++) {
        const uint64_t bits = all->leg[i].lost;
        if ((bits >> lost & 1) == 1 && (bits >> kept & 1) == 0) {
            plm_pile_printf(out, "%s%s", out->size > 0 ? ", " : "", all->leg[i].name);
        }
    }
}

static void tell_legs(plm_comparison *self, const legs *all, size_t place)
{
    plm_pile caused = {0}, avoided = {0};
    list_legs(all, place, 0, &caused);
    list_legs(all, 0, place, &avoided);
    const char *const name = self->variant[place].name;
    const char *const base = self->variant[0].name;
    if (caused.size > 0) {
        plm_teller_text(self->teller, "Caused by %s: %s, closed by force there, not under %s.",
                        name, caused.text, base);
    }
    if (avoided.size > 0) {
        plm_teller_text(self->teller, "Avoided by %s: %s, closed by force under %s, not there.",
                        name, avoided.text, base);
    }
    if (caused.size == 0 && avoided.size == 0) {
        plm_teller_text(self->teller, "%s lost the same legs by force as %s.", name, base);
    }
    plm_free(caused.text);
    plm_free(avoided.text);
}

plm_status plm_compare_liquidations(plm_comparison *self, plm_diag *diag)
{
    legs all = {0};
    bool begun = false;
    plm_teller_heading(self->teller, "Liquidations");
    for (size_t i = 0; i < self->count; i++) {
        PLM_TRY(tell_episode(self, &self->variant[i], diag, &begun));
        PLM_TRY(read_legs(self, i, diag, &all));
    }
    if (!begun) {
        plm_teller_text(self->teller, "None, in no variant.");
        return PLM_OK;
    }
    for (size_t i = 1; i < self->count; i++) {
        tell_legs(self, &all, i);
    }
    if (all.cut) {
        plm_teller_text(self->teller, "More than %u legs were lost by force; the first are told.",
                        LEGS_MAX);
    }
    return PLM_OK;
}
