/*
 * whatif_positions.c - the positions of a what-if file and the regime of each; its resting orders.
 */
#include <stdio.h>
#include <string.h>

#include "account.h"
#include "admission.h"
#include "check.h"
#include "memory.h"
#include "trial.h"
#include "whatif_parts.h"

/* -- regimes --------------------------------------------------------------------------------- */

static plm_status read_regime(const plm_whatif *whatif, const plm_config_node *node, plm_diag *diag,
                              plm_margin_regime *out)
{
    static const char *const words[] = {"cross", "isolated", "portfolio", NULL};
    static const plm_margin_regime regimes[] = {PLM_MARGIN_CROSS, PLM_MARGIN_ISOLATED,
                                                PLM_MARGIN_PORTFOLIO};
    size_t index;
    PLM_TRY(plm_config_word(node, words, diag, &index));
    if (!plm_rulebook_has(whatif->rulebook, (plm_regime)regimes[index])) {
        char has[64] = "";
        for (uint32_t i = 0; i < whatif->rulebook->regime_count; i++) {
            size_t const size = strlen(has);
            (void)snprintf(has + size, sizeof has - size, "%s%s", i == 0 ? "" : ", ",
                           plm_regime_word(whatif->rulebook->regime[i]));
        }
        return plm_config_fail(node, diag, "the rulebook '%s' has no '%s'; it has: %s",
                               whatif->rulebook->name, words[index], has);
    }
    *out = regimes[index];
    return PLM_OK;
}

/* `margin: cross`, or `margin: {default: cross, DOGEUSDT: isolated}`. */
static plm_status regime_of(const plm_whatif *whatif, const plm_config_node *root,
                            const char *symbol, plm_diag *diag, plm_margin_regime *out)
{
    const plm_config_node *node = plm_config_find(root, "margin");
    *out = (plm_margin_regime)whatif->rulebook->regime[0];
    if (node != NULL && node->kind == PLM_CONFIG_MAP) {
        const plm_config_node *const own = plm_config_find(node, symbol);
        node = own != NULL ? own : plm_config_find(node, "default");
    }
    return node == NULL ? PLM_OK : read_regime(whatif, node, diag, out);
}

/* Where nothing says cross or portfolio, what is not isolated has the rulebook's first of these. */
static plm_status check_regimes(plm_whatif *whatif, const plm_config_node *root, plm_diag *diag)
{
    const plm_config_node *const map = plm_config_find(root, "margin");
    whatif->shared = plm_rulebook_has(whatif->rulebook, PLM_REGIME_CROSS) ? PLM_MARGIN_CROSS
                                                                          : PLM_MARGIN_PORTFOLIO;
    if (map == NULL || map->kind != PLM_CONFIG_MAP) {
        plm_margin_regime regime;
        PLM_TRY(regime_of(whatif, root, "", diag, &regime));
        whatif->shared = regime == PLM_MARGIN_ISOLATED ? whatif->shared : regime;
        return PLM_OK;
    }
    for (const plm_config_node *entry = map->first; entry != NULL; entry = entry->next) {
        uint32_t sym;
        plm_margin_regime regime;
        if (strcmp(entry->key, "default") != 0) {
            PLM_TRY(plm_whatif_sym(whatif, entry, entry->key, diag, &sym));
        }
        PLM_TRY(read_regime(whatif, entry, diag, &regime));
        whatif->shared = regime == PLM_MARGIN_ISOLATED ? whatif->shared : regime;
    }
    return PLM_OK;
}

/* -- rows of the book -------------------------------------------------------------------------- */

/* The row of a leg, made where there is none; the book stays in the order of (sym, leg). */
static plm_whatif_position *row_of(plm_whatif *whatif, uint32_t sym, uint8_t leg)
{
    plm_whatif_book *const book = &whatif->book;
    uint32_t at = 0;
    while (at < book->position_count &&
           (book->position[at].sym < sym ||
            (book->position[at].sym == sym && book->position[at].leg < leg))) {
        at++;
    }
    plm_whatif_position *const row = &book->position[at];
    if (at < book->position_count && row->sym == sym && row->leg == leg) {
        return row;
    }
    memmove(row + 1, row, (book->position_count - at) * sizeof *row);
    book->position_count++;
    *row = (plm_whatif_position){.sym = sym, .leg = leg, .leverage = PLM_LEVERAGE_ONE};
    if (at > 0 && row[-1].sym == sym) { /* the other leg's */
        row->leverage = row[-1].leverage;
    } else if (at + 1 < book->position_count && row[1].sym == sym) {
        row->leverage = row[1].leverage;
    }
    return row;
}

