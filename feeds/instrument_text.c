/*
 * instrument_text.c - an instrument as one canonical line, and what makes an instrument consistent.
 */
#include "instrument_text.h"

#include <string.h>

#include "check.h"
#include "decimal.h"
#include "num.h"
#include "timetext.h"

static const char *const KIND_NAMES[PLM_INST_KIND_COUNT] = {
    [PLM_INST_SPOT] = "spot",       [PLM_INST_LINEAR] = "linear",
    [PLM_INST_INVERSE] = "inverse", [PLM_INST_QUANTO] = "quanto",
    [PLM_INST_FUTURE] = "future",   [PLM_INST_INVERSE_FUTURE] = "inverse-future",
    [PLM_INST_CALL] = "call",       [PLM_INST_PUT] = "put",
    [PLM_INST_ASSET] = "asset",     [PLM_INST_CUSTODY] = "custody",
};

#define KIND_WORDS                                                                                 \
    "spot, linear, inverse, quanto, future, inverse-future, call, put, asset or custody"

/* The keys of the line, in canonical order. */
typedef enum line_key {
    KEY_SYMBOL,
    KEY_KIND,
    KEY_PX_SCALE,
    KEY_QTY_SCALE,
    KEY_MULT_SCALE,
    KEY_TICK,
    KEY_LOT,
    KEY_MULTIPLIER,
    KEY_BASE,
    KEY_QUOTE,
    KEY_SETTLE,
    KEY_UNDERLYING,
    KEY_STRIKE,
    KEY_EXPIRY,
    KEY_LISTED,
    KEY_DELISTED,
    KEY_TOTAL
} line_key;

const char *const plm_instrument_keys[KEY_TOTAL + 1] = {
    "symbol", "kind",       "px_scale", "qty_scale", "mult_scale", "tick",
    "lot",    "multiplier", "base",     "quote",     "settle",     "underlying",
    "strike", "expiry",     "listed",   "delisted",  NULL,
};

const char *plm_instrument_kind_name(plm_instrument_kind kind)
{
    plm_assert(kind > PLM_INST_NONE && kind < PLM_INST_KIND_COUNT);
    return KIND_NAMES[kind];
}

plm_instrument_kind plm_instrument_kind_by_name(const char *name, size_t size)
{
    for (unsigned kind = 1; kind < PLM_INST_KIND_COUNT; kind++) {
        if (strlen(KIND_NAMES[kind]) == size && memcmp(KIND_NAMES[kind], name, size) == 0) {
            return (plm_instrument_kind)kind;
        }
    }
    return PLM_INST_NONE;
}

plm_instrument plm_instrument_default(plm_instrument_kind kind)
{
    return (plm_instrument){.kind = (uint8_t)kind, .multiplier = 1};
}

/* -- writing --------------------------------------------------------------------------------- */

static char *put_text(char *at, const char *text)
{
    size_t const size = strlen(text);
    memcpy(at, text, size);
    return at + size;
}

static char *put_key(char *at, line_key key)
{
    if (key != KEY_SYMBOL) {
        *at++ = ' ';
    }
    at = put_text(at, plm_instrument_keys[key]);
    *at++ = '=';
    return at;
}

static char *put_word(char *at, line_key key, const char *word)
{
    return put_text(put_key(at, key), word);
}

static char *put_number(char *at, line_key key, int64_t value, unsigned scale)
{
    at = put_key(at, key);
    return at + plm_decimal_format(value, scale, at);
}

size_t plm_instrument_format(const plm_instrument *row, char out[PLM_INSTRUMENT_TEXT_CAP])
{
    plm_assert(plm_instrument_problem(row) == NULL);
    char *at = put_word(out, KEY_SYMBOL, row->symbol);
    at = put_word(at, KEY_KIND, plm_instrument_kind_name((plm_instrument_kind)row->kind));
    at = put_number(at, KEY_PX_SCALE, row->px_scale, 0);
    at = put_number(at, KEY_QTY_SCALE, row->qty_scale, 0);
    at = put_number(at, KEY_MULT_SCALE, row->mult_scale, 0);
    at = put_number(at, KEY_TICK, row->tick, row->px_scale);
    at = put_number(at, KEY_LOT, row->lot, row->qty_scale);
    at = put_number(at, KEY_MULTIPLIER, row->multiplier, row->mult_scale);
    at = put_word(at, KEY_BASE, row->base);
    at = put_word(at, KEY_QUOTE, row->quote);
    at = put_word(at, KEY_SETTLE, row->settle);
    at = put_word(at, KEY_UNDERLYING, row->underlying);
    at = put_number(at, KEY_STRIKE, row->strike, row->px_scale);
    at = put_number(at, KEY_EXPIRY, row->expiry, 0);
    at = put_number(at, KEY_LISTED, row->listed, 0);
    at = put_number(at, KEY_DELISTED, row->delisted, 0);
    *at = '\0';
    return (size_t)(at - out);
}

