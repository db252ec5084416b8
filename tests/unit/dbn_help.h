/*
 * dbn_help.h - imports DBN made in memory, and says in one line what events came out.
 */
#ifndef PLM_DBN_HELP_H
#define PLM_DBN_HELP_H

#include "plm_test.h"

#include "dbn_make.h"
#include "import_help.h"
#include "instrument_text.h"
#include "kinds.h"

#define TS INT64_C(1609160400000000000) /* 2020-12-28T13:00:00Z */
#define ID 5482u
#define PX(cents) ((cents) * (DBN_ONE / 100))

static const dbn_mapping ES = {"ESH1", 20201228, 20201229, "5482"};

static inline plm_instrument dbn_future(const char *symbol, uint8_t px_scale, int64_t tick)
{
    plm_instrument row = plm_instrument_default(PLM_INST_FUTURE);
    (void)snprintf(row.symbol, sizeof row.symbol, "%s", symbol);
    memcpy(row.base, "ES", 3);
    memcpy(row.quote, "USD", 4);
    memcpy(row.settle, "USD", 4);
    row.px_scale = px_scale;
    row.tick = tick;
    row.lot = 1;
    row.multiplier = 50;
    row.expiry = INT64_C(1616160600000000000);
    assert_null(plm_instrument_problem(&row));
    return row;
}

/* Writes the bytes to a file and imports it; empties the buffer. Rows NULL: ESH1 with cents. */
static inline imported *dbn_import(const input_folder *folder, plm_buffer *bytes,
                                   plm_on_error on_error, const plm_instrument *rows,
                                   uint32_t count)
{
    plm_instrument const standard = dbn_future("ESH1", 2, 25);
    plm_import_options const options = {.on_error = on_error,
                                        .rows = rows != NULL ? rows : &standard,
                                        .row_count = rows != NULL ? count : 1};
    const char *const path = input_write(folder, "in.dbn", bytes->data, bytes->size);
    bytes->size = 0;
    return import_file(path, &options);
}

/* "trade sell 372025 5; bid 372000 18": kind, side word, px, qty of each event, and from the second
 * on its time where that differs: "@+7". A flag is "!". */
static inline void dbn_say(const imported *result, char *out, size_t cap)
{
    size_t size = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < result->count; i++) {
        const plm_event *const event = &result->event[i];
        const plm_kind_info *const info = plm_kind_find(event->kind);
        const char *const side = info->side[event->side];
        int const added =
            snprintf(out + size, cap - size, "%s%s%s%s%s %lld %lld", i > 0 ? "; " : "", info->name,
                     side[0] != '\0' ? " " : "", side, event->flags == PLM_FLAG_SNAPSHOT ? "!" : "",
                     (long long)event->px, (long long)event->qty);
        assert_true(added > 0 && (size_t)added < cap - size);
        size += (size_t)added;
    }
}

static inline void dbn_gives(imported *result, const char *events)
{
    char said[8192];
    assert_ok(result->status, &result->diag);
    dbn_say(result, said, sizeof said);
    assert_string_equal(said, events);
    plm_free(result);
}

#endif