/* Value at entry, half-even at 10^-18; the entry may be any average. */
static bool cost_of(const plm_contract *contract, plm_qty qty, plm_money entry, plm_money *out)
{
    unsigned const other = (unsigned)contract->scale - contract->px_scale;
    plm_i128 size;
    if (!plm_i128_mul(qty, contract->multiplier, &size)) {
        return false;
    }
    if (contract->form == PLM_FORM_INVERSE) {
        plm_i128 const unit =
            (plm_i128)plm_pow10(PLM_MONEY_SCALE - other) * plm_pow10(PLM_MONEY_SCALE);
        return plm_muldiv(size, unit, entry.v, PLM_ROUND_HALF_EVEN, &out->v);
    }
    return plm_muldiv(entry.v, size, plm_pow10(other), PLM_ROUND_HALF_EVEN, &out->v);
}

/* -- positions --------------------------------------------------------------------------------- */

static plm_status read_leverage(const plm_config_node *map, plm_diag *diag, int64_t *out)
{
    const plm_config_node *const node = plm_config_find(map, "leverage");
    if (node == NULL) {
        return PLM_OK;
    }
    PLM_TRY(plm_whatif_positive(node, 2, diag, out));
    if (*out > PLM_LEVERAGE_MAX) {
        return plm_config_fail(node, diag, "found '%.100s'; allowed: at most 1000", node->text);
    }
    return PLM_OK;
}

/* Leverage is chosen for an instrument. */
static plm_status check_leverage(const plm_whatif *whatif, const plm_config_node *map,
                                 const plm_whatif_position *row, plm_diag *diag)
{
    for (uint32_t i = 0; i < whatif->book.position_count; i++) {
        const plm_whatif_position *const other = &whatif->book.position[i];
        if (other->sym == row->sym && other->leverage != row->leverage) {
            return plm_config_fail(map, diag, "both legs of %s have one leverage",
                                   whatif->row[row->sym].symbol);
        }
    }
    return PLM_OK;
}

/* The balance of an isolated pool: as given, else cost over leverage, up. */
static plm_status read_margin(const plm_config_node *map, plm_whatif_position *row, plm_diag *diag)
{
    const plm_config_node *const node = plm_config_find(map, "margin");
    if (node != NULL && row->regime != PLM_MARGIN_ISOLATED) {
        return plm_config_fail(node, diag,
                               "the position is not isolated; its margin is what the "
                               "account has");
    }
    if (node != NULL) {
        return plm_whatif_money(node, diag, &row->margin);
    }
    plm_i128 const one = row->cost.v < 0 ? -PLM_LEVERAGE_ONE : PLM_LEVERAGE_ONE;
    if (row->regime == PLM_MARGIN_ISOLATED &&
        !plm_muldiv(row->cost.v, one, row->leverage, PLM_ROUND_CEIL, &row->margin.v)) {
        return plm_whatif_overflow(diag);
    }
    return PLM_OK;
}

static plm_status check_row(const plm_whatif *whatif, const plm_config_node *node, uint32_t sym,
                            plm_diag *diag)
{
    if (whatif->contracts.contract[sym].form == PLM_FORM_SPOT) {
        return plm_config_fail(node, diag,
                               "spot holdings are balances: they stand under "
                               "'collateral'");
    }
    return PLM_OK;
}

