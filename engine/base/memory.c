/*
 * memory.c - the only place that takes memory from the system. Out of memory ends the process with
 * the exit code of "disk or I/O, memory included".
 */
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "status.h"

void plm_out_of_memory(size_t count, size_t size)
{
    (void)fprintf(stderr, "plimsoll: out of memory: %zu x %zu bytes wanted\n", count, size);
    exit(-PLM_ERR_IO);
}

static size_t checked_bytes(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        plm_out_of_memory(count, size);
    }
    /* Nothing is asked for as one byte: the answer to a request of zero bytes differs by libc. */
    return bytes == 0 ? 1 : bytes;
}

void *plm_alloc(size_t count, size_t size)
{
    void *const memory = calloc(1, checked_bytes(count, size));
    if (memory == NULL) {
        plm_out_of_memory(count, size);
    }
    return memory;
}

void *plm_alloc_aligned(size_t count, size_t size, size_t alignment)
{
    plm_assert(alignment != 0 && (alignment & (alignment - 1)) == 0);
    size_t const bytes = checked_bytes(count, size);
    size_t rounded; /* aligned_alloc wants a multiple of the alignment */
    if (__builtin_add_overflow(bytes, alignment - 1, &rounded)) {
        plm_out_of_memory(count, size);
    }
    rounded &= ~(alignment - 1);
    void *const memory = aligned_alloc(alignment, rounded);
    if (memory == NULL) {
        plm_out_of_memory(count, size);
    }
    memset(memory, 0, rounded);
    return memory;
}

void *plm_realloc(void *memory, size_t count, size_t size)
{
    void *const moved = realloc(memory, checked_bytes(count, size));
    if (moved == NULL) {
        plm_out_of_memory(count, size);
    }
    return moved;
}

char *plm_strdup(const char *text)
{
    size_t const size = strlen(text) + 1;
    char *const copy = plm_alloc(size, 1);
    memcpy(copy, text, size);
    return copy;
}

void plm_free(void *memory)
{
    free(memory);
}
