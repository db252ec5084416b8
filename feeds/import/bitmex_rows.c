/*
 * bitmex_rows.c - events from the values of one object.
 */
#include "bitmex_rows.h"

#include <string.h>

#include "event_csv.h"

static const char *const NAMES[PLM_BITMEX_CELLS + 1] = {
    [PLM_BITMEX_OPEN] = "open",
    [PLM_BITMEX_HIGH] = "high",
    [PLM_BITMEX_LOW] = "low",
    [PLM_BITMEX_CLOSE] = "close",
    [PLM_BITMEX_VOLUME] = "volume",
    [PLM_BITMEX_TRADES] = "trades",
    [PLM_BITMEX_TIME] = "timestamp",
    [PLM_BITMEX_SYMBOL] = "symbol",
    [PLM_BITMEX_SIDE] = "side",
    [PLM_BITMEX_SIZE] = "size",
    [PLM_BITMEX_PRICE] = "price",
    [PLM_BITMEX_ID] = "trdMatchID",
    [PLM_BITMEX_BID_SIZE] = "bidSize",
    [PLM_BITMEX_BID_PRICE] = "bidPrice",
    [PLM_BITMEX_ASK_PRICE] = "askPrice",
    [PLM_BITMEX_ASK_SIZE] = "askSize",
};

bool plm_bitmex_cells(const char *bytes, size_t size, plm_json_cell out[PLM_BITMEX_CELLS])
{
    return plm_json_pick(bytes, size, NAMES, out);
}

bool plm_bitmex_is_bar(const plm_json_cell *cells)
{
    return cells[PLM_BITMEX_OPEN].kind != PLM_JSON_NONE &&
           cells[PLM_BITMEX_CLOSE].kind != PLM_JSON_NONE;
}

int64_t plm_bitmex_bin(int64_t difference_ns)
{
    static const int64_t BINS[] = {60, 300, 3600, 86400};
    for (size_t i = 0; i < sizeof BINS / sizeof BINS[0]; i++) {
        int64_t const ns = BINS[i] * INT64_C(1000000000);
        if (difference_ns == ns || difference_ns == -ns) {
            return ns;
        }
    }
    return 0;
}

/* A number of the object; null and absent are blank. */
static bool read_number(const plm_json_cell *cells, unsigned place, plm_field field,
                        const plm_instrument *instrument, plm_refusal *refusal, int64_t *out)
{
    const plm_json_cell *const cell = &cells[place];
    plm_csv_text const text = cell->kind == PLM_JSON_NUMBER ? cell->text : (plm_csv_text){"", 0};
    return plm_field_parse(field, NAMES[place], text.bytes, text.size,
                           plm_field_scale(field, instrument), true, refusal, out);
}

bool plm_bitmex_bar(const plm_json_cell *cells, const plm_instrument *instrument, uint32_t sym,
                    plm_ts ts, int64_t period_ns, plm_row *row)
{
    static const uint8_t KINDS[4] = {PLM_EV_BAR_OPEN, PLM_EV_BAR_HIGH, PLM_EV_BAR_LOW,
                                     PLM_EV_BAR_CLOSE};
    plm_refusal *const refusal = &row->refusal;
    bool const counted = cells[PLM_BITMEX_TRADES].kind == PLM_JSON_NUMBER;
    int64_t volume = 0;
    int64_t trades = 0;
    if (!read_number(cells, PLM_BITMEX_VOLUME, PLM_FIELD_QTY, instrument, refusal, &volume) ||
        (counted &&
         !read_number(cells, PLM_BITMEX_TRADES, PLM_FIELD_COUNT, instrument, refusal, &trades))) {
        return false;
    }
    if (volume == 0 || (counted && trades == 0)) {
        return plm_refuse(refusal, PLM_REJECT_DECLARED, "", "a bar without trades");
    }
    int64_t const qty[4] = {period_ns, trades, 0, volume};
    for (unsigned i = 0; i < 4; i++) {
        plm_event *const event = &row->event[i];
        *event = (plm_event){
            .ts = ts, .qty = qty[i], .sym = sym, .kind = KINDS[i], .side = PLM_KEY_LAST};
        if (!read_number(cells, PLM_BITMEX_OPEN + i, PLM_FIELD_PX, instrument, refusal,
                         &event->px)) {
            return false;
        }
    }
    row->count = 4;
    return row->event[1].px >= row->event[2].px ||
           plm_refuse(refusal, PLM_REJECT_RANGE, "low <= high is needed",
                      "a bar at odds with itself");
}

