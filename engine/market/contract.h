/*
 * contract.h - the instrument table as the engine uses it: assets by number, and what a quantity is
 * worth at a price.
 */
#ifndef PLM_CONTRACT_H
#define PLM_CONTRACT_H

#include <stdbool.h>

#include "num.h"
#include "plimsoll.h"

#define PLM_NO_ASSET UINT32_MAX

typedef enum plm_form {
    PLM_FORM_NONE = 0, /* cannot be traded: options, assets, custodies */
    PLM_FORM_SPOT = 1,
    PLM_FORM_LINEAR = 2, /* linear, future and quanto: qty * px * multiplier */
    PLM_FORM_INVERSE = 3 /* qty * multiplier / px */
} plm_form;

typedef struct plm_contract {
    uint8_t form;                       /* plm_form */
    uint8_t px_scale, qty_scale, scale; /* scale: px_scale + qty_scale + mult_scale */
    uint32_t base, quote, settle;       /* assets; spot: settle is the quote */
    int64_t multiplier;
    plm_px tick;
    plm_qty lot;
    plm_ts listed, expiry; /* 0: unknown, never */
    plm_i128 linear_unit;  /* spot, linear: value in 10^-18 = qty * px * linear_unit */
    plm_i128 inverse_unit; /* inverse: value in 10^-18 = qty * multiplier * inverse_unit / px */
} plm_contract;

typedef struct plm_contracts {
    uint32_t count, asset_count;
    const plm_instrument *rows; /* borrowed */
    plm_contract *contract;     /* count */
    const char **asset;         /* names, in the order of their first appearance in the table */
    /* The derivatives that pay in an asset, a list that PLM_NO_SYM ends: what positions hold and
     * have in profit is summed by asset. */
    uint32_t *first_paid; /* asset_count */
    uint32_t *next_paid;  /* count */
} plm_contracts;

/* The rows are borrowed; they are as feeds checked them. Rows of plm_instrument_kind ASSET are
 * assets, too: by their base, or, where that is empty, by their symbol. */
void plm_contracts_init(plm_contracts *contracts, const plm_instrument *rows, uint32_t count);
void plm_contracts_fini(plm_contracts *contracts);

/* By name; PLM_NO_ASSET, PLM_NO_SYM when there is none. */
uint32_t plm_contracts_find_asset(const plm_contracts *contracts, const char *name);
uint32_t plm_contracts_find_sym(const plm_contracts *contracts, const char *symbol);

/* The asset that value, fees and profit of a row are in. */
static inline uint32_t plm_contract_money(const plm_contract *contract)
{
    return contract->settle;
}

/* Value of qty at px >= 0, with the sign of qty; false on overflow. At 0 a settlement can leave a
 * linear contract worthless; the value of an inverse one is then beyond all bounds: false. */
PLM_NODISCARD bool plm_contract_value(const plm_contract *contract, plm_qty qty, plm_px px,
                                      plm_money *out);

/* The same at px2 / 2, px2 > 0, half-even where that is not exact. */
PLM_NODISCARD bool plm_contract_value2(const plm_contract *contract, plm_qty qty, plm_px px2,
                                       plm_money *out);

/* What qty of a spot row is in its base asset, with the sign of qty; false on overflow. */
PLM_NODISCARD bool plm_contract_base(const plm_contract *contract, plm_qty qty, plm_money *out);

/* Profit of a value against a cost: value - cost, inverse contracts: cost - value. */
PLM_NODISCARD bool plm_contract_profit(const plm_contract *contract, plm_money value,
                                       plm_money cost, plm_money *out);

#endif
