/*
 * bad_minor.c - wants more of the interface than there is.
 */
#define BAD_ABI                                                                                    \
    {                                                                                              \
        PLM_ABI_MAJOR, PLM_ABI_MINOR + 1, PLM_ABI_LAYOUT                                           \
    }

#include "bad_plugin.h"
