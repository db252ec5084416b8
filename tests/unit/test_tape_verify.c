/*
 * test_tape_verify.c - promises of plm_tape_verify:
 * - a good tape of any mood, profile, clock and block size is accepted;
 * - whatever the index says of a block and its events do not, is refused, however right the
 *   checksums are: each field of a zone, stamps, kinds, the continuation flag;
 * - events that are not well formed, go back in time or do not have the stored digest are refused.
 */
#include "plm_test.h"

#include <string.h>

#include "block_encode.h"
#include "tape_probe.h"
#include "tape_scratch.h"
#include "tape_surgery.h"

static input_folder folder;

static int set_up(void **state)
{
    (void)state;
    folder = input_folder_make();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    input_folder_remove(&folder);
    return 0;
}

static plm_status verify(const char *path, plm_diag *diag)
{
    plm_diag_init(diag);
    plm_tape *tape = NULL;
    PLM_TRY(plm_tape_open(path, diag, &tape));
    plm_status const status = plm_tape_verify(tape, diag);
    plm_tape_close(tape);
    return status;
}

static void good_tapes_are_accepted(void **state)
{
    (void)state;
    const char *const path = input_path(&folder, "a.tape");
    for (unsigned mood = 0; mood < SAMPLE_MOODS; mood++) {
        for (unsigned k = 0; k < 6; k++) {
            tape_sample sample = tape_sample_make((sample_mood)mood, k, k == 5 ? 0 : 1200);
            plm_tape_options const options = {.profile = (plm_profile)(1 + k % 3),
                                              .has_recv = k % 2 == 0,
                                              .overwrite = true,
                                              .block_events = k < 3 ? 0 : 100};
            (void)scratch_write(&sample, path, &options, 0);
            plm_diag diag;
            assert_ok(verify(path, &diag), &diag);
            tape_sample_free(&sample);
        }
    }
}

static tape_surgery *patient(tape_sample *sample, bool has_recv)
{
    const char *const path = input_path(&folder, "good.tape");
    plm_tape_options const options = {.profile = PLM_PROFILE_DEFAULT,
                                      .has_recv = has_recv,
                                      .overwrite = true,
                                      .block_events = 50};
    (void)scratch_write(sample, path, &options, 0);
    size_t size = 0;
    uint8_t *const bytes = scratch_slurp(path, &size);
    tape_surgery *const self = surgery_open(bytes, size);
    plm_buffer sewn = surgery_sew(self);
    assert_int_equal(sewn.size, size); /* nothing changed: the same bytes */
    assert_memory_equal(sewn.data, bytes, size);
    plm_buffer_free(&sewn);
    plm_free(bytes);
    return self;
}

static void check_refused(const tape_surgery *self, const char *words)
{
    plm_buffer sewn = surgery_sew(self);
    const char *const path = input_write(&folder, "bad.tape", sewn.data, sewn.size);
    plm_buffer_free(&sewn);
    plm_diag diag;
    assert_int_equal(verify(path, &diag), PLM_ERR_INPUT);
    if (strstr(diag.text, words) == NULL) {
        print_error("'%s' is not in '%s'\n", words, diag.text);
        fail();
    }
    assert_false(tape_probe(path, NULL)); /* refused in every other way, too, and for good */
}

#define DISAGREES "the index row does not agree with the events"

static void a_zone_that_lies_is_refused_in_every_field(void **state)
{
    (void)state;
    tape_sample sample = tape_sample_make(SAMPLE_EMPTY, 1, 120);
    sample.events[3].kind = PLM_EV_TRADE;
    sample.events[3].px = sample.events[3].qty = 5;
    tape_surgery *const self = patient(&sample, false);
    for (uint32_t i = 0; i < self->zone_count; i++) {
        plm_zone *const zone = &self->zones[i];
        plm_zone const good = *zone;
        zone->emptied = !good.emptied;
        check_refused(self, DISAGREES);
        *zone = good;
        zone->ends_empty = !good.ends_empty;
        check_refused(self, DISAGREES);
        *zone = good;
        zone->count++;
        check_refused(self, DISAGREES);
        *zone = good;
        zone->min--;
        check_refused(self, DISAGREES);
        *zone = good;
        zone->max++;
        check_refused(self, DISAGREES);
        *zone = good;
        zone->last_qty++;
        check_refused(self, DISAGREES);
        if (good.max > good.min) {
            *zone = good;
            zone->first = good.first == good.min ? good.max : good.min;
            check_refused(self, DISAGREES);
            *zone = good;
            zone->last = good.last == good.min ? good.max : good.min;
            check_refused(self, DISAGREES);
        }
        if (good.key == PLM_KEY_LAST) {
            *zone = good;
            zone->volume_low++;
            check_refused(self, DISAGREES);
            *zone = good;
            zone->volume_high++;
            check_refused(self, DISAGREES);
        }
        *zone = good;
    }
    surgery_close(self);
    tape_sample_free(&sample);
}

