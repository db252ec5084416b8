/*
 * bench_database.c - what the run database costs: a million samples as rows and as blocks, from
 * creating the file to the last fsync, against a plain SQLite that inserts a million rows of four
 * integers in one transaction; and a run with -o (a row of equity a second, all fills) against the
 * same run without.
 *
 * Prints one JSON object: ratios within a round, and seconds as a help.
 * `bench_database --plimsoll FILE [--rounds N] [--events N] [--folder DIR]`.
 */
#include <spawn.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "memory.h"
#include "run_db.h"
#include "yardstick.h"

#define SAMPLES 1000000u
#define BATCH 1024u
#define TS INT64_C(1735689600000000000)
#define TIMES 3u /* runs are measured as the sum of so many */

extern char **environ;

enum subject { PLAIN, MADE, ROWS, BLOBS, RUN_WITHOUT, RUN_WITH, SUBJECTS };

static const char *const subject_names[SUBJECTS] = {"four_integers", "samples_made", "equity_rows",
                                                    "equity_blobs",  "run_without",  "run_with"};

typedef struct bench {
    yardstick y; /* its rounds alone */
    const char *plimsoll, *events;
    char folder[256];
    double time[SUBJECTS][ROUNDS_MAX];
} bench;

/* -- rows ------------------------------------------------------------------------------------ */

static plm_amount amount_of(plm_i128 value)
{
    return (plm_amount){.hi = (int64_t)(value >> 64), .lo = (uint64_t)value};
}

typedef struct walk {
    uint64_t chance;
    plm_i128 nav, unrealised;
} walk;

/* Worth walks by up to 4.6 a second to the last of its digits: as costly to pack as real ones. */
static void make_records(walk *w, uint32_t first, uint32_t count, plm_record *record)
{
    for (uint32_t i = 0; i < count; i++) {
        w->chance = w->chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        w->nav += (int64_t)w->chance / 2;
        w->unrealised += (int64_t)w->chance / 2;
        record[i] = (plm_record){.ts = TS + (int64_t)(first + i) * 1000000000,
                                 .seq = first + i + 1,
                                 .event = 100 * (uint64_t)(first + i),
                                 .kind = PLM_RECORD_SAMPLE};
        record[i].u.sample = (plm_record_sample){.nav = amount_of(w->nav),
                                                 .unrealised = amount_of(w->unrealised),
                                                 .priced = 1,
                                                 .at = PLM_SAMPLE_GRID};
    }
}

static void must(int code)
{
    plm_assert(code == SQLITE_OK || code == SQLITE_DONE);
}

static void insert_plain(const char *path)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *row = NULL;
    must(sqlite3_open(path, &db));
    must(sqlite3_exec(db,
                      "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;"
                      "PRAGMA locking_mode = EXCLUSIVE; BEGIN;"
                      "CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER, c INTEGER, d INTEGER)",
                      NULL, NULL, NULL));
    must(sqlite3_prepare_v2(db, "INSERT INTO t VALUES (?, ?, ?, ?)", -1, &row, NULL));
    for (int i = 1; i <= (int)SAMPLES; i++) {
        must(sqlite3_bind_int64(row, 1, i));
        must(sqlite3_bind_int64(row, 2, TS + (int64_t)i * 1000000000));
        must(sqlite3_bind_int64(row, 3, 10000000000000 + i * INT64_C(1234567)));
        must(sqlite3_bind_int64(row, 4, i * INT64_C(987654)));
        must(sqlite3_step(row));
        must(sqlite3_reset(row));
    }
    must(sqlite3_finalize(row));
    must(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL));
    must(sqlite3_close(db));
}

/* What the samples alone take, before anybody writes them. */
static void only_make(void)
{
    walk w = {0};
    uint64_t seen = 0;
    for (uint32_t i = 0; i < SAMPLES; i += BATCH) {
        plm_record record[BATCH];
        make_records(&w, i, BATCH, record);
        seen += record[i % BATCH].u.sample.nav.lo;
    }
    plm_assert(seen != 0);
}

static void write_database(const char *path, bool blobs)
{
    static const char *const names[] = {"a"};
    static const char *const assets[] = {"USDT"};
    static const plm_log_names log = {
        .account_count = 1, .asset_count = 1, .accounts = names, .assets = assets};
    static const plm_db_account account = {
        .name = "a", .group = "a", .regime = "plain", .params = "{}", .rulebook = PLM_DB_NONE};
    static const plm_db_result result = {.priced = true};
    plm_db_run const run = {.name = "bench",
                            .producer = "bench",
                            .run_file = "",
                            .config_text = "",
                            .overrides = "",
                            .tape = "",
                            .blobs = blobs,
                            .sample_len_ns = 1000000000,
                            .started = TS,
                            .names = &log,
                            .import_report = "",
                            .account = &account};
    plm_db_end const end = {.first = TS, .last = TS, .account_count = 1, .result = &result};
    plm_diag diag;
    plm_run_db *db = NULL;
    plm_diag_init(&diag);
    yard_must(plm_run_db_create(path, false, &run, &diag, &db), &diag);
    plm_sink *const sink = plm_run_db_sink(db);
    walk w = {.nav = (plm_i128)10000 * INT64_C(1000000000000000000)};
    for (uint32_t i = 0; i < SAMPLES; i += BATCH) {
        plm_record record[BATCH]; /* as a run has them: few at a time */
        uint32_t const count = SAMPLES - i < BATCH ? SAMPLES - i : BATCH;
        make_records(&w, i, count, record);
        yard_must(sink->write(sink, record, count, &diag), &diag);
    }
    yard_must(sink->finish(sink, end.digest, &diag), &diag);
    yard_must(plm_run_db_complete(db, &end, NULL, &diag), &diag);
}

