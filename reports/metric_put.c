/*
 * metric_put.c - rows of the result: a value with its basis, or none with its reason; never a
 * number that is none.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "decimal.h"
#include "memory.h"
#include "metric_parts.h"

#define SECOND_SCALE 9

static char *format_list(const char *format, va_list list) PLM_PRINTF(1, 0);

static char *format_list(const char *format, va_list list)
{
    va_list again;
    va_copy(again, list);
    int const length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    plm_assert(length >= 0);
    size_t const size = (size_t)length + 1;
    char *const text = plm_alloc(size, 1);
    (void)vsnprintf(text, size, format, list);
    return text;
}

char *plm_text_format(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    char *const text = format_list(format, list);
    va_end(list);
    return text;
}

/* A row of the metric that `name` is, which may end in '@' and a level. */
static plm_metric_row *add_row(plm_measure *measure, const char *name)
{
    const char *nearest;
    const plm_metric_def *const def = plm_metric_find(name, &nearest);
    plm_assert(def != NULL);
    plm_metric_rows *const rows = measure->rows;
    if (rows->count == rows->cap) {
        rows->cap = rows->cap * 2 + 64;
        rows->row = plm_realloc(rows->row, rows->cap, sizeof *rows->row);
    }
    bool const is_money = strcmp(def->unit, "money") == 0;
    plm_metric_row *const row = &rows->row[rows->count++];
    *row = (plm_metric_row){
        .account_id = measure->account,
        .name = plm_strdup(name),
        .unit = plm_strdup(is_money ? measure->asset[measure->report].name : def->unit),
    };
    return row;
}

static void set_asset(plm_measure *measure, plm_metric_row *row, size_t asset)
{
    plm_free(row->unit);
    row->unit = plm_strdup(measure->asset[asset].name);
}

/* Takes the text over. */
static void set_value(plm_metric_row *row, double value, char *basis)
{
    row->basis = basis;
    row->has_value = isfinite(value) != 0;
    row->value = row->has_value ? value : 0;
    if (!row->has_value) {
        row->reason = plm_strdup("the number is too large to be told");
    }
}

static void set_exact(plm_metric_row *row, plm_i128 value, unsigned scale)
{
    char text[PLM_DECIMAL_TEXT_CAP];
    (void)plm_decimal_format_i128(value, scale, text);
    row->exact = plm_strdup(text);
}

void plm_put_real(plm_measure *measure, const char *name, double value, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    set_value(add_row(measure, name), value, format_list(format, list));
    va_end(list);
}

void plm_put_count(plm_measure *measure, const char *name, int64_t value, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    plm_metric_row *const row = add_row(measure, name);
    set_value(row, (double)value, format_list(format, list));
    set_exact(row, value, 0);
    va_end(list);
}

void plm_put_time(plm_measure *measure, const char *name, int64_t ns, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    plm_metric_row *const row = add_row(measure, name);
    set_value(row, (double)ns / (double)PLM_NS_A_SECOND, format_list(format, list));
    set_exact(row, ns, SECOND_SCALE);
    va_end(list);
}

void plm_put_mean(plm_measure *measure, const char *name, size_t asset, double value,
                  const char *format, ...)
{
    va_list list;
    va_start(list, format);
    plm_metric_row *const row = add_row(measure, name);
    set_asset(measure, row, asset);
    set_value(row, value, format_list(format, list));
    va_end(list);
}

static void set_money(plm_measure *measure, plm_metric_row *row, size_t asset, plm_money value,
                      char *basis)
{
    char text[PLM_DECIMAL_TEXT_CAP];
    (void)plm_decimal_format_money(value, text);
    set_asset(measure, row, asset);
    set_value(row, plm_money_real(value), basis);
    row->exact = plm_strdup(text);
}

void plm_put_money(plm_measure *measure, const char *name, size_t asset, plm_money value,
                   const char *format, ...)
{
    va_list list;
    va_start(list, format);
    set_money(measure, add_row(measure, name), asset, value, format_list(format, list));
    va_end(list);
}

/* "in 2 assets: 0.1 BTC, 5 USDT" */
static char *list_amounts(const plm_measure *measure, const plm_bag *bag, size_t assets)
{
    char *text = plm_text_format("in %zu assets:", assets);
    const char *comma = "";
    for (size_t i = 0; i < measure->asset_count; i++) {
        if (bag->sum[i].v != 0) {
            char amount[PLM_DECIMAL_TEXT_CAP];
            (void)plm_decimal_format_money(bag->sum[i], amount);
            char *const longer =
                plm_text_format("%s%s %s %s", text, comma, amount, measure->asset[i].name);
            plm_free(text);
            text = longer;
            comma = ",";
        }
    }
    return text;
}

void plm_put_bag(plm_measure *measure, const char *name, const plm_bag *bag, const char *basis)
{
    size_t asset;
    size_t const assets = plm_bag_assets(measure, bag, &asset);
    plm_metric_row *const row = add_row(measure, name);
    if (assets > 1) {
        row->basis = plm_strdup("");
        row->reason = list_amounts(measure, bag, assets);
        return;
    }
    set_money(measure, row, asset, bag->sum[asset], plm_strdup(basis));
}

void plm_put_none(plm_measure *measure, const char *name, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    plm_metric_row *const row = add_row(measure, name);
    row->basis = plm_strdup("");
    row->reason = format_list(format, list);
    va_end(list);
}
