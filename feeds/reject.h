/*
 * reject.h - why a row of foreign data is not taken, with the words for it.
 */
#ifndef PLM_REJECT_H
#define PLM_REJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "status.h"

typedef enum plm_reject {
    PLM_REJECT_NONE = 0,
    PLM_REJECT_SYNTAX,    /* cannot be parsed, wrong number of fields */
    PLM_REJECT_BLANK,     /* a field that is needed is empty */
    PLM_REJECT_PRECISION, /* the scale cannot hold the value exactly */
    PLM_REJECT_RANGE,     /* outside of what the field may hold, times included */
    PLM_REJECT_NEGATIVE,
    PLM_REJECT_UNKNOWN,   /* symbol, kind or side that is not known */
    PLM_REJECT_DISORDER,  /* time goes back */
    PLM_REJECT_DUPLICATE, /* equal to the row before, id included where there is one */
    PLM_REJECT_CROSSED,   /* bid >= ask */
    PLM_REJECT_DECLARED,  /* left out by a rule of the column map: counted, never a failure */
    PLM_REJECT_COUNT
} plm_reject;

/* "syntax", "blank", ... : the words of reports. */
const char *plm_reject_name(plm_reject reason);

#define PLM_REFUSAL_CAP 240

typedef struct plm_refusal {
    plm_reject reason;
    char found[PLM_REFUSAL_CAP];
    char allowed[PLM_REFUSAL_CAP];
} plm_refusal;

/* Fills *out and returns false, so that callers write `return plm_refuse(...)`. The format gives
 * what was found. */
bool plm_refuse(plm_refusal *out, plm_reject reason, const char *allowed, const char *format, ...)
    PLM_PRINTF(4, 5);

#endif
