/*
 * bad_crash.c - writes to nowhere.
 */
#define BAD_EVENT                                                                                  \
    if (me->events == 3) {                                                                         \
        volatile int *volatile nowhere = NULL;                                                     \
        *nowhere = 1;                                                                              \
    }

#include "bad_plugin.h"
