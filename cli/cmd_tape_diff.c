/*
 * cmd_tape_diff.c - plimsoll tape diff: the first thing in which two tapes differ.
 */
#include <inttypes.h>
#include <string.h>

#include "commands.h"
#include "figures.h"
#include "help.h"
#include "instrument_text.h"
#include "memory.h"
#include "progress.h"
#include "show.h"
#include "timetext.h"

typedef enum difference {
    DIFFERENCE_NONE = 0,
    DIFFERENCE_ROWS,   /* the instrument tables; events are not compared */
    DIFFERENCE_CLOCK,  /* one has a second clock, the other has none */
    DIFFERENCE_EVENT,  /* an event, or its second clock */
    DIFFERENCE_LENGTH, /* one goes on where the other ends */
} difference;

/* A tape that is read event by event. */
typedef struct cursor {
    plm_tape *tape;
    plm_stream *stream;
    plm_batch *batch;
    uint32_t at;
    bool ended;
} cursor;

typedef struct comparison {
    difference found;
    uint64_t place; /* of the row or the event, from 0 */
    cursor a, b;
} comparison;

static plm_status refill(cursor *side, plm_diag *diag)
{
    if (side->ended || side->at < side->batch->count) {
        return PLM_OK;
    }
    const plm_status status = side->stream->next(side->stream, diag, side->batch);
    side->at = 0;
    side->ended = status == PLM_END;
    return status;
}

static bool same_event(const cursor *a, const cursor *b)
{
    return memcmp(&a->batch->event[a->at], &b->batch->event[b->at], sizeof(plm_event)) == 0 &&
           (!a->stream->has_recv || a->batch->recv[a->at] == b->batch->recv[b->at]);
}

static plm_status compare_events(const plm_session *session, uint64_t total, plm_diag *diag,
                                 comparison *self)
{
    plm_progress progress;
    plm_progress_start(session, &progress);
    plm_status status = PLM_OK;
    while (self->found == DIFFERENCE_NONE) {
        status = refill(&self->a, diag);
        if (status >= 0) {
            status = refill(&self->b, diag);
        }
        if (status < 0 || (self->a.ended && self->b.ended)) {
            break;
        }
        if (self->a.ended || self->b.ended) {
            self->found = DIFFERENCE_LENGTH;
            break;
        }
        while (self->a.at < self->a.batch->count && self->b.at < self->b.batch->count) {
            if (!same_event(&self->a, &self->b)) {
                self->found = DIFFERENCE_EVENT;
                break;
            }
            self->a.at++;
            self->b.at++;
            self->place++;
        }
        plm_progress_update(&progress, self->place, total, self->place, self->a.batch->event[0].ts);
    }
    plm_progress_clear(&progress);
    return status;
}

static void compare_heads(const plm_tape_info *a, const plm_tape_info *b, comparison *self)
{
    while (self->place < a->row_count && self->place < b->row_count &&
           plm_instrument_equal(&a->rows[self->place], &b->rows[self->place])) {
        self->place++;
    }
    if (self->place < a->row_count || self->place < b->row_count) {
        self->found = DIFFERENCE_ROWS;
        return;
    }
    self->place = 0;
    if (a->has_recv != b->has_recv) {
        self->found = DIFFERENCE_CLOCK;
    }
}

static plm_status compare(const plm_session *session, plm_diag *diag, comparison *self)
{
    const plm_tape_info *a = plm_tape_get_info(self->a.tape);
    const plm_tape_info *b = plm_tape_get_info(self->b.tape);
    compare_heads(a, b, self);
    if (self->found != DIFFERENCE_NONE) {
        return PLM_OK;
    }
    PLM_TRY(plm_tape_stream(self->a.tape, 0, 0, diag, &self->a.stream));
    PLM_TRY(plm_tape_stream(self->b.tape, 0, 0, diag, &self->b.stream));
    const uint64_t total = a->events > b->events ? a->events : b->events;
    return compare_events(session, total, diag, self);
}

/* -- printing -------------------------------------------------------------------------------- */

static json_t *side_json(const comparison *self, const cursor *side, const plm_tape_info *info)
{
    if (self->found == DIFFERENCE_ROWS && self->place < info->row_count) {
        return plm_show_instrument_json(&info->rows[self->place]);
    }
    if (side->stream == NULL || side->ended) {
        return json_null();
    }
    const plm_event *event = &side->batch->event[side->at];
    return plm_show_event_json(event, side->stream->has_recv ? &side->batch->recv[side->at] : NULL,
                               &info->rows[event->sym]);
}

static void print_json(plm_session *session, const comparison *self, const plm_tape_info *a,
                       const plm_tape_info *b)
{
    static const char *const names[] = {"none", "instrument", "second-clock", "event", "length"};
    json_t *json = plm_json_open("tape-diff");
    plm_json_text(json, "a", a->path);
    plm_json_text(json, "b", b->path);
    plm_json_flag(json, "equal", self->found == DIFFERENCE_NONE);
    plm_json_count(json, "a_events", a->events);
    plm_json_count(json, "b_events", b->events);
    if (self->found != DIFFERENCE_NONE) {
        json_t *entry = plm_json_object();
        plm_json_text(entry, "what", names[self->found]);
        plm_json_count(entry, "number", self->place);
        plm_json_put(entry, "a", side_json(self, &self->a, a));
        plm_json_put(entry, "b", side_json(self, &self->b, b));
        plm_json_put(json, "difference", entry);
    }
    plm_json_print(&session->out, json);
}

