/*
 * latency.c - one draw for each thing sent, so that the n-th draw belongs to the n-th request.
 */
#include "latency.h"

#include "check.h"
#include "num.h"

void plm_lane_init(plm_lane *lane, const plm_latency *latency, uint64_t seed, const char *purpose,
                   const char *account)
{
    plm_assert(latency->min_ns >= 0 && latency->min_ns <= PLM_LATENCY_NS_MAX);
    if (latency->kind == PLM_LATENCY_UNIFORM) {
        plm_assert(latency->max_ns >= latency->min_ns && latency->max_ns <= PLM_LATENCY_NS_MAX);
    }
    if (latency->kind == PLM_LATENCY_LIST) {
        plm_assert(latency->list_count > 0 && latency->list_count <= PLM_LATENCY_LIST_MAX);
    }
    *lane = (plm_lane){.latency = latency};
    plm_philox_init(&lane->rng, seed, purpose, plm_philox_name(account));
}

/* floor(word * count / 2^32): one of 0 .. count - 1. */
static int64_t pick(uint32_t word, int64_t count)
{
    return (int64_t)(((plm_u128)word * (plm_u128)count) >> 32);
}

static int64_t draw(plm_lane *lane)
{
    const plm_latency *const latency = lane->latency;
    switch (latency->kind) {
    case PLM_LATENCY_NONE:
        return 0;
    case PLM_LATENCY_CONSTANT:
        return latency->min_ns;
    case PLM_LATENCY_UNIFORM:
        return latency->min_ns +
               pick(plm_philox_u32(&lane->rng), latency->max_ns - latency->min_ns + 1);
    case PLM_LATENCY_LIST:
        return latency->list_ns[pick(plm_philox_u32(&lane->rng), latency->list_count)];
    }
    return 0;
}

plm_ts plm_lane_send(plm_lane *lane, plm_ts now)
{
    plm_ts arrival;
    bool const fits = plm_i64_add(now, draw(lane), &arrival);
    plm_assert(fits);
    lane->last = arrival > lane->last ? arrival : lane->last;
    return lane->last;
}
