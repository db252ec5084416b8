/*
 * portfolio.c - the worst loss of each risk unit over its grid, add-ons, credits between units.
 */
#include "portfolio.h"

#include "account.h"
#include "check.h"

/* -- what is held ---------------------------------------------------------------------------- */

static bool qty_of(const plm_grid *grid, uint32_t at, plm_qty *out)
{
    const plm_margin_position *const row = &grid->input->position[at];
    plm_qty qty = row->qty;
    if ((grid->fill == PLM_GRID_FILL_BUYS && !plm_i64_add(qty, row->buy_qty, &qty)) ||
        (grid->fill == PLM_GRID_FILL_SELLS && !plm_i64_sub(qty, row->sell_qty, &qty)) ||
        (at == grid->more_at && !plm_i64_add(qty, grid->more, &qty))) {
        return false;
    }
    *out = row->requirement_px2 == 0 ? 0 : qty; /* no order is admitted without a price */
    return true;
}

static const plm_contract *contract_of(const plm_grid *grid, uint32_t at)
{
    return &grid->rules->contracts->contract[grid->input->position[at].sym];
}

static uint32_t unit_of(const plm_grid *grid, uint32_t at)
{
    return grid->rules->unit[grid->input->position[at].sym];
}

/* Whether no position before this one is of its unit. */
static bool is_first_of_unit(const plm_grid *grid, uint32_t at)
{
    for (uint32_t i = 0; i < at; i++) {
        if (unit_of(grid, i) == unit_of(grid, at)) {
            return false;
        }
    }
    return true;
}

/* An asset whose price never moves has no bounds. */
static plm_margin_band factors_of(const plm_grid *grid, uint32_t place)
{
    plm_margin_band const still = {PLM_RATE_ONE, PLM_RATE_ONE};
    if (grid->box == NULL) {
        return still;
    }
    plm_margin_band const bounds = grid->box[2 * grid->input->position_count + place];
    return bounds.lo == INT64_MIN ? still : bounds;
}

static plm_margin_band prices_of(const plm_grid *grid, uint32_t at)
{
    int64_t const px2 = grid->input->position[at].requirement_px2;
    return grid->box == NULL ? (plm_margin_band){px2, px2} : grid->box[2 * at + 1];
}

/* -- one position in one scenario ------------------------------------------------------------ */

/* px2 moved by p * g, down, at least 1. */
static bool moved_px2(int64_t px2, plm_rate move, plm_rate multiplier, int64_t *out)
{
    plm_i128 const one = (plm_i128)PLM_RATE_ONE * PLM_RATE_ONE;
    plm_i128 moved;
    if (!(multiplier == PLM_RATE_ONE
              ? plm_i128_div((plm_i128)px2 * move, PLM_RATE_ONE, PLM_ROUND_FLOOR, &moved)
              : plm_muldiv(px2, (plm_i128)move * multiplier, one, PLM_ROUND_FLOOR, &moved))) {
        return false;
    }
    moved += px2; /* both below 2^127 / 2 */
    if (moved > INT64_MAX) {
        return false;
    }
    *out = moved < 1 ? 1 : (int64_t)moved;
    return true;
}

/* Change of a position's profit when its price moves away from px2, in the settle asset. */
static bool change_at(const plm_grid *grid, uint32_t at, plm_qty qty, int64_t px2, plm_rate move,
                      plm_money *out)
{
    const plm_contract *const contract = contract_of(grid, at);
    int64_t there;
    plm_money now, then;
    return moved_px2(px2, move, grid->input->position[at].multiplier, &there) &&
           plm_contract_value2(contract, qty, px2, &now) &&
           plm_contract_value2(contract, qty, there, &then) &&
           plm_contract_profit(contract, then, now, out);
}

/*
 * By how much a change inside a box may lie below those at its ends. The change of a linear
 * contract goes one way with the price, but both values are rounded. That of an inverse one goes
 * as 1 / price but for the moved price being cut down: 1 / floor(y) - 1 / y <= 1 / floor(y)^2, and
 * that is largest at the lower end.
 */
static bool slack_of(const plm_grid *grid, uint32_t at, plm_qty qty, plm_rate move, plm_i128 *out)
{
    const plm_contract *const contract = contract_of(grid, at);
    plm_i128 slack = 2;
    if (contract->form == PLM_FORM_INVERSE) {
        int64_t low;
        plm_money value;
        if (!moved_px2(prices_of(grid, at).lo, move, grid->input->position[at].multiplier, &low) ||
            !plm_contract_value2(contract, qty, low, &value)) {
            return false;
        }
        plm_i128 const size = value.v < 0 ? -value.v : value.v;
        slack += size / low + 1;
    }
    *out = slack;
    return true;
}

