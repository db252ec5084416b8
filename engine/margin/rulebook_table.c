/*
 * rulebook_table.c - the CSV tables beside a rulebook: read whole, checked cell by cell and row by
 * row, and sorted, so that the order of the lines means nothing.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "decimal.h"
#include "memory.h"
#include "nearest.h"
#include "rulebook_parts.h"
#include "timetext.h"

#define LEVERAGE_MAX (1000 * 100) /* at 10^-2 */

/* A row with its place; qsort has no context, so each entry knows its table. */
typedef struct entry {
    const plm_table *table;
    unsigned char *row;
    uint32_t line;
} entry;

typedef struct loading {
    const plm_rulebook_reader *reader;
    const plm_table *table;
    char path[PLM_RULE_PATH_CAP];
    char *text; /* the file, closed by NUL */
    uint32_t line, columns;
    unsigned char *rows;
    entry *entries;
    uint32_t count;
} loading;

/* -- the file -------------------------------------------------------------------------------- */

static plm_status name_file(loading *work, const plm_config_node *node)
{
    const char *name;
    PLM_TRY(plm_config_text(node, work->reader->diag, &name));
    size_t const size = strlen(name);
    if (size < 5 || strcmp(name + size - 4, ".csv") != 0 || strchr(name, '/') != NULL) {
        return plm_config_fail(node, work->reader->diag,
                               "found '%.200s'; allowed: the name of a .csv file beside the "
                               "rulebook",
                               name);
    }
    int const length = snprintf(work->path, sizeof work->path, "%s/%s", work->reader->folder, name);
    if (length < 0 || (size_t)length >= sizeof work->path) {
        return plm_config_fail(node, work->reader->diag, "the path of '%.200s' is too long", name);
    }
    return PLM_OK;
}

static plm_status load(loading *work, const plm_config_node *node)
{
    plm_diag *const diag = work->reader->diag;
    FILE *const file = fopen(work->path, "rb");
    if (file == NULL) {
        return plm_config_fail(node, diag, "cannot open '%.400s': %s", work->path, strerror(errno));
    }
    work->text = plm_alloc((size_t)PLM_TABLE_BYTES_MAX + 2, 1);
    size_t const size = fread(work->text, 1, (size_t)PLM_TABLE_BYTES_MAX + 1, file);
    bool const failed = ferror(file) != 0;
    int const error_number = errno;
    (void)fclose(file);
    if (failed) {
        return plm_fail_errno(diag, error_number, "%s: cannot be read", work->path);
    }
    if (size > PLM_TABLE_BYTES_MAX) {
        return plm_fail(diag, PLM_ERR_USAGE, "%s: is longer than %u bytes, which is the limit",
                        work->path, PLM_TABLE_BYTES_MAX);
    }
    if (memchr(work->text, '\0', size) != NULL) {
        return plm_fail(diag, PLM_ERR_USAGE, "%s: has a byte 0; allowed: text", work->path);
    }
    return PLM_OK;
}

/* -- lines ----------------------------------------------------------------------------------- */

/* Cuts a line at its commas; false: more than the columns of any table. */
static bool cut(char *line, char *field[PLM_TABLE_COLUMNS_MAX + 1], uint32_t *out_count)
{
    uint32_t count = 0;
    for (char *at = line; at != NULL; count++) {
        if (count == PLM_TABLE_COLUMNS_MAX + 1) {
            return false;
        }
        field[count] = at;
        at = strchr(at, ',');
        if (at != NULL) {
            *at++ = '\0';
        }
    }
    *out_count = count;
    return true;
}

static plm_status refuse_column(const loading *work, const char *found, uint32_t column)
{
    const char *words[PLM_TABLE_COLUMNS_MAX + 1] = {0};
    for (uint32_t i = 0; i < work->table->count; i++) {
        words[i] = work->table->column[i].name;
    }
    const char *const near = plm_nearest(found, words);
    bool const over = column >= work->table->count;
    return plm_fail(work->reader->diag, PLM_ERR_USAGE,
                    "%s:%u: found '%.100s' as column %u of a table of %s%s%s%s; allowed: %s",
                    work->path, work->line, found, column + 1, work->table->name,
                    near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                    near != NULL ? "'?" : "", over ? "no more" : words[column]);
}

