/*
 * run_file.c - the way of a run file: text, overrides, accounts; then, with the tape and the
 * strategies at hand, the spec of the run.
 */
#include "run_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "check.h"
#include "memory.h"
#include "setup_parts.h"

#define SEED_DEFAULT 1
#define SAMPLE_DEFAULT_NS INT64_C(10000000000)
#define SAMPLE_MIN_NS INT64_C(1000000)

static const char *const keys[] = {"run",   "tape",  "seed",   "sample",   "from",
                                   "until", "venue", "lowest", "accounts", NULL};
static const char *const lowest_words[] = {"exact", "sampled", NULL};

/* -- before the tape is there -------------------------------------------------------------------
 */

/* What else may be wrong with a file is told when it is opened. */
static bool is_missing(const char *path)
{
    struct stat about;
    return stat(path, &about) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

static bool is_printable(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text < 0x20 || *text > 0x7e) {
            return false;
        }
    }
    return true;
}

/* The name of the file without folder and ending stands for a name that is not given. */
static plm_status read_run_name(plm_run_file *file, const char *path, plm_diag *diag)
{
    const plm_config_node *const node = plm_config_find(file->root, "run");
    if (node == NULL) {
        const char *const slash = strrchr(path, '/');
        const char *const stem = slash == NULL ? path : slash + 1;
        const char *const dot = strrchr(stem, '.');
        size_t const size = dot == NULL || dot == stem ? strlen(stem) : (size_t)(dot - stem);
        int const shown = size < PLM_RUN_NAME_MAX ? (int)size : (int)PLM_RUN_NAME_MAX;
        file->spec.name = plm_setup_print(file, "%.*s", shown, stem);
        return PLM_OK;
    }
    const char *text;
    PLM_TRY(plm_config_text(node, diag, &text));
    if (node->size == 0 || node->size > PLM_RUN_NAME_MAX || !is_printable(text)) {
        return plm_config_fail(node, diag, "found '%.200s'; allowed: 1 to %u printable characters",
                               text, PLM_RUN_NAME_MAX);
    }
    file->spec.name = text;
    return PLM_OK;
}

static plm_status read_tape(plm_run_file *file, plm_diag *diag)
{
    const plm_config_node *node;
    const char *text;
    PLM_TRY(plm_config_require(file->root, "tape", diag, &node));
    PLM_TRY(plm_config_text(node, diag, &text));
    if (node->size == 0 || node->size >= PLM_SETUP_PATH_MAX) {
        return plm_config_fail(node, diag, "found a path of %zu bytes; allowed: 1 to %u",
                               node->size, PLM_SETUP_PATH_MAX - 1);
    }
    bool const bare = text[0] == '/' || file->folder[0] == '\0';
    file->spec.tape =
        plm_setup_print(file, "%s%s%s", bare ? "" : file->folder, bare ? "" : "/", text);
    return PLM_OK;
}

static plm_status read_interval(plm_run_file *file, plm_diag *diag)
{
    const plm_config_node *const from = plm_config_find(file->root, "from");
    const plm_config_node *const until = plm_config_find(file->root, "until");
    if (from != NULL) {
        PLM_TRY(plm_config_time(from, diag, &file->spec.from));
    }
    if (until != NULL) {
        PLM_TRY(plm_config_time(until, diag, &file->spec.until));
    }
    if (from != NULL && until != NULL && file->spec.from >= file->spec.until) {
        return plm_config_fail(until, diag, "found '%s', which is not after from '%s'", until->text,
                               from->text);
    }
    return PLM_OK;
}

static plm_status read_head(plm_run_file *file, const char *path, plm_diag *diag)
{
    const plm_config_node *const seed = plm_config_find(file->root, "seed");
    const plm_config_node *const sample = plm_config_find(file->root, "sample");
    int64_t value = SEED_DEFAULT;
    PLM_TRY(plm_config_check_keys(file->root, keys, diag));
    PLM_TRY(read_run_name(file, path, diag));
    PLM_TRY(read_tape(file, diag));
    if (seed != NULL) {
        PLM_TRY(plm_config_integer(seed, 0, INT64_MAX, diag, &value));
    }
    file->spec.seed = (uint64_t)value;
    file->spec.sample_ns = SAMPLE_DEFAULT_NS;
    if (sample != NULL) {
        PLM_TRY(plm_setup_duration(sample, SAMPLE_MIN_NS, 365 * PLM_SETUP_DAY_NS,
                                   "a duration from 1ms to 365d", diag, &file->spec.sample_ns));
    }
    return read_interval(file, diag);
}

