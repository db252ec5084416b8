/*
 * whatif_sweep.c - a book at other prices.
 */
#include <string.h>

#include "account.h"
#include "decimal.h"
#include "memory.h"
#include "nearest.h"
#include "whatif.h"

#define ONE PLM_WHATIF_RATE_ONE
#define CHANGE_MAX (1000 * ONE)

static const char *underlying_of(const plm_instrument *row)
{
    return row->underlying[0] != '\0' ? row->underlying : row->base;
}

/* -- the text -------------------------------------------------------------------------------- */

static plm_status check_name(const plm_whatif *whatif, const char *name, plm_diag *diag)
{
    const char **const words = plm_alloc(2 * (size_t)whatif->instrument_count + 1, sizeof *words);
    bool found = false;
    for (uint32_t sym = 0; sym < whatif->instrument_count; sym++) {
        words[2 * sym] = whatif->row[sym].symbol;
        words[2 * sym + 1] = underlying_of(&whatif->row[sym]);
        found = found || strcmp(words[2 * sym], name) == 0 || strcmp(words[2 * sym + 1], name) == 0;
    }
    const char *const near = found ? NULL : plm_nearest(name, words);
    plm_free(words);
    return found ? PLM_OK
                 : plm_fail(diag, PLM_ERR_USAGE,
                            "--sweep: no instrument or underlying '%.60s' in "
                            "the file%s%s",
                            name, near == NULL ? "" : "; nearest: ", near == NULL ? "" : near);
}

/* "-50%" at 10^-12. */
static bool read_change(const char *text, size_t size, int64_t *out)
{
    if (size < 2 || text[size - 1] != '%') {
        return false;
    }
    const char *const digits = text[0] == '+' ? text + 1 : text;
    size_t const length = size - 1 - (text[0] == '+' ? 1 : 0);
    return plm_decimal_parse(digits, length, PLM_RATE_SCALE - 2, false, out) == PLM_DECIMAL_OK &&
           *out > -ONE && *out <= CHANGE_MAX;
}

plm_status plm_whatif_sweep_read(const plm_whatif *whatif, const char *text, uint32_t steps,
                                 plm_diag *diag, plm_whatif_sweep *out)
{
    plm_whatif_sweep sweep = {.steps = steps};
    const char *const equals = strchr(text, '=');
    const char *const dots = equals == NULL ? NULL : strstr(equals + 1, "..");
    size_t const size = equals == NULL ? 0 : (size_t)(equals - text);
    if (dots == NULL || size == 0 || size >= sizeof sweep.name ||
        !read_change(equals + 1, (size_t)(dots - equals - 1), &sweep.from) ||
        !read_change(dots + 2, strlen(dots + 2), &sweep.to) || sweep.from >= sweep.to) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "--sweep: found '%.100s'; allowed: NAME=FROM%%..TO%%, above -100%%, like "
                        "BTC=-50%%..50%%",
                        text);
    }
    memcpy(sweep.name, text, size);
    PLM_TRY(check_name(whatif, sweep.name, diag));
    *out = sweep;
    return PLM_OK;
}

plm_rate plm_whatif_sweep_factor(const plm_whatif_sweep *sweep, uint32_t step)
{
    plm_i128 part;
    if (!plm_muldiv((plm_i128)sweep->to - sweep->from, step, (plm_i128)sweep->steps - 1,
                    PLM_ROUND_HALF_EVEN, &part)) {
        part = 0;
    }
    return ONE + sweep->from + (plm_rate)part;
}

/* -- moving ---------------------------------------------------------------------------------- */

static bool move_px2(int64_t *px2, plm_rate factor)
{
    plm_i128 moved;
    if (*px2 == 0) {
        return true;
    }
    if (!plm_muldiv(*px2, factor, ONE, PLM_ROUND_HALF_EVEN, &moved) || moved > INT64_MAX / 4) {
        return false;
    }
    *px2 = moved < 1 ? 1 : (int64_t)moved;
    return true;
}

static bool move_fraction(plm_fraction *price, plm_rate factor)
{
    plm_money num = plm_money_of(price->num), den = plm_money_of(price->den);
    if (!plm_i128_mul(num.v, factor, &num.v) || !plm_i128_mul(den.v, ONE, &den.v)) {
        return false;
    }
    *price = (plm_fraction){plm_amount_of(num), plm_amount_of(den)};
    return true;
}

plm_status plm_whatif_move(const plm_whatif *whatif, const plm_whatif_sweep *sweep, plm_rate factor,
                           plm_diag *diag, plm_whatif_book *book)
{
    bool fits = true, is_instrument = false;
    for (uint32_t sym = 0; sym < whatif->instrument_count; sym++) {
        is_instrument = is_instrument || strcmp(whatif->row[sym].symbol, sweep->name) == 0;
    }
    for (uint32_t sym = 0; sym < whatif->instrument_count && fits; sym++) {
        const plm_instrument *const row = &whatif->row[sym];
        const char *const name = is_instrument ? row->symbol : underlying_of(row);
        if (strcmp(name, sweep->name) == 0) {
            plm_whatif_marks *const marks = &book->marks[sym];
            fits = move_px2(&marks->mark2, factor) && move_px2(&marks->index2, factor) &&
                   move_px2(&marks->last2, factor) && move_px2(&marks->mid2, factor);
        }
    }
    uint32_t const asset = plm_contracts_find_asset(&whatif->contracts, sweep->name);
    if (!is_instrument && asset != PLM_NO_ASSET && asset != whatif->report && fits) {
        fits = move_fraction(&book->price[asset], factor);
    }
    return fits ? PLM_OK : plm_whatif_overflow(diag);
}
