/*
 * dbn_definition.c - a definition record as an instrument, where it says all that one needs.
 *
 * Prices of such a row have nine decimals, DBN's own unit, so that all of them are exact, also
 * those off the tick. Sizes are whole numbers.
 */
#include "dbn.h"
#include "instrument_text.h"
#include "num.h"

typedef struct layout {
    uint16_t unit_qty, increment_amount, strike;
    uint16_t currency, settle_currency, raw_symbol, raw_symbol_size, asset, asset_size;
    uint16_t unit, underlying, kind;
} layout;

/* The same at all versions: 24 increment, 32 display factor, 40 expiration, 48 activation. */
static const layout LAYOUTS[3] = {
    {88, 96, 328, 186, 190, 200, 22, 248, 7, 269, 300, 325},
    {88, 96, 112, 186, 190, 200, 71, 297, 11, 318, 349, 374},
    {80, 88, 104, 224, 228, 238, 71, 335, 11, 360, 391, 487},
};

static const char NO_SIZE[] = "its definition does not say what one contract is worth";

static bool is_px(int64_t value)
{
    return value > 0 && value != PLM_DBN_PX_UNDEF;
}

static plm_ts time_or_zero(plm_ts ts)
{
    return ts >= PLM_TS_MIN && ts < PLM_TS_MAX ? ts : 0;
}

/*
 * The value of one point of price is `unit_of_measure_qty` where the price is of one unit. Where it
 * is of something else (corn: cents for a bushel) it is not, and only the value of a tick tells.
 * The vendor has that multiplied by the display factor (seen for ES, 2020 to 2026), which for a
 * price in cents could pass for the right one, so that this is believed of index points alone.
 */
static bool read_multiplier(const layout *at, const char *record, plm_instrument *out)
{
    int64_t const size = plm_dbn_i64(record, at->unit_qty);
    int64_t const tick_value = plm_dbn_i64(record, at->increment_amount);
    int64_t const factor = plm_dbn_i64(record, 32);
    int64_t const one = plm_pow10(PLM_DBN_PX_SCALE);
    plm_i128 value = 0; /* of a tick, 10^-9 */
    char unit[32];
    plm_dbn_text(record + at->unit, 31, unit);
    bool const points = strcmp(unit, "IPNT") == 0;
    if (!is_px(size) || !plm_muldiv(out->tick, size, one, PLM_ROUND_NONE, &value)) {
        return false;
    }
    if (is_px(tick_value)
            ? value != tick_value && (!points || !is_px(factor) ||
                                      plm_compare_products(value, factor, tick_value, one) != 0)
            : !points) {
        return false;
    }
    out->multiplier = size;
    out->mult_scale = PLM_DBN_PX_SCALE;
    int64_t less = 0;
    while (out->mult_scale > 0 && plm_i64_div(out->multiplier, 10, PLM_ROUND_NONE, &less)) {
        out->multiplier = less;
        out->mult_scale--;
    }
    return true;
}

static const char *read_kind(const layout *at, const char *record, plm_instrument *out)
{
    switch (record[at->kind]) {
    case 'F':
        *out = plm_instrument_default(PLM_INST_FUTURE);
        return NULL;
    case 'C':
        *out = plm_instrument_default(PLM_INST_CALL);
        return NULL;
    case 'P':
        *out = plm_instrument_default(PLM_INST_PUT);
        return NULL;
    case 'K':
        *out = plm_instrument_default(PLM_INST_SPOT);
        return NULL;
    default:
        return "only futures, options and stocks are read from definitions, not spreads, bonds, "
               "indices or currencies";
    }
}

static const char *read_assets(const layout *at, const char *record, plm_instrument *out)
{
    char settle[5];
    char base[12];
    plm_dbn_text(record + at->currency, 4, out->quote);
    plm_dbn_text(record + at->settle_currency, 4, settle);
    plm_dbn_text(record + at->asset, at->asset_size, base);
    if (out->quote[0] == '\0') {
        return "its definition has no currency";
    }
    if (settle[0] != '\0' && strcmp(settle, out->quote) != 0) {
        return "it settles in another currency than it is quoted in";
    }
    if (out->kind != PLM_INST_SPOT) {
        memcpy(out->settle, out->quote, sizeof out->settle);
    }
    if (base[0] != '\0') {
        memcpy(out->base, base, sizeof base);
    } else if (strlen(out->symbol) < sizeof out->base) {
        memcpy(out->base, out->symbol, strlen(out->symbol) + 1);
    }
    return NULL;
}

void plm_dbn_definition_symbol(uint8_t version, const char *record, char *out)
{
    const layout *const at = &LAYOUTS[version - 1];
    plm_dbn_text(record + at->raw_symbol, at->raw_symbol_size, out);
}

const char *plm_dbn_definition_read(uint8_t version, const char *record, plm_instrument *out)
{
    const layout *const at = &LAYOUTS[version - 1];
    plm_instrument row;
    char name[PLM_DBN_SYMBOL_CAP];
    const char *why = read_kind(at, record, &row);
    if (why != NULL) {
        return why;
    }
    plm_dbn_definition_symbol(version, record, name);
    if (strlen(name) >= sizeof row.symbol) {
        return "its symbol is longer than 63 bytes";
    }
    memcpy(row.symbol, name, strlen(name) + 1);
    why = read_assets(at, record, &row);
    if (why != NULL) {
        return why;
    }
    row.px_scale = PLM_DBN_PX_SCALE;
    row.tick = plm_dbn_i64(record, 24);
    row.lot = 1;
    if (!is_px(row.tick)) {
        return "its definition has no tick";
    }
    bool const spot = row.kind == PLM_INST_SPOT;
    if (!spot && !read_multiplier(at, record, &row)) {
        return NO_SIZE;
    }
    row.listed = time_or_zero(plm_dbn_i64(record, 48));
    row.expiry = spot ? 0 : plm_dbn_i64(record, 40);
    if (row.kind == PLM_INST_CALL || row.kind == PLM_INST_PUT) {
        row.strike = plm_dbn_i64(record, at->strike);
        plm_dbn_text(record + at->underlying, 21, row.underlying);
    }
    why = plm_instrument_problem(&row);
    if (why == NULL) {
        *out = row;
    }
    return why;
}
