/*
 * story_markdown.c - a story as Markdown: names are text there, too.
 */
#include <string.h>

#include "memory.h"
#include "pile.h"
#include "story_show.h"

/* Printable ASCII, with a backslash before what would mean something. */
static void put(plm_pile *out, const char *text)
{
    plm_pile shown = {0};
    plm_pile_printable(&shown, text);
    for (size_t i = 0; i < shown.size; i++) {
        if (strchr("\\`*_[]<>|#&~!", shown.text[i]) != NULL) {
            plm_pile_text(out, "\\");
        }
        plm_pile_add(out, &shown.text[i], 1);
    }
    plm_free(shown.text);
}

static void put_table(plm_pile *out, const plm_story_part *part)
{
    if (part->text[0] != '\0') {
        put(out, part->text);
        plm_pile_text(out, "\n\n");
    }
    plm_pile_text(out, "|");
    for (unsigned i = 0; i < part->column_count; i++) {
        plm_pile_text(out, " ");
        put(out, part->column[i].head);
        plm_pile_text(out, " |");
    }
    plm_pile_text(out, "\n|");
    for (unsigned i = 0; i < part->column_count; i++) {
        plm_pile_text(out, part->column[i].number ? "---:|" : "---|");
    }
    plm_pile_text(out, "\n");
    for (size_t j = 0; j < part->row_count; j++) {
        plm_pile_text(out, "|");
        for (unsigned i = 0; i < part->column_count; i++) {
            const char *const cell = part->row[j].cell[i];
            const char *const strong = part->row[j].total && cell[0] != '\0' ? "**" : "";
            plm_pile_printf(out, " %s", strong);
            put(out, cell);
            plm_pile_printf(out, "%s |", strong);
        }
        plm_pile_text(out, "\n");
    }
}

char *plm_story_markdown(const plm_story *story)
{
    plm_pile out = {0};
    plm_pile_text(&out, "# ");
    put(&out, story->title);
    plm_pile_text(&out, "\n");
    if (story->banner != NULL) {
        plm_pile_text(&out, "\n> ");
        put(&out, story->banner);
        plm_pile_text(&out, "\n");
    }
    for (size_t i = 0; i < story->part_count; i++) {
        const plm_story_part *const part = &story->part[i];
        plm_pile_text(&out, "\n");
        switch (part->kind) {
        case PLM_PART_NONE:
            break;
        case PLM_PART_HEADING:
            plm_pile_text(&out, "## ");
            put(&out, part->text);
            plm_pile_text(&out, "\n");
            break;
        case PLM_PART_TEXT:
            put(&out, part->text);
            plm_pile_text(&out, "\n");
            break;
        case PLM_PART_TABLE:
            put_table(&out, part);
            break;
        }
    }
    return out.text;
}
