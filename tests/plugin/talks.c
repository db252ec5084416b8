/*
 * talks.c - prints, and does not flush: what it says must not get between results.
 */
#include <stdio.h>

#define BAD_EVENT                                                                                  \
    if (me->events == 3) {                                                                         \
        (void)printf("three trades\n");                                                            \
    }

#include "bad_plugin.h"
