/*
 * status.h - how a function says that the outside world failed.
 *
 * Three failures are never mixed: a bug asserts (check.h), the outside world returns a plm_status
 * with one message, the market speaks in events. A message names the place, what was found and what
 * is allowed. Functions that can fail take a plm_diag last-but-outputs; the first failure is kept.
 * Outputs are untouched on failure.
 */
#ifndef PLM_STATUS_H
#define PLM_STATUS_H

#include <stdint.h>

#define PLM_NODISCARD __attribute__((warn_unused_result))
#define PLM_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

typedef enum plm_status {
    PLM_OK = 0,
    PLM_END = 1,        /* an outcome, not a failure: a stream has no more */
    PLM_ERR_USAGE = -2, /* command line or configuration; the number is minus the exit code */
    PLM_ERR_INPUT = -3, /* input refused */
    PLM_ERR_RUN = -4,
    PLM_ERR_IO = -5, /* disk or I/O, memory included */
    PLM_ERR_BUG = -6,
    PLM_ERR_INTERRUPTED = -7
} plm_status;

#define PLM_DIAG_CAP 1024

typedef struct plm_diag {
    plm_status code;
    char text[PLM_DIAG_CAP]; /* printable; bytes that are not are shown as \xNN */
} plm_diag;

void plm_diag_init(plm_diag *diag);

/* Records a failure and returns its code, so that callers write `return plm_fail(...)`. A later one
 * is dropped. */
PLM_NODISCARD plm_status plm_fail(plm_diag *diag, plm_status code, const char *format, ...)
    PLM_PRINTF(3, 4);

/* The same with ": " and the text of `error_number` (an errno) at the end; the code is PLM_ERR_IO.
 */
PLM_NODISCARD plm_status plm_fail_errno(plm_diag *diag, int error_number, const char *format, ...)
    PLM_PRINTF(3, 4);

/* Passes a failure on. */
#define PLM_TRY(expr)                                                                              \
    do {                                                                                           \
        plm_status const plm_try_status_ = (expr);                                                 \
        if (plm_try_status_ < 0) {                                                                 \
            return plm_try_status_;                                                                \
        }                                                                                          \
    } while (0)

#endif
