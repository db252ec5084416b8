/*
 * import_format.h - what a foreign format implements: bytes in, rows out, no I/O.
 *
 * A format is one file and one row of the table in import.c. It only parses; reading, unpacking,
 * the rules that hold for every format (well-formed events, order, duplicates, crossed quotes),
 * counting and messages are the driver's (import.c, import_check.c).
 */
#ifndef PLM_IMPORT_FORMAT_H
#define PLM_IMPORT_FORMAT_H

#include "import.h"

#define PLM_ROW_BYTES_MAX 65536
/* A line of that size holds no more levels of a book than this, with what else it says. */
#define PLM_ROW_EVENTS_MAX 8192

/* One row of the input: what it says, or why it is not taken. */
typedef struct plm_row {
    plm_refusal refusal; /* reason NONE: the events below are meant */
    uint64_t line;       /* line or record number within the member, from 1 */
    const char *text;    /* the row as it stands in the input, borrowed until the next decode */
    size_t size;
    uint32_t count; /* 1 .. PLM_ROW_EVENTS_MAX, in order of ts */
    /* These are more events of the row before, which was taken: its ts and recv, and not to be
     * refused by any rule. Counted with it. */
    bool continues;
    plm_event event[PLM_ROW_EVENTS_MAX];
    plm_ts recv;
    uint64_t rank; /* of rows of equal ts, where the decoder is `ranked` */
} plm_row;

typedef struct plm_decoder plm_decoder;
struct plm_decoder {
    void *impl;
    bool has_recv;        /* final after the first row */
    bool synthetic;       /* the data says so itself */
    bool is_tape;         /* events of a tape: duplicates and crossed quotes are its own truth */
    bool keep_duplicates; /* equal rows are meant: the data has no ids */
    bool derive;          /* best quotes are to be computed from L2 */
    bool changes_only;    /* rows restate values: what repeats is left out */
    bool newest_first;    /* time goes back from row to row, and that is declared */
    bool interleaved;     /* rows of several streams: their stamps may go back by nature */
    bool ranked;          /* rows of equal ts come in the order of `rank`, an id of the venue's */
    uint32_t row_count;   /* may grow with a row; never shrinks */
    const plm_instrument *rows;
    uint32_t note_count; /* may grow with a row; at most PLM_REPORT_NOTES */
    const plm_import_note *notes;
    const struct plm_known_life *const *lives; /* by row, or NULL: nothing is known of any */
    /* A member of the input begins; `name` is for messages and outlives it. */
    void (*begin)(plm_decoder *self, const char *name);
    /*
     * Reads one row from the front of bytes[0..size). PLM_OK: *out is set. PLM_END: no row yet,
     * more bytes are needed, or with `last` the member has ended and all is consumed. A failure is
     * of the whole input and final. Asks for more only below PLM_ROW_BYTES_MAX + 2 bytes, unless it
     * consumes all of them. Between two calls *out stays as it is but for the refusal, which then
     * says whether the row was taken.
     */
    plm_status (*decode)(plm_decoder *self, const char *bytes, size_t size, bool last,
                         plm_diag *diag, size_t *out_consumed, plm_row *out);
    /* NULL, or the rows are not text: puts words in the place of text and size, for a message. */
    void (*describe)(plm_decoder *self, plm_row *row);
    void (*destroy)(plm_decoder *self);
};

typedef struct plm_format {
    const char *name;
    const char *help;
    /* How sure the first bytes make us, 0 = not this format, 100 = certain. */
    unsigned (*probe)(const char *bytes, size_t size);
    plm_status (*create)(const plm_import_options *options, plm_diag *diag, plm_decoder **out);
} plm_format;

/* -- the formats ----------------------------------------------------------------------------- */

unsigned plm_csv_own_probe(const char *bytes, size_t size);
PLM_NODISCARD plm_status plm_csv_own_create(const plm_import_options *options, plm_diag *diag,
                                            plm_decoder **out);
unsigned plm_csv_generic_probe(const char *bytes, size_t size);
PLM_NODISCARD plm_status plm_csv_generic_create(const plm_import_options *options, plm_diag *diag,
                                                plm_decoder **out);
unsigned plm_binance_probe(const char *bytes, size_t size);
PLM_NODISCARD plm_status plm_binance_create(const plm_import_options *options, plm_diag *diag,
                                            plm_decoder **out);
unsigned plm_binance_ws_probe(const char *bytes, size_t size);
PLM_NODISCARD plm_status plm_binance_ws_create(const plm_import_options *options, plm_diag *diag,
                                               plm_decoder **out);
unsigned plm_dbn_probe(const char *bytes, size_t size);
PLM_NODISCARD plm_status plm_dbn_create(const plm_import_options *options, plm_diag *diag,
                                        plm_decoder **out);
unsigned plm_npz_probe(const char *bytes, size_t size);
PLM_NODISCARD plm_status plm_npz_create(const plm_import_options *options, plm_diag *diag,
                                        plm_decoder **out);

/* The columns of trades and liquidations are the same: where the name does not tell which they are,
 * the format does. */
unsigned plm_tardis_probe(const char *bytes, size_t size);
PLM_NODISCARD plm_status plm_tardis_create(const plm_import_options *options, plm_diag *diag,
                                           plm_decoder **out);
PLM_NODISCARD plm_status plm_tardis_trades_create(const plm_import_options *options, plm_diag *diag,
                                                  plm_decoder **out);
PLM_NODISCARD plm_status plm_tardis_liquidations_create(const plm_import_options *options,
                                                        plm_diag *diag, plm_decoder **out);
unsigned plm_bitmex_probe(const char *bytes, size_t size);
PLM_NODISCARD plm_status plm_bitmex_create(const plm_import_options *options, plm_diag *diag,
                                           plm_decoder **out);
unsigned plm_bitmex_json_probe(const char *bytes, size_t size);
PLM_NODISCARD plm_status plm_bitmex_json_create(const plm_import_options *options, plm_diag *diag,
                                                plm_decoder **out);
unsigned plm_bybit_probe(const char *bytes, size_t size);
PLM_NODISCARD plm_status plm_bybit_create(const plm_import_options *options, plm_diag *diag,
                                          plm_decoder **out);
unsigned plm_bybit_newest_probe(const char *bytes, size_t size);
PLM_NODISCARD plm_status plm_bybit_newest_create(const plm_import_options *options, plm_diag *diag,
                                                 plm_decoder **out);
unsigned plm_bybit_book_probe(const char *bytes, size_t size);
PLM_NODISCARD plm_status plm_bybit_book_create(const plm_import_options *options, plm_diag *diag,
                                               plm_decoder **out);
unsigned plm_okx_probe(const char *bytes, size_t size);
PLM_NODISCARD plm_status plm_okx_create(const plm_import_options *options, plm_diag *diag,
                                        plm_decoder **out);

#endif
