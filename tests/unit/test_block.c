/*
 * test_block.c - promises of block_encode.h and block_decode.h (with chunk.h and block_unpack.h
 * below them):
 * - events, and second stamps, come back as they went in: every mood, profile and kernel, blocks of
 *   one event, of one instant, and of 16384 keys;
 * - columns agree with events for every mask, in 32 and in 64 bits, and nothing else is handed out;
 * - tags mark new instants and changed prices, and nothing else;
 * - zones and kinds are those that a plain loop over the events finds.
 */
#include "block_work.h"

/* -- the promises, each for one block -------------------------------------------------------- */

static void check_key(const plm_block_key *key, const plm_event *event)
{
    assert_int_equal(key->sym, event->sym);
    assert_int_equal(key->kind, event->kind);
    assert_int_equal(key->side, event->side);
    assert_int_equal(key->flags, event->flags);
    plm_kind_info const *const info = plm_kind_find(event->kind);
    assert_int_equal(key->px_unit != 0, info->px != PLM_FIELD_ZERO);
    assert_int_equal(key->qty_unit != 0, info->qty != PLM_FIELD_ZERO);
}

static void check_columns(work *self, const block *made, const tape_sample *sample, bool with_recv,
                          uint32_t mask)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_block_source const source = source_of(made, sample, with_recv);
    const plm_columns *c = NULL;
    assert_ok(plm_block_columns(self->decoder, &source, mask, &diag, &c), &diag);
    assert_int_equal(c->count, sample->count);
    assert_int_equal(c->ts != NULL, (mask & PLM_COLUMN_TS) != 0);
    assert_int_equal((c->px32 != NULL) + (c->px64 != NULL), (mask & PLM_COLUMN_PX) != 0);
    assert_int_equal((c->qty32 != NULL) + (c->qty64 != NULL), (mask & PLM_COLUMN_QTY) != 0);
    assert_int_equal(c->recv != NULL, with_recv && (mask & PLM_COLUMN_RECV) != 0);
    for (uint32_t i = 0; i < c->count; i++) {
        plm_event const *const event = &sample->events[i];
        assert_true(c->tag[i] >> PLM_TAG_SHIFT < c->key_count);
        plm_block_key const *const key = &c->keys[c->tag[i] >> PLM_TAG_SHIFT];
        check_key(key, event);
        bool const fresh = i == 0 ? !made->row.continues : event->ts != event[-1].ts;
        assert_int_equal((c->tag[i] & PLM_TAG_INSTANT) != 0, fresh);
        if (c->ts != NULL) {
            assert_true(c->ts[i] == event->ts);
        }
        if ((mask & PLM_COLUMN_PX) != 0) {
            uint64_t const steps = (uint64_t)(c->px32 != NULL ? c->px32[i] : c->px64[i]);
            assert_true((uint64_t)key->px_base + steps * (uint64_t)key->px_unit ==
                        (uint64_t)event->px);
        }
        if ((mask & PLM_COLUMN_QTY) != 0) {
            uint64_t const units = c->qty32 != NULL ? c->qty32[i] : (uint64_t)c->qty64[i];
            assert_true(units * (uint64_t)key->qty_unit == (uint64_t)event->qty);
        }
        if (c->recv != NULL) {
            assert_true(c->recv[i] == sample->recv[i]);
        }
    }
}

/* What one event does to the zone of its key. */
static void naive_take(plm_zone *zone, const plm_event *event)
{
    bool const empty = event->px == 0 && event->qty == 0 &&
                       (event->kind == PLM_EV_BID || event->kind == PLM_EV_ASK);
    zone->count++;
    zone->ends_empty = empty;
    zone->emptied |= empty;
    zone->last_qty = event->qty;
    if (!empty) {
        bool const first = zone->pad_ == 0;
        zone->pad_ = 1;
        zone->first = first ? event->px : zone->first;
        zone->min = first || event->px < zone->min ? event->px : zone->min;
        zone->max = first || event->px > zone->max ? event->px : zone->max;
        zone->last = event->px;
    }
    if (event->kind == PLM_EV_TRADE) {
        plm_u128 const volume =
            ((plm_u128)zone->volume_high << 64 | zone->volume_low) + (plm_u128)event->qty;
        zone->volume_low = (uint64_t)volume;
        zone->volume_high = (uint64_t)(volume >> 64);
    }
}

