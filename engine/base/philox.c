/*
 * philox.c - Philox 4x32-10 after Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as
 * 1, 2, 3" (SC 2011); the constants are theirs.
 */
#include "philox.h"

#include "check.h"

#define ROUNDS 10
#define MULTIPLIER_0 UINT64_C(0xD2511F53)
#define MULTIPLIER_1 UINT64_C(0xCD9E8D57)
#define WEYL_0 UINT32_C(0x9E3779B9)
#define WEYL_1 UINT32_C(0xBB67AE85)

void plm_philox_block(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint64_t const p0 = MULTIPLIER_0 * c0;
        uint64_t const p1 = MULTIPLIER_1 * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 += WEYL_0;
        k1 += WEYL_1;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

uint32_t plm_philox_name(const char *name)
{
    uint32_t hash = UINT32_C(2166136261);
    for (; *name != '\0'; name++) {
        hash = (hash ^ (unsigned char)*name) * UINT32_C(16777619);
    }
    return hash;
}

void plm_philox_init(plm_philox *rng, uint64_t seed, const char *purpose, uint32_t instrument)
{
    *rng = (plm_philox){
        .key = seed,
        .stream = ((uint64_t)instrument << 32) | plm_philox_name(purpose),
        .counter = 0,
        .used = 4,
    };
}

uint32_t plm_philox_u32(plm_philox *rng)
{
    if (rng->used == 4) {
        uint32_t const counter[4] = {(uint32_t)rng->counter, (uint32_t)(rng->counter >> 32),
                                     (uint32_t)rng->stream, (uint32_t)(rng->stream >> 32)};
        uint32_t const key[2] = {(uint32_t)rng->key, (uint32_t)(rng->key >> 32)};
        plm_philox_block(counter, key, rng->block);
        rng->counter++;
        rng->used = 0;
    }
    return rng->block[rng->used++];
}

uint64_t plm_philox_u64(plm_philox *rng)
{
    uint64_t const low = plm_philox_u32(rng);
    uint64_t const high = plm_philox_u32(rng);
    return (high << 32) | low;
}

/* Lemire, "Fast random integer generation in an interval" (2019): multiply, and draw again where
 * the low half lies in the part that would be counted once too often. */
uint32_t plm_philox_below(plm_philox *rng, uint32_t bound)
{
    plm_assert(bound > 0);
    uint64_t product = (uint64_t)plm_philox_u32(rng) * bound;
    if ((uint32_t)product < bound) {
        uint32_t const surplus = -bound % bound; /* 2^32 modulo bound */
        while ((uint32_t)product < surplus) {
            product = (uint64_t)plm_philox_u32(rng) * bound;
        }
    }
    return (uint32_t)(product >> 32);
}
