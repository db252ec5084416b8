/*
 * host.c - the life of one instance: create, init, activate, what its answers mean, deactivate,
 * destroy. Around every call stands who is being called, for whoever watches the process.
 */
#include "host.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "host_impl.h"
#include "load.h"
#include "memory.h"
#include "timetext.h"

#define CACHE_LINE 64u
#define EVENT_KINDS (PLM_EV_BIT(PLM_EV_KIND_COUNT) - 2)
#define REPORT_KINDS (PLM_REPORT_BIT(PLM_REPORT_KIND_COUNT) - 2)

const char *plm_callback_word(unsigned callback)
{
    static const char *const words[] = {"none",     "load",     "create",    "init",
                                        "activate", "on_event", "on_report", "deactivate",
                                        "destroy",  "model"};
    return callback < sizeof words / sizeof *words ? words[callback] : "none";
}

void plm_beat_enter(plm_beat *beat, uint32_t account, plm_callback callback, const char *plugin)
{
    const char *const slash = strrchr(plugin, '/');
    (void)snprintf(beat->plugin, sizeof beat->plugin, "%s", slash == NULL ? plugin : slash + 1);
    beat->callback = (uint32_t)callback;
    beat->account = account;
    beat->count++;
}

void plm_beat_leave(plm_beat *beat)
{
    beat->account = UINT32_MAX;
    beat->callback = PLM_CALLBACK_NONE;
    beat->count++;
}

static void enter(const plm_host_impl *impl, plm_callback callback)
{
    const plm_host_setup *const setup = &impl->setup;
    plm_beat_enter(setup->beat, setup->account, callback, setup->descriptor->id);
}

static void leave(const plm_host_impl *impl)
{
    plm_beat_leave(impl->setup.beat);
}

/* -- refusals -------------------------------------------------------------------------------- */

/* "strategy 'trend' of account 'a' (on_event, event 7, 2026-01-01T00:00:00Z): MESSAGE" */
static plm_status refuse(const plm_host_impl *impl, plm_status code, plm_callback callback,
                         plm_diag *diag, const char *message)
{
    const plm_host_setup *const setup = &impl->setup;
    char place[PLM_TIME_TEXT_CAP + 40] = "";
    if (impl->phase == PLM_PHASE_ACTIVE) {
        char time[PLM_TIME_TEXT_CAP];
        (void)plm_time_format(*setup->now, time);
        (void)snprintf(place, sizeof place, ", event %llu, %s",
                       (unsigned long long)setup->beat->event, time);
    }
    return plm_fail(diag, code, "strategy '%s' of account '%s' (%s%s): %s", setup->descriptor->id,
                    setup->account_name, plm_callback_word(callback), place, message);
}

static plm_status check_mode(const plm_host_impl *impl, plm_callback callback, plm_diag *diag)
{
    uint32_t const mode = plm_float_mode();
    if (mode == PLM_FLOAT_MODE_DEFAULT) {
        return PLM_OK;
    }
    plm_float_mode_reset();
    char message[128];
    (void)snprintf(message, sizeof message,
                   "changed the modes of floating point (MXCSR 0x%04x, allowed 0x%04x)", mode,
                   PLM_FLOAT_MODE_DEFAULT);
    return refuse(impl, PLM_ERR_RUN, callback, diag, message);
}

/* After a call into the plug-in: its own message comes first, then the bare result. */
static plm_status check_answer(const plm_host_impl *impl, plm_callback callback, plm_result result,
                               plm_diag *diag)
{
    if (impl->failed) {
        return refuse(impl, PLM_ERR_RUN, callback, diag, impl->failure);
    }
    if (result == PLM_RESULT_OK || result == PLM_RESULT_STOP) {
        return check_mode(impl, callback, diag);
    }
    char message[64];
    (void)snprintf(message, sizeof message, result < 0 ? "failed (result %d)" : "result %d is none",
                   (int)result);
    return refuse(impl, PLM_ERR_RUN, callback, diag, message);
}

static plm_status check_strategy(const plm_host_impl *impl, plm_diag *diag)
{
    const plm_strategy *const strategy = impl->instance.strategy;
    char message[160];
    if (strategy->size < sizeof *strategy) {
        (void)snprintf(message, sizeof message,
                       "a strategy of %u bytes; allowed are %zu or more (is `size` set?)",
                       strategy->size, sizeof *strategy);
        return refuse(impl, PLM_ERR_INPUT, PLM_CALLBACK_CREATE, diag, message);
    }
    const struct {
        bool there;
        const char *name;
    } slots[] = {
        {strategy->descriptor != NULL, "descriptor"}, {strategy->init != NULL, "init"},
        {strategy->activate != NULL, "activate"},     {strategy->on_event != NULL, "on_event"},
        {strategy->on_report != NULL, "on_report"},   {strategy->deactivate != NULL, "deactivate"},
        {strategy->destroy != NULL, "destroy"},
    };
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
        if (!slots[i].there) {
            (void)snprintf(message, sizeof message, "%s of the strategy is NULL", slots[i].name);
            return refuse(impl, PLM_ERR_INPUT, PLM_CALLBACK_CREATE, diag, message);
        }
    }
    if (strategy->descriptor != impl->setup.descriptor) {
        return refuse(impl, PLM_ERR_INPUT, PLM_CALLBACK_CREATE, diag,
                      "the strategy has another descriptor than the one that was asked for");
    }
    return PLM_OK;
}