static plm_status read_position(plm_whatif *whatif, const plm_config_node *root,
                                const plm_config_node *map, plm_diag *diag)
{
    static const char *const keys[] = {"instrument", "qty", "entry", "leverage", "margin", NULL};
    const plm_config_node *name, *qty_node, *entry_node;
    uint32_t sym;
    plm_margin_regime regime;
    plm_qty qty;
    plm_money entry;
    PLM_TRY(plm_config_check_keys(map, keys, diag));
    PLM_TRY(plm_config_require(map, "instrument", diag, &name));
    PLM_TRY(plm_config_expect(name, PLM_CONFIG_TEXT, diag));
    PLM_TRY(plm_whatif_sym(whatif, name, name->text, diag, &sym));
    PLM_TRY(regime_of(whatif, root, name->text, diag, &regime));
    PLM_TRY(check_row(whatif, name, sym, diag));
    PLM_TRY(plm_config_require(map, "qty", diag, &qty_node));
    PLM_TRY(plm_config_decimal(qty_node, whatif->row[sym].qty_scale, diag, &qty));
    if (qty == 0) {
        return plm_config_fail(qty_node, diag, "found 0; allowed: above 0 (long), below 0 (short)");
    }
    PLM_TRY(plm_config_require(map, "entry", diag, &entry_node));
    PLM_TRY(plm_whatif_money(entry_node, diag, &entry));
    if (entry.v <= 0) {
        return plm_config_fail(entry_node, diag, "found '%.100s'; allowed: a price above 0",
                               entry_node->text);
    }
    uint8_t const leg = !whatif->hedge ? 0 : qty > 0 ? 1 : 2;
    plm_whatif_position *const row = row_of(whatif, sym, leg);
    if (row->qty != 0) {
        return plm_config_fail(map, diag, "a second position in %s%s", name->text,
                               whatif->hedge ? " on that side"
                                             : "; 'hedge: true' has a long and a short one");
    }
    row->qty = qty;
    row->regime = regime;
    if (!cost_of(&whatif->contracts.contract[sym], qty, entry, &row->cost)) {
        return plm_whatif_overflow(diag);
    }
    PLM_TRY(read_leverage(map, diag, &row->leverage));
    PLM_TRY(check_leverage(whatif, map, row, diag));
    return read_margin(map, row, diag);
}

static plm_status expect_list(const plm_config_node *root, const char *key, uint32_t most,
                              plm_diag *diag, const plm_config_node **out)
{
    const plm_config_node *const list = plm_config_find(root, key);
    *out = NULL;
    if (list == NULL) {
        return PLM_OK;
    }
    PLM_TRY(plm_config_expect(list, PLM_CONFIG_LIST, diag));
    if (list->size > most) {
        return plm_config_fail(list, diag, "%zu entries; allowed: %u", list->size, most);
    }
    *out = list->first;
    return PLM_OK;
}

plm_status plm_whatif_read_positions(plm_whatif *whatif, const plm_config_node *root,
                                     plm_diag *diag)
{
    const plm_config_node *entry;
    whatif->book.position = plm_alloc(PLM_WHATIF_POSITIONS_MAX + PLM_WHATIF_ORDERS_MAX + 1,
                                      sizeof *whatif->book.position);
    PLM_TRY(check_regimes(whatif, root, diag));
    PLM_TRY(expect_list(root, "positions", PLM_WHATIF_POSITIONS_MAX, diag, &entry));
    for (; entry != NULL; entry = entry->next) {
        PLM_TRY(read_position(whatif, root, entry, diag));
    }
    return PLM_OK;
}

/* -- orders ------------------------------------------------------------------------------------ */

typedef struct wanted {
    const plm_config_node *place;
    uint32_t sym;
    uint8_t leg, side;
    bool reduce_only;
    plm_qty qty;
    plm_px px;
} wanted;

static plm_status read_leg(const plm_whatif *whatif, const plm_config_node *map, plm_diag *diag,
                           uint8_t *out)
{
    static const char *const legs[] = {"long", "short", NULL};
    const plm_config_node *const node = plm_config_find(map, "leg");
    size_t index;
    *out = 0;
    if (!whatif->hedge) {
        return node == NULL ? PLM_OK : plm_config_fail(node, diag, "only 'hedge: true' has legs");
    }
    if (node == NULL) {
        return plm_config_fail(map, diag, "'leg' is missing; allowed: long, short");
    }
    PLM_TRY(plm_config_word(node, legs, diag, &index));
    *out = index == 0 ? 1 : 2;
    return PLM_OK;
}

