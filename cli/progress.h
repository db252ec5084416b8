/*
 * progress.h - how far a long command is: a bar on a terminal, a line every ten percent otherwise
 * (not in the first second), nothing under -q. The only place that looks at the wall clock.
 */
#ifndef PLM_PROGRESS_H
#define PLM_PROGRESS_H

#include "command.h"

typedef enum plm_progress_mode {
    PLM_PROGRESS_NONE = 0,
    PLM_PROGRESS_LINES,
    PLM_PROGRESS_BAR
} plm_progress_mode;

typedef struct plm_progress {
    plm_progress_mode mode;
    bool drawn;       /* a bar is on the screen */
    const char *what; /* a word: "synth", "slice" */
    int64_t started_ns, shown_ns;
    uint64_t tenths; /* said so far */
} plm_progress;

void plm_progress_start(const plm_session *session, plm_progress *out);

/* done of total (0 = unknown) in whatever unit; events so far and the time reached on the tape.
 * Cheap enough for every batch. */
void plm_progress_update(plm_progress *progress, uint64_t done, uint64_t total, uint64_t events,
                         plm_ts ts);

/* Since the start, whatever is shown. */
int64_t plm_progress_elapsed_ns(const plm_progress *progress);

/* Takes the bar off the screen. */
void plm_progress_clear(plm_progress *progress);

#endif
