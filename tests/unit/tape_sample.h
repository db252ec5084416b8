/*
 * tape_sample.h - random well-formed events of every kind, over a table with rows of every kind, in
 * the moods that markets and mistakes have.
 */
#ifndef PLM_TAPE_SAMPLE_H
#define PLM_TAPE_SAMPLE_H

#include "plm_test.h"

#include <stdio.h>
#include <string.h>

#include "instrument_text.h"
#include "kinds.h"
#include "memory.h"
#include "philox.h"

typedef enum sample_mood {
    SAMPLE_CALM,    /* prices walk by ticks, sizes in lots, bursts of microseconds */
    SAMPLE_EXTREME, /* every field near the ends of what its kind allows, scales of 18, long jumps
                     */
    SAMPLE_CROWDED, /* instants of up to thousands of events */
    SAMPLE_SPARSE,  /* gaps of days */
    SAMPLE_EMPTY,   /* quotes, half of them empty */
    SAMPLE_KEYS,    /* a row of its own for every event, prices that fit one byte */
    SAMPLE_WIDE,    /* a row of its own for every event, prices that need nine bytes */
    SAMPLE_MOODS
} sample_mood;

#define SAMPLE_KEY_ROWS_MAX 16384u

typedef struct tape_sample {
    plm_instrument *rows;
    uint32_t row_count;
    plm_event *events;
    plm_ts *recv;
    uint32_t count;
} tape_sample;

static inline plm_instrument sample_row(unsigned kind, uint32_t number, bool extreme)
{
    plm_instrument row = plm_instrument_default((plm_instrument_kind)kind);
    bool const option = kind == PLM_INST_CALL || kind == PLM_INST_PUT;
    bool const dated = option || kind == PLM_INST_FUTURE || kind == PLM_INST_INVERSE_FUTURE;
    bool const in_base = kind == PLM_INST_INVERSE || kind == PLM_INST_INVERSE_FUTURE;
    (void)snprintf(row.symbol, sizeof row.symbol, "ROW%u", number);
    memcpy(row.base, "BTC", 4);
    memcpy(row.quote, "USDT", 5);
    memcpy(row.settle,
           kind == PLM_INST_QUANTO ? "ETH"
           : in_base               ? "BTC"
                                   : "USDT",
           in_base || kind == PLM_INST_QUANTO ? 4 : 5);
    row.px_scale = extreme ? 18 : 1;
    row.qty_scale = extreme ? 0 : 3;
    row.tick = extreme ? INT64_MAX : 5;
    row.lot = 1;
    row.strike = option ? 500000 : 0;
    row.expiry = dated ? PLM_TS_MAX - 1 : 0;
    assert_null(plm_instrument_problem(&row));
    return row;
}

static inline uint64_t sample_below(plm_philox *rng, uint64_t bound)
{
    return bound <= UINT32_MAX ? plm_philox_below(rng, (uint32_t)bound)
                               : plm_philox_u64(rng) % bound;
}

/* Within low..high: at an end, near an end, or anywhere. */
static inline int64_t sample_extreme(plm_philox *rng, int64_t low, int64_t high)
{
    uint64_t const range = (uint64_t)high - (uint64_t)low;
    uint64_t offset = 0;
    uint64_t const near = sample_below(rng, range < 1000 ? range + 1 : 1000);
    switch (plm_philox_below(rng, 5)) {
    case 0:
        offset = 0;
        break;
    case 1:
        offset = range;
        break;
    case 2:
        offset = near;
        break;
    case 3:
        offset = range - near;
        break;
    default:
        offset = range == UINT64_MAX ? plm_philox_u64(rng) : plm_philox_u64(rng) % (range + 1);
        break;
    }
    return (int64_t)((uint64_t)low + offset);
}

static inline int64_t sample_field(plm_philox *rng, sample_mood mood, plm_field field)
{
    bool const extreme = mood == SAMPLE_EXTREME;
    switch (field) {
    case PLM_FIELD_ZERO:
        return 0;
    case PLM_FIELD_PX:
        return extreme ? sample_extreme(rng, 0, INT64_MAX)
                       : 600000 + 5 * ((int64_t)plm_philox_below(rng, 41) - 20);
    case PLM_FIELD_QTY:
    case PLM_FIELD_COUNT:
        return extreme ? sample_extreme(rng, 0, INT64_MAX) : 1000 * plm_philox_below(rng, 41);
    case PLM_FIELD_RATE: /* half of them are weights, for the kinds that allow no other */
        return plm_philox_below(rng, 2) == 0 ? sample_extreme(rng, 0, INT64_C(1000000000000))
               : extreme                     ? sample_extreme(rng, -INT64_MAX, INT64_MAX)
                                             : 1000 * ((int64_t)plm_philox_below(rng, 999) - 99);
    case PLM_FIELD_TS:
        return sample_extreme(rng, PLM_TS_MIN, PLM_TS_MAX - 1);
    }
    return 0;
}

/* A kind as busy as it is on such a tape. */
static inline uint8_t sample_kind(plm_philox *rng, sample_mood mood)
{
    static uint8_t const busy[] = {PLM_EV_TRADE, PLM_EV_TRADE, PLM_EV_BID,  PLM_EV_BID,
                                   PLM_EV_ASK,   PLM_EV_ASK,   PLM_EV_LEVEL};
    if (mood == SAMPLE_EMPTY) {
        return (uint8_t)(PLM_EV_BID + plm_philox_below(rng, 2));
    }
    if (mood != SAMPLE_EXTREME && plm_philox_below(rng, 4) != 0) {
        return busy[plm_philox_below(rng, sizeof busy)];
    }
    return (uint8_t)(1 + plm_philox_below(rng, PLM_EV_KIND_COUNT - 1));
}

