/*
 * csv_table.c - finds the layout of a file in its header, and lets it read the rows.
 */
#include "csv_table.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "decimal.h"
#include "event_csv.h"
#include "memory.h"

static int shown(plm_csv_text text)
{
    return text.size > 60 ? 60 : (int)text.size;
}

static bool is_word(plm_csv_text text, const char *word)
{
    return word != NULL && text.size == strlen(word) && memcmp(text.bytes, word, text.size) == 0;
}

/* -- headers --------------------------------------------------------------------------------- */

static plm_csv_text header_name(const plm_csv_family *family, plm_csv_text field)
{
    const char *const slash = family->ends_at_slash ? memchr(field.bytes, '/', field.size) : NULL;
    return slash != NULL ? (plm_csv_text){field.bytes, (size_t)(slash - field.bytes)} : field;
}

/* The columns of the layout among the fields; false where one is missing or stands twice. */
static bool find_columns(const plm_csv_family *family, const plm_csv_layout *layout,
                         const plm_csv_text *fields, size_t count, size_t *out)
{
    for (size_t column = 0; layout->columns[column] != NULL; column++) {
        plm_assert(column < PLM_CSV_COLUMNS_MAX);
        size_t found = 0;
        for (size_t i = 0; i < count; i++) {
            if (is_word(header_name(family, fields[i]), layout->columns[column])) {
                out[column] = i;
                found++;
            }
        }
        if (found != 1) {
            return false;
        }
    }
    return true;
}

static bool split(const char *line, size_t size, plm_refusal *refusal, plm_csv_text *out,
                  size_t *out_count)
{
    return plm_csv_split(line, size, ',', '\0', NULL, refusal, out, out_count);
}

bool plm_csv_table_look(const plm_csv_family *family, const char *bytes, size_t size,
                        plm_csv_head *out)
{
    static const char MARK[3] = {'\xef', '\xbb', '\xbf'};
    size_t const skip = size >= sizeof MARK && memcmp(bytes, MARK, sizeof MARK) == 0 ? 3 : 0;
    const char *const text = bytes + skip;
    const char *const feed = size > skip ? memchr(text, '\n', size - skip) : NULL;
    size_t line = feed != NULL ? (size_t)(feed - text) : size - skip;
    size_t const body = feed != NULL ? line + 1 : line;
    line -= line > 0 && text[line - 1] == '\r' ? 1 : 0;
    plm_csv_text fields[2 * PLM_CSV_COLUMNS_MAX];
    size_t count = 0;
    for (size_t at = 0; at <= line && count < sizeof fields / sizeof fields[0]; count++) {
        const char *const comma = memchr(text + at, ',', line - at);
        fields[count] =
            (plm_csv_text){text + at, comma != NULL ? (size_t)(comma - text) - at : line - at};
        at += fields[count].size + 1;
    }
    for (size_t i = 0; i < family->count; i++) {
        if (find_columns(family, &family->layouts[i], fields, count, out->field_of)) {
            out->layout = &family->layouts[i];
            out->body = (plm_csv_text){text + body, size - skip - body};
            return true;
        }
    }
    return false;
}

bool plm_csv_head_next(const plm_csv_head *head, size_t column, plm_csv_text *body,
                       plm_csv_text *out)
{
    const char *const feed = body->size > 0 ? memchr(body->bytes, '\n', body->size) : NULL;
    if (feed == NULL) {
        return false;
    }
    size_t const line = (size_t)(feed - body->bytes);
    *out = (plm_csv_text){body->bytes, 0};
    size_t at = 0;
    for (size_t i = 0; at <= line; i++) {
        const char *const text = body->bytes + at;
        const char *const comma = memchr(text, ',', line - at);
        size_t const size = comma != NULL ? (size_t)(comma - text) : line - at;
        if (i == head->field_of[column]) {
            *out = (plm_csv_text){text, size};
            break;
        }
        at += size + 1;
    }
    *body = (plm_csv_text){feed + 1, body->size - line - 1};
    return true;
}

