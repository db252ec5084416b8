/*
 * bad_export.c - shows a second symbol.
 */
#include <stdint.h>

__attribute__((visibility("default"))) extern const uint32_t another_symbol;
const uint32_t another_symbol = 1;

#include "bad_plugin.h"
