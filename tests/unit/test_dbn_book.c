/*
 * test_dbn_book.c - promises of docs/import-dbn.md about books:
 * - mbp-10 gives the levels that changed, a level that left the ten is removed; one record gives up
 *   to 41 events and is one row;
 * - mbo gives the levels that its orders make: added, cut, moved, cleared; snapshots are flagged
 *   and of ts_recv; 400,000 random requests agree with a list of orders;
 * - an order that is not known is from before the file, or an error once the book was cleared.
 */
#include "dbn_help.h"

#include "philox.h"

static input_folder folder;

static void head(plm_buffer *out, uint16_t schema)
{
    dbn_put_head(out, 3, schema, 1, 0, &ES, 1);
}

static imported *run(plm_buffer *bytes)
{
    return dbn_import(&folder, bytes, PLM_ON_ERROR_FAIL, NULL, 0);
}

static void refuses(imported *result, const char *words)
{
    assert_says(result, PLM_ERR_INPUT, words);
    plm_free(result);
}

/* -- mbp-10 ---------------------------------------------------------------------------------- */

/* Bids from `bid` down and asks from `ask` up, by one cent, with the size. */
static uint8_t *put_ten(plm_buffer *out, int64_t ts, char action, unsigned depth, int64_t bid,
                        int64_t ask, uint32_t size)
{
    uint8_t *const record =
        dbn_add_priced(out, 0x0a, 368, ID, ts, ts + 100, action, 'B', PX(bid), 3);
    for (unsigned i = 0; i < depth; i++) {
        dbn_level(record, i, PX(bid - i), size, PX(ask + i), size);
    }
    return record;
}

static void levels_are_said_where_they_change(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    head(&bytes, 2);
    put_ten(&bytes, TS, 'A', 2, 100, 102, 5)[30] = 32; /* a snapshot: flagged, of ts_recv */
    (void)put_ten(&bytes, TS + 200, 'A', 2, 100, 102, 5);
    (void)put_ten(&bytes, TS + 300, 'T', 2, 101, 102, 5);
    imported *const result = run(&bytes);
    assert_true(result->wants_derive);
    assert_int_equal(result->event[0].ts, TS + 100);
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 1);
    dbn_gives(result, "level bid! 100 5; level bid! 99 5; level ask! 102 5; level ask! 103 5; "
                      "trade buy 101 3; level bid 99 0; level bid 101 5");
    head(&bytes, 2);
    dbn_level(put_ten(&bytes, TS, 'A', 1, 100, 102, 5), 0, -PX(1), 1, PX(102), 5);
    refuses(run(&bytes), "the price of a level is -10000000 e-9");
    plm_buffer_free(&bytes);
}

/* 20 levels, then all of them replaced beside a trade: 41 events, the most that a record gives. */
static void a_record_may_give_41_events(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    for (int how = 0; how < 3; how++) {
        head(&bytes, 2);
        (void)put_ten(&bytes, TS, 'A', 10, 100, 102, 5);
        (void)put_ten(&bytes, TS, 'T', 10, 200, 202, 6);
        imported *const result = dbn_import(&folder, &bytes, (plm_on_error)how, NULL, 0);
        assert_ok(result->status, &result->diag);
        assert_int_equal(result->count, 20 + 41);
        assert_int_equal(result->report.rows_read, 2);
        assert_int_equal(result->report.rows_written, 2);
        assert_int_equal(result->report.events_written, 61);
        assert_int_equal(result->event[20].kind, PLM_EV_TRADE);
        for (unsigned i = 0; i < 10; i++) {
            assert_true(result->event[21 + i].px == 100 - i && result->event[21 + i].qty == 0);
            assert_true(result->event[31 + i].px == 200 - i && result->event[31 + i].qty == 6);
            assert_true(result->event[41 + i].px == 102 + i && result->event[41 + i].qty == 0);
            assert_true(result->event[51 + i].px == 202 + i && result->event[51 + i].qty == 6);
            assert_true(result->event[51 + i].ts == TS && result->recv[51 + i] == TS + 100);
        }
        plm_free(result);
    }
    /* Of a record that is refused nothing remains. */
    head(&bytes, 2);
    (void)put_ten(&bytes, TS, 'A', 10, 100, 102, 5);
    (void)put_ten(&bytes, TS - 1, 'T', 10, 200, 202, 6);
    imported *const result = dbn_import(&folder, &bytes, PLM_ON_ERROR_SKIP, NULL, 0);
    assert_ok(result->status, &result->diag);
    assert_true(result->count == 20 && result->report.rejected[PLM_REJECT_DISORDER] == 1);
    plm_free(result);
    plm_buffer_free(&bytes);
}

