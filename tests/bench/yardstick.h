/*
 * yardstick.h - the market that all benchmarks run on, and what they measure against, computed in
 * the same process:
 *
 *   R   ZSTD_decompress of the same events as 32-byte structs, zstd level 3, frames of 16,384
 * events Z   ZSTD_decompress of all chunks of the tape packed with zstd on every chunk
 *
 * A round runs every subject once, one after the other; a ratio is the median over the rounds of
 * the ratio within a round, with the lowest and the highest beside it. Absolute times mean little
 * on shared machines and are given only as a help.
 */
#ifndef PLM_YARDSTICK_H
#define PLM_YARDSTICK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <zstd.h>

#include "plimsoll.h"
#include "status.h"
#include "tape_read.h"
#include "tape_write.h"

#define FRAME_EVENTS 16384u
#define ROUNDS_MAX 101

typedef struct frame {
    uint8_t *bytes;
    size_t size, events;
} frame;

typedef struct yardstick {
    size_t events, rounds, frames;
    plm_event *event; /* the market `walk`, four instruments, seed 7 */
    plm_instrument *rows;
    uint32_t row_count;
    frame *frame;
    size_t raw_size;
    char folder[512]; /* for tapes; removed at the end */
    uint8_t *room;    /* of a frame, packed or not */
    ZSTD_CCtx *pack;
    ZSTD_DCtx *inflate;
} yardstick;

double yard_now(void); /* ns */
void yard_must(plm_status status, const plm_diag *diag);

/* Makes the market and its frames, and pins the process to one core. */
void yard_init(yardstick *b, size_t events, size_t rounds, const char *folder);
bool yard_remove(const yardstick *b);

void yard_pack(const yardstick *b, const char *name, plm_profile profile, bool forced);
plm_tape *yard_open(const yardstick *b, const char *name);

void yard_inflate_raw(const yardstick *b); /* R */
/* Z: reading the file does not count; returns the nanoseconds that the work alone took. */
double yard_inflate_chunks(const yardstick *b, plm_tape *tape);

/* Sorts `values`; goal 0: none. */
json_t *yard_spread(double *values, size_t count, double goal);
/* Round by round. */
json_t *yard_ratio(const yardstick *b, const double *a, const double *by, double goal);

#endif
