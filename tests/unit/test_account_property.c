/*
 * test_account_property.c - promises of account.h, position.h and ledger.h on random operations,
 * tiny and huge, up to the ends of the integers:
 * - every asset sums to zero over all books after each operation, and each balance is what was
 *   booked;
 * - a quantity is the sum of the fills; what was paid is cost less realised pnl (inverse: and
 *   realised pnl), to the last unit; no quantity, no cost;
 * - an account that does the opposite has the opposite numbers and pays the same fees;
 * - a flip is a close and an open; there and back at one price earns exactly nothing;
 * - what is refused has changed nothing.
 *
 * Sums are kept modulo 2^128 here: an identity holds there if it holds, and sums need not fit.
 */
#include "money_rows.h"

#include "account.h"
#include "philox.h"

#define EPISODES 2000
#define OPERATIONS 200 /* of one episode */
#define PLACES (2 * ROW_COUNT)

/* An account with a ledger of its own, and what the test knows of it. */
typedef struct actor {
    plm_ledger ledger;
    plm_account account;
    plm_u128 qty[PLACES], value[PLACES]; /* of all fills */
    plm_u128 balance[ASSET_COUNT], fees[ASSET_COUNT];
} actor;

typedef struct episode {
    plm_philox rng;
    plm_instrument rows[ROW_COUNT];
    plm_contracts contracts;
    bool hedge;
    unsigned px_bits, qty_bits, rate_bits;
    actor actor[2]; /* the second does the opposite of the first */
    bool apart;     /* only one of them was refused: there is one integer more below zero */
} episode;

typedef struct survey {
    uint64_t operations, fills[ROW_COUNT], flips, refused, apart, settled, funded;
} survey;

static plm_u128 wrap(plm_i128 number)
{
    return (plm_u128)number;
}

/* -- chance ---------------------------------------------------------------------------------- */

/* 1 to 2^bits - 1, every length equally likely; now and then an end of the integers. */
static int64_t draw_positive(plm_philox *rng, unsigned bits)
{
    if (plm_philox_below(rng, 256) == 0) {
        static const int64_t ends[] = {1, 2, INT64_MAX - 1, INT64_MAX};
        return ends[plm_philox_below(rng, 4)];
    }
    unsigned const length = 1 + plm_philox_below(rng, bits);
    uint64_t const top = UINT64_C(1) << (length - 1);
    return (int64_t)(top | (plm_philox_u64(rng) & (top - 1)));
}

static int64_t draw_signed(plm_philox *rng, unsigned bits)
{
    int64_t const size = draw_positive(rng, bits);
    return plm_philox_below(rng, 2) == 0 ? size : -size;
}

static void draw_rows(episode *self)
{
    memcpy(self->rows, money_rows, sizeof self->rows);
    for (uint32_t sym = 0; sym < ROW_COUNT; sym++) {
        plm_instrument *const row = &self->rows[sym];
        row->px_scale = (uint8_t)plm_philox_below(&self->rng, 19);
        row->qty_scale = (uint8_t)plm_philox_below(&self->rng, 19u - row->px_scale);
        row->mult_scale =
            (uint8_t)plm_philox_below(&self->rng, 19u - row->px_scale - row->qty_scale);
        row->multiplier = draw_positive(&self->rng, 20);
    }
}

static void begin(episode *self, uint32_t number)
{
    *self = (episode){.hedge = number % 2 == 1};
    plm_philox_init(&self->rng, 20261120, "accounts", number);
    draw_rows(self);
    self->px_bits = 1 + plm_philox_below(&self->rng, 60);
    self->qty_bits = 1 + plm_philox_below(&self->rng, 60);
    self->rate_bits = 1 + plm_philox_below(&self->rng, 36);
    plm_contracts_init(&self->contracts, self->rows, ROW_COUNT);
    for (size_t i = 0; i < 2; i++) {
        plm_ledger_init(&self->actor[i].ledger, 1, 0, 0, ASSET_COUNT);
        plm_account_init(&self->actor[i].account, &self->contracts, "actor", 0, self->hedge, BTC);
    }
}

