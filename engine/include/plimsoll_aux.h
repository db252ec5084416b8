/*
 * plimsoll_aux.h - comfort for strategies, written only with plimsoll.h: opening the host, rounding
 * between doubles and the integers that cross the boundary, orders, target positions, handlers by
 * kind, and the boilerplate of a plug-in. plimsoll_series.h and plimsoll_text.h go with it.
 *
 * Strict C11 and C++17, inline, allocates only through the host, needs no libm; not part of the
 * ABI. On doubles it uses + - * / alone, so that results do not depend on the machine.
 */
#ifndef PLM_PLIMSOLL_AUX_H
#define PLM_PLIMSOLL_AUX_H

#include <stdbool.h>
#include <string.h>

#include "plimsoll.h"

/* -- the host, opened once; the first member of a strategy that uses PLM_AUX_STRATEGY ---------- */

typedef struct plm_aux {
    const plm_host *host;
    const plm_descriptor *descriptor;
    const plm_host_views *views;
    const plm_host_book *book;
    const plm_host_trade *trade;
    const plm_host_timer *timer;
    const plm_host_account *account;
    const plm_host_note *note;
    const plm_run_info *run; /* from activate on */
    plm_result result;       /* PLM_RESULT_ERROR once something has failed */
} plm_aux;

/* Ends the run as failed; of several messages the first counts. */
static inline plm_result plm_aux_fail(plm_aux *aux, const char *message)
{
    if (aux->result >= 0) {
        (void)aux->host->fail(aux->host, message);
    }
    aux->result = PLM_RESULT_ERROR;
    return aux->result;
}

/* All extensions in one call; aux->host is set already. In init. */
static inline plm_result plm_aux_open(plm_aux *aux, const plm_descriptor *descriptor)
{
    const plm_host *const host = aux->host;
    aux->descriptor = descriptor;
    aux->views = (const plm_host_views *)host->get_extension(host, PLM_EXT_VIEWS);
    aux->book = (const plm_host_book *)host->get_extension(host, PLM_EXT_BOOK);
    aux->trade = (const plm_host_trade *)host->get_extension(host, PLM_EXT_TRADE);
    aux->timer = (const plm_host_timer *)host->get_extension(host, PLM_EXT_TIMER);
    aux->account = (const plm_host_account *)host->get_extension(host, PLM_EXT_ACCOUNT);
    aux->note = (const plm_host_note *)host->get_extension(host, PLM_EXT_NOTE);
    if (!aux->views || !aux->book || !aux->trade || !aux->timer || !aux->account || !aux->note) {
        return plm_aux_fail(aux, "the host lacks an extension that a strategy needs");
    }
    return PLM_RESULT_OK;
}

/* For strategies that think in one net position per instrument. In activate. */
static inline plm_result plm_aux_one_way(plm_aux *aux)
{
    return aux->run->hedge ? plm_aux_fail(aux, "this strategy needs one-way mode (hedge: false)")
                           : PLM_RESULT_OK;
}

static inline void plm_aux_hear(const plm_subscription *subscription, uint32_t sym, uint64_t kinds)
{
    subscription->want[sym] |= kinds;
}

/* -- parameters: rows of the descriptor's table, in braces, and their values. In activate ------ */

#define PLM_AUX_INTEGER(key, min, max, def, unit, help)                                            \
    key, PLM_PARAM_INTEGER, 0, min, max, def, NULL, unit, help
#define PLM_AUX_DECIMAL(key, scale, min, max, def, unit, help)                                     \
    key, PLM_PARAM_DECIMAL, scale, min, max, def, NULL, unit, help
#define PLM_AUX_DURATION(key, min, max, def, help)                                                 \
    key, PLM_PARAM_DURATION, 0, min, max, def, NULL, "", help
#define PLM_AUX_CHOICE(key, choices, def, help)                                                    \
    key, PLM_PARAM_CHOICE, 0, 0, 0, def, choices, "", help
#define PLM_AUX_BOOL(key, def, help) key, PLM_PARAM_BOOL, 0, 0, 0, def, NULL, "", help
#define PLM_AUX_TEXT(key, def, help) key, PLM_PARAM_TEXT, 0, 0, 0, def, NULL, "", help
#define PLM_AUX_FILE(key, def, help) key, PLM_PARAM_FILE, 0, 0, 0, def, NULL, "", help
#define PLM_AUX_ROW(key, def, help) key, PLM_PARAM_INSTRUMENT, 0, 0, 0, def, NULL, "", help

