/*
 * model_init.c - refuses to begin.
 */
#define BAD_INIT return me->host->fail(me->host, "the tide is wrong");

#include "model_plugin.h"
