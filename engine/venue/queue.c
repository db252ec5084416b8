/*
 * queue.c - the estimators of the queue.
 */
#include "queue.h"

#include "check.h"

static plm_qty smaller(plm_qty a, plm_qty b)
{
    return a < b ? a : b;
}

/* max(0, a - b) of two quantities that are not negative. */
static plm_qty beyond(plm_qty a, plm_qty b)
{
    return a > b ? a - b : 0;
}

void plm_queue_join(plm_order *order, plm_qty ahead)
{
    order->ahead = ahead;
    order->shown = ahead;
    order->traded = 0;
}

plm_qty plm_queue_trade(plm_order *order, plm_qty qty)
{
    /* What does not fit is more than any `shown`, and so is the largest quantity. */
    if (!plm_i64_add(order->traded, qty, &order->traded)) {
        order->traded = INT64_MAX;
    }
    if (order->ahead == PLM_AHEAD_UNKNOWN) {
        return 0;
    }
    plm_qty const reach = beyond(qty, order->ahead);
    order->ahead = beyond(order->ahead, qty);
    return reach;
}

/* floor(gone * part / whole) */
static plm_qty portion(plm_qty gone, plm_i128 part, plm_i128 whole)
{
    plm_i128 share = 0;
    bool const fits = plm_muldiv(gone, part, whole, PLM_ROUND_FLOOR, &share);
    plm_assert(fits); /* part <= whole */
    return (plm_qty)share;
}

plm_qty plm_queue_share(plm_queue_model model, plm_qty gone, plm_qty ahead, plm_qty expected)
{
    if (gone == 0 || ahead == 0) {
        return 0;
    }
    switch (model) {
    case PLM_QUEUE_PRORATA:
        return portion(gone, smaller(ahead, expected), expected);
    case PLM_QUEUE_SQUARE: {
        /* Both squares together are below 2^126, for ahead + behind fits 63 bits. */
        plm_i128 const behind = beyond(expected, ahead);
        plm_i128 const square = (plm_i128)ahead * ahead;
        return portion(gone, square, square + behind * behind);
    }
    case PLM_QUEUE_FRONT:
        return gone;
    case PLM_QUEUE_CONSERVATIVE:
    case PLM_QUEUE_TRADES:
    case PLM_QUEUE_COUNT:
        break;
    }
    return 0;
}

void plm_queue_restate(plm_queue_model model, plm_order *order, plm_qty shown)
{
    if (order->ahead != PLM_AHEAD_UNKNOWN) {
        plm_qty const expected = beyond(order->shown, order->traded);
        plm_qty const gone = beyond(expected, shown);
        plm_qty const share = plm_queue_share(model, gone, order->ahead, expected);
        order->ahead = smaller(beyond(order->ahead, share), shown);
    } else {
        order->ahead = shown;
    }
    order->shown = shown;
    order->traded = 0;
}
