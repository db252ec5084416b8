/*
 * cmd_complete.c - plimsoll complete: what may come next on a command line, out of the tables that
 * parse it. Shells ask it when somebody presses the key for completion; cli/shell/ has their side.
 */
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "check.h"
#include "commands.h"
#include "jsonout.h"
#include "libraries.h"
#include "memory.h"
#include "rulebook_path.h"
#include "synth.h"

#define WORD_CAP 128
#define ENDINGS_CAP 128

/* -- what is offered ------------------------------------------------------------------------- */

typedef struct word_offer {
    const char *typed;   /* what a word has to begin with */
    json_t *words;       /* of {word, help} */
    bool files, folders; /* files may be meant, or only folders */
    char endings[ENDINGS_CAP];
} word_offer;

static void add(word_offer *offer, const char *before, const char *word, const char *help)
{
    char whole[WORD_CAP];
    const int size = snprintf(whole, sizeof whole, "%s%s", before, word);
    if (size < 0 || (size_t)size >= sizeof whole ||
        strncmp(whole, offer->typed, strlen(offer->typed)) != 0) {
        return;
    }
    json_t *const entry = plm_json_object();
    plm_json_text(entry, "word", whole);
    plm_json_text(entry, "help", help);
    plm_json_add(offer->words, entry);
}

static bool is_offered(const word_offer *offer, const char *word)
{
    for (size_t i = 0; i < json_array_size(offer->words); i++) {
        const json_t *const entry = json_array_get(offer->words, i);
        if (strcmp(json_string_value(json_object_get(entry, "word")), word) == 0) {
            return true;
        }
    }
    return false;
}

/* First words, each once, or the second words of a group. */
static void add_commands(word_offer *offer, const plm_command *const *commands, const char *group)
{
    for (size_t i = 0; commands[i] != NULL; i++) {
        const char *const name = commands[i]->name;
        const size_t first = strcspn(name, " ");
        char word[WORD_CAP];
        (void)snprintf(word, sizeof word, "%.*s", (int)first, name);
        if (group == NULL && !is_offered(offer, word)) {
            add(offer, "", word, name[first] == '\0' ? commands[i]->summary : "");
        } else if (group != NULL && name[first] == ' ' && strcmp(word, group) == 0) {
            add(offer, "", name + first + 1, commands[i]->summary);
        }
    }
}

static void add_names(word_offer *offer, unsigned count, char *names[])
{
    for (unsigned i = 0; i < count; i++) {
        add(offer, "", names[i], "");
        plm_free(names[i]);
    }
}

/* The names of a kind. Where nothing ships there is nothing to offer, which is no failure. */
static void add_kind(word_offer *offer, const plm_session *session, plm_names kind,
                     const char *const *before, uint32_t count)
{
    char *names[PLM_SHIPPED_NAMES_MAX];
    unsigned found = 0;
    plm_diag ignored;
    plm_diag_init(&ignored);
    switch (kind) {
    case PLM_NAMES_NONE:
        break;
    case PLM_NAMES_COMMANDS:
        if (count < 2) {
            add_commands(offer, session->commands, count == 0 ? NULL : before[0]);
        }
        break;
    case PLM_NAMES_STRATEGIES:
        add_names(offer, plm_libraries_names(names), names);
        break;
    case PLM_NAMES_RULEBOOKS:
        if (plm_rulebook_names(&ignored, names, &found) >= 0) {
            add_names(offer, found, names);
        }
        break;
    case PLM_NAMES_SCENARIOS:
        for (size_t i = 0; plm_scenario_at(i) != NULL; i++) {
            add(offer, "", plm_scenario_at(i)->name, plm_scenario_at(i)->title);
        }
        break;
    }
}

