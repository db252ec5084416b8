/*
 * last_act.h - watches from outside how a process ends: for what ends it on purpose.
 */
#ifndef PLM_LAST_ACT_H
#define PLM_LAST_ACT_H

#include "plm_test.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs `last_act` in a child, returns its wait status and what it wrote to stderr. */
static inline int plm_test_last_act(void (*last_act)(void), char *out_text, size_t room)
{
    int ends[2];
    (void)fflush(NULL); /* or the child would write it once more */
    assert_int_equal(pipe(ends), 0);
    pid_t const child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)signal(SIGABRT, SIG_DFL);
        (void)dup2(ends[1], STDERR_FILENO);
        (void)close(ends[0]);
        last_act();
        _exit(0);
    }
    (void)close(ends[1]);
    size_t used = 0;
    ssize_t got;
    while ((got = read(ends[0], out_text + used, room - 1 - used)) > 0) {
        used += (size_t)got;
    }
    out_text[used] = '\0';
    (void)close(ends[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

#endif
