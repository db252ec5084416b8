/*
 * rulebook_read.c - a rulebook from its text: who it is, its sixteen choices, and their changes.
 *
 * Nothing has a default that docs/rulebook-format.md does not name: what is missing, unknown or not
 * needed is refused by its place.
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "memory.h"
#include "rulebook_parts.h"

#define NAME_MAX_SIZE 40u
#define ADAPTIVE_WINDOW_MAX 100000
#define SECOND_NS INT64_C(1000000000)

/* -- choices of one word --------------------------------------------------------------------- */

static plm_status read_hedge(const plm_rulebook_reader *reader, const plm_config_node *node,
                             plm_rule_set *set)
{
    static const char *const keys[] = {"maintenance", "initial", NULL};
    static const char *const words[] = {"net", "gross", "max_side", NULL};
    size_t index;
    PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
    PLM_TRY(plm_rulebook_word(reader, node, "maintenance", words, &index));
    set->net_maintenance = (plm_netting)(PLM_NETTING_NET + index);
    PLM_TRY(plm_rulebook_word(reader, node, "initial", words, &index));
    set->net_initial = (plm_netting)(PLM_NETTING_NET + index);
    return PLM_OK;
}

static plm_status read_measure(const plm_rulebook_reader *reader, const plm_config_node *node,
                               plm_rule_set *set)
{
    static const char *const words[] = {"value", "contracts", "coin", NULL};
    size_t index;
    PLM_TRY(plm_config_word(node, words, reader->diag, &index));
    set->rate.measure = (plm_measure)(PLM_MEASURE_VALUE + index);
    return PLM_OK;
}

static plm_status read_orders(const plm_rulebook_reader *reader, const plm_config_node *node,
                              plm_rule_set *set)
{
    static const char *const words[] = {"none", "sum", "worse_side", NULL};
    static const plm_order_margin values[] = {PLM_ORDER_MARGIN_FREE, PLM_ORDER_MARGIN_SUM,
                                              PLM_ORDER_MARGIN_WORSE_SIDE};
    size_t index;
    PLM_TRY(plm_config_word(node, words, reader->diag, &index));
    set->orders = values[index];
    return PLM_OK;
}

static plm_status read_trigger(const plm_rulebook_reader *reader, const plm_config_node *node,
                               plm_rule_set *set)
{
    static const char *const keys[] = {"when", "test", "locked", NULL};
    static const char *const whens[] = {"at", "above", NULL};
    static const char *const tests[] = {"once", "each", NULL};
    size_t index;
    PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
    PLM_TRY(plm_rulebook_word(reader, node, "when", whens, &index));
    set->trigger_above = index == 1;
    PLM_TRY(plm_rulebook_word(reader, node, "test", tests, &index));
    set->test_each = index == 1;
    set->locked = false;
    const plm_config_node *const locked = plm_config_find(node, "locked");
    return locked == NULL ? PLM_OK : plm_rulebook_yes(reader, locked, &set->locked);
}

static plm_status read_insurance(const plm_rulebook_reader *reader, const plm_config_node *node,
                                 plm_rule_set *set)
{
    static const char *const keys[] = {"floor", NULL};
    const plm_config_node *floor;
    PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
    PLM_TRY(plm_config_require(node, "floor", reader->diag, &floor));
    return plm_rulebook_money(reader, floor, 0, PLM_I128_MAX, "an amount of at least 0",
                              &set->insurance_floor);
}

static plm_status read_adl(const plm_rulebook_reader *reader, const plm_config_node *node,
                           plm_rule_set *set)
{
    static const char *const words[] = {"off",           "pnl_ratio", "pnl_leverage",
                                        "size_leverage", "random",    NULL};
    size_t index;
    PLM_TRY(plm_config_word(node, words, reader->diag, &index));
    set->adl = (plm_adl_score)(PLM_ADL_OFF + index);
    return PLM_OK;
}

static plm_status read_socialise(const plm_rulebook_reader *reader, const plm_config_node *node,
                                 plm_rule_set *set)
{
    static const char *const words[] = {"none", "winners", NULL};
    size_t index;
    PLM_TRY(plm_config_word(node, words, reader->diag, &index));
    set->socialise_winners = index == 1;
    return PLM_OK;
}