static void check_zones(const block *made, const tape_sample *sample)
{
    plm_zone *const naive = plm_alloc((size_t)sample->row_count * PLM_KEY_COUNT, sizeof *naive);
    uint64_t kinds = 0;
    for (uint32_t i = 0; i < sample->count; i++) {
        plm_event const *const event = &sample->events[i];
        kinds |= PLM_EV_BIT(event->kind);
        plm_price_key const key = plm_event_price_key(event);
        if (key != PLM_KEY_NONE) {
            naive_take(&naive[(size_t)event->sym * PLM_KEY_COUNT + key], event);
        }
    }
    assert_true(made->row.kinds == kinds);
    uint32_t at = 0;
    for (size_t k = 0; k < (size_t)sample->row_count * PLM_KEY_COUNT; k++) {
        if (naive[k].count == 0) {
            continue;
        }
        assert_true(at < made->row.zone_count);
        plm_zone const *const zone = &made->zones[at++];
        assert_int_equal(zone->sym, k / PLM_KEY_COUNT);
        assert_int_equal(zone->key, k % PLM_KEY_COUNT);
        assert_int_equal(zone->count, naive[k].count);
        assert_int_equal(zone->emptied, naive[k].emptied);
        assert_int_equal(zone->ends_empty, naive[k].ends_empty);
        assert_true(zone->first == naive[k].first && zone->last == naive[k].last);
        assert_true(zone->min == naive[k].min && zone->max == naive[k].max);
        assert_true(zone->last_qty == naive[k].last_qty);
        assert_true(zone->volume_low == naive[k].volume_low);
        assert_true(zone->volume_high == naive[k].volume_high);
    }
    assert_int_equal(at, made->row.zone_count);
    plm_free(naive);
}

static void check_sample(work *self, const tape_sample *sample, bool with_recv, bool continues)
{
    block made = encode(self, sample, with_recv, continues);
    plm_block_decoder_use(self->decoder, plm_kernels_pick());
    check_events(self, &made, sample, with_recv);
    check_zones(&made, sample);
    for (uint32_t mask = 0; mask <= PLM_COLUMN_ALL; mask++) {
        check_columns(self, &made, sample, with_recv, mask);
    }
    plm_block_decoder_use(self->decoder, &plm_kernels_plain);
    check_events(self, &made, sample, with_recv);
    check_columns(self, &made, sample, with_recv, PLM_COLUMN_ALL);
    block_free(&made);
}

/* -- tests ----------------------------------------------------------------------------------- */

static void every_mood_profile_and_clock_comes_back_as_it_went_in(void **state)
{
    (void)state;
    for (plm_profile profile = PLM_PROFILE_FAST; profile <= PLM_PROFILE_ARCHIVE; profile++) {
        work self = work_create(profile);
        for (unsigned mood = 0; mood < SAMPLE_MOODS; mood++) {
            for (uint64_t seed = 0; seed < 4; seed++) {
                uint32_t const count = 1 + (uint32_t)(seed * 397 + mood * 11);
                tape_sample sample = tape_sample_make((sample_mood)mood, seed, count);
                check_sample(&self, &sample, seed % 2 == 0, seed == 3);
                tape_sample_free(&sample);
            }
        }
        work_destroy(&self);
    }
}

static void full_blocks_come_back_also_with_a_key_for_every_event(void **state)
{
    (void)state;
    work self = work_create(PLM_PROFILE_DEFAULT);
    static sample_mood const moods[] = {SAMPLE_CALM, SAMPLE_EXTREME, SAMPLE_KEYS, SAMPLE_WIDE};
    for (size_t m = 0; m < sizeof moods / sizeof moods[0]; m++) {
        tape_sample sample = tape_sample_make(moods[m], 9, PLM_BLOCK_EVENTS_MAX);
        block made = encode(&self, &sample, true, false);
        check_events(&self, &made, &sample, true);
        check_columns(&self, &made, &sample, true, PLM_COLUMN_ALL);
        check_zones(&made, &sample);
        block_free(&made);
        tape_sample_free(&sample);
    }
    work_destroy(&self);
}