/* The same in the unit: the least of it where there is a box. */
static bool change_of(const plm_grid *grid, uint32_t at, plm_qty qty, plm_rate move, plm_money *out)
{
    uint32_t const place = grid->input->position[at].place;
    plm_margin_band const prices = prices_of(grid, at), factors = factors_of(grid, place);
    plm_money change, other;
    plm_i128 slack;
    if (!change_at(grid, at, qty, prices.lo, move, &change)) {
        return false;
    }
    if (grid->box != NULL) {
        if (!change_at(grid, at, qty, prices.hi, move, &other) ||
            !slack_of(grid, at, qty, move, &slack)) {
            return false;
        }
        change.v = (change.v < other.v ? change.v : other.v) - slack;
    }
    return plm_equity_convert(change, &grid->input->asset[place].price,
                              change.v < 0 ? factors.hi : factors.lo, PLM_ROUND_FLOOR, out);
}

/* -- spot in one scenario -------------------------------------------------------------------- */

/* The balance of the base asset of a position's unit; out_place of an asset that the pool does not
 * have is its number of assets. */
static void find_base(const plm_grid *grid, uint32_t at, uint32_t *out_place)
{
    uint32_t const base = contract_of(grid, at)->base;
    uint32_t place = 0;
    while (place < grid->input->asset_count && grid->input->asset[place].asset != base) {
        place++;
    }
    *out_place = place;
}

static bool spot_change(const plm_grid *grid, uint32_t at, plm_rate move, plm_money *out)
{
    *out = (plm_money){0};
    uint32_t place;
    find_base(grid, at, &place);
    if (!grid->rules->set->rate.spot_included || place == grid->input->asset_count) {
        return true;
    }
    const plm_margin_asset *const asset = &grid->input->asset[place];
    plm_money held, value;
    if (!plm_money_sub(plm_money_of(asset->balance), plm_money_of(asset->lost), &held)) {
        return false;
    }
    if (held.v <= 0) {
        return true;
    }
    plm_margin_band const factors = factors_of(grid, place);
    plm_i128 const one = (plm_i128)PLM_RATE_ONE * PLM_RATE_ONE;
    plm_i128 const away = (plm_i128)move * grid->input->position[at].multiplier;
    if (!plm_equity_convert(held, &asset->price, move < 0 ? factors.hi : factors.lo,
                            PLM_ROUND_FLOOR, &value)) {
        return false;
    }
    if (grid->box != NULL && move < 0) {
        value.v += 16; /* both roundings of the conversion, the first of them times the factor */
    }
    return plm_muldiv(value.v, away, one, PLM_ROUND_FLOOR, &out->v);
}

/* -- units ----------------------------------------------------------------------------------- */

/* Weighted loss of a unit in a scenario, not below 0. */
static bool loss_of(const plm_grid *grid, uint32_t first, const plm_scenario_row *scenario,
                    plm_money *out)
{
    plm_money sum;
    if (!spot_change(grid, first, scenario->move, &sum)) {
        return false;
    }
    for (uint32_t i = first; i < grid->input->position_count; i++) {
        plm_qty qty;
        plm_money change = {0};
        if (!qty_of(grid, i, &qty)) {
            return false;
        }
        if (qty != 0 && unit_of(grid, i) == unit_of(grid, first) &&
            (!change_of(grid, i, qty, scenario->move, &change) ||
             !plm_money_add(sum, change, &sum))) {
            return false;
        }
    }
    plm_money loss = {0};
    return (sum.v >= 0 || plm_money_negate(sum, &loss)) &&
           plm_exact_rate(loss, scenario->weight, plm_requirement_round(grid->rules), out);
}

/* The largest of them, and the first scenario that has it. */
static bool scan_of(const plm_grid *grid, uint32_t first, plm_money *out,
                    const plm_scenario_row **out_worst)
{
    plm_rule_rows const rows = grid->rules->scenario[grid->input->position[first].sym];
    *out_worst = NULL;
    for (uint32_t i = 0; i < rows.count; i++) {
        const plm_scenario_row *const row = &grid->rules->set->rate.scenario[rows.first + i];
        plm_money loss;
        if (!loss_of(grid, first, row, &loss)) {
            return false;
        }
        if (*out_worst == NULL || loss.v > out->v) {
            *out = loss;
            *out_worst = row;
        }
    }
    return rows.count > 0;
}

