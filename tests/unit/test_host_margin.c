/*
 * test_host_margin.c - promises of host.h about plimsoll.margin_ops:
 * - requests land in the outbox with numbers from 1 on, malformed ones do not, and get 0;
 * - questions are answered by the run for this account and place, and fail where it has no answer;
 * - everything is for callbacks alone.
 */
#include "plm_test.h"

#include <stdio.h>
#include <string.h>

#include "host.h"
#include "memory.h"

#define SYMS 2
#define ASSETS 3

static const plm_host *host;
static const plm_host_margin *margin;
static const plm_param no_params[1];
static const plm_descriptor descriptor = {.size = sizeof descriptor,
                                          .abi = PLM_ABI_VERSION,
                                          .id = "asker",
                                          .name = "Asker",
                                          .vendor = "us",
                                          .version = "1",
                                          .summary = "Asks.",
                                          .params = no_params};

static plm_result do_nothing(const plm_strategy *self)
{
    (void)self;
    margin = host->get_extension(host, PLM_EXT_MARGIN);
    return PLM_RESULT_OK;
}

static plm_result activate(const plm_strategy *self, const plm_run_info *run,
                           plm_subscription *subscription)
{
    (void)self;
    (void)run;
    (void)subscription;
    return PLM_RESULT_OK;
}

static plm_result hear(const plm_strategy *self, const plm_event *event)
{
    (void)self;
    (void)event;
    return PLM_RESULT_OK;
}

static plm_result be_told(const plm_strategy *self, const plm_report *report)
{
    (void)self;
    (void)report;
    return PLM_RESULT_OK;
}

static void end(const plm_strategy *self)
{
    (void)self;
}

static const plm_strategy strategy = {.size = sizeof strategy,
                                      .descriptor = &descriptor,
                                      .init = do_nothing,
                                      .activate = activate,
                                      .on_event = hear,
                                      .on_report = be_told,
                                      .deactivate = end,
                                      .destroy = end};

static const void *create(const plm_factory *factory, const plm_host *given, const char *id)
{
    (void)factory;
    (void)id;
    host = given;
    return &strategy;
}

/* -- a run around it --------------------------------------------------------------------------- */

static bool answers;

static bool serve_view(void *run, uint32_t account, uint32_t sym, uint8_t leg, plm_margin_view *out)
{
    (void)run;
    if (!answers) {
        return false;
    }
    out->unit = account;
    out->equity.lo = 10 * sym + leg;
    return true;
}

static bool serve_px(void *run, uint32_t account, uint32_t sym, uint8_t leg, plm_px *out_down,
                     plm_px *out_up)
{
    (void)run;
    *out_down = 100 * (plm_px)account + 10 * (plm_px)sym + leg;
    *out_up = 0;
    return answers;
}

static plm_outbox outbox;
static plm_beat beat;
static plm_ts now = INT64_C(1767225600000000000);
static const plm_factory factory = {.size = sizeof factory, .create = create};
static const plm_instrument rows[SYMS] = {{.symbol = "A"}, {.symbol = "B"}};
static const plm_run_info info = {.size = sizeof info,
                                  .sym_count = SYMS,
                                  .asset_count = ASSETS,
                                  .account = "mine",
                                  .instruments = rows};
static const plm_market_view market[SYMS];
static plm_host_services services;
static plm_params *params;
static plm_instance *instance;

static int set_up(void **state)
{
    (void)state;
    plm_diag diag;
    plm_diag_init(&diag);
    beat = (plm_beat){.account = UINT32_MAX};
    outbox = (plm_outbox){.item = plm_alloc(PLM_OUTBOX_CAP, sizeof *outbox.item)};
    services = (plm_host_services){.margin_view = serve_view, .liquidation_px = serve_px};
    answers = true;
    plm_param_rows const table = {.rows = rows, .count = SYMS};
    assert_ok(plm_params_read(&descriptor, NULL, NULL, &table, &diag, &params), &diag);
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
    assert_ok(plm_instance_create(&setup, &diag, &instance), &diag);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    plm_instance_destroy(instance);
    plm_free(outbox.item);
    plm_params_destroy(params);
    return 0;
}

static void begin(void)
{
    plm_diag diag;
    plm_diag_init(&diag);
    assert_ok(plm_instance_activate(instance, &diag), &diag);
}

static plm_amount amount(int64_t hi, uint64_t lo)
{
    return (plm_amount){.lo = lo, .hi = hi};
}

