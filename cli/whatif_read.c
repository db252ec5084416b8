/*
 * whatif_read.c - a what-if file from top to bottom.
 */
#include <stdio.h>
#include <string.h>

#include "account.h"
#include "memory.h"
#include "rulebook_path.h"
#include "whatif_parts.h"

/* -- the rulebook ------------------------------------------------------------------------------ */

/* Relative paths start where the file lies. */
static plm_status rulebook_file(const plm_config_node *node, const char *folder, plm_diag *diag,
                                char out[PLM_SHIPPED_PATH_CAP])
{
    char path[PLM_SHIPPED_PATH_CAP];
    plm_diag reason;
    plm_diag_init(&reason);
    PLM_TRY(plm_config_expect(node, PLM_CONFIG_TEXT, diag));
    if (plm_rulebook_path(node->text, &reason, path) < 0) {
        return plm_config_fail(node, diag, "%.700s", reason.text);
    }
    bool const is_name = strcmp(path, node->text) != 0;
    bool const bare = is_name || path[0] == '/' || folder[0] == '\0';
    int const size =
        snprintf(out, PLM_SHIPPED_PATH_CAP, "%s%s%s", bare ? "" : folder, bare ? "" : "/", path);
    return size >= 0 && size < PLM_SHIPPED_PATH_CAP
               ? PLM_OK
               : plm_config_fail(node, diag, "the path is too long");
}

static plm_status read_rulebook(plm_whatif *whatif, const plm_config_node *root, const char *path,
                                plm_diag *diag)
{
    const plm_config_node *node;
    char folder[PLM_SHIPPED_PATH_CAP], file[PLM_SHIPPED_PATH_CAP];
    const char *const slash = strrchr(path, '/');
    size_t const size = slash == NULL ? 0 : (size_t)(slash - path);
    if (size >= sizeof folder) {
        return plm_fail(diag, PLM_ERR_USAGE, "%.100s...: the path is too long", path);
    }
    memcpy(folder, path, size);
    folder[size] = '\0';
    PLM_TRY(plm_config_require(root, "rulebook", diag, &node));
    if (node->kind == PLM_CONFIG_MAP) {
        PLM_TRY(plm_rulebook_from(node, folder, diag, &whatif->rulebook));
    } else {
        PLM_TRY(rulebook_file(node, folder, diag, file));
        PLM_TRY(plm_rulebook_read(file, diag, &whatif->rulebook));
    }
    if (whatif->rulebook->model != NULL) {
        return plm_config_fail(node, diag,
                               "the rulebook is computed by a plug-in; the calculator has the "
                               "built-in model alone");
    }
    return PLM_OK;
}

/* -- maps of amounts --------------------------------------------------------------------------- */

typedef plm_status (*read_entry)(plm_whatif *whatif, const plm_config_node *entry, uint32_t asset,
                                 plm_diag *diag);

static plm_status each_asset(plm_whatif *whatif, const plm_config_node *root, const char *key,
                             read_entry read, plm_diag *diag)
{
    const plm_config_node *const map = plm_config_find(root, key);
    if (map == NULL) {
        return PLM_OK;
    }
    for (const plm_config_node *entry = map->first; entry != NULL; entry = entry->next) {
        uint32_t asset;
        PLM_TRY(plm_whatif_asset(whatif, entry, entry->key, diag, &asset));
        PLM_TRY(read(whatif, entry, asset, diag));
    }
    return PLM_OK;
}

static plm_status read_balance(plm_whatif *whatif, const plm_config_node *entry, uint32_t asset,
                               plm_diag *diag)
{
    return plm_whatif_money(entry, diag, &whatif->book.balance[asset]);
}

static plm_status read_insurance(plm_whatif *whatif, const plm_config_node *entry, uint32_t asset,
                                 plm_diag *diag)
{
    return plm_whatif_money(entry, diag, &whatif->book.insurance[asset]);
}

static plm_status read_price(plm_whatif *whatif, const plm_config_node *entry, uint32_t asset,
                             plm_diag *diag)
{
    plm_money price;
    PLM_TRY(plm_whatif_money(entry, diag, &price));
    if (price.v <= 0) {
        return plm_config_fail(entry, diag, "found '%.100s'; allowed: a price above 0",
                               entry->text);
    }
    if (asset == whatif->report && price.v != plm_pow10(PLM_MONEY_SCALE)) {
        return plm_config_fail(
            entry, diag,
            "found '%.100s'; allowed: 1, for prices are in %s ('report: USD' has "
            "them in another asset)",
            entry->text, entry->key);
    }
    whatif->book.price[asset] = (plm_fraction){
        .num = plm_amount_of(price), .den = plm_amount_of((plm_money){plm_pow10(PLM_MONEY_SCALE)})};
    return PLM_OK;
}

