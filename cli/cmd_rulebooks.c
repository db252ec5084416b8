/*
 * cmd_rulebooks.c - plimsoll rulebooks: the margin rules that ship, and one of them in words.
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "commands.h"
#include "help.h"
#include "jsonout.h"
#include "memory.h"
#include "rulebook_path.h"
#include "rulebook_rates.h"
#include "rulebook_words.h"
#include "timetext.h"

#define CHOICE_WIDTH 16

static const plm_option options[] = {
    {.name = "instrument",
     .type = PLM_OPTION_TEXT,
     .value = "NAME",
     .help = "the rates of one: its symbol, or its base asset"},
    {.name = "at",
     .type = PLM_OPTION_TIME,
     .value = "TIME",
     .help = "as the rules are then, UTC: 2022-11-25; the last ones when left out"},
};

static void format_day(plm_ts ts, char out[PLM_TIME_TEXT_CAP])
{
    (void)plm_time_format(ts, out);
    out[10] = '\0';
}

static void format_regimes(const plm_rulebook *book, char *out, size_t cap)
{
    size_t size = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < book->regime_count && size < cap; i++) {
        size += (size_t)snprintf(out + size, cap - size, "%s%s", i > 0 ? ", " : "",
                                 plm_regime_word(book->regime[i]));
    }
}

/* -- for programs ---------------------------------------------------------------------------- */

static json_t *head_json(const plm_rulebook *book, const char *path)
{
    json_t *const json = plm_json_object();
    json_t *const regimes = plm_json_array();
    plm_json_text(json, "name", book->name);
    plm_json_text(json, "title", book->title);
    plm_json_text(json, "path", path);
    plm_json_time(json, "effective", book->effective);
    for (uint32_t i = 0; i < book->regime_count; i++) {
        plm_json_add(regimes, plm_json_string(plm_regime_word(book->regime[i])));
    }
    plm_json_put(json, "regimes", regimes);
    plm_json_put(json, "model", book->model == NULL ? json_null() : plm_json_string(book->model));
    return json;
}

static void sentences_json(json_t *json, const char *key, const char *const *text, uint32_t count)
{
    json_t *const list = plm_json_array();
    for (uint32_t i = 0; i < count; i++) {
        plm_json_add(list, plm_json_string(text[i]));
    }
    plm_json_put(json, key, list);
}

/* All choices of a set, or those that differ from another one. */
static json_t *choices_json(const plm_rulebook *book, const plm_rule_set *set,
                            const plm_rule_set *other)
{
    json_t *const list = plm_json_array();
    plm_words *const words = plm_alloc(2, sizeof *words);
    for (unsigned i = 0; i < PLM_CHOICES; i++) {
        plm_choice_words(book, set, i, &words[0]);
        if (other != NULL) {
            plm_choice_words(book, other, i, &words[1]);
        }
        if (words[0].size == 0 || (other != NULL && strcmp(words[0].text, words[1].text) == 0)) {
            continue;
        }
        json_t *const row = plm_json_object();
        plm_json_text(row, "choice", plm_choice_number(i));
        plm_json_text(row, "name", plm_choice_name(i));
        plm_json_text(row, "text", words[0].text);
        plm_json_add(list, row);
    }
    plm_free(words);
    return list;
}

static json_t *book_json(const plm_rulebook *book, const char *path, plm_ts at,
                         const plm_rates *rates)
{
    json_t *const json = head_json(book, path);
    json_t *const changes = plm_json_array();
    plm_json_put(json, "choices", choices_json(book, plm_rulebook_at(book, at), NULL));
    for (uint32_t i = 1; i < book->set_count; i++) {
        json_t *const row = plm_json_object();
        plm_json_time(row, "from", book->set[i].from);
        plm_json_time(row, "announced", book->set[i].announced);
        plm_json_put(row, "choices", choices_json(book, &book->set[i], &book->set[i - 1]));
        plm_json_add(changes, row);
    }
    plm_json_put(json, "changes", changes);
    plm_json_put(json, "rates", rates == NULL ? json_null() : plm_rates_json(rates));
    sentences_json(json, "sources", book->source, book->source_count);
    sentences_json(json, "leaves_out", book->leaves_out, book->leaves_out_count);
    return json;
}

