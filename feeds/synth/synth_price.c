/*
 * synth_price.c - the price that orders follow, and what a venue publishes by the clock: index,
 * mark, announced and settled funding, status.
 *
 * A free row wanders: common factor, own moves, jumps, drift and pull as its style says. A dated
 * row goes from waypoint to waypoint; its noise is scaled down to nothing at each of them, so that
 * the waypoints come out exactly.
 */
#include "synth_draw.h"
#include "synth_row.h"

#define SECOND_NS INT64_C(1000000000)
#define MINUTE_NS (60 * SECOND_NS)
#define FUNDING_NS (8 * 60 * MINUTE_NS)
#define TICKS_PER_HOUR 36000
#define MILLION INT64_C(1000000)
#define NOISE_TICKS 3000 /* a dated row forgets its noise in five minutes */
#define STRESS_MAX (12 * SYNTH_ONE)
#define ORDER_MAX 2000000000
#define FAIR_MIN (INT64_C(2) << 16)
#define FAIR_MAX (INT64_C(1) << 52)
/* Funding as on Binance: premium + clamp(interest - premium, -0.05 %, 0.05 %), interest 0.01 %. */
#define INTEREST INT64_C(100000000)
#define INTEREST_CLAMP INT64_C(500000000)

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

static int64_t median(int64_t a, int64_t b, int64_t c)
{
    int64_t const low = a < b ? a : b;
    int64_t const high = a < b ? b : a;
    return clamp(c, low, high);
}

static uint64_t root(uint64_t square)
{
    uint64_t result = 0;
    for (uint64_t bit = UINT64_C(1) << 31; bit > 0; bit >>= 1) {
        uint64_t const candidate = result | bit;
        if (candidate * candidate <= square) {
            result = candidate;
        }
    }
    return result;
}

/* -- paths */

/* Share of the present leg that lies behind, in units of 2^-16; 0 before and after the path. */
static int64_t leg_share(const synth_cursor *path, plm_ts now)
{
    if (path->next == 0 || path->next >= path->count) {
        return 0;
    }
    plm_ts const begin = path->points[path->next - 1].ts;
    plm_ts const end = path->points[path->next].ts;
    return clamp((now - begin) / ((end - begin) >> 16), 0, SYNTH_ONE);
}

/* The path itself, in units of 2^-16. */
static int64_t path_value(const synth_cursor *path, plm_ts now)
{
    int64_t const share = leg_share(path, now);
    if (path->next == 0) {
        return path->points[0].value * SYNTH_ONE;
    }
    int64_t const from = path->points[path->next - 1].value;
    int64_t const to = share > 0 ? path->points[path->next].value : from;
    return from * SYNTH_ONE + (to - from) * share;
}

/* How much noise this moment bears: 4 f (1 - f), 0 at the waypoints; 2^-16. */
static int64_t noise_window(const synth_cursor *path, plm_ts now)
{
    int64_t const share = leg_share(path, now);
    return share * (SYNTH_ONE - share) >> 14;
}

/* The path that trades follow: last, else mark, else (assets) index. */
static synth_cursor *driver(synth_row *row)
{
    if (row->path[SYNTH_PATH_LAST].count > 0) {
        return &row->path[SYNTH_PATH_LAST];
    }
    return row->path[SYNTH_PATH_MARK].count > 0 ? &row->path[SYNTH_PATH_MARK]
                                                : &row->path[SYNTH_PATH_INDEX];
}

/* A path with `part` / 4 of the noise, inside its own extremes. */
static int64_t noisy(const synth_row *row, const synth_cursor *path, int64_t part)
{
    int64_t const noise = row->noise * part / 4;
    int64_t const value =
        path_value(path, row->now) + (noise / 256 * noise_window(path, row->now) / 256);
    return clamp(value, path->low * SYNTH_ONE, path->high * SYNTH_ONE);
}

/* How steep the leg is against the row's usual volatility. */
static void measure_leg(synth_row *row, const synth_cursor *path)
{
    row->stress = 0;
    row->leg_sign = 0;
    if (path->next == 0 || path->next >= path->count) {
        return;
    }
    const synth_point *const from = &path->points[path->next - 1];
    const synth_point *const to = &path->points[path->next];
    int64_t const move = to->value - from->value;
    row->leg_sign = move < 0 ? -1 : 1;
    uint64_t const seconds = (uint64_t)((to->ts - from->ts) / SECOND_NS);
    uint64_t const size = (uint64_t)(move < 0 ? -move : move);
    uint64_t const usual = row->manner.vol * (root(seconds) + 1);
    int64_t const steep =
        (int64_t)(size * (uint64_t)MILLION / (uint64_t)from->value * (SYNTH_ONE / 4) / usual);
    row->stress = (uint64_t)clamp(steep - SYNTH_ONE / 2, 0, STRESS_MAX);
}