/* -- mbo ------------------------------------------------------------------------------------- */

static void put(plm_buffer *out, char action, char side, uint64_t order, int64_t cents,
                uint32_t size)
{
    (void)dbn_add_mbo(out, ID, TS, action, side, order, cents == 0 ? DBN_PX_UNDEF : PX(cents),
                      size);
}

static void orders_make_levels(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    head(&bytes, 0);
    put(&bytes, 'R', 'N', 0, 0, 0);
    put(&bytes, 'A', 'B', 1, 100, 5);
    put(&bytes, 'A', 'B', 2, 100, 7);
    put(&bytes, 'A', 'A', 3, 102, 4);
    put(&bytes, 'T', 'B', 0, 102, 1);
    put(&bytes, 'F', 'A', 3, 102, 1); /* no effect on the book; the cancel after it has */
    put(&bytes, 'C', 'A', 3, 102, 1);
    put(&bytes, 'M', 'B', 2, 100, 6);
    put(&bytes, 'M', 'B', 2, 101, 6); /* to another price */
    put(&bytes, 'M', 'B', 2, 101, 6); /* its place in the queue only */
    put(&bytes, 'C', 'B', 1, 100, 5);
    put(&bytes, 'N', 'N', 0, 0, 0);
    put(&bytes, 'R', 'N', 0, 0, 0);
    put(&bytes, 'A', 'B', 1, 99, 5); /* ids are free again */
    imported *const result = run(&bytes);
    assert_true(result->wants_derive);
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 3);
    dbn_gives(result, "clear 0 0; level bid 100 5; level bid 100 12; level ask 102 4; "
                      "trade buy 102 1; level ask 102 3; level bid 100 11; level bid 100 5; "
                      "level bid 101 6; level bid 100 0; clear 0 0; level bid 99 5");
    plm_buffer_free(&bytes);
}

static void snapshots_are_of_the_time_when_they_were_taken(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    head(&bytes, 0);
    dbn_add_mbo(&bytes, ID, TS - 5000, 'R', 'N', 0, DBN_PX_UNDEF, 0)[36] = 40;
    uint8_t *const record = dbn_add_mbo(&bytes, ID, TS - 90000, 'A', 'B', 1, PX(100), 5);
    record[36] = 40;
    dbn_i64(record, 40, TS - 4900);
    imported *const result = run(&bytes);
    assert_ok(result->status, &result->diag);
    assert_true(result->event[0].ts == TS - 4900 && result->event[1].ts == TS - 4900);
    dbn_gives(result, "clear 0 0; level bid! 100 5");
    plm_buffer_free(&bytes);
}

