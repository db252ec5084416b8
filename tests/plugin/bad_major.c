/*
 * bad_major.c - is built for another version of the interface.
 */
#define BAD_ABI                                                                                    \
    {                                                                                              \
        PLM_ABI_MAJOR + 1, 0, PLM_ABI_LAYOUT                                                       \
    }

#include "bad_plugin.h"
