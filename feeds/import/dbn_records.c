/*
 * dbn_records.c - what each type of record says in events.
 *
 * ts is ts_event and recv is ts_recv, but for what has no time of its own: quotes sampled by the
 * interval and records of a snapshot are of ts_recv; bars are of their end.
 */
#include "check.h"
#include "dbn.h"
#include "memory.h"
#include "num.h"

#define SECOND_NS INT64_C(1000000000)

/* -- parts ----------------------------------------------------------------------------------- */

void plm_dbn_declare(plm_dbn *self, plm_row *row, const char *why)
{
    if (row->count > 0) {
        return;
    }
    row->refusal.reason = PLM_REJECT_DECLARED;
    row->refusal.found[0] = '\0';
    row->refusal.allowed[0] = '\0';
    self->why = why;
}

void plm_dbn_put(plm_row *row, const plm_event *event)
{
    plm_assert(row->count < PLM_DBN_RECORD_EVENTS);
    row->event[row->count++] = *event;
}

bool plm_dbn_px(const plm_instrument *row, int64_t raw, plm_refusal *refusal, plm_px *out)
{
    if (row->px_scale == PLM_DBN_PX_SCALE) {
        *out = raw;
        return true;
    }
    if (row->px_scale < PLM_DBN_PX_SCALE) {
        int64_t const unit = plm_pow10(PLM_DBN_PX_SCALE - row->px_scale);
        return plm_i64_div(raw, unit, PLM_ROUND_NONE, out) ||
               plm_refuse(refusal, PLM_REJECT_PRECISION,
                          "prices with at most as many decimals as px_scale are allowed",
                          "price is %lld e-9, px_scale of %s is %u", (long long)raw, row->symbol,
                          row->px_scale);
    }
    return plm_i64_mul(raw, plm_pow10(row->px_scale - PLM_DBN_PX_SCALE), out) ||
           plm_refuse(refusal, PLM_REJECT_RANGE, "a smaller px_scale holds it",
                      "price is %lld e-9, px_scale of %s is %u", (long long)raw, row->symbol,
                      row->px_scale);
}

bool plm_dbn_qty(const plm_instrument *row, uint64_t raw, plm_refusal *refusal, plm_qty *out)
{
    if (raw <= INT64_MAX && row->qty_scale == 0) {
        *out = (plm_qty)raw;
        return true;
    }
    return (raw <= INT64_MAX && plm_i64_mul((int64_t)raw, plm_pow10(row->qty_scale), out)) ||
           plm_refuse(refusal, PLM_REJECT_RANGE, "a smaller qty_scale holds it",
                      "quantity is %llu, qty_scale of %s is %u", (unsigned long long)raw,
                      row->symbol, row->qty_scale);
}

bool plm_dbn_put_trade(const plm_dbn *self, int64_t price, uint32_t size, char side, uint32_t sym,
                       plm_ts ts, plm_row *row)
{
    const plm_instrument *const instrument = &self->symbols.table.rows[sym];
    plm_event *const event = &row->event[row->count];
    if (price == PLM_DBN_PX_UNDEF || size == PLM_DBN_SIZE_UNDEF) {
        return plm_refuse(&row->refusal, PLM_REJECT_BLANK, "price and size are needed",
                          "a trade without %s", price == PLM_DBN_PX_UNDEF ? "price" : "size");
    }
    if (side != 'A' && side != 'B' && side != 'N') {
        return plm_refuse(&row->refusal, PLM_REJECT_UNKNOWN, "the sides A, B and N are allowed",
                          "side is '%c'", side);
    }
    event->ts = ts;
    event->sym = sym;
    event->kind = PLM_EV_TRADE;
    event->side = side == 'A'   ? (uint8_t)PLM_SIDE_SELL
                  : side == 'B' ? (uint8_t)PLM_SIDE_BUY
                                : (uint8_t)PLM_SIDE_NONE;
    event->flags = 0;
    if (!plm_dbn_px(instrument, price, &row->refusal, &event->px) ||
        !plm_dbn_qty(instrument, size, &row->refusal, &event->qty)) {
        return false;
    }
    row->count++;
    return true;
}

/* -- trades and quotes ----------------------------------------------------------------------- */

