/*
 * bad_clock.c - looks at a clock.
 */
#include <time.h>

#define BAD_EVENT me->events += time(NULL) == 0;

#include "bad_plugin.h"
