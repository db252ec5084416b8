/*
 * guard.h - margin in a run: the pools of all accounts, the rules and prices that they stand under,
 * when they are looked at, and what a liquidation does. Private to this folder.
 */
#ifndef PLM_GUARD_H
#define PLM_GUARD_H

#include "account.h"
#include "adaptive.h"
#include "builtin_model.h"
#include "conversion.h"
#include "mark_source.h"
#include "model_host.h"
#include "plimsoll_margin.h"
#include "plm_blocks.h"
#include "rules.h"
#include "run_spec.h"
#include "watch.h"

#define PLM_EPISODE_STEPS_MAX 1000u /* of one episode at one instant */
#define PLM_TEST_ROUNDS_MAX 100u    /* of tests at one instant */
#define PLM_NO_POOL UINT32_MAX
#define PLM_NO_ACCOUNT UINT32_MAX

typedef struct plm_core plm_core;
typedef struct plm_seat plm_seat;

/* A price of the tape that a pool depends on, and how far it may go. */
typedef struct plm_pool_key {
    uint32_t sym;
    uint8_t key; /* plm_price_key */
    plm_corridor bounds;
} plm_pool_key;

/* What shares equity. */
typedef struct plm_pool {
    plm_pool_name name;
    uint32_t number;  /* in the run: accounts in order, and of each as docs/margin.md, 1 */
    uint32_t watched; /* its place in the watch; PLM_NO_POOL: no price matters to it */
    uint32_t account;
    uint32_t book;        /* isolated: its own; else the account's */
    uint32_t rulebook;    /* place of its regulation */
    uint32_t place_count; /* of positions that may be in it, by (sym, leg) */
    uint32_t *place;

    /* when it is looked at */
    uint32_t wanted_place; /* a row is kept for it though it is empty; UINT32_MAX: none */
    bool changed; /* a position, balance, order or rule changed since the input was built */
    bool event;   /* the next test is because of such a change, not of a price */
    bool due;     /* is in the queue of the next test */
    bool resting; /* neither position nor debt, as the input was built */
    bool banded;
    uint32_t breaks;    /* bands in a row that broke at once */
    uint32_t calm;      /* tests without bands that are left */
    uint64_t banded_at; /* number of events when bands were last given */

    /* What the model sees: rebuilt when `changed`, with fresh prices at every look. */
    plm_margin_input input;
    plm_margin_output output;
    plm_margin_asset *assets;
    plm_margin_position *positions;
    uint32_t *held_place; /* of positions[i] */
    plm_margin_part *parts;
    uint32_t band_cap, key_count, key_cap;
    plm_margin_band *bands; /* twice band_cap: what the model says, and what holds */
    plm_pool_key *key;

    /* what was seen of it */
    bool lowest_seen, peak_seen;
    plm_money lowest;
    plm_ts lowest_at;
    uint32_t warned;   /* bit per ratio of the account */
    plm_money *peak;   /* by place: contribution to surplus at the sample with the highest one */
    plm_money highest; /* that surplus */

    /* the episode, if there is one */
    bool in_episode;
    bool touched;     /* a position was */
    uint32_t culprit; /* sym, as the episode began */
    bool dead;        /* an episode has left it flat */
    plm_margin_state state;
    bool *passed; /* by place: a step of the stage at hand changed nothing of it */
    plm_ts wait_until, waited_at;
    bool stirred;              /* something came that lets it go on */
    int64_t *noted_px2;        /* by place, two: the prices of the last test of the episode */
    plm_fraction *noted_price; /* by asset */
} plm_pool;

/* A rulebook in use. */
typedef struct plm_regulation {
    uint32_t number;
    const plm_rulebook *rulebook;
    plm_rules rules;
    plm_builtin_model builtin;
    plm_model *plugin; /* that the rulebook names; NULL: the built-in one computes */
    const plm_margin_model *model;
    plm_mark_source *marks;
    plm_adaptive adaptive;
    plm_ts next_mark, next_adaptive;
} plm_regulation;

/* The insurance fund of a world: its balance is a book of the ledger; what it took over is here. */
typedef struct plm_fund {
    plm_position *position; /* 2 * sym_count, one-way */
    uint32_t account;       /* the world's first: whose records tell what the fund does */
    bool holds, called;     /* called: tries to close at the end of the test */
} plm_fund;

