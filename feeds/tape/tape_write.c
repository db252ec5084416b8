/*
 * tape_write.c - events in, tape out: cuts blocks, keeps the index, closes with trailer and footer.
 *
 * A block is cut between instants when the buffer is full, or early where a grid of time begins a
 * new cell, so that bars and samples on that grid can be answered from the index. The grid follows
 * the rate of events: a cell is expected to fill a block, and an early cut is taken only while
 * blocks hold half of their room on average.
 */
#include "tape_write.h"

#include <inttypes.h>
#include <string.h>

#include "block_encode.h"
#include "check.h"
#include "crc32c.h"
#include "instrument_text.h"
#include "kinds.h"
#include "memory.h"
#include "num.h"
#include "outfile.h"
#include "symbol_map.h"
#include "trailer.h"

#define RATE_BLOCKS 16 /* the rate of events is taken over this many blocks */
#define SECOND INT64_C(1000000000)

static const int64_t grid_steps[] = {SECOND,        10 * SECOND,    60 * SECOND,   600 * SECOND,
                                     3600 * SECOND, 21600 * SECOND, 86400 * SECOND};

struct plm_tape_writer {
    plm_tape_options options;
    plm_outfile *file;
    plm_block_encoder *encoder;
    plm_digest *event_digest, *recv_digest;
    uint32_t cap, count; /* of the event buffer */
    plm_event *events;
    plm_ts *recv;
    uint64_t written; /* events in finished blocks */
    uint64_t blocks;
    plm_ts first_ts, last_ts;
    plm_ts grid_next;
    plm_ts block_start[RATE_BLOCKS]; /* ring: first ts and first event of the last blocks */
    uint64_t block_first[RATE_BLOCKS];
    plm_buffer block, page;
    plm_page_entry page_entry; /* of the open page */
    uint32_t page_cap, row_cap, source_cap;
    plm_trailer trailer;
    plm_symbol_map *symbols; /* of the rows: a symbol stands once */
};

const char *plm_profile_name(plm_profile profile)
{
    switch (profile) {
    case PLM_PROFILE_FAST:
        return "fast";
    case PLM_PROFILE_DEFAULT:
        return "default";
    case PLM_PROFILE_ARCHIVE:
        return "archive";
    case PLM_PROFILE_NONE:
        break;
    }
    return "none";
}

plm_status plm_tape_create(const char *path, const plm_tape_options *options, plm_diag *diag,
                           plm_tape_writer **out)
{
    plm_assert(options->profile != PLM_PROFILE_NONE &&
               options->block_events <= PLM_BLOCK_EVENTS_MAX);
    plm_outfile *file = NULL;
    PLM_TRY(plm_outfile_create(path, options->overwrite, diag, &file));
    plm_buffer head = {0};
    plm_put_bytes(&head, PLM_HEAD_MAGIC, 8);
    plm_put_u32(&head, PLM_TAPE_VERSION);
    plm_put_u32(&head, 0);
    const plm_status status = plm_outfile_write(file, head.data, head.size, diag);
    plm_buffer_free(&head);
    if (status != PLM_OK) {
        plm_outfile_abort(file);
        return status;
    }
    plm_tape_writer *const writer = plm_alloc(1, sizeof *writer);
    writer->options = *options;
    writer->file = file;
    writer->encoder = plm_block_encoder_create(options);
    writer->event_digest = plm_digest_create();
    writer->recv_digest = plm_digest_create();
    writer->cap = options->block_events != 0 ? options->block_events : PLM_BLOCK_EVENTS_MAX;
    writer->events = plm_alloc_aligned(writer->cap, sizeof(plm_event), 64);
    writer->recv = plm_alloc(writer->cap, sizeof(plm_ts));
    writer->grid_next = INT64_MAX;
    writer->last_ts = PLM_TS_MIN;
    writer->trailer.report = plm_strdup("");
    writer->symbols = plm_symbol_map_create();
    *out = writer;
    return PLM_OK;
}

static void release(plm_tape_writer *writer)
{
    plm_block_encoder_destroy(writer->encoder);
    plm_digest_destroy(writer->event_digest);
    plm_digest_destroy(writer->recv_digest);
    plm_buffer_free(&writer->block);
    plm_buffer_free(&writer->page);
    plm_trailer_free(&writer->trailer);
    plm_symbol_map_destroy(writer->symbols);
    plm_free(writer->events);
    plm_free(writer->recv);
    plm_free(writer);
}

void plm_tape_abort(plm_tape_writer *writer)
{
    if (writer != NULL) {
        plm_outfile_abort(writer->file);
        release(writer);
    }
}

/* -- what stands in the trailer -------------------------------------------------------------- */

