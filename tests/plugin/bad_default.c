/*
 * bad_default.c - has a default outside of its range.
 */
#define BAD_PARAMS                                                                                 \
    {                                                                                              \
        .key = "size", .type = PLM_PARAM_DECIMAL, .scale = 2, .min = 100, .max = 200,              \
        .def = "3.5", .unit = "x", .help = "From 1 to 2."                                          \
    }

#include "bad_plugin.h"
