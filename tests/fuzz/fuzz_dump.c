/*
 * fuzz_dump.c - any bytes through the formats of venues: the first byte chooses what is done with
 * bad rows, and which format reads them, or a column map of JSON rows. Events that come out must be
 * well formed and in order; rows must be counted once.
 */
#include <string.h>

#include "fuzz_import.h"
#include "instrument_text.h"

#define ROWS 2u
static const char *const texts[ROWS] = {
    "symbol=X kind=inverse px_scale=2 tick=0.01 lot=1 base=X quote=USD settle=X",
    "symbol=Y kind=linear px_scale=2 qty_scale=3 tick=0.01 lot=0.001 base=Y quote=USD settle=USD",
};

/* NULL: recognised from content. */
static const char *const formats[] = {
    NULL,         "tardis",      "tardis-trades", "tardis-liquidations",
    "bitmex",     "bitmex-json", "bybit",         "bybit-newest-first",
    "bybit-book", "okx",         "csv-map"};
#define FORMATS (sizeof formats / sizeof formats[0])

static const char map[] = "csv: {form: json, header: false, fields: 4, exponent: true}\n"
                          "time: {column: 1, unit: ms, offset: \"-05:00\"}\n"
                          "symbol: X\n"
                          "id: 4\n"
                          "duplicates: drop\n"
                          "events:\n"
                          "  - {kind: trade, px: 2, qty: 3}\n"
                          "instruments:\n"
                          "  - {symbol: X, kind: spot, base: X, quote: USD, px_scale: 2,"
                          " qty_scale: 3, tick: 0.01, lot: 0.001}\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    plm_instrument rows[ROWS];
    plm_diag diag;
    plm_diag_init(&diag);
    for (uint32_t i = 0; i < ROWS; i++) {
        plm_assert(plm_instrument_parse(texts[i], strlen(texts[i]), &diag, &rows[i]) == PLM_OK);
    }
    unsigned const how = data[0] / 3;
    plm_import_options options = {.on_error = (plm_on_error)(data[0] % 3),
                                  .format = formats[how % FORMATS],
                                  .rows = rows,
                                  .row_count = ROWS,
                                  .symbol = how / FORMATS % 2 == 0 ? NULL : "X"};
    char map_path[FUZZ_PATH_CAP];
    if (how % FORMATS == FORMATS - 1) {
        fuzz_write(FUZZ_OTHER, map, sizeof map - 1, map_path);
        options.map_path = map_path;
        options.symbol = NULL;
        options.row_count = 0;
    }
    char path[FUZZ_PATH_CAP];
    fuzz_write(FUZZ_INPUT, data + 1, size - 1, path);
    fuzz_import(path, &options);
    return 0;
}
