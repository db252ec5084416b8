/*
 * html.h - a page as it grows in memory, and text that can't become anything but text in it.
 *
 * What comes from a run (names, notes, file contents) goes through plm_html_name, _text,
 * _attribute or _json, never through _raw or _format. They escape what HTML or JSON would read,
 * show control characters and marks that turn the direction of writing as visible signs, and put
 * U+FFFD for bytes that are no UTF-8.
 */
#ifndef PLM_HTML_H
#define PLM_HTML_H

#include <stddef.h>
#include <stdint.h>

#include "num.h"
#include "status.h"

#define PLM_HTML_NAME_MAX 160 /* characters of a name that are shown; the rest is counted */
#define PLM_HTML_TEXT_MAX (1024u << 10) /* bytes of a text that are shown */

typedef struct plm_html {
    char *bytes; /* ends with a NUL that is not counted */
    size_t size;
    size_t cap;
} plm_html;

void plm_html_init(plm_html *html);
void plm_html_fini(plm_html *html);

void plm_html_bytes(plm_html *html, const void *bytes, size_t size);
void plm_html_raw(plm_html *html, const char *text);
/* For numbers and what stands in our own source. */
void plm_html_format(plm_html *html, const char *format, ...) PLM_PRINTF(2, 3);

/* A name on one line, isolated from the direction of what stands around it, cut visibly. */
void plm_html_name(plm_html *html, const char *text);
/* A text of many lines: line ends and tabs stay. */
void plm_html_text(plm_html *html, const char *text);
/* Inside the quotes of an attribute; cut as a name. */
void plm_html_attribute(plm_html *html, const char *text);
/* A JSON string with its quotes, safe inside a script element; cut as a name. */
void plm_html_json(plm_html *html, const char *text);

void plm_html_base64(plm_html *html, const void *bytes, size_t size);

#define PLM_HTML_NUMBER_CAP 64

/* For people: thousands apart, about six significant digits, "-" for what is no number. */
const char *plm_html_number(double value, char out[PLM_HTML_NUMBER_CAP]);
/* The same, with a percent sign; `value` 1 is 100 %. */
const char *plm_html_percent(double value, char out[PLM_HTML_NUMBER_CAP]);
double plm_html_real(plm_money amount);
/* An amount: rounded to be read, the exact decimal beside it for programs and as a tooltip. */
void plm_html_money(plm_html *html, plm_money amount);
/* An integer at a scale, such as a price: in full. */
void plm_html_scaled(plm_html *html, int64_t value, unsigned scale);
void plm_html_count(plm_html *html, int64_t count);
void plm_html_time(plm_html *html, int64_t ts_ns);

#endif
