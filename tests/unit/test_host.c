/*
 * test_host.c - promises of host.h:
 * - an instance is created, initialised, activated, closed and freed in that order, with a beat
 *   around every call; each thing that a strategy can do wrong in set-up is refused by name;
 * - functions of set-up fail the run after it, functions of callbacks fail it before them;
 * - requests land in the outbox in the order of the calls, malformed ones do not; too many
 *   at one time fail the run, whatever others have asked for;
 * - a result means what plimsoll.h says, and fail counts even where its result was dropped.
 */
#include "plm_test.h"

#include <stdio.h>
#include <string.h>

#include "host.h"
#include "memory.h"

/* -- a strategy that does what a test asks for ----------------------------------------------- */

typedef struct player {
    plm_strategy strategy;
    const plm_host *host;
    const plm_host_trade *trade;
    const plm_host_timer *timer;
    const plm_host_account *account;
    const plm_host_note *note;
    const plm_host_book *book;
    char log[64]; /* one letter for each call */
    plm_result init_result, activate_result;
    bool submit_in_init, takes_masks;
    uint32_t beats; /* calls during which the beat named them */
} player;

static player actor; /* the one instance; a test needs no second one */
static plm_beat beat;
static const plm_param table[] = {
    {"count", PLM_PARAM_INTEGER, 0, 0, 9, "7", NULL, "", "A count."},
    {"words", PLM_PARAM_TEXT, 0, 0, 0, "some words", NULL, "", "Words."},
};
static const plm_descriptor descriptor = {.size = sizeof descriptor,
                                          .param_count = 2,
                                          .abi = PLM_ABI_VERSION,
                                          .id = "actor",
                                          .name = "Actor",
                                          .vendor = "us",
                                          .version = "1",
                                          .summary = "Acts.",
                                          .params = table};

static void note_call(char letter, plm_callback callback)
{
    actor.log[strlen(actor.log)] = letter;
    actor.beats += beat.callback == callback && beat.account == 3 ? 1 : 0;
}

static plm_order_request buy(void)
{
    return (plm_order_request){.size = sizeof(plm_order_request),
                               .sym = 1,
                               .side = PLM_SIDE_BUY,
                               .type = PLM_ORDER_LIMIT,
                               .px = 5,
                               .qty = 2,
                               .tag = 9};
}

static plm_result actor_init(const plm_strategy *self)
{
    (void)self;
    note_call('i', PLM_CALLBACK_INIT);
    const plm_host *const host = actor.host;
    actor.trade = host->get_extension(host, PLM_EXT_TRADE);
    actor.timer = host->get_extension(host, PLM_EXT_TIMER);
    actor.account = host->get_extension(host, PLM_EXT_ACCOUNT);
    actor.note = host->get_extension(host, PLM_EXT_NOTE);
    actor.book = host->get_extension(host, PLM_EXT_BOOK);
    if (actor.submit_in_init) {
        plm_order_request const request = buy();
        assert_int_equal(actor.trade->submit(host, &request), 0);
    }
    return actor.init_result;
}

static plm_result actor_activate(const plm_strategy *self, const plm_run_info *run,
                                 plm_subscription *subscription)
{
    (void)self;
    note_call('a', PLM_CALLBACK_ACTIVATE);
    assert_int_equal(run->sym_count, 2);
    assert_int_equal(subscription->want[1], 0);
    subscription->want[1] = UINT64_MAX;
    subscription->reports = PLM_REPORT_BIT(PLM_REPORT_FILL);
    static uint64_t masks[2];
    subscription->want = actor.takes_masks ? masks : subscription->want;
    return actor.activate_result;
}

static plm_result actor_event(const plm_strategy *self, const plm_event *event)
{
    (void)self;
    (void)event;
    return PLM_RESULT_OK;
}

static plm_result actor_report(const plm_strategy *self, const plm_report *report)
{
    (void)self;
    (void)report;
    return PLM_RESULT_OK;
}

static void actor_deactivate(const plm_strategy *self)
{
    (void)self;
    note_call('d', PLM_CALLBACK_DEACTIVATE);
}

static void actor_destroy(const plm_strategy *self)
{
    (void)self;
    note_call('x', PLM_CALLBACK_DESTROY);
}

