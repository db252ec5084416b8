/*
 * dbn_head.c - the metadata of a DBN stream: version, schema, and which instrument id is which
 * symbol on which days.
 */
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "dbn.h"
#include "decimal.h"
#include "memory.h"
#include "timetext.h"

#define FIXED_END 108
#define DAY_NS INT64_C(86400000000000)
#define STYPE_INSTRUMENT_ID 0

void plm_dbn_text(const char *bytes, size_t size, char *out)
{
    size_t i = 0;
    for (; i < size && bytes[i] != '\0'; i++) {
        out[i] = (char)(bytes[i] == ' ' ? '_' : bytes[i]);
    }
    while (i > 0 && bytes[i - 1] == ' ') { /* fill, not part of the name */
        i--;
    }
    out[i] = '\0';
}

/* Bounded, and stops for good at the first failure. */
typedef struct reader {
    const char *at;
    size_t left;
    bool failed;
} reader;

static const char *read_bytes(reader *from, size_t size)
{
    if (from->failed || size > from->left) {
        from->failed = true;
        return NULL;
    }
    const char *const bytes = from->at;
    from->at += size;
    from->left -= size;
    return bytes;
}

static uint32_t read_u32(reader *from)
{
    const char *const bytes = read_bytes(from, 4);
    return bytes != NULL ? plm_dbn_u32(bytes, 0) : 0;
}

typedef struct parser {
    reader reader;
    const char *name;
    size_t text_size; /* of a symbol */
    uint8_t stype_in, stype_out;
    plm_dbn_head *head;
    uint32_t cap;
} parser;

static plm_status head_fail(const parser *self, const char *what, plm_diag *diag)
{
    return plm_fail(diag, PLM_ERR_INPUT,
                    "%s: DBN metadata: %s; metadata as the vendor's tools write them are allowed",
                    self->name, what);
}

/* A decimal YYYYMMDD, the start of that day. */
static bool read_date(reader *from, plm_ts *out)
{
    uint32_t const date = read_u32(from);
    unsigned const day = date % 100;
    unsigned const month = date / 100 % 100;
    int64_t const year = date / 10000;
    if (year < 1970 || year > 2199 || month < 1 || month > 12 || day < 1 || day > 31) {
        return false;
    }
    int64_t const days = plm_days_from_civil(year, month, day);
    int64_t back_year = 0;
    unsigned back_month = 0;
    unsigned back_day = 0;
    plm_civil_from_days(days, &back_year, &back_month, &back_day);
    *out = days * DAY_NS;
    return back_month == month && back_day == day;
}

static bool parse_id(const char *text, uint32_t *out)
{
    int64_t value = 0;
    if (plm_decimal_parse(text, strlen(text), 0, false, &value) != PLM_DECIMAL_OK || value < 0 ||
        value > UINT32_MAX) {
        return false;
    }
    *out = (uint32_t)value;
    return true;
}

static plm_status add_interval(parser *self, const char *in, const char *out, plm_ts from,
                               plm_ts to, plm_diag *diag)
{
    bool const swapped = self->stype_out != STYPE_INSTRUMENT_ID;
    if (from >= to || out[0] == '\0' || (swapped && self->stype_in != STYPE_INSTRUMENT_ID)) {
        return PLM_OK; /* resolved to nothing, or not to an id */
    }
    uint32_t id = 0;
    if (!parse_id(swapped ? in : out, &id)) {
        return head_fail(self, "a symbol is mapped to what is no instrument id", diag);
    }
    plm_dbn_head *const head = self->head;
    if (head->interval_count == self->cap) {
        self->cap = self->cap == 0 ? 16 : self->cap * 2;
        head->intervals = plm_realloc(head->intervals, self->cap, sizeof *head->intervals);
    }
    plm_dbn_interval *const interval = &head->intervals[head->interval_count++];
    *interval = (plm_dbn_interval){.from = from, .to = to, .id = id};
    (void)snprintf(interval->name, sizeof interval->name, "%s", swapped ? out : in);
    return PLM_OK;
}

static bool read_text(parser *self, char out[PLM_DBN_SYMBOL_CAP])
{
    const char *const bytes = read_bytes(&self->reader, self->text_size);
    if (bytes == NULL) {
        return false;
    }
    plm_dbn_text(bytes, self->text_size, out);
    return true;
}

static plm_status read_mapping(parser *self, plm_diag *diag)
{
    char in[PLM_DBN_SYMBOL_CAP] = "";
    char out[PLM_DBN_SYMBOL_CAP] = "";
    (void)read_text(self, in);
    uint32_t const count = read_u32(&self->reader);
    for (uint32_t i = 0; i < count && !self->reader.failed; i++) {
        plm_ts from = 0;
        plm_ts to = 0;
        bool const begins = read_date(&self->reader, &from);
        bool const ends = read_date(&self->reader, &to);
        if (!read_text(self, out)) {
            break;
        }
        if (!begins || !ends) {
            return head_fail(self, "a date of a mapping does not exist", diag);
        }
        PLM_TRY(add_interval(self, in, out, from, to, diag));
    }
    return self->reader.failed ? head_fail(self, "a mapping is cut short", diag) : PLM_OK;
}

