/*
 * dbn.h - inside of dbn*.c: Databento's binary encoding, versions 1 to 3, as bytes of records.
 *
 * A stream is metadata and records, each as long as its first byte says, at any address: fields
 * are read with memcpy. Prices are 10^-9, INT64_MAX is none; times are ns, UINT64_MAX is none. The
 * facts are from the vendor's published struct definitions (dbn 0.54.0, 2026-04-14).
 */
#ifndef PLM_DBN_H
#define PLM_DBN_H

#include <string.h>

#include "import_format.h"
#include "ladder.h"
#include "row_table.h"

#define PLM_DBN_METADATA_MAX (UINT32_C(64) << 20)
#define PLM_DBN_IDS_MAX (UINT32_C(1) << 20)    /* instrument ids of one input */
#define PLM_DBN_ORDERS_MAX (UINT32_C(1) << 21) /* resting orders of mbo: a table of 128 MiB */
#define PLM_DBN_DEPTH 10
#define PLM_DBN_RECORD_EVENTS                                                                      \
    41                    /* of mbp-10: a trade, each level of both sides gone, and a new one */
#define PLM_DBN_HEADER 16 /* bytes that every record begins with */
#define PLM_DBN_SYMBOL_CAP 72

#define PLM_DBN_PX_UNDEF INT64_MAX
#define PLM_DBN_SIZE_UNDEF UINT32_MAX
#define PLM_DBN_PX_SCALE 9

enum {
    PLM_DBN_FLAG_SNAPSHOT = 1 << 5,
    PLM_DBN_FLAG_TOB = 1 << 6,
};

typedef enum plm_dbn_schema {
    PLM_DBN_MBO = 0,
    PLM_DBN_MBP_1 = 1,
    PLM_DBN_MBP_10 = 2,
    PLM_DBN_OHLCV_1S = 5,
    PLM_DBN_OHLCV_1D = 8,
    PLM_DBN_OHLCV_EOD = 13,
    PLM_DBN_MIXED = 0xffff
} plm_dbn_schema;

static inline uint16_t plm_dbn_u16(const char *record, size_t at)
{
    uint16_t value;
    memcpy(&value, record + at, sizeof value);
    return value;
}

static inline uint32_t plm_dbn_u32(const char *record, size_t at)
{
    uint32_t value;
    memcpy(&value, record + at, sizeof value);
    return value;
}

static inline int64_t plm_dbn_i64(const char *record, size_t at)
{
    int64_t value;
    memcpy(&value, record + at, sizeof value);
    return value;
}

/* Copies the text of a field up to its NUL and closes it; blanks, which no symbol of ours may have,
 * become '_'. `out` has `size` + 1 bytes. */
void plm_dbn_text(const char *bytes, size_t size, char *out);

/* -- types of records (dbn_types.c) ---------------------------------------------------------- */

enum {
    PLM_DBN_TYPE_UNKNOWN = 0, /* all that are not known */
    PLM_DBN_TYPE_TRADE,
    PLM_DBN_TYPE_MBP_1,
    PLM_DBN_TYPE_MBP_10,
    PLM_DBN_TYPE_OHLCV_OLD,
    PLM_DBN_TYPE_OHLCV_1S,
    PLM_DBN_TYPE_OHLCV_1M,
    PLM_DBN_TYPE_OHLCV_1H,
    PLM_DBN_TYPE_OHLCV_1D,
    PLM_DBN_TYPE_OHLCV_EOD,
    PLM_DBN_TYPE_STATUS,
    PLM_DBN_TYPE_DEFINITION,
    PLM_DBN_TYPE_IMBALANCE,
    PLM_DBN_TYPE_ERROR,
    PLM_DBN_TYPE_MAPPING,
    PLM_DBN_TYPE_SYSTEM,
    PLM_DBN_TYPE_STATISTICS,
    PLM_DBN_TYPE_MBO,
    PLM_DBN_TYPE_CMBP_1,
    PLM_DBN_TYPE_CBBO_1S,
    PLM_DBN_TYPE_CBBO_1M,
    PLM_DBN_TYPE_TCBBO,
    PLM_DBN_TYPE_BBO_1S,
    PLM_DBN_TYPE_BBO_1M,
    PLM_DBN_TYPE_COUNT
};

