/*
 * record_words.h - the words of the log for what plimsoll.h and plm_record.h number. Never NULL:
 * a strategy may ask for what does not exist; that is refused, and logged as "unknown".
 */
#ifndef PLM_RECORD_WORDS_H
#define PLM_RECORD_WORDS_H

#include "plm_record.h"

const char *plm_record_kind_word(unsigned kind);
const char *plm_reason_word(unsigned reason);
const char *plm_state_word(unsigned state);
const char *plm_cause_word(unsigned cause);
const char *plm_book_word(unsigned book);
const char *plm_action_word(unsigned action);
const char *plm_side_word(unsigned side);
const char *plm_order_type_word(unsigned type);
const char *plm_tif_word(unsigned tif);
const char *plm_order_flags_word(unsigned flags);
const char *plm_trigger_word(unsigned trigger);
const char *plm_key_word(unsigned key);
const char *plm_pool_word(unsigned regime);         /* plm_regime */
const char *plm_episode_word(unsigned episode);     /* plm_episode */
const char *plm_sample_word(unsigned at);           /* plm_sample_at */
const char *plm_step_word(unsigned action);         /* plm_margin_action */
const char *plm_collateral_word(unsigned code);     /* plm_custody_code; 0: haircut of an asset */
const char *plm_margin_op_word(unsigned operation); /* plm_margin_op */

#endif
