/*
 * run_stage.h - a run on a tape in memory: three linear instruments A, B, C (tick, lot and
 * multiplier 1, no decimals, everything in USD), up to three accounts, and for each a strategy
 * whose callbacks are functions of the test.
 */
#ifndef PLM_RUN_STAGE_H
#define PLM_RUN_STAGE_H

#include "plm_test.h"

#include <stdio.h>
#include <string.h>

#include "fake_blocks.h"
#include "run.h"

#define T0 INT64_C(1700000000000000000)
#define STAGE_ACCOUNTS 3
#define STAGE_RECORDS 4096
#define STAGE_SEEN 64
#define USD INT64_C(1000000000000000000) /* one, in units of money */

typedef struct actor actor;
struct actor {
    plm_factory factory;
    plm_strategy strategy;
    const plm_host *host;
    const plm_run_info *info;
    const plm_host_views *views;
    const plm_host_book *book;
    const plm_host_trade *trade;
    const plm_host_timer *timer;
    const plm_host_account *account;
    uint64_t want; /* of every instrument */
    void (*on_start)(actor *self);
    plm_result (*on_event)(actor *self, const plm_event *event);
    plm_result (*on_report)(actor *self, const plm_report *report);
    uint32_t place;
    int64_t seen[STAGE_SEEN]; /* what the test wants to know, in the order of the callbacks */
    uint32_t seen_count;
};

static const plm_descriptor actor_descriptor = {.size = sizeof actor_descriptor,
                                                .abi = PLM_ABI_VERSION,
                                                .id = "actor",
                                                .name = "Actor",
                                                .vendor = "us",
                                                .version = "1",
                                                .summary = "Does what a test says."};
static char stage_calls[256]; /* one letter for each call, of all actors */

static inline void stage_call(char letter)
{
    size_t const size = strlen(stage_calls);
    if (size + 1 < sizeof stage_calls) {
        stage_calls[size] = letter;
    }
}

static inline void see(actor *self, int64_t number)
{
    assert_true(self->seen_count < STAGE_SEEN);
    self->seen[self->seen_count++] = number;
}

static inline actor *actor_of(const plm_strategy *strategy)
{
    return strategy->impl;
}

static inline plm_result actor_init(const plm_strategy *strategy)
{
    actor *const self = actor_of(strategy);
    stage_call('i');
    self->views = self->host->get_extension(self->host, PLM_EXT_VIEWS);
    self->book = self->host->get_extension(self->host, PLM_EXT_BOOK);
    self->trade = self->host->get_extension(self->host, PLM_EXT_TRADE);
    self->timer = self->host->get_extension(self->host, PLM_EXT_TIMER);
    self->account = self->host->get_extension(self->host, PLM_EXT_ACCOUNT);
    return PLM_RESULT_OK;
}

static inline plm_result actor_activate(const plm_strategy *strategy, const plm_run_info *info,
                                        plm_subscription *subscription)
{
    actor *const self = actor_of(strategy);
    stage_call('a');
    self->info = info;
    for (uint32_t sym = 0; sym < info->sym_count; sym++) {
        subscription->want[sym] = self->want;
    }
    if (self->on_start != NULL) {
        self->on_start(self);
    }
    return PLM_RESULT_OK;
}

static inline plm_result actor_event(const plm_strategy *strategy, const plm_event *event)
{
    actor *const self = actor_of(strategy);
    stage_call('e');
    return self->on_event == NULL ? PLM_RESULT_OK : self->on_event(self, event);
}

static inline plm_result actor_report(const plm_strategy *strategy, const plm_report *report)
{
    actor *const self = actor_of(strategy);
    stage_call('r');
    return self->on_report == NULL ? PLM_RESULT_OK : self->on_report(self, report);
}

static inline void actor_deactivate(const plm_strategy *strategy)
{
    (void)strategy;
    stage_call('d');
}

static inline void actor_destroy(const plm_strategy *strategy)
{
    (void)strategy;
    stage_call('x');
}

