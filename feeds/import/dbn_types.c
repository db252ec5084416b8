/*
 * dbn_types.c - the types of DBN records as a table: how long they are, and where their clock is.
 */
#include "dbn.h"

#define SAME(size)                                                                                 \
    {                                                                                              \
        size, size, size                                                                           \
    }

const plm_dbn_type plm_dbn_types[PLM_DBN_TYPE_COUNT] = {
    [PLM_DBN_TYPE_UNKNOWN] = {.name = "unknown"},
    [PLM_DBN_TYPE_TRADE] = {.name = "trade", .size = SAME(48), .recv_at = 32},
    [PLM_DBN_TYPE_MBP_1] = {.name = "mbp-1", .size = SAME(80), .recv_at = 32, .book = true},
    [PLM_DBN_TYPE_MBP_10] = {.name = "mbp-10", .size = SAME(368), .recv_at = 32, .book = true},
    [PLM_DBN_TYPE_OHLCV_OLD] = {.name = "ohlcv of an old kind"},
    [PLM_DBN_TYPE_OHLCV_1S] = {.name = "ohlcv-1s", .size = SAME(56), .period_s = 1},
    [PLM_DBN_TYPE_OHLCV_1M] = {.name = "ohlcv-1m", .size = SAME(56), .period_s = 60},
    [PLM_DBN_TYPE_OHLCV_1H] = {.name = "ohlcv-1h", .size = SAME(56), .period_s = 3600},
    [PLM_DBN_TYPE_OHLCV_1D] = {.name = "ohlcv-1d", .size = SAME(56), .period_s = 86400},
    [PLM_DBN_TYPE_OHLCV_EOD] = {.name = "ohlcv-eod"},
    [PLM_DBN_TYPE_STATUS] = {.name = "status", .size = SAME(40), .recv_at = 16},
    [PLM_DBN_TYPE_DEFINITION] = {.name = "definition", .size = {360, 400, 520}, .recv_at = 16},
    [PLM_DBN_TYPE_IMBALANCE] = {.name = "imbalance"},
    [PLM_DBN_TYPE_ERROR] = {.name = "error"},
    [PLM_DBN_TYPE_MAPPING] = {.name = "symbol mapping", .size = {80, 176, 176}},
    [PLM_DBN_TYPE_SYSTEM] = {.name = "system"},
    [PLM_DBN_TYPE_STATISTICS] = {.name = "statistics", .size = {64, 64, 80}, .recv_at = 16},
    [PLM_DBN_TYPE_MBO] = {.name = "mbo", .size = SAME(56), .recv_at = 40, .book = true},
    [PLM_DBN_TYPE_CMBP_1] = {.name = "cmbp-1", .size = SAME(80), .recv_at = 32, .book = true},
    [PLM_DBN_TYPE_CBBO_1S] =
        {.name = "cbbo-1s", .size = SAME(80), .recv_at = 32, .sampled = true, .book = true},
    [PLM_DBN_TYPE_CBBO_1M] =
        {.name = "cbbo-1m", .size = SAME(80), .recv_at = 32, .sampled = true, .book = true},
    [PLM_DBN_TYPE_TCBBO] = {.name = "tcbbo", .size = SAME(80), .recv_at = 32, .book = true},
    [PLM_DBN_TYPE_BBO_1S] =
        {.name = "bbo-1s", .size = SAME(80), .recv_at = 32, .sampled = true, .book = true},
    [PLM_DBN_TYPE_BBO_1M] =
        {.name = "bbo-1m", .size = SAME(80), .recv_at = 32, .sampled = true, .book = true},
};

const uint8_t plm_dbn_type_of[256] = {
    [0x00] = PLM_DBN_TYPE_TRADE,      [0x01] = PLM_DBN_TYPE_MBP_1,
    [0x0a] = PLM_DBN_TYPE_MBP_10,     [0x11] = PLM_DBN_TYPE_OHLCV_OLD,
    [0x12] = PLM_DBN_TYPE_STATUS,     [0x13] = PLM_DBN_TYPE_DEFINITION,
    [0x14] = PLM_DBN_TYPE_IMBALANCE,  [0x15] = PLM_DBN_TYPE_ERROR,
    [0x16] = PLM_DBN_TYPE_MAPPING,    [0x17] = PLM_DBN_TYPE_SYSTEM,
    [0x18] = PLM_DBN_TYPE_STATISTICS, [0x20] = PLM_DBN_TYPE_OHLCV_1S,
    [0x21] = PLM_DBN_TYPE_OHLCV_1M,   [0x22] = PLM_DBN_TYPE_OHLCV_1H,
    [0x23] = PLM_DBN_TYPE_OHLCV_1D,   [0x24] = PLM_DBN_TYPE_OHLCV_EOD,
    [0xa0] = PLM_DBN_TYPE_MBO,        [0xb1] = PLM_DBN_TYPE_CMBP_1,
    [0xc0] = PLM_DBN_TYPE_CBBO_1S,    [0xc1] = PLM_DBN_TYPE_CBBO_1M,
    [0xc2] = PLM_DBN_TYPE_TCBBO,      [0xc3] = PLM_DBN_TYPE_BBO_1S,
    [0xc4] = PLM_DBN_TYPE_BBO_1M,
};
