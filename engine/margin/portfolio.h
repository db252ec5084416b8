/*
 * portfolio.h - the requirement of a pool by a grid of scenarios (docs/margin.md, 5).
 */
#ifndef PLM_PORTFOLIO_H
#define PLM_PORTFOLIO_H

#include "equity.h"
#include "requirement.h"

typedef enum plm_grid_fill {
    PLM_GRID_FILL_NONE = 0,
    PLM_GRID_FILL_BUYS = 1, /* as if all resting buys that may open were filled */
    PLM_GRID_FILL_SELLS = 2
} plm_grid_fill;

/* A pool to be looked at. */
typedef struct plm_grid {
    const plm_rules *rules;
    const plm_margin_input *input;
    plm_grid_fill fill;
    uint32_t more_at; /* a position that is `more` larger */
    plm_qty more;
    /* Bands as those of band.h, requirement prices and assets with both bounds: the most that is
     * needed anywhere inside, credits left out. NULL: at the prices of the input. */
    const plm_margin_band *box;
} plm_grid;

/* False: an amount does not fit, or a position's unit has no grid. `part`, if it is not NULL, gets
 * both sides of each position. */
PLM_NODISCARD bool plm_grid_maintenance(const plm_grid *grid, plm_margin_part *part,
                                        plm_money *out);

PLM_NODISCARD bool plm_grid_initial(const plm_grid *grid, plm_money *out);

/* Fills maintenance, initial and orders of `out`, and both of each part. */
PLM_NODISCARD bool plm_portfolio_require(const plm_rules *rules, const plm_margin_input *input,
                                         plm_margin_output *out);

#endif
