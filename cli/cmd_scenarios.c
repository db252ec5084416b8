/*
 * cmd_scenarios.c - plimsoll scenarios: the synthetic markets that there are.
 */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "help.h"
#include "jsonout.h"
#include "scenario.h"
#include "timetext.h"

static void describe_span(const plm_scenario_info *info, char *out)
{
    if (info->duration_ns == 0) {
        (void)snprintf(out, PLM_TIME_TEXT_CAP, "%s", "as long as asked");
    } else {
        (void)plm_duration_format(info->duration_ns, out);
    }
}

static json_t *scenario_json(const plm_scenario_info *info)
{
    json_t *entry = plm_json_object();
    plm_json_text(entry, "name", info->name);
    plm_json_text(entry, "title", info->title);
    plm_json_text(entry, "text", info->text);
    plm_json_text(entry, "source", info->source);
    plm_json_time(entry, "start", info->start);
    plm_json_put(entry, "duration_ns", json_integer((json_int_t)info->duration_ns));
    plm_json_count(entry, "instruments", info->instruments);
    return entry;
}

static void print_list(plm_session *session)
{
    plm_out *out = &session->out;
    const plm_scenario_info *info = NULL;
    for (size_t i = 0; (info = plm_scenario_at(i)) != NULL; i++) {
        char start[PLM_TIME_TEXT_CAP];
        char length[PLM_TIME_TEXT_CAP];
        (void)plm_time_format(info->start, start);
        start[10] = '\0'; /* the day */
        describe_span(info, length);
        plm_out_printf(out, "%s%-18s%s%s, %s, %u instruments\n    %s\n",
                       session->colour_out ? PLM_BOLD : "", info->name,
                       session->colour_out ? PLM_PLAIN : "", start, length, info->instruments,
                       info->title);
    }
    plm_out_text(out,
                 "\n'plimsoll scenarios NAME' tells more, and where its figures come from.\n"
                 "'plimsoll synth NAME -o FILE' makes one; those that are as long as asked need\n"
                 "--events N.\n");
}

static void print_one(plm_session *session, const plm_scenario_info *info)
{
    char start[PLM_TIME_TEXT_CAP];
    char length[PLM_TIME_TEXT_CAP];
    (void)plm_time_format(info->start, start);
    describe_span(info, length);
    plm_out *out = &session->out;
    plm_out_printf(out, "%s - ", info->name);
    plm_help_wrap(out, info->title, strlen(info->name) + 3, 4);
    plm_out_printf(out, "\nstart        %s\nlength       %s\ninstruments  %u\n\n", start, length,
                   info->instruments);
    plm_help_wrap(out, info->text, 0, 0);
    if (info->source[0] != '\0') {
        plm_out_text(out, "\nFigures:\n");
        plm_help_wrap(out, info->source, 0, 0);
    }
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    const plm_scenario_info *info = NULL;
    if (session->operand_count == 1) {
        PLM_TRY(plm_scenario_named(session->operand[0], diag, &info));
    }
    if (session->json) {
        json_t *json = plm_json_open("scenarios");
        json_t *list = plm_json_array();
        const plm_scenario_info *next = NULL;
        for (size_t i = 0; (next = plm_scenario_at(i)) != NULL; i++) {
            if (info == NULL || next == info) {
                plm_json_add(list, scenario_json(next));
            }
        }
        plm_json_put(json, "scenarios", list);
        plm_json_print(&session->out, json);
    } else if (info != NULL) {
        print_one(session, info);
    } else {
        print_list(session);
    }
    return PLM_OK;
}

const plm_command plm_cmd_scenarios = {
    .name = "scenarios",
    .summary = "list the synthetic markets, or tell about one",
    .operands = "[NAME]",
    .operand_max = 1,
    .names = PLM_NAMES_SCENARIOS,
    .examples = "plimsoll scenarios\nplimsoll scenarios walk\nplimsoll scenarios --json\n",
    .text =
        "A synthetic market is made from a scenario: either a generator, as long as asked, or a "
        "day in history, along the prices of that day.",
    .run = run,
};
