/*
 * html.c - a buffer that doubles, and the escaping of HTML and JSON over one reader of UTF-8.
 */
#include "html.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "decimal.h"
#include "memory.h"
#include "timetext.h"

#define FIRST_CAP (64u << 10)
#define REPLACEMENT 0xFFFDu
#define ELLIPSIS 0x2026u

void plm_html_init(plm_html *html)
{
    *html = (plm_html){.bytes = plm_alloc(FIRST_CAP, 1), .cap = FIRST_CAP};
}

void plm_html_fini(plm_html *html)
{
    plm_free(html->bytes);
    *html = (plm_html){0};
}

void plm_html_bytes(plm_html *html, const void *bytes, size_t size)
{
    if (size >= html->cap - html->size) {
        size_t cap = html->cap;
        while (size >= cap - html->size) {
            cap *= 2;
        }
        html->bytes = plm_realloc(html->bytes, cap, 1);
        html->cap = cap;
    }
    memcpy(html->bytes + html->size, bytes, size);
    html->size += size;
    html->bytes[html->size] = '\0';
}

void plm_html_raw(plm_html *html, const char *text)
{
    plm_html_bytes(html, text, strlen(text));
}

void plm_html_format(plm_html *html, const char *format, ...)
{
    char text[2048];
    va_list args;
    va_start(args, format);
    int const size = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    plm_assert(size >= 0 && (size_t)size < sizeof text);
    plm_html_bytes(html, text, (size_t)size);
}

/* -- characters ---------------------------------------------------------------------------------
 */

/* The character at text[0..size), size > 0; how many bytes it takes. What is no UTF-8 (overlong
 * forms, surrogates and more than U+10FFFF among it) is one byte and REPLACEMENT. */
static size_t read_char(const unsigned char *text, size_t size, uint32_t *out)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    *out = REPLACEMENT;
    size_t const wanted = text[0] < 0x80             ? 1
                          : (text[0] & 0xE0) == 0xC0 ? 2
                          : (text[0] & 0xF0) == 0xE0 ? 3
                          : (text[0] & 0xF8) == 0xF0 ? 4
                                                     : 0;
    if (wanted == 0 || wanted > size) {
        return 1;
    }
    uint32_t found = wanted == 1 ? text[0] : text[0] & (0x7Fu >> wanted);
    for (size_t i = 1; i < wanted; i++) {
        if ((text[i] & 0xC0) != 0x80) {
            return 1;
        }
        found = found << 6 | (text[i] & 0x3Fu);
    }
    if (found < least[wanted] || found > 0x10FFFF || (found >= 0xD800 && found <= 0xDFFF)) {
        return 1;
    }
    *out = found;
    return wanted;
}

static void put_char(plm_html *html, uint32_t c)
{
    unsigned char bytes[4];
    size_t size = 0;
    if (c < 0x80) {
        bytes[size++] = (unsigned char)c;
    } else if (c < 0x800) {
        bytes[size++] = (unsigned char)(0xC0u | c >> 6);
        bytes[size++] = (unsigned char)(0x80u | (c & 0x3F));
    } else if (c < 0x10000) {
        bytes[size++] = (unsigned char)(0xE0u | c >> 12);
        bytes[size++] = (unsigned char)(0x80u | (c >> 6 & 0x3F));
        bytes[size++] = (unsigned char)(0x80u | (c & 0x3F));
    } else {
        bytes[size++] = (unsigned char)(0xF0u | c >> 18);
        bytes[size++] = (unsigned char)(0x80u | (c >> 12 & 0x3F));
        bytes[size++] = (unsigned char)(0x80u | (c >> 6 & 0x3F));
        bytes[size++] = (unsigned char)(0x80u | (c & 0x3F));
    }
    plm_html_bytes(html, bytes, size);
}

/* Characters that are not seen but change how others are: C1 controls, marks of direction, joiners,
 * separators of lines, the byte order mark, tags. */
static bool is_unseen(uint32_t c)
{
    return (c >= 0x80 && c <= 0x9F) || c == 0xAD || c == 0x61C || c == 0x180E ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
           (c >= 0xE0000 && c <= 0xE007F);
}

typedef enum writing { WRITING_NONE = 0, WRITING_HTML, WRITING_LINES, WRITING_JSON } writing;

static void put_safe(plm_html *html, uint32_t c, writing how)
{
    if (how == WRITING_LINES && (c == '\n' || c == '\t')) {
        put_char(html, c);
    } else if (c < 0x20) {
        put_char(html, 0x2400 + c); /* the picture of that control character */
    } else if (c == 0x7F) {
        put_char(html, 0x2421);
    } else if (is_unseen(c)) {
        plm_html_format(html, "[U+%04X]", c);
    } else if (c == '&' || c == '<' || c == '>' || c == '"' || c == '\'') {
        plm_html_format(html, how == WRITING_JSON ? "\\u%04x" : "&#%u;", c);
    } else if (c == '\\' && how == WRITING_JSON) {
        plm_html_raw(html, "\\\\");
    } else {
        put_char(html, c);
    }
}

static void put_text(plm_html *html, const char *text, size_t chars_max, writing how)
{
    size_t const size = strlen(text);
    size_t at = 0;
    for (size_t chars = 0; at < size && chars < chars_max; chars++) {
        uint32_t c = 0;
        at += read_char((const unsigned char *)text + at, size - at, &c);
        put_safe(html, c, how);
    }
    if (at < size) {
        put_char(html, ELLIPSIS);
        plm_html_format(html, " [cut: %zu bytes]", size);
    }
}

void plm_html_name(plm_html *html, const char *text)
{
    plm_html_raw(html, "<bdi>");
    put_text(html, text, PLM_HTML_NAME_MAX, WRITING_HTML);
    plm_html_raw(html, "</bdi>");
}

