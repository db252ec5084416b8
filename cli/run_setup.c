/*
 * run_setup.c - a run file with all that it needs at hand: its tape, its strategies, its spec.
 */
#include "run_setup.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "rulebook_path.h"

/* A name is one that ships; a path starts at the folder of the run file. */
static plm_status open_rulebook(void *context, const plm_config_node *node, const char *folder,
                                plm_diag *diag, plm_rulebook **out)
{
    (void)context;
    char shipped[PLM_SHIPPED_PATH_CAP];
    char path[2 * PLM_SHIPPED_PATH_CAP + 4096];
    plm_diag why;
    plm_diag_init(&why);
    if (plm_rulebook_path(node->text, &why, shipped) < 0) {
        return plm_config_fail(node, diag, "%s", why.text);
    }
    const bool inside = strcmp(shipped, node->text) == 0 && shipped[0] != '/' && folder[0] != '\0';
    (void)snprintf(path, sizeof path, "%s%s%s", inside ? folder : "", inside ? "/" : "", shipped);
    if (access(path, F_OK) != 0) {
        return plm_config_fail(node, diag, "there is no file '%s'", path);
    }
    return plm_rulebook_read(path, diag, out);
}

static plm_status read_file(const plm_run_source *source, plm_diag *diag, plm_run_setup *out)
{
    plm_rulebook_source const rulebooks = {.open = open_rulebook};
    PLM_TRY(plm_run_file_parse(source->path, source->text, source->sets, source->set_count,
                               &rulebooks, diag, &out->file));
    return source->tape != NULL ? PLM_OK : plm_run_file_check_tape(out->file, diag);
}

static plm_status check_clock(const plm_run_setup *setup, plm_diag *diag)
{
    if (setup->spec->feed_recorded && !plm_tape_get_info(setup->tape)->has_recv) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "%s: has no second clock, which 'venue.latency.feed: recorded' needs; "
                        "allowed: a duration",
                        setup->spec->tape);
    }
    return PLM_OK;
}

static plm_status check_insurance(const plm_run_setup *setup, plm_diag *diag)
{
    if (setup->spec->insurance_tape &&
        (plm_tape_get_info(setup->tape)->kinds & PLM_EV_BIT(PLM_EV_INSURANCE)) == 0) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "%s: has no insurance events, which 'venue.insurance: tape' needs; "
                        "allowed: amounts",
                        setup->spec->tape);
    }
    return PLM_OK;
}

plm_status plm_run_setup_open_from(const plm_session *session, plm_worker *worker,
                                   const plm_run_source *source, plm_diag *diag, plm_run_setup *out)
{
    *out = (plm_run_setup){0};
    plm_libraries_init(&out->libraries, plm_worker_beat(worker));
    plm_assert(source->set_count <= PLM_OPTION_LIST_MAX + 1);
    for (; out->set_count < source->set_count; out->set_count++) {
        out->set[out->set_count] = source->sets[out->set_count];
    }
    PLM_TRY(read_file(source, diag, out));
    const char *const tape = source->tape != NULL ? source->tape : plm_run_file_tape(out->file);
    PLM_TRY(plm_tape_open(tape, diag, &out->tape));
    const plm_tape_info *const info = plm_tape_get_info(out->tape);
    plm_contracts_init(&out->contracts, info->rows, info->row_count);
    PLM_TRY(plm_libraries_add_given(&out->libraries, session, diag));
    PLM_TRY(plm_libraries_answer(&out->libraries, out->file, diag));
    PLM_TRY(plm_libraries_add_models(&out->libraries, out->file, diag));
    PLM_TRY(plm_run_file_resolve(out->file, &out->contracts, out->libraries.answer,
                                 out->libraries.answer_count, diag, &out->spec));
    PLM_TRY(check_clock(out, diag));
    PLM_TRY(check_insurance(out, diag));
    for (uint32_t i = 0; i < out->spec->account_count; i++) {
        const plm_account_spec *const account = &out->spec->account[i];
        if (account->descriptor != NULL) {
            plm_worker_name(worker, i, account->name, account->descriptor->id);
        }
    }
    return PLM_OK;
}

plm_status plm_run_setup_open(const plm_session *session, plm_worker *worker, const char *seed,
                              plm_diag *diag, plm_run_setup *out)
{
    const plm_value *const value = plm_session_value(session, "set");
    const char *sets[PLM_OPTION_LIST_MAX + 1];
    uint32_t count = value->list_count;
    memcpy(sets, value->list, count * sizeof *sets);
    if (seed != NULL) {
        sets[count++] = seed;
    }
    const plm_run_source source = {.path = session->operand[0], .sets = sets, .set_count = count};
    return plm_run_setup_open_from(session, worker, &source, diag, out);
}

void plm_run_setup_close(plm_run_setup *setup)
{
    plm_run_file_destroy(setup->file);
    plm_libraries_fini(&setup->libraries);
    if (setup->tape != NULL) {
        plm_contracts_fini(&setup->contracts);
        plm_tape_close(setup->tape);
    }
}
