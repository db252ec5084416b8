/*
 * account.c - everything is computed first, on copies; then the ledger commits; then the copies are
 * kept. So a failure has changed nothing.
 */
#include "account.h"

#include "check.h"
#include "memory.h"

void plm_account_init(plm_account *account, const plm_contracts *contracts, const char *name,
                      uint32_t index, bool hedge, uint32_t report_asset)
{
    uint32_t const assets = contracts->asset_count;
    *account = (plm_account){
        .name = name,
        .contracts = contracts,
        .index = index,
        .report_asset = report_asset,
        .hedge = hedge,
        .position = plm_alloc(2 * (size_t)contracts->count, sizeof *account->position),
        .book = plm_alloc(2 * (size_t)contracts->count, sizeof *account->book),
        .order_hold = plm_alloc(assets, sizeof *account->order_hold),
        .fees = plm_alloc(assets, sizeof *account->fees),
        .funding = plm_alloc(assets, sizeof *account->funding),
        .realised = plm_alloc(assets, sizeof *account->realised),
    };
    for (uint32_t place = 0; place < 2 * contracts->count; place++) {
        account->book[place] = index;
    }
}

void plm_account_fini(plm_account *account)
{
    plm_free(account->position);
    plm_free(account->book);
    plm_free(account->order_hold);
    plm_free(account->fees);
    plm_free(account->funding);
    plm_free(account->realised);
    *account = (plm_account){0};
}

plm_qty plm_account_opposite(const plm_account *account, uint32_t sym, uint8_t leg, uint8_t side)
{
    if (account->contracts->contract[sym].form == PLM_FORM_SPOT) {
        return 0;
    }
    plm_qty const qty = account->position[plm_account_place(sym, leg)].qty;
    plm_assert(qty != INT64_MIN); /* position.c refuses it */
    if (side == PLM_SIDE_BUY) {
        return qty < 0 ? -qty : 0;
    }
    return qty > 0 ? qty : 0;
}

/* -- fills and settlements ------------------------------------------------------------------- */

/* A book of the account receives an amount, or, below zero, pays it. */
static bool receive(plm_postings *postings, uint32_t book, const plm_ledger *ledger,
                    plm_book_kind payer, uint32_t asset, plm_cause cause, plm_money amount)
{
    return plm_postings_move(postings, plm_ledger_book(ledger, payer), book, asset, cause, amount);
}

/* Rounded up: what is paid grows, what is rebated shrinks. */
static bool fee_of(plm_money value, plm_rate rate, plm_money *out)
{
    plm_money size = value;
    return (value.v >= 0 || plm_money_negate(value, &size)) &&
           plm_money_rate(size, rate, PLM_ROUND_CEIL, out);
}

/* `closes`: the fill only closes; an isolated pool then pays the fee. */
static bool post_fill(plm_postings *postings, const plm_account *account, const plm_ledger *ledger,
                      const plm_contract *contract, uint32_t place, plm_qty delta, bool closes,
                      const plm_booked *booked)
{
    plm_money paid, bought, fee;
    uint32_t const own = account->book[place];
    if (contract->form == PLM_FORM_SPOT) {
        if (!plm_money_negate(booked->value, &paid) ||
            !plm_contract_base(contract, delta, &bought) ||
            !receive(postings, own, ledger, PLM_BOOK_MARKET, contract->quote, PLM_CAUSE_TRADE,
                     paid) ||
            !receive(postings, own, ledger, PLM_BOOK_MARKET, contract->base, PLM_CAUSE_TRADE,
                     bought)) {
            return false;
        }
    } else if (!receive(postings, own, ledger, PLM_BOOK_MARKET, booked->asset,
                        PLM_CAUSE_REALISED_PNL, booked->realised)) {
        return false;
    }
    return plm_money_negate(booked->fee, &fee) &&
           receive(postings, closes ? own : account->index, ledger, PLM_BOOK_FEES, booked->asset,
                   PLM_CAUSE_FEE, fee);
}

/* The leg that a place stands for in hedge mode is never turned. */
static void check_leg(const plm_account *account, const plm_contract *contract, uint32_t place,
                      plm_qty qty)
{
    if (account->hedge && contract->form != PLM_FORM_SPOT) {
        plm_assert(place % 2 == 0 ? qty >= 0 : qty <= 0);
    }
}

bool plm_account_fill(plm_account *account, plm_ledger *ledger, const plm_contracts *contracts,
                      const plm_trade *trade, plm_booked *out_booked, plm_postings *out_postings)
{
    plm_assert(trade->qty > 0);
    plm_assert(trade->side == PLM_SIDE_BUY || trade->side == PLM_SIDE_SELL);
    const plm_contract *const contract = &contracts->contract[trade->sym];
    uint32_t const place = plm_account_place(trade->sym, trade->leg);
    uint32_t const asset = plm_contract_money(contract);
    plm_qty const delta = trade->side == PLM_SIDE_BUY ? trade->qty : -trade->qty;
    plm_position_change change;
    if (!plm_position_change_by(contract, &account->position[place], delta, trade->px, &change)) {
        return false;
    }
    check_leg(account, contract, place, change.after.qty);
    plm_qty const before = account->position[place].qty;
    bool const closes = before != 0 && (before > 0) != (delta > 0);
    plm_booked booked = {.value = change.value, .realised = change.realised, .asset = asset};
    plm_postings postings = {0};
    plm_money fees, realised;
    if (!fee_of(change.value, trade->fee_rate, &booked.fee) ||
        !post_fill(&postings, account, ledger, contract, place, delta, closes, &booked) ||
        !plm_money_add(account->fees[asset], booked.fee, &fees) ||
        !plm_money_add(account->realised[asset], booked.realised, &realised) ||
        !plm_ledger_commit(ledger, &postings)) {
        return false;
    }
    account->position[place] = change.after;
    account->fees[asset] = fees;
    account->realised[asset] = realised;
    account->fills++;
    *out_booked = booked;
    *out_postings = postings;
    return true;
}

