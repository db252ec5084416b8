/*
 * csv_help.h - column maps and texts as files, imported; what the tests of generic CSV share.
 */
#ifndef PLM_CSV_HELP_H
#define PLM_CSV_HELP_H

#include "import_help.h"

#define BASE INT64_C(1735689600000000000) /* 2025-01-01T00:00:00Z */

/* Closes a map of trades: one instrument, one event. */
#define REST                                                                                       \
    "symbol: A\n"                                                                                  \
    "events:\n"                                                                                    \
    "  - {kind: trade, px: p, qty: q}\n" ROWS
#define ROWS                                                                                       \
    "instruments:\n"                                                                               \
    "  - {symbol: A, kind: spot, base: B, quote: Q, px_scale: 2, tick: 0.01, lot: 1}\n"
#define PLAIN "time: {column: t, unit: ns}\n" REST

static input_folder csv_folder;

static inline imported *import_on(const char *map, const char *text, plm_on_error on_error)
{
    char map_path[2 * INPUT_PATH_CAP];
    (void)strcpy(map_path, input_write(&csv_folder, "map.yaml", map, strlen(map)));
    plm_import_options const options = {.map_path = map_path, .on_error = on_error};
    return import_file(input_write(&csv_folder, "in.csv", text, strlen(text)), &options);
}

static inline imported *import_good(const char *map, const char *text)
{
    imported *const result = import_on(map, text, PLM_ON_ERROR_FAIL);
    assert_ok(result->status, &result->diag);
    assert_string_equal(result->format, "csv-map");
    return result;
}

static inline void refuses(const char *map, const char *text, plm_status code, const char *words)
{
    imported *const result = import_on(map, text, PLM_ON_ERROR_FAIL);
    assert_says(result, code, words);
    plm_free(result);
}

static inline int make_folder(void **state)
{
    (void)state;
    csv_folder = input_folder_make();
    return 0;
}

static inline int remove_folder(void **state)
{
    (void)state;
    input_folder_remove(&csv_folder);
    return 0;
}

#endif
