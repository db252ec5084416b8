/*
 * margin_section.c - the part of a run file that says how a venue margins: its rulebook, where a
 * run deviates from it, insurance fund, par, and the rest of the market.
 */
#include <string.h>

#include "setup_parts.h"

#define SCORE_WANTED "a number from 0 on with at most 12 decimals"

/* By plm_price_word, without the first; a mark that is the mark would say nothing. */
static const char *const mark_words[] = {"last", "index", "mid", NULL};
static const char *const trigger_words[] = {"mark", "last", "index", "mid", NULL};
static const char *const race_words[] = {"margin_first", "stops_first", NULL};
static const char *const rest_keys[] = {"long", "short", NULL};
static const char *const row_keys[] = {"qty", "score", NULL};

/* What has no meaning where nobody is under a rulebook. */
static const char *const venue_only[] = {"mark", "trigger",        "insurance",           "par",
                                         "race", "rest_of_market", "liquidation_latency", NULL};
static const char *const account_only[] = {"alerts", "after_liquidation", "topup", "custody", NULL};

/* -- before the tape is there ------------------------------------------------------------------ */

static plm_status read_words(plm_run_file *file, const plm_config_node *venue, plm_diag *diag)
{
    plm_run_spec *const spec = &file->spec;
    const plm_config_node *const mark = plm_config_find(venue, "mark");
    const plm_config_node *const trigger = plm_config_find(venue, "trigger");
    const plm_config_node *const race = plm_config_find(venue, "race");
    size_t index;
    if (mark != NULL) {
        PLM_TRY(plm_config_word(mark, mark_words, diag, &index));
        spec->mark = (plm_price_word)(PLM_PRICE_LAST + (int)index);
    }
    if (trigger != NULL) {
        PLM_TRY(plm_config_word(trigger, trigger_words, diag, &index));
        spec->trigger = (plm_price_word)(PLM_PRICE_MARK + (int)index);
    }
    if (race != NULL) {
        PLM_TRY(plm_config_word(race, race_words, diag, &index));
        spec->stops_first = index == 1;
    }
    return PLM_OK;
}

plm_status plm_setup_venue_margin(plm_run_file *file, const plm_config_node *venue, plm_diag *diag)
{
    const plm_config_node *const rulebook = plm_config_find(venue, "rulebook");
    const plm_config_node *const params = plm_config_find(venue, "params");
    const plm_config_node *const latency = plm_config_find(venue, "liquidation_latency");
    uint32_t first;
    if (rulebook != NULL) {
        PLM_TRY(plm_setup_rulebook(file, rulebook, params, diag, &first));
        file->has_venue_rulebook = true;
    } else if (params != NULL) {
        return plm_config_fail(params, diag, "stand without a rulebook; allowed: beside one");
    }
    if (latency != NULL) {
        PLM_TRY(plm_setup_latency(file, latency, diag, &file->spec.liquidation));
    }
    return read_words(file, venue, diag);
}

static plm_status refuse_keys(const plm_config_node *map, const char *const *keys,
                              const char *allowed, plm_diag *diag)
{
    for (size_t i = 0; keys[i] != NULL; i++) {
        const plm_config_node *const node = map == NULL ? NULL : plm_config_find(map, keys[i]);
        if (node != NULL) {
            return plm_config_fail(node, diag, "has no meaning without a rulebook; allowed %s",
                                   allowed);
        }
    }
    return PLM_OK;
}

plm_status plm_setup_check_margin(const plm_run_file *file, plm_diag *diag)
{
    if (file->spec.rulebook_count == 0) {
        static const char *const lowest[] = {"lowest", NULL};
        PLM_TRY(refuse_keys(plm_config_find(file->root, "venue"), venue_only,
                            "beside venue.rulebook", diag));
        PLM_TRY(refuse_keys(file->root, lowest, "with venue.rulebook", diag));
    }
    for (uint32_t i = 0; i < file->draft_count; i++) {
        const plm_draft *const draft = &file->draft[i];
        bool plain = true;
        for (uint32_t j = 0; j < draft->variant_count; j++) {
            plain = plain && draft->variant[j].rulebook == PLM_NO_RULEBOOK;
        }
        if (plain) {
            PLM_TRY(refuse_keys(draft->map, account_only, "for accounts that are not plain", diag));
        }
    }
    return PLM_OK;
}

/* -- insurance, par ---------------------------------------------------------------------------- */

