/*
 * param.h - the parameters of a plug-in: values from a run file, checked against the descriptor's
 * table, with its defaults.
 */
#ifndef PLM_PARAM_H
#define PLM_PARAM_H

#include "config.h"
#include "plimsoll.h"

#define PLM_PARAMS_MAX 64u
#define PLM_PARAM_FILE_MAX (64u * 1024u * 1024u)

typedef struct plm_param_value {
    int64_t number;   /* all types but text and file */
    const char *text; /* text: as given; file: the content; ends with NUL */
    size_t size;
    const char *path; /* file: where it was read; NULL: nowhere */
    bool given;       /* by the run file; otherwise the default */
} plm_param_value;

typedef struct plm_params {
    const plm_descriptor *descriptor;
    plm_param_value *value; /* param_count */
} plm_params;

/* Where the symbols of parameters of type instrument come from. */
typedef struct plm_param_rows {
    const plm_instrument *rows;
    uint32_t count;
} plm_param_rows;

/* A descriptor that lies (sizes, duplicate keys, bad defaults, ranges) is refused by name. */
PLM_NODISCARD plm_status plm_descriptor_check(const plm_descriptor *descriptor, plm_diag *diag);

/*
 * `map` is the node `params` of a run file, NULL when there is none; `folder` is what relative
 * paths of files start from. Unknown keys, wrong types and values out of range are refused by
 * position, with the nearest key. Nothing is borrowed from the map.
 */
PLM_NODISCARD plm_status plm_params_read(const plm_descriptor *descriptor,
                                         const plm_config_node *map, const char *folder,
                                         const plm_param_rows *rows, plm_diag *diag,
                                         plm_params **out);
void plm_params_destroy(plm_params *params);

/* NULL when the table has no such key. */
const plm_param_value *plm_params_find(const plm_params *params, const char *key);

#endif