/* Doubles the room of an array when it is full. */
static void *grown(void *array, uint32_t count, uint32_t *cap, size_t size)
{
    if (count < *cap) {
        return array;
    }
    *cap = *cap == 0 ? 16 : *cap * 2;
    return plm_realloc(array, *cap, size);
}

plm_status plm_tape_add_instrument(plm_tape_writer *writer, const plm_instrument *row,
                                   plm_diag *diag)
{
    plm_trailer *const trailer = &writer->trailer;
    const char *const problem = plm_instrument_problem(row);
    if (problem != NULL) {
        return plm_fail(diag, PLM_ERR_INPUT, "instrument %" PRIu32 ": %s", trailer->row_count,
                        problem);
    }
    if (trailer->row_count == PLM_ROWS_MAX) {
        return plm_fail(diag, PLM_ERR_INPUT, "a tape holds at most %u instruments", PLM_ROWS_MAX);
    }
    if (!plm_symbol_map_add(writer->symbols, row->symbol, strlen(row->symbol),
                            trailer->row_count)) {
        return plm_fail(diag, PLM_ERR_INPUT, "instrument '%s' is on the tape already", row->symbol);
    }
    trailer->rows = grown(trailer->rows, trailer->row_count, &writer->row_cap, sizeof *row);
    trailer->rows[trailer->row_count++] = *row;
    return PLM_OK;
}

plm_status plm_tape_add_source(plm_tape_writer *writer, const char *text, plm_diag *diag)
{
    plm_trailer *const trailer = &writer->trailer;
    if (trailer->source_count == PLM_SOURCES_MAX || strlen(text) > PLM_SOURCE_TEXT_MAX) {
        return plm_fail(diag, PLM_ERR_INPUT, "at most %u sources of at most %u bytes are noted",
                        PLM_SOURCES_MAX, PLM_SOURCE_TEXT_MAX);
    }
    trailer->sources =
        grown(trailer->sources, trailer->source_count, &writer->source_cap, sizeof(char *));
    trailer->sources[trailer->source_count++] = plm_strdup(text);
    return PLM_OK;
}

plm_status plm_tape_set_report(plm_tape_writer *writer, const char *json, plm_diag *diag)
{
    if (strlen(json) > PLM_REPORT_TEXT_MAX) {
        return plm_fail(diag, PLM_ERR_INPUT, "an import report has at most %u bytes",
                        PLM_REPORT_TEXT_MAX);
    }
    plm_free(writer->trailer.report);
    writer->trailer.report = plm_strdup(json);
    return PLM_OK;
}

/* -- blocks and index pages ------------------------------------------------------------------ */

static plm_status close_page(plm_tape_writer *writer, plm_diag *diag)
{
    plm_page_entry *const entry = &writer->page_entry;
    if (entry->blocks == 0) {
        return PLM_OK;
    }
    memcpy(writer->page.data + 4, &entry->blocks, sizeof entry->blocks);
    plm_put_u32(&writer->page, plm_crc32c(0, writer->page.data, writer->page.size));
    entry->offset = plm_outfile_size(writer->file);
    entry->length = (uint32_t)writer->page.size;
    PLM_TRY(plm_outfile_write(writer->file, writer->page.data, writer->page.size, diag));
    plm_trailer *const trailer = &writer->trailer;
    trailer->pages = grown(trailer->pages, trailer->page_count, &writer->page_cap, sizeof *entry);
    trailer->pages[trailer->page_count++] = *entry;
    *entry = (plm_page_entry){0};
    writer->page.size = 0;
    return PLM_OK;
}

static plm_status index_block(plm_tape_writer *writer, const plm_index_row *row,
                              const plm_zone *zones, plm_diag *diag)
{
    plm_page_entry *const entry = &writer->page_entry;
    if (entry->blocks == 0) {
        plm_put_bytes(&writer->page, PLM_PAGE_MAGIC, 4);
        plm_put_u32(&writer->page, 0); /* the count, known when the page is closed */
        plm_put_u64(&writer->page, writer->blocks);
        entry->first_ts = row->first_ts;
        entry->last_ts = 0;
    }
    plm_index_row_put(row, zones, entry->last_ts, &writer->page);
    entry->blocks++;
    entry->events += row->events;
    entry->last_ts = row->last_ts;
    entry->kinds |= row->kinds;
    writer->blocks++;
    return writer->page.size >= PLM_PAGE_TARGET ? close_page(writer, diag) : PLM_OK;
}