/* Three lists of symbols as they were asked for: passed over. */
static plm_status read_lists(parser *self, plm_diag *diag)
{
    if (read_u32(&self->reader) != 0) {
        return head_fail(self, "a schema definition, which no version has", diag);
    }
    for (int i = 0; i < 3; i++) {
        uint32_t const count = read_u32(&self->reader);
        if (self->reader.failed || count > self->reader.left / self->text_size) {
            return head_fail(self, "a list of symbols is cut short", diag);
        }
        (void)read_bytes(&self->reader, count * self->text_size);
    }
    return PLM_OK;
}

/* -- order ----------------------------------------------------------------------------------- */

static int by_id(const void *left, const void *right)
{
    const plm_dbn_interval *const a = left;
    const plm_dbn_interval *const b = right;
    if (a->id != b->id) {
        return a->id < b->id ? -1 : 1;
    }
    return a->from != b->from ? (a->from < b->from ? -1 : 1) : strcmp(a->name, b->name);
}

static int by_name(const void *left, const void *right)
{
    const plm_dbn_interval *const a = left;
    const plm_dbn_interval *const b = right;
    int const names = strcmp(a->name, b->name);
    if (names != 0) {
        return names;
    }
    return a->from != b->from ? (a->from < b->from ? -1 : 1) : by_id(left, right);
}

/* One id with two names, or two ids with one name, at the same time: events would be mixed. */
static plm_status check_overlaps(const parser *self, bool names, plm_diag *diag)
{
    const plm_dbn_head *const head = self->head;
    for (uint32_t i = 1; i < head->interval_count; i++) {
        const plm_dbn_interval *const a = &head->intervals[i - 1];
        const plm_dbn_interval *const b = &head->intervals[i];
        bool const same_name = strcmp(a->name, b->name) == 0;
        if ((names ? !same_name : a->id != b->id) || b->from >= a->to) {
            continue;
        }
        char day[PLM_TIME_TEXT_CAP];
        (void)plm_time_format(b->from, day);
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: DBN metadata: %s is instrument %u and %s is instrument %u on %.10s; "
                        "at any time an instrument has one symbol and a symbol one instrument",
                        self->name, a->name, a->id, b->name, b->id, day);
    }
    return PLM_OK;
}

static plm_status sort_intervals(const parser *self, plm_diag *diag)
{
    const plm_dbn_head *const head = self->head;
    if (head->interval_count == 0) {
        return PLM_OK;
    }
    qsort(head->intervals, head->interval_count, sizeof *head->intervals, by_name);
    PLM_TRY(check_overlaps(self, true, diag));
    qsort(head->intervals, head->interval_count, sizeof *head->intervals, by_id);
    return check_overlaps(self, false, diag);
}

/* -- the whole ------------------------------------------------------------------------------- */

static plm_status parse(parser *self, const char *bytes, plm_diag *diag)
{
    plm_dbn_head *const head = self->head;
    bool const first = head->version == 1;
    size_t const at = first ? 58 : 50;
    self->stype_in = (uint8_t)bytes[at];
    self->stype_out = (uint8_t)bytes[at + 1];
    self->text_size = first ? 22 : plm_dbn_u16(bytes, 53);
    if (self->text_size < 1 || self->text_size >= PLM_DBN_SYMBOL_CAP) {
        return head_fail(self, "symbols of this size are not known", diag);
    }
    PLM_TRY(read_lists(self, diag));
    uint32_t const count = read_u32(&self->reader);
    for (uint32_t i = 0; i < count; i++) {
        PLM_TRY(read_mapping(self, diag));
    }
    if (self->reader.failed) {
        return head_fail(self, "cut short", diag);
    }
    for (size_t i = 0; i < self->reader.left; i++) { /* version 3 pads to eight bytes */
        if (self->reader.at[i] != '\0') {
            return head_fail(self, "bytes follow the mappings", diag);
        }
    }
    return sort_intervals(self, diag);
}

plm_status plm_dbn_head_parse(const char *bytes, size_t size, const char *name, plm_diag *diag,
                              plm_dbn_head *out)
{
    plm_assert(size >= FIXED_END);
    plm_dbn_head head = {.version = (uint8_t)bytes[3], .schema = plm_dbn_u16(bytes, 24)};
    parser self = {
        .reader = {.at = bytes + FIXED_END, .left = size - FIXED_END}, .name = name, .head = &head};
    plm_status const status = parse(&self, bytes, diag);
    if (status < 0) {
        plm_dbn_head_fini(&head);
        return status;
    }
    *out = head;
    return PLM_OK;
}

void plm_dbn_head_fini(plm_dbn_head *head)
{
    plm_free(head->intervals);
    *head = (plm_dbn_head){0};
}
