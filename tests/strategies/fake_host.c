/*
 * fake_host.c - the smallest host that a strategy can live in.
 */
#include "fake_host.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "timetext.h"

#define REQUESTS_MAX 65536
#define TIMERS_MAX 8

typedef struct fake_order {
    plm_order_request request;
    plm_qty left;
} fake_order;

static struct {
    plm_host host;
    plm_run_info run;
    uint64_t seed;
    bool hedge, stopped;
    plm_ts now;
    plm_market_view market[FAKE_SYMS];
    plm_position_view position[2 * FAKE_SYMS];
    plm_cash_view cash[3];
    const plm_strategy *strategy;
    const plm_descriptor *descriptor;
    const char *const *params;
    uint64_t want[FAKE_SYMS], reports;
    struct {
        bool set;
        plm_ts at;
        int64_t period;
    } timer[TIMERS_MAX];
    uint32_t count, order_count, memory_count;
    void *memory[64];
    char note[128], failure[256];
} fake;
static fake_request requests[REQUESTS_MAX];
static fake_order orders[REQUESTS_MAX];

static const plm_instrument rows[FAKE_SYMS] = {
    {.symbol = "BTCUSDT",
     .base = "BTC",
     .quote = "USDT",
     .settle = "USDT",
     .kind = PLM_INST_LINEAR,
     .px_scale = 1,
     .qty_scale = 3,
     .tick = 1,
     .lot = 1,
     .multiplier = 1},
    {.symbol = "ETHUSDT",
     .base = "ETH",
     .quote = "USDT",
     .settle = "USDT",
     .kind = PLM_INST_LINEAR,
     .px_scale = 2,
     .qty_scale = 3,
     .tick = 1,
     .lot = 1,
     .multiplier = 1},
    {.symbol = "BTC/USDT",
     .base = "BTC",
     .quote = "USDT",
     .settle = "",
     .kind = PLM_INST_SPOT,
     .px_scale = 1,
     .qty_scale = 4,
     .tick = 1,
     .lot = 1,
     .multiplier = 1},
};
static const char *const assets[] = {"USDT", "BTC", "ETH"};
static const uint32_t base_assets[] = {1, 2, 1}, quote_assets[] = {0, 0, 0};

/* -- what the strategy calls */

static fake_request *write_down(int action, plm_oid oid)
{
    assert_true(fake.count < REQUESTS_MAX);
    fake_request *const request = &requests[fake.count++];
    memset(request, 0, sizeof *request);
    request->action = action;
    request->oid = oid;
    request->at = fake.now;
    return request;
}

static plm_oid submit(const plm_host *host, const plm_order_request *request)
{
    (void)host;
    assert_int_equal(request->size, sizeof *request);
    assert_true(request->sym < FAKE_SYMS);
    fake_order *const order = &orders[fake.order_count++];
    order->request = *request;
    order->left = request->qty;
    write_down(FAKE_SUBMIT, fake.order_count)->request = *request;
    return fake.order_count;
}

static plm_result amend(const plm_host *host, plm_oid oid, plm_px px, plm_qty qty,
                        plm_px trigger_px)
{
    (void)host;
    fake_request *const request = write_down(FAKE_AMEND, oid);
    request->request.px = px;
    request->request.qty = qty;
    request->request.trigger_px = trigger_px;
    return PLM_RESULT_OK;
}

static plm_result cancel(const plm_host *host, plm_oid oid)
{
    (void)host;
    (void)write_down(FAKE_CANCEL, oid);
    return PLM_RESULT_OK;
}

static plm_result timer_set(const plm_host *host, uint64_t id, plm_ts at, int64_t period)
{
    (void)host;
    assert_true(id < TIMERS_MAX);
    fake.timer[id].set = true;
    fake.timer[id].at = at > fake.now ? at : fake.now;
    fake.timer[id].period = period;
    return PLM_RESULT_OK;
}

static plm_result timer_clear(const plm_host *host, uint64_t id)
{
    (void)host;
    fake.timer[id].set = false;
    return PLM_RESULT_OK;
}

static plm_result equity(const plm_host *host, plm_amount *out)
{
    (void)host;
    plm_i128 const worth = (plm_i128)10000 * 1000000000 * 1000000000;
    out->lo = (uint64_t)worth;
    out->hi = (int64_t)(worth >> 64);
    return PLM_RESULT_OK;
}

static int64_t leverage(const plm_host *host, uint32_t sym)
{
    (void)host;
    (void)sym;
    return 500;
}

static uint32_t levels(const plm_host *host, uint32_t sym, uint8_t side, plm_level *out,
                       uint32_t cap)
{
    (void)host;
    (void)sym;
    (void)side;
    (void)out;
    (void)cap;
    return 0;
}

static void note(const plm_host *host, const char *text)
{
    (void)host;
    (void)snprintf(fake.note, sizeof fake.note, "%s", text);
}