static bool read_quote(const plm_json_cell *cells, const plm_instrument *instrument,
                       plm_event event, plm_row *row)
{
    static const unsigned PLACES[2][2] = {{PLM_BITMEX_BID_PRICE, PLM_BITMEX_BID_SIZE},
                                          {PLM_BITMEX_ASK_PRICE, PLM_BITMEX_ASK_SIZE}};
    for (unsigned i = 0; i < 2; i++) {
        const plm_json_cell *const px = &cells[PLACES[i][0]];
        const plm_json_cell *const qty = &cells[PLACES[i][1]];
        bool const empty = px->kind == PLM_JSON_NULL && qty->kind == PLM_JSON_NULL;
        event.kind = i == 0 ? PLM_EV_BID : PLM_EV_ASK;
        row->event[i] = event;
        if (!empty && (!read_number(cells, PLACES[i][0], PLM_FIELD_PX, instrument, &row->refusal,
                                    &row->event[i].px) ||
                       !read_number(cells, PLACES[i][1], PLM_FIELD_QTY, instrument, &row->refusal,
                                    &row->event[i].qty))) {
            return false;
        }
    }
    row->count = 2;
    return true;
}

static bool is_text(const plm_json_cell *cell, const char *word)
{
    return cell->kind == PLM_JSON_STRING && cell->text.size == strlen(word) &&
           memcmp(cell->text.bytes, word, cell->text.size) == 0;
}

bool plm_bitmex_tick(const plm_json_cell *cells, const plm_instrument *instrument, uint32_t sym,
                     plm_ts ts, plm_row *row, plm_csv_text *out_id)
{
    plm_event event = {.ts = ts, .sym = sym, .kind = PLM_EV_TRADE};
    const plm_json_cell *const side = &cells[PLM_BITMEX_SIDE];
    *out_id = (plm_csv_text){"", 0};
    if (cells[PLM_BITMEX_BID_PRICE].kind != PLM_JSON_NONE) {
        return read_quote(cells, instrument, event, row);
    }
    if (cells[PLM_BITMEX_PRICE].kind == PLM_JSON_NONE || side->kind == PLM_JSON_NONE) {
        return plm_refuse(&row->refusal, PLM_REJECT_UNKNOWN, "bars, trades and quotes are allowed",
                          "neither of them");
    }
    if (!is_text(side, "Buy") && !is_text(side, "Sell")) {
        return plm_refuse(&row->refusal,
                          side->text.size == 0 ? PLM_REJECT_BLANK : PLM_REJECT_UNKNOWN,
                          "Buy, Sell are allowed", "side is '%.*s'",
                          side->text.size > 60 ? 60 : (int)side->text.size, side->text.bytes);
    }
    event.side = is_text(side, "Buy") ? PLM_SIDE_BUY : PLM_SIDE_SELL;
    if (!read_number(cells, PLM_BITMEX_PRICE, PLM_FIELD_PX, instrument, &row->refusal, &event.px) ||
        !read_number(cells, PLM_BITMEX_SIZE, PLM_FIELD_QTY, instrument, &row->refusal,
                     &event.qty)) {
        return false;
    }
    *out_id = cells[PLM_BITMEX_ID].text;
    row->event[0] = event;
    row->count = 1;
    return true;
}
