/*
 * bitmex_candles.h - candles as columns of texts: what is kept until all columns are there.
 */
#ifndef PLM_BITMEX_CANDLES_H
#define PLM_BITMEX_CANDLES_H

#include "bitmex_rows.h"

#define PLM_CANDLES_MAX 131072u /* 91 days of minutes, 16 MB */
#define PLM_CANDLE_COLUMNS 5u   /* open, high, low, close, volume: the first cells of a row */
#define PLM_CANDLE_TEXT_CAP 24  /* of a number, with NUL */

typedef struct plm_bitmex_candles {
    uint32_t counts[PLM_CANDLE_COLUMNS];
    uint32_t cap;
    char (*numbers)[PLM_CANDLE_COLUMNS][PLM_CANDLE_TEXT_CAP];
} plm_bitmex_candles;

void plm_bitmex_candles_fini(plm_bitmex_candles *candles);
void plm_bitmex_candles_clear(plm_bitmex_candles *candles);

/* The column of this name, or PLM_CANDLE_COLUMNS. */
unsigned plm_bitmex_candles_column(const char *name);

/* NULL, or what is wrong with one more number (null: an empty text). */
const char *plm_bitmex_candles_add(plm_bitmex_candles *candles, unsigned column,
                                   plm_csv_text number);

/* The cells of a candle, and its text for messages: 256 bytes. Returns the size of the text. */
size_t plm_bitmex_candles_get(const plm_bitmex_candles *candles, uint32_t number,
                              plm_json_cell out_cells[PLM_BITMEX_CELLS], char *out_text);

#endif
