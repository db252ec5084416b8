/*
 * cmd_import.c - plimsoll import: foreign data onto a tape, with an account of every row.
 */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "decimal.h"
#include "derive.h"
#include "grid.h"
#include "help.h"
#include "import_account.h"
#include "import_files.h"
#include "instrument_text.h"
#include "known_rows.h"
#include "life.h"
#include "memory.h"
#include "merge.h"
#include "pack.h"
#include "timetext.h"

static const plm_option options[] = {
    PLM_PACK_OPTIONS,
    PLM_IMPORT_FILE_OPTIONS,
    {.name = "relist",
     .type = PLM_OPTION_LIST,
     .value = "TEXT",
     .help = "SYMBOL=FROM/TO: the coin of this symbol died at FROM, another has it from TO on"},
    {.name = "formats",
     .alone = true,
     .type = PLM_OPTION_FLAG,
     .value = "",
     .help = "list the formats"},
    {.name = "known",
     .alone = true,
     .type = PLM_OPTION_FLAG,
     .value = "",
     .help =
         "list the instruments that need no description; with --json as --instruments takes them"},
};

typedef struct named_life {
    char symbol[PLM_SYMBOL_CAP];
    plm_life life;
} named_life;

typedef struct import_job {
    plm_import_files files;
    uint32_t life_count;
    named_life life[PLM_OPTION_LIST_MAX];
    uint32_t count;
    plm_import_input *inputs;
} import_job;

/* -- formats --------------------------------------------------------------------------------- */

static plm_status print_formats(plm_session *session)
{
    const char *help = NULL;
    const char *name = NULL;
    if (session->json) {
        json_t *json = plm_json_open("import-formats");
        json_t *list = plm_json_array();
        for (size_t i = 0; (name = plm_import_format_at(i, &help)) != NULL; i++) {
            json_t *entry = plm_json_object();
            plm_json_text(entry, "name", name);
            plm_json_text(entry, "help", help);
            plm_json_add(list, entry);
        }
        plm_json_put(json, "formats", list);
        plm_json_print(&session->out, json);
        return PLM_OK;
    }
    for (size_t i = 0; (name = plm_import_format_at(i, &help)) != NULL; i++) {
        plm_help_row(&session->out, name, help);
    }
    return PLM_OK;
}

/* The venue, then what `--instruments` and the head of events as text understand. */
static void print_known_json(plm_session *session)
{
    plm_instrument row;
    const char *venue = NULL;
    char line[PLM_INSTRUMENT_TEXT_CAP];
    json_t *const list = plm_json_array();
    for (size_t i = 0; (venue = plm_known_row_at(i, &row)) != NULL; i++) {
        (void)plm_instrument_format(&row, line);
        json_t *const entry = plm_json_object();
        plm_json_text(entry, "venue", venue);
        plm_json_text(entry, "symbol", row.symbol);
        plm_json_text(entry, "instrument", line);
        plm_json_add(list, entry);
    }
    json_t *const json = plm_json_open("import-known");
    plm_json_put(json, "instruments", list);
    plm_json_print(&session->out, json);
}

static void add_number(plm_grid *grid, int64_t value, unsigned scale)
{
    char text[PLM_DECIMAL_TEXT_CAP];
    (void)plm_decimal_format(value, scale, text);
    plm_grid_add(grid, text);
}

/* A line each, of 80 columns. */
static void print_known(plm_session *session)
{
    static const char *const heads[] = {"venue", "symbol", "kind",  ">tick",
                                        ">lot",  ">mult.", "quote", "settle"};
    plm_instrument row;
    const char *venue = NULL;
    plm_grid *const grid = plm_grid_create(heads, sizeof heads / sizeof *heads, 1);
    for (size_t i = 0; (venue = plm_known_row_at(i, &row)) != NULL; i++) {
        plm_grid_add(grid, venue);
        plm_grid_add(grid, row.symbol);
        plm_grid_add(grid, plm_instrument_kind_name(row.kind));
        add_number(grid, row.tick, row.px_scale);
        add_number(grid, row.lot, row.qty_scale);
        add_number(grid, row.multiplier, row.mult_scale);
        plm_grid_add(grid, row.quote);
        plm_grid_add(grid, row.settle);
    }
    plm_grid_print(grid, &session->out, session->colour_out, 0);
    plm_grid_destroy(grid);
}

/* -- lives ----------------------------------------------------------------------------------- */

