/*
 * bench_pools.c - what margin costs in a replay, as ratios: blocks decoded beforehand, in memory,
 * so that the share of margin does not drown; accounts with positions in three instruments, valued
 * at trades (`mark: last`), or, where it says so, at the middle of the quotes; one sample, at the
 * end.
 *
 * Prints one JSON object. `bench_pools --rulebooks FOLDER --rebuild FILE [--events N] [--rounds N]
 * [--folder DIR]`; `--only NAME` runs one subject alone, for a profiler.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "config.h"
#include "contract.h"
#include "load.h"
#include "memory.h"
#include "run.h"
#include "run_file.h"
#include "yardstick.h"

enum subject {
    NONE,
    ONE,
    ONE_EVERY,
    ONE_SAMPLED,
    MID,
    MID_EVERY,
    HUNDRED,
    THOUSAND,
    STRESS,
    PINNED,
    PINNED_EVERY,
    SUBJECTS
};

enum mix { PLAIN, TYPICAL, LIQUIDATED, HEDGED };

typedef struct plan {
    const char *name, *rulebook, *lowest, *mark;
    enum mix mix;
    unsigned accounts;
    bool every_tick;
} plan;

static const plan plans[SUBJECTS] = {
    [NONE] = {"none", NULL, NULL, NULL, PLAIN, 1, false},
    [ONE] = {"one", "textbook", "exact", "last", TYPICAL, 1, false},
    [ONE_EVERY] = {"one_every_tick", "textbook", "exact", "last", TYPICAL, 1, true},
    [ONE_SAMPLED] = {"one_sampled", "textbook", "sampled", "last", TYPICAL, 1, false},
    [MID] = {"mid", "textbook", "exact", "mid", TYPICAL, 1, false},
    [MID_EVERY] = {"mid_every_tick", "textbook", "exact", "mid", TYPICAL, 1, true},
    [HUNDRED] = {"hundred", "textbook", "sampled", "last", TYPICAL, 100, false},
    [THOUSAND] = {"thousand", "textbook", "sampled", "last", TYPICAL, 1000, false},
    [STRESS] = {"stress", "thin.yaml", "sampled", "last", LIQUIDATED, 1000, false},
    [PINNED] = {"pinned", "flat.yaml", "sampled", "last", HEDGED, 1, false},
    [PINNED_EVERY] = {"pinned_every_tick", "flat.yaml", "sampled", "last", HEDGED, 1, true},
};

/* The market's first prices, near enough for positions that are brought along. */
static const struct row {
    const char *name;
    double px;
    int decimals;
} market[3] = {{"BTCUSDT", 60000, 3}, {"ETHUSDT", 3000, 3}, {"SOLUSDT", 150, 2}};

typedef struct memory_blocks {
    plm_blocks blocks;
    plm_blocks *tape;
    uint64_t *first; /* event of each block, and the end */
    const plm_event *event;
} memory_blocks;

typedef struct outcome {
    uint8_t digest[PLM_DIGEST_SIZE];
    uint64_t liquidations, records;
    double spent, replayed; /* replayed: without what happens once, at the begin and at the end */
} outcome;

typedef struct bench {
    yardstick y;
    memory_blocks memory;
    plm_library *library;
    const char *rulebooks;
    double time[SUBJECTS][ROUNDS_MAX], replayed[SUBJECTS][ROUNDS_MAX];
    outcome out[SUBJECTS];
} bench;

/* -- a tape in memory ------------------------------------------------------------------------ */

static memory_blocks *memory_of(plm_blocks *self)
{
    return self->impl;
}

static plm_status page(plm_blocks *self, uint64_t index, plm_diag *diag, const plm_block_page **out)
{
    plm_blocks *const tape = memory_of(self)->tape;
    return tape->page(tape, index, diag, out);
}

static plm_status seek(plm_blocks *self, plm_ts ts, plm_diag *diag, uint64_t *out_index)
{
    plm_blocks *const tape = memory_of(self)->tape;
    return tape->seek(tape, ts, diag, out_index);
}

static plm_status columns(plm_blocks *self, uint64_t index, uint32_t mask, plm_diag *diag,
                          const plm_columns **out)
{
    plm_blocks *const tape = memory_of(self)->tape;
    return tape->columns(tape, index, mask, diag, out);
}

static plm_status events(plm_blocks *self, uint64_t index, plm_diag *diag, plm_event *out_events,
                         plm_ts *out_recv, uint32_t *out_count)
{
    const memory_blocks *const memory = memory_of(self);
    (void)diag;
    (void)out_recv;
    *out_count = (uint32_t)(memory->first[index + 1] - memory->first[index]);
    memcpy(out_events, memory->event + memory->first[index], *out_count * sizeof *out_events);
    return PLM_OK;
}

