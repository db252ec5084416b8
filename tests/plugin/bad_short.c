/*
 * bad_short.c - has a descriptor that is too short.
 */
#define BAD_DESCRIPTOR_SIZE 8

#include "bad_plugin.h"
