/*
 * binance_ws.h - inside of binance_ws*.c: recorded websocket streams of Binance. Nobody else
 * includes this.
 */
#ifndef PLM_BINANCE_WS_H
#define PLM_BINANCE_WS_H

#include <jansson.h>

#include "csv_fields.h"
#include "csv_lines.h"
#include "import_rows.h"

typedef enum plm_ws_note {
    PLM_WS_RECV_ONLY = 0,
    PLM_WS_MISSING_IDS,
    PLM_WS_BREAKS,
    PLM_WS_COUNT
} plm_ws_note;

/* What the last messages of a symbol said; 0 = none yet. */
typedef struct plm_ws_state {
    uint64_t trade_id, agg_id, update_id;
    plm_ts trade_ts, agg_ts, update_ts;
} plm_ws_state;

typedef struct plm_binance_ws {
    plm_decoder decoder;
    const plm_import_options *options;
    plm_csv_lines lines;
    plm_import_rows rows;
    plm_ws_state *states; /* by row */
    uint32_t state_count;
    plm_import_note notes[PLM_WS_COUNT];
} plm_binance_ws;

/* All of these add their events to the row and return true, or refuse it and return false. `data`
 * is the message; of a forced order, its order. */
bool plm_ws_make_trade(plm_binance_ws *self, const json_t *data, uint32_t sym, bool single,
                       plm_row *row);
bool plm_ws_make_ticker(plm_binance_ws *self, const json_t *data, uint32_t sym, plm_row *row);
bool plm_ws_make_update(plm_binance_ws *self, const json_t *data, uint32_t sym, bool whole,
                        plm_row *row);
bool plm_ws_make_snapshot(plm_binance_ws *self, const json_t *data, uint32_t sym, plm_row *row);
bool plm_ws_make_mark(plm_binance_ws *self, const json_t *data, uint32_t sym, plm_row *row);
bool plm_ws_make_liquidation(plm_binance_ws *self, const json_t *order, uint32_t sym, plm_row *row);

bool plm_ws_read_text(const json_t *object, const char *key, plm_row *row, plm_csv_text *out);
/* Counted as declared; false. */
bool plm_ws_leave_out(plm_row *row, const char *why);

#endif
