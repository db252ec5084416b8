/*
 * synth_words.c - the words that synth_draw.h makes its draws from.
 */
#include "synth_draw.h"

void synth_rng_init(synth_rng *rng, uint64_t seed, const char *purpose, uint32_t instrument)
{
    *rng = (synth_rng){.used = 4 * SYNTH_BLOCKS};
    plm_philox_init(&rng->stream, seed, purpose, instrument);
}

void synth_rng_refill(synth_rng *rng)
{
    const plm_philox *const stream = &rng->stream;
    uint32_t const key[2] = {(uint32_t)stream->key, (uint32_t)(stream->key >> 32)};
    uint64_t const first = stream->counter;
    for (uint32_t i = 0; i < SYNTH_BLOCKS; i++) {
        uint64_t const number = first + i;
        uint32_t const counter[4] = {(uint32_t)number, (uint32_t)(number >> 32),
                                     (uint32_t)stream->stream, (uint32_t)(stream->stream >> 32)};
        plm_philox_block(counter, key, &rng->word[4 * i]);
    }
    rng->stream.counter = first + SYNTH_BLOCKS;
    rng->used = 0;
}
