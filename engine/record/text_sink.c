/*
 * text_sink.c - one function per kind of record, each a list of its fields in the order of
 * docs/log.md; text_margin.c has the kinds of margin.
 */
#include "text_sink.h"

#include <string.h>

#include "digest.h"
#include "memory.h"
#include "text_line.h"

typedef struct text_sink {
    plm_sink sink;
    uint64_t records;
    plm_text text;
} text_sink;

/* -- kinds ----------------------------------------------------------------------------------- */

static void put_request(plm_text *self, const plm_record_request *request)
{
    /* A conditional order without a reference goes by the last price. */
    bool const by_default = request->trigger != PLM_TRIGGER_NONE && request->trigger_by == 0;
    unsigned const by = by_default ? PLM_KEY_LAST : request->trigger_by;
    plm_text_word(self, "action", plm_action_word(request->action));
    plm_text_count(self, "oid", request->oid);
    plm_text_scaled(self, "arrives", request->arrives, 0);
    plm_text_sym(self, "sym", request->sym);
    plm_text_word(self, "side", plm_side_word(request->side));
    plm_text_word(self, "type", plm_order_type_word(request->type));
    plm_text_word(self, "tif", plm_tif_word(request->tif));
    plm_text_word(self, "flags", plm_order_flags_word(request->flags));
    plm_text_word(self, "trigger", plm_trigger_word(request->trigger));
    plm_text_word(self, "by", plm_key_word(by));
    plm_text_count(self, "leg", request->leg);
    plm_text_px(self, "px", request->sym, request->px);
    plm_text_qty(self, "qty", request->sym, request->qty);
    plm_text_px(self, "trigger_px", request->sym, request->trigger_px);
    plm_text_px(self, "trail", request->sym, request->trail);
    plm_text_count(self, "group", request->group);
    plm_text_count(self, "tag", request->tag);
}

static void put_order(plm_text *self, const plm_record_order *order)
{
    plm_text_count(self, "oid", order->oid);
    plm_text_sym(self, "sym", order->sym);
    plm_text_word(self, "side", plm_side_word(order->side));
    plm_text_word(self, "state", plm_state_word(order->state));
    plm_text_word(self, "reason", plm_reason_word(order->reason));
    plm_text_px(self, "px", order->sym, order->px);
    plm_text_qty(self, "qty", order->sym, order->qty);
    plm_text_qty(self, "left", order->sym, order->left);
    plm_text_px(self, "trigger_px", order->sym, order->trigger_px);
    plm_text_count(self, "leg", order->leg);
}

static void put_fill(plm_text *self, const plm_record_fill *fill)
{
    plm_text_count(self, "oid", fill->oid);
    plm_text_sym(self, "sym", fill->sym);
    plm_text_word(self, "side", plm_side_word(fill->side));
    plm_text_word(self, "role", fill->maker != 0 ? "maker" : "taker");
    plm_text_count(self, "leg", fill->leg);
    plm_text_px(self, "px", fill->sym, fill->px);
    plm_text_qty(self, "qty", fill->sym, fill->qty);
    plm_text_qty(self, "left", fill->sym, fill->left);
    plm_text_amount(self, "value", fill->value);
    plm_text_amount(self, "fee", fill->fee);
    plm_text_amount(self, "realised", fill->realised);
    plm_text_asset(self, "asset", fill->asset);
}

static void put_position(plm_text *self, const plm_record_position *position)
{
    plm_text_sym(self, "sym", position->sym);
    plm_text_count(self, "leg", position->leg);
    plm_text_qty(self, "qty", position->sym, position->qty);
    plm_text_amount(self, "cost", position->cost);
    plm_text_amount(self, "realised", position->realised);
}

static void put_posting(plm_text *self, const plm_record_posting *posting)
{
    plm_text_word(self, "book", plm_book_word(posting->book));
    plm_text_asset(self, "asset", posting->asset);
    plm_text_word(self, "cause", plm_cause_word(posting->cause));
    plm_text_amount(self, "amount", posting->amount);
    plm_text_amount(self, "balance", posting->balance);
    plm_text_sym(self, "sym", posting->sym);
}

static void put_funding(plm_text *self, const plm_record_funding *funding)
{
    plm_text_sym(self, "sym", funding->sym);
    plm_text_count(self, "leg", funding->leg);
    plm_text_scaled(self, "rate", funding->rate, PLM_RATE_SCALE);
    plm_text_px(self, "px", funding->sym, funding->px);
    plm_text_qty(self, "qty", funding->sym, funding->qty);
    plm_text_amount(self, "amount", funding->amount);
    plm_text_asset(self, "asset", funding->asset);
}

static void put_settled(plm_text *self, const plm_record_settled *settled)
{
    plm_text_sym(self, "sym", settled->sym);
    plm_text_count(self, "leg", settled->leg);
    plm_text_px(self, "px", settled->sym, settled->px);
    plm_text_qty(self, "qty", settled->sym, settled->qty);
    plm_text_amount(self, "realised", settled->realised);
    plm_text_asset(self, "asset", settled->asset);
}

