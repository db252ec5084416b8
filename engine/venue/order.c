/*
 * order.c - the life of an order as a table, and the pool: orders live in chunks that never move,
 * each account has them as a list and as an array sorted by oid.
 */
#include "order.h"

#include <string.h>

#include "check.h"
#include "memory.h"

#define CHUNK_ORDERS 256u

/* -- life ------------------------------------------------------------------------------------ */

bool plm_order_may(plm_order_state from, plm_order_state to)
{
    static const bool legal[PLM_STATE_COUNT][PLM_STATE_COUNT] = {
        [PLM_STATE_NONE] = {[PLM_STATE_SENT] = true},
        [PLM_STATE_SENT] = {[PLM_STATE_WAITING] = true,
                            [PLM_STATE_OPEN] = true,
                            [PLM_STATE_FILLED] = true,
                            [PLM_STATE_CANCELLED] = true,
                            [PLM_STATE_REJECTED] = true},
        [PLM_STATE_WAITING] = {[PLM_STATE_WAITING] = true,
                               [PLM_STATE_OPEN] = true,
                               [PLM_STATE_FILLED] = true,
                               [PLM_STATE_CANCELLED] = true,
                               [PLM_STATE_REJECTED] = true},
        [PLM_STATE_OPEN] =
            {[PLM_STATE_OPEN] = true, [PLM_STATE_FILLED] = true, [PLM_STATE_CANCELLED] = true},
    };
    plm_assert(from < PLM_STATE_COUNT);
    plm_assert(to < PLM_STATE_COUNT);
    return legal[from][to];
}

void plm_order_turn(plm_order *order, plm_order_state to)
{
    plm_assert(plm_order_may((plm_order_state)order->state, to));
    order->state = (uint8_t)to;
}

void plm_order_resize(plm_order *order, plm_qty qty)
{
    plm_qty const filled = order->qty - order->left;
    plm_assert(qty > filled);
    order->qty = qty;
    order->left = qty - filled;
}

/* -- pool ------------------------------------------------------------------------------------ */

typedef struct shop {
    plm_order *first, *last;
    plm_order **by_oid;
    uint32_t count, cap;
    plm_oid oid_last; /* the highest that was ever taken */
} shop;

struct plm_order_pool {
    shop *shops; /* one per account */
    uint32_t account_count;
    plm_order **chunks;
    uint32_t chunk_count, chunk_cap;
    plm_order *free_list; /* through next */
};

plm_order_pool *plm_order_pool_create(uint32_t account_count)
{
    plm_order_pool *const pool = plm_alloc(1, sizeof *pool);
    pool->shops = plm_alloc(account_count, sizeof *pool->shops);
    pool->account_count = account_count;
    return pool;
}

void plm_order_pool_destroy(plm_order_pool *pool)
{
    if (pool == NULL) {
        return;
    }
    for (uint32_t i = 0; i < pool->account_count; i++) {
        plm_free(pool->shops[i].by_oid);
    }
    for (uint32_t i = 0; i < pool->chunk_count; i++) {
        plm_free(pool->chunks[i]);
    }
    plm_free(pool->shops);
    plm_free(pool->chunks);
    plm_free(pool);
}

static void add_chunk(plm_order_pool *pool)
{
    if (pool->chunk_count == pool->chunk_cap) {
        pool->chunk_cap = pool->chunk_cap == 0 ? 16 : 2 * pool->chunk_cap;
        pool->chunks = plm_realloc(pool->chunks, pool->chunk_cap, sizeof(plm_order *));
    }
    plm_order *const chunk = plm_alloc_aligned(CHUNK_ORDERS, sizeof *chunk, 64);
    pool->chunks[pool->chunk_count++] = chunk;
    for (uint32_t i = CHUNK_ORDERS; i-- > 0;) {
        chunk[i].next = pool->free_list;
        pool->free_list = &chunk[i];
    }
}

/* Place of the first order whose oid is not lower. */
static uint32_t place_of(const shop *at, plm_oid oid)
{
    uint32_t low = 0, high = at->count;
    while (low < high) {
        uint32_t const middle = low + (high - low) / 2;
        if (at->by_oid[middle]->oid < oid) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static shop *shop_of(const plm_order_pool *pool, uint32_t account)
{
    plm_assert(account < pool->account_count);
    return &pool->shops[account];
}

plm_order *plm_order_pool_take(plm_order_pool *pool, uint32_t account, plm_oid oid)
{
    shop *const at = shop_of(pool, account);
    if (at->count == PLM_ORDERS_PER_ACCOUNT_MAX) {
        return NULL;
    }
    plm_assert(oid > at->oid_last);
    if (pool->free_list == NULL) {
        add_chunk(pool);
    }
    if (at->count == at->cap) {
        at->cap = at->cap == 0 ? 16 : 2 * at->cap;
        at->by_oid = plm_realloc(at->by_oid, at->cap, sizeof(plm_order *));
    }
    plm_order *const order = pool->free_list;
    pool->free_list = order->next;
    *order = (plm_order){.oid = oid, .account = account, .prev = at->last};
    if (at->last != NULL) {
        at->last->next = order;
    } else {
        at->first = order;
    }
    at->last = order;
    at->by_oid[at->count++] = order;
    at->oid_last = oid;
    return order;
}

plm_order *plm_order_pool_find(const plm_order_pool *pool, uint32_t account, plm_oid oid)
{
    const shop *const at = shop_of(pool, account);
    uint32_t const place = place_of(at, oid);
    return place < at->count && at->by_oid[place]->oid == oid ? at->by_oid[place] : NULL;
}

void plm_order_pool_give(plm_order_pool *pool, plm_order *order)
{
    shop *const at = shop_of(pool, order->account);
    uint32_t const place = place_of(at, order->oid);
    plm_assert(place < at->count);
    plm_assert(at->by_oid[place] == order);
    plm_assert(order->place == PLM_PLACE_NONE);
    at->count--;
    memmove(&at->by_oid[place], &at->by_oid[place + 1], (at->count - place) * sizeof at->by_oid[0]);
    *(order->prev != NULL ? &order->prev->next : &at->first) = order->next;
    *(order->next != NULL ? &order->next->prev : &at->last) = order->prev;
    order->next = pool->free_list;
    pool->free_list = order;
}

plm_order *plm_order_pool_first(const plm_order_pool *pool, uint32_t account)
{
    return shop_of(pool, account)->first;
}

uint32_t plm_order_pool_count(const plm_order_pool *pool, uint32_t account)
{
    return shop_of(pool, account)->count;
}
