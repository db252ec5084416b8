/*
 * bad_plugin.h - a strategy that does everything right, but for what a bad plug-in defines before
 * it includes this: each hook is one thing that can be done wrong.
 */
#ifndef PLM_BAD_PLUGIN_H
#define PLM_BAD_PLUGIN_H

#include <string.h>

#include "plimsoll.h"

/* Statements; `me` is the instance. */
#ifndef BAD_CREATE
#define BAD_CREATE
#endif
#ifndef BAD_INIT
#define BAD_INIT
#endif
#ifndef BAD_ACTIVATE
#define BAD_ACTIVATE
#endif
#ifndef BAD_EVENT
#define BAD_EVENT
#endif
/* Values. */
#ifndef BAD_ABI
#define BAD_ABI PLM_ABI_VERSION
#endif
#ifndef BAD_DESCRIPTOR_SIZE
#define BAD_DESCRIPTOR_SIZE sizeof(plm_descriptor)
#endif
#ifndef BAD_PARAMS
#define BAD_PARAMS                                                                                 \
    {                                                                                              \
        .key = "every", .type = PLM_PARAM_INTEGER, .min = 1, .max = 1000, .def = "10",             \
        .unit = "events", .help = "One order for so many events."                                  \
    }
#endif
#ifndef BAD_ON_EVENT
#define BAD_ON_EVENT on_event
#endif

typedef struct instance {
    plm_strategy strategy;
    const plm_host *host;
    const plm_host_trade *trade;
    uint64_t events;
} instance;

static inline void submit(const instance *me)
{
    plm_order_request request = {.size = sizeof request,
                                 .side = PLM_SIDE_BUY,
                                 .type = PLM_ORDER_MARKET,
                                 .qty = 1,
                                 .tag = me->events};
    (void)me->trade->submit(me->host, &request);
}

static plm_result init(const plm_strategy *self)
{
    instance *const me = self->impl;
    me->trade = me->host->get_extension(me->host, PLM_EXT_TRADE);
    BAD_INIT
    return PLM_RESULT_OK;
}

static plm_result activate(const plm_strategy *self, const plm_run_info *run,
                           plm_subscription *subscription)
{
    instance *const me = self->impl;
    (void)me;
    (void)run;
    subscription->want[0] = PLM_EV_BIT(PLM_EV_TRADE);
    BAD_ACTIVATE
    return PLM_RESULT_OK;
}

static inline plm_result on_event(const plm_strategy *self, const plm_event *event)
{
    instance *const me = self->impl;
    (void)event;
    me->events++;
    BAD_EVENT
    if (me->events % 10 == 0) {
        submit(me);
    }
    return PLM_RESULT_OK;
}

static plm_result on_report(const plm_strategy *self, const plm_report *report)
{
    (void)self;
    (void)report;
    return PLM_RESULT_OK;
}

static void nothing(const plm_strategy *self)
{
    (void)self;
}

static const plm_param params[] = {BAD_PARAMS};

static const plm_descriptor descriptor = {.size = BAD_DESCRIPTOR_SIZE,
                                          .param_count = sizeof params / sizeof *params,
                                          .abi = PLM_ABI_VERSION,
                                          .id = "bad",
                                          .name = "Bad",
                                          .vendor = "plimsoll",
                                          .version = "1",
                                          .summary = "Does one thing wrong.",
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
    me->strategy = (plm_strategy){.size = sizeof me->strategy,
                                  .descriptor = &descriptor,
                                  .impl = me,
                                  .init = init,
                                  .activate = activate,
                                  .on_event = BAD_ON_EVENT,
                                  .on_report = on_report,
                                  .deactivate = nothing,
                                  .destroy = nothing};
    BAD_CREATE
    return &me->strategy;
}

static const plm_factory *get_factory(const char *id)
{
    static const plm_factory factory = {
        .size = sizeof factory, .count = count_one, .descriptor = describe, .create = create};
    return strcmp(id, PLM_FACTORY_STRATEGY) == 0 ? &factory : NULL;
}

#ifdef BAD_NO_ENTRY
extern const plm_entry_table bad_entry;
__attribute__((used)) const plm_entry_table bad_entry = {BAD_ABI, get_factory};
#else
const plm_entry_table plm_entry = {BAD_ABI, get_factory};
#endif

#endif
