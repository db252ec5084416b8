/*
 * builtin_model.h - a rulebook as a margin model, like one from a plug-in (plimsoll_margin.h).
 */
#ifndef PLM_BUILTIN_MODEL_H
#define PLM_BUILTIN_MODEL_H

#include "plimsoll_margin.h"
#include "rules.h"

typedef struct plm_builtin_model {
    plm_margin_model model;
    const plm_rules *rules;
} plm_builtin_model;

/* The models that are built in, by number; NULL when there are no more. */
const plm_descriptor *plm_builtin_descriptor(uint32_t index);

/* Borrows the rules for its life and reads what they have in force at each call. The model is
 * self->model; self must not move. */
void plm_builtin_model_init(plm_builtin_model *self, const plm_rules *rules);

#endif
