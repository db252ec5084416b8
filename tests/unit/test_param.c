/*
 * test_param.c - promises of param.h:
 * - every type is read from a run file's text, exactly, and a missing key has its default;
 * - unknown keys, wrong types, values out of range and unknown instruments are refused by position,
 *   with what is allowed and the nearest word; a key without a default must be given;
 * - a file is read whole, relative to the run file's folder; an empty path is an empty text;
 *   a pipe is refused without waiting for its other end;
 * - a descriptor that lies is refused by name.
 */
#include "plm_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "param.h"

static const plm_param table[] = {
    {"count", PLM_PARAM_INTEGER, 0, -5, 100, "7", NULL, "", "A count."},
    {"size", PLM_PARAM_DECIMAL, 2, 50, 1000, "2.5", NULL, "x", "A size."},
    {"loud", PLM_PARAM_BOOL, 0, 0, 0, "false", NULL, "", "Loud or not."},
    {"wait", PLM_PARAM_DURATION, 0, 1000000, 60000000000, "250ms", NULL, "", "A pause."},
    {"row", PLM_PARAM_INSTRUMENT, 0, 0, 0, "", NULL, "", "What is traded."},
    {"mode", PLM_PARAM_CHOICE, 0, 0, 0, "slow", "slow|fast|mad", "", "How."},
    {"words", PLM_PARAM_TEXT, 0, 0, 0, "none", NULL, "", "Words."},
    {"list", PLM_PARAM_FILE, 0, 0, 0, "", NULL, "", "A file."},
};

static const plm_descriptor descriptor = {.size = sizeof descriptor,
                                          .param_count = sizeof table / sizeof *table,
                                          .abi = PLM_ABI_VERSION,
                                          .id = "sample",
                                          .name = "Sample",
                                          .vendor = "us",
                                          .version = "1",
                                          .summary = "A sample.",
                                          .params = table};

static const plm_instrument rows[] = {
    {.symbol = "USDT", .kind = PLM_INST_ASSET},
    {.symbol = "BTCUSDT", .kind = PLM_INST_LINEAR},
    {.symbol = "ETHUSDT", .kind = PLM_INST_SPOT},
};
static const plm_param_rows all_rows = {.rows = rows, .count = 3};

static plm_status read_text(const char *text, const char *folder, plm_diag *diag, plm_params **out)
{
    plm_config *config = NULL;
    plm_diag_init(diag);
    assert_ok(plm_config_parse("r.yaml", text, strlen(text), diag, &config), diag);
    plm_status const status =
        plm_params_read(&descriptor, plm_config_root(config), folder, &all_rows, diag, out);
    plm_config_destroy(config);
    return status;
}

static int64_t number(const plm_params *params, const char *key)
{
    const plm_param_value *const value = plm_params_find(params, key);
    assert_non_null(value);
    return value->number;
}

static void every_type_is_read_exactly(void **state)
{
    (void)state;
    plm_diag diag;
    plm_params *params = NULL;
    assert_ok(read_text("{count: -5, size: 0.5, loud: true, wait: 1m, row: ETHUSDT, mode: mad,\n"
                        " words: 'two words'}",
                        NULL, &diag, &params),
              &diag);
    assert_int_equal(number(params, "count"), -5);
    assert_int_equal(number(params, "size"), 50); /* 0.5 at two decimals */
    assert_int_equal(number(params, "loud"), 1);
    assert_int_equal(number(params, "wait"), 60000000000);
    assert_int_equal(number(params, "row"), 2);
    assert_int_equal(number(params, "mode"), 2);
    const plm_param_value *const words = plm_params_find(params, "words");
    assert_string_equal(words->text, "two words");
    assert_int_equal(words->size, 9);
    assert_true(words->given);
    assert_null(plm_params_find(params, "word"));
    plm_params_destroy(params);
}

