/*
 * make_tape_fixture.c - wrote the tapes of format version 1 in this folder and tape_v1.txt, which
 * says what is on them: make_tape_fixture FOLDER. Run it for a new version only, under new names:
 * what was released is never written again.
 */
#include "tape_scratch.h"

#define EXTREME_EVENTS 60u
#define CALM_EVENTS 60u
#define SOURCE "make_tape_fixture"
#define REPORT "{\"rows_read\": 120}"

/* Extreme values in 2000, then a calm market in 2025, on a row of every kind. */
static tape_sample make_sample(void)
{
    tape_sample all = tape_sample_make(SAMPLE_EXTREME, 1, EXTREME_EVENTS + CALM_EVENTS);
    tape_sample calm = tape_sample_make(SAMPLE_CALM, 1, CALM_EVENTS);
    memcpy(all.rows, calm.rows, all.row_count * sizeof *all.rows);
    memcpy(all.events + EXTREME_EVENTS, calm.events, CALM_EVENTS * sizeof *all.events);
    memcpy(all.recv + EXTREME_EVENTS, calm.recv, CALM_EVENTS * sizeof *all.recv);
    tape_sample_free(&calm);
    return all;
}

static void write_tape(const char *folder, const tape_sample *sample, plm_profile profile,
                       bool has_recv)
{
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/tape_v1_%s.tape", folder, plm_profile_name(profile));
    plm_tape_options const options = {.profile = profile,
                                      .has_recv = has_recv,
                                      .overwrite = true,
                                      .synthetic = true,
                                      .block_events = 16};
    plm_diag diag;
    plm_diag_init(&diag);
    plm_tape_writer *writer = NULL;
    assert_ok(plm_tape_create(path, &options, &diag, &writer), &diag);
    for (uint32_t i = 0; i < sample->row_count; i++) {
        assert_ok(plm_tape_add_instrument(writer, &sample->rows[i], &diag), &diag);
    }
    assert_ok(plm_tape_add_source(writer, SOURCE, &diag), &diag);
    assert_ok(plm_tape_set_report(writer, REPORT, &diag), &diag);
    assert_ok(plm_tape_append(writer, sample->events, has_recv ? sample->recv : NULL, sample->count,
                              &diag),
              &diag);
    assert_ok(plm_tape_finish(writer, &diag, NULL), &diag);
}

static void write_text(const char *folder, const tape_sample *sample)
{
    char line[PLM_INSTRUMENT_TEXT_CAP];
    uint8_t digest[PLM_DIGEST_SIZE];
    char hex[PLM_DIGEST_TEXT_CAP];
    (void)snprintf(line, sizeof line, "%s/tape_v1.txt", folder);
    FILE *const file = fopen(line, "w");
    assert_non_null(file);
    scratch_digest(sample, false, digest);
    plm_digest_text(digest, hex);
    (void)fprintf(file, "digest %s\n", hex);
    scratch_digest(sample, true, digest);
    plm_digest_text(digest, hex);
    (void)fprintf(file, "digest_recv %s\n", hex);
    (void)fprintf(file, "source %s\nreport %s\n", SOURCE, REPORT);
    for (uint32_t i = 0; i < sample->row_count; i++) {
        (void)plm_instrument_format(&sample->rows[i], line);
        (void)fprintf(file, "row %s\n", line);
    }
    for (uint32_t i = 0; i < sample->count; i++) {
        plm_event const *const e = &sample->events[i];
        (void)fprintf(file, "event %lld %lld %u %u %u %u %lld %lld\n", (long long)e->ts,
                      (long long)sample->recv[i], e->sym, e->kind, e->side, e->flags,
                      (long long)e->px, (long long)e->qty);
    }
    assert_int_equal(fclose(file), 0);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        (void)fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    tape_sample sample = make_sample();
    write_tape(argv[1], &sample, PLM_PROFILE_FAST, false);
    write_tape(argv[1], &sample, PLM_PROFILE_DEFAULT, true);
    write_tape(argv[1], &sample, PLM_PROFILE_ARCHIVE, true);
    write_text(argv[1], &sample);
    tape_sample_free(&sample);
    return 0;
}