/* The sides that differ from what was said before; none where quotes are derived. */
static bool put_quotes(plm_dbn *self, const char *record, uint32_t sym, plm_ts ts, plm_row *row)
{
    const plm_instrument *const instrument = &self->symbols.table.rows[sym];
    plm_dbn_book *const book = &self->books[sym];
    if (self->derive) {
        self->why = "quotes are derived";
        return true;
    }
    for (unsigned side = 0; side < 2; side++) {
        int64_t const px = plm_dbn_i64(record, 48 + 8 * (size_t)side);
        uint32_t const size = plm_dbn_u32(record, 64 + 4 * (size_t)side);
        plm_rung best = {0, 0};
        if (px != PLM_DBN_PX_UNDEF && size != 0 &&
            (!plm_dbn_px(instrument, px, &row->refusal, &best.px) ||
             !plm_dbn_qty(instrument, size, &row->refusal, &best.qty))) {
            return false;
        }
        self->stage[side][0] = best;
        if (best.px != book->said[side][0].px || best.qty != book->said[side][0].qty) {
            plm_dbn_put(row, &(plm_event){.ts = ts,
                                          .px = best.px,
                                          .qty = best.qty,
                                          .sym = sym,
                                          .kind = side == 0 ? PLM_EV_BID : PLM_EV_ASK});
        }
    }
    self->staged = book;
    self->staged_depth = 1;
    return true;
}

/* The quote of tbbo is from before its trade, that of mbp-1 from after it. */
static void read_top(plm_dbn *self, const char *record, uint32_t sym, plm_ts ts, plm_row *row)
{
    bool const trades = record[28] == 'T';
    uint16_t const schema = self->symbols.head.schema;
    bool const after =
        schema == PLM_DBN_MBP_1 || plm_dbn_type_of[(uint8_t)record[1]] == PLM_DBN_TYPE_CMBP_1;
    if (!after && !put_quotes(self, record, sym, ts, row)) {
        return;
    }
    if (trades && !plm_dbn_put_trade(self, plm_dbn_i64(record, 16), plm_dbn_u32(record, 24),
                                     record[29], sym, ts, row)) {
        return;
    }
    if (after) {
        (void)put_quotes(self, record, sym, ts, row);
    }
}

static void read_ten(plm_dbn *self, const char *record, uint32_t sym, plm_ts ts, plm_row *row)
{
    if (record[28] == 'T' &&
        !plm_dbn_put_trade(self, plm_dbn_i64(record, 16), plm_dbn_u32(record, 24), record[29], sym,
                           ts, row)) {
        return;
    }
    plm_dbn_read_levels(self, record, sym, ts, row);
}

/* -- bars, statistics, status ---------------------------------------------------------------- */

static void read_bar(const plm_dbn *self, const char *record, uint32_t sym, int64_t period,
                     plm_row *row)
{
    const plm_instrument *const instrument = &self->symbols.table.rows[sym];
    plm_ts ts = plm_dbn_i64(record, 8);
    plm_px px[4];
    plm_qty volume = 0;
    if (!plm_i64_add(ts, period, &ts)) {
        (void)plm_refuse(&row->refusal, PLM_REJECT_RANGE, "times must lie in 2000..2100",
                         "the bar begins at %lld ns", (long long)ts);
        return;
    }
    for (unsigned i = 0; i < 4; i++) {
        int64_t const raw = plm_dbn_i64(record, 16 + 8 * (size_t)i);
        if (raw == PLM_DBN_PX_UNDEF) {
            (void)plm_refuse(&row->refusal, PLM_REJECT_BLANK, "all four prices are needed",
                             "a bar without all prices");
            return;
        }
        if (!plm_dbn_px(instrument, raw, &row->refusal, &px[i])) {
            return;
        }
    }
    if (px[1] < px[0] || px[1] < px[3] || px[2] > px[0] || px[2] > px[3]) {
        (void)plm_refuse(&row->refusal, PLM_REJECT_RANGE, "low <= open, close <= high is needed",
                         "a bar at odds with itself");
        return;
    }
    if (!plm_dbn_qty(instrument, (uint64_t)plm_dbn_i64(record, 48), &row->refusal, &volume)) {
        return;
    }
    for (unsigned i = 0; i < 4; i++) {
        row->event[i] = (plm_event){.ts = ts,
                                    .px = px[i],
                                    .qty = i == 0   ? period
                                           : i == 3 ? volume
                                                    : 0,
                                    .sym = sym,
                                    .kind = (uint8_t)(PLM_EV_BAR_OPEN + i),
                                    .side = PLM_KEY_LAST};
    }
    row->recv = ts;
    row->count = 4;
}

