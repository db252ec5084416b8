/*
 * window.c - one buffer: the begun instant that the last block left, and the next block behind it.
 */
#include "window.h"

#include <inttypes.h>
#include <string.h>

#include "bars.h"
#include "check.h"
#include "memory.h"
#include "screen.h"

#define BUFFER_EVENTS (PLM_INSTANT_EVENTS_MAX + PLM_BLOCK_EVENTS_MAX)

/* What the index says of the block that comes next. */
typedef struct ahead {
    uint64_t block;
    uint64_t kinds;
    plm_ts first_ts;
    bool none; /* there is no further one, or it begins at or after `until` */
} ahead;

struct plm_window {
    plm_blocks *blocks;
    const plm_contracts *contracts;
    plm_ts from, until;
    bool begun;
    bool bars; /* expand them */
    ahead next;
    uint64_t kinds, last_kinds; /* of the blocks of the events at hand, of the last of them */
    uint32_t kept_at, kept;     /* events that the last span did not give out */
    plm_event *events;
    plm_ts *recv;
    plm_event *points; /* spans with their bars expanded */
    plm_ts seen;       /* time of the last event given out */
};

plm_window *plm_window_create(plm_blocks *blocks, const plm_contracts *contracts, plm_ts from,
                              plm_ts until, bool expand_bars)
{
    plm_assert(contracts->count == blocks->row_count);
    plm_window *const window = plm_alloc(1, sizeof *window);
    *window = (plm_window){
        .blocks = blocks,
        .contracts = contracts,
        .from = from,
        .until = until != 0 ? until : PLM_TS_MAX,
        .bars = expand_bars,
        .events = plm_alloc_aligned(BUFFER_EVENTS, sizeof *window->events, 64),
        .recv =
            blocks->has_recv ? plm_alloc_aligned(BUFFER_EVENTS, sizeof *window->recv, 64) : NULL,
        .points = expand_bars ? plm_alloc_aligned(BUFFER_EVENTS, sizeof *window->points, 64) : NULL,
        .seen = (from > PLM_TS_MIN ? from : PLM_TS_MIN) - 1,
    };
    return window;
}

void plm_window_destroy(plm_window *window)
{
    if (window == NULL) {
        return;
    }
    plm_free(window->events);
    plm_free(window->recv);
    plm_free(window->points);
    plm_free(window);
}

/* -- reading --------------------------------------------------------------------------------- */

/* Pages are borrowed and others read the same blocks: what is needed of the index is copied. */
static plm_status look_ahead(plm_window *window, uint64_t block, plm_diag *diag)
{
    ahead next = {.block = block, .none = block >= window->blocks->block_count};
    if (!next.none) {
        const plm_block_page *page = NULL;
        PLM_TRY(window->blocks->page(window->blocks, block, diag, &page));
        const plm_block_info *const info = &page->blocks[block - page->first_block];
        next.kinds = info->kinds;
        next.first_ts = info->first_ts;
        next.none = info->first_ts >= window->until;
    }
    window->next = next;
    return PLM_OK;
}

static plm_status begin(plm_window *window, plm_diag *diag)
{
    if (!window->begun) {
        uint64_t first = 0;
        PLM_TRY(window->blocks->seek(window->blocks, window->from, diag, &first));
        PLM_TRY(look_ahead(window, first, diag));
        window->begun = true;
    }
    return PLM_OK;
}

/* Brings the kept events to the front, to have the next block decoded behind them. */
static void settle_kept(plm_window *window)
{
    if (window->kept > 0 && window->kept_at > 0) {
        memmove(window->events, &window->events[window->kept_at],
                window->kept * sizeof *window->events);
        if (window->recv != NULL) {
            memmove(window->recv, &window->recv[window->kept_at],
                    window->kept * sizeof *window->recv);
        }
    }
    window->kept_at = 0;
}