/* -- for people ------------------------------------------------------------------------------ */

static void print_title(plm_session *session, const char *text)
{
    plm_out_printf(&session->out, "\n%s%s%s\n", session->colour_out ? PLM_BOLD : "", text,
                   session->colour_out ? PLM_PLAIN : "");
}

/* A text of lines, the first of which goes on at the column. */
static void print_lines(plm_out *out, char *text, int indent)
{
    for (char *line = text, *next = NULL; line != NULL; line = next) {
        next = strchr(line, '\n');
        if (next != NULL) {
            *next++ = '\0';
        }
        plm_out_printf(out, "%*s", line == text ? 0 : indent, "");
        plm_help_wrap(out, line, (size_t)indent, (size_t)indent + (line[0] == '\0' ? 0 : 2));
    }
}

static void print_choices(plm_session *session, const plm_rulebook *book, const plm_rule_set *set,
                          const plm_rule_set *other)
{
    plm_words *const words = plm_alloc(2, sizeof *words);
    for (unsigned i = 0; i < PLM_CHOICES; i++) {
        plm_choice_words(book, set, i, &words[0]);
        if (other != NULL) {
            plm_choice_words(book, other, i, &words[1]);
        }
        if (words[0].size > 0 && (other == NULL || strcmp(words[0].text, words[1].text) != 0)) {
            plm_out_printf(&session->out, "%-4s%-*s", plm_choice_number(i), CHOICE_WIDTH - 4,
                           plm_choice_name(i));
            print_lines(&session->out, words[0].text, CHOICE_WIDTH);
        }
    }
    plm_free(words);
}

static void print_sentences(plm_session *session, const char *title, const char *const *text,
                            uint32_t count)
{
    print_title(session, title);
    for (uint32_t i = 0; i < count; i++) {
        char shown[PLM_DIAG_CAP];
        plm_out_text(&session->out, "- ");
        plm_help_wrap(&session->out, plm_console_printable(text[i], shown, sizeof shown), 2, 2);
    }
    if (count == 0) {
        plm_out_text(&session->out, "- nothing\n");
    }
}

/* What the dated changes have replaced. */
static void print_changes(plm_session *session, const plm_rulebook *book)
{
    for (uint32_t i = 1; i < book->set_count; i++) {
        char from[PLM_TIME_TEXT_CAP], announced[PLM_TIME_TEXT_CAP] = "", title[128];
        (void)plm_time_format(book->set[i].from, from);
        if (book->set[i].announced != 0) {
            format_day(book->set[i].announced, announced);
        }
        (void)snprintf(title, sizeof title, "Until %s%s%s", from,
                       announced[0] == '\0' ? "" : ", as announced on ", announced);
        print_title(session, title);
        print_choices(session, book, &book->set[i - 1], &book->set[i]);
    }
}

static void print_one(plm_session *session, const plm_rulebook *book, plm_ts at,
                      const plm_rates *rates)
{
    plm_out *const out = &session->out;
    char from[PLM_TIME_TEXT_CAP], regimes[64], shown[PLM_DIAG_CAP];
    format_day(book->effective, from);
    format_regimes(book, regimes, sizeof regimes);
    plm_out_printf(out, "%s - ", book->name);
    plm_help_wrap(out, plm_console_printable(book->title, shown, sizeof shown),
                  strlen(book->name) + 3, 4);
    plm_out_printf(out, "\nregimes         %s\nfrom            %s\n", regimes, from);
    if (book->model != NULL) {
        plm_out_text(out, "model           ");
        plm_help_wrap(out, plm_console_printable(book->model, shown, sizeof shown), 16, 16);
    }
    if (rates != NULL) {
        plm_out_text(out, "\n");
        plm_rates_print(rates, out, session->colour_out);
        return;
    }
    print_title(session, "The choices");
    print_choices(session, book, plm_rulebook_at(book, at), NULL);
    print_changes(session, book);
    plm_rates_list_keys(plm_rulebook_at(book, at), out);
    print_sentences(session, "Left out", book->leaves_out, book->leaves_out_count);
    print_sentences(session, "Sources", book->source, book->source_count);
}

/* -- the command ----------------------------------------------------------------------------- */

