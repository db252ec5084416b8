/*
 * reject.c - names of the reasons, and the words of one refusal.
 */
#include "reject.h"

#include <stdarg.h>
#include <stdio.h>

#include "check.h"

static const char *const NAMES[PLM_REJECT_COUNT] = {
    [PLM_REJECT_NONE] = "none",           [PLM_REJECT_SYNTAX] = "syntax",
    [PLM_REJECT_BLANK] = "blank",         [PLM_REJECT_PRECISION] = "precision",
    [PLM_REJECT_RANGE] = "range",         [PLM_REJECT_NEGATIVE] = "negative",
    [PLM_REJECT_UNKNOWN] = "unknown",     [PLM_REJECT_DISORDER] = "disorder",
    [PLM_REJECT_DUPLICATE] = "duplicate", [PLM_REJECT_CROSSED] = "crossed",
    [PLM_REJECT_DECLARED] = "declared",
};

const char *plm_reject_name(plm_reject reason)
{
    plm_assert((unsigned)reason < PLM_REJECT_COUNT);
    return NAMES[reason];
}

bool plm_refuse(plm_refusal *out, plm_reject reason, const char *allowed, const char *format, ...)
{
    out->reason = reason;
    (void)snprintf(out->allowed, sizeof out->allowed, "%s", allowed);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(out->found, sizeof out->found, format, arguments);
    va_end(arguments);
    return false;
}
