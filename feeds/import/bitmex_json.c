/*
 * bitmex_json.c - BitMEX's JSON: a list of rows as its REST interface gives them (bucketed bars,
 * trades, quotes), messages of its stream one after another, and candles as one object of columns.
 * docs/import-bitmex.md describes it.
 *
 * Read piece by piece: one row at a time is looked at. Columns have to be kept until the object
 * ends, since a candle needs all of them.
 */
#include <stdio.h>
#include <string.h>

#include "bitmex_candles.h"
#include "bitmex_stamp.h"
#include "decimal.h"
#include "memory.h"
#include "row_ids.h"

typedef enum place {
    PLACE_TOP = 0, /* between documents */
    PLACE_ROWS,    /* in a list of rows */
    PLACE_OBJECT,  /* in a message or an object of columns */
    PLACE_SKIP,    /* in a value that does not matter */
    PLACE_COLUMN   /* in a column of candles */
} place;

typedef struct bitmex_json {
    plm_decoder decoder;
    plm_given_rows rows;
    plm_row_ids *ids;
    const char *name; /* of the member */
    uint64_t offset;  /* of the bytes that decode is given */
    plm_json_scan scan;
    place place;
    unsigned skip_depth; /* where a skipped value ends */
    char key[32];        /* the last one of an object, cut off */
    int64_t period_ns;   /* of bars, 0 = not known yet */
    uint64_t row;        /* number of rows given out */
    /* An object of columns. */
    plm_bitmex_candles candles;
    unsigned column;
    uint32_t candle; /* the next one to give out */
    bool complete;   /* the columns are there */
    plm_ts open_ts;  /* when the first one begins, 0 = not known */
    char text[256];  /* of a candle */
} bitmex_json;

static plm_status fail_at(const bitmex_json *self, size_t at, const char *problem, plm_diag *diag)
{
    return plm_fail(diag, PLM_ERR_INPUT, "%s: byte %llu: %s", self->name,
                    (unsigned long long)(self->offset + at), problem);
}

/* -- bars ------------------------------------------------------------------------------------ */

/* The time of a bar, for the look ahead. */
static bool bar_time(const char *bytes, size_t size, plm_ts *out)
{
    plm_json_cell cells[PLM_BITMEX_CELLS];
    plm_refusal refusal;
    return plm_bitmex_cells(bytes, size, cells) && plm_bitmex_is_bar(cells) &&
           plm_bitmex_stamp_parse(cells[PLM_BITMEX_TIME].text, &refusal, out);
}

/*
 * Rows do not say how long a bar is: the next bar of another time tells, and every later one is
 * held to it. PLM_END: more bytes are needed.
 */
static plm_status find_period(bitmex_json *self, const char *bytes, size_t size, size_t begin,
                              bool last, plm_diag *diag)
{
    plm_ts first = 0;
    size_t at = begin;
    plm_json_scan scan = {.depth = 1};
    for (;;) {
        plm_csv_text text;
        size_t used = 0;
        bool bad = false;
        plm_json_kind const kind = plm_json_next(&scan, bytes + at, size - at, last, &text, &used);
        if (kind == PLM_JSON_NONE) {
            return PLM_END;
        }
        if (kind != PLM_JSON_OBJECT) {
            return fail_at(self, begin, "a bar alone does not say how long it is; two are needed",
                           diag);
        }
        size_t const start = at + used - 1;
        size_t const span = plm_json_span(bytes + start, size - start, last, &bad);
        if (span == 0) {
            return bad ? fail_at(self, start, "this is not JSON", diag) : PLM_END;
        }
        plm_ts ts = 0;
        if (bar_time(bytes + start, span, &ts) && first != 0 && ts != first) {
            self->period_ns = plm_bitmex_bin(ts - first);
            return self->period_ns != 0
                       ? PLM_OK
                       : fail_at(self, start,
                                 "the first two bars are not a minute, five minutes, an hour or a "
                                 "day apart",
                                 diag);
        }
        first = first == 0 ? ts : first;
        at = start + span;
        scan = (plm_json_scan){.depth = 1, .after_value = true};
    }
}

