/*
 * binance_csv.c - files of data.binance.vision as an import format: lines, heads, members. The
 * fields of a head line are in binance_shape.c, the meaning of rows in binance_rows.c.
 */
#include <stdio.h>
#include <string.h>

#include "binance.h"
#include "check.h"
#include "memory.h"

#define QUOTE '"'

static const char *const NOTE_TEXTS[PLM_BINANCE_NOTE_COUNT] = {
    [PLM_BINANCE_MS] = "stamps of 13 digits, milliseconds",
    [PLM_BINANCE_US] = "stamps of 16 digits, microseconds",
    [PLM_BINANCE_UNIT_CHANGES] = "changes of the unit of stamps",
    [PLM_BINANCE_MISSING_IDS] = "missing ids",
    [PLM_BINANCE_IDS_BACK] = "ids that are lower than one before",
    [PLM_BINANCE_MISSING_BARS] = "holes between bars",
    [PLM_BINANCE_OVERLAPS] = "bars that overlap the one before",
};

/* -- lines ----------------------------------------------------------------------------------- */

/* Files of this venue have no quotes, but for empty fields of a few; the long way reads those. */
static bool split(plm_binance *self, plm_row *row, size_t *out_count)
{
    size_t count = 0;
    const char *begin = row->text;
    const char *const end = row->text + row->size;
    if (memchr(row->text, QUOTE, row->size) != NULL) {
        return plm_csv_split(row->text, row->size, ',', QUOTE, self->scratch, &row->refusal,
                             self->fields, out_count);
    }
    for (const char *at = begin;; at++) {
        if (at < end && *at != ',') {
            continue;
        }
        if (count == PLM_CSV_FIELDS_MAX) {
            return plm_refuse(&row->refusal, PLM_REJECT_SYNTAX, "at most 1024 fields are allowed",
                              "too many fields");
        }
        self->fields[count++] = (plm_csv_text){begin, (size_t)(at - begin)};
        if (at == end) {
            break;
        }
        begin = at + 1;
    }
    *out_count = count;
    return true;
}

static void parse_row(plm_binance *self, plm_row *row)
{
    size_t count = 0;
    if (!split(self, row, &count)) {
        return;
    }
    if (count != self->shape.field_count) {
        (void)plm_refuse(&row->refusal, PLM_REJECT_SYNTAX,
                         "all rows must have as many fields as the first",
                         "%zu fields instead of %zu", count, self->shape.field_count);
        return;
    }
    plm_binance_make_row(self, row);
}

/* -- the first line -------------------------------------------------------------------------- */

static bool is_zero(plm_csv_text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.bytes[i] != '0' && text.bytes[i] != '.') {
            return false;
        }
    }
    return true;
}

/* Whose prices bars are: asked for, told by the folder, or by the first bar; never guessed. Needs
 * the fields of a bar. */
static plm_status choose_prices(plm_binance *self, const plm_row *row, plm_diag *diag)
{
    plm_import_prices const asked = self->options->prices;
    self->prices = asked != PLM_PRICES_UNKNOWN ? asked : self->name.prices;
    const char *const venue =
        self->options->venue != NULL ? self->options->venue : self->name.venue;
    bool const spot = venue != NULL && strcmp(venue, "binance") == 0;
    if (self->prices == PLM_PRICES_UNKNOWN &&
        (spot || !is_zero(self->fields[self->shape.field[KLINE_VOLUME]]))) {
        self->prices = PLM_PRICES_LAST; /* only they have a volume, and spot has no others */
    }
    if (self->prices != PLM_PRICES_UNKNOWN) {
        return PLM_OK;
    }
    bool const samples = !is_zero(self->fields[self->shape.field[KLINE_COUNT]]);
    return plm_fail(diag, PLM_ERR_INPUT,
                    "%s:%llu: bars of %s prices: the files look alike; say which they are: "
                    "--prices mark or FILE@prices=mark",
                    self->lines.name, (unsigned long long)row->line,
                    samples ? "mark, index or premium" : "last, mark, index or premium");
}

/* Type, header or not, and for bars the prices; a header is not a row. */
static plm_status read_first(plm_binance *self, plm_row *row, plm_diag *diag)
{
    size_t count = 0;
    if (row->refusal.reason != PLM_REJECT_NONE || !split(self, row, &count)) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s:%llu: %s; %s", self->lines.name,
                        (unsigned long long)row->line, row->refusal.found, row->refusal.allowed);
    }
    if (!plm_binance_recognise(self->fields, count, &self->shape)) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s:%llu: begins with '%.*s'; the columns of trades, aggTrades, klines, "
                        "bookTicker, bookDepth, fundingRate, metrics or liquidationSnapshot are "
                        "needed (docs/import-binance.md)",
                        self->lines.name, (unsigned long long)row->line,
                        row->size > 60 ? 60 : (int)row->size, row->text);
    }
    if (self->type != PLM_BINANCE_NONE && self->type != self->shape.type) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: holds %s, the members before %s; one kind in a file is allowed",
                        self->lines.name, plm_binance_type_name(self->shape.type),
                        plm_binance_type_name(self->type));
    }
    self->type = self->shape.type;
    self->decoder.keep_duplicates = self->type == PLM_BINANCE_LIQUIDATIONS;
    self->decoder.ranked = self->type == PLM_BINANCE_TRADES ||
                           self->type == PLM_BINANCE_AGG_TRADES ||
                           self->type == PLM_BINANCE_BOOK_TICKER;
    self->prices = PLM_PRICES_UNKNOWN;
    if (self->type == PLM_BINANCE_KLINES && !self->shape.has_header) {
        return choose_prices(self, row, diag);
    }
    return PLM_OK;
}

