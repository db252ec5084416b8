/*
 * bad_fail.c - calls fail in a callback, and then says that all is well.
 */
#define BAD_EVENT                                                                                  \
    if (me->events == 5) {                                                                         \
        (void)me->host->fail(me->host, "had enough");                                              \
        return PLM_RESULT_OK;                                                                      \
    }

#include "bad_plugin.h"
