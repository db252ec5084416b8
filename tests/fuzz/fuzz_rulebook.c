/*
 * fuzz_rulebook.c - any text as a rulebook: up to a line "%%%" the YAML, behind it the one table
 * t.csv. What is taken must be in order: rows sorted, dates that rise, a set for every time.
 */
#include <string.h>

#include "check.h"
#include "fuzz_target.h"
#include "rulebook.h"

#define CUT "\n%%%\n"
#define CHANGES_MAX 100000u

static char folder[FUZZ_PATH_CAP];
static char table[FUZZ_PATH_CAP + 8];

static void remove_folder(void)
{
    (void)unlink(table);
    (void)rmdir(folder);
}

static void make_folder(void)
{
    if (folder[0] != '\0') {
        return;
    }
    (void)snprintf(folder, sizeof folder, "/tmp/plimsoll-fuzz-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        perror(folder);
        abort();
    }
    (void)snprintf(table, sizeof table, "%s/t.csv", folder);
    (void)atexit(remove_folder);
}

static void write_table(const char *text, size_t size)
{
    FILE *const file = fopen(table, "wb");
    if (file == NULL || fwrite(text, 1, size, file) != size || fclose(file) != 0) {
        perror(table);
        abort();
    }
}

static void check_rows(const plm_rate_rule *rate)
{
    for (uint32_t i = 0; i < rate->row_count; i++) {
        const plm_rate_row *const row = &rate->row[i];
        const plm_rate_row *const below = i == 0 ? NULL : row - 1;
        bool const same = below != NULL && strcmp(below->key, row->key) == 0 &&
                          below->effective_from == row->effective_from;
        plm_assert(below == NULL || strcmp(below->key, row->key) <= 0);
        plm_assert(row->maintenance >= 0);
        plm_assert(!same || below->from.v < row->from.v);
        plm_assert(!same || below->maintenance <= row->maintenance);
        plm_assert(same || row->from.v == 0);
    }
}

static void check_book(const plm_rulebook *book)
{
    plm_assert(book->set_count >= 1);
    plm_assert(book->regime_count >= 1);
    plm_ts at = PLM_TS_MIN;
    for (uint32_t i = 0; i < CHANGES_MAX && at < PLM_TS_MAX; i++) {
        const plm_rule_set *const set = plm_rulebook_at(book, at);
        plm_assert(set->from <= at);
        plm_assert(set->stage_count >= 1);
        check_rows(&set->rate);
        plm_ts const next = plm_rulebook_next_change(book, at);
        plm_assert(next > at);
        at = next;
    }
    plm_assert(at == PLM_TS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *const text = (const char *)data;
    size_t yaml = size;
    for (size_t i = 0; i + strlen(CUT) <= size && yaml == size; i++) {
        yaml = memcmp(text + i, CUT, strlen(CUT)) == 0 ? i + 1 : size;
    }
    make_folder();
    size_t const rest = yaml == size ? size : yaml + strlen(CUT) - 1;
    write_table(text + rest, size - rest);
    plm_diag diag;
    plm_diag_init(&diag);
    plm_config *config = NULL;
    plm_rulebook *book = NULL;
    if (plm_config_parse("fuzz", text, yaml, &diag, &config) < 0) {
        return 0;
    }
    if (plm_rulebook_from(plm_config_root(config), folder, &diag, &book) < 0) {
        plm_assert(diag.text[0] != '\0');
        plm_assert(book == NULL);
    } else {
        check_book(book);
        plm_rulebook_destroy(book);
    }
    plm_config_destroy(config);
    return 0;
}
