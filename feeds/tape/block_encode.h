/*
 * block_encode.h - a run of events as one block: dictionary, columns, chunks, and the index row
 * with its zones.
 */
#ifndef PLM_BLOCK_ENCODE_H
#define PLM_BLOCK_ENCODE_H

#include "index_row.h"

typedef struct plm_block_encoder plm_block_encoder;

plm_block_encoder *plm_block_encoder_create(const plm_tape_options *options);
void plm_block_encoder_destroy(plm_block_encoder *encoder);

/*
 * Appends the chunks of the block to `out` and describes them in *out_row, all but its offset. The
 * events are well formed and in order, 1 <= count <= PLM_BLOCK_EVENTS_MAX; recv is NULL for a tape
 * without second clock. `continues` says that the first event belongs to the instant that the block
 * before ended with. *out_zones is borrowed until the next call.
 */
PLM_NODISCARD plm_status plm_block_encode(plm_block_encoder *encoder, const plm_event *events,
                                          const plm_ts *recv, uint32_t count, bool continues,
                                          plm_diag *diag, plm_buffer *out, plm_index_row *out_row,
                                          const plm_zone **out_zones);

#endif
