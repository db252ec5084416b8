/*
 * journal.c - what happened becomes a record, and a report on its way to the strategy.
 */
#include <string.h>

#include "check.h"
#include "core.h"

static plm_record *next_record(plm_core *core, uint32_t account, plm_record_kind kind)
{
    return plm_recorder_next(core->recorder, core->now, core->events, account, kind);
}

/* -- records --------------------------------------------------------------------------------- */

/* The instrument of an order that rests, waits, or is on its way; else PLM_NO_SYM. */
static uint32_t find_sym(const plm_core *core, const plm_outgoing *what)
{
    const plm_order *const order =
        plm_order_pool_find(plm_venue_orders(core->venue), what->account, what->oid);
    if (order != NULL) {
        return order->sym;
    }
    for (uint32_t i = 0; i < core->requests.count; i++) {
        const plm_outgoing *const sent =
            plm_slots_at(&core->request_slots, core->requests.heap[i].slot);
        if (sent->account == what->account && sent->oid == what->oid &&
            sent->kind == PLM_OUTGOING_SUBMIT) {
            return sent->request.sym;
        }
    }
    return PLM_NO_SYM;
}

void plm_journal_request(plm_core *core, const plm_outgoing *what, plm_ts arrives)
{
    plm_record *const record = next_record(core, what->account, PLM_RECORD_REQUEST);
    const plm_order_request *const request = &what->request;
    plm_action action = PLM_ACTION_SUBMIT;
    if (what->kind != PLM_OUTGOING_SUBMIT) {
        action = what->kind == PLM_OUTGOING_AMEND ? PLM_ACTION_AMEND : PLM_ACTION_CANCEL;
    }
    record->u.request = (plm_record_request){
        .oid = what->oid,
        .arrives = arrives,
        .px = request->px,
        .qty = request->qty,
        .trigger_px = request->trigger_px,
        .trail = request->trail,
        .tag = request->tag,
        .sym = action == PLM_ACTION_SUBMIT ? request->sym : find_sym(core, what),
        .group = request->group,
        .action = (uint8_t)action,
        .side = request->side,
        .type = request->type,
        .tif = request->tif,
        .flags = request->flags,
        .trigger = request->trigger,
        .trigger_by = request->trigger_by,
        .leg = request->leg,
    };
}

void plm_journal_order(plm_core *core, const plm_order *order, plm_reason reason)
{
    plm_record *const record = next_record(core, order->account, PLM_RECORD_ORDER);
    record->u.order = (plm_record_order){
        .oid = order->oid,
        .px = order->px,
        .qty = order->qty,
        .left = order->left,
        .trigger_px = order->trigger_px,
        .sym = order->sym,
        .state = order->state,
        .reason = (uint8_t)reason,
        .side = order->side,
        .leg = order->leg,
    };
}

void plm_journal_fill(plm_core *core, const plm_order *order, const plm_trade *trade,
                      const plm_booked *booked, bool maker)
{
    plm_record *const record = next_record(core, order->account, PLM_RECORD_FILL);
    record->u.fill = (plm_record_fill){
        .oid = order->oid,
        .px = trade->px,
        .qty = trade->qty,
        .left = order->left,
        .value = plm_amount_of(booked->value),
        .fee = plm_amount_of(booked->fee),
        .realised = plm_amount_of(booked->realised),
        .sym = order->sym,
        .asset = booked->asset,
        .side = order->side,
        .maker = maker,
        .leg = order->leg,
    };
}

void plm_journal_postings(plm_core *core, uint32_t account, const plm_postings *postings,
                          uint32_t sym)
{
    for (uint32_t i = 0; i < postings->count; i++) {
        const plm_entry_line *const line = &postings->line[i];
        /* What another account pays is told of that one. */
        uint32_t const owner = line->book < core->ledger.account_count ? line->book : account;
        plm_record *const record = next_record(core, owner, PLM_RECORD_POSTING);
        plm_sample_note(core, owner);
        record->u.posting = (plm_record_posting){
            .amount = plm_amount_of(line->amount),
            .balance = plm_amount_of(line->after),
            .asset = line->asset,
            .sym = sym,
            .book = (uint8_t)plm_ledger_kind(&core->ledger, line->book),
            .cause = line->cause,
        };
    }
}

void plm_journal_position(plm_core *core, const plm_seat *seat, uint32_t place)
{
    plm_record *const record = next_record(core, seat->account.index, PLM_RECORD_POSITION);
    const plm_position *const position = &seat->account.position[place];
    core->is_traded[place / 2] = true;
    record->u.position = (plm_record_position){
        .qty = position->qty,
        .cost = plm_amount_of(position->cost),
        .realised = plm_amount_of(position->realised),
        .sym = place / 2,
        .leg = plm_core_leg(core, seat, place),
    };
}

void plm_journal_note(plm_core *core, uint32_t account, plm_record_kind kind, const char *text)
{
    plm_record *const record = next_record(core, account, kind);
    if (text != NULL) {
        size_t const size = strnlen(text, PLM_NOTE_CAP - 1);
        memcpy(record->u.note, text, size);
    }
}

