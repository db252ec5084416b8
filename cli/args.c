/*
 * args.c - command lines against the table of a command.
 */
#include "args.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "nearest.h"
#include "timetext.h"

#define LOOKUP_WORDS_MAX 64
#define LOOKUP_WORD_CAP 32

static const char *const colour_words[] = {"auto", "always", "never", NULL};

const plm_option plm_args_common[] = {
    {.name = "json", .type = PLM_OPTION_FLAG, .value = "", .help = "one JSON object on stdout"},
    {.name = "quiet",
     .letter = 'q',
     .type = PLM_OPTION_FLAG,
     .value = "",
     .help = "no progress, no remarks, no summary"},
    {.name = "color",
     .type = PLM_OPTION_WORD,
     .value = "WHEN",
     .help = "auto, always or never; auto respects NO_COLOR",
     .words = colour_words},
    {.name = "help",
     .letter = 'h',
     .alone = true,
     .type = PLM_OPTION_FLAG,
     .value = "",
     .help = "show this help"},
};
const size_t plm_args_common_count = sizeof plm_args_common / sizeof *plm_args_common;

/* -- reading --------------------------------------------------------------------------------- */

static plm_value *find_name(plm_session *session, const char *name, size_t size)
{
    for (uint32_t i = 0; i < session->value_count; i++) {
        const char *known = session->value[i].option->name;
        if (strlen(known) == size && memcmp(known, name, size) == 0) {
            return &session->value[i];
        }
    }
    return NULL;
}

static plm_value *find_letter(plm_session *session, char letter)
{
    for (uint32_t i = 0; i < session->value_count; i++) {
        if (session->value[i].option->letter == letter) {
            return &session->value[i];
        }
    }
    return NULL;
}

static plm_status refuse_option(const plm_session *session, const char *arg, const char *name,
                                plm_diag *diag)
{
    const char *words[PLM_OPTIONS_MAX + 1];
    for (uint32_t i = 0; i < session->value_count; i++) {
        words[i] = session->value[i].option->name;
    }
    words[session->value_count] = NULL;
    const char *near = name == NULL ? NULL : plm_nearest(name, words);
    const char *command = session->command->name;
    if (near != NULL) {
        return plm_fail(diag, PLM_ERR_USAGE, "%s: no option '%s'; nearest: --%s", command, arg,
                        near);
    }
    return plm_fail(diag, PLM_ERR_USAGE,
                    "%s: no option '%s'; 'plimsoll help %s' lists those that exist", command, arg,
                    command);
}

