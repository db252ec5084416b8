/*
 * synth_market.c - the common regimes and shocks, one step per 100 ms.
 *
 * Shocks excite further shocks on two time scales (Hawkes-like, on the grid of ticks): that is
 * what makes bursts of joint activity cluster.
 */
#include "synth_market.h"

#include "synth_draw.h"

#define ACTIVITY_TICKS 600 /* the activity regime forgets in a minute */
#define ACTIVITY_STEP 2300 /* gives it a standard deviation of 0.6 doublings */
#define UNREST_TICKS 6000  /* the volatility regime in ten */
#define UNREST_ROOT 55     /* sqrt(UNREST_TICKS / 2) */
#define SHOCK_BASE 8000    /* chance of a shock per tick, 2^-16 */
#define SHOCK_FAST 6000    /* what a shock adds to the chance of the next one */
#define SHOCK_SLOW 150
#define SHOCK_SIZE 38000 /* standard deviation: 3 shocks make a usual second */
#define SHOCK_CHANCE_MAX 58000

void synth_market_init(synth_market *market, uint64_t seed, const synth_style *style)
{
    *market = (synth_market){.style = style};
    synth_rng_init(&market->rng, seed, "market", 0);
}

static void step_regimes(synth_market *market)
{
    int64_t const first = synth_normal(&market->rng);
    market->activity += first * ACTIVITY_STEP / SYNTH_ONE - market->activity / ACTIVITY_TICKS;
    int64_t const second = synth_normal(&market->rng);
    int64_t const step = market->style->swing / UNREST_ROOT;
    market->unrest += second * step / SYNTH_ONE - market->unrest / UNREST_TICKS;
    /* Unrest brings activity with it, half as much. */
    market->activity_factor = synth_power(market->activity + market->unrest / 2);
    market->vol_factor = synth_power(market->unrest) * market->style->vol / 100;
}

static int64_t random_jump(synth_market *market)
{
    uint64_t const chance = market->style->jumps * ((UINT64_C(1) << 32) / SYNTH_TICKS_PER_DAY);
    if (synth_word(&market->rng) >= chance) {
        return 0;
    }
    uint64_t const size = synth_exponential(&market->rng);
    int64_t const jump = (int64_t)(market->style->jump * (size + SYNTH_ONE) >> 17);
    return synth_chance(&market->rng, 50) ? jump : -jump;
}

void synth_market_tick(synth_market *market)
{
    step_regimes(market);
    market->heat_fast -= market->heat_fast / 4;
    market->heat_slow -= market->heat_slow / 128;
    uint64_t chance =
        (SHOCK_BASE * market->activity_factor >> 16) + market->heat_fast + market->heat_slow;
    if (chance > SHOCK_CHANCE_MAX) {
        chance = SHOCK_CHANCE_MAX;
    }
    uint32_t const word = synth_word(&market->rng);
    market->has_shock = (word >> 16) < chance;
    market->jump = random_jump(market);
    if (!market->has_shock) {
        return;
    }
    market->heat_fast += SHOCK_FAST;
    market->heat_slow += SHOCK_SLOW;
    market->shock_offset_ns = (int64_t)synth_below(&market->rng, (uint32_t)SYNTH_TICK_NS);
    int64_t const size = synth_normal(&market->rng) * SHOCK_SIZE / SYNTH_ONE;
    market->shock = size * (int64_t)market->vol_factor / SYNTH_ONE;
}
