"""Random orders with their goods and invoices, kept in whole cents and units, for the oracle."""

from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any

NUMBER = "4500001"
FIRST_DAY, LAST_DAY = 6, 28


@dataclass
class OrderedLine:
    quantity: int
    price: int
    way: int
    final: bool
    cancelled: bool
    rate: Fraction | None


@dataclass
class BilledLine:
    line: int
    quantity: int
    price: int
    receipt: str | None
    money: list[int] = field(default_factory=lambda: [0, 0, 0])
    codes: set[str] = field(default_factory=set)


@dataclass
class Bill:
    id: str
    number: str
    day: int
    lines: list[BilledLine]
    freight: int
    taxes: dict[Fraction, int]
    apart: int
    stranger_bank: bool
    money: list[int] = field(default_factory=lambda: [0, 0, 0])
    codes: set[str] = field(default_factory=set)

    @property
    def total(self) -> int:
        goods = sum(one.quantity * one.price for one in self.lines)
        return goods + self.freight + sum(self.taxes.values()) + self.apart


@dataclass
class Case:
    """An order and all that happened to it; goods are (id, line, ...)."""

    lines: list[OrderedLine]
    policy: dict[str, Any]
    planned: int
    limit: int
    status: str
    receipts: list[tuple[str, int, int, bool]]
    returns: list[tuple[str, int, int, str]]
    inspections: list[tuple[str, int, int, int]]
    bills: list[Bill]


def rounded(number: Fraction) -> int:
    """Round half away from zero; never negative."""
    return (2 * number.numerator + number.denominator) // (2 * number.denominator)


def case_of(seed: int) -> Case:
    chance = Random(seed)  # noqa: S311 - the same case from the same seed
    lines = [_ordered(chance) for _ in range(chance.randint(1, 2))]
    places = range(len(lines))
    receipts = [
        (f"GR{n}", chance.choice(places), chance.randint(1, 40), chance.random() < 0.1)
        for n in range(chance.randint(0, 3))
    ]
    returns = [
        (f"RT{n}", chance.choice(places), chance.randint(1, 6), chance.choice(("credit", "other")))
        for n in range(chance.choice((0, 0, 1)))
    ]
    inspections = [
        (f"QI{n}", chance.choice(places), chance.randint(0, 30), chance.randint(0, 4))
        for n in range(chance.choice((0, 1, 2)))
    ]
    named = {line: id_ for id_, line, _, _ in receipts}
    return Case(
        lines=lines,
        policy=_policy(chance),
        planned=chance.choice((0, 2000)),
        limit=chance.choice((0, 0, 0, 20_000, 8_000)),
        status=chance.choice(("open",) * 8 + ("closed", "draft")),
        receipts=receipts,
        returns=returns,
        inspections=inspections,
        bills=[_bill(chance, n, lines, named) for n in range(chance.randint(1, 3))],
    )


def _ordered(chance: Random) -> OrderedLine:
    return OrderedLine(
        quantity=chance.randint(5, 60),
        price=chance.choice((100, 250, 1000, 333, 40)),
        way=chance.choice((2, 3, 3, 4)),
        final=chance.random() < 0.15,
        cancelled=chance.random() < 0.1,
        rate=chance.choice((None, None, Fraction(1, 10), Fraction(1, 5))),
    )


_LIMITS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("qty", "ordered_pct", ("5", "10", "12.5")),
    ("qty", "ordered_abs", ("2", "3")),
    ("qty", "received_pct", ("2", "5")),
    ("qty", "accepted_pct", ("4",)),
    ("price", "over_pct", ("5", "10", "20")),
    ("price", "cap_abs", ("5", "20")),
    ("price", "floor_abs", ("1", "15")),
    ("price", "under_block_pct", ("20",)),
    ("charge", "over_pct", ("10", "50")),
    ("charge", "over_abs", ("3",)),
    ("charge", "unplanned_abs", ("8",)),
    ("limit", "over_pct", ("3",)),
)


def _policy(chance: Random) -> dict[str, Any]:
    policy: dict[str, Any] = {}
    for table, key, values in _LIMITS:
        if chance.random() < 0.35:
            policy.setdefault(table, {})[key] = chance.choice(values)
    if chance.random() < 0.2:
        policy["rejected"] = "await_replacement"
    return policy


