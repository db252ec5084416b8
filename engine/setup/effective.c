/*
 * effective.c - the configuration as it is in force, line by line, with the origin of each value:
 * the keys that were given, in their order, then the defaults of those that were not.
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "decimal.h"
#include "memory.h"
#include "setup_parts.h"

/* A key that has a default. */
typedef struct standard {
    const char *key, *value;
} standard;

static const standard venue_standards[] = {
    {"spread", "0"}, {"queue", "conservative"}, {NULL, NULL}};
static const standard latency_standards[] = {{"orders", "0ms"}, {"feed", "0ms"}, {NULL, NULL}};
static const standard fee_standards[] = {{"maker", "0"}, {"taker", "0"}, {NULL, NULL}};
static const standard slippage_standards[] = {{"ticks", "1"}, {"levels", "100"}, {NULL, NULL}};
static const standard account_standards[] = {{"leverage", "1"}, {"hedge", "false"}, {NULL, NULL}};
static const standard venue_margin_standards[] = {
    {"insurance", "{}"}, {"race", "margin_first"}, {"liquidation_latency", "0ms"}, {NULL, NULL}};

static void add(plm_run_file *file, const char *path, const char *value, const char *origin)
{
    if (file->effective_count == file->effective_cap) {
        file->effective_cap = file->effective_cap == 0 ? 64 : file->effective_cap * 2;
        file->effective =
            plm_realloc(file->effective, file->effective_cap, sizeof *file->effective);
    }
    file->effective[file->effective_count++] = (plm_effective){path, value, origin};
}

static void add_default(plm_run_file *file, const char *prefix, const char *key, const char *value)
{
    add(file, plm_setup_print(file, "%s%s", prefix, key), value, "default");
}

/* -- values as text ---------------------------------------------------------------------------- */

typedef struct text {
    char *bytes;
    size_t size, cap;
} text;

static void append(text *out, const char *bytes)
{
    size_t const size = strlen(bytes);
    if (out->cap - out->size <= size) {
        out->cap = 2 * (out->cap + size) + 64;
        out->bytes = plm_realloc(out->bytes, out->cap, 1);
    }
    memcpy(out->bytes + out->size, bytes, size + 1);
    out->size += size;
}

static void append_head(text *out, const plm_config_node *node)
{
    if (node->key != NULL) {
        append(out, node->key);
        append(out, ": ");
    }
    if (node->kind == PLM_CONFIG_TEXT) {
        append(out, node->text);
    } else {
        append(out, node->kind == PLM_CONFIG_LIST ? "[" : "{");
    }
}

/* A list or map as flow text, without recursion: a stack of what is still to come at each depth. */
static const char *flow_text(plm_run_file *file, const plm_config_node *root)
{
    const plm_config_node *open[PLM_CONFIG_DEPTH_MAX], *next[PLM_CONFIG_DEPTH_MAX];
    unsigned depth = 1;
    text out = {0};
    append(&out, root->kind == PLM_CONFIG_LIST ? "[" : "{");
    open[0] = root;
    next[0] = root->first;
    while (depth > 0) {
        const plm_config_node *const node = next[depth - 1];
        if (node == NULL) {
            append(&out, open[--depth]->kind == PLM_CONFIG_LIST ? "]" : "}");
            continue;
        }
        if (node != open[depth - 1]->first) {
            append(&out, ", ");
        }
        next[depth - 1] = node->next;
        append_head(&out, node);
        if (node->kind != PLM_CONFIG_TEXT) {
            plm_assert(depth < PLM_CONFIG_DEPTH_MAX);
            open[depth] = node;
            next[depth++] = node->first;
        }
    }
    const char *const kept = plm_setup_print(file, "%s", out.bytes);
    plm_free(out.bytes);
    return kept;
}

static const char *origin_of(plm_run_file *file, const plm_config_node *node)
{
    if (node->line == 0) {
        return "--set";
    }
    const char *const slash = strrchr(node->file, '/');
    return plm_setup_print(file, "%s:%u:%u", slash == NULL ? node->file : slash + 1, node->line,
                           node->column);
}

static void add_node(plm_run_file *file, const char *prefix, const plm_config_node *node)
{
    const char *const value = node->kind == PLM_CONFIG_TEXT ? node->text : flow_text(file, node);
    add(file, plm_setup_print(file, "%s%s", prefix, node->key), value, origin_of(file, node));
}

/* -- sections -------------------------------------------------------------------------------- */

static void add_standards(plm_run_file *file, const char *prefix, const plm_config_node *map,
                          const standard *standards)
{
    for (; standards->key != NULL; standards++) {
        if (map == NULL || plm_config_find(map, standards->key) == NULL) {
            add_default(file, prefix, standards->key, standards->value);
        }
    }
}

/* Entries one by one, then the defaults of the others. */
static void add_map(plm_run_file *file, const char *prefix, const plm_config_node *map,
                    const standard *standards)
{
    const plm_config_node *entry = map == NULL ? NULL : map->first;
    for (; entry != NULL; entry = entry->next) {
        add_node(file, prefix, entry);
    }
    add_standards(file, prefix, map, standards);
}

static void add_latency(plm_run_file *file, const plm_config_node *map)
{
    const char *const prefix = "venue.latency.";
    add_map(file, prefix, map, latency_standards);
    if (map != NULL && plm_config_find(map, "reports") != NULL) {
        return;
    }
    const plm_config_node *const orders = map == NULL ? NULL : plm_config_find(map, "orders");
    const char *value = "0ms";
    if (orders != NULL) {
        value = orders->kind == PLM_CONFIG_TEXT ? orders->text : flow_text(file, orders);
    }
    add_default(file, prefix, "reports", value);
}

