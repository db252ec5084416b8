/*
 * csv_map.c - reads the column map and finds its columns in the header.
 */
#include "csv_map.h"

#include <string.h>

#include "check.h"
#include "instrument_config.h"
#include "memory.h"

/* -- sections -------------------------------------------------------------------------------- */

/* One byte of ASCII, or a word that stands for another one. */
static plm_status read_byte(const plm_config_node *node, const char *word, char meant,
                            plm_diag *diag, char *out)
{
    const char *text = NULL;
    PLM_TRY(plm_config_text(node, diag, &text));
    if (strcmp(text, word) == 0) {
        *out = meant;
        return PLM_OK;
    }
    if (node->size != 1 || text[0] <= ' ' || text[0] > '~') {
        return plm_config_fail(node, diag, "'%s'; allowed are one printable character or '%s'",
                               text, word);
    }
    *out = text[0];
    return PLM_OK;
}

static plm_status read_layout(const plm_config_node *node, plm_diag *diag, plm_csv_map *map)
{
    static const char *const KEYS[] = {"delimiter", "quote",    "comment", "header",
                                       "fields",    "exponent", "form",    NULL};
    if (node == NULL) {
        return PLM_OK;
    }
    PLM_TRY(plm_config_check_keys(node, KEYS, diag));
    const plm_config_node *const delimiter = plm_config_find(node, "delimiter");
    const plm_config_node *const quote = plm_config_find(node, "quote");
    const plm_config_node *const comment = plm_config_find(node, "comment");
    const plm_config_node *const header = plm_config_find(node, "header");
    const plm_config_node *const fields = plm_config_find(node, "fields");
    const plm_config_node *const exponent = plm_config_find(node, "exponent");
    const plm_config_node *const form = plm_config_find(node, "form");
    if (form != NULL) {
        static const char *const FORMS[] = {"lines", "json", NULL};
        size_t index = 0;
        PLM_TRY(plm_config_word(form, FORMS, diag, &index));
        map->json = index == 1;
    }
    if (delimiter != NULL) {
        PLM_TRY(read_byte(delimiter, "tab", '\t', diag, &map->delimiter));
    }
    if (quote != NULL) {
        PLM_TRY(read_byte(quote, "none", '\0', diag, &map->quote));
    }
    if (comment != NULL) {
        PLM_TRY(read_byte(comment, "none", '\0', diag, &map->comment));
    }
    if (header != NULL) {
        PLM_TRY(plm_config_bool(header, diag, &map->header));
    }
    if (exponent != NULL) {
        PLM_TRY(plm_config_bool(exponent, diag, &map->exponent));
    }
    if (map->delimiter == map->quote || map->delimiter == map->comment ||
        (map->quote != '\0' && map->quote == map->comment)) {
        return plm_config_fail(node, diag, "delimiter, quote and comment must differ");
    }
    if (map->json && (map->header || delimiter != NULL || quote != NULL || comment != NULL)) {
        return plm_config_fail(form, diag,
                               "rows of JSON have no header, delimiter, quotes or comments; write "
                               "header: false, and leave the others out");
    }
    if ((fields == NULL) != map->header) {
        return plm_config_fail(node, diag,
                               "'fields', the number of fields in a row, is needed exactly where "
                               "there is no header");
    }
    if (fields != NULL) {
        int64_t count = 0;
        PLM_TRY(plm_config_integer(fields, 1, PLM_CSV_FIELDS_MAX, diag, &count));
        map->field_count = (size_t)count;
    }
    return PLM_OK;
}

static plm_status read_clock(const plm_config_node *node, plm_diag *diag, plm_csv_cell *out)
{
    PLM_TRY(
        plm_csv_cell_read(node, PLM_CSV_PLAIN_COLUMN, PLM_CELL_UNIT | PLM_CELL_CLOCK, diag, out));
    if (out->node != NULL && (out->unit < PLM_UNIT_S || out->unit > PLM_UNIT_ISO)) {
        return plm_config_fail(node, diag,
                               "the unit is not declared; write {column: NAME, unit: U} with U one "
                               "of s, ms, us, ns, iso");
    }
    return PLM_OK;
}

static plm_status read_id(const plm_config_node *node, plm_diag *diag, plm_csv_map *map)
{
    PLM_TRY(plm_csv_cell_read(node, PLM_CSV_PLAIN_COLUMN, 0, diag, &map->id));
    return node == NULL || map->id.column != NULL
               ? PLM_OK
               : plm_config_fail(node, diag,
                                 "a constant is the same in all rows; a column is needed");
}