static plm_status read_haircut(plm_whatif *whatif, const plm_config_node *entry, uint32_t asset,
                               plm_diag *diag)
{
    PLM_TRY(plm_config_decimal(entry, PLM_RATE_SCALE, diag, &whatif->weight[asset]));
    if (whatif->weight[asset] < 0 || whatif->weight[asset] > PLM_WHATIF_RATE_ONE) {
        return plm_config_fail(entry, diag, "found '%.100s'; allowed: a weight of 0 to 1",
                               entry->text);
    }
    return PLM_OK;
}

static plm_status read_open_interest(plm_whatif *whatif, const plm_config_node *root,
                                     plm_diag *diag)
{
    const plm_config_node *const map = plm_config_find(root, "open_interest");
    if (map == NULL) {
        return PLM_OK;
    }
    PLM_TRY(plm_config_expect(map, PLM_CONFIG_MAP, diag));
    for (const plm_config_node *entry = map->first; entry != NULL; entry = entry->next) {
        uint32_t sym;
        PLM_TRY(plm_whatif_sym(whatif, entry, entry->key, diag, &sym));
        PLM_TRY(plm_whatif_positive(entry, whatif->row[sym].qty_scale, diag,
                                    &whatif->open_interest[sym]));
    }
    return PLM_OK;
}

/* -- prices of assets -------------------------------------------------------------------------- */

/* What a row says about its base, doubled: spot its middle or last, others their index or what the
 * requirement is computed at. */
static int64_t asset_px2(const plm_whatif *whatif, uint32_t sym)
{
    const plm_whatif_marks *const marks = &whatif->book.marks[sym];
    if (whatif->contracts.contract[sym].form == PLM_FORM_SPOT) {
        return marks->mid2 != 0 ? marks->mid2 : marks->last2;
    }
    return marks->index2 != 0
               ? marks->index2
               : plm_whatif_px2(&whatif->book, sym, whatif->rules.set->price.requirement);
}

/* Of an asset that `prices` does not name: a spot row, else another, with that base and the report
 * currency as quote. */
static void derive_price(plm_whatif *whatif, uint32_t asset)
{
    for (unsigned pass = 0; pass < 2; pass++) {
        for (uint32_t sym = 0; sym < whatif->instrument_count; sym++) {
            const plm_contract *const contract = &whatif->contracts.contract[sym];
            bool const is_spot = contract->form == PLM_FORM_SPOT;
            int64_t const px2 = asset_px2(whatif, sym);
            if (contract->base != asset || contract->quote != whatif->report || px2 == 0 ||
                is_spot != (pass == 0)) {
                continue;
            }
            whatif->book.price[asset] = (plm_fraction){
                .num = plm_amount_of((plm_money){px2}),
                .den = plm_amount_of((plm_money){2 * (plm_i128)plm_pow10(contract->px_scale)})};
            return;
        }
    }
}

static void derive_prices(plm_whatif *whatif)
{
    plm_amount const one = plm_amount_of((plm_money){1});
    for (uint32_t asset = 0; asset < whatif->contracts.asset_count; asset++) {
        plm_fraction *const price = &whatif->book.price[asset];
        if (asset == whatif->report) {
            *price = (plm_fraction){one, one};
        } else if (plm_money_sign(plm_money_of(price->num)) == 0) {
            price->den = one;
            derive_price(whatif, asset);
        }
    }
}

/* -- all --------------------------------------------------------------------------------------- */

static plm_status read_taker(plm_whatif *whatif, const plm_config_node *root, plm_diag *diag)
{
    static const char *const keys[] = {"taker", NULL};
    const plm_config_node *const map = plm_config_find(root, "fees");
    if (map == NULL) {
        return PLM_OK;
    }
    PLM_TRY(plm_config_check_keys(map, keys, diag));
    const plm_config_node *const node = plm_config_find(map, "taker");
    if (node == NULL) {
        return PLM_OK;
    }
    PLM_TRY(plm_config_decimal(node, PLM_RATE_SCALE, diag, &whatif->taker));
    if (whatif->taker < 0 || whatif->taker > PLM_WHATIF_RATE_ONE) {
        return plm_config_fail(node, diag, "found '%.100s'; allowed: 0 to 1", node->text);
    }
    return PLM_OK;
}

