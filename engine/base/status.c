/*
 * status.c - keeps the first failure, in printable characters.
 */
#include "status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "check.h"

void plm_diag_init(plm_diag *diag)
{
    diag->code = PLM_OK;
    diag->text[0] = '\0';
}

/* Foreign bytes in a message must not steer a terminal: what is not printable ASCII is escaped. */
static void copy_printable(const char *text, char out[PLM_DIAG_CAP])
{
    static const char hex[] = "0123456789abcdef";
    size_t used = 0;
    for (; *text != '\0' && used + 4 < PLM_DIAG_CAP; text++) {
        unsigned char const byte = (unsigned char)*text;
        if (byte >= 0x20 && byte < 0x7f) {
            out[used++] = (char)byte;
        } else {
            out[used++] = '\\';
            out[used++] = 'x';
            out[used++] = hex[byte >> 4];
            out[used++] = hex[byte & 15];
        }
    }
    out[used] = '\0';
}

static void PLM_PRINTF(3, 0) record(plm_diag *diag, plm_status code, const char *format,
                                    va_list arguments, const char *reason)
{
    plm_assert(code < 0);
    if (diag->code < 0) {
        return;
    }
    char raw[PLM_DIAG_CAP];
    int const length = vsnprintf(raw, sizeof raw, format, arguments);
    plm_assert(length >= 0);
    size_t const used = strlen(raw);
    if (reason != NULL) {
        (void)snprintf(raw + used, sizeof raw - used, ": %s", reason);
    }
    diag->code = code;
    copy_printable(raw, diag->text);
}

plm_status plm_fail(plm_diag *diag, plm_status code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    record(diag, code, format, arguments, NULL);
    va_end(arguments);
    return code;
}

plm_status plm_fail_errno(plm_diag *diag, int error_number, const char *format, ...)
{
    char reason[128];
    if (strerror_r(error_number, reason, sizeof reason) != 0) {
        (void)snprintf(reason, sizeof reason, "error %d", error_number);
    }
    va_list arguments;
    va_start(arguments, format);
    record(diag, PLM_ERR_IO, format, arguments, reason);
    va_end(arguments);
    return PLM_ERR_IO;
}