static bool read_bar(bitmex_json *self, const plm_json_cell *cells, uint32_t sym, plm_ts ts,
                     plm_row *row)
{
    if (ts % self->period_ns != 0) {
        return plm_refuse(&row->refusal, PLM_REJECT_RANGE,
                          "bars stand on whole multiples of their length",
                          "a bar at another time, where the first ones are %lld s long",
                          (long long)(self->period_ns / 1000000000));
    }
    return plm_bitmex_bar(cells, plm_given_rows_at(&self->rows, sym), sym, ts, self->period_ns,
                          row);
}

/* -- rows ------------------------------------------------------------------------------------ */

static bool read_row(bitmex_json *self, const plm_json_cell *cells, plm_row *row)
{
    uint32_t sym = 0;
    plm_ts ts = 0;
    plm_csv_text id;
    if (!plm_given_rows_find(&self->rows, &cells[PLM_BITMEX_SYMBOL].text, &row->refusal, &sym) ||
        !plm_bitmex_stamp_parse(cells[PLM_BITMEX_TIME].text, &row->refusal, &ts)) {
        return false;
    }
    row->recv = ts;
    if (plm_bitmex_is_bar(cells)) {
        self->decoder.keep_duplicates = false;
        return read_bar(self, cells, sym, ts, row);
    }
    if (!plm_bitmex_tick(cells, plm_given_rows_at(&self->rows, sym), sym, ts, row, &id)) {
        return false;
    }
    self->decoder.keep_duplicates = id.size == 0;
    return id.size == 0 || plm_row_ids_check(self->ids, sym, id, &row->refusal);
}

static void begin_row(bitmex_json *self, const char *text, size_t size, plm_row *row)
{
    row->refusal.reason = PLM_REJECT_NONE;
    row->line = ++self->row;
    row->text = text;
    row->size = size;
    row->count = 0;
}

/* The row that begins at bytes[start]; *out_used is behind it. PLM_END: more bytes are needed. */
static plm_status decode_row(bitmex_json *self, const char *bytes, size_t size, size_t start,
                             bool last, plm_diag *diag, size_t *out_used, plm_row *row)
{
    bool bad = false;
    size_t const span = plm_json_span(bytes + start, size - start, last, &bad);
    plm_json_cell cells[PLM_BITMEX_CELLS];
    if (bad || span > PLM_ROW_BYTES_MAX || (span == 0 && size - start >= PLM_ROW_BYTES_MAX + 2)) {
        return fail_at(self, start, bad ? "this is not JSON" : "a row of more than 65536 bytes",
                       diag);
    }
    if (span == 0) {
        return PLM_END;
    }
    bool const whole = plm_bitmex_cells(bytes + start, span, cells);
    if (whole && plm_bitmex_is_bar(cells) && self->period_ns == 0) {
        plm_status const status = find_period(self, bytes, size, start, last, diag);
        PLM_TRY(status);
        if (status == PLM_END) {
            return size - start < PLM_ROW_BYTES_MAX + 2
                       ? PLM_END
                       : fail_at(self, start, "no second bar of another time within 65536 bytes",
                                 diag);
        }
    }
    begin_row(self, bytes + start, span, row);
    if (!whole) {
        (void)plm_refuse(&row->refusal, PLM_REJECT_SYNTAX, "each name may stand once",
                         "a name stands twice");
    } else {
        (void)read_row(self, cells, row);
    }
    *out_used = start + span;
    return PLM_OK;
}

/* -- candles in columns ---------------------------------------------------------------------- */

