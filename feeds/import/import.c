/*
 * import.c - turns one input into a stream: reads bytes, finds rows, checks them, hands events on.
 */
#include "import.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "crc32c.h"
#include "digest.h"
#include "format_table.h"
#include "import_check.h"
#include "import_repeat.h"
#include "import_sort.h"
#include "memory.h"
#include "nearest.h"

#define BUFFER_CAP (4 * PLM_ROW_BYTES_MAX)
#define PROBE_SIZE 4096
#define PLACES_MAX (UINT64_MAX / PLM_ROW_EVENTS_MAX - 1) /* of rows that are sorted */

struct plm_import {
    plm_stream stream;
    const plm_format *format;
    plm_import_options options;
    plm_bytes *bytes;
    plm_decoder *decoder;
    plm_import_check check;
    plm_sorter *sorter; /* NULL unless rows are sorted or turned round */
    plm_digest *digest; /* of the rows that are sorted, NULL unless on_error is sort */
    uint64_t pushed;    /* rows that have gone into the sorter, parts of rows for themselves */
    plm_repeat_filter *repeats; /* made for the first row of a source that restates values */
    plm_sort_row popped;        /* the row that left the sorter last */
    plm_status sticky;          /* PLM_OK, PLM_END or a failure */
    plm_row *row;               /* the row that the last decode gave */
    bool has_row;               /* it is checked, taken and not yet handed on */
    uint32_t row_at;            /* events of it that have been handed on */
    /* The buffer holds bytes of one member in [at, end), and of the next one in [end, filled). */
    char *buffer;
    size_t at, end, filled;
    bool ended; /* no bytes come after `filled` */
    plm_import_content content;
    uint64_t member;
    char *name; /* of the member, for messages */
};

const char *plm_import_format_at(size_t index, const char **out_help)
{
    bool const there = index < FORMAT_COUNT;
    *out_help = there ? FORMATS[index].help : *out_help;
    return there ? FORMATS[index].name : NULL;
}

/* -- rows ------------------------------------------------------------------------------------ */

/* Of which member the bytes are that were read last. */
static void note_member(plm_import *self)
{
    plm_free(self->name);
    self->name = plm_strdup(plm_bytes_name(self->bytes));
    self->member = plm_bytes_member(self->bytes);
}

static void begin_member(plm_import *self)
{
    self->decoder->begin(self->decoder, self->name);
    self->check.has_previous = false;
}

/* Reads more bytes behind those that are left. */
static plm_status refill(plm_import *self, plm_diag *diag)
{
    plm_assert(self->end == self->filled && !self->ended);
    size_t const left = self->end - self->at;
    plm_assert(left < BUFFER_CAP);
    memmove(self->buffer, self->buffer + self->at, left);
    self->at = 0;
    self->end = left;
    size_t size = 0;
    PLM_TRY(plm_bytes_read(self->bytes, self->buffer + left, BUFFER_CAP - left, diag, &size));
    self->content.crc = plm_crc32c(self->content.crc, self->buffer + left, size);
    self->content.size += size;
    self->filled = left + size;
    self->ended = size == 0;
    if (self->ended || plm_bytes_member(self->bytes) == self->member) {
        self->end = self->filled;
    }
    return PLM_OK;
}

/* The next row as the decoder sees it, or PLM_END. */
static plm_status decode_row(plm_import *self, plm_diag *diag)
{
    for (;;) {
        bool const last = self->ended || self->end < self->filled;
        size_t used = 0;
        plm_status const status =
            self->decoder->decode(self->decoder, self->buffer + self->at, self->end - self->at,
                                  last, diag, &used, self->row);
        PLM_TRY(status);
        plm_assert(used <= self->end - self->at);
        self->at += used;
        if (status == PLM_OK) {
            return PLM_OK;
        }
        if (!last) {
            PLM_TRY(refill(self, diag));
            continue;
        }
        plm_assert(self->at == self->end);
        if (self->end == self->filled) {
            return PLM_END;
        }
        self->end = self->filled;
        note_member(self);
        begin_member(self);
    }
}

static void take_notes(plm_import *self)
{
    plm_import_report *const report = &self->check.report;
    plm_assert(self->decoder->note_count <= PLM_REPORT_NOTES);
    report->note_count = 0;
    for (uint32_t i = 0; i < self->decoder->note_count; i++) {
        if (self->decoder->notes[i].count > 0) {
            report->notes[report->note_count++] = self->decoder->notes[i];
        }
    }
}

