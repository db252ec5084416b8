/*
 * dbn_orders.c - resting orders by (row, order id): open addressing. A book that is cleared gets
 * another generation, and its orders are dropped when the table is made anew.
 */
#include "check.h"
#include "dbn.h"
#include "memory.h"

#define CAP_MIN 1024u

void plm_dbn_orders_fini(plm_dbn_orders *orders)
{
    plm_free(orders->places);
    plm_free(orders->generations);
    plm_free(orders->counts);
    *orders = (plm_dbn_orders){0};
}

void plm_dbn_orders_grow_rows(plm_dbn_orders *orders, uint32_t rows)
{
    if (rows <= orders->rows) {
        return;
    }
    orders->generations = plm_realloc(orders->generations, rows, sizeof *orders->generations);
    orders->counts = plm_realloc(orders->counts, rows, sizeof *orders->counts);
    for (uint32_t i = orders->rows; i < rows; i++) {
        orders->generations[i] = 1;
        orders->counts[i] = 0;
    }
    orders->rows = rows;
}

static uint32_t home(const plm_dbn_orders *orders, uint32_t sym, uint64_t id)
{
    uint64_t const mixed = (id ^ (uint64_t)sym << 40) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(mixed >> 32) & (orders->cap - 1);
}

static bool is_live(const plm_dbn_orders *orders, const plm_dbn_order *order)
{
    return order->generation == orders->generations[order->sym];
}

static void place_order(plm_dbn_orders *orders, const plm_dbn_order *order)
{
    uint32_t at = home(orders, order->sym, order->id);
    while (orders->places[at].generation != 0) {
        at = (at + 1) & (orders->cap - 1);
    }
    orders->places[at] = *order;
    orders->used++;
}

static void make_anew(plm_dbn_orders *orders)
{
    plm_dbn_order *const old = orders->places;
    uint32_t const old_cap = orders->cap;
    uint32_t cap = CAP_MIN;
    while (cap < orders->live * 2) {
        cap *= 2;
    }
    orders->cap = cap;
    orders->used = 0;
    orders->places = plm_alloc(cap, sizeof *orders->places);
    for (uint32_t i = 0; i < old_cap; i++) {
        if (old[i].generation != 0 && is_live(orders, &old[i])) {
            place_order(orders, &old[i]);
        }
    }
    plm_free(old);
}

plm_dbn_order *plm_dbn_orders_find(const plm_dbn_orders *orders, uint32_t sym, uint64_t id)
{
    if (orders->cap == 0) {
        return NULL;
    }
    for (uint32_t at = home(orders, sym, id); orders->places[at].generation != 0;
         at = (at + 1) & (orders->cap - 1)) {
        plm_dbn_order *const order = &orders->places[at];
        if (order->id == id && order->sym == sym && is_live(orders, order)) {
            return order;
        }
    }
    return NULL;
}

bool plm_dbn_orders_add(plm_dbn_orders *orders, const plm_dbn_order *order)
{
    plm_assert(order->sym < orders->rows);
    if (orders->live == PLM_DBN_ORDERS_MAX) {
        return false;
    }
    if (orders->cap == 0 || orders->used >= orders->cap / 4 * 3) {
        make_anew(orders);
    }
    plm_dbn_order added = *order;
    added.generation = orders->generations[order->sym];
    place_order(orders, &added);
    orders->live++;
    orders->counts[order->sym]++;
    return true;
}

/* Closes the hole by moving back what lies behind it and may. */
void plm_dbn_orders_remove(plm_dbn_orders *orders, plm_dbn_order *order)
{
    uint32_t const mask = orders->cap - 1;
    orders->counts[order->sym]--;
    orders->live--;
    orders->used--;
    uint32_t hole = (uint32_t)(order - orders->places);
    for (uint32_t at = (hole + 1) & mask; orders->places[at].generation != 0;
         at = (at + 1) & mask) {
        uint32_t const wanted = home(orders, orders->places[at].sym, orders->places[at].id);
        if (((at - wanted) & mask) >= ((at - hole) & mask)) {
            orders->places[hole] = orders->places[at];
            hole = at;
        }
    }
    orders->places[hole].generation = 0;
}

void plm_dbn_orders_clear(plm_dbn_orders *orders, uint32_t sym)
{
    orders->live -= orders->counts[sym];
    orders->counts[sym] = 0;
    orders->generations[sym]++;
}