static const void *get_extension(const plm_host *host, const char *id)
{
    static const plm_host_views views = {sizeof views, FAKE_SYMS,     3,         0,
                                         fake.market,  fake.position, fake.cash, &fake.now};
    static const plm_host_book book = {sizeof book, 0, levels};
    static const plm_host_trade trade = {sizeof trade, 0, submit, amend, cancel};
    static const plm_host_timer timer = {sizeof timer, 0, timer_set, timer_clear};
    static const plm_host_account account = {sizeof account, 0, equity, leverage};
    static const plm_host_note remark = {sizeof remark, 0, note};
    static const struct {
        const char *id;
        const void *table;
    } known[] = {{PLM_EXT_VIEWS, &views}, {PLM_EXT_BOOK, &book},       {PLM_EXT_TRADE, &trade},
                 {PLM_EXT_TIMER, &timer}, {PLM_EXT_ACCOUNT, &account}, {PLM_EXT_NOTE, &remark}};
    (void)host;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(known[i].id, id) == 0) {
            return known[i].table;
        }
    }
    return NULL;
}

static void *take_memory(const plm_host *host, size_t size, size_t align)
{
    (void)host;
    (void)align;
    assert_true(fake.memory_count < 64);
    void *const memory = calloc(1, size);
    assert_non_null(memory);
    fake.memory[fake.memory_count++] = memory;
    return memory;
}

static plm_result fail_run(const plm_host *host, const char *message)
{
    (void)host;
    (void)snprintf(fake.failure, sizeof fake.failure, "%s", message);
    return PLM_RESULT_ERROR;
}

/* -- parameters */

static const char *given(const plm_param *param)
{
    for (size_t i = 0; fake.params[i] != NULL; i += 2) {
        if (strcmp(fake.params[i], param->key) == 0) {
            return fake.params[i + 1];
        }
    }
    assert_non_null(param->def); /* must be given */
    return param->def;
}

static const plm_param *find_param(const char *key)
{
    for (uint32_t i = 0; i < fake.descriptor->param_count; i++) {
        if (strcmp(fake.descriptor->params[i].key, key) == 0) {
            return &fake.descriptor->params[i];
        }
    }
    return NULL;
}

static int64_t choice_of(const char *choices, const char *word)
{
    int64_t place = 0;
    for (const char *at = choices; *at != '\0'; place++) {
        size_t const size = strcspn(at, "|");
        if (strlen(word) == size && strncmp(at, word, size) == 0) {
            return place;
        }
        at += size + (at[size] == '|');
    }
    fail_msg("%s is none of %s", word, choices);
    return 0;
}

static plm_result param_integer(const plm_host *host, const char *key, int64_t *out)
{
    (void)host;
    const plm_param *const param = find_param(key);
    if (param == NULL) {
        return PLM_RESULT_ERROR;
    }
    const char *const text = given(param);
    if (param->type == PLM_PARAM_DURATION) {
        assert_true(plm_duration_parse(text, strlen(text), out));
    } else if (param->type == PLM_PARAM_INSTRUMENT) {
        for (*out = 0; *text != '\0' && strcmp(rows[*out].symbol, text) != 0; (*out)++) {
            assert_true(*out + 1 < FAKE_SYMS);
        }
        return PLM_RESULT_OK;
    } else if (param->type == PLM_PARAM_CHOICE) {
        *out = choice_of(param->choices, text);
        return PLM_RESULT_OK;
    } else {
        assert_int_equal(plm_decimal_parse(text, strlen(text), param->scale, false, out), 0);
    }
    assert_true(*out >= param->min && *out <= param->max);
    return PLM_RESULT_OK;
}

static const char *param_text(const plm_host *host, const char *key, size_t *out_size)
{
    (void)host;
    const char *const text = given(find_param(key));
    *out_size = strlen(text);
    return text;
}

/* -- life */

void fake_set(uint64_t seed, bool hedge)
{
    memset(&fake, 0, sizeof fake);
    fake.seed = seed;
    fake.hedge = hedge;
}

static plm_result begin(const char *id, const char *const *params)
{
    uint64_t const seed = fake.seed;
    bool const hedge = fake.hedge;
    fake_set(seed, hedge);
    fake.params = params;
    fake.now = FAKE_BEGIN;
    const char *const build = getenv("PLIMSOLL_BUILD");
    assert_non_null(build);
    char path[512];
    (void)snprintf(path, sizeof path, "%s/strategies/%s.so", build, id);
    void *const object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (object == NULL) {
        fail_msg("%s", dlerror());
    }
    const plm_entry_table *const entry = dlsym(object, "plm_entry");
    assert_non_null(entry);
    const plm_factory *const factory = entry->get_factory(PLM_FACTORY_STRATEGY);
    assert_non_null(factory);
    assert_null(entry->get_factory("plimsoll.other/1"));
    assert_int_equal(factory->count(factory), 1);
    fake.descriptor = factory->descriptor(factory, 0);
    assert_string_equal(fake.descriptor->id, id);
    plm_version const abi = PLM_ABI_VERSION;
    fake.host = (plm_host){sizeof(plm_host), 0,           abi,           NULL,       "fake",  "1",
                           get_extension,    take_memory, param_integer, param_text, fail_run};
    fake.run = (plm_run_info){sizeof(plm_run_info),
                              FAKE_SYMS,
                              3,
                              hedge,
                              FAKE_BEGIN,
                              seed,
                              "fake",
                              rows,
                              assets,
                              base_assets,
                              quote_assets,
                              quote_assets};
    assert_null(factory->create(factory, &fake.host, "another"));
    fake.strategy = factory->create(factory, &fake.host, id);
    assert_non_null(fake.strategy);
    assert_int_equal(fake.strategy->init(fake.strategy), PLM_RESULT_OK);
    fake.reports = UINT64_MAX;
    plm_subscription subscription = {sizeof subscription, 0, fake.want, fake.reports};
    plm_result const result = fake.strategy->activate(fake.strategy, &fake.run, &subscription);
    fake.reports = subscription.reports;
    return result;
}

