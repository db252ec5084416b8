/*
 * reduce.h - a long series cut down to what a picture can show, without losing an extreme.
 *
 * Rows come in the order of time, with one value per column (NAN: none). Time is cut into equal
 * buckets; of each bucket stay its first and last row and those in which a column has its least or
 * greatest value. So every row that stays is a row that was there, and the extremes of the whole
 * are among them.
 */
#ifndef PLM_REDUCE_H
#define PLM_REDUCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLM_REDUCE_COLUMNS_MAX 8

typedef struct plm_curve {
    unsigned columns;
    size_t count;
    int64_t *ts_ns;
    double *value[PLM_REDUCE_COLUMNS_MAX];
    uint64_t rows; /* before they were reduced */
} plm_curve;

typedef struct plm_reduce plm_reduce;

/* `expected` rows in [first_ns, last_ns] to at most rows_max, which is at least 2 * columns + 2;
 * with no more expected than that, all stay. More or others than expected are fine. */
plm_reduce *plm_reduce_create(unsigned columns, int64_t first_ns, int64_t last_ns,
                              uint64_t expected, uint32_t rows_max);
void plm_reduce_add(plm_reduce *reduce, int64_t ts_ns, const double *values);
/* Ends and frees; the curve is the caller's, to be freed with plm_curve_fini. */
void plm_reduce_take(plm_reduce *reduce, plm_curve *out);

/* Some columns of a curve, reduced again. */
void plm_curve_reduce(const plm_curve *curve, unsigned count, const unsigned *columns,
                      uint32_t rows_max, plm_curve *out);
void plm_curve_fini(plm_curve *curve);

/* The places of the least and greatest value of a column; false when it has none. */
bool plm_curve_extremes(const plm_curve *curve, unsigned column, size_t *out_least,
                        size_t *out_greatest);

#endif
