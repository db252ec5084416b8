/*
 * whatif_instruments.c - the instruments of a what-if file, their prices, and the assets it names.
 */
#include <stdio.h>
#include <string.h>

#include "instrument_text.h"
#include "memory.h"
#include "nearest.h"
#include "whatif_parts.h"

/* -- scales ---------------------------------------------------------------------------------- */

static const char *const price_keys[] = {"mark", "index", "last", "bid", "ask", NULL};

/* Prices stand on a scale that holds the tick and every price given for the row. */
static plm_status widen(const plm_config_node *node, plm_diag *diag, uint8_t *scale)
{
    unsigned needed;
    PLM_TRY(plm_whatif_decimals(node, diag, &needed));
    *scale = needed > *scale ? (uint8_t)needed : *scale;
    return PLM_OK;
}

static plm_status widen_by_marks(const plm_config_node *mark, plm_diag *diag, uint8_t *scale)
{
    if (mark == NULL) {
        return PLM_OK;
    }
    if (mark->kind != PLM_CONFIG_MAP) {
        return widen(mark, diag, scale);
    }
    for (const plm_config_node *price = mark->first; price != NULL; price = price->next) {
        PLM_TRY(widen(price, diag, scale));
    }
    return PLM_OK;
}

static plm_status widen_by_orders(const plm_config_node *root, const char *symbol, plm_diag *diag,
                                  uint8_t *scale)
{
    const plm_config_node *const orders = plm_config_find(root, "orders");
    for (const plm_config_node *order = orders == NULL ? NULL : orders->first; order != NULL;
         order = order->next) {
        const plm_config_node *const name = plm_config_find(order, "instrument");
        const plm_config_node *const price = plm_config_find(order, "px");
        if (name != NULL && price != NULL && name->kind == PLM_CONFIG_TEXT &&
            strcmp(name->text, symbol) == 0) {
            PLM_TRY(widen(price, diag, scale));
        }
    }
    return PLM_OK;
}

/* Quantities are on a scale of the lot and of every quantity given. */
static plm_status widen_by_quantities(const plm_config_node *root, const char *list,
                                      const char *symbol, plm_diag *diag, uint8_t *scale)
{
    const plm_config_node *const rows = plm_config_find(root, list);
    for (const plm_config_node *row = rows == NULL ? NULL : rows->first; row != NULL;
         row = row->next) {
        const plm_config_node *const name = plm_config_find(row, "instrument");
        const plm_config_node *const qty = plm_config_find(row, "qty");
        if (name != NULL && qty != NULL && name->kind == PLM_CONFIG_TEXT &&
            strcmp(name->text, symbol) == 0) {
            PLM_TRY(widen(qty, diag, scale));
        }
    }
    return PLM_OK;
}

/* -- one row --------------------------------------------------------------------------------- */

static plm_status read_text(const plm_config_node *map, const char *key, const char *fallback,
                            size_t cap, plm_diag *diag, char *out)
{
    const plm_config_node *const node = plm_config_find(map, key);
    const char *text = fallback;
    if (node != NULL) {
        PLM_TRY(plm_config_text(node, diag, &text));
    }
    if (text == NULL) {
        return plm_config_fail(map, diag, "'%s' is missing", key);
    }
    if (strlen(text) >= cap) {
        return plm_config_fail(node == NULL ? map : node, diag, "longer than %zu bytes", cap - 1);
    }
    memcpy(out, text, strlen(text) + 1);
    return PLM_OK;
}

static plm_status read_kind(const plm_config_node *map, plm_diag *diag, plm_instrument_kind *out)
{
    static const char *const words[] = {"linear", "inverse",        "quanto", "spot",
                                        "future", "inverse-future", NULL};
    static const plm_instrument_kind kinds[] = {PLM_INST_LINEAR, PLM_INST_INVERSE,
                                                PLM_INST_QUANTO, PLM_INST_SPOT,
                                                PLM_INST_FUTURE, PLM_INST_INVERSE_FUTURE};
    const plm_config_node *node;
    size_t index;
    PLM_TRY(plm_config_require(map, "kind", diag, &node));
    PLM_TRY(plm_config_word(node, words, diag, &index));
    *out = kinds[index];
    return PLM_OK;
}

