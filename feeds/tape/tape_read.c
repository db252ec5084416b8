/*
 * tape_read.c - opens a tape: header, footer, trailer, and whether they agree.
 */
#include "tape_read.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crc32c.h"
#include "memory.h"
#include "tape_file.h"

/* -- opening --------------------------------------------------------------------------------- */

static plm_status open_file(plm_tape *tape, plm_diag *diag, uint64_t *out_size)
{
    tape->fd = open(tape->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (tape->fd < 0) {
        return plm_fail_errno(diag, errno, "%s", tape->path);
    }
    struct stat info;
    if (fstat(tape->fd, &info) != 0) {
        return plm_fail_errno(diag, errno, "%s", tape->path);
    }
    if (!S_ISREG(info.st_mode)) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s: is %s; a tape is a regular file", tape->path,
                        S_ISDIR(info.st_mode) ? "a folder" : "not a regular file");
    }
    if ((uint64_t)info.st_size < PLM_HEAD_SIZE + PLM_FOOT_SIZE) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s: has %" PRIu64 " bytes; a tape has at least %u",
                        tape->path, (uint64_t)info.st_size, PLM_HEAD_SIZE + PLM_FOOT_SIZE);
    }
    *out_size = (uint64_t)info.st_size;
    return PLM_OK;
}

static plm_status read_ends(plm_tape *tape, uint64_t size, plm_diag *diag)
{
    uint8_t head[PLM_HEAD_SIZE];
    uint8_t foot[PLM_FOOT_SIZE];
    PLM_TRY(plm_tape_read_at(tape, 0, sizeof head, diag, head));
    if (memcmp(head, PLM_HEAD_MAGIC, 8) != 0) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: byte 0: does not begin as a tape does; `plimsoll import` reads other "
                        "formats",
                        tape->path);
    }
    PLM_TRY(plm_tape_read_at(tape, size - sizeof foot, sizeof foot, diag, foot));
    plm_reader reader = plm_reader_init(head + 8, 8);
    const uint32_t version = plm_read_u32(&reader);
    if (version != PLM_TAPE_VERSION || plm_read_u32(&reader) != 0) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: byte 8: tape version %" PRIu32 "; this program reads version %u",
                        tape->path, version, PLM_TAPE_VERSION);
    }
    return plm_footer_read(foot, size, tape->path, diag, &tape->footer);
}

static plm_status parse_trailer(plm_tape *tape, const plm_buffer *bytes, plm_diag *diag)
{
    const plm_footer *const footer = &tape->footer;
    const uint32_t crc = plm_crc32c(0, bytes->data, bytes->size);
    if (crc != footer->trailer_crc) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: byte %" PRIu64 ": trailer: checksum %08" PRIx32
                        ", the footer says %08" PRIx32 "; the tape is damaged",
                        tape->path, footer->trailer_offset, crc, footer->trailer_crc);
    }
    (void)snprintf(tape->where, sizeof tape->where, "%s: byte %" PRIu64, tape->path,
                   footer->trailer_offset);
    return plm_trailer_read(bytes->data, bytes->size, tape->where, diag, &tape->trailer);
}

static plm_status read_trailer(plm_tape *tape, plm_diag *diag)
{
    const plm_footer *const footer = &tape->footer;
    plm_buffer bytes = {0};
    plm_status status = plm_tape_read_bytes(tape, footer->trailer_offset,
                                            (size_t)footer->trailer_size, diag, &bytes);
    if (status == PLM_OK) {
        status = parse_trailer(tape, &bytes, diag);
    }
    plm_buffer_free(&bytes);
    return status;
}

