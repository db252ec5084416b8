/*
 * test_digest.c - promises of digest.h:
 * - the digest is SHA-256, whatever the pieces in which the bytes came;
 * - finishing starts anew;
 * - its text is lower-case hex.
 *
 * Vectors: NIST, "Secure Hash Standard examples": the empty message, "abc", the 448-bit message.
 */
#include "plm_test.h"

#include <string.h>

#include "digest.h"

static void finish_as_text(plm_digest *digest, char out[PLM_DIGEST_TEXT_CAP])
{
    uint8_t bytes[PLM_DIGEST_SIZE];
    plm_digest_finish(digest, bytes);
    plm_digest_text(bytes, out);
}

static void known_messages_have_their_known_digests(void **state)
{
    (void)state;
    static const struct {
        const char *message, *expected;
    } cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    plm_digest *const digest = plm_digest_create(); /* one for all: finishing starts anew */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[PLM_DIGEST_TEXT_CAP];
        plm_digest_add(digest, cases[i].message, strlen(cases[i].message));
        finish_as_text(digest, text);
        assert_string_equal(text, cases[i].expected);
        for (size_t k = 0; k < strlen(cases[i].message); k++) {
            plm_digest_add(digest, cases[i].message + k, 1);
            plm_digest_add(digest, NULL, 0);
        }
        finish_as_text(digest, text);
        assert_string_equal(text, cases[i].expected);
    }
    plm_digest_destroy(digest);
    plm_digest_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_messages_have_their_known_digests),
    };
    return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
