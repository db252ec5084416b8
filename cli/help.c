/*
 * help.c - the help of a command, of a group and of the whole program: examples first, 80 columns.
 */
#include "help.h"

#include <stdio.h>
#include <string.h>

#include "args.h"

#define HELP_COLUMNS 79
#define HELP_INDENT 26 /* where the text of an option begins */

static void title(plm_out *out, bool colour, const char *text)
{
    plm_out_printf(out, "%s%s%s\n", colour ? PLM_BOLD : "", text, colour ? PLM_PLAIN : "");
}

static void lines(plm_out *out, const char *text)
{
    while (*text != '\0') {
        const size_t size = strcspn(text, "\n");
        plm_out_printf(out, "  %.*s\n", (int)size, text);
        text += size + (text[size] == '\n' ? 1 : 0);
    }
}

void plm_help_wrap(plm_out *out, const char *text, size_t column, size_t indent)
{
    size_t at = column;
    bool first = true;
    while (*text != '\0') {
        const size_t size = strcspn(text, " ");
        if (!first && at + 1 + size > HELP_COLUMNS) {
            plm_out_printf(out, "\n%*s", (int)indent, "");
            at = indent;
        } else if (!first) {
            plm_out_text(out, " ");
            at++;
        }
        plm_out_write(out, text, size);
        at += size;
        first = false;
        text += size;
        text += strspn(text, " ");
    }
    plm_out_text(out, "\n");
}

void plm_help_row(plm_out *out, const char *left, const char *text)
{
    const size_t size = strlen(left);
    plm_out_text(out, left);
    if (size + 2 > HELP_INDENT) {
        plm_out_printf(out, "\n%*s", HELP_INDENT, "");
    } else {
        plm_out_printf(out, "%*s", (int)(HELP_INDENT - size), "");
    }
    plm_help_wrap(out, text, HELP_INDENT, HELP_INDENT);
}

static void option_row(plm_out *out, const plm_option *option)
{
    char left[80];
    char letter[5] = "    ";
    if (option->letter != 0) {
        (void)snprintf(letter, sizeof letter, "-%c, ", option->letter);
    }
    (void)snprintf(left, sizeof left, "  %s--%s%s%s", letter, option->name,
                   option->value[0] == '\0' ? "" : " ", option->value);
    plm_help_row(out, left, option->help);
}

void plm_help_command(plm_out *out, bool colour, const plm_command *command)
{
    plm_out_printf(out, "plimsoll %s - %s\n\n", command->name, command->summary);
    title(out, colour, "Examples");
    lines(out, command->examples);
    plm_out_text(out, "\n");
    title(out, colour, "Usage");
    plm_out_printf(out, "  plimsoll %s%s%s", command->name, command->operands[0] == '\0' ? "" : " ",
                   command->operands);
    for (size_t i = 0; i < command->option_count; i++) {
        if (command->options[i].required) {
            plm_out_printf(out, " --%s %s", command->options[i].name, command->options[i].value);
        }
    }
    plm_out_text(out, " [options]\n");
    if (command->text[0] != '\0') {
        plm_out_text(out, "\n");
        plm_help_wrap(out, command->text, 0, 0);
    }
    plm_out_text(out, "\n");
    title(out, colour, "Options");
    for (size_t i = 0; i < command->option_count; i++) {
        option_row(out, &command->options[i]);
    }
    for (size_t i = 0; i < plm_args_common_count; i++) {
        option_row(out, &plm_args_common[i]);
    }
}

static void command_rows(plm_out *out, const plm_command *const *commands, const char *group)
{
    for (size_t i = 0; commands[i] != NULL; i++) {
        const char *name = commands[i]->name;
        const size_t size = strcspn(name, " ");
        if (group == NULL ||
            (name[size] == ' ' && strlen(group) == size && memcmp(group, name, size) == 0)) {
            char left[80];
            (void)snprintf(left, sizeof left, "  %s", name);
            plm_help_row(out, left, commands[i]->summary);
        }
    }
}

void plm_help_program(plm_out *out, bool colour, const plm_command *const *commands)
{
    plm_out_text(out, "plimsoll - replay tick history through leveraged accounts\n\n"
                      "A tape is a file of market events in the order of time.\n\n");
    title(out, colour, "Examples");
    lines(out, "plimsoll scenarios\n"
               "plimsoll synth walk --events 1000000 --seed 7 -o w.tape\n"
               "plimsoll tape info w.tape\n"
               "plimsoll tape head w.tape\n"
               "plimsoll run trend.yaml\n"
               "plimsoll import trades.csv.gz --map trades.yaml -o t.tape\n");
    plm_out_text(out, "\n");
    title(out, colour, "Commands");
    command_rows(out, commands, NULL);
    plm_out_text(out, "\nEvery command takes --json, -q (quiet), --color WHEN and --help.\n"
                      "Exit codes: 0 done, 1 done with warnings or differences, 2 usage, 3 input\n"
                      "refused, 4 run failed, 5 disk or I/O, 6 internal error, 7 interrupted.\n");
}

void plm_help_group(plm_out *out, bool colour, const plm_command *const *commands,
                    const char *group)
{
    title(out, colour, "Commands");
    command_rows(out, commands, group);
    plm_out_printf(out, "\n'plimsoll help %s COMMAND' tells more about one of them.\n", group);
}
