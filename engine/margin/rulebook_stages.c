/*
 * rulebook_stages.c - P12: what a liquidation does, stage by stage.
 */
#include <string.h>

#include "check.h"
#include "rulebook_parts.h"

#define ROUNDS_DEFAULT 1000u
#define ROUNDS_MAX 1000000
#define TIERS_MAX 1000
#define STAGE_KEYS_MAX 24u

static const char *const kind_words[] = {"cancel",   "offset_legs", "repay", "close",
                                         "takeover", "adl",         NULL};

/* -- when ------------------------------------------------------------------------------------ */

static plm_status read_condition(const plm_rulebook_reader *reader, const plm_config_node *node,
                                 plm_stage *stage)
{
    static const char *const keys[] = {"notional_above", "tier_from", "equity_below", "cooling",
                                       NULL};
    PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
    if (node->size == 0) {
        return plm_config_fail(node, reader->diag,
                               "found no condition; allowed: always, fund_short, or a map of "
                               "notional_above, tier_from, equity_below, cooling");
    }
    const plm_config_node *entry = plm_config_find(node, keys[0]);
    if (entry != NULL) {
        PLM_TRY(plm_rulebook_money(reader, entry, 0, PLM_I128_MAX, "an amount of at least 0",
                                   &stage->notional_above));
        stage->has_notional_above = true;
    }
    entry = plm_config_find(node, keys[1]);
    if (entry != NULL) {
        int64_t tier;
        PLM_TRY(plm_config_integer(entry, 1, TIERS_MAX, reader->diag, &tier));
        stage->tier_from = (uint32_t)tier;
    }
    entry = plm_config_find(node, keys[2]);
    if (entry != NULL) {
        PLM_TRY(plm_rulebook_rate(reader, entry, 0, PLM_RULE_ONE, &stage->equity_below));
        stage->has_equity_below = true;
    }
    entry = plm_config_find(node, keys[3]);
    if (entry != NULL) {
        PLM_TRY(plm_rulebook_yes(reader, entry, &stage->when_cooling));
        stage->when_not_cooling = !stage->when_cooling;
    }
    return PLM_OK;
}

static plm_status read_when(const plm_rulebook_reader *reader, const plm_config_node *map,
                            plm_stage *stage)
{
    static const char *const words[] = {"always", "fund_short", NULL};
    const plm_config_node *const node = plm_config_find(map, "when");
    size_t index;
    if (node == NULL) {
        return PLM_OK;
    }
    if (node->kind == PLM_CONFIG_MAP) {
        return read_condition(reader, node, stage);
    }
    PLM_TRY(plm_config_word(node, words, reader->diag, &index));
    stage->when_fund_short = index == 1;
    return PLM_OK;
}

/* -- close ----------------------------------------------------------------------------------- */

static plm_status read_fraction(const plm_rulebook_reader *reader, const plm_config_node *node,
                                plm_stage *stage)
{
    static const char *const keys[] = {"fraction", "min_notional", NULL};
    const plm_config_node *entry;
    stage->size = PLM_SIZE_FRACTION;
    PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
    PLM_TRY(plm_config_require(node, "fraction", reader->diag, &entry));
    PLM_TRY(plm_rulebook_rate(reader, entry, 1, PLM_RULE_ONE, &stage->fraction));
    entry = plm_config_find(node, "min_notional");
    return entry == NULL ? PLM_OK
                         : plm_rulebook_money(reader, entry, 0, PLM_I128_MAX,
                                              "an amount of at least 0", &stage->min_notional);
}

static plm_status read_size(const plm_rulebook_reader *reader, const plm_config_node *node,
                            plm_stage *stage)
{
    static const char *const words[] = {"full", "target", NULL};
    static const char *const sizes[] = {"fraction", "min_notional", "step", "tiers_down", NULL};
    static const char *const steps[] = {"step", NULL};
    static const char *const tiers[] = {"tiers_down", NULL};
    if (node->kind != PLM_CONFIG_MAP) {
        size_t index;
        PLM_TRY(plm_config_word(node, words, reader->diag, &index));
        stage->size = index == 0 ? PLM_SIZE_FULL : PLM_SIZE_TARGET;
        return PLM_OK;
    }
    const plm_config_node *const step = plm_config_find(node, "step");
    const plm_config_node *const down = plm_config_find(node, "tiers_down");
    PLM_TRY(plm_config_check_keys(node, sizes, reader->diag));
    if (step != NULL) {
        PLM_TRY(plm_config_check_keys(node, steps, reader->diag));
        stage->size = PLM_SIZE_STEP;
        return plm_rulebook_money(reader, step, 1, PLM_I128_MAX, "a number of contracts above 0",
                                  &stage->step);
    }
    if (down != NULL) {
        int64_t count;
        PLM_TRY(plm_config_check_keys(node, tiers, reader->diag));
        PLM_TRY(plm_config_integer(down, 1, TIERS_MAX, reader->diag, &count));
        stage->size = PLM_SIZE_TIERS_DOWN;
        stage->tiers_down = (uint32_t)count;
        return PLM_OK;
    }
    return read_fraction(reader, node, stage);
}