static plm_status read_order(const plm_whatif *whatif, const plm_config_node *map, plm_diag *diag,
                             wanted *out)
{
    static const char *const keys[] = {"instrument",  "side", "qty",      "px",
                                       "reduce_only", "leg",  "leverage", NULL};
    static const char *const sides[] = {"buy", "sell", NULL};
    const plm_config_node *node;
    size_t side;
    wanted order = {.place = map};
    PLM_TRY(plm_config_check_keys(map, keys, diag));
    PLM_TRY(plm_config_require(map, "instrument", diag, &node));
    PLM_TRY(plm_config_expect(node, PLM_CONFIG_TEXT, diag));
    PLM_TRY(plm_whatif_sym(whatif, node, node->text, diag, &order.sym));
    PLM_TRY(check_row(whatif, node, order.sym, diag));
    PLM_TRY(plm_config_require(map, "side", diag, &node));
    PLM_TRY(plm_config_word(node, sides, diag, &side));
    order.side = side == 0 ? PLM_SIDE_BUY : PLM_SIDE_SELL;
    PLM_TRY(plm_config_require(map, "qty", diag, &node));
    PLM_TRY(plm_whatif_positive(node, whatif->row[order.sym].qty_scale, diag, &order.qty));
    PLM_TRY(plm_config_require(map, "px", diag, &node));
    PLM_TRY(plm_whatif_positive(node, whatif->row[order.sym].px_scale, diag, &order.px));
    PLM_TRY(read_leg(whatif, map, diag, &order.leg));
    node = plm_config_find(map, "reduce_only");
    if (node != NULL) {
        PLM_TRY(plm_config_bool(node, diag, &order.reduce_only));
    }
    *out = order;
    return PLM_OK;
}

/* Whether an order could ever open: one that a position is larger than could, too. */
static bool may_open(const plm_whatif_position *row, const wanted *order)
{
    bool const buys = order->side == PLM_SIDE_BUY;
    return !order->reduce_only && !(row->leg == 1 && !buys) && !(row->leg == 2 && buys);
}

/* What of an order opens, given the position of its row. */
static plm_qty opening_of(const plm_whatif_position *row, const wanted *order)
{
    bool const buys = order->side == PLM_SIDE_BUY;
    if (!may_open(row, order)) {
        return 0;
    }
    plm_qty const opposite = buys ? (row->qty < 0 ? -row->qty : 0) : (row->qty > 0 ? row->qty : 0);
    return order->qty > opposite ? order->qty - opposite : 0;
}

static uint32_t place_of(const plm_whatif_pool *pool, uint32_t place)
{
    uint32_t at = 0;
    while (at < pool->input.position_count && pool->place[at] != place) {
        at++;
    }
    return at;
}

/* An isolated position is opened from the free margin of the shared pool that has its settle
 * asset. */
static bool can_pay(const plm_whatif_pools *pools, uint32_t asset, plm_money need)
{
    for (uint32_t i = 0; i < pools->count; i++) {
        const plm_whatif_pool *const pool = &pools->pool[i];
        for (uint32_t place = 0; place < pool->input.asset_count; place++) {
            plm_money free, wants;
            if (pool->input.regime != PLM_MARGIN_ISOLATED && pool->asset[place].asset == asset) {
                return plm_money_sub(plm_money_of(pool->out.equity),
                                     plm_money_of(pool->out.initial), &free) &&
                       plm_money_sub(free, plm_money_of(pool->out.orders), &free) &&
                       plm_margin_to_unit(&pool->input, place, need, PLM_ROUND_CEIL, &wants) &&
                       (need.v <= 0 || plm_money_compare(wants, free) <= 0);
            }
        }
    }
    return need.v <= 0;
}

/* What of a need is to be paid: one that turns the position has what the closed one leaves. */
static plm_money pays_of(const plm_whatif_pool *pool, const plm_margin_order *order,
                         const plm_margin_verdict *verdict)
{
    plm_money const equity = plm_money_of(pool->out.equity);
    plm_money pays = plm_money_of(verdict->need);
    if (order->opening < order->qty && equity.v > 0) {
        bool const fits = plm_money_sub(pays, equity, &pays);
        plm_assert(fits); /* both are above 0 */
    }
    return pays;
}

