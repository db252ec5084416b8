/*
 * param.c - a descriptor's table of parameters, and the values that a run file gives to them. A
 * default goes the same way as a value of a run file, so that both mean the same.
 */
#include "param.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "decimal.h"
#include "memory.h"
#include "nearest.h"

#define ID_MAX 31u
#define CHOICES_MAX 32u
#define CHOICES_CAP 512u

/* -- words ----------------------------------------------------------------------------------- */

/* [a-z][a-z0-9]*, and `link` anywhere but first. */
static bool is_name(const char *text, char link)
{
    if (text == NULL || text[0] < 'a' || text[0] > 'z') {
        return false;
    }
    size_t size = 0;
    for (; text[size] != '\0' && size <= ID_MAX; size++) {
        char const c = text[size];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != link) {
            return false;
        }
    }
    return size <= ID_MAX;
}

/* The words of a choice: copied into `text`, pointed to by `word`, closed by NULL. */
typedef struct choice_words {
    char text[CHOICES_CAP];
    const char *word[CHOICES_MAX + 1];
} choice_words;

static bool split_choices(const char *choices, choice_words *out)
{
    if (choices == NULL || strlen(choices) >= sizeof out->text) {
        return false;
    }
    memcpy(out->text, choices, strlen(choices) + 1);
    size_t count = 0;
    for (char *at = out->text; at != NULL;) {
        char *const end = strchr(at, '|');
        if (end != NULL) {
            *end = '\0';
        }
        for (size_t i = 0; i < count; i++) {
            if (strcmp(out->word[i], at) == 0) {
                return false;
            }
        }
        if (*at == '\0' || count == CHOICES_MAX) {
            return false;
        }
        out->word[count++] = at;
        at = end == NULL ? NULL : end + 1;
    }
    out->word[count] = NULL;
    return true;
}

/* -- one value ------------------------------------------------------------------------------- */

/* Durations in seconds: exact, unlike plm_duration_format. */
static void format_bound(const plm_param *param, int64_t value, char out[PLM_DECIMAL_TEXT_CAP])
{
    bool const duration = param->type == PLM_PARAM_DURATION;
    size_t const size = plm_decimal_format(value, duration ? 9 : param->scale, out);
    (void)snprintf(out + size, PLM_DECIMAL_TEXT_CAP - size, "%s", duration ? "s" : "");
}

static plm_status check_bounds(const plm_param *param, const plm_config_node *node, plm_diag *diag,
                               int64_t value)
{
    if (value >= param->min && value <= param->max) {
        return PLM_OK;
    }
    char low[PLM_DECIMAL_TEXT_CAP], high[PLM_DECIMAL_TEXT_CAP];
    format_bound(param, param->min, low);
    format_bound(param, param->max, high);
    return plm_config_fail(node, diag, "found '%.200s'; allowed: from %s to %s", node->text, low,
                           high);
}

static bool is_traded(const plm_instrument *row)
{
    return row->kind >= PLM_INST_SPOT && row->kind <= PLM_INST_INVERSE_FUTURE;
}

static plm_status read_instrument(const plm_config_node *node, const plm_param_rows *rows,
                                  plm_diag *diag, int64_t *out)
{
    const char *symbol;
    PLM_TRY(plm_config_text(node, diag, &symbol));
    for (uint32_t i = 0; i < rows->count; i++) {
        const plm_instrument *const row = &rows->rows[i];
        if (symbol[0] == '\0' ? is_traded(row) : strcmp(symbol, row->symbol) == 0) {
            *out = i;
            return PLM_OK;
        }
    }
    if (symbol[0] == '\0') {
        return plm_config_fail(node, diag, "there is no instrument on the tape that can be traded");
    }
    const char **const words = plm_alloc((size_t)rows->count + 1, sizeof *words);
    for (uint32_t i = 0; i < rows->count; i++) {
        words[i] = rows->rows[i].symbol;
    }
    const char *const near = plm_nearest(symbol, words);
    plm_free(words);
    return plm_config_fail(node, diag, "no instrument '%.*s' on the tape%s%s", PLM_SYMBOL_CAP,
                           symbol, near == NULL ? "" : "; nearest: ", near == NULL ? "" : near);
}