static void a_missing_key_has_its_default(void **state)
{
    (void)state;
    plm_diag diag;
    plm_diag_init(&diag);
    plm_params *params = NULL;
    assert_ok(plm_params_read(&descriptor, NULL, NULL, &all_rows, &diag, &params), &diag);
    assert_int_equal(number(params, "count"), 7);
    assert_int_equal(number(params, "size"), 250);
    assert_int_equal(number(params, "loud"), 0);
    assert_int_equal(number(params, "wait"), 250000000);
    assert_int_equal(number(params, "row"), 1); /* the first row that is traded */
    assert_int_equal(number(params, "mode"), 0);
    assert_string_equal(plm_params_find(params, "words")->text, "none");
    assert_string_equal(plm_params_find(params, "list")->text, "");
    assert_int_equal(plm_params_find(params, "list")->size, 0);
    assert_false(plm_params_find(params, "count")->given);
    plm_params_destroy(params);
}

static void what_does_not_fit_is_refused_by_position(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"{coun: 1}", "r.yaml:1:2: unknown key 'coun'; did you mean 'count'?"},
        {"count: 101", "r.yaml:1:8: count: found '101'; allowed: an integer from -5 to 100"},
        {"count: 1.0", "allowed: an integer"},
        {"size: 0.49", "size: found '0.49'; allowed: from 0.5 to 10"},
        {"size: 0.505", "a number of at most 2 decimals"},
        {"loud: yes", "allowed: true, false"},
        {"wait: 5", "a number and its unit"},
        {"wait: 500us", "wait: found '500us'; allowed: from 0.001s to 60s"},
        {"row: BTCUSD", "row: no instrument 'BTCUSD' on the tape; nearest: BTCUSDT"},
        {"mode: fsat", "did you mean 'fast'? allowed: slow, fast, mad"},
        {"words: [a]", "found a list; allowed: text"},
        {"list: nowhere.csv", "list: nowhere.csv: No such file"},
        {"list: /", "list: /: is not a plain file"},
        {"[count]", "found a list; allowed: a map"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plm_diag diag;
        plm_params *params = NULL;
        assert_int_equal(read_text(cases[i].text, NULL, &diag, &params), PLM_ERR_USAGE);
        assert_null(params);
        if (strstr(diag.text, cases[i].words) == NULL) {
            fail_msg("%s: '%s' does not say '%s'", cases[i].text, diag.text, cases[i].words);
        }
    }
}

static void a_key_without_default_must_be_given(void **state)
{
    (void)state;
    plm_param needed = table[0];
    needed.def = NULL;
    plm_descriptor other = descriptor;
    other.params = &needed;
    other.param_count = 1;
    plm_diag diag;
    plm_diag_init(&diag);
    plm_params *params = NULL;
    assert_int_equal(plm_params_read(&other, NULL, NULL, &all_rows, &diag, &params), PLM_ERR_USAGE);
    assert_string_equal(diag.text, "strategy 'sample' needs the parameter 'count': A count.");
}

static void a_file_is_read_from_the_folder_of_the_run_file(void **state)
{
    (void)state;
    char folder[] = "/tmp/plm_param_XXXXXX";
    assert_non_null(mkdtemp(folder));
    char path[64];
    (void)snprintf(path, sizeof path, "%s/list.csv", folder);
    FILE *const file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite("a\0b\n", 1, 4, file), 4);
    assert_int_equal(fclose(file), 0);
    plm_diag diag;
    plm_params *params = NULL;
    assert_ok(read_text("list: list.csv", folder, &diag, &params), &diag);
    const plm_param_value *const list = plm_params_find(params, "list");
    assert_int_equal(list->size, 4);
    assert_memory_equal(list->text, "a\0b\n", 5); /* ends with NUL */
    plm_params_destroy(params);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

