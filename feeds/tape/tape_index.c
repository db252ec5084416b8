/*
 * tape_index.c - finds the bytes of an open tape: index pages on demand, one at a time, and the
 * blocks behind them.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "crc32c.h"
#include "memory.h"
#include "tape_file.h"

/* -- bytes ----------------------------------------------------------------------------------- */

plm_status plm_tape_read_at(const plm_tape *tape, uint64_t offset, size_t size, plm_diag *diag,
                            uint8_t *out)
{
    size_t done = 0;
    while (done < size) {
        const ssize_t got = pread(tape->fd, out + done, size - done, (off_t)(offset + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return plm_fail_errno(diag, errno, "%s: byte %" PRIu64, tape->path, offset + done);
        }
        if (got == 0) {
            return plm_fail(diag, PLM_ERR_INPUT,
                            "%s: byte %" PRIu64 ": the file ends; it was cut while being read",
                            tape->path, offset + done);
        }
        done += (size_t)got;
    }
    return PLM_OK;
}

plm_status plm_tape_read_bytes(const plm_tape *tape, uint64_t offset, size_t size, plm_diag *diag,
                               plm_buffer *out)
{
    out->size = 0;
    uint8_t *const to = plm_buffer_reserve(out, size);
    PLM_TRY(plm_tape_read_at(tape, offset, size, diag, to));
    out->size = size;
    return PLM_OK;
}

/* -- index pages ----------------------------------------------------------------------------- */

static plm_status refuse_page(const plm_tape *tape, uint32_t page, const char *what, plm_diag *diag)
{
    return plm_fail(diag, PLM_ERR_INPUT,
                    "%s: byte %" PRIu64 ": index page %" PRIu32 ": %s; the tape is damaged",
                    tape->path, tape->trailer.pages[page].offset, page, what);
}

static uint64_t page_start(const plm_tape *tape, uint32_t page)
{
    if (page == 0) {
        return PLM_HEAD_SIZE;
    }
    const plm_page_entry *const before = &tape->trailer.pages[page - 1];
    return before->offset + before->length;
}

static void make_room(plm_tape *tape, const plm_page_entry *entry)
{
    /* The page itself bounds how many zones there can be. */
    const uint32_t zones = entry->length / PLM_ZONE_SIZE_MIN + 1;
    if (zones > tape->zone_cap) {
        tape->zones = plm_realloc(tape->zones, zones, sizeof *tape->zones);
        tape->zone_cap = zones;
    }
    if (entry->blocks > tape->row_cap) {
        tape->rows = plm_realloc(tape->rows, entry->blocks, sizeof *tape->rows);
        tape->infos = plm_realloc(tape->infos, entry->blocks, sizeof *tape->infos);
        tape->row_cap = entry->blocks;
    }
}

static void describe(const plm_tape *tape, uint32_t index, uint64_t block, uint64_t event,
                     const plm_zone *zones, plm_block_info *out)
{
    const plm_index_row *const row = &tape->rows[index];
    *out = (plm_block_info){.index = block,
                            .first_event = event,
                            .events = row->events,
                            .continues = row->continues,
                            .first_ts = row->first_ts,
                            .last_ts = row->last_ts,
                            .kinds = row->kinds,
                            .zone_count = row->zone_count,
                            .zones = zones};
}

/* Rows, zones and views of the page whose bytes are at hand. */
static plm_status parse_page(plm_tape *tape, uint32_t page, plm_diag *diag)
{
    const plm_page_entry *const entry = &tape->trailer.pages[page];
    plm_reader reader = plm_reader_init(tape->page_bytes.data + PLM_PAGE_HEAD_SIZE,
                                        tape->page_bytes.size - PLM_PAGE_HEAD_SIZE - 4);
    make_room(tape, entry);
    uint64_t offset = page_start(tape, page);
    uint64_t event = entry->first_event;
    uint64_t kinds = 0;
    uint32_t zone = 0;
    plm_ts last_ts = 0;
    for (uint32_t i = 0; i < entry->blocks; i++) {
        plm_index_row *const row = &tape->rows[i];
        plm_index_row_read(&reader, offset, last_ts, tape->zone_cap - zone, row,
                           tape->zones + zone);
        const uint32_t zones = row->zone_count;
        if (reader.failed || row->first_ts < last_ts ||
            (zones > 0 && tape->zones[zone + zones - 1].sym >= tape->trailer.row_count)) {
            return refuse_page(tape, page, "a row is not valid", diag);
        }
        describe(tape, i, entry->first_block + i, event, tape->zones + zone, &tape->infos[i]);
        offset += plm_index_row_length(row);
        event += row->events;
        zone += row->zone_count;
        last_ts = row->last_ts;
        kinds |= row->kinds;
    }
    if (plm_reader_left(&reader) != 0 || offset != entry->offset || kinds != entry->kinds ||
        event != entry->first_event + entry->events || last_ts != entry->last_ts ||
        tape->rows[0].first_ts != entry->first_ts) {
        return refuse_page(tape, page, "its rows do not add up to what the directory says", diag);
    }
    return PLM_OK;
}

static plm_status load_page(plm_tape *tape, uint32_t page, plm_diag *diag)
{
    if (tape->page == page) {
        return PLM_OK;
    }
    const plm_page_entry *const entry = &tape->trailer.pages[page];
    tape->page = tape->trailer.page_count; /* none, until this one is good */
    PLM_TRY(plm_tape_read_bytes(tape, entry->offset, entry->length, diag, &tape->page_bytes));
    const size_t body = entry->length - 4;
    plm_reader reader = plm_reader_init(tape->page_bytes.data, entry->length);
    const uint8_t *const magic = plm_read_bytes(&reader, 4);
    const uint32_t blocks = plm_read_u32(&reader);
    const uint64_t first_block = plm_read_u64(&reader);
    uint32_t stored;
    memcpy(&stored, tape->page_bytes.data + body, sizeof stored);
    if (plm_crc32c(0, tape->page_bytes.data, body) != stored) {
        return refuse_page(tape, page, "checksum is wrong", diag);
    }
    if (memcmp(magic, PLM_PAGE_MAGIC, 4) != 0 || blocks != entry->blocks ||
        first_block != entry->first_block) {
        return refuse_page(tape, page, "its head is not valid", diag);
    }
    PLM_TRY(parse_page(tape, page, diag));
    tape->page = page;
    tape->page_view = (plm_block_page){entry->first_block, entry->blocks, tape->infos};
    return PLM_OK;
}

/* The page that holds a block. */
static uint32_t page_of(const plm_tape *tape, uint64_t block)
{
    uint32_t low = 0;
    uint32_t high = tape->trailer.page_count;
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (tape->trailer.pages[middle].first_block <= block) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

plm_status plm_tape_row(plm_tape *tape, uint64_t block, plm_diag *diag,
                        const plm_index_row **out_row, const plm_block_info **out_info)
{
    plm_assert(block < tape->footer.blocks);
    const uint32_t page = page_of(tape, block);
    PLM_TRY(load_page(tape, page, diag));
    const uint64_t index = block - tape->trailer.pages[page].first_block;
    *out_row = &tape->rows[index];
    *out_info = &tape->infos[index];
    return PLM_OK;
}

plm_status plm_tape_source(plm_tape *tape, uint64_t block, plm_diag *diag, plm_block_source *out,
                           const plm_block_info **out_info)
{
    const plm_index_row *row = NULL;
    PLM_TRY(plm_tape_row(tape, block, diag, &row, out_info));
    PLM_TRY(plm_tape_read_bytes(tape, row->offset, plm_index_row_length(row), diag, &tape->bytes));
    (void)snprintf(tape->where, sizeof tape->where, "%s: block %" PRIu64, tape->path, block);
    *out = (plm_block_source){.row = row,
                              .bytes = tape->bytes.data,
                              .where = tape->where,
                              .has_recv = tape->info.has_recv,
                              .rows = tape->trailer.rows,
                              .row_count = tape->trailer.row_count};
    return PLM_OK;
}

/* -- the tape as blocks ---------------------------------------------------------------------- */

static plm_status blocks_page(plm_blocks *self, uint64_t index, plm_diag *diag,
                              const plm_block_page **out)
{
    plm_tape *const tape = self->impl;
    plm_assert(index < tape->footer.blocks);
    PLM_TRY(load_page(tape, page_of(tape, index), diag));
    *out = &tape->page_view;
    return PLM_OK;
}

static plm_status blocks_seek(plm_blocks *self, plm_ts ts, plm_diag *diag, uint64_t *out_index)
{
    plm_tape *const tape = self->impl;
    uint32_t low = 0;
    uint32_t high = tape->trailer.page_count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (tape->trailer.pages[middle].last_ts >= ts) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    if (low == tape->trailer.page_count) {
        *out_index = tape->footer.blocks;
        return PLM_OK;
    }
    PLM_TRY(load_page(tape, low, diag));
    uint32_t row = 0;
    while (tape->rows[row].last_ts < ts) {
        row++;
    }
    *out_index = tape->trailer.pages[low].first_block + row;
    return PLM_OK;
}

static plm_status blocks_columns(plm_blocks *self, uint64_t index, uint32_t mask, plm_diag *diag,
                                 const plm_columns **out)
{
    plm_tape *const tape = self->impl;
    plm_block_source source;
    const plm_block_info *info = NULL;
    PLM_TRY(plm_tape_source(tape, index, diag, &source, &info));
    return plm_block_columns(tape->decoder, &source, mask, diag, out);
}

static plm_status blocks_events(plm_blocks *self, uint64_t index, plm_diag *diag,
                                plm_event *out_events, plm_ts *out_recv, uint32_t *out_count)
{
    plm_tape *const tape = self->impl;
    plm_block_source source;
    const plm_block_info *info = NULL;
    PLM_TRY(plm_tape_source(tape, index, diag, &source, &info));
    PLM_TRY(plm_block_events(tape->decoder, &source, diag, out_events, out_recv));
    *out_count = info->events;
    return PLM_OK;
}

void plm_tape_fill_blocks(plm_tape *tape)
{
    const plm_tape_info *const info = &tape->info;
    tape->blocks = (plm_blocks){.impl = tape,
                                .block_count = info->blocks,
                                .event_count = info->events,
                                .first_ts = info->first_ts,
                                .last_ts = info->last_ts,
                                .has_recv = info->has_recv,
                                .synthetic = info->synthetic,
                                .kinds = info->kinds,
                                .row_count = info->row_count,
                                .rows = info->rows,
                                .page = blocks_page,
                                .seek = blocks_seek,
                                .columns = blocks_columns,
                                .events = blocks_events};
    memcpy(tape->blocks.digest, info->digest, sizeof tape->blocks.digest);
}
