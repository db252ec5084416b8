/*
 * worker.c - runs a part of a command that calls plug-ins in a process of its own. The parent keeps
 * nothing but a page of shared memory: where the worker is, how it ended, and the wish to end it.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, which every system has and POSIX does not name */

#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "interrupt.h"
#include "memory.h"
#include "timetext.h"

#define NAMES_MAX 4096u
#define TICK_NS 100000000 /* how often the parent looks */

typedef struct account_names {
    char account[64];
    char plugin[32];
} account_names;

struct plm_worker {
    plm_beat beat;
    volatile uint32_t interrupted; /* written by the parent alone */
    volatile uint32_t finished;    /* the last word of the worker: what follows is complete */
    plm_status status;
    plm_diag diag;
    bool warned;
    int out_error;
    account_names names[NAMES_MAX];
};

/* -- memory ---------------------------------------------------------------------------------- */

static void *map_shared(size_t size)
{
    void *const memory =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void *plm_worker_share(size_t size)
{
    void *const memory = map_shared(size);
    if (memory == NULL) {
        plm_out_of_memory(1, size);
    }
    return memory;
}

void plm_worker_unshare(void *memory, size_t size)
{
    (void)munmap(memory, size);
}

/* -- the worker's side ----------------------------------------------------------------------- */

plm_beat *plm_worker_beat(plm_worker *worker)
{
    return &worker->beat;
}

void plm_worker_name(plm_worker *worker, uint32_t account, const char *name, const char *plugin)
{
    if (account < NAMES_MAX) {
        account_names *const names = &worker->names[account];
        (void)snprintf(names->account, sizeof names->account, "%s", name);
        (void)snprintf(names->plugin, sizeof names->plugin, "%s", plugin);
    }
}

bool plm_worker_interrupted(const plm_worker *worker)
{
    return worker->interrupted != 0;
}

/* Interrupts come through the shared page, so that none arrives in the middle of a plug-in; the
 * end of the parent ends the worker. A failed assertion is a death like any other. */
static void become_worker(pid_t parent, const sigset_t *mask)
{
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN); /* a write that is too long says so itself */
    (void)signal(SIGABRT, SIG_DFL);
    (void)sigprocmask(SIG_SETMASK, mask, NULL);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(-PLM_ERR_INTERRUPTED);
    }
}

/* What plug-ins print is not part of our results: it goes where remarks go. */
static plm_status part_outputs(plm_session *session, plm_diag *diag)
{
    session->out.fd = fcntl(session->out.fd, F_DUPFD_CLOEXEC, 3);
    if (session->out.fd < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
        return plm_fail_errno(diag, errno, "standard output");
    }
    return PLM_OK;
}

static _Noreturn void work(plm_session *session, plm_worker *worker, plm_worker_job job,
                           void *context)
{
    plm_diag_init(&worker->diag);
    plm_status status = part_outputs(session, &worker->diag);
    if (status >= 0) {
        status = job(session, worker, context, &worker->diag);
    }
    (void)fflush(NULL); /* what plug-ins have printed: _exit drops it */
    plm_status const flushed = plm_out_flush(&session->out, &worker->diag);
    worker->status = status >= 0 && flushed < 0 ? flushed : status;
    worker->warned = session->warned;
    worker->out_error = session->out.error_number;
    worker->finished = 1;
    _exit(0);
}

/* -- the parent's side ----------------------------------------------------------------------- */

static bool in_callback(const plm_beat *beat)
{
    return beat->account != UINT32_MAX || beat->callback == PLM_CALLBACK_LOAD ||
           beat->callback == PLM_CALLBACK_MODEL;
}

/* Time without progress, counted in looks: time in which both processes sleep does not count. */
typedef struct stillness {
    uint64_t count;
    uint64_t looks;
} stillness;

static bool is_stalled(const plm_beat *beat, uint64_t limit_s, stillness *since)
{
    uint64_t const count = beat->count + beat->event;
    if (limit_s == 0 || count != since->count || !in_callback(beat)) {
        since->count = count;
        since->looks = 0;
        return false;
    }
    since->looks++;
    return since->looks * TICK_NS / 1000000000 >= limit_s;
}

/* Waits for the end; true: it came from here, for want of progress. */
static bool supervise(pid_t child, plm_worker *worker, uint64_t limit_s, const sigset_t *ended,
                      int *out_status)
{
    stillness since = {0, 0};
    const struct timespec tick = {.tv_sec = 0, .tv_nsec = TICK_NS};
    for (;;) {
        /* Its answer does not matter: a child that ended, a signal, or the time. */
        bool const timed_out = sigtimedwait(ended, NULL, &tick) < 0 && errno == EAGAIN;
        if (waitpid(child, out_status, WNOHANG) == child) {
            return false;
        }
        if (plm_interrupt_seen()) {
            worker->interrupted = 1;
        }
        if (timed_out && is_stalled(&worker->beat, limit_s, &since)) {
            (void)kill(child, SIGKILL);
            (void)waitpid(child, out_status, 0);
            return true;
        }
    }
}

static const char *signal_name(int number, char out[24])
{
    static const struct {
        int number;
        const char *name;
    } names[] = {
        {SIGSEGV, "SIGSEGV"}, {SIGBUS, "SIGBUS"},   {SIGFPE, "SIGFPE"},
        {SIGILL, "SIGILL"},   {SIGABRT, "SIGABRT"}, {SIGKILL, "SIGKILL"},
        {SIGTRAP, "SIGTRAP"}, {SIGSYS, "SIGSYS"},   {SIGXCPU, "SIGXCPU"},
    };
    (void)snprintf(out, 24, "signal %d", number);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].number == number) {
            (void)snprintf(out, 24, "%s", names[i].name);
        }
    }
    return out;
}

