/*
 * fuzz_csv.c - any bytes through the CSV importers. The first byte chooses what is done with bad
 * rows and which format and column map read them. Events that come out must be well formed and in
 * order; rows must be counted once.
 */
#include <string.h>

#include "check.h"
#include "fuzz_target.h"
#include "import.h"
#include "kinds.h"
#include "memory.h"

#define INSTRUMENTS                                                                                \
    "instruments:\n"                                                                               \
    "  - {symbol: X, kind: spot, base: X, quote: USD, px_scale: 2, qty_scale: 3, tick: 0.01,"      \
    " lot: 0.001}\n"
#define MAPS 3u
static const char *const maps[MAPS] = {
    /* trades */
    "csv: {exponent: true}\n"
    "time: {column: time, unit: us}\n"
    "symbol: X\n"
    "events:\n"
    "  - kind: trade\n"
    "    side: {column: side, words: {buy: buy, sell: sell}, zero: [unknown]}\n"
    "    px: price\n"
    "    qty: amount\n" INSTRUMENTS,
    /* best quotes with two clocks, the first as text, without a header */
    "csv: {header: false, fields: 6, delimiter: \";\"}\n"
    "time: {column: 1, unit: iso}\n"
    "recv: {column: 2, unit: ns}\n"
    "symbol: X\n"
    "events:\n"
    "  - kind: bid\n"
    "    px: {column: 3, zero: [\"\"]}\n"
    "    qty: {column: 4, zero: [\"\"]}\n"
    "  - kind: ask\n"
    "    px: {column: 5, zero: [\"\"]}\n"
    "    qty: {column: 6, zero: [\"\"]}\n" INSTRUMENTS,
    /* bars */
    "csv: {header: false, fields: 6}\n"
    "time: {column: 1, unit: ms}\n"
    "symbol: X\n"
    "bars:\n"
    "  - {price: last, period: 1m, stamp: start, open: 2, high: 3, low: 4, close: 5, volume: "
    "6}\n" INSTRUMENTS,
};

static void check_batch(const plm_stream *stream, const plm_batch *batch, plm_ts *last)
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

static void check_report(const plm_import *import, uint64_t events)
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

static void read_all(plm_import *import)
{
    plm_stream *const stream = plm_import_stream(import);
    plm_batch *const batch = plm_alloc(1, sizeof *batch);
    plm_ts last = PLM_TS_MIN;
    uint64_t events = 0;
    plm_diag diag;
    plm_diag_init(&diag);
    plm_status status = PLM_OK;
    while ((status = stream->next(stream, &diag, batch)) == PLM_OK) {
        check_batch(stream, batch, &last);
        events += batch->count;
    }
    plm_assert(status == PLM_END || (status == PLM_ERR_INPUT && diag.text[0] != '\0'));
    if (status == PLM_END) {
        check_report(import, events);
    }
    plm_free(batch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    plm_import_options options = {.on_error = (plm_on_error)(data[0] % 3)};
    unsigned const how = data[0] / 3 % (MAPS + 1);
    char map_path[FUZZ_PATH_CAP];
    char path[FUZZ_PATH_CAP];
    if (how < MAPS) {
        fuzz_write(FUZZ_OTHER, maps[how], strlen(maps[how]), map_path);
        options.map_path = map_path;
    }
    fuzz_write(FUZZ_INPUT, data + 1, size - 1, path);
    plm_diag diag;
    plm_diag_init(&diag);
    plm_import *import = NULL;
    plm_status const status = plm_import_open(path, &options, &diag, &import);
    if (status == PLM_OK) {
        read_all(import);
        plm_import_close(import);
    } else {
        plm_assert(diag.text[0] != '\0' && import == NULL);
    }
    return 0;
}
