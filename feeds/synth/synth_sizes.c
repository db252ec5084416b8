/*
 * synth_sizes.c - the table of order sizes. Shares and distances follow public captures of BTCUSDT
 * (docs/synth.md), where the smallest size makes an eighth of all orders and a fifth of all trades.
 */
#include "synth_book.h"

#define SMALLEST_SHIFT 7 /* the smallest size is a 128th of the typical one */
#define SMALL_MODES 16   /* the first modes are small ones */
#define TAKEN_SHIFT 4    /* takers' log-normal sizes, against the typical one */

static plm_qty at_least_one(uint64_t lots)
{
    return lots < 1 ? 1 : (plm_qty)lots;
}

/* The value with its first `digits` digits, the others zero. */
static uint64_t rounded(uint64_t value, unsigned digits)
{
    uint64_t limit = 10;
    while (--digits > 0) {
        limit *= 10;
    }
    uint64_t unit = 1;
    while (value / unit >= limit) {
        unit *= 10;
    }
    return (value + unit / 2) / unit * unit;
}

static uint64_t log_normal(uint64_t median, int64_t exponent)
{
    return (median * synth_power(exponent) + SYNTH_ONE / 2) >> 16;
}

void synth_sizes_start(synth_sizes *sizes, synth_rng *rng)
{
    for (uint32_t i = 0; i < SYNTH_HOUSE_SIZES; i++) {
        sizes->house[i] = synth_normal(rng) * 3 / 2 - 2 * SYNTH_ONE;
    }
}

void synth_sizes_fit(synth_sizes *sizes, uint32_t typical)
{
    /* Halves of the smallest size, tenths of the power of ten below the typical one, numbers. */
    static const uint8_t SMALL[SMALL_MODES] = {2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 6};
    static const uint8_t ROUND[] = {1,  2,  5,  10, 10, 15, 20, 25, 30,
                                    30, 30, 30, 45, 50, 50, 50, 70, 100};
    static const uint8_t HOUSE[] = {0, 0, 0, 1, 1, 2, 3, 4, 5};
    uint64_t const least = ((uint64_t)typical + (1 << SMALLEST_SHIFT) / 2) >> SMALLEST_SHIFT;
    uint64_t const smallest = least < 1 ? 1 : rounded(least, 1);
    uint64_t unit = 1;
    while (unit * 10 <= typical) {
        unit *= 10;
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < sizeof SMALL; i++) {
        sizes->mode[count++] = (plm_qty)(smallest * SMALL[i] / 2);
    }
    for (uint32_t i = 0; i < sizeof ROUND; i++) {
        sizes->mode[count++] = at_least_one(unit * ROUND[i] / 10);
    }
    for (uint32_t i = 0; i < sizeof HOUSE; i++) {
        uint64_t const size = log_normal(typical, sizes->house[HOUSE[i]]);
        sizes->mode[count++] = at_least_one(rounded(size, 3));
    }
    while (count < SYNTH_MODES) {
        sizes->mode[count++] = 0;
    }
    sizes->typical = typical;
}

plm_qty synth_sizes_resting(const synth_sizes *sizes, uint32_t word)
{
    plm_qty const mode = sizes->mode[word % SYNTH_MODES];
    if (mode > 0) {
        return mode;
    }
    return at_least_one(log_normal(sizes->typical, synth_normal_of(word) * 2 - SYNTH_ONE));
}

plm_qty synth_sizes_taken(const synth_sizes *sizes, uint32_t word)
{
    uint32_t const dice = word >> 6 & 15;
    if (dice < 5) {
        return sizes->mode[word % SMALL_MODES];
    }
    if (dice < 8) {
        return synth_sizes_resting(sizes, word);
    }
    uint64_t const median = (uint64_t)sizes->typical;
    return at_least_one(log_normal(median, synth_normal_of(word) * 2 - TAKEN_SHIFT * SYNTH_ONE));
}