static plm_status read_content(const char *path, FILE *file, plm_param_value *out, plm_diag *diag)
{
    struct stat about;
    if (fstat(fileno(file), &about) != 0) {
        return plm_fail_errno(diag, errno, "%s", path);
    }
    if (!S_ISREG(about.st_mode)) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s: is not a plain file", path);
    }
    if (about.st_size > (off_t)PLM_PARAM_FILE_MAX) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: has %lld bytes; at most %u are read for a plug-in", path,
                        (long long)about.st_size, PLM_PARAM_FILE_MAX);
    }
    size_t const size = (size_t)about.st_size;
    char *const text = plm_alloc(size + 1, 1);
    if (fread(text, 1, size, file) != size) {
        plm_free(text);
        return plm_fail(diag, PLM_ERR_IO, "%s: cannot be read to its end", path);
    }
    out->text = text;
    out->size = size;
    return PLM_OK;
}

/* An empty path is an empty text: a file that may be left out. */
static plm_status read_file(const plm_config_node *node, const char *folder, plm_diag *diag,
                            plm_param_value *out)
{
    const char *path;
    PLM_TRY(plm_config_text(node, diag, &path));
    if (path[0] == '\0') {
        out->text = plm_strdup("");
        return PLM_OK;
    }
    bool const bare = path[0] == '/' || folder == NULL || folder[0] == '\0';
    size_t const cap = strlen(path) + (bare ? 0 : strlen(folder) + 1) + 1;
    char *const whole = plm_alloc(cap, 1);
    (void)snprintf(whole, cap, "%s%s%s", bare ? "" : folder, bare ? "" : "/", path);
    plm_diag reason;
    plm_diag_init(&reason);
    /* Without waiting for the other end of a pipe: only plain files are read in the end. */
    int const fd = open(whole, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    FILE *const file = fd < 0 ? NULL : fdopen(fd, "rb");
    plm_status const status = file == NULL ? plm_fail_errno(&reason, errno, "%s", whole)
                                           : read_content(whole, file, out, &reason);
    if (file != NULL) {
        (void)fclose(file);
    } else if (fd >= 0) {
        (void)close(fd);
    }
    out->path = whole;
    return status == PLM_OK ? PLM_OK : plm_config_fail(node, diag, "%s", reason.text);
}

static plm_status read_choice(const plm_param *param, const plm_config_node *node, plm_diag *diag,
                              int64_t *out)
{
    choice_words words;
    bool const split = split_choices(param->choices, &words);
    plm_assert(split);
    size_t index;
    PLM_TRY(plm_config_word(node, words.word, diag, &index));
    *out = (int64_t)index;
    return PLM_OK;
}

/* `rows` NULL: instruments and files are not looked for, only what the text itself tells counts. */
static plm_status read_value(const plm_param *param, const plm_config_node *node,
                             const char *folder, const plm_param_rows *rows, plm_diag *diag,
                             plm_param_value *out)
{
    const char *text;
    bool truth;
    switch ((plm_param_type)param->type) {
    case PLM_PARAM_NONE:
    case PLM_PARAM_TYPE_COUNT:
        break;
    case PLM_PARAM_INTEGER:
        return plm_config_integer(node, param->min, param->max, diag, &out->number);
    case PLM_PARAM_DECIMAL:
        PLM_TRY(plm_config_decimal(node, param->scale, diag, &out->number));
        return check_bounds(param, node, diag, out->number);
    case PLM_PARAM_DURATION:
        PLM_TRY(plm_config_duration(node, diag, &out->number));
        return check_bounds(param, node, diag, out->number);
    case PLM_PARAM_BOOL:
        PLM_TRY(plm_config_bool(node, diag, &truth));
        out->number = truth ? 1 : 0;
        return PLM_OK;
    case PLM_PARAM_CHOICE:
        return read_choice(param, node, diag, &out->number);
    case PLM_PARAM_INSTRUMENT:
        return rows == NULL ? PLM_OK : read_instrument(node, rows, diag, &out->number);
    case PLM_PARAM_FILE:
        return rows == NULL ? PLM_OK : read_file(node, folder, diag, out);
    case PLM_PARAM_TEXT:
        PLM_TRY(plm_config_text(node, diag, &text));
        out->text = plm_strdup(text);
        out->size = strlen(text);
        return PLM_OK;
    }
    plm_assert(false); /* plm_descriptor_check lets no other type through */
    return PLM_ERR_BUG;
}

static plm_config_node node_of_default(const plm_param *param)
{
    return (plm_config_node){.kind = PLM_CONFIG_TEXT,
                             .quoted = true,
                             .line = 1,
                             .column = 1,
                             .file = "default",
                             .key = param->key,
                             .text = param->def,
                             .size = strlen(param->def)};
}

/* -- descriptors ----------------------------------------------------------------------------- */

static plm_status refuse(const plm_descriptor *descriptor, const plm_param *param, plm_diag *diag,
                         const char *what)
{
    return plm_fail(diag, PLM_ERR_INPUT, "strategy '%s': parameter '%.40s': %s", descriptor->id,
                    param->key, what);
}

static plm_status check_default(const plm_descriptor *descriptor, const plm_param *param,
                                plm_diag *diag)
{
    if (param->def == NULL) {
        return PLM_OK;
    }
    plm_config_node const node = node_of_default(param);
    plm_param_value value = {0};
    plm_diag reason;
    plm_diag_init(&reason);
    plm_status const status = read_value(param, &node, NULL, NULL, &reason, &value);
    plm_free((void *)(uintptr_t)value.text);
    if (status < 0) {
        char what[PLM_DIAG_CAP];
        (void)snprintf(what, sizeof what, "its default is refused: %.900s", reason.text);
        return refuse(descriptor, param, diag, what);
    }
    return PLM_OK;
}

static plm_status check_param(const plm_descriptor *descriptor, uint32_t index, plm_diag *diag)
{
    const plm_param *const param = &descriptor->params[index];
    if (!is_name(param->key, '_')) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "strategy '%s': parameter %u: its key '%.40s' is no word of a-z, 0-9 and _ "
                        "with at most %u letters",
                        descriptor->id, index + 1, param->key == NULL ? "" : param->key, ID_MAX);
    }
    for (uint32_t i = 0; i < index; i++) {
        if (strcmp(descriptor->params[i].key, param->key) == 0) {
            return refuse(descriptor, param, diag, "stands twice in the table");
        }
    }
    if (param->type == PLM_PARAM_NONE || param->type >= PLM_PARAM_TYPE_COUNT) {
        return refuse(descriptor, param, diag, "has a type that does not exist");
    }
    if (param->unit == NULL || param->help == NULL || param->help[0] == '\0') {
        return refuse(descriptor, param, diag, "has no unit (\"\" is none) or no help");
    }
    if (param->scale > (param->type == PLM_PARAM_DECIMAL ? 18u : 0u)) {
        return refuse(descriptor, param, diag, "has a scale that its type does not allow");
    }
    bool const ranged = param->type == PLM_PARAM_INTEGER || param->type == PLM_PARAM_DECIMAL ||
                        param->type == PLM_PARAM_DURATION;
    if (ranged && param->min > param->max) {
        return refuse(descriptor, param, diag, "allows nothing: min is above max");
    }
    choice_words words;
    if (param->type == PLM_PARAM_CHOICE && !split_choices(param->choices, &words)) {
        return refuse(descriptor, param, diag,
                      "its choices are not up to 32 different words separated by '|'");
    }
    return check_default(descriptor, param, diag);
}

