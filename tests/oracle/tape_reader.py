#!/usr/bin/env python3
"""A second reader of plimsoll tapes, written from docs/tape-format.md alone.

It shares no code with the engine and follows the page section by section, so it is both a
proof that the page is complete and a readable account of the format. It is strict: whatever
does not add up is an error. Only the Python library and the `zstd` command are used.

    tape_reader.py FILE.tape [--digest] [--events]
    tape_reader.py --check PLIMSOLL WORKDIR        tape_check.py, next to this file
"""

import argparse
import hashlib
import itertools
import struct
import subprocess
import sys
import tempfile
from collections import namedtuple

# ---------------------------------------------------------------------------------------------
# 1. Conventions
# ---------------------------------------------------------------------------------------------

WRAP = (1 << 64) - 1
TS_MIN = 946684800 * 10**9   # 2000-01-01
TS_END = 4102444800 * 10**9  # 2100-01-01


class TapeError(Exception):
    """The tape is not what the page says a tape is."""


def need(condition, message):
    if not condition:
        raise TapeError(message)


def signed(value):
    """The 64-bit pattern of value (taken modulo 2^64) as a signed number."""
    return ((value & WRAP) ^ (1 << 63)) - (1 << 63)


def unzigzag(value):
    return (value >> 1) ^ -(value & 1)


class Cursor:
    """Reads the numbers of section 1 from bytes, front to back, never past the end."""

    def __init__(self, data, what):
        self.data, self.at, self.what = data, 0, what

    def left(self):
        return len(self.data) - self.at

    def take(self, count):
        if count > self.left():
            raise TapeError(f"{self.what}: ends early")
        self.at += count
        return self.data[self.at - count:self.at]

    def u8(self):
        return self.take(1)[0]

    def u32(self):
        return int.from_bytes(self.take(4), "little")

    def u64(self):
        return int.from_bytes(self.take(8), "little")

    def v(self):
        value = 0
        for shift in range(0, 70, 7):
            byte = self.u8()
            value |= (byte & 127) << shift
            if byte < 128:
                need(byte or not shift, f"{self.what}: number not in its shortest form")
                need(value <= WRAP, f"{self.what}: number above 64 bits")
                return value
        raise TapeError(f"{self.what}: number above 64 bits")

    def z(self):
        return unzigzag(self.v())

    def count(self, limit, least=1):
        """A count of things that take at least so many bytes each."""
        value = self.v()
        need(value <= limit and value * least <= self.left(), f"{self.what}: count {value}")
        return value

    def text(self, limit):
        value = self.take(self.count(limit))
        need(b"\0" not in value, f"{self.what}: NUL in a text")
        return value

    def done(self):
        need(not self.left(), f"{self.what}: {self.left()} bytes left over")


def crc_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


CRC_TABLE = crc_table()


def crc32c(data):
    crc, table = 0xFFFFFFFF, CRC_TABLE
    for byte in data:
        crc = table[(crc ^ byte) & 255] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def inflate(frames, sizes):
    """Inflates all frames with one process: frames in a row inflate to their contents in a row,
    which the sizes cut into pieces again."""
    total = sum(sizes)
    with tempfile.TemporaryFile() as packed:
        packed.write(b"".join(frames))
        packed.seek(0)
        with subprocess.Popen(["zstd", "-dcq"], stdin=packed, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL) as process:
            data = process.stdout.read(total + 1)
            if len(data) > total:
                process.kill()
    need(process.returncode == 0 and len(data) == total,
         "zstd frames do not inflate to the sizes in the rows")
    ends = list(itertools.accumulate(sizes))
    return [data[end - size:end] for end, size in zip(ends, sizes)]


# ---------------------------------------------------------------------------------------------
# 2. An event
# ---------------------------------------------------------------------------------------------

EVENT = struct.Struct("<qqqIBBH")  # ts px qty sym kind side flags
MAIN, LEVEL, RARE = 0, 1, 2        # the px chunk of a class is 3 + 2 * class, qty the next
TRADE, BID, ASK, LEVEL_KIND = 1, 2, 3, 4
BARS = range(9, 13)

Kind = namedtuple("Kind", "cls px qty")

