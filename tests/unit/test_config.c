/*
 * test_config.c - promises of config.h:
 * - YAML and its subset JSON become the same tree, with file, line and column of nodes and keys;
 * - a byte order mark is skipped, a tab in the indentation is called one;
 * - anchors, aliases, tags, directives, several documents, odd keys and doubled keys are refused by
 *   position, broken text and foreign encodings as well;
 * - bytes, depth and nodes have limits that hold exactly;
 * - an unknown key is named with the nearest one and all that are allowed;
 * - typed reads take what they say, report position, found and allowed, and leave the output alone.
 */
#include "plm_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "memory.h"

static plm_config *read_text(const char *text)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_config *config = NULL;
    assert_ok(plm_config_parse("run.yaml", text, strlen(text), &diag, &config), &diag);
    return config;
}

static void assert_refused(const char *text, const char *message)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_config *config = NULL;
    assert_int_equal(plm_config_parse("run.yaml", text, strlen(text), &diag, &config),
                     PLM_ERR_USAGE);
    assert_string_equal(diag.text, message);
    assert_null(config);
}

static void assert_place(const plm_config_node *node, uint32_t line, uint32_t column)
{
    assert_non_null(node);
    assert_string_equal(node->file, "run.yaml");
    assert_int_equal(node->line, line);
    assert_int_equal(node->column, column);
}

static void a_run_file_becomes_a_tree_with_places(void **state)
{
    (void)state;
    plm_config *const config = read_text("# a comment\n"
                                         "run: black-friday\n"
                                         "venue:\n"
                                         "  latency: {orders: 5ms, feed: 1ms}\n"
                                         "accounts:\n"
                                         "  - name: carry\n"
                                         "    margin: [cross, \"isolated\"]\n"
                                         "  - name: 0.0005\n");
    const plm_config_node *const root = plm_config_root(config);
    assert_int_equal(root->kind, PLM_CONFIG_MAP);
    assert_int_equal(root->size, 3);
    assert_null(root->key);
    assert_place(root, 2, 1);

    const plm_config_node *const run = plm_config_find(root, "run");
    assert_place(run, 2, 6);
    assert_int_equal(run->key_line, 2);
    assert_int_equal(run->key_column, 1);
    assert_string_equal(run->text, "black-friday");
    assert_int_equal(run->size, 12);
    assert_false(run->quoted);

    const plm_config_node *const venue = plm_config_find(root, "venue");
    const plm_config_node *const latency = plm_config_find(venue, "latency");
    const plm_config_node *const feed = plm_config_find(latency, "feed");
    assert_place(latency, 4, 12);
    assert_place(feed, 4, 32);
    assert_int_equal(feed->key_column, 26);
    assert_string_equal(feed->text, "1ms");

    const plm_config_node *const accounts = plm_config_find(root, "accounts");
    assert_int_equal(accounts->kind, PLM_CONFIG_LIST);
    assert_int_equal(accounts->size, 2);
    const plm_config_node *const margin = plm_config_find(accounts->first, "margin");
    assert_int_equal(margin->size, 2);
    assert_place(margin->first->next, 7, 21);
    assert_true(margin->first->next->quoted);
    assert_null(margin->first->next->next);
    const plm_config_node *const name = plm_config_find(accounts->first->next, "name");
    assert_string_equal(name->text, "0.0005");

    assert_null(plm_config_find(root, "Run"));
    assert_null(plm_config_find(run, "run"));
    assert_null(plm_config_find(accounts, "name"));
    plm_config_destroy(config);
    plm_config_destroy(NULL);
}

static void a_byte_order_mark_is_skipped(void **state)
{
    (void)state;
    plm_config *const config = read_text("\357\273\277run: x\n");
    assert_place(plm_config_find(plm_config_root(config), "run"), 1, 6);
    plm_config_destroy(config);
}

static void a_tab_in_the_indentation_is_called_a_tab(void **state)
{
    (void)state;
    assert_refused("a:\n\tb: 1\n", "run.yaml:2:1: a tab where blanks are needed (indentation)");
}

static void assert_same_tree(const plm_config_node *a, const plm_config_node *b)
{
    /* Both trees are small: three levels, walked by three loops. */
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->size, b->size);
    if (a->key != NULL || b->key != NULL) {
        assert_string_equal(a->key, b->key);
    }
    if (a->kind == PLM_CONFIG_TEXT) {
        assert_string_equal(a->text, b->text);
    }
}

