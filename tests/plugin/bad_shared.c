/*
 * bad_shared.c - keeps its count where all instances see it; alone nobody notices.
 */
#include <stdint.h>

static uint64_t shared;

#define BAD_ACTIVATE shared = 0;
#define BAD_EVENT                                                                                  \
    shared++;                                                                                      \
    if (shared % 1000 == 1) {                                                                      \
        submit(me);                                                                                \
    }

#include "bad_plugin.h"
