/*
 * bad_import.c - calls a function of the host as if it were a library.
 */
#include <stdint.h>

extern uint32_t plm_market_price(uint32_t sym);

#define BAD_EVENT me->events += plm_market_price(0);

#include "bad_plugin.h"
