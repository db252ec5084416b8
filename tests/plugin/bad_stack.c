/*
 * bad_stack.c - uses up its stack.
 */
#include <stdint.h>

static uint64_t deeper(volatile uint64_t level)
{
    volatile char room[4096];
    room[level % sizeof room] = (char)level;
    return level == UINT64_MAX ? 0 : deeper(level + 1) + (uint64_t)room[level % sizeof room];
}

#define BAD_EVENT                                                                                  \
    if (me->events == 3) {                                                                         \
        me->events = deeper(0);                                                                    \
    }

#include "bad_plugin.h"
