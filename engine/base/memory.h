/*
 * memory.h - allocation for set-up. Out of memory is fatal with a message: nothing here returns
 * NULL.
 */
#ifndef PLM_MEMORY_H
#define PLM_MEMORY_H

#include <stddef.h>

void *plm_alloc(size_t count, size_t size); /* zeroed; count * size is checked */
void *plm_alloc_aligned(size_t count, size_t size, size_t alignment); /* zeroed; a power of two */
void *plm_realloc(void *memory, size_t count, size_t size);           /* new bytes are not zeroed */
char *plm_strdup(const char *text);
void plm_free(void *memory); /* NULL is fine; also for plm_alloc_aligned */

/* Message on stderr, exit code 5: for libraries of others that report a failed allocation. */
_Noreturn void plm_out_of_memory(size_t count, size_t size);

#endif