static void json_is_the_same_tree(void **state)
{
    (void)state;
    plm_config *const yaml = read_text("symbol: BTCUSDT\nticks: [0.1, 1e-8]\nlive: true\nmap: {}\n"
                                       "note: \"a\\\\b \\u00e9\"\n");
    plm_config *const json = read_text("{\"symbol\":\"BTCUSDT\",\n\t\"ticks\":[0.1,1e-8],"
                                       "\"live\":true,\n \"map\":{},\"note\":\"a\\\\b \\u00e9\"}");
    const plm_config_node *a = plm_config_root(yaml), *b = plm_config_root(json);
    assert_same_tree(a, b);
    for (a = a->first, b = b->first; a != NULL; a = a->next, b = b->next) {
        assert_same_tree(a, b);
        const plm_config_node *x = a->first, *y = b->first;
        for (; x != NULL; x = x->next, y = y->next) {
            assert_same_tree(x, y);
        }
    }
    assert_string_equal(plm_config_find(plm_config_root(json), "note")->text, "a\\b \xc3\xa9");
    plm_config_destroy(yaml);
    plm_config_destroy(json);
}

static void what_is_not_plain_configuration_is_refused_by_place(void **state)
{
    (void)state;
    assert_refused("a: &x 1\n", "run.yaml:1:4: anchors (&name) are not allowed: write it out");
    assert_refused("a: &x [1]\n", "run.yaml:1:4: anchors (&name) are not allowed: write it out");
    assert_refused("a: &x {b: 1}\n", "run.yaml:1:4: anchors (&name) are not allowed: write it out");
    assert_refused("a: 1\nb: *a\n", "run.yaml:2:4: aliases (*name) are not allowed: write it out");
    assert_refused("a: !!int 1\n",
                   "run.yaml:1:4: tags (!name) are not allowed: write the value alone");
    assert_refused("a: !x [1]\n",
                   "run.yaml:1:4: tags (!name) are not allowed: write the value alone");
    assert_refused("!x {a: 1}\n",
                   "run.yaml:1:1: tags (!name) are not allowed: write the value alone");
    assert_refused("%YAML 1.1\n---\na: 1\n", "run.yaml:1:1: directives (%NAME) are not allowed");
    assert_refused("%TAG ! tag:x,2000:\n---\na: 1\n",
                   "run.yaml:1:1: directives (%NAME) are not allowed");
    assert_refused("a: 1\n---\nb: 2\n",
                   "run.yaml:2:1: a second document begins; allowed: one in a file");
    assert_refused("? [a]\n: 1\n", "run.yaml:1:3: a key is a list or map; allowed: text");
    assert_refused("{a: 1, {b: 2}: 3}", "run.yaml:1:8: a key is a list or map; allowed: text");
    assert_refused("'': 1\n", "run.yaml:1:1: a key is empty");
    assert_refused("a: \"x\\0y\"\n", "run.yaml:1:4: text with a NUL character is not allowed");
    assert_refused("", "run.yaml:1:1: holds nothing");
    assert_refused("# only a comment\n", "run.yaml:1:1: holds nothing");
}

static void doubled_keys_are_refused_with_both_places(void **state)
{
    (void)state;
    assert_refused("a: 1\nb: 2\na: 3\n", "run.yaml:3:1: key 'a' is given twice, first at 1:1");
    assert_refused("x: {k: 1, \"k\": 2}\n", "run.yaml:1:11: key 'k' is given twice, first at 1:5");
    /* The same name in two maps is no double. */
    plm_config_destroy(read_text("- {k: 1}\n- {k: 2, l: {k: 3}}\n"));
}

static void broken_text_is_refused_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *start;
    } cases[] = {
        {"a: [1, 2\n", "run.yaml:2:1: "},    {"a: 1\n b: 2\n", "run.yaml:2:3: "},
        {"a: 'x\n", "run.yaml:2:1: "},       {"a: \"\\q\"\n", "run.yaml:1:5: "},
        {"\tb: 1\n", "run.yaml:1:1: "},      {"a: \xff\n", "run.yaml: byte 3: "},
        {"a: \x01\n", "run.yaml: byte 3: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plm_diag diag;
        plm_diag_init(&diag);
        plm_config *config = NULL;
        plm_status const status =
            plm_config_parse("run.yaml", cases[i].text, strlen(cases[i].text), &diag, &config);
        assert_int_equal(status, PLM_ERR_USAGE);
        if (strncmp(diag.text, cases[i].start, strlen(cases[i].start)) != 0) {
            fail_msg("'%s' does not begin with '%s'", diag.text, cases[i].start);
        }
    }
    /* UTF-16 with its mark, which libyaml would read if it were let. */
    plm_diag diag;
    plm_diag_init(&diag);
    plm_config *config = NULL;
    assert_int_equal(plm_config_parse("run.yaml",
                                      "\xff\xfe"
                                      "a\0:\0 \0b\0",
                                      10, &diag, &config),
                     PLM_ERR_USAGE);
    assert_null(config);
}

