/*
 * model_float.c - flushes denormals.
 */
#define BAD_ASSESS __builtin_ia32_ldmxcsr(0x9fc0);

#include "model_plugin.h"
