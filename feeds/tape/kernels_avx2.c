/*
 * kernels_avx2.c - the codec loops with AVX2; the build compiles this file alone with -mavx2
 * -mbmi2. Only plm_kernels_pick hands them out, after asking the machine.
 */
#if defined(__x86_64__)
#define PLM_KERNELS plm_kernels_avx2
#define PLM_KERNELS_NAME "avx2"
#include "kernels_body.h"
#endif
