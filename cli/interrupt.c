/*
 * interrupt.c - Ctrl-C, kill and a closed terminal: leave at once, or, while a temporary file is
 * about, at the next batch.
 */
#include "interrupt.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "status.h"

/* The one mutable global of the program: a signal handler has no other place to write to. */
static volatile sig_atomic_t seen = 0;

static void leave(int number)
{
    (void)number;
    static const char text[] = "\nplimsoll: interrupted\n";
    const ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
    (void)ignored;
    _exit(-PLM_ERR_INTERRUPTED);
}

static void note(int number)
{
    (void)number;
    seen = 1;
}

static void stop(int number)
{
    (void)number;
    _exit(-PLM_ERR_BUG);
}

static void install(void (*handler)(int), int flags)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction old;
        struct sigaction action;
        memset(&action, 0, sizeof action);
        action.sa_handler = handler;
        action.sa_flags = flags;
        (void)sigemptyset(&action.sa_mask);
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN) {
            (void)sigaction(numbers[i], &action, NULL);
        }
    }
}

void plm_interrupt_prepare(void)
{
    install(leave, 0);
    (void)signal(SIGABRT, stop);
}

void plm_interrupt_defer(void)
{
    install(note, (int)SA_RESETHAND);
}

bool plm_interrupt_seen(void)
{
    return seen != 0;
}