void plm_html_text(plm_html *html, const char *text)
{
    put_text(html, text, PLM_HTML_TEXT_MAX, WRITING_LINES);
}

void plm_html_attribute(plm_html *html, const char *text)
{
    put_text(html, text, PLM_HTML_NAME_MAX, WRITING_HTML);
}

void plm_html_json(plm_html *html, const char *text)
{
    plm_html_raw(html, "\"");
    put_text(html, text, PLM_HTML_NAME_MAX, WRITING_JSON);
    plm_html_raw(html, "\"");
}

void plm_html_base64(plm_html *html, const void *bytes, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint8_t *const in = bytes;
    char out[1024];
    size_t fill = 0;
    for (size_t i = 0; i < size; i += 3) {
        uint32_t const left = (uint32_t)(size - i < 3 ? size - i : 3);
        uint32_t const three = (uint32_t)in[i] << 16 | (left > 1 ? (uint32_t)in[i + 1] << 8 : 0) |
                               (left > 2 ? in[i + 2] : 0u);
        out[fill++] = digits[three >> 18];
        out[fill++] = digits[three >> 12 & 63];
        out[fill++] = left > 1 ? digits[three >> 6 & 63] : '=';
        out[fill++] = left > 2 ? digits[three & 63] : '=';
        if (fill == sizeof out) {
            plm_html_bytes(html, out, fill);
            fill = 0;
        }
    }
    plm_html_bytes(html, out, fill);
}

/* -- numbers ------------------------------------------------------------------------------------
 */

/* Thousands are apart by a thin blank that no line breaks at (U+202F). */
static void group(const char *digits, char out[PLM_HTML_NUMBER_CAP])
{
    size_t const size = strlen(digits);
    size_t const sign = digits[0] == '-' ? 1 : 0;
    size_t const whole = strcspn(digits + sign, ".");
    size_t fill = 0;
    if (sign != 0) {
        memcpy(out, "\xE2\x88\x92", 3); /* U+2212, a minus that is as wide as a digit */
        fill = 3;
    }
    for (size_t i = sign; i < size; i++) {
        size_t const left = whole + sign - i;
        if (i > sign && i < sign + whole && left % 3 == 0) {
            memcpy(out + fill, "\xE2\x80\xAF", 3);
            fill += 3;
        }
        out[fill++] = digits[i];
    }
    out[fill] = '\0';
}

static bool is_zero(const char *digits)
{
    return strspn(digits, "-0.") == strlen(digits);
}

/* "1.5000" becomes "1.50", "3.0000" becomes "3": one decimal alone looks cut off. */
static void cut_zeros(char *digits)
{
    size_t end = strlen(digits);
    size_t const point = strcspn(digits, ".");
    while (end > point + 3 && digits[end - 1] == '0') {
        digits[--end] = '\0';
    }
    if (strcmp(digits + point, ".00") == 0) {
        digits[point] = '\0';
    }
}

const char *plm_html_number(double value, char out[PLM_HTML_NUMBER_CAP])
{
    char digits[40];
    double const size = fabs(value);
    if (!isfinite(value)) {
        (void)snprintf(out, PLM_HTML_NUMBER_CAP, "%s", "\xE2\x80\x93");
        return out;
    }
    if (size >= 1e15 || (size > 0 && size < 1e-6)) {
        (void)snprintf(out, PLM_HTML_NUMBER_CAP, "%.4g", value);
        return out;
    }
    (void)snprintf(digits, sizeof digits, "%.*f", size >= 1000 ? 2 : size >= 1 ? 4 : 6, value);
    cut_zeros(digits);
    group(is_zero(digits) ? "0" : digits, out);
    return out;
}

const char *plm_html_percent(double value, char out[PLM_HTML_NUMBER_CAP])
{
    char digits[40];
    char number[PLM_HTML_NUMBER_CAP];
    if (!isfinite(value) || fabs(value) >= 1e12) {
        return plm_html_number(value, out);
    }
    (void)snprintf(digits, sizeof digits, "%.2f", value * 100.0);
    group(is_zero(digits) ? "0.00" : digits, number);
    (void)snprintf(out, PLM_HTML_NUMBER_CAP, "%.50s\xE2\x80\xAF%%", number);
    return out;
}

double plm_html_real(plm_money amount)
{
    return (double)((long double)amount.v / 1e18L); /* the nearest: rounded once */
}

void plm_html_money(plm_html *html, plm_money amount)
{
    char exact[PLM_DECIMAL_TEXT_CAP];
    char number[PLM_HTML_NUMBER_CAP];
    (void)plm_decimal_format_money(amount, exact);
    plm_html_format(html, "<data value=\"%s\" title=\"%s\">%s</data>", exact, exact,
                    plm_html_number(plm_html_real(amount), number));
}

void plm_html_scaled(plm_html *html, int64_t value, unsigned scale)
{
    char exact[PLM_DECIMAL_TEXT_CAP];
    (void)plm_decimal_format(value, scale <= 18 ? scale : 18, exact);
    plm_html_raw(html, exact);
}

void plm_html_count(plm_html *html, int64_t count)
{
    char digits[32];
    char number[PLM_HTML_NUMBER_CAP];
    (void)snprintf(digits, sizeof digits, "%lld", (long long)count);
    group(digits, number);
    plm_html_raw(html, number);
}

void plm_html_time(plm_html *html, int64_t ts_ns)
{
    char text[PLM_TIME_TEXT_CAP];
    (void)plm_time_format(ts_ns, text);
    plm_html_format(html, "<time datetime=\"%s\">%.10s %s</time>", text, text, text + 11);
}