/* The next row that is taken, or PLM_END; leaves it in self->row. */
static plm_status take_row(plm_import *self, plm_diag *diag)
{
    while (!self->has_row) {
        plm_status const status = decode_row(self, diag);
        PLM_TRY(status);
        if (status == PLM_END) {
            take_notes(self);
            return PLM_END;
        }
        PLM_TRY(plm_import_check_row(&self->check, self->decoder, self->name, self->row, diag,
                                     &self->has_row));
        self->stream.rows = self->decoder->rows;
        self->stream.row_count = self->decoder->row_count;
    }
    return PLM_OK;
}

/* -- the stream ------------------------------------------------------------------------------ */

/* What tells whether two rows of the sorter are equal: their bytes, within one member and without a
 * row between them that a rule leaves out, as it is for rows that are not sorted. */
static plm_sort_row mark_row(const plm_import *self)
{
    plm_sort_row mark = {.line = self->row->line, .member = self->member};
    if (self->digest != NULL && !self->decoder->is_tape && !self->decoder->keep_duplicates) {
        uint8_t digest[PLM_DIGEST_SIZE];
        uint64_t const declared = self->check.report.rejected[PLM_REJECT_DECLARED];
        plm_digest_add(self->digest, &self->member, sizeof self->member);
        plm_digest_add(self->digest, &declared, sizeof declared);
        plm_digest_add(self->digest, self->row->text, self->row->size);
        plm_digest_finish(self->digest, digest);
        memcpy(mark.key, digest, sizeof mark.key);
        mark.has_key = true;
    }
    return mark;
}

/* Rows that only sorting makes neighbours. */
static plm_status check_popped(plm_import *self, const plm_sort_row *row, plm_diag *diag)
{
    plm_sort_row const before = self->popped;
    self->popped = *row;
    if (!row->has_key || !before.has_key || row->line == before.line ||
        memcmp(row->key, before.key, sizeof row->key) != 0) {
        return PLM_OK;
    }
    return plm_fail(diag, PLM_ERR_INPUT,
                    "%s%s: lines %llu and %llu are equal, and neighbours once in order; rows that "
                    "are meant to repeat need 'duplicates: keep' in the column map",
                    self->name, row->member == self->member ? "" : " (a member before it)",
                    (unsigned long long)before.line, (unsigned long long)row->line);
}

/* Rows of equal time keep their order, or are turned round like all others; the events of one row
 * keep theirs. */
static void push_row(plm_import *self)
{
    plm_sort_row const mark = mark_row(self);
    uint64_t const number = self->pushed++;
    uint64_t const place = self->decoder->newest_first ? PLACES_MAX - number
                           : self->decoder->ranked     ? self->row->rank
                                                       : number;
    plm_assert(place <= PLACES_MAX);
    for (uint32_t i = 0; i < self->row->count; i++) {
        plm_sorter_push(self->sorter, &self->row->event[i], self->row->recv, &mark,
                        place * PLM_ROW_EVENTS_MAX + i);
    }
    self->has_row = false;
}

/* Nothing leaves before the window is full or the input has ended. */
static plm_status fill_window(plm_import *self, plm_diag *diag)
{
    bool const turned = self->decoder->newest_first;
    while (self->sticky == PLM_OK &&
           (turned || plm_sorter_count(self->sorter) < PLM_SORT_WINDOW_EVENTS)) {
        plm_status const status = take_row(self, diag);
        PLM_TRY(status);
        self->sticky = status;
        if (!self->has_row) {
            continue;
        }
        if (turned && plm_sorter_count(self->sorter) + self->row->count > PLM_SORT_WINDOW_EVENTS) {
            return plm_fail(diag, PLM_ERR_INPUT,
                            "%s:%llu: more than %u events in a file that is newest first; turn a "
                            "longer one round before (tac, below its header) and leave 'order' out",
                            self->name, (unsigned long long)self->row->line,
                            PLM_SORT_WINDOW_EVENTS);
        }
        push_row(self);
    }
    bool const file =
        !self->decoder->is_tape && !self->decoder->ranked && !self->decoder->interleaved;
    if (!turned && file && self->check.emitted_ts == INT64_MIN && self->check.descents > 0 &&
        self->check.ascents == 0) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: all rows are newest first, and sorting would keep rows of equal time "
                        "as they are; 'order: newest_first' in the column map turns them round "
                        "(Bybit: --format bybit-newest-first)",
                        self->name);
    }
    return PLM_OK;
}

