/*
 * text_line.c - " name=value" into a buffer, and the buffer into the target.
 */
#include "text_line.h"

#include <string.h>

#include "decimal.h"

void plm_text_flush(plm_text *self)
{
    if (self->used > 0 && self->status == PLM_OK) {
        self->status = self->write(self->target, self->buffer, self->used, self->diag);
    }
    self->used = 0;
}

void plm_text_put_bytes(plm_text *self, const char *bytes, size_t size)
{
    while (size > 0) {
        if (self->used == PLM_TEXT_BUFFER_SIZE) {
            plm_text_flush(self);
        }
        size_t const room = PLM_TEXT_BUFFER_SIZE - self->used;
        size_t const part = size < room ? size : room;
        memcpy(&self->buffer[self->used], bytes, part);
        self->used += part;
        bytes += part;
        size -= part;
    }
}

void plm_text_put(plm_text *self, const char *text)
{
    plm_text_put_bytes(self, text, strlen(text));
}

void plm_text_put_i128(plm_text *self, plm_i128 value, unsigned scale)
{
    char text[PLM_DECIMAL_TEXT_CAP];
    plm_text_put_bytes(self, text, plm_decimal_format_i128(value, scale, text));
}

void plm_text_field(plm_text *self, const char *field)
{
    plm_text_put(self, " ");
    plm_text_put(self, field);
    plm_text_put(self, "=");
}

void plm_text_word(plm_text *self, const char *field, const char *word)
{
    plm_text_field(self, field);
    plm_text_put(self, word);
}

void plm_text_count(plm_text *self, const char *field, uint64_t value)
{
    plm_text_field(self, field);
    plm_text_put_i128(self, value, 0);
}

void plm_text_scaled(plm_text *self, const char *field, int64_t value, unsigned scale)
{
    plm_text_field(self, field);
    plm_text_put_i128(self, value, scale);
}

void plm_text_amount(plm_text *self, const char *field, plm_amount amount)
{
    plm_text_field(self, field);
    plm_text_put_i128(self, (plm_i128)((plm_u128)(uint64_t)amount.hi << 64 | amount.lo),
                      PLM_MONEY_SCALE);
}

void plm_text_sym(plm_text *self, const char *field, uint32_t sym)
{
    bool const known = sym < self->names->sym_count;
    plm_text_word(self, field, known ? self->names->instruments[sym].symbol : "-");
}

void plm_text_asset(plm_text *self, const char *field, uint32_t asset)
{
    plm_text_word(self, field, asset < self->names->asset_count ? self->names->assets[asset] : "-");
}

static unsigned px_scale(const plm_text *self, uint32_t sym)
{
    return sym < self->names->sym_count ? self->names->instruments[sym].px_scale : 0;
}

static unsigned qty_scale(const plm_text *self, uint32_t sym)
{
    return sym < self->names->sym_count ? self->names->instruments[sym].qty_scale : 0;
}

void plm_text_px(plm_text *self, const char *field, uint32_t sym, plm_px px)
{
    plm_text_scaled(self, field, px, px_scale(self, sym));
}

void plm_text_qty(plm_text *self, const char *field, uint32_t sym, plm_qty qty)
{
    plm_text_scaled(self, field, qty, qty_scale(self, sym));
}

/* Half a unit of the instrument is one decimal more. */
void plm_text_px2(plm_text *self, const char *field, uint32_t sym, int64_t px2)
{
    plm_text_field(self, field);
    plm_text_put_i128(self, (plm_i128)px2 * 5, px_scale(self, sym) + 1);
}

void plm_text_account(plm_text *self, const char *field, uint32_t account)
{
    bool const known = account < self->names->account_count;
    plm_text_word(self, field, known ? self->names->accounts[account] : "-");
}
