/*
 * synth_universe.c - the coins that plain synthetic markets trade, as linear perpetuals in USDT.
 *
 * Scales follow the venue's contracts of that name; prices, activity and volatility are of the
 * right order and of no particular day. Beyond the named coins come SYN25 to SYN64.
 */
#include <stdio.h>

#include "check.h"
#include "synth_plan.h"

#define NAMED 24

/* clang-format off */
static const synth_coin COINS[NAMED] = {
    /* base, price, px_scale, qty_scale, rate, vol, beta, gap, spread, order */
    {"BTC", 600000, 1, 3, 230, 75, 85, 5, 3, 250},
    {"ETH", 300000, 2, 3, 190, 95, 80, 6, 3, 3300},
    {"SOL", 15000, 2, 2, 125, 120, 70, 1, 1, 2500},
    {"DOGE", 12000, 5, 0, 85, 130, 65, 1, 1, 6900},
    {"XRP", 5800, 4, 1, 80, 110, 65, 1, 1, 8300},
    {"BNB", 57000, 2, 2, 60, 80, 70, 2, 2, 250},
    {"ADA", 3800, 4, 0, 46, 120, 70, 1, 1, 2100},
    {"AVAX", 25000, 3, 0, 46, 130, 70, 2, 2, 40},
    {"LINK", 12500, 3, 2, 40, 125, 70, 2, 2, 4200},
    {"LTC", 6500, 2, 3, 33, 100, 70, 1, 1, 5600},
    {"DOT", 4500, 3, 1, 33, 120, 70, 1, 1, 1700},
    {"TRX", 13000, 5, 0, 26, 80, 40, 1, 1, 5600},
    {"BCH", 35000, 2, 3, 26, 120, 65, 2, 2, 1400},
    {"ATOM", 4600, 3, 2, 26, 125, 65, 1, 1, 8300},
    {"NEAR", 4200, 3, 0, 26, 150, 65, 1, 1, 200},
    {"FIL", 3700, 3, 1, 24, 130, 65, 1, 1, 2100},
    {"ETC", 19000, 3, 2, 24, 120, 65, 4, 3, 2800},
    {"UNI", 6500, 3, 0, 24, 140, 60, 1, 1, 80},
    {"APT", 6000, 3, 1, 20, 140, 65, 1, 1, 1100},
    {"ARB", 5300, 4, 1, 20, 145, 65, 1, 1, 12000},
    {"OP", 14000, 4, 1, 20, 145, 65, 2, 2, 4200},
    {"SUI", 9000, 4, 1, 26, 160, 60, 2, 2, 5600},
    {"AAVE", 14000, 2, 1, 16, 135, 60, 3, 3, 40},
    {"XLM", 9500, 5, 0, 16, 110, 60, 1, 1, 6900},
};
/* clang-format on */

void synth_universe_coin(uint32_t index, synth_coin *out, char out_base[PLM_ASSET_CAP])
{
    plm_assert(index < PLM_SYNTH_INSTRUMENTS_MAX);
    if (index < NAMED) {
        *out = COINS[index];
        (void)snprintf(out_base, PLM_ASSET_CAP, "%s", COINS[index].base);
        return;
    }
    /* A coin like one of the quieter ones, at a price and pace of its own. */
    *out = COINS[NAMED - 1 - index % 8];
    out->price = 3000 + (plm_px)index * 7919 % 9000;
    out->rate = 4 + index % 9;
    out->vol += index * 31 % 50;
    (void)snprintf(out_base, PLM_ASSET_CAP, "SYN%02u", index + 1);
    out->base = out_base;
}
