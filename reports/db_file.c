/*
 * db_file.c - names, locks and the last word. Nothing here knows what is in the tables but run.
 */
#include "db_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db_open.h"
#include "db_row.h"
#include "memory.h"

#define RESERVE_SIZE 65536u
#define CACHE_KIB "65536"

struct plm_db_file {
    char *path, *fresh, *reserve; /* FILE, FILE.new, FILE.reserve */
    bool replace;
    bool begun; /* what was known before the run is on disk */
    bool named; /* has the name FILE */
    sqlite3 *db;
};

static char *join(const char *path, const char *ending)
{
    size_t const size = strlen(path) + strlen(ending) + 1;
    char *const text = plm_alloc(size, 1);
    (void)snprintf(text, size, "%s%s", path, ending);
    return text;
}

const char *plm_db_file_path(const plm_db_file *file)
{
    return file->named ? file->path : file->fresh;
}

sqlite3 *plm_db_file_db(const plm_db_file *file)
{
    return file->db;
}

/* -- what lies about ------------------------------------------------------------------------- */

static void remove_beside(const char *path, const char *ending)
{
    char *const name = join(path, ending);
    (void)unlink(name);
    plm_free(name);
}

/* What SQLite kept beside a database that is not there any more would be played into the next one
 * of its name. */
static void remove_journals(const char *path)
{
    remove_beside(path, "-journal");
    remove_beside(path, "-wal");
    remove_beside(path, "-shm");
}

/* A run that is still writing holds its database. What its end left unfinished is rolled back. */
static bool is_locked(const char *path)
{
    sqlite3 *db = NULL;
    int code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_exec(db, "BEGIN EXCLUSIVE; ROLLBACK", NULL, NULL, NULL);
    }
    (void)sqlite3_close(db);
    return code == SQLITE_BUSY;
}

static plm_status refuse_locked(const char *path, plm_diag *diag)
{
    return plm_fail(diag, PLM_ERR_USAGE, "%s: is being written by another run", path);
}

/* Empty, or begins as a run database does: application_id stands at byte 68. */
static bool is_ours(const char *path)
{
    static const uint8_t id[4] = {0x50, 0x4C, 0x49, 0x4D};
    uint8_t head[72];
    int const fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t const got = fd < 0 ? -1 : read(fd, head, sizeof head);
    if (fd >= 0) {
        (void)close(fd);
    }
    bool const begun = got == (ssize_t)sizeof head && memcmp(head, "SQLite format 3", 16) == 0 &&
                       memcmp(head + 68, id, sizeof id) == 0;
    return got == 0 || begun;
}

/* What a killed run left under our working name goes; what is not from here stays. */
static plm_status clear_fresh(const plm_db_file *file, plm_diag *diag)
{
    struct stat info;
    if (lstat(file->fresh, &info) != 0) {
        return PLM_OK;
    }
    if (!S_ISREG(info.st_mode) || !is_ours(file->fresh)) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "%s: is in the way of a new database and not from here; move it",
                        file->fresh);
    }
    if (is_locked(file->fresh)) {
        return refuse_locked(file->fresh, diag);
    }
    remove_journals(file->fresh);
    if (unlink(file->fresh) != 0) {
        return plm_fail_errno(diag, errno, "%s: cannot be removed", file->fresh);
    }
    return PLM_OK;
}

/* -- making ---------------------------------------------------------------------------------- */

static plm_status touch(const char *path, plm_diag *diag)
{
    int const fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) {
        return plm_fail_errno(diag, errno, "%s: cannot be written", path);
    }
    if (close(fd) != 0) {
        return plm_fail_errno(diag, errno, "%s: close failed", path);
    }
    return PLM_OK;
}

static plm_status make_reserve(const plm_db_file *file, plm_diag *diag)
{
    static const uint8_t nothing[RESERVE_SIZE];
    int const fd = open(file->reserve, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0) {
        return plm_fail_errno(diag, errno, "%s: cannot be written", file->reserve);
    }
    errno = ENOSPC; /* of a write that is cut short */
    bool const written = write(fd, nothing, sizeof nothing) == (ssize_t)sizeof nothing;
    int reason = written ? 0 : errno;
    if (close(fd) != 0 && reason == 0) {
        reason = errno;
    }
    return reason == 0 ? PLM_OK : plm_fail_errno(diag, reason, "%s: write failed", file->reserve);
}

/* The words of enums come from record_words.h alone: to have each looked up in its CHECK again
 * takes longer than all the rest of an insert. PRAGMA integrity_check looks at them when somebody
 * asks. */
