/*
 * adl.c - a position that nobody takes is closed against the winners of the other side
 * (docs/margin.md, 8.5): accounts of the same world, and the rest of the market of the run file.
 */
#include "check.h"
#include "core.h"
#include "memory.h"
#include "philox.h"

#define ONE INT64_C(1000000000000)

typedef struct candidate {
    plm_rate score;
    uint32_t account; /* PLM_NO_SYM: the rest of the market */
    uint32_t place;   /* of the position; of the rest: its row */
    plm_qty qty;      /* > 0 */
} candidate;

typedef struct ranking {
    uint32_t count, cap;
    candidate *item; /* largest score first; equals in the order in which they came */
} ranking;

static void rank(ranking *self, candidate item)
{
    if (self->count == self->cap) {
        self->cap = self->cap == 0 ? 16 : 2 * self->cap;
        self->item = plm_realloc(self->item, self->cap, sizeof *self->item);
    }
    uint32_t at = self->count++;
    for (; at > 0 && self->item[at - 1].score < item.score; at--) {
        self->item[at] = self->item[at - 1];
    }
    self->item[at] = item;
}

/* -- scores ---------------------------------------------------------------------------------- */

/* a / b and a * b at 10^-12, half-even; what does not fit ranks highest. */
static plm_rate quotient(plm_i128 a, plm_i128 b)
{
    plm_i128 out;
    bool const fits = plm_muldiv(a, ONE, b, PLM_ROUND_HALF_EVEN, &out) && out < INT64_MAX;
    return fits ? (plm_rate)out : INT64_MAX;
}

static plm_rate product(plm_rate a, plm_rate b)
{
    plm_i128 out;
    bool const fits = plm_muldiv(a, b, ONE, PLM_ROUND_HALF_EVEN, &out) && out < INT64_MAX;
    return fits ? (plm_rate)out : INT64_MAX;
}

static plm_i128 size_of(plm_amount amount)
{
    plm_i128 const value = plm_money_of(amount).v;
    return value < 0 ? -value : value;
}

/* In the pool's unit, down. */
static plm_i128 in_unit(const plm_pool *pool, uint32_t asset, plm_i128 amount)
{
    plm_fraction const price = pool->assets[asset].price;
    plm_i128 out = 0;
    bool const fits = plm_muldiv(amount, plm_money_of(price.num).v, plm_money_of(price.den).v,
                                 PLM_ROUND_FLOOR, &out);
    return fits ? out : 0;
}

static plm_rate score_of(plm_adl_score kind, const plm_pool *pool, uint32_t i, uint64_t *draw)
{
    const plm_margin_position *const row = &pool->positions[i];
    const plm_margin_part *const part = &pool->parts[i];
    plm_i128 const equity = plm_money_of(pool->output.equity).v;
    plm_i128 const gain = in_unit(pool, row->place, plm_money_of(part->unrealised).v);
    plm_i128 const value = in_unit(pool, row->place, size_of(part->notional));
    switch (kind) {
    case PLM_ADL_PNL_RATIO: {
        plm_i128 const unit = (plm_i128)1000000 * ONE;
        plm_i128 const balance = plm_money_of(pool->output.collateral).v;
        plm_rate const won = quotient(gain > 0 ? gain : 0, balance > unit ? balance : unit);
        return product(won, quotient(plm_money_of(pool->output.maintenance).v, equity));
    }
    case PLM_ADL_PNL_LEVERAGE: {
        plm_i128 const cost = size_of(row->cost);
        plm_i128 const own = plm_money_of(part->unrealised).v;
        return product(cost == 0 ? 0 : quotient(own, cost), quotient(value, equity));
    }
    case PLM_ADL_SIZE_LEVERAGE: {
        plm_i128 const cost = size_of(row->cost);
        plm_i128 const now = size_of(part->notional);
        return product(cost == 0 ? ONE : quotient(now, cost), quotient(value, equity));
    }
    case PLM_ADL_RANDOM:
    case PLM_ADL_NONE:
    case PLM_ADL_OFF:
        break;
    }
    return (plm_rate)(*draw >> 32);
}

