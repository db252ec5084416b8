/*
 * import_check.c - well-formed events, order, duplicates, crossed quotes; counting and examples.
 */
#include "import_check.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "kinds.h"
#include "memory.h"
#include "timetext.h"

#define SHOWN_MAX 100 /* bytes of a row that a message shows */

/* Kinds whose price and quantity the venue makes in steps; all speak of traded rows only. */
#define GRID_KINDS                                                                                 \
    (PLM_EV_BIT(PLM_EV_TRADE) | PLM_EV_BIT(PLM_EV_BID) | PLM_EV_BIT(PLM_EV_ASK) |                  \
     PLM_EV_BIT(PLM_EV_LEVEL))

void plm_import_check_init(plm_import_check *check, plm_on_error on_error)
{
    *check =
        (plm_import_check){.on_error = on_error, .last_ts = INT64_MIN, .emitted_ts = INT64_MIN};
    check->previous = plm_alloc(PLM_ROW_BYTES_MAX, 1);
}

void plm_import_check_fini(plm_import_check *check)
{
    plm_free(check->previous);
    plm_free(check->extents);
}

/* -- the rules ------------------------------------------------------------------------------- */

static bool is_time(plm_ts ts)
{
    return ts >= PLM_TS_MIN && ts < PLM_TS_MAX;
}

static bool check_events(const plm_decoder *decoder, plm_row *row)
{
    for (uint32_t i = 0; i < row->count; i++) {
        const plm_event *const event = &row->event[i];
        plm_assert(event->sym < decoder->row_count && event->ts == row->event[0].ts);
        const char *const problem = plm_event_problem(event, &decoder->rows[event->sym]);
        if (problem == NULL) {
            continue;
        }
        const plm_kind_info *const info = plm_kind_find(event->kind);
        bool const negative = is_time(event->ts) && info != NULL &&
                              ((event->px < 0 && info->px == PLM_FIELD_PX) || event->qty < 0);
        return plm_refuse(&row->refusal, negative ? PLM_REJECT_NEGATIVE : PLM_REJECT_RANGE, problem,
                          "event %s of %s", info != NULL ? info->name : "?",
                          decoder->rows[event->sym].symbol);
    }
    if (decoder->has_recv && !is_time(row->recv)) {
        return plm_refuse(&row->refusal, PLM_REJECT_RANGE, "times must lie in 2000..2100",
                          "recv is %lld ns", (long long)row->recv);
    }
    return true;
}

static bool check_order(const plm_import_check *check, const plm_decoder *decoder, plm_row *row)
{
    plm_ts const ts = row->event[0].ts;
    bool const sorts = check->on_error == PLM_ON_ERROR_SORT;
    plm_ts const limit = sorts ? check->emitted_ts : check->last_ts;
    bool const turned = decoder->newest_first;
    if (turned ? sorts || check->report.rows_written == 0 || ts <= limit : ts >= limit) {
        return true;
    }
    char before[PLM_TIME_TEXT_CAP];
    char now[PLM_TIME_TEXT_CAP];
    (void)plm_time_format(limit, before);
    (void)plm_time_format(ts, now);
    if (turned) {
        return plm_refuse(&row->refusal, PLM_REJECT_DISORDER,
                          "the file is read as newest first; --on-error sort puts rows in order",
                          "time goes forward from %s to %s", before, now);
    }
    return plm_refuse(&row->refusal, PLM_REJECT_DISORDER,
                      sorts ? "--on-error sort holds back 1048576 events; sort the file first"
                            : "time must not go back; --on-error sort puts rows in order",
                      "time goes back from %s to %s", before, now);
}

static bool check_duplicate(const plm_import_check *check, plm_row *row)
{
    if (check->has_previous && check->previous_size == row->size &&
        memcmp(check->previous, row->text, row->size) == 0) {
        return plm_refuse(&row->refusal, PLM_REJECT_DUPLICATE,
                          "rows that are meant to repeat need 'duplicates: keep' in the column map",
                          "equal to the row before");
    }
    return true;
}

/* Only within one row: a side that is restated alone may cross the other until that one follows. */
static bool check_crossed(const plm_decoder *decoder, plm_row *row)
{
    for (uint32_t i = 0; i + 1 < row->count; i++) {
        if (row->event[i].kind != PLM_EV_BID && row->event[i].kind != PLM_EV_ASK) {
            continue;
        }
        for (uint32_t j = i + 1; j < row->count; j++) {
            const plm_event *const a = &row->event[i];
            const plm_event *const b = &row->event[j];
            const plm_event *const bid = a->kind == PLM_EV_BID ? a : b;
            const plm_event *const ask = a->kind == PLM_EV_BID ? b : a;
            if (bid->kind == PLM_EV_BID && ask->kind == PLM_EV_ASK && bid->sym == ask->sym &&
                ask->px != 0 && bid->px >= ask->px) {
                return plm_refuse(&row->refusal, PLM_REJECT_CROSSED, "bid must be below ask",
                                  "crossed quote of %s", decoder->rows[bid->sym].symbol);
            }
        }
    }
    return true;
}

