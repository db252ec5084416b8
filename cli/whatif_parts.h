/*
 * whatif_parts.h - the reading of a what-if file as its parts share it.
 */
#ifndef PLM_WHATIF_PARTS_H
#define PLM_WHATIF_PARTS_H

#include "whatif.h"

/* Instruments with their marks and the assets that the file names; binds contracts. */
PLM_NODISCARD plm_status plm_whatif_read_instruments(plm_whatif *whatif,
                                                     const plm_config_node *root, plm_diag *diag);
PLM_NODISCARD plm_status plm_whatif_read_marks(plm_whatif *whatif, const plm_config_node *root,
                                               plm_diag *diag);

/* Positions by (instrument, leg), with regimes. */
PLM_NODISCARD plm_status plm_whatif_read_positions(plm_whatif *whatif, const plm_config_node *root,
                                                   plm_diag *diag);
/* Resting orders; after the rules are in force. */
PLM_NODISCARD plm_status plm_whatif_read_orders(plm_whatif *whatif, const plm_config_node *root,
                                                plm_diag *diag);

/* `tiers` in place of those of the rulebook. */
PLM_NODISCARD plm_status plm_whatif_read_tiers(plm_whatif *whatif, const plm_config_node *root,
                                               plm_diag *diag);

/* -- single values ----------------------------------------------------------------------------- */

/* An instrument or asset of the file; the nearest one is named where there is none. */
PLM_NODISCARD plm_status plm_whatif_sym(const plm_whatif *whatif, const plm_config_node *node,
                                        const char *name, plm_diag *diag, uint32_t *out);
PLM_NODISCARD plm_status plm_whatif_asset(const plm_whatif *whatif, const plm_config_node *node,
                                          const char *name, plm_diag *diag, uint32_t *out);

/* A decimal > 0 (or any, where `any`), at the smallest scale that holds it. */
PLM_NODISCARD plm_status plm_whatif_decimals(const plm_config_node *node, plm_diag *diag,
                                             unsigned *out_scale);
PLM_NODISCARD plm_status plm_whatif_positive(const plm_config_node *node, unsigned scale,
                                             plm_diag *diag, int64_t *out);
PLM_NODISCARD plm_status plm_whatif_money(const plm_config_node *node, plm_diag *diag,
                                          plm_money *out);

#endif
