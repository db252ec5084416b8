/*
 * dbn_book.c - books: ten levels of mbp-10 as the levels that changed, and orders of mbo as the
 * levels that they make.
 */
#include "check.h"
#include "dbn.h"
#include "num.h"

static void put_level(plm_row *row, const plm_event *like, unsigned side, plm_rung level)
{
    plm_event event = *like;
    event.kind = PLM_EV_LEVEL;
    event.side = (uint8_t)(side == 0 ? PLM_SIDE_BUY : PLM_SIDE_SELL);
    event.px = level.px;
    event.qty = level.qty;
    plm_dbn_put(row, &event);
}

/* -- mbp-10 ---------------------------------------------------------------------------------- */

static bool read_side(const plm_dbn *self, const char *record, unsigned side, uint32_t sym,
                      plm_rung out[PLM_DBN_DEPTH], plm_refusal *refusal)
{
    const plm_instrument *const instrument = &self->symbols.table.rows[sym];
    unsigned count = 0;
    memset(out, 0, PLM_DBN_DEPTH * sizeof *out);
    for (unsigned i = 0; i < PLM_DBN_DEPTH; i++) {
        size_t const at = 48 + (size_t)i * 32;
        int64_t const px = plm_dbn_i64(record, at + 8 * side);
        uint32_t const size = plm_dbn_u32(record, at + 16 + 4 * side);
        if (px == PLM_DBN_PX_UNDEF || size == 0) {
            continue;
        }
        if (px <= 0) {
            return plm_refuse(refusal, PLM_REJECT_NEGATIVE, "prices above 0 are allowed",
                              "the price of a level is %lld e-9", (long long)px);
        }
        if (!plm_dbn_px(instrument, px, refusal, &out[count].px) ||
            !plm_dbn_qty(instrument, size, refusal, &out[count].qty)) {
            return false;
        }
        count++;
    }
    return true;
}

static plm_qty qty_at(const plm_rung levels[PLM_DBN_DEPTH], plm_px px)
{
    for (unsigned i = 0; i < PLM_DBN_DEPTH && levels[i].qty != 0; i++) {
        if (levels[i].px == px) {
            return levels[i].qty;
        }
    }
    return 0;
}

/* A level that is no longer among the ten is removed: what becomes of it nobody says. */
static void put_changes(unsigned side, const plm_rung *old, const plm_rung *now,
                        const plm_event *like, plm_row *row)
{
    if (memcmp(old, now, PLM_DBN_DEPTH * sizeof *old) == 0) {
        return;
    }
    for (unsigned i = 0; i < PLM_DBN_DEPTH && old[i].qty != 0; i++) {
        if (qty_at(now, old[i].px) == 0) {
            put_level(row, like, side, (plm_rung){old[i].px, 0});
        }
    }
    for (unsigned i = 0; i < PLM_DBN_DEPTH && now[i].qty != 0; i++) {
        if (qty_at(old, now[i].px) != now[i].qty) {
            put_level(row, like, side, now[i]);
        }
    }
}

void plm_dbn_read_levels(plm_dbn *self, const char *record, uint32_t sym, plm_ts ts, plm_row *row)
{
    plm_dbn_book *const book = &self->books[sym];
    bool const snapshot = ((uint8_t)record[30] & PLM_DBN_FLAG_SNAPSHOT) != 0;
    plm_event const like = {
        .ts = ts, .sym = sym, .flags = snapshot ? PLM_FLAG_SNAPSHOT : (uint16_t)0};
    for (unsigned side = 0; side < 2; side++) {
        if (!read_side(self, record, side, sym, self->stage[side], &row->refusal)) {
            return;
        }
    }
    for (unsigned side = 0; side < 2; side++) {
        put_changes(side, book->said[side], self->stage[side], &like, row);
    }
    self->staged = book;
    self->staged_depth = PLM_DBN_DEPTH;
}

/* -- mbo ------------------------------------------------------------------------------------- */

typedef struct mbo {
    plm_dbn *self;
    plm_dbn_book *book;
    plm_event like;
    plm_dbn_order order; /* as the record has it */
    plm_row *row;
    plm_diag *diag;
} mbo;

/* Changes the total of a level by an order's size, more or less. */
static plm_status change_level(const mbo *at, unsigned side, plm_px px, int64_t size)
{
    plm_ladder *const ladder = &at->book->ladder[side];
    const plm_instrument *const instrument = &at->self->symbols.table.rows[at->like.sym];
    plm_qty qty = 0;
    uint64_t const moved = (uint64_t)(size < 0 ? -size : size);
    plm_assert(plm_dbn_qty(instrument, moved, &at->row->refusal, &qty)); /* as when it was read */
    plm_rung level = {px, plm_ladder_get(ladder, px)};
    if (!(size < 0 ? plm_i64_sub(level.qty, qty, &level.qty)
                   : plm_i64_add(level.qty, qty, &level.qty)) ||
        !plm_ladder_set(ladder, px, level.qty)) {
        return plm_fail(at->diag, PLM_ERR_INPUT,
                        "%s:%llu: the book of %s has more than %u levels on one side; at most that "
                        "many are allowed",
                        at->self->name, (unsigned long long)at->row->line, instrument->symbol,
                        PLM_LADDER_MAX);
    }
    put_level(at->row, &at->like, side, level);
    return PLM_OK;
}

