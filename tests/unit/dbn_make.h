/*
 * dbn_make.h - DBN streams made field by field from the published layouts, for tests, fuzzing and
 * benchmarks.
 */
#ifndef PLM_DBN_MAKE_H
#define PLM_DBN_MAKE_H

#include <stdio.h>
#include <string.h>

#include "wire.h"

#define DBN_PX_UNDEF INT64_MAX
#define DBN_ONE INT64_C(1000000000)

typedef struct dbn_mapping {
    const char *in; /* as it was asked for */
    uint32_t from, to;
    const char *out; /* what it was resolved to */
} dbn_mapping;

static inline void dbn_put_text(plm_buffer *out, const char *text, size_t size)
{
    uint8_t *const to = plm_buffer_reserve(out, size);
    memset(to, 0, size);
    memcpy(to, text, strlen(text));
    out->size += size;
}

/* Metadata; `in` and `out` are the stypes (1 raw symbol, 0 instrument id). */
static inline void dbn_put_head(plm_buffer *out, uint8_t version, uint16_t schema, uint8_t in,
                                uint8_t result, const dbn_mapping *mappings, uint32_t count)
{
    size_t const begin = out->size;
    size_t const text = version == 1 ? 22 : 71;
    uint8_t *const fixed = plm_buffer_reserve(out, 108);
    memset(fixed, 0, 108);
    memcpy(fixed, "DBN", 3);
    fixed[3] = version;
    memcpy(fixed + 8, "GLBX.MDP3", 9);
    memcpy(fixed + 24, &schema, 2);
    fixed[version == 1 ? 58 : 50] = in;
    fixed[version == 1 ? 59 : 51] = result;
    if (version > 1) {
        fixed[53] = 71;
    }
    out->size += 108;
    for (int i = 0; i < 4; i++) { /* no schema definition, three empty lists */
        plm_put_u32(out, 0);
    }
    plm_put_u32(out, count);
    for (uint32_t i = 0; i < count; i++) {
        dbn_put_text(out, mappings[i].in, text);
        plm_put_u32(out, 1);
        plm_put_u32(out, mappings[i].from);
        plm_put_u32(out, mappings[i].to);
        dbn_put_text(out, mappings[i].out, text);
    }
    while (version == 3 && (out->size - begin) % 8 != 0) {
        plm_put_u8(out, 0);
    }
    uint32_t const length = (uint32_t)(out->size - begin - 8);
    memcpy(out->data + begin + 4, &length, 4);
}

/* A record of zeros with its header; valid until the next one. */
static inline uint8_t *dbn_add(plm_buffer *out, uint8_t rtype, size_t size, uint32_t id,
                               int64_t ts_event)
{
    uint16_t const publisher = 1;
    uint8_t *const record = plm_buffer_reserve(out, size);
    memset(record, 0, size);
    record[0] = (uint8_t)(size / 4);
    record[1] = rtype;
    memcpy(record + 2, &publisher, 2);
    memcpy(record + 4, &id, 4);
    memcpy(record + 8, &ts_event, 8);
    out->size += size;
    return record;
}

static inline void dbn_i64(uint8_t *record, size_t at, int64_t value)
{
    memcpy(record + at, &value, sizeof value);
}

static inline void dbn_u32(uint8_t *record, size_t at, uint32_t value)
{
    memcpy(record + at, &value, sizeof value);
}

static inline void dbn_u16(uint8_t *record, size_t at, uint16_t value)
{
    memcpy(record + at, &value, sizeof value);
}

/* The head that trades, mbp-1, tbbo, mbp-10 and bbo share; levels begin at 48. */
static inline uint8_t *dbn_add_priced(plm_buffer *out, uint8_t rtype, size_t size, uint32_t id,
                                      int64_t ts, int64_t recv, char action, char side, int64_t px,
                                      uint32_t qty)
{
    uint8_t *const record = dbn_add(out, rtype, size, id, ts);
    dbn_i64(record, 16, px);
    dbn_u32(record, 24, qty);
    record[28] = (uint8_t)action;
    record[29] = (uint8_t)side;
    dbn_i64(record, 32, recv);
    for (size_t at = 48; at < size; at += 32) {
        dbn_i64(record, at, DBN_PX_UNDEF);
        dbn_i64(record, at + 8, DBN_PX_UNDEF);
    }
    return record;
}

