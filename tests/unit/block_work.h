/*
 * block_work.h - samples to blocks and what is needed to read them back.
 */
#ifndef PLM_BLOCK_WORK_H
#define PLM_BLOCK_WORK_H

#include "plm_test.h"

#include <string.h>

#include "block_decode.h"
#include "block_encode.h"
#include "memory.h"
#include "tape_sample.h"

typedef struct block {
    plm_index_row row;
    plm_buffer bytes;
    plm_zone *zones;
} block;

typedef struct work {
    plm_block_encoder *encoder;
    plm_block_decoder *decoder;
    plm_event *events;
    plm_ts *recv;
} work;

static inline work work_create(plm_profile profile)
{
    plm_tape_options const options = {.profile = profile};
    return (work){plm_block_encoder_create(&options), plm_block_decoder_create(),
                  plm_alloc(PLM_BLOCK_EVENTS_MAX, sizeof(plm_event)),
                  plm_alloc(PLM_BLOCK_EVENTS_MAX, sizeof(plm_ts))};
}

static inline void work_destroy(work *self)
{
    plm_block_encoder_destroy(self->encoder);
    plm_block_decoder_destroy(self->decoder);
    plm_free(self->events);
    plm_free(self->recv);
}

static inline block encode(const work *self, const tape_sample *sample, bool with_recv,
                           bool continues)
{
    block made = {0};
    plm_diag diag;
    plm_diag_init(&diag);
    const plm_zone *zones = NULL;
    assert_ok(plm_block_encode(self->encoder, sample->events, with_recv ? sample->recv : NULL,
                               sample->count, continues, &diag, &made.bytes, &made.row, &zones),
              &diag);
    made.zones = plm_alloc(made.row.zone_count + 1, sizeof *made.zones);
    memcpy(made.zones, zones, made.row.zone_count * sizeof *zones);
    assert_int_equal(plm_index_row_length(&made.row), made.bytes.size);
    return made;
}

static inline void block_free(block *gone)
{
    plm_buffer_free(&gone->bytes);
    plm_free(gone->zones);
}

static inline plm_block_source source_of(const block *made, const tape_sample *sample,
                                         bool with_recv)
{
    return (plm_block_source){&made->row, made->bytes.data, "t.tape: block 0",
                              with_recv,  sample->rows,     sample->row_count};
}

static inline void check_events(work *self, const block *made, const tape_sample *sample,
                                bool with_recv)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_block_source const source = source_of(made, sample, with_recv);
    memset(self->events, 0xa5, sample->count * sizeof *self->events);
    memset(self->recv, 0xa5, sample->count * sizeof *self->recv);
    assert_ok(plm_block_events(self->decoder, &source, &diag, self->events, self->recv), &diag);
    assert_memory_equal(self->events, sample->events, sample->count * sizeof *self->events);
    if (with_recv) {
        assert_memory_equal(self->recv, sample->recv, sample->count * sizeof *self->recv);
    }
}

#endif
