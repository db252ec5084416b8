/*
 * bench_replay.c - what a replay costs, as ratios to the yardsticks: whole runs, from the bytes on
 * disk to the digest of the log, with strategies from shared objects.
 *
 * Prints one JSON object. `bench_replay --strategies FOLDER --tick FILE [--events N] [--rounds N]
 * [--folder DIR]`; `--replay RUN` replays one run file and prints the peak memory of the process.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "check.h"
#include "contract.h"
#include "load.h"
#include "memory.h"
#include "run.h"
#include "run_file.h"
#include "yardstick.h"

enum subject { RAW, CHUNKS, BARE, ONE, ONE_FAST, RESTING, LATENCY, SIXTEEN, MAKER, SUBJECTS };

/* A run file per subject: tape, venue, accounts. */
typedef struct plan {
    const char *name, *tape, *venue, *strategy;
    unsigned accounts;
} plan;

static const plan plans[SUBJECTS] = {
    [BARE] = {"bare", "default.tape", "", NULL, 1},
    [ONE] = {"one", "default.tape", "", "tick", 1},
    [ONE_FAST] = {"one_fast", "fast.tape", "", "tick", 1},
    [RESTING] = {"resting", "default.tape", "", "tick, params: {rest: 1}", 1},
    [LATENCY] = {"latency", "default.tape", "latency: {orders: 5ms, feed: 1ms}", "tick", 1},
    [SIXTEEN] = {"sixteen", "default.tape", "", "tick", 16},
    [MAKER] = {"maker", "default.tape", "queue: trades", "maker", 1},
};

typedef struct bench {
    yardstick y;
    plm_tape *forced;
    plm_library *library[2];
    double time[SUBJECTS][ROUNDS_MAX];
    uint64_t requests, fills;        /* of the maker */
    uint8_t digest[PLM_DIGEST_SIZE]; /* of ONE: every round and both tapes must agree */
} bench;

/* -- runs ------------------------------------------------------------------------------------ */

static void write_run(const bench *b, const plan *p)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s.yaml", b->y.folder, p->name);
    FILE *const file = fopen(path, "w");
    plm_assert(file != NULL);
    fprintf(file, "run: %s\ntape: %s\nvenue: {%s}\naccounts:\n", p->name, p->tape, p->venue);
    for (unsigned i = 0; i < p->accounts; i++) {
        fprintf(file, "  - {name: a%u, collateral: {USDT: 1000000}", i);
        if (p->strategy != NULL) {
            fprintf(file, ", strategy: %s", p->strategy);
        }
        fprintf(file, "}\n");
    }
    plm_assert(fclose(file) == 0);
}

static plm_run_strategy find_strategy(const bench *b, const char *word)
{
    for (unsigned i = 0; i < 2; i++) {
        for (uint32_t n = 0; n < plm_library_count(b->library[i]); n++) {
            const plm_descriptor *const descriptor = plm_library_descriptor(b->library[i], n);
            if (strcmp(descriptor->id, word) == 0) {
                return (plm_run_strategy){word, plm_library_factory(b->library[i]), descriptor};
            }
        }
    }
    plm_assert(!"a strategy of the benchmark");
    return (plm_run_strategy){0};
}

typedef struct outcome {
    uint8_t digest[PLM_DIGEST_SIZE];
    uint64_t events, requests, fills;
} outcome;

