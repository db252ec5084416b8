/*
 * script.c - orders from the run file, one a line (docs/strategies/script.md): any textbook
 * situation becomes a run.
 */
#include "plimsoll_aux.h"
#include "plimsoll_text.h"

#define TIMER 1

typedef enum step_kind {
    STEP_NONE = 0,
    STEP_SUBMIT = 1,
    STEP_AMEND = 2,
    STEP_CANCEL = 3
} step_kind;

typedef struct step {
    plm_ts at;
    uint8_t kind;              /* step_kind */
    uint32_t of;               /* amend, cancel: the step of the order that is meant */
    plm_text name;             /* submit: `as NAME` */
    plm_oid oid;               /* submit: once it is sent */
    plm_order_request request; /* amend: px, qty, trigger_px */
} step;

typedef struct script {
    plm_aux aux;
    step *step;
    uint32_t count, next;
    uint32_t line;     /* that is being read, */
    plm_text rest;     /* what is left of it, */
    plm_text word;     /* and the word in hand; empty at the end */
    const char *wrong; /* what is wrong with it, or NULL */
} script;

static const plm_param params[] = {
    {PLM_AUX_TEXT("orders", NULL, "One order, amend or cancel a line.")},
};

static void advance(script *self)
{
    if (!plm_text_word(&self->rest, &self->word)) {
        self->word.size = 0;
    }
}

/* Steps over a word if it stands there. */
static bool take(script *self, const char *word)
{
    bool const found = self->word.size > 0 && plm_text_is(self->word, word);
    if (found) {
        advance(self);
    }
    return found;
}

static void refuse(script *self, const char *what)
{
    self->wrong = self->wrong ? self->wrong : what;
}

static int64_t number(script *self, unsigned scale, const char *what)
{
    int64_t value = 0;
    if (!plm_text_decimal(self->word, scale, &value) || value <= 0) {
        refuse(self, what);
        return 0;
    }
    advance(self);
    return value;
}

/* "+1m30s", from the start of the replay; -1 when it is none. */
static int64_t duration(plm_text text)
{
    static const struct {
        const char *word;
        int64_t ns;
    } units[] = {{"ns", 1},          {"us", 1000},         {"ms", 1000000},      {"s", 1000000000},
                 {"m", 60000000000}, {"h", 3600000000000}, {"d", 86400000000000}};
    int64_t sum = 0;
    size_t i = 0;
    while (i < text.size) {
        size_t digits = 0, letters = 0;
        while (i + digits < text.size && text.at[i + digits] >= '0' && text.at[i + digits] <= '9') {
            digits++;
        }
        while (i + digits + letters < text.size && text.at[i + digits + letters] >= 'a') {
            letters++;
        }
        plm_text const unit = {text.at + i + digits, letters};
        int64_t const count = digits == 0 || digits > 15 ? -1 : plm_text_digits(text, i, digits);
        size_t known = 0;
        while (known < 7 && !plm_text_is(unit, units[known].word)) {
            known++;
        }
        if (count < 0 || known == 7 || count > (PLM_TS_MAX - sum) / units[known].ns) {
            return -1;
        }
        sum += count * units[known].ns;
        i += digits + letters;
    }
    return text.size == 0 ? -1 : sum;
}

/* "2026-01-31 12:00:00" is one time in two words. */
static void join_time(script *self)
{
    plm_text rest = self->rest, clock;
    if (self->word.size == 10 && plm_text_word(&rest, &clock) && clock.size > 2 &&
        clock.at[2] == ':') {
        self->word.size = (size_t)(clock.at + clock.size - self->word.at);
        self->rest = rest;
    }
}

static void read_time(script *self, step *to)
{
    join_time(self);
    plm_text word = self->word;
    if (word.size > 0 && word.at[0] == '+') {
        plm_text const span = {word.at + 1, word.size - 1};
        int64_t const ns = duration(span);
        to->at = self->aux.run->begin + ns;
        if (ns < 0 || to->at >= PLM_TS_MAX) {
            refuse(self, "no duration (+90s, +1m30s)");
        }
    } else if (!plm_text_time(word, &to->at)) {
        refuse(self, "no time (+90s, 2026-01-31T12:00:00Z)");
    }
    if (self->wrong == NULL) {
        advance(self);
    }
}

