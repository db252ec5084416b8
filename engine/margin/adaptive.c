/*
 * adaptive.c - returns, their variance, its root against the reference, and how fast it may fall.
 */
#include "adaptive.h"

#include "check.h"
#include "exact.h"
#include "memory.h"

/* -- life ------------------------------------------------------------------------------------ */

static plm_rate clamped(const plm_adaptive_rule *rule, plm_i128 value)
{
    plm_i128 const low = value < rule->floor ? rule->floor : value;
    return (plm_rate)(low > rule->cap ? rule->cap : low);
}

void plm_adaptive_init(plm_adaptive *adaptive, const plm_rules *rules)
{
    const plm_adaptive_rule *const rule = &rules->rulebook->adaptive;
    *adaptive = (plm_adaptive){.rules = rules};
    if (rule->shape == PLM_ADAPTIVE_NONE) {
        return;
    }
    plm_assert(rule->cadence_ns > 0);
    plm_assert(rule->sigma_ref > 0);
    plm_assert(!rule->realised || rule->window > 0);
    adaptive->rule = rule;
    adaptive->unit = plm_alloc(rules->unit_count, sizeof *adaptive->unit);
    for (uint32_t unit = 0; unit < rules->unit_count; unit++) {
        adaptive->unit[unit].multiplier = clamped(rule, PLM_RATE_ONE);
        adaptive->unit[unit].sym = PLM_NO_SYM;
    }
    if (rule->realised) {
        adaptive->square =
            plm_alloc((size_t)rules->unit_count * rule->window, sizeof *adaptive->square);
    }
}

void plm_adaptive_fini(plm_adaptive *adaptive)
{
    plm_free(adaptive->unit);
    plm_free(adaptive->square);
    *adaptive = (plm_adaptive){0};
}

plm_ts plm_adaptive_next(const plm_adaptive *adaptive, plm_ts ts)
{
    if (adaptive->rule == NULL) {
        return PLM_TS_MAX;
    }
    int64_t const cadence = adaptive->rule->cadence_ns;
    plm_assert(ts >= 0 && ts < PLM_TS_MAX);
    plm_ts const step = cadence - ts % cadence;
    return step < PLM_TS_MAX - ts ? ts + step : PLM_TS_MAX;
}

/* -- variance -------------------------------------------------------------------------------- */

/* The square of the return, at 10^-24. */
static bool square_of(int64_t before, int64_t px2, plm_i128 *out)
{
    plm_i128 change;
    return plm_muldiv((plm_i128)px2 - before, PLM_RATE_ONE, before, PLM_ROUND_HALF_EVEN, &change) &&
           plm_i128_mul(change, change, out);
}

/* The first return is the variance; then it is mixed in. */
static bool mix(const plm_adaptive_rule *rule, const plm_adaptive_unit *unit, plm_i128 square,
                plm_i128 *out)
{
    if (unit->observations == 1) {
        *out = square;
        return true;
    }
    plm_exact_sum sum = {0};
    plm_money mixed;
    if (!plm_exact_add(&sum, unit->variance, rule->lambda) ||
        !plm_exact_add(&sum, square, PLM_RATE_ONE - rule->lambda) ||
        !plm_exact_total(&sum, PLM_ROUND_HALF_EVEN, &mixed)) {
        return false;
    }
    *out = mixed.v;
    return true;
}

/* Slides the window on; the mean of what it holds. */
static bool slide(plm_adaptive *adaptive, uint32_t unit, plm_i128 square, plm_i128 *out_sum,
                  plm_i128 *out_mean)
{
    uint32_t const window = adaptive->rule->window;
    uint64_t const returns = adaptive->unit[unit].observations; /* with this one */
    plm_i128 *const ring = &adaptive->square[(size_t)unit * window];
    plm_i128 *const slot = &ring[(returns - 1) % window];
    plm_i128 sum;
    if (!plm_i128_add(adaptive->unit[unit].variance - *slot, square, &sum)) {
        return false;
    }
    *slot = square;
    *out_sum = sum;
    return plm_i128_div(sum, returns < window ? (plm_i128)returns : (plm_i128)window,
                        PLM_ROUND_HALF_EVEN, out_mean);
}

/* The floor of the root of n >= 0, bit by bit. */
static plm_i128 root_down(plm_i128 n)
{
    plm_u128 rest = (plm_u128)n, root = 0;
    for (plm_u128 bit = (plm_u128)1 << 126; bit != 0; bit >>= 2) {
        if (rest >= root + bit) {
            rest -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    return (plm_i128)root;
}

/* -- the multiplier -------------------------------------------------------------------------- */

static bool multiplier_of(const plm_adaptive_rule *rule, plm_i128 variance, plm_rate before,
                          plm_rate *out)
{
    plm_i128 ratio;
    if (!plm_muldiv(root_down(variance), PLM_RATE_ONE, rule->sigma_ref, PLM_ROUND_HALF_EVEN,
                    &ratio)) {
        return false;
    }
    if (rule->shape == PLM_ADAPTIVE_FLOOR1 && ratio < PLM_RATE_ONE) {
        ratio = PLM_RATE_ONE;
    }
    plm_rate const wanted = clamped(rule, ratio);
    plm_rate const lowest = before - rule->down;
    *out = wanted < lowest ? lowest : wanted;
    return true;
}

bool plm_adaptive_observe(plm_adaptive *adaptive, uint32_t unit, int64_t px2, bool *out_changed)
{
    plm_assert(adaptive->rule != NULL && unit < adaptive->rules->unit_count);
    plm_assert(px2 > 0);
    const plm_adaptive_rule *const rule = adaptive->rule;
    plm_adaptive_unit *const self = &adaptive->unit[unit];
    plm_adaptive_unit next = *self;
    next.px2 = px2;
    next.observations++;
    plm_i128 square, variance = 0;
    if (self->observations > 0) {
        if (!square_of(self->px2, px2, &square) ||
            !(rule->realised ? slide(adaptive, unit, square, &next.variance, &variance)
                             : mix(rule, self, square, &next.variance))) {
            return false;
        }
        variance = rule->realised ? variance : next.variance;
    }
    if (next.observations > 2 &&
        !multiplier_of(rule, variance, self->multiplier, &next.multiplier)) {
        return false;
    }
    *out_changed = next.multiplier != self->multiplier;
    *self = next;
    return true;
}

plm_rate plm_adaptive_multiplier(const plm_adaptive *adaptive, uint32_t sym)
{
    uint32_t const unit = adaptive->rules->unit[sym];
    if (adaptive->rule == NULL || unit == PLM_NO_UNIT) {
        return PLM_RATE_ONE;
    }
    return adaptive->unit[unit].multiplier;
}
