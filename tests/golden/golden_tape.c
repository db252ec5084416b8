/*
 * golden_tape.c - promise: tapes of every released format version are read as they were meant. A
 * text beside them says what is on them: digests, source, report, rows, and an event per line as
 * `event ts recv row kind side flags px qty`.
 */
#include "plm_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instrument_text.h"
#include "memory.h"
#include "tape_read.h"

#define EVENTS_MAX 1000u
#define ROWS_MAX 50u
#define LINE_CAP 1024

typedef struct golden {
    char digest[2][PLM_DIGEST_TEXT_CAP]; /* without and with the second clock */
    char source[LINE_CAP], report[LINE_CAP];
    char row[ROWS_MAX][LINE_CAP];
    plm_event event[EVENTS_MAX];
    plm_ts recv[EVENTS_MAX];
    uint32_t row_count, count;
} golden;

static golden expected;

static const char *golden_path(const char *name)
{
    static char path[LINE_CAP];
    const char *const root = getenv("PLIMSOLL_SOURCE");
    (void)snprintf(path, sizeof path, "%s/tests/golden/%s", root != NULL ? root : ".", name);
    return path;
}

static void read_event(const char *text)
{
    assert_true(expected.count < EVENTS_MAX);
    long long number[8];
    const char *at = text;
    for (unsigned i = 0; i < 8; i++) {
        char *end = NULL;
        number[i] = strtoll(at, &end, 10);
        assert_true(end != at);
        at = end;
    }
    assert_int_equal(*at, '\0');
    expected.event[expected.count] = (plm_event){.ts = number[0],
                                                 .px = number[6],
                                                 .qty = number[7],
                                                 .sym = (uint32_t)number[2],
                                                 .kind = (uint8_t)number[3],
                                                 .side = (uint8_t)number[4],
                                                 .flags = (uint16_t)number[5]};
    expected.recv[expected.count++] = number[1];
}

static void read_line(char *line)
{
    char *const blank = strchr(line, ' ');
    assert_non_null(blank);
    *blank = '\0';
    const char *const rest = blank + 1;
    if (strcmp(line, "event") == 0) {
        read_event(rest);
    } else if (strcmp(line, "row") == 0) {
        assert_true(expected.row_count < ROWS_MAX);
        (void)snprintf(expected.row[expected.row_count++], LINE_CAP, "%s", rest);
    } else if (strcmp(line, "source") == 0) {
        (void)snprintf(expected.source, LINE_CAP, "%s", rest);
    } else if (strcmp(line, "report") == 0) {
        (void)snprintf(expected.report, LINE_CAP, "%s", rest);
    } else {
        unsigned const clock = strcmp(line, "digest_recv") == 0;
        assert_true(clock == 1 || strcmp(line, "digest") == 0);
        (void)snprintf(expected.digest[clock], PLM_DIGEST_TEXT_CAP, "%s", rest);
    }
}

static void read_text(const char *name)
{
    expected = (golden){0};
    FILE *const file = fopen(golden_path(name), "r");
    assert_non_null(file);
    char line[LINE_CAP];
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        read_line(line);
    }
    (void)fclose(file);
    assert_true(expected.count > 0 && expected.row_count > 0);
}

static void check_events(plm_tape *tape, bool has_recv)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_stream *stream = NULL;
    assert_ok(plm_tape_stream(tape, 0, 0, &diag, &stream), &diag);
    plm_batch *const batch = plm_alloc(1, sizeof *batch);
    uint32_t at = 0;
    plm_status status = PLM_OK;
    while ((status = stream->next(stream, &diag, batch)) == PLM_OK) {
        assert_true(batch->count <= expected.count - at);
        assert_memory_equal(batch->event, expected.event + at, batch->count * sizeof(plm_event));
        if (has_recv) {
            assert_memory_equal(batch->recv, expected.recv + at, batch->count * sizeof(plm_ts));
        }
        at += batch->count;
    }
    assert_ok(status, &diag);
    assert_int_equal(at, expected.count);
    plm_free(batch);
    stream->destroy(stream);
}

static void check_tape(const char *name, plm_profile profile, bool has_recv)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_tape *tape = NULL;
    assert_ok(plm_tape_open(golden_path(name), &diag, &tape), &diag);
    plm_tape_info const *const info = plm_tape_get_info(tape);
    char digest[PLM_DIGEST_TEXT_CAP];
    plm_digest_text(info->digest, digest);
    assert_string_equal(digest, expected.digest[has_recv]);
    assert_true(info->profile == profile && info->has_recv == has_recv && info->synthetic);
    assert_int_equal(info->source_count, 1);
    assert_string_equal(info->sources[0], expected.source);
    assert_string_equal(info->report, expected.report);
    assert_int_equal(info->row_count, expected.row_count);
    for (uint32_t i = 0; i < info->row_count; i++) {
        char line[PLM_INSTRUMENT_TEXT_CAP];
        (void)plm_instrument_format(&info->rows[i], line);
        assert_string_equal(line, expected.row[i]);
    }
    check_events(tape, has_recv);
    assert_ok(plm_tape_verify(tape, &diag), &diag);
    plm_tape_close(tape);
}

static void tapes_of_version_1_are_read_as_they_were_meant(void **state)
{
    (void)state;
    read_text("tape_v1.txt");
    check_tape("tape_v1_fast.tape", PLM_PROFILE_FAST, false);
    check_tape("tape_v1_default.tape", PLM_PROFILE_DEFAULT, true);
    check_tape("tape_v1_archive.tape", PLM_PROFILE_ARCHIVE, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tapes_of_version_1_are_read_as_they_were_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
