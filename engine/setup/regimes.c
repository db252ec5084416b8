/*
 * regimes.c - the key `margin` of an account: which rulebook and which regimes it is under, and the
 * variants that a list of these makes of it.
 */
#include <string.h>

#include "check.h"
#include "setup_parts.h"

/* By plm_regime, without the first. */
static const char *const words[] = {"plain", "cross", "isolated", "portfolio", NULL};

static const char *const variant_keys[] = {"regime", "rulebook", "params", NULL};

static const plm_rulebook *rulebook_of(const plm_run_file *file, uint32_t index)
{
    return index == PLM_NO_RULEBOOK ? NULL : file->spec.rulebook[index].rulebook;
}

/* -- rulebooks --------------------------------------------------------------------------------- */

plm_status plm_setup_rulebook(plm_run_file *file, const plm_config_node *node,
                              const plm_config_node *params, plm_diag *diag, uint32_t *out)
{
    plm_run_spec *const spec = &file->spec;
    const char *word;
    PLM_TRY(plm_config_text(node, diag, &word));
    for (uint32_t i = 0; i < spec->rulebook_count; i++) {
        if (strcmp(spec->rulebook[i].word, word) == 0 && file->model_params[i] == params) {
            *out = i;
            return PLM_OK;
        }
    }
    if (spec->rulebook_count == PLM_RULEBOOKS_MAX) {
        return plm_config_fail(node, diag, "is rulebook %u of the run; allowed: at most %u",
                               spec->rulebook_count + 1, PLM_RULEBOOKS_MAX);
    }
    if (word[0] == '\0' || file->source == NULL) {
        return plm_config_fail(node, diag, "found '%.200s'; allowed: a rulebook or its path", word);
    }
    plm_rulebook *rulebook;
    PLM_TRY(file->source->open(file->source->context, node, file->folder, diag, &rulebook));
    plm_rulebook_spec *const entry = &spec->rulebook[spec->rulebook_count];
    *entry = (plm_rulebook_spec){.word = word, .rulebook = rulebook};
    file->model_params[spec->rulebook_count] = params;
    *out = spec->rulebook_count++;
    if (params != NULL && rulebook->model == NULL) {
        return plm_config_fail(params, diag,
                               "rulebook '%s' names no model that could have parameters",
                               rulebook->name);
    }
    return PLM_OK;
}

/* -- words ------------------------------------------------------------------------------------- */

static plm_status refuse_regime(plm_run_file *file, const plm_config_node *node,
                                const plm_rulebook *rulebook, plm_diag *diag)
{
    const char *allowed = words[0];
    if (rulebook == NULL) {
        return plm_config_fail(node, diag,
                               "found '%s' without a rulebook; allowed: plain, or any that "
                               "venue.rulebook has",
                               node->text);
    }
    for (uint32_t i = 0; i < rulebook->regime_count; i++) {
        allowed = plm_setup_print(file, "%s, %s", allowed, words[rulebook->regime[i] - 1]);
    }
    return plm_config_fail(node, diag, "found '%s', which rulebook '%s' does not have; allowed: %s",
                           node->text, rulebook->name, allowed);
}

static plm_status read_word(plm_run_file *file, const plm_config_node *node,
                            const plm_rulebook *rulebook, plm_diag *diag, plm_regime *out)
{
    size_t index;
    PLM_TRY(plm_config_word(node, words, diag, &index));
    plm_regime const regime = (plm_regime)(index + 1);
    if (regime != PLM_REGIME_PLAIN && (rulebook == NULL || !plm_rulebook_has(rulebook, regime))) {
        return refuse_regime(file, node, rulebook, diag);
    }
    *out = regime;
    return PLM_OK;
}

/* -- one variant ------------------------------------------------------------------------------- */

/* "cross", or of several "cross+isolated": that of most instruments first. */
static const char *label_of(plm_run_file *file, plm_regime common, unsigned mask)
{
    const char *label = words[common - 1];
    for (unsigned regime = PLM_REGIME_PLAIN; regime < PLM_REGIME_COUNT; regime++) {
        if (regime != common && (mask >> regime & 1) != 0) {
            label = plm_setup_print(file, "%s+%s", label, words[regime - 1]);
        }
    }
    return label;
}

