/*
 * text_sink.h - the log as text (docs/log.md), through a function that takes bytes.
 */
#ifndef PLM_TEXT_SINK_H
#define PLM_TEXT_SINK_H

#include "plm_record.h"

typedef plm_status (*plm_text_write)(void *target, const char *text, size_t size, plm_diag *diag);

/* Names are borrowed. The sink does not own the target. */
plm_sink *plm_text_sink_create(const plm_log_names *names, plm_text_write write, void *target);

/* Words of the log; never NULL. */
const char *plm_reason_word(unsigned reason);
const char *plm_state_word(unsigned state);
const char *plm_cause_word(unsigned cause);

#endif