plm_status plm_descriptor_check(const plm_descriptor *descriptor, plm_diag *diag)
{
    if (descriptor->size < sizeof *descriptor) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "a descriptor of %u bytes; allowed are %zu or more (is `size` set?)",
                        descriptor->size, sizeof *descriptor);
    }
    if (!is_name(descriptor->id, '-')) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "a descriptor with the id '%.40s'; allowed: a word of a-z, 0-9 and - with "
                        "at most %u letters",
                        descriptor->id == NULL ? "" : descriptor->id, ID_MAX);
    }
    const char *const texts[] = {descriptor->name, descriptor->vendor, descriptor->version,
                                 descriptor->summary};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (texts[i] == NULL || texts[i][0] == '\0') {
            return plm_fail(diag, PLM_ERR_INPUT,
                            "strategy '%s': name, vendor, version and summary must be there",
                            descriptor->id);
        }
    }
    if (descriptor->param_count > PLM_PARAMS_MAX ||
        (descriptor->param_count > 0 && descriptor->params == NULL)) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "strategy '%s': %u parameters; allowed is a table of at most %u",
                        descriptor->id, descriptor->param_count, PLM_PARAMS_MAX);
    }
    for (uint32_t i = 0; i < descriptor->param_count; i++) {
        PLM_TRY(check_param(descriptor, i, diag));
    }
    return PLM_OK;
}

