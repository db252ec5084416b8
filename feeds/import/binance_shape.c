/*
 * binance_shape.c - which file of data.binance.vision a line begins, and what its name says.
 */
#include <string.h>

#include "binance.h"

typedef struct column {
    const char *name, *alias;
    bool optional;
} column;

/* Columns in the order of files without a header; names that differ between markets or years. */
static const column COLUMNS[PLM_BINANCE_TYPE_COUNT][PLM_BINANCE_COLUMNS_MAX + 1] = {
    [PLM_BINANCE_TRADES] = {{"id", "trade_id", false},
                            {"price", NULL, false},
                            {"qty", "quantity", false},
                            {"quote_qty", "base_qty", true},
                            {"time", NULL, false},
                            {"is_buyer_maker", NULL, false},
                            {"is_best_match", NULL, true}},
    [PLM_BINANCE_AGG_TRADES] = {{"agg_trade_id", NULL, false},
                                {"price", NULL, false},
                                {"quantity", "qty", false},
                                {"first_trade_id", NULL, false},
                                {"last_trade_id", NULL, false},
                                {"transact_time", NULL, false},
                                {"is_buyer_maker", NULL, false},
                                {"is_best_match", NULL, true}},
    [PLM_BINANCE_KLINES] = {{"open_time", NULL, false},
                            {"open", NULL, false},
                            {"high", NULL, false},
                            {"low", NULL, false},
                            {"close", NULL, false},
                            {"volume", NULL, false},
                            {"close_time", NULL, false},
                            {"quote_volume", NULL, true},
                            {"count", NULL, false},
                            {"taker_buy_volume", NULL, true},
                            {"taker_buy_quote_volume", NULL, true},
                            {"ignore", NULL, true}},
    [PLM_BINANCE_BOOK_TICKER] = {{"update_id", NULL, false},
                                 {"best_bid_price", NULL, false},
                                 {"best_bid_qty", NULL, false},
                                 {"best_ask_price", NULL, false},
                                 {"best_ask_qty", NULL, false},
                                 {"transaction_time", NULL, false}},
    [PLM_BINANCE_BOOK_DEPTH] = {{"timestamp", NULL, false},
                                {"percentage", NULL, false},
                                {"depth", NULL, false},
                                {"notional", NULL, false}},
    [PLM_BINANCE_FUNDING] = {{"calc_time", NULL, false},
                             {"last_funding_rate", "funding_rate", false},
                             {"funding_interval_hours", NULL, true}},
    [PLM_BINANCE_METRICS] = {{"create_time", NULL, false},
                             {"symbol", NULL, false},
                             {"sum_open_interest", NULL, false}},
    [PLM_BINANCE_LIQUIDATIONS] = {{"time", NULL, false},
                                  {"side", NULL, false},
                                  {"order_status", NULL, false},
                                  {"average_price", NULL, false},
                                  {"accumulated_fill_quantity", NULL, false}},
};

static const char *const TYPE_NAMES[PLM_BINANCE_TYPE_COUNT] = {
    [PLM_BINANCE_NONE] = "unknown",
    [PLM_BINANCE_TRADES] = "trades",
    [PLM_BINANCE_AGG_TRADES] = "aggTrades",
    [PLM_BINANCE_KLINES] = "klines",
    [PLM_BINANCE_BOOK_TICKER] = "bookTicker",
    [PLM_BINANCE_BOOK_DEPTH] = "bookDepth",
    [PLM_BINANCE_FUNDING] = "fundingRate",
    [PLM_BINANCE_METRICS] = "metrics",
    [PLM_BINANCE_LIQUIDATIONS] = "liquidationSnapshot",
};

const char *plm_binance_type_name(plm_binance_type type)
{
    return TYPE_NAMES[type];
}

static bool is_text(plm_csv_text field, const char *text)
{
    return text != NULL && strlen(text) == field.size && memcmp(text, field.bytes, field.size) == 0;
}

/* -- with a header --------------------------------------------------------------------------- */

static bool match_header(const plm_csv_text *fields, size_t count, plm_binance_type type,
                         plm_binance_shape *out)
{
    *out = (plm_binance_shape){.type = type, .has_header = true, .field_count = count};
    for (size_t i = 0; i < PLM_BINANCE_COLUMNS_MAX; i++) {
        const column *const want = &COLUMNS[type][i];
        out->field[i] = PLM_BINANCE_ABSENT;
        for (size_t at = 0; want->name != NULL && at < count && at < PLM_BINANCE_ABSENT; at++) {
            if (is_text(fields[at], want->name) || is_text(fields[at], want->alias)) {
                out->field[i] = (uint8_t)at;
                break;
            }
        }
        if (want->name != NULL && !want->optional && out->field[i] == PLM_BINANCE_ABSENT) {
            return false;
        }
    }
    return true;
}

/* -- without --------------------------------------------------------------------------------- */

static bool is_whole(plm_csv_text field)
{
    for (size_t i = 0; i < field.size; i++) {
        if (field.bytes[i] < '0' || field.bytes[i] > '9') {
            return false;
        }
    }
    return field.size > 0;
}

static bool is_stamp(plm_csv_text field)
{
    return (field.size == 13 || field.size == 16) && is_whole(field);
}

static bool is_flag(plm_csv_text field)
{
    return is_text(field, "true") || is_text(field, "false") || is_text(field, "True") ||
           is_text(field, "False");
}

/* The number of fields, and where among them stamps and flags stand, differ between all types that
 * come without a header. */
