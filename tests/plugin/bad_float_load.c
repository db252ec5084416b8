/*
 * bad_float_load.c - has a constructor that flushes small numbers to zero, as -Ofast builds have.
 */
#include <stdint.h>

__attribute__((constructor)) static void spoil(void)
{
#if defined(__x86_64__)
    __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | UINT32_C(0x8040));
#endif
}

#include "bad_plugin.h"
