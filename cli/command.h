/*
 * command.h - what a command is: one file cmd_*.c, one row. The row gives parsing, --help, and
 * (through `plimsoll help --json`) whatever else wants to know the commands.
 */
#ifndef PLM_COMMAND_H
#define PLM_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console.h"
#include "plimsoll.h"
#include "status.h"
#include "tape_read.h"

typedef enum plm_option_type {
    PLM_OPTION_NONE = 0,
    PLM_OPTION_FLAG,  /* no value */
    PLM_OPTION_TEXT,  /* any text */
    PLM_OPTION_LIST,  /* any text, may be given several times */
    PLM_OPTION_WORD,  /* one of `words` */
    PLM_OPTION_COUNT, /* a whole number in [min, max] */
    PLM_OPTION_TIME   /* see timetext.h */
} plm_option_type;

typedef struct plm_option {
    const char *name; /* long name without the dashes */
    char letter;      /* short name, 0 = none */
    bool required;
    bool alone; /* a flag that asks for something else: with it, nothing is required */
    plm_option_type type;
    const char *value; /* the word for the value in the help; "" for flags */
    const char *help;
    const char *const *words; /* NULL-ended */
    uint64_t min, max;
} plm_option;

#define PLM_OPTIONS_MAX 24     /* of one command, the common ones included */
#define PLM_OPTION_LIST_MAX 64 /* values of one repeated option */

/* What was given for one option. Of an option that is given twice, the last one counts. */
typedef struct plm_value {
    const plm_option *option;
    const char *text; /* NULL = not given */
    uint64_t count;
    plm_ts ts;
    uint32_t list_count;
    const char *list[PLM_OPTION_LIST_MAX];
} plm_value;

/* What the operands of a command name, beside the files that `operands` speaks of. */
typedef enum plm_names {
    PLM_NAMES_NONE = 0,
    PLM_NAMES_COMMANDS,
    PLM_NAMES_STRATEGIES,
    PLM_NAMES_RULEBOOKS,
    PLM_NAMES_SCENARIOS
} plm_names;

typedef struct plm_session plm_session;

typedef struct plm_command {
    const char *name; /* two words make a group: "tape info" */
    const char *summary;
    const char *operands; /* for the usage line: "FILE..." */
    uint32_t operand_min, operand_max;
    plm_names names;      /* for completion */
    const char *examples; /* lines that end with a newline */
    const char *text;     /* one paragraph that says what one must know */
    const plm_option *options;
    size_t option_count;
    /* An answer that is a failure by design (diff: differences) sets session->warned. */
    plm_status (*run)(plm_session *session, plm_diag *diag);
} plm_command;

#define PLM_OPERANDS_ANY UINT32_MAX

struct plm_session {
    const plm_command *const *commands; /* the whole table, NULL-ended */
    const plm_command *command;
    plm_value value[PLM_OPTIONS_MAX];
    uint32_t value_count;
    uint32_t operand_count;
    const char *const *operand;
    plm_out out; /* results; everything else goes to stderr */
    bool json, quiet, help;
    bool colour_out, colour_err;
    bool warned; /* done, but with something to tell: exit code 1 */
};

/* Given or not. An option that the command does not have is a bug. */
bool plm_session_flag(const plm_session *session, const char *name);
/* The text of an option; NULL when not given. */
const char *plm_session_text(const plm_session *session, const char *name);
uint64_t plm_session_count(const plm_session *session, const char *name, uint64_t fallback);
plm_ts plm_session_time(const plm_session *session, const char *name, plm_ts fallback);
const plm_value *plm_session_value(const plm_session *session, const char *name);

/* A remark on stderr, with the program's name in front; nothing under -q. */
void plm_session_note(const plm_session *session, const char *format, ...) PLM_PRINTF(2, 3);

/* The options --from and --to. */
#define PLM_INTERVAL_OPTIONS                                                                       \
    {.name = "from",                                                                               \
     .type = PLM_OPTION_TIME,                                                                      \
     .value = "TIME",                                                                              \
     .help = "first time that is taken, UTC: 2025-10-10T21:15"},                                   \
    {                                                                                              \
        .name = "to", .type = PLM_OPTION_TIME, .value = "TIME",                                    \
        .help = "first time that is not taken any more"                                            \
    }

/* Their values as a half-open interval; refuses an empty one. */
PLM_NODISCARD plm_status plm_session_interval(const plm_session *session, plm_diag *diag,
                                              plm_ts *out_from, plm_ts *out_until);

/* Opens the operand of that number as a tape. */
PLM_NODISCARD plm_status plm_session_tape(const plm_session *session, uint32_t number,
                                          plm_diag *diag, plm_tape **out);

#endif
