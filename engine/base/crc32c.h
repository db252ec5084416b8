/*
 * crc32c.h - CRC-32C (Castagnoli): SSE 4.2 where the machine has it, a table elsewhere; both give
 * the same.
 */
#ifndef PLM_CRC32C_H
#define PLM_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* crc of the bytes so far, 0 to start with; "123456789" gives 0xE3069283. */
uint32_t plm_crc32c(uint32_t crc, const void *bytes, size_t size);

/* The portable twin, for machines without the instruction and for tests. */
uint32_t plm_crc32c_portable(uint32_t crc, const void *bytes, size_t size);

#endif