static void end(episode *self)
{
    for (size_t i = 0; i < 2; i++) {
        plm_account_fini(&self->actor[i].account);
        plm_ledger_fini(&self->actor[i].ledger);
    }
    plm_contracts_fini(&self->contracts);
}

/* -- what always holds ----------------------------------------------------------------------- */

static bool is_inverse(const episode *self, uint32_t sym)
{
    return self->contracts.contract[sym].form == PLM_FORM_INVERSE;
}

static void check_position(const episode *self, const actor *one, uint32_t place)
{
    const plm_position *const position = &one->account.position[place];
    plm_u128 const cost = wrap(position->cost.v), realised = wrap(position->realised.v);
    assert_true(one->qty[place] == wrap(position->qty));
    assert_true(one->value[place] ==
                (is_inverse(self, place / 2) ? cost + realised : cost - realised));
    assert_true(position->qty != 0 || cost == 0);
}

static void check_actor(const episode *self, const actor *one)
{
    plm_ledger_recount(&one->ledger);
    for (uint32_t asset = 0; asset < ASSET_COUNT; asset++) {
        plm_u128 sum = 0;
        for (uint32_t book = 0; book < one->ledger.book_count; book++) {
            sum += wrap(plm_ledger_balance(&one->ledger, book, asset).v);
        }
        assert_true(sum == 0);
        assert_true(wrap(plm_ledger_balance(&one->ledger, 0, asset).v) == one->balance[asset]);
        assert_true(wrap(one->account.fees[asset].v) == one->fees[asset]);
    }
    for (uint32_t place = 0; place < PLACES; place++) {
        check_position(self, one, place);
    }
}

/* Where the other account has what is here: the opposite leg. */
static uint32_t opposite_place(const episode *self, uint32_t place)
{
    return self->hedge && place / 2 != SPOT ? place ^ 1 : place;
}

static void check_opposites(const episode *self)
{
    const plm_account *const a = &self->actor[0].account, *const b = &self->actor[1].account;
    for (uint32_t place = 0; place < PLACES; place++) {
        const plm_position *const here = &a->position[place];
        const plm_position *const there = &b->position[opposite_place(self, place)];
        assert_true(here->qty == -there->qty);
        assert_true(wrap(here->cost.v) == -wrap(there->cost.v));
        assert_true(wrap(here->realised.v) == -wrap(there->realised.v));
    }
    for (uint32_t asset = 0; asset < ASSET_COUNT; asset++) {
        assert_true(wrap(a->realised[asset].v) == -wrap(b->realised[asset].v));
        assert_true(wrap(a->funding[asset].v) == -wrap(b->funding[asset].v));
        assert_true(a->fees[asset].v == b->fees[asset].v);
    }
}

/* Everything that an account and its ledger say; compared around a refusal. */
#define BOOKS (1 + PLM_BOOK_KIND_COUNT - PLM_BOOK_MARKET) /* of one account */

typedef struct snapshot {
    plm_position position[PLACES];
    plm_money balance[BOOKS * ASSET_COUNT], totals[3 * ASSET_COUNT];
    uint64_t fills, batches;
} snapshot;

static void take_snapshot(const actor *one, snapshot *out)
{
    *out = (snapshot){.fills = one->account.fills, .batches = one->ledger.batches};
    assert_int_equal(one->ledger.book_count, BOOKS);
    memcpy(out->position, one->account.position, sizeof out->position);
    memcpy(out->balance, one->ledger.balance, sizeof out->balance);
    memcpy(out->totals, one->account.fees, ASSET_COUNT * sizeof(plm_money));
    memcpy(out->totals + ASSET_COUNT, one->account.funding, ASSET_COUNT * sizeof(plm_money));
    memcpy(out->totals + 2 * ASSET_COUNT, one->account.realised, ASSET_COUNT * sizeof(plm_money));
}

