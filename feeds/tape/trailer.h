/*
 * trailer.h - what stands behind the blocks: instrument table, sources, import report, directory of
 * index pages, footer.
 */
#ifndef PLM_TRAILER_H
#define PLM_TRAILER_H

#include "digest.h"
#include "tape_layout.h"
#include "tape_write.h"
#include "wire.h"

/* Where an index page lies and what it covers. */
typedef struct plm_page_entry {
    uint64_t offset;
    uint32_t length;
    uint32_t blocks;
    uint64_t events;
    plm_ts first_ts, last_ts;
    uint64_t kinds;
    /* Not stored: sums over the entries before. */
    uint64_t first_block, first_event;
} plm_page_entry;

typedef struct plm_trailer {
    uint32_t row_count, source_count, page_count;
    plm_instrument *rows;
    char **sources;
    char *report; /* JSON text or "" */
    plm_page_entry *pages;
} plm_trailer;

void plm_trailer_put(const plm_trailer *trailer, plm_buffer *out);

/* Refuses what does not add up; on success the parts are the caller's and go with plm_trailer_free.
 */
PLM_NODISCARD plm_status plm_trailer_read(const uint8_t *bytes, size_t size, const char *where,
                                          plm_diag *diag, plm_trailer *out);
void plm_trailer_free(plm_trailer *trailer);

typedef struct plm_footer {
    uint32_t version, flags;
    uint64_t events, blocks;
    plm_ts first_ts, last_ts;
    uint8_t digest[PLM_DIGEST_SIZE];
    uint64_t trailer_offset, trailer_size;
    uint32_t trailer_crc;
    uint32_t profile;
    uint64_t file_size;
} plm_footer;

void plm_footer_put(const plm_footer *footer, plm_buffer *out);

/* `bytes` are the last PLM_FOOT_SIZE of a file of `file_size`. */
PLM_NODISCARD plm_status plm_footer_read(const uint8_t *bytes, uint64_t file_size,
                                         const char *where, plm_diag *diag, plm_footer *out);

/*
 * The digest of a tape: SHA-256 over a title line, the canonical line of every row, and the SHA-256
 * of all events (and of all second stamps, if there are any). `recv` is NULL for a tape without
 * second clock.
 */
void plm_tape_digest(const plm_instrument *rows, uint32_t row_count,
                     const uint8_t events[PLM_DIGEST_SIZE], const uint8_t *recv,
                     uint8_t out[PLM_DIGEST_SIZE]);

#endif