KINDS = {kind: Kind(MAIN, True, True) for kind in (TRADE, BID, ASK, *BARS)}
KINDS[LEVEL_KIND] = Kind(LEVEL, True, True)
KINDS[5] = Kind(RARE, False, False)
KINDS.update({kind: Kind(MAIN, True, False) for kind in (6, 7, 8)})
KINDS.update({kind: Kind(RARE, True, True) for kind in (13, 14, 15, 17, 18)})
KINDS.update({kind: Kind(RARE, False, True) for kind in (16, 19, 26)})
KINDS.update({kind: Kind(RARE, True, False) for kind in range(20, 26)})


def chain_name(kind, side):
    if kind in (TRADE, BID, ASK):
        return "bid side" if kind == BID or (kind == TRADE and side == 2) else "ask side"
    if kind == LEVEL_KIND:
        return f"level {side}"
    return f"bar {side}" if kind in BARS else f"kind {kind}"


# ---------------------------------------------------------------------------------------------
# 3. The file
# ---------------------------------------------------------------------------------------------

HEADER_SIZE, FOOTER_SIZE = 16, 128
HEADER = b"\x89PLM\r\n\x1a\n" + struct.pack("<II", 1, 0)

Footer = namedtuple("Footer", "magic version flags profile events blocks first_ts last_ts digest "
                    "trailer_at trailer_size file_size zero trailer_crc crc end")
FOOTER = struct.Struct("<4sIIIQQQQ32sQQQQII8s")

Page = namedtuple("Page", "at size blocks events first_ts last_ts kinds")


def read_footer(data):
    need(len(data) >= HEADER_SIZE + FOOTER_SIZE, "too short for a tape")
    need(data[:8] == HEADER[:8], "not a tape")
    need(data[:HEADER_SIZE] == HEADER, "header: not version 1")
    raw = data[-FOOTER_SIZE:]
    footer = Footer(*FOOTER.unpack(raw))
    need(footer.magic == b"PLMF" and footer.end == b"PLMTAPE\n", "no footer: truncated")
    need(crc32c(raw[:116]) == footer.crc, "footer: CRC")
    need(footer.version == 1, "footer: not version 1")
    need(footer.file_size == len(data), "file size differs from the footer: truncated")
    need(footer.flags < 4 and 1 <= footer.profile <= 3 and not footer.zero, "footer: fields")
    need(footer.trailer_at >= HEADER_SIZE and footer.trailer_size <= 256 << 20
         and footer.trailer_at + footer.trailer_size == len(data) - FOOTER_SIZE,
         "footer: place of the trailer")
    return footer


def read_trailer(data, footer):
    raw = data[footer.trailer_at:-FOOTER_SIZE]
    need(crc32c(raw) == footer.trailer_crc, "trailer: CRC")
    cur = Cursor(raw, "trailer")
    lines = [cur.text(len(raw)) for _ in range(cur.count(65535))]
    sources = [cur.text(4096) for _ in range(cur.count(65535))]
    report = cur.text(1 << 20)
    pages, end = [], HEADER_SIZE
    for _ in range(cur.count(len(raw), 7)):
        at = end + cur.v()
        size, blocks, events, first_ts = cur.v(), cur.v(), cur.v(), cur.v()
        pages.append(Page(at, size, blocks, events, first_ts, first_ts + cur.v(), cur.v()))
        end = at + size
        need(size <= 2 << 20 and end <= footer.trailer_at, "trailer: place of a page")
    cur.done()
    need(end == footer.trailer_at, "trailer: the last page does not end where it begins")
    need(sum(page.blocks for page in pages) == footer.blocks, "trailer: number of blocks")
    need(sum(page.events for page in pages) == footer.events, "trailer: number of events")
    ends = (pages[0].first_ts, pages[-1].last_ts) if pages else (0, 0)
    need(ends == (footer.first_ts, footer.last_ts), "trailer: first and last ts")
    return lines, sources, report, pages


# ---------------------------------------------------------------------------------------------
# 4. Index pages
# ---------------------------------------------------------------------------------------------

BLOCK_EVENTS = 16384
VALUES_MAX = 69635             # raw bytes of a chunk of values
BYTES_MAX = 64 * BLOCK_EVENTS  # raw bytes of a head or of escapes; no list in them is longer
HEAD, TAG, TS, RECV, ESCAPES = 0, 1, 2, 9, 0x40
BYTES, PLANES, PFOR, STREAM_VBYTE, ZSTD = 1, 2, 3, 4, 0x80

Row = namedtuple("Row", "at events flags first_ts last_ts kinds chunks zones")
Chunk = namedtuple("Chunk", "id codec zstd size raw_size values crc")