static plm_status read_insurance(plm_run_file *file, const plm_config_node *node,
                                 const plm_contracts *contracts, plm_diag *diag)
{
    plm_run_spec *const spec = &file->spec;
    if (node->kind == PLM_CONFIG_TEXT) {
        static const char *const words[] = {"tape", NULL};
        size_t index;
        spec->insurance_tape = true;
        return plm_config_word(node, words, diag, &index);
    }
    PLM_TRY(plm_config_expect(node, PLM_CONFIG_MAP, diag));
    plm_holding_spec *const list = plm_setup_take(file, node->size, sizeof *list);
    uint32_t count = 0;
    for (const plm_config_node *entry = node->first; entry != NULL; entry = entry->next) {
        plm_holding_spec holding;
        PLM_TRY(plm_setup_asset(entry, entry->key, contracts, diag, &holding.asset));
        PLM_TRY(plm_setup_money(entry, 0, "an amount from 0 on with at most 18 decimals", diag,
                                &holding.amount));
        uint32_t at = count++;
        for (; at > 0 && list[at - 1].asset > holding.asset; at--) {
            list[at] = list[at - 1];
        }
        list[at] = holding;
    }
    spec->insurance = list;
    spec->insurance_count = count;
    return PLM_OK;
}

static plm_status read_par(plm_run_file *file, const plm_config_node *map,
                           const plm_contracts *contracts, plm_diag *diag)
{
    plm_run_spec *const spec = &file->spec;
    PLM_TRY(plm_config_expect(map, PLM_CONFIG_MAP, diag));
    spec->par = plm_setup_take(file, map->size, sizeof *spec->par);
    for (const plm_config_node *entry = map->first; entry != NULL; entry = entry->next) {
        plm_mark_par *const par = &spec->par[spec->par_count];
        const char *unit;
        PLM_TRY(plm_setup_asset(entry, entry->key, contracts, diag, &par->asset));
        PLM_TRY(plm_config_text(entry, diag, &unit));
        PLM_TRY(plm_setup_asset(entry, unit, contracts, diag, &par->other));
        if (par->asset == par->other) {
            return plm_config_fail(entry, diag, "found '%s'; allowed: another asset", unit);
        }
        spec->par_count++;
    }
    return PLM_OK;
}

/* -- the rest of the market -------------------------------------------------------------------- */

static plm_status read_row(const plm_config_node *map, const plm_contract *contract, plm_diag *diag,
                           plm_rest_spec *out)
{
    const plm_config_node *qty, *score;
    PLM_TRY(plm_config_check_keys(map, row_keys, diag));
    PLM_TRY(plm_config_require(map, "qty", diag, &qty));
    PLM_TRY(plm_config_require(map, "score", diag, &score));
    PLM_TRY(plm_setup_decimal(qty, contract->qty_scale, 1, INT64_MAX, "a quantity above 0", diag,
                              &out->qty));
    if (out->qty % contract->lot != 0) {
        return plm_config_fail(qty, diag, "found '%.200s'; allowed: a multiple of the lot",
                               qty->text);
    }
    return plm_setup_decimal(score, PLM_RATE_SCALE, 0, INT64_MAX, SCORE_WANTED, diag, &out->score);
}

static plm_status read_side(const plm_config_node *list, const plm_contracts *contracts,
                            plm_rest_spec row, plm_diag *diag, plm_rest_spec *out, uint32_t *count)
{
    PLM_TRY(plm_config_expect(list, PLM_CONFIG_LIST, diag));
    for (const plm_config_node *map = list->first; map != NULL; map = map->next) {
        PLM_TRY(read_row(map, &contracts->contract[row.sym], diag, &row));
        out[(*count)++] = row;
    }
    return PLM_OK;
}

static uint32_t count_rows(const plm_config_node *map)
{
    size_t count = 0;
    for (const plm_config_node *entry = map->first; entry != NULL; entry = entry->next) {
        const plm_config_node *side = entry->kind == PLM_CONFIG_MAP ? entry->first : NULL;
        for (; side != NULL; side = side->next) {
            count += side->kind == PLM_CONFIG_LIST ? side->size : 0;
        }
    }
    return (uint32_t)count; /* at most PLM_CONFIG_NODES_MAX */
}

/* By (sym, leg); of the same, in the order of the file. */
static void sort_rest(plm_rest_spec *list, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        plm_rest_spec const row = list[i];
        uint32_t at = i;
        for (; at > 0 && (list[at - 1].sym > row.sym ||
                          (list[at - 1].sym == row.sym && list[at - 1].leg > row.leg));
             at--) {
            list[at] = list[at - 1];
        }
        list[at] = row;
    }
}

