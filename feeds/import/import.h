/*
 * import.h - foreign data as a stream of events. A format is one file and one row of the table in
 * import.c.
 *
 * Rules for every format: units are declared or known by the format, never guessed from magnitude;
 * rows read = rows written + rows rejected, by reason; disorder, duplicates, crossed quotes,
 * negative, blank and unparsable values are refused with file, line and text unless `on_error` says
 * otherwise, and then counted. Nothing is repaired in silence.
 */
#ifndef PLM_IMPORT_H
#define PLM_IMPORT_H

#include "bytes.h"
#include "reject.h"
#include "stream.h"

typedef enum plm_on_error {
    PLM_ON_ERROR_FAIL = 0,
    PLM_ON_ERROR_SKIP = 1,
    PLM_ON_ERROR_SORT = 2 /* rows out of order are sorted, all else fails */
} plm_on_error;

/* Events that --on-error sort holds back at most: disorder that reaches further is refused, and so
 * is an input with more that is declared to be newest first. */
#define PLM_SORT_WINDOW_EVENTS (UINT32_C(1) << 20)
/* Inputs that may be sorted side by side, each with a window of about 80 MiB. */
#define PLM_SORTED_INPUTS_MAX 8u

/* A price that is this many times as high or as low after so long a silence is told. */
#define PLM_JUMP_FACTOR INT64_C(10)
#define PLM_JUMP_SILENCE_NS INT64_C(21600000000000) /* six hours */

#define PLM_REPORT_EXAMPLES 3
#define PLM_REPORT_NOTES 12
#define PLM_REPORT_TEXT_CAP 160

/* What only the format knows to be worth telling, and how often it was met: never a refusal. */
typedef struct plm_import_note {
    const char *what; /* static text */
    uint64_t count;
    uint64_t line; /* the first of them */
} plm_import_note;

typedef struct plm_import_report {
    uint64_t rows_read, rows_written, events_written;
    uint64_t events_repeated; /* left out: they say again what was said last (derivative tickers) */
    uint64_t rejected[PLM_REJECT_COUNT];
    uint64_t reordered;     /* rows moved by --on-error sort */
    bool newest_first;      /* as declared: the rows were turned round */
    uint64_t recv_early;    /* rows that were heard before they happened, as their clocks say */
    int64_t recv_lead;      /* ns of the largest such lead */
    uint64_t off_grid;      /* prices and quantities that are not on the tick or lot of their row */
    uint64_t off_grid_line; /* the first of them */
    char off_grid_symbol[PLM_SYMBOL_CAP];
    uint64_t gaps;             /* gap events */
    plm_ts gap_from, gap_to;   /* the longest of them */
    uint64_t jumps;            /* holes behind which the price is of another size: another coin? */
    plm_ts jump_from, jump_to; /* the first of them */
    char jump_symbol[PLM_SYMBOL_CAP];
    uint32_t note_count;
    plm_import_note notes[PLM_REPORT_NOTES];
    char example[PLM_REJECT_COUNT][PLM_REPORT_EXAMPLES][PLM_REPORT_TEXT_CAP]; /* "line 12: text" */
} plm_import_report;

typedef struct plm_csv_map plm_csv_map; /* csv_map.h */

/* Which prices the bars of a file are, where the file does not say. */
typedef enum plm_import_prices {
    PLM_PRICES_UNKNOWN = 0,
    PLM_PRICES_LAST,
    PLM_PRICES_MARK,
    PLM_PRICES_INDEX,
    PLM_PRICES_PREMIUM
} plm_import_prices;

typedef struct plm_import_options {
    const char *format;     /* name, or NULL: recognised from content */
    const char *map_path;   /* generic CSV: the column map, or NULL */
    const plm_csv_map *map; /* what stands there, to read it once for many inputs and outlive them;
                               NULL: read from map_path */
    plm_on_error on_error;
    uint32_t row_count; /* instruments given on the command line or in --instruments */
    const plm_instrument *rows;
    const char *symbol; /* symbol of files that do not name theirs, or NULL */
    const char *venue;  /* where the symbols are from: a venue of known_rows.h, or NULL */
    const char *as;     /* what the one symbol of the file is called on the tape, or NULL */
    plm_import_prices prices;
    bool derive;         /* best quotes are computed from levels; quotes of the file are left out */
    bool shared;         /* rows and symbol are meant for other inputs, too */
    uint32_t only_count; /* 0: all symbols are taken */
    const char *const *only;
} plm_import_options;

typedef struct plm_import plm_import;

/* What an input holds once unpacked, as far as it has been read. */
typedef struct plm_import_content {
    uint64_t size;
    uint32_t crc;
} plm_import_content;

/* The events of an instrument that were taken: when, and a bit per kind. */
typedef struct plm_import_extent {
    plm_ts first, last;
    uint64_t kinds; /* 0: there are none */
    plm_ts priced;  /* when it had a price last, and which */
    plm_px px;
} plm_import_extent;

/*
 * Opens one input. What the options point to is borrowed until plm_import_close. The stream and the
 * report are borrowed until plm_import_close; destroying the stream does nothing, so it can be
 * given to those who take streams.
 */
PLM_NODISCARD plm_status plm_import_open(const char *path, const plm_import_options *options,
                                         plm_diag *diag, plm_import **out);
plm_stream *plm_import_stream(plm_import *import);
const plm_import_report *plm_import_get_report(const plm_import *import);
const char *plm_import_format_name(const plm_import *import);
plm_import_content plm_import_get_content(const plm_import *import);
/* `row` is below the row_count of the stream. */
plm_import_extent plm_import_get_extent(const plm_import *import, uint32_t row);
/* What is known of the life of a row, by its name on the tape: NULL, or known_rows.h. */
const struct plm_known_life *plm_import_life(const plm_import *import, const char *symbol);
/* Packed bytes consumed and in all (0 = unknown), for progress. */
void plm_import_progress(const plm_import *import, uint64_t *out_done, uint64_t *out_total);
void plm_import_close(plm_import *import);

/* Whether best quotes are to be computed from L2 (derive.h). That is done once, behind the merge of
 * all inputs: the book of a row may be spread over several of them. */
bool plm_import_wants_derive(const plm_import *import);

/* Whether up to PLM_SORT_WINDOW_EVENTS are held back, to sort them or to turn them round. */
bool plm_import_holds_back(const plm_import *import);

/* Whether the data says that it is synthetic (plimsoll's own CSV does). */
bool plm_import_is_synthetic(const plm_import *import);

/* The table of formats, for --help: name and one line each; NULL past the end. */
const char *plm_import_format_at(size_t index, const char **out_help);

/* Refuses a name that is not in the table. */
PLM_NODISCARD plm_status plm_import_check_format(const char *name, plm_diag *diag);

/* The report for people (lines of text) and for the tape (one JSON object). Both have a closing NUL
 * and are freed with plm_free. */
char *plm_import_report_text(const plm_import_report *report);
char *plm_import_report_json(const plm_import_report *report);

#endif