static void one_event_and_one_instant_are_blocks(void **state)
{
    (void)state;
    work self = work_create(PLM_PROFILE_FAST);
    for (uint64_t seed = 0; seed < 200; seed++) {
        tape_sample one = tape_sample_make(SAMPLE_EXTREME, seed, 1);
        check_sample(&self, &one, seed % 2 == 0, seed % 3 == 0);
        tape_sample_free(&one);
    }
    tape_sample instant = tape_sample_make(SAMPLE_CALM, 5, 700);
    for (uint32_t i = 0; i < instant.count; i++) {
        if (instant.events[i].kind == PLM_EV_GAP) {
            instant.events[i].qty = instant.events[0].ts;
        }
        instant.events[i].ts = instant.events[0].ts;
    }
    check_sample(&self, &instant, true, false);
    check_sample(&self, &instant, true, true);
    tape_sample_free(&instant);
    work_destroy(&self);
}

static void calm_prices_take_32_bits_and_extreme_ones_64(void **state)
{
    (void)state;
    work self = work_create(PLM_PROFILE_DEFAULT);
    static struct {
        sample_mood mood;
        bool narrow;
    } const cases[] = {{SAMPLE_CALM, true}, {SAMPLE_EXTREME, false}};
    for (size_t k = 0; k < 2; k++) {
        tape_sample sample = tape_sample_make(cases[k].mood, 1, 500);
        uint32_t kept = 0; /* rates and times of rare kinds need 64 bits in any mood */
        for (uint32_t i = 0; i < sample.count; i++) {
            if (sample.events[i].kind <= PLM_EV_LEVEL) {
                sample.events[kept++] = sample.events[i];
            }
        }
        sample.count = kept;
        block made = encode(&self, &sample, false, false);
        plm_block_source const source = source_of(&made, &sample, false);
        plm_diag diag;
        plm_diag_init(&diag);
        const plm_columns *columns = NULL;
        assert_ok(plm_block_columns(self.decoder, &source, PLM_COLUMN_ALL, &diag, &columns), &diag);
        assert_int_equal(columns->px32 != NULL, cases[k].narrow);
        assert_int_equal(columns->qty32 != NULL, cases[k].narrow);
        block_free(&made);
        tape_sample_free(&sample);
    }
    work_destroy(&self);
}

/* Steps that fit 32 bits each may sum to more: px32 must give way although nothing escaped. */
static void prices_that_walk_beyond_32_bits_are_given_in_64(void **state)
{
    (void)state;
    work self = work_create(PLM_PROFILE_DEFAULT);
    tape_sample sample = tape_sample_make(SAMPLE_CALM, 2, 6);
    for (uint32_t i = 0; i < sample.count; i++) {
        sample.events[i].kind = PLM_EV_MARK;
        sample.events[i].side = 0;
        sample.events[i].flags = 0;
        sample.events[i].sym = 1;
        sample.events[i].qty = 0;
        sample.events[i].px = 1 + (plm_px)i * 1000000007 + (i == 3);
    }
    check_sample(&self, &sample, false, false);
    block made = encode(&self, &sample, false, false);
    plm_block_source const source = source_of(&made, &sample, false);
    plm_diag diag;
    plm_diag_init(&diag);
    const plm_columns *columns = NULL;
    assert_ok(plm_block_columns(self.decoder, &source, PLM_COLUMN_PX, &diag, &columns), &diag);
    assert_non_null(columns->px64);
    block_free(&made);
    tape_sample_free(&sample);
    work_destroy(&self);
}

static void equal_events_make_equal_bytes(void **state)
{
    (void)state;
    tape_sample sample = tape_sample_make(SAMPLE_CALM, 8, 900);
    work one = work_create(PLM_PROFILE_ARCHIVE);
    work other = work_create(PLM_PROFILE_ARCHIVE);
    block a = encode(&one, &sample, true, false);
    block b = encode(&other, &sample, true, false);
    assert_int_equal(a.bytes.size, b.bytes.size);
    assert_memory_equal(a.bytes.data, b.bytes.data, a.bytes.size);
    block_free(&a);
    block_free(&b);
    work_destroy(&one);
    work_destroy(&other);
    tape_sample_free(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mood_profile_and_clock_comes_back_as_it_went_in),
        cmocka_unit_test(full_blocks_come_back_also_with_a_key_for_every_event),
        cmocka_unit_test(one_event_and_one_instant_are_blocks),
        cmocka_unit_test(calm_prices_take_32_bits_and_extreme_ones_64),
        cmocka_unit_test(prices_that_walk_beyond_32_bits_are_given_in_64),
        cmocka_unit_test(equal_events_make_equal_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
