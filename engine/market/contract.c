/*
 * contract.c - rows of the instrument table with their assets resolved, and values.
 */
#include "contract.h"

#include <string.h>

#include "check.h"
#include "memory.h"

/* -- the table ------------------------------------------------------------------------------- */

static plm_form form_of(const plm_instrument *row)
{
    switch ((plm_instrument_kind)row->kind) {
    case PLM_INST_SPOT:
        return PLM_FORM_SPOT;
    case PLM_INST_LINEAR:
    case PLM_INST_QUANTO:
    case PLM_INST_FUTURE:
        return PLM_FORM_LINEAR;
    case PLM_INST_INVERSE:
    case PLM_INST_INVERSE_FUTURE:
        return PLM_FORM_INVERSE;
    case PLM_INST_NONE:
    case PLM_INST_CALL:
    case PLM_INST_PUT:
    case PLM_INST_ASSET:
    case PLM_INST_CUSTODY:
    case PLM_INST_KIND_COUNT:
        return PLM_FORM_NONE;
    }
    return PLM_FORM_NONE;
}

static uint32_t asset_number(plm_contracts *contracts, const char *name)
{
    if (name[0] == '\0') {
        return PLM_NO_ASSET;
    }
    uint32_t const found = plm_contracts_find_asset(contracts, name);
    if (found != PLM_NO_ASSET) {
        return found;
    }
    contracts->asset[contracts->asset_count] = name;
    return contracts->asset_count++;
}

static plm_contract read_row(plm_contracts *contracts, const plm_instrument *row)
{
    plm_contract contract = {
        .form = (uint8_t)form_of(row),
        .px_scale = row->px_scale,
        .qty_scale = row->qty_scale,
        .scale = (uint8_t)(row->px_scale + row->qty_scale + row->mult_scale),
        .multiplier = row->multiplier,
        .tick = row->tick,
        .lot = row->lot,
        .listed = row->listed,
        .expiry = row->expiry,
    };
    plm_assert(contract.scale <= PLM_SCALE_SUM_MAX);
    bool const named_by_symbol = row->kind == PLM_INST_ASSET && row->base[0] == '\0';
    contract.base = asset_number(contracts, named_by_symbol ? row->symbol : row->base);
    contract.quote = asset_number(contracts, row->quote);
    contract.settle =
        contract.form == PLM_FORM_SPOT ? contract.quote : asset_number(contracts, row->settle);
    contract.linear_unit =
        (plm_i128)contract.multiplier * plm_pow10(PLM_MONEY_SCALE - contract.scale);
    if (contract.form == PLM_FORM_INVERSE) {
        /* 18 + px_scale - (qty_scale + mult_scale) is 0 to 36: two powers of at most 10^18. */
        unsigned const other = (unsigned)contract.scale - contract.px_scale;
        contract.inverse_unit =
            (plm_i128)plm_pow10(PLM_MONEY_SCALE - other) * plm_pow10(contract.px_scale);
    }
    return contract;
}

/* From the last row to the first, so that the lists are in the order of the table. */
static void link_paid(plm_contracts *contracts)
{
    for (uint32_t asset = 0; asset < contracts->asset_count; asset++) {
        contracts->first_paid[asset] = PLM_NO_SYM;
    }
    for (uint32_t sym = contracts->count; sym-- > 0;) {
        const plm_contract *const contract = &contracts->contract[sym];
        contracts->next_paid[sym] = PLM_NO_SYM;
        if (contract->form == PLM_FORM_LINEAR || contract->form == PLM_FORM_INVERSE) {
            contracts->next_paid[sym] = contracts->first_paid[contract->settle];
            contracts->first_paid[contract->settle] = sym;
        }
    }
}

void plm_contracts_init(plm_contracts *contracts, const plm_instrument *rows, uint32_t count)
{
    *contracts = (plm_contracts){
        .count = count,
        .rows = rows,
        .contract = plm_alloc(count, sizeof *contracts->contract),
        .asset = plm_alloc(3 * (size_t)count, sizeof *contracts->asset),
        .next_paid = plm_alloc(count, sizeof *contracts->next_paid),
    };
    for (uint32_t sym = 0; sym < count; sym++) {
        contracts->contract[sym] = read_row(contracts, &rows[sym]);
    }
    contracts->first_paid = plm_alloc(contracts->asset_count, sizeof *contracts->first_paid);
    link_paid(contracts);
}

void plm_contracts_fini(plm_contracts *contracts)
{
    plm_free(contracts->contract);
    plm_free(contracts->asset);
    plm_free(contracts->first_paid);
    plm_free(contracts->next_paid);
    *contracts = (plm_contracts){0};
}

uint32_t plm_contracts_find_asset(const plm_contracts *contracts, const char *name)
{
    for (uint32_t asset = 0; asset < contracts->asset_count; asset++) {
        if (strcmp(contracts->asset[asset], name) == 0) {
            return asset;
        }
    }
    return PLM_NO_ASSET;
}

uint32_t plm_contracts_find_sym(const plm_contracts *contracts, const char *symbol)
{
    for (uint32_t sym = 0; sym < contracts->count; sym++) {
        if (strcmp(contracts->rows[sym].symbol, symbol) == 0) {
            return sym;
        }
    }
    return PLM_NO_SYM;
}

/* -- values ---------------------------------------------------------------------------------- */

static bool inverse_value(const plm_contract *contract, plm_qty qty, plm_px px, plm_i128 unit,
                          plm_money *out)
{
    plm_i128 size;
    return plm_i128_mul(qty, contract->multiplier, &size) &&
           plm_muldiv(size, unit, px, PLM_ROUND_HALF_EVEN, &out->v);
}

bool plm_contract_value(const plm_contract *contract, plm_qty qty, plm_px px, plm_money *out)
{
    plm_assert(contract->form != PLM_FORM_NONE);
    plm_assert(px >= 0);
    if (contract->form == PLM_FORM_INVERSE) {
        return inverse_value(contract, qty, px, contract->inverse_unit, out);
    }
    return plm_money_notional(px, qty, contract->multiplier, contract->scale, out);
}

bool plm_contract_value2(const plm_contract *contract, plm_qty qty, plm_px px2, plm_money *out)
{
    plm_assert(contract->form != PLM_FORM_NONE);
    plm_assert(px2 > 0);
    if (contract->form == PLM_FORM_INVERSE) {
        return inverse_value(contract, qty, px2, 2 * contract->inverse_unit, out);
    }
    plm_i128 const amount = (plm_i128)px2 * qty; /* as the unit, of two numbers of 64 bits */
    plm_i128 const unit = contract->linear_unit;
    if (amount != (int64_t)amount || unit != (int64_t)unit) {
        return plm_muldiv(amount, unit, 2, PLM_ROUND_HALF_EVEN, &out->v);
    }
    plm_i128 const doubled = amount * unit;
    plm_i128 const half = doubled / 2;
    plm_i128 const rest = doubled - 2 * half; /* -1, 0, 1; half is even or goes that way */
    out->v = half % 2 == 0 ? half : half + rest;
    return true;
}

bool plm_contract_base(const plm_contract *contract, plm_qty qty, plm_money *out)
{
    plm_assert(contract->form == PLM_FORM_SPOT);
    unsigned const scale = (unsigned)contract->scale - contract->px_scale;
    return plm_money_notional(1, qty, contract->multiplier, scale, out);
}

bool plm_contract_profit(const plm_contract *contract, plm_money value, plm_money cost,
                         plm_money *out)
{
    return contract->form == PLM_FORM_INVERSE ? plm_money_sub(cost, value, out)
                                              : plm_money_sub(value, cost, out);
}
