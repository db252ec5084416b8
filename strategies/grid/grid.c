/*
 * grid.c - a ladder of limit orders around the first price: what is bought on a line is offered one
 * line higher, what is sold one line lower, again and again.
 */
#include "plimsoll_aux.h"

#define LEVELS_MAX 100

typedef struct grid {
    plm_aux aux;
    uint32_t sym;
    int64_t levels;
    double leverage, step;
    plm_qty qty; /* of each order; 0: not placed yet */
    plm_px line[2 * LEVELS_MAX + 1];
    plm_oid bid[2 * LEVELS_MAX + 1], ask[2 * LEVELS_MAX + 1]; /* what rests on a line */
} grid;

static const plm_param params[] = {
    {PLM_AUX_ROW("instrument", "", "What is traded.")},
    {PLM_AUX_INTEGER("levels", 1, LEVELS_MAX, "5", "lines", "Lines on each side.")},
    {PLM_AUX_DECIMAL("step", 6, 1, 500000, "0.0005", "",
                     "Distance between lines, as a share of the first price.")},
    {PLM_AUX_DECIMAL("leverage", 2, 1, 12500, "1", "x",
                     "Exposure in multiples of equity when a whole side is filled.")},
};

static plm_result start(grid *self, plm_subscription *subscription)
{
    self->sym = (uint32_t)plm_aux_param(&self->aux, "instrument");
    self->levels = plm_aux_param(&self->aux, "levels");
    self->step = plm_aux_real(&self->aux, "step");
    self->leverage = plm_aux_real(&self->aux, "leverage");
    if ((double)self->levels * self->step >= 1) {
        return plm_aux_fail(&self->aux,
                            "grid: levels * step must be below 1: no line at or below 0");
    }
    plm_aux_hear(subscription, self->sym,
                 PLM_EV_BIT(PLM_EV_BID) | PLM_EV_BIT(PLM_EV_ASK) | PLM_EV_BIT(PLM_EV_TRADE) |
                     PLM_EV_BIT(PLM_EV_BAR_CLOSE));
    return plm_aux_one_way(&self->aux);
}

/* The tag of an order is its line. */
static void place(grid *self, int64_t line, plm_qty qty)
{
    plm_oid *const slot = qty > 0 ? &self->bid[line] : &self->ask[line];
    if (*slot == 0) {
        *slot = plm_aux_order(&self->aux, self->sym, qty, self->line[line], 0, (uint64_t)line);
    }
}

static plm_result on_event(grid *self, const plm_event *event)
{
    double const middle = plm_aux_price(&self->aux, event->sym);
    if (self->qty != 0 || !(middle > 0)) {
        return PLM_RESULT_OK;
    }
    double const exposure = self->leverage * plm_aux_equity(&self->aux, self->sym);
    self->qty =
        plm_aux_qty_of_value(&self->aux, self->sym, exposure / (double)self->levels, middle);
    if (self->qty == 0) {
        self->aux.note->note(self->aux.host, "equity is too small for one lot on a line");
        return PLM_RESULT_STOP;
    }
    for (int64_t i = 0; i <= 2 * self->levels; i++) {
        double const price = middle * (1 + self->step * (double)(i - self->levels));
        self->line[i] = plm_aux_to_px_for(&self->aux, self->sym, price,
                                          i < self->levels ? PLM_SIDE_BUY : PLM_SIDE_SELL);
    }
    for (int64_t away = 1; away <= self->levels; away++) { /* the nearest lines first */
        place(self, self->levels - away, self->qty);
        place(self, self->levels + away, -self->qty);
    }
    return PLM_RESULT_OK;
}

static plm_result on_report(grid *self, const plm_report *report)
{
    int64_t const line = (int64_t)report->tag;
    bool const ended = (report->kind == PLM_REPORT_ORDER || report->kind == PLM_REPORT_FILL) &&
                       plm_aux_is_over(report->state);
    if (!ended || line > 2 * self->levels) {
        return PLM_RESULT_OK;
    }
    bool const bought = report->side == PLM_SIDE_BUY;
    plm_oid *const slot = bought ? &self->bid[line] : &self->ask[line];
    if (*slot != report->oid) {
        return PLM_RESULT_OK; /* a second report of the same end */
    }
    *slot = 0;
    if (report->state == PLM_STATE_FILLED) {
        place(self, bought ? line + 1 : line - 1, bought ? -self->qty : self->qty);
    }
    return PLM_RESULT_OK;
}

PLM_AUX_STRATEGY(grid, "grid", "Grid", "Limit orders on lines around the first price, re-placed.",
                 params, start, on_event, on_report);
