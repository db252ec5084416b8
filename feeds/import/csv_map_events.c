/*
 * csv_map_events.c - what a row of a generic CSV says: the sections `events` and `bars` of its map.
 */
#include <string.h>

#include "csv_map.h"
#include "event_csv.h"

static plm_status new_event(plm_csv_map *map, const plm_config_node *node, plm_diag *diag,
                            plm_csv_event **out)
{
    if (map->event_count == PLM_CSV_EVENTS_MAX) {
        return plm_config_fail(node, diag,
                               "a row gives more than %d events (a bar is four); at most that many",
                               PLM_CSV_EVENTS_MAX);
    }
    *out = &map->event[map->event_count++];
    return PLM_OK;
}

static bool unit_fits(plm_csv_unit unit, plm_field field)
{
    switch (field) {
    case PLM_FIELD_TS:
        return unit >= PLM_UNIT_S && unit <= PLM_UNIT_ISO;
    case PLM_FIELD_RATE:
        return unit == PLM_UNIT_NONE || unit == PLM_UNIT_PERCENT || unit == PLM_UNIT_BPS;
    case PLM_FIELD_ZERO:
    case PLM_FIELD_PX:
    case PLM_FIELD_QTY:
    case PLM_FIELD_COUNT:
        return unit == PLM_UNIT_NONE;
    }
    return false;
}

const char *plm_csv_value_problem(const plm_csv_cell *cell, plm_field field)
{
    if (field == PLM_FIELD_ZERO) {
        return NULL;
    }
    if (cell->node == NULL) {
        return "it is missing in the column map";
    }
    return unit_fits(cell->unit, field)
               ? NULL
               : "unit does not fit; times need s, ms, us, ns or iso, rates may have percent or "
                 "bps, all else has none";
}

static plm_status check_value(const plm_config_node *event, const plm_csv_cell *cell,
                              const char *key, plm_field field, const char *kind, plm_diag *diag)
{
    const char *const problem = plm_csv_value_problem(cell, field);
    if (problem == NULL) {
        return PLM_OK;
    }
    if (cell->node == NULL) {
        return plm_config_fail(event, diag, "'%s' is missing; kind %s needs it", key, kind);
    }
    return plm_config_fail(cell->node, diag, "kind %s: %s", kind, problem);
}

/* A kind that the map names must get the values and the side that it needs. */
static plm_status check_kind(const plm_csv_event *event, const plm_config_node *node,
                             const plm_kind_info *info, plm_diag *diag)
{
    const plm_csv_cell *const side = &event->side;
    PLM_TRY(check_value(node, &event->px, "px", info->px, info->name, diag));
    PLM_TRY(check_value(node, &event->qty, "qty", info->qty, info->name, diag));
    if (side->node == NULL && plm_side_by_word(info, "", 0) < 0) {
        return plm_config_fail(node, diag, "'side' is missing; kind %s needs it", info->name);
    }
    if (side->node != NULL && side->column == NULL && side->words == NULL &&
        plm_side_by_word(info, side->constant.bytes, side->constant.size) < 0) {
        return plm_config_fail(side->node, diag,
                               "'%s' is not a side of kind %s; docs/csv.md lists them; for a "
                               "column write {column: %s}",
                               side->constant.bytes, info->name, side->constant.bytes);
    }
    return PLM_OK;
}

static plm_status find_kind(const plm_config_node *node, plm_csv_text word, plm_diag *diag,
                            plm_event_kind *out)
{
    *out = plm_kind_by_name(word.bytes, word.size);
    return *out != PLM_EV_NONE
               ? PLM_OK
               : plm_config_fail(node, diag,
                                 "'%s' is not a kind; allowed are the kinds of docs/csv.md",
                                 word.bytes);
}

/* One kind for all rows: it has no value that it does not need either. */
static plm_status fix_kind(plm_csv_event *event, const plm_config_node *node, plm_diag *diag)
{
    PLM_TRY(find_kind(event->kind.node, event->kind.constant, diag, &event->kind_fixed));
    event->info = plm_kind_find(event->kind_fixed);
    if (event->info->px == PLM_FIELD_ZERO && event->px.node != NULL) {
        return plm_config_fail(event->px.node, diag, "kind %s has no px; leave it out",
                               event->info->name);
    }
    if (event->info->qty == PLM_FIELD_ZERO && event->qty.node != NULL) {
        return plm_config_fail(event->qty.node, diag, "kind %s has no qty; leave it out",
                               event->info->name);
    }
    return check_kind(event, node, event->info, diag);
}

/* The kinds that the words of a column can become. Without words each row is checked instead. */
static plm_status check_kinds(const plm_csv_event *event, const plm_config_node *node,
                              plm_diag *diag)
{
    const plm_config_node *const words = plm_config_find(event->kind.node, "words");
    const plm_config_node *const first = words != NULL ? words->first : NULL;
    for (const plm_config_node *word = first; word != NULL; word = word->next) {
        plm_event_kind kind = PLM_EV_NONE;
        PLM_TRY(find_kind(word, (plm_csv_text){word->text, word->size}, diag, &kind));
        PLM_TRY(check_kind(event, node, plm_kind_find(kind), diag));
    }
    return PLM_OK;
}

