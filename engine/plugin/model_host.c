/*
 * model_host.c - a margin model behind a table of the engine's own: each call goes through a door
 * that notes who is being called and looks at what comes back.
 */
#include "model_host.h"

#include <stdio.h>
#include <string.h>

#include "load.h"
#include "memory.h"

#define ALIGN_MAX 4096u
#define FAILURE_CAP 512

struct plm_model {
    plm_host host;          /* what the plug-in sees */
    plm_margin_model table; /* what the engine sees */
    const plm_margin_model *plugin;
    const plm_descriptor *descriptor;
    const plm_params *params;
    plm_beat *beat;
    plm_beat before; /* of the call at hand: a strategy may have asked */
    bool open;       /* functions of set-up may be called */
    char reason[FAILURE_CAP - 128];
    char failure[FAILURE_CAP];
    void **memory;
    size_t memory_count, memory_cap;
};

/* -- what it may call -------------------------------------------------------------------------- */

static void give_reason(plm_model *model, const char *reason)
{
    if (model->reason[0] == '\0') {
        (void)snprintf(model->reason, sizeof model->reason, "%s", reason);
    }
}

/* Whether set-up is still going on; if not, the call at hand fails. */
static bool is_open(plm_model *model, const char *function)
{
    if (!model->open) {
        char text[96];
        (void)snprintf(text, sizeof text, "%s may be called in init only", function);
        give_reason(model, text);
    }
    return model->open;
}

static const void *host_get_extension(const plm_host *host, const char *id)
{
    (void)id;
    (void)is_open(host->impl, "get_extension");
    return NULL;
}

/* There is memory in any case: a NULL would crash the plug-in before anybody can say why. */
static void *host_alloc(const plm_host *host, size_t size, size_t align)
{
    plm_model *const model = host->impl;
    (void)is_open(model, "alloc");
    if (align == 0 || (align & (align - 1)) != 0 || align > ALIGN_MAX) {
        give_reason(model, "alloc: the alignment is no power of two up to 4096");
        align = ALIGN_MAX;
    }
    if (model->memory_count == model->memory_cap) {
        model->memory_cap = model->memory_cap == 0 ? 8 : 2 * model->memory_cap;
        model->memory = plm_realloc(model->memory, model->memory_cap, sizeof *model->memory);
    }
    void *const memory = plm_alloc_aligned(size, 1, align);
    model->memory[model->memory_count++] = memory;
    return memory;
}

static const plm_param_value *find_param(plm_model *model, const char *function, const char *key,
                                         bool text)
{
    if (!is_open(model, function) || key == NULL) {
        return NULL;
    }
    const plm_param_value *const value = plm_params_find(model->params, key);
    if (value == NULL) {
        return NULL;
    }
    uint32_t const type = model->descriptor->params[value - model->params->value].type;
    return (type == PLM_PARAM_TEXT || type == PLM_PARAM_FILE) == text ? value : NULL;
}

static plm_result host_param_integer(const plm_host *host, const char *key, int64_t *out)
{
    const plm_param_value *const value = find_param(host->impl, "param_integer", key, false);
    if (value == NULL || out == NULL) {
        return PLM_RESULT_ERROR;
    }
    *out = value->number;
    return PLM_RESULT_OK;
}

static const char *host_param_text(const plm_host *host, const char *key, size_t *out_size)
{
    const plm_param_value *const value = find_param(host->impl, "param_text", key, true);
    if (value != NULL && out_size != NULL) {
        *out_size = value->size;
    }
    return value == NULL ? NULL : value->text;
}

static plm_result host_fail(const plm_host *host, const char *message)
{
    plm_model *const model = host->impl;
    give_reason(model, message == NULL ? "failed without a message" : message);
    return PLM_RESULT_ERROR;
}

/* -- doors ------------------------------------------------------------------------------------- */

static void enter(plm_model *model)
{
    plm_beat *const beat = model->beat;
    model->before = *beat;
    model->reason[0] = '\0';
    model->failure[0] = '\0';
    (void)snprintf(beat->plugin, sizeof beat->plugin, "%s", model->descriptor->id);
    beat->callback = PLM_CALLBACK_MODEL;
    beat->count++;
}

/* What comes back, and what the plug-in has done to the process meanwhile. */
static plm_result leave(plm_model *model, const char *function, plm_result result)
{
    uint32_t const mode = plm_float_mode();
    model->beat->callback = model->before.callback;
    memcpy(model->beat->plugin, model->before.plugin, sizeof model->before.plugin);
    model->beat->count++;
    if (mode != PLM_FLOAT_MODE_DEFAULT) {
        plm_float_mode_reset();
        char text[96];
        (void)snprintf(text, sizeof text,
                       "changed the modes of floating point (MXCSR 0x%04x, allowed 0x%04x)", mode,
                       PLM_FLOAT_MODE_DEFAULT);
        give_reason(model, text);
    }
    if (result == PLM_RESULT_OK && model->reason[0] == '\0') {
        return PLM_RESULT_OK;
    }
    char bare[64];
    (void)snprintf(bare, sizeof bare, result < 0 ? "failed (result %d)" : "result %d is none",
                   (int)result);
    give_reason(model, bare);
    (void)snprintf(model->failure, sizeof model->failure, "margin model '%s' (%s): %s",
                   model->descriptor->id, function, model->reason);
    return PLM_RESULT_ERROR;
}

static plm_result assess(const plm_margin_model *self, const plm_margin_input *input,
                         plm_margin_output *out)
{
    plm_model *const model = self->impl;
    enter(model);
    return leave(model, "assess", model->plugin->assess(model->plugin, input, out));
}