static outcome replay(const bench *b, const char *path)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_run_file *file = NULL;
    yard_must(plm_run_file_read(path, NULL, 0, NULL, &diag, &file), &diag);
    plm_tape *tape = NULL;
    yard_must(plm_tape_open(plm_run_file_tape(file), &diag, &tape), &diag);
    plm_blocks *const blocks = plm_tape_get_blocks(tape);
    plm_contracts contracts;
    plm_contracts_init(&contracts, blocks->rows, blocks->row_count);
    plm_run_strategy strategies[4];
    uint32_t const count = plm_run_file_strategy_count(file);
    for (uint32_t i = 0; i < count; i++) {
        strategies[i] = find_strategy(b, plm_run_file_strategy(file, i));
    }
    const plm_run_spec *spec = NULL;
    yard_must(plm_run_file_resolve(file, &contracts, strategies, count, &diag, &spec), &diag);
    plm_beat beat = {.account = UINT32_MAX};
    plm_run *run = NULL;
    yard_must(plm_run_create(spec, &contracts, blocks, &beat, &diag, &run), &diag);
    plm_status status = PLM_OK;
    while (status == PLM_OK) {
        status = plm_run_step(run, &diag);
    }
    yard_must(status, &diag);
    outcome out;
    yard_must(plm_run_finish(run, &diag, out.digest), &diag);
    plm_account_summary const summary = plm_run_summary(run, 0);
    out.events = plm_run_get_state(run).events;
    out.requests = summary.requests;
    out.fills = summary.fills;
    plm_run_destroy(run);
    plm_contracts_fini(&contracts);
    plm_run_file_destroy(file);
    plm_tape_close(tape);
    return out;
}

/* -- rounds ---------------------------------------------------------------------------------- */

static void run_plan(bench *b, enum subject subject)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s.yaml", b->y.folder, plans[subject].name);
    outcome const out = replay(b, path);
    plm_assert(out.events == b->y.events);
    if (subject == MAKER) {
        b->requests = out.requests;
        b->fills = out.fills;
    }
    if (subject == ONE) {
        memcpy(b->digest, out.digest, sizeof b->digest);
    }
}

static double run_subject(bench *b, enum subject subject)
{
    const double start = yard_now();
    if (subject == RAW) {
        yard_inflate_raw(&b->y);
    } else if (subject == CHUNKS) {
        return yard_inflate_chunks(&b->y, b->forced);
    } else {
        run_plan(b, subject);
    }
    return yard_now() - start;
}

static void run_rounds(bench *b)
{
    for (size_t round = 0; round < b->y.rounds; round++) {
        for (enum subject s = RAW; s < SUBJECTS; s++) {
            b->time[s][round] = run_subject(b, s) / (double)b->y.events;
        }
    }
}

/* -- memory ---------------------------------------------------------------------------------- */

static void open_libraries(bench *b, const char *strategies, const char *tick)
{
    char path[600];
    plm_diag diag;
    plm_diag_init(&diag);
    snprintf(path, sizeof path, "%s/maker.so", strategies);
    yard_must(plm_library_open(path, &diag, &b->library[0]), &diag);
    yard_must(plm_library_open(tick, &diag, &b->library[1]), &diag);
}

static int replay_and_tell(bench *b, const char *path)
{
    (void)replay(b, path);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%ld\n", usage.ru_maxrss);
    return 0;
}

static int peak_memory_kib(const bench *b, const char *program, const char *strategies,
                           const char *tick, const char *run)
{
    char command[2400];
    snprintf(command, sizeof command, "'%s' --strategies '%s' --tick '%s' --replay '%s/%s.yaml'",
             program, strategies, tick, b->y.folder, run);
    FILE *const pipe = popen(command, "r");
    int kib = -1;
    plm_assert(pipe != NULL && fscanf(pipe, "%d", &kib) == 1);
    pclose(pipe);
    return kib;
}

/* A tape of a quarter of the events, to show that memory does not follow the length. */
static void write_quarter(const bench *b)
{
    bench quarter = *b;
    quarter.y.events = b->y.events / 4;
    yard_pack(&quarter.y, "quarter.tape", PLM_PROFILE_DEFAULT, false);
    write_run(b, &(plan){"quarter", "quarter.tape", "", "tick", 1});
}

/* -- main ------------------------------------------------------------------------------------ */

static json_t *ratio(const bench *b, enum subject a, enum subject by, double goal)
{
    return yard_ratio(&b->y, b->time[a], b->time[by], goal);
}