static plm_status read_event(const plm_config_node *node, plm_diag *diag, plm_csv_map *map)
{
    static const char *const KEYS[] = {"kind", "side", "px", "qty", NULL};
    PLM_TRY(plm_config_check_keys(node, KEYS, diag));
    plm_csv_event *event = NULL;
    PLM_TRY(new_event(map, node, diag, &event));
    const plm_config_node *kind = NULL;
    PLM_TRY(plm_config_require(node, "kind", diag, &kind));
    PLM_TRY(plm_csv_cell_read(kind, PLM_CSV_PLAIN_CONSTANT, PLM_CELL_WORDS, diag, &event->kind));
    PLM_TRY(plm_csv_cell_read(plm_config_find(node, "side"), PLM_CSV_PLAIN_CONSTANT,
                              PLM_CELL_WORDS | PLM_CELL_MARKS, diag, &event->side));
    unsigned const number = PLM_CELL_UNIT | PLM_CELL_MARKS;
    PLM_TRY(plm_csv_cell_read(plm_config_find(node, "px"), PLM_CSV_PLAIN_COLUMN, number, diag,
                              &event->px));
    PLM_TRY(plm_csv_cell_read(plm_config_find(node, "qty"), PLM_CSV_PLAIN_COLUMN, number, diag,
                              &event->qty));
    return event->kind.column == NULL ? fix_kind(event, node, diag)
                                      : check_kinds(event, node, diag);
}

/* -- bars ------------------------------------------------------------------------------------ */

typedef struct bar_part {
    plm_event_kind kind;
    const char *px_key;
    const char *qty_key; /* NULL: the duration */
} bar_part;

static const bar_part BAR_PARTS[] = {
    {PLM_EV_BAR_OPEN, "open", NULL},
    {PLM_EV_BAR_HIGH, "high", "trades"},
    {PLM_EV_BAR_LOW, "low", "taker_buy"},
    {PLM_EV_BAR_CLOSE, "close", "volume"},
};

static plm_status read_bar_parts(const plm_config_node *node, int64_t duration_ns,
                                 const plm_config_node *price, plm_diag *diag, plm_csv_map *map)
{
    for (size_t i = 0; i < sizeof BAR_PARTS / sizeof BAR_PARTS[0]; i++) {
        const bar_part *const part = &BAR_PARTS[i];
        plm_csv_event *event = NULL;
        PLM_TRY(new_event(map, node, diag, &event));
        event->is_bar = true;
        event->kind_fixed = part->kind;
        event->info = plm_kind_find(part->kind);
        event->duration_ns = part->qty_key == NULL ? duration_ns : 0;
        PLM_TRY(plm_csv_cell_read(price, PLM_CSV_PLAIN_CONSTANT, 0, diag, &event->side));
        const plm_config_node *px = NULL;
        PLM_TRY(plm_config_require(node, part->px_key, diag, &px));
        PLM_TRY(plm_csv_cell_read(px, PLM_CSV_PLAIN_COLUMN, PLM_CELL_MARKS, diag, &event->px));
        if (part->qty_key != NULL) {
            PLM_TRY(plm_csv_cell_read(plm_config_find(node, part->qty_key), PLM_CSV_PLAIN_COLUMN,
                                      PLM_CELL_MARKS, diag, &event->qty));
        }
    }
    return PLM_OK;
}

static plm_status read_bar(const plm_config_node *node, plm_diag *diag, plm_csv_map *map)
{
    static const char *const KEYS[] = {"price", "period", "stamp",     "open",   "high", "low",
                                       "close", "volume", "taker_buy", "trades", NULL};
    static const char *const STAMPS[] = {"start", "end", NULL};
    static const char *const PRICES[] = {"bid", "ask", "last", "mark", "index", NULL};
    PLM_TRY(plm_config_check_keys(node, KEYS, diag));
    const plm_config_node *price = NULL;
    const plm_config_node *period = NULL;
    const plm_config_node *stamp = NULL;
    PLM_TRY(plm_config_require(node, "price", diag, &price));
    PLM_TRY(plm_config_require(node, "period", diag, &period));
    PLM_TRY(plm_config_require(node, "stamp", diag, &stamp));
    size_t index = 0;
    PLM_TRY(plm_config_word(price, PRICES, diag, &index));
    int64_t duration_ns = 0;
    PLM_TRY(plm_config_duration(period, diag, &duration_ns));
    if (duration_ns <= 0 || duration_ns > INT64_C(366) * 86400 * 1000000000) {
        return plm_config_fail(period, diag, "'%s'; allowed is above 0 and at most 366d",
                               period->text);
    }
    PLM_TRY(plm_config_word(stamp, STAMPS, diag, &index));
    int64_t const shift = index == 0 ? duration_ns : 0;
    if (map->event_count > 0 && shift != map->time_shift_ns) {
        return plm_config_fail(stamp, diag,
                               "all that a row gives has one time: it cannot hold a bar stamped at "
                               "its start together with events or bars of another end");
    }
    map->time_shift_ns = shift;
    return read_bar_parts(node, duration_ns, price, diag, map);
}

plm_status plm_csv_map_read_events(const plm_config_node *root, plm_diag *diag, plm_csv_map *map)
{
    const plm_config_node *const events = plm_config_find(root, "events");
    const plm_config_node *const bars = plm_config_find(root, "bars");
    if (events != NULL) {
        PLM_TRY(plm_config_expect(events, PLM_CONFIG_LIST, diag));
        for (const plm_config_node *node = events->first; node != NULL; node = node->next) {
            PLM_TRY(read_event(node, diag, map));
        }
    }
    if (bars != NULL) {
        PLM_TRY(plm_config_expect(bars, PLM_CONFIG_LIST, diag));
        for (const plm_config_node *node = bars->first; node != NULL; node = node->next) {
            PLM_TRY(read_bar(node, diag, map));
        }
    }
    if (map->event_count == 0) {
        return plm_config_fail(root, diag, "neither 'events' nor 'bars' says what a row gives");
    }
    return PLM_OK;
}
