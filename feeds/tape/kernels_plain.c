/*
 * kernels_plain.c - the codec loops for every machine: the plain twin of kernels_avx2.c.
 */
#define PLM_KERNELS plm_kernels_plain
#define PLM_KERNELS_NAME "plain"
#include "kernels_body.h"
