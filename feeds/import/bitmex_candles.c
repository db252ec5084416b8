/*
 * bitmex_candles.c - one growing table, a row per candle.
 */
#include "bitmex_candles.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "memory.h"

#define TEXT_CAP 256

void plm_bitmex_candles_fini(plm_bitmex_candles *candles)
{
    plm_free(candles->numbers);
    *candles = (plm_bitmex_candles){.cap = 0};
}

void plm_bitmex_candles_clear(plm_bitmex_candles *candles)
{
    memset(candles->counts, 0, sizeof candles->counts);
}

unsigned plm_bitmex_candles_column(const char *name)
{
    static const char *const NAMES[PLM_CANDLE_COLUMNS] = {"open", "high", "low", "close", "volume"};
    unsigned i = 0;
    while (i < PLM_CANDLE_COLUMNS && strcmp(NAMES[i], name) != 0) {
        i++;
    }
    return i;
}

const char *plm_bitmex_candles_add(plm_bitmex_candles *candles, unsigned column,
                                   plm_csv_text number)
{
    uint32_t const at = candles->counts[column];
    if (number.size >= PLM_CANDLE_TEXT_CAP) {
        return "a number of more than 23 bytes";
    }
    if (at == PLM_CANDLES_MAX) {
        return "more than 131072 candles in one object; at most that many";
    }
    if (at == candles->cap) {
        candles->cap = candles->cap == 0 ? 2048 : 2 * candles->cap;
        candles->numbers = plm_realloc(candles->numbers, candles->cap, sizeof *candles->numbers);
    }
    char *const out = candles->numbers[at][column];
    memcpy(out, number.bytes, number.size);
    out[number.size] = '\0';
    candles->counts[column]++;
    return NULL;
}

size_t plm_bitmex_candles_get(const plm_bitmex_candles *candles, uint32_t number,
                              plm_json_cell out_cells[PLM_BITMEX_CELLS], char *out_text)
{
    for (unsigned i = 0; i < PLM_BITMEX_CELLS; i++) {
        out_cells[i] = (plm_json_cell){PLM_JSON_NONE, {"", 0}};
    }
    for (unsigned i = 0; i < PLM_CANDLE_COLUMNS; i++) {
        const char *const text = candles->numbers[number][i];
        out_cells[i] = (plm_json_cell){text[0] != '\0' ? PLM_JSON_NUMBER : PLM_JSON_NULL,
                                       {text, strlen(text)}};
    }
    int const size =
        snprintf(out_text, TEXT_CAP, "candle %u: %s,%s,%s,%s,%s", number + 1,
                 out_cells[0].text.bytes, out_cells[1].text.bytes, out_cells[2].text.bytes,
                 out_cells[3].text.bytes, out_cells[4].text.bytes);
    plm_assert(size > 0 && size < TEXT_CAP);
    return (size_t)size;
}
