/*
 * bad_double_key.c - has a parameter twice.
 */
#define BAD_PARAM                                                                                  \
    {                                                                                              \
        .key = "twice", .type = PLM_PARAM_BOOL, .def = "true", .unit = "", .help = "Two of them."  \
    }
#define BAD_PARAMS BAD_PARAM, BAD_PARAM

#include "bad_plugin.h"
