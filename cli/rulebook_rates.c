/*
 * rulebook_rates.c - the rates of one instrument in a rulebook, at a time.
 */
#include "rulebook_rates.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "decimal.h"
#include "grid.h"
#include "help.h"
#include "memory.h"
#include "nearest.h"
#include "timetext.h"

#define COLUMNS_MAX 5u

/* -- finding --------------------------------------------------------------------------------- */

/* The newest rows of a key at a time; false when there are none. */
static bool find_rows(const plm_rate_rule *rate, const char *key, plm_ts at, plm_rates *out)
{
    out->count = 0;
    for (uint32_t i = 0; i < rate->row_count; i++) {
        const plm_rate_row *const row = &rate->row[i];
        if (strcmp(row->key, key) != 0 || row->effective_from > at) {
            continue;
        }
        if (out->count == 0 || rate->row[out->first].effective_from != row->effective_from) {
            out->first = i;
            out->count = 0;
        }
        out->count++;
    }
    out->key = out->count > 0 ? rate->row[out->first].key : NULL;
    return out->count > 0;
}

static bool is_new_key(const plm_rate_rule *rate, uint32_t i)
{
    return i == 0 || strcmp(rate->row[i].key, rate->row[i - 1].key) != 0;
}

static plm_status refuse(const plm_rate_rule *rate, const char *instrument, plm_ts at,
                         plm_diag *diag)
{
    char time[PLM_TIME_TEXT_CAP];
    const char **const words = plm_alloc((size_t)rate->row_count + 1, sizeof *words);
    uint32_t count = 0;
    bool known = false;
    for (uint32_t i = 0; i < rate->row_count; i++) {
        if (is_new_key(rate, i)) {
            words[count++] = rate->row[i].key;
            known = known || strcmp(rate->row[i].key, instrument) == 0;
        }
    }
    const char *const near = known ? NULL : plm_nearest(instrument, words);
    plm_free(words);
    (void)plm_time_format(at, time);
    if (near != NULL) {
        return plm_fail(diag, PLM_ERR_USAGE, "no rates for '%.100s'; nearest: %s", instrument,
                        near);
    }
    return plm_fail(diag, PLM_ERR_USAGE, "no rates for '%.100s'%s%s", instrument,
                    known ? " as early as " : "", known ? time : "");
}

plm_status plm_rates_find(const plm_rulebook *rulebook, const char *instrument, plm_ts at,
                          plm_diag *diag, plm_rates *out)
{
    char base[PLM_RULE_KEY_CAP];
    plm_rates rates = {.rulebook = rulebook, .set = plm_rulebook_at(rulebook, at)};
    const plm_rate_rule *const rate = &rates.set->rate;
    if (rate->row_count == 0) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "%s has no rates by instrument; without --instrument it tells its rate",
                        rulebook->name);
    }
    (void)snprintf(base, sizeof base, "base:%.*s", (int)(sizeof base - 6), instrument);
    if (!find_rows(rate, instrument, at, &rates) && !find_rows(rate, base, at, &rates) &&
        !find_rows(rate, "*", at, &rates)) {
        return refuse(rate, instrument, at, diag);
    }
    *out = rates;
    return PLM_OK;
}

/* -- showing --------------------------------------------------------------------------------- */

typedef struct shown {
    unsigned count;
    const char *head[COLUMNS_MAX], *key[COLUMNS_MAX];
    char cell[COLUMNS_MAX][PLM_DECIMAL_TEXT_CAP];
} shown;

static char *next_cell(shown *line, const char *head, const char *key)
{
    plm_assert(line->count < COLUMNS_MAX);
    line->head[line->count] = head;
    line->key[line->count] = key;
    return line->cell[line->count++];
}

static void add_rate(shown *line, const char *head, const char *key, plm_rate rate)
{
    (void)plm_decimal_format(rate, PLM_RATE_SCALE, next_cell(line, head, key));
}

static void add_money(shown *line, const char *head, const char *key, plm_money money)
{
    (void)plm_decimal_format_money(money, next_cell(line, head, key));
}

/* What the marginal sum of a tier lies below its own rate times the whole: the venues' "cum". */
static plm_money deduct(const plm_rates *rates, uint32_t index)
{
    const plm_rate_row *const rows = &rates->set->rate.row[rates->first];
    plm_money sum = {0};
    for (uint32_t i = 1; i <= index; i++) {
        plm_money step;
        if (!plm_money_rate(rows[i].from, rows[i].maintenance - rows[i - 1].maintenance,
                            PLM_ROUND_HALF_EVEN, &step) ||
            !plm_money_add(sum, step, &sum)) {
            return (plm_money){0};
        }
    }
    return sum;
}

