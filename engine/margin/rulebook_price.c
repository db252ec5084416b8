/*
 * rulebook_price.c - P1 and P3: which pools there are, and which prices decide.
 */
#include <string.h>

#include "rulebook_parts.h"

/* -- P1 -------------------------------------------------------------------------------------- */

/* A regime's key stands in `pool` exactly if `regimes` has it. */
static plm_status expect_regime(const plm_rulebook_reader *reader, const plm_config_node *node,
                                plm_regime regime, const plm_config_node **out)
{
    const char *const key = plm_regime_word(regime);
    const plm_config_node *const entry = plm_config_find(node, key);
    if (entry != NULL && !plm_rulebook_has(reader->book, regime)) {
        return plm_config_fail(entry, reader->diag, "the rulebook has no regime '%s'", key);
    }
    if (entry == NULL && plm_rulebook_has(reader->book, regime)) {
        return plm_config_require(node, key, reader->diag, out);
    }
    *out = entry;
    return PLM_OK;
}

static plm_status read_scope(const plm_rulebook_reader *reader, const plm_config_node *node,
                             plm_regime regime, plm_pool_scope *out)
{
    static const char *const words[] = {"account", "currency", NULL};
    const plm_config_node *entry = NULL;
    PLM_TRY(expect_regime(reader, node, regime, &entry));
    if (entry != NULL) {
        size_t index;
        PLM_TRY(plm_config_word(entry, words, reader->diag, &index));
        *out = index == 0 ? PLM_POOL_ACCOUNT : PLM_POOL_CURRENCY;
    }
    return PLM_OK;
}

static plm_status read_isolated(const plm_rulebook_reader *reader, const plm_config_node *node)
{
    static const char *const scopes[] = {"position", NULL};
    static const char *const topups[] = {"manual", "auto", NULL};
    plm_pool_rule *const pool = &reader->book->pool;
    const plm_config_node *entry = NULL;
    const plm_config_node *const topup = plm_config_find(node, "topup");
    size_t index;
    PLM_TRY(expect_regime(reader, node, PLM_REGIME_ISOLATED, &entry));
    if (entry == NULL) {
        return topup == NULL
                   ? PLM_OK
                   : plm_config_fail(topup, reader->diag, "the rulebook has no regime 'isolated'");
    }
    PLM_TRY(plm_config_word(entry, scopes, reader->diag, &index));
    pool->isolated = true;
    PLM_TRY(plm_rulebook_word(reader, node, "topup", topups, &index));
    pool->topup_auto = index == 1;
    return PLM_OK;
}

plm_status plm_rulebook_pool(const plm_rulebook_reader *reader, const plm_config_node *node)
{
    static const char *const keys[] = {"cross", "isolated", "portfolio", "topup", "unit", NULL};
    plm_pool_rule *const pool = &reader->book->pool;
    PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
    PLM_TRY(read_scope(reader, node, PLM_REGIME_CROSS, &pool->cross));
    PLM_TRY(read_scope(reader, node, PLM_REGIME_PORTFOLIO, &pool->portfolio));
    PLM_TRY(read_isolated(reader, node));
    bool const account = pool->cross == PLM_POOL_ACCOUNT || pool->portfolio == PLM_POOL_ACCOUNT;
    const plm_config_node *unit = plm_config_find(node, "unit");
    if (!account) {
        return unit == NULL ? PLM_OK
                            : plm_config_fail(unit, reader->diag, "no pool is that of an account");
    }
    const char *text;
    PLM_TRY(plm_config_require(node, "unit", reader->diag, &unit));
    PLM_TRY(plm_config_text(unit, reader->diag, &text));
    if (strcmp(text, "report") == 0) {
        return PLM_OK; /* "" */
    }
    if (!plm_rulebook_is_name(text, unit->size, sizeof pool->unit)) {
        return plm_config_fail(unit, reader->diag, "found '%.100s'; allowed: an asset, report",
                               text);
    }
    memcpy(pool->unit, text, unit->size + 1);
    return PLM_OK;
}

/* -- P3: marks ------------------------------------------------------------------------------- */

typedef struct simple_def {
    plm_price_word word;
    int64_t window_ns;
} simple_def;