/* Pages and blocks fill the file up to the trailer, and the footer counts what the pages count. */
static plm_status check_totals(const plm_tape *tape, plm_diag *diag)
{
    const plm_footer *const footer = &tape->footer;
    const plm_trailer *const trailer = &tape->trailer;
    uint64_t end = PLM_HEAD_SIZE;
    uint64_t blocks = 0;
    uint64_t events = 0;
    plm_ts first_ts = 0;
    plm_ts last_ts = 0;
    if (trailer->page_count > 0) {
        const plm_page_entry *const last = &trailer->pages[trailer->page_count - 1];
        end = last->offset + last->length;
        blocks = last->first_block + last->blocks;
        events = last->first_event + last->events;
        first_ts = trailer->pages[0].first_ts;
        last_ts = last->last_ts;
    }
    if (end != footer->trailer_offset || blocks != footer->blocks || events != footer->events ||
        first_ts != footer->first_ts || last_ts != footer->last_ts) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: byte %" PRIu64
                        ": the page directory does not agree with the footer; the tape is damaged",
                        tape->path, footer->trailer_offset);
    }
    return PLM_OK;
}

static void fill_info(plm_tape *tape)
{
    const plm_footer *const footer = &tape->footer;
    plm_tape_info *const info = &tape->info;
    *info = (plm_tape_info){.path = tape->path,
                            .version = footer->version,
                            .bytes = footer->file_size,
                            .events = footer->events,
                            .blocks = footer->blocks,
                            .first_ts = footer->first_ts,
                            .last_ts = footer->last_ts,
                            .profile = (plm_profile)footer->profile,
                            .has_recv = (footer->flags & PLM_TAPE_FLAG_RECV) != 0,
                            .synthetic = (footer->flags & PLM_TAPE_FLAG_SYNTHETIC) != 0,
                            .row_count = tape->trailer.row_count,
                            .rows = tape->trailer.rows,
                            .source_count = tape->trailer.source_count,
                            .sources = (const char *const *)tape->trailer.sources,
                            .report = tape->trailer.report};
    memcpy(info->digest, footer->digest, sizeof info->digest);
    for (uint32_t i = 0; i < tape->trailer.page_count; i++) {
        info->kinds |= tape->trailer.pages[i].kinds;
    }
}

/* -- open, close ----------------------------------------------------------------------------- */

static plm_status open_tape(plm_tape *tape, plm_diag *diag)
{
    uint64_t size = 0;
    PLM_TRY(open_file(tape, diag, &size));
    PLM_TRY(read_ends(tape, size, diag));
    PLM_TRY(read_trailer(tape, diag));
    PLM_TRY(check_totals(tape, diag));
    tape->page = tape->trailer.page_count;
    tape->decoder = plm_block_decoder_create();
    fill_info(tape);
    plm_tape_fill_blocks(tape);
    return PLM_OK;
}

plm_status plm_tape_open(const char *path, plm_diag *diag, plm_tape **out)
{
    if (strlen(path) >= PLM_PATH_MAX) {
        return plm_fail(diag, PLM_ERR_USAGE, "a path of %zu bytes; at most %u", strlen(path),
                        PLM_PATH_MAX - 1);
    }
    plm_tape *const tape = plm_alloc(1, sizeof *tape);
    tape->fd = -1;
    tape->path = plm_strdup(path);
    const plm_status status = open_tape(tape, diag);
    if (status != PLM_OK) {
        plm_tape_close(tape);
        return status;
    }
    *out = tape;
    return PLM_OK;
}

void plm_tape_close(plm_tape *tape)
{
    if (tape == NULL) {
        return;
    }
    if (tape->fd >= 0) {
        (void)close(tape->fd);
    }
    plm_block_decoder_destroy(tape->decoder);
    plm_trailer_free(&tape->trailer);
    plm_buffer_free(&tape->bytes);
    plm_buffer_free(&tape->page_bytes);
    plm_free(tape->rows);
    plm_free(tape->infos);
    plm_free(tape->zones);
    plm_free(tape->path);
    plm_free(tape);
}

const plm_tape_info *plm_tape_get_info(const plm_tape *tape)
{
    return &tape->info;
}

plm_blocks *plm_tape_get_blocks(plm_tape *tape)
{
    return &tape->blocks;
}
