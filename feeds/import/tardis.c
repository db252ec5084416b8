/*
 * tardis.c - Tardis.dev's downloadable CSV: one file per venue, kind of data, day and symbol (or
 * group of symbols). docs/import-tardis.md describes it.
 *
 * Stamps are microseconds: `timestamp` the venue's, `local_timestamp` when Tardis heard of it.
 * Source: docs.tardis.dev/downloadable-csv-files, 2026-08.
 */
#include "csv_table.h"

#define DIGITS 3u /* of a microsecond, down to the nanosecond */

/* Columns that all layouts begin with. */
enum { SYMBOL, TIMESTAMP, LOCAL_TIMESTAMP, FIRST };
#define COMMON "symbol", "timestamp", "local_timestamp"

/* -- columns --------------------------------------------------------------------------------- */

enum { TRADE_ID = FIRST, TRADE_SIDE, TRADE_PRICE, TRADE_AMOUNT };
static const char *const TRADE_COLUMNS[] = {COMMON, "id", "side", "price", "amount", NULL};

enum { QUOTE_ASK_AMOUNT = FIRST, QUOTE_ASK_PRICE, QUOTE_BID_PRICE, QUOTE_BID_AMOUNT };
static const char *const QUOTE_COLUMNS[] = {COMMON,      "ask_amount", "ask_price",
                                            "bid_price", "bid_amount", NULL};

enum { TICKER_DUE = FIRST, TICKER_RATE, TICKER_INTEREST, TICKER_INDEX, TICKER_MARK };
static const char *const TICKER_COLUMNS[] = {
    COMMON, "funding_timestamp", "funding_rate", "open_interest", "index_price", "mark_price",
    NULL};

enum { BOOK_SNAPSHOT = FIRST, BOOK_SIDE, BOOK_PRICE, BOOK_AMOUNT };
static const char *const BOOK_COLUMNS[] = {COMMON, "is_snapshot", "side", "price", "amount", NULL};

enum { TOP_FIRST = FIRST }; /* then ask price, ask amount, bid price, bid amount, level by level */
#define TOP(i)                                                                                     \
    "asks[" #i "].price", "asks[" #i "].amount", "bids[" #i "].price", "bids[" #i "].amount"
#define TOP_5 TOP(0), TOP(1), TOP(2), TOP(3), TOP(4)
static const char *const TOP_5_COLUMNS[] = {COMMON, TOP_5, NULL};
static const char *const TOP_25_COLUMNS[] = {COMMON,  TOP_5,   TOP(5),  TOP(6),  TOP(7),  TOP(8),
                                             TOP(9),  TOP(10), TOP(11), TOP(12), TOP(13), TOP(14),
                                             TOP(15), TOP(16), TOP(17), TOP(18), TOP(19), TOP(20),
                                             TOP(21), TOP(22), TOP(23), TOP(24), NULL};

static const char *const CHAIN_COLUMNS[] = {COMMON, "type", "strike_price", "expiration", NULL};

/* -- rows ------------------------------------------------------------------------------------ */

/* The symbol and both clocks; *out_event has the time and the instrument. */
static bool parse_head(plm_csv_table *table, plm_row *row, plm_event *out_event)
{
    const plm_csv_text *const cell = table->cell;
    plm_ts ts = 0;
    uint32_t sym = 0;
    if (!plm_given_rows_find(&table->rows, &cell[SYMBOL], &row->refusal, &sym) ||
        !plm_csv_table_time("timestamp", cell[TIMESTAMP], DIGITS, &row->refusal, &ts) ||
        !plm_csv_table_time("local_timestamp", cell[LOCAL_TIMESTAMP], DIGITS, &row->refusal,
                            &row->recv)) {
        return false;
    }
    *out_event = (plm_event){.ts = ts, .sym = sym};
    return true;
}

static bool parse_print(plm_csv_table *table, plm_event_kind kind, plm_row *row)
{
    static const char *const SIDES[3] = {"buy", "sell", "unknown"};
    const plm_csv_text *const cell = table->cell;
    plm_event event;
    if (!parse_head(table, row, &event)) {
        return false;
    }
    event.kind = (uint8_t)kind;
    return plm_csv_table_add_print(table, &event, SIDES,
                                   &(plm_csv_print){.id = cell[TRADE_ID],
                                                    .side = cell[TRADE_SIDE],
                                                    .px = cell[TRADE_PRICE],
                                                    .qty = cell[TRADE_AMOUNT]},
                                   row);
}

static bool parse_trade(plm_csv_table *table, plm_row *row)
{
    return parse_print(table, PLM_EV_TRADE, row);
}

