/*
 * story_json.c - a story as JSON: the same parts, numbers as exact decimal text.
 */
#include "check.h"
#include "memory.h"
#include "pile.h"
#include "story_show.h"

/* Exact; what is no UTF-8 is made printable. */
static json_t *text_of(const char *text)
{
    json_t *value = json_string(text);
    if (value == NULL) {
        plm_pile shown = {0};
        plm_pile_printable(&shown, text);
        value = json_string(shown.text);
        plm_free(shown.text);
    }
    plm_assert(value != NULL);
    return value;
}

static void put(json_t *object, const char *key, json_t *value)
{
    const int result = json_object_set_new(object, key, value);
    plm_assert(result == 0);
}

static void add(json_t *array, json_t *value)
{
    const int result = json_array_append_new(array, value);
    plm_assert(result == 0);
}

static json_t *table_of(const plm_story_part *part)
{
    json_t *const columns = json_array();
    for (unsigned i = 0; i < part->column_count; i++) {
        add(columns, text_of(part->column[i].head));
    }
    json_t *const rows = json_array();
    json_t *const totals = json_array();
    for (size_t j = 0; j < part->row_count; j++) {
        json_t *const cells = json_array();
        for (unsigned i = 0; i < part->column_count; i++) {
            add(cells, text_of(part->row[j].cell[i]));
        }
        add(rows, cells);
        if (part->row[j].total) {
            add(totals, json_integer((json_int_t)j));
        }
    }
    json_t *const table = json_object();
    put(table, "kind", json_string("table"));
    put(table, "caption", text_of(part->text));
    put(table, "columns", columns);
    put(table, "rows", rows);
    put(table, "totals", totals); /* rows that sum up those above them */
    return table;
}

static json_t *part_of(const plm_story_part *part)
{
    if (part->kind == PLM_PART_TABLE) {
        return table_of(part);
    }
    json_t *const object = json_object();
    put(object, "kind", json_string(part->kind == PLM_PART_HEADING ? "heading" : "text"));
    put(object, "text", text_of(part->text));
    return object;
}

json_t *plm_story_json(const plm_story *story)
{
    json_t *const facts = json_object();
    for (size_t i = 0; i < story->fact_count; i++) {
        json_t *const fact = json_object();
        put(fact, "value", text_of(story->fact[i].value));
        put(fact, "unit", text_of(story->fact[i].unit));
        put(facts, story->fact[i].name, fact);
    }
    json_t *const parts = json_array();
    for (size_t i = 0; i < story->part_count; i++) {
        add(parts, part_of(&story->part[i]));
    }
    json_t *const object = json_object();
    put(object, "kind", text_of(story->kind));
    put(object, "title", text_of(story->title));
    put(object, "banner", story->banner == NULL ? json_null() : text_of(story->banner));
    put(object, "facts", facts);
    put(object, "parts", parts);
    return object;
}