static inline void dbn_level(uint8_t *record, unsigned place, int64_t bid, uint32_t bid_size,
                             int64_t ask, uint32_t ask_size)
{
    size_t const at = 48 + 32 * (size_t)place;
    dbn_i64(record, at, bid);
    dbn_i64(record, at + 8, ask);
    dbn_u32(record, at + 16, bid_size);
    dbn_u32(record, at + 20, ask_size);
}

static inline uint8_t *dbn_add_mbo(plm_buffer *out, uint32_t id, int64_t ts, char action, char side,
                                   uint64_t order, int64_t px, uint32_t size)
{
    uint8_t *const record = dbn_add(out, 0xa0, 56, id, ts);
    dbn_i64(record, 16, (int64_t)order);
    dbn_i64(record, 24, px);
    dbn_u32(record, 32, size);
    record[38] = (uint8_t)action;
    record[39] = (uint8_t)side;
    dbn_i64(record, 40, ts + 100);
    return record;
}

static inline void dbn_add_bar(plm_buffer *out, uint8_t rtype, uint32_t id, int64_t ts,
                               const int64_t px[4], int64_t volume)
{
    uint8_t *const record = dbn_add(out, rtype, 56, id, ts);
    for (size_t i = 0; i < 4; i++) {
        dbn_i64(record, 16 + 8 * i, px[i]);
    }
    dbn_i64(record, 48, volume);
}

static inline uint8_t *dbn_add_stat(plm_buffer *out, uint8_t version, uint32_t id, int64_t ts,
                                    uint16_t type, int64_t px, int64_t quantity)
{
    uint8_t *const record = dbn_add(out, 0x18, version < 3 ? 64 : 80, id, ts);
    dbn_i64(record, 16, ts + 100);
    dbn_i64(record, 32, px);
    if (version < 3) {
        dbn_u32(record, 40, (uint32_t)quantity);
        dbn_u16(record, 52, type);
        record[56] = 1;
    } else {
        dbn_i64(record, 40, quantity);
        dbn_u16(record, 56, type);
        record[60] = 1;
    }
    return record;
}

static inline uint8_t *dbn_add_status(plm_buffer *out, uint32_t id, int64_t ts, uint16_t action,
                                      char trading)
{
    uint8_t *const record = dbn_add(out, 0x12, 40, id, ts);
    dbn_i64(record, 16, ts + 100);
    dbn_u16(record, 24, action);
    record[30] = (uint8_t)trading;
    record[31] = '~';
    record[32] = '~';
    return record;
}

/* Where the fields of a definition lie, by version. */
typedef struct dbn_definition_layout {
    size_t size, unit_qty, amount, strike, currency, settle, symbol, asset, unit, underlying, kind;
} dbn_definition_layout;

static const dbn_definition_layout DBN_DEFINITIONS[3] = {
    {360, 88, 96, 328, 186, 190, 200, 248, 269, 300, 325},
    {400, 88, 96, 112, 186, 190, 200, 297, 318, 349, 374},
    {520, 80, 88, 104, 224, 228, 238, 335, 360, 391, 487},
};

/* A future as CME describes ES: tick 0.25, 50 index points, the value of a tick times 0.01. */
static inline uint8_t *dbn_add_definition(plm_buffer *out, uint8_t version, uint32_t id, int64_t ts,
                                          const char *symbol, char kind, int64_t expiry)
{
    const dbn_definition_layout *const at = &DBN_DEFINITIONS[version - 1];
    uint8_t *const record = dbn_add(out, 0x13, at->size, id, ts);
    dbn_i64(record, 16, ts + 100);
    dbn_i64(record, 24, DBN_ONE / 4);
    dbn_i64(record, 32, DBN_ONE / 100);
    dbn_i64(record, 40, expiry);
    dbn_i64(record, 48, -1);
    dbn_i64(record, at->unit_qty, 50 * DBN_ONE);
    dbn_i64(record, at->amount, DBN_ONE / 8);
    dbn_i64(record, at->strike, DBN_PX_UNDEF);
    memcpy(record + at->currency, "USD", 3);
    memcpy(record + at->symbol, symbol, strlen(symbol));
    memcpy(record + at->asset, "ES", 2);
    memcpy(record + at->unit, "IPNT", 4);
    record[at->kind] = (uint8_t)kind;
    return record;
}

static inline void dbn_add_mapping(plm_buffer *out, uint8_t version, uint32_t id, int64_t ts,
                                   const char *symbol)
{
    uint8_t *const record = dbn_add(out, 0x16, version == 1 ? 80 : 176, id, ts);
    memcpy(record + (version == 1 ? 38 : 89), symbol, strlen(symbol));
}

#endif
