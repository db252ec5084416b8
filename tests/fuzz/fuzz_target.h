/*
 * fuzz_target.h - what the targets share: the function that libFuzzer or corpus_driver.c calls, and
 * files for what reads by path.
 */
#ifndef PLM_FUZZ_TARGET_H
#define PLM_FUZZ_TARGET_H

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_PATH_CAP 64

typedef enum fuzz_file { FUZZ_INPUT = 0, FUZZ_OTHER = 1, FUZZ_FILES } fuzz_file;

/* The files of this process; they are removed when it ends in order. */
static inline void fuzz_path(fuzz_file file, char out[FUZZ_PATH_CAP])
{
    (void)snprintf(out, FUZZ_PATH_CAP, "/tmp/plimsoll-fuzz-%ld-%d", (long)getpid(), (int)file);
}

static inline void fuzz_remove(void)
{
    for (int file = 0; file < FUZZ_FILES; file++) {
        char path[FUZZ_PATH_CAP];
        fuzz_path((fuzz_file)file, path);
        (void)unlink(path);
    }
}

static inline void fuzz_write(fuzz_file file, const void *bytes, size_t size,
                              char out_path[FUZZ_PATH_CAP])
{
    static int registered;
    if (registered == 0) {
        registered = 1;
        (void)atexit(fuzz_remove);
    }
    fuzz_path(file, out_path);
    int const fd = open(out_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, bytes, size) != (ssize_t)size || close(fd) != 0) {
        perror(out_path);
        abort();
    }
}

#endif