static inline const void *actor_create(const plm_factory *factory, const plm_host *host,
                                       const char *id)
{
    /* The factory is the first member of its actor. */
    actor *const self = (actor *)(void *)(uintptr_t)factory;
    assert_string_equal(id, "actor");
    stage_call('c');
    self->host = host;
    self->strategy = (plm_strategy){.size = sizeof self->strategy,
                                    .descriptor = &actor_descriptor,
                                    .impl = self,
                                    .init = actor_init,
                                    .activate = actor_activate,
                                    .on_event = actor_event,
                                    .on_report = actor_report,
                                    .deactivate = actor_deactivate,
                                    .destroy = actor_destroy};
    return &self->strategy;
}

/* -- requests -------------------------------------------------------------------------------- */

static inline plm_oid send_order(actor *self, plm_side side, plm_qty qty, plm_px px)
{
    plm_order_request const request = {.size = sizeof request,
                                       .side = (uint8_t)side,
                                       .type = px == 0 ? PLM_ORDER_MARKET : PLM_ORDER_LIMIT,
                                       .px = px,
                                       .qty = qty};
    return self->trade->submit(self->host, &request);
}

/* -- the stage ------------------------------------------------------------------------------- */

typedef struct stage {
    fake_table table;
    fake_blocks fake;
    plm_contracts contracts;
    plm_run_spec spec;
    plm_account_spec account[STAGE_ACCOUNTS];
    plm_holding_spec holding;
    int64_t leverage[FAKE_ROWS];
    plm_fee_tier tier;
    actor actor[STAGE_ACCOUNTS];
    plm_beat beat;
    plm_diag diag;
    plm_sink sink;
    plm_record record[STAGE_RECORDS];
    uint32_t record_count;
    bool force;
    uint8_t digest[PLM_DIGEST_SIZE];
    plm_run_state state;
    plm_account_summary summary[STAGE_ACCOUNTS];
} stage;

static inline plm_status stage_write(plm_sink *sink, const plm_record *records, size_t count,
                                     plm_diag *diag)
{
    (void)diag;
    stage *const here = sink->impl;
    assert_true(here->record_count + count <= STAGE_RECORDS);
    memcpy(&here->record[here->record_count], records, count * sizeof *records);
    here->record_count += (uint32_t)count;
    return PLM_OK;
}

static inline plm_status stage_finish(plm_sink *sink, const uint8_t digest[32], plm_diag *diag)
{
    (void)sink;
    (void)digest;
    (void)diag;
    return PLM_OK;
}

static inline void stage_rows(stage *here)
{
    memset(&here->table, 0, sizeof here->table);
    for (uint32_t i = 0; i < FAKE_ROWS; i++) {
        plm_instrument *const row = &here->table.rows[i];
        row->kind = PLM_INST_LINEAR;
        row->symbol[0] = (char)('A' + i);
        row->base[0] = (char)('A' + i);
        memcpy(row->quote, "USD", 4);
        memcpy(row->settle, "USD", 4);
        row->tick = row->lot = row->multiplier = 1;
    }
}

/* Accounts with 100,000 USD and a leverage of 10, no latency, no fees, nothing beyond the displayed
 * size. The tape comes in blocks of `block` events. */
static inline void stage_init(stage *here, uint32_t accounts, const plm_event *events,
                              uint32_t count, uint32_t block)
{
    static const char *const names[STAGE_ACCOUNTS] = {"a", "b", "c"};
    memset(here, 0, sizeof *here);
    memset(stage_calls, 0, sizeof stage_calls);
    plm_diag_init(&here->diag);
    stage_rows(here);
    fake_blocks_init(&here->fake, &here->table, events, count, block);
    for (uint32_t i = 0; i < count; i++) {
        here->fake.blocks.kinds |= PLM_EV_BIT(events[i].kind);
    }
    here->fake.blocks.has_recv = true;
    plm_contracts_init(&here->contracts, here->table.rows, FAKE_ROWS);
    uint32_t const usd = plm_contracts_find_asset(&here->contracts, "USD");
    here->holding = (plm_holding_spec){usd, (plm_money){100000 * (plm_i128)USD}};
    for (uint32_t i = 0; i < FAKE_ROWS; i++) {
        here->leverage[i] = 1000;
    }
    for (uint32_t i = 0; i < accounts; i++) {
        here->actor[i] = (actor){.factory = {.size = sizeof(plm_factory), .create = actor_create},
                                 .want = UINT64_MAX,
                                 .place = i};
        here->account[i] = (plm_account_spec){.name = names[i],
                                              .rulebook = PLM_NO_RULEBOOK,
                                              .leader = PLM_NO_LEADER,
                                              .group = names[i],
                                              .regime = "plain",
                                              .world = i,
                                              .factory = &here->actor[i].factory,
                                              .descriptor = &actor_descriptor,
                                              .report_asset = usd,
                                              .leverage = here->leverage,
                                              .holding_count = 1,
                                              .holding = &here->holding};
    }
    here->spec = (plm_run_spec){.name = "stage",
                                .tape = "memory",
                                .seed = 1,
                                .sample_ns = INT64_C(1000000000000),
                                .tier_count = 1,
                                .tier = &here->tier,
                                .world_count = accounts,
                                .account_count = accounts,
                                .account = here->account};
    here->sink =
        (plm_sink){.impl = here, .write = stage_write, .finish = stage_finish, .destroy = NULL};
}