def _bill(chance: Random, n: int, ordered: list[OrderedLine], named: dict[int, str]) -> Bill:
    lines = [
        _billed(chance, place, ordered[place], named)
        for place in range(len(ordered))
        if place == 0 or chance.random() < 0.6
    ]
    bases: dict[Fraction, int] = {}
    for one in lines if chance.random() < 0.5 else ():
        rate = ordered[one.line].rate
        if rate is not None:
            bases[rate] = bases.get(rate, 0) + one.quantity * one.price
    taxes = {rate: rounded(rate * base) for rate, base in sorted(bases.items())}
    for rate in list(taxes)[:1]:
        taxes[rate] += chance.choice((0, 0, 0, 1, 500))
    goods = sum(one.quantity * one.price for one in lines)
    apart = chance.choice((0,) * 8 + (3, -3, 2000, -2000))
    return Bill(
        id=f"IN{n}",
        number=("11000", "32777", "53555")[n],
        day=chance.randint(FIRST_DAY, LAST_DAY),
        lines=lines,
        freight=chance.choice((0, 0, 500, 2200, 2600)),
        taxes=taxes,
        apart=apart if goods + apart >= 0 else 0,
        stranger_bank=chance.random() < 0.08,
    )


def _billed(chance: Random, place: int, ordered: OrderedLine, named: dict[int, str]) -> BilledLine:
    price = ordered.price
    if chance.random() < 0.4:
        factors = ("1.05", "1.1", "1.3", "0.9", "0.7")
        price = int(price * Fraction(chance.choice(factors))) + chance.choice((0, 3))
    receipt = named.get(place) if chance.random() < 0.25 else None
    return BilledLine(place, chance.randint(1, 40), price, receipt)


def facts_of(case: Case) -> list[dict[str, Any]]:
    """Write a case as short facts."""
    head = {"supplier": "S1", "currency": "USD"}
    order = {
        "type": "po",
        "id": "PO",
        "number": NUMBER,
        "rev": 1,
        "date": "2026-01-05",
        **head,
        "status": case.status,
        **({"charges": [_money("freight", case.planned)]} if case.planned else {}),
        **({"limit": _cents(case.limit)} if case.limit else {}),
        "lines": [_order_line(n, one) for n, one in enumerate(case.lines)],
    }
    goods = [
        *(("receipt", id_, n, {"qty": str(q), "final": f}) for id_, n, q, f in case.receipts),
        *(
            ("return", id_, n, {"qty": str(q), "for": w if w == "credit" else "replacement"})
            for id_, n, q, w in case.returns
        ),
        *(
            ("inspection", id_, n, {"accepted": str(a), "rejected": str(r)})
            for id_, n, a, r in case.inspections
        ),
    ]
    arrivals = [
        {"type": kind, "id": id_, "po": NUMBER, "lines": [{"po_line": n + 1, **fields}]}
        for kind, id_, n, fields in goods
    ]
    return [order, *arrivals, *(_invoice(case, one) for one in case.bills)]


def _order_line(place: int, one: OrderedLine) -> dict[str, Any]:
    rate = {} if one.rate is None else {"tax": str(float(one.rate))}
    flags = {"way": one.way, "final": one.final, "cancelled": one.cancelled}
    number = {"n": place + 1, "uom": "EA", "qty": str(one.quantity)}
    return {**number, "price": _cents(one.price), **flags, **rate}


def _invoice(case: Case, bill: Bill) -> dict[str, Any]:
    lines = []
    for place, one in enumerate(bill.lines):
        rate = case.lines[one.line].rate
        tax = {"tax": str(float(rate))} if bill.taxes and rate is not None else {}
        receipt = {"receipt": one.receipt} if one.receipt else {}
        amounts = {"price": _cents(one.price), "amount": _cents(one.quantity * one.price)}
        number = {"n": place + 1, "po_line": one.line + 1, "uom": "EA", "qty": str(one.quantity)}
        lines.append({**number, **amounts, **tax, **receipt})
    taxes = [{"rate": str(float(r)), "amount": _cents(a)} for r, a in bill.taxes.items()]
    return {
        "type": "invoice",
        "id": bill.id,
        "number": bill.number,
        "supplier": "S1",
        "date": f"2026-01-{bill.day:02}",
        "currency": "USD",
        "po": NUMBER,
        "total": _cents(bill.total),
        **({"tax": taxes} if taxes else {}),
        **({"charges": [_money("freight", bill.freight)]} if bill.freight else {}),
        **({"bank": "XX2"} if bill.stranger_bank else {}),
        "lines": lines,
    }


def _cents(amount: int) -> str:
    return f"{amount / 100:.2f}"


def _money(kind: str, amount: int) -> dict[str, str]:
    return {"type": kind, "amount": _cents(amount)}
