/*
 * bad_null_slot.c - has no on_event.
 */
#define BAD_ON_EVENT NULL

#include "bad_plugin.h"
