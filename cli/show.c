/*
 * show.c - instruments and events for people and for programs.
 */
#include "show.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "decimal.h"
#include "instrument_text.h"
#include "memory.h"
#include "timetext.h"

_Static_assert(PLM_SHOW_FIELD_CAP >= PLM_DECIMAL_TEXT_CAP &&
                   PLM_SHOW_FIELD_CAP >= PLM_TIME_TEXT_CAP,
               "a field holds a decimal or a time");

void plm_show_field(plm_field field, int64_t value, unsigned scale, char *out)
{
    out[0] = '\0';
    switch (field) {
    case PLM_FIELD_ZERO:
        break;
    case PLM_FIELD_PX:
    case PLM_FIELD_QTY:
        (void)plm_decimal_format(value, scale, out);
        break;
    case PLM_FIELD_RATE:
        (void)plm_decimal_format(value, PLM_RATE_SCALE, out);
        break;
    case PLM_FIELD_TS:
        if (value != 0) {
            (void)plm_time_format(value, out);
        }
        break;
    case PLM_FIELD_COUNT:
        (void)plm_decimal_format(value, 0, out);
        break;
    }
}

const char *plm_show_side(const plm_event *event)
{
    const plm_kind_info *info = plm_kind_find(event->kind);
    plm_assert(info != NULL);
    for (unsigned i = 0; info->side[i] != NULL; i++) {
        if (i == event->side) {
            return info->side[i];
        }
    }
    return "?";
}

static void put_decimal(json_t *object, const char *key, int64_t value, unsigned scale)
{
    char text[PLM_DECIMAL_TEXT_CAP];
    (void)plm_decimal_format(value, scale, text);
    plm_json_text(object, key, text);
}

json_t *plm_show_instrument_json(const plm_instrument *row)
{
    json_t *object = plm_json_object();
    plm_json_text(object, "symbol", row->symbol);
    plm_json_text(object, "kind", plm_instrument_kind_name((plm_instrument_kind)row->kind));
    plm_json_count(object, "px_scale", row->px_scale);
    plm_json_count(object, "qty_scale", row->qty_scale);
    plm_json_count(object, "mult_scale", row->mult_scale);
    put_decimal(object, "tick", row->tick, row->px_scale);
    put_decimal(object, "lot", row->lot, row->qty_scale);
    put_decimal(object, "multiplier", row->multiplier, row->mult_scale);
    plm_json_text(object, "base", row->base);
    plm_json_text(object, "quote", row->quote);
    plm_json_text(object, "settle", row->settle);
    plm_json_text(object, "underlying", row->underlying);
    put_decimal(object, "strike", row->strike, row->px_scale);
    plm_json_time(object, "expiry", row->expiry);
    plm_json_time(object, "listed", row->listed);
    plm_json_time(object, "delisted", row->delisted);
    return object;
}

json_t *plm_show_event_json(const plm_event *event, const plm_ts *recv, const plm_instrument *row)
{
    const plm_kind_info *info = plm_kind_find(event->kind);
    plm_assert(info != NULL);
    char text[PLM_SHOW_FIELD_CAP];
    json_t *object = plm_json_object();
    plm_json_put(object, "ts", json_integer((json_int_t)event->ts));
    (void)plm_time_format(event->ts, text);
    plm_json_text(object, "time", text);
    if (recv != NULL) {
        plm_json_time(object, "recv", *recv);
    }
    plm_json_text(object, "symbol", row->symbol);
    plm_json_text(object, "kind", info->name);
    plm_json_text(object, "side", plm_show_side(event));
    plm_show_field(info->px, event->px, row->px_scale, text);
    plm_json_text(object, "px", text);
    plm_show_field(info->qty, event->qty, row->qty_scale, text);
    plm_json_text(object, "qty", text);
    plm_json_count(object, "flags", event->flags);
    return object;
}

/* What is not traded has no steps. */
static void add_step(plm_grid *grid, int64_t value, unsigned scale)
{
    char text[PLM_SHOW_FIELD_CAP] = "";
    if (value != 0) {
        (void)plm_decimal_format(value, scale, text);
    }
    plm_grid_add(grid, text);
}