static void clear_book(const mbo *at)
{
    plm_event event = at->like;
    event.kind = PLM_EV_CLEAR;
    at->book->tops = false;
    plm_dbn_orders_clear(&at->self->orders, at->like.sym);
    plm_ladder_clear(&at->book->ladder[0]);
    plm_ladder_clear(&at->book->ladder[1]);
    plm_dbn_put(at->row, &event);
}

static plm_status add_order(const mbo *at)
{
    if (at->book->tops) {
        (void)plm_refuse(&at->row->refusal, PLM_REJECT_RANGE,
                         "a book is made of orders or of best prices",
                         "an order among best prices");
        return PLM_OK;
    }
    if (plm_dbn_orders_find(&at->self->orders, at->like.sym, at->order.id) != NULL) {
        (void)plm_refuse(&at->row->refusal, PLM_REJECT_DUPLICATE,
                         "an order is added once, unless the book is cleared between",
                         "order %llu rests already", (unsigned long long)at->order.id);
        return PLM_OK;
    }
    if (!plm_dbn_orders_add(&at->self->orders, &at->order)) {
        return plm_fail(at->diag, PLM_ERR_INPUT,
                        "%s:%llu: more than %u orders rest; at most that many are allowed: import "
                        "fewer instruments at once",
                        at->self->name, (unsigned long long)at->row->line, PLM_DBN_ORDERS_MAX);
    }
    return change_level(at, at->order.side, at->order.px, at->order.size);
}

/* Cancels what the record says of an order, or all that is left of it. */
static plm_status cancel_order(const mbo *at)
{
    plm_dbn_order *const resting =
        plm_dbn_orders_find(&at->self->orders, at->like.sym, at->order.id);
    if (resting == NULL) {
        if (at->book->cleared) {
            (void)plm_refuse(&at->row->refusal, PLM_REJECT_UNKNOWN,
                             "orders that have been added since the book was cleared are allowed",
                             "order %llu does not rest", (unsigned long long)at->order.id);
        } else {
            plm_dbn_declare(at->self, at->row, "of an order from before the file begins");
        }
        return PLM_OK;
    }
    if (at->order.size > resting->size) {
        (void)plm_refuse(&at->row->refusal, PLM_REJECT_RANGE, "at most what rests can be cancelled",
                         "%u of order %llu, which has %u", at->order.size,
                         (unsigned long long)at->order.id, resting->size);
        return PLM_OK;
    }
    plm_dbn_order const before = *resting;
    resting->size -= at->order.size;
    if (resting->size == 0) {
        plm_dbn_orders_remove(&at->self->orders, resting);
    }
    return change_level(at, before.side, before.px, -(int64_t)at->order.size);
}

/* An order that is not known is from before the file begins, and known from here on. */
static plm_status modify_order(const mbo *at)
{
    plm_dbn_order *const resting =
        plm_dbn_orders_find(&at->self->orders, at->like.sym, at->order.id);
    if (resting == NULL) {
        if (!at->book->cleared) {
            return add_order(at);
        }
        (void)plm_refuse(&at->row->refusal, PLM_REJECT_UNKNOWN,
                         "orders that have been added since the book was cleared are allowed",
                         "order %llu does not rest", (unsigned long long)at->order.id);
        return PLM_OK;
    }
    plm_dbn_order const before = *resting;
    resting->px = at->order.px;
    resting->size = at->order.size;
    resting->side = at->order.side;
    if (before.px == at->order.px && before.side == at->order.side) {
        int64_t const more = (int64_t)at->order.size - before.size;
        if (more == 0) {
            plm_dbn_declare(at->self, at->row, "changes nothing that a tape holds");
            return PLM_OK;
        }
        return change_level(at, before.side, before.px, more);
    }
    PLM_TRY(change_level(at, before.side, before.px, -(int64_t)before.size));
    return change_level(at, at->order.side, at->order.px, at->order.size);
}

