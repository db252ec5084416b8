/*
 * instrument_text.h - an instrument as one line of text: stored in tapes, hashed into digests,
 * written by `tape cat`.
 *
 *   symbol=BTCUSDT kind=linear px_scale=1 qty_scale=3 mult_scale=0 tick=0.1 lot=0.001 multiplier=1
 * base=BTC quote=USDT settle=USDT underlying= strike=0 expiry=0 listed=0 delisted=0          (one
 * line; exactly these keys in this order)
 */
#ifndef PLM_INSTRUMENT_TEXT_H
#define PLM_INSTRUMENT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "plimsoll.h"
#include "status.h"

#define PLM_INSTRUMENT_TEXT_CAP 768

const char *
plm_instrument_kind_name(plm_instrument_kind kind); /* "linear", "inverse-future", ... */
plm_instrument_kind plm_instrument_kind_by_name(const char *name, size_t size);

/* The keys of the line in canonical order, closed by NULL. */
extern const char *const plm_instrument_keys[];

/* Canonical line without newline; returns its length. The instrument must be valid. */
size_t plm_instrument_format(const plm_instrument *row, char out[PLM_INSTRUMENT_TEXT_CAP]);

/* Reads a canonical line; keys may come in any order, optional ones may be absent, unknown or
 * doubled ones are refused. */
PLM_NODISCARD plm_status plm_instrument_parse(const char *text, size_t size, plm_diag *diag,
                                              plm_instrument *out);

/* NULL when consistent (names, scales, tick, lot, expiry), else what is wrong. */
const char *plm_instrument_problem(const plm_instrument *row);

/* Whether two valid rows say the same: their canonical lines are equal. */
bool plm_instrument_equal(const plm_instrument *a, const plm_instrument *b);

/* A row with sensible defaults for a kind: multiplier 1, everything else empty. */
plm_instrument plm_instrument_default(plm_instrument_kind kind);

#endif
