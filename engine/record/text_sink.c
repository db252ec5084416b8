/*
 * text_sink.c - one function per kind of record, each a list of its fields in the order of
 * docs/log.md.
 */
#include "text_sink.h"

#include <string.h>

#include "decimal.h"
#include "digest.h"
#include "memory.h"

#define BUFFER_SIZE 65536u

typedef struct text_sink {
    plm_sink sink;
    const plm_log_names *names;
    plm_text_write write;
    void *target;
    plm_status status; /* of the write at hand */
    plm_diag *diag;    /* of the call at hand */
    uint64_t records;
    size_t used;
    char buffer[BUFFER_SIZE];
} text_sink;

/* -- words ----------------------------------------------------------------------------------- */

static const char *const REASONS[PLM_REASON_COUNT] = {
    [PLM_REASON_NONE] = "-",
    [PLM_REASON_USER] = "user",
    [PLM_REASON_BAD_REQUEST] = "bad_request",
    [PLM_REASON_NOT_TRADED] = "not_traded",
    [PLM_REASON_HALTED] = "halted",
    [PLM_REASON_CLOSED] = "closed",
    [PLM_REASON_TICK] = "tick",
    [PLM_REASON_LOT] = "lot",
    [PLM_REASON_NOTIONAL] = "notional",
    [PLM_REASON_REDUCE_ONLY] = "reduce_only",
    [PLM_REASON_POST_ONLY] = "post_only",
    [PLM_REASON_NO_LIQUIDITY] = "no_liquidity",
    [PLM_REASON_FOK] = "fok",
    [PLM_REASON_BALANCE] = "balance",
    [PLM_REASON_OCO] = "oco",
    [PLM_REASON_UNKNOWN_ORDER] = "unknown_order",
    [PLM_REASON_LIMIT] = "limit",
    [PLM_REASON_LIQUIDATION] = "liquidation",
};

static const char *const STATES[PLM_STATE_COUNT] = {
    [PLM_STATE_NONE] = "-",           [PLM_STATE_SENT] = "sent",
    [PLM_STATE_WAITING] = "waiting",  [PLM_STATE_OPEN] = "open",
    [PLM_STATE_FILLED] = "filled",    [PLM_STATE_CANCELLED] = "cancelled",
    [PLM_STATE_REJECTED] = "rejected"};

static const char *const CAUSES[PLM_CAUSE_COUNT] = {
    [PLM_CAUSE_NONE] = "-",          [PLM_CAUSE_REALISED_PNL] = "realised_pnl",
    [PLM_CAUSE_FEE] = "fee",         [PLM_CAUSE_FUNDING] = "funding",
    [PLM_CAUSE_TRADE] = "trade",     [PLM_CAUSE_EXPIRY] = "expiry",
    [PLM_CAUSE_DEPOSIT] = "deposit", [PLM_CAUSE_WITHDRAWAL] = "withdrawal",
};

static const char *const BOOKS[PLM_BOOK_KIND_COUNT] = {
    [PLM_BOOK_NONE] = "-",           [PLM_BOOK_ACCOUNT] = "account",
    [PLM_BOOK_MARKET] = "market",    [PLM_BOOK_FEES] = "fees",
    [PLM_BOOK_FUNDING] = "funding",  [PLM_BOOK_EXTERNAL] = "external",
    [PLM_BOOK_ROUNDING] = "rounding"};

static const char *const KINDS[PLM_RECORD_KIND_COUNT] = {
    [PLM_RECORD_NONE] = "-",
    [PLM_RECORD_REQUEST] = "request",
    [PLM_RECORD_ORDER] = "order",
    [PLM_RECORD_FILL] = "fill",
    [PLM_RECORD_POSITION] = "position",
    [PLM_RECORD_POSTING] = "posting",
    [PLM_RECORD_FUNDING] = "funding",
    [PLM_RECORD_SETTLED] = "settled",
    [PLM_RECORD_SAMPLE] = "sample",
    [PLM_RECORD_NOTE] = "note",
    [PLM_RECORD_STOPPED] = "stopped",
};