bool plm_instrument_equal(const plm_instrument *a, const plm_instrument *b)
{
    char text_a[PLM_INSTRUMENT_TEXT_CAP];
    char text_b[PLM_INSTRUMENT_TEXT_CAP];
    (void)plm_instrument_format(a, text_a);
    (void)plm_instrument_format(b, text_b);
    return strcmp(text_a, text_b) == 0;
}

/* -- reading --------------------------------------------------------------------------------- */

typedef struct span {
    const char *text; /* NULL = the key is absent */
    size_t size;
} span;

static int shown(size_t size)
{
    return size > 80 ? 80 : (int)size;
}

static plm_status split_line(const char *text, size_t size, plm_diag *diag, span spans[KEY_TOTAL])
{
    size_t at = 0;
    while (at < size) {
        const char *const pair = text + at;
        const char *const blank = memchr(pair, ' ', size - at);
        size_t const pair_size = blank != NULL ? (size_t)(blank - pair) : size - at;
        at += pair_size + 1;
        if (pair_size == 0) {
            continue;
        }
        const char *const equals = memchr(pair, '=', pair_size);
        size_t const name_size = equals != NULL ? (size_t)(equals - pair) : pair_size;
        unsigned key = 0;
        while (key < KEY_TOTAL && !(strlen(plm_instrument_keys[key]) == name_size &&
                                    memcmp(plm_instrument_keys[key], pair, name_size) == 0)) {
            key++;
        }
        if (equals == NULL || key == KEY_TOTAL) {
            return plm_fail(
                diag, PLM_ERR_INPUT,
                "instrument: found '%.*s'; allowed are key=value pairs of symbol, kind, "
                "px_scale, qty_scale, mult_scale, tick, lot, multiplier, base, quote, "
                "settle, underlying, strike, expiry, listed, delisted",
                shown(pair_size), pair);
        }
        if (spans[key].text != NULL) {
            return plm_fail(diag, PLM_ERR_INPUT, "instrument: '%s' stands twice; once is allowed",
                            plm_instrument_keys[key]);
        }
        spans[key] = (span){equals + 1, pair_size - name_size - 1};
    }
    return PLM_OK;
}

static plm_status read_text(const span *spans, line_key key, size_t cap, plm_diag *diag, char *out)
{
    span const value = spans[key];
    if (value.size >= cap) {
        return plm_fail(
            diag, PLM_ERR_INPUT, "instrument: %s '%.*s' has %zu bytes; at most %zu are allowed",
            plm_instrument_keys[key], shown(value.size), value.text, value.size, cap - 1);
    }
    if (value.size > 0) {
        memcpy(out, value.text, value.size);
    }
    out[value.size] = '\0';
    return PLM_OK;
}

static plm_status read_number(const span *spans, line_key key, unsigned scale, plm_diag *diag,
                              int64_t *out)
{
    span const value = spans[key];
    if (value.text == NULL) {
        return PLM_OK;
    }
    plm_decimal_result const result = plm_decimal_parse(value.text, value.size, scale, false, out);
    if (result == PLM_DECIMAL_RANGE) {
        char max[PLM_DECIMAL_TEXT_CAP];
        (void)plm_decimal_format(INT64_MAX, scale, max);
        return plm_fail(
            diag, PLM_ERR_INPUT,
            "instrument: %s '%.*s' is too large; with %u decimals at most %s is allowed",
            plm_instrument_keys[key], shown(value.size), value.text, scale, max);
    }
    if (result != PLM_DECIMAL_OK) {
        return plm_fail(diag, PLM_ERR_INPUT, "instrument: %s '%.*s' %s", plm_instrument_keys[key],
                        shown(value.size), value.text, plm_decimal_explain(result));
    }
    return PLM_OK;
}

static plm_status read_scale(const span *spans, line_key key, plm_diag *diag, uint8_t *out)
{
    int64_t value = *out;
    PLM_TRY(read_number(spans, key, 0, diag, &value));
    if (value < 0 || value > PLM_SCALE_SUM_MAX) {
        return plm_fail(diag, PLM_ERR_INPUT, "instrument: %s is %lld; allowed are 0 to %d",
                        plm_instrument_keys[key], (long long)value, PLM_SCALE_SUM_MAX);
    }
    *out = (uint8_t)value;
    return PLM_OK;
}