typedef struct plm_guard {
    bool watches; /* there is an account under a rulebook */
    bool every_tick, exact_lowest, tests_each, fund_called;
    uint32_t regulation_count, pool_count, isolated_count;
    plm_regulation *regulation;
    plm_pool *pool;
    uint32_t *due, *round; /* pools, in no order; those of the round of tests at hand */
    uint32_t due_count;
    uint32_t *watched, watched_count; /* pools that prices matter to, in order */
    plm_watch watch;                  /* these, then the funds of the worlds */
    plm_fund *fund;
    uint32_t *repay_order; /* of the pool and the rules that asked last */
    const plm_pool *ordered_pool;
    const plm_rule_set *ordered_set;
    plm_ts next_clock, next_hour;
    uint32_t *base, *settle;    /* by sym */
    plm_rate *custody;          /* by sym: what counts of what lies there */
    plm_qty *open_interest;     /* by sym */
    plm_rate *haircut, *borrow; /* by asset; -1: as the rulebook says */
    plm_qty *rest_left;         /* by world, by row of the rest of the market */
    uint32_t adl_count;
} plm_guard;

/* -- guard_build.c --------------------------------------------------------------------------- */

uint32_t plm_guard_count_isolated(const plm_run_spec *spec, const plm_contracts *contracts);
PLM_NODISCARD plm_status plm_guard_build(plm_core *core, plm_blocks *blocks, plm_diag *diag);
/* What the funds begin with, once sinks are there. */
PLM_NODISCARD plm_status plm_guard_open(plm_core *core, plm_diag *diag);
void plm_guard_destroy(plm_core *core);

/* -- pool_input.c ---------------------------------------------------------------------------- */

/* What the model says now; `trigger`: at the prices of the margin test. */
PLM_NODISCARD plm_status plm_pool_look(plm_core *core, plm_pool *pool, bool trigger,
                                       plm_diag *diag);
/* The same at the prices that strategies have heard. */
PLM_NODISCARD plm_status plm_pool_look_heard(plm_core *core, plm_pool *pool, plm_diag *diag);
/* equity - maintenance, and equity - initial - orders, of the last look; false on overflow. */
PLM_NODISCARD bool plm_pool_surplus(const plm_pool *pool, plm_money *out);
PLM_NODISCARD bool plm_pool_free(const plm_pool *pool, plm_money *out);
/* The pool of a position; NULL: the account is plain. */
plm_pool *plm_pool_of(plm_core *core, const plm_seat *seat, uint32_t place);
/* The cross or portfolio pool that has an asset. */
plm_pool *plm_pool_paying(plm_core *core, const plm_seat *seat, uint32_t asset);
/* At a sample: remembers what contributed at the highest surplus. */
void plm_pool_see_peak(plm_pool *pool);
/* The instrument whose contribution fell most since then; PLM_NO_SYM: none did. */
uint32_t plm_pool_culprit(const plm_pool *pool);

/* -- guard_test.c ---------------------------------------------------------------------------- */

void plm_guard_call(plm_core *core, plm_pool *pool);
void plm_guard_all_called(plm_core *core); /* a price that no band knows has changed */
void plm_guard_changed(plm_core *core, plm_pool *pool);
void plm_guard_account_changed(plm_core *core, const plm_seat *seat);
/* What is about a position, or about an asset alone: its pool, and that which has the asset. */
void plm_guard_place_changed(plm_core *core, const plm_seat *seat, uint32_t place);
/* What the book of a position alone pays or receives; transfers tell of themselves. */
void plm_guard_position_changed(plm_core *core, const plm_seat *seat, uint32_t place);
void plm_guard_asset_changed(plm_core *core, const plm_seat *seat, uint32_t asset);
void plm_guard_all_changed(plm_core *core);
/* Calls the pools whose bounds an event leaves; of levels, after they were applied. */
void plm_guard_see(plm_core *core, const plm_event *event);
/* Lowest surplus and warnings, after a look. */
PLM_NODISCARD plm_status plm_guard_look(plm_core *core, plm_pool *pool, bool event, plm_diag *diag);
/* The test of all pools that are due, in order, with what follows from it. */
PLM_NODISCARD plm_status plm_guard_test(plm_core *core, plm_diag *diag);
/* The same where the price alone called them; *out_loud: one has to be dealt with, nothing was
 * done. */