static void keep_in_memory(bench *b, plm_tape *tape)
{
    memory_blocks *const memory = &b->memory;
    plm_diag diag;
    plm_diag_init(&diag);
    memory->tape = plm_tape_get_blocks(tape);
    memory->blocks = *memory->tape;
    memory->blocks.impl = memory;
    memory->blocks.page = page;
    memory->blocks.seek = seek;
    memory->blocks.columns = columns;
    memory->blocks.events = events;
    memory->event = b->y.event;
    uint64_t const count = memory->blocks.block_count;
    memory->first = plm_alloc(count + 1, sizeof *memory->first);
    for (uint64_t i = 0; i < count; i++) {
        const plm_block_page *found = NULL;
        yard_must(page(&memory->blocks, i, &diag, &found), &diag);
        memory->first[i] = found->blocks[i - found->first_block].first_event;
    }
    memory->first[count] = memory->blocks.event_count;
}

/* -- runs ------------------------------------------------------------------------------------ */

/* Everything is closed at the market where maintenance, a flat rate, is reached. */
static void write_rulebook(const bench *b, const char *name, const char *rate)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s.yaml", b->y.folder, name);
    FILE *const file = fopen(path, "w");
    plm_assert(file != NULL);
    fprintf(file,
            "rulebook: %s\ntitle: %s\neffective: 2000-01-01\nsources: [none]\n"
            "leaves_out: [all]\nregimes: [cross]\npool: {cross: currency}\n"
            "hedge: {maintenance: gross, initial: gross}\n"
            "price: {mark: [last], pnl: mark, requirement: mark, funding: mark, stale: 0s}\n"
            "measure: value\nrate: {flat: %s}\nlevels: {initial: leverage, warn: []}\naddons: {}\n"
            "collateral: settle\noffset: none\norders: sum\ntrigger: {when: at, test: once}\n"
            "stages:\n  - {do: cancel, which: all}\n"
            "  - {do: close, select: all, size: full, price: market}\n"
            "fee: {rate: 0, split: {insurance: 1}, taker_fee: yes, residual: account, "
            "recourse: none}\n"
            "insurance: {floor: 0}\nadl: off\nsocialise: none\nnumeric: {}\n",
            name, name, rate);
    plm_assert(fclose(file) == 0);
}

/* Three positions, together `leverage` times the 10,000 that the account has. */
static void write_positions(FILE *file, double leverage, unsigned shorts)
{
    fprintf(file, "    collateral: {USDT: 10000}\n    leverage: 20\n    positions:\n");
    for (unsigned i = 0; i < 3; i++) {
        fprintf(file, "      - {instrument: %s, qty: %s%.*f, px: %.0f}\n", market[i].name,
                (shorts >> i & 1) != 0 ? "-" : "", market[i].decimals,
                10000 * leverage / 3 / market[i].px, market[i].px);
    }
}

/* Both legs of one instrument, so large that one tick of one of them would take all there is: what
 * the pool is worth never moves, and no bound is wider than the price of now. */
static void write_hedge(FILE *file)
{
    fprintf(file, "    collateral: {USDT: 10}\n    hedge: true\n    positions:\n");
    for (unsigned i = 0; i < 3; i++) {
        for (unsigned leg = 0; leg < 2; leg++) {
            fprintf(file, "      - {instrument: %s, qty: %s100000, px: %.0f, leg: %s}\n",
                    market[i].name, leg == 0 ? "" : "-", market[i].px, leg == 0 ? "long" : "short");
        }
    }
}

static void write_account(FILE *file, const plan *p, unsigned i)
{
    fprintf(file, "  - name: a%u\n", i);
    switch (p->mix) {
    case PLAIN:
        fprintf(file, "    collateral: {USDT: 10000}\n");
        break;
    case TYPICAL:
        write_positions(file, 2 + i % 61 / 10.0, i % 8);
        break;
    case LIQUIDATED:
        fprintf(file,
                "    collateral: {USDT: 50}\n    leverage: 1000\n    strategy: rebuild\n"
                "    params: {leverage: %u, shorts: %u}\n    after_liquidation: refill\n",
                40 + i % 60, i % 8);
        break;
    case HEDGED:
        write_hedge(file);
        break;
    }
}

static void write_run(const bench *b, const plan *p)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s.yaml", b->y.folder, p->name);
    FILE *const file = fopen(path, "w");
    plm_assert(file != NULL);
    fprintf(file, "run: %s\ntape: market.tape\nsample: 1h\n", p->name);
    if (p->rulebook != NULL) {
        fprintf(file, "lowest: %s\n", p->lowest);
        bool const own = strchr(p->rulebook, '.') != NULL;
        fprintf(file, "venue: {rulebook: %s/%s%s, mark: %s}\n", own ? "." : b->rulebooks,
                p->rulebook, own ? "" : ".yaml", p->mark);
    }
    fprintf(file, "accounts:\n");
    for (unsigned i = 0; i < p->accounts; i++) {
        write_account(file, p, i);
    }
    plm_assert(fclose(file) == 0);
}

