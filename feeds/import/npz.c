/*
 * npz.c - hftbacktest's market data: an archive of one array of 64-byte rows (dtype of its version
 * 2 and later), unpacked by bytes_zip.c like any other zip.
 *
 * A row that is valid for the exchange is one event, at exch_ts, heard at local_ts. A row that is
 * valid only locally is the second copy of one that came out of order, and is left out.
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "decimal.h"
#include "import_format.h"
#include "import_rows.h"
#include "ladder.h"
#include "memory.h"
#include "npz_number.h"

#define ROW_SIZE 64u
#define MAGIC "\x93NUMPY"
#define MAGIC_SIZE 6u
#define PREFIX_SIZE 10u

#define EV_EXCH (UINT64_C(1) << 31)
#define EV_BUY (UINT64_C(1) << 29)
#define EV_SELL (UINT64_C(1) << 28)

enum { EV_DEPTH = 1, EV_TRADE = 2, EV_CLEAR = 3, EV_SNAPSHOT = 4, EV_BBO = 5 };

typedef struct npz {
    plm_decoder decoder;
    const char *name;
    plm_import_options options; /* without `only`, which is for files that name their symbols */
    plm_import_rows given;      /* the one instrument */
    bool inside;                /* the array's head is read */
    uint64_t rows, line;        /* of the array: in all, read so far */
    plm_ladder book[2];         /* as it stands on the tape */
    bool clearing;              /* the row before goes on: levels from the best up to this */
    unsigned clear_side;
    plm_px clear_px;
    const char *why;
    char shown[PLM_REPORT_TEXT_CAP];
} npz;

static uint64_t load(const char *row, size_t at)
{
    uint64_t value;
    memcpy(&value, row + at, sizeof value);
    return value;
}

/* -- the head of the array ------------------------------------------------------------------- */

static const char HEAD_TYPE[] =
    "{'descr':[('ev','<u8'),('exch_ts','<i8'),('local_ts','<i8'),('px','<f8'),('qty','<f8'),"
    "('order_id','<u8'),('ival','<i8'),('fval','<f8')],'fortran_order':False,'shape':(";

static plm_status head_fail(const npz *self, const char *what, plm_diag *diag)
{
    return plm_fail(diag, PLM_ERR_INPUT,
                    "%s: %s; arrays of hftbacktest's event_dtype are allowed: ev <u8, exch_ts <i8, "
                    "local_ts <i8, px <f8, qty <f8, order_id <u8, ival <i8, fval <f8, in one "
                    "dimension",
                    self->name, what);
}

/* Reads "N,),}" behind the type; blanks do not matter. */
static plm_status parse_head(npz *self, const char *text, size_t size, plm_diag *diag)
{
    char packed[sizeof HEAD_TYPE + 32];
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == ' ' || text[i] == '\n') {
            continue;
        }
        if (count == sizeof packed - 1) {
            return head_fail(self, "the type of the array is another", diag);
        }
        packed[count++] = text[i];
    }
    packed[count] = '\0';
    size_t const skip = sizeof HEAD_TYPE - 1;
    if (count < skip || memcmp(packed, HEAD_TYPE, skip) != 0) {
        return head_fail(self, "the type of the array is another", diag);
    }
    size_t const digits = strspn(packed + skip, "0123456789");
    const char *const end = packed + skip + digits;
    int64_t rows = -1;
    if (plm_decimal_parse(packed + skip, digits, 0, false, &rows) != PLM_DECIMAL_OK ||
        (strcmp(end, ",),}") != 0 && strcmp(end, ",)}") != 0)) {
        return head_fail(self, "the shape of the array is another", diag);
    }
    self->rows = (uint64_t)rows;
    self->inside = true;
    return PLM_OK;
}

/* PLM_END: more bytes are needed. */
static plm_status read_head(npz *self, const char *bytes, size_t size, bool last, plm_diag *diag,
                            size_t *out_used)
{
    size_t want = PREFIX_SIZE;
    if (size >= PREFIX_SIZE) {
        uint16_t length = 0;
        memcpy(&length, bytes + 8, sizeof length);
        want += length;
        if (memcmp(bytes, MAGIC, MAGIC_SIZE) != 0) {
            return head_fail(self, "no numpy array", diag);
        }
        if (bytes[6] != 1 || bytes[7] != 0) {
            return head_fail(self, "a numpy array of a version that is not 1.0", diag);
        }
    }
    if (size < want) {
        return last ? head_fail(self, "cut short within the head of the array", diag) : PLM_END;
    }
    *out_used = want;
    return parse_head(self, bytes + PREFIX_SIZE, want - PREFIX_SIZE, diag);
}

