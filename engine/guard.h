/*
 * guard.h - margin in a run: the pools of all accounts, the rules and prices that they stand under,
 * and when they are looked at. Private to this folder; guard_*.c and the files beside them do the
 * work.
 */
#ifndef PLM_GUARD_H
#define PLM_GUARD_H

#include "adaptive.h"
#include "mark_source.h"
#include "plimsoll_margin.h"
#include "plm_record.h"
#include "position.h"
#include "rules.h"
#include "watch.h"

#define PLM_EPISODE_STEPS_MAX 1000u /* of one episode at one instant */
#define PLM_TEST_ROUNDS_MAX 100u    /* of tests at one instant */
#define PLM_EXACT_LOWEST_ACCOUNTS 8u

/* What shares equity. */
typedef struct plm_pool {
    plm_pool_name name;
    uint32_t number; /* in the run: accounts in order, and of each as docs/margin.md, 1 */
    uint32_t account;
    uint32_t book;      /* isolated: its own */
    uint32_t rulebook;  /* place in the guard's */
    uint32_t place_count; /* of positions that may be in it, by (sym, leg) */
    uint32_t *place;

    /* What the model sees: rebuilt when `changed`, with fresh prices at every look. */
    plm_margin_input input;
    plm_margin_output output;
    plm_margin_asset *assets;
    plm_margin_position *positions;
    uint32_t *held_place; /* of positions[i] */
    plm_margin_part *parts;
    plm_margin_band *bands;

    bool changed;  /* a position, balance, order or rule changed since the input was built */
    bool due;      /* is in the queue of the next test */
    bool resting;  /* neither position nor debt, as the input was built */
    bool assessed; /* output is of this input */
    bool banded;   /* its bounds are in the watch, and hold */
    uint32_t calm; /* tests without bands that are left, when they broke too often */
    uint32_t breaks;
    uint64_t banded_at; /* number of events when bands were last given */

    /* what was seen of it */
    bool lowest_seen;
    plm_money lowest;
    plm_ts lowest_at;
    uint32_t warned; /* bit per ratio of the account's list */

    /* the episode, if there is one */
    bool in_episode;
    bool touched; /* a position was */
    plm_margin_state state;
    plm_ts wait_until;
    plm_money *peak; /* by place of `place`: contribution to surplus at the last peak of a sample */
    plm_money peak_surplus;
    bool peak_seen;
} plm_pool;

/* A rulebook in use. */
typedef struct plm_regulation {
    const plm_rulebook *rulebook;
    plm_rules rules;
    const plm_margin_model *model;
    plm_mark_source marks;
    plm_adaptive adaptive;
} plm_regulation;

/* What a world's fund has taken over and not closed yet. */
typedef struct plm_fund {
    plm_position *position; /* 2 * sym_count */
    bool holds;
    plm_money *before; /* per asset: equity of accounts at 00:00... */
} plm_fund;

typedef struct plm_guard {
    uint32_t regulation_count;
    plm_regulation *regulation;
    uint32_t pool_count, isolated_count;
    plm_pool *pool;
    uint32_t *due; /* pools, in no order; the test sorts */
    uint32_t due_count;
    plm_watch watch;
    bool watches; /* there are pools */
    bool every_tick;
    bool exact_lowest;
    plm_fund *fund; /* per world */
    plm_ts next_clock;
    plm_ts next_hour;
    bool *fund_touched; /* per world: tries to close at the next test */
} plm_guard;

#endif
