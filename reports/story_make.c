/*
 * story_make.c - putting a story together: texts that it owns, parts that grow.
 */
#include "story_make.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "decimal.h"
#include "memory.h"
#include "timetext.h"

struct plm_teller {
    plm_story story; /* first: a story is destroyed as the teller that made it */
    plm_story_fact *fact;
    plm_story_part *part;
    plm_story_row *row; /* of the last part */
    char **text;
    size_t fact_cap, part_cap, row_cap, text_count, text_cap;
    size_t dropped;
};

static void *grow(void *memory, size_t count, size_t *cap, size_t size)
{
    if (count < *cap) {
        return memory;
    }
    *cap = *cap == 0 ? 16 : *cap * 2;
    return plm_realloc(memory, *cap, size);
}

plm_teller *plm_teller_create(const char *kind)
{
    plm_teller *const self = plm_alloc(1, sizeof *self);
    self->story.kind = kind;
    self->story.title = "";
    return self;
}

void plm_teller_destroy(plm_teller *self)
{
    if (self == NULL) {
        return;
    }
    for (size_t i = 0; i < self->text_count; i++) {
        plm_free(self->text[i]);
    }
    for (size_t i = 0; i < self->story.part_count; i++) {
        plm_free((void *)(uintptr_t)self->part[i].row);
    }
    plm_free(self->text);
    plm_free(self->part);
    plm_free(self->fact);
    plm_free(self);
}

plm_story *plm_teller_finish(plm_teller *self)
{
    self->story.part = self->part;
    self->story.fact = self->fact;
    return &self->story;
}

void plm_story_destroy(plm_story *story)
{
    plm_teller_destroy((plm_teller *)story);
}

/* -- texts ----------------------------------------------------------------------------------- */

static const char *keep(plm_teller *self, const char *format, va_list args) PLM_PRINTF(2, 0);

static const char *keep(plm_teller *self, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    const int size = vsnprintf(NULL, 0, format, again);
    va_end(again);
    plm_assert(size >= 0);
    char *const text = plm_alloc((size_t)size + 1, 1);
    (void)vsnprintf(text, (size_t)size + 1, format, args);
    self->text = grow(self->text, self->text_count, &self->text_cap, sizeof *self->text);
    self->text[self->text_count++] = text;
    return text;
}

const char *plm_teller_keep(plm_teller *self, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *const text = keep(self, format, args);
    va_end(args);
    return text;
}

const char *plm_teller_money(plm_teller *self, plm_money amount)
{
    char text[PLM_DECIMAL_TEXT_CAP];
    (void)plm_decimal_format_money(amount, text);
    return plm_teller_keep(self, "%s", text);
}

/* A database may say anything of a scale. */
static unsigned bound_scale(int64_t scale, unsigned most)
{
    return scale < 0 ? 0 : scale > (int64_t)most ? most : (unsigned)scale;
}

const char *plm_teller_scaled(plm_teller *self, int64_t value, int64_t scale)
{
    char text[PLM_DECIMAL_TEXT_CAP];
    (void)plm_decimal_format(value, bound_scale(scale, 18), text);
    return plm_teller_keep(self, "%s", text);
}

const char *plm_teller_half(plm_teller *self, int64_t px2, int64_t scale)
{
    char text[PLM_DECIMAL_TEXT_CAP];
    (void)plm_decimal_format_i128((plm_i128)px2 * 5, bound_scale(scale, 17) + 1, text);
    return plm_teller_keep(self, "%s", text);
}

const char *plm_teller_time(plm_teller *self, plm_ts ts)
{
    char text[PLM_TIME_TEXT_CAP];
    if (ts < PLM_TS_MIN || ts >= PLM_TS_MAX) {
        return plm_teller_keep(self, "%lld ns", (long long)ts);
    }
    (void)plm_time_format(ts, text);
    return plm_teller_keep(self, "%s", text);
}

const char *plm_teller_ratio(plm_teller *self, plm_i128 part, plm_i128 whole, unsigned places)
{
    plm_i128 scaled;
    if (whole == 0 || !plm_muldiv(part, plm_pow10(places), whole, PLM_ROUND_HALF_EVEN, &scaled)) {
        return "-";
    }
    char text[PLM_DECIMAL_TEXT_CAP];
    (void)plm_decimal_format_i128(scaled, places, text);
    return plm_teller_keep(self, "%s", text);
}

/* -- parts ----------------------------------------------------------------------------------- */

void plm_teller_title(plm_teller *self, const char *text)
{
    self->story.title = plm_teller_keep(self, "%s", text);
}

void plm_teller_banner(plm_teller *self, const char *text)
{
    self->story.banner = plm_teller_keep(self, "%s", text);
}

void plm_teller_fact(plm_teller *self, const char *name, const char *value, const char *unit)
{
    self->fact = grow(self->fact, self->story.fact_count, &self->fact_cap, sizeof *self->fact);
    self->fact[self->story.fact_count++] = (plm_story_fact){name, value, unit};
}

static plm_story_part *add_part(plm_teller *self, plm_part_kind kind, const char *text)
{
    self->part = grow(self->part, self->story.part_count, &self->part_cap, sizeof *self->part);
    plm_story_part *const part = &self->part[self->story.part_count++];
    *part = (plm_story_part){.kind = kind, .text = text};
    self->row = NULL;
    self->row_cap = 0;
    self->dropped = 0;
    return part;
}

void plm_teller_heading(plm_teller *self, const char *text)
{
    (void)add_part(self, PLM_PART_HEADING, plm_teller_keep(self, "%s", text));
}

void plm_teller_text(plm_teller *self, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *const text = keep(self, format, args);
    va_end(args);
    (void)add_part(self, PLM_PART_TEXT, text);
}

void plm_teller_table(plm_teller *self, const char *caption, const char *const *heads)
{
    plm_story_part *const part =
        add_part(self, PLM_PART_TABLE, plm_teller_keep(self, "%s", caption));
    for (; heads[part->column_count] != NULL; part->column_count++) {
        plm_assert(part->column_count < PLM_STORY_COLUMNS_MAX);
        const char *const head = heads[part->column_count];
        const bool number = head[0] == '>';
        part->column[part->column_count] =
            (plm_story_column){plm_teller_keep(self, "%s", head + (number ? 1 : 0)), number};
    }
}

void plm_teller_row(plm_teller *self, bool total, const char *const *cells)
{
    plm_assert(self->story.part_count > 0);
    plm_story_part *const part = &self->part[self->story.part_count - 1];
    plm_assert(part->kind == PLM_PART_TABLE);
    if (part->row_count == PLM_STORY_ROWS_MAX && !total) {
        self->dropped++;
        return;
    }
    self->row = grow(self->row, part->row_count, &self->row_cap, sizeof *self->row);
    plm_story_row *const row = &self->row[part->row_count++];
    *row = (plm_story_row){.total = total};
    for (unsigned i = 0; i < part->column_count; i++) {
        row->cell[i] = cells[i];
    }
    part->row = self->row;
}

size_t plm_teller_dropped(const plm_teller *self)
{
    return self->dropped;
}
