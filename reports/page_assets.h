/*
 * page_assets.h - files that the build puts into the program: our style sheet and script, and
 * dygraphs with its notice of licence. embed.py makes their text.
 */
#ifndef PLM_PAGE_ASSETS_H
#define PLM_PAGE_ASSETS_H

#include <stddef.h>

extern const char plm_page_style[];  /* page.css */
extern const char plm_page_script[]; /* page.js */
extern const char plm_dygraph_style[];
extern const char plm_dygraph_script[];
extern const char plm_dygraph_notice[];

#endif
