/*
 * console.c - the ends of the program's pipes: results on stdout with every failure noticed, and
 * text that is safe to show.
 */
#include "console.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "interrupt.h"
#include "memory.h"

bool plm_console_prepare(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        /* Opened the wrong way round on purpose: using it fails with "Bad file descriptor". */
        if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd) {
            _exit(-PLM_ERR_IO);
        }
    }
    struct sigaction old;
    struct sigaction ignore;
    memset(&ignore, 0, sizeof ignore);
    ignore.sa_handler = SIG_IGN;
    if (sigaction(SIGPIPE, &ignore, &old) != 0) {
        return false;
    }
    return old.sa_handler == SIG_DFL;
}

_Noreturn void plm_console_die_of_pipe(void)
{
    (void)signal(SIGPIPE, SIG_DFL);
    (void)raise(SIGPIPE);
    _exit(-PLM_ERR_IO);
}

bool plm_console_redraws(int fd)
{
    const char *term = getenv("TERM");
    return isatty(fd) == 1 && term != NULL && strcmp(term, "dumb") != 0;
}

bool plm_console_colours(plm_colour when, int fd)
{
    if (when != PLM_COLOUR_AUTO) {
        return when == PLM_COLOUR_ALWAYS;
    }
    const char *no_color = getenv("NO_COLOR");
    return plm_console_redraws(fd) && (no_color == NULL || no_color[0] == '\0');
}

void plm_out_init(plm_out *out, int fd)
{
    *out = (plm_out){.fd = fd, .buffer = plm_alloc(PLM_OUT_CAP, 1)};
}

void plm_out_fini(plm_out *out)
{
    plm_free(out->buffer);
    out->buffer = NULL;
}

static void drain(plm_out *out)
{
    size_t done = 0;
    while (done < out->size && out->error_number == 0) {
        const ssize_t count = write(out->fd, out->buffer + done, out->size - done);
        if (count >= 0) {
            done += (size_t)count;
        } else if (errno != EINTR || plm_interrupt_seen()) {
            out->error_number = errno;
        }
    }
    out->size = 0;
}

char *plm_out_reserve(plm_out *out, size_t size)
{
    plm_assert(size <= PLM_OUT_CAP);
    if (PLM_OUT_CAP - out->size < size) {
        drain(out);
    }
    return out->buffer + out->size;
}

void plm_out_commit(plm_out *out, size_t size)
{
    plm_assert(size <= PLM_OUT_CAP - out->size);
    out->size += size;
}

void plm_out_write(plm_out *out, const char *bytes, size_t size)
{
    while (size > 0) {
        const size_t part = size < PLM_OUT_CAP ? size : PLM_OUT_CAP;
        memcpy(plm_out_reserve(out, part), bytes, part);
        plm_out_commit(out, part);
        bytes += part;
        size -= part;
    }
}

void plm_out_text(plm_out *out, const char *text)
{
    plm_out_write(out, text, strlen(text));
}

void plm_out_printf(plm_out *out, const char *format, ...)
{
    char line[4096];
    va_list args;
    va_start(args, format);
    const int size = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    plm_assert(size >= 0 && (size_t)size < sizeof line);
    plm_out_write(out, line, (size_t)size);
}

plm_status plm_out_flush(plm_out *out, plm_diag *diag)
{
    drain(out);
    if (out->error_number != 0) {
        return plm_fail_errno(diag, out->error_number, "standard output");
    }
    return PLM_OK;
}

void plm_console_error(bool colour, const char *text)
{
    (void)fprintf(stderr, "%splimsoll:%s %s\n", colour ? PLM_RED : "", colour ? PLM_PLAIN : "",
                  text);
}

char *plm_console_printable(const char *text, char *out, size_t cap)
{
    size_t at = 0;
    for (; *text != '\0'; text++) {
        const unsigned char byte = (unsigned char)*text;
        const bool plain = byte >= 0x20 && byte < 0x7f;
        if (cap - at <= (plain ? 1u : 4u)) {
            break;
        }
        if (plain) {
            out[at++] = (char)byte;
        } else {
            (void)snprintf(out + at, cap - at, "\\x%02x", byte);
            at += 4;
        }
    }
    out[at] = '\0';
    return out;
}
