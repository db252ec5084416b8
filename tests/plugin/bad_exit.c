/*
 * bad_exit.c - ends the process with exit(0).
 */
#include <stdlib.h>

#define BAD_EVENT                                                                                  \
    if (me->events == 3) {                                                                         \
        exit(0);                                                                                   \
    }

#include "bad_plugin.h"