/* Values of the long and the short positions of a unit, in the pool's unit; minima of both. */
typedef struct sides {
    plm_money longs, shorts, minimum;
    bool any;
} sides;

static bool sides_of(const plm_grid *grid, uint32_t first, sides *out)
{
    plm_round const round = plm_requirement_round(grid->rules);
    *out = (sides){0};
    for (uint32_t i = first; i < grid->input->position_count; i++) {
        plm_qty qty;
        if (!qty_of(grid, i, &qty)) {
            return false;
        }
        if (qty == 0 || unit_of(grid, i) != unit_of(grid, first)) {
            continue;
        }
        const plm_margin_position *const row = &grid->input->position[i];
        const plm_fraction *const price = &grid->input->asset[row->place].price;
        plm_margin_band const prices = prices_of(grid, i);
        bool const inverse = contract_of(grid, i)->form == PLM_FORM_INVERSE;
        plm_rate const factor = factors_of(grid, row->place).hi;
        plm_money value, minimum;
        plm_money *const side = qty > 0 ? &out->longs : &out->shorts;
        if (!plm_contract_value2(contract_of(grid, i), qty, inverse ? prices.lo : prices.hi,
                                 &value) ||
            (qty < 0 && !plm_money_negate(value, &value)) ||
            !plm_equity_convert(value, price, factor, round, &value) ||
            !plm_money_add(*side, value, side) ||
            !plm_equity_convert(grid->rules->set->rate.minimum, price, factor, round, &minimum) ||
            !plm_money_add(out->minimum, minimum, &out->minimum)) {
            return false;
        }
        out->any = true;
    }
    return true;
}

static bool addons_of(const plm_grid *grid, const sides *held, plm_money *out)
{
    const plm_rate_rule *const rule = &grid->rules->set->rate;
    plm_round const round = plm_requirement_round(grid->rules);
    plm_money const both = held->longs.v < held->shorts.v ? held->longs : held->shorts;
    plm_money all, offset, gross;
    return plm_money_add(held->longs, held->shorts, &all) &&
           plm_exact_rate(both, rule->offset, round, &offset) &&
           plm_exact_rate(all, rule->gross, round, &gross) &&
           plm_money_add(held->minimum, offset, out) && plm_money_add(*out, gross, out);
}

/* The loss of each position of a unit in its worst scenario. */
static bool share_out(const plm_grid *grid, uint32_t first, const plm_scenario_row *worst,
                      plm_margin_part *part)
{
    plm_round const round = plm_requirement_round(grid->rules);
    for (uint32_t i = first; i < grid->input->position_count; i++) {
        plm_qty qty;
        plm_money change, loss;
        if (!qty_of(grid, i, &qty)) {
            return false;
        }
        if (qty == 0 || unit_of(grid, i) != unit_of(grid, first)) {
            continue;
        }
        if (!change_of(grid, i, qty, worst->move, &change) || !plm_money_negate(change, &loss) ||
            !plm_exact_rate(loss, worst->weight, round, &loss)) {
            return false;
        }
        part[i].maintenance = plm_amount_of(loss);
    }
    return true;
}

/* -- credits --------------------------------------------------------------------------------- */

/* The first position of a unit, or the number of positions. */
static uint32_t find_unit(const plm_grid *grid, uint32_t unit)
{
    uint32_t at = 0;
    while (at < grid->input->position_count && unit_of(grid, at) != unit) {
        at++;
    }
    return at;
}

/* -1, 0, 1: which side of a unit is larger. */
static bool net_side(const plm_grid *grid, uint32_t first, int *out)
{
    sides held;
    if (!sides_of(grid, first, &held)) {
        return false;
    }
    *out = plm_money_compare(held.longs, held.shorts);
    return true;
}

/* What a unit's scan is less what earlier credits used: credits are few, so they are replayed. */
static bool rest_of(const plm_grid *grid, uint32_t first, uint32_t credit, const plm_money *used,
                    plm_money *out)
{
    const plm_scenario_row *worst;
    if (!scan_of(grid, first, out, &worst)) {
        return false;
    }
    for (uint32_t i = 0; i < credit; i++) {
        const plm_rule_pair *const pair = &grid->rules->credit[i];
        uint32_t const unit = unit_of(grid, first);
        if (pair->unit[0] == unit || pair->unit[1] == unit) {
            out->v -= used[i].v;
        }
    }
    return true;
}