static void put_sample(plm_text *self, const plm_record_sample *sample)
{
    plm_text_amount(self, "nav", sample->nav);
    plm_text_amount(self, "unrealised", sample->unrealised);
    plm_text_asset(self, "asset", sample->asset);
    plm_text_count(self, "priced", sample->priced);
    plm_text_word(self, "at", plm_sample_word(sample->at));
}

static void put_price(plm_text *self, const plm_record_price *price)
{
    plm_text_sym(self, "sym", price->sym);
    plm_text_px2(self, "px", price->sym, price->px2);
}

/* The text is a plug-in's: a control character must not break the line. */
static void put_note(plm_text *self, const char note[PLM_NOTE_CAP])
{
    char text[PLM_NOTE_CAP];
    size_t size = 0;
    for (; size < PLM_NOTE_CAP && note[size] != '\0'; size++) {
        unsigned const byte = (uint8_t)note[size];
        text[size] = byte < 0x20 || byte == 0x7f ? '?' : note[size];
    }
    plm_text_field(self, "text");
    plm_text_put_bytes(self, text, size);
}

/* Whether it is one of the kinds of this file. */
static bool put_fields(plm_text *self, const plm_record *record)
{
    switch ((plm_record_kind)record->kind) {
    case PLM_RECORD_REQUEST:
        put_request(self, &record->u.request);
        return true;
    case PLM_RECORD_ORDER:
        put_order(self, &record->u.order);
        return true;
    case PLM_RECORD_FILL:
        put_fill(self, &record->u.fill);
        return true;
    case PLM_RECORD_POSITION:
        put_position(self, &record->u.position);
        return true;
    case PLM_RECORD_POSTING:
        put_posting(self, &record->u.posting);
        return true;
    case PLM_RECORD_FUNDING:
        put_funding(self, &record->u.funding);
        return true;
    case PLM_RECORD_SETTLED:
        put_settled(self, &record->u.settled);
        return true;
    case PLM_RECORD_SAMPLE:
        put_sample(self, &record->u.sample);
        return true;
    case PLM_RECORD_PRICE:
        put_price(self, &record->u.price);
        return true;
    case PLM_RECORD_NOTE:
        put_note(self, record->u.note);
        return true;
    case PLM_RECORD_STOPPED:
        return true;
    case PLM_RECORD_NONE:
    case PLM_RECORD_MARGIN:
    case PLM_RECORD_CONTRIBUTION:
    case PLM_RECORD_CALL:
    case PLM_RECORD_LIQUIDATION:
    case PLM_RECORD_STAGE:
    case PLM_RECORD_COUNTERPARTY:
    case PLM_RECORD_INTEREST:
    case PLM_RECORD_RULE:
    case PLM_RECORD_COLLATERAL:
    case PLM_RECORD_MARGIN_REQUEST:
    case PLM_RECORD_LOWEST:
    case PLM_RECORD_KIND_COUNT:
        break;
    }
    return false;
}

static void put_record(plm_text *self, const plm_record *record)
{
    bool const known = record->account < self->names->account_count;
    plm_text_put_i128(self, record->seq, 0);
    plm_text_put(self, " ");
    plm_text_put_i128(self, record->ts, 0);
    plm_text_put(self, " ");
    plm_text_put_i128(self, record->event, 0);
    plm_text_put(self, " ");
    plm_text_put(self, known ? self->names->accounts[record->account] : "-");
    plm_text_put(self, " ");
    plm_text_put(self, plm_record_kind_word(record->kind));
    if (!put_fields(self, record)) {
        (void)plm_text_margin_fields(self, record);
    }
    plm_text_put(self, "\n");
}

/* -- the sink -------------------------------------------------------------------------------- */

static plm_status text_sink_write(plm_sink *sink, const plm_record *records, size_t count,
                                  plm_diag *diag)
{
    text_sink *const self = sink->impl;
    plm_text *const text = &self->text;
    text->diag = diag;
    text->status = PLM_OK;
    for (size_t i = 0; i < count; i++) {
        put_record(text, &records[i]);
    }
    self->records += count;
    plm_text_flush(text);
    return text->status;
}

static plm_status text_sink_finish(plm_sink *sink, const uint8_t digest[32], plm_diag *diag)
{
    text_sink *const self = sink->impl;
    char hex[PLM_DIGEST_TEXT_CAP];
    plm_digest_text(digest, hex);
    plm_text *const text = &self->text;
    text->diag = diag;
    text->status = PLM_OK;
    plm_text_put(text, "end ");
    plm_text_put_i128(text, self->records, 0);
    plm_text_put(text, " ");
    plm_text_put(text, hex);
    plm_text_put(text, "\n");
    plm_text_flush(text);
    return text->status;
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
    self->text.names = names;
    self->text.write = write;
    self->text.target = target;
    return &self->sink;
}
