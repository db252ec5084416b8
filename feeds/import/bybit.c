/*
 * bybit.c - Bybit's trade dumps: derivatives (oldest or newest row first) and spot.
 * docs/import-bybit.md describes it.
 *
 * Sizes are taken from `size` alone: the notional columns of inverse contracts are swapped.
 * Derivatives have the columns of BitMEX's dumps; stamps are seconds here, and text there.
 */
#include <string.h>

#include "csv_table.h"
#include "decimal.h"

#define SECOND_DIGITS 9u
#define MILLISECOND_DIGITS 6u

enum { TIME, SYMBOL, SIDE, SIZE, PRICE, ID };
static const char *const COLUMNS[] = {"timestamp", "symbol",     "side",          "size",
                                      "price",     "trdMatchID", "tickDirection", NULL};

enum { SPOT_TIME, SPOT_ID, SPOT_SIDE, SPOT_VOLUME, SPOT_PRICE };
static const char *const SPOT_COLUMNS[] = {"timestamp", "id", "side", "volume", "price", NULL};

static bool parse_trade(plm_csv_table *table, plm_row *row)
{
    static const char *const SIDES[3] = {"Buy", "Sell", NULL};
    const plm_csv_text *const cell = table->cell;
    plm_event event = {.kind = PLM_EV_TRADE};
    if (!plm_given_rows_find(&table->rows, &cell[SYMBOL], &row->refusal, &event.sym) ||
        !plm_csv_table_time("timestamp", cell[TIME], SECOND_DIGITS, &row->refusal, &event.ts)) {
        return false;
    }
    row->recv = event.ts;
    return plm_csv_table_add_print(
        table, &event, SIDES,
        &(plm_csv_print){.id = cell[ID], .side = cell[SIDE], .px = cell[PRICE], .qty = cell[SIZE]},
        row);
}

/* Ids of spot dumps count the rows of one file: they say nothing about another one. */
static bool parse_spot(plm_csv_table *table, plm_row *row)
{
    static const char *const SIDES[3] = {"buy", "sell", NULL};
    const plm_csv_text *const cell = table->cell;
    plm_event event = {.kind = PLM_EV_TRADE};
    if (!plm_given_rows_find(&table->rows, NULL, &row->refusal, &event.sym) ||
        !plm_csv_table_time("timestamp", cell[SPOT_TIME], MILLISECOND_DIGITS, &row->refusal,
                            &event.ts)) {
        return false;
    }
    row->recv = event.ts;
    return plm_csv_table_add_print(table, &event, SIDES,
                                   &(plm_csv_print){.id = cell[SPOT_ID],
                                                    .side = cell[SPOT_SIDE],
                                                    .px = cell[SPOT_PRICE],
                                                    .qty = cell[SPOT_VOLUME]},
                                   row);
}

static const plm_csv_layout LAYOUTS[] = {
    {.name = "trades",
     .columns = COLUMNS,
     .names_symbol = true,
     .venue = "bybit",
     .parse = parse_trade},
    {.name = "spot trades", .columns = SPOT_COLUMNS, .parse = parse_spot},
};

#define FAMILY(called, turned)                                                                     \
    {                                                                                              \
        .name = (called), .layouts = LAYOUTS, .count = sizeof LAYOUTS / sizeof LAYOUTS[0],         \
        .newest_first = (turned)                                                                   \
    }

static const plm_csv_family OLDEST = FAMILY("bybit", false);
static const plm_csv_family NEWEST = FAMILY("bybit-newest-first", true);

/* Whether the first rows go back in time. A file that does not keep to it is refused later on. */
static bool goes_back(const plm_csv_head *head)
{
    plm_csv_text body = head->body;
    plm_csv_text text;
    int64_t before = 0;
    bool first = true;
    while (plm_csv_head_next(head, TIME, &body, &text)) {
        int64_t now = 0;
        if (plm_decimal_parse(text.bytes, text.size, SECOND_DIGITS, false, &now) !=
                PLM_DECIMAL_OK ||
            (!first && now > before)) {
            return false;
        }
        if (!first && now < before) {
            return true;
        }
        before = now;
        first = false;
    }
    return false;
}

/* Stamps of BitMEX: 2024-01-15D00:00:00.451986388. */
static bool has_text_stamps(const plm_csv_head *head)
{
    plm_csv_text body = head->body;
    plm_csv_text text;
    return plm_csv_head_next(head, TIME, &body, &text) &&
           memchr(text.bytes, ':', text.size) != NULL;
}

static unsigned probe(const char *bytes, size_t size, bool back)
{
    plm_csv_head head;
    return plm_csv_table_look(&OLDEST, bytes, size, &head) && !has_text_stamps(&head) &&
                   goes_back(&head) == back
               ? 100
               : 0;
}

unsigned plm_bybit_probe(const char *bytes, size_t size)
{
    return probe(bytes, size, false);
}

unsigned plm_bybit_newest_probe(const char *bytes, size_t size)
{
    return probe(bytes, size, true);
}

plm_status plm_bybit_create(const plm_import_options *options, plm_diag *diag, plm_decoder **out)
{
    return plm_csv_table_create(&OLDEST, options, diag, out);
}

plm_status plm_bybit_newest_create(const plm_import_options *options, plm_diag *diag,
                                   plm_decoder **out)
{
    return plm_csv_table_create(&NEWEST, options, diag, out);
}
