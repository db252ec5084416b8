/*
 * show.h - instruments and events for people and for programs.
 */
#ifndef PLM_SHOW_H
#define PLM_SHOW_H

#include "command.h"
#include "grid.h"
#include "jsonout.h"
#include "kinds.h"
#include "tape_read.h"

#define PLM_SHOW_FIELD_CAP 64

/* A field of an event as text: "60000.5", "0.0001", a time, "" for nothing. */
void plm_show_field(plm_field field, int64_t value, unsigned scale, char *out);
const char *plm_show_side(const plm_event *event);

json_t *plm_show_instrument_json(const plm_instrument *row);
/* recv NULL: the tape has no second clock. */
json_t *plm_show_event_json(const plm_event *event, const plm_ts *recv, const plm_instrument *row);

/* The instruments as a table. */
void plm_show_instruments(plm_out *out, bool colour, const plm_instrument *rows, uint32_t count,
                          uint32_t count_max);

/* A table of events: time, symbol, kind and side, price, quantity; with a column of the caller
 * before them unless `first` is NULL. */
plm_grid *plm_show_event_grid(const char *first);
void plm_show_event_row(plm_grid *grid, const plm_event *event, const plm_instrument *row);

/* One object with the instruments and at most `count_max` events, printed as they come. */
PLM_NODISCARD plm_status plm_show_events_json(plm_session *session, const char *schema,
                                              plm_tape *tape, plm_stream *stream,
                                              uint64_t count_max, plm_diag *diag);

#endif
