/*
 * bad_loop.c - never comes back.
 */
#define BAD_EVENT                                                                                  \
    for (volatile uint64_t round = 0; me->events == 3; round = round + 1) {                        \
    }

#include "bad_plugin.h"
