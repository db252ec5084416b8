/*
 * test_outfile.c - promises of outfile.h:
 * - the name appears with the whole content at commit and not before; the temporary file is gone
 *   afterwards, after an abort, and after a failed commit;
 * - an existing file is kept without `overwrite`, also one that came into being meanwhile;
 * - what is not a regular file, and a folder that is not there, are refused by name;
 * - temporary files that are left over are never touched;
 * - a write that fails is told, and no commit after it gives the file its name.
 */
#include "plm_test.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "outfile.h"
#include "tape_scratch.h"

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

static plm_outfile *begin(const char *text, bool overwrite)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_outfile *file = NULL;
    assert_ok(plm_outfile_create(input_path(&folder, "out"), overwrite, &diag, &file), &diag);
    assert_ok(plm_outfile_write(file, text, strlen(text), &diag), &diag);
    assert_int_equal(plm_outfile_size(file), strlen(text));
    return file;
}

static void check_content(const char *expected)
{
    size_t size = 0;
    uint8_t *const bytes = scratch_slurp(input_path(&folder, "out"), &size);
    assert_int_equal(size, strlen(expected));
    assert_memory_equal(bytes, expected, size);
    plm_free(bytes);
}

static void the_name_appears_with_the_whole_content(void **state)
{
    (void)state;
    plm_diag diag;
    plm_diag_init(&diag);
    plm_outfile *const file = begin("hello ", false);
    assert_ok(plm_outfile_write(file, "world", 5, &diag), &diag);
    assert_ok(plm_outfile_write(file, NULL, 0, &diag), &diag);
    assert_int_equal(plm_outfile_size(file), 11);
    assert_false(scratch_exists(input_path(&folder, "out")));
    assert_ok(plm_outfile_commit(file, &diag), &diag);
    check_content("hello world");
    assert_int_equal(scratch_count_files(&folder), 1);
}

static void an_abort_leaves_nothing(void **state)
{
    (void)state;
    plm_outfile_abort(begin("x", false));
    plm_outfile_abort(NULL);
    assert_int_equal(scratch_count_files(&folder), 0);
}

static void an_existing_file_is_kept_or_replaced_as_asked(void **state)
{
    (void)state;
    plm_diag diag;
    plm_diag_init(&diag);
    const char *const path = input_write(&folder, "out", "old", 3);
    plm_outfile *file = NULL;
    assert_int_equal(plm_outfile_create(path, false, &diag, &file), PLM_ERR_USAGE);
    assert_int_equal(scratch_count_files(&folder), 1);
    plm_diag_init(&diag);
    plm_outfile *const over = begin("new", true);
    check_content("old");
    assert_ok(plm_outfile_commit(over, &diag), &diag);
    check_content("new");
    assert_int_equal(scratch_count_files(&folder), 1);
}

static void a_file_that_came_into_being_meanwhile_is_kept(void **state)
{
    (void)state;
    plm_diag diag;
    plm_diag_init(&diag);
    plm_outfile *const file = begin("mine", false);
    (void)input_write(&folder, "out", "theirs", 6);
    assert_int_equal(plm_outfile_commit(file, &diag), PLM_ERR_USAGE);
    check_content("theirs");
    assert_int_equal(scratch_count_files(&folder), 1);
}

static void what_is_no_regular_file_is_refused_even_to_overwrite(void **state)
{
    (void)state;
    plm_diag diag;
    plm_outfile *file = NULL;
    plm_diag_init(&diag);
    assert_int_equal(plm_outfile_create(folder.path, true, &diag, &file), PLM_ERR_USAGE);
    plm_diag_init(&diag);
    assert_int_equal(plm_outfile_create("/dev/null", true, &diag, &file), PLM_ERR_USAGE);
    plm_diag_init(&diag);
    char target[2 * INPUT_PATH_CAP];
    (void)snprintf(target, sizeof target, "%s", input_write(&folder, "target", "precious", 8));
    const char *const link_path = input_path(&folder, "link");
    assert_int_equal(symlink(target, link_path), 0);
    assert_int_equal(plm_outfile_create(link_path, true, &diag, &file), PLM_ERR_USAGE);
    plm_diag_init(&diag);
    assert_int_equal(plm_outfile_create("", true, &diag, &file), PLM_ERR_USAGE);
    plm_diag_init(&diag);
    assert_int_equal(plm_outfile_create(input_path(&folder, "no/out"), true, &diag, &file),
                     PLM_ERR_IO);
    assert_non_null(strstr(diag.text, "no/out"));
    assert_null(file);
}

static void a_temporary_file_that_is_left_over_stays(void **state)
{
    (void)state;
    plm_diag diag;
    plm_diag_init(&diag);
    (void)input_write(&folder, "out.tmp", "somebody's", 10);
    plm_outfile *const file = begin("mine", false);
    assert_ok(plm_outfile_commit(file, &diag), &diag);
    check_content("mine");
    size_t size = 0;
    plm_free(scratch_slurp(input_path(&folder, "out.tmp"), &size));
    assert_int_equal(size, 10);
    assert_int_equal(scratch_count_files(&folder), 2);
}

static void a_file_that_was_not_written_whole_gets_no_name(void **state)
{
    (void)state;
    plm_diag diag;
    plm_diag_init(&diag);
    plm_outfile *const file = begin("x", false);
    struct rlimit was;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    struct rlimit const small = {.rlim_cur = 1000, .rlim_max = was.rlim_max};
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    static uint8_t const bytes[2000];
    plm_status const failed = plm_outfile_write(file, bytes, sizeof bytes, &diag);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    (void)signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(failed, PLM_ERR_IO);
    assert_non_null(strstr(diag.text, "/out: write failed"));
    plm_diag_init(&diag);
    assert_ok(plm_outfile_write(file, bytes, sizeof bytes, &diag), &diag); /* room again */
    assert_int_equal(plm_outfile_commit(file, &diag), PLM_ERR_IO);
    assert_int_equal(scratch_count_files(&folder), 0);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(the_name_appears_with_the_whole_content),
        IN_FOLDER(an_abort_leaves_nothing),
        IN_FOLDER(an_existing_file_is_kept_or_replaced_as_asked),
        IN_FOLDER(a_file_that_came_into_being_meanwhile_is_kept),
        IN_FOLDER(what_is_no_regular_file_is_refused_even_to_overwrite),
        IN_FOLDER(a_temporary_file_that_is_left_over_stays),
        IN_FOLDER(a_file_that_was_not_written_whole_gets_no_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
