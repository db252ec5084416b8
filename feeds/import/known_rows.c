/*
 * known_rows.c - the table of well-known instruments.
 */
#include "known_rows.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "instrument_text.h"

typedef struct known {
    const char *venue, *symbol, *kind, *base, *quote, *tick, *lot, *multiplier;
} known;

#define SPOT(base, quote, tick, lot)                                                               \
    {                                                                                              \
        "binance", base quote, "spot", base, quote, tick, lot, "1"                                 \
    }
#define UM(base, quote, tick, lot)                                                                 \
    {                                                                                              \
        "binance-um", base quote, "linear", base, quote, tick, lot, "1"                            \
    }
#define CM(base, tick, multiplier)                                                                 \
    {                                                                                              \
        "binance-cm", base "USD_PERP", "inverse", base, "USD", tick, "1", multiplier               \
    }

static const known KNOWN[] = {
    /*
     * Binance spot. Ticks and lots: the largest steps on which all prices and sizes of public files
     * lie (BTCUSDC trades of 2025-10-04, SKYUSDT trades of 2025-10-10, LUNAUSDT bars of 2022-05,
     * ADABTC bars of 2021-11); pairs with USDT but for these as the public repository
     * Sajjad-Khoshdooni/exchange-core had them from api/v3/exchangeInfo at 36760f3.
     */
    SPOT("BTC", "USDT", "0.01", "0.00001"),
    SPOT("BTC", "USDC", "0.01", "0.00001"),
    SPOT("ETH", "USDT", "0.01", "0.0001"),
    SPOT("LUNA", "USDT", "0.00000001", "0.01"),
    SPOT("SKY", "USDT", "0.00001", "1"),
    SPOT("ADA", "BTC", "0.00000001", "0.1"),
    SPOT("BNB", "USDT", "0.1", "0.001"),
    SPOT("LTC", "USDT", "0.1", "0.001"),
    SPOT("ADA", "USDT", "0.001", "0.1"),
    SPOT("XRP", "USDT", "0.0001", "1"),
    SPOT("TRX", "USDT", "0.00001", "0.1"),
    SPOT("ETC", "USDT", "0.01", "0.01"),
    SPOT("LINK", "USDT", "0.01", "0.01"),
    SPOT("ATOM", "USDT", "0.01", "0.01"),
    SPOT("DOGE", "USDT", "0.0001", "1"),
    SPOT("USDC", "USDT", "0.0001", "1"),
    /* Binance USD-M: PRICE_FILTER tickSize and LOT_SIZE stepSize of fapi/v1/exchangeInfo, as the
     * public repository melight402/trading-back had them at aa81324. A contract is one coin. */
    UM("BTC", "USDT", "0.1", "0.001"),
    UM("ETH", "USDT", "0.01", "0.001"),
    UM("SOL", "USDT", "0.01", "0.01"),
    UM("AVAX", "USDT", "0.001", "1"),
    UM("DOT", "USDT", "0.001", "0.1"),
    UM("ATOM", "USDT", "0.001", "0.01"),
    UM("DOGE", "USDT", "0.00001", "1"),
    UM("XRP", "USDT", "0.0001", "0.1"),
    UM("ADA", "USDT", "0.0001", "1"),
    UM("BNB", "USDT", "0.01", "0.01"),
    UM("LTC", "USDT", "0.01", "0.001"),
    UM("LINK", "USDT", "0.001", "0.01"),
    UM("BCH", "USDT", "0.01", "0.001"),
    UM("ETC", "USDT", "0.001", "0.01"),
    UM("TRX", "USDT", "0.00001", "1"),
    UM("NEAR", "USDT", "0.001", "1"),
    UM("UNI", "USDT", "0.001", "1"),
    UM("AAVE", "USDT", "0.01", "0.1"),
    UM("SUI", "USDT", "0.0001", "0.1"),
    UM("BTC", "USDC", "0.1", "0.001"),
    UM("ETH", "USDC", "0.01", "0.001"),
    UM("SOL", "USDC", "0.01", "0.01"),
    /* Binance COIN-M: a contract is 100 USD of BTC and 10 USD of these others ("Binance
     * COIN-Margined Futures Contract Specifications", 2020-06-11). Ticks: BTC of trades of
     * 2024-08-08, the others of 2025-10-10. */
    CM("BTC", "0.1", "100"),
    CM("AVAX", "0.01", "10"),
    CM("DOT", "0.001", "10"),
    CM("ATOM", "0.001", "10"),
    /* BitMEX: XBTUSD is a contract of 1 USD (contract specification); the tick of 2016 to 2021.
     * ETHUSD pays 0.000001 XBT for each USD. */
    {"bitmex", "XBTUSD", "inverse", "XBT", "USD", "0.5", "1", "1"},
    {"bitmex", "ETHUSD", "quanto", "ETH", "USD", "0.05", "1", "0.000001"},
    /* Bybit: a contract of the inverse perpetual is 1 USD; the tick of trades of 2019-10-01. The
     * linear one counts coins: v5/market/instruments-info. */
    {"bybit", "BTCUSD", "inverse", "BTC", "USD", "0.5", "1", "1"},
    {"bybit", "BTCUSDT", "linear", "BTC", "USDT", "0.1", "0.001", "1"},
    {"bybit", "ETHUSDT", "linear", "ETH", "USDT", "0.01", "0.01", "1"},
    /* OKX: sizes count contracts; ctVal, tickSz and lotSz of api/v5/public/instruments, 2026-08. */
    {"okx", "BTC-USDT-SWAP", "linear", "BTC", "USDT", "0.1", "0.01", "0.01"},
    {"okx", "BTC-USD-SWAP", "inverse", "BTC", "USD", "0.1", "0.1", "100"},
    /* Deribit: `amount` of a perpetual is in USD (contract specification), in steps of 10 and 1. */
    {"deribit", "BTC-PERPETUAL", "inverse", "BTC", "USD", "0.5", "10", "1"},
    {"deribit", "ETH-PERPETUAL", "inverse", "ETH", "USD", "0.05", "1", "1"},
};
#define KNOWN_COUNT (sizeof KNOWN / sizeof KNOWN[0])