PLM_NODISCARD plm_status plm_guard_test_each(plm_core *core, plm_diag *diag);
/* At a sampling instant: lowest surplus, warnings that are armed again, records. */
PLM_NODISCARD plm_status plm_guard_sample(plm_core *core, plm_pool *pool, plm_ts ts,
                                          plm_diag *diag);
PLM_NODISCARD plm_status plm_guard_test_quiet(plm_core *core, plm_diag *diag, bool *out_loud);

/* -- guard_wake.c ---------------------------------------------------------------------------- */

/* An event of an instrument, and of the price of an asset, came: is that what an episode waits
 * for? */
void plm_guard_stir(const plm_core *core, plm_pool *pool, uint32_t sym, unsigned key);
void plm_guard_stir_asset(plm_core *core, uint32_t asset);
/* Remembers the prices of now; whether one that the pool depends on is another one than before. */
bool plm_guard_note_prices(const plm_core *core, plm_pool *pool);

/* -- guard_warn.c ---------------------------------------------------------------------------- */

/* Its own ratios and those of the rules; NULL: there are none. */
void plm_guard_warn_list(plm_seat *seat, const plm_rule_set *set);
/* Other rules are in force: ratios that stay stay as they are, armed or not. */
void plm_guard_warn_change(plm_core *core, plm_seat *seat, const plm_rule_set *set);

/* -- guard_bounds.c -------------------------------------------------------------------------- */

unsigned plm_guard_key(const plm_event *event);
void plm_guard_bound(plm_core *core, plm_pool *pool, const plm_margin_band *bands);
/* Every event that a price of the pool depends on concerns it; `resting`: none does. */
void plm_guard_forget(plm_core *core, plm_pool *pool, bool resting);
void plm_guard_watch_fund(plm_core *core, uint32_t world);
/* Whether the prices of the test are those of all else. */
bool plm_guard_is_uniform(const plm_core *core, const plm_pool *pool);
bool plm_guard_is_stale(const plm_core *core, const plm_pool *pool);

/* -- guard_clock.c --------------------------------------------------------------------------- */

void plm_guard_clock_begin(plm_core *core);

/* What each account has when the day, or the run, begins: for those who share losses. */
PLM_NODISCARD plm_status plm_guard_begin_day(plm_core *core, plm_diag *diag);
PLM_NODISCARD plm_status plm_guard_clock(plm_core *core, plm_diag *diag);
void plm_guard_schedule(plm_core *core, plm_ts at);
PLM_NODISCARD plm_status plm_guard_event(plm_core *core, const plm_event *event, plm_diag *diag);
/* What custody events put out of reach of a pool's balance. */
plm_money plm_guard_lost(const plm_core *core, const plm_pool *pool, uint32_t asset);

/* -- guard_journal.c ------------------------------------------------------------------------- */

void plm_guard_journal_pool(plm_core *core, const plm_pool *pool, plm_ts ts);
PLM_NODISCARD plm_status plm_guard_journal_call(plm_core *core, plm_pool *pool, plm_rate ratio,
                                                plm_diag *diag);
PLM_NODISCARD plm_status plm_guard_journal_begin(plm_core *core, plm_pool *pool, plm_diag *diag);
PLM_NODISCARD plm_status plm_guard_journal_end(plm_core *core, plm_pool *pool, plm_episode what,
                                               plm_money shortfall, plm_diag *diag);
void plm_guard_journal_stage(plm_core *core, const plm_pool *pool, const plm_margin_step *step,
                             bool done);
void plm_guard_journal_counterparty(plm_core *core, const plm_pool *pool,
                                    const plm_record_counterparty *what);
void plm_guard_journal_op(plm_core *core, const plm_seat *seat,
                          const plm_record_margin_request *what);
void plm_guard_journal_lowest(plm_core *core);
/* The places in a pool's input of the assets in the order in which debts are paid, and pay.
 * Borrowed until another pool asks. */
const uint32_t *plm_guard_repay_order(plm_core *core, const plm_pool *pool);

/* -- liquidate.c, handover.c, adl.c, shortfall.c, aftermath.c ---------------------------------- */

