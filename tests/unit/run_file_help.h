/*
 * run_file_help.h - a small table of instruments, a strategy without code, and run files read
 * against both.
 */
#ifndef PLM_RUN_FILE_HELP_H
#define PLM_RUN_FILE_HELP_H

#include "input_files.h"
#include "run_file.h"

/* A linear perpetual, a spot row, an inverse perpetual, and an asset that cannot be traded. */
static const plm_instrument setup_rows[] = {
    {.symbol = "BTC-PERP",
     .base = "BTC",
     .quote = "USDT",
     .settle = "USDT",
     .kind = PLM_INST_LINEAR,
     .px_scale = 1,
     .qty_scale = 3,
     .tick = 1,
     .lot = 5,
     .multiplier = 1},
    {.symbol = "ETH/USDT",
     .base = "ETH",
     .quote = "USDT",
     .settle = "USDT",
     .kind = PLM_INST_SPOT,
     .px_scale = 2,
     .qty_scale = 4,
     .tick = 1,
     .lot = 1,
     .multiplier = 1},
    {.symbol = "USDT-INDEX", .base = "USDT", .quote = "USD", .kind = PLM_INST_ASSET, .px_scale = 4},
    {.symbol = "BTCUSD.P",
     .base = "BTC",
     .quote = "USD",
     .settle = "BTC",
     .kind = PLM_INST_INVERSE,
     .px_scale = 1,
     .tick = 5,
     .lot = 1,
     .multiplier = 100},
};

#define SETUP_ROWS_USDT 2u /* the first rows settle in USDT alone */
#define SETUP_ROWS_ALL 4u

static const plm_param setup_params[] = {
    {.key = "fast",
     .type = PLM_PARAM_INTEGER,
     .min = 1,
     .max = 1000,
     .def = "10",
     .unit = "",
     .help = "Fast."},
    {.key = "size",
     .type = PLM_PARAM_DECIMAL,
     .scale = 2,
     .min = 0,
     .max = 10000,
     .def = "0.5",
     .unit = "",
     .help = "Size."},
    {.key = "on", .type = PLM_PARAM_INSTRUMENT, .def = "", .unit = "", .help = "Where."},
};

static const plm_descriptor setup_descriptor = {
    .size = sizeof(plm_descriptor),
    .param_count = sizeof setup_params / sizeof *setup_params,
    .abi = PLM_ABI_VERSION,
    .id = "trend",
    .name = "Trend",
    .vendor = "test",
    .version = "1",
    .summary = "Nothing.",
    .params = setup_params,
};

static const plm_factory setup_factory = {.size = sizeof(plm_factory)};

static const plm_run_strategy setup_strategies[] = {
    {"trend", &setup_factory, &setup_descriptor},
    {"./mine.so", &setup_factory, &setup_descriptor},
};

typedef struct setup_bench {
    plm_contracts contracts;
    plm_run_file *file;
    const plm_run_spec *spec;
    plm_diag diag;
    plm_status status;
} setup_bench;

/* Reads `text` as run.yaml of the working folder. `sets` is closed by NULL; NULL: none. */
static inline setup_bench *setup_try_from(const plm_instrument *rows, uint32_t row_count,
                                          const char *text, const char *const *sets,
                                          const plm_rulebook_source *source)
{
    static setup_bench bench;
    bench = (setup_bench){.status = PLM_OK};
    input_folder const here = {"."};
    (void)input_write(&here, "run.yaml", text, strlen(text));
    uint32_t count = 0;
    while (sets != NULL && sets[count] != NULL) {
        count++;
    }
    plm_diag_init(&bench.diag);
    plm_contracts_init(&bench.contracts, rows, row_count);
    bench.status = plm_run_file_read("run.yaml", sets, count, source, &bench.diag, &bench.file);
    if (bench.status >= 0) {
        bench.status = plm_run_file_resolve(bench.file, &bench.contracts, setup_strategies, 2,
                                            &bench.diag, &bench.spec);
    }
    return &bench;
}

static inline setup_bench *setup_try_rows(const plm_instrument *rows, uint32_t row_count,
                                          const char *text, const char *const *sets)
{
    return setup_try_from(rows, row_count, text, sets, NULL);
}

static inline setup_bench *setup_try(uint32_t rows, const char *text, const char *const *sets)
{
    return setup_try_rows(setup_rows, rows, text, sets);
}

static inline void setup_end(setup_bench *bench)
{
    plm_run_file_destroy(bench->file);
    plm_contracts_fini(&bench->contracts);
}

static inline setup_bench *setup_read(const char *text, const char *const *sets)
{
    setup_bench *const bench = setup_try(SETUP_ROWS_USDT, text, sets);
    assert_ok(bench->status, &bench->diag);
    return bench;
}

static inline void setup_refused(uint32_t rows, const char *text, const char *const *sets,
                                 const char *message)
{
    setup_bench *const bench = setup_try(rows, text, sets);
    if (strcmp(bench->diag.text, message) != 0) {
        print_error("of:\n%s\n", text);
    }
    assert_string_equal(bench->diag.text, message);
    assert_int_equal(bench->status, PLM_ERR_USAGE);
    setup_end(bench);
}

static inline int setup_enter(void **state)
{
    static input_folder folder;
    folder = input_folder_make();
    *state = &folder;
    return chdir(folder.path);
}

static inline int setup_leave(void **state)
{
    input_folder_remove(*state);
    return chdir("/");
}

#endif
