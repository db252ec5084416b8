/*
 * compare_diverge.c - the first thing in which two variants differ: what happened to each, side by
 * side in order, until it is not the same. Margin that moves between an account's own pools is no
 * difference.
 */
#include <string.h>

#include "compare.h"

typedef enum act_kind {
    ACT_NONE = 0,
    ACT_FILL = 1,
    ACT_FUNDING = 2,
    ACT_SETTLEMENT = 3,
    ACT_INTEREST = 4,
    ACT_LIQUIDATION = 5
} act_kind;

/* Something that happened to an account; what is compared is all but seq, event and liquidation. */
typedef struct act {
    bool ended; /* nothing more happened */
    int64_t seq, event, liquidation;
    plm_ts ts;
    int64_t field[8]; /* kind, what, leg, side, px, qty, micro, atto */
} act;

typedef struct cursor {
    plm_query query;
    act now;
} cursor;

/* What happened to ?1: kind, instrument or asset, leg, side, px, qty, amount. */
static const char *const ACTS_SQL =
    "SELECT id, event, liquidation_id, ts_ns, 1, instrument_id, leg, side = 'buy', px, qty, "
    "fee_micro, fee_atto FROM fill WHERE account_id = ?1 "
    "UNION ALL SELECT id, NULL, NULL, ts_ns, 2, instrument_id, leg, 0, px, qty, amount_micro, "
    "amount_atto FROM funding WHERE account_id = ?1 "
    "UNION ALL SELECT id, NULL, NULL, ts_ns, 3, instrument_id, leg, 0, px, qty, realised_micro, "
    "realised_atto FROM settlement WHERE account_id = ?1 "
    "UNION ALL SELECT id, NULL, NULL, ts_ns, 4, asset_id, 0, 0, rate, 0, amount_micro, amount_atto "
    "FROM interest WHERE account_id = ?1 "
    "UNION ALL SELECT begin_seq, event, id, begin_ns, 5, -1, 0, 0, 0, 0, 0, 0 FROM liquidation "
    "WHERE account_id = ?1 ORDER BY 1";

static plm_status advance(cursor *self, plm_diag *diag)
{
    const plm_status status = plm_query_step(&self->query, diag);
    PLM_TRY(status);
    self->now = (act){.ended = status == PLM_END};
    if (!self->now.ended) {
        self->now.seq = plm_query_int(&self->query, 0);
        self->now.event = plm_query_int(&self->query, 1);
        self->now.liquidation = plm_query_int(&self->query, 2);
        self->now.ts = plm_query_int(&self->query, 3);
        for (int i = 0; i < 8; i++) {
            self->now.field[i] = plm_query_int(&self->query, 4 + i);
        }
    }
    return PLM_OK;
}

static bool same(const act *a, const act *b)
{
    return a->ended == b->ended && a->ts == b->ts &&
           memcmp(a->field, b->field, sizeof a->field) == 0;
}

/* -- words ----------------------------------------------------------------------------------- */

static const char *leg_word(int64_t leg)
{
    return leg == 1 ? " long" : leg == 2 ? " short" : "";
}

static const char *show_trade(plm_teller *teller, const act *one, const plm_query *row)
{
    const char *const symbol = plm_query_text(row, 0);
    const char *const qty = plm_teller_scaled(teller, one->field[5], plm_query_int(row, 2));
    const char *const px = plm_teller_scaled(teller, one->field[4], plm_query_int(row, 1));
    const char *const leg = leg_word(one->field[2]);
    const char *const amount = plm_teller_money(
        teller, (plm_money){(plm_i128)one->field[6] * plm_pow10(12) + one->field[7]});
    if (one->field[0] == ACT_FILL) {
        return plm_teller_keep(
            teller, "%s%s %s %s%s at %s (fee %s)", one->liquidation != 0 ? "by force " : "",
            one->field[3] != 0 ? "bought" : "sold", qty, symbol, leg, px, amount);
    }
    return plm_teller_keep(teller, "%s of %s%s, %s at %s: %s",
                           one->field[0] == ACT_FUNDING ? "funding" : "settlement", symbol, leg,
                           qty, px, amount);
}

