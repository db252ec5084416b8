/*
 * dbn.c - Databento DBN as an import format: where metadata and records begin and end.
 *
 * Metadata may come again where a record could: files that were written one after another.
 */
#include "dbn.h"

#include <stdio.h>

#include "check.h"
#include "memory.h"
#include "timetext.h"

#define MAGIC "DBN"
#define MAGIC_SIZE 4u /* with the version */
#define PREFIX_SIZE 8u
#define LENGTH_MIN 100u

/* -- metadata -------------------------------------------------------------------------------- */

static plm_status check_prefix(const plm_dbn *self, plm_diag *diag)
{
    uint8_t const version = (uint8_t)self->head[3];
    uint32_t const length = plm_dbn_u32(self->head, 4);
    if (memcmp(self->head, MAGIC, 3) != 0) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: no DBN metadata at the start (a fragment, or a DBZ file of before "
                        "2023); files with metadata are needed: the vendor's 'dbn' tool writes "
                        "them",
                        self->name);
    }
    if (version < 1 || version > 3) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s: DBN version %u; 1, 2 and 3 are allowed",
                        self->name, version);
    }
    if (length < LENGTH_MIN || length > PLM_DBN_METADATA_MAX) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s: DBN metadata of %u bytes; %u to %u are allowed",
                        self->name, length, LENGTH_MIN, PLM_DBN_METADATA_MAX);
    }
    return PLM_OK;
}

/* Clocks and derived quotes are the whole input's. */
static plm_status take_schema(plm_dbn *self, uint16_t schema, plm_diag *diag)
{
    bool const bars =
        (schema >= PLM_DBN_OHLCV_1S && schema <= PLM_DBN_OHLCV_1D) || schema == PLM_DBN_OHLCV_EOD;
    bool const derive = self->derive || schema == PLM_DBN_MBO || schema == PLM_DBN_MBP_10 ||
                        schema == PLM_DBN_MIXED;
    if (self->emitted && (self->decoder.has_recv == bars || self->decoder.derive != derive)) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: metadata of another kind (schema %u) follow the records of one file; "
                        "give such files one by one",
                        self->name, schema);
    }
    self->decoder.has_recv = !bars;
    self->decoder.derive = derive;
    return PLM_OK;
}

static void keep_head(plm_dbn *self, const char *bytes, size_t size)
{
    if (self->head_cap - self->head_size < size) {
        self->head_cap = (self->head_size + size) * 2;
        self->head = plm_realloc(self->head, self->head_cap, 1);
    }
    memcpy(self->head + self->head_size, bytes, size);
    self->head_size += size;
}

/* Takes what belongs to the metadata; they are whole once `inside` is true. */
static plm_status read_head(plm_dbn *self, const char *bytes, size_t size, bool last,
                            plm_diag *diag, size_t *out_used)
{
    size_t at = 0;
    while (!self->inside) {
        size_t want = PREFIX_SIZE;
        if (self->head_size >= PREFIX_SIZE) {
            PLM_TRY(check_prefix(self, diag));
            want += plm_dbn_u32(self->head, 4);
        }
        size_t const missing = want - self->head_size;
        size_t const taken = missing < size - at ? missing : size - at;
        if (taken > 0) {
            keep_head(self, bytes + at, taken);
            at += taken;
        }
        if (taken < missing) {
            if (last) {
                return plm_fail(diag, PLM_ERR_INPUT,
                                "%s: cut short within the DBN metadata, after %zu bytes of them",
                                self->name, self->head_size);
            }
            break;
        }
        if (want > PREFIX_SIZE) {
            plm_dbn_head head;
            PLM_TRY(plm_dbn_head_parse(self->head, self->head_size, self->name, diag, &head));
            plm_status const status = take_schema(self, head.schema, diag);
            if (status < 0) {
                plm_dbn_head_fini(&head);
                return status;
            }
            plm_dbn_symbols_begin(&self->symbols, &head);
            self->head_size = 0;
            self->inside = true;
        }
    }
    *out_used = at;
    return PLM_OK;
}

/* -- records --------------------------------------------------------------------------------- */

/* The bytes of the record, 0 where more are needed or the member ends. */
static plm_status measure_record(const plm_dbn *self, const char *bytes, size_t size, bool last,
                                 plm_diag *diag, size_t *out_size)
{
    size_t const length = size > 0 ? (size_t)(uint8_t)bytes[0] * 4 : 0;
    if (size > 0 && length < PLM_DBN_HEADER) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s:%llu: a record of %zu bytes; 16 or more are allowed: the file is "
                        "damaged here",
                        self->name, (unsigned long long)self->line + 1, length);
    }
    if (size < length && last) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s:%llu: cut short: %zu bytes of a record of %zu; all of them are needed",
                        self->name, (unsigned long long)self->line + 1, size, length);
    }
    *out_size = size < length ? 0 : length;
    return PLM_OK;
}

static plm_status read_row(plm_dbn *self, const char *record, size_t size, plm_diag *diag,
                           plm_row *out)
{
    const plm_dbn_type *const type = &plm_dbn_types[plm_dbn_type_of[(uint8_t)record[1]]];
    size_t const least = type->size[self->symbols.head.version - 1];
    out->line = ++self->line;
    out->text = record;
    out->size = size;
    out->count = 0;
    out->refusal.reason = PLM_REJECT_NONE;
    self->why = "";
    if (size < least) {
        (void)plm_refuse(&out->refusal, PLM_REJECT_SYNTAX, "the layouts of DBN 1 to 3 are allowed",
                         "a %s record of %zu bytes, which has %zu", type->name, size, least);
        return PLM_OK;
    }
    PLM_TRY(plm_dbn_read_record(self, record, out, diag));
    self->emitted = self->emitted || out->refusal.reason == PLM_REJECT_NONE;
    return PLM_OK;
}