/* Open interest; the settlement price of a day is what the venue marks positions at. */
static void read_statistics(plm_dbn *self, const char *record, uint32_t sym, plm_ts ts,
                            plm_row *row)
{
    const plm_instrument *const instrument = &self->symbols.table.rows[sym];
    bool const wide = self->symbols.head.version >= 3;
    uint16_t const type = plm_dbn_u16(record, wide ? 56 : 52);
    uint8_t const action = (uint8_t)record[wide ? 60 : 56];
    int64_t const price = plm_dbn_i64(record, 32);
    int64_t const quantity = wide ? plm_dbn_i64(record, 40) : (int32_t)plm_dbn_u32(record, 40);
    plm_event event = {.ts = ts, .sym = sym};
    if (action != 1 || (type != 3 && type != 9)) {
        plm_dbn_declare(self, row, "a statistic that a tape does not hold");
        return;
    }
    if (type == 3) {
        event.kind = PLM_EV_MARK;
        if (price == PLM_DBN_PX_UNDEF) {
            (void)plm_refuse(&row->refusal, PLM_REJECT_BLANK, "a price is needed",
                             "a settlement without price");
            return;
        }
        if (!plm_dbn_px(instrument, price, &row->refusal, &event.px)) {
            return;
        }
    } else {
        event.kind = PLM_EV_OPEN_INTEREST;
        if (quantity == (wide ? INT64_MAX : INT32_MAX)) {
            (void)plm_refuse(&row->refusal, PLM_REJECT_BLANK, "a quantity is needed",
                             "an open interest without quantity");
            return;
        }
        if (quantity < 0) {
            (void)plm_refuse(&row->refusal, PLM_REJECT_NEGATIVE, "0 or more is allowed",
                             "open interest is %lld", (long long)quantity);
            return;
        }
        if (!plm_dbn_qty(instrument, (uint64_t)quantity, &row->refusal, &event.qty)) {
            return;
        }
    }
    row->event[row->count++] = event;
}

/* Whether one can trade: the flag where the venue sets it, else the action. */
static plm_status_code trading_after(uint16_t action, char is_trading)
{
    if (is_trading == 'Y') {
        return PLM_STATUS_RESUME;
    }
    if (is_trading == 'N') {
        return PLM_STATUS_HALT;
    }
    switch (action) {
    case 7: /* trading */
        return PLM_STATUS_RESUME;
    case 8:  /* halt */
    case 9:  /* pause */
    case 10: /* suspend */
    case 12: /* close */
    case 13: /* post-close */
    case 15: /* not available */
        return PLM_STATUS_HALT;
    default:
        return PLM_STATUS_NONE;
    }
}

static void read_status(plm_dbn *self, const char *record, uint32_t sym, plm_ts ts, plm_row *row)
{
    plm_status_code const code = trading_after(plm_dbn_u16(record, 24), record[30]);
    if (code == PLM_STATUS_NONE) {
        plm_dbn_declare(self, row, "does not say whether there is trading");
        return;
    }
    row->event[row->count++] =
        (plm_event){.ts = ts, .sym = sym, .kind = PLM_EV_STATUS, .side = (uint8_t)code};
}

/* -- what speaks of instruments -------------------------------------------------------------- */

static plm_status read_definition(plm_dbn *self, const char *record, plm_row *row, plm_diag *diag)
{
    uint8_t const version = self->symbols.head.version;
    char name[PLM_DBN_SYMBOL_CAP];
    plm_instrument instrument;
    memset(&instrument, 0, sizeof instrument);
    plm_dbn_definition_symbol(version, record, name);
    const char *const why = plm_dbn_definition_read(version, record, &instrument);
    PLM_TRY(plm_dbn_symbols_name(&self->symbols, plm_dbn_u32(record, 4), name, diag));
    if (plm_dbn_symbols_define(&self->symbols, name, &instrument, why, &row->refusal)) {
        plm_dbn_declare(self, row, why != NULL ? why : "its facts are noted");
    }
    return PLM_OK;
}

static plm_status read_mapping(plm_dbn *self, const char *record, plm_row *row, plm_diag *diag)
{
    bool const first = self->symbols.head.version == 1;
    char name[PLM_DBN_SYMBOL_CAP];
    plm_dbn_text(record + (first ? 38 : 89), first ? 22 : 71, name);
    PLM_TRY(plm_dbn_symbols_name(&self->symbols, plm_dbn_u32(record, 4), name, diag));
    plm_dbn_declare(self, row, "its symbol is noted");
    return PLM_OK;
}

/* -- the whole ------------------------------------------------------------------------------- */

static void grow_books(plm_dbn *self)
{
    uint32_t const rows = self->symbols.table.count;
    if (rows <= self->book_count) {
        return;
    }
    if (rows > self->book_cap) {
        self->book_cap = rows * 2;
        self->books = plm_realloc(self->books, self->book_cap, sizeof *self->books);
        plm_dbn_orders_grow_rows(&self->orders, self->book_cap);
    }
    for (uint32_t i = self->book_count; i < rows; i++) {
        memset(&self->books[i], 0, sizeof self->books[i]);
        plm_ladder_init(&self->books[i].ladder[0], true);
        plm_ladder_init(&self->books[i].ladder[1], false);
    }
    self->book_count = rows;
    self->decoder.rows = self->symbols.table.rows;
    self->decoder.row_count = rows;
}