/* Whether the event goes on: what a source restates in every row is said once. */
static bool pass_event(plm_import *self, const plm_event *event)
{
    if (!self->decoder->changes_only) {
        return true;
    }
    if (self->repeats == NULL) {
        self->repeats = plm_repeat_filter_create();
    }
    if (!plm_repeat_filter_drops(self->repeats, event)) {
        return true;
    }
    self->check.report.events_written--;
    self->check.report.events_repeated++;
    return false;
}

static plm_status fill_sorted(plm_import *self, plm_diag *diag, plm_batch *out)
{
    while (out->count < PLM_BATCH_CAP) {
        PLM_TRY(fill_window(self, diag));
        if (plm_sorter_count(self->sorter) == 0) {
            break;
        }
        plm_sort_row row;
        plm_sorter_pop(self->sorter, &out->event[out->count], &out->recv[out->count], &row);
        PLM_TRY(check_popped(self, &row, diag));
        self->check.emitted_ts = out->event[out->count].ts;
        out->count += pass_event(self, &out->event[out->count]) ? 1 : 0;
    }
    return PLM_OK;
}

static plm_status fill_as_read(plm_import *self, plm_diag *diag, plm_batch *out)
{
    while (self->sticky == PLM_OK && out->count < PLM_BATCH_CAP) {
        plm_status const status = take_row(self, diag);
        PLM_TRY(status);
        self->sticky = status;
        while (self->has_row && out->count < PLM_BATCH_CAP) {
            out->event[out->count] = self->row->event[self->row_at];
            out->recv[out->count] = self->row->recv;
            out->count += pass_event(self, &self->row->event[self->row_at]) ? 1 : 0;
            self->row_at++;
            self->has_row = self->row_at < self->row->count;
        }
        self->row_at = self->has_row ? self->row_at : 0;
    }
    return PLM_OK;
}

static plm_status import_next(plm_stream *stream, plm_diag *diag, plm_batch *out)
{
    plm_import *const self = stream->impl;
    out->count = 0;
    PLM_TRY(self->sticky);
    plm_status const status =
        self->sorter != NULL ? fill_sorted(self, diag, out) : fill_as_read(self, diag, out);
    if (status < 0) {
        self->sticky = status;
        return status;
    }
    return out->count > 0 ? PLM_OK : PLM_END;
}

/* The importer owns the stream: whoever destroys a stream around it leaves it alone. */
static void import_stream_destroy(plm_stream *stream)
{
    (void)stream;
}

/* -- opening --------------------------------------------------------------------------------- */

static const plm_format *find_format(const char *name)
{
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        if (strcmp(FORMATS[i].name, name) == 0) {
            return &FORMATS[i];
        }
    }
    return NULL;
}

plm_status plm_import_check_format(const char *name, plm_diag *diag)
{
    if (find_format(name) != NULL) {
        return PLM_OK;
    }
    const char *names[FORMAT_COUNT + 1] = {NULL};
    char listed[1024] = "";
    size_t size = 0;
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        names[i] = FORMATS[i].name;
        int const added =
            snprintf(listed + size, sizeof listed - size, "%s%s", i > 0 ? ", " : "", names[i]);
        plm_assert(added > 0 && (size_t)added < sizeof listed - size);
        size += (size_t)added;
    }
    const char *const nearest = plm_nearest(name, names);
    return plm_fail(diag, PLM_ERR_USAGE, "no format '%s'; allowed are %s%s%s", name, listed,
                    nearest != NULL ? "; nearest: " : "", nearest != NULL ? nearest : "");
}

/* Chooses by name or by content. */
static plm_status choose_format(plm_import *self, const plm_import_options *options, plm_diag *diag)
{
    size_t const size = self->end < PROBE_SIZE ? self->end : PROBE_SIZE;
    if (options->format != NULL) {
        PLM_TRY(plm_import_check_format(options->format, diag));
        self->format = find_format(options->format);
        /* "csv" is both kinds: the head line tells. */
        if (self->format == &FORMATS[0] && FORMATS[0].probe(self->buffer, size) == 0) {
            self->format = &FORMATS[1];
        }
        return PLM_OK;
    }
    unsigned best = 0;
    /* With a column map it is CSV, whatever else it looks like. */
    size_t const count = options->map_path != NULL ? 2 : FORMAT_COUNT;
    for (size_t i = 0; i < count; i++) {
        unsigned const sure = FORMATS[i].probe(self->buffer, size);
        if (sure > best) {
            best = sure;
            self->format = &FORMATS[i];
        }
    }
    if (best == 0) {
        return plm_fail(
            diag, PLM_ERR_INPUT,
            "%s: the content is of no known format; allowed are those of 'plimsoll import "
            "--formats' and CSV with a column map, plain or in gzip, zstd or zip",
            plm_bytes_name(self->bytes));
    }
    return PLM_OK;
}

