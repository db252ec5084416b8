/*
 * import_rows.c - finds the instruments that a file speaks of.
 */
#include "import_rows.h"

#include <stdio.h>
#include <string.h>

#include "memory.h"

void plm_import_rows_init(plm_import_rows *rows, const plm_import_options *options)
{
    *rows = (plm_import_rows){.options = options, .met = plm_symbol_map_create()};
    plm_row_table_init(&rows->table);
}

void plm_import_rows_fini(plm_import_rows *rows)
{
    plm_row_table_fini(&rows->table);
    plm_symbol_map_destroy(rows->met);
    plm_free(rows->lives);
}

static bool is_wanted(const plm_import_options *options, const char *symbol)
{
    for (uint32_t i = 0; i < options->only_count; i++) {
        if (strcmp(options->only[i], symbol) == 0) {
            return true;
        }
    }
    return options->only_count == 0;
}

static bool find_described(const plm_import_options *options, const char *symbol,
                           plm_instrument *out)
{
    for (uint32_t i = 0; i < options->row_count; i++) {
        if (strcmp(options->rows[i].symbol, symbol) == 0) {
            *out = options->rows[i];
            return true;
        }
    }
    return false;
}

plm_status plm_import_rows_add_described(plm_import_rows *rows, plm_diag *diag)
{
    const plm_import_options *const options = rows->options;
    uint32_t place = 0;
    for (uint32_t i = 0; options->as == NULL && i < options->row_count; i++) {
        PLM_TRY(plm_row_table_add(&rows->table, &options->rows[i], diag, &place));
    }
    rows->lives = plm_alloc(rows->table.count + 1, sizeof *rows->lives);
    return PLM_OK;
}

const char *plm_import_rows_venue(const plm_import_rows *rows, const char *symbol)
{
    const plm_import_options *const options = rows->options;
    plm_instrument row;
    if (options->venue != NULL) {
        return options->venue;
    }
    if (!(options->as != NULL && find_described(options, options->as, &row)) &&
        !find_described(options, symbol, &row)) {
        return NULL;
    }
    return row.kind == PLM_INST_SPOT      ? "binance"
           : row.kind == PLM_INST_INVERSE ? "binance-cm"
           : row.kind == PLM_INST_LINEAR  ? "binance-um"
                                          : NULL;
}

/* Words that say what to type. */
static bool ask_for(const char *venue, const char *symbol, plm_refusal *refusal)
{
    char allowed[PLM_REFUSAL_CAP];
    (void)snprintf(allowed, sizeof allowed,
                   "describe it: --instrument %s=KIND,px_scale=...,tick=...,... or --instruments "
                   "FILE.yaml%s",
                   symbol, venue == NULL ? ", or say whose symbol it is: --venue NAME" : "");
    return plm_refuse(
        refusal, PLM_REJECT_UNKNOWN, allowed, "the instrument %s is not described%s%s", symbol,
        venue != NULL ? " and not among the well-known ones of " : "", venue != NULL ? venue : "");
}

static const plm_known_life *find_life(const char *venue, const char *symbol)
{
    const plm_known_life *life = NULL;
    for (size_t i = 0; venue != NULL && (life = plm_known_life_at(i)) != NULL; i++) {
        if (strcmp(life->venue, venue) == 0 && strcmp(life->symbol, symbol) == 0) {
            return life;
        }
    }
    return NULL;
}

static bool add_row(plm_import_rows *rows, const char *venue, const char *symbol,
                    plm_refusal *refusal, uint32_t *out_row)
{
    const plm_import_options *const options = rows->options;
    const char *const name = options->as != NULL ? options->as : symbol;
    plm_instrument row;
    uint32_t const there = plm_symbol_map_find(rows->table.symbols, name, strlen(name));
    if (options->as == NULL && there != PLM_SYMBOL_ABSENT) {
        *out_row = there;
        return true;
    }
    if (options->as != NULL && rows->table.count > 0) {
        return plm_refuse(refusal, PLM_REJECT_UNKNOWN,
                          "'as' gives a name to the one symbol of a file",
                          "a second symbol, %s, in a file that has 'as'", symbol);
    }
    if (!find_described(options, name, &row) && !find_described(options, symbol, &row) &&
        (venue == NULL || !plm_known_row_find(venue, symbol, &row))) {
        return ask_for(venue, symbol, refusal);
    }
    (void)snprintf(row.symbol, sizeof row.symbol, "%s", name);
    plm_diag diag;
    plm_diag_init(&diag);
    if (plm_row_table_add(&rows->table, &row, &diag, out_row) != PLM_OK) {
        return plm_refuse(refusal, PLM_REJECT_UNKNOWN, "fewer are allowed", "%s", diag.text);
    }
    rows->lives = plm_realloc(rows->lives, rows->table.count, sizeof *rows->lives);
    rows->lives[*out_row] = find_life(venue, symbol);
    return true;
}

bool plm_import_rows_find(plm_import_rows *rows, const char *venue, const char *symbol,
                          size_t symbol_size, plm_refusal *refusal, uint32_t *out_row)
{
    if (symbol_size == rows->before_size && symbol_size > 0 &&
        memcmp(symbol, rows->before, symbol_size) == 0) {
        *out_row = rows->before_row;
        return true;
    }
    uint32_t row = plm_symbol_map_find(rows->met, symbol, symbol_size);
    if (symbol_size == 0 || symbol_size >= PLM_SYMBOL_CAP) {
        return plm_refuse(refusal, symbol_size == 0 ? PLM_REJECT_BLANK : PLM_REJECT_UNKNOWN,
                          "a symbol of 1 to 63 bytes is needed", "symbol is '%.*s'",
                          symbol_size > 60 ? 60 : (int)symbol_size, symbol);
    }
    if (row == PLM_SYMBOL_ABSENT) {
        char text[PLM_SYMBOL_CAP];
        memcpy(text, symbol, symbol_size);
        text[symbol_size] = '\0';
        if (!is_wanted(rows->options, text)) {
            return plm_refuse(refusal, PLM_REJECT_DECLARED, "", "not one of --only");
        }
        venue = rows->options->venue != NULL ? rows->options->venue : venue;
        if (!add_row(rows, venue, text, refusal, &row)) {
            return false;
        }
        (void)plm_symbol_map_add(rows->met, symbol, symbol_size, row);
    }
    memcpy(rows->before, symbol, symbol_size);
    rows->before_size = symbol_size;
    rows->before_row = row;
    *out_row = row;
    return true;
}
