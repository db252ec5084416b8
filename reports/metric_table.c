/*
 * metric_table.c - the metrics as data: what they are called, what they mean, how they are made.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "metric_parts.h"
#include "nearest.h"

#define P "performance"
#define T "trades"
#define C "costs"
#define M "margin"
#define L "liquidation"

static const plm_metric_def DEFS[] = {
    {"first_nav", P, "money", "what the account began with",
     "its first balances, at the first prices that were all known"},
    {"final_nav", P, "money", "what the account is worth at the end",
     "nav of the last row that has prices"},
    {"net_flows", P, "money", "what came in from outside, less what went out, after the beginning",
     "sum of deposits, refills and (negative) withdrawals"},
    {"profit", P, "money", "what was won or lost", "final_nav - first_nav - net_flows"},
    {"return", P, "ratio", "what one unit of money became, less one; time-weighted",
     "product of (nav before a flow / nav after the flow before it) - 1"},
    {"cagr", P, "ratio", "the return as a rate a year", "(1 + return)^(365.25 d / length) - 1"},
    {"volatility", P, "ratio", "how much the daily returns vary, a year",
     "std(r) * sqrt(365), std with n - 1"},
    {"sharpe", P, "ratio", "mean daily return for its variation, a year",
     "mean(r) / std(r) * sqrt(365)"},
    {"sortino", P, "ratio", "mean daily return for its variation downwards, a year",
     "mean(r) / sqrt(sum(min(r, 0)^2) / n) * sqrt(365)"},
    {"calmar", P, "ratio", "yearly rate for the deepest fall", "cagr / |max_drawdown|"},
    {"omega", P, "ratio", "what the winning days won for what the losing days lost",
     "sum(max(r, 0)) / sum(max(-r, 0))"},
    {"max_drawdown", P, "ratio", "the deepest fall from a peak", "min(x / peak of x so far) - 1"},
    {"max_drawdown_length", P, "s", "from the peak of that fall until it was reached again",
     "time of recovery, or the end, - time of the peak"},
    {"max_drawdown_recovery", P, "s", "from the bottom of that fall until its peak was reached",
     "time of recovery - time of the bottom"},
    {"ulcer", P, "ratio", "depth of the falls, deep ones counting more", "sqrt(mean(d^2))"},
    {"var_95", P, "ratio", "the return that 95 of 100 days exceed", "5 % quantile of r"},
    {"es_95", P, "ratio", "the mean of the worst days",
     "mean of the floor((n - 1) / 20) + 1 smallest r"},
    {"skew", P, "ratio", "which side the daily returns lean to; below 0: large losses",
     "n / ((n - 1) (n - 2)) * sum(((r - mean(r)) / std(r))^3)"},
    {"kurtosis", P, "ratio", "how heavy the tails are, in excess of the normal distribution's",
     "n (n + 1) / ((n - 1) (n - 2) (n - 3)) * sum(((r - mean(r)) / std(r))^4)"
     " - 3 (n - 1)^2 / ((n - 2) (n - 3))"},
    {"tail_ratio", P, "ratio", "good tail for bad tail",
     "|95 % quantile of r / 5 % quantile of r|"},
    {"time_in_market", P, "ratio", "share of the run in which there was a position",
     "time with a position / length of the run"},
    {"volume", P, "money", "value of what was traded", "sum of |value| of fills"},
    {"turnover", P, "1/d", "how often the account's worth was traded in a day",
     "volume / mean nav / days"},
    {"round_trips", T, "trades", "trades that were opened and closed",
     "positions from 0 to 0 or to the other side"},
    {"win_rate", T, "ratio", "share of them that won", "winners / (winners + losers)"},
    {"payoff", T, "ratio", "what a winner won for what a loser lost",
     "mean of wins / |mean of losses|"},
    {"profit_factor", T, "ratio", "what all winners won for what all losers lost",
     "sum of wins / |sum of losses|"},
    {"expectancy", T, "money", "what a round trip won on average",
     "sum of their pnl / round_trips"},
    {"holding_time", T, "s", "how long a round trip lasted on average",
     "sum of (close - open) / round_trips"},
    {"win_streak", T, "trades", "the most winners in a row", "the longest run of pnl > 0"},
    {"loss_streak", T, "trades", "the most losers in a row", "the longest run of pnl < 0"},
    {"fees", C, "money", "paid to the venue for trading; below 0: rebates",
     "sum of the fees of fills"},
    {"funding", C, "money", "paid as funding; below 0: received", "-sum of funding amounts"},
    {"interest", C, "money", "paid for debts", "-sum of interest amounts"},
    {"liquidation_fees", C, "money", "paid for being liquidated",
     "-sum of postings of the account with the cause liquidation_fee"},
    {"leverage_mean", M, "ratio", "effective leverage on average",
     "mean over samples of (sum of |notional| + borrowed) / nav"},
    {"leverage_peak", M, "ratio", "the highest effective leverage",
     "max over rows of (sum of |notional| + borrowed) / nav"},
    {"utilisation_mean", M, "ratio", "how much of the margin equity was bound, on average",
     "mean over samples of max over pools of (initial + orders) / equity"},
    {"utilisation_p95", M, "ratio", "what it stayed below for 95 of 100 samples",
     "95 % quantile over samples"},
    {"utilisation_peak", M, "ratio", "the most that was bound", "max over rows"},
    {"lowest_surplus", M, "money", "how close the account came to liquidation, in money",
     "min of equity - maintenance, of the worst pool"},
    {"lowest_surplus_at", M, "unix s", "when that was", "time of that minimum"},
    {"distance_lowest", M, "ratio",
     "the part by which all prices would have had to go against the account for its liquidation",
     "min over rows and pools of (equity - maintenance) / sum of |notional|"},
    {"time_warned", M, "s", "time at or beyond the lowest warning that was reached",
     "time with maintenance >= level * equity in some pool"},
    {"return_on_margin", M, "ratio", "what the margin in use has won",
     "profit / mean over samples in use of (initial + orders)"},
    {"volume_per_collateral", M, "ratio", "what was traded with a unit of collateral",
     "volume / mean over samples in use of collateral"},
    {"liquidations", L, "liquidations", "how often the account was liquidated",
     "episodes that touched a position"},
    {"liquidated_notional", L, "money", "value of what was closed by force",
     "sum of |value| of forced fills, takeovers and deleveraging"},
    {"liquidation_loss", L, "money", "what the forced closing realised as loss; below 0: profit",
     "-(realised - fees) of forced closing + margin that went to the fund"},
    {"insurance_used", L, "money", "what the fund paid for the account",
     "sum of its postings with the cause insurance"},
    {"socialised", L, "money", "what winners paid for the account",
     "sum of its postings > 0 with the cause socialised"},
    {"socialised_paid", L, "money", "what the account paid for others",
     "-sum of its postings < 0 with the cause socialised"},
    {"last_resort", L, "money", "what nobody could pay",
     "sum of its postings with the cause last_resort"},
    {"culprit", L, "instrument", "the instrument that most liquidations are due to",
     "the most frequent culprit of episodes; the first of equals"},
    {"contagion_loss", L, "money", "what forced closing lost on others than the culprit",
     "sum of the losses of forced closing in other instruments"},
    {"contagion", L, "ratio", "the part of the loss that hit what could have stood alone",
     "losses of forced closing in positions with initial + unrealised > maintenance / all of them"},
};

enum { DEF_COUNT = sizeof DEFS / sizeof DEFS[0] };

const plm_metric_def *plm_metric_defs(size_t *out_count)
{
    *out_count = DEF_COUNT;
    return DEFS;
}

const plm_metric_def *plm_metric_find(const char *name, const char **out_nearest)
{
    const char *words[DEF_COUNT + 1] = {0};
    size_t const length = strcspn(name, "@");
    for (size_t i = 0; i < DEF_COUNT; i++) {
        if (strlen(DEFS[i].name) == length && strncmp(DEFS[i].name, name, length) == 0) {
            return &DEFS[i];
        }
        words[i] = DEFS[i].name;
    }
    *out_nearest = plm_nearest(name, words);
    return NULL;
}

char *plm_metric_text(const plm_metric_def *def)
{
    return plm_text_format("%s: %s\n"
                           "  kind     %s\n"
                           "  unit     %s\n"
                           "  formula  %s\n"
                           "  more     docs/metrics.md, \"%s\"\n",
                           def->name, def->meaning, def->kind,
                           strcmp(def->unit, "money") == 0 ? "the asset's" : def->unit,
                           def->formula, def->name);
}

char *plm_metric_json(const plm_metric_def *def)
{
    json_t *const object =
        json_pack("{s:s, s:s, s:s, s:s, s:s}", "metric", def->name, "kind", def->kind, "unit",
                  def->unit, "meaning", def->meaning, "formula", def->formula);
    char *const text = json_dumps(object, JSON_INDENT(2));
    json_decref(object);
    if (text == NULL) {
        plm_out_of_memory(1, sizeof *def);
    }
    char *const copy = plm_text_format("%s\n", text);
    free(text);
    return copy;
}
