/*
 * test_margin_property.c - promises of assess.h and band.h on random pools under random rulebooks:
 * - maintenance by slices is continuous in size and by whole tiers only jumps up;
 * - closing part of a position at its price without fee moves no equity and never raises the
 *   requirement, where legs do not net and there is no grid;
 * - adding collateral never lowers equity and never makes a pool liquidatable, where spot is not
 *   part of a grid;
 * - the trigger is the comparison of the two numbers, for pools that are not at rest;
 * - anywhere inside the bands, all prices at once, corners too, the trigger stays silent and the
 *   wish holds; bands are there, and wide, for nearly all pools that have room.
 */
#include "random_pool.h"

#include "band.h"
#include "requirement.h"

#define POOLS 120000u
#define DRAWS 6u

/* -- what is looked at ------------------------------------------------------------------------ */

typedef struct tally {
    uint32_t liquidatable, roomy, empty, narrow, moved, draws;
} tally;

static plm_money surplus_of(const plm_margin_output *out)
{
    return (plm_money){plm_money_of(out->equity).v - plm_money_of(out->maintenance).v};
}

static plm_margin_output assess_copy(const pool_scene *self, const plm_margin_input *input,
                                     plm_margin_part *part)
{
    plm_margin_output out = {.size = sizeof out, .part = part};
    assert_true(plm_assess(&self->rules, input, &out));
    assert_int_equal(out.priced, 1);
    return out;
}

static void check_trigger(const pool_scene *self, tally *sum)
{
    const plm_margin_output *const out = &self->out;
    plm_i128 const surplus = surplus_of(out).v;
    bool tested = false;
    for (uint32_t i = 0; i < self->input.position_count; i++) {
        tested = tested || self->position[i].qty != 0;
    }
    for (uint32_t i = 0; i < self->input.asset_count; i++) {
        tested = tested || plm_money_of(self->asset[i].balance).v < 0;
    }
    bool const above = self->rules.set->trigger_above;
    assert_int_equal(out->liquidatable, tested && (above ? surplus < 0 : surplus <= 0));
    sum->liquidatable += out->liquidatable;
}

static void check_tiers(const pool_scene *self)
{
    const plm_rate_rule *const rule = &self->rules.set->rate;
    if (rule->kind != PLM_RATE_MARGINAL && rule->kind != PLM_RATE_WHOLE) {
        return;
    }
    for (uint32_t i = 1; i < rule->row_count; i++) {
        plm_money at[3];
        for (int step = -1; step <= 1; step++) {
            plm_exposure exposure = {.sym = LINEAR, .side = 1, .multiplier = ONE};
            exposure.value.v = rule->row[i].from.v + step;
            exposure.measure = exposure.value.v;
            exposure.row = &rule->row[step < 0 ? i - 1 : i];
            assert_true(plm_rate_amount(&self->rules, &exposure, PLM_RATE_VIEW_MAINTENANCE, false,
                                        &at[step + 1]));
        }
        assert_true(at[0].v <= at[1].v && at[1].v <= at[2].v);
        if (rule->kind == PLM_RATE_MARGINAL) {
            assert_true(at[2].v - at[0].v <= 3);
        }
    }
}

/* -- changes of the pool ---------------------------------------------------------------------- */

static void check_collateral(plm_philox *rng, const pool_scene *self)
{
    if (self->input.regime == PLM_MARGIN_PORTFOLIO && self->rules.set->rate.spot_included) {
        return;
    }
    plm_margin_asset asset[HELP_PLACES_MAX];
    plm_margin_part part[HELP_PLACES_MAX];
    memcpy(asset, self->asset, sizeof asset);
    plm_margin_input input = self->input;
    input.asset = asset;
    uint32_t const place = below(rng, input.asset_count);
    plm_i128 const more = plm_money_of(asset[place].balance).v + some_amount(rng, 1000).v;
    asset[place].balance = plm_amount_of((plm_money){more});
    plm_margin_output const out = assess_copy(self, &input, part);
    assert_true(plm_money_of(out.equity).v >= plm_money_of(self->out.equity).v);
    assert_i128_equal(plm_money_of(out.maintenance).v, plm_money_of(self->out.maintenance).v);
    assert_true(self->out.liquidatable || !out.liquidatable);
}