/* `open` so often, then `middle`, then `close` as often. */
static char *nest(const char *open, unsigned depth, const char *middle, const char *close)
{
    size_t const room = depth * (strlen(open) + strlen(close)) + strlen(middle) + 1;
    char *const text = plm_alloc(room, 1);
    size_t used = 0;
    for (unsigned i = 0; i < 2 * depth + 1; i++) {
        const char *const part = i < depth ? open : i == depth ? middle : close;
        memcpy(text + used, part, strlen(part));
        used += strlen(part);
    }
    return text;
}

static void the_limits_hold_exactly(void **state)
{
    (void)state;
    char *text = nest("[", PLM_CONFIG_DEPTH_MAX, "x", "]");
    plm_config_destroy(read_text(text));
    plm_free(text);
    text = nest("[", PLM_CONFIG_DEPTH_MAX + 1, "x", "]");
    assert_refused(text, "run.yaml:1:17: nested more than 16 deep");
    plm_free(text);
    text = nest("[", 100000, "", "");
    assert_refused(text, "run.yaml:1:17: nested more than 16 deep");
    plm_free(text);

    /* The root is a node, too. */
    text = nest("- x\n", PLM_CONFIG_NODES_MAX - 1, "", "");
    plm_config_destroy(read_text(text));
    plm_free(text);
    text = nest("- x\n", PLM_CONFIG_NODES_MAX, "", "");
    assert_refused(text, "run.yaml:65536:3: more than 65536 entries");
    plm_free(text);

    text = nest("#", PLM_CONFIG_BYTES_MAX - 5, "\na: 1", "");
    plm_config_destroy(read_text(text));
    plm_free(text);
    text = nest("#", PLM_CONFIG_BYTES_MAX - 4, "\na: 1", "");
    assert_refused(text, "run.yaml: is longer than 1048576 bytes");
    plm_free(text);
}

static void a_map_of_many_keys_finds_its_double(void **state)
{
    (void)state;
    unsigned const count = 60000;
    char *const text = plm_alloc(count + 1, 16);
    size_t used = 0;
    for (unsigned i = 0; i < count; i++) {
        used += (size_t)snprintf(text + used, 16, "k%u: 1\n", i * 7919 % count);
    }
    plm_config_destroy(read_text(text));
    (void)snprintf(text + used, 16, "k0: 1\n");
    assert_refused(text, "run.yaml:60001:1: key 'k0' is given twice, first at 1:1");
    plm_free(text);
}

static void unknown_keys_name_the_nearest(void **state)
{
    (void)state;
    static const char *const allowed[] = {"leverage", "hedge", NULL};
    plm_config *config = read_text("a: {hedge: 1, levrage: 2}\nb: {qqq: 1}\nc: 1\nd: {hedge: 1}\n");
    const plm_config_node *const root = plm_config_root(config);
    plm_diag diag;
    plm_diag_init(&diag);
    assert_int_equal(plm_config_check_keys(plm_config_find(root, "a"), allowed, &diag),
                     PLM_ERR_USAGE);
    assert_string_equal(diag.text, "run.yaml:1:15: unknown key 'levrage'; did you mean 'leverage'? "
                                   "allowed: leverage, hedge");
    plm_diag_init(&diag);
    assert_int_equal(plm_config_check_keys(plm_config_find(root, "b"), allowed, &diag),
                     PLM_ERR_USAGE);
    assert_string_equal(diag.text, "run.yaml:2:5: unknown key 'qqq'; allowed: leverage, hedge");
    plm_diag_init(&diag);
    assert_int_equal(plm_config_check_keys(plm_config_find(root, "c"), allowed, &diag),
                     PLM_ERR_USAGE);
    assert_string_equal(diag.text, "run.yaml:3:4: c: found '1'; allowed: a map");
    plm_diag_init(&diag);
    assert_ok(plm_config_check_keys(plm_config_find(root, "d"), allowed, &diag), &diag);

    const plm_config_node *node = NULL;
    assert_int_equal(plm_config_require(plm_config_find(root, "d"), "leverage", &diag, &node),
                     PLM_ERR_USAGE);
    assert_null(node);
    assert_string_equal(diag.text, "run.yaml:4:4: d: the key 'leverage' is missing");
    plm_diag_init(&diag);
    assert_ok(plm_config_require(plm_config_find(root, "d"), "hedge", &diag, &node), &diag);
    assert_string_equal(node->text, "1");
    plm_config_destroy(config);
}

