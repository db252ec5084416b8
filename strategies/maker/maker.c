/*
 * maker.c - offers to buy and to sell around the middle, earns the spread, and leans against the
 * inventory that it collects.
 */
#include "plimsoll_aux.h"

#define TIMER 1

typedef struct quote {
    plm_oid oid; /* 0: none */
    plm_px px;
} quote;

typedef struct maker {
    plm_aux aux;
    uint32_t sym;
    double spread, size, inventory, skew, move;
    double quoted; /* the middle at the last quotes */
    quote bid, ask;
} maker;

static const plm_param params[] = {
    {PLM_AUX_ROW("instrument", "", "What is quoted.")},
    {PLM_AUX_DECIMAL("spread", 6, 0, 500000, "0.0001", "",
                     "Distance of each quote from the middle, as a share of it.")},
    {PLM_AUX_DECIMAL("size", 4, 1, 1000000, "0.1", "x",
                     "Value of each quote in multiples of equity.")},
    {PLM_AUX_DECIMAL("inventory", 2, 1, 12500, "1", "x",
                     "Largest position in multiples of equity; that side is not quoted beyond.")},
    {PLM_AUX_DECIMAL("skew", 2, 0, 10000, "1", "spreads",
                     "How far both quotes move at the full inventory.")},
    {PLM_AUX_DURATION("every", PLM_AUX_MS, INT64_C(86400) * PLM_AUX_SECOND, "40ms",
                      "How often the quotes are renewed.")},
    {PLM_AUX_DECIMAL("move", 6, 0, 1000000, "0.0005", "",
                     "Renews at once when the middle has moved by this share; 0: never.")},
};

static plm_result start(maker *self, plm_subscription *subscription)
{
    self->sym = (uint32_t)plm_aux_param(&self->aux, "instrument");
    self->spread = plm_aux_real(&self->aux, "spread");
    self->size = plm_aux_real(&self->aux, "size");
    self->inventory = plm_aux_real(&self->aux, "inventory");
    self->skew = plm_aux_real(&self->aux, "skew");
    self->move = plm_aux_real(&self->aux, "move");
    if (self->move > 0) {
        plm_aux_hear(subscription, self->sym, PLM_EV_BIT(PLM_EV_BID) | PLM_EV_BIT(PLM_EV_ASK));
    }
    plm_aux_timer(&self->aux, TIMER, self->aux.run->begin, plm_aux_param(&self->aux, "every"));
    return plm_aux_one_way(&self->aux);
}

/* A quote as it should be: qty signed, 0 for none. */
static void renew(maker *self, quote *at, plm_qty qty, plm_px px)
{
    if (at->oid != 0 && qty == 0) {
        (void)self->aux.trade->cancel(self->aux.host, at->oid);
    } else if (at->oid == 0 && qty != 0 && px > 0) {
        at->oid = plm_aux_order(&self->aux, self->sym, qty, px, PLM_ORDER_POST_ONLY, 0);
        at->px = px;
    } else if (at->oid != 0 && at->px != px && px > 0) {
        (void)self->aux.trade->amend(self->aux.host, at->oid, px, 0, 0);
        at->px = px;
    }
}

static void requote(maker *self)
{
    double const middle = plm_aux_price(&self->aux, self->sym);
    double const equity = plm_aux_equity(&self->aux, self->sym);
    plm_qty const most =
        plm_aux_qty_of_value(&self->aux, self->sym, self->inventory * equity, middle);
    if (most <= 0) {
        return; /* no price, no equity, or less than a lot */
    }
    plm_qty const held = plm_aux_position(&self->aux, self->sym);
    plm_qty const qty = plm_aux_qty_of_value(&self->aux, self->sym, self->size * equity, middle);
    double const full = (double)held / (double)most;
    double const centre = middle * (1 - self->skew * self->spread * full);
    renew(self, &self->bid, held >= most ? 0 : qty,
          plm_aux_to_px_for(&self->aux, self->sym, centre * (1 - self->spread), PLM_SIDE_BUY));
    renew(self, &self->ask, held <= -most ? 0 : -qty,
          plm_aux_to_px_for(&self->aux, self->sym, centre * (1 + self->spread), PLM_SIDE_SELL));
    self->quoted = middle;
}

static plm_result on_event(maker *self, const plm_event *event)
{
    double const change = plm_aux_price(&self->aux, event->sym) - self->quoted;
    double const limit = self->move * self->quoted;
    if (self->quoted > 0 && (change > limit || change < -limit)) {
        requote(self);
    }
    return PLM_RESULT_OK;
}

static plm_result on_report(maker *self, const plm_report *report)
{
    bool const order = report->kind == PLM_REPORT_ORDER || report->kind == PLM_REPORT_FILL;
    if (report->kind == PLM_REPORT_TIMER) {
        requote(self);
    } else if (order && plm_aux_is_over(report->state)) {
        quote *const at = report->side == PLM_SIDE_BUY ? &self->bid : &self->ask;
        at->oid = at->oid == report->oid ? 0 : at->oid;
    }
    return PLM_RESULT_OK;
}

PLM_AUX_STRATEGY(maker, "maker", "Maker", "Quotes both sides and leans against its inventory.",
                 params, start, on_event, on_report);
