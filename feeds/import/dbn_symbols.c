/*
 * dbn_symbols.c - from instrument ids to rows: the metadata's days, then what records said, then
 * the number itself; described by the user, else by a definition.
 */
#include <stdio.h>

#include "check.h"
#include "dbn.h"
#include "instrument_text.h"
#include "memory.h"

void plm_dbn_symbols_init(plm_dbn_symbols *self, const plm_import_options *options)
{
    *self = (plm_dbn_symbols){
        .vague = plm_symbol_map_create(), .only_count = options->only_count, .only = options->only};
    plm_row_table_init(&self->known);
    plm_row_table_init(&self->table);
    for (uint32_t i = 0; i < options->row_count; i++) {
        plm_diag ignored; /* the same row twice, or two of one symbol: the first counts */
        uint32_t place = 0;
        plm_diag_init(&ignored);
        if (plm_row_table_add(&self->known, &options->rows[i], &ignored, &place) < 0) {
            continue;
        }
    }
    self->given = self->known.count;
}

void plm_dbn_symbols_fini(plm_dbn_symbols *self)
{
    plm_dbn_head_fini(&self->head);
    plm_row_table_fini(&self->known);
    plm_row_table_fini(&self->table);
    plm_symbol_map_destroy(self->vague);
    plm_free(self->whys);
    for (uint32_t i = 0; i < self->id_count; i++) {
        plm_free(self->ids[i].name);
    }
    plm_free(self->ids);
    plm_free(self->slots);
}

void plm_dbn_symbols_begin(plm_dbn_symbols *self, plm_dbn_head *head)
{
    plm_dbn_head_fini(&self->head);
    self->head = *head;
    *head = (plm_dbn_head){0};
    for (uint32_t i = 0; i < self->id_count; i++) {
        self->ids[i].from = self->ids[i].to = 0;
        plm_free(self->ids[i].name);
        self->ids[i].name = NULL;
    }
}

/* -- ids ------------------------------------------------------------------------------------- */

static uint32_t hash_id(uint32_t id)
{
    return (uint32_t)(id * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

static void put_slot(plm_dbn_symbols *self, uint32_t place)
{
    uint32_t at = hash_id(self->ids[place].id) & self->slot_mask;
    while (self->slots[at] != 0) {
        at = (at + 1) & self->slot_mask;
    }
    self->slots[at] = place + 1;
}

static void grow_ids(plm_dbn_symbols *self)
{
    self->id_cap = self->id_cap == 0 ? 64 : self->id_cap * 2;
    self->ids = plm_realloc(self->ids, self->id_cap, sizeof *self->ids);
    plm_free(self->slots);
    self->slot_mask = self->id_cap * 2 - 1;
    self->slots = plm_alloc(self->id_cap * 2, sizeof *self->slots);
    for (uint32_t i = 0; i < self->id_count; i++) {
        put_slot(self, i);
    }
}

/* Finds or adds the id and makes it the last one. */
static plm_status take_id(plm_dbn_symbols *self, uint32_t id, plm_diag *diag, plm_dbn_id **out)
{
    if (self->slots != NULL) {
        for (uint32_t at = hash_id(id) & self->slot_mask; self->slots[at] != 0;
             at = (at + 1) & self->slot_mask) {
            if (self->ids[self->slots[at] - 1].id == id) {
                self->last = self->slots[at] - 1;
                *out = &self->ids[self->last];
                return PLM_OK;
            }
        }
    }
    if (self->id_count == PLM_DBN_IDS_MAX) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "more than %u instrument ids in one input; at most that many are allowed: "
                        "split it by instrument",
                        PLM_DBN_IDS_MAX);
    }
    if (self->id_count == self->id_cap) {
        grow_ids(self);
    }
    self->ids[self->id_count] = (plm_dbn_id){.id = id};
    put_slot(self, self->id_count);
    self->last = self->id_count++;
    *out = &self->ids[self->last];
    return PLM_OK;
}

/* -- names ----------------------------------------------------------------------------------- */

plm_status plm_dbn_symbols_name(plm_dbn_symbols *self, uint32_t id, const char *name,
                                plm_diag *diag)
{
    plm_dbn_id *entry = NULL;
    if (name[0] == '\0') {
        return PLM_OK;
    }
    PLM_TRY(take_id(self, id, diag, &entry));
    if (entry->name == NULL || strcmp(entry->name, name) != 0) {
        plm_free(entry->name);
        entry->name = plm_strdup(name);
        entry->from = entry->to = 0;
    }
    return PLM_OK;
}

