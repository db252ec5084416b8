/*
 * fuzz_dbn.c - any bytes through the DBN decoder. The first byte chooses the treatment of errors
 * (by 3), the size of the pieces (by 4), and whether metadata of a version and a schema are put
 * before the bytes, so that they are records.
 */
#include "fuzz_decoder.h"
#include "fuzz_target.h"
#include "import_format.h"
#include "instrument_text.h"

#define HEAD_SIZE 128u

static const size_t PIECES[4] = {1u << 20, 1000, 61, 7};
static const uint16_t SCHEMAS[4] = {0xffff, 1, 2, 5};

/* Metadata that map nothing: ids are symbols then. */
static void make_head(uint8_t version, uint16_t schema, uint8_t out[HEAD_SIZE])
{
    uint32_t const length = HEAD_SIZE - 8;
    uint16_t const text = 71;
    memset(out, 0, HEAD_SIZE);
    memcpy(out, "DBN", 3);
    out[3] = version;
    memcpy(out + 4, &length, sizeof length);
    memcpy(out + 24, &schema, sizeof schema);
    if (version > 1) {
        memcpy(out + 53, &text, sizeof text);
    }
}

static plm_instrument make_row(const char *symbol, uint8_t px_scale, uint8_t qty_scale)
{
    plm_instrument row = plm_instrument_default(PLM_INST_SPOT);
    (void)snprintf(row.symbol, sizeof row.symbol, "%s", symbol);
    (void)snprintf(row.base, sizeof row.base, "B");
    (void)snprintf(row.quote, sizeof row.quote, "Q");
    row.px_scale = px_scale;
    row.qty_scale = qty_scale;
    row.tick = 1;
    row.lot = 1;
    plm_assert(plm_instrument_problem(&row) == NULL);
    return row;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    plm_instrument const rows[] = {make_row("5482", 2, 0), make_row("1", 9, 0),
                                   make_row("ESH1", 2, 6), make_row("0", 12, 3)};
    plm_import_options const options = {.rows = rows, .row_count = sizeof rows / sizeof rows[0]};
    unsigned const how = data[0];
    unsigned const version = how / 12 % 4;
    plm_decoder *decoder = NULL;
    plm_diag diag;
    plm_diag_init(&diag);
    plm_assert(plm_dbn_create(&options, &diag, &decoder) == PLM_OK);
    size_t const head = version == 0 ? 0 : HEAD_SIZE;
    uint8_t *const bytes = plm_alloc(head + size, 1);
    if (head > 0) {
        make_head((uint8_t)version, SCHEMAS[how / 48 % 4], bytes);
    }
    memcpy(bytes + head, data + 1, size - 1);
    (void)plm_dbn_probe((const char *)data + 1, size - 1);
    fuzz_decode(decoder, bytes, head + size - 1, PIECES[how / 3 % 4], (plm_on_error)(how % 3));
    plm_free(bytes);
    return 0;
}
