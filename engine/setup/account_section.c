/*
 * account_section.c - one account of a run file against the tape: strategy and parameters, money,
 * leverage, what it brings along.
 */
#include <stdio.h>

#include "decimal.h"
#include "setup_parts.h"

#define LEVERAGE_SCALE 2u
#define LEVERAGE_MIN INT64_C(100)
#define LEVERAGE_MAX INT64_C(100000)

static const char *const flow_keys[] = {"at", "asset", "amount", NULL};
static const char *const position_keys[] = {"instrument", "qty", "px", "leg", "margin", NULL};
static const char *const leg_words[] = {"long", "short", NULL};

/* -- strategy -------------------------------------------------------------------------------- */

static plm_status read_params(plm_run_file *file, plm_draft *draft, const plm_contracts *contracts,
                              plm_diag *diag)
{
    if (draft->answer == NULL) {
        return PLM_OK;
    }
    plm_param_rows const rows = {.rows = contracts->rows, .count = contracts->count};
    const plm_config_node *map = plm_config_find(draft->map, "params");
    /* A key that is missing in no map at all is missed where the strategy stands. */
    plm_config_node const empty = {.kind = PLM_CONFIG_MAP,
                                   .key = "params",
                                   .file = draft->strategy->file,
                                   .line = draft->strategy->line,
                                   .column = draft->strategy->column};
    if (map == NULL) {
        map = &empty;
    }
    return plm_params_read(draft->answer->descriptor, map, file->folder, &rows, diag,
                           &draft->params);
}

/* -- money ----------------------------------------------------------------------------------- */

/* In the order of the tape's assets: the order of the keys must not show in the log. */
static void insert_holding(plm_account_spec *account, plm_holding_spec holding)
{
    uint32_t at = account->holding_count++;
    for (; at > 0 && account->holding[at - 1].asset > holding.asset; at--) {
        account->holding[at] = account->holding[at - 1];
    }
    account->holding[at] = holding;
}

static plm_status read_collateral(plm_run_file *file, const plm_config_node *map,
                                  const plm_contracts *contracts, plm_diag *diag,
                                  plm_account_spec *out)
{
    PLM_TRY(plm_config_expect(map, PLM_CONFIG_MAP, diag));
    out->holding = plm_setup_take(file, map->size, sizeof *out->holding);
    for (const plm_config_node *entry = map->first; entry != NULL; entry = entry->next) {
        plm_holding_spec holding;
        PLM_TRY(plm_setup_asset(entry, entry->key, contracts, diag, &holding.asset));
        PLM_TRY(plm_setup_money(entry, 1, "an amount above 0 with at most 18 decimals", diag,
                                &holding.amount));
        insert_holding(out, holding);
    }
    return PLM_OK;
}

/* By time; of the same time, in the order of the file. */
static void insert_flow(plm_account_spec *account, plm_flow_spec flow)
{
    uint32_t at = account->flow_count++;
    for (; at > 0 && account->flow[at - 1].at > flow.at; at--) {
        account->flow[at] = account->flow[at - 1];
    }
    account->flow[at] = flow;
}

static plm_status read_flow(const plm_config_node *map, const plm_contracts *contracts,
                            plm_diag *diag, plm_flow_spec *out)
{
    const plm_config_node *at, *asset, *amount;
    const char *name;
    PLM_TRY(plm_config_check_keys(map, flow_keys, diag));
    PLM_TRY(plm_config_require(map, "at", diag, &at));
    PLM_TRY(plm_config_require(map, "asset", diag, &asset));
    PLM_TRY(plm_config_require(map, "amount", diag, &amount));
    PLM_TRY(plm_config_time(at, diag, &out->at));
    PLM_TRY(plm_config_text(asset, diag, &name));
    PLM_TRY(plm_setup_asset(asset, name, contracts, diag, &out->asset));
    PLM_TRY(plm_setup_money(amount, PLM_I128_MIN,
                            "an amount with at most 18 decimals, below 0 a withdrawal", diag,
                            &out->amount));
    if (out->amount.v == 0) {
        return plm_config_fail(amount, diag,
                               "found 0; allowed: a deposit, or below 0 a withdrawal");
    }
    return PLM_OK;
}

static plm_status read_flows(plm_run_file *file, const plm_config_node *list,
                             const plm_contracts *contracts, plm_diag *diag, plm_account_spec *out)
{
    PLM_TRY(plm_config_expect(list, PLM_CONFIG_LIST, diag));
    out->flow = plm_setup_take(file, list->size, sizeof *out->flow);
    for (const plm_config_node *map = list->first; map != NULL; map = map->next) {
        plm_flow_spec flow;
        PLM_TRY(read_flow(map, contracts, diag, &flow));
        insert_flow(out, flow);
    }
    return PLM_OK;
}