static plm_status open_input(plm_import *self, const char *path, const plm_import_options *options,
                             plm_diag *diag)
{
    PLM_TRY(plm_bytes_open(path, diag, &self->bytes));
    PLM_TRY(refill(self, diag));
    note_member(self);
    /* A pipe or a small frame may give a few bytes at first: too few to tell the format. */
    while (!self->ended && self->end == self->filled && self->filled < PROBE_SIZE) {
        PLM_TRY(refill(self, diag));
    }
    if (self->filled == 0) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s: empty when unpacked; data is needed", path);
    }
    PLM_TRY(choose_format(self, options, diag));
    PLM_TRY(self->format->create(options, diag, &self->decoder));
    if (options->on_error == PLM_ON_ERROR_SORT || self->decoder->newest_first) {
        self->sorter = plm_sorter_create();
    }
    begin_member(self);
    /* The head is read now, so that clocks and instruments are known before the first event. */
    plm_status const status = take_row(self, diag);
    PLM_TRY(status);
    self->sticky = status;
    self->stream.has_recv = self->decoder->has_recv;
    self->stream.rows = self->decoder->rows;
    self->stream.row_count = self->decoder->row_count;
    return PLM_OK;
}

plm_status plm_import_open(const char *path, const plm_import_options *options, plm_diag *diag,
                           plm_import **out)
{
    plm_import *const self = plm_alloc(1, sizeof *self);
    self->stream =
        (plm_stream){.impl = self, .next = import_next, .destroy = import_stream_destroy};
    self->buffer = plm_alloc(BUFFER_CAP, 1);
    self->row = plm_alloc(1, sizeof *self->row);
    plm_import_check_init(&self->check, options->on_error);
    if (options->on_error == PLM_ON_ERROR_SORT) {
        self->digest = plm_digest_create();
    }
    self->options = *options;
    plm_status const status = open_input(self, path, &self->options, diag);
    if (status < 0) {
        plm_import_close(self);
        return status;
    }
    *out = self;
    return PLM_OK;
}

void plm_import_close(plm_import *import)
{
    if (import == NULL) {
        return;
    }
    if (import->decoder != NULL) {
        import->decoder->destroy(import->decoder);
    }
    plm_bytes_close(import->bytes);
    plm_sorter_destroy(import->sorter);
    plm_repeat_filter_destroy(import->repeats);
    plm_digest_destroy(import->digest);
    plm_import_check_fini(&import->check);
    plm_free(import->row);
    plm_free(import->buffer);
    plm_free(import->name);
    plm_free(import);
}

plm_stream *plm_import_stream(plm_import *import)
{
    return &import->stream;
}

const plm_import_report *plm_import_get_report(const plm_import *import)
{
    return &import->check.report;
}

plm_import_content plm_import_get_content(const plm_import *import)
{
    return import->content;
}

plm_import_extent plm_import_get_extent(const plm_import *import, uint32_t row)
{
    plm_assert(row < import->stream.row_count);
    return row < import->check.extent_count ? import->check.extents[row] : (plm_import_extent){0};
}

const struct plm_known_life *plm_import_life(const plm_import *import, const char *symbol)
{
    const plm_decoder *const decoder = import->decoder;
    for (uint32_t row = 0; decoder->lives != NULL && row < decoder->row_count; row++) {
        if (strcmp(decoder->rows[row].symbol, symbol) == 0) {
            return decoder->lives[row];
        }
    }
    return NULL;
}

const char *plm_import_format_name(const plm_import *import)
{
    return import->format->name;
}

bool plm_import_wants_derive(const plm_import *import)
{
    return import->decoder->derive;
}

bool plm_import_holds_back(const plm_import *import)
{
    return import->sorter != NULL;
}

bool plm_import_is_synthetic(const plm_import *import)
{
    return import->decoder->synthetic;
}

void plm_import_progress(const plm_import *import, uint64_t *out_done, uint64_t *out_total)
{
    *out_done = plm_bytes_raw_offset(import->bytes);
    *out_total = plm_bytes_raw_size(import->bytes);
}
