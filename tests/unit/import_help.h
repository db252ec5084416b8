/*
 * import_help.h - runs one import from text in memory to events in memory.
 */
#ifndef PLM_IMPORT_HELP_H
#define PLM_IMPORT_HELP_H

#include "array_stream.h"
#include "import.h"
#include "input_files.h"

#define IMPORT_EVENTS_CAP 60000

typedef struct imported {
    plm_status status;
    plm_diag diag;
    plm_import_report report;
    char format[32];
    bool has_recv, synthetic, wants_derive;
    uint32_t row_count;
    plm_instrument rows[4];
    uint32_t count;
    plm_event event[IMPORT_EVENTS_CAP];
    plm_ts recv[IMPORT_EVENTS_CAP];
} imported;

static inline void import_read(plm_import *import, imported *out)
{
    plm_stream *const stream = plm_import_stream(import);
    plm_batch *const batch = plm_alloc(1, sizeof *batch);
    out->has_recv = stream->has_recv;
    while ((out->status = stream->next(stream, &out->diag, batch)) == PLM_OK) {
        assert_true(out->count + batch->count <= IMPORT_EVENTS_CAP);
        memcpy(out->event + out->count, batch->event, batch->count * sizeof *batch->event);
        memcpy(out->recv + out->count, batch->recv, batch->count * sizeof *batch->recv);
        out->count += batch->count;
    }
    plm_diag again;
    plm_diag_init(&again);
    assert_int_equal(stream->next(stream, &again, batch), out->status);
    plm_free(batch);
    out->row_count = stream->row_count;
    assert_true(out->row_count <= 4);
    if (out->row_count > 0) {
        memcpy(out->rows, stream->rows, out->row_count * sizeof *out->rows);
    }
}

/* The whole import; the result is the caller's to free. */
static inline imported *import_file(const char *path, const plm_import_options *options)
{
    imported *const out = plm_alloc(1, sizeof *out);
    plm_diag_init(&out->diag);
    plm_import *import = NULL;
    out->status = plm_import_open(path, options, &out->diag, &import);
    if (out->status < 0) {
        assert_null(import);
        return out;
    }
    import_read(import, out);
    out->report = *plm_import_get_report(import);
    out->wants_derive = plm_import_wants_derive(import);
    out->synthetic = plm_import_is_synthetic(import);
    (void)snprintf(out->format, sizeof out->format, "%s", plm_import_format_name(import));
    uint64_t rejected = 0;
    for (int i = 0; i < PLM_REJECT_COUNT; i++) {
        rejected += out->report.rejected[i];
    }
    assert_true(out->report.rows_read == out->report.rows_written + rejected);
    uint64_t done = 0;
    uint64_t total = 0;
    plm_import_progress(import, &done, &total);
    assert_true(out->status < 0 || done == total);
    plm_import_close(import);
    return out;
}

static inline void assert_says(const imported *result, plm_status code, const char *words)
{
    if (result->status != code || strstr(result->diag.text, words) == NULL) {
        fail_msg("code %d, '%s' does not say '%s'", result->status, result->diag.text, words);
    }
}

#endif
