/*
 * event_csv.c - events as lines of text and back.
 */
#include "event_csv.h"

#include <string.h>

#include "check.h"
#include "decimal.h"

#define FIELDS 7 /* without recv */

static const char FLAG_DERIVED[] = "derived";
static const char FLAG_SNAPSHOT[] = "snapshot";

/* -- writing --------------------------------------------------------------------------------- */

static char *put(char *at, const char *text)
{
    size_t const size = strlen(text);
    memcpy(at, text, size);
    return at + size;
}

static char *put_field(char *at, plm_field field, int64_t value, const plm_instrument *row)
{
    if (field != PLM_FIELD_ZERO) {
        at += plm_decimal_format(value, plm_field_scale(field, row), at);
    }
    *at++ = ',';
    return at;
}

size_t plm_event_csv_format_first(char *out)
{
    return (size_t)(put(out, PLM_EVENT_CSV_FIRST "\n") - out);
}

size_t plm_event_csv_format_instrument(uint32_t number, const plm_instrument *row, char *out)
{
    char *at = put(out, PLM_EVENT_CSV_INSTRUMENT);
    at += plm_decimal_format(number, 0, at);
    *at++ = ' ';
    at += plm_instrument_format(row, at);
    *at++ = '\n';
    return (size_t)(at - out);
}

size_t plm_event_csv_format_columns(bool has_recv, bool synthetic, char *out)
{
    char *at = put(out, PLM_EVENT_CSV_RECV);
    at = put(at, has_recv ? "yes\n" : "no\n");
    at = put(at, PLM_EVENT_CSV_SYNTHETIC);
    at = put(at, synthetic ? "yes\n" : "no\n");
    at = put(at, has_recv ? PLM_EVENT_CSV_COLUMNS_RECV : PLM_EVENT_CSV_COLUMNS);
    *at++ = '\n';
    return (size_t)(at - out);
}

size_t plm_event_csv_format(const plm_event *event, const plm_ts *recv, const plm_instrument *rows,
                            char *out)
{
    const plm_kind_info *const info = plm_kind_find(event->kind);
    plm_assert(info != NULL);
    const plm_instrument *const row = &rows[event->sym];
    char *at = out;
    at += plm_decimal_format(event->ts, 0, at);
    *at++ = ',';
    if (recv != NULL) {
        at += plm_decimal_format(*recv, 0, at);
        *at++ = ',';
    }
    at = put(at, row->symbol);
    *at++ = ',';
    at = put(at, info->name);
    *at++ = ',';
    at = put(at, info->side[event->side]);
    *at++ = ',';
    at = put_field(at, info->px, event->px, row);
    at = put_field(at, info->qty, event->qty, row);
    if ((event->flags & PLM_FLAG_DERIVED) != 0) {
        at = put(at, FLAG_DERIVED);
    }
    if ((event->flags & PLM_FLAG_SNAPSHOT) != 0) {
        if ((event->flags & PLM_FLAG_DERIVED) != 0) {
            *at++ = '+';
        }
        at = put(at, FLAG_SNAPSHOT);
    }
    *at++ = '\n';
    return (size_t)(at - out);
}

size_t plm_event_csv_format_end(uint64_t count, char *out)
{
    char *at = put(out, PLM_EVENT_CSV_END);
    at += plm_decimal_format((int64_t)count, 0, at);
    *at++ = '\n';
    return (size_t)(at - out);
}

/* -- reading --------------------------------------------------------------------------------- */

typedef struct span {
    const char *text;
    size_t size;
} span;

static int shown(size_t size)
{
    return size > 60 ? 60 : (int)size;
}

unsigned plm_field_scale(plm_field field, const plm_instrument *row)
{
    switch (field) {
    case PLM_FIELD_PX:
        return row->px_scale;
    case PLM_FIELD_QTY:
        return row->qty_scale;
    case PLM_FIELD_RATE:
        return PLM_RATE_SCALE;
    case PLM_FIELD_ZERO:
    case PLM_FIELD_TS:
    case PLM_FIELD_COUNT:
        return 0;
    }
    return 0;
}

