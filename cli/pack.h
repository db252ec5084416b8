/*
 * pack.h - a stream of events onto a tape, with progress, Ctrl-C and provenance: what synth,
 * import, slice and merge have in common.
 */
#ifndef PLM_PACK_H
#define PLM_PACK_H

#include "jsonout.h"
#include "progress.h"
#include "stream.h"
#include "tape_read.h"

/* The options that every packing command has. */
extern const char *const plm_pack_profiles[];
#define PLM_PACK_OPTIONS                                                                           \
    {.name = "output",                                                                             \
     .letter = 'o',                                                                                \
     .required = true,                                                                             \
     .type = PLM_OPTION_TEXT,                                                                      \
     .value = "FILE",                                                                              \
     .help = "the tape to write"},                                                                 \
        {.name = "profile",                                                                        \
         .type = PLM_OPTION_WORD,                                                                  \
         .value = "NAME",                                                                          \
         .help = "fast (quickest to read), default, or archive (smallest)",                        \
         .words = plm_pack_profiles},                                                              \
    {                                                                                              \
        .name = "force", .type = PLM_OPTION_FLAG, .value = "", .help = "replace an existing file"  \
    }

/* How far the work is, for progress: by events of a known total, by time in [from, until), or asked
 * of the source. All zero: unknown. */
typedef struct plm_pack_measure {
    uint64_t events;
    plm_ts from, until;
    void (*ask)(const void *context, uint64_t *out_done, uint64_t *out_total);
    const void *context;
} plm_pack_measure;

typedef struct plm_pack {
    const plm_session *session;
    const char *path;
    plm_tape_writer *writer;
    uint32_t rows; /* of the instrument table, written so far */
    plm_tape_options options;
} plm_pack;

/* Refuses what is no place for a tape: "-", a directory, an existing file without --force. Call it
 * before the sources are opened. */
PLM_NODISCARD plm_status plm_pack_check_output(const plm_session *session, plm_diag *diag);

/* Opens the writer. */
PLM_NODISCARD plm_status plm_pack_open(const plm_session *session, bool has_recv, bool synthetic,
                                       plm_diag *diag, plm_pack *out);

/* Notes the sources and reports of the tapes that another one is made of, and the tapes
 * themselves. `how` says what was done, e.g. "merge". */
PLM_NODISCARD plm_status plm_pack_inherit(plm_pack *pack, const char *how, plm_tape *const *tapes,
                                          uint32_t count, plm_diag *diag);

/* Writes all events and the whole instrument table of the stream. */
PLM_NODISCARD plm_status plm_pack_run(plm_pack *pack, plm_stream *stream,
                                      const plm_pack_measure *measure, plm_diag *diag);

/* Ends the tape if `status` is PLM_OK, else removes what there is and says so; returns the status
 * that counts. */
PLM_NODISCARD plm_status plm_pack_close(plm_pack *pack, plm_status status, plm_diag *diag,
                                        plm_tape_summary *out);

/* Prints what was packed: as text, or into `json` (made by plm_json_open), which it prints and
 * frees. */
void plm_pack_show(plm_session *session, const plm_pack *pack, const plm_tape_summary *summary,
                   json_t *json);

#endif
