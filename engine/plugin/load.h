/*
 * load.h - finds plug-ins in shared objects: opens, checks versions and descriptors, keeps them for
 * the life of the process (a plug-in is never unloaded).
 */
#ifndef PLM_LOAD_H
#define PLM_LOAD_H

#include "plimsoll.h"
#include "status.h"

#define PLM_LIBRARY_STRATEGIES_MAX 64u /* and as many margin models */

typedef struct plm_library plm_library;

/* A shared object; refused by name: no plm_entry, other version or layout, descriptors that lie,
 * an MXCSR that its constructors changed. */
PLM_NODISCARD plm_status plm_library_open(const char *path, plm_diag *diag, plm_library **out);
/* Frees the handle. The object stays loaded, and its descriptors and factory stay good. */
void plm_library_close(plm_library *library); /* NULL is fine */
const char *plm_library_path(const plm_library *library);
/* Strategies in it; there may be none, if there are margin models. */
uint32_t plm_library_count(const plm_library *library);
const plm_descriptor *plm_library_descriptor(const plm_library *library, uint32_t index);
const plm_factory *plm_library_factory(const plm_library *library); /* NULL without strategies */
uint32_t plm_library_model_count(const plm_library *library);
const plm_descriptor *plm_library_model(const plm_library *library, uint32_t index);
const plm_factory *plm_library_model_factory(const plm_library *library);

/* Bits of MXCSR that decide about results: rounding, flush-to-zero, denormals, masks of exceptions.
 * 0 on machines without it. */
uint32_t plm_float_mode(void);
void plm_float_mode_reset(void); /* to the default */
#if defined(__x86_64__)
#define PLM_FLOAT_MODE_DEFAULT UINT32_C(0x1F80) /* masks set, round to nearest, nothing flushed */
#else
#define PLM_FLOAT_MODE_DEFAULT UINT32_C(0)
#endif

#endif
