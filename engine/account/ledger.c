/*
 * ledger.c - balances by book and asset. Zero sums are tested exactly, wider than any sum can get:
 * an overflow must not pass for a balance.
 */
#include "ledger.h"

#include "check.h"
#include "memory.h"

#define SYSTEM_BOOKS (PLM_BOOK_KIND_COUNT - PLM_BOOK_MARKET)

/* A sum of 128-bit numbers as high * 2^64 + low. */
typedef struct wide_sum {
    plm_i128 high;
    plm_u128 low;
} wide_sum;

static void wide_add(wide_sum *sum, plm_money amount)
{
    sum->high += (int64_t)(uint64_t)((plm_u128)amount.v >> 64);
    sum->low += (uint64_t)amount.v;
}

static bool wide_is_zero(const wide_sum *sum)
{
    return (uint64_t)sum->low == 0 && sum->high + (plm_i128)(sum->low >> 64) == 0;
}

void plm_ledger_init(plm_ledger *ledger, uint32_t account_count, uint32_t world_count,
                     uint32_t isolated_count, uint32_t asset_count)
{
    uint32_t const book_count = account_count + SYSTEM_BOOKS + world_count + isolated_count;
    *ledger = (plm_ledger){
        .account_count = account_count,
        .world_count = world_count,
        .isolated_count = isolated_count,
        .asset_count = asset_count,
        .book_count = book_count,
        .balance = plm_alloc((size_t)book_count * asset_count, sizeof *ledger->balance),
    };
}

void plm_ledger_fini(plm_ledger *ledger)
{
    plm_free(ledger->balance);
    *ledger = (plm_ledger){0};
}

uint32_t plm_ledger_book(const plm_ledger *ledger, plm_book_kind kind)
{
    plm_assert(kind >= PLM_BOOK_MARKET && kind < PLM_BOOK_KIND_COUNT);
    plm_assert(kind != PLM_BOOK_INSURANCE && kind != PLM_BOOK_ISOLATED);
    return ledger->account_count + (uint32_t)(kind - PLM_BOOK_MARKET);
}

uint32_t plm_ledger_insurance(const plm_ledger *ledger, uint32_t world)
{
    plm_assert(world < ledger->world_count);
    return ledger->account_count + SYSTEM_BOOKS + world;
}

uint32_t plm_ledger_isolated(const plm_ledger *ledger, uint32_t number)
{
    plm_assert(number < ledger->isolated_count);
    return ledger->account_count + SYSTEM_BOOKS + ledger->world_count + number;
}

plm_book_kind plm_ledger_kind(const plm_ledger *ledger, uint32_t book)
{
    plm_assert(book < ledger->book_count);
    if (book < ledger->account_count) {
        return PLM_BOOK_ACCOUNT;
    }
    uint32_t const system = book - ledger->account_count;
    if (system < SYSTEM_BOOKS) {
        return (plm_book_kind)(PLM_BOOK_MARKET + system);
    }
    return system - SYSTEM_BOOKS < ledger->world_count ? PLM_BOOK_INSURANCE : PLM_BOOK_ISOLATED;
}

static plm_money *balance_of(const plm_ledger *ledger, uint32_t book, uint32_t asset)
{
    plm_assert(book < ledger->book_count);
    plm_assert(asset < ledger->asset_count);
    return &ledger->balance[(size_t)book * ledger->asset_count + asset];
}

plm_money plm_ledger_balance(const plm_ledger *ledger, uint32_t book, uint32_t asset)
{
    return *balance_of(ledger, book, asset);
}

bool plm_postings_move(plm_postings *postings, uint32_t from, uint32_t to, uint32_t asset,
                       plm_cause cause, plm_money amount)
{
    plm_assert(from != to);
    plm_assert(cause > PLM_CAUSE_NONE && cause < PLM_CAUSE_COUNT);
    if (amount.v == 0) {
        return true;
    }
    plm_money taken;
    if (!plm_money_negate(amount, &taken)) {
        return false;
    }
    plm_assert(postings->count + 2 <= PLM_POSTINGS_MAX);
    postings->line[postings->count++] =
        (plm_entry_line){.book = to, .asset = asset, .cause = (uint8_t)cause, .amount = amount};
    postings->line[postings->count++] =
        (plm_entry_line){.book = from, .asset = asset, .cause = (uint8_t)cause, .amount = taken};
    return true;
}

static void check_zero_sums(const plm_postings *postings)
{
    for (uint32_t i = 0; i < postings->count; i++) {
        wide_sum sum = {0, 0};
        for (uint32_t k = 0; k < postings->count; k++) {
            if (postings->line[k].asset == postings->line[i].asset) {
                wide_add(&sum, postings->line[k].amount);
            }
        }
        plm_assert(wide_is_zero(&sum));
    }
}

bool plm_ledger_commit(plm_ledger *ledger, plm_postings *postings)
{
    plm_assert(postings->count <= PLM_POSTINGS_MAX);
    check_zero_sums(postings);
    uint32_t done = 0;
    for (; done < postings->count; done++) {
        plm_entry_line *const line = &postings->line[done];
        plm_money *const balance = balance_of(ledger, line->book, line->asset);
        if (!plm_money_add(*balance, line->amount, balance)) {
            break;
        }
        line->after = *balance;
    }
    if (done == postings->count) {
        ledger->batches += postings->count > 0 ? 1 : 0;
        return true;
    }
    while (done-- > 0) {
        const plm_entry_line *const line = &postings->line[done];
        plm_money *const balance = balance_of(ledger, line->book, line->asset);
        bool const undone = plm_money_sub(*balance, line->amount, balance);
        plm_assert(undone);
    }
    return false;
}

void plm_ledger_recount(const plm_ledger *ledger)
{
    for (uint32_t asset = 0; asset < ledger->asset_count; asset++) {
        wide_sum sum = {0, 0};
        for (uint32_t book = 0; book < ledger->book_count; book++) {
            wide_add(&sum, plm_ledger_balance(ledger, book, asset));
        }
        plm_assert(wide_is_zero(&sum));
    }
}
