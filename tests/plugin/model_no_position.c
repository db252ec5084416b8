/*
 * model_no_position.c - closes a position that is not there.
 */
#define BAD_STEP                                                                                   \
    step.action = PLM_MARGIN_ACTION_CLOSE;                                                         \
    step.position = input->position_count;                                                         \
    step.qty = 1;

#include "model_plugin.h"
