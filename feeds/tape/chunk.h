/*
 * chunk.h - a chunk: the values of one column of one block as bytes on disk, with the codec that
 * made them smallest.
 */
#ifndef PLM_CHUNK_H
#define PLM_CHUNK_H

#include "codec.h"
#include "status.h"
#include "tape_layout.h"
#include "tape_write.h"
#include "wire.h"

/* As the index row tells it. */
typedef struct plm_chunk {
    uint8_t id;      /* plm_chunk_id, PLM_CHUNK_ESCAPE */
    uint8_t codec;   /* plm_codec, PLM_CHUNK_ZSTD */
    uint32_t stored; /* bytes on disk */
    uint32_t raw;    /* bytes after zstd; equal to stored without */
    uint32_t values; /* values, or bytes for PLM_CODEC_BYTES, or pairs for escapes */
    uint32_t crc;    /* CRC-32C of the stored bytes */
} plm_chunk;

/* -- packing --------------------------------------------------------------------------------- */

typedef struct plm_chunk_packer plm_chunk_packer;

plm_chunk_packer *plm_chunk_packer_create(const plm_tape_options *options);
void plm_chunk_packer_destroy(plm_chunk_packer *packer);

/* Says that the chunks that follow belong to the next block: choices made by trial are kept for
 * some blocks. */
void plm_chunk_packer_next_block(plm_chunk_packer *packer);

/* Appends a chunk of 32-bit values, or of bytes, to `out` and describes it. */
PLM_NODISCARD plm_status plm_chunk_pack(plm_chunk_packer *packer, unsigned id,
                                        const uint32_t *values, size_t count, plm_diag *diag,
                                        plm_buffer *out, plm_chunk *out_chunk);
PLM_NODISCARD plm_status plm_chunk_pack_bytes(plm_chunk_packer *packer, unsigned id,
                                              const uint8_t *bytes, size_t size, plm_diag *diag,
                                              plm_buffer *out, plm_chunk *out_chunk);

/* -- unpacking ------------------------------------------------------------------------------- */

typedef struct plm_chunk_reader plm_chunk_reader;

plm_chunk_reader *plm_chunk_reader_create(void);
void plm_chunk_reader_destroy(plm_chunk_reader *reader);
const plm_kernels *plm_chunk_reader_kernels(const plm_chunk_reader *reader);
void plm_chunk_reader_use(plm_chunk_reader *reader, const plm_kernels *kernels); /* tests */

/*
 * Checks the stored bytes and undoes zstd. The result is borrowed until the next call. `where` says
 * in a message which block this is; `offset` is where the stored bytes begin in the file.
 */
PLM_NODISCARD plm_status plm_chunk_open(plm_chunk_reader *reader, const plm_chunk *chunk,
                                        const uint8_t *stored, uint64_t offset, const char *where,
                                        plm_diag *diag, const uint8_t **out_raw);

/* plm_chunk_open, then the codec. `out` has PLM_CODEC_ROOM(chunk->values) places. */
PLM_NODISCARD plm_status plm_chunk_unpack(plm_chunk_reader *reader, const plm_chunk *chunk,
                                          const uint8_t *stored, uint64_t offset, const char *where,
                                          plm_diag *diag, uint32_t *out);

/* "ts", "px", ... for messages and `tape stats`. */
const char *plm_chunk_name(unsigned id);

#endif
