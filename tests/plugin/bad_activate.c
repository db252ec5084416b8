/*
 * bad_activate.c - fails in activate, without a word.
 */
#define BAD_ACTIVATE return PLM_RESULT_ERROR;

#include "bad_plugin.h"
