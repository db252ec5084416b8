/*
 * model_plugin.h - a margin model that does everything right, but for what a bad one defines before
 * it includes this. A tenth of what positions are worth is needed; whoever has less is closed.
 */
#ifndef PLM_MODEL_PLUGIN_H
#define PLM_MODEL_PLUGIN_H

#include <string.h>

#include "plimsoll_margin.h"

/* Statements; `me` is the instance. */
#ifndef BAD_INIT
#define BAD_INIT
#endif
#ifndef BAD_ASSESS
#define BAD_ASSESS
#endif
#ifndef BAD_STEP
#define BAD_STEP
#endif
/* Values. */
#ifndef BAD_ADMIT
#define BAD_ADMIT admit
#endif

typedef struct instance {
    plm_margin_model model;
    const plm_host *host;
    int64_t calls, percent;
} instance;

static plm_result init(const plm_margin_model *self)
{
    instance *const me = self->impl;
    BAD_INIT
    return me->host->param_integer(me->host, "percent", &me->percent);
}

/* Doubles are enough for a test, and what no integer holds is an error. */
static int put(double value, plm_amount *out)
{
    if (!(value > -1e18 && value < 1e18)) {
        return 0;
    }
    *out = (plm_amount){.lo = (uint64_t)(int64_t)value, .hi = value < 0 ? -1 : 0};
    return 1;
}

static plm_result assess(const plm_margin_model *self, const plm_margin_input *input,
                         plm_margin_output *out)
{
    instance *const me = self->impl;
    plm_margin_output answer = {.size = sizeof answer, .priced = 1, .part = out->part};
    double value = 0, held = 0;
    BAD_ASSESS
    for (uint32_t i = 0; i < input->asset_count; i++) {
        held += (double)input->asset[i].balance.hi;
    }
    for (uint32_t i = 0; i < input->position_count; i++) {
        const plm_margin_position *const position = &input->position[i];
        double const worth = (double)position->qty * (double)position->requirement_px2 / 2;
        value += worth < 0 ? -worth : worth;
        answer.priced = position->requirement_px2 > 0 ? answer.priced : 0;
        memset(&out->part[i], 0, sizeof out->part[i]);
    }
    if (!put(held, &answer.equity) ||
        !put(value * (double)me->percent / 100, &answer.maintenance)) {
        return me->host->fail(me->host, "an amount does not fit");
    }
    answer.liquidatable = value * (double)me->percent / 100 >= held;
    *out = answer;
    return PLM_RESULT_OK;
}

static inline plm_result admit(const plm_margin_model *self, const plm_margin_input *input,
                               const plm_margin_output *now, const plm_margin_order *order,
                               plm_margin_verdict *out)
{
    (void)self;
    (void)input;
    (void)order;
    *out = (plm_margin_verdict){.size = sizeof *out,
                                .reason = now->liquidatable ? PLM_REASON_MARGIN : PLM_REASON_NONE};
    return PLM_RESULT_OK;
}

static plm_result liquidate(const plm_margin_model *self, const plm_margin_input *input,
                            const plm_margin_output *now, plm_margin_state *state,
                            plm_margin_step *out)
{
    instance *const me = self->impl;
    plm_margin_step step = {.size = sizeof step, .action = PLM_MARGIN_ACTION_DONE};
    (void)now;
    (void)state;
    (void)me;
    for (uint32_t i = 0; i < input->position_count; i++) {
        plm_qty const qty = input->position[i].qty;
        if (qty != 0 && step.action == PLM_MARGIN_ACTION_DONE) {
            step.action = PLM_MARGIN_ACTION_CLOSE;
            step.position = i;
            step.side = qty > 0 ? PLM_SIDE_SELL : PLM_SIDE_BUY;
            step.qty = qty > 0 ? qty : -qty;
        }
    }
    BAD_STEP
    *out = step;
    return PLM_RESULT_OK;
}

static void destroy(const plm_margin_model *self)
{
    (void)self;
}

static const plm_param params[] = {{.key = "percent",
                                    .type = PLM_PARAM_INTEGER,
                                    .min = 1,
                                    .max = 100,
                                    .def = "10",
                                    .unit = "%",
                                    .help = "Of the value of positions."}};

static const plm_descriptor descriptor = {.size = sizeof descriptor,
                                          .param_count = 1,
                                          .abi = PLM_ABI_VERSION,
                                          .id = "tenth",
                                          .name = "Tenth",
                                          .vendor = "plimsoll",
                                          .version = "1",
                                          .summary = "A share of what positions are worth.",
                                          .params = params};

static uint32_t count_one(const plm_factory *factory)
{
    (void)factory;
    return 1;
}

static const plm_descriptor *describe(const plm_factory *factory, uint32_t index)
{
    (void)factory;
    return index == 0 ? &descriptor : NULL;
}

static const void *create(const plm_factory *factory, const plm_host *host, const char *id)
{
    (void)factory;
    (void)id;
    instance *const me = host->alloc(host, sizeof *me, _Alignof(instance));
    me->host = host;
    me->model = (plm_margin_model){.size = sizeof me->model,
                                   .descriptor = &descriptor,
                                   .impl = me,
                                   .init = init,
                                   .assess = assess,
                                   .admit = BAD_ADMIT,
                                   .liquidate = liquidate,
                                   .destroy = destroy};
    return &me->model;
}

static const plm_factory *get_factory(const char *id)
{
    static const plm_factory factory = {
        .size = sizeof factory, .count = count_one, .descriptor = describe, .create = create};
    return strcmp(id, PLM_FACTORY_MARGIN) == 0 ? &factory : NULL;
}

const plm_entry_table plm_entry = {PLM_ABI_VERSION, get_factory};

#endif
