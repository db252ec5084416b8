/*
 * pile.h - text that grows at its end.
 */
#ifndef PLM_PILE_H
#define PLM_PILE_H

#include <stddef.h>

#include "status.h"

typedef struct plm_pile {
    char *text; /* NULL, or ended by NUL; to be freed with plm_free */
    size_t size, cap;
} plm_pile;

void plm_pile_add(plm_pile *pile, const char *bytes, size_t size);
void plm_pile_text(plm_pile *pile, const char *text);
void plm_pile_fill(plm_pile *pile, char filler, size_t count);
void plm_pile_printf(plm_pile *pile, const char *format, ...) PLM_PRINTF(2, 3);
/* Every byte that is not printable ASCII as \xNN. */
void plm_pile_printable(plm_pile *pile, const char *text);

#endif
