/*
 * outfile.c - temporary name, fsync, rename.
 */
#include "outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"
#include "tape_layout.h"

#define TEMPORARY_NAMES_MAX 100

struct plm_outfile {
    int fd;
    bool overwrite, failed;
    uint64_t size;
    char *path, *temporary;
};

plm_status plm_outfile_check(const char *path, bool overwrite, plm_diag *diag)
{
    if (strlen(path) >= PLM_PATH_MAX || path[0] == '\0') {
        return plm_fail(diag, PLM_ERR_USAGE, "output path: 1 to %u bytes are allowed",
                        PLM_PATH_MAX - 1);
    }
    struct stat info;
    if (lstat(path, &info) != 0) {
        return errno == ENOENT ? PLM_OK : plm_fail_errno(diag, errno, "%s", path);
    }
    if (!S_ISREG(info.st_mode)) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "%s: exists and is not a regular file; what is written needs a file of its "
                        "own",
                        path);
    }
    if (!overwrite) {
        return plm_fail(diag, PLM_ERR_USAGE, "%s: exists; --force replaces it", path);
    }
    return PLM_OK;
}

/* path.tmp, path.tmp1, ...: the first that does not exist yet. */
static plm_status open_temporary(plm_outfile *file, plm_diag *diag)
{
    const size_t cap = strlen(file->path) + 16;
    file->temporary = plm_alloc(cap, 1);
    for (unsigned i = 0; i < TEMPORARY_NAMES_MAX; i++) {
        const int made = i == 0 ? snprintf(file->temporary, cap, "%s.tmp", file->path)
                                : snprintf(file->temporary, cap, "%s.tmp%u", file->path, i);
        if (made < 0) {
            break;
        }
        file->fd = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file->fd >= 0) {
            return PLM_OK;
        }
        if (errno != EEXIST) {
            return plm_fail_errno(diag, errno, "%s: cannot be written", file->path);
        }
    }
    return plm_fail(diag, PLM_ERR_IO, "%s: %u temporary files are left over beside it; remove them",
                    file->path, (unsigned)TEMPORARY_NAMES_MAX);
}

static void release(plm_outfile *file)
{
    if (file->fd >= 0) {
        (void)close(file->fd);
    }
    plm_free(file->path);
    plm_free(file->temporary);
    plm_free(file);
}

plm_status plm_outfile_create(const char *path, bool overwrite, plm_diag *diag, plm_outfile **out)
{
    PLM_TRY(plm_outfile_check(path, overwrite, diag));
    plm_outfile *const file = plm_alloc(1, sizeof *file);
    file->fd = -1;
    file->overwrite = overwrite;
    file->path = plm_strdup(path);
    const plm_status status = open_temporary(file, diag);
    if (status != PLM_OK) {
        release(file);
        return status;
    }
    *out = file;
    return PLM_OK;
}

plm_status plm_outfile_write(plm_outfile *file, const void *bytes, size_t size, plm_diag *diag)
{
    const uint8_t *at = bytes;
    size_t left = size;
    while (left > 0) {
        const ssize_t written = write(file->fd, at, left);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            file->failed = true;
            return plm_fail_errno(diag, errno, "%s: write failed", file->path);
        }
        at += written;
        left -= (size_t)written;
    }
    file->size += size;
    return PLM_OK;
}

uint64_t plm_outfile_size(const plm_outfile *file)
{
    return file->size;
}

/* The name itself lasts only when the folder is synced. */
static plm_status sync_folder(const plm_outfile *file, plm_diag *diag)
{
    char *const folder = plm_strdup(file->path);
    char *const slash = strrchr(folder, '/');
    const char *name = ".";
    if (slash != NULL) {
        slash[slash == folder ? 1 : 0] = '\0';
        name = folder;
    }
    const int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    /* Some file systems do not sync folders; that is not the user's fault. */
    const bool failed = fd < 0 || (fsync(fd) != 0 && errno != EINVAL);
    const plm_status status =
        failed ? plm_fail_errno(diag, errno, "%s: is written, but its folder cannot be synced",
                                file->path)
               : PLM_OK;
    if (fd >= 0) {
        (void)close(fd);
    }
    plm_free(folder);
    return status;
}

/*
 * Without `overwrite` a file that came into being meanwhile is kept: link fails where rename would
 * replace. Where the file system has no links, one look before the rename has to do.
 */
static plm_status give_name(const plm_outfile *file, plm_diag *diag)
{
    if (!file->overwrite) {
        if (link(file->temporary, file->path) == 0) {
            (void)unlink(file->temporary);
            return PLM_OK;
        }
        struct stat info;
        if (errno == EEXIST || lstat(file->path, &info) == 0) {
            return plm_fail(diag, PLM_ERR_USAGE, "%s: came into being meanwhile; it is kept",
                            file->path);
        }
    }
    if (rename(file->temporary, file->path) != 0) {
        return plm_fail_errno(diag, errno, "%s: cannot be renamed from %s", file->path,
                              file->temporary);
    }
    return PLM_OK;
}

plm_status plm_outfile_commit(plm_outfile *file, plm_diag *diag)
{
    if (file->failed) { /* what was written after a failure does not stand where it should */
        const plm_status status =
            plm_fail(diag, PLM_ERR_IO, "%s: was not written whole", file->path);
        plm_outfile_abort(file);
        return status;
    }
    if (fsync(file->fd) != 0) {
        const plm_status status = plm_fail_errno(diag, errno, "%s: fsync failed", file->path);
        plm_outfile_abort(file);
        return status;
    }
    const int closed = close(file->fd);
    file->fd = -1;
    if (closed != 0) {
        const plm_status status = plm_fail_errno(diag, errno, "%s: close failed", file->path);
        plm_outfile_abort(file);
        return status;
    }
    plm_status status = give_name(file, diag);
    if (status != PLM_OK) {
        plm_outfile_abort(file);
        return status;
    }
    status = sync_folder(file, diag);
    release(file);
    return status;
}

void plm_outfile_abort(plm_outfile *file)
{
    if (file != NULL) {
        (void)unlink(file->temporary);
        release(file);
    }
}
