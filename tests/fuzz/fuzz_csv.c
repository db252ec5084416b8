/*
 * fuzz_csv.c - any bytes through the CSV importers. The first byte chooses what is done with bad
 * rows and which format and column map read them. Events that come out must be well formed and in
 * order; rows must be counted once.
 */
#include <string.h>

#include "fuzz_import.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    plm_import_options options = {.on_error = (plm_on_error)(data[0] % 3)};
    unsigned const how = data[0] / 3 % (MAPS + 1);
    char map_path[FUZZ_PATH_CAP];
    if (how < MAPS) {
        fuzz_write(FUZZ_OTHER, maps[how], strlen(maps[how]), map_path);
        options.map_path = map_path;
    }
    fuzz_import(&options, data + 1, size - 1);
    return 0;
}