static void check_unchanged(const actor *one, const snapshot *before)
{
    snapshot now;
    take_snapshot(one, &now);
    assert_memory_equal(now.position, before->position, sizeof now.position);
    assert_memory_equal(now.balance, before->balance, sizeof now.balance);
    assert_memory_equal(now.totals, before->totals, sizeof now.totals);
    assert_true(now.fills == before->fills && now.batches == before->batches);
}

/* -- positions alone ------------------------------------------------------------------------- */

static void check_round_trip(const plm_contract *contract, plm_qty delta, plm_px px)
{
    plm_position const flat = {0};
    plm_position_change there, back;
    if (plm_position_change_by(contract, &flat, delta, px, &there)) {
        assert_true(plm_position_change_by(contract, &there.after, -delta, px, &back));
        assert_i128_equal(back.realised.v, 0);
        assert_i128_equal(back.after.cost.v, 0);
    }
}

/* Rounded to the nearest: |value * px - qty * multiplier * unit| * 2 <= px, where that fits. */
static void check_inverse_value(const plm_contract *contract, plm_qty qty, plm_px px)
{
    plm_money value;
    plm_i128 size, exact, found, error;
    if (contract->form == PLM_FORM_INVERSE && plm_contract_value(contract, qty, px, &value) &&
        plm_i128_mul(qty, contract->multiplier, &size) &&
        plm_i128_mul(size, contract->inverse_unit, &exact) && plm_i128_mul(value.v, px, &found) &&
        plm_i128_sub(found, exact, &error)) {
        assert_true(2 * error <= px && -2 * error <= px);
    }
}

/* Closes, then opens what is left; the cost of an inverse position may differ by one unit, because
 * the whole fill is rounded once. True: the fill was a flip. */
static bool check_flip(const plm_contract *contract, const plm_position *position, plm_qty delta,
                       plm_px px)
{
    plm_position_change whole, closed, opened;
    if (position->qty == 0 || (position->qty > 0) == (delta > 0) ||
        !plm_position_change_by(contract, position, delta, px, &whole) || whole.after.qty == 0 ||
        (whole.after.qty > 0) == (position->qty > 0)) {
        return false;
    }
    assert_true(plm_position_change_by(contract, position, -position->qty, px, &closed));
    assert_true(
        plm_position_change_by(contract, &closed.after, delta + position->qty, px, &opened));
    assert_i128_equal(whole.realised.v, closed.realised.v);
    assert_i128_equal(whole.after.realised.v, opened.after.realised.v);
    plm_i128 const error = whole.after.cost.v - opened.after.cost.v;
    plm_i128 const allowed = contract->form == PLM_FORM_INVERSE ? 1 : 0;
    assert_true(error <= allowed && -error <= allowed);
    assert_i128_equal(whole.value.v, closed.value.v + opened.value.v + error);
    return true;
}

/* -- operations ------------------------------------------------------------------------------ */

static void know_fill(const episode *self, actor *one, const plm_trade *trade, plm_qty delta,
                      const plm_booked *booked)
{
    const plm_contract *const contract = &self->contracts.contract[trade->sym];
    uint32_t const place = plm_account_place(trade->sym, trade->leg);
    one->qty[place] += wrap(delta);
    one->value[place] += wrap(booked->value.v);
    one->fees[booked->asset] += wrap(booked->fee.v);
    one->balance[booked->asset] -= wrap(booked->fee.v);
    if (contract->form == PLM_FORM_SPOT) {
        unsigned const decimals = (unsigned)contract->scale - contract->px_scale;
        one->balance[contract->quote] -= wrap(booked->value.v);
        one->balance[contract->base] +=
            wrap(delta) * wrap(contract->multiplier) * wrap(plm_pow10(PLM_MONEY_SCALE - decimals));
    } else {
        one->balance[booked->asset] += wrap(booked->realised.v);
    }
}