#define PLM_AUX_MS INT64_C(1000000)
#define PLM_AUX_SECOND INT64_C(1000000000)

static inline int64_t plm_aux_param(plm_aux *aux, const char *key)
{
    int64_t value = 0;
    if (aux->host->param_integer(aux->host, key, &value) < 0) {
        (void)plm_aux_fail(aux, "a parameter was asked for that is not in the table");
    }
    return value;
}

static inline double plm_aux_pow10(unsigned exponent)
{
    double power = 1.0;
    while (exponent-- > 0) {
        power *= 10.0; /* exact up to 10^22 */
    }
    return power;
}

/* A decimal parameter as a number. */
static inline double plm_aux_real(plm_aux *aux, const char *key)
{
    double const value = (double)plm_aux_param(aux, key);
    for (uint32_t i = 0; i < aux->descriptor->param_count; i++) {
        if (strcmp(aux->descriptor->params[i].key, key) == 0) {
            return value / plm_aux_pow10(aux->descriptor->params[i].scale);
        }
    }
    return value;
}

/* -- integers and doubles ---------------------------------------------------------------------- */

typedef enum plm_aux_round {
    PLM_AUX_DOWN = 1,   /* towards minus infinity */
    PLM_AUX_UP = 2,     /* towards plus infinity */
    PLM_AUX_NEAREST = 3 /* halves away from zero */
} plm_aux_round;

/* A multiple of step >= 1. A value as near to a multiple as doubles blur (2^-48 of it) is that
 * multiple. Not a number gives 0, what is too large the largest multiple. */
static inline int64_t plm_aux_to_step(double value, int64_t step, plm_aux_round round)
{
    int64_t const most = INT64_MAX / step;
    if (!(value < 9.2e18 && value > -9.2e18)) {
        return value > 0 ? most * step : value < 0 ? -most * step : 0;
    }
    double const steps = value / (double)step;
    double const blur = (steps < 0 ? -steps : steps) / 281474976710656.0;
    int64_t count = (int64_t)steps;
    double const rest = steps - (double)count;
    count += (rest >= 0.5) - (rest <= -0.5);
    double const off = steps - (double)count;
    if (round == PLM_AUX_DOWN && off < -blur) {
        count--;
    } else if (round == PLM_AUX_UP && off > blur) {
        count++;
    }
    return (count > most ? most : count < -most ? -most : count) * step;
}

static inline double plm_aux_px(const plm_aux *aux, uint32_t sym, plm_px px)
{
    return (double)px / plm_aux_pow10(aux->run->instruments[sym].px_scale);
}

static inline plm_px plm_aux_to_px(const plm_aux *aux, uint32_t sym, double price,
                                   plm_aux_round round)
{
    const plm_instrument *const row = &aux->run->instruments[sym];
    return plm_aux_to_step(price * plm_aux_pow10(row->px_scale), row->tick, round);
}

/* The nearest price that is not worse than asked for: buys down, sells up. */
static inline plm_px plm_aux_to_px_for(const plm_aux *aux, uint32_t sym, double price, uint8_t side)
{
    return plm_aux_to_px(aux, sym, price, side == PLM_SIDE_BUY ? PLM_AUX_DOWN : PLM_AUX_UP);
}

static inline double plm_aux_qty(const plm_aux *aux, uint32_t sym, plm_qty qty)
{
    return (double)qty / plm_aux_pow10(aux->run->instruments[sym].qty_scale);
}

static inline plm_qty plm_aux_to_qty(const plm_aux *aux, uint32_t sym, double qty,
                                     plm_aux_round round)
{
    const plm_instrument *const row = &aux->run->instruments[sym];
    return plm_aux_to_step(qty * plm_aux_pow10(row->qty_scale), row->lot, round);
}

#define PLM_AUX_IS_INVERSE(row)                                                                    \
    ((row)->kind == PLM_INST_INVERSE || (row)->kind == PLM_INST_INVERSE_FUTURE)

/* What one unit of quantity is worth at a price, in the settle asset (spot: quote). */
static inline double plm_aux_unit_value(const plm_aux *aux, uint32_t sym, double price)
{
    const plm_instrument *const row = &aux->run->instruments[sym];
    double const multiplier = (double)row->multiplier / plm_aux_pow10(row->mult_scale);
    return PLM_AUX_IS_INVERSE(row) ? multiplier / price : multiplier * price;
}