static plm_status open_rulebook(void *context, const plm_config_node *node, const char *folder,
                                plm_diag *diag, plm_rulebook **out)
{
    char path[1200];
    (void)context;
    bool const inside = node->text[0] != '/';
    (void)snprintf(path, sizeof path, "%s%s%s", inside ? folder : "", inside ? "/" : "",
                   node->text);
    return plm_rulebook_read(path, diag, out);
}

static plm_run_file *read_plan(const bench *b, const plan *p, const plm_contracts *contracts,
                               const plm_run_spec **out)
{
    static const plm_rulebook_source source = {.open = open_rulebook};
    char path[600];
    plm_diag diag;
    plm_diag_init(&diag);
    snprintf(path, sizeof path, "%s/%s.yaml", b->y.folder, p->name);
    plm_run_file *file = NULL;
    yard_must(plm_run_file_read(path, NULL, 0, &source, &diag, &file), &diag);
    uint32_t const count = plm_run_file_strategy_count(file);
    plm_run_strategy const rebuild = {"rebuild", plm_library_factory(b->library),
                                      plm_library_descriptor(b->library, 0)};
    yard_must(plm_run_file_resolve(file, contracts, &rebuild, count, &diag, out), &diag);
    return file;
}

/* From the first account that is built to the digest of the log. */
static outcome replay(bench *b, const plan *p)
{
    plm_blocks *const blocks = &b->memory.blocks;
    plm_contracts contracts;
    plm_diag diag;
    plm_diag_init(&diag);
    plm_contracts_init(&contracts, blocks->rows, blocks->row_count);
    const plm_run_spec *spec = NULL;
    plm_run_file *const file = read_plan(b, p, &contracts, &spec);
    plm_beat beat = {.account = UINT32_MAX};
    plm_run *run = NULL;
    outcome out = {0};
    double const start = yard_now();
    yard_must(plm_run_create(spec, &contracts, blocks, &beat, &diag, &run), &diag);
    if (p->every_tick) {
        plm_run_assess_every_tick(run);
    }
    plm_status status = plm_run_step(run, &diag);
    double const begun = yard_now();
    while (status == PLM_OK) {
        status = plm_run_step(run, &diag);
    }
    yard_must(status, &diag);
    out.replayed = yard_now() - begun;
    yard_must(plm_run_finish(run, &diag, out.digest), &diag);
    out.spent = yard_now() - start;
    plm_assert(plm_run_get_state(run).events == b->y.events);
    out.records = plm_run_get_state(run).records;
    for (uint32_t i = 0; i < p->accounts; i++) {
        out.liquidations += plm_run_summary(run, i).liquidations;
    }
    plm_run_destroy(run);
    plm_run_file_destroy(file);
    plm_contracts_fini(&contracts);
    return out;
}

/* -- rounds ---------------------------------------------------------------------------------- */

static void check_same(const bench *b, enum subject bands, enum subject every_tick)
{
    plm_assert(memcmp(b->out[bands].digest, b->out[every_tick].digest, PLM_DIGEST_SIZE) == 0);
}

static void run_rounds(bench *b)
{
    for (size_t round = 0; round < b->y.rounds; round++) {
        for (enum subject s = NONE; s < SUBJECTS; s++) {
            b->out[s] = replay(b, &plans[s]);
            b->time[s][round] = b->out[s].spent / (double)b->y.events;
            b->replayed[s][round] = b->out[s].replayed / (double)b->y.events;
        }
        check_same(b, ONE, ONE_EVERY);
        check_same(b, MID, MID_EVERY);
        check_same(b, PINNED, PINNED_EVERY);
    }
}

/* -- main ------------------------------------------------------------------------------------ */

static json_t *ratio(const bench *b, enum subject a, enum subject by, double goal)
{
    return yard_ratio(&b->y, b->time[a], b->time[by], goal);
}

/* What the one adds to a replay without an account, in what the other adds. */
static json_t *added(const bench *b, enum subject a, enum subject by, double goal)
{
    double more[2][ROUNDS_MAX];
    for (size_t i = 0; i < b->y.rounds; i++) {
        more[0][i] = b->time[a][i] - b->time[NONE][i];
        more[1][i] = b->time[by][i] - b->time[NONE][i];
    }
    return yard_ratio(&b->y, more[0], more[1], goal);
}