static const char *const ACTIONS[] = {"-", "submit", "amend", "cancel"};
static const char *const SIDES[] = {"-", "buy", "sell"};
static const char *const TYPES[] = {"-", "market", "limit"};
static const char *const TIFS[] = {"gtc", "ioc", "fok"};
static const char *const FLAGS[] = {"-", "post_only", "reduce_only", "post_only+reduce_only"};
static const char *const TRIGGERS[] = {"-", "stop", "take", "trail"};
static const char *const KEYS[] = {"-", "bid", "ask", "last", "mark", "index"};

#define WORD(words, value) word_of(words, sizeof(words) / sizeof(words)[0], value)

/* A strategy may ask for what does not exist; that is refused, and logged. */
static const char *word_of(const char *const *words, size_t count, unsigned value)
{
    return value < count ? words[value] : "unknown";
}

const char *plm_reason_word(unsigned reason)
{
    return WORD(REASONS, reason);
}

const char *plm_state_word(unsigned state)
{
    return WORD(STATES, state);
}

const char *plm_cause_word(unsigned cause)
{
    return WORD(CAUSES, cause);
}

/* -- text ------------------------------------------------------------------------------------ */

static void flush(text_sink *self)
{
    if (self->used > 0 && self->status == PLM_OK) {
        self->status = self->write(self->target, self->buffer, self->used, self->diag);
    }
    self->used = 0;
}

static void put_bytes(text_sink *self, const char *bytes, size_t size)
{
    while (size > 0) {
        if (self->used == BUFFER_SIZE) {
            flush(self);
        }
        size_t const room = BUFFER_SIZE - self->used;
        size_t const part = size < room ? size : room;
        memcpy(&self->buffer[self->used], bytes, part);
        self->used += part;
        bytes += part;
        size -= part;
    }
}

static void put(text_sink *self, const char *text)
{
    put_bytes(self, text, strlen(text));
}

static void put_i128(text_sink *self, plm_i128 value, unsigned scale)
{
    char text[PLM_DECIMAL_TEXT_CAP];
    put_bytes(self, text, plm_decimal_format_i128(value, scale, text));
}

/* " name=": every field begins so. */
static void name(text_sink *self, const char *field)
{
    put(self, " ");
    put(self, field);
    put(self, "=");
}

static void field_word(text_sink *self, const char *field, const char *word)
{
    name(self, field);
    put(self, word);
}

static void field_count(text_sink *self, const char *field, uint64_t value)
{
    name(self, field);
    put_i128(self, value, 0);
}

static void field_scaled(text_sink *self, const char *field, int64_t value, unsigned scale)
{
    name(self, field);
    put_i128(self, value, scale);
}

static void field_amount(text_sink *self, const char *field, plm_amount amount)
{
    name(self, field);
    put_i128(self, (plm_i128)((plm_u128)(uint64_t)amount.hi << 64 | amount.lo), PLM_MONEY_SCALE);
}

static void field_sym(text_sink *self, uint32_t sym)
{
    bool const known = sym < self->names->sym_count;
    field_word(self, "sym", known ? self->names->instruments[sym].symbol : "-");
}

static void field_asset(text_sink *self, uint32_t asset)
{
    field_word(self, "asset", asset < self->names->asset_count ? self->names->assets[asset] : "-");
}

/* Prices and quantities of no known instrument stay the integers that they are. */
static unsigned px_scale(const text_sink *self, uint32_t sym)
{
    return sym < self->names->sym_count ? self->names->instruments[sym].px_scale : 0;
}

static unsigned qty_scale(const text_sink *self, uint32_t sym)
{
    return sym < self->names->sym_count ? self->names->instruments[sym].qty_scale : 0;
}

static void field_px(text_sink *self, const char *field, uint32_t sym, plm_px px)
{
    field_scaled(self, field, px, px_scale(self, sym));
}

static void field_qty(text_sink *self, const char *field, uint32_t sym, plm_qty qty)
{
    field_scaled(self, field, qty, qty_scale(self, sym));
}

