/*
 * bad_abort.c - aborts.
 */
#include <stdlib.h>

#define BAD_EVENT                                                                                  \
    if (me->events == 3) {                                                                         \
        abort();                                                                                   \
    }

#include "bad_plugin.h"