static plm_binance_type match_fields(const plm_csv_text *fields, size_t count)
{
    if (count == 12 && is_stamp(fields[KLINE_BEGIN]) && is_stamp(fields[KLINE_END]) &&
        is_whole(fields[KLINE_COUNT])) {
        return PLM_BINANCE_KLINES;
    }
    if ((count == 6 || count == 7) && is_whole(fields[TRADE_ID]) && is_stamp(fields[TRADE_TIME]) &&
        is_flag(fields[TRADE_MAKER]) && (count == 6 || is_flag(fields[TRADE_BEST]))) {
        return PLM_BINANCE_TRADES;
    }
    if ((count == 7 || count == 8) && is_whole(fields[AGG_ID]) && is_whole(fields[AGG_FIRST]) &&
        is_whole(fields[AGG_LAST]) && is_stamp(fields[AGG_TIME]) && is_flag(fields[AGG_MAKER]) &&
        (count == 7 || is_flag(fields[AGG_BEST]))) {
        return PLM_BINANCE_AGG_TRADES;
    }
    return PLM_BINANCE_NONE;
}

bool plm_binance_recognise(const plm_csv_text *fields, size_t count, plm_binance_shape *out)
{
    plm_binance_shape shape;
    for (plm_binance_type type = PLM_BINANCE_TRADES; type < PLM_BINANCE_TYPE_COUNT; type++) {
        if (match_header(fields, count, type, &shape)) {
            *out = shape;
            return true;
        }
    }
    shape = (plm_binance_shape){.type = match_fields(fields, count), .field_count = count};
    if (shape.type == PLM_BINANCE_NONE) {
        return false;
    }
    for (size_t i = 0; i < PLM_BINANCE_COLUMNS_MAX; i++) {
        shape.field[i] = i < count ? (uint8_t)i : PLM_BINANCE_ABSENT;
    }
    uint8_t const flag = shape.type == PLM_BINANCE_TRADES ? TRADE_MAKER : AGG_MAKER;
    shape.capital = shape.type != PLM_BINANCE_KLINES && fields[flag].bytes[0] <= 'Z';
    *out = shape;
    return true;
}

/* -- names ----------------------------------------------------------------------------------- */

typedef struct folder {
    const char *name, *venue;
    plm_import_prices prices;
} folder;

/* Of the server's paths: futures/um/daily/markPriceKlines/BTCUSDT/1m/... */
static const folder FOLDERS[] = {
    {"spot", "binance", PLM_PRICES_UNKNOWN},
    {"um", "binance-um", PLM_PRICES_UNKNOWN},
    {"cm", "binance-cm", PLM_PRICES_UNKNOWN},
    {"futures-um", "binance-um", PLM_PRICES_UNKNOWN},
    {"futures-cm", "binance-cm", PLM_PRICES_UNKNOWN},
    {"klines", NULL, PLM_PRICES_LAST},
    {"markPriceKlines", NULL, PLM_PRICES_MARK},
    {"indexPriceKlines", NULL, PLM_PRICES_INDEX},
    {"premiumIndexKlines", NULL, PLM_PRICES_PREMIUM},
};

static void read_folder(const char *text, size_t size, plm_binance_name *out)
{
    for (size_t i = 0; i < sizeof FOLDERS / sizeof FOLDERS[0]; i++) {
        const folder *const row = &FOLDERS[i];
        if (strlen(row->name) == size && memcmp(row->name, text, size) == 0) {
            out->venue = row->venue != NULL ? row->venue : out->venue;
            out->prices = row->prices != PLM_PRICES_UNKNOWN ? row->prices : out->prices;
        }
    }
}

static bool is_symbol_byte(char byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_';
}

/* SYMBOL-...: what stands before the first dash. The name may be a path, or path:member. */
void plm_binance_read_name(const char *name, plm_binance_name *out)
{
    *out = (plm_binance_name){.venue = NULL};
    const char *part = name;
    for (size_t size = strcspn(part, "/:"); part[size] != '\0'; size = strcspn(part, "/:")) {
        read_folder(part, size, out);
        part += size + 1;
    }
    size_t size = 0;
    bool letters = false;
    while (is_symbol_byte(part[size])) {
        letters |= part[size] >= 'A';
        size++;
    }
    if (part[size] == '-' && letters && size < PLM_SYMBOL_CAP) {
        memcpy(out->symbol, part, size);
    }
}

static bool ends_with(const char *text, size_t size, const char *end)
{
    size_t const length = strlen(end);
    return size >= length && memcmp(text + size - length, end, length) == 0;
}

const char *plm_binance_guess_venue(const plm_binance_shape *shape, const char *symbol)
{
    const char *const bar = strchr(symbol, '_');
    size_t const size = bar != NULL ? (size_t)(bar - symbol) : strlen(symbol);
    if (bar != NULL) { /* BTCUSD_PERP, BTCUSD_251226, BTCUSDT_251226 */
        return ends_with(symbol, size, "USD") ? "binance-cm" : "binance-um";
    }
    if (shape->type == PLM_BINANCE_LIQUIDATIONS) {
        return "binance-cm";
    }
    if (shape->has_header) { /* spot files never have one; a pair of COIN-M ends in USD */
        return ends_with(symbol, size, "USD") ? "binance-cm" : "binance-um";
    }
    if (shape->type == PLM_BINANCE_KLINES) {
        return NULL;
    }
    return shape->capital ? "binance" : "binance-um";
}
