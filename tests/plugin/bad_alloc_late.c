/*
 * bad_alloc_late.c - allocates after set-up.
 */
#define BAD_EVENT                                                                                  \
    char *const late = me->host->alloc(me->host, 16, 16);                                          \
    late[0] = 1;

#include "bad_plugin.h"
