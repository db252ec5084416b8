/*
 * workplace.c - a folder to work in: one that the user names, or a temporary one that is removed.
 */
#include "workplace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"
#include "outfile.h"

#define CHUNK 65536u

static plm_status join(const char *folder, const char *name, plm_diag *diag,
                       char out[PLM_SHIPPED_PATH_CAP])
{
    const int size = snprintf(out, PLM_SHIPPED_PATH_CAP, "%s/%s", folder, name);
    return size >= 0 && size < PLM_SHIPPED_PATH_CAP
               ? PLM_OK
               : plm_fail_errno(diag, ENAMETOOLONG, "%.64s...", folder);
}

/* -- the folder ------------------------------------------------------------------------------ */

static plm_status make_temporary(plm_diag *diag, plm_workplace *place)
{
    const char *const given = getenv("TMPDIR");
    const char *const parent = given == NULL || given[0] == '\0' ? "/tmp" : given;
    PLM_TRY(join(parent, "plimsoll-XXXXXX", diag, place->folder));
    if (mkdtemp(place->folder) == NULL) {
        return plm_fail_errno(diag, errno, "%s", parent);
    }
    place->temporary = true;
    return PLM_OK;
}

static plm_status make_named(const char *folder, bool force, plm_diag *diag, plm_workplace *place)
{
    if (snprintf(place->folder, sizeof place->folder, "%s", folder) >= PLM_SHIPPED_PATH_CAP) {
        return plm_fail_errno(diag, ENAMETOOLONG, "%.64s...", folder);
    }
    if (mkdir(folder, 0777) == 0 || (errno == EEXIST && force)) {
        return PLM_OK;
    }
    if (errno == EEXIST) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "%.900s exists already; --force writes into it, "
                        "-o DIR names another folder",
                        folder);
    }
    return plm_fail_errno(diag, errno, "%s", folder);
}

plm_status plm_workplace_open(const char *folder, bool force, plm_diag *diag, plm_workplace *out)
{
    *out = (plm_workplace){.home = -1};
    PLM_TRY(folder == NULL ? make_temporary(diag, out) : make_named(folder, force, diag, out));
    out->home = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return out->home >= 0 ? PLM_OK : plm_fail_errno(diag, errno, "the working folder");
}

plm_status plm_workplace_enter(const plm_workplace *place, plm_diag *diag)
{
    return chdir(place->folder) == 0 ? PLM_OK : plm_fail_errno(diag, errno, "%s", place->folder);
}

/* Files alone: nothing that a command leaves there is a folder. */
static void remove_temporary(const char *folder)
{
    DIR *const dir = opendir(folder);
    const struct dirent *entry = NULL;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        (void)unlinkat(dirfd(dir), entry->d_name, 0);
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
    (void)rmdir(folder);
}

void plm_workplace_close(plm_workplace *place)
{
    if (place->home >= 0) {
        (void)!fchdir(place->home); /* a folder that went away meanwhile: nothing to go back to */
        (void)close(place->home);
    }
    if (place->temporary) {
        remove_temporary(place->folder);
    }
    *place = (plm_workplace){.home = -1};
}

/* -- files ----------------------------------------------------------------------------------- */

static plm_status copy_bytes(FILE *from, const char *path, plm_outfile *file, plm_diag *diag)
{
    char *const bytes = plm_alloc(CHUNK, 1);
    plm_status status = PLM_OK;
    size_t size = 0;
    while (status >= 0 && (size = fread(bytes, 1, CHUNK, from)) > 0) {
        status = plm_outfile_write(file, bytes, size, diag);
    }
    plm_free(bytes);
    PLM_TRY(status);
    return ferror(from) == 0 ? PLM_OK : plm_fail_errno(diag, errno, "%s", path);
}

plm_status plm_workplace_copy(const plm_workplace *place, const char *path, plm_diag *diag)
{
    char target[PLM_SHIPPED_PATH_CAP];
    const char *const slash = strrchr(path, '/');
    PLM_TRY(join(place->folder, slash == NULL ? path : slash + 1, diag, target));
    FILE *const from = fopen(path, "rb");
    if (from == NULL) {
        return plm_fail_errno(diag, errno, "%s", path);
    }
    plm_outfile *file = NULL;
    plm_status status = plm_outfile_create(target, true, diag, &file);
    if (status >= 0) {
        status = copy_bytes(from, path, file, diag);
        if (status >= 0) {
            status = plm_outfile_commit(file, diag);
        } else {
            plm_outfile_abort(file);
        }
    }
    (void)fclose(from);
    return status;
}

plm_status plm_workplace_copy_all(const plm_workplace *place, const char *folder, plm_diag *diag)
{
    DIR *const dir = opendir(folder);
    if (dir == NULL) {
        return plm_fail_errno(diag, errno, "%s", folder);
    }
    plm_status status = PLM_OK;
    const struct dirent *entry = NULL;
    while (status >= 0 && (entry = readdir(dir)) != NULL) {
        char path[PLM_SHIPPED_PATH_CAP];
        struct stat info;
        status = join(folder, entry->d_name, diag, path);
        if (status >= 0 && entry->d_name[0] != '.' && stat(path, &info) == 0 &&
            S_ISREG(info.st_mode)) {
            status = plm_workplace_copy(place, path, diag);
        }
    }
    (void)closedir(dir);
    return status;
}
