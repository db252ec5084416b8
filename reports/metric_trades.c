/*
 * metric_trades.c - positions from 0 to 0: round trips and their pnl, the time with a position, and
 * what forced closing came to, position by position.
 *
 * Between two rows of a position stands all that led from one to the other: a fill with its fees,
 * or a step of a liquidation that moved the position otherwise than through the venue.
 */
#include <string.h>

#include "check.h"
#include "memory.h"
#include "metric_parts.h"
#include "trip.h"

enum { ROW_FILL = 1, ROW_POSITION = 2, ROW_FUNDING = 3, ROW_FEE = 4, ROW_STAGE = 5 };

enum {
    COLUMN_KIND = 1,
    COLUMN_TS,
    COLUMN_INSTRUMENT,
    COLUMN_LEG,
    COLUMN_QTY,
    COLUMN_LIQUIDATION,
    COLUMN_AMOUNT
};

static const char SQL[] =
    "SELECT id, 1, ts_ns, instrument_id, leg, qty, liquidation_id, fee_micro, fee_atto"
    " FROM fill WHERE account_id = ?1 UNION ALL"
    " SELECT id, 2, ts_ns, instrument_id, leg, qty, NULL, realised_micro, realised_atto"
    " FROM position WHERE account_id = ?1 UNION ALL"
    " SELECT id, 3, ts_ns, instrument_id, leg, qty, NULL, amount_micro, amount_atto"
    " FROM funding WHERE account_id = ?1 UNION ALL"
    " SELECT id, 4, ts_ns, instrument_id, 0, 0, liquidation_id, amount_micro, amount_atto"
    " FROM posting WHERE account_id = ?1 AND cause = 'liquidation_fee'" PLM_SELDOM
    " AND book IN ('account', 'isolated') UNION ALL"
    " SELECT s.id, 5, s.ts_ns, s.instrument_id, s.leg, s.action = 'offset', s.liquidation_id, 0, 0"
    " FROM liquidation_stage s JOIN liquidation l ON l.id = s.liquidation_id"
    " WHERE l.account_id = ?1 AND s.done = 1"
    " AND s.action IN ('takeover', 'adl', 'keeper', 'offset')"
    " ORDER BY ts_ns, id";

/* -- the positions ---------------------------------------------------------------------------- */

