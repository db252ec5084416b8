/*
 * instrument_args.h - instruments described on the command line and in files, for foreign data that
 * does not describe them itself.
 */
#ifndef PLM_INSTRUMENT_ARGS_H
#define PLM_INSTRUMENT_ARGS_H

#include "command.h"

typedef struct plm_instrument_list {
    uint32_t count, cap;
    plm_instrument *rows;
} plm_instrument_list;

/*
 * --instruments FILE: YAML, a list of maps with the keys of instrument_text.h.
 * --instrument SYMBOL=KIND,KEY=VALUE,...: one row; may be given several times.
 * A symbol that is described twice is refused.
 */
PLM_NODISCARD plm_status plm_instrument_args_read(const plm_session *session, plm_diag *diag,
                                                  plm_instrument_list *out);
void plm_instrument_list_fini(plm_instrument_list *list);

#endif