static plm_status read_assets(const plm_config_node *map, plm_diag *diag, plm_instrument *row)
{
    bool const inverse = row->kind == PLM_INST_INVERSE || row->kind == PLM_INST_INVERSE_FUTURE;
    bool const spot = row->kind == PLM_INST_SPOT;
    PLM_TRY(read_text(map, "base", NULL, sizeof row->base, diag, row->base));
    PLM_TRY(read_text(map, "settle",
                      inverse ? row->base
                      : spot  ? ""
                              : NULL,
                      sizeof row->settle, diag, row->settle));
    const char *const quote = inverse                        ? "USD"
                              : row->kind == PLM_INST_QUANTO ? NULL
                              : row->settle[0] != '\0'       ? row->settle
                                                             : NULL;
    PLM_TRY(read_text(map, "quote", quote, sizeof row->quote, diag, row->quote));
    if (spot) { /* a spot row settles in its quote asset and names none */
        row->settle[0] = '\0';
    }
    return read_text(map, "underlying", "", sizeof row->underlying, diag, row->underlying);
}

static plm_status read_steps(const plm_config_node *map, const plm_config_node *root,
                             plm_diag *diag, plm_instrument *row)
{
    const plm_config_node *tick, *lot;
    const plm_config_node *const multiplier = plm_config_find(map, "multiplier");
    const plm_config_node *const marks = plm_config_find(root, "marks");
    PLM_TRY(plm_config_require(map, "tick", diag, &tick));
    PLM_TRY(plm_config_require(map, "lot", diag, &lot));
    PLM_TRY(widen(tick, diag, &row->px_scale));
    PLM_TRY(widen_by_marks(marks == NULL ? NULL : plm_config_find(marks, row->symbol), diag,
                           &row->px_scale));
    PLM_TRY(widen_by_orders(root, row->symbol, diag, &row->px_scale));
    PLM_TRY(widen(lot, diag, &row->qty_scale));
    PLM_TRY(widen_by_quantities(root, "positions", row->symbol, diag, &row->qty_scale));
    PLM_TRY(widen_by_quantities(root, "orders", row->symbol, diag, &row->qty_scale));
    row->multiplier = 1;
    if (multiplier != NULL) {
        PLM_TRY(widen(multiplier, diag, &row->mult_scale));
        PLM_TRY(plm_whatif_positive(multiplier, row->mult_scale, diag, &row->multiplier));
    }
    if (row->px_scale + row->qty_scale + row->mult_scale > PLM_SCALE_SUM_MAX) {
        return plm_config_fail(map, diag,
                               "prices, quantities and multiplier have %u decimals together; "
                               "allowed: %u",
                               (unsigned)(row->px_scale + row->qty_scale + row->mult_scale),
                               PLM_SCALE_SUM_MAX);
    }
    PLM_TRY(plm_whatif_positive(tick, row->px_scale, diag, &row->tick));
    return plm_whatif_positive(lot, row->qty_scale, diag, &row->lot);
}

static plm_status read_row(const plm_config_node *map, const plm_config_node *root, plm_diag *diag,
                           plm_instrument *out)
{
    static const char *const keys[] = {"kind",       "base", "quote", "settle", "underlying",
                                       "multiplier", "tick", "lot",   "expiry", NULL};
    plm_instrument row = {0};
    plm_instrument_kind kind;
    PLM_TRY(plm_config_check_keys(map, keys, diag));
    if (strlen(map->key) >= sizeof row.symbol) {
        return plm_config_fail(map, diag, "longer than %zu bytes", sizeof row.symbol - 1);
    }
    memcpy(row.symbol, map->key, strlen(map->key) + 1);
    PLM_TRY(read_kind(map, diag, &kind));
    row.kind = (uint8_t)kind;
    PLM_TRY(read_assets(map, diag, &row));
    PLM_TRY(read_steps(map, root, diag, &row));
    const plm_config_node *const expiry = plm_config_find(map, "expiry");
    if (expiry != NULL) {
        PLM_TRY(plm_config_time(expiry, diag, &row.expiry));
    }
    const char *const problem = plm_instrument_problem(&row);
    if (problem != NULL) {
        return plm_config_fail(map, diag, "%s", problem);
    }
    *out = row;
    return PLM_OK;
}

