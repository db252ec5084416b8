/*
 * binance.h - inside of binance*.c: the files of data.binance.vision. What they hold is told by
 * their columns, whose symbol it is by their names and options. Nobody else includes this.
 */
#ifndef PLM_BINANCE_H
#define PLM_BINANCE_H

#include "csv_fields.h"
#include "csv_lines.h"
#include "import_rows.h"

typedef enum plm_binance_type {
    PLM_BINANCE_NONE = 0,
    PLM_BINANCE_TRADES,
    PLM_BINANCE_AGG_TRADES,
    PLM_BINANCE_KLINES, /* of last, mark, index or premium index prices: the columns are the same */
    PLM_BINANCE_BOOK_TICKER,
    PLM_BINANCE_BOOK_DEPTH,
    PLM_BINANCE_FUNDING,
    PLM_BINANCE_METRICS,
    PLM_BINANCE_LIQUIDATIONS,
    PLM_BINANCE_TYPE_COUNT
} plm_binance_type;

#define PLM_BINANCE_COLUMNS_MAX 12
#define PLM_BINANCE_ABSENT UINT8_MAX

/* Places of plm_binance_shape.field, by type. */
enum { TRADE_ID, TRADE_PX, TRADE_QTY, TRADE_QUOTE_QTY, TRADE_TIME, TRADE_MAKER, TRADE_BEST };
enum { AGG_ID, AGG_PX, AGG_QTY, AGG_FIRST, AGG_LAST, AGG_TIME, AGG_MAKER, AGG_BEST };
enum {
    KLINE_BEGIN,
    KLINE_OPEN,
    KLINE_HIGH,
    KLINE_LOW,
    KLINE_CLOSE,
    KLINE_VOLUME,
    KLINE_END,
    KLINE_QUOTE_VOLUME,
    KLINE_COUNT,
    KLINE_TAKER_VOLUME,
    KLINE_TAKER_QUOTE_VOLUME,
    KLINE_IGNORE
};
enum { TICKER_ID, TICKER_BID, TICKER_BID_QTY, TICKER_ASK, TICKER_ASK_QTY, TICKER_TIME };
enum { DEPTH_TIME, DEPTH_PERCENTAGE, DEPTH_DEPTH, DEPTH_NOTIONAL };
enum { FUNDING_TIME, FUNDING_RATE, FUNDING_HOURS };
enum { METRICS_TIME, METRICS_SYMBOL, METRICS_INTEREST };
enum { LIQ_TIME, LIQ_SIDE, LIQ_STATUS, LIQ_AVERAGE, LIQ_FILLED };

typedef struct plm_binance_shape {
    plm_binance_type type;
    bool has_header;
    bool capital; /* without a header: booleans are True and False, as spot files have them */
    size_t field_count;
    uint8_t field[PLM_BINANCE_COLUMNS_MAX]; /* of each column of the type, or ABSENT */
} plm_binance_shape;

/* What the fields of the first line say; false when they are of no known file. */
bool plm_binance_recognise(const plm_csv_text *fields, size_t count, plm_binance_shape *out);
/* "aggTrades", ...: as the venue names them. */
const char *plm_binance_type_name(plm_binance_type type);

/* What the name of a file says, as the venue's server has it. */
typedef struct plm_binance_name {
    char symbol[PLM_SYMBOL_CAP]; /* "" = none */
    const char *venue;           /* by folder, or NULL */
    plm_import_prices prices;    /* by folder, or UNKNOWN */
} plm_binance_name;

void plm_binance_read_name(const char *name, plm_binance_name *out);
/* Venue by symbol and columns, or NULL: spot and futures cannot be told apart. */
const char *plm_binance_guess_venue(const plm_binance_shape *shape, const char *symbol);

typedef enum plm_binance_note {
    PLM_BINANCE_MS = 0,
    PLM_BINANCE_US,
    PLM_BINANCE_UNIT_CHANGES,
    PLM_BINANCE_MISSING_IDS,
    PLM_BINANCE_IDS_BACK,
    PLM_BINANCE_MISSING_BARS,
    PLM_BINANCE_OVERLAPS,
    PLM_BINANCE_NOTE_COUNT
} plm_binance_note;

typedef struct plm_binance {
    plm_decoder decoder;
    const plm_import_options *options;
    plm_csv_lines lines;
    plm_import_rows rows;
    plm_binance_name name;
    plm_binance_shape shape;
    plm_binance_type type; /* of all members */
    plm_import_prices prices;
    const char *venue;
    bool head_seen;
    uint32_t sym;                /* of files that name it once; PLM_NO_SYM = not yet looked up */
    char symbol[PLM_SYMBOL_CAP]; /* that `sym` was found by */
    uint64_t last_id;            /* the highest so far, 0 = none */
    plm_ts last_ts;              /* of the row before; bars: end of the one before */
    unsigned digits;             /* of the stamp before: 13 or 16 */
    bool repeated;               /* liquidations: the row before restated the one before it */
    size_t before_size;
    plm_import_note notes[PLM_BINANCE_NOTE_COUNT];
    plm_csv_text fields[PLM_CSV_FIELDS_MAX];
    char scratch[PLM_ROW_BYTES_MAX];
    char before[PLM_ROW_BYTES_MAX];
} plm_binance;

/* Makes events of the fields of a row, or refuses it. */
void plm_binance_make_row(plm_binance *self, plm_row *row);

#endif