/* Draws until the event is well formed; only its ts is given. */
static inline void sample_draw(plm_philox *rng, sample_mood mood, const tape_sample *sample,
                               plm_event *out)
{
    out->kind = sample_kind(rng, mood);
    plm_kind_info const *const info = plm_kind_find(out->kind);
    do {
        out->sym = plm_philox_below(rng, sample->row_count);
        out->side = (uint8_t)plm_philox_below(rng, 6);
        out->flags = plm_philox_below(rng, 8) == 0 ? (uint16_t)plm_philox_below(rng, 4) : 0;
        out->px = sample_field(rng, mood, info->px);
        out->qty = sample_field(rng, mood, info->qty);
        if (plm_philox_below(rng, mood == SAMPLE_EMPTY ? 2 : 16) == 0) {
            out->px = out->qty = 0;
        }
        if (info->side == plm_kind_find(PLM_EV_STATUS)->side ||
            info->side == plm_kind_find(PLM_EV_CUSTODY)->side) {
            out->px = plm_philox_below(rng, 2) == 0 ? 0 : out->px;
        }
    } while (plm_event_problem(out, &sample->rows[out->sym]) != NULL);
}

static inline plm_ts sample_step(plm_philox *rng, sample_mood mood)
{
    int64_t const day = INT64_C(86400000000000);
    switch (mood) {
    case SAMPLE_EXTREME:
        return plm_philox_below(rng, 3) == 0 ? 0 : (plm_ts)plm_philox_below(rng, 2) * 50 * day + 1;
    case SAMPLE_CROWDED:
        return plm_philox_below(rng, 900) == 0 ? 1000 : 0;
    case SAMPLE_SPARSE:
        return (plm_ts)plm_philox_below(rng, 3) * day + (plm_ts)plm_philox_below(rng, 9) * 1000000;
    case SAMPLE_CALM:
    case SAMPLE_EMPTY:
    case SAMPLE_KEYS:
    case SAMPLE_WIDE:
    case SAMPLE_MOODS:
        break;
    }
    return plm_philox_below(rng, 5) < 3 ? 0 : (plm_ts)plm_philox_below(rng, 2000) * 1000;
}

static inline void sample_make_rows(tape_sample *sample, sample_mood mood)
{
    bool const many = mood == SAMPLE_KEYS || mood == SAMPLE_WIDE;
    sample->row_count = PLM_INST_KIND_COUNT - 1;
    if (many) {
        sample->row_count =
            sample->count < SAMPLE_KEY_ROWS_MAX ? sample->count : SAMPLE_KEY_ROWS_MAX;
    }
    sample->rows = plm_alloc(sample->row_count, sizeof *sample->rows);
    for (uint32_t i = 0; i < sample->row_count; i++) {
        sample->rows[i] = sample_row(many ? PLM_INST_LINEAR : i + 1, i, mood == SAMPLE_EXTREME);
    }
}

/* Deterministic in all three arguments. */
static inline tape_sample tape_sample_make(sample_mood mood, uint64_t seed, uint32_t count)
{
    tape_sample sample = {.count = count};
    sample_make_rows(&sample, mood);
    sample.events = plm_alloc(count + 1, sizeof *sample.events);
    sample.recv = plm_alloc(count + 1, sizeof *sample.recv);
    plm_philox rng;
    plm_philox_init(&rng, seed, "tape sample", (uint32_t)mood);
    plm_ts ts = mood == SAMPLE_EXTREME ? PLM_TS_MIN : INT64_C(1735689600000000000); /* 2025 */
    for (uint32_t i = 0; i < count; i++) {
        plm_ts const step = sample_step(&rng, mood);
        ts = step < PLM_TS_MAX - ts ? ts + step : ts;
        plm_event *const event = &sample.events[i];
        *event = (plm_event){.ts = ts};
        if (mood == SAMPLE_KEYS) {
            event->kind = PLM_EV_MARK;
            event->sym = i % sample.row_count;
            event->px = 1 + plm_philox_below(&rng, 60);
        } else if (mood == SAMPLE_WIDE) {
            event->kind = PLM_EV_TRADE;
            event->sym = i % sample.row_count;
            event->px = INT64_MAX - plm_philox_below(&rng, 1000);
            event->qty = INT64_MAX - plm_philox_below(&rng, 1000);
        } else {
            sample_draw(&rng, mood, &sample, event);
        }
        assert_null(plm_event_problem(event, &sample.rows[event->sym]));
        sample.recv[i] = mood == SAMPLE_EXTREME ? sample_extreme(&rng, PLM_TS_MIN, PLM_TS_MAX - 1)
                                                : ts + (plm_ts)plm_philox_below(&rng, 5000) * 1000;
        if (sample.recv[i] >= PLM_TS_MAX) {
            sample.recv[i] = PLM_TS_MAX - 1;
        }
    }
    return sample;
}

static inline void tape_sample_free(tape_sample *sample)
{
    plm_free(sample->rows);
    plm_free(sample->events);
    plm_free(sample->recv);
    *sample = (tape_sample){0};
}

#endif
