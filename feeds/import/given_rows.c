/*
 * given_rows.c - keeps the rows, finds them by symbol.
 */
#include "given_rows.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "known_rows.h"

static bool is_word(plm_csv_text text, const char *word)
{
    return text.size == strlen(word) && memcmp(text.bytes, word, text.size) == 0;
}

static void tell_decoder(plm_given_rows *rows)
{
    rows->decoder->rows = rows->table.rows;
    rows->decoder->row_count = rows->table.count;
}

plm_status plm_given_rows_init(plm_given_rows *rows, const plm_import_options *options,
                               plm_decoder *decoder, plm_diag *diag)
{
    if (options->map_path != NULL) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "%s: a column map was given with a format that needs none; one of them is "
                        "allowed",
                        options->map_path);
    }
    if (options->as != NULL) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "as=%s: this format has symbols of its own; allowed are those",
                        options->as);
    }
    *rows = (plm_given_rows){.options = options, .decoder = decoder};
    plm_row_table_init(&rows->table);
    uint32_t place = 0;
    for (uint32_t i = 0; i < options->row_count; i++) {
        plm_status const status = plm_row_table_add(&rows->table, &options->rows[i], diag, &place);
        if (status < 0) {
            plm_given_rows_fini(rows);
            return status;
        }
    }
    tell_decoder(rows);
    return PLM_OK;
}

void plm_given_rows_fini(plm_given_rows *rows)
{
    plm_row_table_fini(&rows->table);
    *rows = (plm_given_rows){.options = NULL};
}

plm_status plm_given_rows_need_symbol(const plm_given_rows *rows, const char *name, plm_diag *diag)
{
    return rows->options->symbol != NULL
               ? PLM_OK
               : plm_fail(diag, PLM_ERR_USAGE,
                          "%s: nothing in the file names the symbol; --symbol is needed", name);
}

uint32_t plm_given_rows_most(const plm_given_rows *rows)
{
    uint32_t known = 0;
    plm_instrument row;
    while (rows->options->venue != NULL && plm_known_row_at(known, &row) != NULL) {
        known++;
    }
    return rows->options->row_count + known;
}

static bool is_wanted(const plm_import_options *options, plm_csv_text symbol)
{
    for (uint32_t i = 0; i < options->only_count; i++) {
        if (is_word(symbol, options->only[i])) {
            return true;
        }
    }
    return options->only_count == 0;
}

/* A symbol that nobody described, if the venue has it. */
static bool add_known(plm_given_rows *rows, plm_csv_text symbol, uint32_t *out)
{
    char name[PLM_SYMBOL_CAP];
    plm_instrument row;
    plm_diag diag;
    plm_diag_init(&diag);
    if (rows->options->venue == NULL || symbol.size >= sizeof name) {
        return false;
    }
    memcpy(name, symbol.bytes, symbol.size);
    name[symbol.size] = '\0';
    if (!plm_known_row_find(rows->options->venue, name, &row) ||
        plm_row_table_add(&rows->table, &row, &diag, out) != PLM_OK) {
        return false;
    }
    tell_decoder(rows);
    return true;
}

bool plm_given_rows_find(plm_given_rows *rows, const plm_csv_text *text, plm_refusal *refusal,
                         uint32_t *out)
{
    plm_assert(text != NULL || rows->options->symbol != NULL);
    plm_csv_text const symbol =
        text != NULL ? *text : (plm_csv_text){rows->options->symbol, strlen(rows->options->symbol)};
    if (symbol.size == 0) {
        return plm_refuse(refusal, PLM_REJECT_BLANK, "a symbol is needed", "the symbol is empty");
    }
    if (rows->options->symbol != NULL && !is_word(symbol, rows->options->symbol)) {
        return plm_refuse(refusal, PLM_REJECT_DECLARED, "", "another symbol than that of --symbol");
    }
    if (rows->last < rows->table.count && is_word(symbol, rows->table.rows[rows->last].symbol)) {
        *out = rows->last;
        return true;
    }
    if (!is_wanted(rows->options, symbol)) {
        return plm_refuse(refusal, PLM_REJECT_DECLARED, "", "not one of --only");
    }
    uint32_t found = plm_symbol_map_find(rows->table.symbols, symbol.bytes, symbol.size);
    if (found == PLM_SYMBOL_ABSENT && !add_known(rows, symbol, &found)) {
        int const length = symbol.size > 60 ? 60 : (int)symbol.size;
        char allowed[PLM_REFUSAL_CAP];
        (void)snprintf(allowed, sizeof allowed,
                       "the file does not describe it: --instrument '%.*s=KIND,tick=...,lot=...' "
                       "or --instruments is needed",
                       length, symbol.bytes);
        return plm_refuse(refusal, PLM_REJECT_UNKNOWN, allowed, "no instrument '%.*s'", length,
                          symbol.bytes);
    }
    rows->last = found;
    *out = found;
    return true;
}