/* -- rows ------------------------------------------------------------------------------------ */

static void declare(npz *self, plm_row *row, const char *why)
{
    row->refusal.reason = PLM_REJECT_DECLARED;
    row->refusal.found[0] = '\0';
    row->refusal.allowed[0] = '\0';
    self->why = why;
}

static bool read_number(const char *name, uint64_t bits, unsigned scale, plm_refusal *refusal,
                        int64_t *out)
{
    switch (plm_npz_number(bits, scale, out)) {
    case PLM_NPZ_OK:
        return true;
    case PLM_NPZ_NOT_FINITE:
        return plm_refuse(refusal, PLM_REJECT_BLANK, "a number is needed", "%s is not finite",
                          name);
    case PLM_NPZ_RANGE:
        return plm_refuse(refusal, PLM_REJECT_RANGE, "a smaller scale holds it",
                          "%s (0x%016llx) is too large for %u decimals", name,
                          (unsigned long long)bits, scale);
    case PLM_NPZ_PRECISION:
        return plm_refuse(
            refusal, PLM_REJECT_PRECISION, "doubles of decimals that the scale holds are allowed",
            "%s (0x%016llx) has more than %u decimals", name, (unsigned long long)bits, scale);
    case PLM_NPZ_SCALE:
        return plm_refuse(refusal, PLM_REJECT_PRECISION, "a smaller scale tells it",
                          "%s (0x%016llx) does not tell %u decimals", name,
                          (unsigned long long)bits, scale);
    }
    return false;
}

static plm_side side_of(uint64_t ev)
{
    return (ev & EV_BUY) != 0 ? PLM_SIDE_BUY : (ev & EV_SELL) != 0 ? PLM_SIDE_SELL : PLM_SIDE_NONE;
}

/* Whether a level lies from the best up to the price. */
static bool is_cleared(const npz *self, plm_px px)
{
    return self->clear_side == 0 ? px >= self->clear_px : px <= self->clear_px;
}

/* Removes levels while the row has room; all of a side at once where nothing is left. */
static void put_cleared(npz *self, const plm_event *like, plm_row *row)
{
    const plm_ladder *const ladder = &self->book[self->clear_side];
    plm_event event = *like;
    event.side = self->clear_side == 0 ? PLM_SIDE_BUY : PLM_SIDE_SELL;
    uint32_t count = 0;
    while (count < ladder->count && is_cleared(self, plm_ladder_at(ladder, count).px)) {
        count++;
    }
    if (count == ladder->count) {
        event.kind = PLM_EV_CLEAR;
        row->event[row->count++] = event;
        self->clearing = false;
        return;
    }
    event.kind = PLM_EV_LEVEL;
    for (uint32_t i = 0; i < count && i < PLM_ROW_EVENTS_MAX; i++) {
        event.px = plm_ladder_at(ladder, i).px;
        row->event[row->count++] = event;
    }
    self->clearing = count > PLM_ROW_EVENTS_MAX;
    if (count == 0) {
        declare(self, row, "clears nothing");
    }
}

static void read_clear(npz *self, uint64_t ev, uint64_t px, plm_event *event, plm_row *row)
{
    plm_side const side = side_of(ev);
    bool const finite = (px >> 52 & 0x7ff) != 0x7ff;
    if (side == PLM_SIDE_NONE || !finite) {
        event->kind = PLM_EV_CLEAR;
        event->side = (uint8_t)side;
        row->event[row->count++] = *event;
        return;
    }
    self->clear_side = side == PLM_SIDE_BUY ? 0 : 1;
    if (read_number("px", px, self->given.table.rows[0].px_scale, &row->refusal, &self->clear_px)) {
        put_cleared(self, event, row);
    }
}