static json_t *nanoseconds(const bench *b)
{
    json_t *const out = json_object();
    for (enum subject s = RAW; s < SUBJECTS; s++) {
        double values[ROUNDS_MAX];
        memcpy(values, b->time[s], sizeof values);
        const char *const name = s == RAW ? "R" : s == CHUNKS ? "Z" : plans[s].name;
        json_object_set_new(out, name, yard_spread(values, b->y.rounds, 0));
    }
    return out;
}

static json_t *report(const bench *b)
{
    char digest[PLM_DIGEST_TEXT_CAP];
    plm_digest_text(b->digest, digest);
    json_t *const out = json_object();
    json_object_set_new(out, "schema", json_string("plimsoll/bench-replay/1"));
    json_object_set_new(out, "events", json_integer((json_int_t)b->y.events));
    json_object_set_new(out, "rounds", json_integer((json_int_t)b->y.rounds));
    json_object_set_new(out, "digest", json_string(digest));
    json_object_set_new(out, "one_strategy_default_to_Z", ratio(b, ONE, CHUNKS, 2.5));
    json_object_set_new(out, "one_strategy_fast_to_R", ratio(b, ONE_FAST, RAW, 0.40));
    json_object_set_new(out, "no_strategy_default_to_Z", ratio(b, BARE, CHUNKS, 0));
    json_object_set_new(out, "with_resting_orders_to_one", ratio(b, RESTING, ONE, 0));
    json_object_set_new(out, "with_feed_latency_to_one", ratio(b, LATENCY, ONE, 0));
    json_object_set_new(out, "sixteen_strategies_to_one", ratio(b, SIXTEEN, ONE, 4.5));
    json_object_set_new(out, "maker_to_one", ratio(b, MAKER, ONE, 0));
    json_object_set_new(out, "maker_requests_per_100_events",
                        json_real(100.0 * (double)b->requests / (double)b->y.events));
    json_object_set_new(out, "maker_fills", json_integer((json_int_t)b->fills));
    json_object_set_new(out, "ns_per_event", nanoseconds(b));
    return out;
}

int main(int argc, char **argv)
{
    bench *const b = plm_alloc(1, sizeof *b);
    size_t events = 4000000;
    size_t rounds = 11;
    const char *folder = "/tmp";
    const char *strategies = NULL;
    const char *tick = NULL;
    const char *run = NULL;
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *const name = argv[i];
        const char *const value = argv[i + 1];
        events = strcmp(name, "--events") == 0 ? (size_t)strtoull(value, NULL, 10) : events;
        rounds = strcmp(name, "--rounds") == 0 ? (size_t)strtoull(value, NULL, 10) : rounds;
        folder = strcmp(name, "--folder") == 0 ? value : folder;
        strategies = strcmp(name, "--strategies") == 0 ? value : strategies;
        tick = strcmp(name, "--tick") == 0 ? value : tick;
        run = strcmp(name, "--replay") == 0 ? value : run;
    }
    plm_assert(strategies != NULL && tick != NULL);
    open_libraries(b, strategies, tick);
    if (run != NULL) {
        return replay_and_tell(b, run);
    }
    yard_init(&b->y, events, rounds, folder);
    yard_pack(&b->y, "fast.tape", PLM_PROFILE_FAST, false);
    yard_pack(&b->y, "default.tape", PLM_PROFILE_DEFAULT, false);
    yard_pack(&b->y, "forced.tape", PLM_PROFILE_DEFAULT, true);
    b->forced = yard_open(&b->y, "forced.tape");
    for (enum subject s = BARE; s < SUBJECTS; s++) {
        write_run(b, &plans[s]);
    }
    write_quarter(b);
    run_rounds(b);
    json_t *const out = report(b);
    json_object_set_new(out, "peak_memory_kib",
                        json_pack("{s:i,s:i,s:i}", "one_quarter",
                                  peak_memory_kib(b, argv[0], strategies, tick, "quarter"),
                                  "one_whole", peak_memory_kib(b, argv[0], strategies, tick, "one"),
                                  "goal", 32768));
    json_dumpf(out, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(4));
    putchar('\n');
    return yard_remove(&b->y) ? 0 : 1;
}
