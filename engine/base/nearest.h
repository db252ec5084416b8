/*
 * nearest.h - the known word that a misspelt one may have meant.
 */
#ifndef PLM_NEAREST_H
#define PLM_NEAREST_H

/*
 * The first of the nearest among `words` (closed by NULL), NULL when none is near. Near are words
 * at most two slips away (a letter too many, missing, wrong, or two neighbours swapped; one slip
 * where either word has fewer than four letters); if there are none, the first that begins with
 * `word`, of which at least three letters are given. Capitals count as small letters.
 */
const char *plm_nearest(const char *word, const char *const *words);

#endif