static bool read_count(const char *text, uint64_t *out)
{
    uint64_t value = 0;
    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9') {
            return false;
        }
        const uint64_t digit = (uint64_t)(*text - '0');
        if (value > (UINT64_MAX - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

static bool word_known(const plm_option *option, const char *text)
{
    for (size_t i = 0; option->words[i] != NULL; i++) {
        if (strcmp(option->words[i], text) == 0) {
            return true;
        }
    }
    return false;
}

static plm_status refuse_word(const char *command, const plm_option *option, const char *text,
                              plm_diag *diag)
{
    char list[256];
    size_t at = 0;
    list[0] = '\0';
    for (size_t i = 0; option->words[i] != NULL && at < sizeof list; i++) {
        const int size =
            snprintf(list + at, sizeof list - at, "%s%s", i == 0 ? "" : ", ", option->words[i]);
        plm_assert(size > 0);
        at += (size_t)size;
    }
    const char *near = plm_nearest(text, option->words);
    return plm_fail(diag, PLM_ERR_USAGE, "%s: --%s '%s': allowed are %s%s%s", command, option->name,
                    text, list, near == NULL ? "" : "; nearest: ", near == NULL ? "" : near);
}

static plm_status set_value(plm_session *session, plm_value *value, const char *text,
                            plm_diag *diag)
{
    const plm_option *option = value->option;
    const char *command = session->command->name;
    switch (option->type) {
    case PLM_OPTION_NONE:
    case PLM_OPTION_FLAG:
    case PLM_OPTION_TEXT:
        break;
    case PLM_OPTION_LIST:
        if (value->list_count == PLM_OPTION_LIST_MAX) {
            return plm_fail(diag, PLM_ERR_USAGE, "%s: --%s may be given %d times at most", command,
                            option->name, PLM_OPTION_LIST_MAX);
        }
        value->list[value->list_count++] = text;
        break;
    case PLM_OPTION_WORD:
        if (!word_known(option, text)) {
            return refuse_word(command, option, text, diag);
        }
        break;
    case PLM_OPTION_COUNT:
        if (!read_count(text, &value->count) || value->count < option->min ||
            value->count > option->max) {
            return plm_fail(diag, PLM_ERR_USAGE,
                            "%s: --%s '%s': allowed is a whole number from %llu to %llu", command,
                            option->name, text, (unsigned long long)option->min,
                            (unsigned long long)option->max);
        }
        break;
    case PLM_OPTION_TIME:
        if (!plm_time_parse(text, strlen(text), &value->ts)) {
            return plm_fail(diag, PLM_ERR_USAGE,
                            "%s: --%s '%s': allowed is a UTC time from 2000 to 2099 such as "
                            "2025-10-10, 2025-10-10T21:15:03.5 or 19 digits of nanoseconds",
                            command, option->name, text);
        }
        break;
    }
    value->text = text;
    return PLM_OK;
}

/* Reads the option at argv[*index]; moves *index when its value is the next argument. */
static plm_status read_long(plm_session *session, int argc, const char **argv, int *index,
                            plm_diag *diag)
{
    const char *arg = argv[*index];
    const char *name = arg + 2;
    const size_t size = strcspn(name, "=");
    plm_value *value = find_name(session, name, size);
    if (value == NULL) {
        char bare[64] = "";
        if (size < sizeof bare) {
            memcpy(bare, name, size);
        }
        return refuse_option(session, arg, bare, diag);
    }
    const bool inlined = name[size] == '=';
    if (value->option->type == PLM_OPTION_FLAG) {
        if (inlined) {
            return plm_fail(diag, PLM_ERR_USAGE, "%s: --%s takes no value, found '%s'",
                            session->command->name, value->option->name, arg);
        }
        return set_value(session, value, "", diag);
    }
    if (inlined) {
        return set_value(session, value, name + size + 1, diag);
    }
    if (*index + 1 == argc) {
        return plm_fail(diag, PLM_ERR_USAGE, "%s: --%s needs a value (%s)", session->command->name,
                        value->option->name, value->option->value);
    }
    *index += 1;
    return set_value(session, value, argv[*index], diag);
}

static plm_status read_short(plm_session *session, int argc, const char **argv, int *index,
                             plm_diag *diag)
{
    const char *arg = argv[*index];
    for (const char *letter = arg + 1; *letter != '\0'; letter++) {
        plm_value *value = find_letter(session, *letter);
        if (value == NULL) {
            return refuse_option(session, arg, NULL, diag);
        }
        if (value->option->type == PLM_OPTION_FLAG) {
            PLM_TRY(set_value(session, value, "", diag));
            continue;
        }
        if (letter[1] != '\0') {
            return set_value(session, value, letter + 1, diag);
        }
        if (*index + 1 == argc) {
            return plm_fail(diag, PLM_ERR_USAGE, "%s: -%c needs a value (%s)",
                            session->command->name, *letter, value->option->value);
        }
        *index += 1;
        return set_value(session, value, argv[*index], diag);
    }
    return PLM_OK;
}

static plm_status check_given(const plm_session *session, plm_diag *diag)
{
    const plm_command *command = session->command;
    for (uint32_t i = 0; i < session->value_count; i++) {
        if (session->value[i].option->alone && session->value[i].text != NULL) {
            return PLM_OK;
        }
    }
    for (uint32_t i = 0; i < session->value_count; i++) {
        const plm_option *option = session->value[i].option;
        if (option->required && session->value[i].text == NULL) {
            return plm_fail(diag, PLM_ERR_USAGE, "%s: --%s %s is missing; see 'plimsoll help %s'",
                            command->name, option->name, option->value, command->name);
        }
    }
    if (session->operand_count < command->operand_min) {
        const bool none = session->operand_count == 0;
        return plm_fail(diag, PLM_ERR_USAGE, "%s: needs %s, found %s%s; see 'plimsoll help %s'",
                        command->name, command->operands, none ? "nothing" : "only ",
                        none ? "" : session->operand[0], command->name);
    }
    if (session->operand_count > command->operand_max) {
        return plm_fail(diag, PLM_ERR_USAGE, "%s: takes %s, found one too many: '%s'",
                        command->name,
                        command->operand_max == 0 ? "no operands" : command->operands,
                        session->operand[command->operand_max]);
    }
    return PLM_OK;
}

static void add_options(plm_session *session, const plm_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        plm_assert(session->value_count < PLM_OPTIONS_MAX);
        session->value[session->value_count++] = (plm_value){.option = &options[i]};
    }
}

static void set_common(plm_session *session)
{
    plm_colour when = PLM_COLOUR_AUTO;
    const char *word = plm_session_text(session, "color");
    if (word != NULL && strcmp(word, "auto") != 0) {
        when = strcmp(word, "always") == 0 ? PLM_COLOUR_ALWAYS : PLM_COLOUR_NEVER;
    }
    session->colour_out = plm_console_colours(when, 1);
    session->colour_err = plm_console_colours(when, 2);
    session->json = plm_session_flag(session, "json");
    session->quiet = plm_session_flag(session, "quiet");
    session->help = plm_session_flag(session, "help");
}

plm_status plm_args_parse(plm_session *session, int argc, const char **argv, plm_diag *diag)
{
    add_options(session, session->command->options, session->command->option_count);
    add_options(session, plm_args_common, plm_args_common_count);
    session->operand = argv;
    bool options = true;
    for (int i = 0; i < argc; i++) {
        const char *arg = argv[i];
        if (!options || arg[0] != '-' || arg[1] == '\0') {
            argv[session->operand_count++] = arg;
        } else if (strcmp(arg, "--") == 0) {
            options = false;
        } else if (arg[1] == '-') {
            PLM_TRY(read_long(session, argc, argv, &i, diag));
        } else {
            PLM_TRY(read_short(session, argc, argv, &i, diag));
        }
    }
    set_common(session);
    return check_given(session, diag);
}

/* -- the command that the first words name ---------------------------------------------------- */

static bool is_first_word(const char *name, const char *word)
{
    const size_t size = strcspn(name, " ");
    return strlen(word) == size && memcmp(name, word, size) == 0;
}

const plm_command *plm_args_find(const plm_command *const *commands, int argc,
                                 const char *const *argv, int *out_words)
{
    for (size_t i = 0; argc > 0 && commands[i] != NULL; i++) {
        const char *name = commands[i]->name;
        const char *second = strchr(name, ' ');
        if (!is_first_word(name, argv[0])) {
            continue;
        }
        if (second == NULL) {
            *out_words = 1;
            return commands[i];
        }
        if (argc > 1 && strcmp(second + 1, argv[1]) == 0) {
            *out_words = 2;
            return commands[i];
        }
    }
    return NULL;
}

bool plm_args_is_group(const plm_command *const *commands, const char *word)
{
    for (size_t i = 0; commands[i] != NULL; i++) {
        if (strchr(commands[i]->name, ' ') != NULL && is_first_word(commands[i]->name, word)) {
            return true;
        }
    }
    return false;
}

/* The words that may stand first (group NULL), or second in a group. */
static size_t list_words(const plm_command *const *commands, const char *group,
                         char storage[][LOOKUP_WORD_CAP], const char **words)
{
    size_t count = 0;
    for (size_t i = 0; commands[i] != NULL; i++) {
        const char *name = commands[i]->name;
        const char *second = strchr(name, ' ');
        if (group != NULL && (second == NULL || !is_first_word(name, group))) {
            continue;
        }
        plm_assert(count + 1 < LOOKUP_WORDS_MAX);
        (void)snprintf(storage[count], LOOKUP_WORD_CAP, "%.*s",
                       group == NULL ? (int)strcspn(name, " ") : LOOKUP_WORD_CAP - 1,
                       group == NULL ? name : second + 1);
        words[count] = storage[count];
        count++;
    }
    words[count] = NULL;
    return count;
}

plm_status plm_args_refuse(const plm_command *const *commands, int argc, const char *const *argv,
                           plm_diag *diag)
{
    char storage[LOOKUP_WORDS_MAX][LOOKUP_WORD_CAP];
    const char *words[LOOKUP_WORDS_MAX];
    const bool group = argc > 1 && plm_args_is_group(commands, argv[0]);
    const char *found = group ? argv[1] : argv[0];
    if (found[0] == '-') {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "option '%s' stands before the command; options come after it", found);
    }
    (void)list_words(commands, group ? argv[0] : NULL, storage, words);
    const char *near = plm_nearest(found, words);
    return plm_fail(diag, PLM_ERR_USAGE, "no command '%s%s%s'; %s%s%s%s", group ? argv[0] : "",
                    group ? " " : "", found,
                    near == NULL ? "'plimsoll help' lists those that exist" : "nearest: ",
                    near == NULL || !group ? "" : argv[0], near == NULL || !group ? "" : " ",
                    near == NULL ? "" : near);
}
