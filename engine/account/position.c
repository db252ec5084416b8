/*
 * position.c - opens, closes and flips are told apart by signs alone; all arithmetic is checked.
 */
#include "position.h"

#include "check.h"

typedef struct closing {
    plm_money value; /* of the closing part, with the sign of the fill */
    plm_money taken; /* cost that leaves */
    plm_money rest;  /* value of the part that opens: 0 unless it flips */
} closing;

/* `after` is the quantity that remains: of the sign of `before`, zero, or flipped. */
static bool split(const plm_contract *contract, const plm_position *before, plm_qty delta,
                  plm_qty after, plm_px px, plm_money value, closing *out)
{
    if (after == 0) {
        *out = (closing){.value = value, .taken = before->cost};
        return true;
    }
    if ((after > 0) == (before->qty > 0)) {
        plm_qty closed;
        out->value = value;
        out->rest = (plm_money){0};
        return plm_i64_sub(0, delta, &closed) && plm_money_muldiv(before->cost, closed, before->qty,
                                                                  PLM_ROUND_HALF_EVEN, &out->taken);
    }
    plm_qty closed;
    out->taken = before->cost;
    return plm_i64_sub(0, before->qty, &closed) &&
           plm_contract_value(contract, closed, px, &out->value) &&
           plm_money_sub(value, out->value, &out->rest);
}

static bool close_by(const plm_contract *contract, const plm_position *before, plm_qty delta,
                     plm_px px, plm_position_change *change)
{
    closing part;
    plm_money value, kept;
    plm_position *const after = &change->after;
    return split(contract, before, delta, after->qty, px, change->value, &part) &&
           plm_money_negate(part.value, &value) && /* of what is closed, not of the fill */
           plm_contract_profit(contract, value, part.taken, &change->realised) &&
           plm_money_sub(before->cost, part.taken, &kept) &&
           plm_money_add(kept, part.rest, &after->cost) &&
           plm_money_add(before->realised, change->realised, &after->realised);
}

bool plm_position_change_by(const plm_contract *contract, const plm_position *position,
                            plm_qty delta, plm_px px, plm_position_change *out)
{
    plm_position_change change = {.after = *position};
    if (!plm_i64_add(position->qty, delta, &change.after.qty) || change.after.qty == INT64_MIN ||
        !plm_contract_value(contract, delta, px, &change.value)) {
        return false;
    }
    bool const opens = position->qty == 0 || (position->qty > 0) == (delta > 0);
    if (opens ? !plm_money_add(position->cost, change.value, &change.after.cost)
              : !close_by(contract, position, delta, px, &change)) {
        return false;
    }
    *out = change;
    return true;
}

bool plm_position_close_at(const plm_contract *contract, const plm_position *position, plm_qty qty,
                           plm_money value, plm_position_change *out)
{
    plm_position_change change = {.after = *position};
    plm_qty const whole = position->qty < 0 ? -position->qty : position->qty;
    plm_assert(qty > 0);
    plm_assert(qty <= whole);
    plm_money taken = position->cost;
    if (qty < whole && !plm_money_muldiv(position->cost, qty, whole, PLM_ROUND_HALF_EVEN, &taken)) {
        return false;
    }
    change.after.qty = position->qty < 0 ? position->qty + qty : position->qty - qty;
    if (!plm_contract_profit(contract, value, taken, &change.realised) ||
        !plm_money_negate(value, &change.value) ||
        !plm_money_sub(position->cost, taken, &change.after.cost) ||
        !plm_money_add(position->realised, change.realised, &change.after.realised)) {
        return false;
    }
    *out = change;
    return true;
}
