/*
 * symbol_map.h - finds the row of a symbol.
 */
#ifndef PLM_SYMBOL_MAP_H
#define PLM_SYMBOL_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLM_SYMBOL_ABSENT UINT32_MAX

typedef struct plm_symbol_map plm_symbol_map;

plm_symbol_map *plm_symbol_map_create(void);
void plm_symbol_map_destroy(plm_symbol_map *map); /* NULL is fine */

/* Adds a copy of the name with its value; false when the name is there already. */
bool plm_symbol_map_add(plm_symbol_map *map, const char *name, size_t size, uint32_t value);

/* The value of the name, or PLM_SYMBOL_ABSENT. */
uint32_t plm_symbol_map_find(const plm_symbol_map *map, const char *name, size_t size);

#endif