/* How lowest surpluses are followed; by the number of accounts where it is not said. */
static plm_status read_lowest(plm_run_file *file, plm_diag *diag)
{
    const plm_config_node *const node = plm_config_find(file->root, "lowest");
    size_t index = file->spec.account_count <= PLM_LOWEST_EXACT_ACCOUNTS ? 0 : 1;
    if (node != NULL) {
        PLM_TRY(plm_config_word(node, lowest_words, diag, &index));
    }
    file->spec.lowest_exact = index == 0;
    return PLM_OK;
}

/* `text` NULL: what the file says. */
static plm_status read_text(plm_run_file *file, const char *path, const char *text, plm_diag *diag)
{
    if (text != NULL) {
        return plm_config_parse(path, text, strlen(text), diag, &file->config);
    }
    if (is_missing(path)) {
        return plm_fail(diag, PLM_ERR_USAGE, "there is no run file '%s'", path);
    }
    return plm_config_read(path, diag, &file->config);
}

static plm_status read_all(plm_run_file *file, const char *path, const char *text,
                           const char *const *overrides, uint32_t override_count, plm_diag *diag)
{
    const char *const slash = strrchr(path, '/');
    int const size = slash == NULL ? 0 : slash == path ? 1 : (int)(slash - path);
    file->folder = plm_setup_print(file, "%.*s", size, path);
    PLM_TRY(read_text(file, path, text, diag));
    PLM_TRY(plm_setup_override(file, overrides, override_count, diag));
    PLM_TRY(read_head(file, path, diag));
    PLM_TRY(plm_setup_venue(file, plm_config_find(file->root, "venue"), diag));
    PLM_TRY(plm_setup_drafts(file, diag));
    PLM_TRY(read_lowest(file, diag));
    return plm_setup_check_margin(file, diag);
}

plm_status plm_run_file_parse(const char *path, const char *text, const char *const *overrides,
                              uint32_t override_count, const plm_rulebook_source *source,
                              plm_diag *diag, plm_run_file **out)
{
    plm_run_file *const file = plm_alloc(1, sizeof *file);
    file->source = source;
    plm_status const status = read_all(file, path, text, overrides, override_count, diag);
    if (status < 0) {
        plm_run_file_destroy(file);
        return status;
    }
    file->source = NULL;
    *out = file;
    return PLM_OK;
}

plm_status plm_run_file_read(const char *path, const char *const *overrides,
                             uint32_t override_count, const plm_rulebook_source *source,
                             plm_diag *diag, plm_run_file **out)
{
    return plm_run_file_parse(path, NULL, overrides, override_count, source, diag, out);
}

const char *plm_run_file_tape(const plm_run_file *file)
{
    return file->spec.tape;
}

plm_status plm_run_file_check_tape(const plm_run_file *file, plm_diag *diag)
{
    if (!is_missing(file->spec.tape)) {
        return PLM_OK;
    }
    return plm_config_fail(plm_config_find(file->root, "tape"), diag, "there is no file '%s'",
                           file->spec.tape);
}

const char *plm_run_file_folder(const plm_run_file *file)
{
    return file->folder;
}

uint32_t plm_run_file_strategy_count(const plm_run_file *file)
{
    return file->word_count;
}

const char *plm_run_file_strategy(const plm_run_file *file, uint32_t index)
{
    plm_assert(index < file->word_count);
    return file->word[index];
}

uint32_t plm_run_file_rulebook_count(const plm_run_file *file)
{
    return file->spec.rulebook_count;
}

const plm_rulebook *plm_run_file_rulebook(const plm_run_file *file, uint32_t index)
{
    plm_assert(index < file->spec.rulebook_count);
    return file->spec.rulebook[index].rulebook;
}

