/*
 * instrument_args.c - instruments described on the command line and in files, with the rules of
 * instrument_text.h.
 */
#include "instrument_args.h"

#include <stdio.h>
#include <string.h>

#include "dbn_facts.h"
#include "instrument_config.h"
#include "instrument_text.h"
#include "memory.h"

void plm_instrument_list_fini(plm_instrument_list *list)
{
    plm_free(list->rows);
    *list = (plm_instrument_list){0};
}

/* `place` stands before the message. */
static plm_status add_row(plm_instrument_list *list, const char *place, const plm_instrument *row,
                          plm_diag *diag)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (strcmp(list->rows[i].symbol, row->symbol) == 0) {
            return plm_fail(diag, PLM_ERR_USAGE, "%s: %s is described twice; once is allowed",
                            place, row->symbol);
        }
    }
    if (list->count == list->cap) {
        list->cap = list->cap == 0 ? 16 : list->cap * 2;
        list->rows = plm_realloc(list->rows, list->cap, sizeof *list->rows);
    }
    list->rows[list->count++] = *row;
    return PLM_OK;
}

static plm_status add_argument(plm_instrument_list *list, const char *text, plm_diag *diag)
{
    char line[PLM_INSTRUMENT_TEXT_CAP];
    size_t const symbol_size = strcspn(text, "=");
    if (symbol_size == 0 || text[symbol_size] == '\0') {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "--instrument '%s': allowed is SYMBOL=KIND,KEY=VALUE,... such as "
                        "BTCUSDT=linear,px_scale=1,tick=0.1,qty_scale=3,lot=0.001,base=BTC,"
                        "quote=USDT,settle=USDT",
                        text);
    }
    if (strchr(text, ' ') != NULL) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "--instrument: '%s' has a blank in it; none is allowed", text);
    }
    int const size = snprintf(line, sizeof line, "symbol=%.*s kind=%s", (int)symbol_size, text,
                              text + symbol_size + 1);
    if (size < 0 || (size_t)size >= sizeof line) {
        return plm_fail(diag, PLM_ERR_USAGE, "--instrument: longer than %d bytes",
                        PLM_INSTRUMENT_TEXT_CAP - 1);
    }
    for (char *comma = strchr(line, ','); comma != NULL; comma = strchr(comma, ',')) {
        *comma = ' ';
    }
    plm_instrument row;
    plm_diag reason;
    plm_diag_init(&reason);
    if (plm_instrument_parse(line, strlen(line), &reason, &row) < 0) {
        return plm_fail(diag, PLM_ERR_USAGE, "--instrument: %s", reason.text);
    }
    return add_row(list, "--instrument", &row, diag);
}

static plm_status add_node(plm_instrument_list *list, const plm_config_node *map, plm_diag *diag)
{
    char place[PLM_SHOWN_CAP];
    plm_instrument row;
    (void)snprintf(place, sizeof place, "%s:%u:%u", map->file, map->line, map->column);
    PLM_TRY(plm_instrument_from_config(map, diag, &row));
    return add_row(list, place, &row, diag);
}

/* Databento definitions, as they are downloaded. */
static plm_status add_definitions(plm_instrument_list *list, const char *path, plm_diag *diag)
{
    plm_row_table table;
    plm_row_table_init(&table);
    plm_status status = plm_dbn_facts_read(path, diag, &table);
    for (uint32_t i = 0; i < table.count && status >= 0; i++) {
        status = add_row(list, path, &table.rows[i], diag);
    }
    plm_row_table_fini(&table);
    return status;
}

static plm_status add_file(plm_instrument_list *list, const char *path, plm_diag *diag)
{
    plm_config *config = NULL;
    if (plm_dbn_facts_probe(path)) {
        return add_definitions(list, path, diag);
    }
    PLM_TRY(plm_config_read(path, diag, &config));
    const plm_config_node *root = plm_config_root(config);
    plm_status status = plm_config_expect(root, PLM_CONFIG_LIST, diag);
    for (const plm_config_node *node = root->first; node != NULL && status >= 0;
         node = node->next) {
        status = add_node(list, node, diag);
    }
    plm_config_destroy(config);
    return status;
}

plm_status plm_instrument_args_read(const plm_session *session, plm_diag *diag,
                                    plm_instrument_list *out)
{
    plm_instrument_list list = {0};
    plm_status status = PLM_OK;
    const char *path = plm_session_text(session, "instruments");
    if (path != NULL) {
        status = add_file(&list, path, diag);
    }
    const plm_value *given = plm_session_value(session, "instrument");
    for (uint32_t i = 0; i < given->list_count && status >= 0; i++) {
        status = add_argument(&list, given->list[i], diag);
    }
    if (status < 0) {
        plm_instrument_list_fini(&list);
        return status;
    }
    *out = list;
    return PLM_OK;
}
