/*
 * csv_generic.c - any CSV, read by its column map.
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "csv_clock.h"
#include "csv_json_rows.h"
#include "csv_lines.h"
#include "csv_map.h"
#include "csv_rules.h"
#include "event_csv.h"
#include "memory.h"
#include "row_ids.h"

typedef struct csv_generic {
    plm_decoder decoder;
    plm_csv_lines lines;
    plm_csv_json_rows json_rows; /* in place of lines, where the map says so */
    plm_csv_map *owned;          /* NULL: the map is shared with other inputs */
    plm_csv_map map;             /* a plain copy, bound to the columns of this input */
    const char *symbol;          /* of the options, or NULL */
    bool head_seen;
    bool name_checked;         /* that it has the parts that the map names */
    plm_csv_text symbol_part;  /* of the name, where the map says so */
    plm_ts time_day, recv_day; /* likewise */
    plm_row_ids *ids;          /* NULL without 'id' */
    bool *in_snapshot;         /* by instrument: its last row with levels was of a snapshot */
    bool *marked; /* that of the row given out last, while it is not known to be taken */
    bool marked_inside;
    plm_csv_text fields[PLM_CSV_FIELDS_MAX];
    char scratch[PLM_ROW_BYTES_MAX];
} csv_generic;

static int shown(plm_csv_text text)
{
    return text.size > 60 ? 60 : (int)text.size;
}

/* -- values ---------------------------------------------------------------------------------- */

/* A rate in percent has two decimals less below the same 1e-12, one in basis points four. */
static bool parse_rate(const plm_csv_cell *cell, const char *name, plm_csv_text text,
                       bool allow_exponent, plm_refusal *refusal, int64_t *out)
{
    unsigned const less = cell->unit == PLM_UNIT_PERCENT ? 2 : cell->unit == PLM_UNIT_BPS ? 4 : 0;
    return plm_field_parse(PLM_FIELD_RATE, name, text.bytes, text.size, PLM_RATE_SCALE - less,
                           allow_exponent, refusal, out);
}

/* px or qty of an event that is there. */
static bool parse_value(const csv_generic *self, const plm_csv_cell *cell, plm_field field,
                        const plm_instrument *row, plm_refusal *refusal, int64_t *out)
{
    if (cell->node == NULL) {
        *out = 0;
        return true;
    }
    plm_csv_text text;
    if (plm_csv_cell_get(cell, self->fields, &text) != PLM_CSV_VALUE_TEXT) {
        *out = 0;
        return true;
    }
    const char *const name = cell->column != NULL ? cell->column : "constant";
    bool const exponent = self->map.exponent;
    switch (field) {
    case PLM_FIELD_TS:
        return plm_csv_clock_parse(cell, name, text, PLM_CSV_NO_DAY, refusal, out);
    case PLM_FIELD_RATE:
        return parse_rate(cell, name, text, exponent, refusal, out);
    case PLM_FIELD_ZERO:
    case PLM_FIELD_PX:
    case PLM_FIELD_QTY:
    case PLM_FIELD_COUNT:
        break;
    }
    return plm_field_parse(field, name, text.bytes, text.size, plm_field_scale(field, row),
                           exponent, refusal, out);
}

static bool parse_symbol(const csv_generic *self, plm_refusal *refusal, uint32_t *out)
{
    const plm_csv_cell *const cell = &self->map.symbol;
    plm_csv_text text = {self->symbol, self->symbol != NULL ? strlen(self->symbol) : 0};
    if (cell->node != NULL) {
        plm_csv_text found = self->symbol_part;
        if (cell->part == 0) {
            (void)plm_csv_cell_get(cell, self->fields, &found);
        }
        /* The words name the exceptions: other symbols stay as they are. */
        text = plm_csv_cell_translate(cell, found, &text) ? text : found;
    }
    if (text.size == 0) {
        return plm_refuse(refusal, PLM_REJECT_BLANK, "a symbol is needed", "the symbol is empty");
    }
    *out = plm_symbol_map_find(self->map.table.symbols, text.bytes, text.size);
    return *out != PLM_SYMBOL_ABSENT ||
           plm_refuse(refusal, PLM_REJECT_UNKNOWN,
                      "the instruments of the column map or of --instruments are allowed",
                      "symbol is '%.*s'", shown(text), text.bytes);
}