/* The pool fires, or is in an episode; it has been looked at. */
PLM_NODISCARD plm_status plm_liquidate(plm_core *core, plm_pool *pool, plm_diag *diag);

PLM_NODISCARD plm_status plm_handover_part(plm_core *core, plm_pool *pool, const plm_handover *what,
                                           plm_diag *diag);
/* The pool's balances go to the fund; none does while it owes anything. */
PLM_NODISCARD plm_status plm_handover_margin(plm_core *core, plm_pool *pool, plm_diag *diag);
bool plm_takeover_is_possible(const plm_core *core, const plm_pool *pool,
                              const plm_margin_step *step);
PLM_NODISCARD plm_status plm_takeover(plm_core *core, plm_pool *pool, const plm_margin_step *step,
                                      plm_diag *diag);
void plm_guard_fund_called(plm_core *core, uint32_t world);
/* The funds that were called try to close what they hold. */
PLM_NODISCARD plm_status plm_fund_close(plm_core *core, plm_diag *diag);

PLM_NODISCARD plm_status plm_adl(plm_core *core, plm_pool *pool, const plm_margin_step *step,
                                 plm_diag *diag);
PLM_NODISCARD plm_status plm_adl_event(plm_core *core, const plm_event *event, plm_diag *diag);

bool plm_pool_in_debt(const plm_core *core, const plm_pool *pool);
/* Of an asset, over all pools of an account: balance, and profit of its positions at present. */
PLM_NODISCARD plm_status plm_seat_equity(plm_core *core, const plm_seat *seat, uint32_t asset,
                                         plm_diag *diag, plm_money *out);
/* What a flat pool owes is paid from its other assets, then by others; *out_total: what was left
 * for them, in its unit. */
PLM_NODISCARD plm_status plm_shortfall_cover(plm_core *core, plm_pool *pool, plm_diag *diag,
                                             plm_money *out_total);
PLM_NODISCARD plm_status plm_repay(plm_core *core, plm_pool *pool, plm_rate cost, plm_diag *diag,
                                   bool *out_stalled);
/* At most `most` of a debt, from other assets, at the rulebook's cost of conversions. */
PLM_NODISCARD plm_status plm_repay_asset(plm_core *core, plm_pool *pool, uint32_t asset,
                                         plm_money most, plm_diag *diag);
/* What a fill of a liquidation closed. */
typedef struct plm_liquidated {
    uint32_t sym, asset;
    plm_rate rate;
    plm_money value, bound; /* signed as the position; bound: its bankruptcy value */
} plm_liquidated;

/* Before the fill: its bankruptcy value, where the fee depends on it. */
PLM_NODISCARD plm_status plm_liquidation_bound(plm_core *core, plm_pool *pool, uint32_t place,
                                               plm_qty qty, plm_diag *diag, plm_money *out);
/* The liquidation fee: at most what the pool has left. */
PLM_NODISCARD plm_status plm_charge_liquidation(plm_core *core, plm_pool *pool,
                                                const plm_liquidated *what, plm_diag *diag);
PLM_NODISCARD plm_status plm_conversion_book(plm_core *core, plm_pool *pool, uint32_t from,
                                             uint32_t to, const plm_conversion *what,
                                             plm_diag *diag);
/* after_liquidation, of a pool that is flat or bankrupt by an episode that closed something. */
PLM_NODISCARD plm_status plm_aftermath(plm_core *core, plm_seat *seat, plm_diag *diag);

/* -- isolated.c ------------------------------------------------------------------------------ */

/* > 0: from the account to the pool. */
PLM_NODISCARD plm_status plm_isolated_move(plm_core *core, plm_pool *pool, plm_money amount,
                                           plm_diag *diag);
/* A fill opened for so much; it closed, before -> now, and earned so much after its fee. Pools that
 * are not isolated: nothing. */
PLM_NODISCARD plm_status plm_isolated_opened(plm_core *core, plm_seat *seat, uint32_t place,
                                             plm_money value, plm_diag *diag);
PLM_NODISCARD plm_status plm_isolated_released(plm_core *core, plm_seat *seat, uint32_t place,
                                               plm_qty before, plm_money earned, plm_diag *diag);
PLM_NODISCARD plm_status plm_isolated_topup(plm_core *core, plm_pool *pool, plm_diag *diag,
                                            bool *out_saved);

#endif
