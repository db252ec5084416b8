/*
 * cmd_tape_verify.c - plimsoll tape verify: reads everything and checks everything.
 */
#include "commands.h"
#include "figures.h"
#include "jsonout.h"
#include "tape_read.h"

static plm_status verify(const plm_session *session, uint32_t number, plm_diag *diag,
                         plm_tape_summary *out)
{
    plm_tape *tape = NULL;
    PLM_TRY(plm_session_tape(session, number, diag, &tape));
    const plm_status status = plm_tape_verify(tape, diag);
    const plm_tape_info *info = plm_tape_get_info(tape);
    out->events = info->events;
    for (unsigned i = 0; i < PLM_DIGEST_SIZE; i++) {
        out->digest[i] = info->digest[i];
    }
    plm_tape_close(tape);
    return status;
}

static void add_json(json_t *list, const char *path, plm_status status, const plm_diag *diag,
                     const plm_tape_summary *summary)
{
    json_t *entry = plm_json_object();
    plm_json_text(entry, "file", path);
    plm_json_flag(entry, "ok", status >= 0);
    if (status >= 0) {
        char digest[PLM_DIGEST_TEXT_CAP];
        plm_digest_text(summary->digest, digest);
        plm_json_count(entry, "events", summary->events);
        plm_json_text(entry, "digest", digest);
    } else {
        plm_json_text(entry, "error", diag->text);
    }
    plm_json_add(list, entry);
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    (void)diag; /* each file has a message of its own */
    plm_status first = PLM_OK;
    json_t *list = plm_json_array();
    for (uint32_t i = 0; i < session->operand_count; i++) {
        const char *path = session->operand[i];
        plm_tape_summary summary = {0};
        plm_diag one;
        plm_diag_init(&one);
        const plm_status status = verify(session, i, &one, &summary);
        if (status < 0) {
            plm_console_error(session->colour_err, one.text);
            first = first < 0 ? first : status;
        } else if (!session->quiet && !session->json) {
            char name[PLM_SHOWN_CAP];
            char count[PLM_FIGURES_CAP];
            plm_out_printf(
                &session->out, "%s: %sOK%s, %s event%s\n",
                plm_console_printable(path, name, sizeof name),
                session->colour_out ? PLM_GREEN : "", session->colour_out ? PLM_PLAIN : "",
                plm_figures_count(summary.events, count), summary.events == 1 ? "" : "s");
        }
        add_json(list, path, status, &one, &summary);
    }
    if (session->json) {
        json_t *json = plm_json_open("tape-verify");
        plm_json_flag(json, "ok", first >= 0);
        plm_json_put(json, "files", list);
        plm_json_print(&session->out, json);
    } else {
        json_decref(list);
    }
    return first;
}

const plm_command plm_cmd_tape_verify = {
    .name = "tape verify",
    .summary = "read everything and check everything",
    .operands = "FILE...",
    .operand_min = 1,
    .operand_max = PLM_OPERANDS_ANY,
    .examples = "plimsoll tape verify w.tape\nplimsoll tape verify *.tape -q && echo good\n",
    .text =
        "Checks every checksum, count and order, and computes the digest anew. Exit code 3 when "
        "a tape is damaged: the message names the offset.",
    .run = run,
};