static bool take_credits(const plm_grid *grid, plm_money *sum)
{
    const plm_offset_rule *const rule = &grid->rules->set->offset;
    uint32_t const none = grid->input->position_count;
    plm_money used[PLM_CREDITS_MAX] = {{0}};
    plm_assert(rule->credit_count <= PLM_CREDITS_MAX);
    for (uint32_t i = 0; i < rule->credit_count; i++) {
        const plm_rule_pair *const pair = &grid->rules->credit[i];
        uint32_t const a = find_unit(grid, pair->unit[0]), b = find_unit(grid, pair->unit[1]);
        int side_a, side_b;
        plm_money rest_a, rest_b, credit;
        if (a == none || b == none) {
            continue;
        }
        if (!net_side(grid, a, &side_a) || !net_side(grid, b, &side_b)) {
            return false;
        }
        if (side_a * side_b >= 0) {
            continue;
        }
        if (!rest_of(grid, a, i, used, &rest_a) || !rest_of(grid, b, i, used, &rest_b)) {
            return false;
        }
        used[i] = rest_a.v < rest_b.v ? rest_a : rest_b;
        if (!plm_exact_rate(used[i], rule->credit[i].rate, PLM_ROUND_FLOOR, &credit) ||
            !plm_money_sub(*sum, credit, sum)) {
            return false;
        }
    }
    return true;
}

/* -- the pool -------------------------------------------------------------------------------- */

bool plm_grid_maintenance(const plm_grid *grid, plm_margin_part *part, plm_money *out)
{
    plm_money sum = {0};
    for (uint32_t i = 0; i < grid->input->position_count; i++) {
        sides held;
        plm_money scan, addons;
        const plm_scenario_row *worst;
        if (!is_first_of_unit(grid, i)) {
            continue;
        }
        if (!sides_of(grid, i, &held)) {
            return false;
        }
        if (!held.any) {
            continue;
        }
        if (!scan_of(grid, i, &scan, &worst) || !addons_of(grid, &held, &addons) ||
            !plm_money_add(sum, scan, &sum) || !plm_money_add(sum, addons, &sum) ||
            (part != NULL && !share_out(grid, i, worst, part))) {
            return false;
        }
    }
    if (grid->box == NULL && !take_credits(grid, &sum)) {
        return false;
    }
    out->v = sum.v > 0 ? sum.v : 0;
    return true;
}

static bool initial_of(const plm_rules *rules, plm_money maintenance, plm_money *out)
{
    return plm_exact_rate(maintenance, rules->set->rate.scenario_factor,
                          plm_requirement_round(rules), out);
}

bool plm_grid_initial(const plm_grid *grid, plm_money *out)
{
    plm_money maintenance;
    return plm_grid_maintenance(grid, NULL, &maintenance) &&
           initial_of(grid->rules, maintenance, out);
}

/* What resting orders add: the worse of all buys and all sells filled. */
static bool orders_of(const plm_grid *pool, plm_money initial, plm_money *out)
{
    plm_grid filled = *pool;
    plm_money buys, sells;
    filled.fill = PLM_GRID_FILL_BUYS;
    if (!plm_grid_initial(&filled, &buys)) {
        return false;
    }
    filled.fill = PLM_GRID_FILL_SELLS;
    if (!plm_grid_initial(&filled, &sells)) {
        return false;
    }
    plm_i128 const worse = buys.v > sells.v ? buys.v : sells.v;
    out->v = worse > initial.v ? worse - initial.v : 0;
    return true;
}

static bool has_orders(const plm_margin_input *input)
{
    for (uint32_t i = 0; i < input->position_count; i++) {
        if (input->position[i].buy_qty != 0 || input->position[i].sell_qty != 0) {
            return true;
        }
    }
    return false;
}

bool plm_portfolio_require(const plm_rules *rules, const plm_margin_input *input,
                           plm_margin_output *out)
{
    plm_grid const grid = {.rules = rules, .input = input, .more_at = UINT32_MAX};
    plm_money maintenance, initial, orders = {0};
    if (!plm_grid_maintenance(&grid, out->part, &maintenance) ||
        !initial_of(rules, maintenance, &initial)) {
        return false;
    }
    if (rules->set->orders == PLM_ORDER_MARGIN_WORSE_SIDE && has_orders(input) &&
        !orders_of(&grid, initial, &orders)) {
        return false;
    }
    for (uint32_t i = 0; i < input->position_count; i++) {
        plm_money share;
        if (!initial_of(rules, plm_money_of(out->part[i].maintenance), &share)) {
            return false;
        }
        out->part[i].initial = plm_amount_of(share);
    }
    out->maintenance = plm_amount_of(maintenance);
    out->initial = plm_amount_of(initial);
    out->orders = plm_amount_of(orders);
    return true;
}
