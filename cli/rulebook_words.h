/*
 * rulebook_words.h - the choices of a rulebook in words for people.
 */
#ifndef PLM_RULEBOOK_WORDS_H
#define PLM_RULEBOOK_WORDS_H

#include "rulebook.h"

#define PLM_CHOICES 18u /* P1 to P16, numeric, adaptive */
#define PLM_WORDS_CAP 4096u

typedef struct plm_words {
    size_t size;
    char text[PLM_WORDS_CAP]; /* lines of a list are parted by '\n' */
} plm_words;

/* "P12", "liquidation". */
const char *plm_choice_number(unsigned choice);
const char *plm_choice_name(unsigned choice);

/* What a set has chosen; nothing where the rulebook has no such choice (adaptive). */
void plm_choice_words(const plm_rulebook *rulebook, const plm_rule_set *set, unsigned choice,
                      plm_words *out);

#endif
