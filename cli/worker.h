/*
 * worker.h - runs a part of a command that calls plug-ins in a process of its own: a crash, a hang
 * or an exit() of a plug-in is noticed and told, with the callback and the event.
 *
 * The worker is forked before tapes, logs and plug-ins are opened. What it prints through
 * session->out, its status, its message and session->warned reach the caller as if there were no
 * second process.
 */
#ifndef PLM_WORKER_H
#define PLM_WORKER_H

#include "command.h"
#include "host.h"

#define PLM_WORKER_LIMIT_S 60u /* default of --callback-limit */

typedef struct plm_worker plm_worker;

/* Runs in the worker. `context` is the caller's memory as it was at the fork: what is written there
 * does not come back, unless it lies in memory of plm_worker_share. */
typedef plm_status (*plm_worker_job)(plm_session *session, plm_worker *worker, void *context,
                                     plm_diag *diag);

/*
 * Runs the job and waits for its end. A plug-in that dies, ends the process or makes no progress
 * for `limit_s` seconds of one callback (0: no limit): PLM_ERR_RUN and a sentence that names it.
 * Death outside of callbacks: PLM_ERR_BUG. Ctrl-C makes plm_worker_interrupted true; a second one
 * ends both processes.
 */
PLM_NODISCARD plm_status plm_worker_run(plm_session *session, plm_worker_job job, void *context,
                                        uint64_t limit_s, plm_diag *diag);

/* -- for the job */

/* Where callbacks are noted: for plm_run_create, plm_conform and plm_beat_enter. */
plm_beat *plm_worker_beat(plm_worker *worker);
/* Names for the sentence; before the first callback of that account. */
void plm_worker_name(plm_worker *worker, uint32_t account, const char *name, const char *plugin);
/* Whether the run should end now; instead of plm_interrupt_seen. */
bool plm_worker_interrupted(const plm_worker *worker);

/* -- memory that both processes see; zeroed; take it before plm_worker_run */

void *plm_worker_share(size_t size);
void plm_worker_unshare(void *memory, size_t size);

#endif
