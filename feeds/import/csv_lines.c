/*
 * csv_lines.c - cuts text into lines.
 */
#include "csv_lines.h"

#include <string.h>

void plm_csv_lines_begin(plm_csv_lines *lines, const char *name)
{
    *lines = (plm_csv_lines){.name = name};
}

/* Bytes of the mark that some writers put before UTF-8 text; SIZE_MAX: more are needed to know. */
static size_t mark_size(const char *bytes, size_t size, bool last)
{
    static const char MARK[3] = {'\xef', '\xbb', '\xbf'};
    size_t const compared = size < sizeof MARK ? size : sizeof MARK;
    if (memcmp(bytes, MARK, compared) != 0) {
        return 0;
    }
    if (compared == sizeof MARK) {
        return sizeof MARK;
    }
    return last ? 0 : SIZE_MAX;
}

/* A blank line that turned out to lie in the midst. */
static void refuse_blank(plm_csv_lines *lines, plm_row *row)
{
    row->line = lines->first_blank;
    row->text = "";
    row->size = 0;
    lines->first_blank = 0;
    (void)plm_refuse(&row->refusal, PLM_REJECT_SYNTAX,
                     "blank lines are allowed only at the end of the file", "a blank line");
}

plm_status plm_csv_lines_next(plm_csv_lines *lines, const char *bytes, size_t size, bool last,
                              plm_diag *diag, size_t *out_consumed, plm_row *row)
{
    size_t at = 0;
    *out_consumed = 0;
    if (!lines->started && size > 0) {
        at = mark_size(bytes, size, last);
        if (at == SIZE_MAX) {
            return PLM_END;
        }
        lines->started = true;
        *out_consumed = at;
    }
    while (at < size) {
        const char *const text = bytes + at;
        const char *const feed = memchr(text, '\n', size - at);
        size_t length = feed != NULL ? (size_t)(feed - text) : size - at;
        if (length > PLM_ROW_BYTES_MAX) {
            return plm_fail(diag, PLM_ERR_INPUT, "%s:%llu: a line of more than %d bytes",
                            lines->name, (unsigned long long)lines->line + 1, PLM_ROW_BYTES_MAX);
        }
        if (feed == NULL && !last) {
            return PLM_END;
        }
        size_t const taken = length + (feed != NULL ? 1 : 0);
        length -= length > 0 && feed != NULL && text[length - 1] == '\r' ? 1 : 0;
        if (length > 0 && lines->first_blank != 0) {
            refuse_blank(lines, row);
            return PLM_OK;
        }
        lines->line++;
        at += taken;
        *out_consumed = at;
        if (length == 0) {
            lines->first_blank = lines->first_blank != 0 ? lines->first_blank : lines->line;
            continue;
        }
        row->line = lines->line;
        row->text = text;
        row->size = length;
        row->refusal.reason = PLM_REJECT_NONE;
        if (memchr(text, '\0', length) != NULL) {
            (void)plm_refuse(&row->refusal, PLM_REJECT_SYNTAX, "text without NUL bytes is allowed",
                             "a NUL byte");
        }
        return PLM_OK;
    }
    return PLM_END;
}