static void long_lists_of_words_are_cut(void **state)
{
    (void)state;
    const char *many[301];
    for (size_t i = 0; i < 300; i++) {
        many[i] = "abcdefghij";
    }
    many[300] = NULL;
    plm_config *const config = read_text("zzz: 1\n");
    plm_diag diag;
    plm_diag_init(&diag);
    assert_int_equal(plm_config_check_keys(plm_config_root(config), many, &diag), PLM_ERR_USAGE);
    size_t const length = strlen(diag.text);
    assert_in_range(length, 400, 600);
    assert_string_equal(diag.text + length - 15, "abcdefghij, ...");
    plm_config_destroy(config);
}

/* One typed read, whatever its type, as its status and a number. */
typedef plm_status (*read_call)(const plm_config_node *node, plm_diag *diag, int64_t *out);

static plm_status read_integer(const plm_config_node *node, plm_diag *diag, int64_t *out)
{
    return plm_config_integer(node, -5, 100, diag, out);
}

static plm_status read_decimal(const plm_config_node *node, plm_diag *diag, int64_t *out)
{
    return plm_config_decimal(node, 12, diag, out);
}

static plm_status read_bool(const plm_config_node *node, plm_diag *diag, int64_t *out)
{
    bool value;
    PLM_TRY(plm_config_bool(node, diag, &value));
    *out = value ? 1 : 0;
    return PLM_OK;
}

static plm_status read_word(const plm_config_node *node, plm_diag *diag, int64_t *out)
{
    static const char *const words[] = {"cross", "isolated", NULL};
    size_t index;
    PLM_TRY(plm_config_word(node, words, diag, &index));
    *out = (int64_t)index;
    return PLM_OK;
}

static void typed_reads_take_what_they_say(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        read_call call;
        int64_t expected;
    } cases[] = {
        {"k: 100", read_integer, 100},
        {"k: -5", read_integer, -5},
        {"k: '7'", read_integer, 7},
        {"k: 0.0005", read_decimal, 500000000},
        {"k: -1e-12", read_decimal, -1},
        {"k: true", read_bool, 1},
        {"k: false", read_bool, 0},
        {"k: 2.5s", plm_config_duration, INT64_C(2500000000)},
        {"k: 2025-10-10T21:15:03Z", plm_config_time, INT64_C(1760130903000000000)},
        {"k: isolated", read_word, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plm_config *const config = read_text(cases[i].text);
        plm_diag diag;
        plm_diag_init(&diag);
        int64_t out = 42;
        assert_ok(cases[i].call(plm_config_root(config)->first, &diag, &out), &diag);
        assert_int_equal(out, cases[i].expected);
        plm_config_destroy(config);
    }
}

