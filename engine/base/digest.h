/*
 * digest.h - SHA-256 (libcrypto) as a stream.
 */
#ifndef PLM_DIGEST_H
#define PLM_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define PLM_DIGEST_SIZE 32
#define PLM_DIGEST_TEXT_CAP 65

typedef struct plm_digest plm_digest;

plm_digest *plm_digest_create(void); /* never NULL: out of memory is fatal */
void plm_digest_destroy(plm_digest *digest);
void plm_digest_add(plm_digest *digest, const void *bytes, size_t size);
/* Writes the digest and starts anew. */
void plm_digest_finish(plm_digest *digest, uint8_t out[PLM_DIGEST_SIZE]);
void plm_digest_text(const uint8_t digest[PLM_DIGEST_SIZE],
                     char out[PLM_DIGEST_TEXT_CAP]); /* lower-case hex */

#endif
