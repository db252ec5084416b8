/*
 * figures.c - numbers for people: thousands separators, ratios as decimal text, sizes of time.
 */
#include "figures.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "decimal.h"

char *plm_figures_decimal(const char *decimal, char *out)
{
    const size_t sign = decimal[0] == '-' ? 1 : 0;
    const size_t whole = strcspn(decimal, ".");
    size_t at = 0;
    for (size_t i = 0; i < whole; i++) {
        if (i > sign && (whole - i) % 3 == 0) {
            out[at++] = ',';
        }
        out[at++] = decimal[i];
    }
    const size_t rest = strlen(decimal + whole);
    plm_assert(at + rest < PLM_FIGURES_CAP);
    memcpy(out + at, decimal + whole, rest + 1);
    return out;
}

char *plm_figures_count(uint64_t count, char *out)
{
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%" PRIu64, count);
    return plm_figures_decimal(digits, out);
}

char *plm_figures_ratio(uint64_t part, uint64_t whole, unsigned places, char *out)
{
    plm_assert(places <= 6);
    plm_i128 scaled = 0;
    const plm_i128 unit = plm_pow10(places);
    if (whole != 0 &&
        !plm_muldiv((plm_i128)part, unit, (plm_i128)whole, PLM_ROUND_HALF_EVEN, &scaled)) {
        scaled = 0;
    }
    const uint64_t head = (uint64_t)(scaled / unit);
    const uint64_t tail = (uint64_t)(scaled % unit);
    if (places == 0) {
        (void)snprintf(out, PLM_FIGURES_CAP, "%" PRIu64, head);
    } else {
        (void)snprintf(out, PLM_FIGURES_CAP, "%" PRIu64 ".%0*" PRIu64, head, (int)places, tail);
    }
    return out;
}

char *plm_figures_money(plm_money amount, unsigned places, char *out)
{
    char whole[PLM_DECIMAL_TEXT_CAP], all[PLM_DECIMAL_TEXT_CAP + 24];
    plm_i128 rounded = 0;
    plm_assert(places <= PLM_MONEY_SCALE);
    if (!plm_i128_div(amount.v, plm_pow10(PLM_MONEY_SCALE - places), PLM_ROUND_HALF_EVEN,
                      &rounded)) {
        rounded = 0;
    }
    const plm_u128 unit = (plm_u128)plm_pow10(places);
    const plm_u128 size = rounded < 0 ? -(plm_u128)rounded : (plm_u128)rounded;
    (void)plm_decimal_format_i128((plm_i128)(size / unit), 0, whole);
    int const point = places == 0 ? 0 : 1;
    (void)snprintf(all, sizeof all, "%s%s%.*s%.*llu", rounded < 0 ? "-" : "", whole, point, ".",
                   point * (int)places, point == 0 ? 0 : (unsigned long long)(size % unit));
    return plm_figures_decimal(all, out);
}

char *plm_figures_short(uint64_t count, char *out)
{
    static const char letters[] = "kMGTPE";
    if (count < 1000) {
        (void)snprintf(out, PLM_FIGURES_CAP, "%" PRIu64, count);
        return out;
    }
    size_t step = 0;
    while (count >= 1000000 && step + 2 < sizeof letters) {
        count /= 1000;
        step++;
    }
    if (count < 100000) {
        (void)snprintf(out, PLM_FIGURES_CAP, "%" PRIu64 ".%" PRIu64 "%c", count / 1000,
                       count % 1000 / 100, letters[step]);
    } else {
        (void)snprintf(out, PLM_FIGURES_CAP, "%" PRIu64 "%c", count / 1000, letters[step]);
    }
    return out;
}
