/*
 * okx.c - OKX's trade dumps, in the three forms that the venue has written. docs/import-okx.md
 * describes it.
 *
 * The oldest form has headers such as `size/...` with Chinese behind the slash, in GBK or UTF-8,
 * and its columns in another order: columns are found by what stands before the slash.
 */
#include "csv_table.h"

#define DIGITS 6u /* of a millisecond, down to the nanosecond */

enum { ID, SIDE, SIZE, PRICE, CREATED, INSTRUMENT };
static const char *const COLUMNS[] = {"trade_id",        "side", "size", "price", "created_time",
                                      "instrument_name", NULL};
static const char *const OLD_COLUMNS[] = {"trade_id", "side",         "size",
                                          "price",    "created_time", NULL};

static bool parse(plm_csv_table *table, const plm_csv_text *symbol, plm_row *row)
{
    static const char *const SIDES[3] = {"buy", "sell", NULL};
    const plm_csv_text *const cell = table->cell;
    plm_event event = {.kind = PLM_EV_TRADE};
    if (!plm_given_rows_find(&table->rows, symbol, &row->refusal, &event.sym) ||
        !plm_csv_table_time("created_time", cell[CREATED], DIGITS, &row->refusal, &event.ts)) {
        return false;
    }
    row->recv = event.ts;
    return plm_csv_table_add_print(
        table, &event, SIDES,
        &(plm_csv_print){.id = cell[ID], .side = cell[SIDE], .px = cell[PRICE], .qty = cell[SIZE]},
        row);
}

static bool parse_trade(plm_csv_table *table, plm_row *row)
{
    return parse(table, &table->cell[INSTRUMENT], row);
}

static bool parse_old_trade(plm_csv_table *table, plm_row *row)
{
    return parse(table, NULL, row);
}

static const plm_csv_layout LAYOUTS[] = {
    {.name = "trades",
     .columns = COLUMNS,
     .names_symbol = true,
     .venue = "okx",
     .parse = parse_trade},
    {.name = "trades of old", .columns = OLD_COLUMNS, .venue = "okx", .parse = parse_old_trade},
};

static const plm_csv_family FAMILY = {.name = "okx",
                                      .layouts = LAYOUTS,
                                      .count = sizeof LAYOUTS / sizeof LAYOUTS[0],
                                      .ends_at_slash = true};

unsigned plm_okx_probe(const char *bytes, size_t size)
{
    plm_csv_head head;
    return plm_csv_table_look(&FAMILY, bytes, size, &head) ? 100 : 0;
}

plm_status plm_okx_create(const plm_import_options *options, plm_diag *diag, plm_decoder **out)
{
    return plm_csv_table_create(&FAMILY, options, diag, out);
}
