/*
 * voltarget.c - holds as much as makes the account's volatility what is wanted: less in wild
 * markets, more in calm ones.
 */
#include "plimsoll_aux.h"
#include "plimsoll_series.h"

#define TIMER 1

typedef struct voltarget {
    plm_aux aux;
    plm_aux_target target;
    plm_aux_volatility volatility;
    double wanted, leverage, threshold;
    int64_t every;
} voltarget;

static const plm_param params[] = {
    {PLM_AUX_ROW("instrument", "", "What is held.")},
    {PLM_AUX_DECIMAL("volatility", 4, 1, 1000000, "0.4", "per year",
                     "Volatility of the account that is wanted.")},
    {PLM_AUX_DURATION("every", PLM_AUX_MS, INT64_C(86400) * PLM_AUX_SECOND, "1s",
                      "How often prices are taken and the position is looked at.")},
    {PLM_AUX_INTEGER("span", 1, 1000000, "60", "looks", "Span of the average of squared returns.")},
    {PLM_AUX_DECIMAL("leverage", 2, 1, 12500, "3", "x", "Most exposure in multiples of equity.")},
    {PLM_AUX_DECIMAL("threshold", 4, 0, 10000, "0.1", "",
                     "Rebalances when the position is off by more than this share.")},
};

static plm_result start(voltarget *self, plm_subscription *subscription)
{
    self->target.sym = (uint32_t)plm_aux_param(&self->aux, "instrument");
    self->wanted = plm_aux_real(&self->aux, "volatility");
    self->every = plm_aux_param(&self->aux, "every");
    self->volatility.square.span = plm_aux_param(&self->aux, "span");
    self->leverage = plm_aux_real(&self->aux, "leverage");
    self->threshold = plm_aux_real(&self->aux, "threshold");
    (void)subscription;
    plm_aux_timer(&self->aux, TIMER, self->aux.run->begin, self->every);
    return plm_aux_one_way(&self->aux);
}

static plm_result look(voltarget *self)
{
    uint32_t const sym = self->target.sym;
    double const price = plm_aux_price(&self->aux, sym);
    double const equity = plm_aux_equity(&self->aux, sym);
    if (!(price > 0) || !(equity > 0)) {
        return PLM_RESULT_OK;
    }
    double const step = plm_aux_volatility_add(&self->volatility, price);
    if (self->volatility.square.count < self->volatility.square.span) {
        return PLM_RESULT_OK;
    }
    double const yearly = plm_aux_per_year(step, self->every);
    double const ratio =
        yearly * self->leverage > self->wanted ? self->wanted / yearly : self->leverage;
    plm_qty const wanted = plm_aux_qty_of_value(&self->aux, sym, ratio * equity, price);
    double const off = (double)(wanted - plm_aux_position(&self->aux, sym));
    if ((off < 0 ? -off : off) > self->threshold * (double)wanted) {
        (void)plm_aux_target_set(&self->aux, &self->target, wanted, 0);
    }
    return PLM_RESULT_OK;
}

static plm_result on_report(voltarget *self, const plm_report *report)
{
    if (report->kind == PLM_REPORT_TIMER) {
        return look(self);
    }
    (void)plm_aux_target_report(&self->aux, &self->target, report);
    return PLM_RESULT_OK;
}

PLM_AUX_STRATEGY(voltarget, "voltarget", "Volatility target",
                 "Holds what makes the account's volatility constant.", params, start,
                 plm_aux_no_event, on_report);