def read_page(data, page, begin, number, recv):
    """The rows of a page; begin is where its first block begins, number that block's number."""
    what = f"page at {page.at}"
    raw = data[page.at:page.at + page.size]
    need(page.size >= 20 and crc32c(raw[:-4]) == int.from_bytes(raw[-4:], "little"),
         f"{what}: CRC")
    cur = Cursor(raw[:-4], what)
    need(cur.take(4) == b"PLMI", f"{what}: magic")
    need(cur.u32() == page.blocks, f"{what}: number of rows")
    need(cur.u64() == number, f"{what}: number of the first block")
    rows, at, last_ts = [], begin, 0
    for _ in range(page.blocks):
        row = read_row(cur, at, last_ts, recv)
        rows.append(row)
        at += sum(chunk.size for chunk in row.chunks)
        last_ts = row.last_ts
        need(at <= page.at, f"{what}: a block runs into it")
    cur.done()
    need(at == page.at, f"{what}: bytes between it and the last block")
    kinds = 0
    for row in rows:
        kinds |= row.kinds
    need(rows and kinds == page.kinds and sum(row.events for row in rows) == page.events
         and (rows[0].first_ts, last_ts) == (page.first_ts, page.last_ts),
         f"{what}: rows do not add up to the trailer")
    return rows


def read_row(cur, at, previous_ts, recv):
    what = f"row of the block at {at}"
    events, flags = cur.v(), cur.u8()
    need(1 <= events <= BLOCK_EVENTS and flags < 2, f"{what}: events or flags")
    first_ts = previous_ts + cur.v()
    last_ts = first_ts + cur.v()
    need(TS_MIN <= first_ts <= last_ts < TS_END, f"{what}: time out of range")
    kinds = cur.v()
    chunks = [read_chunk(cur, what) for _ in range(cur.count(2 * RECV, 8))]
    ids = [chunk.id for chunk in chunks]
    need(ids[:2] == [HEAD, TAG] and ids == sorted(set(ids), key=lambda i: (i % ESCAPES, i)),
         f"{what}: order of chunks")
    have = {chunk.id: chunk.values for chunk in chunks}
    need(have[TAG] == events and have.get(RECV, 0) == (events - 1 if recv else 0),
         f"{what}: values of tag or recv")
    for chunk in chunks:
        need(chunk.values <= have.get(chunk.id - ESCAPES, chunk.values), f"{what}: escapes")
        need(chunk.values <= (chunk.raw_size if chunk.codec == BYTES else events),
             f"{what}: too many values")
    return Row(at, events, flags, first_ts, last_ts, kinds, chunks, read_zones(cur))


def read_chunk(cur, what):
    number, codec = cur.u8(), cur.u8()
    codec, zstd = codec & ~ZSTD, codec & ZSTD
    size = cur.v()
    raw_size = cur.v() if zstd else size
    chunk = Chunk(number, codec, zstd, size, raw_size, cur.v(), cur.u32())
    what = f"{what}: chunk {number}"
    if number == HEAD or number >= ESCAPES:
        need(number == HEAD or TS <= number - ESCAPES <= RECV, f"{what}: unknown")
        need(codec == BYTES and raw_size <= BYTES_MAX, f"{what}: codec or size")
        need(number != HEAD or chunk.values == raw_size, f"{what}: number of values")
    else:
        need(number <= RECV, f"{what}: unknown")
        need(PLANES <= codec <= STREAM_VBYTE and raw_size <= VALUES_MAX, f"{what}: codec or size")
        need(number != TAG or codec == PLANES, f"{what}: codec")
    need(chunk.values > 0, f"{what}: no values")
    return chunk


def unpack_planes(cur, count):
    planes = cur.u8()
    need(planes <= 4, f"{cur.what}: {planes} planes")
    raw = bytearray(4 * count)
    for plane in range(planes):
        raw[plane::4] = cur.take(count)
    return list(struct.unpack(f"<{count}I", raw))


def unpack_pfor(cur, count):
    values = []
    while len(values) < count:
        head, exceptions = cur.u8(), cur.u8()
        width, high_size = head % 64, head // 64 + 1
        need(width <= 32, f"{cur.what}: width {width}")
        words = struct.unpack(f"<{8 * width}I", cur.take(32 * width))
        group, mask = [0] * 256, (1 << width) - 1
        for lane in range(8):
            bits = int.from_bytes(struct.pack(f"<{width}I", *words[lane::8]), "little")
            group[lane::8] = [bits >> row * width & mask for row in range(32)]
        positions = cur.take(exceptions)
        for position in positions:
            group[position] |= int.from_bytes(cur.take(high_size), "little") << width
            need(group[position] < 1 << 32, f"{cur.what}: value above 32 bits")
        values += group
    return values[:count]