/* The signed quantity that is worth `value` of the settle asset, in lots, never more than that. */
static inline plm_qty plm_aux_qty_of_value(const plm_aux *aux, uint32_t sym, double value,
                                           double price)
{
    double const unit = price > 0 ? plm_aux_unit_value(aux, sym, price) : 0.0;
    return unit > 0 ? plm_aux_to_qty(aux, sym, value / unit, value < 0 ? PLM_AUX_UP : PLM_AUX_DOWN)
                    : 0;
}

#define PLM_AUX_TWO_64 18446744073709551616.0
static inline double plm_aux_amount(plm_amount amount)
{
    bool const negative = amount.hi < 0;
    uint64_t const lo = negative ? ~amount.lo + 1 : amount.lo;
    uint64_t hi = (uint64_t)amount.hi;
    if (negative) {
        hi = ~hi + (lo == 0);
    }
    double const size = ((double)hi * PLM_AUX_TWO_64 + (double)lo) / 1e18;
    return negative ? -size : size;
}

/* As near as doubles are; not a number gives 0, what is too large the largest amount. */
static inline plm_amount plm_aux_to_amount(double value)
{
    bool const negative = value < 0;
    double const size = (negative ? -value : value) * 1e18;
    uint64_t hi = 0, lo = 0;
    if (size >= PLM_AUX_TWO_64 / 2 * PLM_AUX_TWO_64) {
        hi = INT64_MAX;
        lo = UINT64_MAX;
    } else if (size > 0) {
        hi = (uint64_t)(size / PLM_AUX_TWO_64);
        lo = (uint64_t)(size - (double)hi * PLM_AUX_TWO_64);
    }
    if (negative) {
        lo = ~lo + 1;
        hi = ~hi + (lo == 0);
    }
    plm_amount const amount = {lo, (int64_t)hi};
    return amount;
}

/* -- the market and the account as heard ------------------------------------------------------- */

/* The middle of both sides, else the last trade, else the mark; 0 when nothing was heard. */
static inline double plm_aux_price(const plm_aux *aux, uint32_t sym)
{
    const plm_market_view *const market = &aux->views->market[sym];
    if (market->bid_px > 0 && market->ask_px >= market->bid_px) {
        return (plm_aux_px(aux, sym, market->bid_px) + plm_aux_px(aux, sym, market->ask_px)) / 2;
    }
    return plm_aux_px(aux, sym, market->last_px > 0 ? market->last_px : market->mark_px);
}

/* The net position of one-way mode. */
static inline plm_qty plm_aux_position(const plm_aux *aux, uint32_t sym)
{
    return aux->views->position[2 * (size_t)sym].qty;
}

/* What the account is worth in the asset that `sym` settles in: the host's figure where that is the
 * report currency, else the balance in that asset with the unrealised result of what settles in it.
 * 0 while a price is unknown. */
static inline double plm_aux_equity(const plm_aux *aux, uint32_t sym)
{
    uint32_t const asset = aux->run->settle[sym];
    plm_amount worth = {0, 0};
    if (asset == aux->account->report_asset) {
        return aux->account->equity(aux->host, &worth) < 0 ? 0.0 : plm_aux_amount(worth);
    }
    double sum = plm_aux_amount(aux->views->cash[asset].balance);
    for (size_t i = 0; i < 2 * (size_t)aux->views->sym_count; i++) {
        const plm_position_view *const position = &aux->views->position[i];
        uint32_t const row = (uint32_t)(i / 2);
        if (position->qty == 0 || aux->run->settle[row] != asset) {
            continue;
        }
        double const price = plm_aux_price(aux, row);
        if (!(price > 0)) {
            return 0.0;
        }
        double const value =
            plm_aux_qty(aux, row, position->qty) * plm_aux_unit_value(aux, row, price);
        double const gain = value - plm_aux_amount(position->cost);
        const plm_instrument *const instrument = &aux->run->instruments[row];
        sum += instrument->kind == PLM_INST_SPOT ? value
               : PLM_AUX_IS_INVERSE(instrument)  ? -gain
                                                 : gain;
    }
    return sum;
}

/* -- orders: quantities are signed, buys > 0 --------------------------------------------------- */

static inline plm_order_request plm_aux_request(uint32_t sym, plm_qty qty, plm_px px)
{
    plm_order_request request;
    memset(&request, 0, sizeof request);
    request.size = (uint32_t)sizeof request;
    request.sym = sym;
    request.side = qty < 0 ? PLM_SIDE_SELL : PLM_SIDE_BUY;
    request.type = px > 0 ? PLM_ORDER_LIMIT : PLM_ORDER_MARKET;
    request.px = px;
    request.qty = qty < 0 ? -qty : qty;
    return request;
}

