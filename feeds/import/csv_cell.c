/*
 * csv_cell.c - reads and evaluates one value of the column map.
 */
#include "csv_cell.h"

#include <string.h>

#include "check.h"
#include "csv_clock.h"
#include "memory.h"

static const char *const UNITS[] = {"s", "ms", "us", "ns", "iso", "percent", "bps", NULL};

const char *plm_csv_unit_name(plm_csv_unit unit)
{
    plm_assert(unit >= PLM_UNIT_S && unit <= PLM_UNIT_BPS);
    return UNITS[unit - 1];
}

plm_status plm_csv_texts_read(const plm_config_node *list, plm_diag *diag, plm_symbol_map **out)
{
    PLM_TRY(plm_config_expect(list, PLM_CONFIG_LIST, diag));
    plm_symbol_map *const texts = plm_symbol_map_create();
    for (const plm_config_node *node = list->first; node != NULL; node = node->next) {
        plm_status status = plm_config_expect(node, PLM_CONFIG_TEXT, diag);
        if (status == PLM_OK && !plm_symbol_map_add(texts, node->text, node->size, 0)) {
            status = plm_config_fail(node, diag, "'%s' stands twice; once is allowed", node->text);
        }
        if (status != PLM_OK) {
            plm_symbol_map_destroy(texts);
            return status;
        }
    }
    *out = texts;
    return PLM_OK;
}

static plm_status read_words(const plm_config_node *map, plm_diag *diag, plm_csv_cell *cell)
{
    PLM_TRY(plm_config_expect(map, PLM_CONFIG_MAP, diag));
    cell->words = plm_symbol_map_create();
    cell->targets = plm_alloc(map->size + 1, sizeof *cell->targets);
    uint32_t number = 0;
    for (const plm_config_node *node = map->first; node != NULL; node = node->next) {
        PLM_TRY(plm_config_expect(node, PLM_CONFIG_TEXT, diag));
        cell->targets[number] = node;
        /* The configuration has refused doubled keys. */
        plm_assert(plm_symbol_map_add(cell->words, node->key, strlen(node->key), number));
        number++;
    }
    return PLM_OK;
}

/* The number of a part of the file's name. */
static plm_status read_part(const plm_config_node *node, plm_diag *diag, size_t *out)
{
    int64_t number = 0;
    PLM_TRY(plm_config_integer(node, 1, PLM_CSV_PARTS_MAX, diag, &number));
    *out = (size_t)number;
    return PLM_OK;
}

static plm_status read_source(const plm_config_node *node, bool with_part, plm_diag *diag,
                              plm_csv_cell *cell)
{
    const plm_config_node *const column = plm_config_find(node, "column");
    const plm_config_node *const constant = plm_config_find(node, "constant");
    const plm_config_node *const part = with_part ? plm_config_find(node, "part") : NULL;
    int const found = (column != NULL) + (constant != NULL) + (part != NULL);
    if (found != 1) {
        return plm_config_fail(node, diag, "found %s; either 'column' or 'constant'%s is needed",
                               found == 0 ? "neither 'column' nor 'constant'"
                                          : "more than one source",
                               with_part ? " or 'part'" : "");
    }
    if (part != NULL) {
        return read_part(part, diag, &cell->part);
    }
    if (column != NULL) {
        return plm_config_text(column, diag, &cell->column);
    }
    PLM_TRY(plm_config_expect(constant, PLM_CONFIG_TEXT, diag));
    cell->constant = (plm_csv_text){constant->text, constant->size};
    return PLM_OK;
}

/* Where a clock stands. */
static plm_status read_clock(const plm_config_node *node, plm_diag *diag, plm_csv_cell *cell)
{
    const plm_config_node *const offset = plm_config_find(node, "offset");
    const plm_config_node *const day = plm_config_find(node, "day");
    if (offset != NULL) {
        PLM_TRY(plm_config_expect(offset, PLM_CONFIG_TEXT, diag));
        if (!plm_csv_offset_parse(offset->text, offset->size, &cell->offset_ns)) {
            return plm_config_fail(offset, diag,
                                   "'%s'; an offset from UTC such as \"+09:00\" is "
                                   "allowed",
                                   offset->text);
        }
    }
    if (day == NULL) {
        return PLM_OK;
    }
    static const char *const KEYS[] = {"part", NULL};
    PLM_TRY(plm_config_check_keys(day, KEYS, diag));
    const plm_config_node *part = NULL;
    PLM_TRY(plm_config_require(day, "part", diag, &part));
    PLM_TRY(read_part(part, diag, &cell->day_part));
    return cell->unit != PLM_UNIT_ISO
               ? PLM_OK
               : plm_config_fail(day, diag, "a time as text has its date; leave 'day' out");
}