/* A word of a list that counts from 1; 0 when it is none of them. */
static uint8_t choice(script *self, const char *const *words, uint8_t count)
{
    for (uint8_t i = 0; i < count; i++) {
        if (take(self, words[i])) {
            return (uint8_t)(i + 1);
        }
    }
    return 0;
}

/* One `word [value]` behind an order; false when the word is none that is known. */
static bool read_option(script *self, step *to, unsigned px_scale)
{
    static const char *const triggers[] = {"stop", "take", "trail"};
    static const char *const prices[] = {"last", "mark", "index"};
    static const char *const legs[] = {"long", "short"};
    plm_order_request *const request = &to->request;
    uint8_t const trigger = choice(self, triggers, 3);
    if (trigger != 0) {
        int64_t const px = number(self, px_scale, "no price of the instrument's scale");
        request->trigger = trigger;
        request->trail = trigger == PLM_TRIGGER_TRAIL ? px : 0;
        request->trigger_px = trigger == PLM_TRIGGER_TRAIL ? 0 : px;
    } else if (take(self, "post_only")) {
        request->flags |= PLM_ORDER_POST_ONLY;
    } else if (take(self, "reduce_only")) {
        request->flags |= PLM_ORDER_REDUCE_ONLY;
    } else if (take(self, "ioc")) {
        request->tif = PLM_TIF_IOC;
    } else if (take(self, "fok")) {
        request->tif = PLM_TIF_FOK;
    } else if (take(self, "by")) {
        uint8_t const price = choice(self, prices, 3);
        request->trigger_by = (uint8_t)(price == 0 ? 0 : price + PLM_KEY_LAST - 1);
        return price != 0;
    } else if (take(self, "leg")) {
        request->leg = choice(self, legs, 2);
        return request->leg != 0;
    } else if (take(self, "group")) {
        int64_t const group = number(self, 0, "no number of a group");
        request->group = (uint32_t)group;
        return group <= UINT32_MAX;
    } else if (take(self, "as")) {
        to->name = self->word;
        advance(self);
        return to->name.size > 0;
    } else {
        return false;
    }
    return true;
}

static void read_order(script *self, step *to, uint8_t side)
{
    plm_text const qty = self->word;
    advance(self);
    uint32_t sym = 0;
    const plm_instrument *const rows = self->aux.run->instruments;
    while (sym < self->aux.run->sym_count && !plm_text_is(self->word, rows[sym].symbol)) {
        sym++;
    }
    if (sym == self->aux.run->sym_count) {
        refuse(self, "no such instrument on the tape");
        return;
    }
    advance(self);
    to->kind = STEP_SUBMIT;
    to->request = plm_aux_request(sym, 0, 0);
    to->request.side = side;
    if (!plm_text_decimal(qty, rows[sym].qty_scale, &to->request.qty) || to->request.qty <= 0) {
        self->word = qty;
        refuse(self, "no quantity of the instrument's scale");
    } else if (take(self, "limit")) {
        to->request.type = PLM_ORDER_LIMIT;
        to->request.px = number(self, rows[sym].px_scale, "no price of the instrument's scale");
    } else if (!take(self, "market")) {
        refuse(self, "neither market nor limit");
    }
    while (self->wrong == NULL && self->word.size > 0) {
        if (!read_option(self, to, rows[sym].px_scale)) {
            refuse(self, "not understood");
        }
    }
}