static plm_status read_keeper(const plm_rulebook_reader *reader, const plm_config_node *map,
                              plm_stage *stage)
{
    const plm_config_node *entry;
    stage->keeper = true;
    PLM_TRY(plm_config_require(map, "latency", reader->diag, &entry));
    PLM_TRY(
        plm_rulebook_duration(reader, entry, 0, "a duration, 500ms", &stage->keeper_latency_ns));
    PLM_TRY(plm_config_require(map, "inventory", reader->diag, &entry));
    PLM_TRY(plm_rulebook_money(reader, entry, 1, PLM_I128_MAX, "an amount above 0",
                               &stage->keeper_inventory));
    PLM_TRY(plm_config_require(map, "fee", reader->diag, &entry));
    return plm_rulebook_rate(reader, entry, 0, PLM_RULE_ONE, &stage->keeper_fee);
}

static plm_status read_close(const plm_rulebook_reader *reader, const plm_config_node *map,
                             plm_stage *stage)
{
    static const char *const selects[] = {"all",   "maintenance", "loss", "notional",
                                          "delta", "random",      NULL};
    static const char *const prices[] = {"market", "bankruptcy", "fillable", NULL};
    static const char *const views[] = {"maintenance", "initial", NULL};
    static const char *const channels[] = {"book", "keeper", NULL};
    const plm_config_node *entry;
    size_t index;
    PLM_TRY(plm_rulebook_word(reader, map, "select", selects, &index));
    stage->select = (plm_select)(PLM_SELECT_ALL + index);
    PLM_TRY(plm_config_require(map, "size", reader->diag, &entry));
    PLM_TRY(read_size(reader, entry, stage));
    PLM_TRY(plm_rulebook_word(reader, map, "price", prices, &index));
    stage->price = (plm_stage_price)(PLM_STAGE_PRICE_MARKET + index);
    if (stage->size == PLM_SIZE_TARGET) {
        PLM_TRY(plm_rulebook_word(reader, map, "view", views, &index));
        stage->view_initial = index == 1;
    }
    if (stage->price == PLM_STAGE_PRICE_FILLABLE) {
        PLM_TRY(plm_config_require(map, "spread", reader->diag, &entry));
        PLM_TRY(plm_rulebook_rate(reader, entry, 0, 100 * PLM_RULE_ONE, &stage->spread));
    }
    entry = plm_config_find(map, "channel");
    index = 0;
    if (entry != NULL) {
        PLM_TRY(plm_config_word(entry, channels, reader->diag, &index));
    }
    return index == 1 ? read_keeper(reader, map, stage) : PLM_OK;
}

/* -- the others ------------------------------------------------------------------------------ */

static plm_status read_takeover(const plm_rulebook_reader *reader, const plm_config_node *map,
                                plm_stage *stage)
{
    static const char *const prices[] = {"bankruptcy", "mark", NULL};
    static const char *const margins[] = {"none", "all", NULL};
    size_t index;
    PLM_TRY(plm_rulebook_word(reader, map, "price", prices, &index));
    stage->price = index == 0 ? PLM_STAGE_PRICE_BANKRUPTCY : PLM_STAGE_PRICE_MARK;
    const plm_config_node *const margin = plm_config_find(map, "margin");
    if (margin != NULL) {
        PLM_TRY(plm_config_word(margin, margins, reader->diag, &index));
        stage->margin_all = index == 1;
    }
    return PLM_OK;
}

static plm_status read_own(const plm_rulebook_reader *reader, const plm_config_node *map,
                           plm_stage *stage)
{
    static const char *const which[] = {"all", "opening", NULL};
    size_t index;
    switch (stage->kind) {
    case PLM_STAGE_CANCEL:
        PLM_TRY(plm_rulebook_word(reader, map, "which", which, &index));
        stage->cancel_opening_only = index == 1;
        break;
    case PLM_STAGE_REPAY: {
        const plm_config_node *const cost = plm_config_find(map, "cost");
        return cost == NULL ? PLM_OK
                            : plm_rulebook_rate(reader, cost, 0, PLM_RULE_ONE, &stage->cost);
    }
    case PLM_STAGE_CLOSE:
        return read_close(reader, map, stage);
    case PLM_STAGE_TAKEOVER:
    case PLM_STAGE_ADL:
        return read_takeover(reader, map, stage);
    case PLM_STAGE_OFFSET_LEGS:
    case PLM_STAGE_NONE:
        break;
    }
    return PLM_OK;
}

/* -- keys ------------------------------------------------------------------------------------ */

typedef struct key_list {
    const char *key[STAGE_KEYS_MAX + 1];
    uint32_t count;
} key_list;

static void add_keys(key_list *list, const char *const *keys)
{
    for (size_t i = 0; keys[i] != NULL; i++) {
        plm_assert(list->count < STAGE_KEYS_MAX);
        list->key[list->count++] = keys[i];
    }
}

