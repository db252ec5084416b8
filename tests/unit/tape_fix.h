/*
 * tape_fix.h - makes every checksum of a damaged tape right again, as far as its parts are found,
 * so that the checks behind the checksums are reached. Knows the format from
 * docs/tape-format.md, not from the reader.
 */
#ifndef PLM_TAPE_FIX_H
#define PLM_TAPE_FIX_H

#include "crc32c.h"
#include "tape_layout.h"
#include "wire.h"

/* Where the fields stand in the footer. */
#define FOOT_TRAILER_OFFSET 80u
#define FOOT_TRAILER_SIZE 88u
#define FOOT_FILE_SIZE 96u
#define FOOT_TRAILER_CRC 112u
#define FOOT_CRC 116u

static inline uint64_t tape_fix_u64(const uint8_t *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline void tape_fix_crc(uint8_t *to, const uint8_t *bytes, size_t size)
{
    uint32_t const crc = plm_crc32c(0, bytes, size);
    memcpy(to, &crc, sizeof crc);
}

static inline void tape_fix_skip(plm_reader *reader, unsigned varints)
{
    for (unsigned i = 0; i < varints; i++) {
        (void)plm_read_varint(reader);
    }
}

/* The checksums of a row's chunks, which begin at `at`; returns where the next block begins. */
static inline uint64_t tape_fix_row(uint8_t *bytes, plm_reader *reader, uint64_t at, uint64_t limit)
{
    tape_fix_skip(reader, 1);
    (void)plm_read_u8(reader);
    tape_fix_skip(reader, 3);
    uint64_t const chunks = plm_read_varint(reader);
    for (uint64_t i = 0; i < chunks && !reader->failed; i++) {
        (void)plm_read_u8(reader);
        uint8_t const codec = plm_read_u8(reader);
        uint64_t const stored = plm_read_varint(reader);
        tape_fix_skip(reader, (codec & PLM_CHUNK_ZSTD) != 0 ? 2 : 1);
        const uint8_t *const crc = plm_read_bytes(reader, 4);
        if (crc == NULL || stored > limit - at) {
            reader->failed = true;
            return at;
        }
        tape_fix_crc(bytes + (crc - bytes), bytes + at, (size_t)stored);
        at += stored;
    }
    uint64_t const zones = plm_read_varint(reader);
    for (uint64_t i = 0; i < zones && !reader->failed; i++) {
        tape_fix_skip(reader, 1);
        unsigned const key = plm_read_u8(reader) & 7u;
        tape_fix_skip(reader, 6);
        tape_fix_skip(reader, key <= 3 ? 1 : 0);
        tape_fix_skip(reader, key == 3 ? 2 : 0);
    }
    return at;
}

static inline void tape_fix_pages(uint8_t *bytes, plm_reader *reader, uint64_t limit)
{
    uint64_t const pages = plm_read_varint(reader);
    uint64_t end = PLM_HEAD_SIZE;
    for (uint64_t i = 0; i < pages && !reader->failed; i++) {
        uint64_t const gap = plm_read_varint(reader);
        uint64_t const length = plm_read_varint(reader);
        tape_fix_skip(reader, 5);
        if (reader->failed || gap > limit - end || length > limit - end - gap ||
            length < PLM_PAGE_HEAD_SIZE + 4) {
            return;
        }
        uint8_t *const page = bytes + end + gap;
        plm_reader rows =
            plm_reader_init(page + PLM_PAGE_HEAD_SIZE, (size_t)length - PLM_PAGE_HEAD_SIZE - 4);
        uint64_t at = end;
        while (plm_reader_left(&rows) > 0 && !rows.failed) {
            at = tape_fix_row(bytes, &rows, at, limit);
        }
        tape_fix_crc(page + length - 4, page, (size_t)length - 4);
        end += gap + length;
    }
}

static inline void tape_fix(uint8_t *bytes, size_t size)
{
    if (size < PLM_HEAD_SIZE + PLM_FOOT_SIZE) {
        return;
    }
    uint8_t *const foot = bytes + size - PLM_FOOT_SIZE;
    uint64_t const offset = tape_fix_u64(foot + FOOT_TRAILER_OFFSET);
    uint64_t const trailer_size = tape_fix_u64(foot + FOOT_TRAILER_SIZE);
    uint64_t const limit = size - PLM_FOOT_SIZE;
    if (offset >= PLM_HEAD_SIZE && offset <= limit && trailer_size <= limit - offset) {
        plm_reader reader = plm_reader_init(bytes + offset, (size_t)trailer_size);
        for (unsigned list = 0; list < 2; list++) { /* rows, sources */
            uint64_t const texts = plm_read_varint(&reader);
            for (uint64_t i = 0; i < texts && !reader.failed; i++) {
                (void)plm_read_bytes(&reader, (size_t)plm_read_varint(&reader));
            }
        }
        (void)plm_read_bytes(&reader, (size_t)plm_read_varint(&reader)); /* report */
        tape_fix_pages(bytes, &reader, offset);
        tape_fix_crc(foot + FOOT_TRAILER_CRC, bytes + offset, (size_t)trailer_size);
    }
    tape_fix_crc(foot + FOOT_CRC, foot, FOOT_CRC);
}

#endif