static json_t *nanoseconds(const bench *b)
{
    json_t *const out = json_object();
    for (enum subject s = NONE; s < SUBJECTS; s++) {
        double values[ROUNDS_MAX];
        memcpy(values, b->time[s], sizeof values);
        json_object_set_new(out, plans[s].name, yard_spread(values, b->y.rounds, 0));
    }
    return out;
}

static json_t *report(const bench *b)
{
    json_t *const out = json_object();
    json_object_set_new(out, "schema", json_string("plimsoll/bench-pools/1"));
    json_object_set_new(out, "events", json_integer((json_int_t)b->y.events));
    json_object_set_new(out, "rounds", json_integer((json_int_t)b->y.rounds));
    json_object_set_new(out, "one_account_to_none", ratio(b, ONE_SAMPLED, NONE, 1.10));
    json_object_set_new(out, "one_account_exact_lowest_to_none", ratio(b, ONE, NONE, 0));
    json_object_set_new(out, "one_account_at_mid_to_none", ratio(b, MID, NONE, 0));
    json_object_set_new(out, "every_tick_adds_to_bands_add", added(b, ONE_EVERY, ONE, 15));
    json_object_set_new(out, "every_tick_adds_to_bands_add_at_mid", added(b, MID_EVERY, MID, 0));
    json_object_set_new(out, "hundred_accounts_to_one", ratio(b, HUNDRED, ONE_SAMPLED, 1.10));
    json_object_set_new(out, "thousand_accounts_to_one", ratio(b, THOUSAND, ONE_SAMPLED, 1.25));
    json_object_set_new(out, "thousand_accounts_to_one_without_begin_and_end",
                        yard_ratio(&b->y, b->replayed[THOUSAND], b->replayed[ONE_SAMPLED], 0));
    json_object_set_new(out, "thousand_under_stress_to_one", ratio(b, STRESS, ONE_SAMPLED, 1.6));
    json_object_set_new(out, "stress_liquidations",
                        json_integer((json_int_t)b->out[STRESS].liquidations));
    json_object_set_new(out, "stress_records", json_integer((json_int_t)b->out[STRESS].records));
    json_object_set_new(out, "pinned_to_every_tick", ratio(b, PINNED, PINNED_EVERY, 1.3));
    json_object_set_new(out, "exact_lowest_to_sampled", ratio(b, ONE, ONE_SAMPLED, 0));
    json_object_set_new(out, "ns_per_event", nanoseconds(b));
    return out;
}

/* One subject again and again. */
static int run_only(bench *b, const char *name)
{
    for (enum subject s = NONE; s < SUBJECTS; s++) {
        for (size_t round = 0; round < b->y.rounds && strcmp(plans[s].name, name) == 0; round++) {
            outcome const out = replay(b, &plans[s]);
            printf("%s %.2f ns an event, %.2f without begin and end, %llu liquidations, %llu "
                   "records\n",
                   name, out.spent / (double)b->y.events, out.replayed / (double)b->y.events,
                   (unsigned long long)out.liquidations, (unsigned long long)out.records);
        }
    }
    return yard_remove(&b->y) ? 0 : 1;
}

int main(int argc, char **argv)
{
    bench *const b = plm_alloc(1, sizeof *b);
    plm_diag diag;
    plm_diag_init(&diag);
    size_t events = 4000000;
    size_t rounds = 11;
    const char *folder = "/tmp";
    const char *rebuild = NULL;
    const char *only = NULL;
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *const name = argv[i];
        const char *const value = argv[i + 1];
        events = strcmp(name, "--events") == 0 ? (size_t)strtoull(value, NULL, 10) : events;
        rounds = strcmp(name, "--rounds") == 0 ? (size_t)strtoull(value, NULL, 10) : rounds;
        folder = strcmp(name, "--folder") == 0 ? value : folder;
        rebuild = strcmp(name, "--rebuild") == 0 ? value : rebuild;
        b->rulebooks = strcmp(name, "--rulebooks") == 0 ? value : b->rulebooks;
        only = strcmp(name, "--only") == 0 ? value : only;
    }
    plm_assert(b->rulebooks != NULL && rebuild != NULL);
    yard_must(plm_library_open(rebuild, &diag, &b->library), &diag);
    yard_init(&b->y, events, rounds, folder);
    yard_pack(&b->y, "market.tape", PLM_PROFILE_DEFAULT, false);
    keep_in_memory(b, yard_open(&b->y, "market.tape"));
    write_rulebook(b, "thin", "0.009");
    write_rulebook(b, "flat", "0.000000000001");
    for (enum subject s = NONE; s < SUBJECTS; s++) {
        write_run(b, &plans[s]);
    }
    if (only != NULL) {
        return run_only(b, only);
    }
    run_rounds(b);
    json_dumpf(report(b), stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(4));
    putchar('\n');
    return yard_remove(&b->y) ? 0 : 1;
}
