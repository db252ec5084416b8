/*
 * story_text.c - a story for a terminal: 80 columns, numbers under each other at their points.
 */
#include <string.h>

#include "memory.h"
#include "pile.h"
#include "story_show.h"

#define WIDTH 80u
#define GAP 2u
#define INDENT 2u
#define CELL_WORD_MAX 40u /* of a text in a cell */
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

/* How a table is laid out: of each column the characters before the point and from it on. */
typedef struct layout {
    size_t head[PLM_STORY_COLUMNS_MAX], tail[PLM_STORY_COLUMNS_MAX];
    size_t width[PLM_STORY_COLUMNS_MAX];
    bool aligned; /* at the points */
} layout;

/* -- paragraphs ------------------------------------------------------------------------------ */

/* Appends words broken at the width; the first line has `column` characters already. */
static void wrap(plm_pile *out, const char *text, size_t column, size_t indent)
{
    const char *at = text;
    bool first = true;
    while (*at != '\0') {
        at += strspn(at, " ");
        const size_t size = strcspn(at, " ");
        if (size == 0) {
            break;
        }
        const size_t room = WIDTH - indent;
        const size_t shown = size > room ? room : size;
        if (!first && column + 1 + shown > WIDTH) {
            plm_pile_text(out, "\n");
            plm_pile_fill(out, ' ', indent);
            column = indent;
        } else if (!first) {
            plm_pile_text(out, " ");
            column++;
        }
        plm_pile_add(out, at, size > room ? room - 1 : size);
        if (size > room) {
            plm_pile_text(out, "~");
        }
        column += shown;
        at += size;
        first = false;
    }
    plm_pile_text(out, "\n");
}

static void wrap_printable(plm_pile *out, const char *text, size_t column, size_t indent)
{
    plm_pile shown = {0};
    plm_pile_printable(&shown, text);
    wrap(out, shown.text == NULL ? "" : shown.text, column, indent);
    plm_free(shown.text);
}

/* -- tables ---------------------------------------------------------------------------------- */

/* The cell as it is shown; to be freed. */
static char *show_cell(const char *text)
{
    plm_pile shown = {0};
    plm_pile_printable(&shown, text);
    if (shown.size > CELL_WORD_MAX) {
        shown.size = CELL_WORD_MAX - 1;
        shown.text[shown.size] = '\0';
        plm_pile_text(&shown, "~");
    }
    return shown.text == NULL ? plm_strdup("") : shown.text;
}