static void fill_tier(const plm_rates *rates, uint32_t index, shown *out)
{
    const plm_rate_rule *const rate = &rates->set->rate;
    const plm_rate_row *const row = &rate->row[rates->first + index];
    add_money(out, ">from", "from", row->from);
    add_rate(out, ">maintenance", "maintenance", row->maintenance);
    if (rate->kind == PLM_RATE_MARGINAL) {
        add_money(out, ">deducted", "deducted", deduct(rates, index));
    }
    char *const leverage = next_cell(out, ">leverage", "leverage_max");
    (void)plm_decimal_format(row->leverage_max, 2, leverage);
    if (row->leverage_max == 0) {
        leverage[0] = '\0';
    }
    if (rate->has_initial) {
        add_rate(out, ">initial", "initial", row->initial);
    }
}

static void fill_row(const plm_rates *rates, uint32_t index, shown *out)
{
    const plm_rate_rule *const rate = &rates->set->rate;
    const plm_rate_row *const row = &rate->row[rates->first + index];
    const bool skew = rate->kind == PLM_RATE_SKEW;
    *out = (shown){0};
    if (rate->kind == PLM_RATE_MARGINAL || rate->kind == PLM_RATE_WHOLE) {
        fill_tier(rates, index, out);
        return;
    }
    if (skew) {
        add_money(out, ">scale", "scale", row->scale);
    }
    add_rate(out, ">maintenance", "maintenance", row->maintenance);
    if (rate->kind != PLM_RATE_FLAT) {
        add_rate(out, skew ? ">factor" : ">by size", "maintenance_by_size", row->maintenance_k);
    }
    add_rate(out, ">initial", "initial", row->initial);
    if (rate->kind != PLM_RATE_FLAT) {
        add_rate(out, skew ? ">factor" : ">by size", "initial_by_size", row->initial_k);
    }
    if (rate->oi_ramp) {
        add_money(out, ">interest from", "oi_lower", row->oi_lower);
        add_money(out, ">to", "oi_upper", row->oi_upper);
    }
}

static void print_dates(const plm_rates *rates, plm_out *out)
{
    const plm_rate_rule *const rate = &rates->set->rate;
    char text[4096] = "all dates: ";
    size_t size = strlen(text);
    plm_ts last = 0;
    for (uint32_t i = 0; i < rate->row_count; i++) {
        const plm_rate_row *const row = &rate->row[i];
        if (strcmp(row->key, rates->key) != 0 || row->effective_from == last ||
            size + PLM_TIME_TEXT_CAP >= sizeof text) {
            continue;
        }
        char time[PLM_TIME_TEXT_CAP];
        (void)plm_time_format(row->effective_from, time);
        time[10] = '\0'; /* the day */
        size +=
            (size_t)snprintf(text + size, sizeof text - size, "%s%s", last == 0 ? "" : ", ", time);
        last = row->effective_from;
    }
    plm_help_wrap(out, text, 0, 2);
}

void plm_rates_print(const plm_rates *rates, plm_out *out, bool colour)
{
    char time[PLM_TIME_TEXT_CAP];
    shown line;
    fill_row(rates, 0, &line);
    plm_grid *const grid = plm_grid_create(line.head, line.count, 0);
    for (uint32_t i = 0; i < rates->count; i++) {
        fill_row(rates, i, &line);
        for (unsigned j = 0; j < line.count; j++) {
            plm_grid_add(grid, line.cell[j]);
        }
    }
    (void)plm_time_format(rates->set->rate.row[rates->first].effective_from, time);
    plm_out_printf(out, "Rates of %s from %s on\n", rates->key, time);
    plm_grid_print(grid, out, colour, 2);
    plm_grid_destroy(grid);
    print_dates(rates, out);
}

json_t *plm_rates_json(const plm_rates *rates)
{
    json_t *const json = plm_json_object();
    json_t *const list = plm_json_array();
    plm_json_text(json, "instrument", rates->key);
    plm_json_time(json, "effective_from", rates->set->rate.row[rates->first].effective_from);
    for (uint32_t i = 0; i < rates->count; i++) {
        shown line;
        json_t *const row = plm_json_object();
        fill_row(rates, i, &line);
        for (unsigned j = 0; j < line.count; j++) {
            plm_json_put(row, line.key[j],
                         line.cell[j][0] == '\0' ? json_null() : plm_json_string(line.cell[j]));
        }
        plm_json_add(list, row);
    }
    plm_json_put(json, "rows", list);
    return json;
}

void plm_rates_list_keys(const plm_rule_set *set, plm_out *out)
{
    const plm_rate_rule *const rate = &set->rate;
    char *const text = plm_alloc((size_t)rate->row_count + 1, PLM_RULE_KEY_CAP + 2);
    size_t size = 0;
    for (uint32_t i = 0; i < rate->row_count; i++) {
        if (is_new_key(rate, i)) {
            const size_t room = ((size_t)rate->row_count + 1) * (PLM_RULE_KEY_CAP + 2) - size;
            size += (size_t)snprintf(text + size, room, "%s%s", size == 0 ? "" : ", ",
                                     rate->row[i].key);
        }
    }
    if (size > 0) {
        plm_out_text(out, "\nRates for (--instrument shows one)\n  ");
        plm_help_wrap(out, text, 2, 2);
    }
    plm_free(text);
}
