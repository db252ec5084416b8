/*
 * rules.h - a rulebook bound to the instruments of a tape: what is in force for each of them now.
 */
#ifndef PLM_RULES_H
#define PLM_RULES_H

#include "contract.h"
#include "rulebook.h"

#define PLM_NO_UNIT UINT32_MAX
#define PLM_CREDITS_MAX 64u /* of a rule set; a longer list is a bug of the reader */

/* A run of rows of a table. */
typedef struct plm_rule_rows {
    uint32_t first, count; /* count 0: none in force */
} plm_rule_rows;

/* What the slices below a tier need at 1, at 10^-30; below 0: it does not fit, they are summed. */
typedef struct plm_rule_below {
    plm_i128 maintenance, initial;
} plm_rule_below;

/* The two units of a spread credit; PLM_NO_UNIT: the tape has no such underlying. */
typedef struct plm_rule_pair {
    uint32_t unit[2];
} plm_rule_pair;

typedef struct plm_rules {
    const plm_rulebook *rulebook;
    const plm_contracts *contracts;
    const plm_rule_set *set; /* in force */
    plm_ts at, next_change;
    plm_rule_rows *rate; /* by sym, rows of set->rate.row; unused where the rule is one flat rate */
    plm_rule_rows *scenario; /* by sym, of its unit */
    uint32_t *unit; /* by sym: number of its risk unit: units in the order of first appearance;
                       PLM_NO_UNIT: rows without margin */
    uint32_t unit_count;
    plm_rate *fee;             /* by sym: liquidation fee */
    plm_rule_rows *collateral; /* by asset */
    plm_rate *borrow;          /* by asset: per hour, 0 = none */
    plm_rule_pair *credit;     /* as set->offset.credit */
    plm_rule_below *below;     /* as set->rate.row; marginal tiers in force */
    uint32_t below_count;      /* rows of the largest table */
} plm_rules;

/* Borrows both for its life. Nothing is in force before the first move. */
void plm_rules_init(plm_rules *rules, const plm_rulebook *rulebook, const plm_contracts *contracts);
void plm_rules_fini(plm_rules *rules);

/* What is in force at ts; true when anything changed. */
bool plm_rules_move(plm_rules *rules, plm_ts ts);

/* Whether there is a rate for positions of a row. */
bool plm_rules_has(const plm_rules *rules, uint32_t sym);

/* The same for a regime: under portfolio it is a grid that has to be there. */
bool plm_rules_covers(const plm_rules *rules, uint32_t sym, plm_regime regime);

#endif