static const void *create(const plm_factory *factory, const plm_host *host, const char *id)
{
    (void)factory;
    assert_string_equal(id, "actor");
    note_call('c', PLM_CALLBACK_CREATE);
    actor.host = host;
    return actor.strategy.size == 0 ? NULL : &actor.strategy;
}

/* -- a run around it ------------------------------------------------------------------------- */

static plm_outbox outbox;
static plm_ts now = INT64_C(1767225600000000000);

static bool serve_equity(void *run, uint32_t account, plm_amount *out)
{
    (void)run;
    *out = (plm_amount){.lo = account, .hi = 0};
    return true;
}

static uint32_t serve_levels(void *run, uint32_t sym, uint8_t side, plm_level *out, uint32_t cap)
{
    (void)run;
    (void)side;
    out[0] = (plm_level){.px = (plm_px)sym, .qty = cap};
    return 1;
}

static int64_t serve_leverage(void *run, uint32_t account, uint32_t sym)
{
    (void)run;
    return (int64_t)(100 * account + sym);
}

static const plm_host_services services = {
    .equity = serve_equity, .levels = serve_levels, .leverage = serve_leverage};
static const plm_factory factory = {.size = sizeof factory, .create = create};
static const plm_instrument rows[2] = {{.symbol = "A"}, {.symbol = "B"}};
static const plm_run_info info = {
    .size = sizeof info, .sym_count = 2, .asset_count = 1, .account = "mine", .instruments = rows};
static const plm_market_view market[2];
static plm_params *params;

static int set_up(void **state)
{
    (void)state;
    actor = (player){.strategy = {.size = sizeof actor.strategy,
                                  .descriptor = &descriptor,
                                  .init = actor_init,
                                  .activate = actor_activate,
                                  .on_event = actor_event,
                                  .on_report = actor_report,
                                  .deactivate = actor_deactivate,
                                  .destroy = actor_destroy}};
    beat = (plm_beat){.account = UINT32_MAX, .event = 81};
    outbox = (plm_outbox){.item = plm_alloc(PLM_OUTBOX_CAP, sizeof *outbox.item)};
    plm_diag diag;
    plm_diag_init(&diag);
    plm_param_rows const none = {.rows = rows, .count = 2};
    assert_ok(plm_params_read(&descriptor, NULL, NULL, &none, &diag, &params), &diag);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    plm_free(outbox.item);
    plm_params_destroy(params);
    return 0;
}

static plm_status begin(plm_diag *diag, plm_instance **out)
{
    plm_diag_init(diag);
    plm_host_setup const setup = {.account = 3,
                                  .account_name = "mine",
                                  .factory = &factory,
                                  .descriptor = &descriptor,
                                  .params = params,
                                  .info = &info,
                                  .market = market,
                                  .now = &now,
                                  .outbox = &outbox,
                                  .services = &services,
                                  .beat = &beat};
    return plm_instance_create(&setup, diag, out);
}

static plm_instance *begin_active(void)
{
    plm_diag diag;
    plm_instance *instance = NULL;
    assert_ok(begin(&diag, &instance), &diag);
    assert_ok(plm_instance_activate(instance, &diag), &diag);
    return instance;
}

/* What a run says when the strategy has answered with `result` in on_event. */
static plm_status answer(plm_instance *instance, plm_result result, plm_diag *diag)
{
    plm_diag_init(diag);
    return plm_instance_answer(instance, PLM_CALLBACK_ON_EVENT, result, diag);
}

/* -- tests ----------------------------------------------------------------------------------- */

static void a_life_has_its_order_and_every_call_its_beat(void **state)
{
    (void)state;
    plm_instance *const instance = begin_active();
    assert_int_equal(instance->account, 3);
    assert_int_equal(instance->want[0], 0);
    /* All kinds that there are, and none that there are not: bits 1 to 26. */
    assert_int_equal(instance->want[1], (UINT64_C(1) << 27) - 2);
    assert_int_equal(instance->reports, PLM_REPORT_BIT(PLM_REPORT_FILL));
    plm_instance_destroy(instance);
    assert_string_equal(actor.log, "ciadx");
    assert_int_equal(actor.beats, 5);
    assert_int_equal(beat.account, UINT32_MAX);
    assert_int_equal(beat.count, 10); /* in and out of five calls */
    assert_string_equal(beat.plugin, "actor");
    plm_instance_destroy(NULL);
}

