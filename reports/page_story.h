/*
 * page_story.h - a story as HTML.
 */
#ifndef PLM_PAGE_STORY_H
#define PLM_PAGE_STORY_H

#include "html.h"
#include "story.h"

/* Headings at h4; whatever is in the story is text. */
void plm_page_put_story(plm_html *html, const plm_story *story);

#endif
