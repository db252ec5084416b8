/*
 * config.h - configuration text (YAML, and JSON as the subset it is) as a tree of text with
 * positions.
 *
 * The reader is strict: anchors, aliases, tags, directives, several documents, keys that are not
 * text and doubled keys are refused by position. Scalars stay source text: what "0.0005" or "yes"
 * means is decided by whoever asks for it, through the typed reads below.
 *
 * Messages begin with FILE:LINE:COLUMN, both 1-based; refusals have the code PLM_ERR_USAGE.
 */
#ifndef PLM_CONFIG_H
#define PLM_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plimsoll.h"
#include "status.h"

#define PLM_CONFIG_BYTES_MAX (1024u * 1024u)
#define PLM_CONFIG_DEPTH_MAX 16u
#define PLM_CONFIG_NODES_MAX 65536u

typedef enum plm_config_kind {
    PLM_CONFIG_NONE = 0,
    PLM_CONFIG_TEXT = 1,
    PLM_CONFIG_LIST = 2,
    PLM_CONFIG_MAP = 3
} plm_config_kind;

typedef struct plm_config_node plm_config_node;
struct plm_config_node {
    plm_config_kind kind;
    bool quoted;           /* text: in quotes or a block; only such text may be empty */
    uint32_t line, column; /* 0: of no place in a file; messages then begin with `file` alone */
    uint32_t key_line, key_column; /* entries of a map */
    const char *file;
    const char *key;              /* entries of a map, else NULL */
    const char *text;             /* text: UTF-8, without NUL inside; else NULL */
    size_t size;                  /* text: bytes; list and map: number of entries */
    const plm_config_node *first; /* list and map: entries in the order of the file */
    const plm_config_node *next;
};

typedef struct plm_config plm_config;

/* Reads a file; PLM_ERR_IO where it cannot be opened or read. */
PLM_NODISCARD plm_status plm_config_read(const char *path, plm_diag *diag, plm_config **out);

/* Reads text from memory; `name` stands for the file in messages. Nothing is borrowed. */
PLM_NODISCARD plm_status plm_config_parse(const char *name, const char *text, size_t size,
                                          plm_diag *diag, plm_config **out);

/* Frees the whole tree. NULL is fine. */
void plm_config_destroy(plm_config *config);

/* Never NULL. Nodes live as long as the handle. */
const plm_config_node *plm_config_root(const plm_config *config);

/* The entry of a map, NULL when it has none of that name or is no map. */
const plm_config_node *plm_config_find(const plm_config_node *map, const char *key);

/* The entry of a map, refused when missing. */
PLM_NODISCARD plm_status plm_config_require(const plm_config_node *map, const char *key,
                                            plm_diag *diag, const plm_config_node **out);

/* Refuses a node of another kind. */
PLM_NODISCARD plm_status plm_config_expect(const plm_config_node *node, plm_config_kind kind,
                                           plm_diag *diag);

/* Refuses what is no map or has a key outside `allowed` (closed by NULL); names the nearest. */
PLM_NODISCARD plm_status plm_config_check_keys(const plm_config_node *map,
                                               const char *const *allowed, plm_diag *diag);

/* A refusal of a node that reads well but means nothing: "FILE:LINE:COL: KEY: MESSAGE". */
PLM_NODISCARD plm_status plm_config_fail(const plm_config_node *node, plm_diag *diag,
                                         const char *format, ...) PLM_PRINTF(3, 4);

/* Typed reads of one scalar; quotes do not matter. Bounds are inclusive. */
PLM_NODISCARD plm_status plm_config_text(const plm_config_node *node, plm_diag *diag,
                                         const char **out);
PLM_NODISCARD plm_status plm_config_integer(const plm_config_node *node, int64_t min, int64_t max,
                                            plm_diag *diag, int64_t *out);
PLM_NODISCARD plm_status plm_config_decimal(const plm_config_node *node, unsigned scale,
                                            plm_diag *diag, int64_t *out);
PLM_NODISCARD plm_status plm_config_bool(const plm_config_node *node, plm_diag *diag, bool *out);
PLM_NODISCARD plm_status plm_config_duration(const plm_config_node *node, plm_diag *diag,
                                             int64_t *out_ns);
PLM_NODISCARD plm_status plm_config_time(const plm_config_node *node, plm_diag *diag, plm_ts *out);

/* One of `words` (closed by NULL), as its index. */
PLM_NODISCARD plm_status plm_config_word(const plm_config_node *node, const char *const *words,
                                         plm_diag *diag, size_t *out_index);

#endif
