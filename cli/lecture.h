/*
 * lecture.h - a page of a lesson: a little Markdown that is read on a terminal, and commands in it
 * that are performed where they stand.
 *
 * Headings, paragraphs, lists, tables and blocks between ``` as they are; of a block's first line
 * the word says what it is: `run` is performed, `checks` is for the test of the page and not shown,
 * anything else is text.
 */
#ifndef PLM_LECTURE_H
#define PLM_LECTURE_H

#include "command.h"
#include "jsonout.h"

/* The whole text, to be freed with plm_free. */
PLM_NODISCARD plm_status plm_lecture_read(const char *path, plm_diag *diag, char **out);

/* The first line without its "# ". */
void plm_lecture_title(const char *page, char *out, size_t cap);

/* Shows the page and performs its commands, in the folder in which the program is. */
PLM_NODISCARD plm_status plm_lecture_play(plm_session *session, const char *page, bool force,
                                          plm_diag *diag);

/* The commands of all blocks of a word, as strings. */
json_t *plm_lecture_commands(const char *page, const char *word);

#endif
