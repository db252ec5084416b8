/*
 * bad_layout.c - was built with structs of other sizes.
 */
#define BAD_ABI                                                                                    \
    {                                                                                              \
        PLM_ABI_MAJOR, PLM_ABI_MINOR, 0x12345678                                                   \
    }

#include "bad_plugin.h"
