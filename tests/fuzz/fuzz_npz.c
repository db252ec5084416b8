/*
 * fuzz_npz.c - any bytes through the decoder of hftbacktest arrays. The first byte chooses the
 * treatment of errors (by 3), the size of the pieces (by 4), and what the bytes are (by 3): an
 * array, its rows alone, or a zip file that goes the whole way of an import.
 */
#include "fuzz_decoder.h"
#include "fuzz_target.h"
#include "import_format.h"
#include "instrument_text.h"

static const size_t PIECES[4] = {1u << 20, 1000, 61, 7};
static const char HEAD[] =
    "\x93NUMPY\x01\x00\xf6\x00{'descr': [('ev', '<u8'), ('exch_ts', '<i8'), ('local_ts', '<i8'), "
    "('px', '<f8'), ('qty', '<f8'), ('order_id', '<u8'), ('ival', '<i8'), ('fval', '<f8')], "
    "'fortran_order': False, 'shape': (";
#define HEAD_SIZE 256u

static void make_head(size_t rows, char out[HEAD_SIZE])
{
    memset(out, ' ', HEAD_SIZE);
    memcpy(out, HEAD, sizeof HEAD - 1);
    int const size = snprintf(out + sizeof HEAD - 1, HEAD_SIZE - sizeof HEAD, "%zu,), }", rows);
    out[sizeof HEAD - 1 + (size_t)size] = ' ';
    out[HEAD_SIZE - 1] = '\n';
}

static void import_zip(const plm_import_options *options, const uint8_t *data, size_t size)
{
    char path[FUZZ_PATH_CAP];
    plm_diag diag;
    plm_import *import = NULL;
    plm_diag_init(&diag);
    fuzz_write(FUZZ_INPUT, data, size, path);
    plm_status status = plm_import_open(path, options, &diag, &import);
    if (status < 0) {
        plm_assert(diag.text[0] != '\0');
        return;
    }
    plm_stream *const stream = plm_import_stream(import);
    plm_batch *const batch = plm_alloc(1, sizeof *batch);
    while ((status = stream->next(stream, &diag, batch)) == PLM_OK) {
        plm_assert(batch->count > 0 && batch->count <= PLM_BATCH_CAP);
    }
    plm_assert(status == PLM_END || diag.text[0] != '\0');
    plm_free(batch);
    plm_import_close(import);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    unsigned const how = data[0];
    unsigned const what = how / 12 % 3;
    plm_instrument row = plm_instrument_default(PLM_INST_SPOT);
    memcpy(row.symbol, "X", 2);
    memcpy(row.base, "X", 2);
    memcpy(row.quote, "USD", 4);
    row.px_scale = 2;
    row.qty_scale = 3;
    row.tick = 1;
    row.lot = 1;
    plm_import_options const options = {
        .rows = &row, .row_count = 1, .symbol = "X", .on_error = (plm_on_error)(how % 3)};
    if (what == 2) {
        import_zip(&options, data + 1, size - 1);
        return 0;
    }
    plm_decoder *decoder = NULL;
    plm_diag diag;
    plm_diag_init(&diag);
    plm_assert(plm_npz_create(&options, &diag, &decoder) == PLM_OK);
    size_t const head = what == 1 ? HEAD_SIZE : 0;
    uint8_t *const bytes = plm_alloc(head + size, 1);
    if (head > 0) {
        make_head((size - 1) / 64, (char *)bytes);
    }
    memcpy(bytes + head, data + 1, size - 1);
    (void)plm_npz_probe((const char *)data + 1, size - 1);
    fuzz_decode(decoder, bytes, head + size - 1, PIECES[how / 3 % 4], options.on_error);
    plm_free(bytes);
    return 0;
}
