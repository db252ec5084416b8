/*
 * cmd_margin.c - plimsoll margin: an account and a rulebook in, all margin numbers out.
 */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "memory.h"
#include "whatif_json.h"

#define SWEEP_STEPS 11u
#define SWEEP_STEPS_MAX 1001u

static const plm_option options[] = {
    {.name = "liquidate",
     .type = PLM_OPTION_FLAG,
     .value = "",
     .help = "the steps of the liquidation that would follow at these prices, fills at the mark"},
    {.name = "sweep",
     .type = PLM_OPTION_TEXT,
     .value = "NAME=FROM..TO",
     .help = "a table over prices of an underlying or an instrument: BTC=-50%..50%"},
    {.name = "steps",
     .type = PLM_OPTION_COUNT,
     .value = "N",
     .help = "rows of that table; default 11",
     .min = 2,
     .max = SWEEP_STEPS_MAX},
};

/* -- a sweep --------------------------------------------------------------------------------- */

static void add_name(char *text, size_t cap, const char *name)
{
    size_t const size = strlen(text);
    (void)snprintf(text + size, cap - size, "%s%s", size == 0 ? "" : ", ", name);
}

static plm_status look_at(const plm_whatif *whatif, const plm_whatif_sweep *sweep, plm_rate factor,
                          plm_diag *diag, plm_whatif_point *out)
{
    plm_whatif_book book;
    plm_whatif_pools pools = {0};
    *out = (plm_whatif_point){.factor = factor};
    plm_whatif_book_copy(whatif, &whatif->book, &book);
    plm_status status = plm_whatif_move(whatif, sweep, factor, diag, &book);
    if (status >= 0) {
        status = plm_whatif_assess(whatif, &book, diag, &pools);
    }
    if (status >= 0) {
        status = plm_whatif_sum(whatif, &book, &pools, diag, &out->account);
    }
    for (uint32_t i = 0; i < pools.count && status >= 0; i++) {
        if (plm_whatif_pool_fires(&pools.pool[i])) {
            add_name(out->liquidated, sizeof out->liquidated, pools.pool[i].name);
        }
    }
    if (status >= 0 && out->liquidated[0] != '\0') {
        plm_whatif_story story;
        status = plm_whatif_liquidate(whatif, &book, diag, &story);
        if (status >= 0 && story.bankrupt) {
            add_name(out->liquidated, sizeof out->liquidated, "bankrupt");
        }
        plm_whatif_story_fini(&story);
    }
    plm_whatif_pools_fini(&pools);
    plm_whatif_book_fini(&book);
    return status;
}

/* `steps` 0: none was asked for. */
static plm_status read_sweep(const plm_session *session, const plm_whatif *whatif, plm_diag *diag,
                             plm_whatif_sweep *out)
{
    const char *const text = plm_session_text(session, "sweep");
    uint32_t const steps = (uint32_t)plm_session_count(session, "steps", SWEEP_STEPS);
    *out = (plm_whatif_sweep){0};
    return text == NULL ? PLM_OK : plm_whatif_sweep_read(whatif, text, steps, diag, out);
}

static plm_status sweep_prices(plm_session *session, const plm_whatif *whatif,
                               const plm_whatif_sweep *asked, json_t *json, plm_diag *diag)
{
    plm_whatif_sweep const sweep = *asked;
    uint32_t const steps = sweep.steps;
    if (steps == 0) {
        return PLM_OK;
    }
    plm_whatif_point *const point = plm_alloc(steps, sizeof *point);
    plm_status status = PLM_OK;
    for (uint32_t i = 0; i < steps && status >= 0; i++) {
        status = look_at(whatif, &sweep, plm_whatif_sweep_factor(&sweep, i), diag, &point[i]);
    }
    if (status >= 0 && json != NULL) {
        plm_json_put(json, "sweep", plm_whatif_json_sweep(&sweep, point));
    } else if (status >= 0 && !session->quiet) {
        plm_whatif_text_sweep(session, whatif, &sweep, point);
    }
    plm_free(point);
    return status;
}

/* -- what would follow ----------------------------------------------------------------------- */

static plm_status liquidate(plm_session *session, const plm_whatif *whatif, json_t *json,
                            plm_diag *diag)
{
    plm_whatif_book book;
    plm_whatif_story story = {0};
    if (!plm_session_flag(session, "liquidate")) {
        return PLM_OK;
    }
    plm_whatif_book_copy(whatif, &whatif->book, &book);
    plm_status const status = plm_whatif_liquidate(whatif, &book, diag, &story);
    if (status >= 0 && json != NULL) {
        plm_json_put(json, "liquidation", plm_whatif_json_story(whatif, &story));
    } else if (status >= 0 && !session->quiet) {
        plm_whatif_text_story(session, whatif, &story);
    }
    plm_whatif_story_fini(&story);
    plm_whatif_book_fini(&book);
    return status;
}

/* -- the command ----------------------------------------------------------------------------- */

static plm_status show(plm_session *session, const plm_whatif *whatif,
                       const plm_whatif_pools *pools, plm_diag *diag)
{
    plm_whatif_account account;
    plm_whatif_sweep sweep;
    json_t *json = NULL;
    PLM_TRY(read_sweep(session, whatif, diag, &sweep));
    PLM_TRY(plm_whatif_sum(whatif, &whatif->book, pools, diag, &account));
    plm_status status = PLM_OK;
    if (session->json) {
        status = plm_whatif_json(whatif, pools, &account, diag, &json);
    } else if (!session->quiet) {
        status = plm_whatif_text(session, whatif, pools, &account, diag);
    }
    if (status >= 0) {
        status = liquidate(session, whatif, json, diag);
    }
    if (status >= 0) {
        status = sweep_prices(session, whatif, &sweep, json, diag);
    }
    if (status >= 0 && json != NULL) {
        plm_json_print(&session->out, json);
    } else if (json != NULL) {
        json_decref(json);
    }
    return status;
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    plm_whatif whatif;
    plm_whatif_pools pools = {0};
    plm_status status = plm_whatif_read(session->operand[0], diag, &whatif);
    if (status >= 0) {
        status = plm_whatif_assess(&whatif, &whatif.book, diag, &pools);
    }
    if (status >= 0) {
        status = show(session, &whatif, &pools, diag);
    }
    plm_whatif_pools_fini(&pools);
    plm_whatif_fini(&whatif);
    return status;
}

const plm_command plm_cmd_margin = {
    .name = "margin",
    .summary = "an account's margin under a rulebook, and when it ends",
    .operands = "FILE.yaml",
    .operand_min = 1,
    .operand_max = 1,
    .examples = "plimsoll margin examples/margin/binance-usdm.yaml\n"
                "plimsoll margin mine.yaml --liquidate\n"
                "plimsoll margin mine.yaml --sweep BTC=-50%..50% --steps 21\n"
                "plimsoll margin mine.yaml --json\n",
    .text = "The file tells an account: rulebook, time, balances, prices, positions, orders "
            "(docs/margin-calculator.md). Amounts in tables are rounded for the eye; --json has "
            "them exactly. Liquidation prices are exact: the trigger fires there and not one tick "
            "nearer, other prices as they are.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