static void print_instrument(plm_out *out, const char *side, uint64_t place,
                             const plm_tape_info *info)
{
    char text[PLM_INSTRUMENT_TEXT_CAP] = "none";
    if (place < info->row_count) {
        (void)plm_instrument_format(&info->rows[place], text);
    }
    plm_out_printf(out, "  %s  ", side);
    plm_help_wrap(out, text, 5, 5);
}

static void add_event(plm_grid *grid, const char *side, const cursor *from,
                      const plm_tape_info *info)
{
    if (!from->ended) {
        const plm_event *event = &from->batch->event[from->at];
        plm_grid_add(grid, side);
        plm_show_event_row(grid, event, &info->rows[event->sym]);
    }
}

static void print_events(plm_session *session, const comparison *self, const plm_tape_info *a,
                         const plm_tape_info *b)
{
    plm_grid *grid = plm_show_event_grid("");
    add_event(grid, "A", &self->a, a);
    add_event(grid, "B", &self->b, b);
    plm_grid_print(grid, &session->out, session->colour_out, 2);
    plm_grid_destroy(grid);
    if (self->found == DIFFERENCE_EVENT &&
        memcmp(&self->a.batch->event[self->a.at], &self->b.batch->event[self->b.at],
               sizeof(plm_event)) == 0) {
        char heard_a[PLM_TIME_TEXT_CAP];
        char heard_b[PLM_TIME_TEXT_CAP];
        (void)plm_time_format(self->a.batch->recv[self->a.at], heard_a);
        (void)plm_time_format(self->b.batch->recv[self->b.at], heard_b);
        plm_out_printf(&session->out, "  heard at %s and %s\n", heard_a, heard_b);
    }
}

static void print_text(plm_session *session, const comparison *self, const plm_tape_info *a,
                       const plm_tape_info *b)
{
    plm_out *out = &session->out;
    char count[PLM_FIGURES_CAP];
    char name[PLM_SHOWN_CAP];
    switch (self->found) {
    case DIFFERENCE_NONE:
        plm_out_printf(out, "equal: %s event%s\n", plm_figures_count(a->events, count),
                       a->events == 1 ? "" : "s");
        return;
    case DIFFERENCE_ROWS:
        plm_out_printf(out, "instrument %" PRIu64 " differs; events were not compared\n",
                       self->place);
        print_instrument(out, "A", self->place, a);
        print_instrument(out, "B", self->place, b);
        break;
    case DIFFERENCE_CLOCK:
        plm_out_printf(out, "only %s has a second clock; events were not compared\n",
                       a->has_recv ? "A" : "B");
        break;
    case DIFFERENCE_EVENT:
    case DIFFERENCE_LENGTH:
        plm_out_printf(out, "equal up to event %s, then:\n", plm_figures_count(self->place, count));
        print_events(session, self, a, b);
        break;
    }
    plm_out_printf(out, "A  %s event%s  %s\n", plm_figures_count(a->events, count),
                   a->events == 1 ? "" : "s", plm_console_printable(a->path, name, sizeof name));
    plm_out_printf(out, "B  %s event%s  %s\n", plm_figures_count(b->events, count),
                   b->events == 1 ? "" : "s", plm_console_printable(b->path, name, sizeof name));
}

static plm_status open_side(const plm_session *session, uint32_t number, plm_diag *diag,
                            cursor *out)
{
    out->batch = plm_alloc(1, sizeof *out->batch);
    return plm_session_tape(session, number, diag, &out->tape);
}

static void close_side(cursor *side)
{
    if (side->stream != NULL) {
        side->stream->destroy(side->stream);
    }
    plm_tape_close(side->tape);
    plm_free(side->batch);
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    comparison self = {0};
    plm_status status = open_side(session, 0, diag, &self.a);
    if (status >= 0) {
        status = open_side(session, 1, diag, &self.b);
    }
    if (status >= 0) {
        status = compare(session, diag, &self);
    }
    if (status >= 0) {
        const plm_tape_info *a = plm_tape_get_info(self.a.tape);
        const plm_tape_info *b = plm_tape_get_info(self.b.tape);
        session->warned = self.found != DIFFERENCE_NONE;
        if (session->json) {
            print_json(session, &self, a, b);
        } else if (!session->quiet) {
            print_text(session, &self, a, b);
        }
    }
    close_side(&self.a);
    close_side(&self.b);
    return status;
}

const plm_command plm_cmd_tape_diff = {
    .name = "tape diff",
    .summary = "the first thing in which two tapes differ",
    .operands = "A.tape B.tape",
    .operand_min = 2,
    .operand_max = 2,
    .examples =
        "plimsoll tape diff a.tape b.tape\nplimsoll tape diff -q a.tape b.tape && echo same\n",
    .text = "Compares instruments, events and the second clock, not how they are packed. Exit code "
            "0 when the tapes are equal, 1 when they differ. Events are numbered from 0.",
    .options = NULL,
    .run = run,
};
