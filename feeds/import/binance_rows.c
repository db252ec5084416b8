/*
 * binance_rows.c - what the rows of each file of data.binance.vision mean.
 */
#include <stdio.h>
#include <string.h>

#include "binance.h"
#include "check.h"
#include "decimal.h"
#include "event_csv.h"
#include "timetext.h"

/* An id stands for the place of a row among those of its instant; ids of the venue have 13 digits
 * at most. */
#define ID_MAX INT64_C(1000000000000000)

static int shown(plm_csv_text text)
{
    return text.size > 60 ? 60 : (int)text.size;
}

static plm_csv_text get(const plm_binance *self, unsigned column)
{
    uint8_t const field = self->shape.field[column];
    return field != PLM_BINANCE_ABSENT ? self->fields[field] : (plm_csv_text){"", 0};
}

static void note(plm_binance *self, plm_binance_note what, uint64_t count, const plm_row *row)
{
    plm_import_note *const entry = &self->notes[what];
    entry->line = entry->count == 0 ? row->line : entry->line;
    entry->count += count;
}

/* -- values ---------------------------------------------------------------------------------- */

/* Stamps have 13 digits, which are milliseconds, or 16, which are microseconds (spot from 2025 on).
 * No time that the venue has lived in is written in both ways. */
static bool parse_stamp(const plm_binance *self, unsigned column, const char *name, plm_row *row,
                        plm_ts *out)
{
    plm_csv_text const text = get(self, column);
    int64_t value = 0;
    if (text.size == 0) {
        return plm_refuse(&row->refusal, PLM_REJECT_BLANK, "a time is needed", "%s is empty", name);
    }
    if ((text.size != 13 && text.size != 16) ||
        plm_decimal_parse(text.bytes, text.size, 0, false, &value) != PLM_DECIMAL_OK || value < 0) {
        return plm_refuse(&row->refusal, PLM_REJECT_SYNTAX,
                          "13 digits (milliseconds) or 16 (microseconds) are allowed",
                          "%s is '%.*s'", name, shown(text), text.bytes);
    }
    int64_t const unit = text.size == 13 ? 1000000 : 1000;
    if (value >= PLM_TS_MAX / unit) {
        return plm_refuse(&row->refusal, PLM_REJECT_RANGE, "times must lie in 2000..2100",
                          "%s is '%.*s'", name, shown(text), text.bytes);
    }
    *out = value * unit;
    return true;
}

static bool parse_civil(const plm_binance *self, unsigned column, const char *name, plm_row *row,
                        plm_ts *out)
{
    plm_csv_text const text = get(self, column);
    return plm_time_parse(text.bytes, text.size, out) ||
           plm_refuse(&row->refusal, text.size == 0 ? PLM_REJECT_BLANK : PLM_REJECT_SYNTAX,
                      "UTC times such as 2025-10-10 21:15:00 are allowed", "%s is '%.*s'", name,
                      shown(text), text.bytes);
}

static bool parse_value(const plm_binance *self, unsigned column, const char *name, plm_field field,
                        plm_row *row, int64_t *out)
{
    plm_csv_text const text = get(self, column);
    const plm_instrument *const instrument = &self->decoder.rows[self->sym];
    return plm_field_parse(field, name, text.bytes, text.size, plm_field_scale(field, instrument),
                           true, &row->refusal, out);
}

static bool parse_id(const plm_binance *self, unsigned column, const char *name, plm_row *row,
                     uint64_t *out)
{
    plm_csv_text const text = get(self, column);
    int64_t value = 0;
    if (!plm_field_parse(PLM_FIELD_COUNT, name, text.bytes, text.size, 0, false, &row->refusal,
                         &value)) {
        return false;
    }
    if (value < 0 || value > ID_MAX) {
        return plm_refuse(&row->refusal, PLM_REJECT_RANGE, "ids from 0 to 10^15 are allowed",
                          "%s is '%.*s'", name, shown(text), text.bytes);
    }
    *out = (uint64_t)value;
    return true;
}

