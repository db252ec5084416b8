/*
 * commands.h - the rows of the table of commands, one per file cmd_*.c.
 */
#ifndef PLM_COMMANDS_H
#define PLM_COMMANDS_H

#include "command.h"

extern const plm_command plm_cmd_demo;
extern const plm_command plm_cmd_lesson;
extern const plm_command plm_cmd_run;
extern const plm_command plm_cmd_check;
extern const plm_command plm_cmd_report;
extern const plm_command plm_cmd_strategies;
extern const plm_command plm_cmd_new_strategy;
extern const plm_command plm_cmd_compare;
extern const plm_command plm_cmd_explain;
extern const plm_command plm_cmd_export;
extern const plm_command plm_cmd_verify;
extern const plm_command plm_cmd_margin;
extern const plm_command plm_cmd_rulebooks;
extern const plm_command plm_cmd_synth;
extern const plm_command plm_cmd_scenarios;
extern const plm_command plm_cmd_import;
extern const plm_command plm_cmd_tape_info;
extern const plm_command plm_cmd_tape_head;
extern const plm_command plm_cmd_tape_cat;
extern const plm_command plm_cmd_tape_verify;
extern const plm_command plm_cmd_tape_slice;
extern const plm_command plm_cmd_tape_merge;
extern const plm_command plm_cmd_tape_stats;
extern const plm_command plm_cmd_tape_diff;
extern const plm_command plm_cmd_version;
extern const plm_command plm_cmd_help;

#endif
