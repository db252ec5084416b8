/*
 * fuzz_decoder.h - gives bytes to a decoder in pieces, as the import driver does, and its rows to
 * the rules that hold for all formats; what they leave must be well formed, and rows counted once.
 */
#ifndef PLM_FUZZ_DECODER_H
#define PLM_FUZZ_DECODER_H

#include <string.h>

#include "check.h"
#include "import_check.h"
#include "kinds.h"
#include "memory.h"

static inline void fuzz_check_row(const plm_decoder *decoder, const plm_row *row)
{
    plm_assert(row->count > 0 && row->count <= PLM_ROW_EVENTS_MAX);
    for (uint32_t i = 0; i < row->count; i++) {
        const plm_event *const event = &row->event[i];
        plm_assert(event->sym < decoder->row_count && event->ts == row->event[0].ts);
        plm_assert(plm_event_problem(event, &decoder->rows[event->sym]) == NULL);
    }
}

/* Takes the decoder. The pieces lie in memory of their own, so that what is read beyond them is
 * seen. */
static inline void fuzz_decode(plm_decoder *decoder, const uint8_t *data, size_t size, size_t piece,
                               plm_on_error on_error)
{
    plm_import_check check;
    plm_row *const row = plm_alloc(1, sizeof *row);
    char *held = plm_alloc(1, 1);
    size_t held_size = 0;
    plm_status status = PLM_OK;
    bool last = false;
    plm_diag diag;
    plm_diag_init(&diag);
    plm_import_check_init(&check, on_error);
    decoder->begin(decoder, "fuzz");
    for (;;) {
        size_t used = 0;
        status = decoder->decode(decoder, held, held_size, last, &diag, &used, row);
        if (status < 0) {
            break;
        }
        plm_assert(used <= held_size);
        if (status == PLM_OK) {
            bool taken = false;
            status = plm_import_check_row(&check, decoder, "fuzz", row, &diag, &taken);
            if (status < 0) {
                break;
            }
            if (taken) {
                fuzz_check_row(decoder, row);
            }
        } else if (last) {
            break;
        }
        size_t const more = status != PLM_END ? 0 : piece < size ? piece : size;
        if (status == PLM_END && more == 0) {
            last = true;
        }
        size_t const left = held_size - used;
        char *const next = plm_alloc(left + more == 0 ? 1 : left + more, 1);
        memcpy(next, held + used, left);
        if (more > 0) {
            memcpy(next + left, data, more);
        }
        plm_free(held);
        held = next;
        held_size = left + more;
        data += more;
        size -= more;
    }
    uint64_t rows = check.report.rows_written;
    for (unsigned i = 0; i < PLM_REJECT_COUNT; i++) {
        rows += check.report.rejected[i];
    }
    plm_assert(rows == check.report.rows_read);
    plm_assert(status == PLM_END || (status == PLM_ERR_INPUT && diag.text[0] != '\0'));
    plm_import_check_fini(&check);
    plm_free(held);
    plm_free(row);
    decoder->destroy(decoder);
}

#endif