def unpack_stream_vbyte(cur, count):
    control = cur.take((count + 3) // 4)
    values = []
    for i in range(count):
        size = 1 + (control[i // 4] >> 2 * (i % 4) & 3)
        values.append(int.from_bytes(cur.take(size), "little"))
    return values


UNPACK = {PLANES: unpack_planes, PFOR: unpack_pfor, STREAM_VBYTE: unpack_stream_vbyte}


def unpack_values(row, raws):
    """All values of the block's chunks: {id: values}, escapes put in, for ids from TAG on."""
    columns = {}
    for chunk, raw in zip(row.chunks, raws):
        cur = Cursor(raw, f"block at {row.at}, chunk {chunk.id}")
        if chunk.id >= ESCAPES:
            column, at = columns[chunk.id - ESCAPES], 0
            for _ in range(chunk.values):
                at += cur.v()
                need(at < len(column), f"{cur.what}: position behind the values")
                high = cur.v()
                need(column[at] < 1 << 32 and 0 < high < 1 << 32, f"{cur.what}: high part")
                column[at] |= high << 32
            cur.done()
        elif chunk.id != HEAD:
            columns[chunk.id] = UNPACK[chunk.codec](cur, chunk.values)
            cur.done()
    return columns


# ---------------------------------------------------------------------------------------------
# 5. A block
# ---------------------------------------------------------------------------------------------

Head = namedtuple("Head", "ts ts_unit lag recv_unit chains entries")
Entry = namedtuple("Entry", "sym kind side flags chain qty_unit")


def read_head(raw, what, sym_count, recv):
    cur = Cursor(raw, f"{what}, head")
    ts, ts_unit = cur.z(), cur.v()
    first_lag, recv_unit = (cur.z(), cur.v()) if recv else (0, 0)
    chains = [(cur.z(), cur.v()) for _ in range(cur.count(BLOCK_EVENTS, 2))]
    entries = [Entry(cur.v(), cur.u8(), cur.u8(), cur.v(), cur.v() - 1, cur.v())
               for _ in range(cur.count(BLOCK_EVENTS, 6))]
    cur.done()
    names = {}
    for entry in entries:
        need(entry.sym < sym_count and entry.kind in KINDS and entry.flags < 4,
             f"{cur.what}: entry {entry}")
        kind = KINDS[entry.kind]
        need((entry.chain >= 0) == kind.px and entry.chain < len(chains)
             and (entry.qty_unit > 0) == kind.qty, f"{cur.what}: chain or unit of {entry}")
        if kind.px:
            name = (entry.sym, chain_name(entry.kind, entry.side))
            need(names.setdefault(entry.chain, name) == name, f"{cur.what}: two names of a chain")
    need(len(set(names.values())) == len(names), f"{cur.what}: two chains of one name")
    return Head(ts, ts_unit, first_lag, recv_unit, chains, entries)


def read_block(row, raws, sym_count, with_recv):
    """The events of a block as tuples in the order of EVENT, and their recvs, if there are any."""
    what = f"block at {row.at}"
    head = read_head(raws[0], what, sym_count, with_recv)
    columns = unpack_values(row, raws)
    values = {i: iter(columns.get(i, ())) for i in range(TS, RECV + 1)}
    ts, prices, sizes = head.ts, [base for base, _ in head.chains], [0] * len(head.entries)
    events, kinds = [], 0
    need(max(columns[TAG]) >> 2 < len(head.entries), f"{what}: tag without entry")
    try:
        for tag in columns[TAG]:
            if tag & 1:
                ts = signed(ts + next(values[TS]) * head.ts_unit)
            sym, kind, side, flags, chain, qty_unit = head.entries[tag >> 2]
            px_chunk, px, qty = 3 + 2 * KINDS[kind].cls, 0, 0
            if tag & 2:
                need(chain >= 0, f"{what}: entry without price changes it")
                prices[chain] = signed(
                    prices[chain] + unzigzag(next(values[px_chunk])) * head.chains[chain][1])
            if chain >= 0:
                px = prices[chain]
            if qty_unit:
                size = unzigzag(next(values[px_chunk + 1]))
                if kind in (BID, ASK) and not tag & 2:
                    size += sizes[tag >> 2]
                sizes[tag >> 2] = size
                qty = signed(size * qty_unit)
            events.append((ts, px, qty, sym, kind, side, flags))
            kinds |= 1 << kind
        lag, recvs = head.lag, []
        for number, event in enumerate(events if with_recv else ()):
            if number > 0:
                lag = signed(lag + unzigzag(next(values[RECV])) * head.recv_unit)
            recvs.append(signed(event[0] + lag))
    except StopIteration:
        raise TapeError(f"{what}: a chunk has too few values") from None
    need(all(next(left, None) is None for left in values.values()), f"{what}: values left over")
    need(kinds == row.kinds, f"{what}: kinds differ from the row")
    times = [event[0] for event in events]
    need(times == sorted(times), f"{what}: ts goes back")
    need((times[0], times[-1]) == (row.first_ts, row.last_ts), f"{what}: ts differ from the row")
    need(columns[TAG][0] & 1 != row.flags & 1, f"{what}: begins an instant, says otherwise")
    if not with_recv:
        return events, []
    need(TS_MIN <= min(recvs) and max(recvs) < TS_END, f"{what}: recv out of range")
    return events, recvs


# ---------------------------------------------------------------------------------------------
# 6. Zones
# ---------------------------------------------------------------------------------------------

KEY_BID, KEY_ASK, KEY_LAST = 1, 2, 3
KEY_OF_KIND = {BID: KEY_BID, ASK: KEY_ASK, TRADE: KEY_LAST, 6: 4, 7: 5, 8: 5}
WAS_EMPTY, IS_EMPTY = 8, 16

Zone = namedtuple("Zone", "sym key flags events low first last high size volume")


def read_zones(cur):
    zones, sym, order = [], 0, (-1, 0)
    for _ in range(cur.count(5 * BLOCK_EVENTS, 8)):
        sym += cur.v()
        flags = cur.u8()
        key, flags = flags % 8, flags - flags % 8
        need(1 <= key <= 5 and flags < 32 and (sym, key) > order, f"{cur.what}: zone order or key")
        order = (sym, key)
        events, low, step = cur.v(), cur.z(), cur.v()
        first, last, high = (signed(low + cur.v() * step) for _ in range(3))
        size = cur.z() if key <= KEY_LAST else 0
        volume = cur.v() + (cur.v() << 64) if key == KEY_LAST else 0
        zones.append(Zone(sym, key, flags, events, low, first, last, high, size, volume))
    return zones


def make_zones(events):
    """The zones of a block, computed from its events."""
    moves = {}
    for _, px, qty, sym, kind, side, _ in events:
        key = side if kind in BARS else KEY_OF_KIND.get(kind)
        if key:
            moves.setdefault((sym, key), []).append((kind, px, qty))
    zones = []
    for (sym, key), moved in sorted(moves.items()):
        empty = [kind in (BID, ASK) and qty == 0 for kind, _, qty in moved]
        prices = [px for (_, px, _), gone in zip(moved, empty) if not gone] or [0]
        flags = WAS_EMPTY * any(empty) + IS_EMPTY * empty[-1]
        size = moved[-1][2] if key <= KEY_LAST else 0
        volume = sum(qty for kind, _, qty in moved if kind == TRADE)
        zones.append(Zone(sym, key, flags, len(moved), min(prices), prices[0], prices[-1],
                          max(prices), size, volume))
    return zones


# ---------------------------------------------------------------------------------------------
# 7. Digest
# ---------------------------------------------------------------------------------------------

def make_digest(lines, events, recvs):
    digest = hashlib.sha256(b"plimsoll tape digest 1\n")
    digest.update(b"".join(line + b"\n" for line in lines))
    digest.update(hashlib.sha256(b"".join(EVENT.pack(*event) for event in events)).digest())
    if recvs is not None:
        digest.update(hashlib.sha256(struct.pack(f"<{len(recvs)}q", *recvs)).digest())
    return digest.digest()


# ---------------------------------------------------------------------------------------------
# 8. What a reader must check: the whole tape
# ---------------------------------------------------------------------------------------------

# recvs: None without the second clock; ways: which of WAYS were met
Tape = namedtuple("Tape", "lines sources report events recvs digest blocks synthetic ways")
WAYS = {"planes", "pfor", "stream-vbyte", "zstd", "escapes", "pages", "long instant"}


def read_rows(data, footer, pages):
    rows, end, number = [], HEADER_SIZE, 0
    for page in pages:
        rows += read_page(data, page, end, number, footer.flags & 1)
        end, number = page.at + page.size, number + page.blocks
    last_ts = None
    for row in rows:
        need(last_ts is None or row.first_ts >= last_ts, f"row of the block at {row.at}: ts back")
        need((row.flags & 1) == (row.first_ts == last_ts), f"row of the block at {row.at}: flags")
        last_ts = row.last_ts
    return rows


def read_raws(data, rows):
    """The raw bytes of every chunk, in one list for each row."""
    frames, sizes, stored = [], [], []
    for row in rows:
        at = row.at
        for chunk in row.chunks:
            piece = data[at:at + chunk.size]
            need(crc32c(piece) == chunk.crc, f"block at {row.at}, chunk {chunk.id}: CRC")
            stored.append(piece)
            at += chunk.size
            if chunk.zstd:
                frames.append(piece)
                sizes.append(chunk.raw_size)
    inflated = iter(inflate(frames, sizes) if frames else ())
    pieces = iter(stored)
    for row in rows:
        raws = []
        for chunk in row.chunks:
            piece = next(pieces)
            raws.append(next(inflated) if chunk.zstd else piece)
        yield raws


def ways_of(rows, pages):
    chunks = [chunk for row in rows for chunk in row.chunks]
    names = {PLANES: "planes", PFOR: "pfor", STREAM_VBYTE: "stream-vbyte"}
    ways = {names[chunk.codec] for chunk in chunks if chunk.codec != BYTES}
    ways.update("zstd" for chunk in chunks if chunk.zstd)
    ways.update("escapes" for chunk in chunks if chunk.id >= ESCAPES)
    ways.update("long instant" for row in rows if row.flags)
    return ways | {"pages"} if len(pages) > 1 else ways


def read_tape(path):
    with open(path, "rb") as file:
        data = file.read()
    footer = read_footer(data)
    lines, sources, report, pages = read_trailer(data, footer)
    rows = read_rows(data, footer, pages)
    second_clock = footer.flags & 1
    events, recvs = [], []
    for row, raws in zip(rows, read_raws(data, rows)):
        block_events, block_recvs = read_block(row, raws, len(lines), second_clock)
        need(make_zones(block_events) == row.zones, f"block at {row.at}: zones differ")
        events += block_events
        recvs += block_recvs
    recvs = recvs if second_clock else None
    digest = make_digest(lines, events, recvs)
    need(digest == footer.digest, "digest differs from the footer")
    return Tape(lines, sources, report, events, recvs, digest.hex(), footer.blocks,
                bool(footer.flags & 2), ways_of(rows, pages))


# ---------------------------------------------------------------------------------------------
# Command line
# ---------------------------------------------------------------------------------------------

def show(path, digest, events):
    tape = read_tape(path)
    if events:
        for (ts, px, qty, sym, kind, side, flags), recv in zip(
                tape.events, itertools.repeat("-") if tape.recvs is None else tape.recvs):
            print(ts, recv, sym, kind, side, flags, px, qty)
    if digest:
        print(f"digest {tape.digest}")
        print(f"{len(tape.events)} events, {tape.blocks} blocks, {len(tape.lines)} rows")
    if not events and not digest:
        print(f"{path}: adds up")


def main():
    parser = argparse.ArgumentParser(description="Reads plimsoll tapes, independently.")
    parser.add_argument("tape", nargs="?", metavar="FILE.tape")
    parser.add_argument("--digest", action="store_true", help="print digest and counts")
    parser.add_argument("--events", action="store_true",
                        help="print 'ts recv sym kind side flags px qty' of every event")
    parser.add_argument("--check", nargs=2, metavar=("PLIMSOLL", "WORKDIR"),
                        help="make tapes with the program and compare")
    args = parser.parse_args()
    if bool(args.tape) == bool(args.check):
        parser.error("give a tape, or --check")
    if args.check:
        from tape_check import check
        check(*args.check)
        return
    try:
        show(args.tape, args.digest, args.events)
    except (TapeError, OSError) as error:
        sys.exit(f"tape_reader: {args.tape}: {error}")


if __name__ == "__main__":
    main()
