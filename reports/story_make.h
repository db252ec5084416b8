/*
 * story_make.h - how a story is put together, for those who make one.
 */
#ifndef PLM_STORY_MAKE_H
#define PLM_STORY_MAKE_H

#include "num.h"
#include "story.h"

typedef struct plm_teller plm_teller;

plm_teller *plm_teller_create(const char *kind);
void plm_teller_destroy(plm_teller *self); /* NULL: nothing */
/* Ends the telling; the story owns all texts. */
plm_story *plm_teller_finish(plm_teller *self);

/* A text that lives as long as the story. */
const char *plm_teller_keep(plm_teller *self, const char *format, ...) PLM_PRINTF(2, 3);
const char *plm_teller_money(plm_teller *self, plm_money amount);
/* value * 10^-scale */
const char *plm_teller_scaled(plm_teller *self, int64_t value, int64_t scale);
/* px2 / 2 */
const char *plm_teller_half(plm_teller *self, int64_t px2, int64_t scale);
const char *plm_teller_time(plm_teller *self, plm_ts ts);
/* part / whole rounded half-even to `places` decimals; "-" where there is none. */
const char *plm_teller_ratio(plm_teller *self, plm_i128 part, plm_i128 whole, unsigned places);

void plm_teller_title(plm_teller *self, const char *text);
void plm_teller_banner(plm_teller *self, const char *text);
void plm_teller_fact(plm_teller *self, const char *name, const char *value, const char *unit);
void plm_teller_heading(plm_teller *self, const char *text);
void plm_teller_text(plm_teller *self, const char *format, ...) PLM_PRINTF(2, 3);

/* Begins a table: heads ended by NULL; one that begins with '>' is of numbers. */
void plm_teller_table(plm_teller *self, const char *caption, const char *const *heads);
/* A row of it; as many cells as it has heads, all kept texts or literals. */
void plm_teller_row(plm_teller *self, bool total, const char *const *cells);
/* Rows of the last table that were dropped because it is full. */
size_t plm_teller_dropped(const plm_teller *self);

#endif