bool plm_account_settle(plm_account *account, plm_ledger *ledger, const plm_contracts *contracts,
                        uint32_t place, plm_px px, plm_booked *out_booked,
                        plm_postings *out_postings)
{
    const plm_contract *const contract = &contracts->contract[place / 2];
    plm_assert(contract->form != PLM_FORM_SPOT);
    uint32_t const asset = plm_contract_money(contract);
    const plm_position *const position = &account->position[place];
    if (position->qty == 0) {
        *out_booked = (plm_booked){.asset = asset};
        *out_postings = (plm_postings){0};
        return true;
    }
    plm_assert(position->qty != INT64_MIN);
    plm_position_change change;
    plm_postings postings = {0};
    plm_money realised;
    if (!plm_position_change_by(contract, position, -position->qty, px, &change) ||
        !plm_money_add(account->realised[asset], change.realised, &realised) ||
        !receive(&postings, account->book[place], ledger, PLM_BOOK_MARKET, asset, PLM_CAUSE_EXPIRY,
                 change.realised) ||
        !plm_ledger_commit(ledger, &postings)) {
        return false;
    }
    account->position[place] = change.after;
    account->realised[asset] = realised;
    *out_booked = (plm_booked){.value = change.value, .realised = change.realised, .asset = asset};
    *out_postings = postings;
    return true;
}

bool plm_account_hand_over(plm_account *account, plm_ledger *ledger, const plm_contracts *contracts,
                           const plm_handover *handover, plm_booked *out_booked,
                           plm_postings *out_postings)
{
    uint32_t const place = handover->place;
    const plm_contract *const contract = &contracts->contract[place / 2];
    plm_book_kind const payer =
        handover->payer == PLM_BOOK_NONE ? PLM_BOOK_MARKET : handover->payer;
    plm_assert(contract->form != PLM_FORM_SPOT);
    uint32_t const asset = plm_contract_money(contract);
    plm_position_change change;
    plm_postings postings = {0};
    plm_money realised;
    if (!plm_position_close_at(contract, &account->position[place], handover->qty, handover->value,
                               &change) ||
        !plm_money_add(account->realised[asset], change.realised, &realised) ||
        !receive(&postings, account->book[place], ledger, payer, asset, handover->cause,
                 change.realised) ||
        !plm_ledger_commit(ledger, &postings)) {
        return false;
    }
    account->position[place] = change.after;
    account->realised[asset] = realised;
    *out_booked = (plm_booked){.value = change.value, .realised = change.realised, .asset = asset};
    *out_postings = postings;
    return true;
}

/* -- funding, flows, opening positions ------------------------------------------------------- */

bool plm_account_fund(plm_account *account, plm_ledger *ledger, const plm_contracts *contracts,
                      uint32_t place, plm_rate rate, plm_px px, plm_money *out,
                      plm_postings *out_postings)
{
    plm_qty const qty = account->position[place].qty;
    if (qty == 0) {
        *out = (plm_money){0};
        *out_postings = (plm_postings){0};
        return true;
    }
    const plm_contract *const contract = &contracts->contract[place / 2];
    uint32_t const asset = plm_contract_money(contract);
    plm_money value, paid, received, total;
    plm_postings postings = {0};
    if (!plm_contract_value(contract, qty, px, &value) ||
        !plm_money_rate(value, rate, PLM_ROUND_HALF_EVEN, &paid) ||
        !plm_money_negate(paid, &received) ||
        !plm_money_add(account->funding[asset], received, &total) ||
        !receive(&postings, account->book[place], ledger, PLM_BOOK_FUNDING, asset,
                 PLM_CAUSE_FUNDING, received) ||
        !plm_ledger_commit(ledger, &postings)) {
        return false;
    }
    account->funding[asset] = total;
    *out = received;
    *out_postings = postings;
    return true;
}

bool plm_account_flow(plm_account *account, plm_ledger *ledger, uint32_t asset, plm_money amount,
                      plm_cause cause, plm_postings *out_postings)
{
    plm_postings postings = {0};
    if (!receive(&postings, account->index, ledger, PLM_BOOK_EXTERNAL, asset, cause, amount) ||
        !plm_ledger_commit(ledger, &postings)) {
        return false;
    }
    *out_postings = postings;
    return true;
}

bool plm_account_open(plm_account *account, const plm_contracts *contracts, uint32_t sym,
                      uint8_t leg, plm_qty qty, plm_px px)
{
    const plm_contract *const contract = &contracts->contract[sym];
    uint32_t const place = plm_account_place(sym, leg);
    plm_assert(account->position[place].qty == 0);
    check_leg(account, contract, place, qty);
    plm_position_change change;
    if (!plm_position_change_by(contract, &account->position[place], qty, px, &change)) {
        return false;
    }
    account->position[place] = change.after;
    return true;
}
