/*
 * trailer.c - trailer and footer as bytes and back, and the digest that they carry.
 */
#include "trailer.h"

#include <inttypes.h>
#include <string.h>

#include "crc32c.h"
#include "instrument_text.h"
#include "memory.h"
#include "symbol_map.h"

/* -- trailer --------------------------------------------------------------------------------- */

static void put_text(const char *text, plm_buffer *out)
{
    const size_t size = strlen(text);
    plm_put_varint(out, size);
    plm_put_bytes(out, text, size);
}

void plm_trailer_put(const plm_trailer *trailer, plm_buffer *out)
{
    char line[PLM_INSTRUMENT_TEXT_CAP];
    plm_put_varint(out, trailer->row_count);
    for (uint32_t i = 0; i < trailer->row_count; i++) {
        plm_instrument_format(&trailer->rows[i], line);
        put_text(line, out);
    }
    plm_put_varint(out, trailer->source_count);
    for (uint32_t i = 0; i < trailer->source_count; i++) {
        put_text(trailer->sources[i], out);
    }
    put_text(trailer->report, out);
    plm_put_varint(out, trailer->page_count);
    uint64_t end = PLM_HEAD_SIZE;
    for (uint32_t i = 0; i < trailer->page_count; i++) {
        const plm_page_entry *const page = &trailer->pages[i];
        plm_put_varint(out, page->offset - end);
        plm_put_varint(out, page->length);
        plm_put_varint(out, page->blocks);
        plm_put_varint(out, page->events);
        plm_put_varint(out, (uint64_t)page->first_ts);
        plm_put_varint(out, (uint64_t)(page->last_ts - page->first_ts));
        plm_put_varint(out, page->kinds);
        end = page->offset + page->length;
    }
}

/* A text of at most `limit` bytes without NUL, as an allocated string; NULL when it is not one. */
static char *read_text(plm_reader *reader, uint64_t limit)
{
    const uint64_t size = plm_read_varint(reader);
    if (size > limit) {
        reader->failed = true;
        return NULL;
    }
    const uint8_t *const bytes = plm_read_bytes(reader, (size_t)size);
    if (bytes == NULL || memchr(bytes, 0, (size_t)size) != NULL) {
        reader->failed = true;
        return NULL;
    }
    char *const text = plm_alloc((size_t)size + 1, 1);
    memcpy(text, bytes, (size_t)size);
    return text;
}

/* A count of things that take at least `least` bytes each: never more than the bytes at hand allow.
 */
static uint32_t read_count(plm_reader *reader, uint64_t limit, size_t least)
{
    const uint64_t count = plm_read_varint(reader);
    if (count > limit || count > plm_reader_left(reader) / least) {
        reader->failed = true;
        return 0;
    }
    return (uint32_t)count;
}

/* A symbol stands once; a row is refused with its place and the parser's words. */
static plm_status read_row(const char *line, uint32_t number, const char *where,
                           plm_symbol_map *symbols, plm_diag *diag, plm_instrument *out)
{
    plm_diag reason;
    plm_diag_init(&reason);
    if (plm_instrument_parse(line, strlen(line), &reason, out) != PLM_OK) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s: row %" PRIu32 ": %s", where, number, reason.text);
    }
    if (!plm_symbol_map_add(symbols, out->symbol, strlen(out->symbol), number)) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s: row %" PRIu32 ": '%s' stands twice", where,
                        number, out->symbol);
    }
    return PLM_OK;
}

static plm_status read_rows(plm_reader *reader, const char *where, plm_diag *diag,
                            plm_trailer *trailer)
{
    const uint32_t count = read_count(reader, PLM_ROWS_MAX, 16);
    trailer->rows = plm_alloc((size_t)count + 1, sizeof *trailer->rows);
    plm_symbol_map *const symbols = plm_symbol_map_create();
    plm_status status = PLM_OK;
    for (uint32_t i = 0; status == PLM_OK && i < count; i++) {
        char *const line = read_text(reader, PLM_INSTRUMENT_TEXT_CAP);
        if (line == NULL) {
            break;
        }
        status = read_row(line, i, where, symbols, diag, &trailer->rows[i]);
        trailer->row_count = i + 1;
        plm_free(line);
    }
    plm_symbol_map_destroy(symbols);
    return status;
}

