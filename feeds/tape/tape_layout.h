/*
 * tape_layout.h - the constants of the tape format; docs/tape-format.md says in words what they
 * mean.
 */
#ifndef PLM_TAPE_LAYOUT_H
#define PLM_TAPE_LAYOUT_H

#include "plm_blocks.h"
#include "stream.h"
#include "tape_write.h"

#define PLM_HEAD_MAGIC "\x89PLM\r\n\x1a\n" /* 8 bytes: shows 7-bit and line-end damage */
#define PLM_HEAD_SIZE 16u                  /* magic, version, 4 zero bytes */
#define PLM_FOOT_MAGIC "PLMTAPE\n"
#define PLM_FOOT_SIZE 128u
#define PLM_PAGE_MAGIC "PLMI"
#define PLM_PAGE_HEAD_SIZE 16u /* magic, rows, first block (u64) */

#define PLM_TAPE_FLAG_RECV 1u
#define PLM_TAPE_FLAG_SYNTHETIC 2u

/* Chunks of a block, in this order; a chunk that would hold nothing is left out. */
typedef enum plm_chunk_id {
    PLM_CHUNK_HEAD = 0, /* dictionary, chains, bases and units; always there */
    PLM_CHUNK_TAG = 1,  /* one per event; always there */
    PLM_CHUNK_TS = 2,   /* one per new instant */
    PLM_CHUNK_PX = 3,   /* main kinds: one per changed price */
    PLM_CHUNK_QTY = 4,  /* main kinds: one per event with a size */
    PLM_CHUNK_LEVEL_PX = 5,
    PLM_CHUNK_LEVEL_QTY = 6,
    PLM_CHUNK_RARE_PX = 7,
    PLM_CHUNK_RARE_QTY = 8,
    PLM_CHUNK_RECV = 9, /* one per event */
    PLM_CHUNK_COUNT = 10
} plm_chunk_id;

#define PLM_CHUNK_ESCAPE                                                                           \
    0x40u /* high words of the values of the same chunk that need more than 32 bits */
#define PLM_CHUNKS_MAX 32u /* of a block */
/* The longest chunk of bytes: a dictionary of 16,384 entries and as many chains. */
#define PLM_CHUNK_BYTES_MAX (1u << 20)
#define PLM_CHUNK_ZSTD 0x80u /* in the codec byte: the bytes are a zstd frame */

/* Events fall into three classes with price and size chunks of their own. */
typedef enum plm_class {
    PLM_CLASS_MAIN = 0,
    PLM_CLASS_LEVEL = 1,
    PLM_CLASS_RARE = 2,
    PLM_CLASS_COUNT
} plm_class;

/* Flags of a block in its index row. */
#define PLM_BLOCK_CONTINUES 1u

/* Flags of a zone. */
#define PLM_ZONE_EMPTIED 8u
#define PLM_ZONE_ENDS_EMPTY 16u

#define PLM_PAGE_TARGET 65536u       /* a page is closed by the row that fills it */
#define PLM_PAGE_SIZE_MAX (1u << 21) /* the longest that a reader takes */
#define PLM_ROW_SIZE_MIN 23u         /* seven numbers of a byte and two chunks of eight bytes */
#define PLM_ZONE_SIZE_MIN 8u         /* of a key that has no size */
#define PLM_PAGE_BLOCKS_MAX (PLM_PAGE_TARGET / PLM_ROW_SIZE_MIN + 1)
#define PLM_TRAILER_SIZE_MAX (1u << 28)
#define PLM_SOURCES_MAX 65535u
#define PLM_SOURCE_TEXT_MAX 4096u
#define PLM_PATH_MAX 4096u

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "tapes are read in place as little-endian");

#endif
