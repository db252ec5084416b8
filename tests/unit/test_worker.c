/*
 * test_worker.c - promises of worker.h:
 * - a job's status, message, warning and output reach the caller as if there were one process;
 * - what a job prints itself goes to standard error, also without a flush;
 * - death, exit and stillness inside a callback name the strategy, its account, the callback and
 * the event; outside of callbacks they are ours;
 * - an interrupt reaches the job as a wish, and does not end it;
 * - shared memory keeps what a worker wrote before it died.
 */
#include "plm_test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "worker.h"

typedef plm_status (*part)(plm_session *session, plm_worker *worker, uint32_t *shared,
                           plm_diag *diag);

typedef struct assignment {
    part body;
    uint32_t *shared;
} assignment;

static plm_status job(plm_session *session, plm_worker *worker, void *memory, plm_diag *diag)
{
    (void)signal(SIGSEGV, SIG_DFL); /* cmocka would go on with the next test, in the worker */
    const assignment *const given = memory;
    return given->body(session, worker, given->shared, diag);
}

typedef struct result {
    plm_status status;
    plm_diag diag;
    bool warned;
    char out[256];
    uint32_t shared;
} result;

static result run_limited(part body, uint64_t limit_s)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assignment given = {.body = body, .shared = plm_worker_share(sizeof(uint32_t))};
    plm_session session = {.quiet = true};
    plm_out_init(&session.out, ends[1]);
    plm_out_text(&session.out, "before;");
    result found = {0};
    plm_diag_init(&found.diag);
    found.status = plm_worker_run(&session, job, &given, limit_s, &found.diag);
    found.warned = session.warned;
    plm_out_text(&session.out, "after");
    plm_diag ignored;
    plm_diag_init(&ignored);
    assert_ok(plm_out_flush(&session.out, &ignored), &ignored);
    plm_out_fini(&session.out);
    assert_int_equal(close(ends[1]), 0);
    assert_true(read(ends[0], found.out, sizeof found.out - 1) > 0);
    assert_int_equal(close(ends[0]), 0);
    found.shared = *given.shared;
    plm_worker_unshare(given.shared, sizeof(uint32_t));
    return found;
}

static result run(part body)
{
    return run_limited(body, 0);
}

/* The worker stands in on_event of event 81223 at 2026-01-01T00:00:00.5Z. */
static void enter_event(plm_worker *worker)
{
    plm_worker_name(worker, 1, "mine", "trend");
    plm_beat *const beat = plm_worker_beat(worker);
    plm_beat_enter(beat, 1, PLM_CALLBACK_ON_EVENT, "other");
    beat->event = 81223;
    beat->ts = INT64_C(1767225600500000000);
}

/* -- jobs ------------------------------------------------------------------------------------ */

static plm_status succeed(plm_session *session, plm_worker *worker, uint32_t *shared,
                          plm_diag *diag)
{
    (void)worker;
    (void)diag;
    plm_out_text(&session->out, "inside;");
    session->warned = true;
    *shared = 7;
    return PLM_END;
}

/* As a plug-in may: without a flush, on the standard output of both. */
static plm_status chatter(plm_session *session, plm_worker *worker, uint32_t *shared,
                          plm_diag *diag)
{
    (void)worker;
    (void)shared;
    (void)diag;
    plm_out_text(&session->out, "ours;");
    return printf("# chatter\n") > 0 ? PLM_OK : PLM_ERR_BUG;
}

static plm_status refuse(plm_session *session, plm_worker *worker, uint32_t *shared, plm_diag *diag)
{
    (void)session;
    (void)worker;
    (void)shared;
    return plm_fail(diag, PLM_ERR_INPUT, "x.tape: is no tape");
}

static plm_status crash(plm_session *session, plm_worker *worker, uint32_t *shared, plm_diag *diag)
{
    (void)session;
    (void)diag;
    *shared = 9;
    enter_event(worker);
    (void)raise(SIGSEGV);
    return PLM_OK;
}

static plm_status leave_quietly(plm_session *session, plm_worker *worker, uint32_t *shared,
                                plm_diag *diag)
{
    (void)session;
    (void)shared;
    (void)diag;
    plm_beat_enter(plm_worker_beat(worker), 1, PLM_CALLBACK_INIT, "trend");
    _exit(0);
}

static plm_status stand_still(plm_session *session, plm_worker *worker, uint32_t *shared,
                              plm_diag *diag)
{
    (void)session;
    (void)shared;
    (void)diag;
    enter_event(worker);
    while (!plm_worker_interrupted(worker)) {
        (void)pause();
    }
    return PLM_OK;
}

