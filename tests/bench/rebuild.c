/*
 * rebuild.c - the strategy of the stress benchmark: hears no tick; twice a minute it opens its
 * positions anew where a liquidation has closed them.
 */
#include "plimsoll_aux.h"

typedef struct rebuild {
    plm_aux aux;
    double leverage;
    int64_t shorts; /* bit per instrument */
} rebuild;

static const plm_param params[] = {
    {PLM_AUX_DECIMAL("leverage", 2, 100, 100000, "10", "", "Of all positions together.")},
    {PLM_AUX_INTEGER("shorts", 0, 7, "0", "", "Bit per instrument: short, not long.")},
};

static plm_result start(rebuild *self, plm_subscription *subscription)
{
    self->leverage = plm_aux_real(&self->aux, "leverage");
    self->shorts = plm_aux_param(&self->aux, "shorts");
    subscription->reports = PLM_REPORT_BIT(PLM_REPORT_TIMER);
    plm_aux_timer(&self->aux, 1, self->aux.run->begin + PLM_AUX_SECOND, 30 * PLM_AUX_SECOND);
    return PLM_RESULT_OK;
}

static plm_result on_event(rebuild *self, const plm_event *event)
{
    (void)self;
    (void)event;
    return PLM_RESULT_OK;
}

static plm_result on_report(rebuild *self, const plm_report *report)
{
    for (uint32_t sym = 0; sym < 3; sym++) {
        double const price = plm_aux_price(&self->aux, sym);
        if (report->kind != PLM_REPORT_TIMER || plm_aux_position(&self->aux, sym) != 0) {
            continue;
        }
        double const side = (self->shorts >> sym & 1) != 0 ? -1 : 1;
        double const value = side * self->leverage * plm_aux_equity(&self->aux, sym) / 3;
        plm_qty const qty = plm_aux_qty_of_value(&self->aux, sym, value, price);
        if (qty != 0) {
            (void)plm_aux_order(&self->aux, sym, qty, 0, 0, 0);
        }
    }
    return PLM_RESULT_OK;
}

PLM_AUX_STRATEGY(rebuild, "rebuild", "Rebuild", "Opens anew what was liquidated; for benchmarks.",
                 params, start, on_event, on_report);