static void read_sources(plm_reader *reader, plm_trailer *trailer)
{
    const uint32_t count = read_count(reader, PLM_SOURCES_MAX, 1);
    trailer->sources = plm_alloc((size_t)count + 1, sizeof *trailer->sources);
    for (uint32_t i = 0; i < count && !reader->failed; i++) {
        trailer->sources[i] = read_text(reader, PLM_SOURCE_TEXT_MAX);
        trailer->source_count = i + (trailer->sources[i] != NULL);
    }
    trailer->report = read_text(reader, PLM_REPORT_TEXT_MAX);
}

static void read_pages(plm_reader *reader, plm_trailer *trailer)
{
    const uint32_t count = read_count(reader, UINT32_MAX, 15); /* the first ts alone takes nine */
    trailer->pages = plm_alloc((size_t)count + 1, sizeof *trailer->pages);
    uint64_t end = PLM_HEAD_SIZE;
    uint64_t blocks = 0;
    uint64_t events = 0;
    plm_ts ts = PLM_TS_MIN;
    for (uint32_t i = 0; i < count && !reader->failed; i++) {
        plm_page_entry *const page = &trailer->pages[i];
        *page = (plm_page_entry){.first_block = blocks, .first_event = events};
        page->offset = end + plm_read_varint(reader);
        const uint64_t length = plm_read_varint(reader);
        const uint64_t page_blocks = plm_read_varint(reader);
        page->events = plm_read_varint(reader);
        page->first_ts = (plm_ts)plm_read_varint(reader);
        page->last_ts = (plm_ts)((uint64_t)page->first_ts + plm_read_varint(reader));
        page->kinds = plm_read_varint(reader);
        page->length = (uint32_t)length;
        page->blocks = (uint32_t)page_blocks;
        if (page->offset < end || length > PLM_PAGE_SIZE_MAX || length <= PLM_PAGE_HEAD_SIZE ||
            page_blocks == 0 || page_blocks > PLM_PAGE_BLOCKS_MAX || page->events < page_blocks ||
            page->events > page_blocks * PLM_BLOCK_EVENTS_MAX || page->first_ts < ts ||
            page->last_ts < page->first_ts || page->last_ts >= PLM_TS_MAX) {
            reader->failed = true;
        }
        end = page->offset + length;
        if (end < page->offset) {
            reader->failed = true;
        }
        ts = page->last_ts;
        blocks += page_blocks;
        events += page->events;
    }
    trailer->page_count = count;
}

plm_status plm_trailer_read(const uint8_t *bytes, size_t size, const char *where, plm_diag *diag,
                            plm_trailer *out)
{
    plm_trailer trailer = {0};
    plm_reader reader = plm_reader_init(bytes, size);
    plm_status status = read_rows(&reader, where, diag, &trailer);
    if (status == PLM_OK) {
        read_sources(&reader, &trailer);
        read_pages(&reader, &trailer);
        if (reader.failed || plm_reader_left(&reader) != 0) {
            status = plm_fail(diag, PLM_ERR_INPUT,
                              "%s: the trailer (instruments, sources, pages) is not valid", where);
        }
    }
    if (status != PLM_OK) {
        plm_trailer_free(&trailer);
        return status;
    }
    *out = trailer;
    return PLM_OK;
}

void plm_trailer_free(plm_trailer *trailer)
{
    for (uint32_t i = 0; i < trailer->source_count; i++) {
        plm_free(trailer->sources[i]);
    }
    plm_free(trailer->sources);
    plm_free(trailer->rows);
    plm_free(trailer->report);
    plm_free(trailer->pages);
    *trailer = (plm_trailer){0};
}

/* -- footer ---------------------------------------------------------------------------------- */

void plm_footer_put(const plm_footer *footer, plm_buffer *out)
{
    const size_t start = out->size;
    plm_put_bytes(out, "PLMF", 4);
    plm_put_u32(out, footer->version);
    plm_put_u32(out, footer->flags);
    plm_put_u32(out, footer->profile);
    plm_put_u64(out, footer->events);
    plm_put_u64(out, footer->blocks);
    plm_put_u64(out, (uint64_t)footer->first_ts);
    plm_put_u64(out, (uint64_t)footer->last_ts);
    plm_put_bytes(out, footer->digest, sizeof footer->digest);
    plm_put_u64(out, footer->trailer_offset);
    plm_put_u64(out, footer->trailer_size);
    plm_put_u64(out, footer->file_size);
    plm_put_u64(out, 0);
    plm_put_u32(out, footer->trailer_crc);
    plm_put_u32(out, plm_crc32c(0, out->data + start, out->size - start));
    plm_put_bytes(out, PLM_FOOT_MAGIC, 8);
}

