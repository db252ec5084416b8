/*
 * plimsoll_margin_aux.h - comfort for margin models: amounts as numbers, what a position is worth,
 * and everything that a model needs around its own functions. Exact, or it says so: `fits` turns
 * false for good when an amount is beyond PLM_MODEL_MOST, and what is computed from there on means
 * nothing.
 */
#ifndef PLM_PLIMSOLL_MARGIN_AUX_H
#define PLM_PLIMSOLL_MARGIN_AUX_H

#include <stdbool.h>
#include <string.h>

#include "plimsoll_aux.h"
#include "plimsoll_margin.h"

/* An amount in units of 10^-18. */
__extension__ typedef __int128 plm_model_money;

/* So that a model may add 100,000 of them without a look. */
#define PLM_MODEL_MOST ((plm_model_money)1 << 110)

/* The first member of a model's own struct. */
typedef struct plm_model_aux {
    plm_margin_model model;
    const plm_host *host;
} plm_model_aux;

static inline plm_model_money plm_model_size(plm_model_money value)
{
    return value < 0 ? -value : value;
}

static inline plm_model_money plm_model_from(plm_amount amount, bool *fits)
{
    plm_model_money const value =
        (plm_model_money)amount.hi * ((plm_model_money)1 << 64) + (plm_model_money)amount.lo;
    *fits = *fits && value <= PLM_MODEL_MOST && value >= -PLM_MODEL_MOST;
    return *fits ? value : 0;
}

static inline plm_amount plm_model_to(plm_model_money value)
{
    plm_amount const amount = {(uint64_t)value, (int64_t)(value >> 64)};
    return amount;
}

static inline plm_model_money plm_model_times(plm_model_money a, plm_model_money b, bool *fits)
{
    plm_model_money const high = plm_model_size(a);
    plm_model_money const wide = plm_model_size(b);
    *fits = *fits && high <= PLM_MODEL_MOST && wide <= PLM_MODEL_MOST &&
            (wide == 0 || high <= PLM_MODEL_MOST / wide);
    return *fits ? a * b : 0;
}

/* a / b, b > 0, towards more. */
static inline plm_model_money plm_model_up(plm_model_money a, plm_model_money b)
{
    return a / b + (a % b > 0 ? 1 : 0);
}

/* Paid in the base asset, so that a price divides. */
static inline bool plm_model_is_inverse(const plm_instrument *row)
{
    return row->kind == PLM_INST_INVERSE || row->kind == PLM_INST_INVERSE_FUTURE;
}

/* What qty contracts are worth in the settle asset at twice the price px2 > 0, signed as qty;
 * what lies below 10^-18 is cut off. */
static inline plm_model_money plm_model_value(const plm_instrument *row, plm_qty qty, int64_t px2,
                                              bool *fits)
{
    bool const inverse = plm_model_is_inverse(row);
    int const shift = inverse ? row->px_scale : -row->px_scale;
    plm_model_money value = plm_model_times(qty, row->multiplier, fits);
    value = plm_model_times(value, inverse ? 2 : px2, fits);
    for (int i = PLM_MONEY_SCALE - row->qty_scale - row->mult_scale + shift; i > 0; i--) {
        value = plm_model_times(value, 10, fits);
    }
    return value / (inverse ? px2 : 2);
}

/* What a position has won since its entry. */
static inline plm_model_money plm_model_profit(const plm_instrument *row,
                                               const plm_margin_position *position, bool *fits)
{
    plm_model_money const value = plm_model_value(row, position->qty, position->pnl_px2, fits);
    plm_model_money const cost = plm_model_from(position->cost, fits);
    return plm_model_is_inverse(row) ? cost - value : value - cost;
}

/* `rate` percent of an amount of an asset, in the unit of the pool, towards more. An asset without
 * a price is worth nothing. */
