/*
 * trend.c - follows the trend: long while the fast average of trades is above the slow one, short
 * while it is below.
 */
#include "plimsoll_aux.h"
#include "plimsoll_series.h"

typedef struct trend {
    plm_aux aux;
    plm_aux_target target;
    plm_aux_ewma fast, slow;
    double leverage, band;
    int side; /* 1 long, -1 short, 0 not decided yet */
} trend;

static const plm_param params[] = {
    {PLM_AUX_ROW("instrument", "", "What is traded.")},
    {PLM_AUX_INTEGER("fast", 1, 10000000, "2000", "trades", "Span of the fast average.")},
    {PLM_AUX_INTEGER("slow", 2, 10000000, "10000", "trades", "Span of the slow average.")},
    {PLM_AUX_DECIMAL("band", 6, 0, 1000000, "0.0002", "", "Averages nearer than this are equal.")},
    {PLM_AUX_DECIMAL("leverage", 2, 1, 12500, "1", "x", "Exposure in multiples of equity.")},
};

static plm_result start(trend *self, plm_subscription *subscription)
{
    self->target.sym = (uint32_t)plm_aux_param(&self->aux, "instrument");
    self->fast.span = plm_aux_param(&self->aux, "fast");
    self->slow.span = plm_aux_param(&self->aux, "slow");
    self->band = plm_aux_real(&self->aux, "band");
    self->leverage = plm_aux_real(&self->aux, "leverage");
    plm_aux_hear(subscription, self->target.sym,
                 PLM_EV_BIT(PLM_EV_TRADE) | PLM_EV_BIT(PLM_EV_BAR_CLOSE));
    return plm_aux_one_way(&self->aux);
}

static plm_result on_event(trend *self, const plm_event *event)
{
    double const price = plm_aux_px(&self->aux, event->sym, event->px);
    double const fast = plm_aux_ewma_add(&self->fast, price);
    double const slow = plm_aux_ewma_add(&self->slow, price);
    int const side = fast > slow * (1 + self->band) ? 1 : fast < slow * (1 - self->band) ? -1 : 0;
    if (side != 0 && side != self->side && self->slow.count >= self->slow.span) {
        double const exposure = side * self->leverage * plm_aux_equity(&self->aux, event->sym);
        plm_qty const wanted = plm_aux_qty_of_value(&self->aux, event->sym, exposure, price);
        self->side = plm_aux_target_set(&self->aux, &self->target, wanted, 0) ? side : self->side;
    }
    return PLM_RESULT_OK;
}

static plm_result on_report(trend *self, const plm_report *report)
{
    (void)plm_aux_target_report(&self->aux, &self->target, report);
    return PLM_RESULT_OK;
}

PLM_AUX_STRATEGY(trend, "trend", "Trend", "Long above, short below: two moving averages of trades.",
                 params, start, on_event, on_report);
