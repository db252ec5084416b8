/*
 * chaos.c - seeded random requests near the touch: every order type, flag, amend, cancel and timer.
 * For tests; it has no opinion and loses money.
 */
#include "plimsoll_aux.h"

#define LIVE_MAX 64
#define TIMERS 4

typedef struct live {
    plm_oid oid; /* 0: free; may have ended meanwhile, which is wanted, too */
    uint32_t sym;
} live;

typedef struct chaos {
    plm_aux aux;
    uint64_t seed, draws;
    int64_t rate, lots, market, conditional, change, bad;
    live live[LIVE_MAX];
} chaos;

static const plm_param params[] = {
    {PLM_AUX_INTEGER("rate", 0, 1000, "50", "of 1000 events", "How often something is sent.")},
    {PLM_AUX_INTEGER("lots", 1, 1000000000, "1000", "lots", "Largest quantity.")},
    {PLM_AUX_INTEGER("market", 0, 100, "20", "%", "Share of market orders.")},
    {PLM_AUX_INTEGER("conditional", 0, 100, "30", "%", "Share of stops, takes and trails.")},
    {PLM_AUX_INTEGER("change", 0, 100, "40", "%", "Share of amends and cancels.")},
    {PLM_AUX_INTEGER("bad", 0, 100, "3", "%", "Share of orders with a field that is wrong.")},
};

/* The n-th number of the stream is a mix of the seed and n alone (the finisher of SplitMix64). One
 * draw per statement: the order within one is the compiler's. */
