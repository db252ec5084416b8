"""Two small DBN files: defs.dbn describes the future ESH1 (version 2), trades.dbn has two trades of
it (version 3)."""
import struct

TS = 1609160400000000000
UNDEF = 2**63 - 1


def head(version, schema):
    fixed = bytearray(108)
    fixed[:4] = b"DBN" + bytes([version])
    struct.pack_into("<H", fixed, 24, schema)
    fixed[50] = 1
    fixed[53] = 71
    mapping = struct.pack("<71sIII71s", b"ESH1", 1, 20201228, 20201229, b"5482")
    data = bytes(fixed) + struct.pack("<5I", 0, 0, 0, 0, 1) + mapping
    data += b"\0" * (-len(data) % 8 if version == 3 else 0)
    return data[:4] + struct.pack("<I", len(data) - 8) + data[8:]


def definition():
    data = bytearray(400)
    struct.pack_into("<BBHIqq", data, 0, 100, 0x13, 1, 5482, TS, TS)
    struct.pack_into("<qqqq", data, 24, 250000000, 10000000, 1616160600000000000, -1)
    struct.pack_into("<qqq", data, 88, 50 * 10**9, 125000000, 0)
    struct.pack_into("<q", data, 112, UNDEF)
    for at, text in ((186, b"USD"), (200, b"ESH1"), (297, b"ES"), (318, b"IPNT"), (374, b"F")):
        data[at:at + len(text)] = text
    return bytes(data)


def trade(ts, px, size):
    return struct.pack("<BBHIqqIssBBqiI", 12, 0, 1, 5482, ts, px, size, b"T", b"A", 128, 0,
                       ts + 1000, 0, 0)


def write():
    with open("defs.dbn", "wb") as file:
        file.write(head(2, 9) + definition())
    with open("trades.dbn", "wb") as file:
        file.write(head(3, 4) + trade(TS, 3720250000000, 5) + trade(TS + 1000000, 3720500000000, 2))
