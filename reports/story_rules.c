/*
 * story_rules.c - the rules behind a story: quoted from the rulebook's text, with its sources.
 */
#include <jansson.h>
#include <string.h>

#include "memory.h"
#include "pile.h"
#include "story_scene.h"

#define QUOTE_MAX 600u /* of one rule; the rulebook has it in full */

/* The next line of a text. */
static const char *line_after(const char *line)
{
    const char *const end = strchr(line, '\n');
    return end == NULL ? line + strlen(line) : end + 1;
}

static bool goes_on(const char *line)
{
    return *line == ' ' || *line == '-' || *line == '\n';
}

/* Adds a line without its comment, its blanks reduced to one. */
static void add_line(plm_pile *out, const char *line)
{
    for (const char *at = line; *at != '\n' && *at != '\0'; at++) {
        if (*at == '#' && (at == line || at[-1] == ' ')) {
            break;
        }
        const bool doubled = *at == ' ' && (out->size == 0 || out->text[out->size - 1] == ' ');
        if (!doubled) {
            plm_pile_add(out, at, 1);
        }
    }
    if (out->size > 0 && out->text[out->size - 1] != ' ') {
        plm_pile_text(out, " ");
    }
}

const char *plm_rule_quote(plm_teller *teller, const char *text, const char *key, int *out_line)
{
    const size_t size = strlen(key);
    int number = 1;
    *out_line = 0;
    const char *line = text;
    while (*line != '\0' && (strncmp(line, key, size) != 0 || line[size] != ':')) {
        line = line_after(line);
        number++;
    }
    if (*line == '\0') {
        return "";
    }
    plm_pile quote = {0};
    do {
        add_line(&quote, line);
        line = line_after(line);
    } while (*line != '\0' && goes_on(line) && quote.size < QUOTE_MAX);
    const bool cut = quote.size >= QUOTE_MAX;
    size_t end = cut ? QUOTE_MAX : quote.size;
    while (end > 0 && quote.text[end - 1] == ' ') {
        end--;
    }
    const char *const kept = plm_teller_keep(
        teller, "%.*s%s", (int)end, quote.text == NULL ? "" : quote.text, cut ? " ..." : "");
    plm_free(quote.text);
    *out_line = number;
    return kept;
}

static void quote(const plm_scene *scene, const char *key)
{
    int line = 0;
    const char *const text = plm_rule_quote(scene->teller, scene->rule_text, key, &line);
    if (line > 0) {
        plm_teller_text(scene->teller, "Line %d: %s", line, text);
    }
}

/* The sources, a JSON list of texts. */
static void tell_sources(const plm_scene *scene)
{
    json_t *const list = json_loads(scene->rule_sources, 0, NULL);
    size_t index;
    json_t *value;
    json_array_foreach(list, index, value)
    {
        if (json_is_string(value)) {
            plm_teller_text(scene->teller, "Source: %s", json_string_value(value));
        }
    }
    json_decref(list);
}

static plm_status tell_deviations(const plm_scene *scene, plm_diag *diag)
{
    plm_query query;
    plm_status status;
    PLM_TRY(plm_query_open(scene->db, "SELECT text FROM deviation ORDER BY id", diag, &query));
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        plm_teller_text(scene->teller, "Deviation of this run: %s", plm_query_text(&query, 0));
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

plm_status plm_tell_rules(const plm_scene *scene, plm_diag *diag)
{
    static const char *const keys[] = {"price", "measure",   "rate", "trigger",  "stages",
                                       "fee",   "insurance", "adl",  "socialise"};
    plm_teller *const teller = scene->teller;
    if (scene->rulebook == NULL) {
        return PLM_OK;
    }
    plm_teller_heading(teller, "Where the rules come from");
    plm_teller_text(
        teller, "Rulebook %s%s%s (%s).", scene->rulebook,
        scene->rule_effective_ns == 0 ? "" : ", rules as of ",
        scene->rule_effective_ns == 0 ? "" : plm_teller_time(teller, scene->rule_effective_ns),
        scene->rule_file);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        quote(scene, keys[i]);
    }
    tell_sources(scene);
    return tell_deviations(scene, diag);
}
