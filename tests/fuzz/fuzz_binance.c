/*
 * fuzz_binance.c - any bytes through the formats of Binance, files and streams. The first byte
 * chooses what is done with bad rows, whose prices bars are and which format it is; the second one
 * the rest of the options.
 */
#include "fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const VENUES[] = {NULL, "binance", "binance-um", "binance-cm"};
    static const char *const SYMBOLS[] = {NULL, "BTCUSDT", "AVAXUSD_PERP", "LUNAUSDT"};
    static const char *const FORMATS[] = {NULL, "binance", "binance-ws"};
    static const char *const ONLY[] = {"BTCUSDT"};
    if (size < 2) {
        return 0;
    }
    plm_import_options const options = {
        .on_error = (plm_on_error)(data[0] % 3),
        .prices = (plm_import_prices)(data[0] / 3 % 5),
        .format = FORMATS[data[0] / 15 % 3],
        .venue = VENUES[data[1] % 4],
        .symbol = SYMBOLS[data[1] / 4 % 4],
        .derive = data[1] / 16 % 2 == 1,
        .only = ONLY,
        .only_count = data[1] / 32 % 2,
        .as = data[1] / 64 % 2 == 1 ? "X" : NULL,
    };
    char path[FUZZ_PATH_CAP];
    fuzz_write(FUZZ_INPUT, data + 2, size - 2, path);
    fuzz_import(path, &options);
    return 0;
}