/* What the row before said is said now, unless it was not taken. */
static void settle_row(plm_dbn *self, const plm_row *before)
{
    if (self->staged != NULL && before->refusal.reason == PLM_REJECT_NONE) {
        for (unsigned side = 0; side < 2; side++) {
            memcpy(self->staged->said[side], self->stage[side],
                   self->staged_depth * sizeof self->stage[side][0]);
        }
    }
    self->staged = NULL;
}

static plm_status dbn_decode(plm_decoder *decoder, const char *bytes, size_t size, bool last,
                             plm_diag *diag, size_t *out_consumed, plm_row *out)
{
    plm_dbn *const self = decoder->impl;
    settle_row(self, out);
    size_t at = 0;
    for (;;) {
        if (!self->inside) {
            size_t used = 0;
            PLM_TRY(read_head(self, bytes + at, size - at, last, diag, &used));
            at += used;
        }
        *out_consumed = at;
        if (!self->inside || (size - at < MAGIC_SIZE && !last)) {
            return PLM_END;
        }
        if (size - at >= MAGIC_SIZE && memcmp(bytes + at, MAGIC, 3) == 0) {
            self->inside = false;
            continue;
        }
        size_t record = 0;
        PLM_TRY(measure_record(self, bytes + at, size - at, last, diag, &record));
        if (record == 0) {
            return PLM_END;
        }
        *out_consumed = at + record;
        return read_row(self, bytes + at, record, diag, out);
    }
}

/* Words for a row that is not taken. */
static void dbn_describe(plm_decoder *decoder, plm_row *row)
{
    plm_dbn *const self = decoder->impl;
    const char *const record = row->text;
    char time[PLM_TIME_TEXT_CAP] = "no time";
    plm_ts const ts = plm_dbn_i64(record, 8);
    if (ts >= PLM_TS_MIN && ts < PLM_TS_MAX) {
        (void)plm_time_format(ts, time);
    }
    int const size =
        snprintf(self->shown, sizeof self->shown, "%s 0x%02x of instrument %u, %s%s%s",
                 plm_dbn_types[plm_dbn_type_of[(uint8_t)record[1]]].name, (uint8_t)record[1],
                 plm_dbn_u32(record, 4), time, self->why[0] != '\0' ? ": " : "", self->why);
    plm_assert(size > 0);
    row->text = self->shown;
    row->size = strlen(self->shown);
}

/* -- life ------------------------------------------------------------------------------------ */

static void dbn_begin(plm_decoder *decoder, const char *name)
{
    plm_dbn *const self = decoder->impl;
    self->name = name;
    self->line = 0;
    self->inside = false;
    self->head_size = 0;
}

static void dbn_destroy(plm_decoder *decoder)
{
    plm_dbn *const self = decoder->impl;
    for (uint32_t i = 0; i < self->book_count; i++) {
        plm_ladder_fini(&self->books[i].ladder[0]);
        plm_ladder_fini(&self->books[i].ladder[1]);
    }
    plm_free(self->books);
    plm_dbn_orders_fini(&self->orders);
    plm_dbn_symbols_fini(&self->symbols);
    plm_free(self->head);
    plm_free(self);
}

/* A fragment: two records, or one that is all there is, of known types and lengths. */
static bool is_fragment(const char *bytes, size_t size)
{
    size_t at = 0;
    unsigned seen = 0;
    while (size - at >= PLM_DBN_HEADER && seen < 2) {
        size_t const length = (size_t)(uint8_t)bytes[at] * 4;
        const plm_dbn_type *const type = &plm_dbn_types[plm_dbn_type_of[(uint8_t)bytes[at + 1]]];
        bool known = false;
        for (unsigned version = 0; version < 3; version++) {
            size_t const exact = type->size[version];
            known = known || (exact != 0 && (length == exact || length == exact + 8));
        }
        if (!known) {
            return false;
        }
        seen++;
        if (length >= size - at) {
            return length == size - at || seen == 2;
        }
        at += length;
    }
    return seen == 2;
}

unsigned plm_dbn_probe(const char *bytes, size_t size)
{
    if (size >= MAGIC_SIZE && memcmp(bytes, MAGIC, 3) == 0 && bytes[3] >= 1 && bytes[3] < 32) {
        return 100;
    }
    return size > 0 && is_fragment(bytes, size) ? 90 : 0;
}

plm_status plm_dbn_create(const plm_import_options *options, plm_diag *diag, plm_decoder **out)
{
    if (options->map_path != NULL || options->symbol != NULL) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "%s was given, but the input is DBN, which names its columns and symbols "
                        "itself; leave it out",
                        options->map_path != NULL ? "--map" : "--symbol");
    }
    if (options->as != NULL) {
        return plm_fail(diag, PLM_ERR_USAGE, "as=%s: DBN has symbols of its own; allowed are those",
                        options->as);
    }
    plm_dbn *const self = plm_alloc(1, sizeof *self);
    self->derive = options->derive;
    plm_dbn_symbols_init(&self->symbols, options);
    self->why = "";
    self->decoder = (plm_decoder){.impl = self,
                                  .keep_duplicates = true, /* trades have no ids */
                                  .begin = dbn_begin,
                                  .decode = dbn_decode,
                                  .describe = dbn_describe,
                                  .destroy = dbn_destroy};
    *out = &self->decoder;
    return PLM_OK;
}
