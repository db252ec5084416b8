/*
 * bad_init.c - fails in init, in its own words.
 */
#define BAD_INIT return me->host->fail(me->host, "the moon is wrong");

#include "bad_plugin.h"
