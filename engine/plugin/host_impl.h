/*
 * host_impl.h - what host.c (the life of an instance) and host_calls.c (the functions that a
 * plug-in may call) share.
 */
#ifndef PLM_HOST_IMPL_H
#define PLM_HOST_IMPL_H

#include "host.h"

typedef enum plm_phase {
    PLM_PHASE_NONE = 0,
    PLM_PHASE_SETUP = 1,  /* create, init, activate */
    PLM_PHASE_ACTIVE = 2, /* on_event, on_report */
    PLM_PHASE_CLOSED = 3  /* deactivate, destroy */
} plm_phase;

typedef struct plm_host_impl {
    plm_instance instance; /* a cache line of its own */
    plm_host host;         /* what the plug-in sees */
    plm_host_views views;
    plm_host_book book;
    plm_host_trade trade;
    plm_host_timer timer;
    plm_host_account account;
    plm_host_margin margin;
    plm_host_note note;
    plm_host_setup setup;
    plm_phase phase;
    bool activated;
    plm_oid last_oid;
    uint64_t last_margin; /* number of a request of margin_ops */
    plm_ts wishes_at;     /* the time of ... */
    uint32_t wishes;      /* ... this many wishes */
    bool failed;          /* the plug-in called fail, or what it must not call */
    char failure[512];
    void **memory; /* what alloc has given */
    size_t memory_count, memory_cap;
} plm_host_impl;

/* Fills the tables; `setup` and the views of `instance` are there already. */
void plm_host_fill(plm_host_impl *impl);

/* Keeps the first failure and, after set-up, tells the run through the outbox. */
void plm_host_set_failure(plm_host_impl *impl, const char *message);

/* The next place in the outbox. */
plm_outgoing *plm_host_push(plm_host_impl *impl, plm_outgoing_kind kind);

/* A place in the outbox; NULL, and the run fails, when the account has wished too much at one
 * time. What others wish does not count. */
plm_outgoing *plm_host_wish(plm_host_impl *impl, plm_outgoing_kind kind);

/* Whether `function` may be called now, in a callback; if not, the run fails. */
bool plm_host_is_callback(plm_host_impl *impl, const char *function);

/* The table of plimsoll.margin_ops. */
plm_host_margin plm_host_margin_table(void);

#endif
