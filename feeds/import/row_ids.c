/*
 * row_ids.c - two generations of names: when the younger one is full, the older one is forgotten.
 */
#include "row_ids.h"

#include <string.h>

#include "check.h"
#include "import_format.h"
#include "memory.h"
#include "symbol_map.h"

struct plm_row_ids {
    plm_symbol_map *young, *old; /* old: NULL until young has been full once */
    size_t young_count;
    size_t size;                                     /* of name, 0 = nothing waits to be settled */
    char name[sizeof(uint32_t) + PLM_ROW_BYTES_MAX]; /* instrument and id */
};

plm_row_ids *plm_row_ids_create(void)
{
    plm_row_ids *const ids = plm_alloc(1, sizeof *ids);
    ids->young = plm_symbol_map_create();
    return ids;
}

void plm_row_ids_destroy(plm_row_ids *ids)
{
    if (ids != NULL) {
        plm_symbol_map_destroy(ids->young);
        plm_symbol_map_destroy(ids->old);
        plm_free(ids);
    }
}

void plm_row_ids_clear(plm_row_ids *ids)
{
    plm_symbol_map_destroy(ids->young);
    plm_symbol_map_destroy(ids->old);
    ids->young = plm_symbol_map_create();
    ids->old = NULL;
    ids->young_count = 0;
    ids->size = 0;
}

static bool has(const plm_symbol_map *names, const plm_row_ids *ids)
{
    return names != NULL && plm_symbol_map_find(names, ids->name, ids->size) != PLM_SYMBOL_ABSENT;
}

bool plm_row_ids_check(plm_row_ids *ids, uint32_t sym, plm_csv_text id, plm_refusal *refusal)
{
    plm_assert(id.size <= PLM_ROW_BYTES_MAX);
    memcpy(ids->name, &sym, sizeof sym);
    memcpy(ids->name + sizeof sym, id.bytes, id.size);
    ids->size = sizeof sym + id.size;
    if (has(ids->young, ids) || has(ids->old, ids)) {
        ids->size = 0;
        return plm_refuse(refusal, PLM_REJECT_DUPLICATE, "an id may stand once", "id '%.*s' again",
                          id.size > 60 ? 60 : (int)id.size, id.bytes);
    }
    return true;
}

void plm_row_ids_settle(plm_row_ids *ids, bool taken)
{
    if (ids->size > 0 && taken) {
        if (ids->young_count == PLM_ROW_IDS_WINDOW) {
            plm_symbol_map_destroy(ids->old);
            ids->old = ids->young;
            ids->young = plm_symbol_map_create();
            ids->young_count = 0;
        }
        ids->young_count += plm_symbol_map_add(ids->young, ids->name, ids->size, 0) ? 1 : 0;
    }
    ids->size = 0;
}