static plm_status show_liquidation(const plm_comparison *self, const act *one, plm_diag *diag,
                                   const char **out)
{
    plm_query query;
    PLM_TRY(
        plm_query_open(self->db,
                       "SELECT l.equity_micro, l.equity_atto, l.maintenance_micro, "
                       "l.maintenance_atto, s.name, p.regime, i.symbol, p.leg FROM liquidation "
                       "l JOIN pool p ON p.id = l.pool_id JOIN asset s ON s.id = p.unit_id LEFT "
                       "JOIN instrument i ON i.id = p.instrument_id WHERE l.id = ?1",
                       diag, &query));
    plm_query_bind_int(&query, 1, one->liquidation);
    const plm_status status = plm_query_step(&query, diag);
    *out = "a liquidation";
    if (status == PLM_OK) {
        *out = plm_teller_keep(self->teller,
                               "liquidation %lld begins: the %s pool%s%s%s has an equity of %s %s "
                               "against a requirement "
                               "of %s",
                               (long long)one->liquidation, plm_query_text(&query, 5),
                               plm_query_is_null(&query, 6) ? "" : " ", plm_query_text(&query, 6),
                               leg_word(plm_query_int(&query, 7)),
                               plm_teller_money(self->teller, plm_query_money(&query, 0)),
                               plm_query_text(&query, 4),
                               plm_teller_money(self->teller, plm_query_money(&query, 2)));
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

static plm_status show(const plm_comparison *self, const act *one, plm_diag *diag, const char **out)
{
    if (one->ended) {
        *out = "nothing more happens";
        return PLM_OK;
    }
    if (one->field[0] == ACT_LIQUIDATION) {
        return show_liquidation(self, one, diag, out);
    }
    if (one->field[0] == ACT_INTEREST) {
        *out = "interest is charged";
        return PLM_OK;
    }
    plm_query query;
    PLM_TRY(plm_query_open(self->db,
                           "SELECT symbol, px_scale, qty_scale FROM instrument WHERE id = ?1", diag,
                           &query));
    plm_query_bind_int(&query, 1, one->field[1]);
    const plm_status status = plm_query_step(&query, diag);
    *out = status == PLM_OK ? show_trade(self->teller, one, &query) : "an act";
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

/* -- why ------------------------------------------------------------------------------------- */

/* The last refusal of an order of that account in (since, until], NULL: there is none. */
static plm_status find_refusal(const plm_comparison *self, const plm_variant *variant,
                               int64_t instrument, plm_ts since, plm_ts until, plm_diag *diag,
                               const char **out)
{
    plm_query query;
    PLM_TRY(
        plm_query_open(self->db,
                       "SELECT reason, state FROM order_event WHERE account_id = ?1 AND "
                       "instrument_id = ?2 AND ts_ns >= ?3 AND ts_ns <= ?4 AND what = 'state' AND "
                       "reason IS NOT NULL ORDER BY id DESC LIMIT 1",
                       diag, &query));
    plm_query_bind_int(&query, 1, variant->id);
    plm_query_bind_int(&query, 2, instrument);
    plm_query_bind_int(&query, 3, since);
    plm_query_bind_int(&query, 4, until);
    const plm_status status = plm_query_step(&query, diag);
    *out = NULL;
    if (status == PLM_OK) {
        *out = plm_teller_keep(self->teller, "an order of %s was %s there: %s", variant->name,
                               plm_query_is_null(&query, 1) ? "refused" : plm_query_text(&query, 1),
                               plm_query_text(&query, 0));
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

/* `first` acted first, or both at the same instant. */
static plm_status explain(const plm_comparison *self, const plm_variant *who,
                          const plm_variant *other, const act *first, const act *second,
                          plm_ts since, plm_diag *diag, const char **out)
{
    if (first->field[0] == ACT_LIQUIDATION || first->liquidation != 0) {
        *out = plm_teller_keep(
            self->teller, "margin: under %s the pool's surplus was used up, under %s it was not",
            who->regime, other->regime);
        return PLM_OK;
    }
    PLM_TRY(find_refusal(self, other, first->field[1], since, first->ts, diag, out));
    if (*out != NULL) {
        return PLM_OK;
    }
    if (!second->ended && second->ts == first->ts && second->field[0] == first->field[0] &&
        second->field[1] == first->field[1]) {
        *out = "the same thing at another price or size: each variant has a venue of its own";
    } else if (who->trades || other->trades) {
        *out = "the trade of one was skipped in the other, whose pool for it is gone";
    } else {
        *out = "the strategies decided differently: each sees its own account";
    }
    return PLM_OK;
}

/* -- pairs ----------------------------------------------------------------------------------- */

static plm_status tell_pair(plm_comparison *self, const plm_variant *a, const plm_variant *b,
                            const act *of_a, const act *of_b, plm_ts since, plm_diag *diag)
{
    plm_teller *const teller = self->teller;
    const bool b_first = of_a->ended || (!of_b->ended && of_b->seq < of_a->seq);
    const plm_variant *const who = b_first ? b : a;
    const plm_variant *const other = b_first ? a : b;
    const act *const first = b_first ? of_b : of_a;
    const act *const second = b_first ? of_a : of_b;
    const char *texts[2];
    const char *why = NULL;
    PLM_TRY(show(self, first, diag, &texts[0]));
    PLM_TRY(show(self, second, diag, &texts[1]));
    PLM_TRY(explain(self, who, other, first, second, since, diag, &why));
    plm_teller_text(
        teller, "%s against %s: the same until %s. There, to %s: %s. To %s: %s%s%s. Why: %s.",
        b->name, a->name,
        first->event == 0
            ? plm_teller_time(teller, first->ts)
            : plm_teller_keep(teller, "%s (event %lld of the tape)",
                              plm_teller_time(teller, first->ts), (long long)first->event),
        who->name, texts[0], other->name, texts[1],
        second->ended || second->ts == first->ts ? "" : ", but only at ",
        second->ended || second->ts == first->ts ? "" : plm_teller_time(teller, second->ts), why);
    self->differ = true;
    return PLM_OK;
}

static plm_status walk(plm_comparison *self, const plm_variant *b, cursor *of_a, cursor *of_b,
                       plm_diag *diag)
{
    const plm_variant *const a = &self->variant[0];
    int64_t count = 0;
    plm_ts since = PLM_TS_MIN;
    plm_query_bind_int(&of_a->query, 1, a->id);
    plm_query_bind_int(&of_b->query, 1, b->id);
    PLM_TRY(advance(of_a, diag));
    PLM_TRY(advance(of_b, diag));
    while (!of_a->now.ended && same(&of_a->now, &of_b->now)) {
        count++;
        since = of_a->now.ts;
        PLM_TRY(advance(of_a, diag));
        PLM_TRY(advance(of_b, diag));
    }
    if (!same(&of_a->now, &of_b->now)) {
        return tell_pair(self, a, b, &of_a->now, &of_b->now, since, diag);
    }
    plm_teller_text(self->teller,
                    "%s against %s: no difference in %lld fills, fundings, settlements, charges of "
                    "interest and liquidations.",
                    b->name, a->name, (long long)count);
    return PLM_OK;
}

plm_status plm_compare_diverge(plm_comparison *self, plm_diag *diag)
{
    plm_teller_heading(self->teller, "First divergence");
    for (size_t i = 1; i < self->count; i++) {
        cursor of_a = {0}, of_b = {0};
        PLM_TRY(plm_query_open(self->db, ACTS_SQL, diag, &of_a.query));
        plm_status status = plm_query_open(self->db, ACTS_SQL, diag, &of_b.query);
        if (status >= 0) {
            status = walk(self, &self->variant[i], &of_a, &of_b, diag);
            plm_query_close(&of_b.query);
        }
        plm_query_close(&of_a.query);
        PLM_TRY(status);
    }
    return PLM_OK;
}