static bool refuse_number(plm_decimal_result result, const char *name, span value, unsigned scale,
                          plm_refusal *refusal)
{
    static const char *const WHOLE = "a whole number is allowed";
    static const char *const DECIMALS = "a decimal number such as 0.25 is allowed";
    switch (result) {
    case PLM_DECIMAL_EMPTY:
        return plm_refuse(refusal, PLM_REJECT_BLANK, "a number is needed", "%s is empty", name);
    case PLM_DECIMAL_PRECISION: {
        char allowed[64] = "at most ";
        char *at = allowed + strlen(allowed);
        at += plm_decimal_format((int64_t)scale, 0, at);
        (void)put(at, " decimals are allowed");
        return plm_refuse(refusal, PLM_REJECT_PRECISION, allowed, "%s is '%.*s'", name,
                          shown(value.size), value.text);
    }
    case PLM_DECIMAL_RANGE:
        return plm_refuse(refusal, PLM_REJECT_RANGE, "64 bits in units of the scale are allowed",
                          "%s is '%.*s'", name, shown(value.size), value.text);
    case PLM_DECIMAL_OK:
    case PLM_DECIMAL_SYNTAX:
        break;
    }
    return plm_refuse(refusal, PLM_REJECT_SYNTAX, scale == 0 ? WHOLE : DECIMALS, "%s is '%.*s'",
                      name, shown(value.size), value.text);
}

bool plm_field_parse(plm_field field, const char *name, const char *text, size_t size,
                     unsigned scale, bool allow_exponent, plm_refusal *refusal, int64_t *out)
{
    if (field == PLM_FIELD_ZERO) {
        if (size > 0 && !(size == 1 && text[0] == '0')) {
            return plm_refuse(refusal, PLM_REJECT_RANGE, "nothing or 0 is allowed for this kind",
                              "%s is '%.*s'", name, shown(size), text);
        }
        *out = 0;
        return true;
    }
    plm_decimal_result const result = plm_decimal_parse(text, size, scale, allow_exponent, out);
    return result == PLM_DECIMAL_OK ||
           refuse_number(result, name, (span){text, size}, scale, refusal);
}

int plm_side_by_word(const plm_kind_info *info, const char *word, size_t size)
{
    for (int side = 0; info->side[side] != NULL; side++) {
        const char *const candidate = info->side[side];
        if (strlen(candidate) == size && memcmp(candidate, word, size) == 0 &&
            candidate[0] != '-') {
            return side;
        }
    }
    return -1;
}

static bool parse_flags(span value, plm_refusal *refusal, uint16_t *out)
{
    uint16_t flags = 0;
    span rest = value;
    while (rest.size > 0) {
        const char *const plus = memchr(rest.text, '+', rest.size);
        size_t const size = plus != NULL ? (size_t)(plus - rest.text) : rest.size;
        uint16_t flag = 0;
        if (size == sizeof FLAG_DERIVED - 1 && memcmp(rest.text, FLAG_DERIVED, size) == 0) {
            flag = PLM_FLAG_DERIVED;
        } else if (size == sizeof FLAG_SNAPSHOT - 1 &&
                   memcmp(rest.text, FLAG_SNAPSHOT, size) == 0) {
            flag = PLM_FLAG_SNAPSHOT;
        }
        bool const dangling = plus != NULL && size + 1 == rest.size;
        if (flag == 0 || (flags & flag) != 0 || dangling) {
            return plm_refuse(refusal, PLM_REJECT_UNKNOWN,
                              "derived, snapshot, derived+snapshot or nothing is allowed",
                              "flags is '%.*s'", shown(value.size), value.text);
        }
        flags = (uint16_t)(flags | flag);
        size_t const used = plus != NULL ? size + 1 : size;
        rest = (span){rest.text + used, rest.size - used};
    }
    *out = flags;
    return true;
}