typedef struct plm_dbn_type {
    const char *name;
    uint16_t size[3];  /* at least, by version; 0 = not a type that is read */
    uint8_t recv_at;   /* ts_recv, 0 = it has none */
    uint32_t period_s; /* bars */
    bool sampled;      /* ts is ts_recv */
    bool book;         /* of one publisher; may be of a snapshot */
} plm_dbn_type;

extern const uint8_t plm_dbn_type_of[256]; /* by rtype */
extern const plm_dbn_type plm_dbn_types[PLM_DBN_TYPE_COUNT];

/* -- metadata (dbn_head.c) ------------------------------------------------------------------- */

/* From `from` to before `to`, the instrument id is the symbol. */
typedef struct plm_dbn_interval {
    plm_ts from, to;
    uint32_t id;
    char name[PLM_DBN_SYMBOL_CAP];
} plm_dbn_interval;

typedef struct plm_dbn_head {
    uint8_t version;
    uint16_t schema;
    plm_dbn_interval *intervals; /* by (id, from); those of one id do not overlap */
    uint32_t interval_count;
} plm_dbn_head;

/* `bytes` are the whole metadata from the magic on; `name` is the file's. */
PLM_NODISCARD plm_status plm_dbn_head_parse(const char *bytes, size_t size, const char *name,
                                            plm_diag *diag, plm_dbn_head *out);
void plm_dbn_head_fini(plm_dbn_head *head);

/* -- definitions (dbn_definition.c) ---------------------------------------------------------- */

/* The symbol of a definition record; `out` has PLM_DBN_SYMBOL_CAP bytes. */
void plm_dbn_definition_symbol(uint8_t version, const char *record, char *out);

/* NULL and *out, or why the record does not say all that an instrument needs. */
const char *plm_dbn_definition_read(uint8_t version, const char *record, plm_instrument *out);

/* -- symbols (dbn_symbols.c) ----------------------------------------------------------------- */

typedef struct plm_dbn_id {
    plm_ts from, to; /* index times for which `sym` holds */
    uint32_t id, sym;
    char *name; /* as a record said it last, or NULL */
} plm_dbn_id;

/* Which row of the table a record speaks of: by its id and index time (ts_recv where a record has
 * it, else ts_event). */
typedef struct plm_dbn_symbols {
    plm_dbn_head head;
    uint32_t only_count; /* 0: all symbols are taken */
    const char *const *only;
    plm_row_table known;   /* described by the user or by definitions */
    uint32_t given;        /* the first rows of it: the user's */
    plm_row_table table;   /* those that events have spoken of */
    plm_symbol_map *vague; /* symbols whose definition describes nothing: a place in `whys` */
    const char **whys;
    uint32_t why_count;
    plm_dbn_id *ids;
    uint32_t id_count, id_cap;
    uint32_t *slots; /* open addressing: place in ids + 1, 0 = free */
    uint32_t slot_mask;
    uint32_t last; /* place of the id that was asked for last */
} plm_dbn_symbols;

void plm_dbn_symbols_init(plm_dbn_symbols *self, const plm_import_options *options);
void plm_dbn_symbols_fini(plm_dbn_symbols *self);

/* Takes the head over; what the old one said holds no longer. */
void plm_dbn_symbols_begin(plm_dbn_symbols *self, plm_dbn_head *head);

/* From here on `id` is `name`, unless the metadata say otherwise. */
PLM_NODISCARD plm_status plm_dbn_symbols_name(plm_dbn_symbols *self, uint32_t id, const char *name,
                                              plm_diag *diag);

/* What a definition record says; false with a refusal where it contradicts what is in use. */
bool plm_dbn_symbols_define(plm_dbn_symbols *self, const char *name, const plm_instrument *row,
                            const char *why, plm_refusal *refusal);

/* The slow way of plm_dbn_symbols_find. */
PLM_NODISCARD plm_status plm_dbn_symbols_look_up(plm_dbn_symbols *self, uint32_t id, plm_ts index,
                                                 plm_diag *diag, plm_refusal *refusal,
                                                 uint32_t *out);

/* The row, or a refusal (reason not NONE): the symbol is left out, or nobody has described it. */
PLM_NODISCARD static inline plm_status plm_dbn_symbols_find(plm_dbn_symbols *self, uint32_t id,
                                                            plm_ts index, plm_diag *diag,
                                                            plm_refusal *refusal, uint32_t *out)
{
    if (self->last < self->id_count) {
        const plm_dbn_id *const last = &self->ids[self->last];
        if (last->id == id && index >= last->from && index < last->to) {
            *out = last->sym;
            return PLM_OK;
        }
    }
    return plm_dbn_symbols_look_up(self, id, index, diag, refusal, out);
}