/* The object has ended; was it one of candles? */
static plm_status end_object(bitmex_json *self, size_t at, plm_diag *diag)
{
    bool any = false;
    bool equal = true;
    const uint32_t *const counts = self->candles.counts;
    for (unsigned i = 0; i < PLM_CANDLE_COLUMNS; i++) {
        any |= counts[i] > 0;
        equal &= counts[i] == counts[0];
    }
    if (!any) {
        return PLM_OK;
    }
    if (!equal) {
        return fail_at(self, at, "open, high, low, close and volume are not of one length", diag);
    }
    if (self->open_ts == 0 || self->period_ns == 0) {
        return fail_at(self, at, "candles need openTimestamp (seconds) and timeframe (1m)", diag);
    }
    PLM_TRY(plm_given_rows_need_symbol(&self->rows, self->name, diag));
    self->complete = true;
    self->candle = 0;
    return PLM_OK;
}

/* Forgets the object. */
static void begin_object(bitmex_json *self)
{
    plm_bitmex_candles_clear(&self->candles);
    self->complete = false;
    self->open_ts = 0;
    self->key[0] = '\0';
}

static bool read_candle(bitmex_json *self, const plm_json_cell *cells, uint32_t candle,
                        plm_row *row)
{
    uint32_t sym = 0;
    plm_i128 const end = (plm_i128)self->open_ts + (plm_i128)(candle + 1) * self->period_ns;
    if (end >= PLM_TS_MAX) {
        return plm_refuse(&row->refusal, PLM_REJECT_RANGE, "times must lie in 2000..2100",
                          "the candle ends later");
    }
    if (!plm_given_rows_find(&self->rows, NULL, &row->refusal, &sym)) {
        return false;
    }
    row->recv = (plm_ts)end;
    return plm_bitmex_bar(cells, plm_given_rows_at(&self->rows, sym), sym, (plm_ts)end,
                          self->period_ns, row);
}

static void give_candle(bitmex_json *self, plm_row *row)
{
    uint32_t const candle = self->candle++;
    plm_json_cell cells[PLM_BITMEX_CELLS];
    size_t const size = plm_bitmex_candles_get(&self->candles, candle, cells, self->text);
    begin_row(self, self->text, size, row);
    (void)read_candle(self, cells, candle, row);
    if (self->candle == self->candles.counts[0]) {
        begin_object(self);
    }
}

/* What the rows of a message are. */
static plm_status note_table(bitmex_json *self, plm_csv_text text, size_t at, plm_diag *diag)
{
    static const struct {
        const char *name;
        int64_t seconds;
    } TABLES[] = {{"trade", 0},        {"quote", 0},         {"tradeBin1m", 60},
                  {"tradeBin5m", 300}, {"tradeBin1h", 3600}, {"tradeBin1d", 86400}};
    for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0]; i++) {
        const char *const name = TABLES[i].name;
        if (text.size == strlen(name) && memcmp(text.bytes, name, text.size) == 0) {
            self->period_ns = TABLES[i].seconds * INT64_C(1000000000);
            return PLM_OK;
        }
    }
    char problem[160];
    (void)snprintf(problem, sizeof problem,
                   "table '%.*s' is not read; allowed are trade, quote, tradeBin1m, tradeBin5m, "
                   "tradeBin1h and tradeBin1d",
                   text.size > 40 ? 40 : (int)text.size, text.bytes);
    return fail_at(self, at, problem, diag);
}

/* A plain value of an object: only those of candles matter. */
static plm_status note_value(bitmex_json *self, plm_json_kind kind, plm_csv_text text, size_t at,
                             plm_diag *diag)
{
    if (strcmp(self->key, "table") == 0) {
        return note_table(self, text, at, diag);
    }
    if (strcmp(self->key, "timeframe") == 0) {
        int64_t ns = 0;
        if (kind != PLM_JSON_STRING || !plm_duration_parse(text.bytes, text.size, &ns) ||
            plm_bitmex_bin(ns) == 0) {
            return fail_at(self, at, "timeframe is not one of 1m, 5m, 1h, 1d", diag);
        }
        self->period_ns = ns;
    } else if (strcmp(self->key, "openTimestamp") == 0) {
        plm_ts ts = 0;
        if (plm_decimal_parse(text.bytes, text.size, 9, false, &ts) != PLM_DECIMAL_OK ||
            ts < PLM_TS_MIN || ts >= PLM_TS_MAX) {
            return fail_at(self, at, "openTimestamp is not a time in seconds within 2000..2100",
                           diag);
        }
        self->open_ts = ts;
    }
    return PLM_OK;
}