/* Whether the text has the word between separators of file names. */
static bool has_part(plm_csv_text text, const char *word)
{
    size_t const size = strlen(word);
    size_t begin = 0;
    for (size_t at = 0; at <= text.size; at++) {
        if (at == text.size || strchr("/_.:-", text.bytes[at]) != NULL) {
            if (at - begin == size && memcmp(text.bytes + begin, word, size) == 0) {
                return true;
            }
            begin = at + 1;
        }
    }
    return false;
}

static bool has_sibling(plm_csv_text text, const plm_csv_layout *layout)
{
    for (size_t i = 0; layout->siblings[i] != NULL; i++) {
        if (has_part(text, layout->siblings[i])) {
            return true;
        }
    }
    return false;
}

/* Layouts with the same columns are told apart by the file's name, or where that is silent by its
 * path; NULL where neither says one of them. */
static const plm_csv_layout *choose_sibling(const plm_csv_table *self,
                                            const plm_csv_layout *const *candidates, size_t count)
{
    const char *const name = self->lines.name;
    const char *const slash = strrchr(name, '/');
    const char *const base = slash != NULL ? slash + 1 : name;
    plm_csv_text const texts[] = {{base, strlen(base)}, {name, strlen(name)}};
    for (size_t t = 0; t < 2; t++) {
        const plm_csv_layout *found = NULL;
        size_t hits = 0;
        for (size_t i = 0; i < count; i++) {
            if (has_sibling(texts[t], candidates[i])) {
                found = candidates[i];
                hits++;
            }
        }
        if (hits > 0) {
            return hits == 1 ? found : NULL;
        }
    }
    return NULL;
}

static plm_status choose_layout(plm_csv_table *self, size_t count, plm_diag *diag)
{
    enum { SIBLINGS_MAX = 4 };
    const plm_csv_family *const family = self->family;
    const plm_csv_layout *candidates[SIBLINGS_MAX] = {NULL};
    size_t found = 0;
    for (size_t i = 0; i < family->count; i++) {
        const plm_csv_layout *const layout = &family->layouts[i];
        if ((family->forced == 0 || family->forced == i + 1) &&
            (found == 0 || layout->siblings != NULL) &&
            find_columns(family, layout, self->fields, count, self->field_of)) {
            plm_assert(found < SIBLINGS_MAX);
            candidates[found++] = layout;
        }
    }
    if (found == 0) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s:%llu: the header is not one of format %s; docs/import.md lists the "
                        "columns",
                        self->lines.name, (unsigned long long)self->lines.line, family->name);
    }
    self->layout = candidates[0];
    if (self->layout->siblings != NULL && family->forced == 0) {
        self->layout = choose_sibling(self, candidates, found);
        if (self->layout == NULL) {
            return plm_fail(diag, PLM_ERR_INPUT,
                            "%s: the columns of %s and %s are the same, and the name does not say "
                            "which they are; --format %s-%s or %s-%s is needed",
                            self->lines.name, candidates[0]->name, candidates[1]->name,
                            family->name, candidates[0]->name, family->name, candidates[1]->name);
        }
    }
    if (self->layout->problem != NULL) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s: %s", self->lines.name, self->layout->problem);
    }
    plm_assert(find_columns(family, self->layout, self->fields, count, self->field_of));
    self->field_count = count;
    self->rows.venue = self->layout->venue;
    self->decoder.derive |= self->layout->derive;
    self->decoder.changes_only |= self->layout->changes_only;
    return PLM_OK;
}

static plm_status read_header(plm_csv_table *self, const plm_row *line, plm_diag *diag)
{
    plm_refusal refusal = line->refusal;
    size_t count = 0;
    if (refusal.reason != PLM_REJECT_NONE ||
        !split(line->text, line->size, &refusal, self->fields, &count)) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s:%llu: header: %s; %s", self->lines.name,
                        (unsigned long long)line->line, refusal.found, refusal.allowed);
    }
    PLM_TRY(choose_layout(self, count, diag));
    return self->layout->names_symbol
               ? PLM_OK
               : plm_given_rows_need_symbol(&self->rows, self->lines.name, diag);
}

/* -- rows ------------------------------------------------------------------------------------ */