static bool do_fill(const episode *self, actor *one, uint32_t place, plm_qty delta, plm_px px,
                    plm_rate rate)
{
    uint8_t const leg = self->hedge && place / 2 != SPOT ? (uint8_t)(1 + place % 2) : 0;
    plm_trade const trade = {
        .sym = place / 2,
        .side = delta > 0 ? PLM_SIDE_BUY : PLM_SIDE_SELL,
        .leg = leg,
        .px = px,
        .qty = delta > 0 ? delta : -delta,
        .fee_rate = rate,
    };
    plm_booked booked;
    plm_postings postings;
    if (!plm_account_fill(&one->account, &one->ledger, &self->contracts, &trade, &booked,
                          &postings)) {
        return false;
    }
    know_fill(self, one, &trade, delta, &booked);
    return true;
}

static bool do_fund(const episode *self, actor *one, uint32_t place, plm_px px, plm_rate rate)
{
    plm_money received;
    plm_postings postings;
    if (!plm_account_fund(&one->account, &one->ledger, &self->contracts, place, rate, px, &received,
                          &postings)) {
        return false;
    }
    uint32_t const asset = plm_contract_money(&self->contracts.contract[place / 2]);
    one->balance[asset] += wrap(received.v);
    return true;
}

static bool do_settle(const episode *self, actor *one, uint32_t place, plm_px px)
{
    plm_booked booked;
    plm_postings postings;
    if (!plm_account_settle(&one->account, &one->ledger, &self->contracts, place, px, &booked,
                            &postings)) {
        return false;
    }
    one->qty[place] = 0;
    one->value[place] += wrap(booked.value.v);
    one->balance[booked.asset] += wrap(booked.realised.v);
    return true;
}

static bool do_flow(actor *one, uint32_t asset, plm_money amount)
{
    plm_postings postings;
    if (!plm_account_flow(&one->account, &one->ledger, asset, amount,
                          amount.v > 0 ? PLM_CAUSE_DEPOSIT : PLM_CAUSE_WITHDRAWAL, &postings)) {
        return false;
    }
    one->balance[asset] += wrap(amount.v);
    return true;
}

typedef enum deed { FILL, FUND, SETTLE, FLOW } deed;

typedef struct operation {
    deed deed;
    uint32_t place, asset;
    plm_qty delta;
    plm_px px;
    plm_rate rate;
    plm_money amount;
} operation;

/* By one account; false: refused, and nothing has changed. */
static bool perform(const episode *self, actor *one, const operation *what)
{
    snapshot before;
    take_snapshot(one, &before);
    bool done = false;
    switch (what->deed) {
    case FILL:
        done = do_fill(self, one, what->place, what->delta, what->px, what->rate);
        break;
    case FUND:
        done = do_fund(self, one, what->place, what->px, what->rate);
        break;
    case SETTLE:
        done = do_settle(self, one, what->place, what->px);
        break;
    case FLOW:
        done = do_flow(one, what->asset, what->amount);
        break;
    }
    if (!done) {
        check_unchanged(one, &before);
    }
    check_actor(self, one);
    return done;
}

static void perform_both(episode *self, const operation *what, survey *seen)
{
    operation other = *what;
    other.place = opposite_place(self, what->place);
    other.delta = -what->delta;
    other.amount.v = -what->amount.v;
    bool const done = perform(self, &self->actor[0], what);
    bool const other_done = perform(self, &self->actor[1], &other);
    seen->operations++;
    seen->refused += done ? 0 : 1;
    self->apart = done != other_done;
    if (self->apart) {
        return;
    }
    check_opposites(self);
    if (done) {
        seen->fills[what->place / 2] += what->deed == FILL ? 1 : 0;
        seen->settled += what->deed == SETTLE ? 1 : 0;
        seen->funded += what->deed == FUND ? 1 : 0;
    }
}