/* Whether the usage line speaks of files there, "FILE" or "RUN.yaml", or of a folder, "DIR". */
static void add_files(word_offer *offer, const char *usage)
{
    bool any = false;
    while (*usage != '\0') {
        char word[WORD_CAP];
        const size_t size = strspn(usage, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.");
        (void)snprintf(word, sizeof word, "%.*s", (int)size, usage);
        const char *const dot = strchr(word, '.');
        const bool ends = dot != NULL && dot > word && dot[1] >= 'a' && dot[1] <= 'z';
        any = any || (!ends && strncmp(word, "FILE", 4) == 0);
        offer->files = offer->files || any || ends;
        offer->folders = offer->folders || strcmp(word, "DIR") == 0;
        if (ends && strstr(offer->endings, dot + 1) == NULL) {
            const size_t at = strlen(offer->endings);
            (void)snprintf(offer->endings + at, sizeof offer->endings - at, "%s%s",
                           at == 0 ? "" : " ", dot + 1);
        }
        usage += size + (usage[size] == '\0' ? 0 : 1);
    }
    if (any) {
        offer->endings[0] = '\0';
    }
}

static void add_values(word_offer *offer, const plm_option *option, const char *before)
{
    for (size_t i = 0; option->words != NULL && option->words[i] != NULL; i++) {
        add(offer, before, option->words[i], "");
    }
    add_files(offer, option->value);
}

/* -- what has been typed ---------------------------------------------------------------------- */

typedef struct typed_line {
    const plm_command *command;
    const char *const *word; /* after the command */
    uint32_t count;          /* without the one that is being typed */
    bool ended;              /* "--" was among them */
    const plm_option *open;  /* waits for its value */
    uint32_t operand_count;
} typed_line;

static const plm_option *option_at(const plm_command *command, size_t i)
{
    if (i < command->option_count) {
        return &command->options[i];
    }
    i -= command->option_count;
    return i < plm_args_common_count ? &plm_args_common[i] : NULL;
}

/* The option that "--name", "--name=value" or "-x" means; NULL = none. */
static const plm_option *option_of(const plm_command *command, const char *word)
{
    const bool named = word[0] == '-' && word[1] == '-';
    const size_t size = named ? strcspn(word + 2, "=") : 0;
    const plm_option *option = NULL;
    for (size_t i = 0; (option = option_at(command, i)) != NULL; i++) {
        if (named ? strlen(option->name) == size && strncmp(option->name, word + 2, size) == 0
                  : option->letter != 0 && option->letter == word[1] && word[2] == '\0') {
            return option;
        }
    }
    return NULL;
}

static void walk(typed_line *typed)
{
    for (uint32_t i = 0; i < typed->count; i++) {
        const char *const word = typed->word[i];
        if (typed->open != NULL) {
            typed->open = NULL;
        } else if (typed->ended || word[0] != '-' || word[1] == '\0') {
            typed->operand_count++;
        } else if (strcmp(word, "--") == 0) {
            typed->ended = true;
        } else if (strchr(word, '=') == NULL) {
            const plm_option *const option = option_of(typed->command, word);
            typed->open = option != NULL && option->type != PLM_OPTION_FLAG ? option : NULL;
        }
    }
}

static bool is_given(const typed_line *typed, const plm_option *option)
{
    for (uint32_t i = 0; i < typed->count && option->type != PLM_OPTION_LIST; i++) {
        if (typed->word[i][0] == '-' && option_of(typed->command, typed->word[i]) == option) {
            return true;
        }
    }
    return false;
}

static void add_options(word_offer *offer, const typed_line *typed)
{
    const plm_option *option = NULL;
    for (size_t i = 0; (option = option_at(typed->command, i)) != NULL; i++) {
        if (!is_given(typed, option)) {
            add(offer, "--", option->name, option->help);
        }
    }
}

static void fill(word_offer *offer, const plm_session *session, const typed_line *typed)
{
    const char *const equals = strchr(offer->typed, '=');
    if (typed->open != NULL) {
        add_values(offer, typed->open, "");
    } else if (!typed->ended && strncmp(offer->typed, "--", 2) == 0 && equals != NULL) {
        char before[WORD_CAP];
        const plm_option *const option = option_of(typed->command, offer->typed);
        (void)snprintf(before, sizeof before, "%.*s", (int)(equals - offer->typed + 1),
                       offer->typed);
        if (option != NULL && option->type != PLM_OPTION_FLAG) {
            add_values(offer, option, before);
        }
    } else if (!typed->ended && offer->typed[0] == '-') {
        add_options(offer, typed);
    } else if (typed->operand_count < typed->command->operand_max) {
        add_kind(offer, session, typed->command->names, typed->word, typed->count);
        add_files(offer, typed->command->operands);
    }
}

/* -- the answer ------------------------------------------------------------------------------- */

static void print(plm_session *session, const word_offer *offer)
{
    for (size_t i = 0; i < json_array_size(offer->words); i++) {
        const json_t *const entry = json_array_get(offer->words, i);
        const char *const help = json_string_value(json_object_get(entry, "help"));
        plm_out_printf(&session->out, "%s%s%s\n", json_string_value(json_object_get(entry, "word")),
                       help[0] == '\0' ? "" : "\t", help);
    }
    if (offer->files) {
        plm_out_printf(&session->out, ":files%s%s\n", offer->endings[0] == '\0' ? "" : " ",
                       offer->endings);
    } else if (offer->folders) {
        plm_out_text(&session->out, ":folders\n");
    }
}

static void print_json(plm_session *session, const word_offer *offer)
{
    json_t *const json = plm_json_open("complete");
    plm_json_put(json, "words", json_incref(offer->words));
    plm_json_flag(json, "files", offer->files);
    plm_json_flag(json, "folders", offer->folders);
    plm_json_text(json, "endings", offer->endings);
    plm_json_print(&session->out, json);
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    (void)diag;
    const uint32_t before = session->operand_count == 0 ? 0 : session->operand_count - 1;
    word_offer offer = {.typed = session->operand_count == 0 ? "" : session->operand[before],
                        .words = plm_json_array()};
    int words = 0;
    const plm_command *const command =
        plm_args_find(session->commands, (int)before, session->operand, &words);
    if (command != NULL) {
        typed_line typed = {.command = command,
                            .word = session->operand + words,
                            .count = before - (uint32_t)words};
        walk(&typed);
        fill(&offer, session, &typed);
    } else if (before < 2) {
        add_commands(&offer, session->commands, before == 0 ? NULL : session->operand[0]);
    }
    if (session->json) {
        print_json(session, &offer);
    } else {
        print(session, &offer);
    }
    json_decref(offer.words);
    return PLM_OK;
}

const plm_command plm_cmd_complete = {
    .name = "complete",
    .summary = "what may come next on a command line, for shells",
    .operands = "-- [WORD...]",
    .operand_max = PLM_OPERANDS_ANY,
    .examples = "plimsoll complete -- ta\nplimsoll complete -- tape ''\n"
                "plimsoll complete -- synth walk --profile ''\n",
    .text = "The words are those after plimsoll, the last one is being typed and may be empty. "
            "Prints a line for each word that may stand there, with a tab and what it means; "
            "':files' or ':folders' where a path may stand, with the endings that fit.",
    .run = run,
};