static size_t most(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t measure(const plm_story_part *part, char *const *cell, bool aligned, layout *out)
{
    size_t total = INDENT + GAP * (part->column_count - 1);
    *out = (layout){.aligned = aligned};
    for (unsigned i = 0; i < part->column_count; i++) {
        for (size_t j = 0; j < part->row_count; j++) {
            const char *const text = cell[j * part->column_count + i];
            const size_t size = strlen(text);
            const size_t whole = aligned ? strcspn(text, ".") : size;
            out->head[i] = most(out->head[i], whole);
            out->tail[i] = most(out->tail[i], size - whole);
        }
        const size_t body = out->head[i] + out->tail[i];
        out->width[i] = most(body, strlen(part->column[i].head));
        out->head[i] += out->width[i] - body;
        total += out->width[i];
    }
    return total;
}

/* Where the text of a cell begins in its column. */
static size_t lead_of(const plm_story_part *part, const layout *plan, unsigned column,
                      const char *text, bool is_head)
{
    const size_t size = strlen(text);
    if (!part->column[column].number) {
        return 0;
    }
    if (is_head || !plan->aligned) {
        return plan->width[column] - size;
    }
    const size_t whole = strcspn(text, ".");
    return plan->head[column] - whole;
}

static void put_row(plm_pile *out, const plm_story_part *part, const layout *plan,
                    const char *const *cell, bool is_head)
{
    size_t blanks = INDENT;
    for (unsigned i = 0; i < part->column_count; i++) {
        const size_t lead = lead_of(part, plan, i, cell[i], is_head);
        const size_t size = strlen(cell[i]);
        blanks += lead;
        if (size > 0) {
            plm_pile_fill(out, ' ', blanks);
            plm_pile_text(out, cell[i]);
            blanks = 0;
        }
        blanks += plan->width[i] - lead - size + GAP;
    }
    plm_pile_text(out, "\n");
}

/* A line over a total, under the numbers that it sums. */
static void put_rule(plm_pile *out, const plm_story_part *part, const layout *plan,
                     const plm_story_row *row)
{
    size_t blanks = INDENT;
    for (unsigned i = 0; i < part->column_count; i++) {
        if (part->column[i].number && row->cell[i][0] != '\0') {
            plm_pile_fill(out, ' ', blanks);
            plm_pile_fill(out, '-', plan->width[i]);
            blanks = GAP;
        } else {
            blanks += plan->width[i] + GAP;
        }
    }
    plm_pile_text(out, "\n");
}

/* What is too wide for a line: a row is a block of lines. */
static void put_stacked(plm_pile *out, const plm_story_part *part)
{
    size_t width = 0;
    for (unsigned i = 0; i < part->column_count; i++) {
        width = most(width, strlen(part->column[i].head));
    }
    for (size_t j = 0; j < part->row_count; j++) {
        for (unsigned i = 0; i < part->column_count; i++) {
            if (part->row[j].cell[i][0] == '\0') {
                continue;
            }
            plm_pile_fill(out, ' ', INDENT);
            plm_pile_text(out, part->column[i].head);
            plm_pile_fill(out, ' ', width - strlen(part->column[i].head) + GAP);
            wrap_printable(out, part->row[j].cell[i], INDENT + width + GAP, INDENT + width + GAP);
        }
        plm_pile_text(out, j + 1 < part->row_count ? "\n" : "");
    }
}

static void put_lines(plm_pile *out, const plm_story_part *part, char *const *cell, bool colour)
{
    layout plan;
    if (measure(part, cell, true, &plan) > WIDTH && measure(part, cell, false, &plan) > WIDTH) {
        put_stacked(out, part);
        return;
    }
    const char *shown[PLM_STORY_COLUMNS_MAX];
    for (unsigned i = 0; i < part->column_count; i++) {
        shown[i] = part->column[i].head;
    }
    plm_pile_text(out, colour ? BOLD : "");
    put_row(out, part, &plan, shown, true);
    plm_pile_text(out, colour ? PLAIN : "");
    for (size_t j = 0; j < part->row_count; j++) {
        for (unsigned i = 0; i < part->column_count; i++) {
            shown[i] = cell[j * part->column_count + i];
        }
        if (part->row[j].total) {
            put_rule(out, part, &plan, &part->row[j]);
        }
        put_row(out, part, &plan, shown, false);
    }
}

static void put_table(plm_pile *out, const plm_story_part *part, bool colour)
{
    const size_t count = part->row_count * part->column_count;
    char **const cell = plm_alloc(count + 1, sizeof *cell);
    char *head[PLM_STORY_COLUMNS_MAX];
    plm_story_part shown = *part; /* with heads that are safe to show */
    for (unsigned i = 0; i < part->column_count; i++) {
        head[i] = show_cell(part->column[i].head);
        shown.column[i].head = head[i];
    }
    for (size_t i = 0; i < count; i++) {
        cell[i] = show_cell(part->row[i / part->column_count].cell[i % part->column_count]);
    }
    if (part->text[0] != '\0') {
        wrap_printable(out, part->text, 0, 0);
    }
    put_lines(out, &shown, cell, colour);
    for (size_t i = 0; i < count; i++) {
        plm_free(cell[i]);
    }
    for (unsigned i = 0; i < part->column_count; i++) {
        plm_free(head[i]);
    }
    plm_free(cell);
}

/* -- the whole ------------------------------------------------------------------------------- */

static void put_bold(plm_pile *out, const char *text, bool colour)
{
    plm_pile_text(out, colour ? BOLD : "");
    wrap_printable(out, text, 0, 0);
    plm_pile_text(out, colour ? PLAIN : "");
}

char *plm_story_text(const plm_story *story, bool colour)
{
    plm_pile out = {0};
    put_bold(&out, story->title, colour);
    if (story->banner != NULL) {
        plm_pile_text(&out, "! ");
        wrap_printable(&out, story->banner, 2, 2);
    }
    for (size_t i = 0; i < story->part_count; i++) {
        const plm_story_part *const part = &story->part[i];
        plm_pile_text(&out, i > 0 && story->part[i - 1].kind == PLM_PART_HEADING ? "" : "\n");
        switch (part->kind) {
        case PLM_PART_NONE:
            break;
        case PLM_PART_HEADING:
            put_bold(&out, part->text, colour);
            break;
        case PLM_PART_TEXT:
            wrap_printable(&out, part->text, 0, 0);
            break;
        case PLM_PART_TABLE:
            put_table(&out, part, colour);
            break;
        }
    }
    return out.text;
}