void plm_show_instruments(plm_out *out, bool colour, const plm_instrument *rows, uint32_t count,
                          uint32_t count_max)
{
    static const char *const heads[] = {"symbol",      "kind",   ">tick", ">lot",
                                        ">multiplier", "settle", "expiry"};
    plm_grid *grid = plm_grid_create(heads, 7, 0);
    const uint32_t shown = count < count_max ? count : count_max;
    for (uint32_t i = 0; i < shown; i++) {
        char text[PLM_SHOW_FIELD_CAP];
        plm_grid_add(grid, rows[i].symbol);
        plm_grid_add(grid, plm_instrument_kind_name((plm_instrument_kind)rows[i].kind));
        add_step(grid, rows[i].tick, rows[i].px_scale);
        add_step(grid, rows[i].lot, rows[i].qty_scale);
        add_step(grid, rows[i].multiplier, rows[i].mult_scale);
        plm_grid_add(grid, rows[i].settle);
        plm_show_field(PLM_FIELD_TS, rows[i].expiry, 0, text);
        plm_grid_add(grid, text);
    }
    plm_grid_print(grid, out, colour, 2);
    plm_grid_destroy(grid);
    if (shown < count) {
        plm_out_printf(out, "  ... and %u more; --json lists all\n", count - shown);
    }
}

plm_grid *plm_show_event_grid(const char *first)
{
    const char *const heads[] = {first, "time", "symbol", "event", ">price", ">quantity"};
    return first == NULL ? plm_grid_create(heads + 1, 5, 1) : plm_grid_create(heads, 6, 2);
}

/* A time where a price or a quantity is expected has less room: "05-09 08:00". */
static void show_narrow(plm_field field, int64_t value, unsigned scale, char *out)
{
    plm_show_field(field, value, scale, out);
    if (field == PLM_FIELD_TS && out[0] != '\0') {
        memmove(out, out + 5, 11);
        out[5] = ' ';
        out[11] = '\0';
    }
}

void plm_show_event_row(plm_grid *grid, const plm_event *event, const plm_instrument *row)
{
    const plm_kind_info *info = plm_kind_find(event->kind);
    plm_assert(info != NULL);
    char text[PLM_SHOW_FIELD_CAP];
    const char *side = plm_show_side(event);
    (void)plm_time_format(event->ts, text);
    plm_grid_add(grid, text);
    plm_grid_add(grid, row->symbol);
    (void)snprintf(text, sizeof text, "%s%s%s", info->name, side[0] == '\0' ? "" : " ", side);
    plm_grid_add(grid, text);
    show_narrow(info->px, event->px, row->px_scale, text);
    plm_grid_add(grid, text);
    show_narrow(info->qty, event->qty, row->qty_scale, text);
    plm_grid_add(grid, text);
}

static void print_head(plm_out *out, const char *schema, const plm_tape_info *info)
{
    plm_out_printf(out, "{\n  \"schema\": \"plimsoll/%s/1\",\n  \"instruments\": [", schema);
    for (uint32_t i = 0; i < info->row_count; i++) {
        plm_out_text(out, i == 0 ? "\n    " : ",\n    ");
        plm_json_line(out, plm_show_instrument_json(&info->rows[i]));
    }
    plm_out_text(out, "\n  ],\n  \"events\": [");
}

plm_status plm_show_events_json(plm_session *session, const char *schema, plm_tape *tape,
                                plm_stream *stream, uint64_t count_max, plm_diag *diag)
{
    plm_out *out = &session->out;
    print_head(out, schema, plm_tape_get_info(tape));
    plm_batch *batch = plm_alloc(1, sizeof *batch);
    uint64_t count = 0;
    plm_status status = PLM_OK;
    while (count < count_max && out->error_number == 0) {
        status = stream->next(stream, diag, batch);
        if (status != PLM_OK) {
            break;
        }
        for (uint32_t i = 0; i < batch->count && count < count_max; i++, count++) {
            const plm_event *event = &batch->event[i];
            plm_out_text(out, count == 0 ? "\n    " : ",\n    ");
            plm_json_line(out, plm_show_event_json(event, stream->has_recv ? &batch->recv[i] : NULL,
                                                   &stream->rows[event->sym]));
        }
    }
    plm_free(batch);
    PLM_TRY(status);
    plm_out_text(out, "\n  ]\n}\n");
    return PLM_OK;
}
