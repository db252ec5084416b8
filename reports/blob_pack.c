/*
 * blob_pack.c - steps, narrowed. Loops are as plain as they are so that compilers make vectors of
 * them; the machines that this runs on are little-endian, which status.h's neighbours assume, too.
 */
#include "blob_pack.h"

#include <string.h>

#define HEAD_SIZE 17u

size_t plm_blob_pack_cap(size_t rows)
{
    return PLM_BLOB_COLUMNS * (HEAD_SIZE + rows * sizeof(int64_t));
}

static uint64_t step_of(const int64_t *value, size_t i)
{
    return (uint64_t)value[i] - (uint64_t)value[i - 1];
}

static uint8_t width_of(uint64_t widest)
{
    return widest == 0            ? 0
           : widest <= UINT8_MAX  ? 1
           : widest <= UINT16_MAX ? 2
           : widest <= UINT32_MAX ? 4
                                  : 8;
}

#define PACK(type)                                                                                 \
    for (size_t i = 1; i < rows; i++) {                                                            \
        type const step = (type)(step_of(value, i) - (uint64_t)least);                             \
        memcpy(&out[(i - 1) * sizeof step], &step, sizeof step);                                   \
    }

static size_t pack_column(const int64_t *value, size_t rows, uint8_t *out)
{
    int64_t least = rows > 1 ? INT64_MAX : 0;
    int64_t most = rows > 1 ? INT64_MIN : 0;
    for (size_t i = 1; i < rows; i++) {
        int64_t const step = (int64_t)step_of(value, i);
        least = step < least ? step : least;
        most = step > most ? step : most;
    }
    uint8_t const width = width_of((uint64_t)most - (uint64_t)least);
    memcpy(out, &value[0], 8);
    memcpy(&out[8], &least, 8);
    out[16] = width;
    out += HEAD_SIZE;
    switch (width) {
    case 1:
        PACK(uint8_t)
        break;
    case 2:
        PACK(uint16_t)
        break;
    case 4:
        PACK(uint32_t)
        break;
    case 8:
        PACK(uint64_t)
        break;
    default:
        break;
    }
    return HEAD_SIZE + (rows - 1) * width;
}

size_t plm_blob_pack(const int64_t *value, size_t stride, size_t rows, uint8_t *out)
{
    size_t size = 0;
    for (unsigned c = 0; c < PLM_BLOB_COLUMNS; c++) {
        size += pack_column(&value[c * stride], rows, &out[size]);
    }
    return size;
}

static void unpack_column(const uint8_t *data, size_t rows, int64_t *out)
{
    uint8_t const width = data[16];
    uint64_t value = 0;
    uint64_t least = 0;
    memcpy(&value, data, 8);
    memcpy(&least, &data[8], 8);
    out[0] = (int64_t)value;
    for (size_t i = 1; i < rows; i++) {
        uint64_t step = 0;
        memcpy(&step, &data[HEAD_SIZE + (i - 1) * width], width);
        value += least + step;
        out[i] = (int64_t)value;
    }
}

bool plm_blob_unpack(const uint8_t *data, size_t size, int64_t *value, size_t stride, size_t rows)
{
    for (unsigned c = 0; c < PLM_BLOB_COLUMNS; c++) {
        if (size < HEAD_SIZE) {
            return false;
        }
        uint8_t const width = data[16];
        bool const is_width = width <= 8 && (width & (width - 1)) == 0;
        size_t const taken = HEAD_SIZE + (rows - 1) * width;
        if (!is_width || size < taken) {
            return false;
        }
        unpack_column(data, rows, &value[c * stride]);
        data += taken;
        size -= taken;
    }
    return size == 0;
}