/* A kind that no row before has told of: the map may not give what it needs. */
static bool check_values(const plm_csv_event *source, const plm_kind_info *info,
                         plm_refusal *refusal)
{
    const char *const px = plm_csv_value_problem(&source->px, info->px);
    const char *const qty = plm_csv_value_problem(&source->qty, info->qty);
    if (px == NULL && qty == NULL) {
        return true;
    }
    const plm_csv_cell *const cell = px != NULL ? &source->px : &source->qty;
    return plm_refuse(refusal, cell->node == NULL ? PLM_REJECT_BLANK : PLM_REJECT_UNKNOWN,
                      px != NULL ? px : qty, "kind %s and its %s", info->name,
                      px != NULL ? "px" : "qty");
}

static bool parse_kind(const csv_generic *self, const plm_csv_event *source, plm_refusal *refusal,
                       plm_event_kind *out)
{
    plm_csv_text text;
    plm_csv_text word;
    *out = source->kind_fixed;
    if (source->info != NULL) {
        return true;
    }
    (void)plm_csv_cell_get(&source->kind, self->fields, &text);
    *out = plm_csv_cell_translate(&source->kind, text, &word)
               ? plm_kind_by_name(word.bytes, word.size)
               : PLM_EV_NONE;
    if (*out == PLM_EV_NONE) {
        return plm_refuse(refusal, PLM_REJECT_UNKNOWN, "the kinds of the column map are allowed",
                          "%s is '%.*s'", source->kind.column, shown(text), text.bytes);
    }
    return source->kind.words != NULL || check_values(source, plm_kind_find(*out), refusal);
}

static bool parse_side(const csv_generic *self, const plm_csv_event *source,
                       const plm_kind_info *info, plm_refusal *refusal, uint8_t *out)
{
    plm_csv_text text = {"", 0};
    plm_csv_text word = text;
    plm_csv_value value = PLM_CSV_VALUE_ZERO;
    if (source->side.node != NULL) {
        value = plm_csv_cell_get(&source->side, self->fields, &text);
    }
    if (value != PLM_CSV_VALUE_TEXT) {
        *out = 0;
        return true;
    }
    int const side = plm_csv_cell_translate(&source->side, text, &word)
                         ? plm_side_by_word(info, word.bytes, word.size)
                         : -1;
    if (side < 0) {
        return plm_refuse(refusal, text.size == 0 ? PLM_REJECT_BLANK : PLM_REJECT_UNKNOWN,
                          "the side words of the column map are allowed", "%s is '%.*s'",
                          source->side.column != NULL ? source->side.column : "side", shown(text),
                          text.bytes);
    }
    *out = (uint8_t)side;
    return true;
}

/* -- rows ------------------------------------------------------------------------------------ */

/* Whether a mark of the map says that there is no such event; then nothing of it is read. */
static bool is_absent(const csv_generic *self, const plm_csv_event *source)
{
    const plm_csv_cell *const cells[] = {&source->side, &source->px, &source->qty};
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        plm_csv_text text;
        if (cells[i]->absent != NULL &&
            plm_csv_cell_get(cells[i], self->fields, &text) == PLM_CSV_VALUE_ABSENT) {
            return true;
        }
    }
    return false;
}

