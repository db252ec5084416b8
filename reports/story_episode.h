/*
 * story_episode.h - a liquidation as a story tells it, and the parts that are told of it.
 */
#ifndef PLM_STORY_EPISODE_H
#define PLM_STORY_EPISODE_H

#include "story_scene.h"

typedef struct plm_episode_row {
    int64_t id, number, begin_seq, end_seq, event; /* end_seq 0: the run ended in its middle */
    plm_ts begin_ns, end_ns;
    const char *culprit; /* NULL: none */
    const char *ended;   /* "" : not */
    bool cancelled_only;
    plm_money shortfall;
} plm_episode_row;

/* Steps, fills and who paid what. */
PLM_NODISCARD plm_status plm_tell_steps(const plm_scene *scene, const plm_episode_row *row,
                                        plm_diag *diag);
PLM_NODISCARD plm_status plm_tell_fills(const plm_scene *scene, const plm_episode_row *row,
                                        plm_diag *diag);
PLM_NODISCARD plm_status plm_tell_payments(const plm_scene *scene, const plm_episode_row *row,
                                           plm_diag *diag);
PLM_NODISCARD plm_status plm_tell_payers(const plm_scene *scene, const plm_episode_row *row,
                                         plm_diag *diag);
/* What the other variants of the group did by then and later. */
PLM_NODISCARD plm_status plm_tell_variants(const plm_scene *scene, const plm_episode_row *row,
                                           plm_diag *diag);
/* What forced closing cost on legs that would have lived with isolated margin. */
PLM_NODISCARD plm_status plm_tell_contagion(const plm_scene *scene, const plm_episode_row *row,
                                            const plm_moment *now, plm_diag *diag);

#endif
