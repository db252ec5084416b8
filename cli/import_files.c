/*
 * import_files.c - what is to be imported and how each file is to be read.
 */
#include "import_files.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "memory.h"
#include "merge.h"
#include "nearest.h"

const char *const plm_import_on_error_words[] = {"fail", "skip", "sort", NULL};
const char *const plm_import_prices_words[] = {"last", "mark", "index", "premium", NULL};

static const char *const KEYS[] = {"format", "map",    "symbol", "as",
                                   "venue",  "prices", "derive", NULL};
static const char *const YES_NO[] = {"no", "yes", NULL};

/* -- one operand ----------------------------------------------------------------------------- */

/* The number of the word; refuses what is none, with the nearest one. */
static plm_status read_word(const char *operand, const char *key, const char *value,
                            const char *const *words, plm_diag *diag, unsigned *out)
{
    char allowed[128] = "";
    size_t size = 0;
    for (unsigned i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], value) == 0) {
            *out = i;
            return PLM_OK;
        }
        int const added =
            snprintf(allowed + size, sizeof allowed - size, "%s%s", i > 0 ? ", " : "", words[i]);
        plm_assert(added > 0 && (size_t)added < sizeof allowed - size);
        size += (size_t)added;
    }
    const char *const nearest = plm_nearest(value, words);
    return plm_fail(diag, PLM_ERR_USAGE, "import: '%s': %s is '%s'; allowed are %s%s%s", operand,
                    key, value, allowed, nearest != NULL ? "; nearest: " : "",
                    nearest != NULL ? nearest : "");
}

static plm_status read_setting(const char *operand, const char *key, const char *value,
                               plm_diag *diag, plm_import_file *file)
{
    plm_import_options *const options = &file->options;
    unsigned word = 0;
    if (value[0] == '\0') {
        return plm_fail(diag, PLM_ERR_USAGE, "import: '%s': %s has no value; one is needed",
                        operand, key);
    }
    if (strcmp(key, "format") == 0) {
        options->format = value;
    } else if (strcmp(key, "map") == 0) {
        options->map_path = value;
    } else if (strcmp(key, "symbol") == 0) {
        options->symbol = value;
        options->shared = false;
    } else if (strcmp(key, "as") == 0) {
        options->as = value;
    } else if (strcmp(key, "venue") == 0) {
        PLM_TRY(read_word(operand, key, value, plm_known_venues, diag, &word));
        options->venue = plm_known_venues[word];
    } else if (strcmp(key, "prices") == 0) {
        PLM_TRY(read_word(operand, key, value, plm_import_prices_words, diag, &word));
        options->prices = (plm_import_prices)(word + 1);
    } else if (strcmp(key, "derive") == 0) {
        PLM_TRY(read_word(operand, key, value, YES_NO, diag, &word));
        options->derive = word == 1;
        file->derives = options->derive;
    } else {
        const char *const nearest = plm_nearest(key, KEYS);
        return plm_fail(diag, PLM_ERR_USAGE,
                        "import: '%s': no setting '%s'; allowed are " PLM_IMPORT_FILE_KEYS "%s%s",
                        operand, key, nearest != NULL ? "; nearest: " : "",
                        nearest != NULL ? nearest : "");
    }
    return PLM_OK;
}

static bool begins_setting(const char *text)
{
    size_t const size = strcspn(text, "=");
    for (size_t i = 0; text[size] == '=' && KEYS[i] != NULL; i++) {
        if (strlen(KEYS[i]) == size && memcmp(KEYS[i], text, size) == 0) {
            return true;
        }
    }
    return false;
}

/* The '@' behind which settings stand, or NULL: one that ends the text, else the first one with a
 * known key behind it, else the last one if something like a key is behind it. */
static char *find_settings(char *text)
{
    size_t const size = strlen(text);
    char *last = NULL;
    if (size > 0 && text[size - 1] == '@') {
        return &text[size - 1];
    }
    for (char *at = strchr(text, '@'); at != NULL; at = strchr(at + 1, '@')) {
        if (begins_setting(at + 1)) {
            return at;
        }
        last = at;
    }
    bool const meant = last != NULL && last[1 + strcspn(last + 1, "=/")] == '=';
    return meant ? last : NULL;
}

/* FILE, FILE@KEY=VALUE,... or FILE@, which is FILE whatever its name looks like. */
static plm_status read_operand(const char *operand, plm_diag *diag, plm_import_file *file)
{
    file->text = plm_strdup(operand);
    file->path = file->text;
    char *const at = find_settings(file->text);
    if (at == NULL) {
        return PLM_OK;
    }
    *at = '\0';
    for (char *next = at + 1; *next != '\0';) {
        char *const key = next;
        size_t const size = strcspn(key, ",");
        next += size + (key[size] == ',' ? 1 : 0);
        key[size] = '\0';
        char *const equals = strchr(key, '=');
        if (equals == NULL) {
            return plm_fail(diag, PLM_ERR_USAGE,
                            "import: '%s': found '%s'; KEY=VALUE,... is needed behind '@'", operand,
                            key);
        }
        *equals = '\0';
        PLM_TRY(read_setting(operand, key, equals + 1, diag, file));
    }
    return PLM_OK;
}

/* -- instruments and maps -------------------------------------------------------------------- */

/* A column map has its instruments from the start, so the one that is asked for is looked up now.
 */
static void add_known(plm_import_file *file)
{
    plm_import_options *const options = &file->options;
    plm_instrument row;
    if (options->map_path == NULL || options->venue == NULL || options->symbol == NULL ||
        !plm_known_row_find(options->venue, options->symbol, &row)) {
        return;
    }
    for (uint32_t i = 0; i < options->row_count; i++) {
        if (strcmp(options->rows[i].symbol, row.symbol) == 0) {
            return;
        }
    }
    file->rows = plm_alloc(options->row_count + 1, sizeof *file->rows);
    if (options->row_count > 0) {
        memcpy(file->rows, options->rows, options->row_count * sizeof *file->rows);
    }
    file->rows[options->row_count++] = row;
    options->rows = file->rows;
}

