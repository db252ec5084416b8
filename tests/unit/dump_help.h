/*
 * dump_help.h - dumps of venues as text, imported, and what comes out as lines of plimsoll's own
 * CSV; what the tests of those formats share.
 */
#ifndef PLM_DUMP_HELP_H
#define PLM_DUMP_HELP_H

#include "event_csv.h"
#include "import_help.h"

static input_folder dump_folder;
static plm_instrument dump_rows[4];

static inline int dump_make(void **state)
{
    (void)state;
    static const char *const TEXTS[4] = {
        "symbol=XBTUSD kind=inverse px_scale=1 tick=0.5 lot=1 base=XBT quote=USD settle=XBT",
        "symbol=BTCUSDT kind=linear px_scale=2 qty_scale=8 tick=0.01 lot=0.001 base=BTC quote=USDT"
        " settle=USDT",
        "symbol=ETHUSDT kind=linear px_scale=2 qty_scale=8 tick=0.01 lot=0.001 base=ETH quote=USDT"
        " settle=USDT",
        "symbol=A-B kind=spot px_scale=4 qty_scale=6 tick=0.0001 lot=0.000001 base=A quote=B",
    };
    plm_diag diag;
    plm_diag_init(&diag);
    for (int i = 0; i < 4; i++) {
        assert_ok(plm_instrument_parse(TEXTS[i], strlen(TEXTS[i]), &diag, &dump_rows[i]), &diag);
    }
    dump_folder = input_folder_make();
    return 0;
}

static inline int dump_remove(void **state)
{
    (void)state;
    input_folder_remove(&dump_folder);
    return 0;
}

static inline imported *dump_import(const char *file, const char *text, plm_import_options options)
{
    options.rows = dump_rows;
    options.row_count = 4;
    return import_file(input_write(&dump_folder, file, text, strlen(text)), &options);
}

/* All is read, and the events are these lines. */
static inline void dump_gives(const imported *result, const char *lines)
{
    assert_ok(result->status, &result->diag);
    char *const text = plm_alloc(result->count + 1, PLM_EVENT_CSV_LINE_CAP);
    size_t size = 0;
    for (uint32_t i = 0; i < result->count; i++) {
        size += plm_event_csv_format(&result->event[i], result->has_recv ? &result->recv[i] : NULL,
                                     result->rows, text + size);
    }
    text[size] = '\0';
    assert_string_equal(text, lines);
    plm_free(text);
}

static inline void dump_reads(const char *file, const char *text, plm_import_options options,
                              const char *format, const char *lines)
{
    imported *const result = dump_import(file, text, options);
    dump_gives(result, lines);
    assert_string_equal(result->format, format);
    plm_free(result);
}

static inline void dump_refuses(const char *file, const char *text, plm_import_options options,
                                plm_status code, const char *words)
{
    imported *const result = dump_import(file, text, options);
    assert_says(result, code, words);
    plm_free(result);
}

#endif
