/*
 * model_remembers.c - answers by how often it was asked.
 */
#define BAD_ASSESS held += (double)me->calls++;

#include "model_plugin.h"