static void what_is_wrong_in_set_up_is_refused_by_name(void **state)
{
    (void)state;
    static const char *const words[] = {"(create): the strategy is NULL",
                                        "a strategy of 8 bytes",
                                        "on_event of the strategy is NULL",
                                        "destroy of the strategy is NULL",
                                        "descriptor of the strategy is NULL",
                                        "(init): failed (result -1)",
                                        "(init): result 5 is none",
                                        "(init): submit may be called in on_event and on_report"};
    for (unsigned i = 0; i < 8; i++) {
        (void)tear_down(state);
        (void)set_up(state);
        actor.strategy.size = i == 0 ? 0 : i == 1 ? 8 : actor.strategy.size;
        actor.strategy.on_event = i == 2 ? NULL : actor_event;
        actor.strategy.destroy = i == 3 ? NULL : actor_destroy;
        actor.strategy.descriptor = i == 4 ? NULL : &descriptor;
        actor.init_result = i == 5 ? -1 : i == 6 ? 5 : PLM_RESULT_OK;
        actor.submit_in_init = i == 7;
        plm_diag diag;
        plm_instance *instance = NULL;
        plm_status const status = begin(&diag, &instance);
        assert_int_equal(status, i < 5 ? PLM_ERR_INPUT : PLM_ERR_RUN);
        assert_null(instance);
        /* Nothing of a broken table is called, destroy included. */
        assert_string_equal(actor.log, i < 5 ? "c" : "cix");
        if (strstr(diag.text, words[i]) == NULL ||
            strstr(diag.text, "strategy 'actor' of account 'mine'") == NULL) {
            fail_msg("'%s' does not say '%s'", diag.text, words[i]);
        }
    }
}

static void a_failed_activation_is_not_deactivated(void **state)
{
    (void)state;
    plm_diag diag;
    plm_instance *instance = NULL;
    actor.activate_result = PLM_RESULT_ERROR;
    assert_ok(begin(&diag, &instance), &diag);
    assert_int_equal(plm_instance_activate(instance, &diag), PLM_ERR_RUN);
    plm_instance_destroy(instance);
    assert_string_equal(actor.log, "ciax");
}

static void the_masks_may_not_be_replaced(void **state)
{
    (void)state;
    plm_diag diag;
    plm_instance *instance = NULL;
    actor.takes_masks = true;
    assert_ok(begin(&diag, &instance), &diag);
    assert_int_equal(plm_instance_activate(instance, &diag), PLM_ERR_RUN);
    assert_non_null(strstr(diag.text, "replaced the pointer `want`"));
    plm_instance_destroy(instance);
}

static void parameters_and_extensions_are_there_in_set_up(void **state)
{
    (void)state;
    plm_diag diag;
    plm_instance *instance = NULL;
    assert_ok(begin(&diag, &instance), &diag);
    const plm_host *const host = actor.host;
    int64_t number = 0;
    size_t size = 0;
    assert_int_equal(host->param_integer(host, "count", &number), PLM_RESULT_OK);
    assert_int_equal(number, 7);
    assert_int_equal(host->param_integer(host, "words", &number), PLM_RESULT_ERROR);
    assert_int_equal(host->param_integer(host, "nothing", &number), PLM_RESULT_ERROR);
    assert_string_equal(host->param_text(host, "words", &size), "some words");
    assert_int_equal(size, 10);
    assert_null(host->param_text(host, "count", NULL));
    assert_null(host->get_extension(host, "plimsoll.margin/1"));
    const plm_host_views *const views = host->get_extension(host, PLM_EXT_VIEWS);
    assert_ptr_equal(views->market, market);
    assert_ptr_equal(views->position, instance->position);
    assert_ptr_equal(views->now, &now);
    unsigned char *const memory = host->alloc(host, 100, 64);
    assert_int_equal((uintptr_t)memory % 64, 0);
    assert_int_equal(memory[0] | memory[99], 0);
    assert_int_equal(actor.account->leverage(host, 1), 301);
    assert_int_equal(actor.account->leverage(host, 2), 0); /* no such row */
    plm_instance_destroy(instance);
}

