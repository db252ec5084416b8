/*
 * db_trade.c - one function per kind of record, each a list of the columns of its table in the
 * order of schema.sql; db_margin.c has the kinds of margin.
 */
#include <string.h>

#include "db_parts.h"
#include "record_words.h"

static void put_head(plm_row *row, const plm_record *record)
{
    plm_row_int(row, (int64_t)record->seq);
    plm_row_int(row, record->account);
    plm_row_int(row, record->ts);
}

static plm_status put_request(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    const plm_record_request *const request = &record->u.request;
    plm_row *const row = plm_db_row(self, PLM_DB_ORDER_EVENT);
    /* A conditional order without a reference goes by the last price. */
    bool const by_default = request->trigger != PLM_TRIGGER_NONE && request->trigger_by == 0;
    put_head(row, record);
    plm_row_text(row, plm_action_word(request->action));
    plm_row_int(row, plm_db_order(request->oid));
    plm_row_known(row, request->sym);
    plm_row_text(row, plm_db_word(plm_side_word(request->side)));
    plm_row_int(row, request->leg);
    plm_row_null(row); /* state */
    plm_row_null(row); /* reason */
    plm_row_text(row, plm_db_word(plm_order_type_word(request->type)));
    plm_row_text(row, request->type == PLM_ORDER_NONE ? NULL : plm_tif_word(request->tif));
    plm_row_text(row, plm_db_word(plm_order_flags_word(request->flags)));
    plm_row_text(row, plm_db_word(plm_trigger_word(request->trigger)));
    plm_row_text(row, plm_db_word(plm_key_word(by_default ? PLM_KEY_LAST : request->trigger_by)));
    plm_row_int(row, request->px);
    plm_row_int(row, request->qty);
    plm_row_null(row); /* left */
    plm_row_int(row, request->trigger_px);
    plm_row_int(row, request->trail);
    plm_row_int(row, (int64_t)request->tag);
    plm_row_int(row, request->arrives);
    return plm_db_put(self, PLM_DB_ORDER_EVENT, diag);
}

static plm_status put_order(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    const plm_record_order *const order = &record->u.order;
    plm_row *const row = plm_db_row(self, PLM_DB_ORDER_EVENT);
    put_head(row, record);
    plm_row_text(row, "state");
    plm_row_int(row, plm_db_order(order->oid));
    plm_row_known(row, order->sym);
    plm_row_text(row, plm_db_word(plm_side_word(order->side)));
    plm_row_int(row, order->leg);
    plm_row_text(row, plm_db_word(plm_state_word(order->state)));
    plm_row_text(row, plm_db_word(plm_reason_word(order->reason)));
    for (unsigned i = 0; i < 5; i++) { /* type .. trigger_by */
        plm_row_null(row);
    }
    plm_row_int(row, order->px);
    plm_row_int(row, order->qty);
    plm_row_int(row, order->left);
    plm_row_int(row, order->trigger_px);
    for (unsigned i = 0; i < 3; i++) { /* trail, tag, arrives_ns */
        plm_row_null(row);
    }
    return plm_db_put(self, PLM_DB_ORDER_EVENT, diag);
}

static plm_status put_fill(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    const plm_record_fill *const fill = &record->u.fill;
    plm_row *const row = plm_db_row(self, PLM_DB_FILL);
    uint32_t const episode = plm_db_acting_fill(self, record);
    put_head(row, record);
    plm_row_int(row, (int64_t)record->event);
    plm_row_int(row, plm_db_order(fill->oid));
    plm_row_known(row, episode == 0 ? UINT32_MAX : episode);
    plm_row_int(row, fill->sym);
    plm_row_text(row, plm_side_word(fill->side));
    plm_row_text(row, fill->maker != 0 ? "maker" : "taker");
    plm_row_int(row, fill->leg);
    plm_row_int(row, fill->px);
    plm_row_int(row, fill->qty);
    plm_row_int(row, fill->left);
    plm_row_int(row, fill->asset);
    plm_row_amount(row, fill->value);
    plm_row_amount(row, fill->fee);
    plm_row_amount(row, fill->realised);
    return plm_db_put(self, PLM_DB_FILL, diag);
}