static plm_status read_numeric(const plm_rulebook_reader *reader, const plm_config_node *node,
                               plm_rule_set *set)
{
    static const char *const keys[] = {"requirement", "equity", "fee", NULL};
    static const char *const any[] = {"up", "half_even", "down", NULL};
    static const char *const low[] = {"down", "half_even", NULL};
    static const plm_round any_round[] = {PLM_ROUND_CEIL, PLM_ROUND_HALF_EVEN, PLM_ROUND_FLOOR};
    static const plm_round low_round[] = {PLM_ROUND_FLOOR, PLM_ROUND_HALF_EVEN};
    plm_round *const out[] = {&set->round_requirement, &set->round_equity, &set->round_fee};
    PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
    for (size_t i = 0; i < 3; i++) {
        bool const equity = i == 1;
        const plm_config_node *const entry = plm_config_find(node, keys[i]);
        size_t index = 0;
        if (entry != NULL) {
            PLM_TRY(plm_config_word(entry, equity ? low : any, reader->diag, &index));
        }
        *out[i] = equity ? low_round[index] : any_round[index];
    }
    return PLM_OK;
}

/* -- the choices ----------------------------------------------------------------------------- */

typedef struct section {
    const char *key;
    plm_section_read *read;
} section;

#define FIRST_DATED 1u /* hedge, as the pools, does not change */
static const section sections[] = {
    {"hedge", read_hedge},
    {"price", plm_rulebook_price},
    {"measure", read_measure},
    {"rate", plm_rulebook_rates},
    {"levels", plm_rulebook_levels},
    {"addons", plm_rulebook_addons},
    {"collateral", plm_rulebook_collateral},
    {"offset", plm_rulebook_offset},
    {"orders", read_orders},
    {"trigger", read_trigger},
    {"stages", plm_rulebook_stages},
    {"fee", plm_rulebook_fee},
    {"insurance", read_insurance},
    {"adl", read_adl},
    {"socialise", read_socialise},
    {"numeric", read_numeric},
};
#define SECTIONS (sizeof sections / sizeof *sections)

static plm_status read_set(const plm_rulebook_reader *reader, const plm_config_node *map,
                           plm_rule_set *set)
{
    for (size_t i = 0; i < SECTIONS; i++) {
        const plm_config_node *node;
        PLM_TRY(plm_config_require(map, sections[i].key, reader->diag, &node));
        PLM_TRY(sections[i].read(reader, node, set));
    }
    return plm_rulebook_agree(reader, map, set);
}

plm_status plm_rulebook_agree(const plm_rulebook_reader *reader, const plm_config_node *map,
                              const plm_rule_set *set)
{
    const plm_rate_rule *const rate = &set->rate;
    bool const tiers = rate->kind == PLM_RATE_MARGINAL || rate->kind == PLM_RATE_WHOLE;
    if (rate->kind == PLM_RATE_MARGINAL && rate->measure != PLM_MEASURE_VALUE) {
        return plm_config_fail(map, reader->diag,
                               "marginal tiers go with 'measure: value' alone; allowed: that, or "
                               "'tiers: whole'");
    }
    if (rate->initial == PLM_INITIAL_TABLE && !rate->has_initial && rate->kind != PLM_RATE_NONE) {
        return plm_config_fail(map, reader->diag,
                               "'initial: table' finds no column 'initial'; allowed: leverage, "
                               "{times: ...}, or a table that has it");
    }
    if (rate->oi_ramp && rate->initial != PLM_INITIAL_TABLE) {
        return plm_config_fail(map, reader->diag,
                               "'oi_ramp: yes' goes with 'initial: table' alone");
    }
    for (uint32_t i = 0; i < set->stage_count; i++) {
        const plm_stage *const stage = &set->stage[i];
        if ((stage->tier_from != 0 || stage->size == PLM_SIZE_TIERS_DOWN) && !tiers) {
            return plm_config_fail(map, reader->diag, "stage %u looks at tiers, but P5 has none",
                                   i + 1);
        }
        if (stage->kind == PLM_STAGE_ADL && set->adl == PLM_ADL_OFF) {
            return plm_config_fail(map, reader->diag, "stage %u does adl, but 'adl' is off", i + 1);
        }
        if (stage->kind == PLM_STAGE_REPAY && !set->collateral.borrow) {
            return plm_config_fail(map, reader->diag,
                                   "stage %u repays, but nothing can be borrowed", i + 1);
        }
    }
    return PLM_OK;
}