/* A limit order, or with px = 0 a market order. */
static inline plm_oid plm_aux_order(const plm_aux *aux, uint32_t sym, plm_qty qty, plm_px px,
                                    uint8_t flags, uint64_t tag)
{
    plm_order_request request = plm_aux_request(sym, qty, px);
    request.flags = flags;
    request.tag = tag;
    return aux->trade->submit(aux->host, &request);
}

static inline bool plm_aux_is_over(uint8_t state)
{
    return state >= PLM_STATE_FILLED;
}

/* A position that is wanted, and the one order that is on its way to it. */
typedef struct plm_aux_target {
    uint32_t sym;
    plm_oid oid;      /* 0: nothing is on its way */
    plm_qty filled;   /* signed, by the last order */
    double turnover;  /* sum of price times quantity of these fills */
    uint8_t rejected; /* plm_reason of the last order, if it was rejected */
} plm_aux_target;

/* Sends what is missing as one order (px = 0: market); nothing while one is still on its way, so
 * call again with what is wanted then. True when an order was sent. */
static inline bool plm_aux_target_set(const plm_aux *aux, plm_aux_target *target, plm_qty wanted,
                                      plm_px px)
{
    plm_qty const missing = wanted - plm_aux_position(aux, target->sym);
    if (target->oid != 0 || missing == 0) {
        return false;
    }
    target->filled = 0;
    target->turnover = 0.0;
    target->rejected = PLM_REASON_NONE;
    target->oid = plm_aux_order(aux, target->sym, missing, px, 0, 0);
    return target->oid != 0;
}

/* To be told every report. True when the order on its way has ended. */
static inline bool plm_aux_target_report(const plm_aux *aux, plm_aux_target *target,
                                         const plm_report *report)
{
    if (target->oid == 0 || report->oid != target->oid) {
        return false;
    }
    if (report->kind == PLM_REPORT_FILL) {
        plm_qty const qty = report->side == PLM_SIDE_SELL ? -report->qty : report->qty;
        target->filled += qty;
        target->turnover += plm_aux_px(aux, target->sym, report->px) * (double)qty;
    }
    if (report->kind == PLM_REPORT_REFUSED || !plm_aux_is_over(report->state)) {
        return false;
    }
    target->rejected = report->state == PLM_STATE_REJECTED ? report->reason : 0;
    target->oid = 0;
    return true;
}

/* The average price of the last order's fills; 0 without any. */
static inline double plm_aux_target_price(const plm_aux_target *target)
{
    return target->filled == 0 ? 0.0 : target->turnover / (double)target->filled;
}

static inline void plm_aux_timer(const plm_aux *aux, uint64_t id, plm_ts at, int64_t period)
{
    (void)aux->timer->set(aux->host, id, at, period);
}

/* -- handlers by kind -------------------------------------------------------------------------- */

typedef struct plm_aux_handlers { /* NULL: not wanted */
    plm_result (*event[PLM_EV_KIND_COUNT])(void *self, const plm_event *event);
    plm_result (*report[PLM_REPORT_KIND_COUNT])(void *self, const plm_report *report);
} plm_aux_handlers;

/* The kinds of events that have a handler, for a subscription. */
static inline uint64_t plm_aux_handled(const plm_aux_handlers *handlers)
{
    uint64_t kinds = 0;
    for (unsigned kind = 0; kind < PLM_EV_KIND_COUNT; kind++) {
        kinds |= handlers->event[kind] ? PLM_EV_BIT(kind) : 0;
    }
    return kinds;
}

static inline plm_result plm_aux_on_event(const plm_aux_handlers *handlers, void *self,
                                          const plm_event *event)
{
    bool const known = event->kind < PLM_EV_KIND_COUNT && handlers->event[event->kind];
    return known ? handlers->event[event->kind](self, event) : PLM_RESULT_OK;
}

static inline plm_result plm_aux_on_report(const plm_aux_handlers *handlers, void *self,
                                           const plm_report *report)
{
    bool const known = report->kind < PLM_REPORT_KIND_COUNT && handlers->report[report->kind];
    return known ? handlers->report[report->kind](self, report) : PLM_RESULT_OK;
}