static plm_status open_db(plm_db_file *file, plm_diag *diag)
{
    const char *const path = plm_db_file_path(file);
    if (sqlite3_open_v2(path, &file->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
        return file->db == NULL ? plm_fail(diag, PLM_ERR_IO, "%s: out of memory", path)
                                : plm_row_fail(file->db, diag);
    }
    return plm_row_exec(file->db,
                        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE;"
                        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA "
                        "ignore_check_constraints = ON;"
                        "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -" CACHE_KIB ";"
                        "BEGIN EXCLUSIVE",
                        diag);
}

static plm_status close_db(plm_db_file *file, plm_diag *diag)
{
    sqlite3 *const db = file->db;
    file->db = NULL;
    if (sqlite3_close(db) != SQLITE_OK) {
        (void)sqlite3_close_v2(db);
        return plm_fail(diag, PLM_ERR_IO, "%s: cannot be closed", plm_db_file_path(file));
    }
    remove_journals(plm_db_file_path(file)); /* of a commit that was done, if SQLite could not */
    return PLM_OK;
}

static void release(plm_db_file *file)
{
    if (file->db != NULL) {
        (void)sqlite3_close_v2(file->db);
    }
    (void)unlink(file->reserve);
    plm_free(file->path);
    plm_free(file->fresh);
    plm_free(file->reserve);
    plm_free(file);
}

static plm_status create(plm_db_file *file, plm_diag *diag)
{
    if (file->replace && is_locked(file->path)) {
        return refuse_locked(file->path, diag);
    }
    PLM_TRY(clear_fresh(file, diag));
    PLM_TRY(touch(file->fresh, diag));
    remove_journals(file->fresh);
    plm_status status = make_reserve(file, diag);
    if (status == PLM_OK) {
        status = open_db(file, diag);
    }
    if (status == PLM_OK) {
        status = plm_row_exec(file->db,
                              "PRAGMA application_id = 1347176781; PRAGMA user_version = 1", diag);
    }
    if (status < 0) {
        if (file->db != NULL) {
            (void)sqlite3_close_v2(file->db);
            file->db = NULL;
        }
        (void)unlink(file->fresh);
        remove_journals(file->fresh);
    }
    return status;
}

plm_status plm_db_file_create(const char *path, bool replace, plm_diag *diag, plm_db_file **out)
{
    plm_db_file *const file = plm_alloc(1, sizeof *file);
    struct stat info;
    /* One thread at a time writes (the run begins and ends what its scribe fills, and waits for it
     * in between), and nobody asks for its memory: locks and counters cost a third. Where SQLite is
     * in use already, it stays as it is. */
    (void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    file->path = plm_strdup(path);
    file->fresh = join(path, ".new");
    file->reserve = join(path, ".reserve");
    file->replace = replace && lstat(path, &info) == 0;
    plm_status const status = create(file, diag);
    if (status < 0) {
        release(file);
        return status;
    }
    *out = file;
    return PLM_OK;
}

/* -- names ----------------------------------------------------------------------------------- */

/* A name itself lasts only when the folder is synced. */
static plm_status sync_folder(const char *path, plm_diag *diag)
{
    char *const folder = plm_strdup(path);
    char *const slash = strrchr(folder, '/');
    const char *name = ".";
    if (slash != NULL) {
        slash[slash == folder ? 1 : 0] = '\0';
        name = folder;
    }
    int const fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    /* Some file systems do not sync folders; that is not the user's fault. */
    bool const failed = fd < 0 || (fsync(fd) != 0 && errno != EINVAL);
    plm_status const status =
        failed ? plm_fail_errno(diag, errno, "%s: its folder cannot be synced", path) : PLM_OK;
    if (fd >= 0) {
        (void)close(fd);
    }
    plm_free(folder);
    return status;
}

/* Where the file system has no links, one look before the rename has to do. */
static plm_status give_name(plm_db_file *file, plm_diag *diag)
{
    struct stat info;
    remove_journals(file->path);
    if (link(file->fresh, file->path) == 0) {
        file->named = true;
        if (unlink(file->fresh) != 0) {
            return plm_fail_errno(diag, errno, "%s: cannot be removed", file->fresh);
        }
        return PLM_OK;
    }
    if (errno == EEXIST || lstat(file->path, &info) == 0) {
        return plm_fail(diag, PLM_ERR_USAGE, "%s: came into being meanwhile; it is kept",
                        file->path);
    }
    if (rename(file->fresh, file->path) != 0) {
        return plm_fail_errno(diag, errno, "%s: cannot be renamed from %s", file->path,
                              file->fresh);
    }
    file->named = true;
    return PLM_OK;
}

plm_status plm_db_file_begin(plm_db_file *file, plm_diag *diag)
{
    if (file->replace) {
        PLM_TRY(plm_db_file_commit(file, diag));
        file->begun = true;
        return PLM_OK;
    }
    PLM_TRY(plm_row_exec(file->db, "COMMIT", diag));
    PLM_TRY(close_db(file, diag));
    plm_status const named = give_name(file, diag);
    file->begun = file->named;
    PLM_TRY(named);
    PLM_TRY(sync_folder(file->path, diag));
    return open_db(file, diag);
}

plm_status plm_db_file_commit(plm_db_file *file, plm_diag *diag)
{
    return plm_row_exec(file->db, "COMMIT; BEGIN EXCLUSIVE", diag);
}

void plm_db_file_rollback(plm_db_file *file)
{
    if (sqlite3_get_autocommit(file->db) == 0) {
        (void)sqlite3_exec(file->db, "ROLLBACK", NULL, NULL, NULL);
    }
}

/* -- the end --------------------------------------------------------------------------------- */

static plm_status finish(plm_db_file *file, plm_diag *diag)
{
    PLM_TRY(plm_row_exec(file->db, "COMMIT", diag));
    PLM_TRY(close_db(file, diag));
    if (file->replace) {
        if (is_locked(file->path)) {
            return refuse_locked(file->path, diag);
        }
        remove_journals(file->path);
        if (rename(file->fresh, file->path) != 0) {
            return plm_fail_errno(diag, errno, "%s: cannot be renamed from %s", file->path,
                                  file->fresh);
        }
    }
    return sync_folder(file->path, diag);
}

/* Sets the end of a run whose database says incomplete. */
static bool set_end(sqlite3 *db, const char *status, const char *cause)
{
    plm_row row;
    plm_diag ignored;
    plm_diag_init(&ignored);
    if (plm_row_open(db,
                     "UPDATE run SET status = ?, cause = ? WHERE id = 1 AND status = 'incomplete'",
                     &ignored, &row) < 0) {
        return false;
    }
    plm_row_text(&row, status);
    plm_row_text(&row, cause);
    plm_status const written = plm_row_put(&row, &ignored);
    plm_row_close(&row);
    return written == PLM_OK;
}

plm_status plm_db_file_finish(plm_db_file *file, plm_diag *diag)
{
    plm_status const status = finish(file, diag);
    if (status < 0 && file->db != NULL) {
        plm_db_file_rollback(file);
        plm_db_file_fail(file, "failed", diag->text);
        return status;
    }
    release(file);
    return status;
}

/* What came before belongs to the story; on a full disk it may have to go. */
static void tell_end(plm_db_file *file, const char *status, const char *cause)
{
    plm_diag ignored;
    plm_diag_init(&ignored);
    if (file->db == NULL) {
        (void)open_db(file, &ignored);
    }
    if (file->db != NULL && sqlite3_get_autocommit(file->db) == 0 &&
        sqlite3_exec(file->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
        (void)sqlite3_exec(file->db, "ROLLBACK", NULL, NULL, NULL);
    }
    if (file->db != NULL) {
        (void)set_end(file->db, status, cause);
    }
}

void plm_db_file_fail(plm_db_file *file, const char *status, const char *cause)
{
    (void)unlink(file->reserve);
    if (file->begun) {
        tell_end(file, status, cause);
    }
    bool const is_begun = file->begun;
    char *const fresh = plm_strdup(file->fresh);
    release(file);
    if (!is_begun) {
        (void)unlink(fresh);
        remove_journals(fresh);
    }
    plm_free(fresh);
}

bool plm_db_file_bury(const char *path, bool replace, const char *cause, char *out, size_t cap)
{
    char *const fresh = join(path, ".new");
    struct stat info;
    bool const named = !replace && lstat(path, &info) == 0;
    const char *const name = replace ? fresh : path;
    bool told = false;
    remove_beside(path, ".reserve");
    if (named || (replace && lstat(fresh, &info) == 0)) {
        sqlite3 *db = NULL;
        if (sqlite3_open_v2(name, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK) {
            told = set_end(db, "failed", cause);
        }
        (void)sqlite3_close_v2(db);
    }
    if (told && !is_locked(name)) { /* rolled back by now, or of a commit that was done */
        remove_journals(name);
    }
    if (!replace || !told) { /* killed before there was anything in it, or before it was named */
        (void)unlink(fresh);
        remove_journals(fresh);
    }
    (void)snprintf(out, cap, "%s", name);
    plm_free(fresh);
    return told;
}
