/*
 * jsonout.h - results for programs: one object that names its schema. Counts above 2^53 and every
 * price, size and rate are strings; a time is given in nanoseconds and as text.
 */
#ifndef PLM_JSONOUT_H
#define PLM_JSONOUT_H

#include <jansson.h>

#include "console.h"
#include "plimsoll.h"

/* {"schema": "plimsoll/<name>/1"} */
json_t *plm_json_open(const char *name);
void plm_json_text(json_t *object, const char *key, const char *text);
void plm_json_count(json_t *object, const char *key, uint64_t count);
void plm_json_flag(json_t *object, const char *key, bool flag);
/* "<key>_ts" in ns and "<key>_time" as text; both null when ts is 0. */
void plm_json_time(json_t *object, const char *key, plm_ts ts);
/* Takes ownership of `value`. */
void plm_json_put(json_t *object, const char *key, json_t *value);
void plm_json_add(json_t *array, json_t *value);
json_t *plm_json_string(const char *text);
json_t *plm_json_object(void);
json_t *plm_json_array(void);

/* The object as one line, to be freed with plm_free; frees the object. */
char *plm_json_flat(json_t *object);

/* Prints as one line without its end, and frees. */
void plm_json_line(plm_out *out, json_t *object);
/* Prints and frees. */
void plm_json_print(plm_out *out, json_t *object);

#endif
