/*
 * cmd_new.c - plimsoll new strategy: a folder with a small complete strategy, how it is built, and
 * a run of it. The texts are the first code of ours that most people will read.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "jsonout.h"

#define NAME_MAX_SIZE 31u
#define PLACE_CAP 4096u

/* -- the texts; @ stands for the name -------------------------------------------------------- */

static const char source_text[] =
    "/*\n"
    " * @.c - buys when the price dips below its average, sells when it is back.\n"
    " *\n"
    " * A whole strategy, to be changed: `start` says what it hears, `on_event` is the idea.\n"
    " */\n"
    "#include \"plimsoll_aux.h\"\n"
    "#include \"plimsoll_series.h\"\n"
    "\n"
    "/* All that one account's strategy knows. It begins as zeroes; there is nothing outside it. "
    "*/\n"
    "typedef struct state {\n"
    "    plm_aux aux;\n"
    "    plm_aux_target target; /* the position that is wanted, and the order on its way to it */\n"
    "    plm_aux_ewma average;\n"
    "    double dip;\n"
    "} state;\n"
    "\n"
    "/* What a run file may set: `plimsoll strategies ./b/@.so` lists it. */\n"
    "static const plm_param params[] = {\n"
    "    {PLM_AUX_ROW(\"instrument\", \"\", \"What is traded.\")},\n"
    "    {PLM_AUX_INTEGER(\"span\", 2, 1000000, \"500\", \"trades\", \"Span of the average.\")},\n"
    "    {PLM_AUX_DECIMAL(\"dip\", 6, 0, 500000, \"0.0001\", \"\", \"How far below it is "
    "cheap.\")},\n"
    "};\n"
    "\n"
    "static plm_result start(state *self, plm_subscription *subscription)\n"
    "{\n"
    "    self->target.sym = (uint32_t)plm_aux_param(&self->aux, \"instrument\");\n"
    "    self->average.span = plm_aux_param(&self->aux, \"span\");\n"
    "    self->dip = plm_aux_real(&self->aux, \"dip\");\n"
    "    plm_aux_hear(subscription, self->target.sym, PLM_EV_BIT(PLM_EV_TRADE));\n"
    "    return plm_aux_one_way(&self->aux);\n"
    "}\n"
    "\n"
    "/* Every trade of the instrument. */\n"
    "static plm_result on_event(state *self, const plm_event *event)\n"
    "{\n"
    "    double const price = plm_aux_px(&self->aux, event->sym, event->px);\n"
    "    double const average = plm_aux_ewma_add(&self->average, price);\n"
    "    if (price < average * (1 - self->dip)) {\n"
    "        double const half = plm_aux_equity(&self->aux, event->sym) / 2;\n"
    "        plm_qty const qty = plm_aux_qty_of_value(&self->aux, event->sym, half, price);\n"
    "        if (plm_aux_position(&self->aux, event->sym) == 0) {\n"
    "            (void)plm_aux_target_set(&self->aux, &self->target, qty, 0);\n"
    "        }\n"
    "    } else if (price > average) {\n"
    "        (void)plm_aux_target_set(&self->aux, &self->target, 0, 0);\n"
    "    }\n"
    "    return PLM_RESULT_OK;\n"
    "}\n"
    "\n"
    "/* Everything that happens to the account: orders, fills, funding, timers. */\n"
    "static plm_result on_report(state *self, const plm_report *report)\n"
    "{\n"
    "    (void)plm_aux_target_report(&self->aux, &self->target, report);\n"
    "    return PLM_RESULT_OK;\n"
    "}\n"
    "\n"
    "PLM_AUX_STRATEGY(state, \"@\", \"@\", \"Buys below the average, sells above it.\", params, "
    "start,\n"
    "                 on_event, on_report);\n";

static const char build_text[] =
    "project('@', 'c', default_options: ['c_std=c17', 'warning_level=3', 'buildtype=release'])\n"
    "\n"
    "shared_module('@', '@.c',\n"
    "  name_prefix: '',\n"
    "  gnu_symbol_visibility: 'hidden',\n"
    "  dependencies: dependency('plimsoll'))\n";

static const char run_text[] = "# plimsoll run run.yaml --strategy ./b/@.so\n"
                               "tape: walk.tape\n"
                               "venue:\n"
                               "  fees: {maker: 0.0002, taker: 0.0005}\n"
                               "accounts:\n"
                               "  - name: @\n"
                               "    strategy: @\n"
                               "    params: {span: 500, dip: 0.0001}\n"
                               "    collateral: {USDT: 10000}\n";

static const char readme_text[] =
    "# @\n"
    "\n"
    "A strategy for plimsoll. It needs meson, ninja, a C compiler and an installed plimsoll.\n"
    "\n"
    "    meson setup b && ninja -C b\n"
    "    plimsoll check b/@.so\n"
    "    plimsoll synth walk -o walk.tape --events 200000\n"
    "    plimsoll run run.yaml --strategy ./b/@.so\n"
    "\n"
    "`check` tries whether it keeps the rules of a plug-in. `run.yaml` sets the parameters;\n"
    "`--set accounts.@.params.span=100` overrides one of them, `--log FILE` writes down every\n"
    "order, fill and payment.\n"
    "\n"
    "The rules: no clock, no files, no randomness but the seed of the run, no variables outside\n"
    "the state, and memory from the host, before the replay begins. Then the same run gives the\n"
    "same digest everywhere. `plimsoll.h` is the whole interface, `plimsoll_aux.h` makes it "
    "short.\n";

