/*
 * philox.h - Philox 4x32-10, the only source of randomness: counter-based, so any draw can be
 * recomputed alone.
 *
 * A stream is keyed by (seed, purpose, instrument); a draw is a function of the stream and its
 * counter. A new instrument or an extra draw elsewhere moves nobody's numbers. One draw per
 * statement: C does not order arguments.
 *
 * The key is the seed. The counter's four words are, lowest first: block number (two words),
 * FNV-1a (32 bits) of the purpose, instrument. So streams of one seed share no block as long as
 * the names of purposes hash apart.
 */
#ifndef PLM_PHILOX_H
#define PLM_PHILOX_H

#include <stdint.h>

typedef struct plm_philox {
    uint64_t key;     /* the seed */
    uint64_t stream;  /* upper half of the counter: purpose and instrument */
    uint64_t counter; /* lower half of the counter: block number */
    uint32_t block[4];
    uint32_t used; /* words of `block` handed out, 4 = none left */
} plm_philox;

/* The bare function, for known answers. */
void plm_philox_block(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/* FNV-1a of 32 bits: what a name counts as. */
uint32_t plm_philox_name(const char *name);

/* `purpose` is a short constant name such as "arrivals"; it is mixed in by value, not by address.
 */
void plm_philox_init(plm_philox *rng, uint64_t seed, const char *purpose, uint32_t instrument);

uint32_t plm_philox_u32(plm_philox *rng);
uint64_t plm_philox_u64(plm_philox *rng); /* two draws of 32 bits, the lower half first */

/* Uniform in [0, bound), bound > 0, without bias. */
uint32_t plm_philox_below(plm_philox *rng, uint32_t bound);

#endif
