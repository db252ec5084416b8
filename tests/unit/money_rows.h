/*
 * money_rows.h - one instrument of each form, and amounts written as people write them.
 */
#ifndef PLM_MONEY_ROWS_H
#define PLM_MONEY_ROWS_H

#include "plm_test.h"

#include <string.h>

#include "contract.h"

enum { LINEAR, INVERSE, SPOT, QUANTO, FUTURE, ASSET, OPTION, ROW_COUNT };
enum { BTC, USDT, USD, ETH, USDC, ASSET_COUNT }; /* in the order of their first appearance */

/* FUTURE is inverse, 100 USD a contract; QUANTO is a millionth of a BTC per contract and USD. */
static const plm_instrument money_rows[ROW_COUNT] = {
    [LINEAR] = {.symbol = "BTCUSDT",
                .base = "BTC",
                .quote = "USDT",
                .settle = "USDT",
                .kind = PLM_INST_LINEAR,
                .px_scale = 1,
                .qty_scale = 3,
                .tick = 1,
                .lot = 1,
                .multiplier = 1},
    [INVERSE] = {.symbol = "XBTUSD",
                 .base = "BTC",
                 .quote = "USD",
                 .settle = "BTC",
                 .kind = PLM_INST_INVERSE,
                 .px_scale = 1,
                 .tick = 1,
                 .lot = 1,
                 .multiplier = 1},
    [SPOT] = {.symbol = "BTC/USDT",
              .base = "BTC",
              .quote = "USDT",
              .kind = PLM_INST_SPOT,
              .px_scale = 2,
              .qty_scale = 5,
              .tick = 1,
              .lot = 1,
              .multiplier = 1},
    [QUANTO] = {.symbol = "ETHUSD",
                .base = "ETH",
                .quote = "USD",
                .settle = "BTC",
                .kind = PLM_INST_QUANTO,
                .px_scale = 2,
                .mult_scale = 6,
                .tick = 1,
                .lot = 1,
                .multiplier = 1},
    [FUTURE] = {.symbol = "BTCUSD_251226",
                .base = "BTC",
                .quote = "USD",
                .settle = "BTC",
                .kind = PLM_INST_INVERSE_FUTURE,
                .px_scale = 1,
                .tick = 1,
                .lot = 1,
                .multiplier = 100,
                .expiry = INT64_C(1766736000000000000)},
    [ASSET] = {.symbol = "USDC", .quote = "USD", .kind = PLM_INST_ASSET, .px_scale = 6},
    [OPTION] = {.symbol = "BTC-C",
                .base = "BTC",
                .quote = "USD",
                .settle = "BTC",
                .kind = PLM_INST_CALL,
                .tick = 1,
                .lot = 1,
                .multiplier = 1},
};

static inline plm_money money(const char *text)
{
    plm_money amount = {0};
    assert_int_equal(plm_decimal_parse_money(text, strlen(text), &amount), PLM_DECIMAL_OK);
    return amount;
}

static inline plm_money units(int64_t count) /* of 10^-18 */
{
    return (plm_money){count};
}

#endif
