/*
 * binance_ws_events.c - what the messages of Binance's streams mean.
 */
#include <string.h>

#include "binance_ws.h"
#include "check.h"
#include "event_csv.h"

static void note(plm_binance_ws *self, plm_ws_note what, uint64_t count, const plm_row *row)
{
    plm_import_note *const entry = &self->notes[what];
    entry->line = entry->count == 0 ? row->line : entry->line;
    entry->count += count;
}

/* -- values ---------------------------------------------------------------------------------- */

static bool refuse_value(plm_row *row, const json_t *object, const char *key, const char *allowed)
{
    bool const absent = json_object_get(object, key) == NULL;
    return plm_refuse(&row->refusal, absent ? PLM_REJECT_BLANK : PLM_REJECT_SYNTAX, allowed,
                      absent ? "no \"%s\"" : "\"%s\" is of another kind", key);
}

bool plm_ws_read_text(const json_t *object, const char *key, plm_row *row, plm_csv_text *out)
{
    const json_t *const value = json_object_get(object, key);
    if (!json_is_string(value)) {
        return refuse_value(row, object, key, "a text is needed");
    }
    *out = (plm_csv_text){json_string_value(value), json_string_length(value)};
    return true;
}

/* Prices, sizes and rates are texts. */
static bool read_value(const json_t *object, const char *key, plm_field field,
                       const plm_instrument *instrument, plm_row *row, int64_t *out)
{
    plm_csv_text text = {"", 0};
    return plm_ws_read_text(object, key, row, &text) &&
           plm_field_parse(field, key, text.bytes, text.size, plm_field_scale(field, instrument),
                           true, &row->refusal, out);
}

static bool read_id(const json_t *object, const char *key, plm_row *row, uint64_t *out)
{
    const json_t *const value = json_object_get(object, key);
    if (!json_is_integer(value) || json_integer_value(value) < 0) {
        return refuse_value(row, object, key, "a number that is not negative is needed");
    }
    *out = (uint64_t)json_integer_value(value);
    return true;
}

/* 13 digits are milliseconds, 16 are microseconds, which a stream can be asked for. */
static bool read_time(const json_t *object, const char *key, plm_row *row, plm_ts *out)
{
    uint64_t value = 0;
    if (!read_id(object, key, row, &value)) {
        return false;
    }
    uint64_t const ms = UINT64_C(1000000000000);
    uint64_t const us = UINT64_C(1000000000000000);
    if (value >= ms && value < 10 * ms) {
        *out = (plm_ts)value * 1000000;
    } else if (value >= us && value < 10 * us) {
        *out = (plm_ts)value * 1000;
    } else {
        return plm_refuse(&row->refusal, PLM_REJECT_RANGE,
                          "13 digits (milliseconds) or 16 (microseconds) are allowed",
                          "\"%s\" is %llu", key, (unsigned long long)value);
    }
    return true;
}

bool plm_ws_leave_out(plm_row *row, const char *why)
{
    return plm_refuse(&row->refusal, PLM_REJECT_DECLARED, "", "%s", why);
}

/* -- events ---------------------------------------------------------------------------------- */

static void put_event(plm_row *row, plm_ts ts, uint32_t sym, plm_event_kind kind, uint8_t side,
                      int64_t px, int64_t qty)
{
    plm_assert(row->count < PLM_ROW_EVENTS_MAX);
    row->event[row->count++] = (plm_event){
        .ts = ts, .px = px, .qty = qty, .sym = sym, .kind = (uint8_t)kind, .side = side};
}

/* The time of the venue under one of two keys; without one, when the recorder heard of it. */
static bool read_clock(plm_binance_ws *self, const json_t *data, const char *key, plm_row *row,
                       plm_ts *out)
{
    const char *const found = json_object_get(data, key) != NULL   ? key
                              : json_object_get(data, "E") != NULL ? "E"
                                                                   : NULL;
    if (found != NULL) {
        return read_time(data, found, row, out);
    }
    note(self, PLM_WS_RECV_ONLY, 1, row);
    *out = row->recv;
    return true;
}

/* Trades are numbered without holes. */
static void check_id(plm_binance_ws *self, uint64_t id, plm_ts ts, uint32_t sym, uint64_t *last,
                     plm_ts *last_ts, plm_row *row)
{
    if (*last != 0 && id > *last + 1) {
        note(self, PLM_WS_MISSING_IDS, id - *last - 1, row);
        if (ts >= *last_ts) {
            put_event(row, ts, sym, PLM_EV_GAP, 0, 0, *last_ts);
        }
    }
    if (id > *last) {
        *last = id;
        *last_ts = ts;
    }
}