/* true and false in any case of letters. */
static bool parse_flag(const plm_binance *self, unsigned column, const char *name, plm_row *row,
                       bool *out)
{
    plm_csv_text const text = get(self, column);
    char lower[5] = "";
    for (size_t i = 0; i < text.size && i < sizeof lower; i++) {
        lower[i] = (char)(text.bytes[i] | 0x20);
    }
    bool const yes = text.size == 4 && memcmp(lower, "true", 4) == 0;
    bool const no = text.size == 5 && memcmp(lower, "false", 5) == 0;
    *out = yes;
    return yes || no ||
           plm_refuse(&row->refusal, text.size == 0 ? PLM_REJECT_BLANK : PLM_REJECT_UNKNOWN,
                      "true or false is allowed", "%s is '%.*s'", name, shown(text), text.bytes);
}

/* -- what all types need --------------------------------------------------------------------- */

/* What the folder and the columns say, where they do not contradict each other. */
static const char *agreed_venue(const plm_binance *self, const char *symbol)
{
    const char *const folder = self->name.venue;
    const char *const columns = plm_binance_guess_venue(&self->shape, symbol);
    if (folder == NULL || columns == NULL) {
        return folder != NULL ? folder : columns;
    }
    return strcmp(folder, columns) == 0 ? folder : NULL;
}

/* The symbol of the file, or of the row where it has one. */
static bool find_sym(plm_binance *self, plm_csv_text symbol, plm_row *row)
{
    if (self->sym != PLM_NO_SYM && strlen(self->symbol) == symbol.size &&
        memcmp(self->symbol, symbol.bytes, symbol.size) == 0) {
        return true;
    }
    char text[PLM_SYMBOL_CAP] = "";
    if (symbol.size < sizeof text) {
        memcpy(text, symbol.bytes, symbol.size);
    }
    if (text[0] == '\0') {
        return plm_refuse(&row->refusal, PLM_REJECT_UNKNOWN,
                          "files named as the venue names them (BTCUSDT-trades-2025-10-10.zip), "
                          "--symbol or FILE@symbol=NAME are needed",
                          "nothing names the symbol");
    }
    const char *venue = plm_import_rows_venue(&self->rows, text);
    venue = venue != NULL ? venue : agreed_venue(self, text);
    uint32_t sym = 0;
    if (!plm_import_rows_find(&self->rows, venue, text, symbol.size, &row->refusal, &sym)) {
        return false;
    }
    if (self->sym != PLM_NO_SYM && sym != self->sym) { /* ids and bars of another row */
        self->last_id = 0;
        self->last_ts = 0;
    }
    memcpy(self->symbol, text, sizeof text);
    self->sym = sym;
    self->decoder.rows = self->rows.table.rows;
    self->decoder.row_count = self->rows.table.count;
    self->decoder.lives = self->rows.lives;
    return true;
}

static bool find_file_sym(plm_binance *self, plm_row *row)
{
    const char *const given = self->options->symbol;
    const char *const symbol = given != NULL ? given : self->name.symbol;
    return find_sym(self, (plm_csv_text){symbol, strlen(symbol)}, row);
}

static void put_event(const plm_binance *self, plm_row *row, plm_ts ts, plm_event_kind kind,
                      uint8_t side, int64_t px, int64_t qty)
{
    row->event[row->count++] = (plm_event){
        .ts = ts, .px = px, .qty = qty, .sym = self->sym, .kind = (uint8_t)kind, .side = side};
}

/* The unit of the stamps is told, and told again where it changes. */
static void note_unit(plm_binance *self, unsigned column, const plm_row *row)
{
    unsigned const digits = (unsigned)get(self, column).size;
    if (self->digits != 0 && self->digits != digits) {
        note(self, PLM_BINANCE_UNIT_CHANGES, 1, row);
    }
    self->digits = digits;
    note(self, digits == 13 ? PLM_BINANCE_MS : PLM_BINANCE_US, 1, row);
}

/* Trades of a symbol are numbered without holes: what is missing is a gap. */
static bool check_id(plm_binance *self, uint64_t id, plm_ts ts, plm_row *row)
{
    row->rank = id;
    if (self->last_id != 0 && id == self->last_id) {
        return plm_refuse(&row->refusal, PLM_REJECT_DUPLICATE, "each id is allowed once",
                          "id %llu again", (unsigned long long)id);
    }
    if (self->last_id != 0 && id < self->last_id) {
        note(self, PLM_BINANCE_IDS_BACK, 1, row);
        return true;
    }
    if (self->last_id != 0 && id > self->last_id + 1) {
        note(self, PLM_BINANCE_MISSING_IDS, id - self->last_id - 1, row);
        if (ts >= self->last_ts) {
            put_event(self, row, ts, PLM_EV_GAP, 0, 0, self->last_ts);
        }
    }
    self->last_id = id;
    self->last_ts = ts;
    return true;
}