/* Where the events from `ts` on begin. */
static uint32_t find_ts(const plm_event *events, uint32_t count, plm_ts ts)
{
    uint32_t low = 0;
    uint32_t high = count;
    while (low < high) {
        uint32_t const middle = low + (high - low) / 2;
        if (events[middle].ts < ts) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Decodes the next block behind the kept events, which are at the front. */
static plm_status read_block(plm_window *window, plm_diag *diag)
{
    uint64_t const block = window->next.block;
    uint64_t const kinds = window->next.kinds;
    plm_event *const to = &window->events[window->kept];
    plm_ts *const to_recv = window->recv != NULL ? &window->recv[window->kept] : NULL;
    uint32_t count = 0;
    PLM_TRY(window->blocks->events(window->blocks, block, diag, to, to_recv, &count));
    plm_assert(count > 0);
    plm_assert(count <= PLM_BLOCK_EVENTS_MAX);
    uint32_t wrong = 0;
    const char *const problem = plm_screen_events(window->contracts, to, count, kinds, &wrong);
    if (problem != NULL) {
        return plm_fail(diag, PLM_ERR_INPUT, "tape: block %" PRIu64 ": event %" PRIu32 ": %s",
                        block, wrong, problem);
    }
    if (window->kept > 0 && to->ts < to[-1].ts) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "tape: block %" PRIu64 " begins before the block before it ends", block);
    }
    PLM_TRY(look_ahead(window, block + 1, diag));
    uint32_t const end = find_ts(to, count, window->until);
    uint32_t const skipped = find_ts(to, end, window->from);
    window->next.none = window->next.none || end < count;
    window->kinds = (window->kept > 0 ? window->kinds : 0) | kinds;
    window->last_kinds = kinds;
    window->kept_at = window->kept == 0 ? skipped : 0;
    window->kept += end - skipped;
    return PLM_OK;
}

/* -- whole instants -------------------------------------------------------------------------- */

/* How many of the events at hand belong to instants that are whole. */
static uint32_t count_whole(const plm_window *window)
{
    const plm_event *const events = &window->events[window->kept_at];
    uint32_t const count = window->kept;
    if (count == 0 || window->next.none || window->next.first_ts != events[count - 1].ts) {
        return count;
    }
    return find_ts(events, count, events[count - 1].ts);
}

/* Only the first instant at hand can be longer than a block. */
static plm_status check_length(const plm_window *window, plm_diag *diag)
{
    const plm_event *const events = &window->events[window->kept_at];
    if (window->kept > PLM_INSTANT_EVENTS_MAX &&
        events[PLM_INSTANT_EVENTS_MAX].ts == events[0].ts) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "tape: more than %u events at %" PRId64
                        " ns; at most that many may have one time",
                        PLM_INSTANT_EVENTS_MAX, events[0].ts);
    }
    return PLM_OK;
}

static plm_status expand(plm_window *window, plm_diag *diag, plm_span *span)
{
    uint32_t wrong = 0;
    const char *const problem = plm_bars_expand(window->contracts, span->events, span->count,
                                                &window->seen, window->points, &wrong);
    if (problem != NULL) {
        const plm_event *const event = &span->events[wrong];
        return plm_fail(diag, PLM_ERR_INPUT, "tape: %s at %" PRId64 " ns: %s",
                        window->contracts->rows[event->sym].symbol, event->ts, problem);
    }
    span->events = window->points;
    return PLM_OK;
}

plm_status plm_window_next(plm_window *window, plm_diag *diag, plm_span *out)
{
    PLM_TRY(begin(window, diag));
    PLM_TRY(check_length(window, diag));
    uint32_t whole = count_whole(window);
    while (whole == 0) {
        if (window->next.none) {
            return PLM_END;
        }
        settle_kept(window);
        PLM_TRY(read_block(window, diag));
        PLM_TRY(check_length(window, diag));
        whole = count_whole(window);
    }
    plm_span span = {
        .events = &window->events[window->kept_at],
        .recv = window->recv != NULL && !window->bars ? &window->recv[window->kept_at] : NULL,
        .count = whole,
    };
    if (window->bars && (window->kinds & PLM_BAR_KINDS) != 0) {
        PLM_TRY(expand(window, diag, &span));
    }
    window->seen = span.events[whole - 1].ts;
    window->kept_at += whole;
    window->kept -= whole;
    window->kinds = window->last_kinds;
    *out = span;
    return PLM_OK;
}
