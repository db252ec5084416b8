/*
 * event_csv.h - plimsoll's own text form of events: what `tape cat` writes and the importer reads
 * back to the same digest. docs/csv.md is the whole description.
 *
 *   # plimsoll events 1
 *   # instrument 0 symbol=BTCUSDT kind=linear ...
 *   # recv no
 *   # synthetic no
 *   ts,symbol,kind,side,px,qty,flags
 *   1735689600000000000,BTCUSDT,trade,buy,60000.5,0.25,
 *   # end 1
 */
#ifndef PLM_EVENT_CSV_H
#define PLM_EVENT_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "instrument_text.h"
#include "kinds.h"
#include "reject.h"
#include "symbol_map.h"

#define PLM_EVENT_CSV_FIRST "# plimsoll events 1"
#define PLM_EVENT_CSV_INSTRUMENT "# instrument "
#define PLM_EVENT_CSV_RECV "# recv "
#define PLM_EVENT_CSV_SYNTHETIC "# synthetic "
#define PLM_EVENT_CSV_COLUMNS "ts,symbol,kind,side,px,qty,flags"
#define PLM_EVENT_CSV_COLUMNS_RECV "ts,recv,symbol,kind,side,px,qty,flags"
#define PLM_EVENT_CSV_END "# end "

/* -- writing: all return the length with the newline and write no NUL ------------------------ */

#define PLM_EVENT_CSV_HEAD_CAP (PLM_INSTRUMENT_TEXT_CAP + 64) /* head and end */
#define PLM_EVENT_CSV_LINE_CAP 256                            /* one event */

size_t plm_event_csv_format_first(char *out);
size_t plm_event_csv_format_instrument(uint32_t number, const plm_instrument *row, char *out);
size_t plm_event_csv_format_columns(bool has_recv, bool synthetic, char *out);

/* recv is NULL exactly when there is no second clock. The event must be well formed. */
size_t plm_event_csv_format(const plm_event *event, const plm_ts *recv, const plm_instrument *rows,
                            char *out);

/* The last line: how many events have been written. A text without it has been cut. */
size_t plm_event_csv_format_end(uint64_t count, char *out);

/* -- reading --------------------------------------------------------------------------------- */

/* Decimals of a field: px_scale, qty_scale, 12 or 0. */
unsigned plm_field_scale(plm_field field, const plm_instrument *row);

/* Reads the text of a field with at most `scale` decimals; an empty one is refused unless the field
 * must be zero. `name` is for the message. */
bool plm_field_parse(plm_field field, const char *name, const char *text, size_t size,
                     unsigned scale, bool allow_exponent, plm_refusal *refusal, int64_t *out);

/* The side with this word for this kind, or -1. */
int plm_side_by_word(const plm_kind_info *info, const char *word, size_t size);

/* Reads one line without its line end. Whether the event is well formed is not checked here. */
bool plm_event_csv_parse(const char *text, size_t size, bool has_recv,
                         const plm_symbol_map *symbols, const plm_instrument *rows,
                         plm_refusal *refusal, plm_event *out_event, plm_ts *out_recv);

#endif
