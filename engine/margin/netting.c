/*
 * netting.c - the rows of one instrument together: legs, and resting orders.
 */
#include "requirement.h"

#include "account.h"

static plm_money larger(plm_money a, plm_money b)
{
    return a.v < b.v ? b : a;
}

/* -- legs ------------------------------------------------------------------------------------ */

/* Both legs as one position. */
static bool net_exposure(const plm_rules *rules, const plm_margin_position *row, int64_t px2,
                         plm_exposure *out)
{
    plm_qty qty;
    plm_money cost;
    return plm_i64_add(row[0].qty, row[1].qty, &qty) &&
           plm_money_add(plm_money_of(row[0].cost), plm_money_of(row[1].cost), &cost) &&
           plm_exposure_of(rules, row, qty, cost, px2, out);
}

static bool net_of(const plm_rules *rules, const plm_margin_position *row, int64_t px2,
                   plm_requirement *out)
{
    plm_exposure exposure;
    return net_exposure(rules, row, px2, &exposure) && plm_requirement_of(rules, &exposure, out);
}

/* The requirement of two legs, and what of it is the first one's. */
typedef struct division {
    plm_money all, first;
} division;

static bool divide(plm_netting netting, const plm_margin_position *row, plm_money first,
                   plm_money second, plm_money net, division *out)
{
    switch (netting) {
    case PLM_NETTING_NET: {
        plm_i128 const long_size = row[0].qty < 0 ? -(plm_i128)row[0].qty : row[0].qty;
        plm_i128 const short_size = row[1].qty < 0 ? -(plm_i128)row[1].qty : row[1].qty;
        out->all = net;
        return plm_muldiv(net.v, long_size, long_size + short_size, PLM_ROUND_HALF_EVEN,
                          &out->first.v);
    }
    case PLM_NETTING_MAX_SIDE:
        out->all = larger(first, second);
        out->first = first.v >= second.v ? first : (plm_money){0};
        return true;
    case PLM_NETTING_GROSS:
    case PLM_NETTING_NONE:
        out->first = first;
        return plm_money_add(first, second, &out->all);
    }
    return false;
}

static bool both_legs(const plm_rules *rules, const plm_margin_position *row,
                      const plm_requirement *own, int64_t px2, plm_requirement *out,
                      plm_requirement *out_share)
{
    const plm_rule_set *const set = rules->set;
    plm_requirement net = {0};
    bool const nets =
        set->net_maintenance == PLM_NETTING_NET || set->net_initial == PLM_NETTING_NET;
    division maintenance, initial;
    if ((nets && !net_of(rules, row, px2, &net)) ||
        !divide(set->net_maintenance, row, own[0].maintenance, own[1].maintenance, net.maintenance,
                &maintenance) ||
        !divide(set->net_initial, row, own[0].initial, own[1].initial, net.initial, &initial)) {
        return false;
    }
    if (initial.all.v < maintenance.all.v) {
        initial = maintenance;
    }
    *out = (plm_requirement){maintenance.all, initial.all};
    out_share[0] = (plm_requirement){maintenance.first, initial.first};
    out_share[1] = (plm_requirement){{maintenance.all.v - maintenance.first.v},
                                     {initial.all.v - initial.first.v}};
    return true;
}

bool plm_requirement_rows(const plm_rules *rules, const plm_margin_position *row,
                          const plm_exposure *exposure, uint32_t count, int64_t px2,
                          plm_requirement *out, plm_requirement *out_share)
{
    plm_requirement own[2] = {0};
    for (uint32_t i = 0; i < count; i++) {
        if (row[i].qty != 0 && !plm_requirement_of(rules, &exposure[i], &own[i])) {
            return false;
        }
    }
    if (count == 2 && row[0].qty != 0 && row[1].qty != 0) {
        return both_legs(rules, row, own, px2, out, out_share);
    }
    *out = row[0].qty != 0 ? own[0] : own[1];
    for (uint32_t i = 0; i < count; i++) {
        out_share[i] = own[i];
    }
    return true;
}

