/*
 * trip.c - round trips as they open and close, and their metrics.
 */
#include "trip.h"

/* -- counting --------------------------------------------------------------------------------- */

static plm_status close_trip(plm_measure *measure, plm_trips *trips, plm_held *held, int64_t ts)
{
    plm_money pnl = held->pnl;
    PLM_TRY(plm_sum_add(measure, &pnl, held->funding));
    trips->is_mixed = trips->is_mixed || (trips->count > 0 && trips->money != held->money);
    trips->money = held->money;
    trips->count++;
    trips->held_ns += (plm_i128)ts - held->open_ts;
    trips->winners += pnl.v > 0 ? 1 : 0;
    trips->losers += pnl.v < 0 ? 1 : 0;
    trips->win_run = pnl.v > 0 ? trips->win_run + 1 : 0;
    trips->loss_run = pnl.v < 0 ? trips->loss_run + 1 : 0;
    trips->win_streak = trips->win_run > trips->win_streak ? trips->win_run : trips->win_streak;
    trips->loss_streak =
        trips->loss_run > trips->loss_streak ? trips->loss_run : trips->loss_streak;
    return plm_bag_add(measure, pnl.v > 0 ? &trips->wins : &trips->losses, held->money, pnl);
}

static void open_trip(plm_held *held, int64_t ts)
{
    held->open_ts = ts;
    held->pnl = (plm_money){0};
    held->funding = (plm_money){0};
}

static void follow_market(plm_trips *trips, int64_t ts, bool was_open, bool is_open)
{
    if (!was_open && is_open && trips->open_count++ == 0) {
        trips->open_since = ts;
    }
    if (was_open && !is_open && --trips->open_count == 0) {
        trips->open_ns += ts - trips->open_since;
    }
}

static plm_i128 size_of(int64_t qty)
{
    return qty < 0 ? -(plm_i128)qty : qty;
}

plm_status plm_trip_change(plm_measure *measure, plm_trips *trips, plm_held *held, int64_t ts,
                           int64_t qty, plm_money delta)
{
    int64_t const before = held->qty;
    bool const turns = before != 0 && qty != 0 && (before > 0) != (qty > 0);
    plm_money fee = held->fee;
    follow_market(trips, ts, before != 0, qty != 0);
    held->qty = qty;
    if (before == 0) {
        open_trip(held, ts);
    }
    /* What turns a position closes with its share of the fee and opens with the rest. */
    if (turns && !plm_muldiv(held->fee.v, size_of(before), size_of(before) + size_of(qty),
                             PLM_ROUND_HALF_EVEN, &fee.v)) {
        return plm_fail(measure->diag, PLM_ERR_INPUT, "account %lld: a fee does not fit 128 bits",
                        (long long)measure->account);
    }
    PLM_TRY(plm_sum_add(measure, &held->pnl, delta));
    PLM_TRY(plm_sum_sub(measure, &held->pnl, fee));
    if (before != 0 && (qty == 0 || turns)) {
        PLM_TRY(close_trip(measure, trips, held, ts));
    }
    if (turns) {
        open_trip(held, ts);
        PLM_TRY(plm_sum_sub(measure, &fee, held->fee));
        PLM_TRY(plm_sum_add(measure, &held->pnl, fee));
    }
    return PLM_OK;
}

/* -- telling ---------------------------------------------------------------------------------- */

static void put_market(plm_measure *measure, const plm_trips *trips)
{
    int64_t const length = measure->last_ns - measure->first_ns;
    if (length <= 0) {
        plm_put_none(measure, "time_in_market", "the run has no length");
        return;
    }
    int64_t const open =
        trips->open_ns + (trips->open_count > 0 ? measure->last_ns - trips->open_since : 0);
    plm_put_real(measure, "time_in_market", (double)open / (double)length, "%.2f days",
                 (double)length / (double)PLM_NS_A_DAY);
}

static void put_amounts(plm_measure *measure, const plm_trips *trips)
{
    size_t const asset = trips->money;
    double const won = plm_money_real(trips->wins.sum[asset]);
    double const lost = -plm_money_real(trips->losses.sum[asset]);
    plm_money pnl;
    if (trips->losers == 0) {
        plm_put_none(measure, "payoff", "no round trip lost");
        plm_put_none(measure, "profit_factor", "no round trip lost");
    } else {
        plm_put_real(measure, "profit_factor", won / lost, "%zu round trips", trips->count);
        if (trips->winners == 0) {
            plm_put_none(measure, "payoff", "no round trip won");
        } else {
            plm_put_real(measure, "payoff",
                         won / (double)trips->winners / (lost / (double)trips->losers),
                         "%zu winners, %zu losers", trips->winners, trips->losers);
        }
    }
    if (plm_money_add(trips->wins.sum[asset], trips->losses.sum[asset], &pnl)) {
        plm_put_mean(measure, "expectancy", asset, plm_money_real(pnl) / (double)trips->count,
                     "%zu round trips", trips->count);
    } else {
        plm_put_none(measure, "expectancy", "the number is too large to be told");
    }
}

void plm_put_trades(plm_measure *measure, const plm_trips *trips)
{
    static const char *const amounts[] = {"payoff", "profit_factor", "expectancy"};
    put_market(measure, trips);
    plm_put_count(measure, "round_trips", (int64_t)trips->count, "%zu still open",
                  trips->open_count);
    plm_put_count(measure, "win_streak", (int64_t)trips->win_streak, "%zu round trips",
                  trips->count);
    plm_put_count(measure, "loss_streak", (int64_t)trips->loss_streak, "%zu round trips",
                  trips->count);
    if (trips->winners + trips->losers == 0) {
        plm_put_none(measure, "win_rate", "no round trip %s",
                     trips->count == 0 ? "was closed" : "won or lost");
    } else {
        plm_put_real(measure, "win_rate",
                     (double)trips->winners / (double)(trips->winners + trips->losers),
                     "%zu winners, %zu losers, %zu neither", trips->winners, trips->losers,
                     trips->count - trips->winners - trips->losers);
    }
    if (trips->count == 0) {
        plm_put_none(measure, "holding_time", "no round trip was closed");
    } else {
        double const seconds = (double)trips->held_ns / (double)PLM_NS_A_SECOND;
        plm_put_real(measure, "holding_time", seconds / (double)trips->count, "%zu round trips",
                     trips->count);
    }
    if (trips->count > 0 && !trips->is_mixed) {
        put_amounts(measure, trips);
        return;
    }
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        plm_put_none(measure, amounts[i], "%s",
                     trips->count == 0 ? "no round trip was closed"
                                       : "the round trips are of several assets");
    }
}
