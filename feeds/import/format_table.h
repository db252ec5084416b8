/*
 * format_table.h - the formats that can be imported, for import.c alone: a format is one file and
 * one row here.
 */
#ifndef PLM_FORMAT_TABLE_H
#define PLM_FORMAT_TABLE_H

#include "import_format.h"

/* Of formats that only --format chooses. */
static unsigned never(const char *bytes, size_t size)
{
    (void)bytes;
    (void)size;
    return 0;
}

static const plm_format FORMATS[] = {
    {"csv", "plimsoll's own CSV as `tape cat` writes it; any other CSV with a column map (--map)",
     plm_csv_own_probe, plm_csv_own_create},
    {"csv-map", "any CSV, read by the column map given with --map", plm_csv_generic_probe,
     plm_csv_generic_create},
    {"binance",
     "files of data.binance.vision: trades, aggTrades, klines, bookTicker, fundingRate, metrics, "
     "liquidationSnapshot; spot, USD-M and COIN-M",
     plm_binance_probe, plm_binance_create},
    {"binance-ws",
     "recorded websocket streams of Binance, a line each: time of receipt in ns, JSON",
     plm_binance_ws_probe, plm_binance_ws_create},
    {"dbn", "Databento DBN 1 to 3: trades, quotes, books, bars, statistics, status, definitions",
     plm_dbn_probe, plm_dbn_create},
    {"npz", "hftbacktest market data (npz); the instrument is named with --symbol", plm_npz_probe,
     plm_npz_create},
    {"tardis", "Tardis.dev CSV: trades, liquidations, quotes, derivative_ticker, books",
     plm_tardis_probe, plm_tardis_create},
    {"tardis-trades", "the same, trades; where the name does not tell them from liquidations",
     never, plm_tardis_trades_create},
    {"tardis-liquidations", "the same, liquidations", never, plm_tardis_liquidations_create},
    {"bitmex", "BitMEX dumps: trades and quotes", plm_bitmex_probe, plm_bitmex_create},
    {"bitmex-json", "BitMEX JSON: bucketed bars, trades, quotes, stream messages",
     plm_bitmex_json_probe, plm_bitmex_json_create},
    {"bybit", "Bybit dumps: trades, oldest first", plm_bybit_probe, plm_bybit_create},
    {"bybit-newest-first", "the same, newest first", plm_bybit_newest_probe,
     plm_bybit_newest_create},
    {"bybit-book", "Bybit order books: JSON lines of snapshots and deltas", plm_bybit_book_probe,
     plm_bybit_book_create},
    {"okx", "OKX dumps: trades", plm_okx_probe, plm_okx_create},
};
#define FORMAT_COUNT (sizeof FORMATS / sizeof FORMATS[0])

#endif
