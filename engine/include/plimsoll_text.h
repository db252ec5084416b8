/*
 * plimsoll_text.h - words, decimals and times in the text of parameters of type TEXT and FILE.
 *
 * As plimsoll_aux.h: strict C11 and C++17, inline, exact, no part of the ABI.
 */
#ifndef PLM_PLIMSOLL_TEXT_H
#define PLM_PLIMSOLL_TEXT_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "plimsoll.h"

/* A piece of somebody's text; not closed by NUL. */
typedef struct plm_text {
    const char *at;
    size_t size;
} plm_text;

static inline bool plm_text_is(plm_text text, const char *word)
{
    return strlen(word) == text.size && memcmp(text.at, word, text.size) == 0;
}

/* Cuts off what stands before the first `mark` (all, where there is none) and steps over it; false
 * when nothing is left. */
static inline bool plm_text_cut(plm_text *rest, char mark, plm_text *out)
{
    if (rest->size == 0) {
        return false;
    }
    const char *const end = (const char *)memchr(rest->at, mark, rest->size);
    out->at = rest->at;
    out->size = end ? (size_t)(end - rest->at) : rest->size;
    size_t const step = out->size + (end ? 1 : 0);
    rest->at += step;
    rest->size -= step;
    return true;
}

/* Without blanks, tabs and carriage returns around it. */
static inline plm_text plm_text_trim(plm_text text)
{
    while (text.size > 0 && strchr(" \t\r", text.at[0]) && text.at[0] != '\0') {
        text.at++;
        text.size--;
    }
    while (text.size > 0 && strchr(" \t\r", text.at[text.size - 1]) &&
           text.at[text.size - 1] != '\0') {
        text.size--;
    }
    return text;
}

/* The next word between blanks; false when there is none. */
static inline bool plm_text_word(plm_text *rest, plm_text *out)
{
    *rest = plm_text_trim(*rest);
    return plm_text_cut(rest, ' ', out);
}

/* [-]digits[.digits] as an integer at 10^-scale, exactly; false when it cannot be. */
static inline bool plm_text_decimal(plm_text text, unsigned scale, int64_t *out)
{
    bool const negative = text.size > 0 && text.at[0] == '-';
    bool point = false, good = false; /* good: a digit stands at the end */
    unsigned decimals = 0;
    int64_t value = 0;
    for (size_t i = negative; i < text.size; i++) {
        unsigned const digit = (unsigned)(unsigned char)text.at[i] - (unsigned)'0';
        if (text.at[i] == '.' && good && !point) {
            point = true;
            good = false;
            continue;
        }
        bool const below = point && decimals == scale;
        if (digit > 9 || (below && digit != 0) ||
            (!below && value > (INT64_MAX - (int64_t)digit) / 10)) {
            return false;
        }
        if (!below) {
            value = value * 10 + (int64_t)digit;
            decimals += point;
        }
        good = true;
    }
    for (; decimals < scale; decimals++) {
        if (value > INT64_MAX / 10) {
            return false;
        }
        value *= 10;
    }
    if (good) {
        *out = negative ? -value : value;
    }
    return good;
}

/* So many digits at text[from..], or -1. */
static inline int64_t plm_text_digits(plm_text text, size_t from, size_t count)
{
    int64_t value = 0;
    for (size_t i = from; i < from + count; i++) {
        if (i >= text.size || text.at[i] < '0' || text.at[i] > '9') {
            return -1;
        }
        value = value * 10 + (text.at[i] - '0');
    }
    return value;
}

/* Days from 1970-01-01 to a date from 2000 to 2099, or -1. */
static inline int64_t plm_text_days(int64_t year, int64_t month, int64_t day)
{
    static const int16_t before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
    if (year < 2000 || year > 2099 || month < 1 || month > 12) {
        return -1;
    }
    int64_t const leap = year % 4 == 0; /* holds for all of these years */
    int64_t const length = before[month] - before[month - 1] + (month == 2 ? leap : 0);
    int64_t const years = 365 * (year - 1970) + (year - 1969) / 4;
    return day < 1 || day > length ? -1
                                   : years + before[month - 1] + (month > 2 ? leap : 0) + day - 1;
}

/* "2025-10-10T21:15:03.25Z" (date alone, 'T' or a blank, seconds, up to nine digits of fraction and
 * the Z may be missing or +00:00; always UTC), or 19 digits of ns. */
static inline bool plm_text_time(plm_text text, plm_ts *out)
{
    int64_t const whole = text.size == 19 && text.at[0] <= '4' ? plm_text_digits(text, 0, 19) : -1;
    if (whole >= 0) {
        bool const good = whole >= PLM_TS_MIN && whole < PLM_TS_MAX;
        *out = good ? whole : *out;
        return good;
    }
    if (text.size > 10 && text.at[text.size - 1] == 'Z') {
        text.size--;
    } else if (text.size > 16 && memcmp(text.at + text.size - 6, "+00:00", 6) == 0) {
        text.size -= 6;
    }
    size_t const size = text.size;
    int64_t const days =
        size < 10 || text.at[4] != '-' || text.at[7] != '-'
            ? -1
            : plm_text_days(plm_text_digits(text, 0, 4), plm_text_digits(text, 5, 2),
                            plm_text_digits(text, 8, 2));
    bool const clock = size > 10, second = size > 16, fraction = size > 19;
    int64_t const h = clock ? plm_text_digits(text, 11, 2) : 0;
    int64_t const m = clock ? plm_text_digits(text, 14, 2) : 0;
    int64_t const s = second ? plm_text_digits(text, 17, 2) : 0;
    int64_t ns = 0;
    if (days < 0 || h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59 ||
        (clock && ((text.at[10] != 'T' && text.at[10] != ' ') || text.at[13] != ':')) ||
        (second && text.at[16] != ':') ||
        (fraction && (text.at[19] != '.' || size == 20 || size > 29))) {
        return false;
    }
    if (fraction) {
        plm_text const part = {text.at + 20, size - 20};
        ns = plm_text_digits(part, 0, part.size);
        for (size_t i = part.size; i < 9 && ns >= 0; i++) {
            ns *= 10;
        }
    }
    if (ns < 0) {
        return false;
    }
    *out = ((days * 24 + h) * 60 + m) * 60 * INT64_C(1000000000) + s * INT64_C(1000000000) + ns;
    return true;
}

/* Ends the run as failed: "signals: line 3: no such instrument: 'BTC'". */
static inline plm_result plm_text_fail(const plm_host *host, const char *who, uint32_t line,
                                       const char *what, plm_text found)
{
    char message[192];
    int const shown = found.size < 64 ? (int)found.size : 64;
    (void)snprintf(message, sizeof message, "%s: line %lu: %s: '%.*s'", who, (unsigned long)line,
                   what, shown, found.size > 0 ? found.at : "");
    return host->fail(host, message);
}

#endif