/* -- life ------------------------------------------------------------------------------------ */

static plm_host_impl *build(const plm_host_setup *setup)
{
    plm_host_impl *const impl = plm_alloc_aligned(1, sizeof *impl, CACHE_LINE);
    impl->setup = *setup;
    impl->phase = PLM_PHASE_SETUP;
    plm_instance *const instance = &impl->instance;
    uint32_t const sym_count = setup->info->sym_count;
    instance->want = plm_alloc(sym_count, sizeof *instance->want);
    instance->reports = REPORT_KINDS;
    instance->account = setup->account;
    instance->position =
        plm_alloc_aligned((size_t)2 * sym_count, sizeof *instance->position, CACHE_LINE);
    instance->cash =
        plm_alloc_aligned(setup->info->asset_count, sizeof *instance->cash, CACHE_LINE);
    instance->impl = impl;
    plm_host_fill(impl);
    return impl;
}

static plm_status create_strategy(plm_host_impl *impl, plm_diag *diag)
{
    const plm_host_setup *const setup = &impl->setup;
    enter(impl, PLM_CALLBACK_CREATE);
    const plm_strategy *const strategy =
        setup->factory->create(setup->factory, &impl->host, setup->descriptor->id);
    leave(impl);
    PLM_TRY(check_answer(impl, PLM_CALLBACK_CREATE, PLM_RESULT_OK, diag));
    if (strategy == NULL) {
        return refuse(impl, PLM_ERR_INPUT, PLM_CALLBACK_CREATE, diag, "the strategy is NULL");
    }
    impl->instance.strategy = strategy;
    plm_status const status = check_strategy(impl, diag);
    if (status < 0) {
        impl->instance.strategy = NULL; /* nothing of it may be called, destroy included */
        return status;
    }
    impl->instance.on_event = strategy->on_event;
    enter(impl, PLM_CALLBACK_INIT);
    plm_result const result = strategy->init(strategy);
    leave(impl);
    if (result == PLM_RESULT_STOP) {
        return refuse(impl, PLM_ERR_RUN, PLM_CALLBACK_INIT, diag, "stopped before its start");
    }
    return check_answer(impl, PLM_CALLBACK_INIT, result, diag);
}

plm_status plm_instance_create(const plm_host_setup *setup, plm_diag *diag, plm_instance **out)
{
    plm_host_impl *const impl = build(setup);
    plm_status const status = create_strategy(impl, diag);
    if (status < 0) {
        plm_instance_destroy(&impl->instance);
        return status;
    }
    *out = &impl->instance;
    return PLM_OK;
}

plm_status plm_instance_activate(plm_instance *instance, plm_diag *diag)
{
    plm_host_impl *const impl = instance->impl;
    plm_assert(impl->phase == PLM_PHASE_SETUP && !impl->activated);
    const plm_run_info *const info = impl->setup.info;
    plm_subscription subscription = {
        .size = sizeof subscription, .want = instance->want, .reports = instance->reports};
    enter(impl, PLM_CALLBACK_ACTIVATE);
    plm_result const result = instance->strategy->activate(instance->strategy, info, &subscription);
    leave(impl);
    impl->activated = result >= 0;
    PLM_TRY(check_answer(impl, PLM_CALLBACK_ACTIVATE, result, diag));
    if (subscription.want != instance->want) {
        return refuse(impl, PLM_ERR_RUN, PLM_CALLBACK_ACTIVATE, diag,
                      "replaced the pointer `want`; the masks it points to are to be set");
    }
    for (uint32_t i = 0; i < info->sym_count; i++) {
        instance->want[i] &= EVENT_KINDS;
    }
    instance->reports = subscription.reports & REPORT_KINDS;
    impl->phase = PLM_PHASE_ACTIVE;
    return plm_instance_answer(instance, PLM_CALLBACK_ACTIVATE, result, diag);
}

plm_status plm_instance_answer(plm_instance *instance, plm_callback callback, plm_result result,
                               plm_diag *diag)
{
    plm_host_impl *const impl = instance->impl;
    PLM_TRY(check_answer(impl, callback, result, diag));
    if (result == PLM_RESULT_STOP && !instance->stopped) {
        instance->stopped = true;
        (void)plm_host_push(impl, PLM_OUTGOING_STOP);
    }
    return PLM_OK;
}

plm_status plm_instance_check_mode(const plm_instance *instance, plm_diag *diag)
{
    return check_mode(instance->impl, PLM_CALLBACK_ON_EVENT, diag);
}

void plm_instance_destroy(plm_instance *instance)
{
    if (instance == NULL) {
        return;
    }
    plm_host_impl *const impl = instance->impl;
    const plm_strategy *const strategy = instance->strategy;
    impl->phase = PLM_PHASE_CLOSED;
    if (impl->activated) {
        enter(impl, PLM_CALLBACK_DEACTIVATE);
        strategy->deactivate(strategy);
        leave(impl);
    }
    if (strategy != NULL) {
        enter(impl, PLM_CALLBACK_DESTROY);
        strategy->destroy(strategy);
        leave(impl);
    }
    for (size_t i = 0; i < impl->memory_count; i++) {
        plm_free(impl->memory[i]);
    }
    plm_free(impl->memory);
    plm_free(instance->want);
    plm_free(instance->position);
    plm_free(instance->cash);
    plm_free(impl);
}
