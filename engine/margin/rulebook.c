/*
 * rulebook.c - questions to a rulebook that was read: what holds when, and what it has.
 */
#include "rulebook.h"

#include "check.h"

const plm_rule_set *plm_rulebook_at(const plm_rulebook *rulebook, plm_ts ts)
{
    plm_assert(rulebook->set_count > 0);
    uint32_t at = 0;
    for (uint32_t i = 1; i < rulebook->set_count && rulebook->set[i].from <= ts; i++) {
        at = i;
    }
    return &rulebook->set[at];
}

static plm_ts sooner(plm_ts next, plm_ts candidate, plm_ts after)
{
    return candidate > after && candidate < next ? candidate : next;
}

plm_ts plm_rulebook_next_change(const plm_rulebook *rulebook, plm_ts ts)
{
    const plm_rule_set *const set = plm_rulebook_at(rulebook, ts);
    plm_ts next = PLM_TS_MAX;
    for (uint32_t i = 1; i < rulebook->set_count; i++) {
        next = sooner(next, rulebook->set[i].from, ts);
    }
    for (uint32_t i = 0; i < set->rate.row_count; i++) {
        next = sooner(next, set->rate.row[i].effective_from, ts);
    }
    for (uint32_t i = 0; i < set->rate.scenario_count; i++) {
        next = sooner(next, set->rate.scenario[i].effective_from, ts);
    }
    for (uint32_t i = 0; i < set->collateral.row_count; i++) {
        next = sooner(next, set->collateral.row[i].effective_from, ts);
    }
    for (uint32_t i = 0; i < set->collateral.borrow_count; i++) {
        next = sooner(next, set->collateral.borrow_row[i].effective_from, ts);
    }
    for (uint32_t i = 0; i < set->fee.row_count; i++) {
        next = sooner(next, set->fee.row[i].effective_from, ts);
    }
    return next;
}

bool plm_rulebook_has(const plm_rulebook *rulebook, plm_regime regime)
{
    bool found = false;
    for (uint32_t i = 0; i < rulebook->regime_count; i++) {
        found = found || rulebook->regime[i] == regime;
    }
    return found;
}

const char *plm_regime_word(plm_regime regime)
{
    switch (regime) {
    case PLM_REGIME_PLAIN:
        return "plain";
    case PLM_REGIME_CROSS:
        return "cross";
    case PLM_REGIME_ISOLATED:
        return "isolated";
    case PLM_REGIME_PORTFOLIO:
        return "portfolio";
    case PLM_REGIME_NONE:
    case PLM_REGIME_COUNT:
        break;
    }
    return "none";
}
