/*
 * cmd_import.c - plimsoll import: foreign data onto a tape, with an account of every row.
 */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "csv_map.h"
#include "derive.h"
#include "help.h"
#include "import_account.h"
#include "instrument_args.h"
#include "memory.h"
#include "merge.h"
#include "pack.h"

static const char *const on_error_words[] = {"fail", "skip", "sort", NULL};

static const plm_option options[] = {
    PLM_PACK_OPTIONS,
    {.name = "format",
     .type = PLM_OPTION_TEXT,
     .value = "NAME",
     .help = "instead of recognising it from content"},
    {.name = "formats",
     .alone = true,
     .type = PLM_OPTION_FLAG,
     .value = "",
     .help = "list the formats"},
    {.name = "map",
     .type = PLM_OPTION_TEXT,
     .value = "FILE",
     .help = "column map for CSV of any kind (docs/import.md)"},
    {.name = "on-error",
     .type = PLM_OPTION_WORD,
     .value = "WHAT",
     .help = "a row that cannot be taken: fail (default), skip it and count it, or sort (put rows "
             "in order, fail for all else)",
     .words = on_error_words},
    {.name = "symbol",
     .type = PLM_OPTION_TEXT,
     .value = "NAME",
     .help = "symbol of files that do not name theirs"},
    {.name = "instrument",
     .type = PLM_OPTION_LIST,
     .value = "TEXT",
     .help = "SYMBOL=KIND,KEY=VALUE,...: an instrument that the files do not describe; again for "
             "each further one"},
    {.name = "instruments",
     .type = PLM_OPTION_TEXT,
     .value = "FILE",
     .help = "the same as YAML: a list of maps"},
};

typedef struct import_job {
    plm_import_options options;
    plm_instrument_list instruments;
    plm_csv_map *map;
    const char *on_error;
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

/* -- inputs ---------------------------------------------------------------------------------- */

static void close_inputs(import_job *job)
{
    for (uint32_t i = 0; i < job->count; i++) {
        plm_import_close(job->inputs[i].import);
    }
    plm_free(job->inputs);
    plm_csv_map_destroy(job->map);
    plm_instrument_list_fini(&job->instruments);
}

static plm_status read_options(const plm_session *session, plm_diag *diag, import_job *job)
{
    job->options.format = plm_session_text(session, "format");
    if (job->options.format != NULL) {
        plm_diag reason;
        plm_diag_init(&reason);
        if (plm_import_check_format(job->options.format, &reason) < 0) {
            return plm_fail(diag, PLM_ERR_USAGE, "import: %s", reason.text);
        }
    }
    job->on_error = plm_session_text(session, "on-error");
    if (job->on_error == NULL) {
        job->on_error = "fail";
    }
    while (strcmp(on_error_words[job->options.on_error], job->on_error) != 0) {
        job->options.on_error++;
    }
    job->options.map_path = plm_session_text(session, "map");
    job->options.symbol = plm_session_text(session, "symbol");
    PLM_TRY(plm_instrument_args_read(session, diag, &job->instruments));
    job->options.row_count = job->instruments.count;
    job->options.rows = job->instruments.rows;
    if (job->options.map_path != NULL) {
        PLM_TRY(plm_csv_map_read(job->options.map_path, job->options.rows, job->options.row_count,
                                 diag, &job->map));
        job->options.map = job->map;
    }
    return PLM_OK;
}

/* Before anything is opened: every input takes memory and a descriptor until the end. */
static plm_status check_inputs(const plm_session *session, const import_job *job, plm_diag *diag)
{
    uint32_t const count = session->operand_count;
    uint32_t dashes = 0;
    if (count > PLM_MERGE_INPUTS_MAX) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "import: %u inputs; at most %u at once: import groups of them, then merge "
                        "the tapes ('plimsoll tape merge')",
                        count, PLM_MERGE_INPUTS_MAX);
    }
    bool const turned = job->map != NULL && job->map->newest_first;
    if ((job->options.on_error == PLM_ON_ERROR_SORT || turned) && count > PLM_SORTED_INPUTS_MAX) {
        return plm_fail(
            diag, PLM_ERR_USAGE,
            "import: %u inputs with %s; at most %u at once: import groups of them, then "
            "merge the tapes ('plimsoll tape merge')",
            count, turned ? "'order: newest_first'" : "--on-error sort", PLM_SORTED_INPUTS_MAX);
    }
    for (uint32_t i = 0; i < session->operand_count; i++) {
        dashes += strcmp(session->operand[i], "-") == 0 ? 1 : 0;
    }
    if (dashes > 1) {
        return plm_fail(diag, PLM_ERR_USAGE, "import: '-' is named %u times; once is allowed",
                        dashes);
    }
    return PLM_OK;
}

static plm_status open_inputs(const plm_session *session, plm_diag *diag, import_job *job)
{
    PLM_TRY(read_options(session, diag, job));
    PLM_TRY(check_inputs(session, job, diag));
    job->inputs = plm_alloc(session->operand_count, sizeof *job->inputs);
    uint32_t held = 0;
    for (uint32_t i = 0; i < session->operand_count; i++) {
        const char *path = session->operand[i];
        job->inputs[i].path = path;
        PLM_TRY(plm_import_open(path, &job->options, diag, &job->inputs[i].import));
        job->count++;
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
    *out = derives ? plm_derive_create(stream) : stream;
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
    char *report = plm_import_account_stored(job->inputs, job->count, job->on_error);
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
                     plm_import_account_json(job->inputs, job->count, job->on_error));
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
    .operands = "FILE...",
    .operand_min = 1,
    .operand_max = PLM_OPERANDS_ANY,
    .examples = "plimsoll import trades.csv.gz --map trades.yaml -o t.tape\n"
                "plimsoll tape cat w.tape | plimsoll import --format csv - -o w2.tape\n"
                "plimsoll import --formats\n",
    .text = "Files may be plain, gzip, zstd or zip; '-' is standard input. Several files become "
            "one tape, merged by time. Rows read are rows written plus rows rejected, by reason; "
            "the account is printed and stored in the tape. Exit code 1 when rows were skipped or "
            "put in order, as --on-error allowed, or when there is a remark: no events, inputs of "
            "equal content or over the same time.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