/* Asks the model, as the venue would at arrival, with the orders before it resting. */
static plm_status ask(const plm_whatif *whatif, const wanted *order, const plm_whatif_position *row,
                      plm_diag *diag, plm_margin_verdict *out)
{
    plm_whatif_pools pools = {0};
    plm_status status = plm_whatif_assess(whatif, &whatif->book, diag, &pools);
    uint32_t const place = (uint32_t)(row - whatif->book.position);
    for (uint32_t i = 0; i < pools.count && status >= 0; i++) {
        const plm_whatif_pool *const pool = &pools.pool[i];
        plm_margin_order const asked = {.position = place_of(pool, place),
                                        .side = order->side,
                                        .qty = order->qty,
                                        .opening = opening_of(row, order),
                                        .px = order->px};
        bool const isolated = pool->input.regime == PLM_MARGIN_ISOLATED;
        if (asked.position == pool->input.position_count ||
            isolated != (row->regime == PLM_MARGIN_ISOLATED)) {
            continue;
        }
        if (!plm_assess_admit(&whatif->rules, &pool->input, &pool->out, &asked, out)) {
            status = plm_whatif_overflow(diag);
        } else if (isolated && out->reason == PLM_REASON_NONE &&
                   !can_pay(&pools, whatif->settle[order->sym], pays_of(pool, &asked, out))) {
            out->reason = PLM_REASON_MARGIN;
        }
    }
    plm_whatif_pools_fini(&pools);
    return status;
}

static bool rest(const plm_contract *contract, const wanted *order, plm_money hold,
                 plm_whatif_position *row)
{
    plm_money value;
    bool const buys = order->side == PLM_SIDE_BUY;
    plm_money *const sum = buys ? &row->buy_value : &row->sell_value;
    plm_qty *const qty = buys ? &row->buy_qty : &row->sell_qty;
    return plm_contract_value(contract, order->qty, order->px, &value) &&
           plm_money_add(*sum, value, sum) && plm_i64_add(*qty, order->qty, qty) &&
           plm_money_add(row->held, hold, &row->held);
}

static plm_status place_order(plm_whatif *whatif, const plm_config_node *root, const wanted *order,
                              plm_diag *diag, plm_whatif_order *out)
{
    uint32_t const count = whatif->book.position_count;
    plm_whatif_position *const row = row_of(whatif, order->sym, order->leg);
    plm_margin_verdict verdict = {.size = sizeof verdict};
    uint32_t const at = (uint32_t)(row - whatif->book.position);
    if (count != whatif->book.position_count) { /* places behind it have moved */
        PLM_TRY(regime_of(whatif, root, whatif->row[order->sym].symbol, diag, &row->regime));
        for (uint32_t i = 0; i < whatif->order_count; i++) {
            whatif->order[i].position += whatif->order[i].position >= at ? 1 : 0;
        }
    }
    PLM_TRY(read_leverage(order->place, diag, &row->leverage));
    PLM_TRY(check_leverage(whatif, order->place, row, diag));
    if (opening_of(row, order) > 0) {
        PLM_TRY(ask(whatif, order, row, diag, &verdict));
    }
    *out = (plm_whatif_order){.position = at,
                              .side = order->side,
                              .reduce_only = order->reduce_only,
                              .qty = order->qty,
                              .px = order->px,
                              .reason = verdict.reason};
    if (verdict.reason == PLM_REASON_NONE && may_open(row, order) &&
        !rest(&whatif->contracts.contract[order->sym], order, plm_money_of(verdict.hold), row)) {
        return plm_whatif_overflow(diag);
    }
    return PLM_OK;
}

plm_status plm_whatif_read_orders(plm_whatif *whatif, const plm_config_node *root, plm_diag *diag)
{
    const plm_config_node *entry;
    PLM_TRY(expect_list(root, "orders", PLM_WHATIF_ORDERS_MAX, diag, &entry));
    whatif->order = plm_alloc(PLM_WHATIF_ORDERS_MAX, sizeof *whatif->order);
    for (; entry != NULL; entry = entry->next) {
        wanted order;
        plm_whatif_order placed;
        PLM_TRY(read_order(whatif, entry, diag, &order));
        PLM_TRY(place_order(whatif, root, &order, diag, &placed));
        whatif->order[whatif->order_count++] = placed;
    }
    return PLM_OK;
}
