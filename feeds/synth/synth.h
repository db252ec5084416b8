/*
 * synth.h - seeded synthetic markets: integer arithmetic only, the same events on every machine,
 * bounded memory.
 */
#ifndef PLM_SYNTH_H
#define PLM_SYNTH_H

#include <stddef.h>

#include "stream.h"

#define PLM_SYNTH_INSTRUMENTS_MAX 64

typedef struct plm_synth_options {
    const char *scenario;
    uint64_t seed;
    uint32_t
        instruments; /* 0 = the scenario's own; only `walk` and its kin can be asked for a number */
    uint64_t events; /* 0 = the scenario's own length; otherwise the stream ends after so many */
    plm_ts start;    /* 0 = the scenario's own */
    bool depth;      /* L2 levels below the best quotes */
    bool recv;       /* a second clock with a seeded feed delay */
} plm_synth_options;

PLM_NODISCARD plm_status plm_synth_create(const plm_synth_options *options, plm_diag *diag,
                                          plm_stream **out);

typedef struct plm_scenario_info {
    const char *name, *title, *text,
        *source; /* source: where the figures come from; "" for plain generators */
    plm_ts start;
    int64_t duration_ns; /* 0 = as long as asked */
    uint32_t instruments;
} plm_scenario_info;

/* NULL past the end. */
const plm_scenario_info *plm_scenario_at(size_t index);

#endif