/* The name of the id in the metadata, or NULL; the times between which that holds. */
static const char *find_interval(const plm_dbn_head *head, uint32_t id, plm_ts index,
                                 plm_dbn_id *entry)
{
    uint32_t low = 0;
    uint32_t high = head->interval_count;
    while (low < high) { /* the first that is not before (id, index] */
        uint32_t const middle = low + (high - low) / 2;
        const plm_dbn_interval *const interval = &head->intervals[middle];
        if (interval->id < id || (interval->id == id && interval->from <= index)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const plm_dbn_interval *const before = low > 0 ? &head->intervals[low - 1] : NULL;
    bool const has_before = before != NULL && before->id == id;
    if (has_before && index < before->to) {
        entry->from = before->from;
        entry->to = before->to;
        return before->name;
    }
    bool const has_after = low < head->interval_count && head->intervals[low].id == id;
    entry->from = has_before ? before->to : INT64_MIN;
    entry->to = has_after ? head->intervals[low].from : INT64_MAX;
    return NULL;
}

static bool is_wanted(const plm_dbn_symbols *self, const char *name)
{
    for (uint32_t i = 0; i < self->only_count; i++) {
        if (strcmp(self->only[i], name) == 0) {
            return true;
        }
    }
    return self->only_count == 0;
}

plm_status plm_dbn_symbols_look_up(plm_dbn_symbols *self, uint32_t id, plm_ts index, plm_diag *diag,
                                   plm_refusal *refusal, uint32_t *out)
{
    plm_dbn_id *entry = NULL;
    PLM_TRY(take_id(self, id, diag, &entry));
    if (index >= entry->from && index < entry->to) {
        *out = entry->sym;
        return PLM_OK;
    }
    char number[16];
    (void)snprintf(number, sizeof number, "%u", id);
    const char *name = find_interval(&self->head, id, index, entry);
    name = name != NULL ? name : entry->name != NULL ? entry->name : number;
    size_t const size = strlen(name);
    if (!is_wanted(self, name)) {
        entry->from = entry->to = 0;
        refusal->reason = PLM_REJECT_DECLARED;
        return PLM_OK;
    }
    uint32_t sym = plm_symbol_map_find(self->table.symbols, name, size);
    if (sym == PLM_SYMBOL_ABSENT) {
        uint32_t const place = plm_symbol_map_find(self->known.symbols, name, size);
        if (place == PLM_SYMBOL_ABSENT) {
            uint32_t const why = plm_symbol_map_find(self->vague, name, size);
            entry->from = entry->to = 0;
            char allowed[PLM_REFUSAL_CAP];
            (void)snprintf(allowed, sizeof allowed,
                           "%s%sdescribe it with --instrument or --instruments, or put its "
                           "definition record before it",
                           why != PLM_SYMBOL_ABSENT ? self->whys[why] : "",
                           why != PLM_SYMBOL_ABSENT ? "; " : "");
            (void)plm_refuse(refusal, PLM_REJECT_UNKNOWN, allowed,
                             "symbol %s (instrument %u) is not described", name, id);
            return PLM_OK;
        }
        PLM_TRY(plm_row_table_add(&self->table, &self->known.rows[place], diag, &sym));
    }
    entry->sym = sym;
    *out = sym;
    return PLM_OK;
}

/* -- definitions ----------------------------------------------------------------------------- */

static void note_vague(plm_dbn_symbols *self, const char *name, const char *why)
{
    size_t const size = strlen(name);
    if (size == 0 || plm_symbol_map_find(self->vague, name, size) != PLM_SYMBOL_ABSENT) {
        return;
    }
    if ((self->why_count & (self->why_count - 1)) == 0) {
        self->whys = plm_realloc(self->whys, self->why_count == 0 ? 1 : self->why_count * 2,
                                 sizeof *self->whys);
    }
    self->whys[self->why_count] = why;
    plm_assert(plm_symbol_map_add(self->vague, name, size, self->why_count++));
}

bool plm_dbn_symbols_define(plm_dbn_symbols *self, const char *name, const plm_instrument *row,
                            const char *why, plm_refusal *refusal)
{
    uint32_t const place = plm_symbol_map_find(self->known.symbols, name, strlen(name));
    if (place != PLM_SYMBOL_ABSENT && place < self->given) {
        return true; /* the user's word stands */
    }
    if (why != NULL) {
        note_vague(self, name, why);
        return true;
    }
    if (place == PLM_SYMBOL_ABSENT) {
        plm_diag diag;
        uint32_t added = 0;
        plm_diag_init(&diag);
        return plm_row_table_add(&self->known, row, &diag, &added) >= 0 ||
               plm_refuse(refusal, PLM_REJECT_RANGE, diag.text, "definition of %s", name);
    }
    if (plm_instrument_equal(&self->known.rows[place], row)) {
        return true;
    }
    if (plm_symbol_map_find(self->table.symbols, name, strlen(name)) == PLM_SYMBOL_ABSENT) {
        self->known.rows[place] = *row;
        return true;
    }
    return plm_refuse(refusal, PLM_REJECT_RANGE,
                      "an instrument keeps its facts; describe it with --instrument or "
                      "--instruments, which come before definitions",
                      "definition of %s differs from the one before its first event", name);
}
