/*
 * binance_ws.c - recorded websocket streams of Binance as an import format: lines of `NS JSON`,
 * where NS is when the recorder heard the message, in nanoseconds.
 */
#include "binance_ws.h"

#include <string.h>

#include "decimal.h"
#include "memory.h"

#define NS_DIGITS 19 /* of every time from 2001 to 2286 */

static const char *const NOTE_TEXTS[PLM_WS_COUNT] = {
    [PLM_WS_RECV_ONLY] = "messages without a time of the venue, stamped when heard",
    [PLM_WS_MISSING_IDS] = "missing ids of trades",
    [PLM_WS_BREAKS] = "breaks in the chain of book updates",
};

/* -- instruments ----------------------------------------------------------------------------- */

/* What tells futures from spot: fields that messages of spot do not have, and the other way round.
 */
static const char *guess_venue(const json_t *data, const char *symbol)
{
    static const char *const FUTURES[] = {"pu", "X", "r", "o", "ps", "T"};
    if (strchr(symbol, '_') != NULL) {
        return strstr(symbol, "USD_") != NULL ? "binance-cm" : "binance-um";
    }
    if (json_object_get(data, "M") != NULL) {
        return "binance"; /* trade and aggTrade */
    }
    for (size_t i = 0; i < sizeof FUTURES / sizeof FUTURES[0]; i++) {
        if (json_object_get(data, FUTURES[i]) != NULL) {
            return "binance-um";
        }
    }
    return "binance";
}

static bool find_sym(plm_binance_ws *self, const json_t *data, plm_csv_text symbol, plm_row *row,
                     uint32_t *out)
{
    char text[PLM_SYMBOL_CAP] = "";
    if (symbol.size < sizeof text) {
        memcpy(text, symbol.bytes, symbol.size);
    }
    const char *venue = plm_import_rows_venue(&self->rows, text);
    venue = venue != NULL ? venue : guess_venue(data, text);
    if (!plm_import_rows_find(&self->rows, venue, symbol.bytes, symbol.size, &row->refusal, out)) {
        return false;
    }
    uint32_t const rows = self->rows.table.count;
    if (rows > self->state_count) {
        self->states = plm_realloc(self->states, rows, sizeof *self->states);
        memset(self->states + self->state_count, 0,
               (rows - self->state_count) * sizeof *self->states);
        self->state_count = rows;
    }
    self->decoder.rows = self->rows.table.rows;
    self->decoder.row_count = rows;
    self->decoder.lives = self->rows.lives;
    return true;
}

/* "btcusdt@depth5": the symbol in small letters; "" when there is none. */
static void read_stream_symbol(const char *stream, char out[PLM_SYMBOL_CAP])
{
    size_t const size = stream != NULL ? strcspn(stream, "@") : 0;
    bool const fits = size > 0 && size < PLM_SYMBOL_CAP && stream[size] == '@';
    for (size_t i = 0; fits && i < size; i++) {
        bool const small = stream[i] >= 'a' && stream[i] <= 'z';
        out[i] = (char)(small ? stream[i] - 'a' + 'A' : stream[i]);
    }
    out[fits ? size : 0] = '\0';
}

/* A snapshot has no symbol, or has it under another name than messages; its stream may tell. */
static bool find_snapshot_sym(plm_binance_ws *self, const json_t *data, const char *stream,
                              plm_row *row, uint32_t *out)
{
    char named[PLM_SYMBOL_CAP];
    const char *symbol = json_string_value(json_object_get(data, "symbol"));
    read_stream_symbol(stream, named);
    symbol = symbol != NULL ? symbol : named[0] != '\0' ? named : self->options->symbol;
    if (symbol == NULL && self->rows.table.count == 1) {
        *out = 0;
        return true;
    }
    if (symbol == NULL) {
        return plm_refuse(&row->refusal, PLM_REJECT_UNKNOWN,
                          "--symbol or messages of one symbol before it are needed",
                          "nothing names the symbol of a snapshot");
    }
    return find_sym(self, data, (plm_csv_text){symbol, strlen(symbol)}, row, out);
}

/* -- messages -------------------------------------------------------------------------------- */

/* depth5, depth10 and depth20 restate the best levels each time. */
static bool is_partial(const char *stream)
{
    const char *const at = stream != NULL ? strstr(stream, "@depth") : NULL;
    return at != NULL && at[6] >= '0' && at[6] <= '9';
}

static bool make_message(plm_binance_ws *self, const json_t *data, const char *stream, plm_row *row)
{
    const char *kind = json_string_value(json_object_get(data, "e"));
    uint32_t sym = 0;
    if (json_object_get(data, "lastUpdateId") != NULL) {
        return find_snapshot_sym(self, data, stream, row, &sym) &&
               plm_ws_make_snapshot(self, data, sym, row);
    }
    if (kind == NULL && json_object_get(data, "B") != NULL && json_object_get(data, "A") != NULL) {
        kind = "bookTicker"; /* spot's has no name */
    }
    if (kind == NULL) {
        return plm_ws_leave_out(row, "not a message of a stream");
    }
    bool const forced = strcmp(kind, "forceOrder") == 0;
    bool const trade = strcmp(kind, "trade") == 0;
    bool const agg = strcmp(kind, "aggTrade") == 0;
    bool const ticker = strcmp(kind, "bookTicker") == 0;
    bool const update = strcmp(kind, "depthUpdate") == 0;
    bool const mark = strcmp(kind, "markPriceUpdate") == 0;
    const json_t *const body = forced ? json_object_get(data, "o") : data;
    plm_csv_text symbol = {"", 0};
    if (!forced && !trade && !agg && !ticker && !update && !mark) {
        return plm_ws_leave_out(row, "a message that no event holds");
    }
    if (!plm_ws_read_text(body, "s", row, &symbol) || !find_sym(self, data, symbol, row, &sym)) {
        return false;
    }
    if (ticker) {
        return plm_ws_make_ticker(self, body, sym, row);
    }
    if (update) {
        return plm_ws_make_update(self, body, sym, is_partial(stream), row);
    }
    if (mark) {
        return plm_ws_make_mark(self, body, sym, row);
    }
    return forced ? plm_ws_make_liquidation(self, body, sym, row)
                  : plm_ws_make_trade(self, body, sym, trade, row);
}