static void orders_that_are_not_known(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    head(&bytes, 0); /* the file begins in the midst */
    put(&bytes, 'C', 'B', 1, 100, 5);
    put(&bytes, 'M', 'B', 2, 100, 5);
    put(&bytes, 'C', 'B', 2, 100, 5);
    imported *const result = run(&bytes);
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 1);
    dbn_gives(result, "level bid 100 5; level bid 100 0");
    for (int i = 0; i < 2; i++) {
        head(&bytes, 0);
        put(&bytes, 'R', 'N', 0, 0, 0);
        put(&bytes, i == 0 ? 'C' : 'M', 'B', 1, 100, 5);
        refuses(run(&bytes), "in.dbn:2: order 1 does not rest");
    }
    static const struct {
        char action, side;
        int64_t cents;
        uint32_t size;
        const char *words;
    } CASES[] = {{'A', 'B', 100, 5, "order 1 rests already"},
                 {'C', 'B', 100, 6, "6 of order 1, which has 5"},
                 {'C', 'N', 100, 6, "side is 'N' for action C"},
                 {'A', 'B', 0, 5, "no price for action A"},
                 {'M', 'B', 100, 0, "no size for action M"},
                 {'A', 'B', 100, UINT32_MAX, "no size for action A"},
                 {'X', 'B', 100, 5, "action is 'X'"}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        head(&bytes, 0);
        put(&bytes, 'A', 'B', 1, 100, 5);
        put(&bytes, CASES[i].action, CASES[i].side, 1, CASES[i].cents, CASES[i].size);
        refuses(run(&bytes), CASES[i].words);
    }
    plm_buffer_free(&bytes);
}

/* Flag 64: the best price alone, which replaces its side. */
static void best_prices_replace_their_side(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    static const int64_t CENTS[] = {100, 100, 101, 0, 102};
    head(&bytes, 0);
    for (size_t i = 0; i < 5; i++) {
        dbn_add_mbo(&bytes, ID, TS, 'A', 'B', 0, CENTS[i] == 0 ? DBN_PX_UNDEF : PX(CENTS[i]),
                    CENTS[i] == 0 ? 0 : 5)[36] = 64;
    }
    imported *const result = run(&bytes);
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 1);
    dbn_gives(result, "level bid 100 5; level bid 100 0; level bid 101 5; level bid 101 0; "
                      "level bid 102 5");
    plm_buffer_free(&bytes);
}

/* Either alone is a book; together their sizes would not add up. */
static void best_prices_and_orders_do_not_mix(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    head(&bytes, 0);
    put(&bytes, 'A', 'B', 1, 100, 5);
    dbn_add_mbo(&bytes, ID, TS, 'A', 'B', 0, PX(101), 5)[36] = 64;
    refuses(run(&bytes), "in.dbn:2: a best price among orders");
    head(&bytes, 0);
    dbn_add_mbo(&bytes, ID, TS, 'A', 'B', 0, PX(101), 5)[36] = 64;
    put(&bytes, 'M', 'B', 1, 100, 5);
    refuses(run(&bytes), "in.dbn:2: an order among best prices");
    head(&bytes, 0);
    dbn_add_mbo(&bytes, ID, TS, 'A', 'B', 0, PX(101), 5)[36] = 64;
    put(&bytes, 'R', 'N', 0, 0, 0);
    put(&bytes, 'A', 'B', 1, 100, 5);
    dbn_gives(run(&bytes), "level bid 101 5; clear 0 0; level bid 100 5");
    plm_buffer_free(&bytes);
}

/* The symbol is another instrument from the next day on: its orders are not those of before. */
static void a_symbol_that_rolls_leaves_its_orders(void **state)
{
    (void)state;
    static const dbn_mapping ROLL[] = {{"ESH1", 20201228, 20201229, "7"},
                                       {"ESH1", 20201229, 20201230, "8"}};
    int64_t const next = TS + 86400 * DBN_ONE;
    plm_buffer bytes = {0};
    dbn_put_head(&bytes, 3, 0, 3, 0, ROLL, 2);
    (void)dbn_add_mbo(&bytes, 7, TS, 'A', 'B', 1, PX(100), 5);
    (void)dbn_add_mbo(&bytes, 8, next, 'A', 'B', 1, PX(200), 6);
    dbn_gives(run(&bytes), "level bid 100 5; clear 0 0; level bid 200 6");
    dbn_put_head(&bytes, 3, 0, 3, 0, ROLL, 2); /* also where the record itself says nothing */
    (void)dbn_add_mbo(&bytes, 7, TS, 'A', 'B', 1, PX(100), 5);
    (void)dbn_add_mbo(&bytes, 8, next, 'C', 'B', 1, PX(200), 6);
    dbn_gives(run(&bytes), "level bid 100 5; clear 0 0");
    plm_buffer_free(&bytes);
}

