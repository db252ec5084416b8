/*
 * bad_quick_exit.c - ends the process with _exit(0).
 */
#include <unistd.h>

#define BAD_EVENT                                                                                  \
    if (me->events == 3) {                                                                         \
        _exit(0);                                                                                  \
    }

#include "bad_plugin.h"
