/*
 * model_shared.c - counts the calls of all instances together, by twos: one alone answers alike.
 */
#define BAD_ASSESS                                                                                 \
    static int64_t last, pools;                                                                    \
    pools += input->asset[0].balance.lo != (uint64_t)last;                                         \
    last = (int64_t)input->asset[0].balance.lo;                                                    \
    held += (double)pools;

#include "model_plugin.h"
