/*
 * corpus_driver.c - runs a fuzz target over the files of its corpus, as a plain test: with any
 * compiler, without libFuzzer. Every file also cut short at some places, which costs nothing.
 */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz_target.h"
#include "memory.h"

#define PATH_CAP 4096
#define CUTS 16u

static int run_file(const char *path)
{
    FILE *const file = fopen(path, "rb");
    struct stat info;
    if (file == NULL || fstat(fileno(file), &info) != 0) {
        perror(path);
        return 1;
    }
    size_t const size = (size_t)info.st_size;
    uint8_t *const bytes = plm_alloc(size, 1);
    int const failed = fread(bytes, 1, size, file) != size;
    (void)fclose(file);
    for (size_t cut = 0; failed == 0 && cut < CUTS; cut++) {
        /* The target gets memory that ends where the input ends. */
        size_t const left = size - size * cut / CUTS;
        uint8_t *const exact = plm_alloc(left, 1);
        memcpy(exact, bytes, left);
        (void)LLVMFuzzerTestOneInput(exact, left);
        plm_free(exact);
    }
    plm_free(bytes);
    return failed;
}

int main(int argc, char **argv)
{
    DIR *const dir = argc == 2 ? opendir(argv[1]) : NULL;
    if (dir == NULL) {
        (void)fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    unsigned files = 0;
    int failed = 0;
    const struct dirent *entry = NULL;
    while ((entry = readdir(dir)) != NULL) {
        char path[PATH_CAP];
        if (entry->d_name[0] == '.' ||
            snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name) >= PATH_CAP) {
            continue;
        }
        failed |= run_file(path);
        files++;
    }
    (void)closedir(dir);
    (void)printf("%u files of %s\n", files, argv[1]);
    return failed != 0 || files == 0;
}