/* -- the types ------------------------------------------------------------------------------- */

static bool make_trade(plm_binance *self, plm_row *row)
{
    bool const single = self->shape.type == PLM_BINANCE_TRADES;
    unsigned const time = single ? TRADE_TIME : AGG_TIME;
    uint64_t id = 0;
    uint64_t first = 0;
    uint64_t last = 0;
    plm_ts ts = 0;
    plm_px px = 0;
    plm_qty qty = 0;
    bool maker = false;
    if (!parse_stamp(self, time, "time", row, &ts) ||
        !parse_id(self, single ? TRADE_ID : AGG_ID, "id", row, &id) ||
        !parse_value(self, single ? TRADE_PX : AGG_PX, "price", PLM_FIELD_PX, row, &px) ||
        !parse_value(self, single ? TRADE_QTY : AGG_QTY, "quantity", PLM_FIELD_QTY, row, &qty) ||
        !parse_flag(self, single ? TRADE_MAKER : AGG_MAKER, "is_buyer_maker", row, &maker)) {
        return false;
    }
    if (!single && (!parse_id(self, AGG_FIRST, "first_trade_id", row, &first) ||
                    !parse_id(self, AGG_LAST, "last_trade_id", row, &last))) {
        return false;
    }
    if (last < first) {
        return plm_refuse(&row->refusal, PLM_REJECT_RANGE,
                          "first_trade_id <= last_trade_id is needed", "trades %llu to %llu",
                          (unsigned long long)first, (unsigned long long)last);
    }
    if (!check_id(self, id, ts, row)) {
        return false;
    }
    note_unit(self, time, row);
    /* The buyer was resting: the seller took. */
    put_event(self, row, ts, PLM_EV_TRADE, maker ? PLM_SIDE_SELL : PLM_SIDE_BUY, px, qty);
    return true;
}

static bool check_kline(const plm_binance *self, const plm_px px[4], plm_qty volume, int64_t count,
                        plm_row *row)
{
    if (px[1] < px[0] || px[1] < px[3] || px[2] > px[0] || px[2] > px[3]) {
        return plm_refuse(&row->refusal, PLM_REJECT_RANGE, "low <= open, close <= high is needed",
                          "a bar at odds with itself");
    }
    if (self->prices == PLM_PRICES_LAST && volume == 0 && count > 0) {
        return plm_refuse(&row->refusal, PLM_REJECT_RANGE,
                          "bars of last prices have a volume where they count trades (are these "
                          "mark prices? --prices)",
                          "no volume, but count %lld", (long long)count);
    }
    if (self->prices != PLM_PRICES_LAST && volume != 0) {
        return plm_refuse(&row->refusal, PLM_REJECT_RANGE,
                          "bars of mark, index and premium prices have no volume (are these last "
                          "prices? --prices)",
                          "a volume");
    }
    return true;
}

/* A bar becomes known at its end. */
static bool place_kline(plm_binance *self, plm_ts begin, plm_ts end, plm_row *row)
{
    if (end <= begin) {
        return plm_refuse(&row->refusal, PLM_REJECT_RANGE, "open_time < close_time is needed",
                          "a bar that ends before it begins");
    }
    if (self->last_ts != 0 && begin > self->last_ts) {
        note(self, PLM_BINANCE_MISSING_BARS, 1, row);
        put_event(self, row, begin, PLM_EV_GAP, 0, 0, self->last_ts);
    } else if (begin < self->last_ts && end > self->last_ts) {
        note(self, PLM_BINANCE_OVERLAPS, 1, row);
    }
    self->last_ts = end > self->last_ts ? end : self->last_ts;
    return true;
}

