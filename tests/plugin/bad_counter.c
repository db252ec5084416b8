/*
 * bad_counter.c - counts in a variable of the process: a second run differs.
 */
#include <stdint.h>

static uint64_t counter;

#define BAD_EVENT                                                                                  \
    counter++;                                                                                     \
    if (counter % 997 == 1) {                                                                      \
        submit(me);                                                                                \
    }

#include "bad_plugin.h"
