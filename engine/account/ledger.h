/*
 * ledger.h - double entry: every movement of money is a batch of entries that sum to zero for each
 * asset.
 *
 * A batch that does not is a bug and stops the program, in release builds too. An amount that does
 * not fit is the outside world's: the run fails by name.
 */
#ifndef PLM_LEDGER_H
#define PLM_LEDGER_H

#include "num.h"
#include "plm_record.h"

/* Books: one per account (0 .. account_count - 1), one per system kind (plm_ledger_book), then the
 * insurance fund of each world, then the margin of each isolated position. */
typedef struct plm_ledger {
    uint32_t account_count, world_count, isolated_count, asset_count, book_count;
    plm_money *balance; /* book_count * asset_count */
    uint64_t batches;
} plm_ledger;

typedef struct plm_entry_line {
    uint32_t book, asset;
    uint8_t cause; /* plm_cause */
    plm_money amount;
    plm_money after; /* the balance, set by commit */
} plm_entry_line;

#define PLM_POSTINGS_MAX 12

typedef struct plm_postings {
    uint32_t count;
    plm_entry_line line[PLM_POSTINGS_MAX];
} plm_postings;

void plm_ledger_init(plm_ledger *ledger, uint32_t account_count, uint32_t world_count,
                     uint32_t isolated_count, uint32_t asset_count);
void plm_ledger_fini(plm_ledger *ledger);

/* Of a system kind: not ACCOUNT, INSURANCE, ISOLATED. */
uint32_t plm_ledger_book(const plm_ledger *ledger, plm_book_kind kind);
uint32_t plm_ledger_insurance(const plm_ledger *ledger, uint32_t world);
uint32_t plm_ledger_isolated(const plm_ledger *ledger, uint32_t number);
plm_book_kind plm_ledger_kind(const plm_ledger *ledger, uint32_t book);
plm_money plm_ledger_balance(const plm_ledger *ledger, uint32_t book, uint32_t asset);

/* `amount` moves from one book to another: two entries, that of the book it goes to first. A zero
 * amount adds nothing. False: it does not fit. */
PLM_NODISCARD bool plm_postings_move(plm_postings *postings, uint32_t from, uint32_t to,
                                     uint32_t asset, plm_cause cause, plm_money amount);

/* All or nothing; false when a balance does not fit. */
PLM_NODISCARD bool plm_ledger_commit(plm_ledger *ledger, plm_postings *postings);

/* Sums all books of every asset; a sum other than zero is a bug. */
void plm_ledger_recount(const plm_ledger *ledger);

#endif
