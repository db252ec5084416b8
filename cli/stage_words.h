/*
 * stage_words.h - a liquidation in words: its stages, its fee, and who is closed against; and what
 * rulebook_words.c shares for that.
 */
#ifndef PLM_STAGE_WORDS_H
#define PLM_STAGE_WORDS_H

#include "rulebook_words.h"

void plm_words_add(plm_words *words, const char *format, ...) PLM_PRINTF(2, 3);
void plm_words_percent(plm_words *words, plm_rate rate);
void plm_words_money(plm_words *words, plm_money money);
void plm_words_duration(plm_words *words, int64_t ns);

/* One line a stage, numbered. */
void plm_stage_words(const plm_rule_set *set, plm_words *out);

void plm_fee_words(const plm_fee_rule *fee, plm_words *out);
const char *plm_adl_words(plm_adl_score score);

#endif