static plm_status check_positions(const plm_whatif *whatif, const char *path, plm_diag *diag)
{
    for (uint32_t i = 0; i < whatif->book.position_count; i++) {
        const plm_whatif_position *const row = &whatif->book.position[i];
        const char *const symbol = whatif->row[row->sym].symbol;
        if (!plm_rules_covers(&whatif->rules, row->sym, (plm_regime)row->regime)) {
            return plm_fail(diag, PLM_ERR_USAGE,
                            "%s: the rulebook '%s' has no rates for %s at that time", path,
                            whatif->rulebook->name, symbol);
        }
    }
    return PLM_OK;
}

static plm_status read_all(plm_whatif *whatif, const plm_config_node *root, const char *path,
                           plm_diag *diag)
{
    static const char *const keys[] = {
        "rulebook",   "at",        "margin",        "hedge",    "report",    "fees",
        "collateral", "prices",    "instruments",   "marks",    "positions", "orders",
        "tiers",      "insurance", "open_interest", "haircuts", NULL};
    const plm_config_node *node;
    PLM_TRY(plm_config_check_keys(root, keys, diag));
    PLM_TRY(read_rulebook(whatif, root, path, diag));
    PLM_TRY(plm_config_require(root, "at", diag, &node));
    PLM_TRY(plm_config_time(node, diag, &whatif->book.ts));
    node = plm_config_find(root, "hedge");
    if (node != NULL) {
        PLM_TRY(plm_config_bool(node, diag, &whatif->hedge));
    }
    PLM_TRY(read_taker(whatif, root, diag));
    PLM_TRY(plm_whatif_read_instruments(whatif, root, diag));
    PLM_TRY(plm_whatif_read_marks(whatif, root, diag));
    PLM_TRY(each_asset(whatif, root, "collateral", read_balance, diag));
    PLM_TRY(each_asset(whatif, root, "prices", read_price, diag));
    PLM_TRY(each_asset(whatif, root, "haircuts", read_haircut, diag));
    PLM_TRY(each_asset(whatif, root, "insurance", read_insurance, diag));
    PLM_TRY(read_open_interest(whatif, root, diag));
    PLM_TRY(plm_whatif_read_tiers(whatif, root, diag));
    plm_rules_init(&whatif->rules, whatif->rulebook, &whatif->contracts);
    whatif->bound = true;
    (void)plm_rules_move(&whatif->rules, whatif->book.ts);
    derive_prices(whatif);
    PLM_TRY(plm_whatif_read_positions(whatif, root, diag));
    PLM_TRY(check_positions(whatif, path, diag));
    PLM_TRY(plm_whatif_read_orders(whatif, root, diag));
    return check_positions(whatif, path, diag);
}

plm_status plm_whatif_read(const char *path, plm_diag *diag, plm_whatif *out)
{
    *out = (plm_whatif){0};
    PLM_TRY(plm_config_read(path, diag, &out->config));
    return read_all(out, plm_config_root(out->config), path, diag);
}

void plm_whatif_book_fini(plm_whatif_book *book)
{
    plm_free(book->marks);
    plm_free(book->price);
    plm_free(book->balance);
    plm_free(book->insurance);
    plm_free(book->listed);
    plm_free(book->position);
    *book = (plm_whatif_book){0};
}

void plm_whatif_fini(plm_whatif *whatif)
{
    plm_whatif_book_fini(&whatif->book);
    if (whatif->bound) {
        plm_rules_fini(&whatif->rules);
    }
    plm_contracts_fini(&whatif->contracts);
    plm_free(whatif->base);
    plm_free(whatif->settle);
    plm_free(whatif->open_interest);
    plm_free(whatif->weight);
    plm_free(whatif->order);
    plm_free(whatif->row);
    for (uint32_t i = 0; i < PLM_RULE_CHANGES_MAX; i++) {
        plm_free(whatif->tiers[i]);
    }
    plm_rulebook_destroy(whatif->rulebook);
    plm_config_destroy(whatif->config);
    *whatif = (plm_whatif){0};
}
