/*
 * host_calls.c - the functions that a plug-in may call. They check, copy into the outbox and
 * return; nothing calls back, nothing is decided here.
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "host_impl.h"
#include "memory.h"

#define ALIGN_MAX 4096u

static plm_host_impl *impl_of(const plm_host *host)
{
    return host->impl;
}

plm_outgoing *plm_host_push(plm_host_impl *impl, plm_outgoing_kind kind)
{
    plm_outbox *const outbox = impl->setup.outbox;
    plm_assert(outbox->count < PLM_OUTBOX_CAP);
    plm_outgoing *const item = &outbox->item[outbox->count++];
    memset(item, 0, sizeof *item);
    item->account = impl->setup.account;
    item->kind = (uint8_t)kind;
    return item;
}

void plm_host_set_failure(plm_host_impl *impl, const char *message)
{
    if (impl->failed || impl->phase == PLM_PHASE_CLOSED) {
        return;
    }
    impl->failed = true;
    (void)snprintf(impl->failure, sizeof impl->failure, "%s", message);
    if (impl->phase == PLM_PHASE_ACTIVE) {
        (void)plm_host_push(impl, PLM_OUTGOING_FAILED);
    }
}

plm_outgoing *plm_host_wish(plm_host_impl *impl, plm_outgoing_kind kind)
{
    if (impl->wishes_at != *impl->setup.now) {
        impl->wishes_at = *impl->setup.now;
        impl->wishes = 0;
    }
    if (impl->wishes == PLM_OUTBOX_ACCOUNT_MAX) {
        plm_host_set_failure(impl, "more than 65536 requests, timers and notes at one time; at "
                                   "most that many are allowed");
        return NULL;
    }
    impl->wishes++;
    return plm_host_push(impl, kind);
}

static bool is_setup(plm_host_impl *impl, const char *function)
{
    if (impl->phase == PLM_PHASE_SETUP) {
        return true;
    }
    char message[96];
    (void)snprintf(message, sizeof message, "%s may be called in init and activate only", function);
    plm_host_set_failure(impl, message);
    return false;
}

bool plm_host_is_callback(plm_host_impl *impl, const char *function)
{
    if (impl->phase == PLM_PHASE_ACTIVE) {
        return true;
    }
    char message[96];
    (void)snprintf(message, sizeof message, "%s may be called in on_event and on_report only",
                   function);
    plm_host_set_failure(impl, message);
    return false;
}

static bool is_open(const plm_host_impl *impl)
{
    return impl->phase == PLM_PHASE_SETUP || impl->phase == PLM_PHASE_ACTIVE;
}

/* -- host ------------------------------------------------------------------------------------ */

/* What strategies may have. Another kind of plug-in gets a table of its own. */
typedef struct extension {
    const char *id;
    size_t offset; /* of its table in plm_host_impl */
} extension;

static const extension strategy_extensions[] = {
    {PLM_EXT_VIEWS, offsetof(plm_host_impl, views)},
    {PLM_EXT_BOOK, offsetof(plm_host_impl, book)},
    {PLM_EXT_TRADE, offsetof(plm_host_impl, trade)},
    {PLM_EXT_TIMER, offsetof(plm_host_impl, timer)},
    {PLM_EXT_ACCOUNT, offsetof(plm_host_impl, account)},
    {PLM_EXT_MARGIN, offsetof(plm_host_impl, margin)},
    {PLM_EXT_NOTE, offsetof(plm_host_impl, note)},
};

static const void *host_get_extension(const plm_host *host, const char *id)
{
    plm_host_impl *const impl = impl_of(host);
    if (!is_setup(impl, "get_extension") || id == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof strategy_extensions / sizeof *strategy_extensions; i++) {
        if (strcmp(strategy_extensions[i].id, id) == 0) {
            return (const char *)impl + strategy_extensions[i].offset;
        }
    }
    return NULL;
}

/* After set-up the run fails, and there is memory all the same: a NULL would crash the plug-in
 * before anybody can say why. */
static void *host_alloc(const plm_host *host, size_t size, size_t align)
{
    plm_host_impl *const impl = impl_of(host);
    (void)is_setup(impl, "alloc");
    if (align == 0 || (align & (align - 1)) != 0 || align > ALIGN_MAX) {
        plm_host_set_failure(impl, "alloc: the alignment is no power of two up to 4096");
        align = ALIGN_MAX;
    }
    if (impl->memory_count == impl->memory_cap) {
        impl->memory_cap = impl->memory_cap == 0 ? 8 : 2 * impl->memory_cap;
        impl->memory = plm_realloc(impl->memory, impl->memory_cap, sizeof *impl->memory);
    }
    void *const memory = plm_alloc_aligned(size, 1, align);
    impl->memory[impl->memory_count++] = memory;
    return memory;
}

