/*
 * tape_file.h - an open tape, as the parts of the reader share it. Private to this folder.
 */
#ifndef PLM_TAPE_FILE_H
#define PLM_TAPE_FILE_H

#include "block_decode.h"
#include "tape_read.h"
#include "trailer.h"

struct plm_tape {
    int fd;
    char *path;
    plm_footer footer;
    plm_trailer trailer;
    plm_tape_info info;
    plm_blocks blocks;
    plm_block_decoder *decoder;
    plm_buffer bytes; /* of the block at hand */
    /* The index page at hand. */
    uint32_t page; /* its number; page_count = none */
    plm_buffer page_bytes;
    uint32_t row_cap, zone_cap;
    plm_index_row *rows;
    plm_block_info *infos;
    plm_zone *zones;
    plm_block_page page_view;
    char where[PLM_PATH_MAX + 64];
};

/* Reads `size` bytes of the file. */
PLM_NODISCARD plm_status plm_tape_read_at(const plm_tape *tape, uint64_t offset, size_t size,
                                          plm_diag *diag, uint8_t *out);

/* Replaces the content of *out by `size` bytes of the file. */
PLM_NODISCARD plm_status plm_tape_read_bytes(const plm_tape *tape, uint64_t offset, size_t size,
                                             plm_diag *diag, plm_buffer *out);

/* Fills tape->blocks from tape->info. */
void plm_tape_fill_blocks(plm_tape *tape);

/* The page that holds a block is made the page at hand; *out_row is its row, borrowed until the
 * next page. */
PLM_NODISCARD plm_status plm_tape_row(plm_tape *tape, uint64_t block, plm_diag *diag,
                                      const plm_index_row **out_row,
                                      const plm_block_info **out_info);

/* Reads the bytes of a block into tape->bytes and describes them for the decoder. */
PLM_NODISCARD plm_status plm_tape_source(plm_tape *tape, uint64_t block, plm_diag *diag,
                                         plm_block_source *out, const plm_block_info **out_info);

#endif