static plm_status read_change(const plm_rulebook_reader *reader, const plm_config_node *map)
{
    const char *keys[SECTIONS + 3] = {"from", "announced"};
    plm_rulebook *const book = reader->book;
    const plm_rule_set *const before = &book->set[book->set_count - 1];
    plm_rule_set *const set = &book->set[book->set_count];
    const plm_config_node *entry;
    for (size_t i = FIRST_DATED; i < SECTIONS; i++) {
        keys[i + 2 - FIRST_DATED] = sections[i].key;
    }
    *set = *before;
    PLM_TRY(plm_config_check_keys(map, keys, reader->diag));
    PLM_TRY(plm_config_require(map, "from", reader->diag, &entry));
    PLM_TRY(plm_config_time(entry, reader->diag, &set->from));
    if (set->from <= before->from) {
        return plm_config_fail(entry, reader->diag,
                               "is not after the change before; allowed: changes in their order");
    }
    set->announced = 0;
    entry = plm_config_find(map, "announced");
    if (entry != NULL) {
        PLM_TRY(plm_config_time(entry, reader->diag, &set->announced));
    }
    uint32_t changed = 0;
    for (size_t i = FIRST_DATED; i < SECTIONS; i++) {
        entry = plm_config_find(map, sections[i].key);
        if (entry != NULL) {
            PLM_TRY(sections[i].read(reader, entry, set));
            changed++;
        }
    }
    if (changed == 0) {
        return plm_config_fail(map, reader->diag, "the change changes nothing");
    }
    PLM_TRY(plm_rulebook_agree(reader, map, set));
    book->set_count++;
    return PLM_OK;
}

static plm_status read_changes(const plm_rulebook_reader *reader, const plm_config_node *root)
{
    const plm_config_node *const list = plm_config_find(root, "changes");
    if (list == NULL) {
        return PLM_OK;
    }
    PLM_TRY(plm_config_expect(list, PLM_CONFIG_LIST, reader->diag));
    if (list->size >= PLM_RULE_CHANGES_MAX) {
        return plm_config_fail(list, reader->diag, "found %zu changes; allowed: at most %u",
                               list->size, PLM_RULE_CHANGES_MAX - 1);
    }
    for (const plm_config_node *map = list->first; map != NULL; map = map->next) {
        PLM_TRY(read_change(reader, map));
    }
    return PLM_OK;
}

/* -- adaptive -------------------------------------------------------------------------------- */

static plm_status read_estimator(const plm_rulebook_reader *reader, const plm_config_node *map,
                                 plm_adaptive_rule *rule)
{
    static const char *const words[] = {"ewma", "realised", NULL};
    static const char *const ewma[] = {"estimator", "lambda", "sigma_ref", "cadence", "shape",
                                       "floor",     "cap",    "down",      NULL};
    static const char *const realised[] = {"estimator", "window", "sigma_ref", "cadence", "shape",
                                           "floor",     "cap",    "down",      NULL};
    const plm_config_node *entry;
    size_t index;
    PLM_TRY(plm_rulebook_word(reader, map, "estimator", words, &index));
    rule->realised = index == 1;
    PLM_TRY(plm_config_check_keys(map, rule->realised ? realised : ewma, reader->diag));
    if (!rule->realised) {
        PLM_TRY(plm_config_require(map, "lambda", reader->diag, &entry));
        return plm_rulebook_rate(reader, entry, 0, PLM_RULE_ONE, &rule->lambda);
    }
    int64_t window;
    PLM_TRY(plm_config_require(map, "window", reader->diag, &entry));
    PLM_TRY(plm_config_integer(entry, 1, ADAPTIVE_WINDOW_MAX, reader->diag, &window));
    rule->window = (uint32_t)window;
    return PLM_OK;
}

