/*
 * tape_write.h - packs events into a tape. Memory is bounded by the block, not by the tape. The
 * file is written under a temporary name beside its place and renamed when it is whole and on disk;
 * until then nothing has that name.
 */
#ifndef PLM_TAPE_WRITE_H
#define PLM_TAPE_WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "digest.h"
#include "plimsoll.h"
#include "status.h"

#define PLM_TAPE_VERSION 1u        /* of the format */
#define PLM_TAPE_DIGEST_VERSION 1u /* of the form that digests are made of */
#define PLM_REPORT_TEXT_MAX (1u << 20)

typedef enum plm_profile {
    PLM_PROFILE_NONE = 0,
    PLM_PROFILE_FAST = 1,    /* zstd on a chunk only where it saves much of it */
    PLM_PROFILE_DEFAULT = 2, /* where it saves a few per cent */
    PLM_PROFILE_ARCHIVE = 3  /* everything tried for every block, zstd level 19 */
} plm_profile;

const char *plm_profile_name(plm_profile profile);

typedef struct plm_tape_options {
    plm_profile profile;
    bool has_recv;         /* the tape carries the second clock */
    bool overwrite;        /* replace an existing file */
    bool synthetic;        /* the market is made up; every report says so */
    bool zstd_always;      /* benchmark only: zstd on every chunk (the yardstick Z of
                              docs/performance.md) */
    uint32_t block_events; /* 0 = PLM_BLOCK_EVENTS_MAX; tests use small ones */
} plm_tape_options;

typedef struct plm_tape_writer plm_tape_writer;

PLM_NODISCARD plm_status plm_tape_create(const char *path, const plm_tape_options *options,
                                         plm_diag *diag, plm_tape_writer **out);

/* Appends a row of the instrument table; rows may be added at any time before the first event that
 * speaks of them. */
PLM_NODISCARD plm_status plm_tape_add_instrument(plm_tape_writer *writer, const plm_instrument *row,
                                                 plm_diag *diag);

/* Notes where events came from: a file name, "synth walk seed=7 ...". Shown by `tape info`. */
PLM_NODISCARD plm_status plm_tape_add_source(plm_tape_writer *writer, const char *text,
                                             plm_diag *diag);

/* The import report, a JSON text, stored as it is. */
PLM_NODISCARD plm_status plm_tape_set_report(plm_tape_writer *writer, const char *json,
                                             plm_diag *diag);

/*
 * Appends events; ts must not go back, rows must exist, events must be well formed (kinds.h): else
 * PLM_ERR_INPUT with the event's number. recv is NULL exactly when the tape has no second clock.
 */
PLM_NODISCARD plm_status plm_tape_append(plm_tape_writer *writer, const plm_event *events,
                                         const plm_ts *recv, size_t count, plm_diag *diag);

typedef struct plm_tape_summary {
    uint64_t events, blocks, bytes;
    plm_ts first_ts, last_ts; /* 0 when empty */
    uint8_t digest[PLM_DIGEST_SIZE];
} plm_tape_summary;

/* Writes index and trailer, syncs, renames; the writer is gone afterwards, also on failure. out may
 * be NULL. */
PLM_NODISCARD plm_status plm_tape_finish(plm_tape_writer *writer, plm_diag *diag,
                                         plm_tape_summary *out);

/* Removes the temporary file; NULL allowed. */
void plm_tape_abort(plm_tape_writer *writer);

#endif
