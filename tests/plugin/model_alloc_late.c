/*
 * model_alloc_late.c - takes memory when it is asked.
 */
#define BAD_ASSESS (void)me->host->alloc(me->host, 8, 8);

#include "model_plugin.h"