static plm_status read_adaptive(const plm_rulebook_reader *reader, const plm_config_node *root)
{
    static const char *const shapes[] = {"linear", "floor1", NULL};
    static const char *const keys[] = {"sigma_ref", "floor", "cap", "down"};
    const plm_config_node *const map = plm_config_find(root, "adaptive");
    plm_adaptive_rule rule = {0};
    plm_rate *const out[] = {&rule.sigma_ref, &rule.floor, &rule.cap, &rule.down};
    const plm_config_node *entry;
    size_t index;
    if (map == NULL) {
        return PLM_OK;
    }
    PLM_TRY(plm_config_expect(map, PLM_CONFIG_MAP, reader->diag));
    PLM_TRY(read_estimator(reader, map, &rule));
    PLM_TRY(plm_config_require(map, "cadence", reader->diag, &entry));
    PLM_TRY(plm_rulebook_duration(reader, entry, SECOND_NS, "a duration of at least 1s",
                                  &rule.cadence_ns));
    PLM_TRY(plm_rulebook_word(reader, map, "shape", shapes, &index));
    rule.shape = index == 0 ? PLM_ADAPTIVE_LINEAR : PLM_ADAPTIVE_FLOOR1;
    for (size_t i = 0; i < 4; i++) {
        PLM_TRY(plm_config_require(map, keys[i], reader->diag, &entry));
        PLM_TRY(plm_rulebook_rate(reader, entry, 1, PLM_RULE_RATE_MAX, out[i]));
    }
    if (rule.cap < rule.floor) {
        return plm_config_fail(map, reader->diag, "the cap is below the floor");
    }
    reader->book->adaptive = rule;
    return PLM_OK;
}

/* -- who it is ------------------------------------------------------------------------------- */

static plm_status read_name(const plm_rulebook_reader *reader, const plm_config_node *root)
{
    const plm_config_node *node;
    const char *text;
    PLM_TRY(plm_config_require(root, "rulebook", reader->diag, &node));
    PLM_TRY(plm_config_text(node, reader->diag, &text));
    bool fits = node->size > 0 && node->size <= NAME_MAX_SIZE;
    for (size_t i = 0; i < node->size && fits; i++) {
        char const c = text[i];
        fits =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    }
    if (!fits) {
        return plm_config_fail(node, reader->diag,
                               "found '%.100s'; allowed: 1 to %u letters, digits and '-'", text,
                               NAME_MAX_SIZE);
    }
    reader->book->name = plm_rulebook_keep(reader->book, text);
    PLM_TRY(plm_config_require(root, "title", reader->diag, &node));
    PLM_TRY(plm_config_text(node, reader->diag, &text));
    reader->book->title = plm_rulebook_keep(reader->book, text);
    PLM_TRY(plm_config_require(root, "effective", reader->diag, &node));
    return plm_config_time(node, reader->diag, &reader->book->effective);
}

/* A path from the folder of the rulebook. */
static plm_status read_model(const plm_rulebook_reader *reader, const plm_config_node *root)
{
    const plm_config_node *const node = plm_config_find(root, "model");
    char path[PLM_RULE_PATH_CAP];
    const char *text;
    if (node == NULL) {
        return PLM_OK;
    }
    PLM_TRY(plm_config_text(node, reader->diag, &text));
    bool const whole = text[0] == '/';
    int const size =
        snprintf(path, sizeof path, "%s%s%s", whole ? "" : reader->folder, whole ? "" : "/", text);
    if (node->size == 0 || size < 0 || (size_t)size >= sizeof path) {
        return plm_config_fail(node, reader->diag, "found a path of %zu bytes; allowed: 1 to %u",
                               node->size, PLM_RULE_PATH_CAP - 1);
    }
    reader->book->model = plm_rulebook_keep(reader->book, path);
    return PLM_OK;
}

static plm_status read_sentences(const plm_rulebook_reader *reader, const plm_config_node *root,
                                 const char *key, const char *const **out, uint32_t *out_count)
{
    const plm_config_node *list;
    PLM_TRY(plm_config_require(root, key, reader->diag, &list));
    PLM_TRY(plm_config_expect(list, PLM_CONFIG_LIST, reader->diag));
    const char **const kept = plm_rulebook_take(reader->book, list->size + 1, sizeof *kept);
    uint32_t count = 0;
    for (const plm_config_node *node = list->first; node != NULL; node = node->next) {
        const char *text;
        PLM_TRY(plm_config_text(node, reader->diag, &text));
        kept[count++] = plm_rulebook_keep(reader->book, text);
    }
    *out = kept;
    *out_count = count;
    return PLM_OK;
}

