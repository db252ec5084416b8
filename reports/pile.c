/*
 * pile.c - text that grows at its end.
 */
#include "pile.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "memory.h"

static void reserve(plm_pile *pile, size_t more)
{
    plm_assert(more < SIZE_MAX / 4 - pile->size);
    if (pile->size + more + 1 > pile->cap) {
        pile->cap = 2 * (pile->size + more + 1);
        pile->text = plm_realloc(pile->text, pile->cap, 1);
    }
}

void plm_pile_add(plm_pile *pile, const char *bytes, size_t size)
{
    reserve(pile, size);
    memcpy(pile->text + pile->size, bytes, size);
    pile->size += size;
    pile->text[pile->size] = '\0';
}

void plm_pile_text(plm_pile *pile, const char *text)
{
    plm_pile_add(pile, text, strlen(text));
}

void plm_pile_fill(plm_pile *pile, char filler, size_t count)
{
    reserve(pile, count);
    memset(pile->text + pile->size, filler, count);
    pile->size += count;
    pile->text[pile->size] = '\0';
}

void plm_pile_printf(plm_pile *pile, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    plm_assert(size >= 0);
    reserve(pile, (size_t)size);
    va_start(args, format);
    (void)vsnprintf(pile->text + pile->size, (size_t)size + 1, format, args);
    va_end(args);
    pile->size += (size_t)size;
}

void plm_pile_printable(plm_pile *pile, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        const unsigned char byte = (unsigned char)*at;
        if (byte >= 0x20 && byte < 0x7f) {
            plm_pile_add(pile, at, 1);
        } else {
            plm_pile_printf(pile, "\\x%02x", byte);
        }
    }
}
