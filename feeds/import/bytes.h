/*
 * bytes.h - bytes to read, plain or unpacked: a file, standard input, gzip (all members), zstd (all
 * frames), zip members.
 *
 * The packing is recognised from content. A damaged or truncated packing is refused with its
 * offset; nothing of a bad checksum is passed on as good. Decompression is bounded (window 8 MiB,
 * ratio guard).
 */
#ifndef PLM_BYTES_H
#define PLM_BYTES_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

typedef struct plm_bytes plm_bytes;

/* path "-" is standard input. A zip file with several members is read member after member in
 * directory order. */
PLM_NODISCARD plm_status plm_bytes_open(const char *path, plm_diag *diag, plm_bytes **out);
void plm_bytes_close(plm_bytes *bytes);

/* Fills up to cap bytes; *out_size 0 means end. */
PLM_NODISCARD plm_status plm_bytes_read(plm_bytes *bytes, void *buffer, size_t cap, plm_diag *diag,
                                        size_t *out_size);

const char *plm_bytes_name(const plm_bytes *bytes); /* path, or path:member */
/* Number of the zip member that the last read was from, 0 elsewhere; no read spans two members. */
uint64_t plm_bytes_member(const plm_bytes *bytes);
uint64_t plm_bytes_raw_offset(const plm_bytes *bytes); /* packed bytes consumed, for progress */
uint64_t plm_bytes_raw_size(const plm_bytes *bytes); /* size of the file, 0 when unknown (a pipe) */

#endif
