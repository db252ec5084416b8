/*
 * text_line.h - how the fields of a record become text: every one is " name=value", numbers exact
 * and in the shortest form. Private to this folder.
 */
#ifndef PLM_TEXT_LINE_H
#define PLM_TEXT_LINE_H

#include "num.h"
#include "text_sink.h"

#define PLM_TEXT_BUFFER_SIZE 65536u

typedef struct plm_text {
    const plm_log_names *names;
    plm_text_write write;
    void *target;
    plm_status status; /* of the write at hand */
    plm_diag *diag;    /* of the call at hand */
    size_t used;
    char buffer[PLM_TEXT_BUFFER_SIZE];
} plm_text;

void plm_text_flush(plm_text *self);
void plm_text_put_bytes(plm_text *self, const char *bytes, size_t size);
void plm_text_put(plm_text *self, const char *text);
void plm_text_put_i128(plm_text *self, plm_i128 value, unsigned scale);

void plm_text_field(plm_text *self, const char *field); /* " name=" alone */
void plm_text_word(plm_text *self, const char *field, const char *word);
void plm_text_count(plm_text *self, const char *field, uint64_t value);
void plm_text_scaled(plm_text *self, const char *field, int64_t value, unsigned scale);
void plm_text_amount(plm_text *self, const char *field, plm_amount amount);

/* Names; "-" for what the run does not have. */
void plm_text_sym(plm_text *self, const char *field, uint32_t sym);
void plm_text_asset(plm_text *self, const char *field, uint32_t asset);
void plm_text_account(plm_text *self, const char *field, uint32_t account);

/* In the scale of an instrument. */
void plm_text_px(plm_text *self, const char *field, uint32_t sym, plm_px px);
void plm_text_px2(plm_text *self, const char *field, uint32_t sym, int64_t px2); /* px2 / 2 */
void plm_text_qty(plm_text *self, const char *field, uint32_t sym, plm_qty qty);

/* The fields of the kinds of docs/margin.md; false, having done nothing, for others. */
bool plm_text_margin_fields(plm_text *self, const plm_record *record);

#endif
