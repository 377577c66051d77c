"""A workbook for matching: orders, goods and claims in few words, and what comes of them."""

import datetime as dt
from decimal import Decimal
from itertools import permutations
from random import Random
from typing import Any

import msgspec
import pytest

from matcher.assess import assess
from matcher.entries import Fact, Master
from matcher.policy import policy_of
from matcher.result import Finding, LineResult, Reconciliation
from matcher.short import short_facts

DAY = dt.date(2026, 5, 20)
MOST_PERMUTED = 5


class Outcome:
    """A reconciliation with short questions."""

    def __init__(self, result: Reconciliation) -> None:
        self.result = result

    @property
    def money(self) -> tuple[str, str, str]:
        return self._money(self.result)

    @property
    def codes(self) -> list[str]:
        return list(self.result.codes)

    @property
    def verdict(self) -> str:
        return self.result.verdict

    def line(self, number: str = "1") -> LineResult:
        return next(line for line in self.result.lines if line.number == number)

    def line_codes(self, number: str = "1") -> list[str]:
        return list(self.line(number).codes)

    def line_money(self, number: str = "1") -> tuple[str, str, str]:
        return self._money(self.line(number))

    def order_line(self, number: str = "1") -> str | None:
        order = self.line(number).order
        return order.line if order else None

    def finding(self, code: str) -> Finding:
        return next(one for one in self.result.findings if one.code == code)

    @staticmethod
    def _money(one: Reconciliation | LineResult) -> tuple[str, str, str]:
        return (str(one.approved), str(one.pending), str(one.disputed))


class Book:
    """Collects short facts; quantities and prices as text, amounts worked out where left away."""

    def __init__(self) -> None:
        self.documents: list[dict[str, Any]] = []
        self.policy: dict[str, Any] = {}
        self.master: dict[str, Any] = {}
        self.as_of = DAY

    def add(self, type_: str, id_: str, **fields: Any) -> None:
        self.documents.append({"type": type_, "id": id_, **fields})

    def order(self, *lines: dict[str, Any], id_: str = "PO1", **fields: Any) -> None:
        numbered = [{"n": index + 1, "uom": "EA", **line} for index, line in enumerate(lines)]
        head = {
            "number": "7700",
            "rev": 1,
            "supplier": "ACME",
            "date": "2026-04-01",
            "currency": "USD",
            "status": "open",
        }
        self.add("po", id_, **{**head, **fields, "lines": numbered})

    def receipt(self, *quantities: str, id_: str = "GR1", po: str = "7700", **fields: Any) -> None:
        """Book quantities on lines 1, 2, ...; `fields` go to every line."""
        lines = [{"po_line": n + 1, "qty": q, **fields} for n, q in enumerate(quantities)]
        self.goods("receipt", id_, *lines, po=po)

    def goods(self, kind: str, id_: str, *lines: dict[str, Any], **fields: Any) -> None:
        self.add(kind, id_, **{"po": "7700", "date": "2026-05-04", "lines": list(lines), **fields})

    def returned(self, quantity: str, id_: str = "RT1", **fields: Any) -> None:
        self.goods("return", id_, {"po_line": 1, "qty": quantity, "for": "credit", **fields})

    def inspection(self, accepted: str, rejected: str, id_: str = "QI1") -> None:
        self.goods("inspection", id_, {"po_line": 1, "accepted": accepted, "rejected": rejected})

    def claim(
        self, kind: str, id_: str, *lines: dict[str, Any], at: str = "2026-05-10", **fields: Any
    ) -> None:
        """Add a claim; amount = quantity x price, and the total is their sum where left away."""
        numbered = [_claim_line(index, line) for index, line in enumerate(lines)]
        head: dict[str, Any] = {
            "number": id_,
            "supplier": "ACME",
            "date": at,
            "currency": "USD",
            "po": "7700",
            "total": _total(numbered, fields),
        }
        self.add(kind, id_, **{**head, **fields, "lines": numbered})

    def invoice(self, *lines: dict[str, Any], id_: str = "A-17", **fields: Any) -> None:
        self.claim("invoice", id_, *lines, **fields)

    def credit(self, *lines: dict[str, Any], id_: str = "CR-2", **fields: Any) -> None:
        self.claim("credit_memo", id_, *lines, **{"ref_invoice": "A-17", **fields})

    def release(self, invoice: str, amount: str, id_: str = "PAID1", line: int = 1) -> None:
        self.add("release", id_, invoice=invoice, line=line, qty="0", amount=amount)

    def facts(self) -> list[Fact]:
        return short_facts(self.documents)

    def judge(self, **policy: Any) -> dict[str, Outcome]:
        """Judge the documents in every order (or many), and insist on one and the same outcome."""
        results = [self._judged(facts, policy) for facts in _orders_of_arrival(self.facts())]
        assert all(one == results[0] for one in results[1:])
        return {one.invoice.id: Outcome(one) for one in results[0]}

    def outcome(self, id_: str = "A-17", **policy: Any) -> Outcome:
        return self.judge(**policy)[id_]

    def _judged(self, facts: list[Fact], policy: dict[str, Any]) -> list[Reconciliation]:
        master = msgspec.convert(self.master, Master)
        return assess(facts, policy_of({**self.policy, **policy}), self.as_of, master)


def _claim_line(index: int, line: dict[str, Any]) -> dict[str, Any]:
    full = {"n": index + 1, "uom": "EA", "po_line": index + 1, **line}
    if "amount" not in full and "price" in full:
        full["amount"] = str(Decimal(full["qty"]) * Decimal(full["price"]))
    return {key: value for key, value in full.items() if value is not None}


def _total(lines: list[dict[str, Any]], fields: dict[str, Any]) -> str:
    total = sum((Decimal(line.get("amount", "0")) for line in lines), Decimal(0))
    for name, sign in (("charges", 1), ("tax", 1), ("allowances", -1)):
        total += sign * sum((Decimal(one["amount"]) for one in fields.get(name, ())), Decimal(0))
    return str(total + Decimal(fields.get("rounding", "0")))


def _orders_of_arrival(facts: list[Fact]) -> list[list[Fact]]:
    if len(facts) <= MOST_PERMUTED:
        return [list(one) for one in permutations(facts)]
    shuffle = Random(len(facts))  # noqa: S311 - the same shuffles in every run
    return [facts, facts[::-1], *(shuffle.sample(facts, len(facts)) for _ in range(20))]


@pytest.fixture
def book() -> Book:
    """Return an empty workbook."""
    return Book()