/* SYMBOL=FROM/TO */
static plm_status read_life(const char *text, plm_diag *diag, named_life *out)
{
    size_t const symbol = strcspn(text, "=");
    size_t const from = text[symbol] == '=' ? strcspn(text + symbol + 1, "/") : 0;
    const char *const first = text + symbol + 1;
    bool const whole = symbol > 0 && symbol < PLM_SYMBOL_CAP && from > 0 && first[from] == '/';
    if (!whole || !plm_time_parse(first, from, &out->life.delisted) ||
        !plm_time_parse(first + from + 1, strlen(first + from + 1), &out->life.relisted) ||
        out->life.delisted > out->life.relisted) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "--relist '%s': allowed is SYMBOL=FROM/TO with FROM not after TO, such as "
                        "LUNAUSDT=2022-05-13T00:40:00Z/2022-05-31T06:00:00Z",
                        text);
    }
    (void)snprintf(out->symbol, sizeof out->symbol, "%.*s", (int)symbol, text);
    return PLM_OK;
}

static plm_status read_lives(const plm_session *session, plm_diag *diag, import_job *job)
{
    const plm_value *const given = plm_session_value(session, "relist");
    for (uint32_t i = 0; i < given->list_count; i++) {
        PLM_TRY(read_life(given->list[i], diag, &job->life[job->life_count]));
        job->life_count++;
    }
    return PLM_OK;
}

/* What the user says goes first. */
static bool find_life(const void *context, const char *symbol, plm_life *out)
{
    const import_job *const job = context;
    for (uint32_t i = 0; i < job->life_count; i++) {
        if (strcmp(job->life[i].symbol, symbol) == 0) {
            *out = job->life[i].life;
            return true;
        }
    }
    for (uint32_t i = 0; i < job->count; i++) {
        const plm_known_life *const known = plm_import_life(job->inputs[i].import, symbol);
        if (known != NULL) {
            *out = (plm_life){known->delisted, known->relisted};
            return true;
        }
    }
    return false;
}

/* -- inputs ---------------------------------------------------------------------------------- */

static void close_inputs(import_job *job)
{
    for (uint32_t i = 0; i < job->count; i++) {
        plm_import_close(job->inputs[i].import);
    }
    plm_free(job->inputs);
    plm_import_files_fini(&job->files);
}

static plm_status open_inputs(const plm_session *session, plm_diag *diag, import_job *job)
{
    uint32_t held = 0;
    PLM_TRY(plm_import_files_read(session, diag, &job->files));
    PLM_TRY(read_lives(session, diag, job));
    job->inputs = plm_alloc(job->files.count, sizeof *job->inputs);
    for (uint32_t i = 0; i < job->files.count; i++) {
        const plm_import_file *const file = &job->files.file[i];
        job->inputs[i].path = file->path;
        PLM_TRY(plm_import_open(file->path, &file->options, diag, &job->inputs[i].import));
        job->count++;
        if (file->derives && !plm_import_wants_derive(job->inputs[i].import)) {
            return plm_fail(
                diag, PLM_ERR_USAGE,
                "%s: 'derive' was given, but this input (%s) has no levels that best quotes could "
                "be derived from%s; leave it out",
                file->path, plm_import_format_name(job->inputs[i].import),
                file->options.map_path != NULL ? " (a column map says so: 'derive: true')" : "");
        }
        held += plm_import_holds_back(job->inputs[i].import) ? 1 : 0;
        if (held > PLM_SORTED_INPUTS_MAX) {
            return plm_fail(diag, PLM_ERR_USAGE,
                            "import: more than %u inputs that are newest first; at most that many "
                            "at once: import groups of them, then merge the tapes ('plimsoll tape "
                            "merge')",
                            PLM_SORTED_INPUTS_MAX);
        }
    }
    return PLM_OK;
}

static plm_status open_stream(const import_job *job, plm_diag *diag, plm_stream **out)
{
    plm_stream **streams = plm_alloc(job->count, sizeof *streams);
    bool derives = false;
    for (uint32_t i = 0; i < job->count; i++) {
        streams[i] = plm_import_stream(job->inputs[i].import);
        derives = derives || plm_import_wants_derive(job->inputs[i].import);
    }
    plm_stream *stream = streams[0];
    plm_status const status =
        job->count > 1 ? plm_merge_create(streams, job->count, diag, &stream) : PLM_OK;
    plm_free(streams);
    PLM_TRY(status);
    stream = derives ? plm_derive_create(stream) : stream;
    *out = plm_life_create(stream, find_life, job);
    return PLM_OK;
}

