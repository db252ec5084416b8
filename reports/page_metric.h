/*
 * page_metric.h - rows of the table `metric` as cells.
 */
#ifndef PLM_PAGE_METRIC_H
#define PLM_PAGE_METRIC_H

#include "page_parts.h"

/* A statement over one metric of one account. */
PLM_NODISCARD plm_status plm_page_metric_open(plm_page *page, plm_diag *diag, plm_query *out);
/* A table cell: the value with its exact decimal, or a dash with the reason; `has_basis`: the basis
 * beside it, too. */
PLM_NODISCARD plm_status plm_page_metric_cell(plm_page *page, plm_query *query, int64_t account_id,
                                              const char *name, bool has_basis, plm_diag *diag);
/* The value alone; NAN when there is none. */
PLM_NODISCARD plm_status plm_page_metric_value(plm_query *query, int64_t account_id,
                                               const char *name, plm_diag *diag, double *out);

#endif
