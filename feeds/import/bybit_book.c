/*
 * bybit_book.c - Bybit's order books as JSON lines: snapshots and deltas of up to 500 or 1,000
 * levels. docs/import-bybit.md describes it.
 *
 * `cts` is when the engine matched, `ts` when the message was sent: the second clock, since nobody
 * could hear of it before. Update ids count by one; where one is missing, data is.
 */
#include <string.h>

#include "csv_lines.h"
#include "decimal.h"
#include "event_csv.h"
#include "given_rows.h"
#include "json_scan.h"
#include "memory.h"

#define PER_MS INT64_C(1000000)

/* What the rows before have said of a book. */
typedef struct memory {
    bool seen;
    int64_t update;
    plm_ts ts;
} memory;

typedef struct bybit_book {
    plm_decoder decoder;
    plm_csv_lines lines;
    plm_given_rows rows;
    memory *books;  /* by instrument */
    bool has_after; /* what this row changes, once it is known to be taken */
    uint32_t after_sym;
    memory after;
} bybit_book;

enum { TYPE, TS, CTS, DATA, CELLS };
static const char *const NAMES[CELLS + 1] = {"type", "ts", "cts", "data", NULL};
enum { SYMBOL, UPDATE, BIDS, ASKS, DATA_CELLS };
static const char *const DATA_NAMES[DATA_CELLS + 1] = {"s", "u", "b", "a", NULL};

static bool refuse_text(plm_refusal *refusal, plm_reject reason, const char *allowed,
                        const char *name, plm_csv_text text)
{
    return plm_refuse(refusal, text.size == 0 ? PLM_REJECT_BLANK : reason, allowed, "%s is '%.*s'",
                      name, text.size > 60 ? 60 : (int)text.size, text.bytes);
}

static bool read_integer(const char *name, const plm_json_cell *cell, plm_refusal *refusal,
                         int64_t *out)
{
    return (cell->kind == PLM_JSON_NUMBER &&
            plm_decimal_parse(cell->text.bytes, cell->text.size, 0, false, out) == PLM_DECIMAL_OK &&
            *out >= 0) ||
           refuse_text(refusal, PLM_REJECT_SYNTAX, "a whole number is needed", name, cell->text);
}

static bool read_clock(const char *name, const plm_json_cell *cell, plm_refusal *refusal,
                       plm_ts *out)
{
    int64_t ms = 0;
    if (!read_integer(name, cell, refusal, &ms)) {
        return false;
    }
    if (ms < PLM_TS_MIN / PER_MS || ms >= PLM_TS_MAX / PER_MS) {
        return refuse_text(refusal, PLM_REJECT_RANGE,
                           "a time in milliseconds within 2000 to 2100 is allowed", name,
                           cell->text);
    }
    *out = ms * PER_MS;
    return true;
}

/* -- levels ---------------------------------------------------------------------------------- */

static plm_json_kind next(plm_json_scan *scan, plm_csv_text list, size_t *at, plm_csv_text *out)
{
    size_t used = 0;
    plm_json_kind const kind =
        plm_json_next(scan, list.bytes + *at, list.size - *at, true, out, &used);
    *at += used;
    return kind;
}

static bool refuse_level(plm_refusal *refusal)
{
    return plm_refuse(refusal, PLM_REJECT_SYNTAX, "a level is [\"price\",\"size\"]",
                      "another level");
}

/* [["1.95","6203"],...] */
static bool read_side(const bybit_book *self, const plm_json_cell *list, const plm_event *event,
                      plm_row *row)
{
    const plm_instrument *const instrument = plm_given_rows_at(&self->rows, event->sym);
    plm_json_scan scan = {0};
    size_t at = 0;
    plm_csv_text px;
    plm_csv_text qty;
    if (next(&scan, list->text, &at, &px) != PLM_JSON_ARRAY) {
        return refuse_level(&row->refusal);
    }
    for (;;) {
        plm_json_kind const kind = next(&scan, list->text, &at, &px);
        if (kind == PLM_JSON_ARRAY_END) {
            return true;
        }
        plm_csv_text end;
        if (kind != PLM_JSON_ARRAY || next(&scan, list->text, &at, &px) != PLM_JSON_STRING ||
            next(&scan, list->text, &at, &qty) != PLM_JSON_STRING ||
            next(&scan, list->text, &at, &end) != PLM_JSON_ARRAY_END) {
            return refuse_level(&row->refusal);
        }
        if (row->count == PLM_ROW_EVENTS_MAX) {
            return plm_refuse(&row->refusal, PLM_REJECT_RANGE, "at most 2047 levels are allowed",
                              "too many levels in a message");
        }
        plm_event *const level = &row->event[row->count];
        *level = *event;
        if (!plm_field_parse(PLM_FIELD_PX, "price", px.bytes, px.size, instrument->px_scale, true,
                             &row->refusal, &level->px) ||
            !plm_field_parse(PLM_FIELD_QTY, "size", qty.bytes, qty.size, instrument->qty_scale,
                             true, &row->refusal, &level->qty)) {
            return false;
        }
        row->count++;
    }
}