static plm_status put_position(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    const plm_record_position *const position = &record->u.position;
    plm_row *const row = plm_db_row(self, PLM_DB_POSITION);
    put_head(row, record);
    plm_row_int(row, position->sym);
    plm_row_int(row, position->leg);
    plm_row_int(row, position->qty);
    plm_row_amount(row, position->cost);
    plm_row_amount(row, position->realised);
    return plm_db_put(self, PLM_DB_POSITION, diag);
}

static plm_status put_posting(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    const plm_record_posting *const posting = &record->u.posting;
    plm_row *const row = plm_db_row(self, PLM_DB_POSTING);
    uint32_t const episode = plm_db_acting_posting(self, record);
    put_head(row, record);
    plm_row_int(row, (int64_t)record->event);
    plm_row_known(row, episode == 0 ? UINT32_MAX : episode);
    plm_row_text(row, plm_book_word(posting->book));
    plm_row_text(row, plm_cause_word(posting->cause));
    plm_row_int(row, posting->asset);
    plm_row_known(row, posting->sym);
    plm_row_amount(row, posting->amount);
    plm_row_amount(row, posting->balance);
    return plm_db_put(self, PLM_DB_POSTING, diag);
}

static plm_status put_funding(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    const plm_record_funding *const funding = &record->u.funding;
    plm_row *const row = plm_db_row(self, PLM_DB_FUNDING);
    put_head(row, record);
    plm_row_int(row, funding->sym);
    plm_row_int(row, funding->leg);
    plm_row_int(row, funding->rate);
    plm_row_int(row, funding->px);
    plm_row_int(row, funding->qty);
    plm_row_int(row, funding->asset);
    plm_row_amount(row, funding->amount);
    return plm_db_put(self, PLM_DB_FUNDING, diag);
}

static plm_status put_settled(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    const plm_record_settled *const settled = &record->u.settled;
    plm_row *const row = plm_db_row(self, PLM_DB_SETTLEMENT);
    put_head(row, record);
    plm_row_int(row, settled->sym);
    plm_row_int(row, settled->leg);
    plm_row_int(row, settled->px);
    plm_row_int(row, settled->qty);
    plm_row_int(row, settled->asset);
    plm_row_amount(row, settled->realised);
    return plm_db_put(self, PLM_DB_SETTLEMENT, diag);
}

static plm_status put_note(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    char text[PLM_NOTE_CAP + 1];
    bool const stopped = record->kind == PLM_RECORD_STOPPED;
    plm_row *const row = plm_db_row(self, PLM_DB_NOTE);
    memcpy(text, record->u.note, PLM_NOTE_CAP);
    text[PLM_NOTE_CAP] = '\0';
    put_head(row, record);
    plm_row_text(row, stopped ? NULL : text);
    return plm_db_put(self, PLM_DB_NOTE, diag);
}

plm_status plm_db_trade(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    switch ((plm_record_kind)record->kind) {
    case PLM_RECORD_REQUEST:
        return self->options.with_orders ? put_request(self, record, diag) : PLM_OK;
    case PLM_RECORD_ORDER:
        return self->options.with_orders ? put_order(self, record, diag) : PLM_OK;
    case PLM_RECORD_FILL:
        return put_fill(self, record, diag);
    case PLM_RECORD_POSITION:
        return put_position(self, record, diag);
    case PLM_RECORD_POSTING:
        return put_posting(self, record, diag);
    case PLM_RECORD_FUNDING:
        return put_funding(self, record, diag);
    case PLM_RECORD_SETTLED:
        return put_settled(self, record, diag);
    case PLM_RECORD_NOTE:
    case PLM_RECORD_STOPPED:
        return put_note(self, record, diag);
    case PLM_RECORD_NONE:
    case PLM_RECORD_SAMPLE:
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
    case PLM_RECORD_PRICE:
    case PLM_RECORD_KIND_COUNT:
        break;
    }
    return PLM_END;
}