/* At the pnl price, which is then the requirement's, too. */
static void check_closing(plm_philox *rng, const pool_scene *self)
{
    if (self->input.regime == PLM_MARGIN_PORTFOLIO || self->input.position_count == 0 ||
        self->rules.set->net_maintenance == PLM_NETTING_NET) {
        return;
    }
    plm_margin_asset asset[HELP_PLACES_MAX];
    plm_margin_position position[HELP_PLACES_MAX];
    plm_margin_part part[HELP_PLACES_MAX];
    memcpy(asset, self->asset, sizeof asset);
    memcpy(position, self->position, sizeof position);
    plm_margin_input input = self->input;
    input.asset = asset;
    input.position = position;
    plm_margin_position *const row = &position[below(rng, input.position_count)];
    plm_qty const size = row->qty < 0 ? -row->qty : row->qty;
    plm_qty const part_qty = between(rng, 1, size) * (row->qty < 0 ? -1 : 1);
    const plm_contract *const contract = &self->contracts.contract[row->sym];
    plm_money cost, value, profit;
    assert_true(
        plm_money_muldiv(plm_money_of(row->cost), part_qty, row->qty, PLM_ROUND_HALF_EVEN, &cost));
    assert_true(plm_contract_value2(contract, part_qty, row->pnl_px2, &value));
    assert_true(plm_contract_profit(contract, value, cost, &profit));
    row->qty -= part_qty;
    row->cost = plm_amount_of((plm_money){plm_money_of(row->cost).v - cost.v});
    plm_money const balance = {plm_money_of(asset[row->place].balance).v + profit.v};
    asset[row->place].balance = plm_amount_of(balance);
    plm_margin_output const out = assess_copy(self, &input, part);
    assert_true(plm_money_of(out.maintenance).v <= plm_money_of(self->out.maintenance).v);
    /* values are rounded in parts: a unit or two of the asset, at up to 70000 */
    plm_i128 const moved = plm_money_of(out.equity).v - plm_money_of(self->out.equity).v;
    assert_true(moved <= 200000 && moved >= -200000);
}

/* -- bands ------------------------------------------------------------------------------------ */

static int64_t draw(plm_philox *rng, plm_margin_band bounds, int64_t now)
{
    int64_t const low = bounds.lo > now / 16 ? bounds.lo : now / 16 + 1;
    int64_t const high = bounds.hi < now * 16 ? bounds.hi : now * 16;
    uint32_t const kind = below(rng, 4);
    return kind == 0 ? low : kind == 1 ? high : between(rng, low, high);
}

static plm_fraction moved_price(plm_fraction now, int64_t factor)
{
    return (plm_fraction){
        plm_amount_of((plm_money){plm_money_of(now.num).v * factor}),
        plm_amount_of((plm_money){plm_money_of(now.den).v * ONE}),
    };
}

/* The pool somewhere in the box. Legs of an instrument have prices of their own here. */
static void check_inside(plm_philox *rng, const pool_scene *self, const plm_margin_band *box,
                         const plm_margin_wish *wish)
{
    plm_margin_asset asset[HELP_PLACES_MAX];
    plm_margin_position position[HELP_PLACES_MAX];
    plm_margin_part part[HELP_PLACES_MAX];
    plm_margin_input input = self->input;
    input.asset = memcpy(asset, self->asset, sizeof asset);
    input.position = memcpy(position, self->position, sizeof position);
    for (uint32_t i = 0; i < input.position_count; i++) {
        position[i].pnl_px2 = draw(rng, box[2 * i], position[i].pnl_px2);
        position[i].requirement_px2 = draw(rng, box[2 * i + 1], position[i].requirement_px2);
    }
    for (uint32_t i = 0; i < input.asset_count; i++) {
        plm_margin_band const bounds = box[2 * input.position_count + i];
        if (bounds.lo != INT64_MIN) {
            int64_t const factor = draw(rng, bounds, ONE);
            asset[i].price = moved_price(asset[i].price, factor > 0 ? factor : 1);
        }
    }
    plm_margin_output const out = assess_copy(self, &input, part);
    assert_int_equal(out.liquidatable, 0);
    plm_i128 const wanted = plm_money_of(out.maintenance).v + plm_money_of(wish->least).v;
    assert_true(plm_compare_products(plm_money_of(out.equity).v, wish->factor, wanted, ONE) > 0);
}

