/*
 * import_files.h - the operands of `import`: FILE or FILE@KEY=VALUE,..., with what holds for all
 * files taken from the options.
 */
#ifndef PLM_IMPORT_FILES_H
#define PLM_IMPORT_FILES_H

#include "csv_map.h"
#include "instrument_args.h"
#include "known_rows.h"

typedef struct plm_import_file {
    const char *path;
    plm_import_options options;
    char *text;           /* of the operand, cut up: options borrow from it */
    plm_instrument *rows; /* of the options, with a well-known one; NULL: those of the list */
    plm_csv_map *map;     /* of this file alone, or NULL */
    bool derives;         /* 'derive' was said of it, not of others, too: it must have levels */
} plm_import_file;

typedef struct plm_import_files {
    uint32_t count;
    plm_import_file *file;
    plm_instrument_list instruments;
    plm_csv_map *map; /* of --map, shared */
    const char *on_error;
} plm_import_files;

#define PLM_IMPORT_FILE_KEYS "format, map, symbol, as, venue, prices, derive"

/* The options that plm_import_files_read asks for. */
#define PLM_IMPORT_FILE_OPTIONS                                                                    \
    {.name = "format",                                                                             \
     .type = PLM_OPTION_TEXT,                                                                      \
     .value = "NAME",                                                                              \
     .help = "instead of recognising it from content"},                                            \
        {.name = "map",                                                                            \
         .type = PLM_OPTION_TEXT,                                                                  \
         .value = "FILE",                                                                          \
         .help = "column map for CSV of any kind (docs/import.md)"},                               \
        {.name = "on-error",                                                                       \
         .type = PLM_OPTION_WORD,                                                                  \
         .value = "WHAT",                                                                          \
         .help = "a row that cannot be taken: fail (default), skip it and count it, or sort (put " \
                 "rows in order, fail for all else)",                                              \
         .words = plm_import_on_error_words},                                                      \
        {.name = "symbol",                                                                         \
         .type = PLM_OPTION_TEXT,                                                                  \
         .value = "NAME",                                                                          \
         .help = "symbol of files that do not name theirs"},                                       \
        {.name = "venue",                                                                          \
         .type = PLM_OPTION_WORD,                                                                  \
         .value = "NAME",                                                                          \
         .help = "whose symbols they are: what --known lists",                                     \
         .words = plm_known_venues},                                                               \
        {.name = "prices",                                                                         \
         .type = PLM_OPTION_WORD,                                                                  \
         .value = "WHICH",                                                                         \
         .help = "which prices bars are of, where files do not say: last, mark, index, premium",   \
         .words = plm_import_prices_words},                                                        \
        {.name = "only",                                                                           \
         .type = PLM_OPTION_LIST,                                                                  \
         .value = "SYMBOL",                                                                        \
         .help = "leave out all symbols but this one; again for each further one"},                \
        {.name = "derive",                                                                         \
         .type = PLM_OPTION_FLAG,                                                                  \
         .value = "",                                                                              \
         .help = "compute best quotes from book levels, leave out quotes that files have"},        \
        {.name = "instrument",                                                                     \
         .type = PLM_OPTION_LIST,                                                                  \
         .value = "TEXT",                                                                          \
         .help = "SYMBOL=KIND,KEY=VALUE,...: an instrument that the files do not describe; again " \
                 "for each further one"},                                                          \
    {                                                                                              \
        .name = "instruments", .type = PLM_OPTION_TEXT, .value = "FILE",                           \
        .help = "the same as YAML, a list of maps; or DBN definitions"                             \
    }

extern const char *const plm_import_on_error_words[];
extern const char *const plm_import_prices_words[];

/* Opens nothing but maps and lists of instruments. */
PLM_NODISCARD plm_status plm_import_files_read(const plm_session *session, plm_diag *diag,
                                               plm_import_files *out);
void plm_import_files_fini(plm_import_files *files);

#endif
