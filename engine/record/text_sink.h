/*
 * text_sink.h - the log as text (docs/log.md), through a function that takes bytes.
 */
#ifndef PLM_TEXT_SINK_H
#define PLM_TEXT_SINK_H

#include "record_words.h"

typedef plm_status (*plm_text_write)(void *target, const char *text, size_t size, plm_diag *diag);

/* Names are borrowed. The sink does not own the target. */
plm_sink *plm_text_sink_create(const plm_log_names *names, plm_text_write write, void *target);

#endif
