"""The load of the drills: documents of several partners, the same for the same seed.

Every order gets its invoice; some files are repeated, cut off, garbage or empty, so that every way
through the gateway is under way when it is killed.
"""

import random
from collections.abc import Iterator
from typing import NamedTuple

PARTNERS = ("acme", "bolt", "cargo")


class Drop(NamedTuple):
    """A file to be dropped: into whose folder, under which name."""

    partner: str
    name: str
    content: bytes


def envelope(kind: str, group: str, number: int, sets: list[list[str]], sender: str) -> bytes:
    """Return an X12 interchange with transaction sets of one `kind`."""
    parties = f"ZZ*{sender:<15}*ZZ*{'BUYER':<15}"
    lines = [
        f"ISA*00*{'':10}*00*{'':10}*{parties}*260302*0900*U*00401*{number:09}*0*P*>",
        f"GS*{group}*{sender}*BUYER*20260302*0900*{number}*X*004010",
    ]
    for control, segments in enumerate(sets, 1):
        closing = f"SE*{len(segments) + 2}*{control:04}"
        lines += [f"ST*{kind}*{control:04}", *segments, closing]
    lines += [f"GE*{len(sets)}*{number}", f"IEA*1*{number:09}"]
    return "".join(f"{line}~\n" for line in lines).encode()


def order_set(number: int) -> list[str]:
    """Return purchase order `number`: two lines."""
    return [
        f"BEG*00*NE*PO{number:06}**20260301",
        "CUR*BY*USD",
        f"N1*SE*SUPPLIER {number % 7}*92*S{number % 7}",
        f"PO1*1*{10 + number % 5}*EA*{_cents(number) / 100:.2f}**VP*A-{number}",
        "PID*F****BRACKET",
        "PO1*2*4*EA*3.25**VP*B-1",
        "CTT*2",
    ]


def order(number: int) -> bytes:
    """Return `order_set` in an interchange of its own."""
    return envelope("850", "PO", number, [order_set(number)], "BUYER")


def _cents(number: int) -> int:
    """Return the price of the first item of order `number`: totals differ, as they do in life."""
    return 500 + number * 37 % 1999


def invoice_set(number: int, over: int = 0) -> list[str]:
    """Return the invoice for order `number`, which bills `over` pieces too many."""
    quantity = 10 + number % 5 + over
    return [
        f"BIG*20260302*IN{number:06}*20260301*PO{number:06}",
        "CUR*SE*USD",
        f"N1*SE*SUPPLIER {number % 7}*92*S{number % 7}",
        f"IT1*1*{quantity}*EA*{_cents(number) / 100:.2f}**VP*A-{number}",
        "IT1*2*4*EA*3.25**VP*B-1",
        f"TDS*{quantity * _cents(number) + 4 * 325}",
        "CTT*2",
    ]


def invoice(number: int, over: int = 0) -> bytes:
    """Return `invoice_set` in an interchange of its own."""
    sets = [invoice_set(number, over)]
    return envelope("810", "IN", 500_000 + number, sets, f"S{number % 7}")


def drops(count: int, seed: int) -> Iterator[Drop]:
    """Yield about `count` files in an order that depends on `seed` alone."""
    dice = random.Random(seed)  # noqa: S311 - a drill must be repeatable
    files: list[Drop] = []
    repeats: list[tuple[Drop, Drop]] = []
    for number in range(count // 2):
        partner = PARTNERS[number % len(PARTNERS)]
        files.append(Drop(partner, f"850-{number}.x12", order(number)))
        bill = invoice(number, over=int(number % 10 == 0))
        files.append(Drop(partner, f"810-{number}.x12", bill))
        if number % 25 == 0:
            repeats.append((files[-1], Drop(partner, f"810-{number}-again.x12", bill)))
        if number % 40 == 1:
            files.append(Drop(partner, f"cut-{number}.x12", bill[: len(bill) // 2]))
        if number % 40 == 2:
            files.append(Drop(partner, f"junk-{number}.bin", b"\x00\x01junk%d" % number))
    dice.shuffle(files)
    for first, again in repeats:  # a repeat comes after what it repeats
        files.insert(dice.randint(files.index(first) + 1, len(files)), again)
    yield from files