/* Feeds that know only the best price send it as one order that replaces its side. */
static plm_status set_top(const mbo *at, int64_t price)
{
    plm_ladder *const ladder = &at->book->ladder[at->order.side];
    const plm_instrument *const instrument = &at->self->symbols.table.rows[at->like.sym];
    plm_rung top = {0, 0};
    if (at->self->orders.counts[at->like.sym] > 0) {
        (void)plm_refuse(&at->row->refusal, PLM_REJECT_RANGE,
                         "a book is made of orders or of best prices", "a best price among orders");
        return PLM_OK;
    }
    if (price != PLM_DBN_PX_UNDEF && at->order.size > 0) {
        top.px = at->order.px;
        if (!plm_dbn_qty(instrument, at->order.size, &at->row->refusal, &top.qty)) {
            return PLM_OK;
        }
    }
    at->book->tops = true;
    plm_rung const old = ladder->count > 0 ? plm_ladder_at(ladder, 0) : (plm_rung){0, 0};
    if (old.qty != 0 && old.px != top.px) {
        plm_assert(plm_ladder_set(ladder, old.px, 0));
        put_level(at->row, &at->like, at->order.side, (plm_rung){old.px, 0});
    }
    if (top.qty != 0 && (old.px != top.px || old.qty != top.qty)) {
        plm_assert(plm_ladder_set(ladder, top.px, top.qty));
        put_level(at->row, &at->like, at->order.side, top);
    }
    if (at->row->count == 0) {
        plm_dbn_declare(at->self, at->row, "changes nothing that a tape holds");
    }
    return PLM_OK;
}

/* What A, C and M need of a record; R has neither side nor price. */
static bool read_order(mbo *at, const char *record)
{
    const plm_instrument *const instrument = &at->self->symbols.table.rows[at->like.sym];
    plm_refusal *const refusal = &at->row->refusal;
    char const action = record[38];
    char const side = record[39];
    int64_t const price = plm_dbn_i64(record, 24);
    bool const top = ((uint8_t)record[36] & PLM_DBN_FLAG_TOB) != 0;
    uint32_t const size = plm_dbn_u32(record, 32);
    plm_qty ignored = 0;
    at->order = (plm_dbn_order){.id = (uint64_t)plm_dbn_i64(record, 16),
                                .size = size,
                                .sym = at->like.sym,
                                .side = side == 'A' ? 1 : 0};
    if (side != 'A' && side != 'B') {
        return plm_refuse(refusal, PLM_REJECT_UNKNOWN, "the sides A (ask) and B (bid) are allowed",
                          "side is '%c' for action %c", side, action);
    }
    if (top && action == 'A' && (price == PLM_DBN_PX_UNDEF || size == 0)) {
        return true;
    }
    if (size == 0 || size == PLM_DBN_SIZE_UNDEF) {
        return plm_refuse(refusal, PLM_REJECT_BLANK, "a size is needed", "no size for action %c",
                          action);
    }
    if (action != 'C' && price == PLM_DBN_PX_UNDEF) {
        return plm_refuse(refusal, PLM_REJECT_BLANK, "a price is needed", "no price for action %c",
                          action);
    }
    return plm_dbn_qty(instrument, size, refusal, &ignored) &&
           (action == 'C' || plm_dbn_px(instrument, price, refusal, &at->order.px));
}

plm_status plm_dbn_read_mbo(plm_dbn *self, const char *record, uint32_t sym, plm_ts ts,
                            plm_row *row, plm_diag *diag)
{
    char const action = record[38];
    uint8_t const flags = (uint8_t)record[36];
    uint32_t const id = plm_dbn_u32(record, 4);
    bool const snapshot = (flags & PLM_DBN_FLAG_SNAPSHOT) != 0;
    mbo at = {.self = self,
              .book = &self->books[sym],
              .like = {.ts = ts, .sym = sym, .flags = snapshot ? PLM_FLAG_SNAPSHOT : (uint16_t)0},
              .row = row,
              .diag = diag};
    switch (action) {
    case 'T':
        (void)plm_dbn_put_trade(self, plm_dbn_i64(record, 24), plm_dbn_u32(record, 32), record[39],
                                sym, ts, row);
        return PLM_OK;
    case 'F':
    case 'N':
        plm_dbn_declare(self, row, "changes nothing that a tape holds");
        return PLM_OK;
    case 'R':
        at.like.flags = 0;
        at.book->cleared = true;
        at.book->id = id;
        clear_book(&at);
        return PLM_OK;
    case 'A':
    case 'C':
    case 'M':
        break;
    default:
        (void)plm_refuse(&row->refusal, PLM_REJECT_UNKNOWN,
                         "the actions A, C, M, R, T, F and N are allowed", "action is '%c'",
                         action);
        return PLM_OK;
    }
    if (!read_order(&at, record)) {
        return PLM_OK;
    }
    if (at.book->id != id) { /* the symbol has rolled on to another contract */
        bool const rest = at.book->ladder[0].count + at.book->ladder[1].count > 0;
        at.book->id = id;
        at.book->cleared = false;
        at.book->tops = false;
        if (rest) {
            clear_book(&at);
        }
    }
    if ((flags & PLM_DBN_FLAG_TOB) != 0 && action == 'A') {
        return set_top(&at, plm_dbn_i64(record, 24));
    }
    return action == 'A' ? add_order(&at) : action == 'C' ? cancel_order(&at) : modify_order(&at);
}
