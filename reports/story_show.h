/*
 * story_show.h - stories as text for a terminal, as Markdown and as JSON.
 */
#ifndef PLM_STORY_SHOW_H
#define PLM_STORY_SHOW_H

#include <jansson.h>

#include "story.h"

/*
 * 80 columns of printable ASCII; every other byte as \xNN, a word that is too long is cut and ends
 * with ~. A table that is too wide is shown row by row. Free with plm_free, as the next.
 */
char *plm_story_text(const plm_story *story, bool colour);
/* What Markdown would take for its own is escaped. */
char *plm_story_markdown(const plm_story *story);
/* {"kind": ..., "title": ..., "facts": {...}, "parts": [...]}; the caller owns it. */
json_t *plm_story_json(const plm_story *story);

#endif
