/*
 * good.c - the strategy of bad_plugin.h as it is: what must pass.
 */

#include "bad_plugin.h"