/* Writes the first `count` events of the buffer as a block and moves the rest to its beginning. */
static plm_status write_block(plm_tape_writer *writer, uint32_t count, plm_diag *diag)
{
    const plm_event *const events = writer->events;
    const bool continues = writer->written > 0 && events[0].ts == writer->last_ts;
    const plm_ts *const recv = writer->options.has_recv ? writer->recv : NULL;
    plm_index_row row;
    const plm_zone *zones = NULL;
    writer->block.size = 0;
    PLM_TRY(plm_block_encode(writer->encoder, events, recv, count, continues, diag, &writer->block,
                             &row, &zones));
    row.offset = plm_outfile_size(writer->file);
    PLM_TRY(plm_outfile_write(writer->file, writer->block.data, writer->block.size, diag));
    PLM_TRY(index_block(writer, &row, zones, diag));
    plm_digest_add(writer->event_digest, events, count * sizeof *events);
    if (recv != NULL) {
        plm_digest_add(writer->recv_digest, recv, count * sizeof *recv);
    }
    const unsigned slot = writer->blocks % RATE_BLOCKS;
    writer->block_start[slot] = row.first_ts;
    writer->block_first[slot] = writer->written;
    if (writer->written == 0) {
        writer->first_ts = row.first_ts;
    }
    writer->written += count;
    writer->last_ts = row.last_ts;
    writer->count -= count;
    memmove(writer->events, writer->events + count, writer->count * sizeof *events);
    memmove(writer->recv, writer->recv + count, writer->count * sizeof *writer->recv);
    return PLM_OK;
}

/* The full buffer, before an event at `ts`: cut before the instant that this event belongs to, or
 * within an instant that fills the buffer alone. */
static plm_status write_full(plm_tape_writer *writer, plm_ts ts, plm_diag *diag)
{
    uint32_t cut = writer->count;
    while (cut > 0 && writer->events[cut - 1].ts == ts) {
        cut--;
    }
    return write_block(writer, cut > 0 ? cut : writer->count, diag);
}

/* Where the next cell of the grid begins, seen from ts: the finest grid whose cells should fill a
 * block. */
static plm_ts next_grid_line(const plm_tape_writer *writer, plm_ts ts)
{
    if (writer->blocks < 2) {
        return INT64_MAX;
    }
    const uint64_t back = writer->blocks < RATE_BLOCKS ? writer->blocks : RATE_BLOCKS;
    const unsigned slot = (unsigned)((writer->blocks - back + 1) % RATE_BLOCKS);
    const plm_i128 elapsed = ts - writer->block_start[slot];
    const plm_i128 events = (plm_i128)(writer->written - writer->block_first[slot]);
    for (size_t i = 0; i < sizeof grid_steps / sizeof grid_steps[0]; i++) {
        const int64_t step = grid_steps[i];
        if (events * step >= writer->cap * elapsed) {
            return ts - ts % step + step;
        }
    }
    return INT64_MAX;
}

/* An event beyond the grid line is about to be buffered. */
static plm_status meet_grid(plm_tape_writer *writer, plm_ts ts, plm_diag *diag)
{
    const uint64_t after = writer->written + writer->count;
    if (writer->count > 0 && after >= (writer->blocks + 1) * (writer->cap / 2)) {
        PLM_TRY(write_block(writer, writer->count, diag));
    }
    writer->grid_next = next_grid_line(writer, ts);
    return PLM_OK;
}

/* -- events ---------------------------------------------------------------------------------- */

/* `ahead`: the events between those that are buffered and this one. */
static plm_status refuse_event(const plm_tape_writer *writer, const plm_event *event, size_t ahead,
                               const char *problem, plm_diag *diag)
{
    const uint64_t number = writer->written + writer->count + ahead;
    return plm_fail(diag, PLM_ERR_INPUT, "event %" PRIu64 " (ts %" PRId64 ", kind %u): %s", number,
                    event->ts, (unsigned)event->kind, problem);
}

static plm_status check_event(const plm_tape_writer *writer, const plm_event *event, size_t ahead,
                              plm_ts last_ts, plm_diag *diag)
{
    if (event->sym >= writer->trailer.row_count) {
        return refuse_event(writer, event, ahead, "speaks of an instrument that is not on the tape",
                            diag);
    }
    const char *const problem = plm_event_problem(event, &writer->trailer.rows[event->sym]);
    if (problem != NULL) {
        return refuse_event(writer, event, ahead, problem, diag);
    }
    if (event->ts < last_ts) {
        return refuse_event(writer, event, ahead, "time goes back; a tape is in order of ts", diag);
    }
    return PLM_OK;
}

/* A time that no event may have is not beyond: it is refused first. */
static bool beyond_grid(const plm_tape_writer *writer, const plm_event *event)
{
    return event->ts >= writer->grid_next && event->ts < PLM_TS_MAX;
}