static plm_status read_match(const plm_config_node *node, plm_diag *diag, plm_csv_skip *out)
{
    static const char *const KEYS[] = {"column", "is", NULL};
    PLM_TRY(plm_config_check_keys(node, KEYS, diag));
    const plm_config_node *column = NULL;
    const plm_config_node *texts = NULL;
    PLM_TRY(plm_config_require(node, "column", diag, &column));
    PLM_TRY(plm_config_require(node, "is", diag, &texts));
    PLM_TRY(plm_csv_cell_read(column, PLM_CSV_PLAIN_COLUMN, 0, diag, &out->cell));
    if (out->cell.column == NULL) {
        return plm_config_fail(column, diag,
                               "a constant is the same in all rows; a column is needed");
    }
    return plm_csv_texts_read(texts, diag, &out->texts);
}

static plm_status read_skips(const plm_config_node *list, plm_diag *diag, plm_csv_map *map)
{
    if (list == NULL) {
        return PLM_OK;
    }
    PLM_TRY(plm_config_expect(list, PLM_CONFIG_LIST, diag));
    for (const plm_config_node *node = list->first; node != NULL; node = node->next) {
        if (map->skip_count == PLM_CSV_SKIPS_MAX) {
            return plm_config_fail(node, diag, "more than %d skip rules; at most that many",
                                   PLM_CSV_SKIPS_MAX);
        }
        PLM_TRY(read_match(node, diag, &map->skip[map->skip_count++]));
    }
    return PLM_OK;
}

static plm_status read_instrument(const plm_config_node *node, plm_diag *diag, plm_csv_map *map)
{
    plm_instrument row;
    uint32_t place = 0;
    plm_diag reason;
    plm_diag_init(&reason);
    PLM_TRY(plm_instrument_from_config(node, diag, &row));
    if (plm_row_table_add(&map->table, &row, &reason, &place) != PLM_OK) {
        return plm_config_fail(node, diag, "%s", reason.text);
    }
    return PLM_OK;
}

static plm_status read_switches(const plm_config_node *root, plm_diag *diag, plm_csv_map *map)
{
    static const char *const CHOICES[] = {"refuse", "keep", "drop", NULL};
    static const char *const ORDERS[] = {"oldest_first", "newest_first", NULL};
    const plm_config_node *const order = plm_config_find(root, "order");
    const plm_config_node *const derive = plm_config_find(root, "derive");
    const plm_config_node *const duplicates = plm_config_find(root, "duplicates");
    if (derive != NULL) {
        PLM_TRY(plm_config_bool(derive, diag, &map->derive));
    }
    if (duplicates != NULL) {
        size_t index = 0;
        PLM_TRY(plm_config_word(duplicates, CHOICES, diag, &index));
        map->keep_duplicates = index == 1;
        map->drop_duplicates = index == 2;
        if (index != 0 && (map->id.node != NULL) != (index == 2)) {
            return plm_config_fail(duplicates, diag,
                                   index == 1 ? "with 'id' rows of equal ids are refused or "
                                                "dropped; leave 'id' out to keep them"
                                              : "'id' is needed to tell which rows to drop");
        }
    }
    if (order != NULL) {
        size_t index = 0;
        PLM_TRY(plm_config_word(order, ORDERS, diag, &index));
        map->newest_first = index == 1;
    }
    return PLM_OK;
}

/* A snapshot begins with two events of its own, and is told from the row before it. */
static plm_status read_snapshot(const plm_config_node *node, plm_diag *diag, plm_csv_map *map)
{
    bool has_level = false;
    if (node == NULL) {
        return PLM_OK;
    }
    for (size_t i = 0; i < map->event_count; i++) {
        has_level |= map->event[i].info == NULL || map->event[i].kind_fixed == PLM_EV_LEVEL;
    }
    if (!has_level) {
        return plm_config_fail(node, diag, "no row gives a level; snapshots are made of levels");
    }
    if (map->event_count + 2 > PLM_CSV_EVENTS_MAX) {
        return plm_config_fail(node, diag, "a row gives %zu events; with snapshots at most %d",
                               map->event_count, PLM_CSV_EVENTS_MAX - 2);
    }
    if (map->newest_first) {
        return plm_config_fail(node, diag,
                               "where a snapshot begins cannot be told with 'order: newest_first'; "
                               "turn the file round before (tac)");
    }
    return read_match(node, diag, &map->snapshot);
}

static plm_status read_root(const plm_config_node *root, plm_diag *diag, plm_csv_map *map)
{
    static const char *const KEYS[] = {"csv",    "time",     "recv",   "symbol",     "skip",
                                       "events", "bars",     "derive", "duplicates", "instruments",
                                       "order",  "snapshot", "id",     NULL};
    PLM_TRY(plm_config_check_keys(root, KEYS, diag));
    PLM_TRY(read_layout(plm_config_find(root, "csv"), diag, map));
    const plm_config_node *time = NULL;
    PLM_TRY(plm_config_require(root, "time", diag, &time));
    PLM_TRY(read_clock(time, diag, &map->time));
    PLM_TRY(read_clock(plm_config_find(root, "recv"), diag, &map->recv));
    PLM_TRY(plm_csv_cell_read(plm_config_find(root, "symbol"), PLM_CSV_PLAIN_CONSTANT,
                              PLM_CELL_WORDS | PLM_CELL_PART, diag, &map->symbol));
    PLM_TRY(read_id(plm_config_find(root, "id"), diag, map));
    PLM_TRY(read_skips(plm_config_find(root, "skip"), diag, map));
    PLM_TRY(plm_csv_map_read_events(root, diag, map));
    PLM_TRY(read_switches(root, diag, map));
    PLM_TRY(read_snapshot(plm_config_find(root, "snapshot"), diag, map));
    const plm_config_node *const instruments = plm_config_find(root, "instruments");
    if (instruments != NULL) {
        PLM_TRY(plm_config_expect(instruments, PLM_CONFIG_LIST, diag));
        for (const plm_config_node *node = instruments->first; node != NULL; node = node->next) {
            PLM_TRY(read_instrument(node, diag, map));
        }
    }
    return PLM_OK;
}

