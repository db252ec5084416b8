/*
 * fuzz_tape.c - any file as a tape. The first byte says whether checksums are made right before, so
 * that what stands behind them is reached. What is accepted must pack again to the same digest.
 */
#include "fuzz_target.h"
#include "tape_fix.h"
#include "tape_probe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    uint8_t *const bytes = plm_alloc(size, 1);
    memcpy(bytes, data + 1, size - 1);
    if ((data[0] & 1u) != 0) {
        tape_fix(bytes, size - 1);
    }
    char path[FUZZ_PATH_CAP];
    char copy[FUZZ_PATH_CAP];
    fuzz_write(FUZZ_INPUT, bytes, size - 1, path);
    fuzz_path(FUZZ_OTHER, copy);
    (void)tape_probe(path, copy);
    plm_free(bytes);
    return 0;
}