static bool parse_event(const csv_generic *self, const plm_csv_event *source, plm_ts ts,
                        uint32_t sym, plm_row *row)
{
    const plm_instrument *const instrument = &self->map.table.rows[sym];
    plm_event event = {.ts = ts, .sym = sym};
    plm_event_kind kind = PLM_EV_NONE;
    if (is_absent(self, source)) {
        return true;
    }
    if (!parse_kind(self, source, &row->refusal, &kind)) {
        return false;
    }
    const plm_kind_info *const info = plm_kind_find(kind);
    event.kind = (uint8_t)kind;
    if (!parse_side(self, source, info, &row->refusal, &event.side) ||
        !parse_value(self, &source->px, info->px, instrument, &row->refusal, &event.px) ||
        !parse_value(self, &source->qty, info->qty, instrument, &row->refusal, &event.qty)) {
        return false;
    }
    if (source->is_bar && source->duration_ns > 0) {
        event.qty = source->duration_ns;
    }
    row->event[row->count++] = event;
    return true;
}

/* The part of a book that the row restates: whether it does is told from the rows before it that
 * were taken. */
static void mark_snapshot(csv_generic *self, uint32_t sym, plm_row *row)
{
    const plm_csv_skip *const snapshot = &self->map.snapshot;
    plm_csv_text const text = self->fields[snapshot->cell.field];
    bool const inside =
        plm_symbol_map_find(snapshot->texts, text.bytes, text.size) != PLM_SYMBOL_ABSENT;
    if (plm_csv_snapshot_mark(inside, inside && !self->in_snapshot[sym], row)) {
        self->marked = &self->in_snapshot[sym];
        self->marked_inside = inside;
    }
}

static bool is_skipped(const csv_generic *self, plm_refusal *refusal)
{
    for (size_t i = 0; i < self->map.skip_count; i++) {
        const plm_csv_skip *const skip = &self->map.skip[i];
        plm_csv_text const text = self->fields[skip->cell.field];
        if (plm_symbol_map_find(skip->texts, text.bytes, text.size) != PLM_SYMBOL_ABSENT) {
            (void)plm_refuse(refusal, PLM_REJECT_DECLARED, "", "a skip rule of the column map");
            return true;
        }
    }
    return false;
}

static bool parse_clocks(const csv_generic *self, plm_row *row, plm_ts *out_ts)
{
    const plm_csv_map *const map = &self->map;
    plm_csv_text text;
    plm_ts ts = 0;
    (void)plm_csv_cell_get(&map->time, self->fields, &text);
    if (!plm_csv_clock_parse(&map->time, "time", text, self->time_day, &row->refusal, &ts)) {
        return false;
    }
    if (ts < PLM_TS_MIN || ts >= PLM_TS_MAX) {
        char allowed[PLM_REFUSAL_CAP];
        (void)snprintf(allowed, sizeof allowed,
                       "times must lie in 2000..2100 (is the unit right? the map says %s)",
                       plm_csv_unit_name(map->time.unit));
        return plm_refuse(&row->refusal, PLM_REJECT_RANGE, allowed, "time is '%.*s'", shown(text),
                          text.bytes);
    }
    ts += map->time_shift_ns;
    row->recv = ts;
    *out_ts = ts;
    if (map->recv.node == NULL) {
        return true;
    }
    (void)plm_csv_cell_get(&map->recv, self->fields, &text);
    return plm_csv_clock_parse(&map->recv, "recv", text, self->recv_day, &row->refusal, &row->recv);
}

/* A row that repeats an id: refused, or left out where the map says so. An empty one is none. */
static bool check_id(const csv_generic *self, uint32_t sym, plm_refusal *refusal)
{
    plm_csv_text id;
    if (self->ids == NULL) {
        return true;
    }
    (void)plm_csv_cell_get(&self->map.id, self->fields, &id);
    if (id.size == 0 || plm_row_ids_check(self->ids, sym, id, refusal)) {
        return true;
    }
    refusal->reason = self->map.drop_duplicates ? PLM_REJECT_DECLARED : refusal->reason;
    return false;
}