static bool make_kline(plm_binance *self, plm_row *row)
{
    static const char *const NAMES[] = {"open", "high", "low", "close"};
    bool const premium = self->prices == PLM_PRICES_PREMIUM;
    plm_ts begin = 0;
    plm_ts end = 0;
    plm_px px[4];
    plm_qty volume = 0;
    plm_qty taker = 0;
    int64_t count = 0;
    if (!parse_stamp(self, KLINE_BEGIN, "open_time", row, &begin) ||
        !parse_stamp(self, KLINE_END, "close_time", row, &end)) {
        return false;
    }
    if (get(self, KLINE_BEGIN).size != get(self, KLINE_END).size) {
        return plm_refuse(&row->refusal, PLM_REJECT_SYNTAX, "both in ms or both in us are allowed",
                          "open_time and close_time in two units");
    }
    for (unsigned i = 0; i < 4; i++) {
        if (!parse_value(self, KLINE_OPEN + i, NAMES[i], premium ? PLM_FIELD_RATE : PLM_FIELD_PX,
                         row, &px[i])) {
            return false;
        }
    }
    if (!parse_value(self, KLINE_VOLUME, "volume", PLM_FIELD_QTY, row, &volume) ||
        !parse_value(self, KLINE_COUNT, "count", PLM_FIELD_COUNT, row, &count) ||
        (self->shape.field[KLINE_TAKER_VOLUME] != PLM_BINANCE_ABSENT &&
         !parse_value(self, KLINE_TAKER_VOLUME, "taker_buy_volume", PLM_FIELD_QTY, row, &taker)) ||
        !check_kline(self, px, volume, count, row)) {
        return false;
    }
    if (premium) {
        return plm_refuse(&row->refusal, PLM_REJECT_DECLARED, "", "no event holds a premium index");
    }
    end += get(self, KLINE_END).size == 13 ? 1000000 : 1000;
    if (!place_kline(self, begin, end, row)) {
        return false;
    }
    note_unit(self, KLINE_BEGIN, row);
    bool const last = self->prices == PLM_PRICES_LAST;
    uint8_t const key = last                              ? PLM_KEY_LAST
                        : self->prices == PLM_PRICES_MARK ? PLM_KEY_MARK
                                                          : PLM_KEY_INDEX;
    put_event(self, row, end, PLM_EV_BAR_OPEN, key, px[0], end - begin);
    put_event(self, row, end, PLM_EV_BAR_HIGH, key, px[1], last ? count : 0);
    put_event(self, row, end, PLM_EV_BAR_LOW, key, px[2], taker);
    put_event(self, row, end, PLM_EV_BAR_CLOSE, key, px[3], volume);
    return true;
}

static bool make_ticker(plm_binance *self, plm_row *row)
{
    plm_ts ts = 0;
    plm_px px[2];
    plm_qty qty[2];
    if (!parse_stamp(self, TICKER_TIME, "transaction_time", row, &ts) ||
        !parse_id(self, TICKER_ID, "update_id", row, &row->rank)) {
        return false;
    }
    if (!parse_value(self, TICKER_BID, "best_bid_price", PLM_FIELD_PX, row, &px[0]) ||
        !parse_value(self, TICKER_BID_QTY, "best_bid_qty", PLM_FIELD_QTY, row, &qty[0]) ||
        !parse_value(self, TICKER_ASK, "best_ask_price", PLM_FIELD_PX, row, &px[1]) ||
        !parse_value(self, TICKER_ASK_QTY, "best_ask_qty", PLM_FIELD_QTY, row, &qty[1])) {
        return false;
    }
    if (self->options->derive) {
        return plm_refuse(&row->refusal, PLM_REJECT_DECLARED, "", "quotes are derived");
    }
    note_unit(self, TICKER_TIME, row);
    put_event(self, row, ts, PLM_EV_BID, 0, px[0], qty[0]);
    put_event(self, row, ts, PLM_EV_ASK, 0, px[1], qty[1]);
    return true;
}

static bool make_funding(plm_binance *self, plm_row *row)
{
    plm_ts ts = 0;
    plm_rate rate = 0;
    if (!parse_stamp(self, FUNDING_TIME, "calc_time", row, &ts) ||
        !parse_value(self, FUNDING_RATE, "last_funding_rate", PLM_FIELD_RATE, row, &rate)) {
        return false;
    }
    note_unit(self, FUNDING_TIME, row);
    put_event(self, row, ts, PLM_EV_FUNDING, 0, rate, 0);
    return true;
}

