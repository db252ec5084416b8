/*
 * plugins.c - every plug-in of this folder is loaded, tried by `plm_conform` in a worker, and the
 * words that are said about it are the right ones:
 * - the good one passes all checks;
 * - each bad one is refused or reported, and what it did is named;
 * - a crash, a loop, an exit of a plug-in ends with a sentence, and never with the test.
 *
 * plugins FOLDER   where the modules are.
 */
#include "plm_test.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "conform.h"
#include "worker.h"

static const char *folder = ".";

typedef struct attempt {
    char path[1024];
    plm_conform_report *report; /* shared */
} attempt;

static plm_status try_in_worker(plm_session *session, plm_worker *worker, void *context,
                                plm_diag *diag)
{
    (void)session;
    attempt *const trial = context;
    (void)signal(SIGSEGV, SIG_DFL); /* cmocka would catch these, and go on with the next test */
    (void)signal(SIGBUS, SIG_DFL);
    (void)signal(SIGILL, SIG_DFL);
    return plm_conform(trial->path, plm_worker_beat(worker), diag, trial->report);
}

/* All that is said about a plug-in: the message, then the failed checks. */
static void say(const char *name, char *out, size_t cap)
{
    attempt trial;
    (void)snprintf(trial.path, sizeof trial.path, "%s/%s.so", folder, name);
    trial.report = plm_worker_share(sizeof *trial.report);
    plm_session session = {.quiet = true};
    plm_out_init(&session.out, 1);
    plm_diag diag;
    plm_diag_init(&diag);
    plm_status const status = plm_worker_run(&session, try_in_worker, &trial, 2, &diag);
    size_t used = (size_t)snprintf(out, cap, "%d %s\n", (int)status, diag.text);
    for (uint32_t i = 0; i < trial.report->count; i++) {
        const plm_conform_check *const check = &trial.report->check[i];
        if (!check->ok && used < cap) {
            used += (size_t)snprintf(out + used, cap - used, "%s: %s\n", check->name, check->text);
        }
    }
    plm_out_fini(&session.out);
    plm_worker_unshare(trial.report, sizeof *trial.report);
}

typedef struct expectation {
    const char *name;
    const char *words; /* "" : nothing is said */
} expectation;

static const expectation expectations[] = {
    {"good", "0 \n"},
    {"bad_major", "is built for version 2.0 of the plug-in interface, this plimsoll has 1.0"},
    {"bad_minor", "is built for version 1.1 of the plug-in interface, this plimsoll has 1.0"},
    {"bad_layout", "the layout word of its plug-in interface is 0x12345678, that of this"},
    {"bad_short", "a descriptor of 8 bytes"},
    {"bad_double_key", "strategy 'bad': parameter 'twice': stands twice in the table"},
    {"bad_default", "its default is refused: default:1:1: size: found '3.5'; allowed: from 1 to 2"},
    {"bad_no_entry", "exports no plm_entry (is PLM_EXPORT missing?)"},
    {"bad_null_slot", "(create): on_event of the strategy is NULL"},
    {"bad_init", "strategy 'bad' of account 'check' (init): the moon is wrong"},
    {"bad_activate", "strategy 'bad' of account 'check' (activate): failed (result -1)"},
    {"bad_fail", "(on_event, event "},
    {"bad_fail", "Z): had enough"},
    {"bad_alloc_late", "alloc may be called in init and activate only"},
    {"bad_submit_early", "(init): submit may be called in on_event and on_report only"},
    {"bad_want", "(activate): replaced the pointer `want`"},
#if defined(__x86_64__)
    {"bad_float_load", "loading it changed the modes of floating point (MXCSR 0x9fc0"},
    {"bad_float_late", "(activate): changed the modes of floating point (MXCSR 0x7f80"},
#endif
    {"bad_export", "exports: exports 'another_symbol' besides plm_entry"},
    {"bad_import", "imports: needs 'plm_market_price', which no host gives"},
    {"bad_import", "undefined symbol: plm_market_price"},
    {"bad_clock", "imports: calls 'time'"},
    {"bad_counter", "repeat: makes other requests a second time"},
    {"bad_shared", "side by side: two instances disturb one another"},
    {"model_good", "0 \n"},
    {"model_null_slot", "life: margin model 'tenth' (create): admit of the model is NULL"},
    {"model_init", "life: margin model 'tenth' (init): the tide is wrong"},
    {"model_alloc_late", "margin model 'tenth' (assess): alloc may be called in init only"},
    {"model_remembers", "life: answers the same question in two ways"},
    {"model_shared", "side by side: two instances disturb one another"},
    {"model_writes", "life: writes into its input"},
    {"model_no_position", "life: liquidate: the step is about a position that is not there"},
#if defined(__x86_64__)
    {"model_float", "(assess): changed the modes of floating point (MXCSR 0x9fc0, allowed 0x1f80)"},
#endif
};

static void every_plug_in_is_told_what_it_did(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof expectations / sizeof *expectations; i++) {
        char said[8192];
        say(expectations[i].name, said, sizeof said);
        bool const silent = strcmp(expectations[i].words, "0 \n") == 0;
        if (silent ? strcmp(said, "0 \n") != 0 : strstr(said, expectations[i].words) == NULL) {
            fail_msg("%s: '%s' does not say '%s'", expectations[i].name, said,
                     expectations[i].words);
        }
    }
}

/* A sanitizer may turn a fatal signal into an exit; either is told. */
static void the_end_of_a_worker_names_strategy_callback_and_event(void **state)
{
    (void)state;
    static const struct {
        const char *name, *words, *otherwise;
    } deaths[] = {
        {"bad_crash", ") crashed: SIG", ") ended the process (exit code "},
        {"bad_abort", ") crashed: SIGABRT", ") ended the process (exit code "},
        {"bad_stack", ") crashed: SIG", ") ended the process (exit code "},
        {"bad_loop", ") made no progress for 2 s", ""},
        {"bad_exit", ") ended the process (exit code 0)", ") ended the process (exit code "},
        {"model_crash", "model 'tenth' crashed: SIG", "model 'tenth' ended the process"},
        {"bad_quick_exit", ") ended the process (exit code 0)", ""},
    };
    for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++) {
        char said[8192];
        say(deaths[i].name, said, sizeof said);
        bool const model = strcmp(deaths[i].name, "model_crash") == 0;
        assert_non_null(strstr(said, model ? "-4 margin model 'tenth' "
                                           : "-4 strategy 'bad' (on_event, event "));
        if (strstr(said, deaths[i].words) == NULL &&
            (deaths[i].otherwise[0] == '\0' || strstr(said, deaths[i].otherwise) == NULL)) {
            fail_msg("%s: '%s' does not say '%s'", deaths[i].name, said, deaths[i].words);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        folder = argv[1];
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_plug_in_is_told_what_it_did),
        cmocka_unit_test(the_end_of_a_worker_names_strategy_callback_and_event),
    };
    return cmocka_run_group_tests_name("plugins", tests, NULL, NULL);
}