/* Half of the surplus may go, or a warning may come. */
static plm_margin_wish random_wish(plm_philox *rng, const plm_margin_output *now)
{
    plm_i128 const surplus = surplus_of(now).v;
    return chance(rng, 50)
               ? (plm_margin_wish){ONE, plm_amount_of((plm_money){surplus / 2})}
               : (plm_margin_wish){between(rng, ONE / 2, 2 * ONE), plm_amount_of(units(0))};
}

static bool wish_holds(const plm_margin_wish *wish, const plm_margin_output *now)
{
    plm_i128 const wanted = plm_money_of(now->maintenance).v + plm_money_of(wish->least).v;
    return plm_compare_products(plm_money_of(now->equity).v, wish->factor, wanted, ONE) > 0;
}

/* At least a thousandth away from the price, wherever there is a bound at all. */
static bool is_narrow(const pool_scene *self, const plm_margin_band *box)
{
    for (uint32_t i = 0; i < 2 * self->input.position_count; i++) {
        const plm_margin_position *const row = &self->position[i / 2];
        int64_t const px2 = i % 2 == 0 ? row->pnl_px2 : row->requirement_px2;
        if (box[i].lo > px2 - px2 / 1000 || box[i].hi < px2 + px2 / 1000) {
            return true;
        }
    }
    return false;
}

static void check_band(plm_philox *rng, const pool_scene *self, tally *sum)
{
    plm_margin_band box[3 * HELP_PLACES_MAX];
    plm_margin_wish const wish = random_wish(rng, &self->out);
    assert_true(plm_band(&self->rules, &self->input, &self->out, &wish, box));
    bool const holds = wish_holds(&wish, &self->out) && !self->out.liquidatable;
    uint32_t const keys = 2 * self->input.position_count + self->input.asset_count;
    if (box[0].lo > box[0].hi) {
        for (uint32_t i = 0; i < keys; i++) {
            assert_true(box[i].lo > box[i].hi);
        }
    } else {
        assert_true(holds);
        for (uint32_t i = 0; i < DRAWS; i++) {
            check_inside(rng, self, box, &wish);
        }
        sum->draws += DRAWS;
    }
    /* room: a tenth of the equity, for the trigger and for the wish */
    plm_i128 const equity = plm_money_of(self->out.equity).v;
    plm_i128 const left = equity / 1000000 * (wish.factor / 1000000) -
                          plm_money_of(self->out.maintenance).v - plm_money_of(wish.least).v;
    if (holds && self->input.position_count > 0 && left > equity / 10 &&
        surplus_of(&self->out).v > equity / 10) {
        sum->roomy++;
        sum->empty += box[0].lo > box[0].hi;
        sum->narrow += box[0].lo <= box[0].hi && is_narrow(self, box);
    }
}

/* -- all of them ------------------------------------------------------------------------------ */

static void random_pools_keep_the_promises(void **state)
{
    (void)state;
    plm_philox rng;
    plm_philox_init(&rng, 20, "pools", 0);
    tally sum = {0};
    for (uint32_t i = 0; i < POOLS; i++) {
        pool_scene *const self = random_pool(&rng);
        (void)assess(self);
        check_trigger(self, &sum);
        check_tiers(self);
        check_collateral(&rng, self);
        check_closing(&rng, self);
        check_band(&rng, self, &sum);
        close_pool(self);
    }
    print_message("%u liquidatable; %u with room, %u without a band, %u narrow; %u draws\n",
                  sum.liquidatable, sum.roomy, sum.empty, sum.narrow, sum.draws);
    assert_true(sum.liquidatable > POOLS / 100); /* the test is about something */
    assert_true(sum.roomy > POOLS / 3);
    assert_true(sum.empty < sum.roomy / 50);
    assert_true(sum.narrow < sum.roomy / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_pools_keep_the_promises),
    };
    return cmocka_run_group_tests_name("margin_property", tests, NULL, NULL);
}