static bool read_levels(const bybit_book *self, const plm_json_cell *data, plm_event event,
                        plm_row *row)
{
    for (unsigned i = 0; i < 2; i++) {
        event.side = i == 0 ? PLM_SIDE_BUY : PLM_SIDE_SELL;
        if (data[BIDS + i].kind != PLM_JSON_NONE &&
            !read_side(self, &data[BIDS + i], &event, row)) {
            return false;
        }
    }
    return row->count > 0 ||
           plm_refuse(&row->refusal, PLM_REJECT_DECLARED, "", "a message without levels");
}

/* -- rows ------------------------------------------------------------------------------------ */

static void add_event(plm_event_kind kind, const plm_event *event, int64_t qty, plm_row *row)
{
    row->event[row->count] =
        (plm_event){.ts = event->ts, .qty = qty, .sym = event->sym, .kind = (uint8_t)kind};
    row->count++;
}

static bool is_word(const plm_json_cell *cell, const char *word)
{
    return cell->kind == PLM_JSON_STRING && cell->text.size == strlen(word) &&
           memcmp(cell->text.bytes, word, cell->text.size) == 0;
}

static bool parse_row(bybit_book *self, plm_row *row)
{
    plm_refusal *const refusal = &row->refusal;
    plm_json_cell cells[CELLS];
    plm_json_cell data[DATA_CELLS];
    plm_event event = {.kind = PLM_EV_LEVEL};
    int64_t update = 0;
    row->count = 0;
    if (!plm_json_pick(row->text, row->size, NAMES, cells) || cells[DATA].text.size == 0 ||
        !plm_json_pick(cells[DATA].text.bytes, cells[DATA].text.size, DATA_NAMES, data)) {
        return plm_refuse(refusal, PLM_REJECT_SYNTAX, "an object with type, ts and data is needed",
                          "another line");
    }
    bool const has_cts = cells[CTS].kind != PLM_JSON_NONE;
    if (!plm_given_rows_find(&self->rows, &data[SYMBOL].text, refusal, &event.sym) ||
        !read_clock("ts", &cells[TS], refusal, &row->recv) ||
        !read_clock("cts", has_cts ? &cells[CTS] : &cells[TS], refusal, &event.ts) ||
        !read_integer("u", &data[UPDATE], refusal, &update)) {
        return false;
    }
    bool const snapshot = is_word(&cells[TYPE], "snapshot") || update == 1;
    if (!snapshot && !is_word(&cells[TYPE], "delta")) {
        return refuse_text(refusal, PLM_REJECT_UNKNOWN, "snapshot, delta are allowed", "type",
                           cells[TYPE].text);
    }
    memory const before = self->books[event.sym];
    if (!snapshot && !before.seen) {
        return plm_refuse(refusal, PLM_REJECT_DECLARED, "", "before the first snapshot");
    }
    if (before.seen && !snapshot && update != before.update + 1 && before.ts <= event.ts) {
        add_event(PLM_EV_GAP, &event, before.ts, row);
    }
    if (snapshot) {
        event.flags = PLM_FLAG_SNAPSHOT;
        add_event(PLM_EV_CLEAR, &event, 0, row);
    }
    self->has_after = true;
    self->after_sym = event.sym;
    self->after = (memory){true, update, event.ts};
    return read_levels(self, data, event, row);
}

static plm_status book_decode(plm_decoder *decoder, const char *bytes, size_t size, bool last,
                              plm_diag *diag, size_t *out_consumed, plm_row *out)
{
    bybit_book *const self = decoder->impl;
    if (self->has_after && out->refusal.reason == PLM_REJECT_NONE) {
        self->books[self->after_sym] = self->after;
    }
    self->has_after = false;
    plm_status const status =
        plm_csv_lines_next(&self->lines, bytes, size, last, diag, out_consumed, out);
    PLM_TRY(status);
    if (status == PLM_OK && out->refusal.reason == PLM_REJECT_NONE && !parse_row(self, out)) {
        self->has_after = false;
    }
    return status;
}

/* -- life ------------------------------------------------------------------------------------ */

static void book_begin(plm_decoder *decoder, const char *name)
{
    bybit_book *const self = decoder->impl;
    plm_csv_lines_begin(&self->lines, name);
}

static void book_destroy(plm_decoder *decoder)
{
    bybit_book *const self = decoder->impl;
    plm_given_rows_fini(&self->rows);
    plm_free(self->books);
    plm_free(self);
}

unsigned plm_bybit_book_probe(const char *bytes, size_t size)
{
    static const char MARK[] = "{\"topic\":\"orderbook.";
    return size >= sizeof MARK - 1 && memcmp(bytes, MARK, sizeof MARK - 1) == 0 ? 100 : 0;
}

plm_status plm_bybit_book_create(const plm_import_options *options, plm_diag *diag,
                                 plm_decoder **out)
{
    bybit_book *const self = plm_alloc(1, sizeof *self);
    self->decoder = (plm_decoder){.impl = self,
                                  .has_recv = true,
                                  .derive = true,
                                  .begin = book_begin,
                                  .decode = book_decode,
                                  .destroy = book_destroy};
    plm_status const status = plm_given_rows_init(&self->rows, options, &self->decoder, diag);
    if (status < 0) {
        plm_free(self);
        return status;
    }
    self->books = plm_alloc(plm_given_rows_most(&self->rows) + 1, sizeof *self->books);
    *out = &self->decoder;
    return PLM_OK;
}
