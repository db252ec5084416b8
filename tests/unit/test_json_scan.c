/*
 * test_json_scan.c - promises of json_scan.h:
 * - a text gives its tokens, numbers as the text that they are;
 * - cut anywhere, a text gives the same tokens once the rest is there;
 * - what is not JSON is refused, and so is what is nested too deeply;
 * - the size of a value is found, and its members by name.
 */
#include "plm_test.h"

#include <stdio.h>
#include <string.h>

#include "json_scan.h"

static const char *const SIGNS[] = {
    [PLM_JSON_NONE] = "",    [PLM_JSON_OBJECT] = "{",    [PLM_JSON_OBJECT_END] = "}",
    [PLM_JSON_ARRAY] = "[",  [PLM_JSON_ARRAY_END] = "]", [PLM_JSON_KEY] = "k",
    [PLM_JSON_STRING] = "s", [PLM_JSON_NUMBER] = "n",    [PLM_JSON_TRUE] = "t",
    [PLM_JSON_FALSE] = "f",  [PLM_JSON_NULL] = "0",      [PLM_JSON_BAD] = "!"};

/* The tokens of bytes[0..size) as signs and texts, where at first only `cut` bytes are there. */
static void list_tokens(const char *bytes, size_t size, size_t cut, char *out, size_t cap)
{
    plm_json_scan scan = {0};
    size_t at = 0;
    size_t there = cut;
    size_t written = 0;
    out[0] = '\0';
    for (;;) {
        plm_csv_text text;
        size_t used = 0;
        plm_json_kind const kind =
            plm_json_next(&scan, bytes + at, there - at, there == size, &text, &used);
        at += used;
        if (kind == PLM_JSON_NONE && there < size) {
            there = size;
            continue;
        }
        if (kind == PLM_JSON_NONE) {
            assert_int_equal(at, size);
            return;
        }
        written += (size_t)snprintf(out + written, cap - written, "%s%.*s ", SIGNS[kind],
                                    (int)text.size, text.bytes);
        assert_true(written < cap);
        if (kind == PLM_JSON_BAD) {
            return;
        }
    }
}

static void a_text_gives_its_tokens_wherever_it_is_cut(void **state)
{
    (void)state;
    static const struct {
        const char *json, *tokens;
    } cases[] = {
        {"", ""},
        {" \n", ""},
        {"[]", "[ ] "},
        {"{}", "{ } "},
        {"[1,2.50,-0.1e-7,1E+2]", "[ n1 n2.50 n-0.1e-7 n1E+2 ] "},
        {"{\"a\" : \"b\\\"c\", \"d\":null}\n", "{ ka sb\\\"c kd 0 } "},
        {"{\"a\":[{\"b\":true},false]}", "{ ka [ { kb t } f ] } "},
        {"{}{} []", "{ } { } [ ] "},
        {"7 8", "n7 n8 "},
        {"[[1],[2]]", "[ [ n1 ] [ n2 ] ] "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t const size = strlen(cases[i].json);
        for (size_t cut = 0; cut <= size; cut++) {
            char tokens[256];
            list_tokens(cases[i].json, size, cut, tokens, sizeof tokens);
            assert_string_equal(tokens, cases[i].tokens);
        }
    }
}

static void what_is_not_json_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "[1,]",       "[,1]",
        "[1 2]",      "{\"a\"}",
        "{\"a\":}",   "{\"a\":1,}",
        "{1:2}",      "[01]",
        "[1.]",       "[.5]",
        "[+1]",       "[1e]",
        "[nul]",      "[nulll]",
        "[\"a\nb\"]", "[\"a]",
        "[1",         "{\"a\":1",
        "]",          "}",
        "[}",         "{]",
        "{\"a\":1]",  "tru",
        "[-]",        "{\"a\":1 \"b\":2}",
        "{\"a\" 1}",  "[1]]",
        "{\"a\":,}",  "[1,,2]",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t const size = strlen(cases[i]);
        for (size_t cut = 0; cut <= size; cut++) {
            char tokens[256];
            list_tokens(cases[i], size, cut, tokens, sizeof tokens);
            assert_non_null(strchr(tokens, '!'));
        }
    }
}

static void nesting_has_a_limit(void **state)
{
    (void)state;
    char text[PLM_JSON_DEPTH_MAX + 1];
    char tokens[512];
    memset(text, '[', sizeof text);
    list_tokens(text, PLM_JSON_DEPTH_MAX + 1, PLM_JSON_DEPTH_MAX + 1, tokens, sizeof tokens);
    assert_string_equal(tokens + 2 * (size_t)PLM_JSON_DEPTH_MAX, "! ");
}

static void the_size_of_a_value_is_found(void **state)
{
    (void)state;
    static const char text[] = " {\"a\":[1,{}],\"b\":\"}\"} ,7";
    bool bad = true;
    assert_int_equal(plm_json_span(text, sizeof text - 1, true, &bad), 21);
    assert_false(bad);
    for (size_t cut = 0; cut < 21; cut++) {
        assert_int_equal(plm_json_span(text, cut, false, &bad), 0);
        assert_false(bad);
    }
    assert_int_equal(plm_json_span("[1}", 3, false, &bad), 0);
    assert_true(bad);
}

static void members_are_found_by_name(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "list", "absent", "n", NULL};
    static const char text[] = "{\"n\":null,\"b\":{\"a\":1},\"a\":1.50,\"list\":[[1],\"]\"]}";
    plm_json_cell cells[4];
    assert_true(plm_json_pick(text, sizeof text - 1, names, cells));
    assert_int_equal(cells[0].kind, PLM_JSON_NUMBER);
    assert_int_equal(cells[0].text.size, 4);
    assert_memory_equal(cells[0].text.bytes, "1.50", 4);
    assert_int_equal(cells[1].kind, PLM_JSON_ARRAY);
    assert_int_equal(cells[1].text.size, 9);
    assert_memory_equal(cells[1].text.bytes, "[[1],\"]\"]", 9);
    assert_int_equal(cells[2].kind, PLM_JSON_NONE);
    assert_int_equal(cells[3].kind, PLM_JSON_NULL);
    static const char *const others[] = {
        "{\"a\":1,\"a\":2}", "[1]", "{\"a\":1", "{\"a\":1}}", "", "{} {}", "7"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_false(plm_json_pick(others[i], strlen(others[i]), names, cells));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_gives_its_tokens_wherever_it_is_cut),
        cmocka_unit_test(what_is_not_json_is_refused),
        cmocka_unit_test(nesting_has_a_limit),
        cmocka_unit_test(the_size_of_a_value_is_found),
        cmocka_unit_test(members_are_found_by_name),
    };
    return cmocka_run_group_tests_name("json_scan", tests, NULL, NULL);
}
