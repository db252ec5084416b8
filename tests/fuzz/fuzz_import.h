/*
 * fuzz_import.h - any bytes through an importer: what must hold whatever they are. Shared by the
 * targets of formats.
 */
#ifndef PLM_FUZZ_IMPORT_H
#define PLM_FUZZ_IMPORT_H

#include "check.h"
#include "fuzz_target.h"
#include "import.h"
#include "kinds.h"
#include "memory.h"

static inline void fuzz_check_batch(const plm_stream *stream, const plm_batch *batch, plm_ts *last)
{
    plm_assert(batch->count > 0 && batch->count <= PLM_BATCH_CAP);
    for (uint32_t i = 0; i < batch->count; i++) {
        plm_event const *const event = &batch->event[i];
        plm_assert(event->sym < stream->row_count);
        plm_assert(plm_event_problem(event, &stream->rows[event->sym]) == NULL);
        plm_assert(event->ts >= *last);
        *last = event->ts;
    }
}

static inline void fuzz_check_report(const plm_import *import, uint64_t events)
{
    plm_import_report const *const report = plm_import_get_report(import);
    uint64_t rows = report->rows_written;
    for (unsigned i = 0; i < PLM_REJECT_COUNT; i++) {
        rows += report->rejected[i];
    }
    plm_assert(rows == report->rows_read && events == report->events_written);
    char *const text = plm_import_report_text(report);
    char *const json = plm_import_report_json(report);
    plm_assert(text != NULL && json != NULL);
    plm_free(text);
    plm_free(json);
}

static inline void fuzz_read_all(plm_import *import)
{
    plm_stream *const stream = plm_import_stream(import);
    plm_batch *const batch = plm_alloc(1, sizeof *batch);
    plm_ts last = PLM_TS_MIN;
    uint64_t events = 0;
    plm_diag diag;
    plm_diag_init(&diag);
    plm_status status = PLM_OK;
    while ((status = stream->next(stream, &diag, batch)) == PLM_OK) {
        fuzz_check_batch(stream, batch, &last);
        events += batch->count;
    }
    plm_assert(status == PLM_END || (status == PLM_ERR_INPUT && diag.text[0] != '\0'));
    if (status == PLM_END) {
        fuzz_check_report(import, events);
    }
    plm_free(batch);
}

static inline void fuzz_import(const plm_import_options *options, const uint8_t *data, size_t size)
{
    char path[FUZZ_PATH_CAP];
    fuzz_write(FUZZ_INPUT, data, size, path);
    plm_diag diag;
    plm_diag_init(&diag);
    plm_import *import = NULL;
    plm_status const status = plm_import_open(path, options, &diag, &import);
    if (status == PLM_OK) {
        fuzz_read_all(import);
        plm_import_close(import);
    } else {
        plm_assert(diag.text[0] != '\0' && import == NULL);
    }
}

#endif
