/*
 * csv_clock.h - times of the column map: a number in a unit or a text, at an offset from UTC, with
 * the date in the row or in the name of the file.
 */
#ifndef PLM_CSV_CLOCK_H
#define PLM_CSV_CLOCK_H

#include "csv_cell.h"
#include "plimsoll.h"

#define PLM_CSV_NO_DAY INT64_MIN

/* What the name of a file says in one of its parts: the last of its path, cut at '_' and '.'. Parts
 * are numbered from 1; false where there are not so many. */
bool plm_csv_name_part(const char *name, size_t part, plm_csv_text *out);

/* The beginning of the day (UTC) that a part of the name gives as YYYYMMDD, or NO_DAY. */
plm_ts plm_csv_name_day(const char *name, size_t part);

/* "+09:00", "-05:30", "Z" or "" in ns; false for anything else. */
bool plm_csv_offset_parse(const char *text, size_t size, int64_t *out_ns);

/* Times that are not within 2000 to 2100 are not refused here. `day`: what the time counts from,
 * where cell->day_part says that the name has it. */
bool plm_csv_clock_parse(const plm_csv_cell *cell, const char *name, plm_csv_text text, plm_ts day,
                         plm_refusal *refusal, plm_ts *out);

#endif
