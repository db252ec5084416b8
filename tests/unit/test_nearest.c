/*
 * test_nearest.c - promises of nearest.h:
 * - each kind of slip finds the word, at most two of them, one in short words;
 * - the nearest wins, the first among equals;
 * - where nothing is that near, the first word wins that begins with what was written;
 * - what is far, empty or very long has no neighbour.
 */
#include "plm_test.h"

#include <string.h>

#include "nearest.h"

static const char *const words[] = {"leverage", "latency", "fees", "fee", "px", "world", NULL};

static void assert_nearest(const char *word, const char *expected)
{
    const char *const found = plm_nearest(word, words);
    if (expected == NULL) {
        assert_null(found);
    } else {
        assert_non_null(found);
        assert_string_equal(found, expected);
    }
}

static void each_kind_of_slip_finds_the_word(void **state)
{
    (void)state;
    assert_nearest("leverage", "leverage");
    assert_nearest("leverge", "leverage");
    assert_nearest("leveerage", "leverage");
    assert_nearest("leverate", "leverage");
    assert_nearest("levearge", "leverage");
    assert_nearest("evelrage", "leverage"); /* a letter lost and one too many */
    assert_nearest("elevrage", "leverage");
    assert_nearest("LEVERAGE", "leverage");
    assert_nearest("Wrld", "world");
    assert_nearest("owrdl", "world"); /* two swaps */
}

static void more_than_two_slips_are_far(void **state)
{
    (void)state;
    assert_nearest("levrg", NULL);
    assert_nearest("elevrgae", NULL);
    assert_nearest("collateral", NULL);
    assert_nearest("leverages!!", NULL);
}

static void short_words_allow_one_slip_and_keep_a_letter(void **state)
{
    (void)state;
    assert_nearest("pxx", "px");
    assert_nearest("xp", "px");
    assert_nearest("xy", NULL);
    assert_nearest("p", NULL);
    assert_nearest("x", NULL);
    assert_nearest("", NULL);
    static const char *const short_word[] = {"fee", NULL};
    assert_null(plm_nearest("fexx", short_word)); /* two slips */
}

static void the_nearest_wins_and_the_first_among_equals(void **state)
{
    (void)state;
    assert_nearest("fee", "fee");
    assert_nearest("feed", "fees");
    assert_nearest("feess", "fees");
    static const char *const none[] = {NULL};
    assert_null(plm_nearest("fee", none));
    static const char *const odd[] = {"", "a", NULL};
    assert_null(plm_nearest("b", odd));
}

static void a_beginning_finds_the_first_that_begins_so(void **state)
{
    (void)state;
    assert_nearest("lev", "leverage");
    assert_nearest("LAT", "latency");
    assert_nearest("le", NULL); /* two letters say too little */
    static const char *const books[] = {"bybit-uta", "binance-coinm", "binance-usdm", NULL};
    assert_string_equal(plm_nearest("binance", books), "binance-coinm");
    assert_string_equal(plm_nearest("binance-us", books), "binance-usdm"); /* two slips */
    assert_null(plm_nearest("nance", books));
}

static void very_long_words_are_left_alone(void **state)
{
    (void)state;
    char edge[65], beyond[66];
    memset(edge, 'a', sizeof edge - 1);
    edge[sizeof edge - 1] = '\0';
    memset(beyond, 'a', sizeof beyond - 1);
    beyond[sizeof beyond - 1] = '\0';
    const char *const both[] = {beyond, edge, NULL};
    assert_ptr_equal(plm_nearest(edge, both), edge);
    assert_null(plm_nearest(beyond, both));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_slip_finds_the_word),
        cmocka_unit_test(more_than_two_slips_are_far),
        cmocka_unit_test(short_words_allow_one_slip_and_keep_a_letter),
        cmocka_unit_test(the_nearest_wins_and_the_first_among_equals),
        cmocka_unit_test(a_beginning_finds_the_first_that_begins_so),
        cmocka_unit_test(very_long_words_are_left_alone),
    };
    return cmocka_run_group_tests_name("nearest", tests, NULL, NULL);
}