/* Regimes by instrument: whether the names are right is known when the tape is there. */
static plm_status read_map(plm_run_file *file, const plm_config_node *map, plm_diag *diag,
                           plm_variant *out)
{
    const plm_rulebook *const rulebook = rulebook_of(file, out->rulebook);
    unsigned mask = 0;
    if (map->size == 0) {
        return plm_config_fail(map, diag, "the map is empty; allowed: at least one instrument");
    }
    for (const plm_config_node *entry = map->first; entry != NULL; entry = entry->next) {
        plm_regime regime;
        PLM_TRY(read_word(file, entry, rulebook, diag, &regime));
        if (regime == PLM_REGIME_PLAIN) {
            return plm_config_fail(entry, diag,
                                   "plain is the regime of a whole account; allowed: regimes of "
                                   "a rulebook");
        }
        out->common = strcmp(entry->key, "default") == 0 ? regime : out->common;
        mask |= 1U << regime;
    }
    mask |= 1U << out->common;
    if ((mask >> PLM_REGIME_CROSS & 1) != 0 && (mask >> PLM_REGIME_PORTFOLIO & 1) != 0) {
        return plm_config_fail(map, diag,
                               "cross and portfolio both stand on the free balance; allowed: one "
                               "of them, and isolated");
    }
    out->map = map;
    out->label = label_of(file, out->common, mask);
    return PLM_OK;
}

static plm_status read_regime(plm_run_file *file, const plm_config_node *node, plm_diag *diag,
                              plm_variant *out)
{
    const plm_rulebook *const rulebook = rulebook_of(file, out->rulebook);
    out->common = rulebook == NULL ? PLM_REGIME_PLAIN : rulebook->regime[0];
    if (node != NULL && node->kind == PLM_CONFIG_MAP) {
        return read_map(file, node, diag, out);
    }
    if (node != NULL) {
        PLM_TRY(read_word(file, node, rulebook, diag, &out->common));
    }
    out->label = words[out->common - 1];
    out->rulebook = out->common == PLM_REGIME_PLAIN ? PLM_NO_RULEBOOK : out->rulebook;
    return PLM_OK;
}

/* A word, a map of instruments, or {regime: ..., rulebook: ...}. */
static plm_status read_variant(plm_run_file *file, const plm_config_node *node, plm_diag *diag,
                               plm_variant *out)
{
    bool const own = node != NULL && (plm_config_find(node, "regime") != NULL ||
                                      plm_config_find(node, "rulebook") != NULL);
    out->rulebook = file->has_venue_rulebook ? 0 : PLM_NO_RULEBOOK;
    if (!own) {
        return read_regime(file, node, diag, out);
    }
    PLM_TRY(plm_config_check_keys(node, variant_keys, diag));
    const plm_config_node *const rulebook = plm_config_find(node, "rulebook");
    const plm_config_node *const params = plm_config_find(node, "params");
    if (rulebook != NULL) {
        PLM_TRY(plm_setup_rulebook(file, rulebook, params, diag, &out->rulebook));
    } else if (params != NULL) {
        return plm_config_fail(params, diag, "stand without a rulebook; allowed: beside one");
    }
    return read_regime(file, plm_config_find(node, "regime"), diag, out);
}

/* -- all of them ------------------------------------------------------------------------------- */

static bool has_label(const plm_draft *draft, uint32_t before, const char *label)
{
    for (uint32_t i = 0; i < before; i++) {
        if (strcmp(draft->variant[i].label, label) == 0) {
            return true;
        }
    }
    return false;
}

/* A variant with a rulebook that is not the first one's differs by more than its regime. */
static void name_variants(plm_run_file *file, plm_draft *draft)
{
    uint32_t first = PLM_NO_RULEBOOK;
    for (uint32_t i = 0; i < draft->variant_count; i++) {
        plm_variant *const variant = &draft->variant[i];
        const char *label = variant->label;
        first = first == PLM_NO_RULEBOOK ? variant->rulebook : first;
        variant->confounded = variant->rulebook != PLM_NO_RULEBOOK && variant->rulebook != first;
        if (variant->confounded) {
            label =
                plm_setup_print(file, "%s-%s", label, rulebook_of(file, variant->rulebook)->name);
        }
        const char *const bare = label;
        for (unsigned number = 2; has_label(draft, i, label); number++) {
            label = plm_setup_print(file, "%s-%u", bare, number);
        }
        variant->label = label;
    }
}