/* Nanoseconds as the canonical line has them, or a civil time as people write it. */
static plm_status read_time(const span *spans, line_key key, plm_diag *diag, plm_ts *out)
{
    span const value = spans[key];
    if (value.text == NULL ||
        plm_decimal_parse(value.text, value.size, 0, false, out) == PLM_DECIMAL_OK ||
        plm_time_parse(value.text, value.size, out)) {
        return PLM_OK;
    }
    return plm_fail(diag, PLM_ERR_INPUT,
                    "instrument: %s '%.*s' is no time; allowed are nanoseconds since 1970 or "
                    "2025-10-10T21:15:00Z",
                    plm_instrument_keys[key], shown(value.size), value.text);
}

static plm_status read_numbers(const span *spans, plm_diag *diag, plm_instrument *row)
{
    PLM_TRY(read_scale(spans, KEY_PX_SCALE, diag, &row->px_scale));
    PLM_TRY(read_scale(spans, KEY_QTY_SCALE, diag, &row->qty_scale));
    PLM_TRY(read_scale(spans, KEY_MULT_SCALE, diag, &row->mult_scale));
    row->multiplier = plm_pow10(row->mult_scale);
    PLM_TRY(read_number(spans, KEY_TICK, row->px_scale, diag, &row->tick));
    PLM_TRY(read_number(spans, KEY_LOT, row->qty_scale, diag, &row->lot));
    PLM_TRY(read_number(spans, KEY_MULTIPLIER, row->mult_scale, diag, &row->multiplier));
    PLM_TRY(read_number(spans, KEY_STRIKE, row->px_scale, diag, &row->strike));
    PLM_TRY(read_time(spans, KEY_EXPIRY, diag, &row->expiry));
    PLM_TRY(read_time(spans, KEY_LISTED, diag, &row->listed));
    return read_time(spans, KEY_DELISTED, diag, &row->delisted);
}

plm_status plm_instrument_parse(const char *text, size_t size, plm_diag *diag, plm_instrument *out)
{
    span spans[KEY_TOTAL] = {{NULL, 0}};
    PLM_TRY(split_line(text, size, diag, spans));
    if (spans[KEY_SYMBOL].text == NULL || spans[KEY_KIND].text == NULL) {
        return plm_fail(diag, PLM_ERR_INPUT, "instrument: found '%.*s' without %s; it is needed",
                        shown(size), text, spans[KEY_SYMBOL].text == NULL ? "symbol" : "kind");
    }
    span const kind_word = spans[KEY_KIND];
    plm_instrument_kind const kind = plm_instrument_kind_by_name(kind_word.text, kind_word.size);
    if (kind == PLM_INST_NONE) {
        return plm_fail(diag, PLM_ERR_INPUT, "instrument: kind is '%.*s'; allowed are " KIND_WORDS,
                        shown(kind_word.size), kind_word.text);
    }
    plm_instrument row = plm_instrument_default(kind);
    PLM_TRY(read_text(spans, KEY_SYMBOL, PLM_SYMBOL_CAP, diag, row.symbol));
    PLM_TRY(read_text(spans, KEY_BASE, PLM_ASSET_CAP, diag, row.base));
    PLM_TRY(read_text(spans, KEY_QUOTE, PLM_ASSET_CAP, diag, row.quote));
    PLM_TRY(read_text(spans, KEY_SETTLE, PLM_ASSET_CAP, diag, row.settle));
    PLM_TRY(read_text(spans, KEY_UNDERLYING, PLM_SYMBOL_CAP, diag, row.underlying));
    PLM_TRY(read_numbers(spans, diag, &row));
    const char *const problem = plm_instrument_problem(&row);
    if (problem != NULL) {
        return plm_fail(diag, PLM_ERR_INPUT, "instrument '%s': %s", row.symbol, problem);
    }
    *out = row;
    return PLM_OK;
}

/* -- consistency ----------------------------------------------------------------------------- */

static bool is_name_byte(char byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
           (byte >= '0' && byte <= '9') || (byte != '\0' && strchr("._:/@+-", byte) != NULL);
}

/* Ends within cap bytes and has only bytes that names may have; may be empty. */
static bool is_name(const char *text, size_t cap)
{
    for (size_t i = 0; i < cap; i++) {
        if (text[i] == '\0') {
            return true;
        }
        if (!is_name_byte(text[i])) {
            return false;
        }
    }
    return false;
}

