/*
 * recorder.h - takes records in the order in which things happen, numbers them, and hands them to
 * the digest and to the sinks, which a thread calls (scribe.h): nobody else may touch a sink that
 * is attached until the recorder is finished, flushed or destroyed.
 */
#ifndef PLM_RECORDER_H
#define PLM_RECORDER_H

#include "digest.h"
#include "plm_record.h"

#define PLM_SINKS_MAX 4u

typedef struct plm_recorder plm_recorder;

plm_recorder *plm_recorder_create(void);
void plm_recorder_destroy(plm_recorder *recorder); /* the sinks stay their owner's */
void plm_recorder_attach(plm_recorder *recorder, plm_sink *sink);

/* A zeroed record with its head filled in and numbered; to be completed before the next call. */
plm_record *plm_recorder_next(plm_recorder *recorder, plm_ts ts, uint64_t event, uint32_t account,
                              plm_record_kind kind);

uint64_t plm_recorder_count(const plm_recorder *recorder);

/* The first failure of a sink; asked between segments. */
PLM_NODISCARD plm_status plm_recorder_check(plm_recorder *recorder, plm_diag *diag);

/* Hands the sinks what they have not had yet, of a run that will not be finished; then they are
 * nobody's but their owner's. */
void plm_recorder_flush(plm_recorder *recorder);

/* Closes the log with its trailer (the tape's digest and the number of records, 8 bytes
 * little-endian), tells the sinks, and gives the digest. */
PLM_NODISCARD plm_status plm_recorder_finish(plm_recorder *recorder,
                                             const uint8_t tape_digest[PLM_DIGEST_SIZE],
                                             plm_diag *diag, uint8_t out[PLM_DIGEST_SIZE]);

#endif
