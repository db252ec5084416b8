/*
 * shipped.c - where what ships with the program lies.
 */
#include "shipped.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"

#define PLACE_COUNT 2u

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static bool name_places(const plm_shipped *what, char out[PLACE_COUNT][PLM_SHIPPED_PATH_CAP])
{
    const char *const places[PLACE_COUNT] = {what->installed, what->built};
    char program[PLM_SHIPPED_PATH_CAP / 2];
    const ssize_t size = readlink("/proc/self/exe", program, sizeof program - 1);
    if (size <= 0) {
        return false;
    }
    program[size] = '\0';
    for (int i = 0; i < 2; i++) { /* the program's name, then its folder */
        char *const slash = strrchr(program, '/');
        if (slash == NULL) {
            return false;
        }
        *slash = '\0';
    }
    for (size_t i = 0; i < PLACE_COUNT; i++) {
        const bool anywhere = places[i][0] == '/'; /* a prefix and a LIBDIR outside it */
        (void)snprintf(out[i], PLM_SHIPPED_PATH_CAP, "%s%s%s", anywhere ? "" : program,
                       anywhere ? "" : "/", places[i]);
    }
    return true;
}

bool plm_shipped_folder(const plm_shipped *what, char out[PLM_SHIPPED_PATH_CAP])
{
    char places[PLACE_COUNT][PLM_SHIPPED_PATH_CAP];
    const bool named = name_places(what, places);
    for (size_t i = 0; named && i < PLACE_COUNT; i++) {
        if (is_folder(places[i])) {
            memcpy(out, places[i], PLM_SHIPPED_PATH_CAP);
            return true;
        }
    }
    return false;
}

void plm_shipped_places(const plm_shipped *what, char out[PLM_SHIPPED_PLACES_CAP])
{
    char places[PLACE_COUNT][PLM_SHIPPED_PATH_CAP];
    if (!name_places(what, places)) {
        (void)snprintf(out, PLM_SHIPPED_PLACES_CAP, "nowhere: this system has no /proc");
        return;
    }
    (void)snprintf(out, PLM_SHIPPED_PLACES_CAP, "%.4000s, %.4000s", places[0], places[1]);
}

bool plm_shipped_file(const plm_shipped *what, const char *folder, const char *name,
                      char out[PLM_SHIPPED_PATH_CAP])
{
    const int size = snprintf(out, PLM_SHIPPED_PATH_CAP, "%s/%s%s", folder, name, what->ending);
    return size > 0 && size < PLM_SHIPPED_PATH_CAP && access(out, F_OK) == 0;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

unsigned plm_shipped_names(const plm_shipped *what, const char *folder,
                           char *names[PLM_SHIPPED_NAMES_MAX])
{
    DIR *const dir = opendir(folder);
    const size_t ending = strlen(what->ending);
    unsigned count = 0;
    const struct dirent *entry = NULL;
    while (dir != NULL && count < PLM_SHIPPED_NAMES_MAX && (entry = readdir(dir)) != NULL) {
        const size_t size = strlen(entry->d_name);
        if (size > ending && entry->d_name[0] != '.' &&
            strcmp(entry->d_name + size - ending, what->ending) == 0) {
            names[count] = plm_strdup(entry->d_name);
            names[count++][size - ending] = '\0';
        }
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
    qsort(names, count, sizeof *names, compare_texts);
    return count;
}
