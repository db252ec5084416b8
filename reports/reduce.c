/*
 * reduce.c - buckets of time in one pass: a bucket holds its candidates until the next one begins.
 */
#include "reduce.h"

#include <math.h>
#include <string.h>

#include "check.h"
#include "memory.h"
#include "num.h"

#define CANDIDATES_MAX (2 * PLM_REDUCE_COLUMNS_MAX + 2)

typedef struct candidate {
    bool is_set;
    uint64_t row;
    int64_t ts_ns;
    double value[PLM_REDUCE_COLUMNS_MAX];
} candidate;

struct plm_reduce {
    plm_curve curve;
    size_t cap;
    int64_t first_ns;
    uint64_t len_ns;
    uint64_t buckets; /* 0: all rows stay */
    uint64_t bucket;
    candidate first, last;
    candidate least[PLM_REDUCE_COLUMNS_MAX];
    candidate greatest[PLM_REDUCE_COLUMNS_MAX];
};

plm_reduce *plm_reduce_create(unsigned columns, int64_t first_ns, int64_t last_ns,
                              uint64_t expected, uint32_t rows_max)
{
    plm_assert(columns >= 1 && columns <= PLM_REDUCE_COLUMNS_MAX);
    plm_assert(rows_max >= 2 * columns + 2);
    plm_reduce *const reduce = plm_alloc(1, sizeof *reduce);
    reduce->curve.columns = columns;
    reduce->first_ns = first_ns;
    reduce->len_ns = last_ns > first_ns ? (uint64_t)last_ns - (uint64_t)first_ns : 1;
    reduce->buckets = expected <= rows_max ? 0 : rows_max / (2 * columns + 2);
    return reduce;
}

static void keep(plm_reduce *reduce, const candidate *row)
{
    plm_curve *const curve = &reduce->curve;
    if (curve->count == reduce->cap) {
        reduce->cap = reduce->cap == 0 ? 256 : 2 * reduce->cap;
        curve->ts_ns = plm_realloc(curve->ts_ns, reduce->cap, sizeof *curve->ts_ns);
        for (unsigned c = 0; c < curve->columns; c++) {
            curve->value[c] = plm_realloc(curve->value[c], reduce->cap, sizeof *curve->value[c]);
        }
    }
    curve->ts_ns[curve->count] = row->ts_ns;
    for (unsigned c = 0; c < curve->columns; c++) {
        curve->value[c][curve->count] = row->value[c];
    }
    curve->count++;
}

/* Keeps the candidates of the bucket in the order of their rows, each once. */
static void close_bucket(plm_reduce *reduce)
{
    const candidate *sorted[CANDIDATES_MAX];
    unsigned count = 0;
    for (unsigned i = 0; i < 2 * reduce->curve.columns + 2; i++) {
        const candidate *const next = i == 0       ? &reduce->first
                                      : i == 1     ? &reduce->last
                                      : i % 2 == 0 ? &reduce->least[i / 2 - 1]
                                                   : &reduce->greatest[i / 2 - 1];
        if (!next->is_set) {
            continue;
        }
        unsigned at = count;
        while (at > 0 && sorted[at - 1]->row > next->row) {
            at--;
        }
        if (at > 0 && sorted[at - 1]->row == next->row) {
            continue;
        }
        memmove(sorted + at + 1, sorted + at, (count - at) * sizeof *sorted);
        sorted[at] = next;
        count++;
    }
    for (unsigned i = 0; i < count; i++) {
        keep(reduce, sorted[i]);
    }
    reduce->first.is_set = false;
    reduce->last.is_set = false;
    for (unsigned c = 0; c < reduce->curve.columns; c++) {
        reduce->least[c].is_set = false;
        reduce->greatest[c].is_set = false;
    }
}

static uint64_t bucket_of(const plm_reduce *reduce, int64_t ts_ns)
{
    if (ts_ns <= reduce->first_ns) {
        return 0;
    }
    uint64_t const since = (uint64_t)ts_ns - (uint64_t)reduce->first_ns;
    if (since >= reduce->len_ns) {
        return reduce->buckets - 1;
    }
    return (uint64_t)((plm_u128)since * reduce->buckets / reduce->len_ns);
}

void plm_reduce_add(plm_reduce *reduce, int64_t ts_ns, const double *values)
{
    unsigned const columns = reduce->curve.columns;
    candidate row = {.is_set = true, .row = reduce->curve.rows++, .ts_ns = ts_ns};
    memcpy(row.value, values, columns * sizeof *values);
    if (reduce->buckets == 0) {
        keep(reduce, &row);
        return;
    }
    uint64_t const bucket = bucket_of(reduce, ts_ns);
    if (bucket != reduce->bucket) {
        close_bucket(reduce);
        reduce->bucket = bucket;
    }
    if (!reduce->first.is_set) {
        reduce->first = row;
    }
    reduce->last = row;
    for (unsigned c = 0; c < columns; c++) {
        if (!isfinite(row.value[c])) {
            continue;
        }
        if (!reduce->least[c].is_set || row.value[c] < reduce->least[c].value[c]) {
            reduce->least[c] = row;
        }
        if (!reduce->greatest[c].is_set || row.value[c] > reduce->greatest[c].value[c]) {
            reduce->greatest[c] = row;
        }
    }
}

void plm_reduce_take(plm_reduce *reduce, plm_curve *out)
{
    close_bucket(reduce);
    *out = reduce->curve;
    plm_free(reduce);
}

void plm_curve_reduce(const plm_curve *curve, unsigned count, const unsigned *columns,
                      uint32_t rows_max, plm_curve *out)
{
    int64_t const first = curve->count == 0 ? 0 : curve->ts_ns[0];
    int64_t const last = curve->count == 0 ? 0 : curve->ts_ns[curve->count - 1];
    plm_reduce *const reduce = plm_reduce_create(count, first, last, curve->count, rows_max);
    for (size_t i = 0; i < curve->count; i++) {
        double row[PLM_REDUCE_COLUMNS_MAX];
        for (unsigned c = 0; c < count; c++) {
            row[c] = curve->value[columns[c]][i];
        }
        plm_reduce_add(reduce, curve->ts_ns[i], row);
    }
    plm_reduce_take(reduce, out);
}

void plm_curve_fini(plm_curve *curve)
{
    plm_free(curve->ts_ns);
    for (unsigned c = 0; c < curve->columns; c++) {
        plm_free(curve->value[c]);
    }
    *curve = (plm_curve){0};
}

bool plm_curve_extremes(const plm_curve *curve, unsigned column, size_t *out_least,
                        size_t *out_greatest)
{
    const double *const value = curve->value[column];
    bool is_found = false;
    size_t least = 0;
    size_t greatest = 0;
    for (size_t i = 0; i < curve->count; i++) {
        if (!isfinite(value[i])) {
            continue;
        }
        least = !is_found || value[i] < value[least] ? i : least;
        greatest = !is_found || value[i] > value[greatest] ? i : greatest;
        is_found = true;
    }
    *out_least = least;
    *out_greatest = greatest;
    return is_found;
}
