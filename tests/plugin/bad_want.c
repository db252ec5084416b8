/*
 * bad_want.c - replaces the pointer to the masks.
 */
#define BAD_ACTIVATE                                                                               \
    static uint64_t masks[4];                                                                      \
    subscription->want = masks;

#include "bad_plugin.h"
