/*
 * cmd_lesson.c - plimsoll lesson: a question about margin, answered by a run that can be followed
 * with pencil and paper.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "commands.h"
#include "help.h"
#include "interrupt.h"
#include "lecture.h"
#include "memory.h"
#include "nearest.h"
#include "shipped.h"
#include "workplace.h"

#define TITLE_CAP 128u
#define NUMBER_SIZE 3u /* "03-" */

static const plm_shipped shipped_lessons = {"examples/lessons/tree", PLM_EXAMPLE_DIR "/lessons",
                                            ""};
static const plm_shipped shipped_models = {"examples/lessons", PLM_MODEL_DIR, ".so"};

/* -- the lessons that there are -------------------------------------------------------------- */

typedef struct lesson_list {
    char folder[PLM_SHIPPED_PATH_CAP];
    unsigned count;
    char *name[PLM_SHIPPED_NAMES_MAX + 1]; /* "03-cross-and-isolated", by number; NULL at the end */
} lesson_list;

static bool is_lesson(const char *name)
{
    return isdigit((unsigned char)name[0]) && isdigit((unsigned char)name[1]) && name[2] == '-';
}

static plm_status find_lessons(plm_diag *diag, lesson_list *out)
{
    *out = (lesson_list){.count = 0};
    if (!plm_shipped_folder(&shipped_lessons, out->folder)) {
        char places[PLM_SHIPPED_PLACES_CAP];
        plm_shipped_places(&shipped_lessons, places);
        return plm_fail(diag, PLM_ERR_USAGE, "there are no lessons; searched: %.900s", places);
    }
    const unsigned all = plm_shipped_names(&shipped_lessons, out->folder, out->name);
    for (unsigned i = 0; i < all; i++) {
        char *const name = out->name[i];
        out->name[i] = NULL;
        if (is_lesson(name)) {
            out->name[out->count++] = name;
        } else {
            plm_free(name);
        }
    }
    return PLM_OK;
}

static void forget_lessons(lesson_list *list)
{
    for (unsigned i = 0; i < list->count; i++) {
        plm_free(list->name[i]);
    }
}

static unsigned number_of(const char *name)
{
    return (unsigned)(10 * (name[0] - '0') + (name[1] - '0'));
}

/* A number, or the name behind it. */
static plm_status choose(const lesson_list *list, const char *word, plm_diag *diag,
                         const char **out)
{
    const char *words[PLM_SHIPPED_NAMES_MAX + 1] = {0};
    const size_t digits = strspn(word, "0123456789");
    const bool number = digits > 0 && digits < 4 && word[digits] == '\0';
    for (unsigned i = 0; i < list->count; i++) {
        words[i] = list->name[i] + NUMBER_SIZE;
        if (number ? strtoul(word, NULL, 10) == number_of(list->name[i])
                   : strcmp(word, words[i]) == 0 || strcmp(word, list->name[i]) == 0) {
            *out = list->name[i];
            return PLM_OK;
        }
    }
    const char *const near = number ? NULL : plm_nearest(word, words);
    return plm_fail(diag, PLM_ERR_USAGE, "no lesson '%.100s'; allowed: 1 to %u%s%s", word,
                    list->count, near == NULL ? "" : ", nearest: ", near == NULL ? "" : near);
}

static plm_status read_page(const lesson_list *list, const char *name, plm_diag *diag, char **out)
{
    char path[2 * PLM_SHIPPED_PATH_CAP];
    (void)snprintf(path, sizeof path, "%s/%s/page.md", list->folder, name);
    return plm_lecture_read(path, diag, out);
}

/* -- the list -------------------------------------------------------------------------------- */

static json_t *lesson_json(const char *name, const char *page)
{
    char title[TITLE_CAP];
    plm_lecture_title(page, title, sizeof title);
    json_t *const entry = plm_json_object();
    plm_json_count(entry, "number", number_of(name));
    plm_json_text(entry, "name", name + NUMBER_SIZE);
    plm_json_text(entry, "title", title);
    plm_json_put(entry, "run", plm_lecture_commands(page, "run"));
    plm_json_put(entry, "try", plm_lecture_commands(page, "try"));
    return entry;
}

/* The title behind "Lesson N: ". */
static void print_title(plm_out *out, const char *name, const char *page)
{
    char title[TITLE_CAP];
    plm_lecture_title(page, title, sizeof title);
    const char *const colon = strstr(title, ": ");
    plm_out_printf(out, "%3u  %s\n", number_of(name), colon == NULL ? title : colon + 2);
}

static plm_status show_list(plm_session *session, const lesson_list *list, plm_diag *diag)
{
    json_t *const entries = plm_json_array();
    plm_status status = PLM_OK;
    for (unsigned i = 0; status >= 0 && i < list->count; i++) {
        char *page = NULL;
        status = read_page(list, list->name[i], diag, &page);
        if (status >= 0 && session->json) {
            plm_json_add(entries, lesson_json(list->name[i], page));
        } else if (status >= 0) {
            print_title(&session->out, list->name[i], page);
        }
        plm_free(page);
    }
    if (status >= 0 && session->json) {
        json_t *const json = plm_json_open("lessons");
        plm_json_put(json, "lessons", json_incref(entries));
        plm_json_print(&session->out, json);
    } else if (status >= 0) {
        plm_out_text(&session->out,
                     "\n'plimsoll lesson N' opens one: its page, its run, its story.\n");
    }
    json_decref(entries);
    return status;
}