/* -- a run file's parameters ----------------------------------------------------------------- */

static plm_status check_keys(const plm_descriptor *descriptor, const plm_config_node *map,
                             plm_diag *diag)
{
    const char *keys[PLM_PARAMS_MAX + 1];
    for (uint32_t i = 0; i < descriptor->param_count; i++) {
        keys[i] = descriptor->params[i].key;
    }
    keys[descriptor->param_count] = NULL;
    if (map->kind == PLM_CONFIG_MAP && map->size > 0 && descriptor->param_count == 0) {
        return plm_config_fail(map, diag, "strategy '%s' has no parameters", descriptor->id);
    }
    return plm_config_check_keys(map, keys, diag);
}

static plm_status read_all(const plm_config_node *map, const char *folder,
                           const plm_param_rows *rows, plm_diag *diag, plm_params *params)
{
    const plm_descriptor *const descriptor = params->descriptor;
    for (uint32_t i = 0; i < descriptor->param_count; i++) {
        const plm_param *const param = &descriptor->params[i];
        plm_param_value *const value = &params->value[i];
        const plm_config_node *const given = map == NULL ? NULL : plm_config_find(map, param->key);
        value->given = given != NULL;
        if (given != NULL) {
            PLM_TRY(read_value(param, given, folder, rows, diag, value));
        } else if (param->def != NULL) {
            plm_config_node const node = node_of_default(param);
            PLM_TRY(read_value(param, &node, folder, rows, diag, value));
        } else if (map != NULL) {
            return plm_config_fail(map, diag, "strategy '%s' needs '%s': %s", descriptor->id,
                                   param->key, param->help);
        } else {
            return plm_fail(diag, PLM_ERR_USAGE, "strategy '%s' needs the parameter '%s': %s",
                            descriptor->id, param->key, param->help);
        }
    }
    return PLM_OK;
}

plm_status plm_params_read(const plm_descriptor *descriptor, const plm_config_node *map,
                           const char *folder, const plm_param_rows *rows, plm_diag *diag,
                           plm_params **out)
{
    plm_assert(rows != NULL);
    if (map != NULL) {
        PLM_TRY(check_keys(descriptor, map, diag));
    }
    plm_params *const params = plm_alloc(1, sizeof *params);
    params->descriptor = descriptor;
    params->value = plm_alloc(descriptor->param_count, sizeof *params->value);
    plm_status const status = read_all(map, folder, rows, diag, params);
    if (status < 0) {
        plm_params_destroy(params);
        return status;
    }
    *out = params;
    return PLM_OK;
}

void plm_params_destroy(plm_params *params)
{
    if (params == NULL) {
        return;
    }
    for (uint32_t i = 0; i < params->descriptor->param_count; i++) {
        plm_free((void *)(uintptr_t)params->value[i].text);
        plm_free((void *)(uintptr_t)params->value[i].path);
    }
    plm_free(params->value);
    plm_free(params);
}

const plm_param_value *plm_params_find(const plm_params *params, const char *key)
{
    for (uint32_t i = 0; i < params->descriptor->param_count; i++) {
        if (strcmp(params->descriptor->params[i].key, key) == 0) {
            return &params->value[i];
        }
    }
    return NULL;
}
