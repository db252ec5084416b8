/*
 * instrument_config.h - an instrument as a map of a configuration: the keys of the canonical line
 * (instrument_text.h) with its rules.
 */
#ifndef PLM_INSTRUMENT_CONFIG_H
#define PLM_INSTRUMENT_CONFIG_H

#include "config.h"

/* Refuses unknown keys, values with blanks and inconsistent instruments by position. */
PLM_NODISCARD plm_status plm_instrument_from_config(const plm_config_node *map, plm_diag *diag,
                                                    plm_instrument *out);

#endif
