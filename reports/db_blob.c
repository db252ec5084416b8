/*
 * db_blob.c - a block an account, written when it is full and at the end.
 */
#include "db_blob.h"

#include "blob_pack.h"
#include "db_row.h"
#include "memory.h"
#include "query.h"

#define MEMORY_MAX (64u * 1024 * 1024) /* of all blocks; each has at least ROWS_MIN rows */
#define ROW_SIZE (PLM_BLOB_COLUMNS * 8u)
#define ROWS_MIN 64u

/* What is summed until the next sample of the account. */
typedef struct open_row {
    plm_ts ts;
    int64_t nav, unrealised;
    uint32_t unit;
    bool begun, has_margin, unlike; /* unlike: its pools are in several units */
    plm_money equity, initial, maintenance;
} open_row;

typedef struct block {
    open_row open;
    uint32_t count;
    plm_ts first, last;
    int64_t *value; /* columns of rows_max numbers; NULL before the first row */
} block;

struct plm_blobs {
    plm_row row;
    uint32_t account_count, rows_max;
    int64_t next_id;
    block *account;
    uint8_t *packed; /* of one block */
};

plm_status plm_blobs_create(sqlite3 *db, uint32_t account_count, plm_diag *diag, plm_blobs **out)
{
    plm_row row;
    PLM_TRY(plm_row_open(db, "INSERT INTO equity_blob VALUES (?, ?, ?, ?, ?, ?)", diag, &row));
    plm_blobs *const blobs = plm_alloc(1, sizeof *blobs);
    uint32_t const count = account_count == 0 ? 1 : account_count;
    uint32_t const rows = MEMORY_MAX / ROW_SIZE / count;
    blobs->row = row;
    blobs->account_count = account_count;
    blobs->rows_max = rows < ROWS_MIN            ? ROWS_MIN
                      : rows > PLM_BLOB_ROWS_MAX ? PLM_BLOB_ROWS_MAX
                                                 : rows;
    blobs->packed = plm_alloc(plm_blob_pack_cap(blobs->rows_max), 1);
    blobs->account = plm_alloc(count, sizeof *blobs->account);
    *out = blobs;
    return PLM_OK;
}

void plm_blobs_destroy(plm_blobs *blobs)
{
    if (blobs == NULL) {
        return;
    }
    plm_row_close(&blobs->row);
    for (uint32_t i = 0; i < blobs->account_count; i++) {
        plm_free(blobs->account[i].value);
    }
    plm_free(blobs->packed);
    plm_free(blobs->account);
    plm_free(blobs);
}

static plm_status write_block(plm_blobs *blobs, uint32_t account, plm_diag *diag)
{
    block *const self = &blobs->account[account];
    plm_row_int(&blobs->row, ++blobs->next_id);
    plm_row_int(&blobs->row, account);
    plm_row_int(&blobs->row, self->first);
    plm_row_int(&blobs->row, self->last);
    plm_row_int(&blobs->row, self->count);
    plm_row_bytes(&blobs->row, blobs->packed,
                  plm_blob_pack(self->value, blobs->rows_max, self->count, blobs->packed));
    self->count = 0;
    return plm_row_put(&blobs->row, diag);
}

static int64_t micro_of(plm_money amount, bool *misfit)
{
    int64_t micro = 0;
    *misfit = !plm_money_micro(amount, &micro) || *misfit;
    return micro;
}

static plm_status close_row(plm_blobs *blobs, uint32_t account, plm_diag *diag)
{
    block *const self = &blobs->account[account];
    open_row *const open = &self->open;
    if (!open->begun) {
        return PLM_OK;
    }
    bool misfit = false;
    bool const known = open->has_margin && !open->unlike;
    int64_t const row[PLM_BLOB_COLUMNS] = {
        [PLM_BLOB_TS] = open->ts,
        [PLM_BLOB_NAV] = open->nav,
        [PLM_BLOB_UNREALISED] = open->unrealised,
        [PLM_BLOB_EQUITY] = known ? micro_of(open->equity, &misfit) : PLM_BLOB_UNKNOWN,
        [PLM_BLOB_INITIAL] = known ? micro_of(open->initial, &misfit) : PLM_BLOB_UNKNOWN,
        [PLM_BLOB_MAINTENANCE] = known ? micro_of(open->maintenance, &misfit) : PLM_BLOB_UNKNOWN,
    };
    if (misfit) {
        return plm_fail(diag, PLM_ERR_RUN,
                        "an amount of more than 9 * 10^12 has no place in the run database");
    }
    if (self->value == NULL) {
        self->value = plm_alloc(blobs->rows_max, ROW_SIZE);
    }
    for (unsigned c = 0; c < PLM_BLOB_COLUMNS; c++) {
        self->value[c * blobs->rows_max + self->count] = row[c];
    }
    self->first = self->count == 0 ? open->ts : self->first;
    self->last = open->ts;
    self->count++;
    open->begun = false;
    return self->count == blobs->rows_max ? write_block(blobs, account, diag) : PLM_OK;
}

static plm_money money_of(plm_amount amount)
{
    return (plm_money){(plm_i128)((plm_u128)(uint64_t)amount.hi << 64 | amount.lo)};
}

plm_status plm_blobs_sample(plm_blobs *blobs, uint32_t account, plm_ts ts,
                            const plm_record_sample *sample, plm_diag *diag)
{
    open_row *const open = &blobs->account[account].open;
    bool misfit = false;
    if (open->begun && open->ts != ts) {
        PLM_TRY(close_row(blobs, account, diag));
    }
    int64_t const nav = micro_of(money_of(sample->nav), &misfit);
    int64_t const unrealised = micro_of(money_of(sample->unrealised), &misfit);
    if (misfit) {
        return plm_fail(diag, PLM_ERR_RUN,
                        "an amount of more than 9 * 10^12 has no place in the run database");
    }
    *open = (open_row){.begun = true,
                       .ts = ts,
                       .nav = sample->priced != 0 ? nav : PLM_BLOB_UNKNOWN,
                       .unrealised = sample->priced != 0 ? unrealised : PLM_BLOB_UNKNOWN};
    return PLM_OK;
}

plm_status plm_blobs_margin(plm_blobs *blobs, uint32_t account, const plm_record_margin *margin,
                            plm_diag *diag)
{
    open_row *const open = &blobs->account[account].open;
    open->unlike = open->unlike || (open->has_margin && open->unit != margin->pool.unit);
    open->unit = margin->pool.unit;
    open->has_margin = true;
    if (!plm_money_add(open->equity, money_of(margin->equity), &open->equity) ||
        !plm_money_add(open->initial, money_of(margin->initial), &open->initial) ||
        !plm_money_add(open->initial, money_of(margin->orders), &open->initial) ||
        !plm_money_add(open->maintenance, money_of(margin->maintenance), &open->maintenance)) {
        return plm_fail(diag, PLM_ERR_RUN, "the sums of an account's margin do not fit 128 bits");
    }
    return PLM_OK;
}

plm_status plm_blobs_flush(plm_blobs *blobs, plm_diag *diag)
{
    for (uint32_t i = 0; i < blobs->account_count; i++) {
        PLM_TRY(close_row(blobs, i, diag));
        if (blobs->account[i].count > 0) {
            PLM_TRY(write_block(blobs, i, diag));
        }
    }
    return PLM_OK;
}
