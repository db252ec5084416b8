/*
 * merge.h - several streams as one, in the total order (ts, rank of the stream, position in the
 * stream).
 *
 * Rows with the same symbol become one row if they are equal and are refused otherwise. The merged
 * table lists the rows of the first stream, then those that the second adds, and so on. A row with
 * best quotes that were derived from L2 and best quotes of its own is refused.
 */
#ifndef PLM_MERGE_H
#define PLM_MERGE_H

#include "stream.h"

#define PLM_MERGE_INPUTS_MAX 256u

/* Takes ownership of the streams (not of the array). Streams that disagree on has_recv: a missing
 * recv is taken as ts. */
PLM_NODISCARD plm_status plm_merge_create(plm_stream *const *streams, uint32_t count,
                                          plm_diag *diag, plm_stream **out);

#endif