static void typed_reads_refuse_with_place_found_and_allowed(void **state)
{
    (void)state;
    static const char until_allowed[] = "run.yaml:1:4: k: ";
    static const struct {
        const char *text;
        read_call call;
        const char *message;
    } cases[] = {
        {"k: 101", read_integer, "found '101'; allowed: an integer from -5 to 100"},
        {"k: -6", read_integer, "found '-6'; allowed: an integer from -5 to 100"},
        {"k: 7.0", read_integer, "found '7.0'; allowed: an integer from -5 to 100"},
        {"k: 0x7", read_integer, "found '0x7'; allowed: an integer from -5 to 100"},
        {"k: [7]", read_integer, "found a list; allowed: an integer from -5 to 100"},
        {"k: {a: 7}", read_integer, "found a map; allowed: an integer from -5 to 100"},
        {"k: ''", read_integer, "found ''; allowed: an integer from -5 to 100"},
        {"k: 0.0000000000005", read_decimal,
         "found '0.0000000000005'; allowed: a number of at most 12 decimals and at most "
         "9223372.036854775807 in size"},
        {"k: yes", read_bool, "found 'yes'; allowed: true, false"},
        {"k: True", read_bool, "found 'True'; allowed: true, false"},
        {"k: 5", plm_config_duration,
         "found '5'; allowed: a number and its unit ns, us, ms, s, m, h or d, such as 250ms"},
        {"k: 2025-02-29", plm_config_time,
         "found '2025-02-29'; allowed: a UTC time from 2000 to 2099, such as "
         "2025-10-10T21:15:03.5Z"},
        {"k: isolate", read_word,
         "found 'isolate'; did you mean 'isolated'? allowed: cross, isolated"},
        {"k: both", read_word, "found 'both'; allowed: cross, isolated"},
        {"k: [cross]", read_word, "found a list; allowed: cross, isolated"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plm_config *const config = read_text(cases[i].text);
        plm_diag diag;
        plm_diag_init(&diag);
        int64_t out = 42;
        assert_int_equal(cases[i].call(plm_config_root(config)->first, &diag, &out), PLM_ERR_USAGE);
        assert_memory_equal(diag.text, until_allowed, sizeof until_allowed - 1);
        assert_string_equal(diag.text + sizeof until_allowed - 1, cases[i].message);
        assert_int_equal(out, 42);
        plm_config_destroy(config);
    }
}

static void text_may_be_empty_only_in_quotes(void **state)
{
    (void)state;
    plm_config *const config = read_text("a: ''\nb:\nc: null\n");
    const plm_config_node *const root = plm_config_root(config);
    plm_diag diag;
    plm_diag_init(&diag);
    const char *text = NULL;
    assert_ok(plm_config_text(plm_config_find(root, "a"), &diag, &text), &diag);
    assert_string_equal(text, "");
    assert_ok(plm_config_text(plm_config_find(root, "c"), &diag, &text), &diag);
    assert_string_equal(text, "null");
    assert_int_equal(plm_config_text(plm_config_find(root, "b"), &diag, &text), PLM_ERR_USAGE);
    assert_string_equal(diag.text, "run.yaml:2:3: b: found nothing; allowed: text");
    plm_diag_init(&diag);
    assert_int_equal(plm_config_fail(root->first, &diag, "%d is odd", 7), PLM_ERR_USAGE);
    assert_string_equal(diag.text, "run.yaml:1:4: a: 7 is odd");
    plm_config_destroy(config);
}

static void files_are_read_and_missing_ones_named(void **state)
{
    (void)state;
    char path[] = "plm_test_config_XXXXXX";
    int const descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, "a: 1\n", 5), 5);
    (void)close(descriptor);
    plm_diag diag;
    plm_diag_init(&diag);
    plm_config *config = NULL;
    plm_status const status = plm_config_read(path, &diag, &config);
    (void)unlink(path);
    assert_ok(status, &diag);
    const plm_config_node *const a = plm_config_find(plm_config_root(config), "a");
    assert_string_equal(a->text, "1");
    assert_string_equal(a->file, path);
    plm_config_destroy(config);

    config = NULL;
    assert_int_equal(plm_config_read("no/such.yaml", &diag, &config), PLM_ERR_IO);
    assert_string_equal(diag.text, "no/such.yaml: cannot be opened: No such file or directory");
    plm_diag_init(&diag);
    assert_int_equal(plm_config_read(".", &diag, &config), PLM_ERR_IO);
    assert_string_equal(diag.text, ".: cannot be read: Is a directory");
    assert_null(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_file_becomes_a_tree_with_places),
        cmocka_unit_test(a_byte_order_mark_is_skipped),
        cmocka_unit_test(a_tab_in_the_indentation_is_called_a_tab),
        cmocka_unit_test(json_is_the_same_tree),
        cmocka_unit_test(what_is_not_plain_configuration_is_refused_by_place),
        cmocka_unit_test(doubled_keys_are_refused_with_both_places),
        cmocka_unit_test(broken_text_is_refused_with_its_place),
        cmocka_unit_test(the_limits_hold_exactly),
        cmocka_unit_test(a_map_of_many_keys_finds_its_double),
        cmocka_unit_test(unknown_keys_name_the_nearest),
        cmocka_unit_test(long_lists_of_words_are_cut),
        cmocka_unit_test(typed_reads_take_what_they_say),
        cmocka_unit_test(typed_reads_refuse_with_place_found_and_allowed),
        cmocka_unit_test(text_may_be_empty_only_in_quotes),
        cmocka_unit_test(files_are_read_and_missing_ones_named),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
