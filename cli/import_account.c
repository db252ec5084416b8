/*
 * import_account.c - what became of the rows of all inputs: as JSON for programs and for the tape,
 * and as text for people.
 */
#include "import_account.h"

#include <string.h>

#include "check.h"
#include "import_remarks.h"
#include "memory.h"
#include "tape_write.h"

/* The sum over the inputs; every row that was read is written or rejected, else the program is
 * wrong. */
static plm_import_report *sum_reports(const plm_import_input *inputs, uint32_t count)
{
    plm_import_report *sum = plm_alloc(1, sizeof *sum);
    uint64_t rejected = 0;
    for (uint32_t i = 0; i < count; i++) {
        const plm_import_report *part = plm_import_get_report(inputs[i].import);
        sum->rows_read += part->rows_read;
        sum->rows_written += part->rows_written;
        sum->events_written += part->events_written;
        sum->reordered += part->reordered;
        sum->recv_early += part->recv_early;
        sum->recv_lead = part->recv_lead > sum->recv_lead ? part->recv_lead : sum->recv_lead;
        sum->off_grid += part->off_grid;
        sum->gaps += part->gaps;
        for (unsigned reason = 0; reason < PLM_REJECT_COUNT; reason++) {
            sum->rejected[reason] += part->rejected[reason];
            rejected += part->rejected[reason];
        }
    }
    plm_assert(sum->rows_read == sum->rows_written + rejected);
    return sum;
}

static json_t *totals_json(const plm_import_input *inputs, uint32_t count, const char *on_error)
{
    plm_import_report *sum = sum_reports(inputs, count);
    json_t *json = plm_json_open("import-report");
    plm_json_text(json, "on_error", on_error);
    plm_json_count(json, "rows_read", sum->rows_read);
    plm_json_count(json, "rows_written", sum->rows_written);
    plm_json_count(json, "rows_rejected", sum->rows_read - sum->rows_written);
    plm_json_count(json, "rows_sorted", sum->reordered);
    plm_json_count(json, "recv_early_rows", sum->recv_early);
    plm_json_count(json, "recv_early_max_ns", (uint64_t)sum->recv_lead);
    plm_json_count(json, "off_grid_values", sum->off_grid);
    plm_json_count(json, "gaps", sum->gaps);
    plm_json_count(json, "events_written", sum->events_written);
    json_t *reasons = plm_json_object();
    for (unsigned reason = 1; reason < PLM_REJECT_COUNT; reason++) {
        if (sum->rejected[reason] > 0) {
            plm_json_count(reasons, plm_reject_name((plm_reject)reason), sum->rejected[reason]);
        }
    }
    plm_json_put(json, "rejected", reasons);
    plm_json_put(json, "remarks", plm_import_remarks(inputs, count));
    plm_free(sum);
    return json;
}

json_t *plm_import_account_json(const plm_import_input *inputs, uint32_t count,
                                const char *on_error)
{
    json_t *json = totals_json(inputs, count, on_error);
    json_t *files = plm_json_array();
    for (uint32_t i = 0; i < count; i++) {
        json_t *entry = plm_json_object();
        char *text = plm_import_report_json(plm_import_get_report(inputs[i].import));
        plm_json_text(entry, "file", inputs[i].path);
        plm_json_text(entry, "format", plm_import_format_name(inputs[i].import));
        plm_json_put(entry, "report", json_loads(text, 0, NULL));
        plm_json_add(files, entry);
        plm_free(text);
    }
    plm_json_put(json, "files", files);
    return json;
}

char *plm_import_account_stored(const plm_import_input *inputs, uint32_t count,
                                const char *on_error)
{
    char *text = plm_json_flat(plm_import_account_json(inputs, count, on_error));
    if (strlen(text) > PLM_REPORT_TEXT_MAX) {
        plm_free(text);
        text = plm_json_flat(totals_json(inputs, count, on_error));
    }
    return text;
}

void plm_import_account_print(plm_out *out, const plm_import_input *inputs, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        char name[PLM_SHOWN_CAP];
        char *text = plm_import_report_text(plm_import_get_report(inputs[i].import));
        plm_out_printf(out, "%s (%s)\n", plm_console_printable(inputs[i].path, name, sizeof name),
                       plm_import_format_name(inputs[i].import));
        for (const char *line = text; *line != '\0';) {
            size_t const size = strcspn(line, "\n");
            plm_out_text(out, "  ");
            plm_out_write(out, line, size);
            plm_out_text(out, "\n");
            line += size + (line[size] == '\n' ? 1 : 0);
        }
        plm_free(text);
    }
    json_t *const remarks = plm_import_remarks(inputs, count);
    for (size_t i = 0; i < json_array_size(remarks); i++) {
        char shown[3 * PLM_SHOWN_CAP];
        plm_out_printf(out, "remark: %s\n",
                       plm_console_printable(json_string_value(json_array_get(remarks, i)), shown,
                                             sizeof shown));
    }
    json_decref(remarks);
}

bool plm_import_account_warns(const plm_import_input *inputs, uint32_t count)
{
    plm_import_report *sum = sum_reports(inputs, count);
    uint64_t const rejected = sum->rows_read - sum->rows_written;
    json_t *const remarks = plm_import_remarks(inputs, count);
    bool const warns = rejected > sum->rejected[PLM_REJECT_DECLARED] || sum->reordered > 0 ||
                       json_array_size(remarks) > 0;
    json_decref(remarks);
    plm_free(sum);
    return warns;
}