static void parse_row(plm_csv_table *self, plm_row *row)
{
    size_t count = 0;
    row->count = 0;
    if (!split(row->text, row->size, &row->refusal, self->fields, &count)) {
        return;
    }
    if (count != self->field_count) {
        (void)plm_refuse(&row->refusal, PLM_REJECT_SYNTAX,
                         "all rows must have as many fields as the header",
                         "%zu fields instead of %zu", count, self->field_count);
        return;
    }
    for (size_t i = 0; self->layout->columns[i] != NULL; i++) {
        self->cell[i] = self->fields[self->field_of[i]];
    }
    self->decoder.keep_duplicates = false;
    if (!self->layout->parse(self, row)) {
        self->has_next = false;
    }
}

/* The row before was taken or not, as the driver has left it: only then it counts. */
static void settle_row(plm_csv_table *self, const plm_row *before)
{
    bool const taken = before->refusal.reason == PLM_REJECT_NONE;
    plm_row_ids_settle(self->ids, taken);
    if (self->has_next && taken) {
        self->memory[self->next_sym] = self->next_memory;
    }
    self->has_next = false;
}

static plm_status table_decode(plm_decoder *decoder, const char *bytes, size_t size, bool last,
                               plm_diag *diag, size_t *out_consumed, plm_row *out)
{
    plm_csv_table *const self = decoder->impl;
    settle_row(self, out);
    *out_consumed = 0;
    for (;;) {
        size_t used = 0;
        plm_status const status = plm_csv_lines_next(&self->lines, bytes + *out_consumed,
                                                     size - *out_consumed, last, diag, &used, out);
        PLM_TRY(status);
        *out_consumed += used;
        if (status == PLM_END) {
            if (last && self->layout == NULL) {
                return plm_fail(diag, PLM_ERR_INPUT, "%s: there is no line; a header is needed",
                                self->lines.name);
            }
            return PLM_END;
        }
        if (self->layout == NULL) {
            PLM_TRY(read_header(self, out, diag));
            continue;
        }
        if (out->refusal.reason == PLM_REJECT_NONE) {
            parse_row(self, out);
        }
        return PLM_OK;
    }
}

/* -- values ---------------------------------------------------------------------------------- */

bool plm_csv_table_time(const char *name, plm_csv_text text, unsigned digits, plm_refusal *refusal,
                        plm_ts *out)
{
    static const char *const ALLOWED = "a time in the unit of the format, within 2000 to 2100, is "
                                       "allowed";
    plm_ts ts = 0;
    if (text.size == 0) {
        return plm_refuse(refusal, PLM_REJECT_BLANK, "a time is needed", "%s is empty", name);
    }
    plm_decimal_result const result = plm_decimal_parse(text.bytes, text.size, digits, false, &ts);
    if (result != PLM_DECIMAL_OK) {
        plm_reject const reason = result == PLM_DECIMAL_PRECISION ? PLM_REJECT_PRECISION
                                  : result == PLM_DECIMAL_RANGE   ? PLM_REJECT_RANGE
                                                                  : PLM_REJECT_SYNTAX;
        return plm_refuse(refusal, reason, ALLOWED, "%s is '%.*s'", name, shown(text), text.bytes);
    }
    if (ts < PLM_TS_MIN || ts >= PLM_TS_MAX) {
        return plm_refuse(refusal, PLM_REJECT_RANGE, ALLOWED, "%s is '%.*s'", name, shown(text),
                          text.bytes);
    }
    *out = ts;
    return true;
}

bool plm_csv_table_word(const char *name, plm_csv_text text, const char *const words[3],
                        plm_refusal *refusal, uint8_t *out)
{
    for (uint8_t i = 0; i < 3; i++) {
        if (is_word(text, words[i])) {
            *out = (uint8_t)(i + 1);
            return true;
        }
    }
    char allowed[PLM_REFUSAL_CAP];
    (void)snprintf(allowed, sizeof allowed, "%s, %s%s%s are allowed", words[0], words[1],
                   words[2] != NULL ? ", " : "", words[2] != NULL ? words[2] : "");
    return plm_refuse(refusal, text.size == 0 ? PLM_REJECT_BLANK : PLM_REJECT_UNKNOWN, allowed,
                      "%s is '%.*s'", name, shown(text), text.bytes);
}