static void parse_row(csv_generic *self, plm_row *row)
{
    const plm_csv_map *const map = &self->map;
    size_t count = 0;
    plm_ts ts = 0;
    uint32_t sym = 0;
    row->count = 0;
    if (!(map->json ? plm_csv_json_split(row->text, row->size, &row->refusal, self->fields, &count)
                    : plm_csv_split(row->text, row->size, map->delimiter, map->quote, self->scratch,
                                    &row->refusal, self->fields, &count))) {
        return;
    }
    if (count != map->field_count) {
        (void)plm_refuse(&row->refusal, PLM_REJECT_SYNTAX,
                         "all rows must have as many fields as the header or 'fields' says",
                         "%zu fields instead of %zu", count, map->field_count);
        return;
    }
    if (is_skipped(self, &row->refusal) || !parse_clocks(self, row, &ts) ||
        !parse_symbol(self, &row->refusal, &sym) || !check_id(self, sym, &row->refusal)) {
        return;
    }
    size_t bar_begin = 0;
    for (size_t i = 0; i < map->event_count; i++) {
        const plm_csv_event *const source = &map->event[i];
        if (source->is_bar && source->kind_fixed == PLM_EV_BAR_OPEN) {
            bar_begin = row->count;
        }
        if (!parse_event(self, source, ts, sym, row)) {
            return;
        }
        if (source->is_bar && source->kind_fixed == PLM_EV_BAR_CLOSE &&
            !plm_csv_bar_check(bar_begin, row)) {
            return;
        }
    }
    if (row->count == 0) {
        (void)plm_refuse(&row->refusal, PLM_REJECT_DECLARED, "", "all values are marked absent");
    } else if (map->snapshot.texts != NULL) {
        mark_snapshot(self, sym, row);
    }
}

static plm_status read_header(csv_generic *self, const plm_row *line, plm_diag *diag)
{
    char place[512];
    (void)snprintf(place, sizeof place, "%s:%llu", self->lines.name,
                   (unsigned long long)line->line);
    plm_refusal refusal = line->refusal;
    size_t count = 0;
    if (refusal.reason != PLM_REJECT_NONE ||
        !plm_csv_split(line->text, line->size, self->map.delimiter, self->map.quote, self->scratch,
                       &refusal, self->fields, &count)) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s: header: %s; %s", place, refusal.found,
                        refusal.allowed);
    }
    return plm_csv_map_bind(&self->map, self->fields, count, place, diag);
}

/* What the map takes from the name of the file or member must be there. */
static plm_status check_name(csv_generic *self, plm_diag *diag)
{
    const plm_csv_map *const map = &self->map;
    const char *const name = self->lines.name;
    if (self->name_checked) {
        return PLM_OK;
    }
    self->name_checked = true;
    self->time_day = plm_csv_name_day(name, map->time.day_part);
    self->recv_day = plm_csv_name_day(name, map->recv.day_part);
    if ((map->time.day_part > 0 && self->time_day == PLM_CSV_NO_DAY) ||
        (map->recv.day_part > 0 && self->recv_day == PLM_CSV_NO_DAY)) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: part %zu of the name is no date; YYYYMMDD is needed there, as the "
                        "column map says",
                        name, map->time.day_part > 0 ? map->time.day_part : map->recv.day_part);
    }
    if (map->symbol.part > 0 && !plm_csv_name_part(name, map->symbol.part, &self->symbol_part)) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: the name has no part %zu; the column map takes the symbol from there",
                        name, map->symbol.part);
    }
    return PLM_OK;
}

/* What the row before says of later ones holds if it was taken. */
static void settle_row(csv_generic *self, bool taken)
{
    if (self->marked != NULL && taken) {
        *self->marked = self->marked_inside;
    }
    self->marked = NULL;
    if (self->ids != NULL) {
        plm_row_ids_settle(self->ids, taken);
    }
}

