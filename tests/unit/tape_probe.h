/*
 * tape_probe.h - reads a tape in every way there is and asserts what must hold whatever its bytes
 * are: it is refused with words, or it is good and a copy of it has the same digest.
 */
#ifndef PLM_TAPE_PROBE_H
#define PLM_TAPE_PROBE_H

#include <string.h>

#include "check.h"
#include "memory.h"
#include "tape_read.h"
#include "tape_write.h"

/* A refusal is of input and names its place: "path: byte N" or "path: block N" or the like. */
static inline void tape_probe_refused(plm_status status, const plm_diag *diag, const char *path)
{
    plm_assert(status == PLM_ERR_INPUT);
    plm_assert(diag->code == PLM_ERR_INPUT);
    plm_assert(strncmp(diag->text, path, strlen(path)) == 0);
}

/* Every block, every column; false when one is refused. */
static inline bool tape_probe_blocks(plm_tape *tape, const char *path)
{
    plm_blocks *const blocks = plm_tape_get_blocks(tape);
    bool good = true;
    for (uint64_t i = 0; i < blocks->block_count; i++) {
        plm_diag diag;
        plm_diag_init(&diag);
        const plm_block_page *page = NULL;
        plm_status status = blocks->page(blocks, i, &diag, &page);
        if (status != PLM_OK) {
            tape_probe_refused(status, &diag, path);
            return false;
        }
        plm_block_info const info = page->blocks[i - page->first_block];
        plm_assert(info.events > 0 && info.events <= PLM_BLOCK_EVENTS_MAX);
        const plm_columns *columns = NULL;
        status = blocks->columns(blocks, i, PLM_COLUMN_ALL, &diag, &columns);
        if (status != PLM_OK) {
            tape_probe_refused(status, &diag, path);
            good = false;
            continue;
        }
        plm_assert(columns->count == info.events);
        for (uint32_t k = 0; k < columns->count; k++) {
            plm_assert(columns->tag[k] >> PLM_TAG_SHIFT < columns->key_count);
        }
    }
    uint64_t found = 0;
    plm_diag diag;
    plm_diag_init(&diag);
    plm_ts const middle = blocks->first_ts / 2 + blocks->last_ts / 2;
    plm_status const status = blocks->seek(blocks, middle, &diag, &found);
    plm_assert(status != PLM_OK || found <= blocks->block_count);
    return good && status == PLM_OK;
}

/* Reads all events; into `copy` too when it is not NULL. False when they are refused. */
static inline bool tape_probe_stream(plm_tape *tape, const char *path, plm_tape_writer *copy)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_stream *stream = NULL;
    plm_status status = plm_tape_stream(tape, 0, 0, &diag, &stream);
    if (status != PLM_OK) {
        tape_probe_refused(status, &diag, path);
        return false;
    }
    plm_batch *const batch = plm_alloc(1, sizeof *batch);
    while ((status = stream->next(stream, &diag, batch)) == PLM_OK) {
        if (copy != NULL) {
            status = plm_tape_append(copy, batch->event, stream->has_recv ? batch->recv : NULL,
                                     batch->count, &diag);
            plm_assert(status == PLM_OK);
        }
    }
    if (status != PLM_END) {
        tape_probe_refused(status, &diag, path);
        plm_assert(stream->next(stream, &diag, batch) < 0); /* a failure stays */
    }
    plm_free(batch);
    stream->destroy(stream);
    return status == PLM_END;
}

/* Packs what the tape holds anew, in small blocks, and compares the digests. */
static inline void tape_probe_copy(plm_tape *tape, const char *path, const char *copy_path)
{
    plm_tape_info const *const info = plm_tape_get_info(tape);
    plm_tape_options const options = {.profile = PLM_PROFILE_FAST,
                                      .has_recv = info->has_recv,
                                      .overwrite = true,
                                      .block_events = 100};
    plm_diag diag;
    plm_diag_init(&diag);
    plm_tape_writer *copy = NULL;
    plm_assert(plm_tape_create(copy_path, &options, &diag, &copy) == PLM_OK);
    for (uint32_t i = 0; i < info->row_count; i++) {
        plm_assert(plm_tape_add_instrument(copy, &info->rows[i], &diag) == PLM_OK);
    }
    plm_assert(tape_probe_stream(tape, path, copy));
    plm_tape_summary summary;
    plm_assert(plm_tape_finish(copy, &diag, &summary) == PLM_OK);
    plm_assert(memcmp(summary.digest, info->digest, sizeof summary.digest) == 0);
    plm_assert(summary.events == info->events);
}

/* Whether the tape is good. Nothing is written when copy_path is NULL. */
static inline bool tape_probe(const char *path, const char *copy_path)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_tape *tape = NULL;
    plm_status status = plm_tape_open(path, &diag, &tape);
    if (status != PLM_OK) {
        tape_probe_refused(status, &diag, path);
        plm_assert(tape == NULL);
        return false;
    }
    bool const columns = tape_probe_blocks(tape, path);
    bool const events = tape_probe_stream(tape, path, NULL);
    status = plm_tape_verify(tape, &diag);
    if (status == PLM_OK) {
        plm_assert(columns && events);
        if (copy_path != NULL) {
            tape_probe_copy(tape, path, copy_path);
        }
    } else {
        tape_probe_refused(status, &diag, path);
    }
    plm_tape_close(tape);
    return status == PLM_OK;
}

#endif
