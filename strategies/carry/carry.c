/*
 * carry.c - long spot, short the perpetual, the same quantity: the price does not matter, the
 * funding that longs pay is earned. Spot first, then the perpetual follows what was really bought.
 */
#include "plimsoll_aux.h"

#define TIMER 1

typedef struct carry {
    plm_aux aux;
    plm_aux_target spot, perp;
    double leverage, threshold;
    int64_t every;
} carry;

static const plm_param params[] = {
    {PLM_AUX_ROW("spot", NULL, "The spot instrument that is bought.")},
    {PLM_AUX_ROW("perp", NULL, "The linear perpetual of the same base that is sold.")},
    {PLM_AUX_DECIMAL("leverage", 2, 1, 12500, "0.8", "x",
                     "Value of each leg in multiples of equity.")},
    {PLM_AUX_DECIMAL("threshold", 4, 0, 10000, "0.1", "",
                     "Legs are resized when they are off by more than this share.")},
    {PLM_AUX_DURATION("every", PLM_AUX_MS, INT64_C(86400) * PLM_AUX_SECOND, "10s",
                      "How often the legs are looked at.")},
};

static plm_result start(carry *self, plm_subscription *subscription)
{
    self->spot.sym = (uint32_t)plm_aux_param(&self->aux, "spot");
    self->perp.sym = (uint32_t)plm_aux_param(&self->aux, "perp");
    self->leverage = plm_aux_real(&self->aux, "leverage");
    self->threshold = plm_aux_real(&self->aux, "threshold");
    self->every = plm_aux_param(&self->aux, "every");
    const plm_instrument *const spot = &self->aux.run->instruments[self->spot.sym];
    const plm_instrument *const perp = &self->aux.run->instruments[self->perp.sym];
    if (spot->kind != PLM_INST_SPOT) {
        return plm_aux_fail(&self->aux, "carry: 'spot' must be a spot instrument");
    }
    if (perp->kind != PLM_INST_LINEAR || strcmp(spot->base, perp->base) != 0) {
        return plm_aux_fail(&self->aux, "carry: 'perp' must be a linear perpetual of spot's base");
    }
    (void)subscription;
    plm_aux_timer(&self->aux, TIMER, self->aux.run->begin, self->every);
    return plm_aux_one_way(&self->aux);
}

/* Base units of one contract. */
static double contract(const carry *self)
{
    return plm_aux_unit_value(&self->aux, self->perp.sym, 1.0);
}

/* Contracts whose base is the spot position's, short. */
static plm_qty hedge(const carry *self)
{
    double const base =
        plm_aux_qty(&self->aux, self->spot.sym, plm_aux_position(&self->aux, self->spot.sym));
    return plm_aux_to_qty(&self->aux, self->perp.sym, -base / contract(self), PLM_AUX_NEAREST);
}

/* The spot position that is wanted, in whole contracts. */
static plm_qty wanted_spot(const carry *self, double equity, double price)
{
    double const base = self->leverage * equity / price;
    plm_qty const contracts =
        plm_aux_to_qty(&self->aux, self->perp.sym, base / contract(self), PLM_AUX_DOWN);
    return plm_aux_to_qty(&self->aux, self->spot.sym,
                          plm_aux_qty(&self->aux, self->perp.sym, contracts) * contract(self),
                          PLM_AUX_NEAREST);
}

static plm_result look(carry *self)
{
    double const price = plm_aux_price(&self->aux, self->spot.sym);
    double const equity = plm_aux_equity(&self->aux, self->perp.sym);
    if (self->spot.oid != 0 || self->perp.oid != 0 || !(price > 0) || !(equity > 0) ||
        !(plm_aux_price(&self->aux, self->perp.sym) > 0)) {
        return PLM_RESULT_OK;
    }
    plm_qty const wanted = wanted_spot(self, equity, price);
    double const off = (double)(wanted - plm_aux_position(&self->aux, self->spot.sym));
    if ((off < 0 ? -off : off) > self->threshold * (double)wanted) {
        (void)plm_aux_target_set(&self->aux, &self->spot, wanted, 0);
    } else {
        (void)plm_aux_target_set(&self->aux, &self->perp, hedge(self), 0);
    }
    return PLM_RESULT_OK;
}

static plm_result on_report(carry *self, const plm_report *report)
{
    if (report->kind == PLM_REPORT_TIMER) {
        return look(self);
    }
    if (plm_aux_target_report(&self->aux, &self->spot, report)) {
        (void)plm_aux_target_set(&self->aux, &self->perp, hedge(self), 0);
    }
    (void)plm_aux_target_report(&self->aux, &self->perp, report);
    return PLM_RESULT_OK;
}

PLM_AUX_STRATEGY(carry, "carry", "Carry", "Long spot, short perpetual: earns the funding.", params,
                 start, plm_aux_no_event, on_report);