void fake_start(const char *id, const char *const *params)
{
    plm_result const result = begin(id, params);
    assert_string_equal(fake.failure, "");
    assert_int_equal(result, PLM_RESULT_OK);
}

void fake_refused(const char *id, const char *const *params, const char *message)
{
    assert_int_equal(begin(id, params), PLM_RESULT_ERROR);
    assert_string_equal(fake.failure, message);
    fake_stop();
}

void fake_stop(void)
{
    fake.strategy->deactivate(fake.strategy);
    fake.strategy->destroy(fake.strategy);
    for (uint32_t i = 0; i < fake.memory_count; i++) {
        free(fake.memory[i]);
    }
    fake.memory_count = 0;
}

/* -- market and answers */

static void heed(plm_result result)
{
    assert_string_equal(fake.failure, "");
    assert_true(result >= 0);
    fake.stopped = fake.stopped || result == PLM_RESULT_STOP;
}

static void tell_event(uint32_t sym, uint8_t kind, plm_px px)
{
    plm_event const event = {fake.now, px, 1000, sym, kind, 0, 0};
    if (!fake.stopped && (fake.want[sym] & PLM_EV_BIT(kind))) {
        heed(fake.strategy->on_event(fake.strategy, &event));
    }
}

void fake_quote(uint32_t sym, plm_px bid, plm_px ask)
{
    fake.market[sym].bid_px = bid;
    fake.market[sym].ask_px = ask;
    tell_event(sym, PLM_EV_BID, bid);
    tell_event(sym, PLM_EV_ASK, ask);
}

void fake_trade(uint32_t sym, plm_px px)
{
    fake.market[sym].last_px = px;
    tell_event(sym, PLM_EV_TRADE, px);
}

static void tell_report(plm_report report)
{
    report.ts = fake.now;
    if (!fake.stopped) {
        heed(fake.strategy->on_report(fake.strategy, &report));
    }
}

void fake_until(plm_ts at)
{
    for (;;) {
        unsigned first = TIMERS_MAX;
        for (unsigned id = 0; id < TIMERS_MAX; id++) {
            if (fake.timer[id].set && fake.timer[id].at <= at &&
                (first == TIMERS_MAX || fake.timer[id].at < fake.timer[first].at)) {
                first = id;
            }
        }
        if (first == TIMERS_MAX) {
            break;
        }
        fake.now = fake.timer[first].at;
        fake.timer[first].set = fake.timer[first].period > 0;
        fake.timer[first].at += fake.timer[first].period;
        tell_report((plm_report){.kind = PLM_REPORT_TIMER, .tag = first, .sym = PLM_NO_SYM});
    }
    fake.now = at;
}

static plm_report about(plm_oid oid, uint8_t kind, uint8_t state)
{
    assert_true(oid >= 1 && oid <= fake.order_count);
    const fake_order *const order = &orders[oid - 1];
    return (plm_report){.oid = oid,
                        .tag = order->request.tag,
                        .sym = order->request.sym,
                        .kind = kind,
                        .state = state,
                        .side = order->request.side,
                        .px = order->request.px,
                        .qty = order->request.qty,
                        .left = order->left,
                        .leg = order->request.leg};
}

void fake_fill(plm_oid oid, plm_qty qty, plm_px px)
{
    fake_order *const order = &orders[oid - 1];
    assert_true(qty > 0 && qty <= order->left);
    bool const sell = order->request.side == PLM_SIDE_SELL;
    order->left -= qty;
    fake.position[2 * order->request.sym].qty += sell ? -qty : qty;
    uint8_t const state = order->left == 0 ? PLM_STATE_FILLED : PLM_STATE_OPEN;
    plm_report fill = about(oid, PLM_REPORT_FILL, state);
    fill.qty = qty;
    fill.px = px;
    tell_report(fill);
    if (order->left == 0) {
        tell_report(about(oid, PLM_REPORT_ORDER, PLM_STATE_FILLED));
    }
}

void fake_end(plm_oid oid, uint8_t state, uint8_t reason)
{
    plm_report report = about(oid, PLM_REPORT_ORDER, state);
    report.reason = reason;
    tell_report(report);
}

uint32_t fake_count(void)
{
    return fake.count;
}

const fake_request *fake_get(uint32_t index)
{
    assert_true(index < fake.count);
    return &requests[index];
}

bool fake_has_stopped(void)
{
    return fake.stopped;
}

const char *fake_note(void)
{
    return fake.note;
}