/* The one asset that everything on the tape settles in, else USD, else it must be said. */
static plm_status default_report_asset(const plm_config_node *account,
                                       const plm_contracts *contracts, plm_diag *diag,
                                       uint32_t *out)
{
    uint32_t common = PLM_NO_ASSET;
    bool several = false;
    for (uint32_t i = 0; i < contracts->count; i++) {
        const plm_contract *const row = &contracts->contract[i];
        if (row->form != PLM_FORM_NONE) {
            several = several || (common != PLM_NO_ASSET && common != row->settle);
            common = row->settle;
        }
    }
    const plm_config_node *const money = plm_config_find(account, "collateral");
    if (several) {
        bool const only = money != NULL && money->kind == PLM_CONFIG_MAP && money->size == 1;
        common = only ? plm_contracts_find_asset(contracts, money->first->key) : PLM_NO_ASSET;
    }
    if (common == PLM_NO_ASSET) {
        common = plm_contracts_find_asset(contracts, "USD");
    }
    if (common == PLM_NO_ASSET) {
        return plm_config_fail(account, diag,
                               "the key 'report_currency' is missing: the tape's instruments "
                               "settle in several assets and USD is none of them");
    }
    *out = common;
    return PLM_OK;
}

static plm_status read_report_asset(const plm_config_node *account, const plm_contracts *contracts,
                                    plm_diag *diag, uint32_t *out)
{
    const plm_config_node *const node = plm_config_find(account, "report_currency");
    if (node == NULL) {
        return default_report_asset(account, contracts, diag, out);
    }
    const char *name;
    PLM_TRY(plm_config_text(node, diag, &name));
    return plm_setup_asset(node, name, contracts, diag, out);
}

/* -- leverage -------------------------------------------------------------------------------- */

static plm_status read_multiple(const plm_config_node *node, plm_diag *diag, int64_t *out)
{
    return plm_setup_decimal(node, LEVERAGE_SCALE, LEVERAGE_MIN, LEVERAGE_MAX,
                             "1 to 1000 with at most 2 decimals", diag, out);
}

static plm_status read_leverage(plm_run_file *file, const plm_config_node *node,
                                const plm_contracts *contracts, plm_diag *diag,
                                plm_account_spec *out)
{
    int64_t all = LEVERAGE_MIN;
    bool const is_map = node != NULL && node->kind == PLM_CONFIG_MAP;
    const plm_config_node *const common = is_map ? plm_config_find(node, "default") : node;
    if (common != NULL) {
        PLM_TRY(read_multiple(common, diag, &all));
    }
    out->leverage = plm_setup_take(file, contracts->count, sizeof *out->leverage);
    for (uint32_t i = 0; i < contracts->count; i++) {
        out->leverage[i] = all;
    }
    const plm_config_node *entry = is_map ? node->first : NULL;
    for (; entry != NULL; entry = entry->next) {
        uint32_t sym;
        if (entry != common) {
            PLM_TRY(plm_setup_sym(entry, entry->key, contracts, diag, &sym));
            PLM_TRY(read_multiple(entry, diag, &out->leverage[sym]));
        }
    }
    return PLM_OK;
}

/* -- positions ------------------------------------------------------------------------------- */

static plm_status read_leg(const plm_config_node *map, bool hedge, plm_diag *diag,
                           plm_opening_spec *out)
{
    const plm_config_node *node = plm_config_find(map, "leg");
    size_t index;
    if (!hedge) {
        return node == NULL ? PLM_OK
                            : plm_config_fail(node, diag,
                                              "the account has no legs; allowed with hedge: true");
    }
    PLM_TRY(plm_config_require(map, "leg", diag, &node));
    PLM_TRY(plm_config_word(node, leg_words, diag, &index));
    out->leg = (uint8_t)(index + 1);
    if ((index == 0) != (out->qty > 0)) {
        return plm_config_fail(node, diag,
                               "found '%s' with a qty %s 0; allowed: long above 0, "
                               "short below 0",
                               node->text, out->qty > 0 ? "above" : "below");
    }
    return PLM_OK;
}

