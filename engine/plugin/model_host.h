/*
 * model_host.h - one margin model of a plug-in at work (plimsoll_margin.h): its instance, and the
 * little that it may ask for: memory and parameters in init, and to fail.
 */
#ifndef PLM_MODEL_HOST_H
#define PLM_MODEL_HOST_H

#include "host.h"
#include "plimsoll_margin.h"

typedef struct plm_model plm_model;

/* Creates and initialises; what misbehaves (NULL slots, wrong sizes, failure, changed MXCSR) is
 * refused by name and call. `params` and `beat` are borrowed; the model is called outside of every
 * account. */
PLM_NODISCARD plm_status plm_model_create(const plm_factory *factory,
                                          const plm_descriptor *descriptor,
                                          const plm_params *params, plm_beat *beat, plm_diag *diag,
                                          plm_model **out);
void plm_model_destroy(plm_model *model); /* NULL is fine */

/* The table to call; it tells a watcher of every call, and looks at its answer: a result that is
 * neither OK nor ERROR, and changed modes of floating point, are errors. Never NULL. `safe_band` is
 * NULL where the plug-in has none. */
const plm_margin_model *plm_model_get(const plm_model *model);

/* Why the last call has ended in PLM_RESULT_ERROR, as "margin model 'ID' (assess): WORDS"; "" when
 * it has not, and after safe_band. */
const char *plm_model_failure(const plm_model *model);

#endif
