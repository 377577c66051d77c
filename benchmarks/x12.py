"""How fast X12 interchanges become records, with all checks, on one core, and in how much memory.

Invoices, orders and ship notices of 1 to 1.5 KB each, 10,000 in an interchange, read as a stream
from memory: envelopes and elements checked, loops built, mapped to canonical records, the trace on
demand. The floor splits the same bytes into segments and elements, window by window, and keeps
nothing. `exactly` reads the same invoices without recognising any, as a set is read that looks like
none before. Memory is the peak of a process of its own that reads a long stream; its floor is that
of one that reads a short one.
"""

import random
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO, RawIOBase
from multiprocessing import get_context
from typing import BinaryIO, cast

from benchmarks.measure import report
from gateway.collecting import COLLECT_RARELY, collect
from gateway.formats import read_documents
from mappers.canonical import Source
from mappers.digits import check_digit
from mappers.rules import map_document
from mappers.x12.tables import TABLES
from parsers.x12.read import documents

SETS, LINES, SEED, WINDOW, ROUNDS = 10_000, 10, 7, 1 << 16, 3
EXACTLY, SHORT, COPIES = 1000, 500, 100
_UNITS = ("EA", "CA", "BX", "PK", "LB", "DZ")
_WORDS = ("STEEL", "BRASS", "VALVE", "HOSE", "FILTER", "LAMP", "PUMP", "COATED", "HEAVY", "SMALL")

Segments = Iterator[str]


def main() -> None:
    """Measure memory while this process is small, then each kind of document, the exact way."""
    with ProcessPoolExecutor(1, get_context("spawn")) as apart:
        short = apart.submit(peak, 1).result()
        long = apart.submit(peak, COPIES).result()
    report("x12.memory_mb", value=long, unit="MB", floor=short)
    collect(COLLECT_RARELY)
    for name, kind, code, body in (
        ("x12.read_810", "810", "IN", _invoice),
        ("x12.read_850", "850", "PO", _order),
        ("x12.read_856", "856", "SH", _notice),
    ):
        data = interchange(kind, code, body)
        floor = max(_rate(data, _split) for _ in range(ROUNDS))
        value = max(_rate(data, _read) for _ in range(ROUNDS))
        report(name, value=value, unit="MB/s", floor=floor)
    data = interchange("810", "IN", _invoice, sets=EXACTLY)
    floor = max(_rate(data, _split) for _ in range(ROUNDS))
    value = max(_rate(data, _read_exactly) for _ in range(ROUNDS))
    report("x12.read_810_exactly", value=value, unit="MB/s", floor=floor)


def peak(copies: int) -> float:
    """Return the most memory in MB that this process had, after reading a stream of invoices."""
    collect(COLLECT_RARELY)
    stream = _Repeated(interchange("810", "IN", _invoice, sets=SHORT), copies)
    source = cast("BinaryIO", stream)
    for _ in read_documents(source, name="load.x12", sha256="", year=2026):
        pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class _Repeated(RawIOBase):
    """The same bytes several times over, as a stream that is held nowhere."""

    def __init__(self, data: bytes, copies: int) -> None:
        self._data = data
        self._copies = copies
        self._place = 0

    def read(self, size: int = -1, /) -> bytes:
        """Return what comes next."""
        if self._place == len(self._data) and self._copies > 1:
            self._copies -= 1
            self._place = 0
        chunk = self._data[self._place :][: size if size >= 0 else None]
        self._place += len(chunk)
        return chunk

    def seek(self, offset: int, _whence: int = 0, /) -> int:
        """Go back, or ahead, within the copy."""
        self._place += offset
        return self._place


def interchange(
    kind: str, code: str, body: Callable[[random.Random, int], Segments], sets: int = SETS
) -> bytes:
    """Write an interchange of so many documents."""
    chance = random.Random(SEED)  # noqa: S311 - the same bytes in each run
    blank, name = " " * 10, "NORTHWIND".ljust(15)
    lines = [
        f"ISA*00*{blank}*00*{blank}*ZZ*{name}*ZZ*{name}*260105*0930*U*00401*000000001*0*P*>",
        f"GS*{code}*NORTHWIND*ACME*20260105*0930*1*X*004010",
    ]
    for number in range(1, sets + 1):
        segments = list(body(chance, number))
        lines += (f"ST*{kind}*{number:04d}", *segments)
        lines.append(f"SE*{len(segments) + 2}*{number:04d}")
    lines += (f"GE*{sets}*1", "IEA*1*000000001")
    return "".join(f"{line}~\n" for line in lines).encode()


def _rate(data: bytes, work: Callable[[bytes], None]) -> float:
    begin = time.process_time()
    work(data)
    return len(data) / (time.process_time() - begin) / 1e6


