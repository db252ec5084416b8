/*
 * fault_shim.c - counts what a program does to files, and lets the N-th time fail: for LD_PRELOAD.
 *
 * PLM_FAULT_AT=N       from 1; a process that was forked goes on counting where its parent was
 * PLM_FAULT_HOW=count  appends a byte to PLM_FAULT_FILE at every point
 *               kill   SIGKILL to this process and its parent, if that is the program, too
 *               die    SIGKILL to this process
 *               once   EIO, once
 *               eio    EIO from then on
 *               full   ENOSPC from then on, until a file *.reserve is removed
 *
 * Points are: writes, truncations, syncs, and making, linking, renaming and removing of files.
 */
#undef _FILE_OFFSET_BITS /* open and open64 are two names here */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

typedef enum how { HOW_NONE = 0, HOW_COUNT, HOW_KILL, HOW_DIE, HOW_ONCE, HOW_EIO, HOW_FULL } how;

static how mode;
static long at, count;
static bool relieved; /* room was given back */
static pid_t first;   /* the process that was started */
static int tally = -1;

static __attribute__((constructor)) void begin(void)
{
    static const char *const words[] = {"", "count", "kill", "die", "once", "eio", "full"};
    const char *const word = getenv("PLM_FAULT_HOW");
    const char *const number = getenv("PLM_FAULT_AT");
    const char *const file = getenv("PLM_FAULT_FILE");
    for (int i = 1; word != NULL && i <= HOW_FULL; i++) {
        mode = strcmp(word, words[i]) == 0 ? (how)i : mode;
    }
    at = number == NULL ? 0 : strtol(number, NULL, 10);
    first = getpid();
    if (mode == HOW_COUNT && file != NULL) {
        tally = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_APPEND | O_CREAT, 0666);
    }
}

/* 0: go on; else the error. `grows`: it needs room. */
static int point(bool grows)
{
    count++;
    if (mode == HOW_COUNT && tally >= 0) {
        (void)syscall(SYS_write, tally, ".", 1);
    }
    if (mode == HOW_NONE || mode == HOW_COUNT || count < at) {
        return 0;
    }
    if (mode == HOW_KILL || mode == HOW_DIE) {
        if (mode == HOW_KILL && getpid() != first) {
            (void)kill(first, SIGKILL);
        }
        (void)kill(getpid(), SIGKILL);
    }
    if (mode == HOW_ONCE) {
        return count == at ? EIO : 0;
    }
    if (mode == HOW_EIO) {
        return EIO;
    }
    return grows && !relieved ? ENOSPC : 0;
}

static bool is_file(int fd)
{
    struct stat info;
    return fd > 2 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
}

static bool fails(int error)
{
    errno = error != 0 ? error : errno;
    return error != 0;
}

EXPORTED ssize_t write(int fd, const void *bytes, size_t size)
{
    return is_file(fd) && fails(point(true)) ? -1 : syscall(SYS_write, fd, bytes, size);
}

EXPORTED ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t offset)
{
    return is_file(fd) && fails(point(true)) ? -1 : syscall(SYS_pwrite64, fd, bytes, size, offset);
}

EXPORTED ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
    return pwrite64(fd, bytes, size, offset);
}

EXPORTED int fsync(int fd)
{
    return fails(point(false)) ? -1 : (int)syscall(SYS_fsync, fd);
}

EXPORTED int fdatasync(int fd)
{
    return fails(point(false)) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

EXPORTED int ftruncate64(int fd, off64_t size)
{
    return is_file(fd) && fails(point(false)) ? -1 : (int)syscall(SYS_ftruncate, fd, size);
}

EXPORTED int ftruncate(int fd, off_t size)
{
    return ftruncate64(fd, size);
}

EXPORTED int link(const char *from, const char *to)
{
    return fails(point(true)) ? -1 : (int)syscall(SYS_link, from, to);
}

EXPORTED int rename(const char *from, const char *to)
{
    return fails(point(false)) ? -1 : (int)syscall(SYS_rename, from, to);
}

EXPORTED int unlink(const char *path)
{
    size_t const size = strlen(path);
    if (fails(point(false))) {
        return -1;
    }
    int const done = (int)syscall(SYS_unlink, path);
    if (done == 0 && size > 8 && strcmp(path + size - 8, ".reserve") == 0) {
        relieved = true;
    }
    return done;
}

EXPORTED int open64(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    mode_t const bits = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    if ((flags & O_CREAT) != 0 && fails(point(true))) {
        return -1;
    }
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_LARGEFILE, bits);
}

EXPORTED int open(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    mode_t const bits = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open64(path, flags, bits);
}
