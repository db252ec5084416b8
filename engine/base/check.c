/*
 * check.c - the end of a process that has found a bug in itself.
 */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

void plm_assert_failed(const char *expression, const char *file, int line)
{
    (void)fprintf(stderr, "plimsoll: bug: %s at %s:%d\n", expression, file, line);
    abort();
}