static void add_fees(plm_run_file *file, const plm_config_node *map)
{
    static const standard none[] = {{NULL, NULL}};
    bool const tiered = map != NULL && plm_config_find(map, "tiers") != NULL;
    add_map(file, "venue.fees.", map, tiered ? none : fee_standards);
}

/* The sections below `venue`, then its own defaults. */
static void add_venue(plm_run_file *file, const plm_config_node *venue)
{
    bool latency = false, fees = false, slippage = false;
    const plm_config_node *entry = venue == NULL ? NULL : venue->first;
    for (; entry != NULL; entry = entry->next) {
        if (strcmp(entry->key, "latency") == 0) {
            latency = true;
            add_latency(file, entry);
        } else if (strcmp(entry->key, "fees") == 0) {
            fees = true;
            add_fees(file, entry);
        } else if (strcmp(entry->key, "slippage") == 0) {
            slippage = true;
            add_map(file, "venue.slippage.", entry, slippage_standards);
        } else {
            add_node(file, "venue.", entry);
        }
    }
    if (!latency) {
        add_latency(file, NULL);
    }
    if (!fees) {
        add_fees(file, NULL);
    }
    if (!slippage) {
        add_map(file, "venue.slippage.", NULL, slippage_standards);
    }
    add_standards(file, "venue.", venue, venue_standards);
    if (file->spec.rulebook_count > 0) {
        add_standards(file, "venue.", venue, venue_margin_standards);
    }
}

/* -- accounts -------------------------------------------------------------------------------- */

static void add_params(plm_run_file *file, const plm_draft *draft, const char *prefix,
                       const plm_contracts *contracts)
{
    const plm_descriptor *const descriptor = draft->answer->descriptor;
    const char *const inner = plm_setup_print(file, "%sparams.", prefix);
    const plm_config_node *const map = plm_config_find(draft->map, "params");
    const plm_config_node *entry = map == NULL ? NULL : map->first;
    for (; entry != NULL; entry = entry->next) {
        add_node(file, inner, entry);
    }
    for (uint32_t i = 0; i < descriptor->param_count; i++) {
        const plm_param *const param = &descriptor->params[i];
        if (map != NULL && plm_config_find(map, param->key) != NULL) {
            continue;
        }
        const char *value = param->def == NULL ? "" : param->def;
        int64_t const row = draft->params->value[i].number;
        if (param->type == PLM_PARAM_INSTRUMENT && row >= 0 && row < contracts->count) {
            value = contracts->rows[row].symbol; /* "" stands for the first one */
        }
        add_default(file, inner, param->key, value);
    }
}

static void add_account_margin(plm_run_file *file, const plm_draft *draft, const char *prefix)
{
    bool ruled = false, topup_auto = false;
    standard const margin[] = {{"margin", draft->variant[0].label}, {NULL, NULL}};
    for (uint32_t i = 0; i < draft->variant_count; i++) {
        uint32_t const rulebook = draft->variant[i].rulebook;
        ruled = ruled || rulebook != PLM_NO_RULEBOOK;
        topup_auto = topup_auto || (rulebook != PLM_NO_RULEBOOK &&
                                    file->spec.rulebook[rulebook].rulebook->pool.topup_auto);
    }
    standard const words[] = {
        {"after_liquidation", "continue"}, {"topup", topup_auto ? "auto" : "manual"}, {NULL, NULL}};
    add_standards(file, prefix, draft->map, margin);
    if (ruled) {
        add_standards(file, prefix, draft->map, words);
    }
    if (draft->variant_count > 1 && plm_config_find(draft->map, "same") == NULL) {
        add_default(file, prefix, "same", "strategy");
    }
}

static void add_account(plm_run_file *file, const plm_draft *draft, const plm_contracts *contracts)
{
    const char *const prefix = plm_setup_print(file, "accounts.%s.", draft->name);
    for (const plm_config_node *entry = draft->map->first; entry != NULL; entry = entry->next) {
        if (strcmp(entry->key, "params") != 0 && strcmp(entry->key, "name") != 0) {
            add_node(file, prefix, entry);
        }
        if (entry == draft->strategy && draft->answer != NULL) {
            add_params(file, draft, prefix, contracts);
        }
    }
    add_account_margin(file, draft, prefix);
    add_standards(file, prefix, draft->map, account_standards);
    if (plm_config_find(draft->map, "report_currency") == NULL) {
        add_default(file, prefix, "report_currency", contracts->asset[draft->report_asset]);
    }
}

void plm_setup_effective(plm_run_file *file, const plm_contracts *contracts)
{
    const plm_config_node *const root = file->root;
    char seed[PLM_DECIMAL_TEXT_CAP];
    for (const plm_config_node *entry = root->first; entry != NULL; entry = entry->next) {
        if (entry->kind == PLM_CONFIG_TEXT) {
            add_node(file, "", entry);
        }
    }
    (void)plm_decimal_format((int64_t)file->spec.seed, 0, seed);
    standard const standards[] = {{"run", file->spec.name},
                                  {"seed", plm_setup_print(file, "%s", seed)},
                                  {"sample", "10s"},
                                  {NULL, NULL}};
    add_standards(file, "", root, standards);
    if (file->spec.rulebook_count > 0 && plm_config_find(root, "lowest") == NULL) {
        add_default(file, "", "lowest", file->spec.lowest_exact ? "exact" : "sampled");
    }
    add_venue(file, plm_config_find(root, "venue"));
    for (uint32_t i = 0; i < file->draft_count; i++) {
        add_account(file, &file->draft[i], contracts);
    }
}

uint32_t plm_run_file_effective_count(const plm_run_file *file)
{
    return file->effective_count;
}

plm_effective plm_run_file_effective(const plm_run_file *file, uint32_t index)
{
    plm_assert(index < file->effective_count);
    return file->effective[index];
}