bool plm_ws_make_trade(plm_binance_ws *self, const json_t *data, uint32_t sym, bool single,
                       plm_row *row)
{
    const plm_instrument *const instrument = &self->rows.table.rows[sym];
    plm_ws_state *const state = &self->states[sym];
    const json_t *const maker = json_object_get(data, "m");
    const char *const kind = json_string_value(json_object_get(data, "X"));
    plm_ts ts = 0;
    uint64_t id = 0;
    plm_px px = 0;
    plm_qty qty = 0;
    if (!read_clock(self, data, "T", row, &ts) || !read_id(data, single ? "t" : "a", row, &id)) {
        return false;
    }
    bool const market = kind == NULL || strcmp(kind, "MARKET") == 0;
    if (market && (!read_value(data, "p", PLM_FIELD_PX, instrument, row, &px) ||
                   !read_value(data, "q", PLM_FIELD_QTY, instrument, row, &qty))) {
        return false;
    }
    if (!json_is_boolean(maker)) {
        return refuse_value(row, data, "m", "true or false is needed");
    }
    check_id(self, id, ts, sym, single ? &state->trade_id : &state->agg_id,
             single ? &state->trade_ts : &state->agg_ts, row);
    if (!market) { /* the insurance fund, deleveraging: nobody could have met it */
        return plm_ws_leave_out(row, "not a trade of the market");
    }
    put_event(row, ts, sym, PLM_EV_TRADE, json_is_true(maker) ? PLM_SIDE_SELL : PLM_SIDE_BUY, px,
              qty);
    return true;
}

bool plm_ws_make_ticker(plm_binance_ws *self, const json_t *data, uint32_t sym, plm_row *row)
{
    const plm_instrument *const instrument = &self->rows.table.rows[sym];
    plm_ts ts = 0;
    plm_px px[2];
    plm_qty qty[2];
    if (self->options->derive) {
        return plm_ws_leave_out(row, "quotes are derived");
    }
    if (!read_value(data, "b", PLM_FIELD_PX, instrument, row, &px[0]) ||
        !read_value(data, "B", PLM_FIELD_QTY, instrument, row, &qty[0]) ||
        !read_value(data, "a", PLM_FIELD_PX, instrument, row, &px[1]) ||
        !read_value(data, "A", PLM_FIELD_QTY, instrument, row, &qty[1]) ||
        !read_clock(self, data, "T", row, &ts)) {
        return false;
    }
    put_event(row, ts, sym, PLM_EV_BID, 0, px[0], qty[0]);
    put_event(row, ts, sym, PLM_EV_ASK, 0, px[1], qty[1]);
    return true;
}

/* [["price","size"],...] */
static bool put_levels(const json_t *levels, const plm_instrument *instrument, plm_ts ts,
                       uint32_t sym, uint8_t side, uint16_t flags, plm_row *row)
{
    if (!json_is_array(levels)) {
        return plm_refuse(&row->refusal, PLM_REJECT_SYNTAX, "a list of levels is needed",
                          "no levels");
    }
    for (size_t i = 0; i < json_array_size(levels); i++) {
        const json_t *const level = json_array_get(levels, i);
        const json_t *const px_text = json_array_get(level, 0);
        const json_t *const qty_text = json_array_get(level, 1);
        plm_px px = 0;
        plm_qty qty = 0;
        if (!json_is_string(px_text) || !json_is_string(qty_text)) {
            return plm_refuse(&row->refusal, PLM_REJECT_SYNTAX, "[\"price\",\"size\"] is needed",
                              "level %zu", i + 1);
        }
        if (!plm_field_parse(PLM_FIELD_PX, "price", json_string_value(px_text),
                             json_string_length(px_text), instrument->px_scale, true, &row->refusal,
                             &px) ||
            !plm_field_parse(PLM_FIELD_QTY, "size", json_string_value(qty_text),
                             json_string_length(qty_text), instrument->qty_scale, true,
                             &row->refusal, &qty)) {
            return false;
        }
        put_event(row, ts, sym, PLM_EV_LEVEL, side, px, qty);
        row->event[row->count - 1].flags = flags;
    }
    return true;
}

static bool put_book(plm_binance_ws *self, const json_t *data, const char *const keys[2], plm_ts ts,
                     uint32_t sym, bool whole, plm_row *row)
{
    const plm_instrument *const instrument = &self->rows.table.rows[sym];
    uint16_t const flags = whole ? PLM_FLAG_SNAPSHOT : 0;
    for (uint8_t side = PLM_SIDE_BUY; whole && side <= PLM_SIDE_SELL; side++) {
        put_event(row, ts, sym, PLM_EV_CLEAR, side, 0, 0);
    }
    if (!put_levels(json_object_get(data, keys[0]), instrument, ts, sym, PLM_SIDE_BUY, flags,
                    row) ||
        !put_levels(json_object_get(data, keys[1]), instrument, ts, sym, PLM_SIDE_SELL, flags,
                    row)) {
        return false;
    }
    return row->count > 0 || plm_ws_leave_out(row, "an update without levels");
}