/* -- reports --------------------------------------------------------------------------------- */

/* Under a rulebook: the balance with that of isolated pools, of which these and orders hold some.
 */
static plm_status show_margined(plm_core *core, plm_seat *seat, uint32_t asset, plm_diag *diag)
{
    plm_money balance = plm_ledger_balance(&core->ledger, seat->account.index, asset);
    plm_money held = seat->account.order_hold[asset];
    for (uint32_t i = 0; i < seat->isolated_count; i++) {
        const plm_pool *const pool = &core->guard.pool[seat->first_pool + i];
        if (pool->name.unit != asset) {
            continue;
        }
        plm_money const own = plm_ledger_balance(&core->ledger, pool->book, asset);
        if (!plm_money_add(balance, own, &balance) || !plm_money_add(held, own, &held)) {
            return PLM_OVERFLOW(core, diag, seat, "what is held");
        }
    }
    seat->shown_cash[asset] =
        (plm_cash_view){.balance = plm_amount_of(balance), .held = plm_amount_of(held)};
    return PLM_OK;
}

/* Balance, and what positions and orders hold of it. */
plm_status plm_journal_show_cash(plm_core *core, plm_seat *seat, uint32_t asset, plm_diag *diag)
{
    if (seat->pool_count > 0) {
        return show_margined(core, seat, asset, diag);
    }
    plm_money free;
    plm_money held;
    plm_money const balance = plm_ledger_balance(&core->ledger, seat->account.index, asset);
    if (!plm_plain_free(&seat->plain, &seat->account, &core->ledger, asset, &free) ||
        !plm_money_sub(balance, free, &held)) {
        return PLM_OVERFLOW(core, diag, seat, "what is held");
    }
    seat->shown_cash[asset] =
        (plm_cash_view){.balance = plm_amount_of(balance), .held = plm_amount_of(held)};
    return PLM_OK;
}

plm_status plm_journal_show(plm_core *core, plm_seat *seat, uint32_t place, uint32_t asset,
                            plm_diag *diag)
{
    plm_account_show_position(&seat->account, place, &seat->shown_position[place]);
    return plm_journal_show_cash(core, seat, asset, diag);
}

plm_status plm_journal_report(plm_core *core, plm_seat *seat, const plm_report *report,
                              uint32_t place, const uint32_t *assets, uint32_t asset_count,
                              plm_diag *diag)
{
    plm_assert(asset_count <= 2);
    if (place != UINT32_MAX) {
        plm_account_show_position(&seat->account, place, &seat->shown_position[place]);
    }
    for (uint32_t i = 0; i < asset_count; i++) {
        PLM_TRY(plm_journal_show_cash(core, seat, assets[i], diag));
    }
    if (seat->instance == NULL) {
        return PLM_OK;
    }
    uint32_t const slot = plm_slots_take(&core->letter_slots);
    plm_letter *const letter = plm_slots_at(&core->letter_slots, slot);
    letter->report = *report;
    letter->place = place;
    if (place != UINT32_MAX) {
        letter->position = seat->shown_position[place];
    }
    letter->assets = asset_count;
    for (uint32_t i = 0; i < asset_count; i++) {
        letter->asset[i] = assets[i];
        letter->cash[i] = seat->shown_cash[assets[i]];
    }
    /* All accounts' reports of one time are heard in the order in which they came about. */
    plm_due const due = {.at = plm_lane_send(&seat->reports, core->now),
                         .account = 0,
                         .slot = slot,
                         .number = ++core->letters};
    letter->account = seat->account.index;
    if (!plm_clock_add(&core->reports, due)) {
        return plm_fail(diag, PLM_ERR_RUN,
                        "more than %u reports are on their way; at most that many are allowed",
                        PLM_CLOCK_ITEMS_MAX);
    }
    return PLM_OK;
}

plm_report plm_journal_about(const plm_core *core, const plm_order *order, plm_report_kind kind)
{
    return (plm_report){
        .ts = core->now,
        .oid = order->oid,
        .tag = order->tag,
        .sym = order->sym,
        .kind = (uint8_t)kind,
        .state = order->state,
        .side = order->side,
        .px = order->px,
        .qty = order->qty,
        .left = order->left,
        .leg = order->leg,
    };
}

plm_status plm_journal_tell(plm_core *core, const plm_order *order, plm_reason reason,
                            plm_diag *diag)
{
    plm_seat *const seat = &core->seat[order->account];
    const plm_contract *const contract = &core->contracts->contract[order->sym];
    plm_report report = plm_journal_about(core, order, PLM_REPORT_ORDER);
    report.reason = (uint8_t)reason;
    uint32_t assets[2] = {contract->settle, contract->base};
    uint32_t count = contract->settle == PLM_NO_ASSET ? 0 : 1;
    if (contract->form == PLM_FORM_SPOT) {
        count = 2;
    }
    return plm_journal_report(core, seat, &report, UINT32_MAX, assets, count, diag);
}