static void print_row(plm_session *session, const plm_rulebook *book)
{
    char from[PLM_TIME_TEXT_CAP], regimes[64], shown[PLM_DIAG_CAP];
    format_day(book->effective, from);
    format_regimes(book, regimes, sizeof regimes);
    plm_out_printf(&session->out, "%s%-18s%s%s, from %s\n    ", session->colour_out ? PLM_BOLD : "",
                   book->name, session->colour_out ? PLM_PLAIN : "", regimes, from);
    plm_help_wrap(&session->out, plm_console_printable(book->title, shown, sizeof shown), 4, 4);
}

static plm_status list_one(plm_session *session, const char *name, json_t *list, plm_diag *diag)
{
    char path[PLM_SHIPPED_PATH_CAP];
    plm_rulebook *book = NULL;
    PLM_TRY(plm_rulebook_path(name, diag, path));
    PLM_TRY(plm_rulebook_read(path, diag, &book));
    if (session->json) {
        plm_json_add(list, head_json(book, path));
    } else {
        print_row(session, book);
    }
    plm_rulebook_destroy(book);
    return PLM_OK;
}

static plm_status list_all(plm_session *session, json_t *list, plm_diag *diag)
{
    char *names[PLM_SHIPPED_NAMES_MAX];
    unsigned count = 0;
    PLM_TRY(plm_rulebook_names(diag, names, &count));
    plm_status status = PLM_OK;
    for (unsigned i = 0; i < count; i++) {
        if (status >= 0) {
            status = list_one(session, names[i], list, diag);
        }
        plm_free(names[i]);
    }
    if (status >= 0 && !session->json) {
        plm_out_text(&session->out, "\n'plimsoll rulebooks NAME' tells one in words.\n");
    }
    return status;
}

static plm_status show_read(plm_session *session, const plm_rulebook *book, const char *path,
                            json_t *list, plm_diag *diag)
{
    const char *const instrument = plm_session_text(session, "instrument");
    const plm_ts at = plm_session_time(session, "at", PLM_TS_MAX - 1);
    plm_rates rates;
    if (instrument != NULL) {
        PLM_TRY(plm_rates_find(book, instrument, at, diag, &rates));
    }
    const plm_rates *const shown = instrument != NULL ? &rates : NULL;
    if (session->json) {
        plm_json_add(list, book_json(book, path, at, shown));
    } else {
        print_one(session, book, at, shown);
    }
    return PLM_OK;
}

static plm_status show(plm_session *session, const char *word, json_t *list, plm_diag *diag)
{
    char path[PLM_SHIPPED_PATH_CAP];
    plm_rulebook *book = NULL;
    PLM_TRY(plm_rulebook_path(word, diag, path));
    PLM_TRY(plm_rulebook_read(path, diag, &book));
    const plm_status status = show_read(session, book, path, list, diag);
    plm_rulebook_destroy(book);
    return status;
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    if (session->operand_count == 0 && (plm_session_text(session, "instrument") != NULL ||
                                        plm_session_text(session, "at") != NULL)) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "rulebooks: --instrument and --at need the NAME of a rulebook");
    }
    json_t *const list = plm_json_array();
    const plm_status status = session->operand_count == 0
                                  ? list_all(session, list, diag)
                                  : show(session, session->operand[0], list, diag);
    if (status < 0 || !session->json) {
        json_decref(list);
        return status;
    }
    json_t *const json = plm_json_open("rulebooks");
    plm_json_put(json, "rulebooks", list);
    plm_json_print(&session->out, json);
    return PLM_OK;
}

const plm_command plm_cmd_rulebooks = {
    .name = "rulebooks",
    .summary = "list the margin rules of venues, or tell one in words",
    .operands = "[NAME|FILE.yaml]",
    .operand_max = 1,
    .names = PLM_NAMES_RULEBOOKS,
    .examples = "plimsoll rulebooks\nplimsoll rulebooks binance-usdm\n"
                "plimsoll rulebooks binance-usdm --instrument SOLUSDT --at 2022-11-25\n"
                "plimsoll rulebooks ./mine.yaml --json\n",
    .text = "A rulebook is data: what counts as margin, how much is needed, and what a venue does "
            "when it is not there. An operand with a '/' or the ending .yaml is the path of one; "
            "reading it checks it.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