/* Each update says which one it follows: futures by its id, spot by beginning behind it. */
bool plm_ws_make_update(plm_binance_ws *self, const json_t *data, uint32_t sym, bool whole,
                        plm_row *row)
{
    static const char *const KEYS[2] = {"b", "a"};
    plm_ws_state *const state = &self->states[sym];
    plm_ts ts = 0;
    uint64_t last = 0;
    uint64_t before = 0;
    bool const chained = json_object_get(data, "pu") != NULL;
    if (!read_clock(self, data, "T", row, &ts) || !read_id(data, "u", row, &last) ||
        !read_id(data, chained ? "pu" : "U", row, &before)) {
        return false;
    }
    bool const follows = chained ? before == state->update_id : before <= state->update_id + 1;
    if (!whole && state->update_id != 0 && !follows) {
        note(self, PLM_WS_BREAKS, 1, row);
        if (ts >= state->update_ts) {
            put_event(row, ts, sym, PLM_EV_GAP, 0, 0, state->update_ts);
        }
    }
    if (!put_book(self, data, KEYS, ts, sym, whole, row)) {
        state->update_id = row->refusal.reason == PLM_REJECT_DECLARED ? last : state->update_id;
        return false;
    }
    state->update_id = last;
    state->update_ts = ts;
    return true;
}

bool plm_ws_make_snapshot(plm_binance_ws *self, const json_t *data, uint32_t sym, plm_row *row)
{
    static const char *const KEYS[2] = {"bids", "asks"};
    plm_ts ts = 0;
    return read_clock(self, data, "T", row, &ts) && put_book(self, data, KEYS, ts, sym, true, row);
}

/* "T" is when funding is due; the rate and its time are empty for dated futures. */
bool plm_ws_make_mark(plm_binance_ws *self, const json_t *data, uint32_t sym, plm_row *row)
{
    const plm_instrument *const instrument = &self->rows.table.rows[sym];
    plm_ts ts = 0;
    plm_ts due = 0;
    int64_t value = 0;
    plm_csv_text text = {"", 0};
    if (!read_time(data, "E", row, &ts) ||
        !read_value(data, "p", PLM_FIELD_PX, instrument, row, &value)) {
        return false;
    }
    put_event(row, ts, sym, PLM_EV_MARK, 0, value, 0);
    if (json_object_get(data, "i") != NULL) {
        if (!read_value(data, "i", PLM_FIELD_PX, instrument, row, &value)) {
            return false;
        }
        put_event(row, ts, sym, PLM_EV_INDEX, 0, value, 0);
    }
    if (json_object_get(data, "r") == NULL || !plm_ws_read_text(data, "r", row, &text) ||
        text.size == 0) {
        return row->refusal.reason == PLM_REJECT_NONE;
    }
    if (!read_value(data, "r", PLM_FIELD_RATE, instrument, row, &value) ||
        !read_time(data, "T", row, &due)) {
        return false;
    }
    put_event(row, ts, sym, PLM_EV_FUNDING_RATE, 0, value, due);
    return true;
}

/* What was filled of somebody's liquidation, at its average price. */
bool plm_ws_make_liquidation(plm_binance_ws *self, const json_t *order, uint32_t sym, plm_row *row)
{
    const plm_instrument *const instrument = &self->rows.table.rows[sym];
    plm_ts ts = 0;
    plm_px px = 0;
    plm_qty qty = 0;
    plm_csv_text side = {"", 0};
    if (!read_time(order, "T", row, &ts) || !plm_ws_read_text(order, "S", row, &side) ||
        !read_value(order, "ap", PLM_FIELD_PX, instrument, row, &px) ||
        !read_value(order, "z", PLM_FIELD_QTY, instrument, row, &qty)) {
        return false;
    }
    bool const buy = strcmp(side.bytes, "BUY") == 0;
    if (!buy && strcmp(side.bytes, "SELL") != 0) {
        return refuse_value(row, order, "S", "BUY or SELL is needed");
    }
    if (px == 0 && qty == 0) {
        return plm_ws_leave_out(row, "an order without a fill");
    }
    put_event(row, ts, sym, PLM_EV_LIQUIDATION, buy ? PLM_SIDE_BUY : PLM_SIDE_SELL, px, qty);
    return true;
}
