/*
 * bitmex_stamp.h - BitMEX's times as text: 2024-01-15D00:00:00.451986388, or with T and Z in JSON.
 */
#ifndef PLM_BITMEX_STAMP_H
#define PLM_BITMEX_STAMP_H

#include <string.h>

#include "csv_fields.h"
#include "timetext.h"

static inline bool plm_bitmex_stamp_parse(plm_csv_text text, plm_refusal *refusal, plm_ts *out)
{
    char copy[PLM_TIME_TEXT_CAP];
    enum { BETWEEN = 10 }; /* the place of D or T */
    if (text.size == 0) {
        return plm_refuse(refusal, PLM_REJECT_BLANK, "a time is needed", "timestamp is empty");
    }
    if (text.size > BETWEEN && text.size < sizeof copy) {
        memcpy(copy, text.bytes, text.size);
        copy[BETWEEN] = copy[BETWEEN] == 'D' ? 'T' : copy[BETWEEN];
        if (plm_time_parse(copy, text.size, out)) {
            return true;
        }
    }
    return plm_refuse(refusal, PLM_REJECT_SYNTAX,
                      "UTC times such as 2024-01-15D00:00:00.451 within 2000 to 2100 are allowed",
                      "timestamp is '%.*s'", text.size > 60 ? 60 : (int)text.size, text.bytes);
}

#endif
