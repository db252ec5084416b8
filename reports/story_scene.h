/*
 * story_scene.h - what a story of a pool stands on: the pool, its rulebook, and moments of it, read
 * from the database; and the parts that are told of a moment.
 */
#ifndef PLM_STORY_SCENE_H
#define PLM_STORY_SCENE_H

#include "query.h"
#include "story_make.h"

/* Names and texts are kept by the teller. */
typedef struct plm_scene {
    sqlite3 *db;
    plm_teller *teller;
    int64_t account_id, pool_id, unit_id, instrument_id;
    const char *account;
    const char *pool; /* "the cross pool", "the isolated pool SOLUSDT long" */
    const char *unit; /* the asset that its numbers are in */
    bool isolated;
    const char *rulebook; /* NULL: none */
    const char *rule_file, *rule_text, *rule_sources;
    int64_t rule_effective_ns; /* 0: none */
} plm_scene;

/* A position in a moment of its pool. */
typedef struct plm_held {
    int64_t instrument_id, leg, qty, px2, tier;
    int64_t px_scale, qty_scale;
    const char *symbol, *name, *settle; /* name: with its side */
    plm_money unrealised, notional, maintenance;
    plm_money cost;    /* exact total at entry */
    plm_i128 entry[2]; /* price at entry as part / whole of 10^-18 */
} plm_held;

/* A row of margin. */
typedef struct plm_moment {
    int64_t margin_id; /* 0: there is none */
    plm_ts ts;
    plm_money equity, initial, orders, maintenance, collateral, surplus;
    size_t held_count;
    plm_held *held; /* free with plm_moment_fini */
} plm_moment;

/* Which row of margin: the last one up to a record, or the one of the highest surplus. */
typedef enum plm_moment_which {
    PLM_MOMENT_NONE = 0,
    PLM_MOMENT_LAST = 1, /* id <= until */
    PLM_MOMENT_PEAK = 2  /* the highest surplus of since < id <= until */
} plm_moment_which;

PLM_NODISCARD plm_status plm_scene_read(sqlite3 *db, int64_t pool_id, plm_teller *teller,
                                        plm_diag *diag, plm_scene *out);
/* No such row: margin_id is 0. */
PLM_NODISCARD plm_status plm_moment_read(const plm_scene *scene, plm_moment_which which,
                                         int64_t since, int64_t until, plm_diag *diag,
                                         plm_moment *out);
void plm_moment_fini(plm_moment *moment);
/* The same position in another moment; NULL: not held then. */
const plm_held *plm_moment_find(const plm_moment *moment, const plm_held *held);

/* -- parts of a story ------------------------------------------------------------------------ */

void plm_tell_held(const plm_scene *scene, const plm_moment *now);
/* `before`: the numbers before; margin_id 0: there are none. */
void plm_tell_moved(const plm_scene *scene, const plm_moment *before, const plm_moment *now);
PLM_NODISCARD plm_status plm_tell_equity(const plm_scene *scene, const plm_moment *now,
                                         plm_diag *diag);
void plm_tell_requirement(const plm_scene *scene, const plm_moment *now);
/* Where the rules come from. */
PLM_NODISCARD plm_status plm_tell_rules(const plm_scene *scene, plm_diag *diag);
/* Surplus of each position at the peak and now. */
void plm_tell_culprit(const plm_scene *scene, const plm_moment *peak, const plm_moment *now,
                      const char *culprit);

/* A top-level key of a rulebook's text with its value, on one line; *out_line from 1, 0: not
 * there. Kept by the teller. */
const char *plm_rule_quote(plm_teller *teller, const char *text, const char *key, int *out_line);

/* a + b and a - b of amounts that a database holds: 10^7 of them fit. */
plm_money plm_tell_sum(plm_money a, plm_money b);
plm_money plm_tell_difference(plm_money a, plm_money b);

#endif