static inline plm_latency constant(int64_t ns)
{
    return (plm_latency){.kind = PLM_LATENCY_CONSTANT, .min_ns = ns};
}

/* Builds, replays, ends; the status of what failed first. */
static inline plm_status stage_run(stage *here)
{
    plm_run *run = NULL;
    here->beat.account = UINT32_MAX;
    plm_status status = plm_run_create(&here->spec, &here->contracts, &here->fake.blocks,
                                       &here->beat, &here->diag, &run);
    if (status >= 0) {
        plm_run_attach(run, &here->sink);
        if (here->force) {
            plm_run_force_segments(run);
        }
        while (status == PLM_OK) {
            status = plm_run_step(run, &here->diag);
        }
        if (status >= 0) {
            status = plm_run_finish(run, &here->diag, here->digest);
        }
        here->state = plm_run_get_state(run);
        for (uint32_t i = 0; status >= 0 && i < here->spec.account_count; i++) {
            here->summary[i] = plm_run_summary(run, i);
        }
    }
    plm_run_destroy(run);
    plm_contracts_fini(&here->contracts);
    return status;
}

/* -- what happened --------------------------------------------------------------------------- */

/* The n-th record of a kind of an account, NULL when there are not so many. */
static inline const plm_record *find_record(const stage *here, uint32_t account,
                                            plm_record_kind kind, uint32_t n)
{
    for (uint32_t i = 0; i < here->record_count; i++) {
        const plm_record *const record = &here->record[i];
        if (record->account == account && record->kind == kind && n-- == 0) {
            return record;
        }
    }
    return NULL;
}

static inline void assert_fill(const stage *here, uint32_t account, uint32_t n, plm_ts ts,
                               plm_px px, plm_qty qty)
{
    const plm_record *const record = find_record(here, account, PLM_RECORD_FILL, n);
    assert_non_null(record);
    assert_i128_equal(record->ts, ts);
    assert_i128_equal(record->u.fill.px, px);
    assert_i128_equal(record->u.fill.qty, qty);
}

static inline void assert_no_fill(const stage *here, uint32_t account, uint32_t n)
{
    assert_null(find_record(here, account, PLM_RECORD_FILL, n));
}

#define assert_seen(self, ...)                                                                     \
    do {                                                                                           \
        int64_t const expected_[] = {__VA_ARGS__};                                                 \
        assert_int_equal((self)->seen_count, sizeof expected_ / sizeof *expected_);                \
        for (uint32_t i_ = 0; i_ < (self)->seen_count; i_++) {                                     \
            assert_i128_equal((self)->seen[i_], expected_[i_]);                                    \
        }                                                                                          \
    } while (0)

/* Events of A, B, C: ev(12, PLM_EV_ASK, 0, 100, 5) is at T0 + 12. */
static inline plm_event ev(int64_t after, plm_event_kind kind, uint32_t sym, plm_px px, plm_qty qty)
{
    return (plm_event){.ts = T0 + after, .px = px, .qty = qty, .sym = sym, .kind = (uint8_t)kind};
}

static inline plm_event level(int64_t after, plm_side side, uint32_t sym, plm_px px, plm_qty qty)
{
    plm_event event = ev(after, PLM_EV_LEVEL, sym, px, qty);
    event.side = (uint8_t)side;
    return event;
}

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof *(array)))

#endif
