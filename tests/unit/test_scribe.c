/*
 * test_scribe.c - promises of scribe.h:
 * - every record is written once, in order, however many there are and however slow it is;
 * - after finish nothing is left to be written, and it can go on;
 * - few records need no thread;
 * - destroying it in the middle of its work is fine.
 *
 * What is written is written by another thread: it is looked at when that has finished.
 */
#include "plm_test.h"

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

#include "scribe.h"

typedef struct page {
    uint64_t written;
    bool disordered, slow, elsewhere; /* elsewhere: not by the thread that runs the test */
    pthread_t home;
} page;

static void write_page(void *context, const plm_record *record, uint32_t count)
{
    page *const self = context;
    self->elsewhere = self->elsewhere || pthread_equal(self->home, pthread_self()) == 0;
    for (uint32_t i = 0; i < count; i++) {
        self->disordered = self->disordered || record[i].seq != ++self->written;
    }
    if (self->slow) {
        (void)nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
}

/* As the recorder does; returns how many stand in the buffer in hand. */
static uint32_t fill(plm_scribe *scribe, uint64_t first, uint64_t count, plm_record **buffer)
{
    uint32_t used = 0;
    for (uint64_t i = 0; i < count; i++) {
        if (used == PLM_SCRIBE_RECORDS) {
            *buffer = plm_scribe_pass(scribe, used);
            used = 0;
        }
        (*buffer)[used++].seq = first + i;
    }
    return used;
}

static void all_is_written_once_and_in_order(void **state)
{
    (void)state;
    static const uint64_t counts[] = {0,    1,    PLM_SCRIBE_RECORDS, PLM_SCRIBE_RECORDS + 1, 2048,
                                      2049, 20000};
    for (size_t i = 0; i < 2 * sizeof counts / sizeof *counts; i++) {
        page self = {.home = pthread_self(), .slow = i % 2 != 0};
        plm_scribe *const scribe = plm_scribe_create(write_page, &self);
        plm_record *buffer = plm_scribe_buffer(scribe);
        uint64_t const count = counts[i / 2];
        uint32_t used = fill(scribe, 1, count, &buffer);
        buffer = plm_scribe_finish(scribe, used);
        assert_true(self.written == count);
        used = fill(scribe, count + 1, 700, &buffer); /* more than one buffer again */
        (void)plm_scribe_finish(scribe, used);
        (void)plm_scribe_finish(scribe, 0);
        assert_true(self.written == count + 700);
        assert_false(self.disordered);
        plm_scribe_destroy(scribe);
    }
}

static void few_records_need_no_thread(void **state)
{
    (void)state;
    page self = {.home = pthread_self()};
    plm_scribe *const scribe = plm_scribe_create(write_page, &self);
    plm_record *buffer = plm_scribe_buffer(scribe);
    uint32_t used = fill(scribe, 1, PLM_SCRIBE_RECORDS, &buffer);
    buffer = plm_scribe_finish(scribe, used);
    assert_false(self.elsewhere);
    used = fill(scribe, PLM_SCRIBE_RECORDS + 1, PLM_SCRIBE_RECORDS + 1, &buffer);
    (void)plm_scribe_finish(scribe, used);
    assert_true(self.elsewhere);
    plm_scribe_destroy(scribe);
}

static void it_can_go_at_any_time(void **state)
{
    (void)state;
    for (uint64_t count = 0; count < 4000; count += 300) {
        page self = {.home = pthread_self(), .slow = true};
        plm_scribe *const scribe = plm_scribe_create(write_page, &self);
        plm_record *buffer = plm_scribe_buffer(scribe);
        (void)fill(scribe, 1, count, &buffer);
        plm_scribe_destroy(scribe);
        assert_true(self.written <= count);
        assert_false(self.disordered);
    }
    plm_scribe_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_is_written_once_and_in_order),
        cmocka_unit_test(few_records_need_no_thread),
        cmocka_unit_test(it_can_go_at_any_time),
    };
    return cmocka_run_group_tests_name("scribe", tests, NULL, NULL);
}
