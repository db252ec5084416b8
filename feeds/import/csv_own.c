/*
 * csv_own.c - plimsoll's own CSV (event_csv.h) as an import format: instruments and clocks come
 * from its head lines.
 */
#include <string.h>

#include "check.h"
#include "csv_lines.h"
#include "decimal.h"
#include "event_csv.h"
#include "import_format.h"
#include "memory.h"
#include "row_table.h"

/* The head lines in their order. */
typedef enum head_state {
    HEAD_FIRST,
    HEAD_INSTRUMENTS,
    HEAD_SYNTHETIC,
    HEAD_COLUMNS,
    HEAD_DONE,
    HEAD_ENDED /* the end line has been read */
} head_state;

typedef struct csv_own {
    plm_decoder decoder;
    plm_csv_lines lines;
    plm_row_table table;
    head_state head;
    uint32_t listed;     /* instrument lines of this member */
    uint64_t lines_read; /* event lines of this member, good or bad */
    bool later;          /* a member has gone before */
} csv_own;

static bool begins_with(const plm_row *line, const char *prefix)
{
    size_t const size = strlen(prefix);
    return line->size >= size && memcmp(line->text, prefix, size) == 0;
}

static bool is_text(const plm_row *line, const char *text)
{
    return line->size == strlen(text) && memcmp(line->text, text, line->size) == 0;
}

static plm_status head_fail(const csv_own *self, const plm_row *line, const char *allowed,
                            plm_diag *diag)
{
    return plm_fail(diag, PLM_ERR_INPUT, "%s:%llu: found '%.*s'; %s", self->lines.name,
                    (unsigned long long)line->line, line->size > 100 ? 100 : (int)line->size,
                    line->text, allowed);
}

static plm_status read_instrument(csv_own *self, const plm_row *line, plm_diag *diag)
{
    size_t const skip = strlen(PLM_EVENT_CSV_INSTRUMENT);
    const char *const text = line->text + skip;
    const char *const blank = memchr(text, ' ', line->size - skip);
    size_t const digits = blank != NULL ? (size_t)(blank - text) : 0;
    int64_t number = -1;
    if (plm_decimal_parse(text, digits, 0, false, &number) != PLM_DECIMAL_OK ||
        number != self->listed) {
        return head_fail(self, line, "instrument lines are numbered 0, 1, 2, ...", diag);
    }
    plm_diag reason;
    plm_diag_init(&reason);
    plm_instrument row;
    uint32_t place = 0;
    plm_status status =
        plm_instrument_parse(blank + 1, line->size - skip - digits - 1, &reason, &row);
    if (status == PLM_OK) {
        status = plm_row_table_add(&self->table, &row, &reason, &place);
    }
    if (status != PLM_OK) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s:%llu: %s", self->lines.name,
                        (unsigned long long)line->line, reason.text);
    }
    if (place != self->listed) {
        return head_fail(self, line,
                         "each symbol may stand once, and members list the same ones in one order",
                         diag);
    }
    self->listed++;
    self->decoder.rows = self->table.rows;
    self->decoder.row_count = self->table.count;
    return PLM_OK;
}

/* "# recv yes" and the like. */
static plm_status read_switch(const csv_own *self, const plm_row *line, const char *prefix,
                              const char *allowed, plm_diag *diag, bool *out)
{
    size_t const skip = strlen(prefix);
    if (begins_with(line, prefix)) {
        if (line->size == skip + 3 && memcmp(line->text + skip, "yes", 3) == 0) {
            *out = true;
            return PLM_OK;
        }
        if (line->size == skip + 2 && memcmp(line->text + skip, "no", 2) == 0) {
            *out = false;
            return PLM_OK;
        }
    }
    return head_fail(self, line, allowed, diag);
}

static plm_status read_head(csv_own *self, const plm_row *line, plm_diag *diag)
{
    bool value = false;
    switch (self->head) {
    case HEAD_FIRST:
        if (!is_text(line, PLM_EVENT_CSV_FIRST)) {
            return head_fail(self, line, "'" PLM_EVENT_CSV_FIRST "' is the first line", diag);
        }
        self->head = HEAD_INSTRUMENTS;
        return PLM_OK;
    case HEAD_INSTRUMENTS:
        if (begins_with(line, PLM_EVENT_CSV_INSTRUMENT)) {
            return read_instrument(self, line, diag);
        }
        self->head = HEAD_SYNTHETIC;
        PLM_TRY(read_switch(self, line, PLM_EVENT_CSV_RECV,
                            "'# instrument N ...', '# recv yes' or '# recv no' is allowed", diag,
                            &value));
        if (self->later && value != self->decoder.has_recv) {
            return head_fail(self, line, "all members have a second clock or none has", diag);
        }
        self->decoder.has_recv = value;
        return PLM_OK;
    case HEAD_SYNTHETIC:
        self->head = HEAD_COLUMNS;
        PLM_TRY(read_switch(self, line, PLM_EVENT_CSV_SYNTHETIC,
                            "'# synthetic yes' or '# synthetic no' is allowed", diag, &value));
        self->decoder.synthetic |= value;
        return PLM_OK;
    case HEAD_COLUMNS:
        if (self->decoder.has_recv) {
            if (!is_text(line, PLM_EVENT_CSV_COLUMNS_RECV)) {
                return head_fail(self, line, "'" PLM_EVENT_CSV_COLUMNS_RECV "' is needed", diag);
            }
        } else if (!is_text(line, PLM_EVENT_CSV_COLUMNS)) {
            return head_fail(self, line, "'" PLM_EVENT_CSV_COLUMNS "' is needed", diag);
        }
        self->head = HEAD_DONE;
        return PLM_OK;
    case HEAD_DONE:
    case HEAD_ENDED:
        break;
    }
    plm_assert(false);
    return PLM_ERR_BUG;
}

