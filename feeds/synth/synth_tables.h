/*
 * synth_tables.h - quantile tables in units of 2^-16, computed by tables.py.
 */
#ifndef PLM_SYNTH_TABLES_H
#define PLM_SYNTH_TABLES_H

#include <stdint.h>

extern const uint32_t plm_synth_half_normal[513];
extern const uint32_t plm_synth_exponential[1025];
extern const uint32_t plm_synth_power[257];
extern const uint32_t plm_synth_reciprocal[129];

#endif
