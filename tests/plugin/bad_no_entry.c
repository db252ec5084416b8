/*
 * bad_no_entry.c - exports another symbol than plm_entry.
 */
#define BAD_NO_ENTRY

#include "bad_plugin.h"
