/*
 * fake_host.h - the smallest host that a strategy can live in: it shows prices that a test sets,
 * writes down what is asked for, and answers what the test tells it to. No venue, no money.
 */
#ifndef PLM_FAKE_HOST_H
#define PLM_FAKE_HOST_H

#include "plimsoll.h"
#include "plm_test.h"

/* The rows of the fake tape. USDT settles all of them. */
enum { FAKE_BTC = 0, FAKE_ETH = 1, FAKE_SPOT = 2, FAKE_SYMS = 3 };
/* BTCUSDT: linear, tick 0.1, lot 0.001. ETHUSDT: linear, tick 0.01, lot 0.001.
 * BTC/USDT: spot, tick 0.1, lot 0.0001. */

#define FAKE_BEGIN INT64_C(1767225600000000000) /* 2026-01-01 */
#define FAKE_SECOND INT64_C(1000000000)

enum { FAKE_SUBMIT = 1, FAKE_AMEND = 2, FAKE_CANCEL = 3 };

typedef struct fake_request {
    int action;
    plm_oid oid;
    plm_ts at;
    plm_order_request request; /* amend: px, qty, trigger_px */
} fake_request;

/* One strategy. The account is worth 10000 USDT for ever. `seed` and `hedge` go before. */
void fake_set(uint64_t seed, bool hedge);
/* Loads ID.so, and starts it with `key, value, ..., NULL` as parameters; must succeed. */
void fake_start(const char *id, const char *const *params);
/* The same, but must fail with this message. */
void fake_refused(const char *id, const char *const *params, const char *message);
void fake_stop(void);

/* The market: prices and quantities in the instrument's own scale. */
void fake_quote(uint32_t sym, plm_px bid, plm_px ask); /* two events, heard where wanted */
void fake_trade(uint32_t sym, plm_px px);
/* Lets time pass until `at`, and fires what timers are due on the way. */
void fake_until(plm_ts at);

/* The venue's answers. A fill of what is left ends the order. */
void fake_fill(plm_oid oid, plm_qty qty, plm_px px);
void fake_end(plm_oid oid, uint8_t state, uint8_t reason);

/* What was asked for, from 0 on, and how often; a request that is not there fails the test. */
uint32_t fake_count(void);
const fake_request *fake_get(uint32_t index);
bool fake_has_stopped(void);
const char *fake_note(void); /* the last one, "" without any */

/* The request `index` is an order of this kind: signed quantity, px 0 = market. */
#define assert_order(index, sym_, qty_, px_)                                                       \
    do {                                                                                           \
        const fake_request *const r_ = fake_get(index);                                            \
        assert_int_equal(r_->action, FAKE_SUBMIT);                                                 \
        assert_int_equal(r_->request.sym, (sym_));                                                 \
        assert_int_equal(r_->request.side == PLM_SIDE_SELL ? -r_->request.qty : r_->request.qty,   \
                         (qty_));                                                                  \
        assert_int_equal(r_->request.type, (px_) == 0 ? PLM_ORDER_MARKET : PLM_ORDER_LIMIT);       \
        assert_int_equal(r_->request.px, (px_));                                                   \
    } while (0)

#endif