static void requests_land_in_the_outbox_in_their_order(void **state)
{
    (void)state;
    plm_instance *const instance = begin_active();
    const plm_host *const host = actor.host;
    plm_order_request request = buy();
    assert_int_equal(actor.trade->submit(host, &request), 1);
    assert_int_equal(actor.trade->submit(host, &request), 2);
    assert_int_equal(actor.trade->amend(host, 1, 6, 0, 0), PLM_RESULT_OK);
    assert_int_equal(actor.trade->cancel(host, 2), PLM_RESULT_OK);
    assert_int_equal(actor.trade->cancel(host, 3), PLM_RESULT_ERROR); /* never given */
    assert_int_equal(actor.trade->amend(host, 0, 6, 0, 0), PLM_RESULT_ERROR);
    assert_int_equal(actor.timer->set(host, 77, 5, 10), PLM_RESULT_OK);
    assert_int_equal(actor.timer->set(host, 77, 5, -1), PLM_RESULT_ERROR);
    assert_int_equal(actor.timer->clear(host, 77), PLM_RESULT_OK);
    actor.note->note(host, "a line\nand another, longer than sixty-three bytes, so that it is cut");
    static const uint8_t kinds[] = {
        PLM_OUTGOING_SUBMIT,    PLM_OUTGOING_SUBMIT,      PLM_OUTGOING_AMEND, PLM_OUTGOING_CANCEL,
        PLM_OUTGOING_TIMER_SET, PLM_OUTGOING_TIMER_CLEAR, PLM_OUTGOING_NOTE};
    assert_int_equal(outbox.count, sizeof kinds);
    for (size_t i = 0; i < sizeof kinds; i++) {
        assert_int_equal(outbox.item[i].kind, kinds[i]);
        assert_int_equal(outbox.item[i].account, 3);
    }
    assert_memory_equal(&outbox.item[0].request, &request, sizeof request);
    assert_int_equal(outbox.item[2].oid, 1);
    assert_int_equal(outbox.item[2].request.px, 6);
    assert_int_equal(outbox.item[4].period, 10);
    assert_string_equal(outbox.item[6].note,
                        "a line?and another, longer than sixty-three bytes, so that it i");
    plm_instance_destroy(instance);
}

static void a_malformed_order_gets_no_id(void **state)
{
    (void)state;
    plm_instance *const instance = begin_active();
    plm_order_request bad[12];
    for (size_t i = 0; i < 12; i++) {
        bad[i] = buy();
    }
    bad[0].size = 8;
    bad[1].sym = 2;
    bad[2].side = 0;
    bad[3].side = 3;
    bad[4].type = 0;
    bad[5].tif = PLM_TIF_COUNT;
    bad[6].flags = 4;
    bad[7].trigger = PLM_TRIGGER_COUNT;
    bad[8].trigger_by = PLM_KEY_BID;
    bad[9].leg = 3;
    bad[10].reserved = 1;
    bad[11].reserved2 = 1;
    for (size_t i = 0; i < 12; i++) {
        assert_int_equal(actor.trade->submit(actor.host, &bad[i]), 0);
    }
    assert_int_equal(actor.trade->submit(actor.host, NULL), 0);
    assert_int_equal(outbox.count, 0);
    plm_instance_destroy(instance);
}

static void too_many_wishes_at_one_time_fail_the_run(void **state)
{
    (void)state;
    plm_instance *const instance = begin_active();
    plm_order_request const request = buy();
    for (plm_oid oid = 1; oid <= PLM_OUTBOX_ACCOUNT_MAX; oid++) {
        assert_int_equal(actor.trade->submit(actor.host, &request), oid);
    }
    assert_int_equal(actor.trade->submit(actor.host, &request), 0);
    assert_int_equal(actor.trade->cancel(actor.host, 1), PLM_RESULT_ERROR);
    assert_int_equal(outbox.count, PLM_OUTBOX_ACCOUNT_MAX + 1);
    assert_int_equal(outbox.item[PLM_OUTBOX_ACCOUNT_MAX].kind, PLM_OUTGOING_FAILED);
    plm_instance_destroy(instance);
}