/* -- orders (dbn_orders.c) ------------------------------------------------------------------- */

typedef struct plm_dbn_order {
    uint64_t id;
    plm_px px;
    uint32_t size;
    uint32_t sym;
    uint32_t generation; /* of the row's book; 0 = a free place */
    uint8_t side;
} plm_dbn_order;

typedef struct plm_dbn_orders {
    plm_dbn_order *places;
    uint32_t cap, used, live; /* used: with those of books that have been cleared */
    uint32_t *generations;    /* by row: what an order needs to be of today's book */
    uint32_t *counts;         /* by row: live orders */
    uint32_t rows;
} plm_dbn_orders;

void plm_dbn_orders_fini(plm_dbn_orders *orders);
void plm_dbn_orders_grow_rows(plm_dbn_orders *orders, uint32_t rows);
plm_dbn_order *plm_dbn_orders_find(const plm_dbn_orders *orders, uint32_t sym, uint64_t id);
/* There must be none of this id. False: PLM_DBN_ORDERS_MAX orders rest already. */
bool plm_dbn_orders_add(plm_dbn_orders *orders, const plm_dbn_order *order);
void plm_dbn_orders_remove(plm_dbn_orders *orders, plm_dbn_order *order);
void plm_dbn_orders_clear(plm_dbn_orders *orders, uint32_t sym);

/* -- the decoder ----------------------------------------------------------------------------- */

/* What is kept of a row. */
typedef struct plm_dbn_book {
    plm_rung said[2][PLM_DBN_DEPTH]; /* bid, ask: the levels, or the quote, as they were said */
    plm_ladder ladder[2];            /* mbo */
    uint32_t id;                     /* mbo: whose orders rest */
    uint16_t publisher;              /* of the book, 0 = none yet */
    bool cleared;                    /* mbo: the book is known from its beginning */
    bool tops;                       /* mbo: it is made of best prices, not of orders */
} plm_dbn_book;

typedef struct plm_dbn {
    plm_decoder decoder;
    const char *name;
    uint64_t line;
    bool derive; /* quotes are left out */
    bool inside; /* records, not metadata */
    char *head;  /* metadata as far as it has been read */
    size_t head_size, head_cap;
    bool emitted; /* clocks and derive are final */
    plm_dbn_symbols symbols;
    plm_dbn_orders orders;
    plm_dbn_book *books; /* by row */
    uint32_t book_count, book_cap;
    /* What becomes `said` of `staged` if the row is taken. */
    plm_dbn_book *staged;
    unsigned staged_depth;
    plm_rung stage[2][PLM_DBN_DEPTH];
    const char *why; /* a row without events: the reason */
    char shown[PLM_REPORT_TEXT_CAP];
} plm_dbn;

/* One record that is whole and long enough for its type: sets the events of the row or a refusal.
 * Fails only where nothing after it can be right. */
PLM_NODISCARD plm_status plm_dbn_read_record(plm_dbn *self, const char *record, plm_row *row,
                                             plm_diag *diag);

/* mbp-10 and mbo (dbn_book.c); the row is there and its book is at hand. */
PLM_NODISCARD plm_status plm_dbn_read_mbo(plm_dbn *self, const char *record, uint32_t sym,
                                          plm_ts ts, plm_row *row, plm_diag *diag);
void plm_dbn_read_levels(plm_dbn *self, const char *record, uint32_t sym, plm_ts ts, plm_row *row);

/* Parts of records, false with a refusal. */
bool plm_dbn_px(const plm_instrument *row, int64_t raw, plm_refusal *refusal, plm_px *out);
bool plm_dbn_qty(const plm_instrument *row, uint64_t raw, plm_refusal *refusal, plm_qty *out);
bool plm_dbn_put_trade(const plm_dbn *self, int64_t price, uint32_t size, char side, uint32_t sym,
                       plm_ts ts, plm_row *row);
/* Appends to the row. No record gives more than PLM_DBN_RECORD_EVENTS. */
void plm_dbn_put(plm_row *row, const plm_event *event);
/* The row is no failure, but gives no events, unless there are some already. */
void plm_dbn_declare(plm_dbn *self, plm_row *row, const char *why);

#endif
