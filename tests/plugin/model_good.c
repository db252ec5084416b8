/*
 * model_good.c - the model of model_plugin.h as it is: what must pass.
 */

#include "model_plugin.h"
