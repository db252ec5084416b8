/*
 * order.h - an order at the venue, its life as a table of legal transitions, and the pool that
 * holds the orders of all accounts.
 */
#ifndef PLM_ORDER_H
#define PLM_ORDER_H

#include <stdbool.h>

#include "num.h"
#include "plimsoll.h"

#define PLM_ORDERS_PER_ACCOUNT_MAX 10000u
#define PLM_AHEAD_UNKNOWN INT64_MAX

/* Where the venue keeps an order; its state says how far its life has come. */
typedef enum plm_order_place {
    PLM_PLACE_NONE = 0, /* nowhere: on its way, taking, or done */
    PLM_PLACE_BOOK = 1,
    PLM_PLACE_WAITING = 2,
    PLM_PLACE_MARKED = 3 /* its condition was met: phase 4 of the instant is due */
} plm_order_place;

typedef struct plm_order plm_order;
struct plm_order {
    plm_oid oid;
    uint64_t arrival; /* run-wide number of its arrival at the venue: time priority */
    uint32_t account, world, sym, group;
    uint8_t side, type, tif, flags;
    uint8_t trigger, trigger_by, leg, state;
    uint8_t place;    /* plm_order_place; the venue's alone */
    bool taking;      /* between arrival and rest */
    bool liquidation; /* the venue's own, to close what an account holds */
    plm_rate liquidation_fee;
    plm_px px;
    plm_qty qty, left;
    plm_px trigger_px, trail;
    plm_px best; /* trail: best reference since arrival, 0 = none yet */
    uint64_t tag;
    plm_money hold;                 /* what it held when it came to rest ... */
    plm_qty hold_qty;               /* ... with this much left */
    plm_qty ahead, shown, traded;   /* the queue */
    plm_order *next, *prev;         /* list of the account's live orders, by oid; pool: free list */
    plm_order *row_next, *row_prev; /* list of the instrument's live orders, by arrival */
};

/* Whether the life of an order has this step (docs/replay.md, 2). */
bool plm_order_may(plm_order_state from, plm_order_state to);

/* Changes the state; an illegal step is a bug. */
void plm_order_turn(plm_order *order, plm_order_state to);

/* Another whole quantity; what is filled stays. */
void plm_order_resize(plm_order *order, plm_qty qty);

static inline bool plm_order_done(const plm_order *order)
{
    return order->state >= PLM_STATE_FILLED;
}

typedef struct plm_order_pool plm_order_pool;
plm_order_pool *plm_order_pool_create(uint32_t account_count);
void plm_order_pool_destroy(plm_order_pool *pool);

/* A zeroed order of an account, NULL when it has PLM_ORDERS_PER_ACCOUNT_MAX. oids must rise. */
plm_order *plm_order_pool_take(plm_order_pool *pool, uint32_t account, plm_oid oid);
/* NULL when the account has no live order of that id. */
plm_order *plm_order_pool_find(const plm_order_pool *pool, uint32_t account, plm_oid oid);
/* The order is gone. The venue must not hold it any more. */
void plm_order_pool_give(plm_order_pool *pool, plm_order *order);
/* Live orders of an account, lowest oid first; NULL at the end. */
plm_order *plm_order_pool_first(const plm_order_pool *pool, uint32_t account);
uint32_t plm_order_pool_count(const plm_order_pool *pool, uint32_t account);

#endif
