/*
 * window.h - the tape as whole instants: decodes blocks, keeps an instant together that a block
 * boundary cuts, expands bars into points for the venue (docs/replay.md, 1).
 */
#ifndef PLM_WINDOW_H
#define PLM_WINDOW_H

#include "contract.h"
#include "plm_blocks.h"

#define PLM_INSTANT_EVENTS_MAX 49152u /* events of one instant */

/* Set on the points of expanded bars: a size of 0 is then unknown and bounds nothing. */
#define PLM_FLAG_POINT UINT16_C(0x8000)

typedef struct plm_span {
    const plm_event *events; /* whole instants */
    const plm_ts *recv; /* the second clock, NULL when the tape has none or bars are expanded */
    uint32_t count;
} plm_span;

typedef struct plm_window plm_window;

/*
 * Events with from <= ts < until (0 = no bound). Several windows may stand on the same blocks: each
 * call reads a block whole and keeps nothing of the reader's. The events are checked against what
 * the engine relies on beyond what the reader of blocks sees to (screen.h); a tape that lies is
 * refused. A bar belongs to its end: the points of one that ends before `until` all come, none is
 * stamped before `from`.
 */
plm_window *plm_window_create(plm_blocks *blocks, const plm_contracts *contracts, plm_ts from,
                              plm_ts until, bool expand_bars);
void plm_window_destroy(plm_window *window);

/* The next instants, at least one; PLM_END after the last. Borrowed until the next call. */
PLM_NODISCARD plm_status plm_window_next(plm_window *window, plm_diag *diag, plm_span *out);

#endif