/* One message, or a list of them, in an envelope that names the stream or without one. */
static void make_messages(plm_binance_ws *self, const json_t *root, plm_row *row)
{
    const json_t *const inner = json_object_get(root, "data");
    const char *const stream = json_string_value(json_object_get(root, "stream"));
    const json_t *const data = inner != NULL ? inner : root;
    size_t const count = json_is_array(data) ? json_array_size(data) : 1;
    for (size_t i = 0; i < count; i++) {
        uint32_t const before = row->count;
        const json_t *const message = json_is_array(data) ? json_array_get(data, i) : data;
        row->refusal.reason = PLM_REJECT_NONE;
        if (!make_message(self, message, stream, row)) {
            row->count = before;
            if (row->refusal.reason != PLM_REJECT_DECLARED) {
                return;
            }
        }
        if (row->count > before && before > 0 &&
            row->event[before].ts < row->event[before - 1].ts) {
            (void)plm_refuse(&row->refusal, PLM_REJECT_DISORDER,
                             "messages of one list are in the order of time",
                             "time goes back within a list");
            return;
        }
    }
    if (row->count > 0) {
        row->refusal.reason = PLM_REJECT_NONE;
    } else if (row->refusal.reason == PLM_REJECT_NONE) {
        (void)plm_ws_leave_out(row, "an empty list");
    }
}

static void parse_row(plm_binance_ws *self, plm_row *row)
{
    const char *const blank = memchr(row->text, ' ', row->size);
    size_t const digits = blank != NULL ? (size_t)(blank - row->text) : 0;
    row->count = 0;
    if (digits != NS_DIGITS ||
        plm_decimal_parse(row->text, digits, 0, false, &row->recv) != PLM_DECIMAL_OK) {
        (void)plm_refuse(&row->refusal, PLM_REJECT_SYNTAX,
                         "a line is the time of receipt in nanoseconds (19 digits), a blank, JSON",
                         "no time of receipt");
        return;
    }
    json_error_t error;
    json_t *const root =
        json_loadb(blank + 1, row->size - digits - 1, JSON_REJECT_DUPLICATES, &error);
    if (root == NULL) {
        (void)plm_refuse(&row->refusal, PLM_REJECT_SYNTAX, "one JSON value is needed", "%s",
                         error.text);
        return;
    }
    make_messages(self, root, row);
    json_decref(root);
}

static plm_status ws_decode(plm_decoder *decoder, const char *bytes, size_t size, bool last,
                            plm_diag *diag, size_t *out_consumed, plm_row *out)
{
    plm_binance_ws *const self = decoder->impl;
    plm_status const status =
        plm_csv_lines_next(&self->lines, bytes, size, last, diag, out_consumed, out);
    if (status == PLM_OK && out->refusal.reason == PLM_REJECT_NONE) {
        parse_row(self, out);
    }
    return status;
}

/* -- life ------------------------------------------------------------------------------------ */

static void ws_begin(plm_decoder *decoder, const char *name)
{
    plm_binance_ws *const self = decoder->impl;
    plm_csv_lines_begin(&self->lines, name);
}

static void ws_destroy(plm_decoder *decoder)
{
    plm_binance_ws *const self = decoder->impl;
    plm_import_rows_fini(&self->rows);
    plm_free(self->states);
    plm_free(self);
}

unsigned plm_binance_ws_probe(const char *bytes, size_t size)
{
    size_t digits = 0;
    while (digits < size && bytes[digits] >= '0' && bytes[digits] <= '9') {
        digits++;
    }
    bool const fits = digits == NS_DIGITS && digits + 2 < size && bytes[digits] == ' ' &&
                      (bytes[digits + 1] == '{' || bytes[digits + 1] == '[');
    return fits ? 95 : 0;
}

plm_status plm_binance_ws_create(const plm_import_options *options, plm_diag *diag,
                                 plm_decoder **out)
{
    (void)diag;
    plm_binance_ws *const self = plm_alloc(1, sizeof *self);
    self->options = options;
    plm_import_rows_init(&self->rows, options);
    for (unsigned i = 0; i < PLM_WS_COUNT; i++) {
        self->notes[i].what = NOTE_TEXTS[i];
    }
    self->decoder = (plm_decoder){.impl = self,
                                  .has_recv = true,
                                  .interleaved = true,
                                  .derive = options->derive,
                                  .note_count = PLM_WS_COUNT,
                                  .notes = self->notes,
                                  .begin = ws_begin,
                                  .decode = ws_decode,
                                  .destroy = ws_destroy};
    *out = &self->decoder;
    return PLM_OK;
}