/* Cumulative amounts at distances from the middle are no levels of a book. */
static bool make_depth(plm_binance *self, plm_row *row)
{
    plm_ts ts = 0;
    int64_t value = 0;
    return parse_civil(self, DEPTH_TIME, "timestamp", row, &ts) &&
           parse_value(self, DEPTH_PERCENTAGE, "percentage", PLM_FIELD_RATE, row, &value) &&
           parse_value(self, DEPTH_DEPTH, "depth", PLM_FIELD_QTY, row, &value) &&
           plm_refuse(&row->refusal, PLM_REJECT_DECLARED, "",
                      "no event holds the depth at a distance");
}

static bool make_metrics(plm_binance *self, plm_row *row)
{
    plm_ts ts = 0;
    plm_qty interest = 0;
    if (!parse_civil(self, METRICS_TIME, "create_time", row, &ts) ||
        !parse_value(self, METRICS_INTEREST, "sum_open_interest", PLM_FIELD_QTY, row, &interest)) {
        return false;
    }
    put_event(self, row, ts, PLM_EV_OPEN_INTEREST, 0, 0, interest);
    return true;
}

/* The venue writes each row twice: the second of a pair is left out. */
static bool is_repeated(plm_binance *self, const plm_row *row)
{
    bool const equal =
        row->size == self->before_size && memcmp(row->text, self->before, row->size) == 0;
    memcpy(self->before, row->text, row->size);
    self->before_size = row->size;
    self->repeated = equal && !self->repeated;
    return self->repeated;
}

static bool make_liquidation(plm_binance *self, plm_row *row)
{
    plm_ts ts = 0;
    plm_px px = 0;
    plm_qty qty = 0;
    plm_csv_text const side = get(self, LIQ_SIDE);
    bool const buy = side.size == 3 && memcmp(side.bytes, "BUY", 3) == 0;
    bool const sell = side.size == 4 && memcmp(side.bytes, "SELL", 4) == 0;
    if (is_repeated(self, row)) {
        return plm_refuse(&row->refusal, PLM_REJECT_DECLARED, "", "restates the row before");
    }
    if (!parse_stamp(self, LIQ_TIME, "time", row, &ts) ||
        !parse_value(self, LIQ_AVERAGE, "average_price", PLM_FIELD_PX, row, &px) ||
        !parse_value(self, LIQ_FILLED, "accumulated_fill_quantity", PLM_FIELD_QTY, row, &qty)) {
        return false;
    }
    if (!buy && !sell) {
        return plm_refuse(&row->refusal, side.size == 0 ? PLM_REJECT_BLANK : PLM_REJECT_UNKNOWN,
                          "BUY or SELL is allowed", "side is '%.*s'", shown(side), side.bytes);
    }
    if (px == 0 && qty == 0) {
        return plm_refuse(&row->refusal, PLM_REJECT_DECLARED, "", "an order without a fill");
    }
    note_unit(self, LIQ_TIME, row);
    put_event(self, row, ts, PLM_EV_LIQUIDATION, buy ? PLM_SIDE_BUY : PLM_SIDE_SELL, px, qty);
    return true;
}

void plm_binance_make_row(plm_binance *self, plm_row *row)
{
    row->count = 0;
    bool const named = self->shape.type == PLM_BINANCE_METRICS
                           ? find_sym(self, get(self, METRICS_SYMBOL), row)
                           : find_file_sym(self, row);
    if (!named) {
        return;
    }
    switch (self->shape.type) {
    case PLM_BINANCE_TRADES:
    case PLM_BINANCE_AGG_TRADES:
        (void)make_trade(self, row);
        break;
    case PLM_BINANCE_KLINES:
        (void)make_kline(self, row);
        break;
    case PLM_BINANCE_BOOK_TICKER:
        (void)make_ticker(self, row);
        break;
    case PLM_BINANCE_BOOK_DEPTH:
        (void)make_depth(self, row);
        break;
    case PLM_BINANCE_FUNDING:
        (void)make_funding(self, row);
        break;
    case PLM_BINANCE_METRICS:
        (void)make_metrics(self, row);
        break;
    case PLM_BINANCE_LIQUIDATIONS:
        (void)make_liquidation(self, row);
        break;
    case PLM_BINANCE_NONE:
    case PLM_BINANCE_TYPE_COUNT:
        plm_assert(false);
    }
}