static void read_priced(npz *self, const char *bytes, uint64_t ev, plm_event *event, plm_row *row)
{
    const plm_instrument *const instrument = &self->given.table.rows[0];
    plm_side const side = side_of(ev);
    unsigned const kind = (unsigned)(ev & 0xff);
    if (!read_number("px", load(bytes, 24), instrument->px_scale, &row->refusal, &event->px) ||
        !read_number("qty", load(bytes, 32), instrument->qty_scale, &row->refusal, &event->qty)) {
        return;
    }
    if (kind != EV_TRADE && side == PLM_SIDE_NONE) {
        (void)plm_refuse(&row->refusal, PLM_REJECT_UNKNOWN, "BUY or SELL is needed",
                         "depth without a side (ev is 0x%llx)", (unsigned long long)ev);
        return;
    }
    event->side = (uint8_t)side;
    event->kind = kind == EV_TRADE ? PLM_EV_TRADE : PLM_EV_LEVEL;
    event->flags = kind == EV_SNAPSHOT ? PLM_FLAG_SNAPSHOT : (uint16_t)0;
    if (kind == EV_BBO) {
        event->kind = side == PLM_SIDE_BUY ? PLM_EV_BID : PLM_EV_ASK;
        event->side = 0;
        event->px = event->qty == 0 ? 0 : event->px;
    }
    row->event[row->count++] = *event;
}

static void read_row(npz *self, const char *bytes, plm_row *row)
{
    uint64_t const ev = load(bytes, 0);
    plm_event event = {.ts = (plm_ts)load(bytes, 8)};
    row->recv = (plm_ts)load(bytes, 16);
    if ((ev & EV_EXCH) == 0) {
        declare(self, row, "not of the exchange side");
        return;
    }
    if ((ev & EV_BUY) != 0 && (ev & EV_SELL) != 0) {
        (void)plm_refuse(&row->refusal, PLM_REJECT_UNKNOWN, "one side or none is allowed",
                         "both BUY and SELL (ev is 0x%llx)", (unsigned long long)ev);
        return;
    }
    switch (ev & 0xff) {
    case EV_CLEAR:
        read_clear(self, ev, load(bytes, 24), &event, row);
        return;
    case EV_DEPTH:
    case EV_TRADE:
    case EV_SNAPSHOT:
    case EV_BBO:
        read_priced(self, bytes, ev, &event, row);
        return;
    default:
        declare(self, row, "a kind of event that is not read");
        return;
    }
}

/* -- decoding -------------------------------------------------------------------------------- */

/* The book follows the tape: rows that were not taken do not change it. */
static plm_status settle_row(npz *self, const plm_row *before, plm_diag *diag)
{
    if (before->refusal.reason != PLM_REJECT_NONE) {
        self->clearing = false;
        return PLM_OK;
    }
    for (uint32_t i = 0; i < before->count; i++) {
        const plm_event *const event = &before->event[i];
        if (event->kind == PLM_EV_CLEAR) {
            for (unsigned side = 0; side < 2; side++) {
                if (event->side == PLM_SIDE_NONE || event->side == side + 1) {
                    plm_ladder_clear(&self->book[side]);
                }
            }
        } else if (event->kind == PLM_EV_LEVEL &&
                   !plm_ladder_set(&self->book[event->side == PLM_SIDE_BUY ? 0 : 1], event->px,
                                   event->qty)) {
            return plm_fail(diag, PLM_ERR_INPUT,
                            "%s:%llu: the book has more than %u levels on one side; at most that "
                            "many are allowed",
                            self->name, (unsigned long long)before->line, PLM_LADDER_MAX);
        }
    }
    return PLM_OK;
}

static plm_status check_rows(const npz *self, size_t size, bool last, plm_diag *diag)
{
    if (self->line == self->rows && size > 0) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: bytes follow the %llu rows that the head of the array tells",
                        self->name, (unsigned long long)self->rows);
    }
    if (last && self->line < self->rows && size < ROW_SIZE) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s:%llu: cut short: the head of the array tells %llu rows; all of them "
                        "are needed",
                        self->name, (unsigned long long)self->line + 1,
                        (unsigned long long)self->rows);
    }
    return PLM_OK;
}