/* -- runs ------------------------------------------------------------------------------------ */

static void call(const bench *b, const char *const *arguments)
{
    pid_t child = 0;
    int status = 0;
    plm_assert(posix_spawn(&child, b->plimsoll, NULL, NULL, (char *const *)arguments, environ) ==
               0);
    plm_assert(waitpid(child, &status, 0) == child);
    plm_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void make_run(const bench *b)
{
    FILE *const file = fopen("r.yaml", "w");
    plm_assert(file != NULL);
    plm_assert(fputs("run: bench\ntape: w.tape\nsample: 1s\n"
                     "venue:\n  fees: {maker: 0.0002, taker: 0.0005}\n"
                     "accounts:\n  - name: a\n    strategy: trend\n"
                     "    params: {instrument: BTCUSDT, fast: 2000, slow: 10000, leverage: 2}\n"
                     "    collateral: {USDT: 10000}\n    leverage: 10\n"
                     "  - name: b\n    like: a\n    params: {leverage: 5}\n"
                     "  - name: c\n    like: a\n    params: {fast: 1000}\n",
                     file) >= 0);
    plm_assert(fclose(file) == 0);
    call(b, (const char *const[]){"plimsoll", "synth", "walk", "--events", b->events, "--seed", "7",
                                  "-o", "w.tape", "-q", NULL});
}

/* -- main ------------------------------------------------------------------------------------ */

static void run_subject(const bench *b, enum subject subject)
{
    switch (subject) {
    case PLAIN:
        insert_plain("x.db");
        break;
    case MADE:
        only_make();
        return;
    case ROWS:
    case BLOBS:
        write_database("x.db", subject == BLOBS);
        break;
    case RUN_WITHOUT:
        call(b, (const char *const[]){"plimsoll", "run", "r.yaml", "-q", NULL});
        return;
    case RUN_WITH:
        call(b, (const char *const[]){"plimsoll", "run", "r.yaml", "-q", "-o", "x.db", NULL});
        break;
    case SUBJECTS:
        break;
    }
}

static void run_rounds(bench *b)
{
    for (size_t round = 0; round < b->y.rounds; round++) {
        for (unsigned s = 0; s < SUBJECTS; s++) {
            for (unsigned i = 0; i < (s >= RUN_WITHOUT ? TIMES : 1); i++) {
                double const start = yard_now();
                run_subject(b, (enum subject)s);
                b->time[s][round] += (yard_now() - start) / 1e9;
                (void)unlink("x.db");
            }
        }
    }
}

/* Writing is what it takes with making less what making takes. */
static void leave_out_making(bench *b)
{
    for (size_t round = 0; round < b->y.rounds; round++) {
        b->time[ROWS][round] -= b->time[MADE][round];
        b->time[BLOBS][round] -= b->time[MADE][round];
    }
}

static json_t *ratio(const bench *b, enum subject a, enum subject by, double goal)
{
    return yard_ratio(&b->y, b->time[a], b->time[by], goal);
}

static json_t *report(const bench *b)
{
    json_t *const out = json_object(), *const times = json_object();
    json_object_set_new(out, "schema", json_string("plimsoll/bench-database/1"));
    json_object_set_new(out, "rounds", json_integer((json_int_t)b->y.rounds));
    json_object_set_new(out, "run_events", json_string(b->events));
    json_object_set_new(out, "rows_to_four_integers", ratio(b, ROWS, PLAIN, 10));
    json_object_set_new(out, "blobs_to_four_integers", ratio(b, BLOBS, PLAIN, 0.1));
    json_object_set_new(out, "run_with_to_without", ratio(b, RUN_WITH, RUN_WITHOUT, 1.05));
    for (unsigned s = 0; s < SUBJECTS; s++) {
        double values[ROUNDS_MAX];
        memcpy(values, b->time[s], sizeof values);
        json_object_set_new(times, subject_names[s], yard_spread(values, b->y.rounds, 0));
    }
    json_object_set_new(out, "seconds", times);
    return out;
}

int main(int argc, char **argv)
{
    bench *const b = plm_alloc(1, sizeof *b);
    const char *folder = "/tmp";
    b->y.rounds = 5;
    b->events = "20000000";
    for (int i = 1; i + 1 < argc; i += 2) {
        b->y.rounds = strcmp(argv[i], "--rounds") == 0 ? (size_t)strtoull(argv[i + 1], NULL, 10)
                                                       : b->y.rounds;
        b->plimsoll = strcmp(argv[i], "--plimsoll") == 0 ? argv[i + 1] : b->plimsoll;
        b->events = strcmp(argv[i], "--events") == 0 ? argv[i + 1] : b->events;
        folder = strcmp(argv[i], "--folder") == 0 ? argv[i + 1] : folder;
    }
    plm_assert(b->y.rounds > 0 && b->y.rounds <= ROUNDS_MAX && b->plimsoll != NULL);
    plm_assert(snprintf(b->folder, sizeof b->folder, "%s/plimsoll-bench-XXXXXX", folder) > 0);
    plm_assert(mkdtemp(b->folder) != NULL && chdir(b->folder) == 0);
    make_run(b);
    run_rounds(b);
    leave_out_making(b);
    (void)unlink("r.yaml");
    (void)unlink("w.tape");
    plm_assert(chdir("/") == 0 && rmdir(b->folder) == 0);
    json_dumpf(report(b), stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(4));
    putchar('\n');
    return 0;
}
