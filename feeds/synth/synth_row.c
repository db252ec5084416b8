/*
 * synth_row.c - the clock of one instrument: arrivals that excite arrivals on two time scales
 * (Hawkes-like: ticks, chains and shocks reset them), bursts of bots on the 100 ms grid, reactions
 * to common shocks, chains within microseconds.
 */
#include "synth_row.h"

#include "synth_draw.h"

#define FAST_SHIFT 21 /* half life 2^21 ns: 2.1 ms */
#define SLOW_SHIFT 28 /* half life 2^28 ns: 0.27 s */
/* What one order adds to the rate of arrivals, 2^-16 of 1e-3 per second: a share n of offspring is
 * n * ln 2 / half life, here 0.30 and 0.30. */
#define FAST_STEP (UINT64_C(99000) << 16)
#define SLOW_STEP (UINT64_C(775) << 16)
#define BASE_PERCENT 50 /* the rest of the arrivals are offspring */
#define BURST_PERCENT 6 /* ticks on which the bots act */
#define BUSY_MHZ 60000
#define RATE_MIN_MHZ 128 /* an order in eight seconds */
#define CHAIN_GAP_NS 2600
#define REACTION_NS 30000
/* Orders of 256 that call for another one within microseconds, after what they follow. */
#define CHAIN_OF_TRADE 133
#define CHAIN_OF_ORDER 67
#define CHAIN_OF_CHAIN 56
#define EXPONENTIAL_TO_NS UINT64_C(15258789) /* 1e12 / 2^16 */

/* Lets the excitement decay that is left of earlier orders, and adds to it. */
static void excite(synth_row *row, uint64_t fast, uint64_t slow)
{
    if (row->now == row->draft_at) {
        row->heat_fast = row->draft_fast + fast;
        row->heat_slow = row->draft_slow + slow;
    } else {
        int64_t const elapsed = row->now - row->heat_at;
        row->heat_fast = synth_decay(row->heat_fast, elapsed, FAST_SHIFT) + fast;
        row->heat_slow = synth_decay(row->heat_slow, elapsed, SLOW_SHIFT) + slow;
    }
    row->heat_at = row->now;
    row->draft_at = SYNTH_NEVER;
}

/* The next arrival, by thinning: candidates come at the rate of the last instant, which only falls
 * until the next order, and are kept with the share of it that is left. One beyond the next tick
 * need not be exact, because that tick draws anew. */
static plm_ts draw_arrival(synth_row *row)
{
    if (row->heat_at != row->now) {
        excite(row, 0, 0);
    }
    uint64_t const base = row->base_rate;
    uint64_t fast = row->heat_fast;
    uint64_t slow = row->heat_slow;
    plm_ts at = row->now;
    for (;;) {
        /* Any bound above the rate will do; one of eight digits has its reciprocal in a table. */
        uint64_t const rate = base + ((fast + slow) >> 16);
        unsigned const shift = 56 - (unsigned)__builtin_clzll(rate);
        uint64_t const digits = (rate >> shift) + 1;
        uint64_t const bound = digits << shift;
        uint32_t const word = synth_word(&row->arrivals);
        uint64_t const scaled = synth_exponential_of(word) * EXPONENTIAL_TO_NS;
        uint64_t const inverse = plm_synth_reciprocal[digits - 128];
        int64_t const gap = 1 + (int64_t)(scaled * inverse >> (24 + shift));
        at += gap;
        if (at >= row->next_tick) {
            return at;
        }
        fast = synth_decay(fast, gap, FAST_SHIFT);
        slow = synth_decay(slow, gap, SLOW_SHIFT);
        if ((word & 0xffff) * bound >> 16 <= base + ((fast + slow) >> 16)) {
            row->draft_at = at;
            row->draft_fast = fast;
            row->draft_slow = slow;
            return at;
        }
    }
}

/* A gap of nanoseconds to tens of microseconds, log-normal. */
static plm_ts chain_gap(const synth_row *row, uint32_t word)
{
    int64_t const spread = synth_normal_of(word) * 3 / 2;
    return row->now + 1 + (plm_ts)(CHAIN_GAP_NS * synth_power(spread) >> 16);
}

static void pull_order(synth_row *row, plm_ts latest)
{
    if (row->next_order > latest) {
        row->next_order = latest;
    }
}

