/*
 * bad_submit_early.c - submits an order in init.
 */
#define BAD_INIT submit(me);

#include "bad_plugin.h"