static plm_status read_map(const plm_config_node *node, unsigned features, plm_diag *diag,
                           plm_csv_cell *cell)
{
    const char *allowed[10] = {"column", "constant"};
    size_t count = 2;
    if ((features & PLM_CELL_UNIT) != 0) {
        allowed[count++] = "unit";
    }
    if ((features & PLM_CELL_WORDS) != 0) {
        allowed[count++] = "words";
    }
    if ((features & PLM_CELL_MARKS) != 0) {
        allowed[count++] = "absent";
        allowed[count++] = "zero";
    }
    if ((features & PLM_CELL_CLOCK) != 0) {
        allowed[count++] = "offset";
        allowed[count++] = "day";
    }
    if ((features & PLM_CELL_PART) != 0) {
        allowed[count++] = "part";
    }
    PLM_TRY(plm_config_check_keys(node, allowed, diag));
    PLM_TRY(read_source(node, (features & PLM_CELL_PART) != 0, diag, cell));
    const plm_config_node *const unit = plm_config_find(node, "unit");
    if (unit != NULL) {
        size_t index = 0;
        PLM_TRY(plm_config_word(unit, UNITS, diag, &index));
        cell->unit = (plm_csv_unit)(index + 1);
    }
    PLM_TRY(read_clock(node, diag, cell));
    const plm_config_node *const words = plm_config_find(node, "words");
    if (words != NULL) {
        PLM_TRY(read_words(words, diag, cell));
    }
    const plm_config_node *const absent = plm_config_find(node, "absent");
    if (absent != NULL) {
        PLM_TRY(plm_csv_texts_read(absent, diag, &cell->absent));
    }
    const plm_config_node *const zero = plm_config_find(node, "zero");
    if (zero != NULL) {
        PLM_TRY(plm_csv_texts_read(zero, diag, &cell->zero));
    }
    return PLM_OK;
}

plm_status plm_csv_cell_read(const plm_config_node *node, plm_csv_plain plain, unsigned features,
                             plm_diag *diag, plm_csv_cell *out)
{
    plm_csv_cell cell = {.node = node};
    plm_status status = PLM_OK;
    if (node == NULL) {
        *out = cell;
        return PLM_OK;
    }
    if (node->kind == PLM_CONFIG_TEXT) {
        if (plain == PLM_CSV_PLAIN_COLUMN) {
            status = plm_config_text(node, diag, &cell.column);
        } else {
            cell.constant = (plm_csv_text){node->text, node->size};
        }
    } else {
        status = read_map(node, features, diag, &cell);
    }
    if (status != PLM_OK) {
        plm_csv_cell_fini(&cell);
        return status;
    }
    *out = cell;
    return PLM_OK;
}

void plm_csv_cell_fini(plm_csv_cell *cell)
{
    plm_symbol_map_destroy(cell->words);
    plm_symbol_map_destroy(cell->absent);
    plm_symbol_map_destroy(cell->zero);
    plm_free(cell->targets);
    *cell = (plm_csv_cell){.node = NULL};
}

static bool has_text(const plm_symbol_map *texts, plm_csv_text text)
{
    return texts != NULL && plm_symbol_map_find(texts, text.bytes, text.size) != PLM_SYMBOL_ABSENT;
}

plm_csv_value plm_csv_cell_get(const plm_csv_cell *cell, const plm_csv_text *fields,
                               plm_csv_text *out)
{
    plm_csv_text const text = cell->column != NULL ? fields[cell->field] : cell->constant;
    *out = text;
    if (has_text(cell->absent, text)) {
        return PLM_CSV_VALUE_ABSENT;
    }
    return has_text(cell->zero, text) ? PLM_CSV_VALUE_ZERO : PLM_CSV_VALUE_TEXT;
}

bool plm_csv_cell_translate(const plm_csv_cell *cell, plm_csv_text text, plm_csv_text *out)
{
    if (cell->words == NULL) {
        *out = text;
        return true;
    }
    uint32_t const number = plm_symbol_map_find(cell->words, text.bytes, text.size);
    if (number == PLM_SYMBOL_ABSENT) {
        return false;
    }
    *out = (plm_csv_text){cell->targets[number]->text, cell->targets[number]->size};
    return true;
}
