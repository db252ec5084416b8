"""Equity blobs, written from docs/database.md, "Blobs", alone."""

import struct

COLUMNS = 6
UNKNOWN = -2**63


def unpack(data, rows):
    """[(ts, nav, unrealised, equity, initial, maintenance)]"""
    columns, at = [], 0
    for _ in range(COLUMNS):
        value, least, width = struct.unpack_from("<qqB", data, at)
        at += 17
        column = [value]
        for _ in range(rows - 1):
            value += least + int.from_bytes(data[at:at + width], "little")
            at += width
            column.append((value + 2**63) % 2**64 - 2**63)
        columns.append(column)
    assert at == len(data)
    return list(zip(*columns))


def pack(rows):
    data = b""
    for column in zip(*rows):
        steps = [(b - a + 2**63) % 2**64 - 2**63 for a, b in zip(column, column[1:])]
        least = min(steps, default=0)
        span = max(steps, default=0) - least
        width = next(w for w in (0, 1, 2, 4, 8) if span < 256**w)
        data += struct.pack("<qqB", column[0], least, width)
        data += b"".join((step - least).to_bytes(width, "little") for step in steps)
    return data