/* -- a list of orders ------------------------------------------------------------------------ */

#define MODEL_ORDERS 3000u
#define MODEL_PRICES 40u
#define MODEL_STEPS 20000u

typedef struct model {
    struct {
        uint32_t size, cents, side;
    } order[MODEL_ORDERS]; /* size 0: does not rest */
    uint32_t expected[2][MODEL_PRICES], said[2][MODEL_PRICES];
} model;

static void recount(model *at)
{
    memset(at->expected, 0, sizeof at->expected);
    for (uint32_t i = 0; i < MODEL_ORDERS; i++) {
        at->expected[at->order[i].side][at->order[i].cents] += at->order[i].size;
    }
}

/* One request that is valid in the model. */
static void step(model *at, plm_buffer *bytes, uint64_t random)
{
    uint32_t const i = (uint32_t)(random % MODEL_ORDERS);
    uint32_t const cents = 1 + (uint32_t)(random >> 20) % (MODEL_PRICES - 1);
    uint32_t const size = 1 + (uint32_t)(random >> 30) % 9;
    uint32_t const side = (uint32_t)(random >> 40) & 1;
    /* Ids that collide in a table: far apart and alike. */
    uint64_t const id = (uint64_t)i << 32 | i % 7;
    if ((random >> 44) % 5000 == 0) {
        memset(at->order, 0, sizeof at->order);
        put(bytes, 'R', 'N', 0, 0, 0);
    } else if (at->order[i].size == 0) {
        at->order[i].size = size;
        at->order[i].cents = cents;
        at->order[i].side = side;
        put(bytes, 'A', side == 0 ? 'B' : 'A', id, cents, size);
    } else if ((random >> 50 & 1) != 0) {
        uint32_t const part = size < at->order[i].size ? size : at->order[i].size;
        put(bytes, 'C', at->order[i].side == 0 ? 'B' : 'A', id, at->order[i].cents, part);
        at->order[i].size -= part;
    } else {
        at->order[i].size = size;
        at->order[i].cents = cents;
        put(bytes, 'M', at->order[i].side == 0 ? 'B' : 'A', id, cents, size);
    }
}

static void random_books_agree_with_a_list_of_orders(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    model *const at = plm_alloc(1, sizeof *at);
    for (uint64_t seed = 1; seed <= 20; seed++) {
        plm_philox random;
        plm_philox_init(&random, seed, "mbo", 0);
        memset(at, 0, sizeof *at);
        head(&bytes, 0);
        for (uint32_t i = 0; i < MODEL_STEPS; i++) {
            step(at, &bytes, plm_philox_u64(&random));
        }
        recount(at);
        imported *const result = run(&bytes);
        assert_ok(result->status, &result->diag);
        for (uint32_t i = 0; i < result->count; i++) {
            const plm_event *const event = &result->event[i];
            if (event->kind == PLM_EV_CLEAR) {
                memset(at->said, 0, sizeof at->said);
                continue;
            }
            assert_true(event->px > 0 && event->px < (int64_t)MODEL_PRICES);
            at->said[event->side - 1][event->px] = (uint32_t)event->qty;
        }
        assert_memory_equal(at->said, at->expected, sizeof at->said);
        plm_free(result);
    }
    plm_free(at);
    plm_buffer_free(&bytes);
}

static int set_up(void **state)
{
    (void)state;
    folder = input_folder_make();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    input_folder_remove(&folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_said_where_they_change),
        cmocka_unit_test(a_record_may_give_41_events),
        cmocka_unit_test(orders_make_levels),
        cmocka_unit_test(snapshots_are_of_the_time_when_they_were_taken),
        cmocka_unit_test(orders_that_are_not_known),
        cmocka_unit_test(best_prices_replace_their_side),
        cmocka_unit_test(best_prices_and_orders_do_not_mix),
        cmocka_unit_test(a_symbol_that_rolls_leaves_its_orders),
        cmocka_unit_test(random_books_agree_with_a_list_of_orders),
    };
    return cmocka_run_group_tests_name("dbn_book", tests, set_up, tear_down);
}
