/*
 * csv_json_rows.c - finds the inner lists, and their values.
 */
#include "csv_json_rows.h"

void plm_csv_json_rows_begin(plm_csv_json_rows *rows, const char *name)
{
    *rows = (plm_csv_json_rows){.name = name};
}

static plm_status fail_at(const plm_csv_json_rows *rows, size_t at, const char *problem,
                          plm_diag *diag)
{
    return plm_fail(diag, PLM_ERR_INPUT, "%s: byte %llu: %s", rows->name,
                    (unsigned long long)(rows->offset + at), problem);
}

/* The list that begins at bytes[start]. */
static plm_status give_row(plm_csv_json_rows *rows, const char *bytes, size_t size, size_t start,
                           bool last, plm_diag *diag, plm_row *row)
{
    bool bad = false;
    size_t const span = plm_json_span(bytes + start, size - start, last, &bad);
    if (bad) {
        return fail_at(rows, start, "this is not JSON", diag);
    }
    if (span > PLM_ROW_BYTES_MAX || (span == 0 && size - start >= PLM_ROW_BYTES_MAX + 2)) {
        return fail_at(rows, start, "a row of more than 65536 bytes", diag);
    }
    if (span == 0) {
        return PLM_END;
    }
    row->line = ++rows->row;
    row->text = bytes + start;
    row->size = span;
    row->refusal.reason = PLM_REJECT_NONE;
    return PLM_OK;
}

static plm_status find_row(plm_csv_json_rows *rows, const char *bytes, size_t size, bool last,
                           plm_diag *diag, size_t *out_consumed, plm_row *row)
{
    size_t at = 0;
    for (;;) {
        plm_json_scan trial = rows->scan;
        plm_csv_text text;
        size_t used = 0;
        plm_json_kind const kind = plm_json_next(&trial, bytes + at, size - at, last, &text, &used);
        if (kind == PLM_JSON_ARRAY && rows->scan.depth == 1) {
            size_t const start = at + used - 1;
            plm_status const status = give_row(rows, bytes, size, start, last, diag, row);
            rows->scan.after_comma = false;
            rows->scan.after_value = status == PLM_OK;
            *out_consumed = status == PLM_OK ? start + row->size : start;
            return status;
        }
        rows->scan = trial;
        at += used;
        *out_consumed = at;
        if (kind == PLM_JSON_BAD) {
            return fail_at(rows, at, "this is not JSON", diag);
        }
        if (kind == PLM_JSON_NONE) {
            return size - at < PLM_ROW_BYTES_MAX + 2
                       ? PLM_END
                       : fail_at(rows, at, "a value of more than 65536 bytes", diag);
        }
        bool const outer = (kind == PLM_JSON_ARRAY && trial.depth == 1) ||
                           (kind == PLM_JSON_ARRAY_END && trial.depth == 0);
        if (!outer) {
            return fail_at(rows, at, "a list of lists is needed: [[...],[...]]", diag);
        }
    }
}

plm_status plm_csv_json_rows_next(plm_csv_json_rows *rows, const char *bytes, size_t size,
                                  bool last, plm_diag *diag, size_t *out_consumed, plm_row *row)
{
    *out_consumed = 0;
    plm_status const status = find_row(rows, bytes, size, last, diag, out_consumed, row);
    rows->offset += *out_consumed;
    return status;
}

bool plm_csv_json_split(const char *text, size_t size, plm_refusal *refusal, plm_csv_text *out,
                        size_t *out_count)
{
    plm_json_scan scan = {0};
    size_t count = 0;
    for (size_t at = 0;;) {
        plm_csv_text value;
        size_t used = 0;
        plm_json_kind const kind = plm_json_next(&scan, text + at, size - at, true, &value, &used);
        at += used;
        if (kind == PLM_JSON_ARRAY_END) {
            *out_count = count;
            return true;
        }
        if (scan.depth != 1) {
            return plm_refuse(refusal, PLM_REJECT_SYNTAX, "numbers, texts and null are allowed",
                              "a list or an object within a row");
        }
        if (kind == PLM_JSON_ARRAY) {
            continue;
        }
        if (count == PLM_CSV_FIELDS_MAX) {
            return plm_refuse(refusal, PLM_REJECT_SYNTAX, "at most 1024 fields are allowed",
                              "too many fields");
        }
        bool const word = kind == PLM_JSON_TRUE || kind == PLM_JSON_FALSE;
        out[count++] = word ? (plm_csv_text){kind == PLM_JSON_TRUE ? "true" : "false",
                                             kind == PLM_JSON_TRUE ? 4 : 5}
                            : value;
    }
}