/* Venues that trade one instrument have a book each. */
static bool check_publisher(plm_dbn_book *book, const char *record, const char *symbol,
                            plm_refusal *refusal)
{
    uint16_t const publisher = plm_dbn_u16(record, 2);
    if (book->publisher == 0) {
        book->publisher = publisher;
    }
    return book->publisher == publisher ||
           plm_refuse(refusal, PLM_REJECT_UNKNOWN, "the book of one publisher is allowed",
                      "%s is of publisher %u, before of %u", symbol, publisher, book->publisher);
}

static plm_status read_event(plm_dbn *self, unsigned type, const char *record, uint32_t sym,
                             plm_ts ts, plm_row *row, plm_diag *diag)
{
    switch (type) {
    case PLM_DBN_TYPE_TRADE:
        (void)plm_dbn_put_trade(self, plm_dbn_i64(record, 16), plm_dbn_u32(record, 24), record[29],
                                sym, ts, row);
        return PLM_OK;
    case PLM_DBN_TYPE_MBP_1:
    case PLM_DBN_TYPE_CMBP_1:
    case PLM_DBN_TYPE_TCBBO:
        read_top(self, record, sym, ts, row);
        return PLM_OK;
    case PLM_DBN_TYPE_CBBO_1S:
    case PLM_DBN_TYPE_CBBO_1M:
    case PLM_DBN_TYPE_BBO_1S:
    case PLM_DBN_TYPE_BBO_1M:
        (void)put_quotes(self, record, sym, ts, row);
        return PLM_OK;
    case PLM_DBN_TYPE_MBP_10:
        read_ten(self, record, sym, ts, row);
        return PLM_OK;
    case PLM_DBN_TYPE_MBO:
        return plm_dbn_read_mbo(self, record, sym, ts, row, diag);
    case PLM_DBN_TYPE_STATISTICS:
        read_statistics(self, record, sym, ts, row);
        return PLM_OK;
    case PLM_DBN_TYPE_STATUS:
        read_status(self, record, sym, ts, row);
        return PLM_OK;
    default: /* a bar */
        read_bar(self, record, sym, SECOND_NS * (plm_dbn_types[type].period_s), row);
        return PLM_OK;
    }
}

plm_status plm_dbn_read_record(plm_dbn *self, const char *record, plm_row *row, plm_diag *diag)
{
    unsigned const place = plm_dbn_type_of[(uint8_t)record[1]];
    const plm_dbn_type *const type = &plm_dbn_types[place];
    plm_ts ts = plm_dbn_i64(record, 8);
    uint32_t sym = 0;
    if (type->size[0] == 0) {
        plm_dbn_declare(self, row, "no type that a tape holds");
        return PLM_OK;
    }
    if (place == PLM_DBN_TYPE_DEFINITION) {
        return read_definition(self, record, row, diag);
    }
    if (place == PLM_DBN_TYPE_MAPPING) {
        return read_mapping(self, record, row, diag);
    }
    row->recv = type->recv_at != 0 ? plm_dbn_i64(record, type->recv_at) : ts;
    PLM_TRY(plm_dbn_symbols_find(&self->symbols, plm_dbn_u32(record, 4), row->recv, diag,
                                 &row->refusal, &sym));
    if (row->refusal.reason == PLM_REJECT_DECLARED) {
        plm_dbn_declare(self, row, "not one of --only");
    }
    if (row->refusal.reason != PLM_REJECT_NONE) {
        return PLM_OK;
    }
    grow_books(self);
    if (type->book) {
        uint8_t const flags = (uint8_t)record[place == PLM_DBN_TYPE_MBO ? 36 : 30];
        bool const restated = (flags & PLM_DBN_FLAG_SNAPSHOT) != 0;
        ts = type->sampled || restated ? row->recv : ts;
        if (!check_publisher(&self->books[sym], record, self->symbols.table.rows[sym].symbol,
                             &row->refusal)) {
            return PLM_OK;
        }
    }
    PLM_TRY(read_event(self, place, record, sym, ts, row, diag));
    if (row->count == 0 && row->refusal.reason == PLM_REJECT_NONE) {
        plm_dbn_declare(self, row,
                        self->why[0] != '\0' ? self->why : "changes nothing that a tape holds");
    }
    return PLM_OK;
}
