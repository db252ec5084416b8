/*
 * console.h - the ends of the program's pipes: results on stdout with every failure noticed, and
 * text that is safe to show.
 */
#ifndef PLM_CONSOLE_H
#define PLM_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

/*
 * Makes sure that descriptors 0, 1 and 2 are taken, so that no tape is ever opened as one of them,
 * and turns SIGPIPE into an error that is handled after temporaries are removed. Returns whether
 * a closed pipe would have ended the process: see plm_console_die_of_pipe.
 */
bool plm_console_prepare(void);

/* Ends the process as a closed pipe ends any filter. */
_Noreturn void plm_console_die_of_pipe(void);

typedef enum plm_colour { PLM_COLOUR_AUTO = 0, PLM_COLOUR_ALWAYS, PLM_COLOUR_NEVER } plm_colour;

/* Colour only on a terminal, not for TERM=dumb, not when NO_COLOR is set and not empty. */
bool plm_console_colours(plm_colour when, int fd);
/* A terminal on which a line can be drawn again. */
bool plm_console_redraws(int fd);

#define PLM_OUT_CAP (256u << 10)

/* Buffered output. The first failure is kept and everything after it is dropped. */
typedef struct plm_out {
    int fd;
    int error_number;
    size_t size;
    char *buffer;
} plm_out;

void plm_out_init(plm_out *out, int fd);
void plm_out_fini(plm_out *out); /* does not flush */
void plm_out_write(plm_out *out, const char *bytes, size_t size);
void plm_out_text(plm_out *out, const char *text);
void plm_out_printf(plm_out *out, const char *format, ...) PLM_PRINTF(2, 3);
/* Room for at least `size` bytes, size <= PLM_OUT_CAP; what was written there is then committed. */
char *plm_out_reserve(plm_out *out, size_t size);
void plm_out_commit(plm_out *out, size_t size);
PLM_NODISCARD plm_status plm_out_flush(plm_out *out, plm_diag *diag);

#define PLM_BOLD "\033[1m"
#define PLM_RED "\033[1;31m"
#define PLM_GREEN "\033[32m"
#define PLM_PLAIN "\033[0m"

/* "plimsoll: text" on stderr, red where there is colour. */
void plm_console_error(bool colour, const char *text);

/* Copies text with every byte that is not printable ASCII as \xNN; cut to cap. Returns out. */
char *plm_console_printable(const char *text, char *out, size_t cap);

#define PLM_SHOWN_CAP 512 /* for a name to be shown, in full for anything sensible */

#endif
