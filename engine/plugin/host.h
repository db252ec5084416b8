/*
 * host.h - one strategy at work: its instance, the tables of functions it may call, the memory of
 * its views, and what it has asked for.
 *
 * Least privilege: an extension exists only for the kind of plug-in that may have it. Requests go
 * to the outbox, in the order of the calls; delivery.c empties it after the callbacks.
 */
#ifndef PLM_HOST_H
#define PLM_HOST_H

#include <stdbool.h>

#include "param.h"
#include "plimsoll.h"
#include "plm_record.h"

#define PLM_OUTBOX_ACCOUNT_MAX 65536u /* wishes of one account at one time */
#define PLM_OUTBOX_CAP (2 * PLM_OUTBOX_ACCOUNT_MAX)
/* From this on the outbox is emptied after a callback, so that nobody finds it full. */
#define PLM_OUTBOX_HIGH (PLM_OUTBOX_CAP - PLM_OUTBOX_ACCOUNT_MAX - 1)
#define PLM_TIMERS_MAX 1024u /* of one account */

typedef enum plm_outgoing_kind {
    PLM_OUTGOING_NONE = 0,
    PLM_OUTGOING_SUBMIT = 1,
    PLM_OUTGOING_AMEND = 2,
    PLM_OUTGOING_CANCEL = 3,
    PLM_OUTGOING_TIMER_SET = 4,
    PLM_OUTGOING_TIMER_CLEAR = 5,
    PLM_OUTGOING_NOTE = 6,
    PLM_OUTGOING_STOP = 7,   /* the strategy returned PLM_RESULT_STOP */
    PLM_OUTGOING_FAILED = 8, /* it called fail, or what it must not call: plm_instance_answer with
                               PLM_RESULT_ERROR says what, even if its callback returned no error */
    PLM_OUTGOING_MARGIN = 9  /* a request of plimsoll.margin_ops */
} plm_outgoing_kind;

typedef struct plm_outgoing {
    uint32_t account;
    uint8_t kind; /* plm_outgoing_kind */
    plm_oid oid;
    plm_order_request request; /* submit; amend: px, qty, trigger_px */
    uint64_t timer;
    plm_ts at;
    int64_t period;
    char note[PLM_NOTE_CAP];
    /* margin: what `op` does not name is 0 */
    uint64_t number; /* of the account, 1, 2, ... */
    uint8_t op;      /* plm_margin_op */
    uint8_t regime, leg;
    uint32_t sym;             /* leverage, mode, move; else PLM_NO_SYM */
    uint32_t asset, to_asset; /* borrow, repay, convert, withdraw; else PLM_NO_SYM */
    int64_t leverage;         /* 1e-2 */
    plm_amount amount;
} plm_outgoing;

typedef struct plm_outbox {
    uint32_t count;
    plm_outgoing *item; /* PLM_OUTBOX_CAP */
} plm_outbox;

/* Where a callback is, for whoever watches the process: in shared memory of the parent, or plain.
 */
typedef struct plm_beat {
    volatile plm_ts ts;
    volatile uint64_t event;
    volatile uint32_t account;  /* UINT32_MAX: not in a callback */
    volatile uint32_t callback; /* plm_callback */
    volatile uint64_t count;    /* with `event`: no change = no progress */
    char plugin[32];            /* id of the plug-in of the account, set before set-up calls */
} plm_beat;

typedef enum plm_callback {
    PLM_CALLBACK_NONE = 0,
    PLM_CALLBACK_LOAD = 1,
    PLM_CALLBACK_CREATE = 2,
    PLM_CALLBACK_INIT = 3,
    PLM_CALLBACK_ACTIVATE = 4,
    PLM_CALLBACK_ON_EVENT = 5,
    PLM_CALLBACK_ON_REPORT = 6,
    PLM_CALLBACK_DEACTIVATE = 7,
    PLM_CALLBACK_DESTROY = 8,
    PLM_CALLBACK_MODEL = 9 /* in a margin model, whoever has asked */
} plm_callback;

const char *plm_callback_word(unsigned callback);

/* Around calls into a plug-in that are not hot; `plugin` is an id, or a path while it is loaded. */
void plm_beat_enter(plm_beat *beat, uint32_t account, plm_callback callback, const char *plugin);
void plm_beat_leave(plm_beat *beat);

/* What a host needs from the run to answer questions that it cannot answer itself. */
typedef struct plm_host_services {
    void *run;
    bool (*equity)(void *run, uint32_t account, plm_amount *out);
    uint32_t (*levels)(void *run, uint32_t sym, uint8_t side, plm_level *out, uint32_t cap);
    int64_t (*leverage)(void *run, uint32_t account, uint32_t sym);
    /* Of the pool of an instrument and leg, at the heard prices; false: no such pool, or a price is
     * unknown. NULL: nobody is under a rulebook. */
    bool (*margin_view)(void *run, uint32_t account, uint32_t sym, uint8_t leg,
                        plm_margin_view *out);
    bool (*liquidation_px)(void *run, uint32_t account, uint32_t sym, uint8_t leg, plm_px *out_down,
                           plm_px *out_up);
} plm_host_services;

typedef struct plm_host_setup {
    uint32_t account;
    const char *account_name;
    const plm_factory *factory;
    const plm_descriptor *descriptor;
    const plm_params *params;      /* borrowed */
    const plm_run_info *info;      /* borrowed */
    const plm_market_view *market; /* the heard market's, borrowed */
    const plm_ts *now;             /* borrowed */
    uint32_t report_asset;
    plm_outbox *outbox;                /* shared by all hosts of a run */
    const plm_host_services *services; /* borrowed */
    plm_beat *beat;                    /* borrowed */
    bool *gave_up;                     /* set when the plug-in calls fail; NULL: nobody asks */
} plm_host_setup;

/* The hot part, read for every delivery. */
typedef struct plm_instance {
    const plm_strategy *strategy;
    plm_result (*on_event)(const plm_strategy *self, const plm_event *event);
    uint64_t *want;   /* sym_count */
    uint64_t reports; /* mask */
    bool stopped;
    uint32_t account;
    plm_position_view *position; /* the views' memory, written when reports are heard */
    plm_cash_view *cash;
    void *impl; /* of host.c */
} plm_instance;

/* Creates and initialises; a plug-in that misbehaves (NULL slots, wrong sizes, changed MXCSR,
 * failure) is refused by name and callback. */
PLM_NODISCARD plm_status plm_instance_create(const plm_host_setup *setup, plm_diag *diag,
                                             plm_instance **out);
/* Between create and the first callback. After it the functions of set-up fail the run, by name. */
PLM_NODISCARD plm_status plm_instance_activate(plm_instance *instance, plm_diag *diag);

/* What a negative result of a callback means: the run fails with the plug-in's own message or the
 * bare fact. `result` PLM_RESULT_STOP stops the instance and puts it into the outbox. */
PLM_NODISCARD plm_status plm_instance_answer(plm_instance *instance, plm_callback callback,
                                             plm_result result, plm_diag *diag);

/* Refused by name when a callback has changed the modes of floating point. */
PLM_NODISCARD plm_status plm_instance_check_mode(const plm_instance *instance, plm_diag *diag);

void plm_instance_destroy(plm_instance *instance); /* deactivate, destroy, memory. NULL is fine */

#endif