static plm_status read_rest(plm_run_file *file, const plm_config_node *map,
                            const plm_contracts *contracts, plm_diag *diag)
{
    PLM_TRY(plm_config_expect(map, PLM_CONFIG_MAP, diag));
    plm_rest_spec *const list = plm_setup_take(file, count_rows(map), sizeof *list);
    uint32_t count = 0;
    for (const plm_config_node *entry = map->first; entry != NULL; entry = entry->next) {
        plm_rest_spec row = {0};
        PLM_TRY(plm_setup_sym(entry, entry->key, contracts, diag, &row.sym));
        PLM_TRY(plm_config_check_keys(entry, rest_keys, diag));
        if (contracts->contract[row.sym].form == PLM_FORM_SPOT) {
            return plm_config_fail(entry, diag,
                                   "'%s' is spot, which has no positions; allowed: perpetuals and "
                                   "futures",
                                   entry->key);
        }
        for (uint8_t leg = 1; leg <= 2; leg++) {
            const plm_config_node *const side = plm_config_find(entry, rest_keys[leg - 1]);
            row.leg = leg;
            if (side != NULL) {
                PLM_TRY(read_side(side, contracts, row, diag, list, &count));
            }
        }
    }
    sort_rest(list, count);
    file->spec.rest = list;
    file->spec.rest_count = count;
    return PLM_OK;
}

/* -- models ------------------------------------------------------------------------------------ */

static plm_status read_model(plm_run_file *file, uint32_t index, const plm_contracts *contracts,
                             plm_diag *diag)
{
    plm_rulebook_spec *const spec = &file->spec.rulebook[index];
    plm_param_rows const rows = {.rows = contracts->rows, .count = contracts->count};
    const plm_config_node *const given = file->model_params[index];
    /* A key that is missing in no map at all is missed at the beginning of the run file. */
    plm_config_node const empty = {.kind = PLM_CONFIG_MAP,
                                   .key = "params",
                                   .file = file->root->file,
                                   .line = file->root->line,
                                   .column = file->root->column};
    return spec->model == NULL ? PLM_OK
                               : plm_params_read(spec->model, given == NULL ? &empty : given,
                                                 file->folder, &rows, diag, &spec->params);
}

static plm_status read_market(plm_run_file *file, const plm_config_node *venue,
                              const plm_contracts *contracts, plm_diag *diag)
{
    const plm_config_node *const insurance = plm_config_find(venue, "insurance");
    const plm_config_node *const par = plm_config_find(venue, "par");
    const plm_config_node *const rest = plm_config_find(venue, "rest_of_market");
    if (insurance != NULL) {
        PLM_TRY(read_insurance(file, insurance, contracts, diag));
    }
    if (par != NULL) {
        PLM_TRY(read_par(file, par, contracts, diag));
    }
    return rest == NULL ? PLM_OK : read_rest(file, rest, contracts, diag);
}

plm_status plm_setup_market_margin(plm_run_file *file, const plm_config_node *venue,
                                   const plm_contracts *contracts, plm_diag *diag)
{
    if (venue != NULL) {
        PLM_TRY(read_market(file, venue, contracts, diag));
    }
    for (uint32_t i = 0; i < file->spec.rulebook_count; i++) {
        PLM_TRY(read_model(file, i, contracts, diag));
    }
    return PLM_OK;
}

/* -- deviations -------------------------------------------------------------------------------- */

void plm_setup_deviations(plm_run_file *file, const plm_contracts *contracts)
{
    plm_run_spec *const spec = &file->spec;
    uint32_t const most = 2 + spec->par_count + spec->account_count;
    const char **const list = plm_setup_take(file, most, sizeof *list);
    uint32_t count = 0;
    if (spec->mark != PLM_PRICE_NONE) {
        list[count++] = plm_setup_print(file, "marks are %s, not those of the rulebook",
                                        mark_words[spec->mark - PLM_PRICE_LAST]);
    }
    if (spec->trigger != PLM_PRICE_NONE) {
        list[count++] = plm_setup_print(file, "margin is tested at %s, not as the rulebook says",
                                        trigger_words[spec->trigger - PLM_PRICE_MARK]);
    }
    for (uint32_t i = 0; i < spec->par_count; i++) {
        list[count++] =
            plm_setup_print(file, "1 %s counts as 1 %s", contracts->asset[spec->par[i].asset],
                            contracts->asset[spec->par[i].other]);
    }
    for (uint32_t i = 0; i < spec->account_count; i++) {
        const plm_account_spec *const account = &spec->account[i];
        if (account->confounded) {
            list[count++] = plm_setup_print(file, "%s has rules of its own: %s", account->name,
                                            spec->rulebook[account->rulebook].rulebook->name);
        }
    }
    spec->deviation = list;
    spec->deviation_count = count;
}
