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
        plm_assert(event->sym < decoder->row_count);
        plm_assert(i == 0 || event->ts >= event[-1].ts);
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

/* The venue numbers what happens; within an instant its numbers tell the order. */
static bool check_rank(const plm_import_check *check, const plm_decoder *decoder, plm_row *row)
{
    if (!decoder->ranked || check->on_error == PLM_ON_ERROR_SORT ||
        row->event[0].ts != check->last_ts || row->rank >= check->last_rank) {
        return true;
    }
    return plm_refuse(&row->refusal, PLM_REJECT_DISORDER,
                      "ids must not go back within an instant; --on-error sort puts rows in order",
                      "the id goes back from %llu to %llu", (unsigned long long)check->last_rank,
                      (unsigned long long)row->rank);
}

static bool check_order(const plm_import_check *check, const plm_decoder *decoder, plm_row *row)
{
    plm_ts const ts = row->event[0].ts;
    bool const sorts = check->on_error == PLM_ON_ERROR_SORT;
    plm_ts const limit = sorts ? check->emitted_ts : check->last_ts;
    bool const turned = decoder->newest_first;
    if (turned ? sorts || check->report.rows_written == 0 || ts <= limit : ts >= limit) {
        return check_rank(check, decoder, row);
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
        bool const quote = row->event[i].kind == PLM_EV_BID || row->event[i].kind == PLM_EV_ASK;
        for (uint32_t j = i + 1; quote && j < row->count; j++) {
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

static void count_order(plm_import_check *check, const plm_decoder *decoder, const plm_row *row)
{
    plm_import_report *const report = &check->report;
    plm_ts const ts = row->event[0].ts;
    plm_ts const end = row->event[row->count - 1].ts;
    bool const first = report->rows_written == 0;
    plm_assert(!decoder->newest_first || ts == end);
    report->newest_first = decoder->newest_first;
    check->ascents += !first && ts > check->row_ts ? 1 : 0;
    check->descents += !first && ts < check->row_ts ? 1 : 0;
    check->row_ts = end;
    bool const back = !first && (decoder->newest_first ? ts > check->last_ts : ts < check->last_ts);
    bool const turned =
        !first && decoder->ranked && ts == check->last_ts && row->rank < check->last_rank;
    report->reordered += back || turned ? 1 : 0;
    check->last_ts = back ? check->last_ts : end;
    check->last_rank = row->rank;
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
        if (event->kind == PLM_EV_GAP) {
            bool const longer = event->ts - event->qty > report->gap_to - report->gap_from;
            report->gap_from = longer || report->gaps == 0 ? event->qty : report->gap_from;
            report->gap_to = longer || report->gaps == 0 ? event->ts : report->gap_to;
            report->gaps++;
        }
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

/* Prices of trades and of bars of last prices, one after another. */
static void note_price(plm_import_report *report, const plm_instrument *row,
                       plm_import_extent *extent, const plm_event *event)
{
    bool const bar = (event->kind == PLM_EV_BAR_OPEN || event->kind == PLM_EV_BAR_CLOSE) &&
                     event->side == PLM_KEY_LAST;
    if ((event->kind != PLM_EV_TRADE && !bar) || event->ts < extent->priced) {
        return;
    }
    bool const silent = extent->px != 0 && event->ts - extent->priced >= PLM_JUMP_SILENCE_NS;
    plm_px const low = event->px < extent->px ? event->px : extent->px;
    plm_px const high = event->px < extent->px ? extent->px : event->px;
    if (silent && low <= INT64_MAX / PLM_JUMP_FACTOR && low * PLM_JUMP_FACTOR <= high) {
        if (report->jumps++ == 0) {
            report->jump_from = extent->priced;
            report->jump_to = event->ts;
            memcpy(report->jump_symbol, row->symbol, sizeof row->symbol);
        }
    }
    extent->priced = event->ts;
    extent->px = event->px;
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
        if (!decoder->is_tape) {
            note_price(&check->report, &decoder->rows[event->sym], extent, event);
        }
    }
}

static void remember(plm_import_check *check, const plm_row *row)
{
    plm_assert(row->size <= PLM_ROW_BYTES_MAX);
    memcpy(check->previous, row->text, row->size);
    check->previous_size = row->size;
    check->has_previous = true;
}

plm_status plm_import_check_row(plm_import_check *check, plm_decoder *decoder, const char *name,
                                plm_row *row, plm_diag *diag, bool *out_taken)
{
    plm_import_report *const report = &check->report;
    report->rows_read += row->continues ? 0 : 1;
    if (row->refusal.reason == PLM_REJECT_NONE) {
        apply_rules(check, decoder, row);
    }
    if (!decoder->is_tape && !decoder->keep_duplicates) {
        remember(check, row);
    }
    if (row->refusal.reason == PLM_REJECT_NONE) {
        count_order(check, decoder, row);
        count_oddities(report, decoder, row);
        note_extents(check, decoder, row);
        report->rows_written += row->continues ? 0 : 1;
        report->events_written += row->count;
        *out_taken = true;
        return PLM_OK;
    }
    plm_assert(!row->continues);
    if (decoder->describe != NULL) {
        decoder->describe(decoder, row);
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