/* "# end N" closes a member: without it, or with another count, lines have been lost. */
static plm_status read_end(csv_own *self, const plm_row *line, plm_diag *diag)
{
    size_t const skip = strlen(PLM_EVENT_CSV_END);
    int64_t count = -1;
    if (plm_decimal_parse(line->text + skip, line->size - skip, 0, false, &count) !=
            PLM_DECIMAL_OK ||
        count < 0) {
        return head_fail(self, line, "'# end N' with the number of events is allowed", diag);
    }
    if ((uint64_t)count != self->lines_read) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s:%llu: cut short: '# end %lld' stands after %llu events; all of them "
                        "are needed",
                        self->lines.name, (unsigned long long)line->line, (long long)count,
                        (unsigned long long)self->lines_read);
    }
    self->head = HEAD_ENDED;
    return PLM_OK;
}

/* A member ends here. */
static plm_status check_end(const csv_own *self, plm_diag *diag)
{
    unsigned long long const line = self->lines.line;
    switch (self->head) {
    case HEAD_FIRST:
    case HEAD_INSTRUMENTS:
    case HEAD_SYNTHETIC:
    case HEAD_COLUMNS:
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s:%llu: the head lines end early; the column line is needed",
                        self->lines.name, line);
    case HEAD_DONE:
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s:%llu: cut short: no '# end N' after %llu events; it is the last line",
                        self->lines.name, line, (unsigned long long)self->lines_read);
    case HEAD_ENDED:
        return PLM_END;
    }
    return PLM_END;
}

/* A line after the head; *out_row says whether it is one for the driver. */
static plm_status read_line(csv_own *self, plm_diag *diag, plm_row *line, bool *out_row)
{
    *out_row = false;
    if (self->head == HEAD_ENDED) {
        return head_fail(self, line, "nothing is allowed after '# end N'", diag);
    }
    if (begins_with(line, PLM_EVENT_CSV_END) && line->refusal.reason == PLM_REJECT_NONE) {
        return read_end(self, line, diag);
    }
    *out_row = true;
    self->lines_read += line->size > 0 ? 1 : 0;
    line->count = 1;
    if (line->refusal.reason == PLM_REJECT_NONE) {
        (void)plm_event_csv_parse(line->text, line->size, self->decoder.has_recv,
                                  self->table.symbols, self->table.rows, &line->refusal,
                                  &line->event[0], &line->recv);
    }
    return PLM_OK;
}

static plm_status own_decode(plm_decoder *decoder, const char *bytes, size_t size, bool last,
                             plm_diag *diag, size_t *out_consumed, plm_row *out)
{
    csv_own *const self = decoder->impl;
    size_t at = 0;
    for (;;) {
        size_t used = 0;
        plm_status const status =
            plm_csv_lines_next(&self->lines, bytes + at, size - at, last, diag, &used, out);
        PLM_TRY(status);
        at += used;
        *out_consumed = at;
        if (status == PLM_END) {
            return last ? check_end(self, diag) : PLM_END;
        }
        if (self->head < HEAD_DONE) {
            if (out->refusal.reason != PLM_REJECT_NONE) {
                return head_fail(self, out, out->refusal.allowed, diag);
            }
            PLM_TRY(read_head(self, out, diag));
            continue;
        }
        bool is_row = false;
        PLM_TRY(read_line(self, diag, out, &is_row));
        if (is_row) {
            return PLM_OK;
        }
    }
}

static void own_begin(plm_decoder *decoder, const char *name)
{
    csv_own *const self = decoder->impl;
    self->later = self->lines.name != NULL;
    self->head = HEAD_FIRST;
    self->listed = 0;
    self->lines_read = 0;
    plm_csv_lines_begin(&self->lines, name);
}

static void own_destroy(plm_decoder *decoder)
{
    csv_own *const self = decoder->impl;
    plm_row_table_fini(&self->table);
    plm_free(self);
}

unsigned plm_csv_own_probe(const char *bytes, size_t size)
{
    static const char MARK[3] = {'\xef', '\xbb', '\xbf'};
    size_t const skip = size >= 3 && memcmp(bytes, MARK, 3) == 0 ? 3 : 0;
    size_t const length = strlen(PLM_EVENT_CSV_FIRST);
    return size - skip >= length && memcmp(bytes + skip, PLM_EVENT_CSV_FIRST, length) == 0 ? 100
                                                                                           : 0;
}

plm_status plm_csv_own_create(const plm_import_options *options, plm_diag *diag, plm_decoder **out)
{
    if (options->map_path != NULL) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "%s: a column map was given, but the input is plimsoll's own CSV, which "
                        "describes itself; leave the map out",
                        options->map_path);
    }
    if (options->as != NULL) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "'as' was given, but the input is plimsoll's own CSV, which names its "
                        "instruments itself; leave it out");
    }
    if (!options->shared && (options->symbol != NULL || options->row_count > 0)) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "%s was given, but the input is plimsoll's own CSV, which describes its "
                        "instruments itself; leave it out",
                        options->symbol != NULL ? "--symbol" : "--instrument or --instruments");
    }
    csv_own *const self = plm_alloc(1, sizeof *self);
    plm_row_table_init(&self->table);
    self->decoder = (plm_decoder){.impl = self,
                                  .is_tape = true,
                                  .begin = own_begin,
                                  .decode = own_decode,
                                  .destroy = own_destroy};
    *out = &self->decoder;
    return PLM_OK;
}
