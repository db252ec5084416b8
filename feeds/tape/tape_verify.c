/*
 * tape_verify.c - reads a whole tape and believes nothing: every event is checked, zones and totals
 * are computed again from the events by plain loops, and the digest is made anew.
 */
#include <inttypes.h>
#include <string.h>

#include "check.h"
#include "kinds.h"
#include "memory.h"
#include "num.h"
#include "tape_file.h"

typedef struct verifier {
    plm_tape *tape;
    plm_digest *events, *recv;
    plm_event *event; /* of the block at hand */
    plm_ts *stamp;
    plm_zone *zones; /* one per row and key, those of the block at hand filled */
    plm_ts last_ts;
} verifier;

static plm_zone *zone_of(const verifier *self, uint32_t sym, unsigned key)
{
    return &self->zones[(size_t)sym * PLM_KEY_COUNT + key];
}

static void zone_take(plm_zone *zone, const plm_event *event)
{
    const bool quote = event->kind == PLM_EV_BID || event->kind == PLM_EV_ASK;
    const bool empty = quote && event->qty == 0;
    zone->count++;
    zone->last_qty = event->qty;
    zone->ends_empty = empty;
    if (empty) {
        zone->emptied = true;
        return;
    }
    if (zone->pad_ == 0) {
        zone->pad_ = 1; /* has had a price */
        zone->first = zone->min = zone->max = event->px;
    }
    zone->last = event->px;
    zone->min = event->px < zone->min ? event->px : zone->min;
    zone->max = event->px > zone->max ? event->px : zone->max;
    if (event->kind == PLM_EV_TRADE) {
        const uint64_t low = zone->volume_low + (uint64_t)event->qty;
        zone->volume_high += low < zone->volume_low;
        zone->volume_low = low;
    }
}

static bool zone_equal(const plm_zone *a, const plm_zone *b)
{
    const bool sized = a->key <= PLM_KEY_LAST;
    return a->count == b->count && a->emptied == b->emptied && a->ends_empty == b->ends_empty &&
           a->first == b->first && a->last == b->last && a->min == b->min && a->max == b->max &&
           (!sized || a->last_qty == b->last_qty) && a->volume_low == b->volume_low &&
           a->volume_high == b->volume_high;
}

static plm_status check_events(verifier *self, const plm_block_info *info, uint64_t *out_kinds,
                               plm_diag *diag)
{
    uint64_t kinds = 0;
    for (uint32_t i = 0; i < info->events; i++) {
        const plm_event *const event = &self->event[i];
        const char *problem = plm_event_problem(event, &self->tape->trailer.rows[event->sym]);
        if (problem == NULL && event->ts < self->last_ts) {
            problem = "time goes back";
        }
        if (problem == NULL && self->tape->info.has_recv &&
            (self->stamp[i] < PLM_TS_MIN || self->stamp[i] >= PLM_TS_MAX)) {
            problem = "its second stamp is outside 2000..2100";
        }
        if (problem != NULL) {
            return plm_fail(diag, PLM_ERR_INPUT, "%s: event %" PRIu64 ": %s", self->tape->where,
                            info->first_event + i, problem);
        }
        self->last_ts = event->ts;
        kinds |= PLM_EV_BIT(event->kind);
        const plm_price_key key = plm_event_price_key(event);
        if (key != PLM_KEY_NONE) {
            zone_take(zone_of(self, event->sym, key), event);
        }
    }
    *out_kinds = kinds;
    return PLM_OK;
}

/* The zones of the index against those of the events; clears the latter. */
static bool zones_agree(verifier *self, const plm_block_info *info)
{
    uint64_t count = 0;
    uint64_t indexed = 0;
    bool agree = true;
    for (uint32_t i = 0; i < info->zone_count; i++) {
        const plm_zone *const zone = &info->zones[i];
        plm_zone *const seen = zone_of(self, zone->sym, zone->key);
        agree = agree && zone_equal(zone, seen);
        indexed += zone->count;
    }
    for (uint32_t i = 0; i < info->events; i++) {
        const plm_event *const event = &self->event[i];
        const plm_price_key key = plm_event_price_key(event);
        if (key != PLM_KEY_NONE) {
            *zone_of(self, event->sym, key) = (plm_zone){0};
            count++;
        }
    }
    return agree && count == indexed;
}

static plm_status verify_block(verifier *self, uint64_t block, plm_diag *diag)
{
    plm_tape *const tape = self->tape;
    plm_block_source source;
    const plm_block_info *info = NULL;
    PLM_TRY(plm_tape_source(tape, block, diag, &source, &info));
    PLM_TRY(plm_block_events(tape->decoder, &source, diag, self->event, self->stamp));
    const plm_ts before = self->last_ts;
    const bool starts = block == 0;
    uint64_t kinds = 0;
    PLM_TRY(check_events(self, info, &kinds, diag));
    const plm_event *const last = &self->event[info->events - 1];
    const bool continues = !starts && self->event[0].ts == before;
    if (info->first_ts != self->event[0].ts || info->last_ts != last->ts || info->kinds != kinds ||
        info->continues != continues || !zones_agree(self, info)) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: byte %" PRIu64 ": the index row does not agree with the events",
                        tape->where, source.row->offset);
    }
    plm_digest_add(self->events, self->event, info->events * sizeof *self->event);
    if (tape->info.has_recv) {
        plm_digest_add(self->recv, self->stamp, info->events * sizeof *self->stamp);
    }
    return PLM_OK;
}

static plm_status verify_digest(verifier *self, plm_diag *diag)
{
    const plm_tape *const tape = self->tape;
    uint8_t events[PLM_DIGEST_SIZE];
    uint8_t recv[PLM_DIGEST_SIZE];
    uint8_t digest[PLM_DIGEST_SIZE];
    char found[PLM_DIGEST_TEXT_CAP];
    char stored[PLM_DIGEST_TEXT_CAP];
    plm_digest_finish(self->events, events);
    plm_digest_finish(self->recv, recv);
    plm_tape_digest(tape->trailer.rows, tape->trailer.row_count, events,
                    tape->info.has_recv ? recv : NULL, digest);
    if (memcmp(digest, tape->footer.digest, sizeof digest) == 0) {
        return PLM_OK;
    }
    plm_digest_text(digest, found);
    plm_digest_text(tape->footer.digest, stored);
    return plm_fail(diag, PLM_ERR_INPUT,
                    "%s: byte %" PRIu64 ": digest of the events is %s, stored is %s", tape->path,
                    tape->footer.file_size - PLM_FOOT_SIZE, found, stored);
}

plm_status plm_tape_verify(plm_tape *tape, plm_diag *diag)
{
    verifier self = {.tape = tape, .last_ts = PLM_TS_MIN};
    self.events = plm_digest_create();
    self.recv = plm_digest_create();
    self.event = plm_alloc_aligned(PLM_BLOCK_EVENTS_MAX, sizeof *self.event, 64);
    self.stamp = plm_alloc(PLM_BLOCK_EVENTS_MAX, sizeof *self.stamp);
    self.zones =
        plm_alloc(((size_t)tape->trailer.row_count + 1) * PLM_KEY_COUNT, sizeof *self.zones);
    plm_status status = PLM_OK;
    for (uint64_t block = 0; status == PLM_OK && block < tape->footer.blocks; block++) {
        status = verify_block(&self, block, diag);
    }
    if (status == PLM_OK) {
        status = verify_digest(&self, diag);
    }
    plm_digest_destroy(self.events);
    plm_digest_destroy(self.recv);
    plm_free(self.event);
    plm_free(self.stamp);
    plm_free(self.zones);
    return status;
}
