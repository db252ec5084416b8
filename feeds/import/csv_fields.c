/*
 * csv_fields.c - splits a line at its delimiters.
 */
#include "csv_fields.h"

#include <string.h>

/* A field in quotes that begins at line[at] (behind the quote); *out_next is behind the closing
 * quote. */
static bool read_quoted(const char *line, size_t size, size_t at, char quote, char **scratch,
                        plm_refusal *refusal, plm_csv_text *out, size_t *out_next)
{
    char *const copy = *scratch;
    size_t copied = 0;
    bool doubled = false;
    size_t const begin = at;
    for (;;) {
        const char *const stop = memchr(line + at, quote, size - at);
        if (stop == NULL) {
            return plm_refuse(refusal, PLM_REJECT_SYNTAX,
                              "a field in quotes ends on the line on which it begins",
                              "a line break within quotes");
        }
        size_t const piece = (size_t)(stop - (line + at));
        memcpy(copy + copied, line + at, piece);
        copied += piece;
        at += piece + 1;
        if (at == size || line[at] != quote) {
            break;
        }
        copy[copied++] = quote;
        doubled = true;
        at++;
    }
    *out = doubled ? (plm_csv_text){copy, copied} : (plm_csv_text){line + begin, copied};
    *scratch += doubled ? copied : 0;
    *out_next = at;
    return true;
}

bool plm_csv_split(const char *line, size_t size, char delimiter, char quote, char *scratch,
                   plm_refusal *refusal, plm_csv_text *out, size_t *out_count)
{
    size_t at = 0;
    size_t count = 0;
    for (;;) {
        if (count == PLM_CSV_FIELDS_MAX) {
            return plm_refuse(refusal, PLM_REJECT_SYNTAX, "at most 1024 fields are allowed",
                              "too many fields");
        }
        if (quote != '\0' && at < size && line[at] == quote) {
            if (!read_quoted(line, size, at + 1, quote, &scratch, refusal, &out[count], &at)) {
                return false;
            }
            if (at < size && line[at] != delimiter) {
                return plm_refuse(refusal, PLM_REJECT_SYNTAX, "a delimiter follows a closing quote",
                                  "text after a closing quote in field %zu", count + 1);
            }
        } else {
            const char *const end = memchr(line + at, delimiter, size - at);
            size_t const stop = end != NULL ? (size_t)(end - line) : size;
            if (quote != '\0' && memchr(line + at, quote, stop - at) != NULL) {
                return plm_refuse(refusal, PLM_REJECT_SYNTAX,
                                  "a field that holds a quote must stand in quotes",
                                  "a quote within field %zu", count + 1);
            }
            out[count] = (plm_csv_text){line + at, stop - at};
            at = stop;
        }
        count++;
        if (at == size) {
            *out_count = count;
            return true;
        }
        at++;
    }
}
