/*
 * queue.h - how far an order has come in the queue at its price (docs/replay.md, 5): pure leaves.
 */
#ifndef PLM_QUEUE_H
#define PLM_QUEUE_H

#include "venue.h"

/* Comes to rest behind `ahead`, which may be PLM_AHEAD_UNKNOWN. */
void plm_queue_join(plm_order *order, plm_qty ahead);

/* A trade of qty at the order's price; returns how far into the order it reaches. */
plm_qty plm_queue_trade(plm_order *order, plm_qty qty);

/* The quantity displayed at the order's price has become known. */
void plm_queue_restate(plm_queue_model model, plm_order *order, plm_qty shown);

/* Of `gone`, which left without trading, the share that stood ahead. ahead + behind = expected. */
plm_qty plm_queue_share(plm_queue_model model, plm_qty gone, plm_qty ahead, plm_qty expected);

#endif