static plm_status read_header(loading *work, char *const *field, uint32_t count)
{
    const plm_table *const table = work->table;
    for (uint32_t i = 0; i < count; i++) {
        if (i >= table->count || strcmp(field[i], table->column[i].name) != 0) {
            return refuse_column(work, field[i], i);
        }
    }
    if (count != table->required && count != table->count) {
        return plm_fail(work->reader->diag, PLM_ERR_USAGE,
                        "%s:%u: the column '%s' of a table of %s is missing", work->path,
                        work->line, table->column[count].name, table->name);
    }
    work->columns = count;
    return PLM_OK;
}

static plm_status refuse_cell(const loading *work, const plm_column *column, const char *found,
                              const char *allowed)
{
    return plm_fail(work->reader->diag, PLM_ERR_USAGE, "%s:%u: %s: found '%.100s'; allowed: %s",
                    work->path, work->line, column->name, found, allowed);
}

static plm_status read_name(const loading *work, const plm_column *column, const char *text,
                            char *out)
{
    bool const star = strcmp(text, "*") == 0;
    size_t const size = strlen(text);
    switch (column->kind) {
    case PLM_CELL_KEY: {
        bool const base = strncmp(text, "base:", 5) == 0;
        if (!star && !(base && plm_rulebook_is_name(text + 5, size - 5, PLM_ASSET_CAP)) &&
            (base || !plm_rulebook_is_name(text, size, PLM_SYMBOL_CAP))) {
            return refuse_cell(work, column, text, "a symbol, base:ASSET, *");
        }
        break;
    }
    case PLM_CELL_UNIT:
        if (!star && !plm_rulebook_is_name(text, size, PLM_SYMBOL_CAP)) {
            return refuse_cell(work, column, text, "an underlying, *");
        }
        break;
    case PLM_CELL_ASSET:
        if (!plm_rulebook_is_name(text, size, PLM_ASSET_CAP)) {
            return refuse_cell(work, column, text, "an asset");
        }
        break;
    case PLM_CELL_NONE:
    case PLM_CELL_TIME:
    case PLM_CELL_RATE:
    case PLM_CELL_MONEY:
    case PLM_CELL_LEVERAGE:
        plm_assert(false);
    }
    memcpy(out, text, size + 1);
    return PLM_OK;
}

static plm_status read_number(const loading *work, const plm_column *column, const char *text,
                              int64_t *out)
{
    bool const leverage = column->kind == PLM_CELL_LEVERAGE;
    int64_t const min = leverage ? 100 : column->min;
    int64_t const max = leverage ? LEVERAGE_MAX : column->max;
    unsigned const scale = leverage ? 2 : PLM_RATE_SCALE;
    int64_t value;
    if (leverage && text[0] == '\0') {
        *out = 0;
        return PLM_OK;
    }
    if (plm_decimal_parse(text, strlen(text), scale, false, &value) != PLM_DECIMAL_OK ||
        value < min || value > max) {
        char low[PLM_DECIMAL_TEXT_CAP], high[PLM_DECIMAL_TEXT_CAP], allowed[160];
        (void)plm_decimal_format(min, scale, low);
        (void)plm_decimal_format(max, scale, high);
        (void)snprintf(allowed, sizeof allowed, "a number from %s to %s with at most %u decimals%s",
                       low, high, scale, leverage ? ", or nothing" : "");
        return refuse_cell(work, column, text, allowed);
    }
    *out = value;
    return PLM_OK;
}