/* How many of the events are good and come before the grid line. */
static plm_status check_run(const plm_tape_writer *writer, const plm_event *events,
                            const plm_ts *recv, size_t count, plm_diag *diag, size_t *out_run)
{
    plm_ts last_ts = writer->count > 0 ? writer->events[writer->count - 1].ts : writer->last_ts;
    size_t run = 0;
    while (run < count && !beyond_grid(writer, &events[run])) {
        PLM_TRY(check_event(writer, &events[run], run, last_ts, diag));
        if (recv != NULL && (recv[run] < PLM_TS_MIN || recv[run] >= PLM_TS_MAX)) {
            return refuse_event(writer, &events[run], run, "its second stamp is outside 2000..2100",
                                diag);
        }
        last_ts = events[run].ts;
        run++;
    }
    *out_run = run;
    return PLM_OK;
}

plm_status plm_tape_append(plm_tape_writer *writer, const plm_event *events, const plm_ts *recv,
                           size_t count, plm_diag *diag)
{
    plm_assert((recv != NULL) == writer->options.has_recv || count == 0);
    size_t done = 0;
    while (done < count) {
        if (writer->count == writer->cap) {
            PLM_TRY(write_full(writer, events[done].ts, diag));
            writer->grid_next = next_grid_line(writer, events[done].ts);
        }
        if (beyond_grid(writer, &events[done])) {
            PLM_TRY(meet_grid(writer, events[done].ts, diag));
        }
        const size_t room = writer->cap - writer->count;
        const size_t left = count - done;
        size_t run = 0;
        PLM_TRY(check_run(writer, events + done, recv != NULL ? recv + done : NULL,
                          left < room ? left : room, diag, &run));
        memcpy(writer->events + writer->count, events + done, run * sizeof *events);
        if (recv != NULL) {
            memcpy(writer->recv + writer->count, recv + done, run * sizeof *recv);
        }
        writer->count += (uint32_t)run;
        done += run;
    }
    return PLM_OK;
}

/* -- the end --------------------------------------------------------------------------------- */

static plm_status write_end(plm_tape_writer *writer, plm_diag *diag, plm_footer *out_footer)
{
    while (writer->count > 0) {
        PLM_TRY(write_block(writer, writer->count, diag));
    }
    PLM_TRY(close_page(writer, diag));
    uint8_t events[PLM_DIGEST_SIZE];
    uint8_t recv[PLM_DIGEST_SIZE];
    plm_digest_finish(writer->event_digest, events);
    plm_digest_finish(writer->recv_digest, recv);
    plm_buffer *const end = &writer->block;
    end->size = 0;
    plm_trailer_put(&writer->trailer, end);
    plm_footer footer = {.version = PLM_TAPE_VERSION,
                         .profile = writer->options.profile,
                         .events = writer->written,
                         .blocks = writer->blocks,
                         .first_ts = writer->written > 0 ? writer->first_ts : 0,
                         .last_ts = writer->written > 0 ? writer->last_ts : 0,
                         .trailer_offset = plm_outfile_size(writer->file),
                         .trailer_size = end->size};
    footer.flags = (writer->options.has_recv ? PLM_TAPE_FLAG_RECV : 0) |
                   (writer->options.synthetic ? PLM_TAPE_FLAG_SYNTHETIC : 0);
    footer.trailer_crc = plm_crc32c(0, end->data, end->size);
    footer.file_size = footer.trailer_offset + end->size + PLM_FOOT_SIZE;
    plm_tape_digest(writer->trailer.rows, writer->trailer.row_count, events,
                    writer->options.has_recv ? recv : NULL, footer.digest);
    if (end->size > PLM_TRAILER_SIZE_MAX) {
        return plm_fail(diag, PLM_ERR_INPUT, "the trailer would have %zu bytes; at most %u",
                        end->size, PLM_TRAILER_SIZE_MAX);
    }
    plm_footer_put(&footer, end);
    PLM_TRY(plm_outfile_write(writer->file, end->data, end->size, diag));
    *out_footer = footer;
    return PLM_OK;
}

plm_status plm_tape_finish(plm_tape_writer *writer, plm_diag *diag, plm_tape_summary *out)
{
    plm_footer footer = {0};
    plm_status status = write_end(writer, diag, &footer);
    if (status != PLM_OK) {
        plm_tape_abort(writer);
        return status;
    }
    status = plm_outfile_commit(writer->file, diag);
    release(writer);
    if (status == PLM_OK && out != NULL) {
        *out = (plm_tape_summary){.events = footer.events,
                                  .blocks = footer.blocks,
                                  .bytes = footer.file_size,
                                  .first_ts = footer.first_ts,
                                  .last_ts = footer.last_ts};
        memcpy(out->digest, footer.digest, sizeof out->digest);
    }
    return status;
}
