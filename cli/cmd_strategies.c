/*
 * cmd_strategies.c - plimsoll strategies: the strategies that there are, and their parameters.
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "commands.h"
#include "decimal.h"
#include "help.h"
#include "jsonout.h"
#include "libraries.h"
#include "memory.h"
#include "nearest.h"
#include "worker.h"

#define TEXT_CAP 512
#define KEY_WIDTH 18

static const plm_option options[] = {PLM_STRATEGY_OPTION};

/* -- parameters ------------------------------------------------------------------------------ */

static const char *type_word(uint32_t type)
{
    static const char *const words[PLM_PARAM_TYPE_COUNT] = {
        "none",       "integer", "decimal", "true or false", "duration",
        "instrument", "choice",  "text",    "file"};
    return type < PLM_PARAM_TYPE_COUNT ? words[type] : words[0];
}

static void format_bound(const plm_param *param, int64_t value, char out[PLM_DECIMAL_TEXT_CAP])
{
    const bool duration = param->type == PLM_PARAM_DURATION;
    const size_t size = plm_decimal_format(value, duration ? 9 : param->scale, out);
    (void)snprintf(out + size, PLM_DECIMAL_TEXT_CAP - size, "%s", duration ? "s" : "");
}

/* "1 to 1000", "a, b or c"; "" where the type says it all. */
static void format_range(const plm_param *param, char out[TEXT_CAP])
{
    const bool ranged = param->type == PLM_PARAM_INTEGER || param->type == PLM_PARAM_DECIMAL ||
                        param->type == PLM_PARAM_DURATION;
    out[0] = '\0';
    if (param->type == PLM_PARAM_CHOICE) {
        (void)snprintf(out, TEXT_CAP, "%s", param->choices);
    } else if (ranged && (param->min != INT64_MIN || param->max != INT64_MAX)) {
        char min[PLM_DECIMAL_TEXT_CAP], max[PLM_DECIMAL_TEXT_CAP];
        format_bound(param, param->min, min);
        format_bound(param, param->max, max);
        (void)snprintf(out, TEXT_CAP, "%s to %s", min, max);
    }
}

static void print_param(plm_session *session, const plm_param *param)
{
    char range[TEXT_CAP], text[TEXT_CAP + 128];
    const bool first =
        param->type == PLM_PARAM_INSTRUMENT && param->def != NULL && param->def[0] == '\0';
    format_range(param, range);
    (void)snprintf(text, sizeof text, "%s%s%s%s%s; %s%s", type_word(param->type),
                   range[0] == '\0' ? "" : ", ", range, param->unit[0] == '\0' ? "" : " ",
                   param->unit, param->def == NULL ? "must be given" : "default ",
                   param->def == NULL      ? ""
                   : first                 ? "the first that is traded"
                   : param->def[0] == '\0' ? "''"
                                           : param->def);
    plm_out_printf(&session->out, "  %s%-*s%s", session->colour_out ? PLM_BOLD : "", KEY_WIDTH,
                   param->key, session->colour_out ? PLM_PLAIN : "");
    plm_help_wrap(&session->out, text, KEY_WIDTH + 2, KEY_WIDTH + 2);
    plm_out_printf(&session->out, "%*s", KEY_WIDTH + 2, "");
    plm_help_wrap(&session->out, param->help, KEY_WIDTH + 2, KEY_WIDTH + 2);
}

static json_t *param_json(const plm_param *param)
{
    char bound[PLM_DECIMAL_TEXT_CAP], range[TEXT_CAP];
    json_t *const json = plm_json_object();
    plm_json_text(json, "key", param->key);
    plm_json_text(json, "type", param->type == PLM_PARAM_BOOL ? "bool" : type_word(param->type));
    plm_json_put(json, "default", param->def == NULL ? json_null() : plm_json_string(param->def));
    format_range(param, range);
    if (param->type == PLM_PARAM_INTEGER || param->type == PLM_PARAM_DECIMAL ||
        param->type == PLM_PARAM_DURATION) {
        format_bound(param, param->min, bound);
        plm_json_text(json, "min", bound);
        format_bound(param, param->max, bound);
        plm_json_text(json, "max", bound);
    }
    if (param->type == PLM_PARAM_CHOICE) {
        plm_json_text(json, "choices", range);
    }
    plm_json_text(json, "unit", param->unit);
    plm_json_text(json, "help", param->help);
    return json;
}

/* -- strategies ------------------------------------------------------------------------------ */

typedef struct row {
    const plm_descriptor *descriptor;
    const char *path;
} row;

static json_t *strategy_json(const row *entry)
{
    const plm_descriptor *const descriptor = entry->descriptor;
    json_t *const json = plm_json_object();
    json_t *const params = plm_json_array();
    plm_json_text(json, "id", descriptor->id);
    plm_json_text(json, "name", descriptor->name);
    plm_json_text(json, "vendor", descriptor->vendor);
    plm_json_text(json, "version", descriptor->version);
    plm_json_text(json, "summary", descriptor->summary);
    plm_json_text(json, "path", entry->path);
    for (uint32_t i = 0; i < descriptor->param_count; i++) {
        plm_json_add(params, param_json(&descriptor->params[i]));
    }
    plm_json_put(json, "params", params);
    return json;
}