/* -- the walk -------------------------------------------------------------------------------- */

static void enter(bitmex_json *self, place where)
{
    self->place = where;
    self->skip_depth = self->scan.depth - 1;
}

/* A token of an object, taken already. */
static plm_status step_object(bitmex_json *self, plm_json_kind kind, plm_csv_text text, size_t at,
                              plm_diag *diag)
{
    if (kind == PLM_JSON_KEY) {
        size_t const size = text.size < sizeof self->key ? text.size : sizeof self->key - 1;
        memcpy(self->key, text.bytes, size);
        self->key[size] = '\0';
        return PLM_OK;
    }
    if (kind == PLM_JSON_OBJECT_END) {
        self->place = PLACE_TOP;
        return end_object(self, at, diag);
    }
    if (kind != PLM_JSON_ARRAY && kind != PLM_JSON_OBJECT) {
        return note_value(self, kind, text, at, diag);
    }
    enter(self, PLACE_SKIP);
    if (kind == PLM_JSON_ARRAY && strcmp(self->key, "data") == 0) {
        enter(self, PLACE_ROWS);
    }
    unsigned const column = plm_bitmex_candles_column(self->key);
    if (kind == PLM_JSON_ARRAY && column < PLM_CANDLE_COLUMNS) {
        self->column = column;
        self->candles.counts[column] = 0;
        enter(self, PLACE_COLUMN);
    }
    return PLM_OK;
}

static plm_status step_column(bitmex_json *self, plm_json_kind kind, plm_csv_text text, size_t at,
                              plm_diag *diag)
{
    if (kind == PLM_JSON_ARRAY_END) {
        self->place = PLACE_OBJECT;
        return PLM_OK;
    }
    if (kind != PLM_JSON_NUMBER && kind != PLM_JSON_NULL) {
        return fail_at(self, at, "a column holds numbers and null", diag);
    }
    const char *const problem = plm_bitmex_candles_add(&self->candles, self->column, text);
    return problem == NULL ? PLM_OK : fail_at(self, at, problem, diag);
}

/* A token that is not the beginning of a row, taken already. */
static plm_status step(bitmex_json *self, plm_json_kind kind, plm_csv_text text, size_t at,
                       plm_diag *diag)
{
    switch (self->place) {
    case PLACE_TOP:
        begin_object(self);
        if (kind != PLM_JSON_ARRAY && kind != PLM_JSON_OBJECT) {
            return fail_at(self, at, "a list or an object is needed", diag);
        }
        self->place = kind == PLM_JSON_ARRAY ? PLACE_ROWS : PLACE_OBJECT;
        return PLM_OK;
    case PLACE_ROWS:
        if (kind != PLM_JSON_ARRAY_END) {
            return fail_at(self, at, "a row is an object", diag);
        }
        self->place = self->scan.depth == 0 ? PLACE_TOP : PLACE_OBJECT;
        return PLM_OK;
    case PLACE_OBJECT:
        return step_object(self, kind, text, at, diag);
    case PLACE_SKIP:
        self->place = self->scan.depth == self->skip_depth ? PLACE_OBJECT : PLACE_SKIP;
        return PLM_OK;
    case PLACE_COLUMN:
        return step_column(self, kind, text, at, diag);
    }
    return PLM_ERR_BUG;
}

