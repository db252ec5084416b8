/*
 * digest.c - SHA-256 through libcrypto's EVP interface, which picks the machine's instructions.
 */
#include "digest.h"

#include <openssl/evp.h>

#include "check.h"
#include "memory.h"

struct plm_digest {
    EVP_MD_CTX *context;
};

static void start(plm_digest *digest)
{
    int const started = EVP_DigestInit_ex(digest->context, EVP_sha256(), NULL);
    plm_assert(started == 1);
}

plm_digest *plm_digest_create(void)
{
    plm_digest *const digest = plm_alloc(1, sizeof *digest);
    digest->context = EVP_MD_CTX_new();
    if (digest->context == NULL) {
        plm_out_of_memory(1, sizeof *digest);
    }
    start(digest);
    return digest;
}

void plm_digest_destroy(plm_digest *digest)
{
    if (digest != NULL) {
        EVP_MD_CTX_free(digest->context);
        plm_free(digest);
    }
}

void plm_digest_add(plm_digest *digest, const void *bytes, size_t size)
{
    int const added = EVP_DigestUpdate(digest->context, bytes, size);
    plm_assert(added == 1);
}

void plm_digest_finish(plm_digest *digest, uint8_t out[PLM_DIGEST_SIZE])
{
    unsigned size = 0;
    int const finished = EVP_DigestFinal_ex(digest->context, out, &size);
    plm_assert(finished == 1 && size == PLM_DIGEST_SIZE);
    start(digest);
}

void plm_digest_text(const uint8_t digest[PLM_DIGEST_SIZE], char out[PLM_DIGEST_TEXT_CAP])
{
    static const char hex[] = "0123456789abcdef";
    for (unsigned i = 0; i < PLM_DIGEST_SIZE; i++) {
        *out++ = hex[digest[i] >> 4];
        *out++ = hex[digest[i] & 15];
    }
    *out = '\0';
}