static plm_status read_regimes(const plm_rulebook_reader *reader, const plm_config_node *root)
{
    static const char *const words[] = {"cross", "isolated", "portfolio", NULL};
    plm_rulebook *const book = reader->book;
    const plm_config_node *list;
    PLM_TRY(plm_config_require(root, "regimes", reader->diag, &list));
    PLM_TRY(plm_config_expect(list, PLM_CONFIG_LIST, reader->diag));
    for (const plm_config_node *node = list->first; node != NULL; node = node->next) {
        size_t index;
        PLM_TRY(plm_config_word(node, words, reader->diag, &index));
        plm_regime const regime = (plm_regime)(PLM_REGIME_CROSS + index);
        if (plm_rulebook_has(book, regime)) {
            return plm_config_fail(node, reader->diag, "'%s' stands there twice", words[index]);
        }
        book->regime[book->regime_count++] = regime;
    }
    if (book->regime_count == 0) {
        return plm_config_fail(list, reader->diag,
                               "found none; allowed: one or more of cross, isolated, portfolio");
    }
    return PLM_OK;
}

static plm_status read_book(const plm_rulebook_reader *reader, const plm_config_node *root)
{
    static const char *const head[] = {"rulebook", "title", "effective", "sources",  "leaves_out",
                                       "regimes",  "pool",  "changes",   "adaptive", "model"};
    const char *keys[sizeof head / sizeof *head + SECTIONS + 1] = {0};
    plm_rulebook *const book = reader->book;
    const plm_config_node *pool;
    memcpy(keys, head, sizeof head);
    for (size_t i = 0; i < SECTIONS; i++) {
        keys[sizeof head / sizeof *head + i] = sections[i].key;
    }
    PLM_TRY(plm_config_check_keys(root, keys, reader->diag));
    PLM_TRY(read_name(reader, root));
    PLM_TRY(read_sentences(reader, root, "sources", &book->source, &book->source_count));
    if (book->source_count == 0) {
        return plm_config_fail(plm_config_find(root, "sources"), reader->diag,
                               "found none; allowed: at least one sentence");
    }
    PLM_TRY(read_sentences(reader, root, "leaves_out", &book->leaves_out, &book->leaves_out_count));
    PLM_TRY(read_regimes(reader, root));
    PLM_TRY(plm_config_require(root, "pool", reader->diag, &pool));
    PLM_TRY(plm_rulebook_pool(reader, pool));
    PLM_TRY(read_set(reader, root, &book->set[0]));
    book->set_count = 1;
    PLM_TRY(read_changes(reader, root));
    PLM_TRY(read_adaptive(reader, root));
    return read_model(reader, root);
}

/* -- the face -------------------------------------------------------------------------------- */

plm_status plm_rulebook_from(const plm_config_node *map, const char *folder, plm_diag *diag,
                             plm_rulebook **out)
{
    plm_rulebook *const book = plm_alloc(1, sizeof *book);
    plm_rulebook_reader const reader = {.book = book, .folder = folder, .diag = diag};
    book->file = plm_rulebook_keep(book, map->file);
    plm_status const status = read_book(&reader, map);
    if (status < 0) {
        plm_rulebook_destroy(book);
        return status;
    }
    *out = book;
    return PLM_OK;
}

plm_status plm_rulebook_read(const char *path, plm_diag *diag, plm_rulebook **out)
{
    plm_config *config = NULL;
    char folder[PLM_RULE_PATH_CAP];
    const char *const slash = strrchr(path, '/');
    int const size = slash == NULL
                         ? snprintf(folder, sizeof folder, ".")
                         : snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
    if (size < 0 || (size_t)size >= sizeof folder) {
        return plm_fail(diag, PLM_ERR_USAGE, "%.100s...: the path is too long", path);
    }
    PLM_TRY(plm_config_read(path, diag, &config));
    plm_status const status = plm_rulebook_from(plm_config_root(config), folder, diag, out);
    plm_config_destroy(config);
    return status;
}
