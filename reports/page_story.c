/*
 * page_story.c - headings, sentences and tables of a story.
 */
#include "page_story.h"

#include <string.h>

static void put_table(plm_html *html, const plm_story_part *part)
{
    plm_html_raw(html, "<div class=\"wide\"><table class=\"story\">");
    if (part->text != NULL && part->text[0] != '\0') {
        plm_html_raw(html, "<caption>");
        plm_html_text(html, part->text);
        plm_html_raw(html, "</caption>");
    }
    plm_html_raw(html, "<thead><tr>");
    for (unsigned c = 0; c < part->column_count; c++) {
        plm_html_raw(html, part->column[c].number ? "<th class=\"n\">" : "<th>");
        plm_html_name(html, part->column[c].head);
    }
    plm_html_raw(html, "</thead><tbody>\n");
    for (size_t r = 0; r < part->row_count; r++) {
        const plm_story_row *const row = &part->row[r];
        plm_html_raw(html, row->total ? "<tr class=\"total\">" : "<tr>");
        for (unsigned c = 0; c < part->column_count; c++) {
            const char *const cell = row->cell[c] == NULL ? "" : row->cell[c];
            bool const is_minus = part->column[c].number && cell[0] == '-' && cell[1] != '\0';
            plm_html_format(html, "<td%s>",
                            !part->column[c].number ? ""
                            : is_minus              ? " class=\"n minus\""
                                                    : " class=\"n\"");
            plm_html_name(html, cell);
        }
        plm_html_raw(html, "\n");
    }
    plm_html_raw(html, "</tbody></table></div>\n");
}

void plm_page_put_story(plm_html *html, const plm_story *story)
{
    for (size_t i = 0; i < story->part_count; i++) {
        const plm_story_part *const part = &story->part[i];
        switch (part->kind) {
        case PLM_PART_HEADING:
            plm_html_raw(html, "<h4>");
            plm_html_name(html, part->text);
            plm_html_raw(html, "</h4>\n");
            break;
        case PLM_PART_TEXT:
            plm_html_raw(html, "<p>");
            plm_html_text(html, part->text);
            plm_html_raw(html, "</p>\n");
            break;
        case PLM_PART_TABLE:
            put_table(html, part);
            break;
        case PLM_PART_NONE:
            break;
        }
    }
}
