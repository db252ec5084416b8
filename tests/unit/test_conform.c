/*
 * test_conform.c - promises of conform.h about files (tests/plugin tries the strategies):
 * - what is no shared object is refused, not reported;
 * - an object that was cut anywhere is refused or reported, and never read beyond its end;
 * - an object without plm_entry is reported.
 */
#include "plm_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conform.h"
#include "memory.h"

static plm_conform_report *try_file(const char *path, plm_status *out_status)
{
    plm_conform_report *const report = plm_alloc(1, sizeof *report);
    plm_beat beat = {.account = UINT32_MAX};
    plm_diag diag;
    plm_diag_init(&diag);
    *out_status = plm_conform(path, &beat, &diag, report);
    assert_true(*out_status == PLM_OK || diag.text[0] != '\0');
    assert_int_equal(beat.account, UINT32_MAX);
    return report;
}

static void what_is_no_shared_object_is_refused(void **state)
{
    (void)state;
    static const char *const paths[] = {"/dev/null", "/nowhere", "/proc/self/cmdline"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        plm_status status;
        plm_conform_report *const report = try_file(paths[i], &status);
        assert_true(status == PLM_ERR_INPUT || status == PLM_ERR_IO);
        assert_int_equal(report->count, 0);
        plm_free(report);
    }
}

/* This program is a position-independent object itself, and cannot be loaded as a library. */
static void an_object_without_an_entry_is_reported(void **state)
{
    (void)state;
    plm_status status;
    plm_conform_report *const report = try_file("/proc/self/exe", &status);
    assert_int_equal(status, PLM_OK);
    assert_true(report->failed >= 2);
    assert_string_equal(report->check[0].name, "exports");
    assert_non_null(strstr(report->check[0].text, "does not export plm_entry"));
    assert_string_equal(report->check[report->count - 1].name, "loading");
    assert_false(report->check[report->count - 1].ok);
    plm_free(report);
}

static void an_object_that_was_cut_is_never_read_beyond_its_end(void **state)
{
    (void)state;
    static char bytes[1 << 16];
    FILE *const exe = fopen("/proc/self/exe", "rb");
    assert_non_null(exe);
    size_t const size = fread(bytes, 1, sizeof bytes, exe);
    assert_int_equal(fclose(exe), 0);
    char path[] = "/tmp/plm_conform_XXXXXX";
    int const fd = mkstemp(path);
    assert_true(fd >= 0);
    for (size_t cut = 0; cut < size; cut = cut < 128 ? cut + 1 : cut * 2 + 1) {
        assert_int_equal(ftruncate(fd, 0), 0);
        assert_int_equal(pwrite(fd, bytes, cut, 0), cut);
        plm_status status;
        plm_free(try_file(path, &status));
        assert_true(status <= 0);
    }
    assert_int_equal(close(fd), 0);
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_shared_object_is_refused),
        cmocka_unit_test(an_object_without_an_entry_is_reported),
        cmocka_unit_test(an_object_that_was_cut_is_never_read_beyond_its_end),
    };
    return cmocka_run_group_tests_name("conform", tests, NULL, NULL);
}
