/*
 * json_scan.c - one token at a time; brackets are kept as bits.
 */
#include "json_scan.h"

#include <string.h>

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Whether the value that is open is an object. */
static bool in_object(const plm_json_scan *scan)
{
    return scan->depth > 0 && (scan->objects >> (scan->depth - 1) & 1) != 0;
}

static void end_value(plm_json_scan *scan)
{
    scan->after_value = scan->depth > 0;
    scan->after_comma = false;
    scan->after_key = false;
}

static plm_json_kind open_value(plm_json_scan *scan, bool object)
{
    if (scan->depth == PLM_JSON_DEPTH_MAX) {
        return PLM_JSON_BAD;
    }
    uint64_t const bit = UINT64_C(1) << scan->depth;
    scan->objects = object ? scan->objects | bit : scan->objects & ~bit;
    scan->depth++;
    scan->after_comma = false;
    scan->after_key = false;
    return object ? PLM_JSON_OBJECT : PLM_JSON_ARRAY;
}

static plm_json_kind close_value(plm_json_scan *scan, bool object)
{
    if (scan->depth == 0 || in_object(scan) != object || scan->after_comma || scan->after_key) {
        return PLM_JSON_BAD;
    }
    scan->depth--;
    end_value(scan);
    return object ? PLM_JSON_OBJECT_END : PLM_JSON_ARRAY_END;
}

/* The length of a string with its quotes; 0: it does not end here. */
static size_t string_size(const char *bytes, size_t size, bool *out_bad)
{
    for (size_t i = 1; i < size; i++) {
        if (bytes[i] == '"') {
            return i + 1;
        }
        if ((unsigned char)bytes[i] < 0x20) {
            *out_bad = true;
            return 0;
        }
        i += bytes[i] == '\\' ? 1 : 0;
    }
    return 0;
}

/* Digits from `at` on. */
static size_t skip_digits(const char *bytes, size_t size, size_t at)
{
    while (at < size && is_digit(bytes[at])) {
        at++;
    }
    return at;
}

/* The length of a number by the grammar of JSON; 0 where it is none, or may go on. */
static size_t number_size(const char *bytes, size_t size, bool last, bool *out_bad)
{
    size_t const begin = bytes[0] == '-' ? 1 : 0;
    size_t at = skip_digits(bytes, size, begin);
    bool good = at > begin && (bytes[begin] != '0' || at == begin + 1);
    if (good && at < size && bytes[at] == '.') {
        size_t const fraction = at + 1;
        at = skip_digits(bytes, size, fraction);
        good = at > fraction;
    }
    if (good && at < size && (bytes[at] == 'e' || bytes[at] == 'E')) {
        at++;
        at += at < size && (bytes[at] == '+' || bytes[at] == '-') ? 1 : 0;
        size_t const exponent = at;
        at = skip_digits(bytes, size, exponent);
        good = at > exponent;
    }
    if (at == size && !last) {
        return 0;
    }
    *out_bad = !good;
    return good ? at : 0;
}

/* true, false, null. */
static plm_json_kind read_word(const char *bytes, size_t size, bool last, size_t *out_used)
{
    static const struct {
        const char *word;
        plm_json_kind kind;
    } WORDS[] = {{"true", PLM_JSON_TRUE}, {"false", PLM_JSON_FALSE}, {"null", PLM_JSON_NULL}};
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        size_t const length = strlen(WORDS[i].word);
        size_t const compared = size < length ? size : length;
        if (memcmp(bytes, WORDS[i].word, compared) == 0) {
            *out_used += compared == length ? length : 0;
            return compared == length ? WORDS[i].kind : last ? PLM_JSON_BAD : PLM_JSON_NONE;
        }
    }
    return PLM_JSON_BAD;
}

/* A string is a key where an object waits for one. */
static plm_json_kind read_string(plm_json_scan *scan, const char *bytes, size_t size, bool last,
                                 plm_csv_text *out_text, size_t *out_used)
{
    bool bad = false;
    size_t const length = string_size(bytes, size, &bad);
    if (length == 0) {
        return bad || last ? PLM_JSON_BAD : PLM_JSON_NONE;
    }
    *out_text = (plm_csv_text){bytes + 1, length - 2};
    if (!in_object(scan) || scan->after_key) {
        *out_used += length;
        end_value(scan);
        return PLM_JSON_STRING;
    }
    size_t at = length;
    while (at < size && is_space(bytes[at])) {
        at++;
    }
    if (at == size) {
        return last ? PLM_JSON_BAD : PLM_JSON_NONE;
    }
    if (bytes[at] != ':') {
        return PLM_JSON_BAD;
    }
    *out_used += at + 1;
    scan->after_key = true;
    scan->after_comma = false;
    return PLM_JSON_KEY;
}

