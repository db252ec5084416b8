/*
 * chunk.c - which codec, whether zstd, and the checks on the way back.
 */
#include "chunk.h"

#include <inttypes.h>
#include <zstd.h>

#include "check.h"
#include "crc32c.h"
#include "memory.h"

/* Codecs and zstd are tried against each other in the first blocks, then in every n-th: a trial
 * takes as long as three blocks, and markets change slowly. */
#define TRIAL_FIRST 2u
#define TRIAL_EVERY 64u

typedef struct choice {
    plm_codec codec;
    bool zstd;
} choice;

struct plm_chunk_packer {
    ZSTD_CCtx *zstd;
    int level;
    unsigned stored_weight; /* a stored byte counts as so many that zstd inflates */
    bool zstd_always, try_always;
    uint64_t block;
    choice choices[PLM_CHUNK_COUNT];
    plm_buffer plain, packed;
};

/*
 * What a smaller tape may cost to read: a byte that zstd has to inflate counts as one of so many
 * parts of a stored byte. On ordinary markets only the tags stay compressed in the fast profile, in
 * the default one prices and sizes as well.
 */
static unsigned weight_of(plm_profile profile)
{
    return profile == PLM_PROFILE_FAST ? 8 : profile == PLM_PROFILE_DEFAULT ? 20 : 1024;
}

plm_chunk_packer *plm_chunk_packer_create(const plm_tape_options *options)
{
    plm_chunk_packer *const packer = plm_alloc(1, sizeof *packer);
    packer->zstd = ZSTD_createCCtx();
    plm_assert(packer->zstd != NULL);
    /* Columns have few repetitions for zstd to find: level 3 makes tapes 0.2 to 1.3 % smaller and
     * takes a quarter longer. */
    packer->level = options->profile == PLM_PROFILE_ARCHIVE ? 19 : 1;
    packer->stored_weight = weight_of(options->profile);
    packer->zstd_always = options->zstd_always;
    packer->try_always = options->profile == PLM_PROFILE_ARCHIVE;
    return packer;
}

void plm_chunk_packer_destroy(plm_chunk_packer *packer)
{
    if (packer != NULL) {
        ZSTD_freeCCtx(packer->zstd);
        plm_buffer_free(&packer->plain);
        plm_buffer_free(&packer->packed);

        plm_free(packer);
    }
}

void plm_chunk_packer_next_block(plm_chunk_packer *packer)
{
    packer->block++;
}

static bool is_trial(const plm_chunk_packer *packer)
{
    return packer->try_always || packer->block <= TRIAL_FIRST || packer->block % TRIAL_EVERY == 0;
}

/* packer->packed becomes the zstd frame of the bytes. */
static plm_status compress(plm_chunk_packer *packer, const uint8_t *bytes, size_t size,
                           plm_diag *diag)
{
    packer->packed.size = 0;
    const size_t cap = ZSTD_compressBound(size);
    uint8_t *const to = plm_buffer_reserve(&packer->packed, cap);
    const size_t packed = ZSTD_compressCCtx(packer->zstd, to, cap, bytes, size, packer->level);
    if (ZSTD_isError(packed)) {
        return plm_fail(diag, PLM_ERR_IO, "zstd: %s", ZSTD_getErrorName(packed));
    }
    packer->packed.size = packed;
    return PLM_OK;
}

static void emit(plm_chunk *chunk, const plm_buffer *bytes, size_t raw, plm_codec codec, bool zstd,
                 plm_buffer *out)
{
    chunk->codec = (uint8_t)(codec | (zstd ? PLM_CHUNK_ZSTD : 0));
    chunk->stored = (uint32_t)bytes->size;
    chunk->raw = (uint32_t)raw;
    chunk->crc = plm_crc32c(0, bytes->data, bytes->size);
    plm_put_bytes(out, bytes->data, bytes->size);
}

/* Encodes with one codec into packer->plain, and into packer->packed if zstd is asked for. */
static plm_status encode(plm_chunk_packer *packer, choice how, const uint32_t *values, size_t count,
                         plm_diag *diag)
{
    packer->plain.size = 0;
    uint8_t *const to = plm_buffer_reserve(&packer->plain, plm_codec_bound(count));
    packer->plain.size = plm_codec_encode(how.codec, values, count, to);
    return how.zstd ? compress(packer, packer->plain.data, packer->plain.size, diag) : PLM_OK;
}

/* Tries every codec with and without zstd, and takes what costs least. */
static plm_status try_all(plm_chunk_packer *packer, const uint32_t *values, size_t count,
                          bool planes_only, plm_diag *diag, choice *out)
{
    choice best = {PLM_CODEC_PLANES, true};
    uint64_t best_cost = UINT64_MAX;
    const plm_codec last = planes_only ? PLM_CODEC_PLANES : PLM_CODEC_SVB;
    for (plm_codec codec = PLM_CODEC_PLANES; codec <= last; codec++) {
        PLM_TRY(encode(packer, (choice){codec, true}, values, count, diag));
        const uint64_t plain = (uint64_t)packer->plain.size * packer->stored_weight;
        const uint64_t packed =
            (uint64_t)packer->packed.size * packer->stored_weight + packer->plain.size;
        if (!packer->zstd_always && plain < best_cost) {
            best_cost = plain;
            best = (choice){codec, false};
        }
        if (packed < best_cost) {
            best_cost = packed;
            best = (choice){codec, true};
        }
    }
    *out = best;
    return PLM_OK;
}

