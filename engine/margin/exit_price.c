/*
 * exit_price.c - the nearest price of an instrument, or factor of an underlying, at which the
 * trigger fires.
 */
#include "exit_price.h"

#include "account.h"
#include "check.h"
#include "exit_parts.h"

#define ONE INT64_C(1000000000000) /* 1 as a rate */
#define PX_MOST (INT64_MAX / 2)    /* twice it has to fit */
#define FACTOR_REACH 1000          /* the same of factors */

/* -- the walk ---------------------------------------------------------------------------------- */

/* The nearest of the points beyond `from` in the direction, a doubling or halving at the latest. */
static int64_t next_point(const plm_exit_search *search, int64_t from, bool up)
{
    int64_t const steps = from / search->step;
    int64_t next = up ? (steps > INT64_MAX / 2 / search->step ? INT64_MAX : 2 * from)
                      : steps / 2 * search->step;
    next = up && next > search->most ? search->most : next;
    next = !up && next < search->least ? search->least : next;
    for (uint32_t i = 0; i < search->points->count; i++) {
        int64_t const point = search->points->point[i];
        if (up ? point > from && point < next : point < from && point > next) {
            next = point;
        }
    }
    return next;
}

/* `near` does not fire, `far` does. */
static int64_t bisect(const plm_exit_search *search, int64_t near, int64_t far)
{
    int64_t low = near / search->step, high = far / search->step;
    while (high - low > 1 || low - high > 1) {
        int64_t const middle = low + (high - low) / 2;
        bool fires = false;
        if (!search->fires(search->context, middle * search->step, &fires)) {
            return 0;
        }
        low = fires ? low : middle;
        high = fires ? middle : high;
    }
    return high * search->step;
}

int64_t plm_exit_find(const plm_exit_search *search, bool up)
{
    int64_t quiet = search->start, point = search->start;
    while (point >= search->least && point <= search->most) {
        bool fires = false;
        if (!search->fires(search->context, point, &fires)) {
            return 0;
        }
        if (fires) {
            return point == search->start ? point : bisect(search, quiet, point);
        }
        quiet = point;
        point = next_point(search, quiet, up);
        if (point == quiet) {
            return 0;
        }
    }
    return 0;
}

/* -- the present ------------------------------------------------------------------------------- */

static bool fires_now(plm_trial *trial, bool *out_priced, bool *out_fires)
{
    if (!plm_trial_assess(trial)) {
        return false;
    }
    *out_priced = trial->out.priced;
    *out_fires = trial->out.liquidatable && !plm_margin_at_rest(&trial->input);
    return true;
}

/* -- a price ----------------------------------------------------------------------------------- */

typedef struct price_probe {
    plm_trial *trial;
    uint32_t sym;
} price_probe;

static bool fires_at_px(void *context, int64_t px, bool *out)
{
    price_probe *const probe = context;
    plm_trial *const trial = probe->trial;
    bool priced;
    for (uint32_t i = 0; i < trial->input.position_count; i++) {
        if (trial->position[i].sym == probe->sym) {
            trial->position[i].pnl_px2 = 2 * px;
            trial->position[i].requirement_px2 = 2 * px;
        }
    }
    return fires_now(trial, &priced, out) && priced;
}

static plm_px on_tick(int64_t px2, plm_px tick, bool up)
{
    int64_t ticks = px2 / 2 / tick;
    ticks += up && ticks * tick * 2 < px2 ? 1 : 0;
    return ticks < 1 ? tick : ticks * tick;
}

bool plm_exit_price_of(const plm_rules *rules, const plm_margin_input *input, uint32_t position,
                       plm_exit_price *out)
{
    plm_assert(position < input->position_count);
    const plm_margin_position *const row = &input->position[position];
    plm_px const tick = rules->contracts->contract[row->sym].tick;
    plm_exit_price found = {0, 0};
    bool priced = false, fires = false;
    plm_trial trial;
    plm_exit_points points;
    plm_trial_init(&trial, rules, input);
    plm_exit_points_init(&points);
    bool fits = fires_now(&trial, &priced, &fires);
    if (fits && priced && row->qty != 0) {
        found.down = on_tick(row->requirement_px2, tick, false);
        found.up = on_tick(row->requirement_px2, tick, true);
        fits = fires || plm_exit_kinks(rules, input, &trial.out, row->sym, &points);
        if (fits && !fires) {
            price_probe probe = {&trial, row->sym};
            plm_exit_search search = {.fires = fires_at_px,
                                      .context = &probe,
                                      .start = found.down,
                                      .step = tick,
                                      .least = tick,
                                      .most = PX_MOST / tick * tick,
                                      .points = &points};
            found.down = plm_exit_find(&search, false);
            search.start = found.up;
            found.up = plm_exit_find(&search, true);
        }
    }
    plm_exit_points_fini(&points);
    plm_trial_fini(&trial);
    if (fits) {
        *out = found;
    }
    return fits;
}

/* -- a factor ---------------------------------------------------------------------------------- */

typedef struct factor_probe {
    plm_trial *trial;
    uint32_t unit;
} factor_probe;

