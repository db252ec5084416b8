/*
 * block_decode.h - the bytes of a block back to columns, or straight to events. No I/O: bytes in,
 * arrays out.
 */
#ifndef PLM_BLOCK_DECODE_H
#define PLM_BLOCK_DECODE_H

#include "index_row.h"

typedef struct plm_block_decoder plm_block_decoder;

plm_block_decoder *plm_block_decoder_create(void);
void plm_block_decoder_destroy(plm_block_decoder *decoder);
void plm_block_decoder_use(plm_block_decoder *decoder,
                           const plm_kernels *kernels); /* tests, benchmark */

/* A block as the reader found it. */
typedef struct plm_block_source {
    const plm_index_row *row;
    const uint8_t *bytes; /* the stored chunks, plm_index_row_length(row) of them */
    const char *where;    /* "x.tape: block 7", for messages */
    bool has_recv;
    const plm_instrument *rows;
    uint32_t row_count;
} plm_block_source;

/* Borrowed until the next call with this decoder. Signs of prices and sizes are not looked at. */
PLM_NODISCARD plm_status plm_block_columns(plm_block_decoder *decoder,
                                           const plm_block_source *source, uint32_t mask,
                                           plm_diag *diag, const plm_columns **out);

/* Order of time and signs are checked; plm_event_problem says the rest. out_recv may be NULL; both
 * arrays have PLM_BLOCK_EVENTS_MAX places. */
PLM_NODISCARD plm_status plm_block_events(plm_block_decoder *decoder,
                                          const plm_block_source *source, plm_diag *diag,
                                          plm_event *out_events, plm_ts *out_recv);

#endif