/* "strategy 'trend' of account 'a' (on_event, event 81223, 2026-01-01T00:00:00Z) WHAT" */
static plm_status blame_plugin(const plm_worker *worker, const char *what, plm_diag *diag)
{
    const plm_beat *const beat = &worker->beat;
    uint32_t const callback = beat->callback;
    if (callback == PLM_CALLBACK_LOAD) {
        return plm_fail(diag, PLM_ERR_RUN, "plug-in '%.31s' %s while it was loaded", beat->plugin,
                        what);
    }
    if (callback == PLM_CALLBACK_MODEL) {
        return plm_fail(diag, PLM_ERR_RUN, "margin model '%.31s' %s", beat->plugin, what);
    }
    bool const hot = callback == PLM_CALLBACK_ON_EVENT || callback == PLM_CALLBACK_ON_REPORT;
    static const account_names unknown = {"", ""};
    uint32_t const account = beat->account;
    const account_names *const names = account < NAMES_MAX ? &worker->names[account] : &unknown;
    bool const named = names->account[0] != '\0';
    char place[PLM_TIME_TEXT_CAP + 40] = "";
    if (hot) {
        char time[PLM_TIME_TEXT_CAP];
        (void)plm_time_format(beat->ts, time);
        (void)snprintf(place, sizeof place, ", event %llu, %s", (unsigned long long)beat->event,
                       time);
    }
    return plm_fail(diag, PLM_ERR_RUN, "strategy '%.31s'%s%.63s%s (%s%s) %s",
                    hot && named ? names->plugin : beat->plugin, named ? " of account '" : "",
                    names->account, named ? "'" : "", plm_callback_word(callback), place, what);
}

static plm_status explain_death(const plm_worker *worker, int status, plm_diag *diag)
{
    char what[64];
    char name[24];
    bool const signalled = WIFSIGNALED(status);
    int const number = signalled ? WTERMSIG(status) : WEXITSTATUS(status);
    if (signalled && number == SIGKILL) {
        return plm_fail(diag, PLM_ERR_RUN, "the run was killed (SIGKILL), perhaps for its memory");
    }
    /* Whoever asked for it: where the run was then says nothing, as a thread of its own writes. */
    if (!signalled && number == -PLM_ERR_IO) {
        return plm_fail(diag, PLM_ERR_IO, "the run ended for want of memory (exit code %d)",
                        number);
    }
    if (in_callback(&worker->beat)) {
        if (signalled) {
            (void)snprintf(what, sizeof what, "crashed: %s", signal_name(number, name));
        } else {
            (void)snprintf(what, sizeof what, "ended the process (exit code %d)", number);
        }
        return blame_plugin(worker, what, diag);
    }
    (void)snprintf(what, sizeof what, "exit code %d", number);
    return plm_fail(diag, PLM_ERR_BUG, "plimsoll itself has crashed (%s): please report it",
                    signalled ? signal_name(number, name) : what);
}

static plm_status conclude(plm_session *session, const plm_worker *worker, plm_diag *diag)
{
    session->warned = worker->warned;
    if (worker->out_error != 0) {
        session->out.error_number = worker->out_error;
    }
    return worker->status < 0 ? plm_fail(diag, worker->status, "%s", worker->diag.text)
                              : worker->status;
}

static plm_status run_shared(plm_session *session, plm_worker *worker, plm_worker_job job,
                             void *context, uint64_t limit_s, plm_diag *diag)
{
    /* Nothing may be written twice: buffers are empty when there are two of them. */
    PLM_TRY(plm_out_flush(&session->out, diag));
    (void)fflush(NULL);
    sigset_t ended, before;
    (void)sigemptyset(&ended);
    (void)sigaddset(&ended, SIGCHLD);
    (void)signal(SIGCHLD, SIG_DFL);
    (void)sigprocmask(SIG_BLOCK, &ended, &before);
    plm_interrupt_defer();
    pid_t const parent = getpid();
    pid_t const child = fork();
    if (child < 0) {
        int const reason = errno;
        (void)sigprocmask(SIG_SETMASK, &before, NULL);
        return plm_fail_errno(diag, reason, "a process for the plug-ins cannot be started");
    }
    if (child == 0) {
        become_worker(parent, &before);
        work(session, worker, job, context);
    }
    int status = 0;
    bool const stalled = supervise(child, worker, limit_s, &ended, &status);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    if (worker->finished != 0) {
        return conclude(session, worker, diag);
    }
    if (stalled) {
        char what[80];
        (void)snprintf(what, sizeof what, "made no progress for %llu s (--callback-limit)",
                       (unsigned long long)limit_s);
        return blame_plugin(worker, what, diag);
    }
    return explain_death(worker, status, diag);
}

plm_status plm_worker_run(plm_session *session, plm_worker_job job, void *context, uint64_t limit_s,
                          plm_diag *diag)
{
    plm_worker *const worker = plm_worker_share(sizeof *worker);
    worker->beat.account = UINT32_MAX;
    plm_status const status = run_shared(session, worker, job, context, limit_s, diag);
    plm_worker_unshare(worker, sizeof *worker);
    return status;
}