static plm_status load_and_abort(plm_session *session, plm_worker *worker, uint32_t *shared,
                                 plm_diag *diag)
{
    (void)session;
    (void)shared;
    (void)diag;
    plm_beat_enter(plm_worker_beat(worker), UINT32_MAX, PLM_CALLBACK_LOAD, "some/where/x.so");
    abort();
}

static plm_status abort_outside(plm_session *session, plm_worker *worker, uint32_t *shared,
                                plm_diag *diag)
{
    (void)session;
    (void)shared;
    (void)diag;
    enter_event(worker);
    plm_beat_leave(plm_worker_beat(worker));
    abort();
}

/* As Ctrl-C does: both processes get the signal. */
static plm_status be_interrupted(plm_session *session, plm_worker *worker, uint32_t *shared,
                                 plm_diag *diag)
{
    (void)session;
    assert_false(plm_worker_interrupted(worker));
    (void)kill(getpid(), SIGINT);
    (void)kill(getppid(), SIGINT);
    while (!plm_worker_interrupted(worker)) {
        const struct timespec moment = {.tv_nsec = 1000000};
        (void)nanosleep(&moment, NULL);
    }
    *shared = 3;
    return plm_fail(diag, PLM_ERR_INTERRUPTED, "interrupted");
}

/* -- tests ----------------------------------------------------------------------------------- */

static void a_job_ends_as_if_there_were_one_process(void **state)
{
    (void)state;
    result const good = run(succeed);
    assert_int_equal(good.status, PLM_END);
    assert_true(good.warned);
    assert_int_equal(good.shared, 7);
    assert_string_equal(good.out, "before;inside;after"); /* each once */
    result const bad = run(refuse);
    assert_int_equal(bad.status, PLM_ERR_INPUT);
    assert_int_equal(bad.diag.code, PLM_ERR_INPUT);
    assert_string_equal(bad.diag.text, "x.tape: is no tape");
    assert_false(bad.warned);
}

static void what_a_job_prints_goes_to_standard_error(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    int const before = dup(STDERR_FILENO);
    assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    result const found = run(chatter);
    assert_int_equal(dup2(before, STDERR_FILENO), STDERR_FILENO);
    assert_int_equal(close(ends[1]), 0);
    char said[64] = "";
    assert_int_equal(read(ends[0], said, sizeof said - 1), 10);
    assert_string_equal(said, "# chatter\n");
    assert_string_equal(found.out, "before;ours;after");
    assert_int_equal(close(before), 0);
    assert_int_equal(close(ends[0]), 0);
}

static void the_end_inside_a_callback_is_the_plug_ins(void **state)
{
    (void)state;
    result const dead = run(crash);
    assert_int_equal(dead.status, PLM_ERR_RUN);
    assert_string_equal(dead.diag.text, "strategy 'trend' of account 'mine' (on_event, event "
                                        "81223, 2026-01-01T00:00:00.500Z) crashed: SIGSEGV");
    assert_int_equal(dead.shared, 9);
    assert_string_equal(dead.out, "before;after");
    result const gone = run(leave_quietly);
    assert_int_equal(gone.status, PLM_ERR_RUN);
    assert_string_equal(gone.diag.text, "strategy 'trend' (init) ended the process (exit code 0)");
    result const unloaded = run(load_and_abort);
    assert_int_equal(unloaded.status, PLM_ERR_RUN);
    assert_string_equal(unloaded.diag.text, "plug-in 'x.so' crashed: SIGABRT while it was loaded");
}

static void stillness_inside_a_callback_is_ended(void **state)
{
    (void)state;
    result const still = run_limited(stand_still, 1);
    assert_int_equal(still.status, PLM_ERR_RUN);
    assert_non_null(strstr(still.diag.text, ") made no progress for 1 s (--callback-limit)"));
}

static void the_end_outside_of_callbacks_is_ours(void **state)
{
    (void)state;
    result const dead = run(abort_outside);
    assert_int_equal(dead.status, PLM_ERR_BUG);
    assert_string_equal(dead.diag.text, "plimsoll itself has crashed (SIGABRT): please report it");
}

static void an_interrupt_is_a_wish(void **state)
{
    (void)state;
    result const ended = run(be_interrupted);
    assert_int_equal(ended.status, PLM_ERR_INTERRUPTED);
    assert_string_equal(ended.diag.text, "interrupted");
    assert_int_equal(ended.shared, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_ends_as_if_there_were_one_process),
        cmocka_unit_test(what_a_job_prints_goes_to_standard_error),
        cmocka_unit_test(the_end_inside_a_callback_is_the_plug_ins),
        cmocka_unit_test(stillness_inside_a_callback_is_ended),
        cmocka_unit_test(the_end_outside_of_callbacks_is_ours),
        cmocka_unit_test(an_interrupt_is_a_wish), /* last: the process stays interrupted */
    };
    return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
