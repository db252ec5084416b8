/*
 * account.h - one strategy's money: positions with their total cost, what is held, and how fills,
 * funding, settlements and flows change them.
 *
 * Every function that moves money fills `out_postings` with what it committed to the ledger, for
 * the log. False means that an amount does not fit 128 bits (docs/replay.md, 7); nothing has
 * changed then, and the run fails.
 */
#ifndef PLM_ACCOUNT_H
#define PLM_ACCOUNT_H

#include "contract.h"
#include "ledger.h"
#include "market.h"
#include "position.h"

typedef struct plm_account {
    const char *name;               /* borrowed */
    const plm_contracts *contracts; /* borrowed */
    uint32_t index;                 /* in the run: its book in the ledger */
    uint32_t report_asset;
    bool hedge;
    plm_position *position; /* 2 * sym_count, as plm_position_view */
    uint32_t *book;         /* by place: whose money its profit, funding and closing fees are: the
                               account's, or that of an isolated pool */
    plm_money *order_hold;  /* asset_count: held by orders (booking.c keeps it) */
    uint64_t fills, orders;
    plm_money *fees;     /* asset_count: paid so far */
    plm_money *funding;  /* asset_count: received so far */
    plm_money *realised; /* asset_count */
} plm_account;

void plm_account_init(plm_account *account, const plm_contracts *contracts, const char *name,
                      uint32_t index, bool hedge, uint32_t report_asset);
void plm_account_fini(plm_account *account);

/* The place of a position: 2 * sym, or 2 * sym + 1 for leg 2. */
static inline uint32_t plm_account_place(uint32_t sym, uint8_t leg)
{
    return 2 * sym + (leg == 2 ? 1 : 0);
}

/* What an order of this side could reduce: the opposite quantity, >= 0; spot: 0. */
plm_qty plm_account_opposite(const plm_account *account, uint32_t sym, uint8_t leg, uint8_t side);

typedef struct plm_trade {
    uint32_t sym;
    uint8_t side, leg;
    plm_px px;
    plm_qty qty; /* > 0 */
    plm_rate fee_rate;
} plm_trade;

typedef struct plm_booked {
    plm_money value, fee, realised; /* in `asset`; value has the sign of the side */
    uint32_t asset;
} plm_booked;

/* In hedge mode a fill never turns a leg: what exceeds it is cut before. */
PLM_NODISCARD bool plm_account_fill(plm_account *account, plm_ledger *ledger,
                                    const plm_contracts *contracts, const plm_trade *trade,
                                    plm_booked *out_booked, plm_postings *out_postings);

/* Funding of one position at price px; *out is what the account receives. */
PLM_NODISCARD bool plm_account_fund(plm_account *account, plm_ledger *ledger,
                                    const plm_contracts *contracts, uint32_t place, plm_rate rate,
                                    plm_px px, plm_money *out, plm_postings *out_postings);

/* Closes one position at px without fee. Not for spot, whose holdings stay. */
PLM_NODISCARD bool plm_account_settle(plm_account *account, plm_ledger *ledger,
                                      const plm_contracts *contracts, uint32_t place, plm_px px,
                                      plm_booked *out_booked, plm_postings *out_postings);

/* Part of a position is closed at a value that is given, without fee: taken over, deleveraged. */
typedef struct plm_handover {
    uint32_t place;
    plm_qty qty;     /* > 0 */
    plm_money value; /* signed as the position */
    plm_cause cause;
    plm_book_kind payer; /* of what is realised; NONE: the market */
} plm_handover;

PLM_NODISCARD bool plm_account_hand_over(plm_account *account, plm_ledger *ledger,
                                         const plm_contracts *contracts,
                                         const plm_handover *handover, plm_booked *out_booked,
                                         plm_postings *out_postings);

/* A deposit, or, below zero, a withdrawal. */
PLM_NODISCARD bool plm_account_flow(plm_account *account, plm_ledger *ledger, uint32_t asset,
                                    plm_money amount, plm_cause cause, plm_postings *out_postings);

/* A position that is brought along: cost at px, without money moving. There was none before; in
 * hedge mode qty has the sign of its leg. */
PLM_NODISCARD bool plm_account_open(plm_account *account, const plm_contracts *contracts,
                                    uint32_t sym, uint8_t leg, plm_qty qty, plm_px px);

/* Positions and cash as a valuation wants them: the account's own, or as a strategy heard them. */
typedef struct plm_holdings {
    const plm_position_view *position; /* 2 * sym_count */
    const plm_cash_view *cash;         /* asset_count */
} plm_holdings;

/* Each asset's balance and the unrealised pnl of the derivatives that pay in it are added, then
 * converted, half-even. Spot is worth what the balances are: its pnl is not added once more. */
typedef struct plm_worth {
    bool priced;   /* all prices were known; else the amounts are 0 */
    bool overflow; /* an amount does not fit: the run fails */
    plm_money nav, unrealised;
} plm_worth;

plm_worth plm_account_worth(const plm_holdings *holdings, const plm_contracts *contracts,
                            const plm_market *market, uint32_t report_asset);

/* A position in the form of a view. */
void plm_account_show_position(const plm_account *account, uint32_t place, plm_position_view *out);

static inline plm_amount plm_amount_of(plm_money money)
{
    return (plm_amount){.lo = (uint64_t)(plm_u128)money.v,
                        .hi = (int64_t)(uint64_t)((plm_u128)money.v >> 64)};
}

static inline plm_money plm_money_of(plm_amount amount)
{
    return (plm_money){(plm_i128)((plm_u128)(uint64_t)amount.hi << 64 | amount.lo)};
}

#endif
