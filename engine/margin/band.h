/*
 * band.h - how far prices may go before a pool has to be looked at again (docs/margin.md, 6),
 * proven in integers.
 */
#ifndef PLM_BAND_H
#define PLM_BAND_H

#include "assess.h"

/* out: first two per position (pnl_px2, requirement_px2), then one per asset, of its price in
 * 10^-12 of what it is now. A band that cannot be given is lo > hi for all. */
PLM_NODISCARD bool plm_band(const plm_rules *rules, const plm_margin_input *input,
                            const plm_margin_output *now, const plm_margin_wish *wish,
                            plm_margin_band *out);

#endif
