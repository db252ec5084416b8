/*
 * cmd_version.c - plimsoll version: of the program and of the formats it speaks.
 */
#include "commands.h"
#include "jsonout.h"
#include "tape_write.h"

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

static plm_status run(plm_session *session, plm_diag *diag)
{
    (void)diag;
    if (session->json) {
        json_t *json = plm_json_open("version");
        plm_json_text(json, "version", PLM_VERSION);
        plm_json_count(json, "tape_format", PLM_TAPE_VERSION);
        plm_json_count(json, "digest_form", PLM_TAPE_DIGEST_VERSION);
        plm_json_text(json, "compiler", COMPILER);
        plm_json_print(&session->out, json);
        return PLM_OK;
    }
    plm_out_printf(&session->out, "plimsoll %s\ntape format %u, digest form %u\n%s\n", PLM_VERSION,
                   PLM_TAPE_VERSION, PLM_TAPE_DIGEST_VERSION, COMPILER);
    return PLM_OK;
}

const plm_command plm_cmd_version = {
    .name = "version",
    .summary = "version of the program and of the formats it speaks",
    .operands = "",
    .examples = "plimsoll version\nplimsoll version --json\n",
    .text = "",
    .run = run,
};
