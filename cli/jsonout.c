/*
 * jsonout.c - results for programs: one object that names its schema.
 */
#include "jsonout.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "memory.h"
#include "timetext.h"

#define JSON_COUNT_MAX (UINT64_C(1) << 53)

static json_t *must(json_t *value)
{
    plm_assert(value != NULL); /* only memory can be missing: the texts are made printable before */
    return value;
}

json_t *plm_json_object(void)
{
    return must(json_object());
}

json_t *plm_json_array(void)
{
    return must(json_array());
}

json_t *plm_json_string(const char *text)
{
    /* Names have to be usable again: only what is no UTF-8 is made printable. */
    json_t *const exact = json_string(text);
    if (exact != NULL) {
        return exact;
    }
    const size_t cap = strlen(text) * 4 + 1;
    char *shown = plm_alloc(cap, 1);
    json_t *value = must(json_string(plm_console_printable(text, shown, cap)));
    plm_free(shown);
    return value;
}

void plm_json_put(json_t *object, const char *key, json_t *value)
{
    plm_assert(json_object_set_new(object, key, must(value)) == 0);
}

void plm_json_add(json_t *array, json_t *value)
{
    plm_assert(json_array_append_new(array, must(value)) == 0);
}

json_t *plm_json_open(const char *name)
{
    char schema[80];
    (void)snprintf(schema, sizeof schema, "plimsoll/%s/1", name);
    json_t *object = plm_json_object();
    plm_json_text(object, "schema", schema);
    return object;
}

void plm_json_text(json_t *object, const char *key, const char *text)
{
    plm_json_put(object, key, plm_json_string(text));
}

void plm_json_count(json_t *object, const char *key, uint64_t count)
{
    if (count <= JSON_COUNT_MAX) {
        plm_json_put(object, key, json_integer((json_int_t)count));
        return;
    }
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%" PRIu64, count);
    plm_json_text(object, key, digits);
}

void plm_json_flag(json_t *object, const char *key, bool flag)
{
    plm_json_put(object, key, json_boolean(flag));
}

void plm_json_time(json_t *object, const char *key, plm_ts ts)
{
    char name[64];
    char text[PLM_TIME_TEXT_CAP];
    (void)snprintf(name, sizeof name, "%s_ts", key);
    plm_json_put(object, name, ts == 0 ? json_null() : json_integer((json_int_t)ts));
    (void)snprintf(name, sizeof name, "%s_time", key);
    if (ts == 0) {
        plm_json_put(object, name, json_null());
        return;
    }
    (void)plm_time_format(ts, text);
    plm_json_text(object, name, text);
}

char *plm_json_flat(json_t *object)
{
    const size_t size = json_dumpb(object, NULL, 0, JSON_COMPACT);
    char *text = plm_alloc(size + 1, 1);
    plm_assert(json_dumpb(object, text, size, JSON_COMPACT) == size);
    json_decref(object);
    return text;
}

static int put(const char *bytes, size_t size, void *context)
{
    plm_out_write(context, bytes, size);
    return 0;
}

void plm_json_line(plm_out *out, json_t *object)
{
    plm_assert(json_dump_callback(object, put, out, JSON_COMPACT) == 0);
    json_decref(object);
}

void plm_json_print(plm_out *out, json_t *object)
{
    plm_assert(json_dump_callback(object, put, out, JSON_INDENT(2)) == 0);
    plm_out_text(out, "\n");
    json_decref(object);
}
