/*
 * json_scan.h - JSON as a row of tokens, read from bytes that may not all be there yet.
 *
 * A JSON library gives numbers as floating point; prices have to stay the text that they are. So
 * this one hands out texts. It keeps no copy and allocates nothing.
 */
#ifndef PLM_JSON_SCAN_H
#define PLM_JSON_SCAN_H

#include "csv_fields.h"

#define PLM_JSON_DEPTH_MAX 64u

typedef enum plm_json_kind {
    PLM_JSON_NONE = 0, /* the text has ended (between values), or more bytes are needed */
    PLM_JSON_OBJECT,
    PLM_JSON_OBJECT_END,
    PLM_JSON_ARRAY,
    PLM_JSON_ARRAY_END,
    PLM_JSON_KEY,    /* text: without quotes, escapes as they stand */
    PLM_JSON_STRING, /* likewise */
    PLM_JSON_NUMBER, /* text: as it stands */
    PLM_JSON_TRUE,
    PLM_JSON_FALSE,
    PLM_JSON_NULL,
    PLM_JSON_BAD /* not JSON at this place; final */
} plm_json_kind;

/* What may come next. All zero at the start: values may follow one another at the top. */
typedef struct plm_json_scan {
    uint64_t objects; /* bit d: the value that is open at depth d + 1 is an object */
    unsigned depth;
    bool after_value; /* a comma or a closing bracket is needed */
    bool after_comma; /* no closing bracket may follow */
    bool after_key;   /* the value of a key is needed */
} plm_json_scan;

/*
 * The token at the front of bytes[0..size); *out_used is behind it. NONE and nothing used but white
 * space: more bytes are needed, or with `last` the text has ended; where it may not end, it is BAD.
 */
plm_json_kind plm_json_next(plm_json_scan *scan, const char *bytes, size_t size, bool last,
                            plm_csv_text *out_text, size_t *out_used);

/* The size of the whole value at the front of bytes[0..size) in a place where a value is allowed; 0
 * and *out_bad = false: more bytes are needed. */
size_t plm_json_span(const char *bytes, size_t size, bool last, bool *out_bad);

/* A value of an object by its name. */
typedef struct plm_json_cell {
    plm_json_kind kind; /* NONE: the object has no such name */
    plm_csv_text text;  /* as plm_json_next gives it; all of a list or an object */
} plm_json_cell;

/* The values of the object that is bytes[0..size), by names[], closed by NULL. False where the
 * bytes are not one object or a name stands twice. */
bool plm_json_pick(const char *bytes, size_t size, const char *const *names, plm_json_cell *out);

#endif