def _read(data: bytes) -> None:
    source = BytesIO(data)
    read = sum(1 for _ in read_documents(source, name="load.x12", sha256="", year=2026))
    if read != SETS:
        message = f"read {read} documents instead of {SETS}"
        raise RuntimeError(message)


def _read_exactly(data: bytes) -> None:
    for document in documents(BytesIO(data), exactly=True):
        map_document(TABLES[document.kind], document, Source(), 2026)


def _split(data: bytes) -> None:
    rest = ""
    for start in range(0, len(data), WINDOW):
        pieces = (rest + data[start : start + WINDOW].decode("latin-1")).split("~")
        rest = pieces.pop()
        for piece in pieces:
            piece.split("*")


def _items(chance: random.Random) -> Iterator[tuple[int, int, str, str, str, str]]:
    for line in range(1, LINES + 1):
        gtin = f"003600{chance.randrange(10**7):07d}"
        gtin += check_digit(f"{gtin}0")
        price = f"{chance.randrange(100, 99_999) / 100:.2f}"
        numbers = f"UP*{gtin}*VN*V-{chance.randrange(10**5)}*BP*{chance.randrange(10**8):08d}"
        words = " ".join(chance.sample(_WORDS, 4))
        yield line, chance.randrange(1, 480), chance.choice(_UNITS), price, numbers, words


def _parties(*parties: tuple[str, str, str]) -> Segments:
    for qualifier, name, code in parties:
        yield f"N1*{qualifier}*{name}*92*{code}"
        yield "N3*1200 COMMERCE PARKWAY"
        yield "N4*PORTLAND*ME*04101*US"


def _invoice(chance: random.Random, number: int) -> Segments:
    yield f"BIG*20260110*INV{number:07d}*20260105*45{number:08d}***DI"
    yield from ("CUR*SE*USD", f"REF*IA*{chance.randrange(10**5)}", f"REF*BM*BOL{number:07d}")
    yield from _parties(("RE", "ACME TOOLS", "00077"), ("ST", "DISTRIBUTION CENTER 4", "0042"))
    yield from ("ITD*01*3*2**10**30*****2/10 NET 30", "DTM*011*20260109", "FOB*PP")
    cents = 0
    for line, quantity, unit, price, numbers, words in _items(chance):
        yield f"IT1*{line}*{quantity}*{unit}*{price}*PE*{numbers}"
        yield f"PID*F****{words}"
        cents += quantity * int(price.replace(".", ""))
    yield from (f"TDS*{cents}", "CAD*M***ODFL*GROUND", f"CTT*{LINES}")


def _order(chance: random.Random, number: int) -> Segments:
    yield f"BEG*00*SA*45{number:08d}**20260105"
    yield from ("CUR*BY*USD", "REF*DP*0042", "REF*IA*00077", "PER*BD*PURCHASING*TE*5550100")
    yield from ("FOB*PP", "ITD*01*3*2**10**30*****2/10 NET 30", "DTM*002*20260125")
    yield "TD5*B*2*ODFL*M"
    yield from _parties(("BY", "NORTHWIND STORES", "B01"), ("ST", "DISTRIBUTION CENTER 4", "0042"))
    total = 0
    for line, quantity, unit, price, numbers, words in _items(chance):
        yield f"PO1*{line}*{quantity}*{unit}*{price}*PE*{numbers}"
        yield from (f"PID*F****{words}", f"PO4*1**{unit}")
        total += quantity
    yield from (f"CTT*{LINES}*{total}", "AMT*TT*1234.56")


def _notice(chance: random.Random, number: int) -> Segments:
    yield f"BSN*00*SH{number:08d}*20260110*0930*0001"
    yield from ("HL*1**S", "TD1*CTN25*3****G*450*LB", "TD5*B*2*ODFL*M*GROUND")
    yield from (f"REF*BM*BOL{number:07d}", f"REF*CN*PRO{number:07d}", "DTM*011*20260110")
    yield "DTM*017*20260113"
    yield from _parties(("ST", "DISTRIBUTION CENTER 4", "0042"), ("SF", "ACME TOOLS", "00077"))
    yield from ("HL*2*1*O", f"PRF*45{number:08d}***20260105")
    level, pack, total = 2, 2, 0
    for line, quantity, unit, _, numbers, words in _items(chance):
        if line % 3 == 1:
            level += 1
            pack = level
            sscc = f"0036000{number:06d}{line:04d}"
            yield from (f"HL*{pack}*2*P", f"MAN*GM*00{sscc}{check_digit(f'{sscc}0')}")
        level += 1
        yield from (f"HL*{level}*{pack}*I", f"LIN*{line}*{numbers}", f"SN1**{quantity}*{unit}")
        yield f"PID*F****{words}"
        total += quantity
    yield f"CTT*{level}*{total}"