static void read_change(script *self, step *to, uint8_t kind)
{
    to->kind = kind;
    to->of = self->count;
    for (uint32_t i = 0; i < self->count; i++) { /* the latest of that name */
        const plm_text name = self->step[i].name;
        if (name.size > 0 && name.size == self->word.size &&
            memcmp(name.at, self->word.at, name.size) == 0) {
            to->of = i;
        }
    }
    if (to->of == self->count) {
        refuse(self, "no order of that name above");
        return;
    }
    advance(self);
    const plm_instrument *const row = &self->aux.run->instruments[self->step[to->of].request.sym];
    while (self->wrong == NULL && self->word.size > 0) {
        if (kind == STEP_AMEND && take(self, "px")) {
            to->request.px = number(self, row->px_scale, "no price of the instrument's scale");
        } else if (kind == STEP_AMEND && take(self, "qty")) {
            to->request.qty = number(self, row->qty_scale, "no quantity of the instrument's scale");
        } else if (kind == STEP_AMEND && take(self, "trigger")) {
            to->request.trigger_px =
                number(self, row->px_scale, "no price of the instrument's scale");
        } else {
            refuse(self, "not understood");
        }
    }
}

static void read_step(script *self, step *to)
{
    advance(self);
    read_time(self, to);
    if (self->wrong != NULL) {
        return;
    }
    if (self->count > 0 && to->at < self->step[self->count - 1].at) {
        refuse(self, "earlier than the line before");
    } else if (take(self, "buy")) {
        read_order(self, to, PLM_SIDE_BUY);
    } else if (take(self, "sell")) {
        read_order(self, to, PLM_SIDE_SELL);
    } else if (take(self, "cancel")) {
        read_change(self, to, STEP_CANCEL);
    } else if (take(self, "amend")) {
        read_change(self, to, STEP_AMEND);
    } else {
        refuse(self, "not buy, sell, cancel or amend");
    }
}

static void set_timer(const script *self)
{
    if (self->next < self->count) {
        plm_aux_timer(&self->aux, TIMER, self->step[self->next].at, 0);
    }
}

static plm_result start(script *self, plm_subscription *subscription)
{
    (void)subscription;
    const plm_host *const host = self->aux.host;
    plm_text text = {NULL, 0};
    text.at = host->param_text(host, "orders", &text.size);
    size_t lines = 1;
    for (size_t i = 0; i < text.size; i++) {
        lines += text.at[i] == '\n';
    }
    self->step = host->alloc(host, lines * sizeof(step), sizeof(int64_t));
    for (self->line = 1; plm_text_cut(&text, '\n', &self->rest); self->line++) {
        self->rest = plm_text_trim(self->rest);
        if (self->rest.size == 0 || self->rest.at[0] == '#') {
            continue;
        }
        read_step(self, &self->step[self->count]);
        if (self->wrong != NULL) {
            self->aux.result = PLM_RESULT_ERROR;
            return plm_text_fail(host, "script", self->line, self->wrong, self->word);
        }
        self->count++;
    }
    set_timer(self);
    return PLM_RESULT_OK;
}

static void carry_out(const script *self, step *what)
{
    const plm_host *const host = self->aux.host;
    const plm_order_request *const request = &what->request;
    plm_oid const oid = what->kind == STEP_SUBMIT ? 0 : self->step[what->of].oid;
    if (what->kind == STEP_SUBMIT) {
        what->oid = self->aux.trade->submit(host, request);
    } else if (what->kind == STEP_CANCEL) {
        (void)self->aux.trade->cancel(host, oid);
    } else {
        (void)self->aux.trade->amend(host, oid, request->px, request->qty, request->trigger_px);
    }
}

static plm_result on_report(script *self, const plm_report *report)
{
    if (report->kind == PLM_REPORT_TIMER) {
        plm_ts const now = *self->aux.views->now;
        for (; self->next < self->count && self->step[self->next].at <= now; self->next++) {
            carry_out(self, &self->step[self->next]);
        }
        set_timer(self);
    }
    return PLM_RESULT_OK;
}

PLM_AUX_STRATEGY(script, "script", "Script", "Sends the orders that stand in the run file.", params,
                 start, plm_aux_no_event, on_report);
