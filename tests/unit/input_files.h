/*
 * input_files.h - files that a test makes for itself, in a folder that goes away with it.
 */
#ifndef PLM_INPUT_FILES_H
#define PLM_INPUT_FILES_H

#include "plm_test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define INPUT_PATH_CAP 256

typedef struct input_folder {
    char path[INPUT_PATH_CAP];
} input_folder;

static inline input_folder input_folder_make(void)
{
    input_folder folder = {"/tmp/plimsoll-test-XXXXXX"};
    assert_non_null(mkdtemp(folder.path));
    return folder;
}

static inline void input_folder_remove(const input_folder *folder)
{
    DIR *const dir = opendir(folder->path);
    assert_non_null(dir);
    const struct dirent *entry = NULL;
    while ((entry = readdir(dir)) != NULL) {
        char path[2 * INPUT_PATH_CAP + 16];
        (void)snprintf(path, sizeof path, "%s/%s", folder->path, entry->d_name);
        if (entry->d_name[0] != '.') {
            (void)remove(path);
        }
    }
    (void)closedir(dir);
    (void)rmdir(folder->path);
}

/* The path of a file in the folder; the text lives until the next call. */
static inline const char *input_path(const input_folder *folder, const char *name)
{
    static char path[2 * INPUT_PATH_CAP];
    (void)snprintf(path, sizeof path, "%s/%s", folder->path, name);
    return path;
}

static inline const char *input_write(const input_folder *folder, const char *name,
                                      const void *bytes, size_t size)
{
    const char *const path = input_path(folder, name);
    FILE *const file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    return path;
}

#endif