static const char *footer_problem(const plm_footer *footer, uint64_t file_size)
{
    if (footer->file_size != file_size) {
        return "the file does not have the size that it had when it was finished";
    }
    if ((footer->flags & ~(PLM_TAPE_FLAG_RECV | PLM_TAPE_FLAG_SYNTHETIC)) != 0 ||
        footer->profile < PLM_PROFILE_FAST || footer->profile > PLM_PROFILE_ARCHIVE) {
        return "unknown flags or profile";
    }
    if (footer->trailer_size > PLM_TRAILER_SIZE_MAX || footer->trailer_offset < PLM_HEAD_SIZE ||
        footer->trailer_offset > file_size ||
        footer->trailer_offset + footer->trailer_size + PLM_FOOT_SIZE != file_size) {
        return "the trailer is not where it should be";
    }
    return NULL;
}

plm_status plm_footer_read(const uint8_t *bytes, uint64_t file_size, const char *where,
                           plm_diag *diag, plm_footer *out)
{
    const uint64_t at = file_size - PLM_FOOT_SIZE;
    if (memcmp(bytes + PLM_FOOT_SIZE - 8, PLM_FOOT_MAGIC, 8) != 0) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: byte %" PRIu64 ": no footer at the end; the tape is truncated or its "
                        "packing was never finished",
                        where, file_size - 8);
    }
    plm_reader reader = plm_reader_init(bytes, PLM_FOOT_SIZE - 8);
    plm_footer footer;
    const uint8_t *const magic = plm_read_bytes(&reader, 4);
    footer.version = plm_read_u32(&reader);
    footer.flags = plm_read_u32(&reader);
    footer.profile = plm_read_u32(&reader);
    footer.events = plm_read_u64(&reader);
    footer.blocks = plm_read_u64(&reader);
    footer.first_ts = (plm_ts)plm_read_u64(&reader);
    footer.last_ts = (plm_ts)plm_read_u64(&reader);
    memcpy(footer.digest, plm_read_bytes(&reader, sizeof footer.digest), sizeof footer.digest);
    footer.trailer_offset = plm_read_u64(&reader);
    footer.trailer_size = plm_read_u64(&reader);
    footer.file_size = plm_read_u64(&reader);
    const uint64_t reserved = plm_read_u64(&reader);
    footer.trailer_crc = plm_read_u32(&reader);
    const uint32_t crc = plm_crc32c(0, bytes, (size_t)(reader.at - bytes));
    const uint32_t stored = plm_read_u32(&reader);
    if (crc != stored || memcmp(magic, "PLMF", 4) != 0 || reserved != 0) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: byte %" PRIu64 ": footer: checksum %08" PRIx32 ", stored %08" PRIx32
                        "; the tape is damaged",
                        where, at, crc, stored);
    }
    if (footer.version != PLM_TAPE_VERSION) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: byte %" PRIu64 ": tape version %" PRIu32
                        "; this program reads version %u",
                        where, at + 4, footer.version, PLM_TAPE_VERSION);
    }
    const char *const problem = footer_problem(&footer, file_size);
    if (problem != NULL) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s: byte %" PRIu64 ": footer: %s", where, at,
                        problem);
    }
    *out = footer;
    return PLM_OK;
}

/* -- digest ---------------------------------------------------------------------------------- */

void plm_tape_digest(const plm_instrument *rows, uint32_t row_count,
                     const uint8_t events[PLM_DIGEST_SIZE], const uint8_t *recv,
                     uint8_t out[PLM_DIGEST_SIZE])
{
    static const char title[] = "plimsoll tape digest 1\n";
    char line[PLM_INSTRUMENT_TEXT_CAP];
    plm_digest *const digest = plm_digest_create();
    plm_digest_add(digest, title, sizeof title - 1);
    for (uint32_t i = 0; i < row_count; i++) {
        const size_t size = plm_instrument_format(&rows[i], line);
        line[size] = '\n';
        plm_digest_add(digest, line, size + 1);
    }
    plm_digest_add(digest, events, PLM_DIGEST_SIZE);
    if (recv != NULL) {
        plm_digest_add(digest, recv, PLM_DIGEST_SIZE);
    }
    plm_digest_finish(digest, out);
    plm_digest_destroy(digest);
}
