/*
 * index_row.h - an index row: where a block lies, how its chunks are coded, and what its zones are.
 */
#ifndef PLM_INDEX_ROW_H
#define PLM_INDEX_ROW_H

#include "chunk.h"

typedef struct plm_index_row {
    uint64_t offset; /* of the first chunk in the file; the chunks follow each other */
    uint32_t events;
    bool continues;
    plm_ts first_ts, last_ts;
    uint64_t kinds;
    uint32_t chunk_count;
    plm_chunk chunks[PLM_CHUNKS_MAX];
    uint32_t zone_count;
} plm_index_row;

/* Appends the row and its zones. Blocks of a page follow each other without a gap, so rows tell no
 * offsets. */
void plm_index_row_put(const plm_index_row *row, const plm_zone *zones, plm_ts previous_ts,
                       plm_buffer *out);

/*
 * Reads the row of the block at `offset`; sets reader->failed when something does not add up. Zones
 * go to `zones`, of which there are `zone_cap` places.
 */
void plm_index_row_read(plm_reader *reader, uint64_t offset, plm_ts previous_ts, uint32_t zone_cap,
                        plm_index_row *out_row, plm_zone *out_zones);

static inline uint64_t plm_index_row_length(const plm_index_row *row)
{
    uint64_t length = 0;
    for (uint32_t i = 0; i < row->chunk_count; i++) {
        length += row->chunks[i].stored;
    }
    return length;
}

#endif