/* -- columns --------------------------------------------------------------------------------- */

plm_csv_cell *plm_csv_map_cell(plm_csv_map *map, size_t index)
{
    plm_csv_cell *const fixed[] = {&map->time, &map->recv, &map->symbol, &map->id,
                                   &map->snapshot.cell};
    size_t const fixed_count = sizeof fixed / sizeof fixed[0];
    if (index < fixed_count) {
        return fixed[index];
    }
    size_t rest = index - fixed_count;
    if (rest < map->skip_count) {
        return &map->skip[rest].cell;
    }
    rest -= map->skip_count;
    if (rest >= 4 * map->event_count) {
        return NULL;
    }
    plm_csv_event *const event = &map->event[rest / 4];
    plm_csv_cell *const cells[] = {&event->kind, &event->side, &event->px, &event->qty};
    return cells[rest % 4];
}

/* Without a header columns are numbers from 1. */
static plm_status bind_numbers(plm_csv_map *map, plm_diag *diag)
{
    plm_csv_cell *cell = NULL;
    for (size_t i = 0; (cell = plm_csv_map_cell(map, i)) != NULL; i++) {
        if (cell->column == NULL) {
            continue;
        }
        const plm_config_node *const column = plm_config_find(cell->node, "column");
        int64_t number = 0;
        PLM_TRY(plm_config_integer(column != NULL ? column : cell->node, 1,
                                   (int64_t)map->field_count, diag, &number));
        cell->field = (size_t)number - 1;
    }
    return PLM_OK;
}

plm_status plm_csv_map_bind(plm_csv_map *map, const plm_csv_text *header, size_t count,
                            const char *place, plm_diag *diag)
{
    plm_csv_cell *cell = NULL;
    for (size_t i = 0; (cell = plm_csv_map_cell(map, i)) != NULL; i++) {
        if (cell->column == NULL) {
            continue;
        }
        size_t found = 0;
        for (size_t field = 0; field < count; field++) {
            if (header[field].size == strlen(cell->column) &&
                memcmp(header[field].bytes, cell->column, header[field].size) == 0) {
                cell->field = field;
                found++;
            }
        }
        if (found != 1) {
            return plm_fail(diag, PLM_ERR_INPUT,
                            "%s: the header has %zu columns named '%s'; the column map needs one%s",
                            place, found, cell->column,
                            found == 0 ? " (is there a header? header: false)" : "");
        }
    }
    map->field_count = count;
    return PLM_OK;
}

/* -- life ------------------------------------------------------------------------------------ */

plm_status plm_csv_map_read(const char *path, const plm_instrument *rows, uint32_t row_count,
                            plm_diag *diag, plm_csv_map **out)
{
    plm_csv_map *const map = plm_alloc(1, sizeof *map);
    map->delimiter = ',';
    map->quote = '"';
    map->header = true;
    plm_row_table_init(&map->table);
    plm_status status = PLM_OK;
    uint32_t place = 0;
    for (uint32_t i = 0; i < row_count && status == PLM_OK; i++) {
        status = plm_row_table_add(&map->table, &rows[i], diag, &place);
    }
    if (status == PLM_OK) {
        status = plm_config_read(path, diag, &map->config);
    }
    if (status == PLM_OK) {
        status = read_root(plm_config_root(map->config), diag, map);
    }
    if (status == PLM_OK && !map->header) {
        status = bind_numbers(map, diag);
    }
    if (status != PLM_OK) {
        plm_csv_map_destroy(map);
        return status;
    }
    *out = map;
    return PLM_OK;
}

void plm_csv_map_destroy(plm_csv_map *map)
{
    if (map == NULL) {
        return;
    }
    plm_csv_cell *cell = NULL;
    for (size_t i = 0; (cell = plm_csv_map_cell(map, i)) != NULL; i++) {
        plm_csv_cell_fini(cell);
    }
    for (size_t i = 0; i < map->skip_count; i++) {
        plm_symbol_map_destroy(map->skip[i].texts);
    }
    plm_symbol_map_destroy(map->snapshot.texts);
    plm_row_table_fini(&map->table);
    plm_config_destroy(map->config);
    plm_free(map);
}
