/*
 * lecture.c - a page of a lesson, on a terminal of 80 columns.
 */
#include "lecture.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "help.h"
#include "memory.h"
#include "perform.h"

#define PAGE_MAX (1u << 20)
#define PARAGRAPH_CAP 8192u
#define WORD_CAP 32u
#define FENCE "```"

/* -- reading --------------------------------------------------------------------------------- */

plm_status plm_lecture_read(const char *path, plm_diag *diag, char **out)
{
    FILE *const file = fopen(path, "rb");
    if (file == NULL) {
        return plm_fail_errno(diag, errno, "%s", path);
    }
    char *const text = plm_alloc(PAGE_MAX + 1, 1);
    const size_t size = fread(text, 1, PAGE_MAX + 1, file);
    const bool good = ferror(file) == 0;
    (void)fclose(file);
    if (!good || size > PAGE_MAX) {
        plm_free(text);
        return good ? plm_fail(diag, PLM_ERR_INPUT, "%s: a page has at most %u bytes", path,
                               PAGE_MAX)
                    : plm_fail_errno(diag, errno, "%s", path);
    }
    text[size] = '\0';
    *out = text;
    return PLM_OK;
}

/* The line at *at, without its end, to be freed; moves on to the next one. NULL: the end. */
static char *next_line(const char **at)
{
    if (**at == '\0') {
        return NULL;
    }
    const size_t size = strcspn(*at, "\n");
    char *const line = plm_alloc(size + 1, 1);
    memcpy(line, *at, size);
    *at += size + ((*at)[size] == '\n' ? 1 : 0);
    return line;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

void plm_lecture_title(const char *page, char *out, size_t cap)
{
    const char *const text = begins(page, "# ") ? page + 2 : page;
    (void)snprintf(out, cap, "%.*s", (int)strcspn(text, "\n"), text);
}

/* -- words ----------------------------------------------------------------------------------- */

/* Without the marks of emphasis and links, [text](where) is text; code stands in quotes. */
static void strip_marks(char *text)
{
    char *to = text;
    bool code = false;
    for (const char *from = text; *from != '\0'; from++) {
        const char *const close = code || *from != '[' ? NULL : strstr(from, "](");
        if (*from == '`') {
            code = !code;
            *to++ = '\'';
        } else if (close != NULL && strchr(close, ')') != NULL) {
            memmove(to, from + 1, (size_t)(close - from - 1));
            to += close - from - 1;
            from = strchr(close, ')');
        } else if (code || *from != '*' || (from[1] == ' ' && from > text && from[-1] == ' ')) {
            *to++ = *from;
        }
    }
    *to = '\0';
}

/* How far the text of an item of a list is indented; 0: it is none. */
static size_t item_indent(const char *line)
{
    const size_t digits = strspn(line, "0123456789");
    return begins(line, "- ") ? 2 : digits > 0 && begins(line + digits, ". ") ? digits + 2 : 0;
}

/* -- showing --------------------------------------------------------------------------------- */

typedef struct page_view {
    plm_session *session;
    bool force;
    bool again;  /* a command of this block has been performed */
    bool inside; /* a block, whose word is: */
    char word[WORD_CAP];
    size_t size; /* of a paragraph that has begun */
    char paragraph[PARAGRAPH_CAP];
} page_view;

static void end_paragraph(page_view *view)
{
    plm_out *const out = &view->session->out;
    if (view->size == 0) {
        return;
    }
    strip_marks(view->paragraph);
    const size_t indent = item_indent(view->paragraph);
    plm_out_printf(out, "%.*s", (int)indent, view->paragraph);
    plm_help_wrap(out, view->paragraph + indent, indent, indent);
    view->size = 0;
    view->paragraph[0] = '\0';
}

static void add_to_paragraph(page_view *view, const char *line)
{
    const size_t size = strlen(line);
    if (view->size + size + 2 > PARAGRAPH_CAP) {
        end_paragraph(view);
    }
    const int added = snprintf(view->paragraph + view->size, PARAGRAPH_CAP - view->size, "%s%s",
                               view->size == 0 ? "" : " ", line);
    view->size += (size_t)added;
}

static void show_text(page_view *view, const char *line)
{
    plm_out *const out = &view->session->out;
    const bool bold = view->session->colour_out;
    const size_t heading = strspn(line, "#");
    if (line[0] == '\0') {
        end_paragraph(view);
        plm_out_text(out, "\n");
    } else if (heading > 0 && line[heading] == ' ') {
        end_paragraph(view);
        plm_out_printf(out, "%s%s%s\n", bold ? PLM_BOLD : "", line + heading + 1,
                       bold ? PLM_PLAIN : "");
    } else if (line[0] == '|') { /* a table, as it is */
        end_paragraph(view);
        plm_out_printf(out, "%s\n", line);
    } else {
        const bool item = item_indent(line) > 0; /* "40. " inside a sentence is none */
        if (item && (begins(line, "- ") || item_indent(view->paragraph) > 0)) {
            end_paragraph(view);
        }
        add_to_paragraph(view, line + strspn(line, " "));
    }
}

static plm_status show_block_line(page_view *view, const char *line, plm_diag *diag)
{
    plm_out *const out = &view->session->out;
    const bool bold = view->session->colour_out;
    if (strcmp(view->word, "checks") == 0) {
        return PLM_OK;
    }
    if (strcmp(view->word, "run") != 0) {
        plm_out_printf(out, "%s%s\n", line[0] == '\0' ? "" : "  ", line);
        return PLM_OK;
    }
    plm_out_printf(out, "%s%s$ %s%s\n", view->again ? "\n" : "", bold ? PLM_BOLD : "", line,
                   bold ? PLM_PLAIN : "");
    view->again = true;
    return plm_perform(view->session, line, view->force, diag);
}

static plm_status show_line(page_view *view, const char *line, plm_diag *diag)
{
    if (!begins(line, FENCE)) {
        if (view->inside) {
            return show_block_line(view, line, diag);
        }
        show_text(view, line);
        return PLM_OK;
    }
    end_paragraph(view);
    view->inside = !view->inside;
    view->again = false;
    (void)snprintf(view->word, sizeof view->word, "%s", view->inside ? line + strlen(FENCE) : "");
    return PLM_OK;
}

plm_status plm_lecture_play(plm_session *session, const char *page, bool force, plm_diag *diag)
{
    page_view *const view = plm_alloc(1, sizeof *view);
    view->session = session;
    view->force = force;
    plm_status status = PLM_OK;
    char *line = NULL;
    while (status >= 0 && (line = next_line(&page)) != NULL) {
        status = show_line(view, line, diag);
        plm_free(line);
    }
    end_paragraph(view);
    plm_free(view);
    return status;
}

json_t *plm_lecture_commands(const char *page, const char *word)
{
    json_t *const list = plm_json_array();
    bool inside = false;
    char *line = NULL;
    while ((line = next_line(&page)) != NULL) {
        if (begins(line, FENCE)) {
            inside = !inside && strcmp(line + strlen(FENCE), word) == 0;
        } else if (inside) {
            plm_json_add(list, plm_json_string(line));
        }
        plm_free(line);
    }
    return list;
}