plm_status plm_chunk_pack(plm_chunk_packer *packer, unsigned id, const uint32_t *values,
                          size_t count, plm_diag *diag, plm_buffer *out, plm_chunk *out_chunk)
{
    plm_assert(id < PLM_CHUNK_COUNT);
    choice *const how = &packer->choices[id];
    if (how->codec == PLM_CODEC_NONE || is_trial(packer)) {
        PLM_TRY(try_all(packer, values, count, id == PLM_CHUNK_TAG, diag, how));
    }
    PLM_TRY(encode(packer, *how, values, count, diag));
    const bool zstd =
        how->zstd && (packer->zstd_always || packer->packed.size < packer->plain.size);
    out_chunk->id = (uint8_t)id;
    out_chunk->values = (uint32_t)count;
    emit(out_chunk, zstd ? &packer->packed : &packer->plain, packer->plain.size, how->codec, zstd,
         out);
    return PLM_OK;
}

plm_status plm_chunk_pack_bytes(plm_chunk_packer *packer, unsigned id, const uint8_t *bytes,
                                size_t size, plm_diag *diag, plm_buffer *out, plm_chunk *out_chunk)
{
    PLM_TRY(compress(packer, bytes, size, diag));
    const bool zstd = packer->zstd_always || packer->packed.size < size;
    const plm_buffer plain = {(uint8_t *)(uintptr_t)bytes, size, size};
    out_chunk->id = (uint8_t)id;
    emit(out_chunk, zstd ? &packer->packed : &plain, size, PLM_CODEC_BYTES, zstd, out);
    return PLM_OK;
}

/* -- unpacking ------------------------------------------------------------------------------- */

struct plm_chunk_reader {
    ZSTD_DCtx *zstd;
    const plm_kernels *kernels;
    plm_buffer raw;
};

plm_chunk_reader *plm_chunk_reader_create(void)
{
    plm_chunk_reader *const reader = plm_alloc(1, sizeof *reader);
    reader->zstd = ZSTD_createDCtx();
    plm_assert(reader->zstd != NULL);
    reader->kernels = plm_kernels_pick();
    return reader;
}

void plm_chunk_reader_destroy(plm_chunk_reader *reader)
{
    if (reader != NULL) {
        ZSTD_freeDCtx(reader->zstd);
        plm_buffer_free(&reader->raw);
        plm_free(reader);
    }
}

const plm_kernels *plm_chunk_reader_kernels(const plm_chunk_reader *reader)
{
    return reader->kernels;
}

void plm_chunk_reader_use(plm_chunk_reader *reader, const plm_kernels *kernels)
{
    reader->kernels = kernels;
}

const char *plm_chunk_name(unsigned id)
{
    static const char *const names[PLM_CHUNK_COUNT] = {
        "head", "tag", "ts", "px", "qty", "level px", "level qty", "rare px", "rare qty", "recv"};
    return id < PLM_CHUNK_COUNT ? names[id] : "escapes";
}

plm_status plm_chunk_open(plm_chunk_reader *reader, const plm_chunk *chunk, const uint8_t *stored,
                          uint64_t offset, const char *where, plm_diag *diag,
                          const uint8_t **out_raw)
{
    const uint32_t crc = plm_crc32c(0, stored, chunk->stored);
    if (crc != chunk->crc) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: byte %" PRIu64 ": chunk '%s': checksum %08" PRIx32
                        ", the index says %08" PRIx32 "; the tape is damaged",
                        where, offset, plm_chunk_name(chunk->id), crc, chunk->crc);
    }
    if ((chunk->codec & PLM_CHUNK_ZSTD) == 0) {
        *out_raw = stored;
        return PLM_OK;
    }
    reader->raw.size = 0;
    uint8_t *const raw = plm_buffer_reserve(&reader->raw, chunk->raw);
    const size_t size = ZSTD_decompressDCtx(reader->zstd, raw, chunk->raw, stored, chunk->stored);
    if (ZSTD_isError(size) || size != chunk->raw) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: byte %" PRIu64 ": chunk '%s' does not inflate to %" PRIu32
                        " bytes: %s",
                        where, offset, plm_chunk_name(chunk->id), chunk->raw,
                        ZSTD_isError(size) ? ZSTD_getErrorName(size) : "it is shorter");
    }
    *out_raw = raw;
    return PLM_OK;
}

plm_status plm_chunk_unpack(plm_chunk_reader *reader, const plm_chunk *chunk, const uint8_t *stored,
                            uint64_t offset, const char *where, plm_diag *diag, uint32_t *out)
{
    const uint8_t *raw = NULL;
    PLM_TRY(plm_chunk_open(reader, chunk, stored, offset, where, diag, &raw));
    const plm_codec codec = (plm_codec)(chunk->codec & ~PLM_CHUNK_ZSTD);
    if (!plm_codec_decode(reader->kernels, codec, raw, chunk->raw, chunk->values, out)) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: byte %" PRIu64 ": chunk '%s': %" PRIu32 " bytes are not %" PRIu32
                        " values of codec %u",
                        where, offset, plm_chunk_name(chunk->id), chunk->raw, chunk->values,
                        (unsigned)codec);
    }
    return PLM_OK;
}