static plm_result admit(const plm_margin_model *self, const plm_margin_input *input,
                        const plm_margin_output *now, const plm_margin_order *order,
                        plm_margin_verdict *out)
{
    plm_model *const model = self->impl;
    enter(model);
    return leave(model, "admit", model->plugin->admit(model->plugin, input, now, order, out));
}

/* Without a band the pool is assessed at every instant: that ends no run. */
static plm_result safe_band(const plm_margin_model *self, const plm_margin_input *input,
                            const plm_margin_output *now, const plm_margin_wish *wish,
                            plm_margin_band *out)
{
    plm_model *const model = self->impl;
    enter(model);
    plm_result const result =
        leave(model, "safe_band", model->plugin->safe_band(model->plugin, input, now, wish, out));
    model->failure[0] = '\0';
    return result;
}

static plm_result liquidate(const plm_margin_model *self, const plm_margin_input *input,
                            const plm_margin_output *now, plm_margin_state *state,
                            plm_margin_step *out)
{
    plm_model *const model = self->impl;
    enter(model);
    return leave(model, "liquidate",
                 model->plugin->liquidate(model->plugin, input, now, state, out));
}

static plm_result start(const plm_margin_model *self)
{
    (void)self;
    return PLM_RESULT_OK; /* it was initialised when it was created */
}

static void end(const plm_margin_model *self)
{
    (void)self;
}

/* -- life -------------------------------------------------------------------------------------- */

static plm_status refuse(const plm_model *model, const char *function, const char *words,
                         plm_diag *diag)
{
    return plm_fail(diag, PLM_ERR_INPUT, "margin model '%s' (%s): %s", model->descriptor->id,
                    function, words);
}

static plm_status check_table(const plm_model *model, const plm_margin_model *table, plm_diag *diag)
{
    char words[96];
    if (table == NULL) {
        return refuse(model, "create", "the model is NULL", diag);
    }
    if (table->size < sizeof *table) {
        (void)snprintf(words, sizeof words,
                       "a model of %u bytes; allowed are %zu or more (is `size` set?)", table->size,
                       sizeof *table);
        return refuse(model, "create", words, diag);
    }
    const struct {
        bool there;
        const char *name;
    } slots[] = {{table->descriptor != NULL, "descriptor"}, {table->init != NULL, "init"},
                 {table->assess != NULL, "assess"},         {table->admit != NULL, "admit"},
                 {table->liquidate != NULL, "liquidate"},   {table->destroy != NULL, "destroy"}};
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
        if (!slots[i].there) {
            (void)snprintf(words, sizeof words, "%s of the model is NULL", slots[i].name);
            return refuse(model, "create", words, diag);
        }
    }
    return table->descriptor == model->descriptor
               ? PLM_OK
               : refuse(model, "create",
                        "the model has another descriptor than the one that was asked for", diag);
}

static plm_status begin(plm_model *model, const plm_factory *factory, plm_diag *diag)
{
    enter(model);
    const plm_margin_model *const table =
        factory->create(factory, &model->host, model->descriptor->id);
    if (leave(model, "create", PLM_RESULT_OK) != PLM_RESULT_OK) {
        return plm_fail(diag, PLM_ERR_RUN, "%s", model->failure);
    }
    PLM_TRY(check_table(model, table, diag));
    model->plugin = table; /* from here on it is destroyed, too */
    enter(model);
    if (leave(model, "init", table->init(table)) != PLM_RESULT_OK) {
        return plm_fail(diag, PLM_ERR_RUN, "%s", model->failure);
    }
    model->open = false;
    model->table.safe_band = table->safe_band == NULL ? NULL : safe_band;
    return PLM_OK;
}

plm_status plm_model_create(const plm_factory *factory, const plm_descriptor *descriptor,
                            const plm_params *params, plm_beat *beat, plm_diag *diag,
                            plm_model **out)
{
    plm_model *const model = plm_alloc(1, sizeof *model);
    *model = (plm_model){.descriptor = descriptor, .params = params, .beat = beat, .open = true};
    model->host = (plm_host){.size = sizeof model->host,
                             .abi = PLM_ABI_VERSION,
                             .impl = model,
                             .name = "plimsoll",
                             .version = "1",
                             .get_extension = host_get_extension,
                             .alloc = host_alloc,
                             .param_integer = host_param_integer,
                             .param_text = host_param_text,
                             .fail = host_fail};
    model->table = (plm_margin_model){.size = sizeof model->table,
                                      .descriptor = descriptor,
                                      .impl = model,
                                      .init = start,
                                      .assess = assess,
                                      .admit = admit,
                                      .liquidate = liquidate,
                                      .destroy = end};
    plm_status const status = begin(model, factory, diag);
    if (status < 0) {
        plm_model_destroy(model);
        return status;
    }
    *out = model;
    return PLM_OK;
}

void plm_model_destroy(plm_model *model)
{
    if (model == NULL) {
        return;
    }
    model->open = false;
    if (model->plugin != NULL) {
        enter(model);
        model->plugin->destroy(model->plugin);
        (void)leave(model, "destroy", PLM_RESULT_OK);
    }
    for (size_t i = 0; i < model->memory_count; i++) {
        plm_free(model->memory[i]);
    }
    plm_free(model->memory);
    plm_free(model);
}

const plm_margin_model *plm_model_get(const plm_model *model)
{
    return &model->table;
}

const char *plm_model_failure(const plm_model *model)
{
    return model->failure;
}
