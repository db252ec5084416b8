/*
 * drawdown.c - the deepest fall of an account's worth from a peak, deposits and withdrawals taken
 * out.
 */
#include "drawdown.h"

#define ONE ((plm_i128)INT64_C(1000000000000000000)) /* 10^18 */
#define RATE_ONE INT64_C(1000000000000)

void plm_drawdown_begin(plm_drawdown *drawdown, plm_money first_nav)
{
    drawdown->begun = true;
    drawdown->base = first_nav;
    drawdown->chain = ONE;
    drawdown->peak = ONE;
}

/* Growth until the flow is kept; the next begins with what is there after it. */
static bool pass_flow(plm_drawdown *drawdown)
{
    plm_money before;
    if (!plm_money_sub(drawdown->nav, drawdown->flow, &before) || plm_money_sign(before) < 0 ||
        plm_money_sign(drawdown->base) <= 0 ||
        !plm_muldiv(drawdown->chain, before.v, drawdown->base.v, PLM_ROUND_HALF_EVEN,
                    &drawdown->chain)) {
        return false;
    }
    drawdown->base = drawdown->nav;
    drawdown->flow = (plm_money){0};
    drawdown->any_flow = false;
    return true;
}

static bool follow(plm_drawdown *drawdown)
{
    plm_i128 growth, depth;
    if (!drawdown->begun || (drawdown->any_flow && !pass_flow(drawdown)) ||
        plm_money_sign(drawdown->base) <= 0 ||
        !plm_muldiv(drawdown->chain, drawdown->nav.v, drawdown->base.v, PLM_ROUND_HALF_EVEN,
                    &growth)) {
        return false;
    }
    if (growth > drawdown->peak) {
        drawdown->peak = growth;
    }
    if (!plm_i128_sub(growth, drawdown->peak, &depth) ||
        !plm_muldiv(depth, RATE_ONE, drawdown->peak, PLM_ROUND_HALF_EVEN, &depth) ||
        depth < INT64_MIN) {
        return false;
    }
    if (depth < drawdown->deepest) {
        drawdown->deepest = (plm_rate)depth;
    }
    return true;
}

/* The row that waits is the last of its time once a later time has come. */
static void settle(plm_drawdown *drawdown)
{
    if (drawdown->has_row && !drawdown->lost) {
        drawdown->lost = !follow(drawdown);
    }
    drawdown->has_row = false;
}

static void move_to(plm_drawdown *drawdown, plm_ts ts)
{
    if (ts != drawdown->ts) {
        settle(drawdown);
        drawdown->ts = ts;
    }
}

void plm_drawdown_row(plm_drawdown *drawdown, plm_ts ts, plm_money nav)
{
    move_to(drawdown, ts);
    drawdown->has_row = true;
    drawdown->nav = nav;
}

void plm_drawdown_pass(plm_drawdown *drawdown, plm_ts ts)
{
    move_to(drawdown, ts);
    drawdown->has_row = false;
}

void plm_drawdown_flow(plm_drawdown *drawdown, plm_ts ts, plm_money amount)
{
    move_to(drawdown, ts);
    drawdown->any_flow = true;
    if (!plm_money_add(drawdown->flow, amount, &drawdown->flow)) {
        drawdown->lost = true;
    }
}

void plm_drawdown_lose(plm_drawdown *drawdown)
{
    drawdown->lost = true;
}

bool plm_drawdown_deepest(const plm_drawdown *drawdown, plm_rate *out)
{
    plm_drawdown last = *drawdown;
    settle(&last);
    if (last.lost || !last.begun) {
        return false;
    }
    *out = last.deepest;
    return true;
}