static plm_status npz_decode(plm_decoder *decoder, const char *bytes, size_t size, bool last,
                             plm_diag *diag, size_t *out_consumed, plm_row *out)
{
    npz *const self = decoder->impl;
    size_t at = 0;
    *out_consumed = 0;
    PLM_TRY(settle_row(self, out, diag));
    if (self->clearing) {
        plm_event const like = {.ts = out->event[0].ts};
        out->count = 0;
        out->continues = true;
        put_cleared(self, &like, out);
        return PLM_OK;
    }
    out->count = 0; /* settled: not to be applied again */
    out->continues = false;
    if (!self->inside) {
        plm_status const status = read_head(self, bytes, size, last, diag, &at);
        PLM_TRY(status);
        *out_consumed = at;
        if (status == PLM_END) {
            return PLM_END;
        }
    }
    PLM_TRY(check_rows(self, size - at, last, diag));
    if (size - at < ROW_SIZE) {
        return PLM_END;
    }
    out->line = ++self->line;
    out->text = bytes + at;
    out->size = ROW_SIZE;
    out->refusal.reason = PLM_REJECT_NONE;
    self->why = "";
    read_row(self, bytes + at, out);
    *out_consumed = at + ROW_SIZE;
    return PLM_OK;
}

static void npz_describe(plm_decoder *decoder, plm_row *row)
{
    npz *const self = decoder->impl;
    (void)snprintf(self->shown, sizeof self->shown, "ev 0x%llx, exch_ts %lld, local_ts %lld%s%s",
                   (unsigned long long)load(row->text, 0), (long long)load(row->text, 8),
                   (long long)load(row->text, 16), self->why[0] != '\0' ? ": " : "", self->why);
    row->text = self->shown;
    row->size = strlen(self->shown);
}

/* -- life ------------------------------------------------------------------------------------ */

static void npz_begin(plm_decoder *decoder, const char *name)
{
    npz *const self = decoder->impl;
    self->name = name;
    self->line = 0;
    self->inside = false;
}

static void npz_destroy(plm_decoder *decoder)
{
    npz *const self = decoder->impl;
    plm_ladder_fini(&self->book[0]);
    plm_ladder_fini(&self->book[1]);
    plm_import_rows_fini(&self->given);
    plm_free(self);
}

unsigned plm_npz_probe(const char *bytes, size_t size)
{
    return size >= MAGIC_SIZE && memcmp(bytes, MAGIC, MAGIC_SIZE) == 0 ? 100 : 0;
}

static plm_status find_instrument(npz *self, plm_diag *diag)
{
    const plm_import_options *const options = &self->options;
    plm_refusal refusal = {.reason = PLM_REJECT_NONE};
    uint32_t place = 0;
    if (options->map_path != NULL) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "--map was given, but the input is npz, whose columns are known; leave it "
                        "out");
    }
    if (options->symbol == NULL) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "the input is npz, which does not name its instrument; --symbol is needed");
    }
    if (!plm_import_rows_find(&self->given, options->venue, options->symbol,
                              strlen(options->symbol), &refusal, &place)) {
        return plm_fail(diag, PLM_ERR_USAGE, "%s; %s", refusal.found, refusal.allowed);
    }
    return PLM_OK;
}

plm_status plm_npz_create(const plm_import_options *options, plm_diag *diag, plm_decoder **out)
{
    npz *const self = plm_alloc(1, sizeof *self);
    self->options = *options;
    self->options.only_count = 0;
    plm_import_rows_init(&self->given, &self->options);
    plm_ladder_init(&self->book[0], true);
    plm_ladder_init(&self->book[1], false);
    self->why = "";
    self->decoder = (plm_decoder){.impl = self,
                                  .has_recv = true,
                                  .keep_duplicates = true, /* rows have no ids */
                                  .derive = true,
                                  .begin = npz_begin,
                                  .decode = npz_decode,
                                  .describe = npz_describe,
                                  .destroy = npz_destroy};
    plm_status const status = find_instrument(self, diag);
    if (status != PLM_OK) {
        npz_destroy(&self->decoder);
        return status;
    }
    self->decoder.rows = self->given.table.rows;
    self->decoder.row_count = self->given.table.count;
    self->decoder.lives = self->given.lives;
    *out = &self->decoder;
    return PLM_OK;
}
