/*
 * test_html.c - promises of html.h:
 * - a name stays text in an element, an attribute and a JSON string inside a script;
 * - control characters and marks of direction are visible, broken UTF-8 is U+FFFD, long names are
 *   cut visibly;
 * - base64 is that of RFC 4648, section 10;
 * - numbers are grouped and rounded as said, amounts carry their exact decimal.
 */
#include "plm_test.h"

#include <math.h>
#include <string.h>

#include "html.h"
#include "memory.h"

typedef void put_function(plm_html *html, const char *text);

static void check(put_function *put, const char *text, const char *expected)
{
    plm_html html;
    plm_html_init(&html);
    put(&html, text);
    assert_string_equal(html.bytes, expected);
    plm_html_fini(&html);
}

static void what_html_would_read_is_escaped(void **state)
{
    (void)state;
    check(plm_html_name, "<script>alert('a' & \"b\")</script>",
          "<bdi>&#60;script&#62;alert(&#39;a&#39; &#38; &#34;b&#34;)&#60;/script&#62;</bdi>");
    check(plm_html_attribute, "\" onload=\"x", "&#34; onload=&#34;x");
    check(plm_html_text, "a<b\n\tc\r", "a&#60;b\n\tc\xE2\x90\x8D"); /* U+240D */
    check(plm_html_json, "</script>\\ \"'&\n",
          "\"\\u003c/script\\u003e\\\\ \\u0022\\u0027\\u0026\xE2\x90\x8A\"");
}

static void what_is_not_seen_is_shown(void **state)
{
    (void)state;
    check(plm_html_attribute, "a\x01\x7F\n", "a\xE2\x90\x81\xE2\x90\xA1\xE2\x90\x8A");
    check(plm_html_attribute,
          "\xE2\x80\xAE"
          "abc"
          "\xE2\x81\xA6"
          "\xEF\xBB\xBF",
          "[U+202E]abc[U+2066][U+FEFF]");
    check(plm_html_attribute, "\xC2\x9B", "[U+009B]");
    check(plm_html_attribute, "caf\xC3\xA9 \xE6\x97\xA5 \xF0\x9F\x9A\xA2",
          "caf\xC3\xA9 \xE6\x97\xA5 \xF0\x9F\x9A\xA2");
}

/* Table 3-7 of the Unicode standard: overlong forms, surrogates, more than U+10FFFF, a cut end. */
static void broken_utf8_is_replaced_byte_by_byte(void **state)
{
    (void)state;
    static const char broken[] = "\xEF\xBF\xBD";
    static const struct {
        const char *text;
        unsigned count;
    } rows[] = {{"\xFF", 1},         {"\xC0\xAF", 2},         {"\xE0\x80\xAF", 3},
                {"\xED\xA0\x80", 3}, {"\xF4\x90\x80\x80", 4}, {"\xE2\x82", 2},
                {"\x80", 1},         {"\xF8\x88\x80\x80", 4}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char expected[64] = "";
        for (unsigned k = 0; k < rows[i].count; k++) {
            memcpy(expected + 3 * k, broken, sizeof broken);
        }
        check(plm_html_attribute, rows[i].text, expected);
    }
}

static void a_long_name_is_cut_and_says_so(void **state)
{
    (void)state;
    char *const text = plm_alloc(65536 + 1, 1);
    memset(text, '<', 65536);
    plm_html html;
    plm_html_init(&html);
    plm_html_name(&html, text);
    assert_true(html.size < 6 * PLM_HTML_NAME_MAX);
    assert_non_null(strstr(html.bytes, "\xE2\x80\xA6 [cut: 65536 bytes]</bdi>"));
    plm_html_fini(&html);
    plm_free(text);
}

static void base64_is_that_of_the_standard(void **state)
{
    (void)state;
    static const char *const rows[][2] = {{"", ""},
                                          {"f", "Zg=="},
                                          {"fo", "Zm8="},
                                          {"foo", "Zm9v"},
                                          {"foob", "Zm9vYg=="},
                                          {"fooba", "Zm9vYmE="},
                                          {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        plm_html html;
        plm_html_init(&html);
        plm_html_base64(&html, rows[i][0], strlen(rows[i][0]));
        assert_string_equal(html.bytes, rows[i][1]);
        plm_html_fini(&html);
    }
}

static void numbers_are_made_for_reading(void **state)
{
    (void)state;
#define APART "\xE2\x80\xAF"
#define MINUS "\xE2\x88\x92"
    static const struct {
        double value;
        const char *expected;
    } rows[] = {{0, "0"},
                {-0.0, "0"},
                {3, "3"},
                {1.5, "1.50"},
                {-1234567.891, MINUS "1" APART "234" APART "567.89"},
                {999.99995, "1" APART "000"}, /* rounded after its decimals were chosen */
                {0.00012345, "0.000123"},
                {-0.0000001, "-1e-07"},
                {2e18, "2e+18"}};
    char text[PLM_HTML_NUMBER_CAP];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(plm_html_number(rows[i].value, text), rows[i].expected);
    }
    assert_string_equal(plm_html_number(NAN, text), "\xE2\x80\x93");
    assert_string_equal(plm_html_percent(-0.12345, text), MINUS "12.35" APART "%");
    assert_string_equal(plm_html_percent(-0.000001, text), "0.00" APART "%");
}

static void an_amount_carries_its_exact_decimal(void **state)
{
    (void)state;
    plm_html html;
    plm_html_init(&html);
    plm_html_money(&html, (plm_money){(plm_i128)-1234567 * 1000000000000 * 1000 - 1});
    assert_string_equal(html.bytes,
                        "<data value=\"-1234.567000000000000001\" "
                        "title=\"-1234.567000000000000001\">" MINUS "1" APART "234.57</data>");
    plm_html_fini(&html);
}

static void a_page_grows(void **state)
{
    (void)state;
    plm_html html;
    plm_html_init(&html);
    for (unsigned i = 0; i < 100000; i++) {
        plm_html_format(&html, "%05u", i);
    }
    assert_int_equal(html.size, 500000);
    assert_memory_equal(html.bytes + 499995, "99999", 6);
    plm_html_fini(&html);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_html_would_read_is_escaped),
        cmocka_unit_test(what_is_not_seen_is_shown),
        cmocka_unit_test(broken_utf8_is_replaced_byte_by_byte),
        cmocka_unit_test(a_long_name_is_cut_and_says_so),
        cmocka_unit_test(base64_is_that_of_the_standard),
        cmocka_unit_test(numbers_are_made_for_reading),
        cmocka_unit_test(an_amount_carries_its_exact_decimal),
        cmocka_unit_test(a_page_grows),
    };
    return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
