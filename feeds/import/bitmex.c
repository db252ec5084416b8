/*
 * bitmex.c - BitMEX's daily dumps of trades and quotes, all symbols in one file.
 * docs/import-bitmex.md describes it; its JSON is in bitmex_json.c.
 *
 * Stamps are text with a D between date and time. Sizes are contracts.
 */
#include <string.h>

#include "bitmex_stamp.h"
#include "csv_table.h"

enum { TIME, SYMBOL, FIRST };
enum { TRADE_SIDE = FIRST, TRADE_SIZE, TRADE_PRICE, TRADE_ID };
static const char *const TRADE_COLUMNS[] = {"timestamp", "symbol",     "side", "size",
                                            "price",     "trdMatchID", NULL};

enum { QUOTE_BID_SIZE = FIRST, QUOTE_BID_PRICE, QUOTE_ASK_PRICE, QUOTE_ASK_SIZE };
static const char *const QUOTE_COLUMNS[] = {"timestamp", "symbol",  "bidSize", "bidPrice",
                                            "askPrice",  "askSize", NULL};

static bool parse_head(plm_csv_table *table, plm_row *row, plm_event *out_event)
{
    plm_event event = {0};
    if (!plm_given_rows_find(&table->rows, &table->cell[SYMBOL], &row->refusal, &event.sym) ||
        !plm_bitmex_stamp_parse(table->cell[TIME], &row->refusal, &event.ts)) {
        return false;
    }
    row->recv = event.ts;
    *out_event = event;
    return true;
}

static bool parse_trade(plm_csv_table *table, plm_row *row)
{
    static const char *const SIDES[3] = {"Buy", "Sell", NULL};
    const plm_csv_text *const cell = table->cell;
    plm_event event;
    if (!parse_head(table, row, &event)) {
        return false;
    }
    event.kind = PLM_EV_TRADE;
    return plm_csv_table_add_print(table, &event, SIDES,
                                   &(plm_csv_print){.id = cell[TRADE_ID],
                                                    .side = cell[TRADE_SIDE],
                                                    .px = cell[TRADE_PRICE],
                                                    .qty = cell[TRADE_SIZE]},
                                   row);
}

static bool parse_quote(plm_csv_table *table, plm_row *row)
{
    const plm_csv_text *const cell = table->cell;
    plm_event event;
    if (!parse_head(table, row, &event)) {
        return false;
    }
    event.kind = PLM_EV_BID;
    if (!plm_csv_table_add_quote(table, &event, cell[QUOTE_BID_PRICE], cell[QUOTE_BID_SIZE], row)) {
        return false;
    }
    event.kind = PLM_EV_ASK;
    return plm_csv_table_add_quote(table, &event, cell[QUOTE_ASK_PRICE], cell[QUOTE_ASK_SIZE], row);
}

static const plm_csv_layout LAYOUTS[] = {
    {.name = "trades",
     .columns = TRADE_COLUMNS,
     .names_symbol = true,
     .venue = "bitmex",
     .parse = parse_trade},
    {.name = "quotes",
     .columns = QUOTE_COLUMNS,
     .names_symbol = true,
     .venue = "bitmex",
     .parse = parse_quote},
};

static const plm_csv_family FAMILY = {
    .name = "bitmex", .layouts = LAYOUTS, .count = sizeof LAYOUTS / sizeof LAYOUTS[0]};

/* Bybit's dumps have the same columns: the stamps tell. */
unsigned plm_bitmex_probe(const char *bytes, size_t size)
{
    plm_csv_head head;
    plm_csv_text text;
    return plm_csv_table_look(&FAMILY, bytes, size, &head) &&
                   plm_csv_head_next(&head, TIME, &head.body, &text) &&
                   memchr(text.bytes, ':', text.size) != NULL
               ? 100
               : 0;
}

plm_status plm_bitmex_create(const plm_import_options *options, plm_diag *diag, plm_decoder **out)
{
    return plm_csv_table_create(&FAMILY, options, diag, out);
}
