/*
 * bars.h - bars as points for the venue (docs/replay.md, 1).
 */
#ifndef PLM_BARS_H
#define PLM_BARS_H

#include "contract.h"

#define PLM_BAR_KINDS                                                                              \
    (PLM_EV_BIT(PLM_EV_BAR_OPEN) | PLM_EV_BIT(PLM_EV_BAR_HIGH) | PLM_EV_BIT(PLM_EV_BAR_LOW) |      \
     PLM_EV_BIT(PLM_EV_BAR_CLOSE))

/* The kind of event that sets the price of a key: trade, bid, ask, mark, index. */
plm_event_kind plm_bars_kind_of(plm_price_key key);

/*
 * Writes `count` events, which are whole instants, to `out` with bars as points; as many come out.
 * All bars of an instant advance together, point by point: the n-th points are one instant, stamped
 * as those of the shortest bar. The points come before the other events of the instant, but for the
 * closes: each stays where its bar closes on the tape. `io_seen` is the time of what came out last
 * before; it advances. NULL when that went well, else what is wrong with event `*out_at`.
 */
const char *plm_bars_expand(const plm_contracts *contracts, const plm_event *events, uint32_t count,
                            plm_ts *io_seen, plm_event *out, uint32_t *out_at);

#endif