/* What fits depends on what a stage does, and on three of its words. */
static void add_close_keys(key_list *list, const plm_config_node *map)
{
    static const char *const always[] = {"select", "size", "price", "channel", NULL};
    static const char *const keeper[] = {"latency", "inventory", "fee", NULL};
    static const char *const of[] = {"size", "price", "channel"};
    static const char *const word[] = {"target", "fillable", "keeper"};
    static const char *const target[] = {"view", NULL};
    static const char *const fillable[] = {"spread", NULL};
    const char *const *const more[] = {target, fillable, keeper};
    add_keys(list, always);
    for (size_t i = 0; i < 3; i++) {
        const plm_config_node *const node = plm_config_find(map, of[i]);
        if (node != NULL && node->kind == PLM_CONFIG_TEXT && strcmp(node->text, word[i]) == 0) {
            add_keys(list, more[i]);
        }
    }
}

static plm_status check_keys(const plm_rulebook_reader *reader, const plm_config_node *map,
                             plm_stage_kind kind)
{
    static const char *const always[] = {"do",    "when",   "cooldown", "rounds",
                                         "until", "buffer", NULL};
    static const char *const cancel[] = {"which", NULL};
    static const char *const repay[] = {"cost", NULL};
    static const char *const takeover[] = {"price", "margin", NULL};
    static const char *const adl[] = {"price", NULL};
    key_list list = {0};
    add_keys(&list, always);
    switch (kind) {
    case PLM_STAGE_NONE:
    case PLM_STAGE_OFFSET_LEGS:
        break;
    case PLM_STAGE_CANCEL:
        add_keys(&list, cancel);
        break;
    case PLM_STAGE_REPAY:
        add_keys(&list, repay);
        break;
    case PLM_STAGE_CLOSE:
        add_close_keys(&list, map);
        break;
    case PLM_STAGE_TAKEOVER:
        add_keys(&list, takeover);
        break;
    case PLM_STAGE_ADL:
        add_keys(&list, adl);
        break;
    }
    return plm_config_check_keys(map, list.key, reader->diag);
}

/* -- the list -------------------------------------------------------------------------------- */

static plm_status read_common(const plm_rulebook_reader *reader, const plm_config_node *map,
                              plm_stage *stage)
{
    static const char *const views[] = {"maintenance", "initial", NULL};
    PLM_TRY(read_when(reader, map, stage));
    const plm_config_node *entry = plm_config_find(map, "cooldown");
    if (entry != NULL) {
        PLM_TRY(plm_rulebook_duration(reader, entry, 1, "a duration above 0, 30s",
                                      &stage->cooldown_ns));
    }
    if ((stage->when_cooling || stage->when_not_cooling) && entry == NULL) {
        return plm_config_fail(map, reader->diag, "'cooling' needs a 'cooldown'");
    }
    int64_t rounds = ROUNDS_DEFAULT;
    entry = plm_config_find(map, "rounds");
    if (entry != NULL) {
        PLM_TRY(plm_config_integer(entry, 1, ROUNDS_MAX, reader->diag, &rounds));
    }
    stage->rounds = (uint32_t)rounds;
    entry = plm_config_find(map, "until");
    if (entry != NULL) {
        size_t index;
        PLM_TRY(plm_config_word(entry, views, reader->diag, &index));
        stage->until_initial = index == 1;
    }
    entry = plm_config_find(map, "buffer");
    if (entry != NULL) {
        PLM_TRY(plm_rulebook_rate(reader, entry, 0, 10 * PLM_RULE_ONE, &stage->until_buffer));
        stage->buffer = stage->until_buffer;
    }
    return PLM_OK;
}

static plm_status read_stage(const plm_rulebook_reader *reader, const plm_config_node *map,
                             plm_stage *out)
{
    plm_stage stage = {0};
    size_t index;
    PLM_TRY(plm_config_expect(map, PLM_CONFIG_MAP, reader->diag));
    PLM_TRY(plm_rulebook_word(reader, map, "do", kind_words, &index));
    stage.kind = (plm_stage_kind)(PLM_STAGE_CANCEL + index);
    PLM_TRY(check_keys(reader, map, stage.kind));
    PLM_TRY(read_own(reader, map, &stage));
    PLM_TRY(read_common(reader, map, &stage));
    *out = stage;
    return PLM_OK;
}

plm_status plm_rulebook_stages(const plm_rulebook_reader *reader, const plm_config_node *node,
                               plm_rule_set *set)
{
    PLM_TRY(plm_config_expect(node, PLM_CONFIG_LIST, reader->diag));
    if (node->size < 1 || node->size > PLM_STAGES_MAX) {
        return plm_config_fail(node, reader->diag, "found %zu stages; allowed: 1 to %u", node->size,
                               PLM_STAGES_MAX);
    }
    set->stage_count = 0;
    for (const plm_config_node *entry = node->first; entry != NULL; entry = entry->next) {
        PLM_TRY(read_stage(reader, entry, &set->stage[set->stage_count++]));
    }
    return PLM_OK;
}