/* -- one lesson ------------------------------------------------------------------------------ */

/* Models that ship for a lesson: one beside each source that it has. */
static plm_status copy_models(const plm_workplace *place, plm_diag *diag)
{
    char folder[PLM_SHIPPED_PATH_CAP];
    char *names[PLM_SHIPPED_NAMES_MAX];
    if (!plm_shipped_folder(&shipped_models, folder)) {
        return PLM_OK;
    }
    plm_status status = PLM_OK;
    const unsigned count = plm_shipped_names(&shipped_models, folder, names);
    for (unsigned i = 0; i < count; i++) {
        char source[2 * PLM_SHIPPED_PATH_CAP];
        char built[PLM_SHIPPED_PATH_CAP];
        struct stat info;
        (void)snprintf(source, sizeof source, "%s/%s.c", place->folder, names[i]);
        if (status >= 0 && stat(source, &info) == 0 &&
            plm_shipped_file(&shipped_models, folder, names[i], built)) {
            status = plm_workplace_copy(place, built, diag);
        }
        plm_free(names[i]);
    }
    return status;
}

static void tell_next(plm_session *session, const plm_workplace *place, const lesson_list *list,
                      const char *name)
{
    char text[2 * PLM_SHIPPED_PATH_CAP];
    const unsigned number = number_of(name);
    if (place->temporary) {
        (void)snprintf(
            text, sizeof text,
            "To try these, 'plimsoll lesson %u -o DIR' keeps all files in DIR; go there.", number);
    } else {
        (void)snprintf(text, sizeof text, "To try these, go to %.4000s: all files are there.",
                       place->folder);
    }
    plm_help_wrap(&session->out, text, 0, 0);
    if (number < list->count) {
        plm_out_printf(&session->out, "Next: plimsoll lesson %u\n", number + 1);
    }
}

static plm_status play(plm_session *session, const lesson_list *list, const char *name,
                       const char *page, plm_diag *diag)
{
    const bool force = plm_session_flag(session, "force");
    char folder[2 * PLM_SHIPPED_PATH_CAP];
    plm_workplace place;
    (void)snprintf(folder, sizeof folder, "%s/%s", list->folder, name);
    plm_status status =
        plm_workplace_open(plm_session_text(session, "output"), force, diag, &place);
    if (status >= 0) {
        status = plm_workplace_copy_all(&place, folder, diag);
    }
    if (status >= 0) {
        status = copy_models(&place, diag);
    }
    if (status >= 0) {
        status = plm_workplace_enter(&place, diag);
    }
    if (status >= 0) {
        status = plm_lecture_play(session, page, force, diag);
    }
    if (status >= 0) {
        tell_next(session, &place, list, name);
    }
    plm_workplace_close(&place);
    return status;
}

static plm_status open_lesson(plm_session *session, const lesson_list *list, plm_diag *diag)
{
    const char *name = NULL;
    char *page = NULL;
    PLM_TRY(choose(list, session->operand[0], diag, &name));
    PLM_TRY(read_page(list, name, diag, &page));
    plm_status status = PLM_OK;
    if (session->json) {
        json_t *const json = plm_json_open("lesson");
        json_t *const lesson = lesson_json(name, page);
        plm_json_text(lesson, "page", page);
        (void)json_object_update(json, lesson);
        json_decref(lesson);
        plm_json_print(&session->out, json);
    } else {
        status = play(session, list, name, page, diag);
    }
    plm_free(page);
    return status;
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    lesson_list list;
    PLM_TRY(find_lessons(diag, &list));
    plm_interrupt_defer(); /* so that a temporary folder is not left behind */
    const plm_status status = session->operand_count == 0 ? show_list(session, &list, diag)
                                                          : open_lesson(session, &list, diag);
    forget_lessons(&list);
    return status;
}

static const plm_option options[] = {
    {.name = "output",
     .letter = 'o',
     .type = PLM_OPTION_TEXT,
     .value = "DIR",
     .help = "keep run file, tape and database in a new folder"},
    {.name = "force",
     .letter = 'f',
     .type = PLM_OPTION_FLAG,
     .value = "",
     .help = "write into a folder that exists; its files of the same names are lost"},
};

const plm_command plm_cmd_lesson = {
    .name = "lesson",
    .summary = "a question about margin, answered by a run",
    .operands = "[N]",
    .operand_min = 0,
    .operand_max = 1,
    .examples = "plimsoll lesson\n"
                "plimsoll lesson 3\n"
                "plimsoll lesson 3 -o three && cd three\n"
                "plimsoll lesson 3 --json\n",
    .text = "Lists the lessons, or opens one: its page, with its run and its story where they "
            "stand, the arithmetic for pencil and paper, and what to try next. Without -o "
            "everything happens in a temporary folder. --json tells page and commands, and runs "
            "nothing.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