/* Opens, closes, closes a part, flips; in hedge mode cut to what a leg has. 0: nothing to do. */
static plm_qty draw_delta(episode *self, uint32_t place)
{
    plm_qty const qty = self->actor[0].account.position[place].qty;
    plm_qty delta = draw_signed(&self->rng, self->qty_bits);
    uint32_t const way = plm_philox_below(&self->rng, 8);
    if (qty != 0 && way == 0) {
        delta = -qty;
    } else if (qty != 0 && way <= 2) {
        plm_qty const part = 1 + (delta > 0 ? delta : -delta) % (qty > 0 ? qty : -qty);
        delta = qty > 0 ? -part : part;
    }
    if (self->hedge && place / 2 != SPOT) {
        bool const is_long = place % 2 == 0;
        bool const closes = is_long ? delta < 0 : delta > 0;
        if (closes && (is_long ? delta < -qty : delta > -qty)) {
            delta = -qty;
        }
    }
    return delta;
}

static void draw_operation(episode *self, survey *seen)
{
    static const uint32_t traded[] = {LINEAR, INVERSE, SPOT, QUANTO, FUTURE};
    operation what = {.deed = FILL};
    uint32_t const sym = traded[plm_philox_below(&self->rng, 5)];
    uint32_t const way = plm_philox_below(&self->rng, 20);
    bool const has_legs = self->hedge && sym != SPOT;
    what.place = 2 * sym + (has_legs ? plm_philox_below(&self->rng, 2) : 0);
    what.px = draw_positive(&self->rng, self->px_bits);
    what.rate = draw_signed(&self->rng, self->rate_bits);
    const plm_contract *const contract = &self->contracts.contract[sym];
    if (way == 0) {
        what.deed = FLOW;
        what.asset = plm_philox_below(&self->rng, ASSET_COUNT);
        what.amount.v = (plm_i128)draw_signed(&self->rng, 63) * draw_positive(&self->rng, 20);
    } else if (way == 1 && sym != SPOT) {
        what.deed = SETTLE;
    } else if (way <= 3 && sym != SPOT) {
        what.deed = FUND;
    } else {
        what.delta = draw_delta(self, what.place);
        if (what.delta == 0) {
            return;
        }
        check_round_trip(contract, what.delta, what.px);
        check_inverse_value(contract, what.delta, what.px);
        seen->flips +=
            check_flip(contract, &self->actor[0].account.position[what.place], what.delta, what.px)
                ? 1
                : 0;
    }
    perform_both(self, &what, seen);
}

/* Closes all that can be closed; check_position sees that no cost stays. */
static void close_all(episode *self, survey *seen)
{
    for (uint32_t place = 0; place < PLACES && !self->apart; place++) {
        operation what = {.deed = FILL, .place = place, .px = 1};
        what.delta = -self->actor[0].account.position[place].qty;
        if (what.delta != 0) {
            perform_both(self, &what, seen);
        }
    }
}

static void accounts_keep_their_promises_on_random_operations(void **state)
{
    (void)state;
    survey seen = {0};
    for (uint32_t number = 0; number < EPISODES; number++) {
        episode self;
        begin(&self, number);
        for (uint32_t i = 0; i < OPERATIONS && !self.apart; i++) {
            draw_operation(&self, &seen);
        }
        close_all(&self, &seen);
        seen.apart += self.apart ? 1 : 0;
        end(&self);
    }
    /* It did what it is for: enough of everything. */
    assert_true(seen.operations >= 200000);
    for (uint32_t sym = LINEAR; sym <= FUTURE; sym++) {
        assert_true(seen.fills[sym] >= 10000);
    }
    assert_true(seen.flips >= 1000 && seen.refused >= 1000);
    assert_true(seen.settled >= 1000 && seen.funded >= 1000);
    assert_true(seen.apart <= EPISODES / 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accounts_keep_their_promises_on_random_operations),
    };
    return cmocka_run_group_tests_name("account_property", tests, NULL, NULL);
}
