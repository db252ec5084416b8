/*
 * model_crash.c - writes where nothing is, at the tenth pool.
 */
#define BAD_ASSESS                                                                                 \
    static volatile uintptr_t nowhere = 8;                                                         \
    if (++me->calls == 10) {                                                                       \
        *(volatile int *)nowhere = 1;                                                              \
    }

#include "model_plugin.h"
