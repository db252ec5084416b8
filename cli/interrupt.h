/*
 * interrupt.h - Ctrl-C, kill and a closed terminal: leave at once, or, while a temporary file is
 * about, at the next batch.
 */
#ifndef PLM_INTERRUPT_H
#define PLM_INTERRUPT_H

#include <stdbool.h>

/* From here on such a signal says so and ends the process with exit code 7. Signals that the caller
 * ignores (nohup) stay ignored. A failed assertion ends the process with exit code 6. */
void plm_interrupt_prepare(void);

/* From here on the first one only makes plm_interrupt_seen true; the second one ends the process.
 */
void plm_interrupt_defer(void);
bool plm_interrupt_seen(void);

#endif