/* True when the path has a waypoint exactly now. */
static bool pass_waypoint(synth_cursor *path, plm_ts now)
{
    bool hit = false;
    while (path->next < path->count && path->points[path->next].ts <= now) {
        hit = path->points[path->next].ts == now;
        path->next++;
    }
    return hit;
}

/* -- moves */

static void move_fair(synth_row *row, int64_t by)
{
    if (!row->dated) {
        row->fair = clamp(row->fair + by, FAIR_MIN, FAIR_MAX);
        return;
    }
    const synth_cursor *const path = driver(row);
    int64_t const most = path_value(path, row->now) / 16;
    row->noise = clamp(row->noise + by, -most, most);
    row->fair = noisy(row, path, 4);
    row->fair = row->fair < FAIR_MIN ? FAIR_MIN : row->fair;
}

void synth_price_shock(synth_row *row)
{
    int64_t const size = row->market.shock * (int64_t)row->manner.beta / 100;
    move_fair(row, row->second * size / SYNTH_ONE);
}

void synth_price_own_move(synth_row *row)
{
    int64_t const size = synth_normal(&row->own) * (int64_t)(row->vol_factor >> 4) >> 12;
    move_fair(row, row->step * size / SYNTH_ONE);
}

static int64_t own_jump(synth_row *row)
{
    uint64_t const day = UINT64_C(1) << 32;
    uint64_t const chance = row->market.style->own_jumps * (day / SYNTH_TICKS_PER_DAY);
    if (synth_word(&row->own) >= chance) {
        return 0;
    }
    uint64_t const size = synth_exponential(&row->own);
    int64_t const jump = (int64_t)(row->market.style->jump * (size + SYNTH_ONE) >> 17);
    return synth_chance(&row->own, 50) ? jump : -jump;
}

static void wander(synth_row *row)
{
    const synth_style *const style = row->market.style;
    int64_t const jump = row->market.jump * (int64_t)row->manner.beta / 100 + own_jump(row);
    int64_t const drift = row->fair / TICKS_PER_HOUR * style->drift / MILLION;
    int64_t const pull = (row->price_first * SYNTH_ONE - row->fair) / (100 * TICKS_PER_HOUR);
    move_fair(row, row->fair / MILLION * jump + drift + pull * (int64_t)style->pull);
}

static void refresh_scales(synth_row *row)
{
    row->vol_factor = row->market.vol_factor + (row->market.vol_factor * row->stress >> 17);
    row->second = row->fair * (int64_t)row->manner.vol / MILLION;
    row->step = row->second * row->per_order / SYNTH_ONE;
    if (!row->dated) {
        return;
    }
    /* A dated price may fall by orders of magnitude; the book keeps its shape in percent. */
    plm_px const first = row->price_first;
    plm_px const px = row->fair / SYNTH_ONE;
    row->gap = (uint32_t)clamp((row->manner.gap * px + first / 2) / first, 1, UINT32_MAX);
    row->spread = (uint32_t)clamp((row->manner.spread * px + first / 2) / first, 1, UINT32_MAX);
    row->bid.gap = row->ask.gap = row->gap;
    /* People settle on other sizes only after the price has moved a good way. */
    int64_t const order = clamp(row->manner.order * first / px, 8, ORDER_MAX);
    if (order * 4 < row->sizes.typical * INT64_C(3) ||
        order * 3 > row->sizes.typical * INT64_C(4)) {
        synth_sizes_fit(&row->sizes, (uint32_t)order);
    }
}

/* -- what the venue publishes */

static void move_basis(synth_row *row)
{
    int64_t const step = row->fair / 50000;
    row->basis += synth_normal(&row->index_rng) * step / SYNTH_ONE - row->basis / 100;
    row->basis_mean += (row->basis - row->basis_mean) / 600;
}

static int64_t index_value(const synth_row *row)
{
    const synth_cursor *const path = &row->path[SYNTH_PATH_INDEX];
    int64_t const value = path->count > 0 ? noisy(row, path, 1) : row->fair - row->basis;
    return value < SYNTH_ONE ? SYNTH_ONE : value;
}

static int64_t mark_value(const synth_row *row, int64_t index)
{
    const synth_cursor *const path = &row->path[SYNTH_PATH_MARK];
    if (path->count > 0) {
        return noisy(row, path, 2);
    }
    int64_t const middle = (row->bid.level[0].px + row->ask.level[0].px) * (SYNTH_ONE / 2);
    int64_t const value = median(index + row->basis_mean, middle, row->last * SYNTH_ONE);
    return value < SYNTH_ONE ? SYNTH_ONE : value;
}