static bool times(int64_t px2, int64_t factor, int64_t *out)
{
    plm_i128 product;
    if (px2 == 0) {
        *out = 0;
        return true;
    }
    if (!plm_muldiv(px2, factor, ONE, PLM_ROUND_HALF_EVEN, &product) || product > INT64_MAX / 4) {
        return false;
    }
    *out = product < 1 ? 1 : (int64_t)product;
    return true;
}

/* The price of an asset: exact where the fraction has room for the factor. */
static bool times_fraction(const plm_fraction *price, int64_t factor, plm_fraction *out)
{
    plm_i128 const num = plm_money_of(price->num).v, den = plm_money_of(price->den).v;
    plm_i128 new_num, new_den = den;
    if ((!plm_i128_mul(num, factor, &new_num) || !plm_i128_mul(den, ONE, &new_den)) &&
        !plm_muldiv(num, factor, ONE, PLM_ROUND_HALF_EVEN, &new_num)) {
        return false;
    }
    *out = (plm_fraction){plm_amount_of((plm_money){new_num}), plm_amount_of((plm_money){new_den})};
    return true;
}

static bool fires_at_factor(void *context, int64_t factor, bool *out)
{
    factor_probe *const probe = context;
    plm_trial *const trial = probe->trial;
    const plm_rules *const rules = trial->rules;
    plm_trial_reset(trial);
    for (uint32_t i = 0; i < trial->input.position_count; i++) {
        plm_margin_position *const row = &trial->position[i];
        if (rules->unit[row->sym] == probe->unit &&
            (!times(row->pnl_px2, factor, &row->pnl_px2) ||
             !times(row->requirement_px2, factor, &row->requirement_px2))) {
            return false;
        }
    }
    for (uint32_t i = 0; i < trial->input.asset_count; i++) {
        plm_margin_asset *const asset = &trial->asset[i];
        bool moves = false;
        for (uint32_t sym = 0; sym < rules->contracts->count && asset->asset != trial->input.unit;
             sym++) {
            moves = moves ||
                    (rules->unit[sym] == probe->unit && trial->input.base[sym] == asset->asset &&
                     rules->contracts->contract[sym].form != PLM_FORM_NONE);
        }
        if (moves && !times_fraction(&asset->price, factor, &asset->price)) {
            return false;
        }
    }
    bool priced;
    return fires_now(trial, &priced, out) && priced;
}

/* Each percent up to twice the price, then each tenth more; and where the kinks of the single
 * instruments are. */
static bool factor_points(const plm_rules *rules, const plm_margin_input *input,
                          const plm_margin_output *now, uint32_t unit, plm_exit_points *out)
{
    for (int64_t percent = 1; percent <= 200; percent++) {
        plm_exit_points_add(out, percent * (ONE / 100));
    }
    for (int64_t factor = 2 * ONE; factor < FACTOR_REACH * ONE; factor += factor / 10) {
        plm_exit_points_add(out, factor);
    }
    plm_exit_points kinks;
    plm_exit_points_init(&kinks);
    bool fits = true;
    for (uint32_t i = 0; i < input->position_count && fits; i++) {
        const plm_margin_position *const row = &input->position[i];
        if (row->qty == 0 || rules->unit[row->sym] != unit || row->requirement_px2 <= 0) {
            continue;
        }
        kinks.count = 0;
        fits = plm_exit_kinks(rules, input, now, row->sym, &kinks);
        for (uint32_t k = 0; k < kinks.count && fits; k++) {
            plm_i128 factor;
            if (plm_muldiv(2 * (plm_i128)kinks.point[k], ONE, row->requirement_px2, PLM_ROUND_FLOOR,
                           &factor) &&
                factor > 0 && factor < FACTOR_REACH * ONE) {
                plm_exit_points_add(out, (int64_t)factor);
            }
        }
    }
    plm_exit_points_fini(&kinks);
    return fits;
}

bool plm_exit_factor_of(const plm_rules *rules, const plm_margin_input *input, uint32_t unit,
                        plm_rate *out_down, plm_rate *out_up)
{
    plm_rate down = 0, up = 0;
    bool priced = false, fires = false;
    plm_trial trial;
    plm_exit_points points;
    plm_trial_init(&trial, rules, input);
    plm_exit_points_init(&points);
    bool fits = fires_now(&trial, &priced, &fires) &&
                (!priced || fires || factor_points(rules, input, &trial.out, unit, &points));
    if (fits && priced) {
        factor_probe probe = {&trial, unit};
        plm_exit_search const search = {.fires = fires_at_factor,
                                        .context = &probe,
                                        .start = ONE,
                                        .step = 1,
                                        .least = 1,
                                        .most = FACTOR_REACH * ONE,
                                        .points = &points};
        down = fires ? ONE : plm_exit_find(&search, false);
        up = fires ? ONE : plm_exit_find(&search, true);
    }
    plm_exit_points_fini(&points);
    plm_trial_fini(&trial);
    if (fits) {
        *out_down = down;
        *out_up = up;
    }
    return fits;
}
