/*
 * cmd_help.c - plimsoll help: of everything, of a group, of a command; as JSON the whole table of
 * commands, for manual pages and completions.
 */
#include <string.h>

#include "args.h"
#include "commands.h"
#include "help.h"
#include "jsonout.h"

static const char *type_name(plm_option_type type)
{
    switch (type) {
    case PLM_OPTION_NONE:
        break;
    case PLM_OPTION_FLAG:
        return "flag";
    case PLM_OPTION_TEXT:
        return "text";
    case PLM_OPTION_LIST:
        return "list";
    case PLM_OPTION_WORD:
        return "word";
    case PLM_OPTION_COUNT:
        return "count";
    case PLM_OPTION_TIME:
        return "time";
    }
    return "none";
}

static json_t *options_json(const plm_option *options, size_t count)
{
    json_t *list = plm_json_array();
    for (size_t i = 0; i < count; i++) {
        const plm_option *option = &options[i];
        const char letter[2] = {option->letter, '\0'};
        json_t *entry = plm_json_object();
        plm_json_text(entry, "name", option->name);
        plm_json_text(entry, "letter", letter);
        plm_json_text(entry, "type", type_name(option->type));
        plm_json_flag(entry, "required", option->required);
        plm_json_text(entry, "value", option->value);
        plm_json_text(entry, "help", option->help);
        json_t *words = plm_json_array();
        for (size_t j = 0; option->words != NULL && option->words[j] != NULL; j++) {
            plm_json_add(words, plm_json_string(option->words[j]));
        }
        plm_json_put(entry, "words", words);
        plm_json_add(list, entry);
    }
    return list;
}

static json_t *command_json(const plm_command *command)
{
    json_t *entry = plm_json_object();
    plm_json_text(entry, "name", command->name);
    plm_json_text(entry, "summary", command->summary);
    plm_json_text(entry, "operands", command->operands);
    plm_json_put(entry, "examples", json_string(command->examples));
    plm_json_text(entry, "text", command->text);
    plm_json_put(entry, "options", options_json(command->options, command->option_count));
    return entry;
}

static void print_table(plm_session *session)
{
    json_t *json = plm_json_open("help");
    json_t *list = plm_json_array();
    for (size_t i = 0; session->commands[i] != NULL; i++) {
        plm_json_add(list, command_json(session->commands[i]));
    }
    plm_json_put(json, "commands", list);
    plm_json_put(json, "options", options_json(plm_args_common, plm_args_common_count));
    plm_json_print(&session->out, json);
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    const int count = (int)session->operand_count;
    if (session->json) {
        print_table(session);
        return PLM_OK;
    }
    if (count == 0) {
        plm_help_program(&session->out, session->colour_out, session->commands);
        return PLM_OK;
    }
    int words = 0;
    const plm_command *command = plm_args_find(session->commands, count, session->operand, &words);
    if (command != NULL && words == count) {
        plm_help_command(&session->out, session->colour_out, command);
        return PLM_OK;
    }
    if (count == 1 && plm_args_is_group(session->commands, session->operand[0])) {
        plm_help_group(&session->out, session->colour_out, session->commands, session->operand[0]);
        return PLM_OK;
    }
    if (command != NULL) {
        return plm_fail(diag, PLM_ERR_USAGE, "no command '%s %s'; nearest: %s", session->operand[0],
                        session->operand[count - 1], command->name);
    }
    return plm_args_refuse(session->commands, count, session->operand, diag);
}

const plm_command plm_cmd_help = {
    .name = "help",
    .summary = "help on a command",
    .operands = "[COMMAND]",
    .operand_max = 2,
    .names = PLM_NAMES_COMMANDS,
    .examples = "plimsoll help\nplimsoll help synth\nplimsoll help tape slice\n"
                "plimsoll help --json\n",
    .text = "With --json, the table of all commands and their options.",
    .run = run,
};