static void apply_rules(const plm_import_check *check, const plm_decoder *decoder, plm_row *row)
{
    if (check_events(decoder, row) && check_order(check, decoder, row) && !decoder->is_tape &&
        (decoder->keep_duplicates || check_duplicate(check, row))) {
        (void)check_crossed(decoder, row);
    }
}

/* -- counting -------------------------------------------------------------------------------- */

static int shown(const plm_row *row)
{
    return row->size > SHOWN_MAX ? SHOWN_MAX : (int)row->size;
}

static const char *dots(const plm_row *row)
{
    return row->size > SHOWN_MAX ? "..." : "";
}

static void count_reject(plm_import_report *report, const plm_row *row)
{
    plm_reject const reason = row->refusal.reason;
    uint64_t const before = report->rejected[reason]++;
    if (before < PLM_REPORT_EXAMPLES) {
        (void)snprintf(report->example[reason][before], PLM_REPORT_TEXT_CAP, "line %llu: %.*s%s",
                       (unsigned long long)row->line, shown(row), row->text, dots(row));
    }
}

static void count_order(plm_import_check *check, const plm_decoder *decoder, plm_ts ts)
{
    plm_import_report *const report = &check->report;
    bool const first = report->rows_written == 0;
    report->newest_first = decoder->newest_first;
    check->ascents += !first && ts > check->row_ts ? 1 : 0;
    check->descents += !first && ts < check->row_ts ? 1 : 0;
    check->row_ts = ts;
    bool const back = !first && (decoder->newest_first ? ts > check->last_ts : ts < check->last_ts);
    report->reordered += back ? 1 : 0;
    check->last_ts = back ? check->last_ts : ts;
}

/* What is strange and yet what the venue sent: never refused, but said. */
static void count_oddities(plm_import_report *report, const plm_decoder *decoder,
                           const plm_row *row)
{
    plm_ts const ts = row->event[0].ts;
    if (decoder->has_recv && row->recv < ts) {
        report->recv_early++;
        report->recv_lead = ts - row->recv > report->recv_lead ? ts - row->recv : report->recv_lead;
    }
    for (uint32_t i = 0; i < row->count; i++) {
        const plm_event *const event = &row->event[i];
        const plm_instrument *const instrument = &decoder->rows[event->sym];
        if ((GRID_KINDS & PLM_EV_BIT(event->kind)) == 0) {
            continue;
        }
        uint64_t const off = (event->px % instrument->tick != 0 ? 1U : 0U) +
                             (event->qty % instrument->lot != 0 ? 1U : 0U);
        if (off > 0 && report->off_grid == 0) {
            report->off_grid_line = row->line;
            memcpy(report->off_grid_symbol, instrument->symbol, sizeof instrument->symbol);
        }
        report->off_grid += off;
    }
}

static void note_extents(plm_import_check *check, const plm_decoder *decoder, const plm_row *row)
{
    uint32_t const known = check->extent_count;
    if (known < decoder->row_count) {
        check->extents = plm_realloc(check->extents, decoder->row_count, sizeof *check->extents);
        memset(check->extents + known, 0, (decoder->row_count - known) * sizeof *check->extents);
        check->extent_count = decoder->row_count;
    }
    for (uint32_t i = 0; i < row->count; i++) {
        const plm_event *const event = &row->event[i];
        plm_import_extent *const extent = &check->extents[event->sym];
        bool const first = extent->kinds == 0;
        extent->first = first || event->ts < extent->first ? event->ts : extent->first;
        extent->last = first || event->ts > extent->last ? event->ts : extent->last;
        extent->kinds |= PLM_EV_BIT(event->kind);
    }
}

static void remember(plm_import_check *check, const plm_row *row)
{
    plm_assert(row->size <= PLM_ROW_BYTES_MAX);
    memcpy(check->previous, row->text, row->size);
    check->previous_size = row->size;
    check->has_previous = true;
}

plm_status plm_import_check_row(plm_import_check *check, const plm_decoder *decoder,
                                const char *name, plm_row *row, plm_diag *diag, bool *out_taken)
{
    plm_import_report *const report = &check->report;
    report->rows_read++;
    if (row->refusal.reason == PLM_REJECT_NONE) {
        apply_rules(check, decoder, row);
    }
    if (!decoder->is_tape && !decoder->keep_duplicates) {
        remember(check, row);
    }
    if (row->refusal.reason == PLM_REJECT_NONE) {
        count_order(check, decoder, row->event[0].ts);
        count_oddities(report, decoder, row);
        note_extents(check, decoder, row);
        report->rows_written++;
        report->events_written += row->count;
        *out_taken = true;
        return PLM_OK;
    }
    count_reject(report, row);
    if (row->refusal.reason != PLM_REJECT_DECLARED && check->on_error != PLM_ON_ERROR_SKIP) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s:%llu: %s ('%.*s%s'); %s", name,
                        (unsigned long long)row->line, row->refusal.found, shown(row), row->text,
                        dots(row), row->refusal.allowed);
    }
    *out_taken = false;
    return PLM_OK;
}
