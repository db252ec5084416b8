/*
 * conform.h - does a shared object keep the contract of plimsoll.h? Every strategy in it is put
 * through its life on a small hostile market, alone, twice and side by side with itself; every
 * margin model answers for pools that are calm and for others that nobody expects.
 *
 * A strategy that runs on one machine and not on another, or that hears the future through a shared
 * variable, ruins every comparison; the checks are about that. They run plug-in code, which may
 * crash or hang: call this in a worker process.
 */
#ifndef PLM_CONFORM_H
#define PLM_CONFORM_H

#include "host.h"
#include "load.h"

#define PLM_CONFORM_CHECKS_MAX 256u
#define PLM_CONFORM_TEXT_CAP 256

typedef struct plm_conform_check {
    char strategy[32]; /* id, of a margin model, too; "": the check is about the whole file */
    char name[24];
    bool ok;
    char text[PLM_CONFORM_TEXT_CAP]; /* one sentence: what was proved, or what was found instead */
} plm_conform_check;

/* Flat, so that it may lie in memory that a parent process reads after a crash. */
typedef struct plm_conform_report {
    volatile uint32_t count;
    volatile uint32_t failed;
    plm_conform_check check[PLM_CONFORM_CHECKS_MAX];
} plm_conform_report;

/*
 * Fills the report, check by check; a strategy's checks end at its first failure. Parameters have
 * their defaults. Those that must be given get the smallest value, `false`, the first choice, an
 * empty text or file, and instruments one after the other. A strategy that needs parameters or
 * several instruments may refuse these with a message of its own; its callbacks are then not tried,
 * and the report says so.
 *
 * Fails (PLM_ERR_INPUT, PLM_ERR_IO) only when the file is no shared object that can be read: what a
 * plug-in does wrong is in the report.
 */
PLM_NODISCARD plm_status plm_conform(const char *path, plm_beat *beat, plm_diag *diag,
                                     plm_conform_report *report);

#endif
