"""A second reader of Databento DBN, standard library only: records from bytes, and the events that
docs/import-dbn.md makes of them. Written from that page and the vendor's struct definitions."""
import datetime
import struct
import subprocess

UNDEF = 2**63 - 1
NAMES = {0: "trade", 1: "mbp-1", 10: "mbp-10", 0x11: "ohlcv", 0x12: "status", 0x13: "definition",
         0x14: "imbalance", 0x15: "error", 0x16: "mapping", 0x17: "system", 0x18: "statistics",
         0x20: "ohlcv-1s", 0x21: "ohlcv-1m", 0x22: "ohlcv-1h", 0x23: "ohlcv-1d", 0xa0: "mbo",
         0xb1: "cmbp-1", 0xc0: "cbbo-1s", 0xc1: "cbbo-1m", 0xc2: "tcbbo", 0xc3: "bbo-1s",
         0xc4: "bbo-1m"}
PRICED = (0, 1, 10, 0xb1, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4)
SAMPLED = (0xc0, 0xc1, 0xc3, 0xc4)
SECONDS = {0x20: 1, 0x21: 60, 0x22: 3600, 0x23: 86400}
SIDES = {"A": "sell", "B": "buy", "N": ""}


def load(path):
    with open(path, "rb") as file:
        data = file.read()
    if data[:4] == b"\x28\xb5\x2f\xfd":
        data = subprocess.run(["zstd", "-dcq", path], capture_output=True, check=True).stdout
    return data


def text(data):
    return data.split(b"\0")[0].decode("ascii").rstrip(" ").replace(" ", "_")


