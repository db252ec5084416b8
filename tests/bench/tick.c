/*
 * tick.c - the strategy of the benchmarks: hears every quote and trade, keeps two moving averages
 * of every instrument, and does next to nothing else.
 *
 * With `rest` it leaves two limit orders far from the market, so that orders rest all the time.
 */
#include "plimsoll_aux.h"

typedef struct tick {
    plm_aux aux;
    int64_t rest, crossings;
    double *average; /* fast and slow of every instrument */
} tick;

static const plm_param params[] = {
    {PLM_AUX_INTEGER("rest", 0, 1, "0", "", "1: two orders rest far from the market.")},
};

static plm_result start(tick *self, plm_subscription *subscription)
{
    const plm_host *const host = self->aux.host;
    uint32_t const rows = self->aux.run->sym_count;
    self->rest = plm_aux_param(&self->aux, "rest");
    self->average = (double *)host->alloc(host, 2 * rows * sizeof(double), sizeof(double));
    for (uint32_t sym = 0; sym < rows; sym++) {
        plm_aux_hear(subscription, sym,
                     PLM_EV_BIT(PLM_EV_TRADE) | PLM_EV_BIT(PLM_EV_BID) | PLM_EV_BIT(PLM_EV_ASK));
    }
    return PLM_RESULT_OK;
}

static __attribute__((noinline)) void place(tick *self, uint32_t sym, const plm_market_view *view)
{
    plm_px const tick_px = self->aux.run->instruments[sym].tick;
    plm_order_request request = {.size = sizeof request,
                                 .sym = sym,
                                 .side = PLM_SIDE_BUY,
                                 .type = PLM_ORDER_LIMIT,
                                 .px = view->bid_px * 3 / 4 / tick_px * tick_px,
                                 .qty = self->aux.run->instruments[sym].lot};
    if (view->bid_px == 0 || view->ask_px == 0) {
        return;
    }
    self->rest = 0;
    (void)self->aux.trade->submit(self->aux.host, &request);
    request.side = PLM_SIDE_SELL;
    request.px = view->ask_px * 5 / 4 / tick_px * tick_px;
    (void)self->aux.trade->submit(self->aux.host, &request);
}

static plm_result on_event(tick *self, const plm_event *event)
{
    const plm_market_view *const view = &self->aux.views->market[event->sym];
    double const middle = (double)(view->bid_px + view->ask_px);
    double *const average = &self->average[2 * event->sym];
    int const above = average[0] > average[1];
    average[0] += (middle - average[0]) * 0.01;
    average[1] += (middle - average[1]) * 0.001;
    self->crossings += above != (average[0] > average[1]);
    if (__builtin_expect(self->rest != 0, 0)) {
        place(self, event->sym, view);
    }
    return PLM_RESULT_OK;
}

static plm_result on_report(tick *self, const plm_report *report)
{
    (void)self;
    (void)report;
    return PLM_RESULT_OK;
}

PLM_AUX_STRATEGY(tick, "tick", "Tick", "Hears every tick; for benchmarks.", params, start, on_event,
                 on_report);