static const plm_param_value *find_param(plm_host_impl *impl, const char *key, bool text)
{
    const plm_params *const params = impl->setup.params;
    const plm_param_value *const value = key == NULL ? NULL : plm_params_find(params, key);
    if (value == NULL) {
        return NULL;
    }
    uint32_t const type = params->descriptor->params[value - params->value].type;
    return (type == PLM_PARAM_TEXT || type == PLM_PARAM_FILE) == text ? value : NULL;
}

static plm_result host_param_integer(const plm_host *host, const char *key, int64_t *out)
{
    plm_host_impl *const impl = impl_of(host);
    if (!is_setup(impl, "param_integer") || out == NULL) {
        return PLM_RESULT_ERROR;
    }
    const plm_param_value *const value = find_param(impl, key, false);
    if (value == NULL) {
        return PLM_RESULT_ERROR;
    }
    *out = value->number;
    return PLM_RESULT_OK;
}

static const char *host_param_text(const plm_host *host, const char *key, size_t *out_size)
{
    plm_host_impl *const impl = impl_of(host);
    if (!is_setup(impl, "param_text")) {
        return NULL;
    }
    const plm_param_value *const value = find_param(impl, key, true);
    if (value == NULL) {
        return NULL;
    }
    if (out_size != NULL) {
        *out_size = value->size;
    }
    return value->text;
}

static plm_result host_fail(const plm_host *host, const char *message)
{
    plm_host_impl *const impl = impl_of(host);
    if (!impl->failed && impl->setup.gave_up != NULL) {
        *impl->setup.gave_up = true;
    }
    plm_host_set_failure(impl, message == NULL ? "failed without a message" : message);
    return PLM_RESULT_ERROR;
}

/* -- plimsoll.book/1 ------------------------------------------------------------------------- */

static uint32_t book_levels(const plm_host *host, uint32_t sym, uint8_t side, plm_level *out,
                            uint32_t cap)
{
    plm_host_impl *const impl = impl_of(host);
    if (!plm_host_is_callback(impl, "levels") || sym >= impl->setup.info->sym_count ||
        out == NULL || (side != PLM_SIDE_BUY && side != PLM_SIDE_SELL)) {
        return 0;
    }
    const plm_host_services *const services = impl->setup.services;
    uint32_t const count = services->levels(services->run, sym, side, out, cap);
    plm_assert(count <= cap);
    return count;
}

/* -- plimsoll.trade/1 ------------------------------------------------------------------------ */

/* Only what has no meaning at all; what a venue would refuse is refused by the venue. */
static bool is_well_formed(const plm_order_request *request, uint32_t sym_count)
{
    bool const key_known =
        request->trigger_by == PLM_KEY_NONE || request->trigger_by == PLM_KEY_LAST ||
        request->trigger_by == PLM_KEY_MARK || request->trigger_by == PLM_KEY_INDEX;
    return request->sym < sym_count &&
           (request->side == PLM_SIDE_BUY || request->side == PLM_SIDE_SELL) &&
           (request->type == PLM_ORDER_MARKET || request->type == PLM_ORDER_LIMIT) &&
           request->tif < PLM_TIF_COUNT && (request->flags & ~PLM_ORDER_FLAGS_ALL) == 0 &&
           request->trigger < PLM_TRIGGER_COUNT && key_known && request->leg <= 2 &&
           request->reserved == 0 && request->reserved2 == 0;
}

static plm_oid trade_submit(const plm_host *host, const plm_order_request *request)
{
    plm_host_impl *const impl = impl_of(host);
    if (!plm_host_is_callback(impl, "submit") || request == NULL ||
        request->size < sizeof *request || !is_well_formed(request, impl->setup.info->sym_count)) {
        return 0;
    }
    plm_outgoing *const item = plm_host_wish(impl, PLM_OUTGOING_SUBMIT);
    if (item == NULL) {
        return 0;
    }
    item->oid = ++impl->last_oid;
    item->request = *request;
    item->request.size = sizeof *request;
    return item->oid;
}

/* A place in the outbox for a request about an order that was submitted once. */
static plm_outgoing *push_about(plm_host_impl *impl, plm_outgoing_kind kind, plm_oid oid)
{
    bool const known = oid != 0 && oid <= impl->last_oid;
    plm_outgoing *const item = known ? plm_host_wish(impl, kind) : NULL;
    if (item != NULL) {
        item->oid = oid;
        item->request.size = sizeof item->request;
    }
    return item;
}

