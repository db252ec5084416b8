/*
 * import_text.h - the events of an import as the lines of docs/csv.md, so that a test can be read.
 */
#ifndef PLM_IMPORT_TEXT_H
#define PLM_IMPORT_TEXT_H

#include "event_csv.h"
#include "import_help.h"

#define IMPORT_TEXT_CAP 16384

/* The lines of all events; the text lives until the next call. */
static inline const char *import_events_text(const imported *result)
{
    static char text[IMPORT_TEXT_CAP];
    size_t size = 0;
    for (uint32_t i = 0; i < result->count; i++) {
        assert_true(size + PLM_EVENT_CSV_LINE_CAP < sizeof text);
        size += plm_event_csv_format(&result->event[i], result->has_recv ? &result->recv[i] : NULL,
                                     result->rows, text + size);
    }
    text[size] = '\0';
    return text;
}

/* Imports a text under a file name, and frees the result. */
static inline void assert_imports(const input_folder *folder, const char *name, const char *text,
                                  const plm_import_options *options, const char *expected)
{
    imported *const result = import_file(input_write(folder, name, text, strlen(text)), options);
    assert_ok(result->status < 0 ? result->status : PLM_OK, &result->diag);
    assert_string_equal(import_events_text(result), expected);
    plm_free(result);
}

static inline void assert_refuses(const input_folder *folder, const char *name, const char *text,
                                  const plm_import_options *options, const char *words)
{
    imported *const result = import_file(input_write(folder, name, text, strlen(text)), options);
    assert_says(result, PLM_ERR_INPUT, words);
    plm_free(result);
}

/* The count of a note of the report, 0 when it has none of that text. */
static inline uint64_t import_note(const imported *result, const char *what)
{
    for (uint32_t i = 0; i < result->report.note_count; i++) {
        if (strcmp(result->report.notes[i].what, what) == 0) {
            return result->report.notes[i].count;
        }
    }
    return 0;
}

#endif