/* Bursts and reactions are for busy rows: a quiet one takes part now and then. */
static bool takes_part(synth_row *row)
{
    uint64_t const rate = (uint64_t)row->manner.rate_mhz * (SYNTH_ONE + row->stress) >> 16;
    uint64_t const percent = rate * 100 / BUSY_MHZ;
    return synth_chance(&row->arrivals, percent < 100 ? (uint32_t)percent : 100);
}

/* Arrivals that nothing excites, as the regimes of this tick have them. */
static uint64_t base_rate(const synth_row *row)
{
    uint64_t const calm = (uint64_t)row->manner.rate_mhz * BASE_PERCENT / 100;
    uint64_t const active = calm * row->market.activity_factor >> 16;
    uint64_t const stressed = active * (SYNTH_ONE + row->stress) >> 16;
    return stressed < RATE_MIN_MHZ ? RATE_MIN_MHZ : stressed;
}

static void on_tick(synth_row *row)
{
    row->next_tick += SYNTH_TICK_NS;
    synth_market_tick(&row->market);
    row->next_shock = SYNTH_NEVER;
    if (row->market.has_shock) {
        row->next_shock = row->now + row->market.shock_offset_ns;
    }
    synth_price_tick(row);
    row->base_rate = base_rate(row);
    if (row->halted || row->manner.is_asset) {
        row->next_order = SYNTH_NEVER;
        return;
    }
    if (row->chain > 0) {
        return;
    }
    /* Arrivals have no memory: drawing anew is how changed regimes come to bear. */
    row->next_order = draw_arrival(row);
    if (synth_chance(&row->arrivals, BURST_PERCENT) && takes_part(row)) {
        row->chain += 2 + synth_below(&row->arrivals, 7);
        uint32_t const word = synth_word(&row->arrivals);
        pull_order(row, chain_gap(row, word));
    }
}

static void on_shock(synth_row *row)
{
    row->next_shock = SYNTH_NEVER;
    if (row->halted || row->manner.is_asset) {
        return;
    }
    synth_price_shock(row);
    if (!takes_part(row)) {
        return;
    }
    uint64_t const size =
        (uint64_t)(row->market.shock < 0 ? -row->market.shock : row->market.shock);
    excite(row, size * (FAST_STEP >> 8) >> 7, size * (SLOW_STEP >> 8) >> 5);
    uint64_t const delay = synth_exponential(&row->arrivals) * REACTION_NS >> 16;
    plm_ts const reaction = row->now + 1 + (plm_ts)delay;
    pull_order(row, reaction);
}

static void on_order(synth_row *row)
{
    bool const reaction = row->chain > 0;
    uint32_t const before = row->count;
    if (reaction) {
        row->chain--;
    } else {
        synth_price_own_move(row);
        excite(row, FAST_STEP, SLOW_STEP);
    }
    synth_flow_order(row);
    bool const traded = row->count > before && row->queue[before].kind == PLM_EV_TRADE;
    uint32_t const word = synth_word(&row->arrivals);
    if ((word & 255) < (traded ? CHAIN_OF_TRADE : reaction ? CHAIN_OF_CHAIN : CHAIN_OF_ORDER)) {
        row->chain++;
    }
    row->next_order = row->chain > 0 ? chain_gap(row, word) : draw_arrival(row);
}

void synth_row_advance(synth_row *row, plm_ts end)
{
    row->head = 0;
    row->count = 0;
    while (row->count == 0 && row->now < end) {
        plm_ts next = row->next_tick;
        next = row->next_shock < next ? row->next_shock : next;
        next = row->next_order < next ? row->next_order : next;
        row->now = next;
        if (next == row->next_tick) {
            on_tick(row);
        } else if (next == row->next_shock) {
            on_shock(row);
        } else {
            on_order(row);
        }
    }
}

void synth_row_start(synth_row *row, uint64_t seed, plm_ts start)
{
    synth_rng_init(&row->arrivals, seed, "arrivals", row->sym);
    synth_rng_init(&row->flow, seed, "flow", row->sym);
    synth_rng_init(&row->own, seed, "own", row->sym);
    synth_rng_init(&row->index_rng, seed, "index", row->sym);
    synth_rng sizes;
    synth_rng_init(&sizes, seed, "sizes", row->sym);
    synth_sizes_start(&row->sizes, &sizes);
    row->now = start;
    row->heat_at = start;
    row->draft_at = SYNTH_NEVER;
    row->next_tick = (start + SYNTH_TICK_NS - 1) / SYNTH_TICK_NS * SYNTH_TICK_NS;
    row->next_shock = SYNTH_NEVER;
    row->next_order = SYNTH_NEVER;
    synth_price_start(row);
}