/* Opening a pipe waits for its other end, which may never come. */
static void a_pipe_is_refused_without_waiting(void **state)
{
    (void)state;
    char folder[] = "/tmp/plm_param_XXXXXX";
    assert_non_null(mkdtemp(folder));
    char path[64];
    (void)snprintf(path, sizeof path, "%s/pipe", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    plm_diag diag;
    plm_params *params = NULL;
    (void)alarm(20);
    assert_int_equal(read_text("list: pipe", folder, &diag, &params), PLM_ERR_USAGE);
    (void)alarm(0);
    assert_non_null(strstr(diag.text, "/pipe: is not a plain file"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

static plm_status check_one(plm_param param, plm_diag *diag)
{
    plm_descriptor other = descriptor;
    other.params = &param;
    other.param_count = 1;
    plm_diag_init(diag);
    return plm_descriptor_check(&other, diag);
}

static void a_table_that_lies_is_refused_by_name(void **state)
{
    (void)state;
    /* 33 words; 32 are allowed. */
    static const char many[] = "a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q|r|s|t|u|v|w|x|y|z|0|1|2|3|4|5|6";
    const struct {
        plm_param param;
        const char *words;
    } cases[] = {
        {{"a", PLM_PARAM_CHOICE, 0, 0, 0, "a", many, "", "H."}, "its choices are not"},
        {{"Count", PLM_PARAM_BOOL, 0, 0, 0, NULL, NULL, "", "H."}, "its key 'Count' is no word"},
        {{NULL, PLM_PARAM_BOOL, 0, 0, 0, NULL, NULL, "", "H."}, "parameter 1: its key ''"},
        {{"a", 99, 0, 0, 0, NULL, NULL, "", "H."}, "has a type that does not exist"},
        {{"a", PLM_PARAM_BOOL, 0, 0, 0, NULL, NULL, NULL, "H."}, "has no unit"},
        {{"a", PLM_PARAM_BOOL, 0, 0, 0, NULL, NULL, "", ""}, "or no help"},
        {{"a", PLM_PARAM_DECIMAL, 19, 0, 1, NULL, NULL, "", "H."}, "has a scale"},
        {{"a", PLM_PARAM_INTEGER, 1, 0, 1, NULL, NULL, "", "H."}, "has a scale"},
        {{"a", PLM_PARAM_INTEGER, 0, 2, 1, NULL, NULL, "", "H."}, "min is above max"},
        {{"a", PLM_PARAM_INTEGER, 0, 1, 9, "10", NULL, "", "H."}, "its default is refused"},
        {{"a", PLM_PARAM_CHOICE, 0, 0, 0, "x", NULL, "", "H."}, "its choices are not"},
        {{"a", PLM_PARAM_CHOICE, 0, 0, 0, "x", "x||y", "", "H."}, "its choices are not"},
        {{"a", PLM_PARAM_CHOICE, 0, 0, 0, "x", "x|y|x", "", "H."}, "its choices are not"},
        {{"a", PLM_PARAM_CHOICE, 0, 0, 0, "z", "x|y", "", "H."}, "its default is refused"},
        {{"a", PLM_PARAM_DURATION, 0, 0, 9, "3", NULL, "", "H."}, "its default is refused"},
    };
    plm_diag diag;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(check_one(cases[i].param, &diag), PLM_ERR_INPUT);
        if (strstr(diag.text, cases[i].words) == NULL || strstr(diag.text, "'sample'") == NULL) {
            fail_msg("%zu: '%s' does not say '%s'", i, diag.text, cases[i].words);
        }
    }
    plm_diag_init(&diag);
    assert_ok(plm_descriptor_check(&descriptor, &diag), &diag);
}

static void a_descriptor_that_lies_is_refused(void **state)
{
    (void)state;
    const char *const long_id = "abcdefghijklmnopqrstuvwxyz0123456"; /* 33 letters, 31 allowed */
    plm_descriptor bad[6];
    for (size_t i = 0; i < 6; i++) {
        bad[i] = descriptor;
    }
    bad[0].size = 8;
    bad[1].id = "Sample";
    bad[2].id = long_id;
    bad[3].summary = NULL;
    bad[4].param_count = PLM_PARAMS_MAX + 1;
    bad[5].params = NULL;
    for (size_t i = 0; i < 6; i++) {
        plm_diag diag;
        plm_diag_init(&diag);
        assert_int_equal(plm_descriptor_check(&bad[i], &diag), PLM_ERR_INPUT);
        assert_true(diag.text[0] != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_is_read_exactly),
        cmocka_unit_test(a_missing_key_has_its_default),
        cmocka_unit_test(what_does_not_fit_is_refused_by_position),
        cmocka_unit_test(a_key_without_default_must_be_given),
        cmocka_unit_test(a_file_is_read_from_the_folder_of_the_run_file),
        cmocka_unit_test(a_pipe_is_refused_without_waiting),
        cmocka_unit_test(a_table_that_lies_is_refused_by_name),
        cmocka_unit_test(a_descriptor_that_lies_is_refused),
    };
    return cmocka_run_group_tests_name("param", tests, NULL, NULL);
}