def day_ns(date):
    day = datetime.date(date // 10000, date // 100 % 100, date % 100)
    return (day - datetime.date(1970, 1, 1)).days * 86400 * 10**9


class Stream:
    """The metadata and the records of one file."""

    def __init__(self, data):
        self.version, length = data[3], struct.unpack_from("<I", data, 4)[0]
        self.schema = struct.unpack_from("<H", data, 24)[0]
        at = 58 if self.version == 1 else 50
        self.stype_in, self.stype_out = data[at], data[at + 1]
        size = 22 if self.version == 1 else struct.unpack_from("<H", data, 53)[0]
        self.days = []  # (id, from, to, name)
        self._mappings(data, 112, size)
        self.records = []
        at = 8 + length
        while at < len(data):
            self.records.append(data[at:at + 4 * data[at]])
            at += 4 * data[at]
        assert at == len(data)

    def _mappings(self, data, at, size):
        for _ in range(3):
            at += 4 + struct.unpack_from("<I", data, at)[0] * size
        count, at = struct.unpack_from("<I", data, at)[0], at + 4
        for _ in range(count):
            name, spans = text(data[at:at + size]), struct.unpack_from("<I", data, at + size)[0]
            at += size + 4
            for _ in range(spans):
                first, last = struct.unpack_from("<II", data, at)
                other = text(data[at + 8:at + 8 + size])
                at += 8 + size
                if first < last and other:
                    pair = (other, name) if self.stype_out == 0 else (name, other)
                    self.days.append((int(pair[0]), day_ns(first), day_ns(last), pair[1]))


def fields(record, version):
    """What the engine needs of a record, by name."""
    rtype = record[1]
    out = {"rtype": rtype, "name": NAMES.get(rtype, "unknown")}
    out["publisher"], out["id"], out["ts"] = struct.unpack_from("<HIQ", record, 2)

    def take(form, at):
        return struct.unpack_from("<" + form, record, at)[0]

    if rtype in PRICED:
        out.update(px=take("q", 16), size=take("I", 24), action=chr(record[28]),
                   side=chr(record[29]), flags=record[30], recv=take("Q", 32))
        out["levels"] = [struct.unpack_from("<qqII", record, 48 + 32 * i)
                         for i in range({0: 0, 10: 10}.get(rtype, 1))]
    elif rtype == 0xa0:
        out.update(order=take("Q", 16), px=take("q", 24), size=take("I", 32), flags=record[36],
                   action=chr(record[38]), side=chr(record[39]), recv=take("Q", 40))
    elif rtype in SECONDS:
        out.update(ohlc=struct.unpack_from("<4q", record, 16), volume=take("Q", 48))
    elif rtype == 0x12:
        out.update(recv=take("Q", 16), action=take("H", 24), trading=chr(record[30]))
    elif rtype == 0x18:
        wide = version == 3
        out.update(recv=take("Q", 16), px=take("q", 32), quantity=take("q" if wide else "i", 40),
                   type=take("H", 56 if wide else 52), update=record[60 if wide else 56])
    elif rtype == 0x13:
        at, size = {1: (200, 22), 2: (200, 71), 3: (238, 71)}[version]
        out.update(recv=take("Q", 16), symbol=text(record[at:at + size]))
    elif rtype == 0x16:
        at, size = (38, 22) if version == 1 else (89, 71)
        out.update(symbol=text(record[at:at + size]))
    return out


class Events:
    """The events of a stream, as (ts, recv, symbol, kind, side, px, qty, flags)."""

    def __init__(self, stream):
        self.stream = stream
        self.names, self.said, self.orders, self.totals = {}, {}, {}, {}
        self.cleared = set()
        self.rows = []  # one list of events for each record that gives any
        self.declared = 0
        self.symbols = set()  # of records that may give events
        for record in stream.records:
            found = self._record(fields(record, stream.version))
            if found:
                self.rows.append(found)
            else:
                self.declared += 1

    def symbol(self, number, index):
        for ident, first, last, name in self.stream.days:
            if ident == number and first <= index < last:
                return name
        return self.names.get(number, str(number))

    def _record(self, f):
        rtype = f["rtype"]
        if "symbol" in f and f["symbol"]:
            self.names[f["id"]] = f["symbol"]
        if rtype not in PRICED and rtype not in SECONDS and rtype not in (0xa0, 0x12, 0x18):
            return []
        recv = f.get("recv", f["ts"])
        symbol = self.symbol(f["id"], recv)
        self.symbols.add(symbol)
        ts = f["ts"]
        snapshot = rtype in PRICED + (0xa0,) and f["flags"] & 32
        if rtype in SAMPLED or snapshot:
            ts = recv
        flag = "snapshot" if snapshot else ""
        if rtype in SECONDS:
            ts = recv = ts + SECONDS[rtype] * 10**9
            found = self._bar(f)
        elif rtype == 0x12:
            found = self._status(f)
        elif rtype == 0x18:
            found = self._statistic(f)
        elif rtype == 0xa0:
            found = self._order(f, symbol, flag)
        else:
            found = self._priced(f, symbol, flag)
        return [(ts, recv, symbol) + event for event in found]

    @staticmethod
    def _bar(f):
        o, h, l, c = f["ohlc"]
        return [("bar_open", "last", o, SECONDS[f["rtype"]] * 10**9, ""),
                ("bar_high", "last", h, 0, ""), ("bar_low", "last", l, 0, ""),
                ("bar_close", "last", c, f["volume"], "")]

    @staticmethod
    def _status(f):
        word = {"Y": "resume", "N": "halt"}.get(f["trading"])
        if word is None:
            word = {7: "resume", 8: "halt", 9: "halt", 10: "halt", 12: "halt", 13: "halt",
                    15: "halt"}.get(f["action"])
        return [("status", word, 0, 0, "")] if word else []

    @staticmethod
    def _statistic(f):
        if f["update"] != 1:
            return []
        if f["type"] == 3:
            return [("mark", "", f["px"], 0, "")]
        return [("open_interest", "", 0, f["quantity"], "")] if f["type"] == 9 else []

    def _priced(self, f, symbol, flag):
        rtype, trade = f["rtype"], []
        if rtype not in SAMPLED and (f["action"] == "T" or rtype == 0):
            trade = [("trade", SIDES[f["side"]], f["px"], f["size"], "")]
        if rtype == 0:
            return trade
        if rtype == 10:
            return trade + self._ten(f, symbol, flag)
        quotes = []
        bid_px, ask_px, bid_size, ask_size = f["levels"][0]
        for kind, px, size in (("bid", bid_px, bid_size), ("ask", ask_px, ask_size)):
            best = (0, 0) if px == UNDEF or size == 0 else (px, size)
            if self.said.get((symbol, kind), (0, 0)) != best:
                quotes.append((kind, "") + best + ("",))
                self.said[symbol, kind] = best
        after = self.stream.schema == 1 or rtype == 0xb1
        return trade + quotes if after else quotes + trade

    def _ten(self, f, symbol, flag):
        found = []
        for kind, px_at, size_at in (("bid", 0, 2), ("ask", 1, 3)):
            now = {level[px_at]: level[size_at] for level in f["levels"]
                   if level[px_at] != UNDEF and level[size_at]}
            old = self.said.get((symbol, kind, 10), {})
            found += [("level", kind, px, 0, flag) for px in old if px not in now]
            found += [("level", kind, px, size, flag) for px, size in now.items()
                      if old.get(px) != size]
            self.said[symbol, kind, 10] = now
        return found

    def _move(self, symbol, side, px, size, flag):
        key = (symbol, side, px)
        self.totals[key] = self.totals.get(key, 0) + size
        return ("level", {"A": "ask", "B": "bid"}[side], px, self.totals[key], flag)

    def _order(self, f, symbol, flag):
        action, key = f["action"], (symbol, f["order"])
        if action == "T":
            return [("trade", SIDES[f["side"]], f["px"], f["size"], "")]
        if action == "R":
            self.orders = {k: v for k, v in self.orders.items() if k[0] != symbol}
            self.totals = {k: v for k, v in self.totals.items() if k[0] != symbol}
            self.cleared.add(symbol)
            return [("clear", "", 0, 0, "")]
        if action == "A" or (action == "M" and key not in self.orders):
            self.orders[key] = [f["side"], f["px"], f["size"]]
            return [self._move(symbol, f["side"], f["px"], f["size"], flag)]
        if action not in "CM" or key not in self.orders:
            return []
        side, px, size = self.orders.pop(key)
        if action == "C":
            if size > f["size"]:
                self.orders[key] = [side, px, size - f["size"]]
            return [self._move(symbol, side, px, -f["size"], flag)]
        self.orders[key] = [f["side"], f["px"], f["size"]]
        if (side, px) == (f["side"], f["px"]):
            more = f["size"] - size
            return [self._move(symbol, side, px, more, flag)] if more else []
        return [self._move(symbol, side, px, -size, flag),
                self._move(symbol, f["side"], f["px"], f["size"], flag)]