static plm_status generic_decode(plm_decoder *decoder, const char *bytes, size_t size, bool last,
                                 plm_diag *diag, size_t *out_consumed, plm_row *out)
{
    csv_generic *const self = decoder->impl;
    size_t at = 0;
    settle_row(self, out->refusal.reason == PLM_REJECT_NONE);
    PLM_TRY(check_name(self, diag));
    for (;;) {
        size_t used = 0;
        plm_status const status =
            self->map.json
                ? plm_csv_json_rows_next(&self->json_rows, bytes + at, size - at, last, diag, &used,
                                         out)
                : plm_csv_lines_next(&self->lines, bytes + at, size - at, last, diag, &used, out);
        PLM_TRY(status);
        at += used;
        *out_consumed = at;
        if (status == PLM_END) {
            if (last && !self->head_seen) {
                return plm_fail(diag, PLM_ERR_INPUT, "%s: there is no line; a header is needed",
                                self->lines.name);
            }
            return PLM_END;
        }
        if (self->map.comment != '\0' && out->size > 0 && out->text[0] == self->map.comment) {
            continue;
        }
        if (!self->head_seen) {
            PLM_TRY(read_header(self, out, diag));
            self->head_seen = true;
            continue;
        }
        if (out->refusal.reason == PLM_REJECT_NONE) {
            parse_row(self, out);
        }
        return PLM_OK;
    }
}

/* -- life ------------------------------------------------------------------------------------ */

static void generic_begin(plm_decoder *decoder, const char *name)
{
    csv_generic *const self = decoder->impl;
    plm_csv_lines_begin(&self->lines, name);
    plm_csv_json_rows_begin(&self->json_rows, name);
    self->name_checked = false;
    if (self->ids != NULL) {
        plm_row_ids_clear(self->ids);
    }
    self->head_seen = !self->map.header;
}

static void generic_destroy(plm_decoder *decoder)
{
    csv_generic *const self = decoder->impl;
    plm_csv_map_destroy(self->owned);
    plm_row_ids_destroy(self->ids);
    plm_free(self->in_snapshot);
    plm_free(self);
}

unsigned plm_csv_generic_probe(const char *bytes, size_t size)
{
    return size > 0 && memchr(bytes, '\0', size) == NULL ? 1 : 0;
}

static plm_status open_generic(csv_generic *self, const plm_import_options *options, plm_diag *diag)
{
    if (options->map_path == NULL) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "the input is text that does not describe itself; a column map is needed "
                        "(--map FILE, see docs/import.md)");
    }
    if (options->as != NULL) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "%s: 'as' was given, but a column map names the symbol; leave it out",
                        options->map_path);
    }
    if (options->map == NULL) {
        PLM_TRY(plm_csv_map_read(options->map_path, options->rows, options->row_count, diag,
                                 &self->owned));
    }
    self->map = options->map != NULL ? *options->map : *self->owned;
    self->symbol = options->symbol;
    if (self->map.symbol.node == NULL && self->symbol == NULL) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "%s: nothing names the symbol; 'symbol' in the map or --symbol is needed",
                        options->map_path);
    }
    if (self->map.symbol.node != NULL && self->symbol != NULL) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "%s: both 'symbol' in the map and --symbol name the symbol; one is allowed",
                        options->map_path);
    }
    if (self->map.table.count == 0) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "%s: no instruments; 'instruments' in the map or --instruments is needed",
                        options->map_path);
    }
    self->decoder.has_recv = self->map.recv.node != NULL;
    self->decoder.keep_duplicates = self->map.keep_duplicates;
    self->decoder.derive = self->map.derive;
    self->decoder.newest_first = self->map.newest_first;
    self->ids = self->map.id.node != NULL ? plm_row_ids_create() : NULL;
    self->in_snapshot = plm_alloc(self->map.table.count, sizeof *self->in_snapshot);
    self->decoder.rows = self->map.table.rows;
    self->decoder.row_count = self->map.table.count;
    return PLM_OK;
}

plm_status plm_csv_generic_create(const plm_import_options *options, plm_diag *diag,
                                  plm_decoder **out)
{
    csv_generic *const self = plm_alloc(1, sizeof *self);
    self->decoder = (plm_decoder){
        .impl = self, .begin = generic_begin, .decode = generic_decode, .destroy = generic_destroy};
    plm_status const status = open_generic(self, options, diag);
    if (status != PLM_OK) {
        generic_destroy(&self->decoder);
        return status;
    }
    *out = &self->decoder;
    return PLM_OK;
}
