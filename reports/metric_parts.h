/*
 * metric_parts.h - what the measuring of one account shares. Private to the files metric*.c.
 */
#ifndef PLM_METRIC_PARTS_H
#define PLM_METRIC_PARTS_H

#include "equity_cursor.h"
#include "metric.h"
#include "num.h"
#include "query.h"

#define PLM_NS_A_SECOND INT64_C(1000000000)
#define PLM_NS_A_DAY (86400 * PLM_NS_A_SECOND)
#define PLM_DAYS_MIN 30 /* fewer say so instead of a number */

/* Money by place of asset: amounts of different assets are never added. */
typedef struct plm_bag {
    plm_money *sum;
} plm_bag;

typedef struct plm_metric_asset {
    int64_t id;
    char *name;
} plm_metric_asset;

typedef struct plm_metric_instrument {
    int64_t id;
    size_t money; /* place of the asset of its value, fees and profit; PLM_NO_PLACE: not in asset */
    size_t base;
    bool is_spot;
    unsigned px_scale;
} plm_metric_instrument;

#define PLM_NO_PLACE SIZE_MAX

/* What the forced closing of a position in one liquidation came to. */
typedef struct plm_forced {
    int64_t liquidation, instrument, leg;
    size_t money;  /* place of asset */
    plm_money net; /* realised less fees */
} plm_forced;

typedef struct plm_measure {
    sqlite3 *db;
    plm_diag *diag;
    plm_metric_rows *rows;
    /* of the run */
    bool blobs;
    int64_t first_ns, last_ns;
    plm_metric_asset *asset;
    size_t asset_count;
    plm_metric_instrument *instrument;
    size_t instrument_count;
    /* of the account */
    int64_t account;
    size_t report; /* place of asset */
    bool is_plain, lowest_exact;
    bool has_first_nav;
    plm_money first_nav;
    /* that one part leaves to another */
    plm_bag volume;
    bool has_profit;
    plm_money profit;
    plm_forced *forced;
    size_t forced_count, forced_cap;
} plm_measure;

/* -- metric_put.c: rows of the result; `name` is one of the table ------------------------------ */

void plm_put_real(plm_measure *measure, const char *name, double value, const char *format, ...)
    PLM_PRINTF(4, 5);
void plm_put_count(plm_measure *measure, const char *name, int64_t value, const char *format, ...)
    PLM_PRINTF(4, 5);
/* Nanoseconds, told in seconds. */
void plm_put_time(plm_measure *measure, const char *name, int64_t ns, const char *format, ...)
    PLM_PRINTF(4, 5);
/* A quotient of money, in an asset. */
void plm_put_mean(plm_measure *measure, const char *name, size_t asset, double value,
                  const char *format, ...) PLM_PRINTF(5, 6);
void plm_put_money(plm_measure *measure, const char *name, size_t asset, plm_money value,
                   const char *format, ...) PLM_PRINTF(5, 6);
/* The only asset's amount; none: 0 of the report asset; several: NULL, with all of them. */
void plm_put_bag(plm_measure *measure, const char *name, const plm_bag *bag, const char *basis);
void plm_put_none(plm_measure *measure, const char *name, const char *format, ...) PLM_PRINTF(3, 4);

char *plm_text_format(const char *format, ...) PLM_PRINTF(1, 2); /* for plm_free */

/* -- metric_bag.c: exact sums ------------------------------------------------------------------ */

plm_bag plm_bag_create(const plm_measure *measure);
void plm_bag_destroy(plm_bag *bag);
PLM_NODISCARD plm_status plm_bag_add(plm_measure *measure, plm_bag *bag, size_t asset,
                                     plm_money amount);
PLM_NODISCARD plm_status plm_bag_negate(plm_measure *measure, plm_bag *bag);
/* How many assets have an amount; *out is the place of the last one, of the report asset where
 * there is none. */
size_t plm_bag_assets(const plm_measure *measure, const plm_bag *bag, size_t *out);
PLM_NODISCARD plm_status plm_sum_add(plm_measure *measure, plm_money *sum, plm_money amount);
PLM_NODISCARD plm_status plm_sum_sub(plm_measure *measure, plm_money *sum, plm_money amount);
/* Of postings of other causes alone: in the words of their index, which SQLite asks for. */
#define PLM_SELDOM " AND cause NOT IN ('realised_pnl', 'fee')"
/* Every row of a query of (asset_id, micro, atto) by account into a bag; `size`: without signs. */
PLM_NODISCARD plm_status plm_bag_sum(plm_measure *measure, const char *sql, bool size,
                                     plm_bag *bag);
/* Refuses what is no time of a run, before anything is computed with it. */
PLM_NODISCARD plm_status plm_time_check(plm_measure *measure, int64_t ts);
PLM_NODISCARD plm_status plm_asset_place(plm_measure *measure, int64_t id, size_t *out);
PLM_NODISCARD plm_status plm_instrument_get(plm_measure *measure, int64_t id,
                                            const plm_metric_instrument **out);
double plm_money_real(plm_money amount);
plm_money plm_money_size(plm_money amount);

/* -- the parts --------------------------------------------------------------------------------- */

PLM_NODISCARD plm_status plm_measure_equity(plm_measure *measure);
PLM_NODISCARD plm_status plm_measure_trades(plm_measure *measure);
PLM_NODISCARD plm_status plm_measure_costs(plm_measure *measure);
PLM_NODISCARD plm_status plm_measure_liquidations(plm_measure *measure);

#endif