static plm_status read_map(const plm_import_file *common, plm_import_files *files,
                           plm_import_file *file, plm_diag *diag)
{
    plm_import_options *const options = &file->options;
    if (options->map_path == NULL) {
        return PLM_OK;
    }
    bool const shared = options->map_path == common->options.map_path && file->rows == NULL;
    if (shared && files->map != NULL) {
        options->map = files->map;
        return PLM_OK;
    }
    plm_csv_map **const place = shared ? &files->map : &file->map;
    PLM_TRY(plm_csv_map_read(options->map_path, options->rows, options->row_count, diag, place));
    options->map = *place;
    return PLM_OK;
}

/* -- all of them ----------------------------------------------------------------------------- */

static plm_status check_format(const char *name, plm_diag *diag)
{
    plm_diag reason;
    plm_diag_init(&reason);
    if (name != NULL && plm_import_check_format(name, &reason) < 0) {
        return plm_fail(diag, PLM_ERR_USAGE, "import: %s", reason.text);
    }
    return PLM_OK;
}

static plm_status read_common(const plm_session *session, plm_diag *diag, plm_import_files *files,
                              plm_import_file *common)
{
    plm_import_options *const options = &common->options;
    options->format = plm_session_text(session, "format");
    PLM_TRY(check_format(options->format, diag));
    files->on_error = plm_session_text(session, "on-error");
    if (files->on_error == NULL) {
        files->on_error = "fail";
    }
    while (strcmp(plm_import_on_error_words[options->on_error], files->on_error) != 0) {
        options->on_error++;
    }
    options->map_path = plm_session_text(session, "map");
    options->symbol = plm_session_text(session, "symbol");
    options->venue = plm_session_text(session, "venue");
    const char *const prices = plm_session_text(session, "prices");
    while (prices != NULL && (options->prices == PLM_PRICES_UNKNOWN ||
                              strcmp(plm_import_prices_words[options->prices - 1], prices) != 0)) {
        options->prices++;
    }
    const plm_value *const only = plm_session_value(session, "only");
    options->only = only->list;
    options->only_count = only->list_count;
    options->derive = plm_session_flag(session, "derive");
    options->shared = session->operand_count > 1;
    common->derives = options->derive && !options->shared;
    PLM_TRY(plm_instrument_args_read(session, diag, &files->instruments));
    options->row_count = files->instruments.count;
    options->rows = files->instruments.rows;
    return PLM_OK;
}

/* Before anything is opened: every input takes memory and a descriptor until the end. */
static plm_status check_inputs(const plm_import_files *files, plm_diag *diag)
{
    uint32_t dashes = 0;
    uint32_t sorted = 0;
    bool turned = false;
    for (uint32_t i = 0; i < files->count; i++) {
        const plm_import_file *const file = &files->file[i];
        bool const newest_first = file->options.map != NULL && file->options.map->newest_first;
        turned |= newest_first;
        sorted += file->options.on_error == PLM_ON_ERROR_SORT || newest_first ? 1 : 0;
        dashes += strcmp(file->path, "-") == 0 ? 1 : 0;
    }
    if (sorted > PLM_SORTED_INPUTS_MAX) {
        return plm_fail(
            diag, PLM_ERR_USAGE,
            "import: %u inputs with %s; at most %u at once: import groups of them, then "
            "merge the tapes ('plimsoll tape merge')",
            sorted, turned ? "'order: newest_first'" : "--on-error sort", PLM_SORTED_INPUTS_MAX);
    }
    if (dashes > 1) {
        return plm_fail(diag, PLM_ERR_USAGE, "import: '-' is named %u times; once is allowed",
                        dashes);
    }
    return PLM_OK;
}

static plm_status read_files(const plm_session *session, plm_diag *diag, plm_import_files *files)
{
    uint32_t const count = session->operand_count;
    plm_import_file common = {.path = NULL};
    if (count > PLM_MERGE_INPUTS_MAX) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "import: %u inputs; at most %u at once: import groups of them, then merge "
                        "the tapes ('plimsoll tape merge')",
                        count, PLM_MERGE_INPUTS_MAX);
    }
    PLM_TRY(read_common(session, diag, files, &common));
    files->file = plm_alloc(count, sizeof *files->file);
    for (uint32_t i = 0; i < count; i++) {
        plm_import_file *const file = &files->file[files->count++];
        file->options = common.options;
        file->derives = common.derives;
        PLM_TRY(read_operand(session->operand[i], diag, file));
        PLM_TRY(check_format(file->options.format, diag));
        add_known(file);
        PLM_TRY(read_map(&common, files, file, diag));
    }
    return check_inputs(files, diag);
}

plm_status plm_import_files_read(const plm_session *session, plm_diag *diag, plm_import_files *out)
{
    plm_import_files files = {0};
    plm_status const status = read_files(session, diag, &files);
    if (status < 0) {
        plm_import_files_fini(&files);
        return status;
    }
    *out = files;
    return PLM_OK;
}

void plm_import_files_fini(plm_import_files *files)
{
    for (uint32_t i = 0; i < files->count; i++) {
        plm_csv_map_destroy(files->file[i].map);
        plm_free(files->file[i].rows);
        plm_free(files->file[i].text);
    }
    plm_free(files->file);
    plm_csv_map_destroy(files->map);
    plm_instrument_list_fini(&files->instruments);
    *files = (plm_import_files){0};
}
