/*
 * hold.c - levered buy and hold: buys at the first price, waits; a stop at the venue if wanted.
 */
#include "plimsoll_aux.h"

typedef struct hold {
    plm_aux aux;
    plm_aux_target target;
    double leverage, stop;
    uint8_t stop_by;
    bool done;
} hold;

static const plm_param params[] = {
    {PLM_AUX_ROW("instrument", "", "What is held.")},
    {PLM_AUX_DECIMAL("leverage", 2, -12500, 12500, "1", "x",
                     "Exposure in multiples of equity; below 0: short.")},
    {PLM_AUX_DECIMAL("stop", 6, 0, 999999, "0", "",
                     "Closes after an adverse move of this share of the entry price; 0: never.")},
    {PLM_AUX_CHOICE("stop_by", "last|mark|index", "last", "The price that wakes the stop.")},
};

static plm_result start(hold *self, plm_subscription *subscription)
{
    self->target.sym = (uint32_t)plm_aux_param(&self->aux, "instrument");
    self->leverage = plm_aux_real(&self->aux, "leverage");
    self->stop = plm_aux_real(&self->aux, "stop");
    self->stop_by = (uint8_t)(PLM_KEY_LAST + plm_aux_param(&self->aux, "stop_by"));
    plm_aux_hear(subscription, self->target.sym,
                 PLM_EV_BIT(PLM_EV_BID) | PLM_EV_BIT(PLM_EV_ASK) | PLM_EV_BIT(PLM_EV_TRADE) |
                     PLM_EV_BIT(PLM_EV_BAR_CLOSE));
    return plm_aux_one_way(&self->aux);
}

static plm_result on_event(hold *self, const plm_event *event)
{
    double const price = plm_aux_price(&self->aux, event->sym);
    if (self->done || !(price > 0)) {
        return PLM_RESULT_OK;
    }
    double const exposure = self->leverage * plm_aux_equity(&self->aux, event->sym);
    plm_qty const wanted = plm_aux_qty_of_value(&self->aux, event->sym, exposure, price);
    self->done = plm_aux_target_set(&self->aux, &self->target, wanted, 0);
    return PLM_RESULT_OK;
}

static void protect(hold *self)
{
    uint32_t const sym = self->target.sym;
    plm_qty const held = plm_aux_position(&self->aux, sym);
    double const entry = plm_aux_target_price(&self->target);
    double const level = entry * (held > 0 ? 1 - self->stop : 1 + self->stop);
    plm_order_request stop = plm_aux_request(sym, -held, 0);
    stop.flags = PLM_ORDER_REDUCE_ONLY;
    stop.trigger = PLM_TRIGGER_STOP;
    stop.trigger_by = self->stop_by;
    stop.trigger_px = plm_aux_to_px(&self->aux, sym, level, held > 0 ? PLM_AUX_UP : PLM_AUX_DOWN);
    (void)self->aux.trade->submit(self->aux.host, &stop);
}

static plm_result on_report(hold *self, const plm_report *report)
{
    if (!plm_aux_target_report(&self->aux, &self->target, report)) {
        return PLM_RESULT_OK;
    }
    if (self->target.rejected != PLM_REASON_NONE) {
        self->aux.note->note(self->aux.host, "the order was rejected: nothing is held");
    } else if (self->target.filled == 0) {
        self->done = false; /* nothing to take: again at the next price */
    } else if (self->stop > 0) {
        protect(self);
    }
    return PLM_RESULT_OK;
}

PLM_AUX_STRATEGY(hold, "hold", "Hold", "Buys once with leverage and holds; a stop if wanted.",
                 params, start, on_event, on_report);