/* -- the boilerplate of a plug-in with one strategy
 * ------------------------------------------------ */

static inline plm_result plm_aux_no_event(void *self, const plm_event *event)
{
    (void)self;
    (void)event;
    return PLM_RESULT_OK;
}

static inline plm_result plm_aux_no_report(void *self, const plm_report *report)
{
    (void)self;
    (void)report;
    return PLM_RESULT_OK;
}

static inline void plm_aux_nothing(const plm_strategy *strategy)
{
    (void)strategy;
}

static inline plm_result plm_aux_init(const plm_strategy *strategy)
{
    return plm_aux_open((plm_aux *)strategy->impl, strategy->descriptor);
}

static inline uint32_t plm_aux_one(const plm_factory *factory)
{
    (void)factory;
    return 1;
}

static inline const plm_strategy *plm_aux_create(const plm_host *host, const plm_strategy *model,
                                                 size_t size)
{
    plm_strategy *const strategy =
        (plm_strategy *)host->alloc(host, sizeof(plm_strategy), sizeof(void *));
    *strategy = *model;
    strategy->impl = host->alloc(host, size, 16);
    ((plm_aux *)strategy->impl)->host = host;
    return strategy;
}

/* Whose strategy it is, and which version of it: define them before including this. */
#ifndef PLM_AUX_VENDOR
#define PLM_AUX_VENDOR "unknown"
#endif
#ifndef PLM_AUX_VERSION
#define PLM_AUX_VERSION "0"
#endif
/* Once, at the end of a file. `type` is the strategy's own struct, whose first member is a plm_aux;
 * it is zeroed memory at first. `params` is the table, and
 *
 *     plm_result start(type *self, plm_subscription *subscription);    in activate
 *     plm_result on_event(type *self, const plm_event *event);      or plm_aux_no_event
 *     plm_result on_report(type *self, const plm_report *report);   or plm_aux_no_report */
/* clang-format off */
#define PLM_AUX_STRATEGY(type, id, title, summary, params, start, on_event, on_report)             \
    static const plm_descriptor aux_descriptor = {                                                 \
        (uint32_t)sizeof(plm_descriptor), (uint32_t)(sizeof(params) / sizeof(params)[0]),          \
        PLM_ABI_VERSION, id, title, PLM_AUX_VENDOR, PLM_AUX_VERSION, summary, params};             \
    static plm_result aux_activate(const plm_strategy *strategy, const plm_run_info *run,          \
                                   plm_subscription *subscription)                                 \
    {                                                                                              \
        type *const self = (type *)strategy->impl;                                                 \
        self->aux.run = run;                                                                       \
        plm_result const result = start(self, subscription);                                       \
        return self->aux.result < 0 ? self->aux.result : result;                                   \
    }                                                                                              \
    static plm_result aux_event(const plm_strategy *strategy, const plm_event *event)              \
    {                                                                                              \
        return on_event((type *)strategy->impl, event);                                            \
    }                                                                                              \
    static plm_result aux_report(const plm_strategy *strategy, const plm_report *report)           \
    {                                                                                              \
        return on_report((type *)strategy->impl, report);                                          \
    }                                                                                              \
    static const plm_descriptor *aux_describe(const plm_factory *factory, uint32_t index)          \
    {                                                                                              \
        (void)factory;                                                                             \
        return index == 0 ? &aux_descriptor : NULL;                                                \
    }                                                                                              \
    static const void *aux_make(const plm_factory *factory, const plm_host *host, const char *word)\
    {                                                                                              \
        static const plm_strategy model = {                                                        \
            (uint32_t)sizeof(plm_strategy), 0, &aux_descriptor, NULL, plm_aux_init, aux_activate,  \
            aux_event, aux_report, plm_aux_nothing, plm_aux_nothing};                              \
        (void)factory;                                                                             \
        return strcmp(word, id) == 0 ? plm_aux_create(host, &model, sizeof(type)) : NULL;          \
    }                                                                                              \
    static const plm_factory *aux_factory(const char *kind)                                        \
    {                                                                                              \
        static const plm_factory factory = {(uint32_t)sizeof(plm_factory), 0, plm_aux_one,         \
                                            aux_describe, aux_make};                               \
        return strcmp(kind, PLM_FACTORY_STRATEGY) == 0 ? &factory : NULL;                          \
    }                                                                                              \
    const plm_entry_table plm_entry = {PLM_ABI_VERSION, aux_factory}
/* clang-format on */

#endif