/* -- assets ---------------------------------------------------------------------------------- */

/* Each asset that is named gets a row of its own, so that it has a number. */
static plm_status add_asset(plm_whatif *whatif, const plm_config_node *node, const char *name,
                            plm_diag *diag)
{
    for (uint32_t i = whatif->instrument_count; i < whatif->row_count; i++) {
        if (strcmp(whatif->row[i].symbol, name) == 0) {
            return PLM_OK;
        }
    }
    if (strlen(name) == 0 || strlen(name) >= PLM_ASSET_CAP) {
        return plm_config_fail(node, diag, "found '%.100s'; allowed: an asset of 1 to %d bytes",
                               name, PLM_ASSET_CAP - 1);
    }
    if (whatif->row_count >= PLM_WHATIF_INSTRUMENTS_MAX + PLM_WHATIF_ASSETS_MAX) {
        return plm_config_fail(node, diag, "more than %u assets", PLM_WHATIF_ASSETS_MAX);
    }
    plm_instrument *const row = &whatif->row[whatif->row_count++];
    *row = (plm_instrument){.kind = PLM_INST_ASSET};
    memcpy(row->symbol, name, strlen(name) + 1);
    return PLM_OK;
}

static plm_status add_assets_of(plm_whatif *whatif, const plm_config_node *root, const char *key,
                                plm_diag *diag)
{
    const plm_config_node *const map = plm_config_find(root, key);
    if (map == NULL) {
        return PLM_OK;
    }
    PLM_TRY(plm_config_expect(map, PLM_CONFIG_MAP, diag));
    for (const plm_config_node *entry = map->first; entry != NULL; entry = entry->next) {
        PLM_TRY(add_asset(whatif, entry, entry->key, diag));
    }
    return PLM_OK;
}

/* The settle asset of all instruments, else USD. */
static const char *common_settle(const plm_whatif *whatif)
{
    const char *common = NULL;
    for (uint32_t i = 0; i < whatif->instrument_count; i++) {
        const plm_instrument *const row = &whatif->row[i];
        const char *const settle = row->settle[0] == '\0' ? row->quote : row->settle;
        if (common != NULL && strcmp(common, settle) != 0) {
            return "USD";
        }
        common = settle;
    }
    return common == NULL ? "USD" : common;
}

/* What all pools of the account are counted in: of a rulebook with a unit of its own, that. */
static plm_status add_report(plm_whatif *whatif, const plm_config_node *root, plm_diag *diag,
                             const char **out)
{
    const plm_config_node *const node = plm_config_find(root, "report");
    const char *const unit = whatif->rulebook->pool.unit;
    const char *name = unit[0] != '\0' ? unit : common_settle(whatif);
    if (node != NULL) {
        PLM_TRY(plm_config_text(node, diag, &name));
        if (unit[0] != '\0' && strcmp(unit, name) != 0) {
            return plm_config_fail(node, diag, "found '%.100s'; the rulebook counts in %s", name,
                                   unit);
        }
    }
    *out = name;
    return add_asset(whatif, node == NULL ? root : node, name, diag);
}

/* -- all --------------------------------------------------------------------------------------- */

static void bind(plm_whatif *whatif)
{
    plm_contracts *const contracts = &whatif->contracts;
    plm_contracts_init(contracts, whatif->row, whatif->row_count);
    whatif->base = plm_alloc(contracts->count, sizeof *whatif->base);
    whatif->settle = plm_alloc(contracts->count, sizeof *whatif->settle);
    whatif->open_interest = plm_alloc(contracts->count, sizeof *whatif->open_interest);
    whatif->weight = plm_alloc(contracts->asset_count, sizeof *whatif->weight);
    for (uint32_t sym = 0; sym < contracts->count; sym++) {
        whatif->base[sym] = contracts->contract[sym].base;
        whatif->settle[sym] = contracts->contract[sym].settle;
    }
    for (uint32_t asset = 0; asset < contracts->asset_count; asset++) {
        whatif->weight[asset] = -1;
    }
    whatif->book.marks = plm_alloc(contracts->count, sizeof *whatif->book.marks);
    whatif->book.price = plm_alloc(contracts->asset_count, sizeof *whatif->book.price);
    whatif->book.balance = plm_alloc(contracts->asset_count, sizeof *whatif->book.balance);
    whatif->book.insurance = plm_alloc(contracts->asset_count, sizeof *whatif->book.insurance);
    whatif->book.listed = plm_alloc(contracts->asset_count, sizeof *whatif->book.listed);
}