/* -- who is there ---------------------------------------------------------------------------- */

/* The positions of one account on the other side. */
static plm_status rank_account(plm_core *core, const plm_pool *loser, uint32_t sym, bool longs,
                               plm_seat *seat, plm_philox *rng, ranking *out, plm_diag *diag)
{
    plm_adl_score const kind = core->guard.regulation[loser->rulebook].rules.set->adl;
    for (uint32_t place = 2 * sym; place <= 2 * sym + 1; place++) {
        plm_qty const qty = seat->account.position[place].qty;
        plm_pool *const pool = plm_pool_of(core, seat, place);
        if (qty == 0 || (qty > 0) != longs || pool == NULL) {
            continue;
        }
        PLM_TRY(plm_pool_look(core, pool, false, diag));
        if (!pool->output.priced || plm_money_of(pool->output.equity).v <= 0) {
            continue;
        }
        uint64_t draw = plm_philox_u64(rng);
        uint32_t i = 0;
        while (pool->held_place[i] != place) {
            i++;
        }
        rank(out, (candidate){.score = score_of(kind, pool, i, &draw),
                              .account = seat->account.index,
                              .place = place,
                              .qty = qty < 0 ? -qty : qty});
    }
    return PLM_OK;
}

static plm_status rank_all(plm_core *core, plm_pool *loser, uint32_t sym, bool longs, ranking *out,
                           plm_diag *diag)
{
    const plm_seat *const own = &core->seat[loser->account];
    plm_philox rng;
    plm_philox_init(&rng, core->spec->seed, "adl", ++core->guard.adl_count);
    for (uint32_t i = 0; i < core->seat_count; i++) {
        plm_seat *const seat = &core->seat[i];
        if (seat != own && seat->spec->world == own->spec->world) {
            PLM_TRY(rank_account(core, loser, sym, longs, seat, &rng, out, diag));
        }
    }
    for (uint32_t i = 0; i < core->spec->rest_count; i++) {
        const plm_rest_spec *const rest = &core->spec->rest[i];
        plm_qty const left = core->guard.rest_left[own->spec->world * core->spec->rest_count + i];
        if (rest->sym == sym && (rest->leg == 1) == longs && left > 0) {
            rank(out,
                 (candidate){.score = rest->score, .account = PLM_NO_SYM, .place = i, .qty = left});
        }
    }
    return PLM_OK;
}

/* -- the deed -------------------------------------------------------------------------------- */

static plm_status give(plm_core *core, plm_pool *loser, const candidate *item, uint32_t sym,
                       plm_qty qty, plm_money value, plm_diag *diag)
{
    plm_record_counterparty record = {
        .qty = qty,
        .value = plm_amount_of(value),
        .score = item->score,
        .sym = sym,
        .account = item->account,
        .asset = core->contracts->contract[sym].settle,
        .payer = PLM_BOOK_MARKET,
        .cause = PLM_CAUSE_ADL,
    };
    if (item->account == PLM_NO_SYM) {
        uint32_t const world = core->seat[loser->account].spec->world;
        core->guard.rest_left[world * core->spec->rest_count + item->place] -= qty;
        plm_guard_journal_counterparty(core, loser, &record);
        return PLM_OK;
    }
    plm_seat *const seat = &core->seat[item->account];
    record.payer = PLM_BOOK_ACCOUNT;
    record.leg = plm_core_leg(core, seat, item->place);
    plm_guard_journal_counterparty(core, loser, &record);
    seat->deleveraged++;
    plm_pool *const pool = plm_pool_of(core, seat, item->place);
    plm_money signed_value = value;
    if (!plm_money_negate(value, &signed_value)) {
        return PLM_OVERFLOW(core, diag, seat, "a position that is deleveraged");
    }
    return plm_handover_part(
        core, pool,
        &(plm_handover){
            .place = item->place, .qty = qty, .value = signed_value, .cause = PLM_CAUSE_ADL},
        diag);
}