bool plm_requirement_rows_maintenance(const plm_rules *rules, const plm_margin_position *row,
                                      const plm_exposure *exposure, uint32_t count, int64_t px2,
                                      plm_money *out)
{
    plm_money own[2] = {{0}, {0}};
    for (uint32_t i = 0; i < count; i++) {
        if (row[i].qty != 0 && !plm_requirement_maintenance(rules, &exposure[i], &own[i])) {
            return false;
        }
    }
    if (count == 1 || row[0].qty == 0 || row[1].qty == 0) {
        *out = row[0].qty != 0 ? own[0] : own[1];
        return true;
    }
    plm_money net = {0};
    plm_exposure both;
    division divided;
    if (rules->set->net_maintenance == PLM_NETTING_NET &&
        (!net_exposure(rules, row, px2, &both) ||
         !plm_requirement_maintenance(rules, &both, &net))) {
        return false;
    }
    if (!divide(rules->set->net_maintenance, row, own[0], own[1], net, &divided)) {
        return false;
    }
    *out = divided.all;
    return true;
}

/* -- resting orders -------------------------------------------------------------------------- */

typedef struct resting {
    plm_qty qty, buys, sells; /* net position; orders */
    plm_money buy_value, sell_value, held;
} resting;

static bool add_row(resting *sum, const plm_margin_position *row)
{
    return plm_i64_add(sum->qty, row->qty, &sum->qty) &&
           plm_i64_add(sum->buys, row->buy_qty, &sum->buys) &&
           plm_i64_add(sum->sells, row->sell_qty, &sum->sells) &&
           plm_money_add(sum->buy_value, plm_money_of(row->buy_value), &sum->buy_value) &&
           plm_money_add(sum->sell_value, plm_money_of(row->sell_value), &sum->sell_value) &&
           plm_money_add(sum->held, plm_money_of(row->held), &sum->held);
}

/* The initial requirement of a whole of that quantity and value. */
static bool open_of(const plm_rules *rules, const plm_exposure *like, plm_qty qty, plm_money value,
                    plm_money *out)
{
    plm_exposure exposure = *like;
    exposure.value = value;
    return plm_exposure_measure(rules, qty, &exposure) &&
           plm_requirement_open(rules, &exposure, false, out);
}

/* What the position would need with all orders of the worse side filled, beyond what it needs. */
static bool worse_side(const plm_rules *rules, const plm_margin_position *row, const resting *sum,
                       plm_money *out)
{
    plm_exposure now;
    plm_money longer, shorter, most, need, has;
    if (!plm_exposure_of(rules, row, sum->qty, (plm_money){0}, row->requirement_px2, &now)) {
        return false;
    }
    plm_money const signed_value = {sum->qty < 0 ? -now.value.v : now.value.v};
    if (!plm_money_add(signed_value, sum->buy_value, &longer) ||
        !plm_money_sub(sum->sell_value, signed_value, &shorter)) {
        return false;
    }
    most = larger(longer, shorter);
    if (most.v <= now.value.v) {
        *out = (plm_money){0};
        return true;
    }
    plm_qty whole;
    bool const fits = longer.v >= shorter.v ? plm_i64_add(sum->qty, sum->buys, &whole)
                                            : plm_i64_sub(sum->sells, sum->qty, &whole);
    if (!fits || !open_of(rules, &now, whole > 0 ? whole : 0, most, &need) ||
        !open_of(rules, &now, sum->qty, now.value, &has)) {
        return false;
    }
    out->v = need.v > has.v ? need.v - has.v : 0;
    return true;
}

bool plm_requirement_orders(const plm_rules *rules, const plm_margin_position *row, uint32_t count,
                            plm_money *out)
{
    resting sum = {0};
    for (uint32_t i = 0; i < count; i++) {
        if (!add_row(&sum, &row[i])) {
            return false;
        }
    }
    switch (rules->set->orders) {
    case PLM_ORDER_MARGIN_SUM:
        *out = sum.held;
        return true;
    case PLM_ORDER_MARGIN_WORSE_SIDE:
        if (sum.buys != 0 || sum.sells != 0) {
            return worse_side(rules, row, &sum, out);
        }
        break;
    case PLM_ORDER_MARGIN_NONE:
    case PLM_ORDER_MARGIN_FREE:
        break;
    }
    *out = (plm_money){0};
    return true;
}