/* A row behind the first line; bars with a header still have to say whose they are. */
static plm_status read_row(plm_binance *self, plm_row *row, plm_diag *diag)
{
    if (row->refusal.reason != PLM_REJECT_NONE) {
        return PLM_OK;
    }
    if (self->type == PLM_BINANCE_KLINES && self->prices == PLM_PRICES_UNKNOWN) {
        size_t count = 0;
        if (!split(self, row, &count) || count != self->shape.field_count) {
            return plm_fail(diag, PLM_ERR_INPUT,
                            "%s:%llu: the first bar has not as many fields as the header",
                            self->lines.name, (unsigned long long)row->line);
        }
        PLM_TRY(choose_prices(self, row, diag));
    }
    parse_row(self, row);
    return PLM_OK;
}

static plm_status binance_decode(plm_decoder *decoder, const char *bytes, size_t size, bool last,
                                 plm_diag *diag, size_t *out_consumed, plm_row *out)
{
    plm_binance *const self = decoder->impl;
    size_t at = 0;
    for (;;) {
        size_t used = 0;
        plm_status const status =
            plm_csv_lines_next(&self->lines, bytes + at, size - at, last, diag, &used, out);
        PLM_TRY(status);
        at += used;
        *out_consumed = at;
        if (status == PLM_END) {
            return PLM_END;
        }
        if (!self->head_seen) {
            PLM_TRY(read_first(self, out, diag));
            self->head_seen = true;
            if (self->shape.has_header) {
                continue;
            }
        }
        return read_row(self, out, diag);
    }
}

/* -- life ------------------------------------------------------------------------------------ */

static void binance_begin(plm_decoder *decoder, const char *name)
{
    plm_binance *const self = decoder->impl;
    plm_csv_lines_begin(&self->lines, name);
    plm_binance_read_name(name, &self->name);
    self->head_seen = false;
    self->before_size = 0;
    self->repeated = false;
}

static void binance_destroy(plm_decoder *decoder)
{
    plm_binance *const self = decoder->impl;
    plm_import_rows_fini(&self->rows);
    plm_free(self);
}

unsigned plm_binance_probe(const char *bytes, size_t size)
{
    static const char MARK[3] = {'\xef', '\xbb', '\xbf'};
    size_t const skip = size >= 3 && memcmp(bytes, MARK, 3) == 0 ? 3 : 0;
    const char *const feed = memchr(bytes + skip, '\n', size - skip);
    size_t length = feed != NULL ? (size_t)(feed - bytes) - skip : size - skip;
    length -= length > 0 && bytes[skip + length - 1] == '\r' ? 1 : 0;
    plm_csv_text fields[64];
    size_t count = 0;
    const char *begin = bytes + skip;
    const char *const end = begin + length;
    for (const char *at = begin; at <= end && count < sizeof fields / sizeof fields[0]; at++) {
        if (at == end || *at == ',') {
            fields[count++] = (plm_csv_text){begin, (size_t)(at - begin)};
            begin = at + 1;
        }
    }
    plm_binance_shape shape;
    return plm_binance_recognise(fields, count, &shape) ? shape.has_header ? 90 : 60 : 0;
}

plm_status plm_binance_create(const plm_import_options *options, plm_diag *diag, plm_decoder **out)
{
    if (options->map_path != NULL) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "%s: a column map was given, but format binance knows its columns; leave "
                        "the map or the format out",
                        options->map_path);
    }
    plm_binance *const self = plm_alloc(1, sizeof *self);
    self->options = options;
    self->sym = PLM_NO_SYM;
    plm_import_rows_init(&self->rows, options);
    for (unsigned i = 0; i < PLM_BINANCE_NOTE_COUNT; i++) {
        self->notes[i].what = NOTE_TEXTS[i];
    }
    self->decoder = (plm_decoder){.impl = self,
                                  .note_count = PLM_BINANCE_NOTE_COUNT,
                                  .notes = self->notes,
                                  .begin = binance_begin,
                                  .decode = binance_decode,
                                  .destroy = binance_destroy};
    *out = &self->decoder;
    return PLM_OK;
}
