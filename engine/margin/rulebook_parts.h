/*
 * rulebook_parts.h - what the files of the rulebook reader share; rulebook.h is its face.
 */
#ifndef PLM_RULEBOOK_PARTS_H
#define PLM_RULEBOOK_PARTS_H

#include <stddef.h>

#include "rulebook.h"

#define PLM_RULE_ONE INT64_C(1000000000000) /* 1 as a rate */
#define PLM_RULE_RATE_MAX (1000 * PLM_RULE_ONE)
#define PLM_TABLE_BYTES_MAX (1024u * 1024u)
#define PLM_TABLE_LINE_MAX 1024u
#define PLM_TABLE_COLUMNS_MAX 8u
#define PLM_RULE_PATH_CAP 4096u

typedef struct plm_rulebook_reader {
    plm_rulebook *book;
    const char *folder; /* of the tables */
    plm_diag *diag;
} plm_rulebook_reader;

/* -- memory and single values: rulebook_value.c ------------------------------------------------ */

/* Zeroed memory that lives as long as the rulebook. */
void *plm_rulebook_take(plm_rulebook *book, size_t count, size_t size);
const char *plm_rulebook_keep(plm_rulebook *book, const char *text);

PLM_NODISCARD plm_status plm_rulebook_word(const plm_rulebook_reader *reader,
                                           const plm_config_node *map, const char *key,
                                           const char *const *words, size_t *out_index);
PLM_NODISCARD plm_status plm_rulebook_yes(const plm_rulebook_reader *reader,
                                          const plm_config_node *node, bool *out);
/* Bounds are inclusive. */
PLM_NODISCARD plm_status plm_rulebook_rate(const plm_rulebook_reader *reader,
                                           const plm_config_node *node, plm_rate min, plm_rate max,
                                           plm_rate *out);
PLM_NODISCARD plm_status plm_rulebook_money(const plm_rulebook_reader *reader,
                                            const plm_config_node *node, plm_i128 min, plm_i128 max,
                                            const char *allowed, plm_money *out);
PLM_NODISCARD plm_status plm_rulebook_duration(const plm_rulebook_reader *reader,
                                               const plm_config_node *node, int64_t min_ns,
                                               const char *allowed, int64_t *out_ns);

/* An asset or an underlying: letters, digits and what else a name on a tape may have. */
bool plm_rulebook_is_name(const char *text, size_t size, size_t cap);

/* -- tables: rulebook_table.c, rulebook_rows.c ------------------------------------------------- */

typedef enum plm_cell_kind {
    PLM_CELL_NONE = 0,
    PLM_CELL_KEY,   /* a symbol, base:ASSET or * */
    PLM_CELL_UNIT,  /* an underlying or * */
    PLM_CELL_ASSET, /* an asset */
    PLM_CELL_TIME,
    PLM_CELL_RATE,
    PLM_CELL_MONEY,   /* >= 0 */
    PLM_CELL_LEVERAGE /* at 10^-2; empty: none */
} plm_cell_kind;

typedef struct plm_column {
    const char *name;
    plm_cell_kind kind;
    size_t offset;     /* in the row */
    plm_rate min, max; /* rates */
} plm_column;

#define PLM_TABLE_CHECK_CAP 192

/* The first column is whose row it is, the second from when on it holds. */
typedef struct plm_table {
    const char *name;
    uint32_t count, required; /* columns: the last ones may be left out, all of them or none */
    plm_column column[PLM_TABLE_COLUMNS_MAX];
    size_t row_size;
    bool tiered; /* the third column is a floor: it begins with 0 and rises */
    bool many;   /* several rows of one key and date; else one, or one a floor */
    /* What is wrong with a row, `previous` being that below it of the same key and date, or NULL;
     * true when nothing is. */
    bool (*check)(const void *previous, const void *row, char out[PLM_TABLE_CHECK_CAP]);
} plm_table;

typedef struct plm_table_rows {
    void *row; /* sorted by their columns from left to right */
    uint32_t count;
    bool full; /* the columns that may be left out are there */
} plm_table_rows;

/* Reads the table that a node names. */
PLM_NODISCARD plm_status plm_table_read(const plm_rulebook_reader *reader,
                                        const plm_config_node *node, const plm_table *table,
                                        plm_table_rows *out);

extern const plm_table plm_table_tiers, plm_table_affine, plm_table_power, plm_table_skew,
    plm_table_flat, plm_table_fees, plm_table_scenario, plm_table_collateral, plm_table_borrow;

/* -- sections ---------------------------------------------------------------------------------- */

/* Each fills its part of the set and leaves the others alone. */
typedef plm_status plm_section_read(const plm_rulebook_reader *reader, const plm_config_node *node,
                                    plm_rule_set *set);

PLM_NODISCARD plm_status plm_rulebook_price(const plm_rulebook_reader *reader,
                                            const plm_config_node *node, plm_rule_set *set);
PLM_NODISCARD plm_status plm_rulebook_rates(const plm_rulebook_reader *reader,
                                            const plm_config_node *node, plm_rule_set *set);
PLM_NODISCARD plm_status plm_rulebook_levels(const plm_rulebook_reader *reader,
                                             const plm_config_node *node, plm_rule_set *set);
PLM_NODISCARD plm_status plm_rulebook_addons(const plm_rulebook_reader *reader,
                                             const plm_config_node *node, plm_rule_set *set);
PLM_NODISCARD plm_status plm_rulebook_collateral(const plm_rulebook_reader *reader,
                                                 const plm_config_node *node, plm_rule_set *set);
PLM_NODISCARD plm_status plm_rulebook_offset(const plm_rulebook_reader *reader,
                                             const plm_config_node *node, plm_rule_set *set);
PLM_NODISCARD plm_status plm_rulebook_stages(const plm_rulebook_reader *reader,
                                             const plm_config_node *node, plm_rule_set *set);
PLM_NODISCARD plm_status plm_rulebook_fee(const plm_rulebook_reader *reader,
                                          const plm_config_node *node, plm_rule_set *set);

/* P1, which does not change. */
PLM_NODISCARD plm_status plm_rulebook_pool(const plm_rulebook_reader *reader,
                                           const plm_config_node *node);
/* What choices ask of each other; `map` is where the last of them stand. */
PLM_NODISCARD plm_status plm_rulebook_agree(const plm_rulebook_reader *reader,
                                            const plm_config_node *map, const plm_rule_set *set);

#endif
