/*
 * model_writes.c - writes into what it was given.
 */
#define BAD_ASSESS ((plm_margin_asset *)(uintptr_t)input->asset)->balance.hi = 0;

#include "model_plugin.h"