typedef struct new_file {
    const char *suffix; /* of the name; with a dot inside it stands alone */
    const char *text;
} new_file;

static const new_file files[] = {
    {".c", source_text},
    {"meson.build", build_text},
    {"run.yaml", run_text},
    {"README.md", readme_text},
};
#define FILE_COUNT (sizeof files / sizeof *files)

/* -- writing --------------------------------------------------------------------------------- */

static void name_file(const char *folder, const char *name, const new_file *file,
                      char out[PLACE_CAP])
{
    (void)snprintf(out, PLACE_CAP, "%s/%s%s", folder, file->suffix[0] == '.' ? name : "",
                   file->suffix);
}

static plm_status write_file(const char *place, const char *name, const char *text, plm_diag *diag)
{
    FILE *const file = fopen(place, "w");
    if (file == NULL) {
        return plm_fail_errno(diag, errno, "%s", place);
    }
    bool good = true;
    for (const char *at = text; *at != '\0'; at++) {
        good = (*at == '@' ? fputs(name, file) : fputc(*at, file)) != EOF && good;
    }
    int const reason = errno;
    if (fclose(file) != 0 || !good) {
        return plm_fail_errno(diag, good ? errno : reason, "%s", place);
    }
    return PLM_OK;
}

/* Half a strategy is none. */
static void take_back(const char *folder, const char *name)
{
    for (size_t i = 0; i < FILE_COUNT; i++) {
        char place[PLACE_CAP];
        name_file(folder, name, &files[i], place);
        (void)unlink(place);
    }
    (void)rmdir(folder);
}

static plm_status make_folder(const char *folder, bool force, plm_diag *diag, bool *out_made)
{
    *out_made = mkdir(folder, 0777) == 0;
    if (*out_made || (errno == EEXIST && force)) {
        return PLM_OK;
    }
    if (errno == EEXIST) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "new strategy: %s exists already; --force writes into it", folder);
    }
    return plm_fail_errno(diag, errno, "%s", folder);
}

static plm_status check_name(const char *name, plm_diag *diag)
{
    size_t const size = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
    if (name[0] < 'a' || name[0] > 'z' || name[size] != '\0' || size > NAME_MAX_SIZE) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "new strategy: '%s': allowed is a letter from a to z, then up to %u of "
                        "a-z, 0-9 and -",
                        name, NAME_MAX_SIZE - 1);
    }
    return PLM_OK;
}

static void tell(plm_session *session, const char *folder, const char *name)
{
    if (session->json) {
        json_t *const json = plm_json_open("new");
        json_t *const list = plm_json_array();
        for (size_t i = 0; i < FILE_COUNT; i++) {
            char place[PLACE_CAP];
            name_file(folder, name, &files[i], place);
            plm_json_add(list, plm_json_string(place));
        }
        plm_json_text(json, "strategy", name);
        plm_json_put(json, "files", list);
        plm_json_print(&session->out, json);
    } else if (!session->quiet) {
        plm_out_printf(&session->out,
                       "%s: a strategy that builds and runs; README.md in it says how:\n\n"
                       "    cd %s && meson setup b && ninja -C b && plimsoll check b/%s.so\n",
                       folder, folder, name);
    }
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    const char *const name = session->operand[0];
    PLM_TRY(check_name(name, diag));
    const char *const given = plm_session_text(session, "output");
    const char *const folder = given == NULL ? name : given;
    if (strlen(folder) + NAME_MAX_SIZE + sizeof "/meson.build" > PLACE_CAP) {
        return plm_fail_errno(diag, ENAMETOOLONG, "%.64s...", folder);
    }
    bool made = false;
    PLM_TRY(make_folder(folder, plm_session_flag(session, "force"), diag, &made));
    plm_status status = PLM_OK;
    for (size_t i = 0; i < FILE_COUNT && status >= 0; i++) {
        char place[PLACE_CAP];
        name_file(folder, name, &files[i], place);
        status = write_file(place, name, files[i].text, diag);
    }
    if (status < 0 && made) {
        take_back(folder, name);
    }
    PLM_TRY(status);
    tell(session, folder, name);
    return PLM_OK;
}

static const plm_option options[] = {
    {.name = "output",
     .letter = 'o',
     .type = PLM_OPTION_TEXT,
     .value = "DIR",
     .help = "the folder; a new one with the strategy's name if not given"},
    {.name = "force",
     .type = PLM_OPTION_FLAG,
     .value = "",
     .help = "write into a folder that exists; its files of the same names are lost"},
};

const plm_command plm_cmd_new_strategy = {
    .name = "new strategy",
    .summary = "begin a strategy of your own",
    .operands = "NAME",
    .operand_min = 1,
    .operand_max = 1,
    .examples = "plimsoll new strategy mine\nplimsoll new strategy mine -o ~/strategies/mine\n",
    .text = "Writes a folder with a small strategy in C, its meson.build, a run file and a README. "
            "It builds against the installed plimsoll.h and runs from its .so file.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
