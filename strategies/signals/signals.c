/*
 * signals.c - carries out decisions that somebody else made: a CSV of times, instruments, and
 * target positions or orders.
 */
#include "plimsoll_aux.h"
#include "plimsoll_text.h"

#define TIMER 1
#define HEADER "time,instrument,action,quantity,price"

typedef enum signal_action {
    SIGNAL_NONE = 0,
    SIGNAL_TARGET = 1, /* a position, reached by the missing part */
    SIGNAL_ORDER = 2   /* an order of its own */
} signal_action;

typedef struct signal {
    plm_ts at;
    uint32_t sym;
    uint8_t action; /* signal_action */
    plm_qty qty;    /* signed */
    plm_px px;      /* 0: market */
} signal;

typedef struct leg {
    plm_aux_target target;
    plm_qty wanted;
    plm_px px;
    bool due; /* the target is still to be sent */
} leg;

typedef struct signals {
    plm_aux aux;
    signal *signal;
    uint32_t count, next;
    leg *leg; /* by instrument */
} signals;

static const plm_param params[] = {
    {PLM_AUX_FILE("file", NULL, "CSV with the columns " HEADER ", in the order of time.")},
};

static plm_result refuse(signals *self, uint32_t line, const char *what, plm_text found)
{
    self->aux.result = PLM_RESULT_ERROR;
    return plm_text_fail(self->aux.host, "signals", line, what, found);
}

static uint32_t row_of(const signals *self, plm_text symbol)
{
    uint32_t sym = 0;
    while (sym < self->aux.run->sym_count &&
           !plm_text_is(symbol, self->aux.run->instruments[sym].symbol)) {
        sym++;
    }
    return sym;
}

/* action and quantity: what is bought, sold, or held in the end. */
static const char *read_action(signal *to, plm_text action, plm_text qty, unsigned scale)
{
    bool const sell = plm_text_is(action, "sell");
    bool const order = sell || plm_text_is(action, "buy");
    bool const close = plm_text_is(action, "close");
    if (!order && !close && !plm_text_is(action, "target")) {
        return "the action is not target, buy, sell or close";
    }
    to->action = order ? SIGNAL_ORDER : SIGNAL_TARGET;
    to->qty = 0;
    if (close) {
        return qty.size == 0 ? NULL : "close has no quantity";
    }
    if (!plm_text_decimal(qty, scale, &to->qty)) {
        return "the quantity is no decimal of the instrument's scale";
    }
    if (order && to->qty <= 0) {
        return "the quantity must be above 0";
    }
    to->qty = sell ? -to->qty : to->qty;
    return NULL;
}

static plm_result read_line(signals *self, uint32_t line, plm_text text, signal *to)
{
    plm_text cell[5];
    plm_text rest = text;
    memset(cell, 0, sizeof cell);
    for (unsigned i = 0; i < 5 && plm_text_cut(&rest, ',', &cell[i]); i++) {
        cell[i] = plm_text_trim(cell[i]);
    }
    if (rest.size > 0) {
        return refuse(self, line, "more than five columns", text);
    }
    if (!plm_text_time(cell[0], &to->at)) {
        return refuse(self, line, "no time (2026-01-31T12:00:00Z or 19 digits of ns)", cell[0]);
    }
    to->sym = row_of(self, cell[1]);
    if (to->sym == self->aux.run->sym_count) {
        return refuse(self, line, "no such instrument on the tape", cell[1]);
    }
    const plm_instrument *const row = &self->aux.run->instruments[to->sym];
    const char *const wrong = read_action(to, cell[2], cell[3], row->qty_scale);
    if (wrong != NULL) {
        return refuse(self, line, wrong, text);
    }
    to->px = 0;
    if (cell[4].size > 0 && (!plm_text_decimal(cell[4], row->px_scale, &to->px) || to->px <= 0)) {
        return refuse(self, line, "the price is no decimal of the instrument's scale", cell[4]);
    }
    return PLM_RESULT_OK;
}

static plm_result read_file(signals *self, plm_text text)
{
    plm_text line;
    plm_ts last = 0;
    if (text.size >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0) { /* a byte order mark */
        text.at += 3;
        text.size -= 3;
    }
    for (uint32_t number = 1; plm_text_cut(&text, '\n', &line); number++) {
        line = plm_text_trim(line);
        if (number == 1) {
            if (!plm_text_is(line, HEADER)) {
                return refuse(self, 1, "the first line must be " HEADER, line);
            }
            continue;
        }
        if (line.size == 0 || line.at[0] == '#') {
            continue;
        }
        signal *const to = &self->signal[self->count];
        if (read_line(self, number, line, to) < 0) {
            return PLM_RESULT_ERROR;
        }
        if (to->at < last) {
            return refuse(self, number, "earlier than the line before", line);
        }
        last = to->at;
        self->count += to->at >= self->aux.run->begin; /* what lies before the replay is left out */
    }
    return PLM_RESULT_OK;
}

static void set_timer(const signals *self)
{
    if (self->next < self->count) {
        plm_aux_timer(&self->aux, TIMER, self->signal[self->next].at, 0);
    }
}

static plm_result start(signals *self, plm_subscription *subscription)
{
    (void)subscription;
    plm_text text = {NULL, 0};
    text.at = self->aux.host->param_text(self->aux.host, "file", &text.size);
    size_t lines = 1;
    for (size_t i = 0; i < text.size; i++) {
        lines += text.at[i] == '\n';
    }
    const plm_host *const host = self->aux.host;
    self->signal = host->alloc(host, lines * sizeof(signal), sizeof(int64_t));
    self->leg = host->alloc(host, self->aux.run->sym_count * sizeof(leg), sizeof(int64_t));
    for (uint32_t sym = 0; sym < self->aux.run->sym_count; sym++) {
        self->leg[sym].target.sym = sym;
    }
    if (plm_aux_one_way(&self->aux) < 0 || read_file(self, text) < 0) {
        return PLM_RESULT_ERROR;
    }
    set_timer(self);
    return PLM_RESULT_OK;
}

/* A newer target overtakes the order of an older one. */
static void pursue(signals *self, leg *to)
{
    if (to->due && to->target.oid != 0) {
        (void)self->aux.trade->cancel(self->aux.host, to->target.oid);
    } else if (to->due) {
        (void)plm_aux_target_set(&self->aux, &to->target, to->wanted, to->px);
        to->due = false;
    }
}

static void carry_out(signals *self, const signal *what)
{
    if (what->action == SIGNAL_ORDER) {
        (void)plm_aux_order(&self->aux, what->sym, what->qty, what->px, 0, 0);
        return;
    }
    leg *const to = &self->leg[what->sym];
    to->wanted = what->qty;
    to->px = what->px;
    to->due = true;
    pursue(self, to);
}

static plm_result on_report(signals *self, const plm_report *report)
{
    if (report->kind == PLM_REPORT_TIMER) {
        plm_ts const now = *self->aux.views->now;
        for (; self->next < self->count && self->signal[self->next].at <= now; self->next++) {
            carry_out(self, &self->signal[self->next]);
        }
        set_timer(self);
    } else if (report->oid != 0 && report->sym < self->aux.run->sym_count) {
        leg *const to = &self->leg[report->sym];
        if (plm_aux_target_report(&self->aux, &to->target, report)) {
            pursue(self, to);
        }
    }
    return PLM_RESULT_OK;
}

PLM_AUX_STRATEGY(signals, "signals", "Signals", "Carries out the decisions of a CSV file.", params,
                 start, plm_aux_no_event, on_report);
