/*
 * run_table.h - a row for each account of a run: what came of it.
 */
#ifndef PLM_RUN_TABLE_H
#define PLM_RUN_TABLE_H

#include "run_summary.h"

/* The strategy of an account, "none" of one that just holds. */
const char *plm_run_strategy_of(const plm_run_result *result, uint32_t index);

/* The first `rows` accounts; with their strategies, with the assets that they report in. Columns
 * that matter least are left out where the table would be wider than 80. */
void plm_run_table_print(plm_session *session, const plm_run_result *result, uint32_t rows,
                         bool with_strategy, bool with_asset);

#endif