static plm_result trade_amend(const plm_host *host, plm_oid oid, plm_px px, plm_qty qty,
                              plm_px trigger_px)
{
    plm_host_impl *const impl = impl_of(host);
    plm_outgoing *const item =
        plm_host_is_callback(impl, "amend") ? push_about(impl, PLM_OUTGOING_AMEND, oid) : NULL;
    if (item == NULL) {
        return PLM_RESULT_ERROR;
    }
    item->request.px = px;
    item->request.qty = qty;
    item->request.trigger_px = trigger_px;
    return PLM_RESULT_OK;
}

static plm_result trade_cancel(const plm_host *host, plm_oid oid)
{
    plm_host_impl *const impl = impl_of(host);
    if (!plm_host_is_callback(impl, "cancel")) {
        return PLM_RESULT_ERROR;
    }
    return push_about(impl, PLM_OUTGOING_CANCEL, oid) == NULL ? PLM_RESULT_ERROR : PLM_RESULT_OK;
}

/* -- plimsoll.timer/1 ------------------------------------------------------------------------ */

static plm_result timer_set(const plm_host *host, uint64_t id, plm_ts at, int64_t period)
{
    plm_host_impl *const impl = impl_of(host);
    plm_outgoing *const item =
        is_open(impl) && period >= 0 ? plm_host_wish(impl, PLM_OUTGOING_TIMER_SET) : NULL;
    if (item == NULL) {
        return PLM_RESULT_ERROR;
    }
    item->timer = id;
    item->at = at;
    item->period = period;
    return PLM_RESULT_OK;
}

static plm_result timer_clear(const plm_host *host, uint64_t id)
{
    plm_host_impl *const impl = impl_of(host);
    plm_outgoing *const item = is_open(impl) ? plm_host_wish(impl, PLM_OUTGOING_TIMER_CLEAR) : NULL;
    if (item == NULL) {
        return PLM_RESULT_ERROR;
    }
    item->timer = id;
    return PLM_RESULT_OK;
}

/* -- plimsoll.account/1, plimsoll.note/1 ----------------------------------------------------- */

static plm_result account_equity(const plm_host *host, plm_amount *out)
{
    plm_host_impl *const impl = impl_of(host);
    const plm_host_services *const services = impl->setup.services;
    if (!plm_host_is_callback(impl, "equity") || out == NULL ||
        !services->equity(services->run, impl->setup.account, out)) {
        return PLM_RESULT_ERROR;
    }
    return PLM_RESULT_OK;
}

static int64_t account_leverage(const plm_host *host, uint32_t sym)
{
    const plm_host_impl *const impl = impl_of(host);
    const plm_host_services *const services = impl->setup.services;
    if (sym >= impl->setup.info->sym_count) {
        return 0;
    }
    return services->leverage(services->run, impl->setup.account, sym);
}

/* Bytes that are not printable would break the lines of the log. */
static void note_note(const plm_host *host, const char *text)
{
    plm_host_impl *const impl = impl_of(host);
    plm_outgoing *const item =
        is_open(impl) && text != NULL ? plm_host_wish(impl, PLM_OUTGOING_NOTE) : NULL;
    for (size_t i = 0; item != NULL && i + 1 < PLM_NOTE_CAP && text[i] != '\0'; i++) {
        item->note[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
    }
}

/* -------------------------------------------------------------------------------------------- */

void plm_host_fill(plm_host_impl *impl)
{
    const plm_host_setup *const setup = &impl->setup;
    impl->host = (plm_host){.size = sizeof impl->host,
                            .abi = PLM_ABI_VERSION,
                            .impl = impl,
                            .name = "plimsoll",
                            .version = "1",
                            .get_extension = host_get_extension,
                            .alloc = host_alloc,
                            .param_integer = host_param_integer,
                            .param_text = host_param_text,
                            .fail = host_fail};
    impl->views = (plm_host_views){.size = sizeof impl->views,
                                   .sym_count = setup->info->sym_count,
                                   .asset_count = setup->info->asset_count,
                                   .market = setup->market,
                                   .position = impl->instance.position,
                                   .cash = impl->instance.cash,
                                   .now = setup->now};
    impl->book = (plm_host_book){.size = sizeof impl->book, .levels = book_levels};
    impl->trade = (plm_host_trade){.size = sizeof impl->trade,
                                   .submit = trade_submit,
                                   .amend = trade_amend,
                                   .cancel = trade_cancel};
    impl->timer =
        (plm_host_timer){.size = sizeof impl->timer, .set = timer_set, .clear = timer_clear};
    impl->account = (plm_host_account){.size = sizeof impl->account,
                                       .report_asset = setup->report_asset,
                                       .equity = account_equity,
                                       .leverage = account_leverage};
    impl->margin = plm_host_margin_table();
    impl->note = (plm_host_note){.size = sizeof impl->note, .note = note_note};
}
