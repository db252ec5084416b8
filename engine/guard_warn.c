/*
 * guard_warn.c - the ratios at which an account is warned: its own and those of the rules in force.
 */
#include <string.h>

#include "core.h"

static void add(plm_seat *seat, plm_rate ratio)
{
    uint32_t at = 0;
    while (at < seat->warn_count && seat->warn[at] < ratio) {
        at++;
    }
    if (at < seat->warn_count && seat->warn[at] == ratio) {
        return;
    }
    memmove(&seat->warn[at + 1], &seat->warn[at], (seat->warn_count - at) * sizeof *seat->warn);
    seat->warn[at] = ratio;
    seat->warn_count++;
}

void plm_guard_warn_list(plm_seat *seat, const plm_rule_set *set)
{
    seat->warn_count = 0;
    for (uint32_t i = 0; i < seat->spec->alert_count; i++) {
        add(seat, seat->spec->alert[i]);
    }
    for (uint32_t i = 0; set != NULL && i < set->rate.warn_count; i++) {
        add(seat, set->rate.warn[i]);
    }
}

static bool was_warned(uint32_t warned, const plm_rate *ratios, uint32_t count, plm_rate ratio)
{
    bool found = false;
    for (uint32_t i = 0; i < count; i++) {
        found = found || (ratios[i] == ratio && (warned >> i & 1) != 0);
    }
    return found;
}

void plm_guard_warn_change(plm_core *core, plm_seat *seat, const plm_rule_set *set)
{
    plm_rate before[2 * PLM_WARN_MAX];
    uint32_t const count = seat->warn_count;
    memcpy(before, seat->warn, sizeof before);
    plm_guard_warn_list(seat, set);
    for (uint32_t i = 0; i < seat->pool_count; i++) {
        plm_pool *const pool = &core->guard.pool[seat->first_pool + i];
        uint32_t const warned = pool->warned;
        pool->warned = 0;
        for (uint32_t k = 0; k < seat->warn_count; k++) {
            bool const still = was_warned(warned, before, count, seat->warn[k]);
            pool->warned |= still ? UINT32_C(1) << k : 0;
        }
    }
}