static void requests_land_in_the_outbox_with_numbers(void **state)
{
    (void)state;
    begin();
    assert_int_equal(margin->set_leverage(host, 1, 2050), 1);
    assert_int_equal(margin->set_mode(host, 1, 3), 2);
    assert_int_equal(margin->move_margin(host, 0, 2, amount(-1, 5)), 3);
    assert_int_equal(margin->borrow(host, 2, amount(0, 6)), 4);
    assert_int_equal(margin->repay(host, 1, amount(7, 0)), 5);
    assert_int_equal(margin->convert(host, 0, 2, amount(0, 8)), 6);
    assert_int_equal(margin->withdraw(host, 0, amount(0, 9)), 7);
    static const plm_outgoing expected[] = {
        {.op = PLM_MARGIN_OP_LEVERAGE, .sym = 1, .leverage = 2050},
        {.op = PLM_MARGIN_OP_MODE, .sym = 1, .regime = 3},
        {.op = PLM_MARGIN_OP_MOVE, .sym = 0, .leg = 2, .amount = {5, -1}},
        {.op = PLM_MARGIN_OP_BORROW, .asset = 2, .to_asset = PLM_NO_SYM, .amount = {6, 0}},
        {.op = PLM_MARGIN_OP_REPAY, .asset = 1, .to_asset = PLM_NO_SYM, .amount = {0, 7}},
        {.op = PLM_MARGIN_OP_CONVERT, .asset = 0, .to_asset = 2, .amount = {8, 0}},
        {.op = PLM_MARGIN_OP_WITHDRAW, .asset = 0, .to_asset = PLM_NO_SYM, .amount = {9, 0}},
    };
    assert_int_equal(outbox.count, 7);
    for (uint32_t i = 0; i < 7; i++) {
        const plm_outgoing *const item = &outbox.item[i];
        bool const of_place = i < 3;
        assert_int_equal(item->kind, PLM_OUTGOING_MARGIN);
        assert_int_equal(item->account, 3);
        assert_int_equal(item->number, i + 1);
        assert_int_equal(item->op, expected[i].op);
        assert_int_equal(item->regime, expected[i].regime);
        assert_int_equal(item->leg, expected[i].leg);
        assert_int_equal(item->leverage, expected[i].leverage);
        assert_int_equal(item->sym, of_place ? expected[i].sym : PLM_NO_SYM);
        assert_int_equal(item->asset, of_place ? PLM_NO_SYM : expected[i].asset);
        assert_int_equal(item->to_asset, of_place ? PLM_NO_SYM : expected[i].to_asset);
        assert_memory_equal(&item->amount, &expected[i].amount, sizeof item->amount);
    }
}

static void malformed_requests_get_no_number(void **state)
{
    (void)state;
    begin();
    assert_int_equal(margin->set_leverage(host, SYMS, 200), 0);
    assert_int_equal(margin->set_leverage(host, 0, 99), 0);
    assert_int_equal(margin->set_leverage(host, 0, 100001), 0);
    assert_int_equal(margin->set_mode(host, 0, 1), 0);
    assert_int_equal(margin->set_mode(host, 0, 4), 0); /* portfolio is of a whole account */
    assert_int_equal(margin->set_mode(host, SYMS, 2), 0);
    assert_int_equal(margin->move_margin(host, 0, 3, amount(0, 1)), 0);
    assert_int_equal(margin->move_margin(host, 0, 0, amount(0, 0)), 0);
    assert_int_equal(margin->borrow(host, ASSETS, amount(0, 1)), 0);
    assert_int_equal(margin->borrow(host, 0, amount(-1, 1)), 0);
    assert_int_equal(margin->repay(host, 0, amount(0, 0)), 0);
    assert_int_equal(margin->convert(host, 1, 1, amount(0, 1)), 0);
    assert_int_equal(margin->convert(host, 1, ASSETS, amount(0, 1)), 0);
    assert_int_equal(margin->withdraw(host, 0, amount(-1, 0)), 0);
    assert_int_equal(outbox.count, 0);
    assert_int_equal(margin->withdraw(host, 0, amount(0, 1)), 1); /* the first number is left */
}

static void the_run_answers_questions(void **state)
{
    (void)state;
    begin();
    plm_margin_view view = {.size = sizeof view};
    plm_px down = 7, up = 7;
    assert_int_equal(margin->view(host, 1, 2, &view), PLM_RESULT_OK);
    assert_int_equal(view.unit, 3);
    assert_int_equal(view.equity.lo, 12);
    assert_int_equal(margin->liquidation_px(host, 1, 2, &down, &up), PLM_RESULT_OK);
    assert_int_equal(down, 312);
    assert_int_equal(up, 0);
    down = up = 7;
    assert_int_equal(margin->view(host, SYMS, 0, &view), PLM_RESULT_ERROR);
    assert_int_equal(margin->view(host, 0, 3, &view), PLM_RESULT_ERROR);
    assert_int_equal(margin->view(host, 0, 0, NULL), PLM_RESULT_ERROR);
    assert_int_equal(margin->liquidation_px(host, 0, 0, &down, NULL), PLM_RESULT_ERROR);
    answers = false;
    assert_int_equal(margin->view(host, 1, 2, &view), PLM_RESULT_ERROR);
    assert_int_equal(margin->liquidation_px(host, 1, 2, &down, &up), PLM_RESULT_ERROR);
    services.margin_view = NULL;
    services.liquidation_px = NULL;
    assert_int_equal(margin->view(host, 1, 2, &view), PLM_RESULT_ERROR);
    assert_int_equal(margin->liquidation_px(host, 1, 2, &down, &up), PLM_RESULT_ERROR);
    assert_int_equal(view.equity.lo, 12); /* untouched */
    assert_true(down == 7 && up == 7);
    plm_margin_view small = {.size = 4};
    assert_int_equal(margin->view(host, 1, 2, &small), PLM_RESULT_ERROR);
}

static void before_the_first_callback_nothing_may_be_asked(void **state)
{
    (void)state;
    assert_int_equal(margin->set_leverage(host, 0, 200), 0);
    plm_diag diag;
    plm_diag_init(&diag);
    assert_int_equal(plm_instance_activate(instance, &diag), PLM_ERR_RUN);
    assert_non_null(strstr(diag.text, "set_leverage may be called in on_event and on_report only"));
    assert_int_equal(outbox.count, 0);
}

int main(void)
{
#define HOST_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        HOST_TEST(requests_land_in_the_outbox_with_numbers),
        HOST_TEST(malformed_requests_get_no_number),
        HOST_TEST(the_run_answers_questions),
        HOST_TEST(before_the_first_callback_nothing_may_be_asked),
    };
    return cmocka_run_group_tests_name("host_margin", tests, NULL, NULL);
}