const char *const plm_known_venues[] = {"binance", "binance-um", "binance-cm", "bitmex",
                                        "bybit",   "okx",        "deribit",    NULL};

/*
 * LUNAUSDT of Binance spot is Terra's first coin up to the minute that ends 2022-05-13T00:40Z, when
 * trading was halted for good, and its second one from 2022-05-31T06:00Z on: Binance's notices of
 * 2022-05-13 and 2022-05-31, and the monthly file of bars.
 */
static const plm_known_life LIVES[] = {
    {"binance", "LUNAUSDT", INT64_C(1652402400000000000), INT64_C(1653976800000000000)},
};

static unsigned count_decimals(const char *number)
{
    const char *const point = strchr(number, '.');
    return point != NULL ? (unsigned)strlen(point + 1) : 0;
}

/* Prices have eight decimals: marks and indices are as fine as that. Sizes have some more than the
 * lot of today: old ones were finer. */
static void make_row(const known *from, plm_instrument *out)
{
    char line[PLM_INSTRUMENT_TEXT_CAP];
    bool const coins = strncmp(from->venue, "binance-um", 10) == 0;
    unsigned const least = strcmp(from->kind, "spot") == 0 ? 6 : coins ? 3 : 0;
    unsigned const decimals = count_decimals(from->lot);
    const char *const settle = strcmp(from->kind, "inverse") == 0  ? from->base
                               : strcmp(from->kind, "quanto") == 0 ? "XBT"
                                                                   : from->quote;
    int const size = snprintf(
        line, sizeof line,
        "symbol=%s kind=%s px_scale=8 qty_scale=%u mult_scale=%u tick=%s lot=%s multiplier=%s "
        "base=%s quote=%s settle=%s",
        from->symbol, from->kind, decimals > least ? decimals : least,
        count_decimals(from->multiplier), from->tick, from->lot, from->multiplier, from->base,
        from->quote, settle);
    plm_assert(size > 0 && (size_t)size < sizeof line);
    plm_diag diag;
    plm_diag_init(&diag);
    plm_assert(plm_instrument_parse(line, (size_t)size, &diag, out) == PLM_OK);
}

bool plm_known_row_find(const char *venue, const char *symbol, plm_instrument *out)
{
    for (size_t i = 0; i < KNOWN_COUNT; i++) {
        if (strcmp(KNOWN[i].venue, venue) == 0 && strcmp(KNOWN[i].symbol, symbol) == 0) {
            make_row(&KNOWN[i], out);
            return true;
        }
    }
    return false;
}

const char *plm_known_row_at(size_t index, plm_instrument *out)
{
    if (index >= KNOWN_COUNT) {
        return NULL;
    }
    make_row(&KNOWN[index], out);
    return KNOWN[index].venue;
}

const plm_known_life *plm_known_life_at(size_t index)
{
    return index < sizeof LIVES / sizeof LIVES[0] ? &LIVES[index] : NULL;
}
