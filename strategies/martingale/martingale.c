/*
 * martingale.c - bets that the price moves one way, and doubles the bet after each loss: the
 * classic ruin.
 */
#include "plimsoll_aux.h"

typedef struct martingale {
    plm_aux aux;
    plm_aux_target target;
    double stake, distance;
    plm_qty first; /* the bet after a win, signed; 0: not known yet */
    int64_t losses, losses_max;
    int direction;
    bool closing;
} martingale;

static const plm_param params[] = {
    {PLM_AUX_ROW("instrument", "", "What is traded.")},
    {PLM_AUX_CHOICE("side", "buy|sell", "buy", "The side of every bet.")},
    {PLM_AUX_DECIMAL("stake", 4, 1, 1000000, "0.1", "x",
                     "Exposure of the first bet in multiples of equity at the start.")},
    {PLM_AUX_DECIMAL("distance", 6, 1, 500000, "0.001", "",
                     "A move of this share of the entry price decides the bet.")},
    {PLM_AUX_INTEGER("losses", 0, 40, "40", "bets",
                     "Doubles at most so many times, then starts over.")},
};

static plm_result start(martingale *self, plm_subscription *subscription)
{
    self->target.sym = (uint32_t)plm_aux_param(&self->aux, "instrument");
    self->direction = plm_aux_param(&self->aux, "side") == 0 ? 1 : -1;
    self->stake = plm_aux_real(&self->aux, "stake");
    self->distance = plm_aux_real(&self->aux, "distance");
    self->losses_max = plm_aux_param(&self->aux, "losses");
    plm_aux_hear(subscription, self->target.sym,
                 PLM_EV_BIT(PLM_EV_BID) | PLM_EV_BIT(PLM_EV_ASK) | PLM_EV_BIT(PLM_EV_TRADE) |
                     PLM_EV_BIT(PLM_EV_BAR_CLOSE));
    return plm_aux_one_way(&self->aux);
}

static plm_result bet(martingale *self, double price)
{
    if (self->first == 0) {
        double const stake =
            self->direction * self->stake * plm_aux_equity(&self->aux, self->target.sym);
        self->first = plm_aux_qty_of_value(&self->aux, self->target.sym, stake, price);
    }
    plm_qty const most = INT64_MAX >> self->losses;
    if (self->first > most || self->first < -most) {
        self->aux.note->note(self->aux.host, "ruin: the next bet is larger than a quantity can be");
        return PLM_RESULT_STOP;
    }
    plm_qty const size = self->first * (INT64_C(1) << self->losses);
    (void)plm_aux_target_set(&self->aux, &self->target, size, 0);
    return PLM_RESULT_OK;
}

/* Decides a bet: a loss doubles the next one, a win starts over. */
static void settle(martingale *self, double price)
{
    double const entry = plm_aux_target_price(&self->target);
    double const gain = self->direction * (price - entry);
    if (gain < self->distance * entry && gain > -self->distance * entry) {
        return;
    }
    self->losses = gain > 0 || self->losses == self->losses_max ? 0 : self->losses + 1;
    self->closing = true;
}

static plm_result on_event(martingale *self, const plm_event *event)
{
    double const price = plm_aux_price(&self->aux, event->sym);
    if (self->target.oid != 0 || !(price > 0)) {
        return PLM_RESULT_OK;
    }
    if (plm_aux_position(&self->aux, event->sym) == 0) {
        self->closing = false;
        return bet(self, price);
    }
    if (!self->closing) {
        settle(self, price);
    }
    if (self->closing) {
        (void)plm_aux_target_set(&self->aux, &self->target, 0, 0);
    }
    return PLM_RESULT_OK;
}

static plm_result on_report(martingale *self, const plm_report *report)
{
    bool const ended = plm_aux_target_report(&self->aux, &self->target, report);
    if (ended && self->target.rejected == PLM_REASON_BALANCE) {
        self->aux.note->note(self->aux.host, "ruin: the account cannot carry the next bet");
        return PLM_RESULT_STOP;
    }
    return PLM_RESULT_OK;
}

PLM_AUX_STRATEGY(martingale, "martingale", "Martingale", "Doubles its bet after each loss.", params,
                 start, on_event, on_report);
