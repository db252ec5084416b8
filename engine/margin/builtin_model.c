/*
 * builtin_model.c - the doors of plimsoll_margin.h, opened on assess, band and admission.
 */
#include "builtin_model.h"

#include "band.h"
#include "stage.h"

static const plm_rules *rules_of(const plm_margin_model *self)
{
    return ((const plm_builtin_model *)self->impl)->rules;
}

static plm_result result_of(bool fits)
{
    return fits ? PLM_RESULT_OK : PLM_RESULT_ERROR;
}

static plm_result start(const plm_margin_model *self)
{
    (void)self;
    return PLM_RESULT_OK;
}

static plm_result assess(const plm_margin_model *self, const plm_margin_input *input,
                         plm_margin_output *out)
{
    return result_of(plm_assess(rules_of(self), input, out));
}

static plm_result admit(const plm_margin_model *self, const plm_margin_input *input,
                        const plm_margin_output *now, const plm_margin_order *order,
                        plm_margin_verdict *out)
{
    return result_of(plm_assess_admit(rules_of(self), input, now, order, out));
}

static plm_result safe_band(const plm_margin_model *self, const plm_margin_input *input,
                            const plm_margin_output *now, const plm_margin_wish *wish,
                            plm_margin_band *out)
{
    return result_of(plm_band(rules_of(self), input, now, wish, out));
}

static plm_result liquidate(const plm_margin_model *self, const plm_margin_input *input,
                            const plm_margin_output *now, plm_margin_state *state,
                            plm_margin_step *out)
{
    return result_of(plm_stage_next(rules_of(self), input, now, state, out));
}

static void destroy(const plm_margin_model *self)
{
    (void)self;
}

/* -- the registry ---------------------------------------------------------------------------- */

static const plm_descriptor registry[] = {
    {.size = sizeof(plm_descriptor),
     .abi = PLM_ABI_VERSION,
     .id = "rulebook",
     .name = "Rulebook",
     .vendor = "plimsoll",
     .version = "1",
     .summary = "What docs/margin.md says, with the choices and numbers of a rulebook."},
};

const plm_descriptor *plm_builtin_descriptor(uint32_t index)
{
    return index < sizeof registry / sizeof registry[0] ? &registry[index] : NULL;
}

void plm_builtin_model_init(plm_builtin_model *self, const plm_rules *rules)
{
    *self = (plm_builtin_model){
        .model = {.size = sizeof self->model,
                  .descriptor = &registry[0],
                  .impl = self,
                  .init = start,
                  .assess = assess,
                  .admit = admit,
                  .safe_band = safe_band,
                  .liquidate = liquidate,
                  .destroy = destroy},
        .rules = rules,
    };
}
