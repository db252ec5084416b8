/*
 * export_tables.h - what can be exported, and how its columns are written.
 */
#ifndef PLM_EXPORT_TABLES_H
#define PLM_EXPORT_TABLES_H

#include <stdbool.h>

#include "export.h"

#define PLM_EXPORT_COLUMNS_MAX 24u

typedef enum plm_export_kind {
    PLM_EXPORT_NONE = 0, /* closes a list */
    PLM_EXPORT_TEXT = 1,
    PLM_EXPORT_COUNT = 2,
    PLM_EXPORT_TIME = 3,    /* becomes NAME_ns and NAME */
    PLM_EXPORT_MONEY = 4,   /* of two columns: micro, atto */
    PLM_EXPORT_SCALED = 5,  /* of two: value, scale */
    PLM_EXPORT_HALF = 6,    /* of two: twice the value, scale */
    PLM_EXPORT_RATE = 7,    /* at 10^-12 */
    PLM_EXPORT_HUNDRED = 8, /* at 10^-2 */
    PLM_EXPORT_REAL = 9
} plm_export_kind;

typedef struct plm_export_column {
    plm_export_kind kind;
    const char *name;
} plm_export_column;

typedef struct plm_export_table {
    const char *word;
    bool of_accounts; /* ?1 is the name of an account, or NULL for all */
    const char *sql;
    plm_export_column column[PLM_EXPORT_COLUMNS_MAX + 1u]; /* closed by NONE */
} plm_export_table;

/* NULL: no such word. */
const plm_export_table *plm_export_find(const char *word);

#endif
