/*
 * import_report.c - the report as text for people and as JSON for the tape.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "decimal.h"
#include "import.h"
#include "memory.h"
#include "timetext.h"

typedef struct text {
    char *bytes;
    size_t size, cap;
} text;

static void PLM_PRINTF(2, 3) add(text *out, const char *format, ...)
{
    char piece[2 * PLM_REPORT_TEXT_CAP];
    va_list arguments;
    va_start(arguments, format);
    int const length = vsnprintf(piece, sizeof piece, format, arguments);
    va_end(arguments);
    plm_assert(length >= 0 && (size_t)length < sizeof piece);
    size_t const size = (size_t)length;
    if (out->cap - out->size <= size) {
        out->cap = (out->cap + size + 1) * 2;
        out->bytes = plm_realloc(out->bytes, out->cap, 1);
    }
    memcpy(out->bytes + out->size, piece, size + 1);
    out->size += size;
}

/* Bytes of foreign files: what JSON or a terminal would not show as it is becomes \u00NN. */
static void add_quoted(text *out, const char *bytes)
{
    add(out, "\"");
    for (const char *at = bytes; *at != '\0'; at++) {
        uint8_t const byte = (uint8_t)*at;
        if (byte == '"' || byte == '\\') {
            add(out, "\\%c", *at);
        } else if (byte < 0x20 || byte >= 0x7f) {
            add(out, "\\u%04x", byte);
        } else {
            add(out, "%c", *at);
        }
    }
    add(out, "\"");
}

static uint64_t count_rejected(const plm_import_report *report)
{
    uint64_t sum = 0;
    for (unsigned reason = 1; reason < PLM_REJECT_COUNT; reason++) {
        sum += report->rejected[reason];
    }
    plm_assert(report->rows_read == report->rows_written + sum);
    return sum;
}

/* Strange and yet taken. */
static void add_oddities(text *out, const plm_import_report *report)
{
    if (report->recv_early > 0) {
        char lead[PLM_DECIMAL_TEXT_CAP];
        (void)plm_decimal_format(report->recv_lead, 9, lead);
        add(out, "second stamp before the first: %llu row%s, by up to %s s\n",
            (unsigned long long)report->recv_early, report->recv_early == 1 ? "" : "s", lead);
    }
    if (report->off_grid > 0) {
        add(out, "%llu value%s not on the tick or lot of the instrument, first: %s, line %llu\n",
            (unsigned long long)report->off_grid, report->off_grid == 1 ? " is" : "s are",
            report->off_grid_symbol, (unsigned long long)report->off_grid_line);
    }
    if (report->gaps > 0) {
        char from[PLM_TIME_TEXT_CAP];
        char length[PLM_TIME_TEXT_CAP];
        (void)plm_time_format(report->gap_from, from);
        (void)plm_duration_format(report->gap_to - report->gap_from, length);
        add(out, "gaps: %llu, the longest from %s, %s\n", (unsigned long long)report->gaps, from,
            length);
    }
    for (uint32_t i = 0; i < report->note_count; i++) {
        const plm_import_note *const note = &report->notes[i];
        add(out, "%s: %llu, first in line %llu\n", note->what, (unsigned long long)note->count,
            (unsigned long long)note->line);
    }
}

char *plm_import_report_text(const plm_import_report *report)
{
    text out = {NULL, 0, 0};
    add(&out, "rows: %llu read = %llu written + %llu rejected\n",
        (unsigned long long)report->rows_read, (unsigned long long)report->rows_written,
        (unsigned long long)count_rejected(report));
    add(&out, "events: %llu written\n", (unsigned long long)report->events_written);
    if (report->events_repeated > 0) {
        add(&out, "left out: %llu events that repeat the last of their kind\n",
            (unsigned long long)report->events_repeated);
    }
    if (report->newest_first) {
        add(&out, "order: rows are newest first, turned round\n");
    }
    if (report->reordered > 0) {
        add(&out, "sorted: %llu rows were out of order\n", (unsigned long long)report->reordered);
    }
    add_oddities(&out, report);
    for (unsigned reason = 1; reason < PLM_REJECT_COUNT; reason++) {
        uint64_t const count = report->rejected[reason];
        if (count == 0) {
            continue;
        }
        add(&out, "rejected, %s: %llu\n", plm_reject_name((plm_reject)reason),
            (unsigned long long)count);
        for (unsigned i = 0; i < PLM_REPORT_EXAMPLES && i < count; i++) {
            add(&out, "    ");
            add_quoted(&out, report->example[reason][i]);
            add(&out, "\n");
        }
    }
    return out.bytes;
}

char *plm_import_report_json(const plm_import_report *report)
{
    text out = {NULL, 0, 0};
    add(&out,
        "{\"rows_read\":%llu,\"rows_written\":%llu,\"rows_rejected\":%llu,\"rows_sorted\":%llu,",
        (unsigned long long)report->rows_read, (unsigned long long)report->rows_written,
        (unsigned long long)count_rejected(report), (unsigned long long)report->reordered);
    add(&out,
        "\"newest_first\":%s,\"recv_early_rows\":%llu,\"recv_early_max_ns\":%lld,"
        "\"off_grid_values\":%llu,",
        report->newest_first ? "true" : "false", (unsigned long long)report->recv_early,
        (long long)report->recv_lead, (unsigned long long)report->off_grid);
    add(&out, "\"gaps\":%llu,\"gap_longest_ns\":%lld,\"notes\":[", (unsigned long long)report->gaps,
        (long long)(report->gap_to - report->gap_from));
    for (uint32_t i = 0; i < report->note_count; i++) {
        add(&out, "%s{\"what\":", i > 0 ? "," : "");
        add_quoted(&out, report->notes[i].what);
        add(&out, ",\"count\":%llu,\"line\":%llu}", (unsigned long long)report->notes[i].count,
            (unsigned long long)report->notes[i].line);
    }
    add(&out, "],\"events_written\":%llu,\"events_repeated\":%llu,\"rejected\":{",
        (unsigned long long)report->events_written, (unsigned long long)report->events_repeated);
    const char *comma = "";
    for (unsigned reason = 1; reason < PLM_REJECT_COUNT; reason++) {
        uint64_t const count = report->rejected[reason];
        if (count == 0) {
            continue;
        }
        add(&out, "%s\"%s\":{\"rows\":%llu,\"examples\":[", comma,
            plm_reject_name((plm_reject)reason), (unsigned long long)count);
        for (unsigned i = 0; i < PLM_REPORT_EXAMPLES && i < count; i++) {
            add(&out, i == 0 ? "" : ",");
            add_quoted(&out, report->example[reason][i]);
        }
        add(&out, "]}");
        comma = ",";
    }
    add(&out, "}}");
    return out.bytes;
}
