/*
 * requirement.h - what a position needs under tiers and formulas (docs/margin.md, 4). All amounts
 * are in the settle asset. False means that an amount does not fit, or that no rate is in force.
 */
#ifndef PLM_REQUIREMENT_H
#define PLM_REQUIREMENT_H

#include "exact.h"
#include "plimsoll_margin.h"
#include "rules.h"

#define PLM_LEVERAGE_UNIT 100 /* leverage is in 1e-2 */

typedef enum plm_rate_view {
    PLM_RATE_VIEW_NONE = 0,
    PLM_RATE_VIEW_MAINTENANCE = 1,
    PLM_RATE_VIEW_INITIAL = 2
} plm_rate_view;

/* A position as the formulas see it. */
typedef struct plm_exposure {
    uint32_t sym;
    int32_t side;            /* 1 long, -1 short, 0: nothing */
    plm_money value;         /* v */
    plm_money cost;          /* |cost| */
    plm_i128 measure;        /* x, of 10^-18 */
    const plm_rate_row *row; /* in force at that measure, or NULL */
    plm_money interest;      /* open interest in the settle asset */
    int64_t leverage;
    plm_rate multiplier, taker_rate;
} plm_exposure;

typedef struct plm_requirement {
    plm_money maintenance, initial;
} plm_requirement;

/* How requirements are rounded: up, unless `numeric` says otherwise. */
static inline plm_round plm_requirement_round(const plm_rules *rules)
{
    return plm_round_or(rules->set->round_requirement, PLM_ROUND_CEIL);
}

/* Measure of a quantity whose value is v >= 0. */
PLM_NODISCARD bool plm_measure_of(const plm_rules *rules, uint32_t sym, plm_qty qty, plm_money v,
                                  plm_i128 *out);

/* From 1; 0: the rule has no tiers. */
uint32_t plm_tier_of(const plm_rules *rules, const plm_exposure *exposure);

/* Where a quantity of the exposure's value stands: its measure, and the row of that. */
PLM_NODISCARD bool plm_exposure_measure(const plm_rules *rules, plm_qty qty,
                                        plm_exposure *exposure);

/* qty of a row of the input at px2 > 0. What stands in *out after a failure means nothing. */
PLM_NODISCARD bool plm_exposure_of(const plm_rules *rules, const plm_margin_position *position,
                                   plm_qty qty, plm_money cost, int64_t px2, plm_exposure *out);

/* m(v, x) or the initial one. `whole`: tiers by slices count the rate of the tier of x for all. */
PLM_NODISCARD bool plm_rate_amount(const plm_rules *rules, const plm_exposure *exposure,
                                   plm_rate_view view, bool whole, plm_money *out);

/* M: with minimum and fee. */
PLM_NODISCARD bool plm_requirement_maintenance(const plm_rules *rules, const plm_exposure *exposure,
                                               plm_money *out);

/* v by P6 alone: over leverage, by the table, or a multiple of m. */
PLM_NODISCARD bool plm_requirement_open(const plm_rules *rules, const plm_exposure *exposure,
                                        bool whole, plm_money *out);

/* M and I of one position. */
PLM_NODISCARD bool plm_requirement_of(const plm_rules *rules, const plm_exposure *exposure,
                                      plm_requirement *out);

/* How many rows from the first on are of its instrument: 1, or 2 legs. */
static inline uint32_t plm_requirement_group(const plm_margin_position *row, uint32_t left)
{
    return left > 1 && row[1].sym == row[0].sym ? 2 : 1;
}

/* The rows of one instrument, each with its exposure at one price: what the instrument needs, and
 * the share of each row. */
PLM_NODISCARD bool plm_requirement_rows(const plm_rules *rules, const plm_margin_position *row,
                                        const plm_exposure *exposure, uint32_t count, int64_t px2,
                                        plm_requirement *out, plm_requirement *out_share);

/* Its maintenance alone. */
PLM_NODISCARD bool plm_requirement_rows_maintenance(const plm_rules *rules,
                                                    const plm_margin_position *row,
                                                    const plm_exposure *exposure, uint32_t count,
                                                    int64_t px2, plm_money *out);

/* What resting orders of these rows add to the initial side. */
PLM_NODISCARD bool plm_requirement_orders(const plm_rules *rules, const plm_margin_position *row,
                                          uint32_t count, plm_money *out);

#endif