/* The side is that of the liquidation order: "buy" closed a short position. */
static bool parse_liquidation(plm_csv_table *table, plm_row *row)
{
    return parse_print(table, PLM_EV_LIQUIDATION, row);
}

static bool parse_quote(plm_csv_table *table, plm_row *row)
{
    const plm_csv_text *const cell = table->cell;
    plm_event event;
    if (!parse_head(table, row, &event)) {
        return false;
    }
    event.kind = PLM_EV_BID;
    if (!plm_csv_table_add_quote(table, &event, cell[QUOTE_BID_PRICE], cell[QUOTE_BID_AMOUNT],
                                 row)) {
        return false;
    }
    event.kind = PLM_EV_ASK;
    return plm_csv_table_add_quote(table, &event, cell[QUOTE_ASK_PRICE], cell[QUOTE_ASK_AMOUNT],
                                   row);
}

/* Blank is "not known", never 0. What has not changed is dropped behind the checks (changes_only),
 * where rows that are not taken or sorted cannot confuse it. */
static bool parse_ticker(plm_csv_table *table, plm_row *row)
{
    static const struct {
        size_t column;
        plm_event_kind kind;
        bool is_px;
    } PARTS[] = {{TICKER_MARK, PLM_EV_MARK, true},
                 {TICKER_INDEX, PLM_EV_INDEX, true},
                 {TICKER_RATE, PLM_EV_FUNDING_RATE, true},
                 {TICKER_INTEREST, PLM_EV_OPEN_INTEREST, false}};
    static const plm_csv_text NOTHING = {"", 0};
    plm_event event;
    if (!parse_head(table, row, &event)) {
        return false;
    }
    for (size_t i = 0; i < sizeof PARTS / sizeof PARTS[0]; i++) {
        plm_csv_text const text = table->cell[PARTS[i].column];
        plm_csv_text const due = table->cell[TICKER_DUE];
        plm_ts due_ts = 0;
        if (text.size == 0) {
            continue;
        }
        event.kind = (uint8_t)PARTS[i].kind;
        if (PARTS[i].kind == PLM_EV_FUNDING_RATE) {
            plm_event *const rate = &row->event[row->count];
            *rate = event;
            if (!plm_csv_table_number(table, PLM_FIELD_RATE, "funding_rate", text, event.sym,
                                      &row->refusal, &rate->px) ||
                (due.size > 0 &&
                 !plm_csv_table_time("funding_timestamp", due, DIGITS, &row->refusal, &due_ts))) {
                return false;
            }
            rate->qty = due_ts;
            row->count++;
        } else if (!plm_csv_table_add(table, &event, PARTS[i].is_px ? text : NOTHING,
                                      PARTS[i].is_px ? NOTHING : text, row)) {
            return false;
        }
    }
    return row->count > 0 ||
           plm_refuse(&row->refusal, PLM_REJECT_DECLARED, "",
                      "neither mark, index, funding rate nor open interest has a value");
}

/* -- books ----------------------------------------------------------------------------------- */

static void add_clear(const plm_event *event, plm_row *row)
{
    plm_event *const clear = &row->event[row->count++];
    *clear = *event;
    clear->kind = PLM_EV_CLEAR;
    clear->side = PLM_SIDE_NONE;
    clear->flags = 0;
}

/* The vendor's rule: rows before the first snapshot belong to a book that is not known, and the
 * first row of a snapshot clears both sides. */
static bool parse_level(plm_csv_table *table, plm_row *row)
{
    static const char *const BOOLEANS[3] = {"true", "false", NULL};
    static const char *const SIDES[3] = {"bid", "ask", NULL};
    const plm_csv_text *const cell = table->cell;
    plm_event event;
    uint8_t is_snapshot = 0;
    if (!parse_head(table, row, &event)) {
        return false;
    }
    if (!plm_csv_table_word("is_snapshot", cell[BOOK_SNAPSHOT], BOOLEANS, &row->refusal,
                            &is_snapshot) ||
        !plm_csv_table_word("side", cell[BOOK_SIDE], SIDES, &row->refusal, &event.side)) {
        return false;
    }
    bool const inside = is_snapshot == 1;
    plm_csv_memory const memory = table->memory[event.sym];
    if (!inside && !memory.book_seen) {
        return plm_refuse(&row->refusal, PLM_REJECT_DECLARED, "", "before the first snapshot");
    }
    event.kind = PLM_EV_LEVEL;
    event.flags = inside ? PLM_FLAG_SNAPSHOT : 0;
    if (inside && !memory.in_snapshot) {
        add_clear(&event, row);
    }
    plm_csv_table_remember(table, event.sym,
                           (plm_csv_memory){.book_seen = true, .in_snapshot = inside});
    return plm_csv_table_add(table, &event, cell[BOOK_PRICE], cell[BOOK_AMOUNT], row);
}