static plm_status walk(bitmex_json *self, const char *bytes, size_t size, bool last, plm_diag *diag,
                       size_t *out_consumed, plm_row *out)
{
    size_t at = 0;
    for (;;) {
        *out_consumed = at;
        if (self->complete) {
            give_candle(self, out);
            return PLM_OK;
        }
        plm_json_scan trial = self->scan;
        plm_csv_text text;
        size_t used = 0;
        plm_json_kind const kind = plm_json_next(&trial, bytes + at, size - at, last, &text, &used);
        if (kind == PLM_JSON_BAD) {
            return fail_at(self, at + used, "this is not JSON", diag);
        }
        if (self->place == PLACE_ROWS && kind == PLM_JSON_OBJECT) {
            size_t const start = at + used - 1;
            plm_status const status = decode_row(self, bytes, size, start, last, diag, &at, out);
            self->scan.after_comma = false;
            self->scan.after_value = status == PLM_OK;
            *out_consumed = status == PLM_OK ? at : start;
            return status;
        }
        self->scan = trial;
        at += used;
        if (kind == PLM_JSON_NONE) {
            *out_consumed = at;
            return size - at < PLM_ROW_BYTES_MAX + 2
                       ? PLM_END
                       : fail_at(self, at, "a value of more than 65536 bytes", diag);
        }
        PLM_TRY(step(self, kind, text, at, diag));
    }
}

static plm_status json_decode(plm_decoder *decoder, const char *bytes, size_t size, bool last,
                              plm_diag *diag, size_t *out_consumed, plm_row *out)
{
    bitmex_json *const self = decoder->impl;
    plm_row_ids_settle(self->ids, out->refusal.reason == PLM_REJECT_NONE);
    plm_status const status = walk(self, bytes, size, last, diag, out_consumed, out);
    self->offset += *out_consumed;
    return status;
}

/* -- life ------------------------------------------------------------------------------------ */

static void json_begin(plm_decoder *decoder, const char *name)
{
    bitmex_json *const self = decoder->impl;
    self->name = name;
    self->offset = 0;
    self->row = 0;
    self->scan = (plm_json_scan){0};
    self->place = PLACE_TOP;
    self->period_ns = 0;
    plm_row_ids_clear(self->ids);
    begin_object(self);
}

static void json_destroy(plm_decoder *decoder)
{
    bitmex_json *const self = decoder->impl;
    plm_given_rows_fini(&self->rows);
    plm_row_ids_destroy(self->ids);
    plm_bitmex_candles_fini(&self->candles);
    plm_free(self);
}

/* Names that stand in the beginning of what is read here, and of no other format. */
unsigned plm_bitmex_json_probe(const char *bytes, size_t size)
{
    static const char *const MARKS[] = {"\"openTimestamp\"", "\"trdMatchID\"", "\"bidPrice\"",
                                        "\"homeNotional\"", "\"foreignKeys\""};
    size_t at = 0;
    while (at < size && strchr(" \t\r\n", bytes[at]) != NULL) {
        at++;
    }
    if (at == size || (bytes[at] != '{' && bytes[at] != '[')) {
        return 0;
    }
    for (size_t i = 0; i < sizeof MARKS / sizeof MARKS[0]; i++) {
        size_t const length = strlen(MARKS[i]);
        for (size_t from = at; from + length <= size; from++) {
            if (memcmp(bytes + from, MARKS[i], length) == 0) {
                return 80;
            }
        }
    }
    return 0;
}

plm_status plm_bitmex_json_create(const plm_import_options *options, plm_diag *diag,
                                  plm_decoder **out)
{
    bitmex_json *const self = plm_alloc(1, sizeof *self);
    self->decoder = (plm_decoder){
        .impl = self, .begin = json_begin, .decode = json_decode, .destroy = json_destroy};
    plm_status const status = plm_given_rows_init(&self->rows, options, &self->decoder, diag);
    if (status < 0) {
        plm_free(self);
        return status;
    }
    self->rows.venue = "bitmex";
    self->ids = plm_row_ids_create();
    *out = &self->decoder;
    return PLM_OK;
}
