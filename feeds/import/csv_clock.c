/*
 * csv_clock.c - reads one time.
 */
#include "csv_clock.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "decimal.h"
#include "timetext.h"

#define NS_PER_MINUTE INT64_C(60000000000)
#define NS_PER_DAY (1440 * NS_PER_MINUTE)
#define DATE_SIZE 8 /* YYYYMMDD */

static int shown(plm_csv_text text)
{
    return text.size > 60 ? 60 : (int)text.size;
}

static bool is_digits(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
    }
    return true;
}

bool plm_csv_name_part(const char *name, size_t part, plm_csv_text *out)
{
    const char *const slash = strrchr(name, '/');
    const char *const colon = strrchr(name, ':'); /* between a zip file and its member */
    const char *at = slash != NULL ? slash + 1 : name;
    at = colon != NULL && colon >= at ? colon + 1 : at;
    for (size_t i = 1;; i++) {
        size_t const size = strcspn(at, "_.");
        if (i == part) {
            *out = (plm_csv_text){at, size};
            return true;
        }
        if (at[size] == '\0') {
            return false;
        }
        at += size + 1;
    }
}

/* YYYYMMDD as YYYY-MM-DD. */
static void spell_date(const char *digits, char out[DATE_SIZE + 3])
{
    (void)snprintf(out, DATE_SIZE + 3, "%.4s-%.2s-%.2s", digits, digits + 4, digits + 6);
}

plm_ts plm_csv_name_day(const char *name, size_t part)
{
    plm_csv_text text;
    char date[DATE_SIZE + 3];
    plm_ts day = 0;
    if (!plm_csv_name_part(name, part, &text) || text.size != DATE_SIZE ||
        !is_digits(text.bytes, DATE_SIZE)) {
        return PLM_CSV_NO_DAY;
    }
    spell_date(text.bytes, date);
    return plm_time_parse(date, strlen(date), &day) ? day : PLM_CSV_NO_DAY;
}

bool plm_csv_offset_parse(const char *text, size_t size, int64_t *out_ns)
{
    if (size == 0 || (size == 1 && text[0] == 'Z')) {
        *out_ns = 0;
        return true;
    }
    if (size != 6 || (text[0] != '+' && text[0] != '-') || !is_digits(text + 1, 2) ||
        text[3] != ':' || !is_digits(text + 4, 2)) {
        return false;
    }
    int const hours = (text[1] - '0') * 10 + (text[2] - '0');
    int const minutes = (text[4] - '0') * 10 + (text[5] - '0');
    if (hours > 15 || minutes > 59) {
        return false;
    }
    int64_t const ns = (hours * 60 + minutes) * NS_PER_MINUTE;
    *out_ns = text[0] == '-' ? -ns : ns;
    return true;
}

/* Text without the offset at its end, which must be that of the map where there is one. */
static bool cut_offset(const plm_csv_cell *cell, plm_csv_text *text)
{
    size_t const size = text->size;
    size_t cut = 0;
    if (size > 0 && text->bytes[size - 1] == 'Z') {
        cut = 1;
    } else if (size > 16 && text->bytes[size - 3] == ':' &&
               (text->bytes[size - 6] == '+' || text->bytes[size - 6] == '-')) {
        cut = 6;
    }
    int64_t found = 0;
    if (cut > 0 && (!plm_csv_offset_parse(text->bytes + size - cut, cut, &found) ||
                    found != cell->offset_ns)) {
        return false;
    }
    text->size = size - cut;
    return true;
}

/* 2025-10-10T21:15:03.5Z, or 20251010 21:15:03. */
static bool parse_text(const plm_csv_cell *cell, const char *name, plm_csv_text text,
                       plm_refusal *refusal, plm_ts *out)
{
    plm_csv_text cut = text;
    char copy[PLM_TIME_TEXT_CAP];
    bool good = cut_offset(cell, &cut) && cut.size < sizeof copy - 2;
    if (good && cut.size >= DATE_SIZE && is_digits(cut.bytes, DATE_SIZE) &&
        (cut.size == DATE_SIZE || !is_digits(cut.bytes + DATE_SIZE, 1))) {
        spell_date(cut.bytes, copy);
        memcpy(copy + DATE_SIZE + 2, cut.bytes + DATE_SIZE, cut.size - DATE_SIZE);
        cut = (plm_csv_text){copy, cut.size + 2};
    }
    plm_ts ts = 0;
    if (!good || !plm_time_parse(cut.bytes, cut.size, &ts)) {
        return plm_refuse(
            refusal, PLM_REJECT_SYNTAX,
            "times such as 2025-10-10T21:15:00Z are allowed, at the offset of the map",
            "%s is '%.*s'", name, shown(text), text.bytes);
    }
    *out = ts - cell->offset_ns;
    return true;
}

bool plm_csv_clock_parse(const plm_csv_cell *cell, const char *name, plm_csv_text text, plm_ts day,
                         plm_refusal *refusal, plm_ts *out)
{
    static const unsigned DIGITS[] = {
        [PLM_UNIT_S] = 9, [PLM_UNIT_MS] = 6, [PLM_UNIT_US] = 3, [PLM_UNIT_NS] = 0};
    if (text.size == 0) {
        return plm_refuse(refusal, PLM_REJECT_BLANK, "a time is needed", "%s is empty", name);
    }
    if (cell->unit == PLM_UNIT_ISO) {
        return parse_text(cell, name, text, refusal, out);
    }
    plm_assert(cell->unit >= PLM_UNIT_S && cell->unit <= PLM_UNIT_NS);
    int64_t value = 0;
    plm_decimal_result const result =
        plm_decimal_parse(text.bytes, text.size, DIGITS[cell->unit], false, &value);
    plm_i128 const ts = (plm_i128)value + (cell->day_part > 0 ? day : 0) - cell->offset_ns;
    bool const in_day = cell->day_part == 0 || (value >= 0 && value <= NS_PER_DAY);
    if (result == PLM_DECIMAL_OK && in_day && ts <= INT64_MAX && ts >= INT64_MIN) {
        *out = (plm_ts)ts;
        return true;
    }
    plm_reject const reason = result == PLM_DECIMAL_PRECISION ? PLM_REJECT_PRECISION
                              : result == PLM_DECIMAL_RANGE || result == PLM_DECIMAL_OK
                                  ? PLM_REJECT_RANGE
                                  : PLM_REJECT_SYNTAX;
    char allowed[PLM_REFUSAL_CAP];
    (void)snprintf(allowed, sizeof allowed,
                   "a time%s in the unit of the column map is allowed (is the unit right? the map "
                   "says %s)",
                   cell->day_part > 0 ? " of one day" : "", plm_csv_unit_name(cell->unit));
    return plm_refuse(refusal, reason, allowed, "%s is '%.*s'", name, shown(text), text.bytes);
}