/* A row is the whole of what is known: the book is cleared and set. That needs no other row, so it
 * holds whatever rows are left out or sorted. */
static bool parse_top(plm_csv_table *table, size_t depth, plm_row *row)
{
    plm_event event;
    if (!parse_head(table, row, &event)) {
        return false;
    }
    add_clear(&event, row);
    event.kind = PLM_EV_LEVEL;
    event.flags = PLM_FLAG_SNAPSHOT;
    for (size_t i = 0; i < 2 * depth; i++) {
        const plm_csv_text *const pair = &table->cell[TOP_FIRST + 2 * i];
        event.side = i % 2 == 0 ? PLM_SIDE_SELL : PLM_SIDE_BUY;
        if ((pair[0].size > 0 || pair[1].size > 0) &&
            !plm_csv_table_add(table, &event, pair[0], pair[1], row)) {
            return false;
        }
    }
    return true;
}

static bool parse_top_5(plm_csv_table *table, plm_row *row)
{
    return parse_top(table, 5, row);
}

static bool parse_top_25(plm_csv_table *table, plm_row *row)
{
    return parse_top(table, 25, row);
}

/* -- the table ------------------------------------------------------------------------------- */

static const char *const TRADE_WORDS[] = {"trades", NULL};
static const char *const LIQUIDATION_WORDS[] = {"liquidations", NULL};

/* A layout whose columns another one has, too, stands behind it. */
enum { LAYOUT_CHAIN, LAYOUT_TRADES, LAYOUT_LIQUIDATIONS };
static const plm_csv_layout LAYOUTS[] = {
    [LAYOUT_CHAIN] = {.name = "options_chain",
                      .columns = CHAIN_COLUMNS,
                      .problem =
                          "options_chain is not read; allowed are trades, quotes, liquidations, "
                          "derivative_ticker, incremental_book_L2, book_snapshot_5 and _25"},
    [LAYOUT_TRADES] = {.name = "trades",
                       .columns = TRADE_COLUMNS,
                       .siblings = TRADE_WORDS,
                       .names_symbol = true,
                       .parse = parse_trade},
    [LAYOUT_LIQUIDATIONS] = {.name = "liquidations",
                             .columns = TRADE_COLUMNS,
                             .siblings = LIQUIDATION_WORDS,
                             .names_symbol = true,
                             .parse = parse_liquidation},
    {.name = "quotes", .columns = QUOTE_COLUMNS, .names_symbol = true, .parse = parse_quote},
    {.name = "derivative_ticker",
     .columns = TICKER_COLUMNS,
     .names_symbol = true,
     .changes_only = true,
     .parse = parse_ticker},
    {.name = "incremental_book_L2",
     .columns = BOOK_COLUMNS,
     .names_symbol = true,
     .derive = true,
     .parse = parse_level},
    {.name = "book_snapshot_25",
     .columns = TOP_25_COLUMNS,
     .names_symbol = true,
     .derive = true,
     .parse = parse_top_25},
    {.name = "book_snapshot_5",
     .columns = TOP_5_COLUMNS,
     .names_symbol = true,
     .derive = true,
     .parse = parse_top_5},
};

#define FAMILY(forced_layout)                                                                      \
    {                                                                                              \
        .name = "tardis", .layouts = LAYOUTS, .count = sizeof LAYOUTS / sizeof LAYOUTS[0],         \
        .has_recv = true, .forced = (forced_layout)                                                \
    }

static const plm_csv_family FAMILY_ANY = FAMILY(0);
static const plm_csv_family FAMILY_TRADES = FAMILY(1 + LAYOUT_TRADES);
static const plm_csv_family FAMILY_LIQUIDATIONS = FAMILY(1 + LAYOUT_LIQUIDATIONS);

unsigned plm_tardis_probe(const char *bytes, size_t size)
{
    plm_csv_head head;
    return plm_csv_table_look(&FAMILY_ANY, bytes, size, &head) ? 100 : 0;
}

plm_status plm_tardis_create(const plm_import_options *options, plm_diag *diag, plm_decoder **out)
{
    return plm_csv_table_create(&FAMILY_ANY, options, diag, out);
}

plm_status plm_tardis_trades_create(const plm_import_options *options, plm_diag *diag,
                                    plm_decoder **out)
{
    return plm_csv_table_create(&FAMILY_TRADES, options, diag, out);
}

plm_status plm_tardis_liquidations_create(const plm_import_options *options, plm_diag *diag,
                                          plm_decoder **out)
{
    return plm_csv_table_create(&FAMILY_LIQUIDATIONS, options, diag, out);
}
