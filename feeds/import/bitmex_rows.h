/*
 * bitmex_rows.h - what one object of BitMEX's JSON says: a bar, a trade or a quote, told by its
 * names.
 */
#ifndef PLM_BITMEX_ROWS_H
#define PLM_BITMEX_ROWS_H

#include "given_rows.h"
#include "import_format.h"
#include "json_scan.h"

enum {
    PLM_BITMEX_OPEN,
    PLM_BITMEX_HIGH,
    PLM_BITMEX_LOW,
    PLM_BITMEX_CLOSE,
    PLM_BITMEX_VOLUME,
    PLM_BITMEX_TRADES,
    PLM_BITMEX_TIME,
    PLM_BITMEX_SYMBOL,
    PLM_BITMEX_SIDE,
    PLM_BITMEX_SIZE,
    PLM_BITMEX_PRICE,
    PLM_BITMEX_ID,
    PLM_BITMEX_BID_SIZE,
    PLM_BITMEX_BID_PRICE,
    PLM_BITMEX_ASK_PRICE,
    PLM_BITMEX_ASK_SIZE,
    PLM_BITMEX_CELLS
};

/* Reads the cells of an object. */
bool plm_bitmex_cells(const char *bytes, size_t size, plm_json_cell out[PLM_BITMEX_CELLS]);

/* The length of bars that are so far apart (either way): a minute, five, an hour, a day; else 0. */
int64_t plm_bitmex_bin(int64_t difference_ns);

bool plm_bitmex_is_bar(const plm_json_cell *cells);

/*
 * The four events of a bar that ends at ts. A bar without trades says nothing: its prices are those
 * of the bar before, and a volume of 0 would mean that it is not known. The open is the close
 * before, as the venue defines it, and may lie outside of low and high.
 */
bool plm_bitmex_bar(const plm_json_cell *cells, const plm_instrument *instrument, uint32_t sym,
                    plm_ts ts, int64_t period_ns, plm_row *row);

/* A trade or a quote; *out_id is the id of a trade, empty for a quote. */
bool plm_bitmex_tick(const plm_json_cell *cells, const plm_instrument *instrument, uint32_t sym,
                     plm_ts ts, plm_row *row, plm_csv_text *out_id);

#endif