/* -- kinds ----------------------------------------------------------------------------------- */

static void put_request(text_sink *self, const plm_record_request *request)
{
    /* A conditional order without a reference goes by the last price. */
    bool const by_default = request->trigger != PLM_TRIGGER_NONE && request->trigger_by == 0;
    unsigned const by = by_default ? PLM_KEY_LAST : request->trigger_by;
    field_word(self, "action", WORD(ACTIONS, request->action));
    field_count(self, "oid", request->oid);
    field_scaled(self, "arrives", request->arrives, 0);
    field_sym(self, request->sym);
    field_word(self, "side", WORD(SIDES, request->side));
    field_word(self, "type", WORD(TYPES, request->type));
    field_word(self, "tif", WORD(TIFS, request->tif));
    field_word(self, "flags", WORD(FLAGS, request->flags));
    field_word(self, "trigger", WORD(TRIGGERS, request->trigger));
    field_word(self, "by", WORD(KEYS, by));
    field_count(self, "leg", request->leg);
    field_px(self, "px", request->sym, request->px);
    field_qty(self, "qty", request->sym, request->qty);
    field_px(self, "trigger_px", request->sym, request->trigger_px);
    field_px(self, "trail", request->sym, request->trail);
    field_count(self, "group", request->group);
    field_count(self, "tag", request->tag);
}

static void put_order(text_sink *self, const plm_record_order *order)
{
    field_count(self, "oid", order->oid);
    field_sym(self, order->sym);
    field_word(self, "side", WORD(SIDES, order->side));
    field_word(self, "state", plm_state_word(order->state));
    field_word(self, "reason", plm_reason_word(order->reason));
    field_px(self, "px", order->sym, order->px);
    field_qty(self, "qty", order->sym, order->qty);
    field_qty(self, "left", order->sym, order->left);
    field_px(self, "trigger_px", order->sym, order->trigger_px);
    field_count(self, "leg", order->leg);
}

static void put_fill(text_sink *self, const plm_record_fill *fill)
{
    field_count(self, "oid", fill->oid);
    field_sym(self, fill->sym);
    field_word(self, "side", WORD(SIDES, fill->side));
    field_word(self, "role", fill->maker != 0 ? "maker" : "taker");
    field_count(self, "leg", fill->leg);
    field_px(self, "px", fill->sym, fill->px);
    field_qty(self, "qty", fill->sym, fill->qty);
    field_qty(self, "left", fill->sym, fill->left);
    field_amount(self, "value", fill->value);
    field_amount(self, "fee", fill->fee);
    field_amount(self, "realised", fill->realised);
    field_asset(self, fill->asset);
}

static void put_position(text_sink *self, const plm_record_position *position)
{
    field_sym(self, position->sym);
    field_count(self, "leg", position->leg);
    field_qty(self, "qty", position->sym, position->qty);
    field_amount(self, "cost", position->cost);
    field_amount(self, "realised", position->realised);
}

static void put_posting(text_sink *self, const plm_record_posting *posting)
{
    field_word(self, "book", WORD(BOOKS, posting->book));
    field_asset(self, posting->asset);
    field_word(self, "cause", plm_cause_word(posting->cause));
    field_amount(self, "amount", posting->amount);
    field_amount(self, "balance", posting->balance);
    field_sym(self, posting->sym);
}

static void put_funding(text_sink *self, const plm_record_funding *funding)
{
    field_sym(self, funding->sym);
    field_count(self, "leg", funding->leg);
    field_scaled(self, "rate", funding->rate, PLM_RATE_SCALE);
    field_px(self, "px", funding->sym, funding->px);
    field_qty(self, "qty", funding->sym, funding->qty);
    field_amount(self, "amount", funding->amount);
    field_asset(self, funding->asset);
}

