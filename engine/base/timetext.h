/*
 * timetext.h - UTC times as text and back, without the C library's clock, zone or locale.
 */
#ifndef PLM_TIMETEXT_H
#define PLM_TIMETEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "plimsoll.h"
#include "status.h"

#define PLM_TIME_TEXT_CAP 40

/* "2025-10-10T21:15:03.000000001Z": fraction of 0, 3, 6 or 9 digits, the fewest that are exact.
 * Returns the length; `out` has PLM_TIME_TEXT_CAP bytes. */
size_t plm_time_format(plm_ts ts, char *out);

/*
 * Reads "2025-10-10", "2025-10-10T21:15", "2025-10-10T21:15:03[.fraction]" with 'T' or one blank
 * between, an optional "Z" or "+00:00" at the end, or an integer of 19 digits (ns). Anything else,
 * other offsets, times that do not exist and times outside [PLM_TS_MIN, PLM_TS_MAX) are refused; at
 * most 9 digits of fraction.
 */
PLM_NODISCARD bool plm_time_parse(const char *text, size_t size, plm_ts *out);

/*
 * "500ms", "10s", "5m", "1h", "1d" in ns; "2.5s" is exact; "us" and "ns" are units, too. A number
 * without unit, a sign, and what is no whole number of ns are refused.
 */
PLM_NODISCARD bool plm_duration_parse(const char *text, size_t size, int64_t *out_ns);

/* "3h 12m", "250ms": for people, at most two units, cut off below; `out` has PLM_TIME_TEXT_CAP. */
size_t plm_duration_format(int64_t ns, char *out);

/* Civil date of a time and back: days since 1970-01-01. */
int64_t plm_days_from_civil(int64_t year, unsigned month, unsigned day);
void plm_civil_from_days(int64_t days, int64_t *out_year, unsigned *out_month, unsigned *out_day);

#endif
