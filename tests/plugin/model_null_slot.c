/*
 * model_null_slot.c - has no admit.
 */
#define BAD_ADMIT NULL

#include "model_plugin.h"
