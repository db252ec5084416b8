/*
 * rulebook_help.h - a small rulebook of one line a key, any of which a test replaces, read from a
 * folder with the tables that the test writes.
 */
#ifndef PLM_RULEBOOK_HELP_H
#define PLM_RULEBOOK_HELP_H

#include "input_files.h"
#include "rulebook.h"

#define BOOK_LINES 23u
#define BOOK_TEXT_CAP 8192u

/* Line n of the file is entry n - 1. */
static const char *const book_lines[BOOK_LINES][2] = {
    {"rulebook", "test"},
    {"title", "For tests"},
    {"effective", "2022-01-01"},
    {"sources", "[none]"},
    {"leaves_out", "[]"},
    {"regimes", "[cross, isolated]"},
    {"pool", "{cross: currency, isolated: position, topup: manual}"},
    {"hedge", "{maintenance: gross, initial: max_side}"},
    {"price", "{mark: [tape], pnl: mark, requirement: mark, funding: mark, stale: 0s}"},
    {"measure", "value"},
    {"rate", "{flat: 0.05}"},
    {"levels", "{initial: leverage, warn: []}"},
    {"addons", "{}"},
    {"collateral", "settle"},
    {"offset", "none"},
    {"orders", "sum"},
    {"trigger", "{when: at, test: once}"},
    {"stages", "[{do: close, select: all, size: full, price: market}]"},
    {"fee",
     "{rate: 0.01, split: {insurance: 1}, taker_fee: yes, residual: account, recourse: none}"},
    {"insurance", "{floor: 0}"},
    {"adl", "off"},
    {"socialise", "none"},
    {"numeric", "{}"},
};

/* Pairs of a key and its text, closed by NULL; a text of NULL leaves the key out, one that is not
 * among the lines is put at the end. */
static inline void book_text(const char *const *changes, char out[BOOK_TEXT_CAP])
{
    size_t size = 0;
    for (size_t i = 0; i < BOOK_LINES; i++) {
        const char *value = book_lines[i][1];
        for (size_t j = 0; changes != NULL && changes[j] != NULL; j += 2) {
            value = strcmp(changes[j], book_lines[i][0]) == 0 ? changes[j + 1] : value;
        }
        if (value != NULL) {
            size += (size_t)snprintf(out + size, BOOK_TEXT_CAP - size, "%s: %s\n", book_lines[i][0],
                                     value);
        }
    }
    for (size_t j = 0; changes != NULL && changes[j] != NULL; j += 2) {
        bool known = false;
        for (size_t i = 0; i < BOOK_LINES; i++) {
            known = known || strcmp(changes[j], book_lines[i][0]) == 0;
        }
        if (!known && changes[j + 1] != NULL) {
            size += (size_t)snprintf(out + size, BOOK_TEXT_CAP - size, "%s: %s\n", changes[j],
                                     changes[j + 1]);
        }
    }
    assert_true(size < BOOK_TEXT_CAP);
}

static inline plm_status book_try(const input_folder *folder, const char *const *changes,
                                  plm_diag *diag, plm_rulebook **out)
{
    char text[BOOK_TEXT_CAP];
    book_text(changes, text);
    plm_diag_init(diag);
    return plm_rulebook_read(input_write(folder, "book.yaml", text, strlen(text)), diag, out);
}

static inline plm_rulebook *book_read(const input_folder *folder, const char *const *changes)
{
    plm_diag diag;
    plm_rulebook *book = NULL;
    assert_ok(book_try(folder, changes, &diag, &book), &diag);
    return book;
}

/* The message without the folder. */
static inline void book_refused(const input_folder *folder, const char *const *changes,
                                const char *message)
{
    plm_diag diag;
    plm_rulebook *book = NULL;
    assert_int_equal(book_try(folder, changes, &diag, &book), PLM_ERR_USAGE);
    assert_null(book);
    const char *text = diag.text;
    size_t const size = strlen(folder->path);
    if (strncmp(text, folder->path, size) == 0) {
        text += size + 1;
    }
    assert_string_equal(text, message);
}

static inline void book_table(const input_folder *folder, const char *name, const char *text)
{
    (void)input_write(folder, name, text, strlen(text));
}

#define TIERS_HEAD "instrument,effective_from,from,maintenance,leverage_max\n"

#endif
