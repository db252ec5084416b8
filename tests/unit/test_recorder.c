/*
 * test_recorder.c - promises of recorder.h:
 * - records come out numbered, in order, all else zero, to every sink;
 * - the digest is that of the records, the tape's digest and the count; it needs no sink;
 * - flushing does not change it, and writes all;
 * - a slow sink gets everything all the same;
 * - the failure of a sink is kept and ends the run.
 *
 * Sinks are called by another thread: what they see is looked at when it has finished.
 */
#include "plm_test.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "memory.h"
#include "recorder.h"

#define MANY 6000u /* buffers go round more than once */

typedef struct catcher {
    plm_sink sink;
    uint64_t count, fail_after;
    bool disordered, slow;
    plm_digest *digest;
    uint8_t finished[PLM_DIGEST_SIZE];
} catcher;

static plm_status catch_records(plm_sink *sink, const plm_record *records, size_t count,
                                plm_diag *diag)
{
    catcher *const self = sink->impl;
    for (size_t i = 0; i < count; i++) {
        self->disordered = self->disordered || records[i].seq != ++self->count ||
                           records[i].event != 2 * records[i].seq;
        plm_digest_add(self->digest, &records[i], sizeof records[i]);
    }
    if (self->slow) {
        (void)nanosleep(&(struct timespec){.tv_nsec = 3000000}, NULL);
    }
    return self->count > self->fail_after ? plm_fail(diag, PLM_ERR_IO, "the disk is full") : PLM_OK;
}

static plm_status catch_end(plm_sink *sink, const uint8_t digest[32], plm_diag *diag)
{
    (void)diag;
    catcher *const self = sink->impl;
    memcpy(self->finished, digest, PLM_DIGEST_SIZE);
    return PLM_OK;
}

static void catcher_init(catcher *self, uint64_t fail_after)
{
    memset(self, 0, sizeof *self);
    self->sink = (plm_sink){.impl = self, .write = catch_records, .finish = catch_end};
    self->fail_after = fail_after;
    self->digest = plm_digest_create();
}

static const uint8_t TAPE[PLM_DIGEST_SIZE] = {1, 2, 3};

static void write_many(plm_recorder *recorder, uint32_t flush_each)
{
    for (uint32_t i = 1; i <= MANY; i++) {
        plm_record *const record = plm_recorder_next(recorder, i, 2 * i, 0, PLM_RECORD_NOTE);
        plm_record const expected = {.ts = i, .seq = i, .event = 2 * i, .kind = PLM_RECORD_NOTE};
        assert_memory_equal(record, &expected, sizeof expected);
        record->u.note[5] = 'x';
        if (i % flush_each == 0) {
            plm_recorder_flush(recorder);
        }
    }
    assert_true(plm_recorder_count(recorder) == MANY);
}

static void the_digest_is_that_of_records_tape_and_count(void **state)
{
    (void)state;
    uint8_t expected[PLM_DIGEST_SIZE];
    for (uint32_t turn = 0; turn < 3; turn++) {
        catcher first;
        catcher second;
        catcher_init(&first, UINT64_MAX);
        catcher_init(&second, UINT64_MAX);
        second.slow = true;
        plm_recorder *const recorder = plm_recorder_create();
        if (turn > 0) {
            plm_recorder_attach(recorder, &first.sink);
            plm_recorder_attach(recorder, &second.sink);
        }
        write_many(recorder, turn == 2 ? 7 : MANY + 1);
        plm_diag diag;
        plm_diag_init(&diag);
        uint8_t digest[PLM_DIGEST_SIZE];
        assert_ok(plm_recorder_check(recorder, &diag), &diag);
        assert_ok(plm_recorder_finish(recorder, TAPE, &diag, digest), &diag);
        if (turn == 1) {
            uint8_t const count[8] = {MANY & 255, MANY >> 8}; /* little-endian */
            assert_true(first.count == MANY && second.count == MANY);
            assert_false(first.disordered || second.disordered);
            plm_digest_add(first.digest, TAPE, sizeof TAPE);
            plm_digest_add(first.digest, count, sizeof count);
            plm_digest_finish(first.digest, expected);
            assert_memory_equal(digest, expected, sizeof digest);
            assert_memory_equal(second.finished, expected, sizeof digest);
        } else if (turn == 0) {
            memcpy(expected, digest, sizeof digest);
        }
        assert_memory_equal(digest, expected, sizeof digest);
        plm_recorder_destroy(recorder);
        plm_digest_destroy(first.digest);
        plm_digest_destroy(second.digest);
    }
}

static void the_failure_of_a_sink_is_kept(void **state)
{
    (void)state;
    catcher sink;
    catcher_init(&sink, 1000);
    plm_recorder *const recorder = plm_recorder_create();
    plm_recorder_attach(recorder, &sink.sink);
    write_many(recorder, MANY + 1);
    plm_recorder_flush(recorder);
    assert_true(sink.count == 1024); /* it was not asked again */
    for (int i = 0; i < 2; i++) {
        plm_diag diag;
        plm_diag_init(&diag);
        assert_int_equal(plm_recorder_check(recorder, &diag), PLM_ERR_IO);
        assert_string_equal(diag.text, "the disk is full");
    }
    plm_diag diag;
    plm_diag_init(&diag);
    uint8_t digest[PLM_DIGEST_SIZE] = {9};
    assert_int_equal(plm_recorder_finish(recorder, TAPE, &diag, digest), PLM_ERR_IO);
    assert_int_equal(digest[0], 9);
    plm_recorder_destroy(recorder);
    plm_digest_destroy(sink.digest);
}

/* Of few records, which no thread writes, and of many. */
static void what_is_flushed_is_written(void **state)
{
    (void)state;
    for (uint32_t turn = 0; turn < 2; turn++) {
        catcher sink;
        catcher_init(&sink, UINT64_MAX);
        plm_recorder *const recorder = plm_recorder_create();
        plm_recorder_attach(recorder, &sink.sink);
        uint32_t const count = turn == 0 ? 3 : MANY;
        for (uint32_t i = 1; i <= count; i++) {
            (void)plm_recorder_next(recorder, i, 2 * i, 0, PLM_RECORD_NOTE);
        }
        plm_recorder_flush(recorder);
        assert_true(sink.count == count);
        plm_recorder_flush(recorder); /* nothing is left */
        assert_true(sink.count == count && !sink.disordered);
        plm_recorder_destroy(recorder);
        plm_digest_destroy(sink.digest);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_digest_is_that_of_records_tape_and_count),
        cmocka_unit_test(the_failure_of_a_sink_is_kept),
        cmocka_unit_test(what_is_flushed_is_written),
    };
    return cmocka_run_group_tests_name("recorder", tests, NULL, NULL);
}