static plm_status read_position(const plm_config_node *map, const plm_contracts *contracts,
                                bool hedge, plm_diag *diag, plm_opening_spec *out)
{
    const plm_config_node *instrument, *qty, *px;
    const char *name;
    PLM_TRY(plm_config_check_keys(map, position_keys, diag));
    PLM_TRY(plm_config_require(map, "instrument", diag, &instrument));
    PLM_TRY(plm_config_require(map, "qty", diag, &qty));
    PLM_TRY(plm_config_require(map, "px", diag, &px));
    PLM_TRY(plm_config_text(instrument, diag, &name));
    PLM_TRY(plm_setup_sym(instrument, name, contracts, diag, &out->sym));
    const plm_contract *const contract = &contracts->contract[out->sym];
    if (contract->form == PLM_FORM_SPOT) {
        return plm_config_fail(instrument, diag,
                               "'%s' is spot: what is held of it stands in collateral", name);
    }
    PLM_TRY(
        plm_setup_decimal(px, contract->px_scale, 1, INT64_MAX, "a price above 0", diag, &out->px));
    PLM_TRY(plm_config_decimal(qty, contract->qty_scale, diag, &out->qty));
    if (out->qty == 0 || out->qty == INT64_MIN || out->qty % contract->lot != 0) {
        char lot[PLM_DECIMAL_TEXT_CAP];
        (void)plm_decimal_format(contract->lot, contract->qty_scale, lot);
        return plm_config_fail(qty, diag,
                               "found '%.200s'; allowed: a multiple of the lot %s, below 0 for a "
                               "short position",
                               qty->text, lot);
    }
    plm_money value;
    if (!plm_contract_value(contract, out->qty, out->px, &value)) {
        return plm_config_fail(qty, diag, "%s at %s is worth more than an amount can be", qty->text,
                               px->text);
    }
    return read_leg(map, hedge, diag, out);
}

static plm_status read_positions(plm_run_file *file, const plm_config_node *list,
                                 const plm_contracts *contracts, plm_diag *diag,
                                 plm_account_spec *out)
{
    PLM_TRY(plm_config_expect(list, PLM_CONFIG_LIST, diag));
    out->opening = plm_setup_take(file, list->size, sizeof *out->opening);
    for (const plm_config_node *map = list->first; map != NULL; map = map->next) {
        plm_opening_spec opening = {0};
        PLM_TRY(read_position(map, contracts, out->hedge, diag, &opening));
        for (uint32_t i = 0; i < out->opening_count; i++) {
            if (out->opening[i].sym == opening.sym && out->opening[i].leg == opening.leg) {
                return plm_config_fail(map, diag, "a second position in '%s'; allowed: one%s",
                                       contracts->rows[opening.sym].symbol,
                                       out->hedge ? " per leg" : "");
            }
        }
        out->opening[out->opening_count++] = opening;
    }
    return PLM_OK;
}

/* -- the account ----------------------------------------------------------------------------- */

plm_status plm_setup_account(plm_run_file *file, plm_draft *draft, const plm_contracts *contracts,
                             plm_diag *diag, plm_account_spec *out)
{
    const plm_config_node *const map = draft->map;
    const plm_config_node *const hedge = plm_config_find(map, "hedge");
    const plm_config_node *const collateral = plm_config_find(map, "collateral");
    const plm_config_node *const flows = plm_config_find(map, "flows");
    const plm_config_node *const positions = plm_config_find(map, "positions");
    plm_account_spec account = {.group = draft->name};
    if (collateral == NULL && flows == NULL) {
        return plm_config_fail(map, diag, "account '%s' has no money; allowed: collateral, flows",
                               draft->name);
    }
    if (hedge != NULL) {
        PLM_TRY(plm_config_bool(hedge, diag, &account.hedge));
    }
    PLM_TRY(read_report_asset(map, contracts, diag, &draft->report_asset));
    account.report_asset = draft->report_asset;
    if (collateral != NULL) {
        PLM_TRY(read_collateral(file, collateral, contracts, diag, &account));
    }
    if (flows != NULL) {
        PLM_TRY(read_flows(file, flows, contracts, diag, &account));
    }
    PLM_TRY(read_leverage(file, plm_config_find(map, "leverage"), contracts, diag, &account));
    if (positions != NULL) {
        PLM_TRY(read_positions(file, positions, contracts, diag, &account));
    }
    PLM_TRY(read_params(file, draft, contracts, diag));
    if (draft->answer != NULL) {
        account.factory = draft->answer->factory;
        account.descriptor = draft->answer->descriptor;
        account.params = draft->params;
    }
    *out = account;
    return PLM_OK;
}
