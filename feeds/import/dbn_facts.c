/*
 * dbn_facts.c - reads a DBN file for its definitions alone.
 */
#include "dbn_facts.h"

#include "bytes.h"
#include "check.h"
#include "dbn.h"
#include "memory.h"

#define BUFFER_CAP 65536u /* holds any record 64 times */
#define PROBE_SIZE 4u

static plm_status open_bytes(const char *path, plm_diag *diag, plm_bytes **out, char *buffer,
                             size_t *out_size)
{
    PLM_TRY(plm_bytes_open(path, diag, out));
    size_t filled = 0;
    size_t size = 1;
    while (filled < PROBE_SIZE && size > 0) {
        PLM_TRY(plm_bytes_read(*out, buffer + filled, BUFFER_CAP - filled, diag, &size));
        filled += size;
    }
    *out_size = filled;
    return PLM_OK;
}

bool plm_dbn_facts_probe(const char *path)
{
    char *const buffer = plm_alloc(BUFFER_CAP, 1);
    plm_bytes *bytes = NULL;
    size_t size = 0;
    plm_diag ignored;
    plm_diag_init(&ignored);
    bool const is_dbn = open_bytes(path, &ignored, &bytes, buffer, &size) == PLM_OK &&
                        plm_dbn_probe(buffer, size) == 100;
    plm_bytes_close(bytes);
    plm_free(buffer);
    return is_dbn;
}

/* A definition that contradicts another one fails; what other records say does not matter. */
static plm_status check_row(const plm_dbn *self, const plm_row *row, plm_diag *diag)
{
    bool const definition = plm_dbn_type_of[(uint8_t)row->text[1]] == PLM_DBN_TYPE_DEFINITION;
    if (!definition || row->refusal.reason == PLM_REJECT_DECLARED) {
        return PLM_OK;
    }
    return plm_fail(diag, PLM_ERR_INPUT, "%s:%llu: %s; %s", self->name,
                    (unsigned long long)row->line, row->refusal.found, row->refusal.allowed);
}

static plm_status read_all(plm_dbn *self, plm_bytes *bytes, char *buffer, size_t filled,
                           plm_row *row, plm_diag *diag)
{
    size_t at = 0;
    bool last = false;
    for (;;) {
        size_t used = 0;
        plm_status const status =
            self->decoder.decode(&self->decoder, buffer + at, filled - at, last, diag, &used, row);
        PLM_TRY(status);
        at += used;
        if (status == PLM_OK) {
            PLM_TRY(check_row(self, row, diag));
            continue;
        }
        if (last) {
            return PLM_OK;
        }
        memmove(buffer, buffer + at, filled - at);
        filled -= at;
        at = 0;
        size_t size = 0;
        plm_assert(filled < BUFFER_CAP);
        PLM_TRY(plm_bytes_read(bytes, buffer + filled, BUFFER_CAP - filled, diag, &size));
        filled += size;
        last = size == 0;
    }
}

static plm_status take_rows(const plm_dbn *self, plm_diag *diag, plm_row_table *out)
{
    const plm_dbn_symbols *const symbols = &self->symbols;
    if (symbols->known.count == 0) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: no definition describes an instrument (%s); definitions of futures, "
                        "options or stocks with tick, currency and contract size are needed",
                        self->name, symbols->why_count > 0 ? symbols->whys[0] : "there is none");
    }
    for (uint32_t i = 0; i < symbols->known.count; i++) {
        uint32_t place = 0;
        PLM_TRY(plm_row_table_add(out, &symbols->known.rows[i], diag, &place));
    }
    return PLM_OK;
}

plm_status plm_dbn_facts_read(const char *path, plm_diag *diag, plm_row_table *out)
{
    plm_import_options const options = {.format = "dbn"};
    char *const buffer = plm_alloc(BUFFER_CAP, 1);
    plm_row *const row = plm_alloc(1, sizeof *row);
    plm_bytes *bytes = NULL;
    plm_decoder *decoder = NULL;
    size_t filled = 0;
    plm_status status = open_bytes(path, diag, &bytes, buffer, &filled);
    if (status >= 0) {
        status = plm_dbn_create(&options, diag, &decoder);
    }
    if (status >= 0) {
        decoder->begin(decoder, path);
        status = read_all(decoder->impl, bytes, buffer, filled, row, diag);
    }
    if (status >= 0) {
        status = take_rows(decoder->impl, diag, out);
    }
    if (decoder != NULL) {
        decoder->destroy(decoder);
    }
    plm_bytes_close(bytes);
    plm_free(row);
    plm_free(buffer);
    return status;
}
