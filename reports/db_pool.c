/*
 * db_pool.c - pools by their names, and the liquidation that is at work.
 */
#include <string.h>

#include "db_parts.h"
#include "memory.h"
#include "record_words.h"

#define LIQUIDATION_ORDERS (UINT64_C(1) << 63)

/* -- pools ----------------------------------------------------------------------------------- */

static bool is_same(const plm_pool_name *a, const plm_pool_name *b)
{
    return a->sym == b->sym && a->unit == b->unit && a->leg == b->leg && a->regime == b->regime;
}

static plm_status add(plm_db_self *self, uint32_t account, const plm_pool_name *name,
                      plm_diag *diag)
{
    if (self->pool_count + 1 >= self->pool_cap) {
        self->pool_cap = self->pool_cap == 0 ? 64 : 2 * self->pool_cap;
        self->pool = plm_realloc(self->pool, self->pool_cap, sizeof *self->pool);
    }
    uint32_t const id = ++self->pool_count;
    self->pool[id] = (plm_db_pool){
        .name = *name, .account = account, .id = id, .next = self->account[account].first_pool};
    self->account[account].first_pool = id;
    plm_row *const row = plm_db_row(self, PLM_DB_POOL);
    plm_row_int(row, id);
    plm_row_int(row, account);
    plm_row_text(row, plm_pool_word(name->regime));
    plm_row_int(row, name->unit);
    plm_row_known(row, name->sym);
    plm_row_int(row, name->leg);
    return plm_db_put(self, PLM_DB_POOL, diag);
}

plm_status plm_db_pool_find(plm_db_self *self, uint32_t account, const plm_pool_name *name,
                            plm_diag *diag, plm_db_pool **out)
{
    uint32_t id = self->account[account].first_pool;
    while (id != 0 && !is_same(&self->pool[id].name, name)) {
        id = self->pool[id].next;
    }
    if (id == 0) {
        PLM_TRY(add(self, account, name, diag));
        id = self->pool_count;
    }
    *out = &self->pool[id];
    return PLM_OK;
}

plm_db_pool *plm_db_pool_in(plm_db_self *self, uint32_t account, uint32_t number)
{
    for (uint32_t id = self->account[account].first_pool; id != 0; id = self->pool[id].next) {
        plm_db_pool *const pool = &self->pool[id];
        if (pool->episode != 0 && pool->number == number) {
            return pool;
        }
    }
    return NULL;
}

plm_db_pool *plm_db_pool_holding(plm_db_self *self, uint32_t account, uint32_t sym, uint8_t leg)
{
    plm_db_pool *shared = NULL;
    for (uint32_t id = self->account[account].first_pool; id != 0; id = self->pool[id].next) {
        plm_db_pool *const pool = &self->pool[id];
        if (pool->episode != 0 && pool->name.sym == sym && pool->name.leg == leg) {
            return pool;
        }
        shared = pool->episode != 0 && pool->name.sym == PLM_NO_SYM ? pool : shared;
    }
    return shared;
}

/* -- the liquidation at work ----------------------------------------------------------------- */

void plm_db_acting_set(plm_db_self *self, const plm_record *record, uint32_t episode)
{
    self->acting = episode;
    self->acting_account = record->account;
    self->acting_ts = record->ts;
}

/* A fill of a liquidation's own order names its liquidation; one of anybody else's order, and what
 * has nothing to do with liquidations, ends its work. */
static void look_at_fill(plm_db_self *self, const plm_record *record)
{
    const plm_record_fill *const fill = &record->u.fill;
    if (fill->oid < LIQUIDATION_ORDERS) {
        self->acting = fill->maker == 0 ? 0 : self->acting; /* a maker may be its counterparty */
        return;
    }
    if (self->acting != 0 && self->acting_account == record->account) {
        return;
    }
    const plm_db_pool *const pool =
        plm_db_pool_holding(self, record->account, fill->sym, fill->leg);
    plm_db_acting_set(self, record, pool == NULL ? 0 : pool->episode);
}

void plm_db_acting_look(plm_db_self *self, const plm_record *record)
{
    if (self->acting != 0 && record->ts != self->acting_ts) {
        self->acting = 0;
    }
    switch ((plm_record_kind)record->kind) {
    case PLM_RECORD_FILL:
        look_at_fill(self, record);
        break;
    case PLM_RECORD_REQUEST:
    case PLM_RECORD_FUNDING:
    case PLM_RECORD_SETTLED:
    case PLM_RECORD_SAMPLE:
    case PLM_RECORD_INTEREST:
    case PLM_RECORD_RULE:
    case PLM_RECORD_COLLATERAL:
    case PLM_RECORD_MARGIN_REQUEST:
    case PLM_RECORD_LOWEST:
    case PLM_RECORD_PRICE:
        self->acting = 0;
        break;
    case PLM_RECORD_NONE:
    case PLM_RECORD_ORDER:
    case PLM_RECORD_POSITION:
    case PLM_RECORD_POSTING:
    case PLM_RECORD_NOTE:
    case PLM_RECORD_STOPPED:
    case PLM_RECORD_MARGIN:
    case PLM_RECORD_CONTRIBUTION:
    case PLM_RECORD_CALL:
    case PLM_RECORD_LIQUIDATION:
    case PLM_RECORD_STAGE:
    case PLM_RECORD_COUNTERPARTY:
    case PLM_RECORD_KIND_COUNT:
        break;
    }
}

uint32_t plm_db_acting_fill(const plm_db_self *self, const plm_record *record)
{
    return record->u.fill.oid >= LIQUIDATION_ORDERS ? self->acting : 0;
}

uint32_t plm_db_acting_posting(const plm_db_self *self, const plm_record *record)
{
    switch ((plm_cause)record->u.posting.cause) {
    case PLM_CAUSE_FUNDING:
    case PLM_CAUSE_EXPIRY:
    case PLM_CAUSE_DEPOSIT:
    case PLM_CAUSE_WITHDRAWAL:
    case PLM_CAUSE_INTEREST:
    case PLM_CAUSE_REFILL:
        return 0;
    case PLM_CAUSE_LIQUIDATION_FEE:
    case PLM_CAUSE_TAKEOVER:
    case PLM_CAUSE_INSURANCE:
    case PLM_CAUSE_ADL:
    case PLM_CAUSE_SOCIALISED:
    case PLM_CAUSE_LAST_RESORT:
        return self->acting;
    case PLM_CAUSE_NONE:
    case PLM_CAUSE_REALISED_PNL:
    case PLM_CAUSE_FEE:
    case PLM_CAUSE_TRADE:
    case PLM_CAUSE_TRANSFER:
    case PLM_CAUSE_CONVERSION:
    case PLM_CAUSE_ROUNDING:
    case PLM_CAUSE_COUNT:
        break;
    }
    return record->account == self->acting_account ? self->acting : 0;
}