static void ask_progress(const void *context, uint64_t *out_done, uint64_t *out_total)
{
    const import_job *job = context;
    bool known = true;
    *out_done = 0;
    *out_total = 0;
    for (uint32_t i = 0; i < job->count; i++) {
        uint64_t done = 0;
        uint64_t total = 0;
        plm_import_progress(job->inputs[i].import, &done, &total);
        known = known && total > 0;
        *out_done += done;
        *out_total += total;
    }
    if (!known) {
        *out_total = 0;
    }
}

/* -- packing --------------------------------------------------------------------------------- */

static plm_status pack_inputs(const import_job *job, plm_stream *stream, plm_pack *pack,
                              plm_diag *diag)
{
    plm_pack_measure const measure = {.ask = ask_progress, .context = job};
    for (uint32_t i = 0; i < job->count; i++) {
        char name[PLM_SHOWN_CAP];
        char line[PLM_SHOWN_CAP + 100];
        (void)snprintf(line, sizeof line, "import %s (%s)",
                       plm_console_printable(job->inputs[i].path, name, sizeof name),
                       plm_import_format_name(job->inputs[i].import));
        PLM_TRY(plm_tape_add_source(pack->writer, line, diag));
    }
    PLM_TRY(plm_pack_run(pack, stream, &measure, diag));
    for (uint32_t i = 0; i < job->count; i++) {
        plm_life life;
        const plm_import_report *const report = plm_import_get_report(job->inputs[i].import);
        job->inputs[i].life_known = report->jumps > 0 && find_life(job, report->jump_symbol, &life);
    }
    char *report = plm_import_account_stored(job->inputs, job->count, job->files.on_error);
    plm_status const status = plm_tape_set_report(pack->writer, report, diag);
    plm_free(report);
    return status;
}

static plm_status import(plm_session *session, const import_job *job, plm_diag *diag)
{
    plm_stream *stream = NULL;
    PLM_TRY(open_stream(job, diag, &stream));
    bool synthetic = false;
    for (uint32_t i = 0; i < job->count; i++) {
        synthetic = synthetic || plm_import_is_synthetic(job->inputs[i].import);
    }
    plm_pack pack;
    plm_tape_summary summary;
    plm_status status = plm_pack_open(session, stream->has_recv, synthetic, diag, &pack);
    if (status >= 0) {
        status = pack_inputs(job, stream, &pack, diag);
        status = plm_pack_close(&pack, status, diag, &summary);
    }
    stream->destroy(stream);
    PLM_TRY(status);
    session->warned = plm_import_account_warns(job->inputs, job->count);
    json_t *json = plm_json_open("import");
    if (session->json) {
        plm_json_put(json, "report",
                     plm_import_account_json(job->inputs, job->count, job->files.on_error));
    } else if (!session->quiet) {
        plm_import_account_print(&session->out, job->inputs, job->count);
    }
    plm_pack_show(session, &pack, &summary, json);
    return PLM_OK;
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    if (plm_session_flag(session, "formats")) {
        return print_formats(session);
    }
    if (plm_session_flag(session, "known")) {
        (session->json ? print_known_json : print_known)(session);
        return PLM_OK;
    }
    PLM_TRY(plm_pack_check_output(session, diag));
    import_job job = {0};
    plm_status status = open_inputs(session, diag, &job);
    if (status >= 0) {
        status = import(session, &job, diag);
    }
    close_inputs(&job);
    return status;
}

const plm_command plm_cmd_import = {
    .name = "import",
    .summary = "foreign data onto a tape",
    .operand_min = 1,
    .operand_max = PLM_OPERANDS_ANY,
    .operands = "FILE[@KEY=VALUE,...]...",
    .examples = "plimsoll import trades.zip mark.zip@prices=mark funding.zip -o t.tape\n"
                "plimsoll import trades.csv.gz --map trades.yaml -o t.tape\n"
                "plimsoll tape cat w.tape | plimsoll import --format csv - -o w2.tape\n"
                "plimsoll import --formats\n",
    .text = "Behind '@' stand settings of one file: " PLM_IMPORT_FILE_KEYS
            " (docs/import.md). Files may be plain, gzip, zstd or zip; '-' is standard input. "
            "Several files become "
            "one tape, merged by time. Rows read are rows written plus rows rejected, by reason; "
            "the account is printed and stored in the tape. Exit code 1 when rows were skipped or "
            "put in order, as --on-error allowed, or when there is a remark: no events, inputs of "
            "equal content or over the same time.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
