/*
 * rulebook_collateral.c - P8 and P13: what assets are worth as margin, and the liquidation fee.
 */
#include <string.h>

#include "rulebook_parts.h"

/* -- P8 -------------------------------------------------------------------------------------- */

static bool is_known(const plm_collateral_rule *rule, const char *asset)
{
    for (uint32_t i = 0; i < rule->order_count; i++) {
        if (strcmp(rule->order[i], asset) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_row(const plm_collateral_rule *rule, const char *asset)
{
    for (uint32_t i = 0; i < rule->row_count; i++) {
        if (strcmp(rule->row[i].asset, asset) == 0) {
            return true;
        }
    }
    return false;
}

/* The assets as listed, then those of the table that the list does not name. */
static plm_status read_order(const plm_rulebook_reader *reader, const plm_config_node *list,
                             plm_collateral_rule *rule)
{
    const char **const order =
        plm_rulebook_take(reader->book, (size_t)rule->row_count + 1, sizeof *order);
    rule->order = order;
    if (list != NULL) {
        PLM_TRY(plm_config_expect(list, PLM_CONFIG_LIST, reader->diag));
    }
    for (const plm_config_node *node = list == NULL ? NULL : list->first; node != NULL;
         node = node->next) {
        const char *text;
        PLM_TRY(plm_config_text(node, reader->diag, &text));
        if (!has_row(rule, text)) {
            return plm_config_fail(node, reader->diag,
                                   "found '%.100s'; allowed: an asset of the table", text);
        }
        if (is_known(rule, text)) {
            return plm_config_fail(node, reader->diag, "'%.100s' stands there twice", text);
        }
        order[rule->order_count++] = plm_rulebook_keep(reader->book, text);
    }
    rule->order_named = rule->order_count;
    for (uint32_t i = 0; i < rule->row_count; i++) {
        if (!is_known(rule, rule->row[i].asset)) {
            order[rule->order_count++] = rule->row[i].asset;
        }
    }
    return PLM_OK;
}

static plm_status read_borrow(const plm_rulebook_reader *reader, const plm_config_node *node,
                              plm_collateral_rule *rule)
{
    static const char *const debts[] = {"order", "interest", "convert_below", "cost"};
    const plm_config_node *entry[4];
    for (size_t i = 0; i < 4; i++) {
        entry[i] = plm_config_find(node, debts[i]);
        if (entry[i] != NULL && !rule->borrow) {
            return plm_config_fail(entry[i], reader->diag, "is not needed without 'borrow: yes'");
        }
    }
    PLM_TRY(read_order(reader, entry[0], rule));
    if (entry[1] != NULL) {
        plm_table_rows rows;
        PLM_TRY(plm_table_read(reader, entry[1], &plm_table_borrow, &rows));
        rule->borrow_row = rows.row;
        rule->borrow_count = rows.count;
    }
    if (entry[2] == NULL) {
        return entry[3] == NULL ? PLM_OK
                                : plm_config_fail(entry[3], reader->diag,
                                                  "is not needed without 'convert_below'");
    }
    rule->converts = true;
    PLM_TRY(plm_rulebook_money(reader, entry[2], PLM_I128_MIN, -1, "an amount below 0",
                               &rule->convert_below));
    PLM_TRY(plm_config_require(node, "cost", reader->diag, &entry[3]));
    return plm_rulebook_rate(reader, entry[3], 0, PLM_RULE_ONE, &rule->convert_cost);
}

plm_status plm_rulebook_collateral(const plm_rulebook_reader *reader, const plm_config_node *node,
                                   plm_rule_set *set)
{
    static const char *const keys[] = {"table",    "slices",        "borrow", "order",
                                       "interest", "convert_below", "cost",   NULL};
    static const char *const settle[] = {"settle", NULL};
    static const char *const slices[] = {"coin", "value", NULL};
    const plm_config_node *entry;
    plm_collateral_rule rule = {0};
    plm_table_rows rows;
    size_t index;
    if (node->kind != PLM_CONFIG_MAP) {
        PLM_TRY(plm_config_word(node, settle, reader->diag, &index));
        set->collateral = (plm_collateral_rule){.settle_only = true};
        return PLM_OK;
    }
    PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
    PLM_TRY(plm_config_require(node, "table", reader->diag, &entry));
    PLM_TRY(plm_table_read(reader, entry, &plm_table_collateral, &rows));
    rule.row = rows.row;
    rule.row_count = rows.count;
    PLM_TRY(plm_rulebook_word(reader, node, "slices", slices, &index));
    rule.by_value = index == 1;
    PLM_TRY(plm_config_require(node, "borrow", reader->diag, &entry));
    PLM_TRY(plm_rulebook_yes(reader, entry, &rule.borrow));
    PLM_TRY(read_borrow(reader, node, &rule));
    set->collateral = rule;
    return PLM_OK;
}

/* -- P13 ------------------------------------------------------------------------------------- */

static plm_status read_split(const plm_rulebook_reader *reader, const plm_config_node *node,
                             plm_fee_rule *fee)
{
    static const char *const keys[] = {"insurance", "keeper", "protocol", NULL};
    plm_rate insurance = 0;
    plm_rate *const out[] = {&insurance, &fee->to_keeper, &fee->to_protocol};
    PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
    for (size_t i = 0; i < 3; i++) {
        const plm_config_node *const entry = plm_config_find(node, keys[i]);
        if (entry != NULL) {
            PLM_TRY(plm_rulebook_rate(reader, entry, 0, PLM_RULE_ONE, out[i]));
        }
    }
    if (insurance + fee->to_keeper + fee->to_protocol != PLM_RULE_ONE) {
        return plm_config_fail(node, reader->diag, "the shares do not add to 1");
    }
    return PLM_OK;
}

static plm_status read_fee_rate(const plm_rulebook_reader *reader, const plm_config_node *node,
                                plm_fee_rule *fee)
{
    const plm_config_node *const table = plm_config_find(node, "table");
    const plm_config_node *rate = plm_config_find(node, "rate");
    if (table != NULL && rate != NULL) {
        return plm_config_fail(rate, reader->diag, "the table says the rate; allowed: one of both");
    }
    if (table != NULL) {
        plm_table_rows rows;
        PLM_TRY(plm_table_read(reader, table, &plm_table_fees, &rows));
        fee->row = rows.row;
        fee->row_count = rows.count;
        return PLM_OK;
    }
    PLM_TRY(plm_config_require(node, "rate", reader->diag, &rate));
    return plm_rulebook_rate(reader, rate, 0, PLM_RULE_ONE, &fee->rate);
}

plm_status plm_rulebook_fee(const plm_rulebook_reader *reader, const plm_config_node *node,
                            plm_rule_set *set)
{
    static const char *const keys[] = {"rate",      "table",    "cap",      "split",
                                       "taker_fee", "residual", "recourse", NULL};
    static const char *const residuals[] = {"account", "insurance", NULL};
    static const char *const recourses[] = {"none", "debt", NULL};
    static const char *const caps[] = {"surplus", NULL};
    plm_fee_rule fee = {0};
    const plm_config_node *entry;
    size_t index;
    PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
    PLM_TRY(read_fee_rate(reader, node, &fee));
    entry = plm_config_find(node, "cap");
    if (entry != NULL) {
        PLM_TRY(plm_config_word(entry, caps, reader->diag, &index));
        fee.cap_surplus = true;
    }
    PLM_TRY(plm_config_require(node, "split", reader->diag, &entry));
    PLM_TRY(read_split(reader, entry, &fee));
    PLM_TRY(plm_config_require(node, "taker_fee", reader->diag, &entry));
    PLM_TRY(plm_rulebook_yes(reader, entry, &fee.taker_fee));
    PLM_TRY(plm_rulebook_word(reader, node, "residual", residuals, &index));
    fee.residual_to_insurance = index == 1;
    PLM_TRY(plm_rulebook_word(reader, node, "recourse", recourses, &index));
    fee.recourse_debt = index == 1;
    set->fee = fee;
    return PLM_OK;
}