static void print_json(plm_session *session, const row *rows, uint32_t count)
{
    json_t *const json = plm_json_open("strategies");
    json_t *const list = plm_json_array();
    for (uint32_t i = 0; i < count; i++) {
        plm_json_add(list, strategy_json(&rows[i]));
    }
    plm_json_put(json, "strategies", list);
    plm_json_print(&session->out, json);
}

static void print_list(plm_session *session, const row *rows, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        plm_help_row(&session->out, rows[i].descriptor->id, rows[i].descriptor->summary);
    }
    if (count == 0) {
        char places[PLM_LIBRARIES_PLACES_CAP], shown[PLM_LIBRARIES_PLACES_CAP];
        plm_libraries_places(places);
        plm_out_text(&session->out, "There are no strategies. Searched: ");
        plm_out_text(&session->out, plm_console_printable(places, shown, sizeof shown));
        plm_out_text(&session->out, "\n");
        return;
    }
    plm_out_text(&session->out, "\n'plimsoll strategies NAME' tells the parameters of one.\n");
}

static void print_one(plm_session *session, const row *entry)
{
    const plm_descriptor *const descriptor = entry->descriptor;
    plm_out *const out = &session->out;
    plm_out_printf(out, "%s - ", descriptor->id);
    plm_help_wrap(out, descriptor->summary, strlen(descriptor->id) + 3, 4);
    plm_out_printf(out, "%s %s, by %s\n\n", descriptor->name, descriptor->version,
                   descriptor->vendor);
    if (descriptor->param_count == 0) {
        plm_out_text(out, "It has no parameters.\n");
    }
    for (uint32_t i = 0; i < descriptor->param_count; i++) {
        print_param(session, &descriptor->params[i]);
    }
}

static uint32_t collect(const plm_libraries *libraries, row **out)
{
    uint32_t total = 0, count = 0;
    for (uint32_t i = 0; i < libraries->count; i++) {
        total += plm_library_count(libraries->library[i]);
    }
    row *const rows = plm_alloc((size_t)total + 1, sizeof *rows);
    for (uint32_t i = 0; i < libraries->count; i++) {
        const plm_library *const library = libraries->library[i];
        for (uint32_t j = 0; j < plm_library_count(library); j++) {
            rows[count++] = (row){plm_library_descriptor(library, j), plm_library_path(library)};
        }
    }
    *out = rows;
    return count;
}

/* Leaves the one row of that name, or all without a name. */
static plm_status choose(const char *name, const row *rows, uint32_t count, plm_diag *diag,
                         const row **out, uint32_t *out_count)
{
    *out = rows;
    *out_count = count;
    if (name == NULL) {
        return PLM_OK;
    }
    const char **const words = plm_alloc((size_t)count + 1, sizeof *words);
    for (uint32_t i = 0; i < count; i++) {
        words[i] = rows[i].descriptor->id;
        if (strcmp(words[i], name) == 0) {
            *out = &rows[i];
            *out_count = 1;
            plm_free(words);
            return PLM_OK;
        }
    }
    const char *const near = plm_nearest(name, words);
    plm_free(words);
    return plm_fail(diag, PLM_ERR_USAGE, "no strategy '%s'; %s%s", name,
                    near == NULL ? "'plimsoll strategies' lists those that exist" : "nearest: ",
                    near == NULL ? "" : near);
}

static plm_status show(plm_session *session, const plm_libraries *libraries, const char *name,
                       plm_diag *diag)
{
    row *rows = NULL;
    const row *chosen = NULL;
    uint32_t count = collect(libraries, &rows);
    const plm_status status = choose(name, rows, count, diag, &chosen, &count);
    if (status >= 0) {
        if (session->json) {
            print_json(session, chosen, count);
        } else if (session->operand_count == 1 && count == 1) {
            print_one(session, chosen);
        } else {
            print_list(session, chosen, count);
        }
    }
    plm_free(rows);
    return status;
}

/* An operand with a '/' is a plug-in, whose strategies are all that is shown. */
static plm_status work(plm_session *session, plm_worker *worker, void *context, plm_diag *diag)
{
    (void)context;
    plm_libraries libraries;
    plm_libraries_init(&libraries, plm_worker_beat(worker));
    const char *const word = session->operand_count == 1 ? session->operand[0] : NULL;
    const bool path = word != NULL && strchr(word, '/') != NULL;
    plm_status status = path ? plm_libraries_add(&libraries, word, diag)
                             : plm_libraries_add_given(&libraries, session, diag);
    if (status >= 0 && !path) {
        status = plm_libraries_add_shipped(&libraries, diag);
    }
    if (status >= 0) {
        status = show(session, &libraries, path ? NULL : word, diag);
    }
    plm_libraries_fini(&libraries);
    return status;
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    return plm_worker_run(session, work, NULL, PLM_WORKER_LIMIT_S, diag);
}

const plm_command plm_cmd_strategies = {
    .name = "strategies",
    .summary = "list the strategies, or the parameters of one",
    .operands = "[NAME|FILE.so]",
    .operand_max = 1,
    .names = PLM_NAMES_STRATEGIES,
    .examples = "plimsoll strategies\nplimsoll strategies trend\n"
                "plimsoll strategies ./mine.so\nplimsoll strategies --json\n",
    .text = "A strategy is a plug-in: one that ships with the program, or any shared object that "
            "keeps to plimsoll.h; an operand with a '/' is the path of one.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
