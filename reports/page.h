/*
 * page.h - a run database as one HTML page that needs nothing else: no file, no network, no script
 * to be read.
 */
#ifndef PLM_PAGE_H
#define PLM_PAGE_H

#include <sqlite3.h>
#include <stdint.h>

#include "html.h"
#include "status.h"

#define PLM_PAGE_ACCOUNTS_MAX 100000 /* of a run */
#define PLM_PAGE_SHOWN_MAX 12        /* accounts in detail */

typedef struct plm_page_options {
    const char *db_name;        /* how the page names the database */
    const char *producer;       /* program and version that make the page */
    const char *const *account; /* names of those in detail; none: chosen */
    uint32_t account_count;     /* at most PLM_PAGE_SHOWN_MAX */
} plm_page_options;

typedef struct plm_page_facts {
    uint32_t accounts;
    uint32_t shown; /* accounts in detail */
    uint32_t charts;
    uint64_t points;
    int64_t liquidations;
    char status[16];
} plm_page_facts;

/* Appends the page to `html`. Refused (PLM_ERR_USAGE): an account that the run does not have. */
PLM_NODISCARD plm_status plm_page_make(sqlite3 *db, const plm_page_options *options, plm_diag *diag,
                                       plm_html *html, plm_page_facts *out_facts);

#endif