static plm_status read_word(const plm_rulebook_reader *reader, const plm_config_node *node,
                            simple_def *out)
{
    static const char *const words[] = {"tape", "last", "index", "mid", NULL};
    static const plm_price_word values[] = {PLM_PRICE_TAPE, PLM_PRICE_LAST, PLM_PRICE_INDEX,
                                            PLM_PRICE_MID};
    size_t index;
    PLM_TRY(plm_config_word(node, words, reader->diag, &index));
    *out = (simple_def){values[index], 0};
    return PLM_OK;
}

static plm_status read_basis(const plm_rulebook_reader *reader, const plm_config_node *node,
                             simple_def *out)
{
    static const char *const keys[] = {"basis", "window", NULL};
    static const char *const words[] = {"average", "ema", NULL};
    const plm_config_node *window;
    simple_def def = {0};
    size_t index;
    PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
    PLM_TRY(plm_rulebook_word(reader, node, "basis", words, &index));
    PLM_TRY(plm_config_require(node, "window", reader->diag, &window));
    PLM_TRY(plm_rulebook_duration(reader, window, 1, "a duration above 0, 30s", &def.window_ns));
    def.word = index == 0 ? PLM_PRICE_BASIS_AVERAGE : PLM_PRICE_BASIS_EMA;
    *out = def;
    return PLM_OK;
}

static plm_status read_simple(const plm_rulebook_reader *reader, const plm_config_node *node,
                              simple_def *out)
{
    static const char *const keys[] = {"funding", NULL};
    static const char *const words[] = {"index", NULL};
    size_t index;
    if (node->kind != PLM_CONFIG_MAP) {
        return read_word(reader, node, out);
    }
    if (plm_config_find(node, "basis") != NULL) {
        return read_basis(reader, node, out);
    }
    PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
    PLM_TRY(plm_rulebook_word(reader, node, "funding", words, &index));
    *out = (simple_def){PLM_PRICE_FUNDING_INDEX, 0};
    return PLM_OK;
}

static plm_status read_members(const plm_rulebook_reader *reader, const plm_config_node *list,
                               plm_mark_def *out)
{
    PLM_TRY(plm_config_expect(list, PLM_CONFIG_LIST, reader->diag));
    if (list->size < 2 || list->size > PLM_MARK_DEFS_MAX) {
        return plm_config_fail(list, reader->diag, "found %zu definitions; allowed: 2 to %u",
                               list->size, PLM_MARK_DEFS_MAX);
    }
    for (const plm_config_node *node = list->first; node != NULL; node = node->next) {
        simple_def def;
        PLM_TRY(read_simple(reader, node, &def));
        out->member[out->member_count].word = def.word;
        out->member[out->member_count++].window_ns = def.window_ns;
    }
    return PLM_OK;
}

static plm_status read_def(const plm_rulebook_reader *reader, const plm_config_node *node,
                           plm_mark_def *out)
{
    static const char *const keys[] = {"funding", "basis", "median", "min", "max", NULL};
    static const plm_price_word composed[] = {PLM_PRICE_MEDIAN, PLM_PRICE_MIN, PLM_PRICE_MAX};
    plm_mark_def def = {0};
    for (size_t i = 0; i < 3; i++) {
        const plm_config_node *const list = plm_config_find(node, keys[i + 2]);
        if (list != NULL) {
            const char *const only[] = {keys[i + 2], NULL};
            PLM_TRY(plm_config_check_keys(node, only, reader->diag));
            def.word = composed[i];
            PLM_TRY(read_members(reader, list, &def));
            *out = def;
            return PLM_OK;
        }
    }
    if (node->kind == PLM_CONFIG_MAP && plm_config_find(node, "basis") == NULL) {
        PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
    }
    simple_def simple;
    PLM_TRY(read_simple(reader, node, &simple));
    def.word = simple.word;
    def.window_ns = simple.window_ns;
    *out = def;
    return PLM_OK;
}

static plm_status read_mark(const plm_rulebook_reader *reader, const plm_config_node *node,
                            plm_price_rule *price)
{
    const plm_config_node *list;
    PLM_TRY(plm_config_require(node, "mark", reader->diag, &list));
    PLM_TRY(plm_config_expect(list, PLM_CONFIG_LIST, reader->diag));
    if (list->size < 1 || list->size > PLM_MARK_DEFS_MAX) {
        return plm_config_fail(list, reader->diag, "found %zu definitions; allowed: 1 to %u",
                               list->size, PLM_MARK_DEFS_MAX);
    }
    price->mark_count = 0;
    for (const plm_config_node *def = list->first; def != NULL; def = def->next) {
        PLM_TRY(read_def(reader, def, &price->mark[price->mark_count++]));
    }
    return PLM_OK;
}