/* A new or known position by (instrument, leg), kept in that order. */
static plm_status find_held(plm_measure *measure, plm_trips *trips, int64_t instrument, int64_t leg,
                            plm_held **out)
{
    size_t low = 0;
    size_t high = trips->held_count;
    while (low < high) {
        size_t const middle = low + (high - low) / 2;
        const plm_held *const held = &trips->held[middle];
        if (held->instrument < instrument || (held->instrument == instrument && held->leg < leg)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == trips->held_count || trips->held[low].instrument != instrument ||
        trips->held[low].leg != leg) {
        const plm_metric_instrument *row;
        PLM_TRY(plm_instrument_get(measure, instrument, &row));
        if (trips->held_count == trips->held_cap) {
            trips->held_cap = trips->held_cap * 2 + 8;
            trips->held = plm_realloc(trips->held, trips->held_cap, sizeof *trips->held);
        }
        memmove(&trips->held[low + 1], &trips->held[low],
                (trips->held_count - low) * sizeof *trips->held);
        trips->held_count++;
        trips->held[low] = (plm_held){.instrument = instrument, .leg = leg, .money = row->money};
    }
    *out = &trips->held[low];
    return PLM_OK;
}

static int compare_forced(const plm_forced *a, const plm_forced *b)
{
    if (a->liquidation != b->liquidation) {
        return a->liquidation < b->liquidation ? -1 : 1;
    }
    if (a->instrument != b->instrument) {
        return a->instrument < b->instrument ? -1 : 1;
    }
    return (a->leg > b->leg) - (a->leg < b->leg);
}

/* Pools of an account may be liquidated side by side, so the list is kept in order. */
static plm_status add_forced(plm_measure *measure, const plm_held *held, int64_t liquidation,
                             plm_money net)
{
    plm_forced const wanted = {.liquidation = liquidation,
                               .instrument = held->instrument,
                               .leg = held->leg,
                               .money = held->money,
                               .net = net};
    size_t at = measure->forced_count;
    while (at > 0 && compare_forced(&wanted, &measure->forced[at - 1]) < 0) {
        at--;
    }
    if (at > 0 && compare_forced(&wanted, &measure->forced[at - 1]) == 0) {
        return plm_sum_add(measure, &measure->forced[at - 1].net, net);
    }
    if (measure->forced_count == measure->forced_cap) {
        measure->forced_cap = measure->forced_cap * 2 + 16;
        measure->forced =
            plm_realloc(measure->forced, measure->forced_cap, sizeof *measure->forced);
    }
    memmove(&measure->forced[at + 1], &measure->forced[at],
            (measure->forced_count - at) * sizeof *measure->forced);
    measure->forced[at] = wanted;
    measure->forced_count++;
    return PLM_OK;
}

/* -- rows ------------------------------------------------------------------------------------- */

static plm_status see_position(plm_measure *measure, plm_trips *trips, const plm_query *query)
{
    plm_held *held;
    PLM_TRY(plm_time_check(measure, plm_query_int(query, COLUMN_TS)));
    PLM_TRY(find_held(measure, trips, plm_query_int(query, COLUMN_INSTRUMENT),
                      plm_query_int(query, COLUMN_LEG), &held));
    plm_money const realised = plm_query_money(query, COLUMN_AMOUNT);
    plm_money delta = realised;
    PLM_TRY(plm_sum_sub(measure, &delta, held->realised));
    int64_t const liquidation = held->has_fill ? held->fill_liquidation : held->step_liquidation;
    if (liquidation != 0) {
        plm_money net = delta;
        PLM_TRY(plm_sum_sub(measure, &net, held->fee));
        PLM_TRY(add_forced(measure, held, liquidation, net));
    }
    PLM_TRY(plm_trip_change(measure, trips, held, plm_query_int(query, COLUMN_TS),
                            plm_query_int(query, COLUMN_QTY), delta));
    held->realised = realised;
    held->fee = (plm_money){0};
    held->has_fill = false;
    held->step_liquidation = 0;
    return PLM_OK;
}

/* The fee stands between the fill and the position's row. */
static plm_status see_fee(plm_measure *measure, plm_trips *trips, const plm_query *query)
{
    int64_t const instrument = plm_query_int(query, COLUMN_INSTRUMENT);
    for (size_t i = 0; i < trips->held_count; i++) {
        plm_held *const held = &trips->held[i];
        if (held->instrument == instrument && held->has_fill) {
            return plm_sum_sub(measure, &held->fee, plm_query_money(query, COLUMN_AMOUNT));
        }
    }
    return PLM_OK;
}

/* A step that moves a position; an offset moves both legs of the instrument. */
static void see_stage(plm_trips *trips, const plm_query *query)
{
    int64_t const instrument = plm_query_int(query, COLUMN_INSTRUMENT);
    int64_t const leg = plm_query_int(query, COLUMN_LEG);
    bool const offset = plm_query_int(query, COLUMN_QTY) != 0;
    for (size_t i = 0; i < trips->held_count; i++) {
        plm_held *const held = &trips->held[i];
        if (held->instrument == instrument && (offset || held->leg == leg)) {
            held->step_liquidation = plm_query_int(query, COLUMN_LIQUIDATION);
        }
    }
}

static plm_status see_row(plm_measure *measure, plm_trips *trips, const plm_query *query)
{
    plm_held *held;
    int64_t const kind = plm_query_int(query, COLUMN_KIND);
    if (kind == ROW_POSITION) {
        return see_position(measure, trips, query);
    }
    if (kind == ROW_FEE) {
        return see_fee(measure, trips, query);
    }
    if (kind == ROW_STAGE) {
        see_stage(trips, query);
        return PLM_OK;
    }
    plm_assert(kind == ROW_FILL || kind == ROW_FUNDING);
    PLM_TRY(find_held(measure, trips, plm_query_int(query, COLUMN_INSTRUMENT),
                      plm_query_int(query, COLUMN_LEG), &held));
    plm_money const amount = plm_query_money(query, COLUMN_AMOUNT);
    if (kind == ROW_FUNDING) {
        return plm_sum_add(measure, &held->funding, amount);
    }
    held->has_fill = true;
    held->fill_liquidation = plm_query_int(query, COLUMN_LIQUIDATION);
    return plm_sum_add(measure, &held->fee, amount);
}

plm_status plm_measure_trades(plm_measure *measure)
{
    plm_query query;
    PLM_TRY(plm_query_open(measure->db, SQL, measure->diag, &query));
    plm_query_bind_int(&query, 1, measure->account);
    plm_trips trips = {.wins = plm_bag_create(measure), .losses = plm_bag_create(measure)};
    plm_status status;
    while ((status = plm_query_step(&query, measure->diag)) == PLM_OK) {
        status = see_row(measure, &trips, &query);
        if (status < 0) {
            break;
        }
    }
    plm_query_close(&query);
    if (status == PLM_END) {
        plm_put_trades(measure, &trips);
        status = PLM_OK;
    }
    plm_free(trips.held);
    plm_bag_destroy(&trips.wins);
    plm_bag_destroy(&trips.losses);
    return status;
}