static plm_json_kind read_scalar(plm_json_scan *scan, const char *bytes, size_t size, bool last,
                                 plm_csv_text *out_text, size_t *out_used)
{
    if (in_object(scan) && !scan->after_key) {
        return PLM_JSON_BAD;
    }
    if (bytes[0] != '-' && !is_digit(bytes[0])) {
        plm_json_kind const kind = read_word(bytes, size, last, out_used);
        if (kind != PLM_JSON_NONE && kind != PLM_JSON_BAD) {
            end_value(scan);
        }
        return kind;
    }
    bool bad = false;
    size_t const length = number_size(bytes, size, last, &bad);
    if (length == 0) {
        return bad ? PLM_JSON_BAD : PLM_JSON_NONE;
    }
    *out_text = (plm_csv_text){bytes, length};
    *out_used += length;
    end_value(scan);
    return PLM_JSON_NUMBER;
}

plm_json_kind plm_json_next(plm_json_scan *scan, const char *bytes, size_t size, bool last,
                            plm_csv_text *out_text, size_t *out_used)
{
    size_t at = 0;
    *out_text = (plm_csv_text){"", 0};
    for (;;) {
        while (at < size && is_space(bytes[at])) {
            at++;
        }
        *out_used = at;
        if (at == size) {
            return last && scan->depth > 0 ? PLM_JSON_BAD : PLM_JSON_NONE;
        }
        if (bytes[at] != ',' || !scan->after_value) {
            break;
        }
        scan->after_value = false;
        scan->after_comma = true;
        at++;
    }
    char const byte = bytes[at];
    if (byte == '}' || byte == ']') {
        (*out_used)++;
        return close_value(scan, byte == '}');
    }
    if (scan->after_value) {
        return PLM_JSON_BAD;
    }
    if (byte == '"') {
        return read_string(scan, bytes + at, size - at, last, out_text, out_used);
    }
    if (byte == '{' || byte == '[') {
        if (in_object(scan) && !scan->after_key) {
            return PLM_JSON_BAD;
        }
        (*out_used)++;
        return open_value(scan, byte == '{');
    }
    return read_scalar(scan, bytes + at, size - at, last, out_text, out_used);
}

size_t plm_json_span(const char *bytes, size_t size, bool last, bool *out_bad)
{
    plm_json_scan scan = {0};
    size_t at = 0;
    *out_bad = false;
    for (;;) {
        plm_csv_text text;
        size_t used = 0;
        plm_json_kind const kind = plm_json_next(&scan, bytes + at, size - at, last, &text, &used);
        at += used;
        if (kind == PLM_JSON_NONE || kind == PLM_JSON_BAD) {
            *out_bad = kind == PLM_JSON_BAD;
            return 0;
        }
        if (scan.depth == 0) {
            return at;
        }
    }
}

static size_t find_name(const char *const *names, plm_csv_text text)
{
    size_t i = 0;
    while (names[i] != NULL &&
           (strlen(names[i]) != text.size || memcmp(names[i], text.bytes, text.size) != 0)) {
        i++;
    }
    return i;
}

bool plm_json_pick(const char *bytes, size_t size, const char *const *names, plm_json_cell *out)
{
    plm_json_scan scan = {0};
    plm_json_cell unnamed = {PLM_JSON_NONE, {"", 0}};
    plm_json_cell *cell = &unnamed;
    for (size_t i = 0; names[i] != NULL; i++) {
        out[i] = (plm_json_cell){PLM_JSON_NONE, {"", 0}};
    }
    for (size_t at = 0; at < size || scan.depth > 0;) {
        plm_csv_text text;
        size_t used = 0;
        bool const is_first = at == 0;
        unsigned const depth = scan.depth;
        plm_json_kind const kind = plm_json_next(&scan, bytes + at, size - at, true, &text, &used);
        at += used;
        if (kind == PLM_JSON_NONE || kind == PLM_JSON_BAD || is_first != (depth == 0) ||
            (is_first && kind != PLM_JSON_OBJECT)) {
            return false;
        }
        if (depth != 1) {
            bool const closes = depth == 2 && scan.depth == 1;
            cell->text.size = closes ? (size_t)(bytes + at - cell->text.bytes) : cell->text.size;
            continue;
        }
        if (kind == PLM_JSON_KEY) {
            size_t const i = find_name(names, text);
            cell = names[i] != NULL ? &out[i] : &unnamed;
            if (names[i] != NULL && cell->kind != PLM_JSON_NONE) {
                return false;
            }
        } else if (kind != PLM_JSON_OBJECT_END) {
            bool const opens = kind == PLM_JSON_OBJECT || kind == PLM_JSON_ARRAY;
            *cell = (plm_json_cell){kind, opens ? (plm_csv_text){bytes + at - 1, 1} : text};
        }
    }
    return scan.depth == 0 && size > 0;
}