void plm_run_file_set_model(plm_run_file *file, uint32_t index, const plm_factory *factory,
                            const plm_descriptor *model)
{
    plm_assert(index < file->spec.rulebook_count);
    plm_assert(file->spec.rulebook[index].rulebook->model != NULL);
    file->spec.rulebook[index].factory = factory;
    file->spec.rulebook[index].model = model;
}

/* -- with the tape and the strategies ------------------------------------------------------------
 */

static plm_status answer_strategies(plm_run_file *file, const plm_run_strategy *strategies,
                                    uint32_t count, plm_diag *diag)
{
    const char **const words = plm_setup_take(file, (size_t)count + 1, sizeof *words);
    for (uint32_t i = 0; i < count; i++) {
        words[i] = strategies[i].word;
    }
    for (uint32_t i = 0; i < file->draft_count; i++) {
        plm_draft *const draft = &file->draft[i];
        size_t index;
        if (draft->strategy != NULL) {
            PLM_TRY(plm_config_word(draft->strategy, words, diag, &index));
            draft->answer = &strategies[index];
        }
    }
    return PLM_OK;
}

/* Worlds are numbered in the order of the accounts: a name is one world, no name is one of its own.
 */
static uint32_t world_of(plm_run_file *file, uint32_t draft, const uint32_t *worlds)
{
    const char *const name = file->draft[draft].world;
    for (uint32_t i = 0; name != NULL && i < draft; i++) {
        const char *const other = file->draft[i].world;
        if (other != NULL && strcmp(name, other) == 0) {
            return worlds[i];
        }
    }
    return file->spec.world_count++;
}

/* One account of the run for each variant; they share everything but their worlds and what
 * regimes.c says. */
static plm_status add_accounts(plm_run_file *file, const plm_draft *draft, uint32_t first_world,
                               const plm_account_spec *common, const plm_contracts *contracts,
                               plm_diag *diag, uint32_t *count)
{
    uint32_t const first = *count;
    for (uint32_t i = 0; i < draft->variant_count; i++) {
        plm_account_spec *const account = &file->spec.account[first + i];
        *account = *common;
        PLM_TRY(plm_setup_variant(file, draft, &draft->variant[i], contracts, diag, account));
        account->name = draft->variant_count == 1
                            ? draft->name
                            : plm_setup_print(file, "%s/%s", draft->name, account->regime);
        account->world = i == 0 ? first_world : file->spec.world_count++;
        account->leader = PLM_NO_LEADER;
        if (draft->same_trades && i > 0) {
            account->leader = first;
            account->factory = NULL;
        }
        (*count)++;
    }
    return PLM_OK;
}

static plm_status resolve(plm_run_file *file, const plm_contracts *contracts, plm_diag *diag)
{
    uint32_t *const worlds = plm_setup_take(file, file->draft_count, sizeof *worlds);
    uint32_t count = 0;
    const plm_config_node *const venue = plm_config_find(file->root, "venue");
    PLM_TRY(plm_setup_min_notional(file, venue, contracts, diag));
    PLM_TRY(plm_setup_market_margin(file, venue, contracts, diag));
    file->spec.account = plm_setup_take(file, file->spec.account_count, sizeof *file->spec.account);
    for (uint32_t i = 0; i < file->draft_count; i++) {
        plm_account_spec account;
        plm_draft *const draft = &file->draft[i];
        PLM_TRY(plm_setup_account(file, draft, contracts, diag, &account));
        PLM_TRY(plm_setup_account_margin(file, draft, contracts, diag, &account));
        worlds[i] = world_of(file, i, worlds);
        PLM_TRY(add_accounts(file, draft, worlds[i], &account, contracts, diag, &count));
    }
    plm_assert(count == file->spec.account_count);
    return PLM_OK;
}

plm_status plm_run_file_resolve(plm_run_file *file, const plm_contracts *contracts,
                                const plm_run_strategy *strategies, uint32_t strategy_count,
                                plm_diag *diag, const plm_run_spec **out)
{
    plm_assert(file->spec.account == NULL); /* once */
    PLM_TRY(answer_strategies(file, strategies, strategy_count, diag));
    PLM_TRY(resolve(file, contracts, diag));
    plm_setup_deviations(file, contracts);
    plm_setup_effective(file, contracts);
    *out = &file->spec;
    return PLM_OK;
}