static inline plm_model_money plm_model_percent(plm_model_money amount, int64_t rate,
                                                const plm_margin_asset *asset, bool *fits)
{
    plm_model_money const num = plm_model_from(asset->price.num, fits);
    plm_model_money const den = plm_model_times(plm_model_from(asset->price.den, fits), 100, fits);
    plm_model_money const part = plm_model_times(plm_model_times(amount, rate, fits), num, fits);
    return *fits && den > 0 ? plm_model_up(part, den) : 0;
}

static inline void plm_model_destroy(const plm_margin_model *model)
{
    (void)model; /* the host frees what it gave */
}

static inline uint32_t plm_model_one(const plm_factory *factory)
{
    (void)factory;
    return 1;
}

/* clang-format off */

/*
 * A plug-in with one margin model. `type` begins with a plm_model_aux; the functions are
 *   plm_result init(type *)
 *   plm_result assess(type *, const plm_margin_input *, plm_margin_output *)
 *   plm_result admit(type *, const plm_margin_input *, const plm_margin_output *,
 *                    const plm_margin_order *, plm_margin_verdict *)
 *   plm_result liquidate(type *, const plm_margin_input *, const plm_margin_output *,
 *                        plm_margin_state *, plm_margin_step *)
 */
#define PLM_MODEL(type, id, title, summary, params, init, assess, admit, liquidate)                \
    static const plm_descriptor model_descriptor = {                                               \
        (uint32_t)sizeof(plm_descriptor), (uint32_t)(sizeof(params) / sizeof(params)[0]),          \
        PLM_ABI_VERSION, id, title, PLM_AUX_VENDOR, PLM_AUX_VERSION, summary, params};             \
    static plm_result model_init(const plm_margin_model *model)                                    \
    {                                                                                              \
        return init((type *)model->impl);                                                          \
    }                                                                                              \
    static plm_result model_assess(const plm_margin_model *model, const plm_margin_input *input,   \
                                   plm_margin_output *out)                                         \
    {                                                                                              \
        return assess((type *)model->impl, input, out);                                            \
    }                                                                                              \
    static plm_result model_admit(const plm_margin_model *model, const plm_margin_input *input,    \
                                  const plm_margin_output *now, const plm_margin_order *order,     \
                                  plm_margin_verdict *out)                                         \
    {                                                                                              \
        return admit((type *)model->impl, input, now, order, out);                                 \
    }                                                                                              \
    static plm_result model_liquidate(const plm_margin_model *model,                               \
                                      const plm_margin_input *input,                               \
                                      const plm_margin_output *now, plm_margin_state *state,       \
                                      plm_margin_step *out)                                        \
    {                                                                                              \
        return liquidate((type *)model->impl, input, now, state, out);                             \
    }                                                                                              \
    static const plm_descriptor *model_describe(const plm_factory *factory, uint32_t index)        \
    {                                                                                              \
        (void)factory;                                                                             \
        return index == 0 ? &model_descriptor : NULL;                                              \
    }                                                                                              \
    static const void *model_make(const plm_factory *factory, const plm_host *host,                \
                                  const char *word)                                                \
    {                                                                                              \
        (void)factory;                                                                             \
        if (strcmp(word, id) != 0) {                                                               \
            return NULL;                                                                           \
        }                                                                                          \
        type *const self = (type *)host->alloc(host, sizeof(type), 16);                            \
        plm_margin_model const model = {                                                           \
            (uint32_t)sizeof(plm_margin_model), 0, &model_descriptor, self, model_init,            \
            model_assess, model_admit, NULL, model_liquidate, plm_model_destroy};                  \
        self->aux.model = model;                                                                   \
        self->aux.host = host;                                                                     \
        return &self->aux.model;                                                                   \
    }                                                                                              \
    static const plm_factory *model_factory(const char *kind)                                      \
    {                                                                                              \
        static const plm_factory factory = {(uint32_t)sizeof(plm_factory), 0, plm_model_one,       \
                                            model_describe, model_make};                           \
        return strcmp(kind, PLM_FACTORY_MARGIN) == 0 ? &factory : NULL;                            \
    }                                                                                              \
    const plm_entry_table plm_entry = {PLM_ABI_VERSION, model_factory}
/* clang-format on */

#endif