static plm_status read_cell(const loading *work, const plm_column *column, const char *text,
                            unsigned char *row)
{
    void *const place = row + column->offset;
    size_t const size = strlen(text);
    switch (column->kind) {
    case PLM_CELL_NONE:
        break;
    case PLM_CELL_KEY:
    case PLM_CELL_UNIT:
    case PLM_CELL_ASSET:
        return read_name(work, column, text, place);
    case PLM_CELL_TIME:
        if (!plm_time_parse(text, size, place)) {
            return refuse_cell(work, column, text,
                               "a date or a time in UTC, 2022-02-12 or 2022-02-12T08:00:00");
        }
        break;
    case PLM_CELL_RATE:
    case PLM_CELL_LEVERAGE:
        return read_number(work, column, text, place);
    case PLM_CELL_MONEY: {
        plm_money value;
        if (plm_decimal_parse_money(text, size, &value) != PLM_DECIMAL_OK || value.v < 0) {
            return refuse_cell(work, column, text,
                               "a number of at least 0 with at most 18 decimals");
        }
        memcpy(place, &value, sizeof value);
        break;
    }
    }
    return PLM_OK;
}

static plm_status read_row(loading *work, char *const *field, uint32_t count)
{
    if (count != work->columns) {
        return plm_fail(work->reader->diag, PLM_ERR_USAGE,
                        "%s:%u: found %u fields; allowed: %u, as the header has", work->path,
                        work->line, count, work->columns);
    }
    unsigned char *const row = work->rows + work->table->row_size * work->count;
    for (uint32_t i = 0; i < count; i++) {
        PLM_TRY(read_cell(work, &work->table->column[i], field[i], row));
    }
    work->entries[work->count++] = (entry){work->table, row, work->line};
    return PLM_OK;
}

static plm_status read_line(loading *work, char *line)
{
    char *field[PLM_TABLE_COLUMNS_MAX + 1];
    uint32_t count = 0;
    if (strlen(line) > PLM_TABLE_LINE_MAX || !cut(line, field, &count)) {
        return plm_fail(work->reader->diag, PLM_ERR_USAGE,
                        "%s:%u: the line is too long; allowed: %u bytes, %u fields", work->path,
                        work->line, PLM_TABLE_LINE_MAX, work->table->count);
    }
    return work->columns == 0 ? read_header(work, field, count) : read_row(work, field, count);
}

static plm_status read_lines(loading *work)
{
    uint32_t lines = 1;
    for (const char *at = work->text; (at = strchr(at, '\n')) != NULL; at++) {
        lines++;
    }
    work->rows = plm_alloc(lines, work->table->row_size);
    work->entries = plm_alloc(lines, sizeof *work->entries);
    for (char *line = work->text, *next = NULL; line != NULL; line = next) {
        next = strchr(line, '\n');
        if (next != NULL) {
            *next++ = '\0';
        }
        work->line++;
        if (line[0] == '#' || (line[0] == '\0' && next == NULL)) {
            continue; /* a comment, or what stands behind the last end of line */
        }
        PLM_TRY(read_line(work, line));
    }
    if (work->count == 0) {
        return plm_fail(work->reader->diag, PLM_ERR_USAGE, "%s: has no rows", work->path);
    }
    return PLM_OK;
}

/* -- order and checks ------------------------------------------------------------------------ */

static int sign_of(bool less, bool more)
{
    return more ? 1 : less ? -1 : 0;
}

static int compare_cell(const plm_column *column, const unsigned char *a, const unsigned char *b)
{
    switch (column->kind) {
    case PLM_CELL_KEY:
    case PLM_CELL_UNIT:
    case PLM_CELL_ASSET:
        return strcmp((const char *)a, (const char *)b);
    case PLM_CELL_MONEY: {
        plm_money left, right;
        memcpy(&left, a, sizeof left);
        memcpy(&right, b, sizeof right);
        return plm_money_compare(left, right);
    }
    case PLM_CELL_NONE:
    case PLM_CELL_TIME:
    case PLM_CELL_RATE:
    case PLM_CELL_LEVERAGE:
        break;
    }
    int64_t left, right;
    memcpy(&left, a, sizeof left);
    memcpy(&right, b, sizeof right);
    return sign_of(left<right, left> right);
}