static void functions_of_set_up_fail_the_run_after_it(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        (void)tear_down(state);
        (void)set_up(state);
        plm_instance *const instance = begin_active();
        const plm_host *const host = actor.host;
        int64_t number;
        static const char *const names[] = {"get_extension", "alloc", "param_integer",
                                            "param_text"};
        /* alloc gives memory all the same: a NULL would crash before the reason is told. */
        assert_true(i != 0 || host->get_extension(host, PLM_EXT_TRADE) == NULL);
        assert_true(i != 1 || host->alloc(host, 8, 8) != NULL);
        assert_true(i != 2 || host->param_integer(host, "count", &number) == PLM_RESULT_ERROR);
        assert_true(i != 3 || host->param_text(host, "words", NULL) == NULL);
        assert_int_equal(outbox.count, 1);
        assert_int_equal(outbox.item[0].kind, PLM_OUTGOING_FAILED);
        plm_diag diag;
        assert_int_equal(answer(instance, PLM_RESULT_ERROR, &diag), PLM_ERR_RUN);
        char expected[200];
        (void)snprintf(expected, sizeof expected,
                       "strategy 'actor' of account 'mine' (on_event, event 81, "
                       "2026-01-01T00:00:00Z): %s may be called in init and activate only",
                       names[i]);
        assert_string_equal(diag.text, expected);
        plm_instance_destroy(instance);
    }
}

static void a_result_means_what_the_interface_says(void **state)
{
    (void)state;
    plm_instance *const instance = begin_active();
    plm_diag diag;
    assert_ok(answer(instance, PLM_RESULT_OK, &diag), &diag);
    assert_false(instance->stopped);
    assert_ok(answer(instance, PLM_RESULT_STOP, &diag), &diag);
    assert_true(instance->stopped);
    assert_int_equal(outbox.count, 1);
    assert_int_equal(outbox.item[0].kind, PLM_OUTGOING_STOP);
    assert_int_equal(answer(instance, -2, &diag), PLM_ERR_RUN);
    assert_non_null(strstr(diag.text, "failed (result -2)"));
    assert_int_equal((actor.host->fail)(actor.host, "first"), PLM_RESULT_ERROR);
    assert_int_equal((actor.host->fail)(actor.host, "second"), PLM_RESULT_ERROR);
    assert_int_equal(answer(instance, PLM_RESULT_OK, &diag), PLM_ERR_RUN); /* dropped by it */
    assert_non_null(strstr(diag.text, "): first"));
    plm_instance_destroy(instance);
}

static void services_answer_for_this_account(void **state)
{
    (void)state;
    plm_instance *const instance = begin_active();
    plm_amount worth = {0};
    plm_level level;
    assert_int_equal(actor.account->equity(actor.host, &worth), PLM_RESULT_OK);
    assert_int_equal(worth.lo, 3);
    assert_int_equal(actor.book->levels(actor.host, 1, PLM_SIDE_BUY, &level, 1), 1);
    assert_int_equal(level.px, 1);
    assert_int_equal(actor.book->levels(actor.host, 2, PLM_SIDE_BUY, &level, 1), 0);
    assert_int_equal(actor.book->levels(actor.host, 1, 0, &level, 1), 0);
    plm_instance_destroy(instance);
}

int main(void)
{
#define HOST_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        HOST_TEST(a_life_has_its_order_and_every_call_its_beat),
        HOST_TEST(what_is_wrong_in_set_up_is_refused_by_name),
        HOST_TEST(a_failed_activation_is_not_deactivated),
        HOST_TEST(the_masks_may_not_be_replaced),
        HOST_TEST(parameters_and_extensions_are_there_in_set_up),
        HOST_TEST(requests_land_in_the_outbox_in_their_order),
        HOST_TEST(a_malformed_order_gets_no_id),
        HOST_TEST(too_many_wishes_at_one_time_fail_the_run),
        HOST_TEST(functions_of_set_up_fail_the_run_after_it),
        HOST_TEST(a_result_means_what_the_interface_says),
        HOST_TEST(services_answer_for_this_account),
    };
    return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
