/*
 * csv_fields.h - a line of foreign CSV as fields: any delimiter, quotes after RFC 4180.
 */
#ifndef PLM_CSV_FIELDS_H
#define PLM_CSV_FIELDS_H

#include <stddef.h>

#include "reject.h"

#define PLM_CSV_FIELDS_MAX 1024

typedef struct plm_csv_text {
    const char *bytes;
    size_t size;
} plm_csv_text;

/*
 * Cuts line[0..size) into out[0..PLM_CSV_FIELDS_MAX). Fields whose doubled quotes had to be undone
 * lie in scratch, which has at least `size` bytes. quote '\0' = no quoting.
 */
bool plm_csv_split(const char *line, size_t size, char delimiter, char quote, char *scratch,
                   plm_refusal *refusal, plm_csv_text *out, size_t *out_count);

#endif
