/*
 * timetext.c - UTC times as text and back: days are counted in the proleptic Gregorian calendar, so
 * neither the C library nor the machine's zone is asked.
 */
#include "timetext.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "decimal.h"
#include "num.h"

#define NS_PER_SECOND INT64_C(1000000000)
#define NS_PER_DAY (86400 * NS_PER_SECOND)

/* Both directions count years from March, so that the leap day is the last: Howard Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms". An era is 400 years of 146097 days. */
int64_t plm_days_from_civil(int64_t year, unsigned month, unsigned day)
{
    int64_t const y = year - (month <= 2 ? 1 : 0);
    int64_t const era = (y >= 0 ? y : y - 399) / 400;
    int64_t const year_of_era = y - era * 400;
    int64_t const day_of_year =
        (153 * (int64_t)(month > 2 ? month - 3 : month + 9) + 2) / 5 + (int64_t)day - 1;
    int64_t const day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void plm_civil_from_days(int64_t days, int64_t *out_year, unsigned *out_month, unsigned *out_day)
{
    int64_t const shifted = days + 719468;
    int64_t const era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t const day_of_era = shifted - era * 146097;
    int64_t const year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t const day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t const march_month = (5 * day_of_year + 2) / 153;
    unsigned const month = (unsigned)(march_month < 10 ? march_month + 3 : march_month - 9);
    *out_day = (unsigned)(day_of_year - (153 * march_month + 2) / 5 + 1);
    *out_month = month;
    *out_year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
}

static char *put_digits(uint64_t value, unsigned count, char *out)
{
    for (unsigned i = count; i-- > 0; value /= 10) {
        out[i] = (char)('0' + value % 10);
    }
    return out + count;
}

size_t plm_time_format(plm_ts ts, char *out)
{
    int64_t days = ts / NS_PER_DAY;
    int64_t rest = ts % NS_PER_DAY;
    if (rest < 0) {
        days--;
        rest += NS_PER_DAY;
    }
    int64_t year;
    unsigned month, day;
    plm_civil_from_days(days, &year, &month, &day); /* 64 bits of ns reach from 1677 to 2262 */
    uint64_t const seconds = (uint64_t)(rest / NS_PER_SECOND);
    uint64_t const fraction = (uint64_t)(rest % NS_PER_SECOND);

    char *at = put_digits((uint64_t)year, 4, out);
    *at++ = '-';
    at = put_digits(month, 2, at);
    *at++ = '-';
    at = put_digits(day, 2, at);
    *at++ = 'T';
    at = put_digits(seconds / 3600, 2, at);
    *at++ = ':';
    at = put_digits(seconds / 60 % 60, 2, at);
    *at++ = ':';
    at = put_digits(seconds % 60, 2, at);
    if (fraction != 0) {
        *at++ = '.';
        if (fraction % 1000000 == 0) {
            at = put_digits(fraction / 1000000, 3, at);
        } else if (fraction % 1000 == 0) {
            at = put_digits(fraction / 1000, 6, at);
        } else {
            at = put_digits(fraction, 9, at);
        }
    }
    *at++ = 'Z';
    *at = '\0';
    return (size_t)(at - out);
}

/* A text being read from its start; whoever wants more than there is fails. */
typedef struct reader {
    const char *text;
    size_t size;
    size_t at;
} reader;

static bool take(reader *in, char c)
{
    if (in->at == in->size || in->text[in->at] != c) {
        return false;
    }
    in->at++;
    return true;
}

static bool take_digit(reader *in, unsigned *out)
{
    if (in->at == in->size || in->text[in->at] < '0' || in->text[in->at] > '9') {
        return false;
    }
    *out = (unsigned)(in->text[in->at++] - '0');
    return true;
}

/* Exactly `count` digits that make a number in [min, max]. */
static bool take_number(reader *in, unsigned count, unsigned min, unsigned max, unsigned *out)
{
    unsigned value = 0;
    for (unsigned i = 0; i < count; i++) {
        unsigned digit;
        if (!take_digit(in, &digit)) {
            return false;
        }
        value = value * 10 + digit;
    }
    *out = value;
    return value >= min && value <= max;
}

static bool take_date(reader *in, int64_t *out_days)
{
    unsigned year, month, day;
    if (!take_number(in, 4, 2000, 2099, &year) || !take(in, '-') ||
        !take_number(in, 2, 1, 12, &month) || !take(in, '-') || !take_number(in, 2, 1, 31, &day)) {
        return false;
    }
    static const unsigned lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    unsigned const leap = month == 2 && year % 4 == 0 ? 1 : 0; /* holds from 1901 to 2099 */
    if (day > lengths[month - 1] + leap) {
        return false;
    }
    *out_days = plm_days_from_civil(year, month, day);
    return true;
}

/* hh:mm[:ss[.fraction]] */
static bool take_clock(reader *in, int64_t *out_ns)
{
    unsigned hour, minute, second = 0, fraction = 0, digit;
    if (!take_number(in, 2, 0, 23, &hour) || !take(in, ':') ||
        !take_number(in, 2, 0, 59, &minute)) {
        return false;
    }
    if (take(in, ':')) {
        if (!take_number(in, 2, 0, 59, &second)) {
            return false;
        }
        if (take(in, '.')) {
            unsigned left = 9;
            for (; left > 0 && take_digit(in, &digit); left--) {
                fraction = fraction * 10 + digit;
            }
            if (left == 9) {
                return false;
            }
            fraction *= (unsigned)plm_pow10(left);
        }
    }
    *out_ns = ((int64_t)hour * 3600 + minute * 60 + second) * NS_PER_SECOND + fraction;
    return true;
}

bool plm_time_parse(const char *text, size_t size, plm_ts *out)
{
    reader in = {.text = text, .size = size, .at = 0};
    if (size == 19 && text[4] >= '0' && text[4] <= '9') {
        int64_t ns;
        if (plm_decimal_parse(text, size, 0, false, &ns) != PLM_DECIMAL_OK || ns < PLM_TS_MIN ||
            ns >= PLM_TS_MAX) {
            return false;
        }
        *out = ns;
        return true;
    }
    int64_t days, clock_ns = 0;
    if (!take_date(&in, &days)) {
        return false;
    }
    if ((take(&in, 'T') || take(&in, ' ')) && !take_clock(&in, &clock_ns)) {
        return false;
    }
    if (!take(&in, 'Z') && size - in.at == 6 && memcmp(text + in.at, "+00:00", 6) == 0) {
        in.at = size;
    }
    if (in.at != size) {
        return false;
    }
    *out = days * NS_PER_DAY + clock_ns; /* the years 2000 to 2099 are the range */
    return true;
}

/* -- durations ------------------------------------------------------------------------------- */

typedef struct unit {
    const char *name;
    int64_t ns;
} unit;

static const unit units[] = {
    {"d", NS_PER_DAY},
    {"h", 3600 * NS_PER_SECOND},
    {"m", 60 * NS_PER_SECOND},
    {"s", NS_PER_SECOND},
    {"ms", 1000000},
    {"us", 1000},
    {"ns", 1},
};

#define UNIT_COUNT (sizeof units / sizeof units[0])

bool plm_duration_parse(const char *text, size_t size, int64_t *out_ns)
{
    size_t number = 0;
    while (number < size && ((text[number] >= '0' && text[number] <= '9') || text[number] == '.')) {
        number++;
    }
    for (size_t i = 0; i < UNIT_COUNT; i++) {
        if (strlen(units[i].name) != size - number ||
            memcmp(units[i].name, text + number, size - number) != 0) {
            continue;
        }
        plm_money value; /* a count of units with 18 decimals, not an amount */
        plm_i128 ns;
        if (plm_decimal_parse_money(text, number, &value) != PLM_DECIMAL_OK ||
            !plm_muldiv(value.v, units[i].ns, plm_pow10(PLM_MONEY_SCALE), PLM_ROUND_NONE, &ns) ||
            ns > INT64_MAX) {
            return false;
        }
        *out_ns = (int64_t)ns;
        return true;
    }
    return false;
}

size_t plm_duration_format(int64_t ns, char *out)
{
    uint64_t rest = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
    size_t i = 0;
    while (i + 1 < UNIT_COUNT && rest < (uint64_t)units[i].ns) {
        i++;
    }
    if (rest == 0) {
        memcpy(out, "0s", 3);
        return 2;
    }
    const char *const sign = ns < 0 ? "-" : "";
    unsigned long long const count = rest / (uint64_t)units[i].ns;
    rest %= (uint64_t)units[i].ns;
    unsigned long long const next = i + 1 < UNIT_COUNT ? rest / (uint64_t)units[i + 1].ns : 0;
    int const length =
        next != 0 ? snprintf(out, PLM_TIME_TEXT_CAP, "%s%llu%s %llu%s", sign, count, units[i].name,
                             next, units[i + 1].name)
                  : snprintf(out, PLM_TIME_TEXT_CAP, "%s%llu%s", sign, count, units[i].name);
    plm_assert(length > 0 && length < PLM_TIME_TEXT_CAP);
    return (size_t)length;
}