plm_status plm_setup_variants(plm_run_file *file, plm_draft *draft, plm_diag *diag)
{
    const plm_config_node *const node = plm_config_find(draft->map, "margin");
    bool const several = node != NULL && node->kind == PLM_CONFIG_LIST;
    if (several && node->size == 0) {
        return plm_config_fail(node, diag, "the list is empty; allowed: at least one regime");
    }
    draft->variant = plm_setup_take(file, several ? node->size : 1, sizeof *draft->variant);
    const plm_config_node *at = several ? node->first : node;
    do {
        plm_variant *const variant = &draft->variant[draft->variant_count++];
        variant->node = at == NULL ? draft->map : at;
        PLM_TRY(read_variant(file, at, diag, variant));
        at = several ? at->next : NULL;
    } while (at != NULL);
    name_variants(file, draft);
    return PLM_OK;
}

/* -- with the tape ----------------------------------------------------------------------------- */

static plm_status read_instruments(const plm_variant *variant, const plm_contracts *contracts,
                                   plm_diag *diag, uint8_t *regimes)
{
    const plm_config_node *entry = variant->map == NULL ? NULL : variant->map->first;
    for (; entry != NULL; entry = entry->next) {
        uint32_t sym;
        size_t index;
        if (strcmp(entry->key, "default") == 0) {
            continue;
        }
        PLM_TRY(plm_setup_sym(entry, entry->key, contracts, diag, &sym));
        PLM_TRY(plm_config_word(entry, words, diag, &index));
        if (contracts->contract[sym].form == PLM_FORM_SPOT) {
            return plm_config_fail(entry, diag,
                                   "'%s' is spot, which has no margin; allowed: "
                                   "perpetuals and futures",
                                   entry->key);
        }
        regimes[sym] = (uint8_t)(index + 1);
    }
    return PLM_OK;
}

/* Of the accounts before it, which are those of the draft, none may be the same. */
static plm_status refuse_twin(const plm_draft *draft, const plm_variant *variant,
                              const plm_contracts *contracts, const plm_account_spec *account,
                              plm_diag *diag)
{
    uint32_t const before = (uint32_t)(variant - draft->variant);
    for (uint32_t i = 0; i < before; i++) {
        const plm_account_spec *const other = account - before + i;
        if (other->rulebook == account->rulebook &&
            memcmp(other->regime_of, account->regime_of, contracts->count) == 0) {
            return plm_config_fail(variant->node, diag, "'%s' stands twice in the list of regimes",
                                   other->regime);
        }
    }
    return PLM_OK;
}

plm_status plm_setup_variant(plm_run_file *file, const plm_draft *draft, const plm_variant *variant,
                             const plm_contracts *contracts, plm_diag *diag,
                             plm_account_spec *account)
{
    uint8_t *const regimes = plm_setup_take(file, contracts->count, sizeof *regimes);
    for (uint32_t sym = 0; sym < contracts->count; sym++) {
        uint8_t const form = contracts->contract[sym].form;
        bool const margined = form == PLM_FORM_LINEAR || form == PLM_FORM_INVERSE;
        regimes[sym] = (uint8_t)(margined ? variant->common : PLM_REGIME_NONE);
    }
    PLM_TRY(read_instruments(variant, contracts, diag, regimes));
    account->regime = variant->label;
    account->regime_of = regimes;
    account->regime_default = (uint8_t)variant->common;
    account->rulebook = variant->rulebook;
    account->confounded = variant->confounded;
    const plm_rulebook *const rulebook = rulebook_of(file, variant->rulebook);
    if (rulebook != NULL && plm_config_find(draft->map, "topup") == NULL) {
        account->topup_auto = rulebook->pool.topup_auto;
    }
    return refuse_twin(draft, variant, contracts, account, diag);
}
