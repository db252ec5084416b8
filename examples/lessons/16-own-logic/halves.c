/*
 * halves.c - a margin model of your own: whoever has too little loses half of the position that
 * needs most, and is looked at again. Needed is a share of what positions are worth; opening takes
 * twice that.
 */
#include "plimsoll_margin_aux.h"

typedef struct halves {
    plm_model_aux aux;
    int64_t percent;
} halves;

static const plm_param params[] = {
    {PLM_AUX_INTEGER("percent", 1, 50, "5", "%", "Of what positions are worth; needed to hold.")},
};

static plm_result init(halves *self)
{
    return self->aux.host->param_integer(self->aux.host, "percent", &self->percent);
}

static plm_result assess(halves *self, const plm_margin_input *input, plm_margin_output *out)
{
    plm_model_money equity = 0, needed = 0, held = 0;
    bool fits = true;
    plm_margin_output answer = {.size = sizeof answer, .priced = 1, .part = out->part};
    for (uint32_t i = 0; i < input->asset_count; i++) {
        const plm_margin_asset *const asset = &input->asset[i];
        plm_model_money const lost = plm_model_from(asset->lost, &fits);
        equity +=
            plm_model_percent(plm_model_from(asset->balance, &fits) - lost, 100, asset, &fits);
    }
    answer.collateral = plm_model_to(equity);
    for (uint32_t i = 0; i < input->position_count; i++) {
        const plm_margin_position *const position = &input->position[i];
        const plm_instrument *const row = &input->instruments[position->sym];
        const plm_margin_asset *const asset = &input->asset[position->place];
        if (position->requirement_px2 <= 0 || position->pnl_px2 <= 0) {
            *out = (plm_margin_output){.size = sizeof *out, .part = out->part}; /* no price yet */
            return PLM_RESULT_OK;
        }
        plm_model_money const profit = plm_model_profit(row, position, &fits);
        plm_model_money const value =
            plm_model_size(plm_model_value(row, position->qty, position->requirement_px2, &fits));
        plm_model_money const needs = plm_model_percent(value, self->percent, asset, &fits);
        out->part[i] = (plm_margin_part){.notional = plm_model_to(value),
                                         .unrealised = plm_model_to(profit),
                                         .initial = plm_model_to(2 * needs),
                                         .maintenance = plm_model_to(needs)};
        equity += plm_model_percent(profit, 100, asset, &fits);
        needed += needs;
        held += plm_model_percent(plm_model_from(position->held, &fits), 100, asset, &fits);
    }
    if (!fits) {
        return self->aux.host->fail(self->aux.host, "an amount does not fit");
    }
    answer.equity = plm_model_to(equity);
    answer.initial = plm_model_to(2 * needed);
    answer.orders = plm_model_to(held);
    answer.maintenance = plm_model_to(needed);
    answer.liquidatable = needed >= equity && needed > 0;
    *out = answer;
    return PLM_RESULT_OK;
}

static plm_result admit(halves *self, const plm_margin_input *input, const plm_margin_output *now,
                        const plm_margin_order *order, plm_margin_verdict *out)
{
    const plm_margin_position *const position = &input->position[order->position];
    const plm_margin_asset *const asset = &input->asset[position->place];
    plm_margin_verdict verdict = {.size = sizeof verdict, .reason = PLM_REASON_NO_PRICE};
    bool fits = order->px <= INT64_MAX / 2;
    if (fits && order->px > 0) {
        plm_model_money const value = plm_model_value(&input->instruments[position->sym],
                                                      order->opening, 2 * order->px, &fits);
        plm_model_money const need =
            plm_model_up(plm_model_times(value, 2 * self->percent, &fits), 100);
        plm_model_money const used =
            plm_model_from(now->initial, &fits) + plm_model_from(now->orders, &fits);
        bool const enough =
            plm_model_percent(need, 100, asset, &fits) <= plm_model_from(now->equity, &fits) - used;
        verdict.reason = enough ? PLM_REASON_NONE : PLM_REASON_MARGIN;
        verdict.need = verdict.hold = plm_model_to(need);
    }
    if (!fits) {
        return self->aux.host->fail(self->aux.host, "an amount does not fit");
    }
    *out = verdict;
    return PLM_RESULT_OK;
}

/* Half of the lots, at least one. */
static plm_result liquidate(halves *self, const plm_margin_input *input,
                            const plm_margin_output *now, plm_margin_state *state,
                            plm_margin_step *out)
{
    plm_margin_step step = {.size = sizeof step, .action = PLM_MARGIN_ACTION_DONE};
    plm_model_money most = 0;
    bool fits = true;
    (void)self;
    for (uint32_t i = 0; i < input->position_count && now->liquidatable; i++) {
        plm_qty const qty = input->position[i].qty;
        plm_qty const lot = input->instruments[input->position[i].sym].lot;
        plm_model_money const needs = plm_model_from(now->part[i].maintenance, &fits);
        if (needs > most) {
            plm_qty const lots = (qty < 0 ? -qty : qty) / lot;
            most = needs;
            step.action = state->stalled ? PLM_MARGIN_ACTION_WAIT : PLM_MARGIN_ACTION_CLOSE;
            step.position = i;
            step.side = qty > 0 ? PLM_SIDE_SELL : PLM_SIDE_BUY;
            step.qty = lots > 1 ? (lots / 2 + lots % 2) * lot : qty < 0 ? -qty : qty;
        }
    }
    *out = step;
    return PLM_RESULT_OK;
}

PLM_MODEL(halves, "halves", "Halves", "Sells half of a position, then looks again.", params, init,
          assess, admit, liquidate);
