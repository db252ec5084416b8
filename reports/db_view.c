/*
 * db_view.c - a template for each short form, and the loop that fills them in.
 *
 * In a template @ is the first argument, # the second, % the name that the column gets.
 */
#include "db_view.h"

#include <stdbool.h>
#include <string.h>

#include "check.h"
#include "db_row.h"

#define ARGUMENTS_MAX 3u

typedef struct form {
    const char *name;
    unsigned given; /* arguments before the optional name */
    const char *text;
} form;

/* A number below 0 is -(n + rest): what is left over counts upwards from micro. The whole part and
 * the digits behind the point are cut apart before their signs are dropped, so that even the lowest
 * integer has a text. */
#define MICRO "(@_micro + (@_micro < 0 AND @_atto > 0))"
#define ATTO "(iif(@_micro < 0 AND @_atto > 0, 1000000000000 - @_atto, @_atto))"
#define EXACT                                                                                      \
    "iif(@_micro IS NULL, NULL, iif(@_micro < 0, '-', '') || abs(" MICRO                           \
    " / 1000000) || rtrim(rtrim(printf('.%06d%012d', abs(" MICRO " % 1000000), " ATTO              \
    "), '0'), '.')) AS %"
#define MONEY EXACT ", @_micro / 1e6 + @_atto / 1e18 AS %_real"

#define SUM                                                                                        \
    "sum(@_micro) + sum(@_atto) / 1000000000000 AS %_micro, "                                      \
    "sum(@_atto) % 1000000000000 AS %_atto"
#define LESS                                                                                       \
    "@_micro - #_micro - (@_atto < #_atto) AS %_micro, "                                           \
    "@_atto - #_atto + (@_atto < #_atto) * 1000000000000 AS %_atto"

/* Digits with zeros in front, cut before the last SCALE of them. */
#define DIGITS(value, scale) "printf('%0*d', " scale " + 1 + (" value " < 0), " value ")"
#define DECIMAL(value, scale)                                                                      \
    "substr(" DIGITS(value, scale) ", 1, length(" DIGITS(                                          \
        value, scale) ") - " scale                                                                 \
                      ") || rtrim(rtrim('.' || substr(" DIGITS(value, scale) ", length(" DIGITS(   \
                          value, scale) ") - " scale " + 1), '0'), '.')"
#define SCALED(value, scale)                                                                       \
    "iif(@ IS NULL, NULL, " DECIMAL(value, scale) ") AS %, "                                       \
                                                  "iif(@ IS NULL, NULL, CAST(" DECIMAL(            \
                                                      value, scale) " AS REAL)) AS %_real"

static const form FORMS[] = {
    {"money", 1, MONEY},
    {"exact", 1, EXACT},
    {"sum", 1, SUM},
    {"less", 2, LESS},
    {"px", 2, SCALED("@", "#.px_scale")},
    {"px2", 2, SCALED("(@ * 5)", "(#.px_scale + 1)")},
    {"qty", 2, SCALED("@", "#.qty_scale")},
    {"rate", 1, SCALED("@", "12")},
    {"time", 1,
     "iif(@_ns IS NULL, NULL, strftime('%Y-%m-%dT%H:%M:%S', @_ns / 1000000000, 'unixepoch') || "
     "printf('.%09dZ', @_ns % 1000000000)) AS %_utc, @_ns / 1e9 AS %_unix"},
};

typedef struct piece {
    const char *text;
    size_t size;
} piece;

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static const form *find_form(piece name)
{
    for (size_t i = 0; i < sizeof FORMS / sizeof *FORMS; i++) {
        if (strlen(FORMS[i].name) == name.size &&
            memcmp(FORMS[i].name, name.text, name.size) == 0) {
            return &FORMS[i];
        }
    }
    return NULL;
}

/* Names between the parentheses; returns how many, and moves behind the closing one. */
static unsigned read_arguments(const char **at, piece out[ARGUMENTS_MAX])
{
    unsigned count = 0;
    const char *p = *at;
    plm_assert(*p == '(');
    do {
        plm_assert(count < ARGUMENTS_MAX);
        p++;
        p += strspn(p, " ");
        out[count].text = p;
        while (is_name(*p) || *p == '.') {
            p++;
        }
        out[count].size = (size_t)(p - out[count].text);
        plm_assert(out[count].size > 0);
        count++;
    } while (*p == ',');
    plm_assert(*p == ')');
    *at = p + 1;
    return count;
}

/* What stands behind the last point. */
static piece last_name(piece name)
{
    const char *begin = name.text + name.size;
    while (begin > name.text && is_name(begin[-1])) {
        begin--;
    }
    return (piece){.text = begin, .size = (size_t)(name.text + name.size - begin)};
}

static void add(sqlite3_str *out, piece what)
{
    sqlite3_str_append(out, what.text, (int)what.size);
}

/* A % that is a name is followed by the end, a blank, a comma or _; those of SQL are not. */
static bool is_place_of_name(const char *at)
{
    return at[0] == '%' && (at[1] == '\0' || at[1] == ',' || at[1] == '_') && at[-1] == ' ';
}

static void expand(sqlite3_str *out, const form *what, const piece argument[ARGUMENTS_MAX],
                   piece name)
{
    for (const char *at = what->text; *at != '\0'; at++) {
        if (*at == '@') {
            add(out, argument[0]);
        } else if (*at == '#') {
            add(out, argument[1]);
        } else if (is_place_of_name(at)) {
            add(out, name);
        } else {
            sqlite3_str_appendchar(out, 1, *at);
        }
    }
}

static void expand_all(sqlite3_str *out, const char *sql)
{
    for (const char *at = sql; *at != '\0';) {
        size_t const plain = strcspn(at, "$");
        add(out, (piece){.text = at, .size = plain});
        at += plain;
        if (*at == '\0') {
            break;
        }
        piece word = {.text = at + 1, .size = strcspn(at, "(") - 1};
        piece argument[ARGUMENTS_MAX];
        const form *const found = find_form(word);
        plm_assert(found != NULL);
        at += 1 + word.size;
        unsigned const count = read_arguments(&at, argument);
        plm_assert(count == found->given || count == found->given + 1);
        expand(out, found, argument,
               count > found->given ? argument[count - 1] : last_name(argument[0]));
    }
}

plm_status plm_db_put_views(sqlite3 *db, const char *sql, plm_diag *diag)
{
    sqlite3_str *const out = sqlite3_str_new(db);
    expand_all(out, sql);
    char *const text = sqlite3_str_finish(out);
    if (text == NULL) {
        return plm_fail(diag, PLM_ERR_IO, "out of memory");
    }
    plm_status const status = plm_row_exec(db, text, diag);
    sqlite3_free(text);
    return status;
}