/* -- P3: the rest ---------------------------------------------------------------------------- */

static bool is_composite(plm_price_word word)
{
    return word >= PLM_PRICE_FUNDING_INDEX;
}

static plm_status check_window(const plm_rulebook_reader *reader, const plm_config_node *node,
                               const plm_price_rule *price, int64_t window_ns)
{
    if (window_ns == 0 || (window_ns >= price->cadence_ns && window_ns % price->cadence_ns == 0)) {
        return PLM_OK;
    }
    return plm_config_fail(node, reader->diag,
                           "a window is no multiple of the cadence; allowed: a multiple");
}

/* Cadence and interval stand there exactly when a definition needs them. */
static plm_status read_times(const plm_rulebook_reader *reader, const plm_config_node *node,
                             plm_price_rule *price)
{
    bool composite = false, funding = false;
    for (uint32_t i = 0; i < price->mark_count; i++) {
        const plm_mark_def *const def = &price->mark[i];
        composite = composite || is_composite(def->word);
        funding = funding || def->word == PLM_PRICE_FUNDING_INDEX;
        for (uint32_t j = 0; j < def->member_count; j++) {
            funding = funding || def->member[j].word == PLM_PRICE_FUNDING_INDEX;
        }
    }
    const char *const keys[2] = {"cadence", "interval"};
    const char *const why[2] = {"no mark is composite", "no mark looks at funding"};
    int64_t *const out[2] = {&price->cadence_ns, &price->interval_ns};
    const bool needed[2] = {composite, funding};
    for (size_t i = 0; i < 2; i++) {
        const plm_config_node *entry = plm_config_find(node, keys[i]);
        *out[i] = 0;
        if (needed[i]) {
            PLM_TRY(plm_config_require(node, keys[i], reader->diag, &entry));
            PLM_TRY(plm_rulebook_duration(reader, entry, 1, "a duration above 0, 1s", out[i]));
        } else if (entry != NULL) {
            return plm_config_fail(entry, reader->diag, "is not needed: %s", why[i]);
        }
    }
    for (uint32_t i = 0; i < price->mark_count && composite; i++) {
        PLM_TRY(check_window(reader, node, price, price->mark[i].window_ns));
        for (uint32_t j = 0; j < price->mark[i].member_count; j++) {
            PLM_TRY(check_window(reader, node, price, price->mark[i].member[j].window_ns));
        }
    }
    return PLM_OK;
}

static plm_status read_use(const plm_rulebook_reader *reader, const plm_config_node *node,
                           plm_price_word *out)
{
    static const char *const words[] = {"mark", "last", "index", "mid", NULL};
    static const plm_price_word values[] = {PLM_PRICE_MARK, PLM_PRICE_LAST, PLM_PRICE_INDEX,
                                            PLM_PRICE_MID};
    size_t index;
    PLM_TRY(plm_config_word(node, words, reader->diag, &index));
    *out = values[index];
    return PLM_OK;
}

plm_status plm_rulebook_price(const plm_rulebook_reader *reader, const plm_config_node *node,
                              plm_rule_set *set)
{
    static const char *const keys[] = {"mark",    "cadence", "interval", "pnl", "requirement",
                                       "trigger", "funding", "stale",    NULL};
    static const char *const uses[] = {"pnl", "requirement", "funding"};
    plm_price_rule price = {0};
    plm_price_word *const out[] = {&price.pnl, &price.requirement, &price.funding};
    const plm_config_node *entry;
    PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
    PLM_TRY(read_mark(reader, node, &price));
    PLM_TRY(read_times(reader, node, &price));
    for (size_t i = 0; i < 3; i++) {
        PLM_TRY(plm_config_require(node, uses[i], reader->diag, &entry));
        PLM_TRY(read_use(reader, entry, out[i]));
    }
    entry = plm_config_find(node, "trigger");
    if (entry != NULL) {
        PLM_TRY(read_use(reader, entry, &price.trigger));
    }
    PLM_TRY(plm_config_require(node, "stale", reader->diag, &entry));
    PLM_TRY(plm_rulebook_duration(reader, entry, 0, "a duration, 0s for never", &price.stale_ns));
    set->price = price;
    return PLM_OK;
}
