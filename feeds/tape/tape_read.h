/*
 * tape_read.h - opens a tape, tells what is in it, and reads it as a stream of events or as blocks
 * of columns.
 */
#ifndef PLM_TAPE_READ_H
#define PLM_TAPE_READ_H

#include "digest.h"
#include "plm_blocks.h"
#include "stream.h"
#include "tape_write.h"

typedef struct plm_tape plm_tape;

/* Reads and checks footer, trailer and page directory; blocks and index pages are read when asked
 * for. */
PLM_NODISCARD plm_status plm_tape_open(const char *path, plm_diag *diag, plm_tape **out);
void plm_tape_close(plm_tape *tape);

typedef struct plm_tape_info {
    const char *path;
    uint32_t version;
    uint64_t bytes, events, blocks;
    plm_ts first_ts, last_ts; /* 0 when empty */
    plm_profile profile;
    bool has_recv, synthetic;
    uint8_t digest[PLM_DIGEST_SIZE]; /* as stored; plm_tape_verify recomputes it */
    uint32_t row_count;
    const plm_instrument *rows;
    uint32_t source_count;
    const char *const *sources;
    const char *report; /* JSON text, "" when there is none */
    uint64_t kinds;     /* PLM_EV_BIT of every kind on the tape */
} plm_tape_info;

/* Borrowed until the tape is closed. */
const plm_tape_info *plm_tape_get_info(const plm_tape *tape);

/* The tape as blocks (engine/include/plm_blocks.h); borrowed until the tape is closed. */
plm_blocks *plm_tape_get_blocks(plm_tape *tape);

/*
 * A stream over the events with from <= ts < until (0, 0 = all of them). Takes nothing: the tape
 * must outlive the stream. One stream or one user of the blocks at a time per tape.
 */
PLM_NODISCARD plm_status plm_tape_stream(plm_tape *tape, plm_ts from, plm_ts until, plm_diag *diag,
                                         plm_stream **out);

/*
 * Reads everything, checks every checksum, every count, order and zone against the events and
 * recomputes the digest. The first difference is refused with its offset.
 */
PLM_NODISCARD plm_status plm_tape_verify(plm_tape *tape, plm_diag *diag);

#endif