static uint64_t draw(chaos *self)
{
    uint64_t z = self->seed + ++self->draws * UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* 0 .. count - 1 */
static int64_t below(chaos *self, int64_t count)
{
    return (int64_t)(draw(self) % (uint64_t)count);
}

static bool chance(chaos *self, int64_t percent)
{
    return below(self, 100) < percent;
}

static plm_result start(chaos *self, plm_subscription *subscription)
{
    uint64_t const kinds =
        PLM_EV_BIT(PLM_EV_TRADE) | PLM_EV_BIT(PLM_EV_BID) | PLM_EV_BIT(PLM_EV_ASK) |
        PLM_EV_BIT(PLM_EV_LEVEL) | PLM_EV_BIT(PLM_EV_MARK) | PLM_EV_BIT(PLM_EV_INDEX) |
        PLM_EV_BIT(PLM_EV_BAR_CLOSE) | PLM_EV_BIT(PLM_EV_FUNDING) | PLM_EV_BIT(PLM_EV_STATUS);
    self->rate = plm_aux_param(&self->aux, "rate");
    self->lots = plm_aux_param(&self->aux, "lots");
    self->market = plm_aux_param(&self->aux, "market");
    self->conditional = plm_aux_param(&self->aux, "conditional");
    self->change = plm_aux_param(&self->aux, "change");
    self->bad = plm_aux_param(&self->aux, "bad");
    self->seed = self->aux.run->seed;
    for (uint32_t sym = 0; sym < self->aux.run->sym_count; sym++) {
        plm_aux_hear(subscription, sym, kinds);
    }
    return PLM_RESULT_OK;
}

/* A price within twenty ticks of a price that is known; 0 when none is. */
static plm_px near(chaos *self, uint32_t sym, uint8_t side)
{
    const plm_market_view *const market = &self->aux.views->market[sym];
    plm_px const tick = self->aux.run->instruments[sym].tick;
    plm_px px = side == PLM_SIDE_BUY ? market->bid_px : market->ask_px;
    px = px > 0 ? px : market->last_px > 0 ? market->last_px : market->mark_px;
    int64_t const reach = chance(self, 70) ? 3 : 20;
    plm_px const found =
        px - px % (tick > 0 ? tick : 1) + (below(self, 2 * reach + 1) - reach) * tick;
    return px > 0 && found > 0 ? found : 0;
}

/* Makes a field wrong, or one that contradicts another. */
static void spoil(chaos *self, plm_order_request *request)
{
    switch (below(self, 6)) {
    case 0:
        request->px++;
        break;
    case 1:
        request->qty++;
        break;
    case 2:
        request->leg = (uint8_t)(2 - request->leg);
        break;
    case 3:
        request->tif = PLM_TIF_FOK;
        request->flags |= PLM_ORDER_POST_ONLY;
        break;
    case 4:
        request->trail = 1;
        break;
    default:
        request->px = -request->px;
        break;
    }
}

static void submit(chaos *self, uint32_t sym)
{
    const plm_instrument *const row = &self->aux.run->instruments[sym];
    uint8_t const side = chance(self, 50) ? PLM_SIDE_BUY : PLM_SIDE_SELL;
    plm_px const px = near(self, sym, side);
    if (px == 0 || row->lot <= 0 || self->lots > INT64_MAX / row->lot) {
        return;
    }
    int64_t const most = chance(self, 50) ? 1 + self->lots / 10 : self->lots;
    plm_qty const qty = (1 + below(self, most)) * row->lot;
    bool const limit = !chance(self, self->market);
    plm_order_request request = plm_aux_request(sym, qty, limit ? px : 0);
    request.side = side;
    request.tag = self->draws;
    if (limit && chance(self, 20)) {
        request.flags |= PLM_ORDER_POST_ONLY;
    } else if (chance(self, 30)) {
        request.tif = (uint8_t)below(self, PLM_TIF_COUNT);
    }
    if (chance(self, 20)) {
        request.flags |= PLM_ORDER_REDUCE_ONLY;
    }
    if (chance(self, self->conditional)) {
        request.trigger = (uint8_t)(1 + below(self, 3));
        request.trigger_by = chance(self, 50) ? 0 : (uint8_t)(PLM_KEY_LAST + below(self, 3));
        bool const trail = request.trigger == PLM_TRIGGER_TRAIL;
        request.trail = trail ? (1 + below(self, 10)) * row->tick : 0;
        request.trigger_px = trail ? 0 : near(self, sym, side);
    }
    request.group = chance(self, 25) ? (uint32_t)(1 + below(self, 4)) : 0;
    request.leg = self->aux.run->hedge ? (uint8_t)(1 + below(self, 2)) : 0;
    if (chance(self, self->bad)) {
        spoil(self, &request);
    }
    live *const slot = &self->live[below(self, LIVE_MAX)];
    plm_oid const oid = self->aux.trade->submit(self->aux.host, &request);
    if (oid != 0) {
        slot->oid = oid;
        slot->sym = sym;
    }
}

static void change(chaos *self)
{
    const live *const slot = &self->live[below(self, LIVE_MAX)];
    if (slot->oid == 0) {
        return;
    }
    if (chance(self, 40)) {
        (void)self->aux.trade->cancel(self->aux.host, slot->oid);
        return;
    }
    const plm_instrument *const row = &self->aux.run->instruments[slot->sym];
    uint8_t const side = chance(self, 50) ? PLM_SIDE_BUY : PLM_SIDE_SELL;
    plm_px const px = chance(self, 60) ? near(self, slot->sym, side) : 0;
    plm_qty const qty = chance(self, 50) ? (1 + below(self, self->lots)) * row->lot : 0;
    plm_px const trigger_px = chance(self, 20) ? near(self, slot->sym, side) : 0;
    (void)self->aux.trade->amend(self->aux.host, slot->oid, px, qty, trigger_px);
}

static void act(chaos *self, uint32_t sym)
{
    if (chance(self, self->change)) {
        change(self);
    } else {
        submit(self, sym);
    }
    if (chance(self, 5)) {
        int64_t const wait = below(self, 2000) * PLM_AUX_MS;
        int64_t const period = chance(self, 30) ? wait + 100 * PLM_AUX_MS : 0;
        uint64_t const id = (uint64_t)below(self, TIMERS);
        plm_aux_timer(&self->aux, id, *self->aux.views->now + wait, period);
    }
    if (chance(self, 1)) {
        (void)self->aux.timer->clear(self->aux.host, (uint64_t)below(self, TIMERS));
    }
}

static plm_result on_event(chaos *self, const plm_event *event)
{
    if (below(self, 1000) < self->rate) {
        /* Rarely for another instrument than the one that is heard of. */
        uint32_t const other = (uint32_t)below(self, self->aux.run->sym_count);
        act(self, chance(self, 90) ? event->sym : other);
    }
    return PLM_RESULT_OK;
}

/* A fill is answered now and then, a timer always: requests in the same instant. */
static plm_result on_report(chaos *self, const plm_report *report)
{
    if (report->kind == PLM_REPORT_TIMER) {
        act(self, (uint32_t)below(self, self->aux.run->sym_count));
    } else if (report->kind == PLM_REPORT_FILL && report->sym < self->aux.run->sym_count &&
               chance(self, 10)) {
        act(self, report->sym);
    }
    return PLM_RESULT_OK;
}

PLM_AUX_STRATEGY(chaos, "chaos", "Chaos", "Random requests of every kind; for tests.", params,
                 start, on_event, on_report);