static void put_settled(text_sink *self, const plm_record_settled *settled)
{
    field_sym(self, settled->sym);
    field_count(self, "leg", settled->leg);
    field_px(self, "px", settled->sym, settled->px);
    field_qty(self, "qty", settled->sym, settled->qty);
    field_amount(self, "realised", settled->realised);
    field_asset(self, settled->asset);
}

static void put_sample(text_sink *self, const plm_record_sample *sample)
{
    field_amount(self, "nav", sample->nav);
    field_amount(self, "unrealised", sample->unrealised);
    field_asset(self, sample->asset);
    field_count(self, "priced", sample->priced);
    field_count(self, "last", sample->last);
}

/* The text is a plug-in's: a control character must not break the line. */
static void put_note(text_sink *self, const char note[PLM_NOTE_CAP])
{
    char text[PLM_NOTE_CAP];
    size_t size = 0;
    for (; size < PLM_NOTE_CAP && note[size] != '\0'; size++) {
        unsigned const byte = (uint8_t)note[size];
        text[size] = byte < 0x20 || byte == 0x7f ? '?' : note[size];
    }
    name(self, "text");
    put_bytes(self, text, size);
}

static void put_record(text_sink *self, const plm_record *record)
{
    bool const known = record->account < self->names->account_count;
    put_i128(self, record->seq, 0);
    put(self, " ");
    put_i128(self, record->ts, 0);
    put(self, " ");
    put_i128(self, record->event, 0);
    put(self, " ");
    put(self, known ? self->names->accounts[record->account] : "-");
    put(self, " ");
    put(self, WORD(KINDS, record->kind));
    switch ((plm_record_kind)record->kind) {
    case PLM_RECORD_REQUEST:
        put_request(self, &record->u.request);
        break;
    case PLM_RECORD_ORDER:
        put_order(self, &record->u.order);
        break;
    case PLM_RECORD_FILL:
        put_fill(self, &record->u.fill);
        break;
    case PLM_RECORD_POSITION:
        put_position(self, &record->u.position);
        break;
    case PLM_RECORD_POSTING:
        put_posting(self, &record->u.posting);
        break;
    case PLM_RECORD_FUNDING:
        put_funding(self, &record->u.funding);
        break;
    case PLM_RECORD_SETTLED:
        put_settled(self, &record->u.settled);
        break;
    case PLM_RECORD_SAMPLE:
        put_sample(self, &record->u.sample);
        break;
    case PLM_RECORD_NOTE:
        put_note(self, record->u.note);
        break;
    case PLM_RECORD_NONE:
    case PLM_RECORD_STOPPED:
    case PLM_RECORD_KIND_COUNT:
        break;
    }
    put(self, "\n");
}

/* -- the sink -------------------------------------------------------------------------------- */

static plm_status text_sink_write(plm_sink *sink, const plm_record *records, size_t count,
                                  plm_diag *diag)
{
    text_sink *const self = sink->impl;
    self->diag = diag;
    self->status = PLM_OK;
    for (size_t i = 0; i < count; i++) {
        put_record(self, &records[i]);
    }
    self->records += count;
    flush(self);
    return self->status;
}

static plm_status text_sink_finish(plm_sink *sink, const uint8_t digest[32], plm_diag *diag)
{
    text_sink *const self = sink->impl;
    char text[PLM_DIGEST_TEXT_CAP];
    plm_digest_text(digest, text);
    self->diag = diag;
    self->status = PLM_OK;
    put(self, "end ");
    put_i128(self, self->records, 0);
    put(self, " ");
    put(self, text);
    put(self, "\n");
    flush(self);
    return self->status;
}

static void text_sink_destroy(plm_sink *sink)
{
    if (sink != NULL) {
        plm_free(sink->impl);
    }
}

plm_sink *plm_text_sink_create(const plm_log_names *names, plm_text_write write, void *target)
{
    text_sink *const self = plm_alloc(1, sizeof *self);
    self->sink = (plm_sink){.impl = self,
                            .write = text_sink_write,
                            .finish = text_sink_finish,
                            .destroy = text_sink_destroy};
    self->names = names;
    self->write = write;
    self->target = target;
    return &self->sink;
}
