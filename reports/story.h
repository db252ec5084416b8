/*
 * story.h - an explanation as data: headings, sentences and tables whose cells are text already,
 * made from a run database once and shown by whoever likes (story_show.h: text, Markdown, JSON; the
 * page: HTML).
 *
 * Numbers are exact decimals of the database, never rounded unless the head of the column says so.
 * Names are as the database has them, whatever bytes these are: who shows a story makes them safe.
 */
#ifndef PLM_STORY_H
#define PLM_STORY_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "plimsoll.h"
#include "status.h"

#define PLM_STORY_COLUMNS_MAX 8u
#define PLM_STORY_ROWS_MAX 200u /* of one table; a sentence after it says how many are left out */

typedef enum plm_part_kind {
    PLM_PART_NONE = 0,
    PLM_PART_HEADING = 1,
    PLM_PART_TEXT = 2, /* a paragraph */
    PLM_PART_TABLE = 3
} plm_part_kind;

typedef struct plm_story_column {
    const char *head;
    bool number; /* aligned at the point */
} plm_story_column;

typedef struct plm_story_row {
    bool total; /* what is above it sums up to it, column by column */
    const char *cell[PLM_STORY_COLUMNS_MAX];
} plm_story_row;

typedef struct plm_story_part {
    plm_part_kind kind;
    const char *text; /* of a heading, a paragraph; caption of a table */
    unsigned column_count;
    plm_story_column column[PLM_STORY_COLUMNS_MAX];
    size_t row_count;
    const plm_story_row *row;
} plm_story_part;

/* A number by its name, for programs: "surplus", "-0.15", "USDT". */
typedef struct plm_story_fact {
    const char *name, *value;
    const char *unit; /* "" where there is none */
} plm_story_fact;

typedef struct plm_story {
    const char *kind; /* "liquidation", "account", "comparison" */
    const char *title;
    const char *banner; /* NULL; what is to be known of a run that is not complete */
    size_t fact_count;
    const plm_story_fact *fact;
    size_t part_count;
    const plm_story_part *part;
} plm_story;

/* Of liquidation.id; refuses one that the run doesn't have, with the numbers it has. */
PLM_NODISCARD plm_status plm_story_liquidation(sqlite3 *db, int64_t id, plm_diag *diag,
                                               plm_story **out);
/* The account's margin by its last numbers at or before `ts`. */
PLM_NODISCARD plm_status plm_story_account(sqlite3 *db, const char *name, plm_ts ts, plm_diag *diag,
                                           plm_story **out);
/* Variants side by side: of one group, or with `group` NULL of all. *out_differ: they do. */
PLM_NODISCARD plm_status plm_story_compare(sqlite3 *db, const char *group, plm_diag *diag,
                                           plm_story **out, bool *out_differ);
void plm_story_destroy(plm_story *story); /* NULL: nothing */

#endif