static int64_t funding_rate(const synth_row *row)
{
    const synth_cursor *const path = &row->path[SYNTH_PATH_FUNDING];
    if (path->count > 0) {
        return path->points[path->next < path->count ? path->next : path->count - 1].value;
    }
    int64_t const price = row->fair / 1000 + 1;
    int64_t const premium = row->basis_mean * MILLION / price * 1000;
    return premium + clamp(INTEREST - premium, -INTEREST_CLAMP, INTEREST_CLAMP);
}

static plm_ts funding_due(const synth_row *row)
{
    const synth_cursor *const path = &row->path[SYNTH_PATH_FUNDING];
    if (path->count > 0) {
        return path->next < path->count ? path->points[path->next].ts : 0;
    }
    return (row->now / FUNDING_NS + 1) * FUNDING_NS;
}

static void publish_funding(synth_row *row)
{
    synth_cursor *const path = &row->path[SYNTH_PATH_FUNDING];
    int64_t const rate = funding_rate(row);
    bool const due = path->count > 0 ? pass_waypoint(path, row->now) : row->now % FUNDING_NS == 0;
    if (due) {
        synth_row_push(row, PLM_EV_FUNDING, 0, rate, 0);
    }
    if (row->now % MINUTE_NS == 0) {
        plm_ts const next = funding_due(row);
        if (next != 0) {
            int64_t const announced = funding_rate(row);
            synth_row_push(row, PLM_EV_FUNDING_RATE, 0, announced, next);
        }
    }
}

static void publish(synth_row *row)
{
    if (row->now % SECOND_NS == 0 && row->manner.has_mark) {
        move_basis(row);
    }
    if (row->now % (SECOND_NS * row->manner.mark_every_s) == 0) {
        int64_t const index = index_value(row);
        if (row->manner.has_index) {
            plm_event_kind const kind = row->manner.is_asset ? PLM_EV_ASSET_INDEX : PLM_EV_INDEX;
            synth_row_push(row, kind, 0, index >> 16, 0);
        }
        if (row->manner.has_mark) {
            int64_t const mark = mark_value(row, index);
            synth_row_push(row, PLM_EV_MARK, 0, mark >> 16, 0);
        }
    }
    if (row->manner.has_mark && row->now % SECOND_NS == 0) {
        publish_funding(row);
    }
}

static void change_status(synth_row *row, plm_status_code code)
{
    bool const stops = code == PLM_STATUS_HALT || code == PLM_STATUS_DELIST;
    if (stops && !row->halted) {
        synth_flow_close(row);
    }
    row->halted = stops;
    synth_row_push(row, PLM_EV_STATUS, (unsigned)code, 0, 0);
}

/* Dated rows: true when the path has a trade at this very moment. */
static bool follow_paths(synth_row *row, bool *out_reopened)
{
    synth_cursor *const status = &row->path[SYNTH_PATH_STATUS];
    bool const was_halted = row->halted;
    if (pass_waypoint(status, row->now)) {
        change_status(row, (plm_status_code)status->points[status->next - 1].value);
    }
    *out_reopened = was_halted && !row->halted;
    synth_cursor *const path = driver(row);
    uint32_t const leg = path->next;
    bool const printed = pass_waypoint(&row->path[SYNTH_PATH_LAST], row->now);
    (void)pass_waypoint(&row->path[SYNTH_PATH_MARK], row->now);
    (void)pass_waypoint(&row->path[SYNTH_PATH_INDEX], row->now);
    if (path->next != leg) {
        measure_leg(row, path);
    }
    row->noise -= row->noise / NOISE_TICKS;
    move_fair(row, 0);
    return printed;
}

void synth_price_tick(synth_row *row)
{
    bool printed = false;
    bool reopened = false;
    if (row->dated) {
        printed = follow_paths(row, &reopened);
    } else {
        wander(row);
    }
    refresh_scales(row);
    if (row->halted) {
        return;
    }
    if (!row->manner.is_asset && (row->bid.count == 0 || reopened)) {
        synth_flow_open(row);
    }
    publish(row);
    if (printed) {
        const synth_cursor *const path = &row->path[SYNTH_PATH_LAST];
        synth_flow_print(row, path->points[path->next - 1].value);
    }
}

void synth_price_start(synth_row *row)
{
    row->fair = row->price_first * SYNTH_ONE;
    row->vol_factor = SYNTH_ONE;
    row->gap = row->manner.gap;
    row->spread = row->manner.spread;
    synth_sizes_fit(&row->sizes, row->manner.order);
    uint64_t const rate_root = root((uint64_t)row->manner.rate_mhz * 1000) + 1;
    row->per_order = (int64_t)(row->manner.own * UINT64_C(655360) / rate_root);
    refresh_scales(row);
}