/* The value of `qty` of `whole`, of which `left_value` is not given yet. */
static bool share_value(plm_money whole_value, plm_qty qty, plm_qty whole, bool last,
                        plm_money left_value, plm_money *out)
{
    if (last) {
        *out = left_value;
        return true;
    }
    return plm_money_muldiv(whole_value, qty, whole, PLM_ROUND_HALF_EVEN, out);
}

static plm_status give_all(plm_core *core, plm_pool *loser, const plm_margin_step *step,
                           uint32_t place, const ranking *ranked, plm_diag *diag)
{
    plm_qty total = 0;
    for (uint32_t i = 0; i < ranked->count && total < step->qty; i++) {
        plm_qty const room = step->qty - total;
        total += ranked->item[i].qty < room ? ranked->item[i].qty : room;
    }
    plm_guard_journal_stage(core, loser, step, total > 0);
    if (total == 0) {
        loser->state.stalled = true;
        return PLM_OK;
    }
    plm_seat *const seat = &core->seat[loser->account];
    plm_money value = plm_money_of(step->value);
    if (total < step->qty &&
        !plm_money_muldiv(value, total, step->qty, PLM_ROUND_HALF_EVEN, &value)) {
        return PLM_OVERFLOW(core, diag, seat, "a position that is deleveraged");
    }
    PLM_TRY(plm_handover_part(
        core, loser,
        &(plm_handover){.place = place, .qty = total, .value = value, .cause = PLM_CAUSE_ADL},
        diag));
    loser->touched = true;
    plm_qty left = total;
    plm_money left_value = value;
    for (uint32_t i = 0; left > 0; i++) {
        plm_qty const qty = ranked->item[i].qty < left ? ranked->item[i].qty : left;
        plm_money part;
        if (!share_value(value, qty, total, qty == left, left_value, &part) ||
            !plm_money_sub(left_value, part, &left_value)) {
            return PLM_OVERFLOW(core, diag, seat, "a position that is deleveraged");
        }
        PLM_TRY(give(core, loser, &ranked->item[i], place / 2, qty, part, diag));
        left -= qty;
    }
    return PLM_OK;
}

plm_status plm_adl(plm_core *core, plm_pool *pool, const plm_margin_step *step, plm_diag *diag)
{
    uint32_t const place = pool->held_place[step->position];
    bool const is_long = core->seat[pool->account].account.position[place].qty > 0;
    ranking ranked = {0};
    plm_status status = rank_all(core, pool, place / 2, !is_long, &ranked, diag);
    if (status == PLM_OK) {
        status = give_all(core, pool, step, place, &ranked, diag);
    }
    plm_free(ranked.item);
    return status;
}

/* -- the venue's own, as the tape tells it ---------------------------------------------------- */

plm_status plm_adl_event(plm_core *core, const plm_event *event, plm_diag *diag)
{
    const plm_contract *const contract = &core->contracts->contract[event->sym];
    for (uint32_t i = 0; i < core->seat_count; i++) {
        plm_seat *const seat = &core->seat[i];
        for (uint32_t place = 2 * event->sym; place <= 2 * event->sym + 1; place++) {
            plm_qty const qty = seat->account.position[place].qty;
            plm_pool *const pool = plm_pool_of(core, seat, place);
            plm_i128 part;
            if (qty == 0 || (qty > 0) != (event->side == 1) || pool == NULL ||
                !plm_muldiv(qty < 0 ? -(plm_i128)qty : qty, event->qty, ONE, PLM_ROUND_FLOOR,
                            &part)) {
                continue;
            }
            plm_qty const closed = (plm_qty)part - (plm_qty)part % contract->lot;
            plm_money value;
            if (closed == 0) {
                continue;
            }
            if (!plm_contract_value(contract, qty > 0 ? closed : -closed, event->px, &value)) {
                return PLM_OVERFLOW(core, diag, seat, "a position that is deleveraged");
            }
            seat->deleveraged++;
            PLM_TRY(plm_handover_part(
                core, pool,
                &(plm_handover){
                    .place = place, .qty = closed, .value = value, .cause = PLM_CAUSE_ADL},
                diag));
        }
    }
    return PLM_OK;
}
