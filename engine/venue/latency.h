/*
 * latency.h - how long a request or a report is on its way.
 */
#ifndef PLM_LATENCY_H
#define PLM_LATENCY_H

#include <stdint.h>

#include "philox.h"
#include "plimsoll.h"

#define PLM_LATENCY_LIST_MAX 1024u
#define PLM_LATENCY_NS_MAX INT64_C(3600000000000) /* one hour */

typedef enum plm_latency_kind {
    PLM_LATENCY_NONE = 0, /* arrives at once */
    PLM_LATENCY_CONSTANT = 1,
    PLM_LATENCY_UNIFORM = 2,
    PLM_LATENCY_LIST = 3
} plm_latency_kind;

typedef struct plm_latency {
    plm_latency_kind kind;
    int64_t min_ns, max_ns; /* constant: min */
    uint32_t list_count;
    const int64_t *list_ns;
} plm_latency;

/* One way of one account: requests or reports. */
typedef struct plm_lane {
    const plm_latency *latency;
    plm_philox rng;
    plm_ts last; /* arrival of the one before */
} plm_lane;

/* `purpose` is "orders" or "reports". */
void plm_lane_init(plm_lane *lane, const plm_latency *latency, uint64_t seed, const char *purpose,
                   const char *account);

/* When what is sent now arrives; never before what was sent earlier. */
plm_ts plm_lane_send(plm_lane *lane, plm_ts now);

#endif
