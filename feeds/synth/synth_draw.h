/*
 * synth_draw.h - the distributions of the synthetic markets, in integers: one uniform word in, one
 * table look-up with linear interpolation out. Results are in units of 2^-16.
 *
 * The functions named _of look at the upper bits of a word and feel the lower 16 only in the last
 * digits of the interpolation. So one word can decide a size and, with its lower bits, a yes or no:
 * draws are what time goes into.
 */
#ifndef PLM_SYNTH_DRAW_H
#define PLM_SYNTH_DRAW_H

#include <stdbool.h>

#include "num.h"
#include "philox.h"
#include "synth_tables.h"

#define SYNTH_ONE 65536

#define SYNTH_BLOCKS 4

/* The words of a plm_philox in their order, made several blocks at a time: a processor works on
 * them side by side. */
typedef struct synth_rng {
    plm_philox stream;
    uint32_t word[4 * SYNTH_BLOCKS];
    uint32_t used;
} synth_rng;

void synth_rng_init(synth_rng *rng, uint64_t seed, const char *purpose, uint32_t instrument);
void synth_rng_refill(synth_rng *rng);

static inline uint32_t synth_word(synth_rng *rng)
{
    if (rng->used == 4 * SYNTH_BLOCKS) {
        synth_rng_refill(rng);
    }
    return rng->word[rng->used++];
}

/* True with the probability percent / 100. */
static inline bool synth_chance(synth_rng *rng, uint32_t percent)
{
    return (uint64_t)synth_word(rng) * 100 >> 32 < percent;
}

/* Uniform in [0, bound). The bias of at most bound / 2^32 is far below anything measured here. */
static inline uint32_t synth_below(synth_rng *rng, uint32_t bound)
{
    return (uint32_t)((uint64_t)synth_word(rng) * bound >> 32);
}

/* Standard normal, cut at 3.7. */
static inline int64_t synth_normal_of(uint32_t word)
{
    uint32_t const node = word >> 22 & 511;
    uint64_t const low = plm_synth_half_normal[node];
    uint64_t const high = plm_synth_half_normal[node + 1];
    int64_t const size = (int64_t)(low + ((high - low) * (word & 0x3fffff) >> 22));
    return word >> 31 != 0 ? size : -size;
}

static inline int64_t synth_normal(synth_rng *rng)
{
    return synth_normal_of(synth_word(rng));
}

/* Exponential with mean 1, cut near 9. */
static inline uint64_t synth_exponential_of(uint32_t word)
{
    uint32_t const node = word >> 22;
    uint64_t const low = plm_synth_exponential[node];
    uint64_t const high = plm_synth_exponential[node + 1];
    return low + ((high - low) * (word & 0x3fffff) >> 22);
}

static inline uint64_t synth_exponential(synth_rng *rng)
{
    return synth_exponential_of(synth_word(rng));
}

/* 2^x for -16 <= x < 32, both in units of 2^-16; below that range it is 0. */
static inline uint64_t synth_power(int64_t x)
{
    int64_t const whole = x >> 16;
    if (whole < -16) {
        return 0;
    }
    uint64_t const mantissa = plm_synth_power[x >> 8 & 255];
    /* One shift for both signs: nobody can predict which it is. */
    return mantissa << ((whole < 31 ? whole : 31) + 16) >> 16;
}

/* value * 2^-(elapsed / half_life) for a half life of 2^shift ns, 8 <= shift <= 31. Fine enough
 * that a nanosecond counts: decays are taken in many small steps. */
static inline uint64_t synth_decay(uint64_t value, int64_t elapsed, unsigned shift)
{
    uint64_t const whole = (uint64_t)elapsed >> shift;
    if (whole >= 40) {
        return 0;
    }
    uint64_t const rest = (uint64_t)elapsed & ((UINT64_C(1) << shift) - 1);
    unsigned const fine = shift - 8;
    uint64_t const node = 256 - (rest >> fine);
    uint64_t const weight = rest & ((UINT64_C(1) << fine) - 1);
    uint64_t const step = (uint64_t)plm_synth_power[node] - plm_synth_power[node - 1];
    uint64_t const factor =
        ((uint64_t)plm_synth_power[node] << 16) - ((step << 16) * weight >> fine);
    return (uint64_t)((plm_u128)value * factor >> 33) >> whole;
}

#endif
