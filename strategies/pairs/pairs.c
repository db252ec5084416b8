/*
 * pairs.c - two instruments that move together: when the ratio of their prices is far from its
 * average, sells the dear one and buys the cheap one, until the ratio is back.
 */
#include "plimsoll_aux.h"
#include "plimsoll_series.h"

#define TIMER 1

typedef struct pairs {
    plm_aux aux;
    plm_aux_target a, b;
    plm_qty wanted_a, wanted_b;
    plm_aux_ewma mean, square;
    double entry, exit, stop, leverage;
    int side;    /* 1: long a, short b; -1: the reverse */
    bool barred; /* after a stop, until the ratio has been back */
} pairs;

static const plm_param params[] = {
    {PLM_AUX_ROW("a", NULL, "The first leg.")},
    {PLM_AUX_ROW("b", NULL, "The second leg.")},
    {PLM_AUX_DURATION("every", PLM_AUX_MS, INT64_C(86400) * PLM_AUX_SECOND, "1s",
                      "How often the ratio is looked at.")},
    {PLM_AUX_INTEGER("span", 2, 1000000, "60", "looks",
                     "Span of the ratio's average and deviation.")},
    {PLM_AUX_DECIMAL("entry", 3, 1, 100000, "2", "deviations", "Enters beyond this distance.")},
    {PLM_AUX_DECIMAL("exit", 3, 0, 100000, "0.5", "deviations", "Leaves within this distance.")},
    {PLM_AUX_DECIMAL("stop", 3, 0, 100000, "0", "deviations",
                     "Gives up beyond this distance; 0: never.")},
    {PLM_AUX_DECIMAL("leverage", 2, 1, 12500, "1", "x",
                     "Value of each leg in multiples of equity.")},
};

static plm_result start(pairs *self, plm_subscription *subscription)
{
    self->a.sym = (uint32_t)plm_aux_param(&self->aux, "a");
    self->b.sym = (uint32_t)plm_aux_param(&self->aux, "b");
    self->mean.span = self->square.span = plm_aux_param(&self->aux, "span");
    self->entry = plm_aux_real(&self->aux, "entry");
    self->exit = plm_aux_real(&self->aux, "exit");
    self->stop = plm_aux_real(&self->aux, "stop");
    self->leverage = plm_aux_real(&self->aux, "leverage");
    if (self->a.sym == self->b.sym) {
        return plm_aux_fail(&self->aux, "pairs: 'a' and 'b' must be two instruments");
    }
    if (self->exit >= self->entry || (self->stop > 0 && self->stop <= self->entry)) {
        return plm_aux_fail(&self->aux, "pairs: exit < entry < stop is needed");
    }
    (void)subscription;
    plm_aux_timer(&self->aux, TIMER, self->aux.run->begin, plm_aux_param(&self->aux, "every"));
    return plm_aux_one_way(&self->aux);
}

/* How many deviations the ratio is away from its average so far, in which it then counts; 0 while
 * there is not enough to tell. */
static double score(pairs *self, double ratio)
{
    double const away = ratio - self->mean.value;
    double const deviation = plm_aux_sqrt(self->square.value);
    bool const known = self->mean.count >= self->mean.span && deviation > 0;
    if (self->mean.count > 0) {
        (void)plm_aux_ewma_add(&self->square, away * away);
    }
    (void)plm_aux_ewma_add(&self->mean, ratio);
    return known ? away / deviation : 0.0;
}

static int decide(pairs *self, double z)
{
    double const away = z < 0 ? -z : z;
    if (away <= self->exit) {
        self->barred = false;
        return 0;
    }
    if (self->stop > 0 && away >= self->stop) {
        self->barred = true;
        return 0;
    }
    return self->side == 0 && !self->barred && away >= self->entry ? (z > 0 ? -1 : 1) : self->side;
}

static plm_result look(pairs *self)
{
    double const price_a = plm_aux_price(&self->aux, self->a.sym);
    double const price_b = plm_aux_price(&self->aux, self->b.sym);
    if (!(price_a > 0) || !(price_b > 0)) {
        return PLM_RESULT_OK;
    }
    int const side = decide(self, score(self, price_a / price_b));
    if (side != self->side) {
        double const size = side * self->leverage;
        self->side = side;
        self->wanted_a = plm_aux_qty_of_value(
            &self->aux, self->a.sym, size * plm_aux_equity(&self->aux, self->a.sym), price_a);
        self->wanted_b = plm_aux_qty_of_value(
            &self->aux, self->b.sym, -size * plm_aux_equity(&self->aux, self->b.sym), price_b);
    }
    (void)plm_aux_target_set(&self->aux, &self->a, self->wanted_a, 0);
    (void)plm_aux_target_set(&self->aux, &self->b, self->wanted_b, 0);
    return PLM_RESULT_OK;
}

static plm_result on_report(pairs *self, const plm_report *report)
{
    if (report->kind == PLM_REPORT_TIMER) {
        return look(self);
    }
    (void)plm_aux_target_report(&self->aux, &self->a, report);
    (void)plm_aux_target_report(&self->aux, &self->b, report);
    return PLM_RESULT_OK;
}

PLM_AUX_STRATEGY(pairs, "pairs", "Pairs", "Sells the dear leg and buys the cheap one of a pair.",
                 params, start, plm_aux_no_event, on_report);
