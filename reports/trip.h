/*
 * trip.h - round trips: positions as they change, and what is counted of them. Private to the files
 * metric*.c.
 */
#ifndef PLM_TRIP_H
#define PLM_TRIP_H

#include "metric_parts.h"

typedef struct plm_held {
    int64_t instrument, leg;
    size_t money; /* place of asset */
    int64_t qty;
    plm_money realised; /* since the beginning of the run */
    /* since the last row of the position */
    plm_money fee;
    bool has_fill;
    int64_t fill_liquidation; /* 0: none */
    int64_t step_liquidation;
    /* of the trip under way */
    int64_t open_ts;
    plm_money pnl; /* realised less fees */
    plm_money funding;
} plm_held;

typedef struct plm_trips {
    plm_held *held;
    size_t held_count, held_cap;
    size_t open_count; /* positions that are not 0 */
    int64_t open_since, open_ns;
    size_t count, winners, losers;
    plm_bag wins, losses; /* losses < 0 */
    plm_i128 held_ns;
    size_t win_run, loss_run, win_streak, loss_streak; /* a run is under way */
    size_t money;
    bool is_mixed; /* of several assets */
} plm_trips;

/* The position becomes `qty`, which realised `delta`; its fees since the last change stand in it.
 */
PLM_NODISCARD plm_status plm_trip_change(plm_measure *measure, plm_trips *trips, plm_held *held,
                                         int64_t ts, int64_t qty, plm_money delta);
/* The metrics of the kind trades, and time_in_market. */
void plm_put_trades(plm_measure *measure, const plm_trips *trips);

#endif
