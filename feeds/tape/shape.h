/*
 * shape.h - how an event kind is laid out in a block: its class, its price chain, whether it has a
 * size.
 */
#ifndef PLM_SHAPE_H
#define PLM_SHAPE_H

#include "kinds.h"
#include "tape_layout.h"

typedef struct plm_shape {
    plm_class class_;
    bool has_px, has_qty;
    bool is_quote; /* its size is coded as the difference to the one before while the price stays */
    uint8_t chain; /* names the chain together with the row: events of one row and chain are coded
                      as differences */
} plm_shape;

/* The kind must exist. */
static inline plm_shape plm_shape_of(unsigned kind, unsigned side)
{
    /* Chains of a row: 1 bid side, 2 ask side, 3.. one per kind and, for levels and bars, per side.
     */
    const plm_kind_info *const info = plm_kind_find(kind);
    plm_shape shape = {PLM_CLASS_RARE, info->px != PLM_FIELD_ZERO, info->qty != PLM_FIELD_ZERO,
                       false, (uint8_t)(3 + kind)};
    switch (kind) {
    case PLM_EV_BID:
    case PLM_EV_ASK:
        shape.class_ = PLM_CLASS_MAIN;
        shape.is_quote = true;
        shape.chain = kind == PLM_EV_BID ? 1 : 2;
        break;
    case PLM_EV_TRADE: /* a seller hits the bid, a buyer (or nobody knows who) the ask */
        shape.class_ = PLM_CLASS_MAIN;
        shape.chain = side == PLM_SIDE_SELL ? 1 : 2;
        break;
    case PLM_EV_MARK:
    case PLM_EV_INDEX:
    case PLM_EV_ASSET_INDEX:
        shape.class_ = PLM_CLASS_MAIN;
        break;
    case PLM_EV_BAR_OPEN:
    case PLM_EV_BAR_HIGH:
    case PLM_EV_BAR_LOW:
    case PLM_EV_BAR_CLOSE:
        shape.class_ = PLM_CLASS_MAIN;
        shape.chain = (uint8_t)(64 + side);
        break;
    case PLM_EV_LEVEL:
        shape.class_ = PLM_CLASS_LEVEL;
        shape.chain = (uint8_t)(72 + side);
        break;
    default:
        break;
    }
    return shape;
}

#endif
