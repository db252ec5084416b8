/*
 * metric_costs.c - what trading cost, and how much was traded.
 */
#include "metric_parts.h"

static plm_status put_sum(plm_measure *measure, const char *name, const char *sql, bool negate,
                          const char *basis)
{
    plm_bag bag = plm_bag_create(measure);
    plm_status status = plm_bag_sum(measure, sql, false, &bag);
    if (status == PLM_OK && negate) {
        status = plm_bag_negate(measure, &bag);
    }
    if (status == PLM_OK) {
        plm_put_bag(measure, name, &bag, basis);
    }
    plm_bag_destroy(&bag);
    return status;
}

plm_status plm_measure_costs(plm_measure *measure)
{
    PLM_TRY(plm_bag_sum(measure,
                        "SELECT asset_id, value_micro, value_atto FROM fill WHERE account_id = ?",
                        true, &measure->volume));
    plm_put_bag(measure, "volume", &measure->volume, "all fills");
    PLM_TRY(put_sum(measure, "fees",
                    "SELECT asset_id, fee_micro, fee_atto FROM fill WHERE account_id = ?", false,
                    "all fills"));
    PLM_TRY(put_sum(measure, "funding",
                    "SELECT asset_id, amount_micro, amount_atto FROM funding WHERE account_id = ?",
                    true, "all payments"));
    PLM_TRY(put_sum(measure, "interest",
                    "SELECT asset_id, amount_micro, amount_atto FROM interest"
                    " WHERE account_id = ?",
                    true, "all payments"));
    return put_sum(measure, "liquidation_fees",
                   "SELECT asset_id, amount_micro, amount_atto FROM posting WHERE account_id = ?"
                   " AND cause = 'liquidation_fee' AND book IN ('account', 'isolated')" PLM_SELDOM,
                   true, "all postings");
}
