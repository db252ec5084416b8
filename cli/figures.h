/*
 * figures.h - numbers for people: thousands separators, ratios as decimal text, sizes of time.
 */
#ifndef PLM_FIGURES_H
#define PLM_FIGURES_H

#include <stddef.h>
#include <stdint.h>

#include "num.h"

#define PLM_FIGURES_CAP 80 /* holds every text made here */

/* "20,000,000"; returns out. */
char *plm_figures_count(uint64_t count, char *out);
/* Adds the separators to the whole part of a decimal text. */
char *plm_figures_decimal(const char *decimal, char *out);
/* part / whole with `places` (<= 6) decimals, half-even: exact integer arithmetic. "0" of nothing.
 */
char *plm_figures_ratio(uint64_t part, uint64_t whole, unsigned places, char *out);
/* An amount rounded half-even to `places` (<= 18) decimals, with separators: "-1,234.50". */
char *plm_figures_money(plm_money amount, unsigned places, char *out);
/* "31.2M": three digits, for progress. */
char *plm_figures_short(uint64_t count, char *out);

#endif