bool plm_csv_table_number(const plm_csv_table *table, plm_field field, const char *name,
                          plm_csv_text text, uint32_t sym, plm_refusal *refusal, int64_t *out)
{
    return plm_field_parse(field, name, text.bytes, text.size,
                           plm_field_scale(field, plm_given_rows_at(&table->rows, sym)), true,
                           refusal, out);
}

bool plm_csv_table_add(const plm_csv_table *table, const plm_event *event, plm_csv_text px,
                       plm_csv_text qty, plm_row *row)
{
    const plm_kind_info *const info = plm_kind_find(event->kind);
    plm_assert(row->count < PLM_ROW_EVENTS_MAX);
    plm_event *const out = &row->event[row->count];
    *out = *event;
    if (!plm_csv_table_number(table, info->px, "price", px, event->sym, &row->refusal, &out->px) ||
        !plm_csv_table_number(table, info->qty, "amount", qty, event->sym, &row->refusal,
                              &out->qty)) {
        return false;
    }
    row->count++;
    return true;
}

bool plm_csv_table_add_print(plm_csv_table *table, const plm_event *event,
                             const char *const sides[3], const plm_csv_print *print, plm_row *row)
{
    plm_event named = *event;
    if (!plm_csv_table_word("side", print->side, sides, &row->refusal, &named.side)) {
        return false;
    }
    named.side = named.side == 3 ? PLM_SIDE_NONE : named.side;
    return plm_csv_table_id(table, print->id, event->sym, &row->refusal) &&
           plm_csv_table_add(table, &named, print->px, print->qty, row);
}

bool plm_csv_table_add_quote(const plm_csv_table *table, const plm_event *event, plm_csv_text px,
                             plm_csv_text qty, plm_row *row)
{
    if (px.size == 0 && qty.size == 0) {
        row->event[row->count++] = *event;
        return true;
    }
    return plm_csv_table_add(table, event, px, qty, row);
}

void plm_csv_table_remember(plm_csv_table *table, uint32_t sym, plm_csv_memory memory)
{
    plm_assert(sym < table->rows.met.table.count);
    table->has_next = true;
    table->next_sym = sym;
    table->next_memory = memory;
}

bool plm_csv_table_id(plm_csv_table *table, plm_csv_text id, uint32_t sym, plm_refusal *refusal)
{
    if (id.size == 0) {
        table->decoder.keep_duplicates = true;
        return true;
    }
    return plm_row_ids_check(table->ids, sym, id, refusal);
}

/* -- life ------------------------------------------------------------------------------------ */

static void table_begin(plm_decoder *decoder, const char *name)
{
    plm_csv_table *const self = decoder->impl;
    plm_csv_lines_begin(&self->lines, name);
    self->layout = NULL;
    plm_row_ids_clear(self->ids);
}

static void table_destroy(plm_decoder *decoder)
{
    plm_csv_table *const self = decoder->impl;
    plm_given_rows_fini(&self->rows);
    plm_row_ids_destroy(self->ids);
    plm_free(self->memory);
    plm_free(self);
}

plm_status plm_csv_table_create(const plm_csv_family *family, const plm_import_options *options,
                                plm_diag *diag, plm_decoder **out)
{
    plm_csv_table *const self = plm_alloc(1, sizeof *self);
    self->decoder = (plm_decoder){.impl = self,
                                  .has_recv = family->has_recv,
                                  .newest_first = family->newest_first,
                                  .begin = table_begin,
                                  .decode = table_decode,
                                  .destroy = table_destroy};
    self->family = family;
    plm_status const status = plm_given_rows_init(&self->rows, options, &self->decoder, diag);
    if (status < 0) {
        plm_free(self);
        return status;
    }
    self->ids = plm_row_ids_create();
    self->memory = plm_alloc(plm_given_rows_most(&self->rows) + 1, sizeof *self->memory);
    *out = &self->decoder;
    return PLM_OK;
}
