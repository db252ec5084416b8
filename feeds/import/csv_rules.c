/*
 * csv_rules.c - snapshots and bars.
 */
#include "csv_rules.h"

#include <string.h>

bool plm_csv_snapshot_mark(bool inside, bool first, plm_row *row)
{
    bool has_level = false;
    for (uint32_t i = 0; i < row->count; i++) {
        if (row->event[i].kind == PLM_EV_LEVEL) {
            has_level = true;
            row->event[i].flags = inside ? PLM_FLAG_SNAPSHOT : 0;
        }
    }
    if (has_level && first) {
        memmove(row->event + 2, row->event, row->count * sizeof *row->event);
        row->count += 2;
        for (uint8_t i = 0; i < 2; i++) {
            row->event[i] = (plm_event){.ts = row->event[2].ts,
                                        .sym = row->event[2].sym,
                                        .kind = PLM_EV_CLEAR,
                                        .side = i == 0 ? PLM_SIDE_BUY : PLM_SIDE_SELL};
        }
    }
    return has_level;
}

bool plm_csv_bar_check(size_t begin, plm_row *row)
{
    if (row->count == begin) {
        return true;
    }
    if (row->count != begin + 4) {
        return plm_refuse(&row->refusal, PLM_REJECT_BLANK, "all values of a bar or none are needed",
                          "a bar with absent values");
    }
    const plm_event *const bar = &row->event[begin];
    plm_px const high = bar[1].px;
    plm_px const low = bar[2].px;
    if (high < bar[0].px || high < bar[3].px || low > bar[0].px || low > bar[3].px) {
        return plm_refuse(&row->refusal, PLM_REJECT_RANGE, "low <= open, close <= high is needed",
                          "a bar at odds with itself");
    }
    return true;
}
