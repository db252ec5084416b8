/*
 * csv_table.h - CSV of venues and vendors whose columns are known: the header tells which layout a
 * file has, a layout is a row of a table: its columns by name, and a function that reads a row.
 *
 * Columns that a layout does not name do not matter. Nothing is quoted in these files, and numbers
 * may have exponents; times may not: whoever wrote one so has destroyed its digits.
 */
#ifndef PLM_CSV_TABLE_H
#define PLM_CSV_TABLE_H

#include "csv_fields.h"
#include "csv_lines.h"
#include "given_rows.h"
#include "kinds.h"
#include "row_ids.h"

#define PLM_CSV_COLUMNS_MAX 112

typedef struct plm_csv_table plm_csv_table;

typedef struct plm_csv_layout {
    const char *name;            /* "trades" */
    const char *const *columns;  /* that a row is read from, closed by NULL */
    const char *const *siblings; /* words of file names that tell this layout from another one with
                                    the same columns; NULL: the columns suffice */
    const char *problem;         /* NULL, or why files of this layout are not read */
    bool names_symbol;           /* one of the columns does */
    const char *venue;           /* whose symbols they are (known_rows.h), or NULL: nothing tells */
    bool derive, changes_only;
    /* Reads table->cell[]; false after plm_refuse. */
    bool (*parse)(plm_csv_table *table, plm_row *row);
} plm_csv_layout;

typedef struct plm_csv_family {
    const char *name; /* of the format, for messages */
    const plm_csv_layout *layouts;
    size_t count;
    bool has_recv;
    bool
        ends_at_slash; /* names in the header end at a slash; what follows is in another encoding */
    bool newest_first;
    size_t forced; /* 0, or 1 + index of the layout that --format has named */
} plm_csv_family;

/* What rows before have said of an instrument. */
typedef struct plm_csv_memory {
    bool book_seen, in_snapshot;
} plm_csv_memory;

struct plm_csv_table {
    plm_decoder decoder;
    plm_csv_lines lines;
    const plm_csv_family *family;
    const plm_csv_layout *layout; /* of this member, NULL before its header */
    size_t field_count;
    plm_csv_text cell[PLM_CSV_COLUMNS_MAX]; /* by column of the layout */
    size_t field_of[PLM_CSV_COLUMNS_MAX];
    plm_given_rows rows;
    plm_csv_memory *memory; /* by instrument */
    /* What this row changes, once it is known to be taken. */
    bool has_next;
    uint32_t next_sym;
    plm_csv_memory next_memory;
    plm_row_ids *ids;
    plm_csv_text fields[PLM_CSV_FIELDS_MAX];
};

/* What the first bytes of a text show. */
typedef struct plm_csv_head {
    const plm_csv_layout *layout;
    size_t field_of[PLM_CSV_COLUMNS_MAX]; /* by column of the layout */
    plm_csv_text body;                    /* behind the header */
} plm_csv_head;

/* Whether the header is one of the family. */
bool plm_csv_table_look(const plm_csv_family *family, const char *bytes, size_t size,
                        plm_csv_head *out);

/* A cell of the first line of *body that is there as a whole, and steps behind it; false at the
 * end. */
bool plm_csv_head_next(const plm_csv_head *head, size_t column, plm_csv_text *body,
                       plm_csv_text *out);

PLM_NODISCARD plm_status plm_csv_table_create(const plm_csv_family *family,
                                              const plm_import_options *options, plm_diag *diag,
                                              plm_decoder **out);

/* The texts of a trade or a liquidation. */
typedef struct plm_csv_print {
    plm_csv_text id, side, px, qty;
} plm_csv_print;

/* -- for the functions that read rows ------------------------------------------------------- */

/* A number in a unit that has `digits` decimals down to the nanosecond: 9 for s, 6 for ms, 3 for
 * us, 0 for ns. */
bool plm_csv_table_time(const char *name, plm_csv_text text, unsigned digits, plm_refusal *refusal,
                        plm_ts *out);

/* 1, 2 or 3: which of the words the text is; the last one may be NULL. */
bool plm_csv_table_word(const char *name, plm_csv_text text, const char *const words[3],
                        plm_refusal *refusal, uint8_t *out);

bool plm_csv_table_number(const plm_csv_table *table, plm_field field, const char *name,
                          plm_csv_text text, uint32_t sym, plm_refusal *refusal, int64_t *out);

/* Appends an event with px and qty from their texts, by the kind of *event. */
bool plm_csv_table_add(const plm_csv_table *table, const plm_event *event, plm_csv_text px,
                       plm_csv_text qty, plm_row *row);

/* Appends a trade or a liquidation: the words are those of the buying, the selling and an unknown
 * side (NULL: there is none). */
bool plm_csv_table_add_print(plm_csv_table *table, const plm_event *event,
                             const char *const sides[3], const plm_csv_print *print, plm_row *row);

/* Appends a bid or an ask; both texts empty: the side is empty. */
bool plm_csv_table_add_quote(const plm_csv_table *table, const plm_event *event, plm_csv_text px,
                             plm_csv_text qty, plm_row *row);

/* What the row changes for later ones, if it is taken. */
void plm_csv_table_remember(plm_csv_table *table, uint32_t sym, plm_csv_memory memory);

/* The id of the row: refused when a row of this instrument has had it. An empty one makes equal
 * rows two events: nothing tells them apart. */
bool plm_csv_table_id(plm_csv_table *table, plm_csv_text id, uint32_t sym, plm_refusal *refusal);

#endif