/* By the first `count` columns. */
static int compare_rows(const plm_table *table, uint32_t count, const unsigned char *a,
                        const unsigned char *b)
{
    int result = 0;
    for (uint32_t i = 0; i < count && result == 0; i++) {
        const plm_column *const column = &table->column[i];
        result = compare_cell(column, a + column->offset, b + column->offset);
    }
    return result;
}

static int compare_entries(const void *a, const void *b)
{
    const entry *const left = a, *const right = b;
    int const result = compare_rows(left->table, left->table->count, left->row, right->row);
    return result != 0 ? result : sign_of(left->line<right->line, left->line> right->line);
}

/* How many columns from the left no two rows may share. */
static uint32_t unique_columns(const plm_table *table)
{
    return table->many ? table->count : table->tiered ? 3 : 2;
}

static plm_status refuse_row(const loading *work, const entry *at, const char *message)
{
    char time[PLM_TIME_TEXT_CAP];
    plm_ts ts;
    memcpy(&ts, at->row + work->table->column[1].offset, sizeof ts);
    (void)plm_time_format(ts, time);
    return plm_fail(work->reader->diag, PLM_ERR_USAGE, "%s:%u: %s of %s: %s", work->path, at->line,
                    (const char *)at->row, time, message);
}

/* `previous` NULL: the first of its key and date. */
static plm_status check_row(const loading *work, const entry *previous, const entry *at)
{
    const plm_table *const table = work->table;
    char message[PLM_TABLE_CHECK_CAP];
    if (table->tiered && previous == NULL) {
        plm_money from;
        memcpy(&from, at->row + table->column[2].offset, sizeof from);
        if (from.v != 0) {
            char text[PLM_DECIMAL_TEXT_CAP];
            (void)plm_decimal_format_money(from, text);
            (void)snprintf(message, sizeof message,
                           "the lowest from is %s; allowed: 0, where tiers begin", text);
            return refuse_row(work, at, message);
        }
    }
    if (previous != NULL &&
        compare_rows(table, unique_columns(table), previous->row, at->row) == 0) {
        (void)snprintf(message, sizeof message, "stands in line %u, too; allowed: once%s",
                       previous->line, table->tiered ? " for each from" : "");
        return refuse_row(work, at, message);
    }
    if (table->check != NULL &&
        !table->check(previous == NULL ? NULL : previous->row, at->row, message)) {
        return refuse_row(work, at, message);
    }
    return PLM_OK;
}

static plm_status sort_rows(loading *work, plm_table_rows *out)
{
    const plm_table *const table = work->table;
    qsort(work->entries, work->count, sizeof *work->entries, compare_entries);
    unsigned char *const rows = plm_rulebook_take(work->reader->book, work->count, table->row_size);
    for (uint32_t i = 0; i < work->count; i++) {
        const entry *const at = &work->entries[i];
        const entry *const below = i == 0 ? NULL : at - 1;
        bool const same = below != NULL && compare_rows(table, 2, below->row, at->row) == 0;
        PLM_TRY(check_row(work, same ? below : NULL, at));
        memcpy(rows + table->row_size * i, at->row, table->row_size);
    }
    *out = (plm_table_rows){rows, work->count, work->columns == table->count};
    return PLM_OK;
}

static plm_status read_table(loading *work, const plm_config_node *node, plm_table_rows *out)
{
    PLM_TRY(name_file(work, node));
    PLM_TRY(load(work, node));
    PLM_TRY(read_lines(work));
    return sort_rows(work, out);
}

plm_status plm_table_read(const plm_rulebook_reader *reader, const plm_config_node *node,
                          const plm_table *table, plm_table_rows *out)
{
    plm_assert(table->count <= PLM_TABLE_COLUMNS_MAX);
    plm_assert(table->column[0].offset == 0);
    loading work = {.reader = reader, .table = table};
    plm_status const status = read_table(&work, node, out);
    plm_free(work.text);
    plm_free(work.rows);
    plm_free(work.entries);
    return status;
}