static bool is_time_or_zero(plm_ts ts)
{
    return ts == 0 || (ts >= PLM_TS_MIN && ts < PLM_TS_MAX);
}

static const char *names_problem(const plm_instrument *row)
{
    if (row->symbol[0] == '\0' || !is_name(row->symbol, PLM_SYMBOL_CAP)) {
        return "symbol must have 1 to 63 bytes of A-Z a-z 0-9 . _ : / @ + -";
    }
    if (!is_name(row->underlying, PLM_SYMBOL_CAP)) {
        return "underlying must have 0 to 63 bytes of A-Z a-z 0-9 . _ : / @ + -";
    }
    if (!is_name(row->base, PLM_ASSET_CAP) || !is_name(row->quote, PLM_ASSET_CAP) ||
        !is_name(row->settle, PLM_ASSET_CAP)) {
        return "base, quote and settle must have 0 to 23 bytes of A-Z a-z 0-9 . _ : / @ + -";
    }
    return NULL;
}

/* In what a traded row pays. */
static const char *settle_problem(const plm_instrument *row)
{
    bool const in_base = strcmp(row->settle, row->base) == 0;
    bool const in_quote = strcmp(row->settle, row->quote) == 0;
    switch ((plm_instrument_kind)row->kind) {
    case PLM_INST_SPOT:
        return in_quote || row->settle[0] == '\0' ? NULL
                                                  : "settle of spot must be empty or the quote";
    case PLM_INST_LINEAR:
    case PLM_INST_FUTURE:
        return in_quote ? NULL : "settle must be the quote asset for linear and future";
    case PLM_INST_INVERSE:
    case PLM_INST_INVERSE_FUTURE:
        return in_base ? NULL : "settle must be the base asset for inverse and inverse-future";
    case PLM_INST_QUANTO:
        return row->settle[0] != '\0' && !in_base && !in_quote
                   ? NULL
                   : "settle of quanto must be a third asset";
    case PLM_INST_CALL:
    case PLM_INST_PUT:
        return in_base || in_quote ? NULL : "settle of an option must be its base or quote asset";
    case PLM_INST_NONE:
    case PLM_INST_ASSET:
    case PLM_INST_CUSTODY:
    case PLM_INST_KIND_COUNT:
        return NULL;
    }
    return NULL;
}

static const char *traded_problem(const plm_instrument *row)
{
    if (row->tick <= 0) {
        return "tick must be above 0 where the row is traded";
    }
    if (row->lot <= 0) {
        return "lot must be above 0 where the row is traded";
    }
    if (row->multiplier <= 0) {
        return "multiplier must be above 0 where the row is traded";
    }
    if (row->base[0] == '\0' || row->quote[0] == '\0') {
        return "base and quote are needed where the row is traded";
    }
    return settle_problem(row);
}

const char *plm_instrument_problem(const plm_instrument *row)
{
    if (row->kind == PLM_INST_NONE || row->kind >= PLM_INST_KIND_COUNT) {
        return "kind must be " KIND_WORDS;
    }
    const char *const problem = names_problem(row);
    if (problem != NULL) {
        return problem;
    }
    if ((unsigned)row->px_scale + row->qty_scale + row->mult_scale > PLM_SCALE_SUM_MAX) {
        return "px_scale + qty_scale + mult_scale must be at most 18";
    }
    bool const option = row->kind == PLM_INST_CALL || row->kind == PLM_INST_PUT;
    bool const dated =
        option || row->kind == PLM_INST_FUTURE || row->kind == PLM_INST_INVERSE_FUTURE;
    if (option ? row->strike <= 0 : row->strike != 0) {
        return "strike must be above 0 for options and 0 for all else";
    }
    if (!is_time_or_zero(row->expiry) || (row->expiry != 0) != dated) {
        return "expiry must lie in 2000..2100 for dated rows and be 0 for all else";
    }
    if (!is_time_or_zero(row->listed) || !is_time_or_zero(row->delisted)) {
        return "listed and delisted must be 0 or lie in 2000..2100";
    }
    if (row->listed != 0 && row->delisted != 0 && row->delisted < row->listed) {
        return "delisted must not be before listed";
    }
    if (row->kind != PLM_INST_ASSET && row->kind != PLM_INST_CUSTODY) {
        return traded_problem(row);
    }
    return row->tick < 0 || row->lot < 0 || row->multiplier < 0
               ? "tick, lot and multiplier must not be negative"
               : NULL;
}
