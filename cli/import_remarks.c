/*
 * import_remarks.c - equal inputs, inputs that overlap in time, prices that jump, and imports
 * without events.
 */
#include "import_remarks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kinds.h"
#include "memory.h"
#include "timetext.h"

/* An instrument of one input. */
typedef struct entry {
    const char *symbol;
    uint32_t input;
    plm_import_extent extent;
} entry;

typedef struct overlap {
    uint64_t count;
    const char *symbol; /* of the first one; its kind and inputs */
    unsigned kind;
    uint32_t input[2];
} overlap;

static void add_remark(json_t *list, const plm_import_input *a, const plm_import_input *b,
                       const char *what)
{
    char text[3 * PLM_SHOWN_CAP];
    (void)snprintf(text, sizeof text, "%.*s and %.*s %s", PLM_SHOWN_CAP, a->path, PLM_SHOWN_CAP,
                   b->path, what);
    plm_json_add(list, plm_json_string(text));
}

/* Only the first pair is named: whoever reads it looks at the command line. */
static bool find_equal(const plm_import_input *inputs, uint32_t count, json_t *list)
{
    for (uint32_t i = 1; i < count; i++) {
        plm_import_content const one = plm_import_get_content(inputs[i].import);
        for (uint32_t j = 0; j < i; j++) {
            plm_import_content const other = plm_import_get_content(inputs[j].import);
            if (one.size == other.size && one.crc == other.crc) {
                add_remark(list, &inputs[j], &inputs[i], "have equal content");
                return true;
            }
        }
    }
    return false;
}

static int compare_entries(const void *left, const void *right)
{
    const entry *const a = left;
    const entry *const b = right;
    int const order = strcmp(a->symbol, b->symbol);
    if (order != 0) {
        return order;
    }
    if (a->extent.first != b->extent.first) {
        return a->extent.first < b->extent.first ? -1 : 1;
    }
    return a->input < b->input ? -1 : a->input > b->input;
}

static uint64_t collect(const plm_import_input *inputs, uint32_t count, entry **out)
{
    uint64_t total = 0;
    for (uint32_t i = 0; i < count; i++) {
        total += plm_import_stream(inputs[i].import)->row_count;
    }
    entry *const entries = plm_alloc(total + 1, sizeof *entries);
    uint64_t used = 0;
    for (uint32_t i = 0; i < count; i++) {
        const plm_stream *const stream = plm_import_stream(inputs[i].import);
        for (uint32_t row = 0; row < stream->row_count; row++) {
            plm_import_extent const extent = plm_import_get_extent(inputs[i].import, row);
            if (extent.kinds != 0) {
                entries[used++] = (entry){stream->rows[row].symbol, i, extent};
            }
        }
    }
    qsort(entries, used, sizeof *entries, compare_entries);
    *out = entries;
    return used;
}

/* One after another in the order of their begin: who begins before another of its symbol and kind
 * has ended overlaps it. */
static void find_overlaps(const entry *entries, uint64_t count, overlap *out)
{
    const entry *open[PLM_EV_KIND_COUNT] = {NULL}; /* by kind: the one that ends last so far */
    for (uint64_t i = 0; i < count; i++) {
        const entry *const now = &entries[i];
        if (i > 0 && strcmp(entries[i - 1].symbol, now->symbol) != 0) {
            memset(open, 0, sizeof open);
        }
        bool found = false;
        for (unsigned kind = 1; kind < PLM_EV_KIND_COUNT; kind++) {
            if ((now->extent.kinds & PLM_EV_BIT(kind)) == 0) {
                continue;
            }
            const entry *const before = open[kind];
            if (before != NULL && now->extent.first < before->extent.last && !found) {
                found = true;
                if (out->count++ == 0) {
                    out->symbol = now->symbol;
                    out->kind = kind;
                    out->input[0] = before->input;
                    out->input[1] = now->input;
                }
            }
            if (before == NULL || now->extent.last > before->extent.last) {
                open[kind] = now;
            }
        }
    }
}

static void remark_overlaps(const plm_import_input *inputs, uint32_t count, json_t *list)
{
    entry *entries = NULL;
    overlap found = {0};
    uint64_t const used = collect(inputs, count, &entries);
    find_overlaps(entries, used, &found);
    if (found.count > 0) {
        char rest[256];
        (void)snprintf(rest, sizeof rest, "both have %s of %s over the same time",
                       plm_kind_find(found.kind)->name, found.symbol);
        size_t const size = strlen(rest);
        if (found.count > 1) {
            (void)snprintf(rest + size, sizeof rest - size, "; %llu more such cases",
                           (unsigned long long)found.count - 1);
        }
        add_remark(list, &inputs[found.input[0]], &inputs[found.input[1]], rest);
    }
    plm_free(entries);
}

/* Behind a long silence the price is of another size, and nobody has said why. */
static void remark_jumps(const plm_import_input *inputs, uint32_t count, json_t *list)
{
    for (uint32_t i = 0; i < count; i++) {
        const plm_import_report *const report = plm_import_get_report(inputs[i].import);
        if (report->jumps == 0 || inputs[i].life_known) {
            continue;
        }
        char to[PLM_TIME_TEXT_CAP];
        char silence[PLM_TIME_TEXT_CAP];
        char text[2 * PLM_SHOWN_CAP];
        (void)plm_time_format(report->jump_to, to);
        (void)plm_duration_format(report->jump_to - report->jump_from, silence);
        (void)snprintf(text, sizeof text,
                       "%s: at %s %s has a price of another size, after a silence of %s: if it is "
                       "another coin, --relist says so",
                       inputs[i].path, to, report->jump_symbol, silence);
        plm_json_add(list, plm_json_string(text));
    }
}

json_t *plm_import_remarks(const plm_import_input *inputs, uint32_t count)
{
    json_t *list = plm_json_array();
    bool is_empty = true;
    for (uint32_t i = 0; i < count; i++) {
        const plm_import_report *const report = plm_import_get_report(inputs[i].import);
        /* Only plimsoll's own CSV says itself that it has no rows: an empty tape as text. */
        bool const declared =
            report->rows_read == 0 && strcmp(plm_import_format_name(inputs[i].import), "csv") == 0;
        is_empty = is_empty && report->events_written == 0 && !declared;
    }
    if (is_empty) {
        plm_json_add(list, plm_json_string("there are no events: the tape is empty"));
    } else if (!find_equal(inputs, count, list)) {
        remark_overlaps(inputs, count, list);
    }
    remark_jumps(inputs, count, list);
    return list;
}