plm_status plm_whatif_read_instruments(plm_whatif *whatif, const plm_config_node *root,
                                       plm_diag *diag)
{
    static const char *const named[] = {"collateral", "prices", "haircuts", "insurance"};
    const plm_config_node *map;
    const char *report = NULL;
    PLM_TRY(plm_config_require(root, "instruments", diag, &map));
    PLM_TRY(plm_config_expect(map, PLM_CONFIG_MAP, diag));
    if (map->size > PLM_WHATIF_INSTRUMENTS_MAX) {
        return plm_config_fail(map, diag, "%zu instruments; allowed: %u", map->size,
                               PLM_WHATIF_INSTRUMENTS_MAX);
    }
    whatif->row =
        plm_alloc(PLM_WHATIF_INSTRUMENTS_MAX + PLM_WHATIF_ASSETS_MAX, sizeof *whatif->row);
    for (const plm_config_node *entry = map->first; entry != NULL; entry = entry->next) {
        PLM_TRY(read_row(entry, root, diag, &whatif->row[whatif->row_count]));
        whatif->row_count++;
        whatif->instrument_count++;
    }
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        PLM_TRY(add_assets_of(whatif, root, named[i], diag));
    }
    PLM_TRY(add_report(whatif, root, diag, &report));
    bind(whatif);
    whatif->report = plm_contracts_find_asset(&whatif->contracts, report);
    return PLM_OK;
}

/* -- marks ------------------------------------------------------------------------------------- */

static plm_status read_price(const plm_config_node *map, const char *key, unsigned scale,
                             plm_diag *diag, int64_t *out)
{
    const plm_config_node *const node = plm_config_find(map, key);
    int64_t px;
    if (node == NULL) {
        return PLM_OK;
    }
    PLM_TRY(plm_whatif_positive(node, scale, diag, &px));
    if (px > INT64_MAX / 4) {
        return plm_config_fail(node, diag, "found '%.100s', which is beyond any price", node->text);
    }
    *out = px;
    return PLM_OK;
}

static plm_status read_mark(const plm_config_node *node, unsigned scale, plm_diag *diag,
                            plm_whatif_marks *out)
{
    int64_t px[5] = {0};
    if (node->kind != PLM_CONFIG_MAP) {
        PLM_TRY(plm_whatif_positive(node, scale, diag, &px[0]));
        *out = (plm_whatif_marks){2 * px[0], 2 * px[0], 2 * px[0], 2 * px[0]};
        return PLM_OK;
    }
    PLM_TRY(plm_config_check_keys(node, price_keys, diag));
    for (size_t i = 0; i < 5; i++) {
        PLM_TRY(read_price(node, price_keys[i], scale, diag, &px[i]));
    }
    if (px[3] != 0 && px[4] != 0 && px[3] >= px[4]) {
        return plm_config_fail(node, diag, "the bid is not below the ask");
    }
    *out = (plm_whatif_marks){2 * px[0], 2 * px[1], 2 * px[2],
                              px[3] != 0 && px[4] != 0 ? px[3] + px[4] : 0};
    return PLM_OK;
}

plm_status plm_whatif_read_marks(plm_whatif *whatif, const plm_config_node *root, plm_diag *diag)
{
    const plm_config_node *const map = plm_config_find(root, "marks");
    if (map == NULL) {
        return PLM_OK;
    }
    PLM_TRY(plm_config_expect(map, PLM_CONFIG_MAP, diag));
    for (const plm_config_node *entry = map->first; entry != NULL; entry = entry->next) {
        uint32_t sym;
        PLM_TRY(plm_whatif_sym(whatif, entry, entry->key, diag, &sym));
        PLM_TRY(read_mark(entry, whatif->row[sym].px_scale, diag, &whatif->book.marks[sym]));
    }
    return PLM_OK;
}
