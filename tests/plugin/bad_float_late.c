/*
 * bad_float_late.c - changes the rounding of floating point in activate.
 */
#if defined(__x86_64__)
#define BAD_ACTIVATE __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | UINT32_C(0x6000));
#endif

#include "bad_plugin.h"
