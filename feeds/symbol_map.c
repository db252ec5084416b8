/*
 * symbol_map.c - open addressing over FNV-1a; names lie one after another in one block.
 */
#include "symbol_map.h"

#include <string.h>

#include "check.h"
#include "memory.h"

typedef struct slot {
    uint32_t value; /* PLM_SYMBOL_ABSENT = free */
    uint32_t hash;
    size_t name_at;
    size_t name_size;
} slot;

struct plm_symbol_map {
    slot *slots;
    size_t slot_count; /* a power of two, at least twice the names */
    size_t used;
    char *names;
    size_t names_size, names_cap;
};

static uint32_t hash_name(const char *name, size_t size)
{
    uint32_t hash = UINT32_C(2166136261);
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ (uint8_t)name[i]) * UINT32_C(16777619);
    }
    return hash;
}

static slot *slots_create(size_t count)
{
    slot *const slots = plm_alloc(count, sizeof *slots);
    for (size_t i = 0; i < count; i++) {
        slots[i].value = PLM_SYMBOL_ABSENT;
    }
    return slots;
}

plm_symbol_map *plm_symbol_map_create(void)
{
    plm_symbol_map *const map = plm_alloc(1, sizeof *map);
    map->slot_count = 16;
    map->slots = slots_create(map->slot_count);
    map->names_cap = 256;
    map->names = plm_alloc(map->names_cap, 1);
    return map;
}

void plm_symbol_map_destroy(plm_symbol_map *map)
{
    if (map != NULL) {
        plm_free(map->slots);
        plm_free(map->names);
        plm_free(map);
    }
}

/* The slot of the name, or the free one where it belongs. */
static slot *find_slot(const plm_symbol_map *map, const char *name, size_t size, uint32_t hash)
{
    size_t at = hash & (map->slot_count - 1);
    for (;;) {
        slot *const candidate = &map->slots[at];
        if (candidate->value == PLM_SYMBOL_ABSENT ||
            (candidate->hash == hash && candidate->name_size == size &&
             memcmp(map->names + candidate->name_at, name, size) == 0)) {
            return candidate;
        }
        at = (at + 1) & (map->slot_count - 1);
    }
}

static void grow(plm_symbol_map *map)
{
    slot *const old = map->slots;
    size_t const old_count = map->slot_count;
    map->slot_count = old_count * 2;
    map->slots = slots_create(map->slot_count);
    for (size_t i = 0; i < old_count; i++) {
        if (old[i].value != PLM_SYMBOL_ABSENT) {
            *find_slot(map, map->names + old[i].name_at, old[i].name_size, old[i].hash) = old[i];
        }
    }
    plm_free(old);
}

bool plm_symbol_map_add(plm_symbol_map *map, const char *name, size_t size, uint32_t value)
{
    plm_assert(value != PLM_SYMBOL_ABSENT);
    uint32_t const hash = hash_name(name, size);
    slot *place = find_slot(map, name, size, hash);
    if (place->value != PLM_SYMBOL_ABSENT) {
        return false;
    }
    if ((map->used + 1) * 2 > map->slot_count) {
        grow(map);
        place = find_slot(map, name, size, hash);
    }
    while (map->names_cap - map->names_size < size) {
        map->names_cap *= 2;
        map->names = plm_realloc(map->names, map->names_cap, 1);
    }
    if (size > 0) {
        memcpy(map->names + map->names_size, name, size);
    }
    *place = (slot){value, hash, map->names_size, size};
    map->names_size += size;
    map->used++;
    return true;
}

uint32_t plm_symbol_map_find(const plm_symbol_map *map, const char *name, size_t size)
{
    return find_slot(map, name, size, hash_name(name, size))->value;
}