static void a_zone_that_is_missing_or_of_another_key_is_refused(void **state)
{
    (void)state;
    tape_sample sample = tape_sample_make(SAMPLE_CALM, 1, 40);
    tape_surgery *const self = patient(&sample, false);
    assert_int_equal(self->row_count, 1);
    uint32_t const last = self->rows[0].zone_count - 1;
    self->rows[0].zone_count--;
    check_refused(self, DISAGREES);
    self->rows[0].zone_count++;
    self->zones[last].key = self->zones[last].key == PLM_KEY_INDEX ? PLM_KEY_MARK : PLM_KEY_INDEX;
    check_refused(self, "");
    surgery_close(self);
    tape_sample_free(&sample);
}

static void a_row_that_lies_about_stamps_kinds_or_continuation_is_refused(void **state)
{
    (void)state;
    tape_sample sample = tape_sample_make(SAMPLE_CALM, 2, 120);
    tape_surgery *const self = patient(&sample, false);
    plm_index_row *const row = &self->rows[1];
    plm_index_row const good = *row;
    row->last_ts--;
    check_refused(self, "its times do not lead from its first to its last");
    *row = good;
    row->first_ts--;
    check_refused(self, "the head of the block is not valid");
    *row = good;
    row->continues = !good.continues;
    check_refused(self, DISAGREES);
    *row = good;
    uint64_t const kinds = self->trailer.pages[0].kinds;
    row->kinds |= UINT64_C(1) << 63;
    check_refused(self, "do not add up");
    self->trailer.pages[0].kinds |= row->kinds;
    check_refused(self, DISAGREES);
    self->trailer.pages[0].kinds = kinds;
    *row = good;
    self->footer.digest[31] ^= 1;
    check_refused(self, "digest");
    surgery_close(self);
    tape_sample_free(&sample);
}

/* Packs events that the writer would refuse: one block, made by hand. */
static void check_bad_events_refused(const tape_sample *sample, bool has_recv, const char *words)
{
    tape_sample good = tape_sample_make(SAMPLE_CALM, 3, 4);
    tape_surgery *const self = patient(&good, has_recv);
    plm_tape_options const options = {.profile = PLM_PROFILE_FAST};
    plm_block_encoder *const encoder = plm_block_encoder_create(&options);
    plm_diag diag;
    plm_diag_init(&diag);
    const plm_zone *zones = NULL;
    self->blocks.size = 0;
    assert_ok(plm_block_encode(encoder, sample->events, has_recv ? sample->recv : NULL,
                               sample->count, false, &diag, &self->blocks, &self->rows[0], &zones),
              &diag);
    memcpy(self->zones, zones, self->rows[0].zone_count * sizeof *zones);
    plm_page_entry *const page = &self->trailer.pages[0];
    page->events = self->footer.events = sample->count;
    page->first_ts = self->footer.first_ts = self->rows[0].first_ts;
    page->last_ts = self->footer.last_ts = self->rows[0].last_ts;
    page->kinds = self->rows[0].kinds;
    check_refused(self, words);
    plm_block_encoder_destroy(encoder);
    surgery_close(self);
    tape_sample_free(&good);
}

static void events_that_a_writer_would_refuse_are_refused_when_read(void **state)
{
    (void)state;
    tape_sample sample = tape_sample_make(SAMPLE_CALM, 3, 30);
    plm_event const good = sample.events[7];
    sample.events[7].ts += INT64_C(86400000000000);
    check_bad_events_refused(&sample, false, "its times do not lead from its first to its last");
    sample.events[7] = good;
    sample.events[7].px = -5;
    check_bad_events_refused(&sample, false, "a price or size is negative");
    sample.events[7] = good;
    sample.events[7].flags = 0x8000;
    check_bad_events_refused(&sample, false, "the dictionary of the block is not valid");
    sample.events[7] = (plm_event){.ts = good.ts, .qty = 1, .kind = PLM_EV_TRADE};
    check_bad_events_refused(&sample, false, "event 7: the price must be above 0");
    sample.events[7] = good;
    sample.recv[9] = PLM_TS_MAX;
    check_bad_events_refused(&sample, true, "event 9: its second stamp");
    check_bad_events_refused(&sample, false, "digest");
    tape_sample_free(&sample);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(good_tapes_are_accepted),
        IN_FOLDER(a_zone_that_lies_is_refused_in_every_field),
        IN_FOLDER(a_zone_that_is_missing_or_of_another_key_is_refused),
        IN_FOLDER(a_row_that_lies_about_stamps_kinds_or_continuation_is_refused),
        IN_FOLDER(events_that_a_writer_would_refuse_are_refused_when_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