/* Cuts the line at its commas; the number of fields must be `count`. */
static bool split(const char *text, size_t size, unsigned count, span *out, plm_refusal *refusal)
{
    const char *at = text;
    const char *const end = text + size;
    unsigned found = 0;
    for (;;) {
        const char *stop = at;
        while (stop < end && *stop != ',') {
            stop++;
        }
        if (found < count) {
            out[found] = (span){at, (size_t)(stop - at)};
        }
        found++;
        if (stop == end) {
            break;
        }
        at = stop + 1;
    }
    if (found == count) {
        return true;
    }
    return plm_refuse(refusal, PLM_REJECT_SYNTAX,
                      count == FIELDS ? PLM_EVENT_CSV_COLUMNS " are needed"
                                      : PLM_EVENT_CSV_COLUMNS_RECV " are needed",
                      "%u fields", found);
}

static bool parse_clock(const char *name, span value, plm_refusal *refusal, plm_ts *out)
{
    plm_decimal_result const result = plm_decimal_parse(value.text, value.size, 0, false, out);
    return result == PLM_DECIMAL_OK || refuse_number(result, name, value, 0, refusal);
}

bool plm_event_csv_parse(const char *text, size_t size, bool has_recv,
                         const plm_symbol_map *symbols, const plm_instrument *rows,
                         plm_refusal *refusal, plm_event *out_event, plm_ts *out_recv)
{
    span fields[FIELDS + 1];
    if (!split(text, size, has_recv ? FIELDS + 1 : FIELDS, fields, refusal)) {
        return false;
    }
    plm_event event = {0};
    if (!parse_clock("ts", fields[0], refusal, &event.ts)) {
        return false;
    }
    plm_ts recv = event.ts;
    if (has_recv && !parse_clock("recv", fields[1], refusal, &recv)) {
        return false;
    }
    const span *const rest = has_recv ? fields + 2 : fields + 1;
    event.sym = plm_symbol_map_find(symbols, rest[0].text, rest[0].size);
    if (event.sym == PLM_SYMBOL_ABSENT) {
        return plm_refuse(refusal, PLM_REJECT_UNKNOWN,
                          "the symbols of the instrument lines are allowed", "symbol is '%.*s'",
                          shown(rest[0].size), rest[0].text);
    }
    event.kind = (uint8_t)plm_kind_by_name(rest[1].text, rest[1].size);
    const plm_kind_info *const info = plm_kind_find(event.kind);
    if (info == NULL) {
        return plm_refuse(refusal, PLM_REJECT_UNKNOWN, "the kinds of docs/csv.md are allowed",
                          "kind is '%.*s'", shown(rest[1].size), rest[1].text);
    }
    int const side = plm_side_by_word(info, rest[2].text, rest[2].size);
    if (side < 0) {
        return plm_refuse(refusal, PLM_REJECT_UNKNOWN,
                          "the side words that docs/csv.md lists for this kind are allowed",
                          "side is '%.*s' for kind %s", shown(rest[2].size), rest[2].text,
                          info->name);
    }
    event.side = (uint8_t)side;
    const plm_instrument *const row = &rows[event.sym];
    unsigned const px_scale = plm_field_scale(info->px, row);
    unsigned const qty_scale = plm_field_scale(info->qty, row);
    if (!plm_field_parse(info->px, "px", rest[3].text, rest[3].size, px_scale, false, refusal,
                         &event.px) ||
        !plm_field_parse(info->qty, "qty", rest[4].text, rest[4].size, qty_scale, false, refusal,
                         &event.qty) ||
        !parse_flags(rest[5], refusal, &event.flags)) {
        return false;
    }
    *out_event = event;
    *out_recv = recv;
    return true;
}
