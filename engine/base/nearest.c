/*
 * nearest.c - Damerau-Levenshtein distance (optimal string alignment) over three rows of its table.
 */
#include "nearest.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define WORD_MAX 64 /* longer words have no near ones */
#define SLIPS_MAX 2u
#define BEGINNING_MIN 3u

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Both words have at most WORD_MAX letters. */
static unsigned slips_between(const char *a, size_t a_size, const char *b, size_t b_size)
{
    unsigned rows[3][WORD_MAX + 1]; /* row i of the table is rows[i % 3] */
    for (unsigned j = 0; j <= b_size; j++) {
        rows[0][j] = j;
    }
    for (unsigned i = 1; i <= a_size; i++) {
        const unsigned *const above = rows[(i + 2) % 3];
        const unsigned *const above_twice = rows[(i + 1) % 3];
        unsigned *const row = rows[i % 3];
        row[0] = i;
        for (unsigned j = 1; j <= b_size; j++) {
            char const x = fold(a[i - 1]), y = fold(b[j - 1]);
            row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (x == y ? 0 : 1));
            if (i > 1 && j > 1 && x == fold(b[j - 2]) && fold(a[i - 2]) == y) {
                row[j] = least(row[j], above_twice[j - 2] + 1);
            }
        }
    }
    return rows[a_size % 3][b_size];
}

static bool begins_with(const char *text, const char *word, size_t size)
{
    size_t at = 0;
    while (at < size && fold(text[at]) == fold(word[at])) { /* ends with the shorter of them */
        at++;
    }
    return at == size;
}

static const char *first_longer(const char *word, size_t size, const char *const *words)
{
    for (; size >= BEGINNING_MIN && *words != NULL; words++) {
        if (begins_with(*words, word, size)) {
            return *words;
        }
    }
    return NULL;
}

const char *plm_nearest(const char *word, const char *const *words)
{
    const char *const *const all = words;
    size_t const size = strlen(word);
    if (size > WORD_MAX) {
        return NULL;
    }
    const char *nearest = NULL;
    unsigned fewest = SLIPS_MAX + 1;
    for (; *words != NULL; words++) {
        size_t const other = strlen(*words);
        if (other > WORD_MAX || size == 0 || other == 0) {
            continue;
        }
        unsigned const allowed = size < 4 || other < 4 ? 1 : SLIPS_MAX;
        unsigned const slips = slips_between(word, size, *words, other);
        /* A word of one letter is one slip away from every other: nothing of it would be left. */
        if (slips <= allowed && slips < fewest && slips < least((unsigned)size, (unsigned)other)) {
            nearest = *words;
            fewest = slips;
        }
    }
    return nearest != NULL ? nearest : first_longer(word, size, all);
}
