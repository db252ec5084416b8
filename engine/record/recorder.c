/*
 * recorder.c - records wait in a buffer until it is full: the last one is still being filled in
 * when the next is asked for. Digest and sinks are the scribe's until it has finished.
 */
#include "recorder.h"

#include <stdatomic.h>
#include <string.h>

#include "check.h"
#include "memory.h"
#include "scribe.h"

#define COUNT_SIZE 8u

/* The digest is made of bytes: no record may have any that nobody sets. */
PLM_STATIC_ASSERT(sizeof(plm_record_request) == 72, "no padding");
PLM_STATIC_ASSERT(sizeof(plm_record_order) == 48, "no padding");
PLM_STATIC_ASSERT(sizeof(plm_record_fill) == 96, "no padding");
PLM_STATIC_ASSERT(sizeof(plm_record_position) == 48, "no padding");
PLM_STATIC_ASSERT(sizeof(plm_record_posting) == 48, "no padding");
PLM_STATIC_ASSERT(sizeof(plm_record_funding) == 56, "no padding");
PLM_STATIC_ASSERT(sizeof(plm_record_settled) == 48, "no padding");
PLM_STATIC_ASSERT(sizeof(plm_record_sample) == 40, "no padding");
PLM_STATIC_ASSERT(sizeof(plm_record_price) == 16, "no padding");

struct plm_recorder {
    plm_record *buffer; /* the scribe's, in hand */
    uint32_t used;
    uint64_t count;
    plm_scribe *scribe;
    /* the scribe's while it writes */
    plm_digest *digest;
    uint32_t sink_count;
    plm_sink *sinks[PLM_SINKS_MAX];
    plm_diag diag;
    atomic_int failed; /* of the first sink that failed; nothing goes to sinks any more */
};

static void write_records(void *context, const plm_record *record, uint32_t count)
{
    plm_recorder *const recorder = context;
    plm_digest_add(recorder->digest, record, count * sizeof *record);
    for (uint32_t i = 0; i < recorder->sink_count && recorder->failed == PLM_OK; i++) {
        plm_sink *const sink = recorder->sinks[i];
        recorder->failed = sink->write(sink, record, count, &recorder->diag);
    }
}

plm_recorder *plm_recorder_create(void)
{
    plm_recorder *const recorder = plm_alloc(1, sizeof *recorder);
    recorder->scribe = plm_scribe_create(write_records, recorder);
    recorder->buffer = plm_scribe_buffer(recorder->scribe);
    recorder->digest = plm_digest_create();
    plm_diag_init(&recorder->diag);
    return recorder;
}

void plm_recorder_destroy(plm_recorder *recorder)
{
    if (recorder == NULL) {
        return;
    }
    plm_scribe_destroy(recorder->scribe);
    plm_digest_destroy(recorder->digest);
    plm_free(recorder);
}

void plm_recorder_attach(plm_recorder *recorder, plm_sink *sink)
{
    plm_assert(recorder->sink_count < PLM_SINKS_MAX);
    plm_assert(recorder->count == 0);
    recorder->sinks[recorder->sink_count++] = sink;
}

void plm_recorder_flush(plm_recorder *recorder)
{
    recorder->buffer = plm_scribe_finish(recorder->scribe, recorder->used);
    recorder->used = 0;
}

plm_record *plm_recorder_next(plm_recorder *recorder, plm_ts ts, uint64_t event, uint32_t account,
                              plm_record_kind kind)
{
    if (recorder->used == PLM_SCRIBE_RECORDS) {
        recorder->buffer = plm_scribe_pass(recorder->scribe, recorder->used);
        recorder->used = 0;
    }
    plm_record *const record = &recorder->buffer[recorder->used++];
    memset(record, 0, sizeof *record);
    record->ts = ts;
    record->seq = ++recorder->count;
    record->event = event;
    record->account = account;
    record->kind = (uint8_t)kind;
    return record;
}

uint64_t plm_recorder_count(const plm_recorder *recorder)
{
    return recorder->count;
}

plm_status plm_recorder_check(plm_recorder *recorder, plm_diag *diag)
{
    plm_status const failed = (plm_status)recorder->failed; /* then diag was written before */
    return failed == PLM_OK ? PLM_OK : plm_fail(diag, failed, "%s", recorder->diag.text);
}

static void add_trailer(plm_recorder *recorder, const uint8_t tape_digest[PLM_DIGEST_SIZE])
{
    uint8_t count[COUNT_SIZE];
    for (unsigned i = 0; i < COUNT_SIZE; i++) {
        count[i] = (uint8_t)(recorder->count >> 8 * i);
    }
    plm_digest_add(recorder->digest, tape_digest, PLM_DIGEST_SIZE);
    plm_digest_add(recorder->digest, count, sizeof count);
}

plm_status plm_recorder_finish(plm_recorder *recorder, const uint8_t tape_digest[PLM_DIGEST_SIZE],
                               plm_diag *diag, uint8_t out[PLM_DIGEST_SIZE])
{
    plm_recorder_flush(recorder);
    PLM_TRY(plm_recorder_check(recorder, diag));
    add_trailer(recorder, tape_digest);
    uint8_t digest[PLM_DIGEST_SIZE];
    plm_digest_finish(recorder->digest, digest);
    for (uint32_t i = 0; i < recorder->sink_count; i++) {
        PLM_TRY(recorder->sinks[i]->finish(recorder->sinks[i], digest, diag));
    }
    memcpy(out, digest, sizeof digest);
    return PLM_OK;
}
