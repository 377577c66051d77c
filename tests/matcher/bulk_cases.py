"""Random orders with their goods and invoices, as one seed makes them: for bulk matching."""

import datetime as dt
from decimal import Decimal
from random import Random
from typing import Any

from matcher.entries import Fact
from matcher.policy import Policy, policy_of
from matcher.short import short_facts

AS_OF = dt.date(2026, 6, 30)
_PRICES = ("1.00", "2.50", "0.40", "3.3333", "0")
_QUANTITY_LIMITS: tuple[dict[str, str], ...] = (
    {},
    {"ordered_pct": "5"},
    {"ordered_pct": "12.5", "ordered_abs": "3", "received_abs": "2"},
    {"received_pct": "4", "accepted_pct": "7"},
    {"ordered_pct": "unlimited"},
)
_PRICE_LIMITS: tuple[dict[str, str], ...] = (
    {},
    {"over_pct": "10"},
    {"over_pct": "50", "cap_abs": "4"},
    {"floor_abs": "3", "under_block_pct": "20"},
    {"over_pct": "unlimited"},
)
_CHARGE_LIMITS: tuple[dict[str, str], ...] = (
    {},
    {"over_pct": "10", "over_abs": "1.50"},
    {"over_abs": "2.005", "unplanned_abs": "4"},
    {"unplanned_abs": "unlimited", "over_pct": "unlimited"},
)
_TAX_RATES = ("0.10", "0.075", "0.19", "0")
_OFF = ("0", "0", "0", "0.03", "-0.04", "2", "-1.50", "-60")


def random_policy(seed: int) -> Policy:
    """Return one of the policies that cut the axis in different ways."""
    chance = Random(seed)  # noqa: S311 - the same policy from the same seed
    return policy_of(
        {
            "qty": chance.choice(_QUANTITY_LIMITS),
            "price": chance.choice(_PRICE_LIMITS),
            "limit": chance.choice(({}, {"over_pct": "3"})),
            "rejected": chance.choice(("dispute", "await_replacement")),
            "charge": chance.choice(_CHARGE_LIMITS),
            "tax": chance.choice(({}, {"abs": "0.50"})),
            "total": chance.choice(({}, {"rounding_abs": "1"}, {"rounding_abs": "unlimited"})),
        }
    )


def random_facts(seed: int, orders: int) -> list[Fact]:
    """Return the facts of so many orders that have nothing to do with each other."""
    chance = Random(seed)  # noqa: S311 - the same facts from the same seed
    documents = (one for index in range(orders) for one in _Case(chance, f"{index}").documents())
    return short_facts(documents)


class _Case:
    """One order of a line or two, what came of it, and what was billed."""

    def __init__(self, chance: Random, tag: str) -> None:
        self.chance, self.tag = chance, tag
        self.prices: list[str] = []

    def documents(self) -> list[dict[str, Any]]:
        found = [self._order()]
        kinds = ["receipt"] * self.chance.randint(0, 3)
        kinds += ["asn", "return", "inspection"] * self.chance.randint(0, 1)
        found += [self._goods(kind, index) for index, kind in enumerate(kinds)]
        return found + [self._invoice(index) for index in range(self.chance.randint(1, 5))]

    def _quantity(self) -> str:
        return str(self.chance.randint(1, 40))

    def _order(self) -> dict[str, Any]:
        chance = self.chance
        self.prices = [chance.choice(_PRICES) for _ in range(chance.randint(1, 2))]
        lines = [
            {
                "n": index + 1,
                "qty": self._quantity(),
                "uom": "EA",
                "price": price,
                "way": chance.choice((2, 3, 4)),
                "final": chance.random() < 0.5,
                "cancelled": chance.choice((False, False, True)),
                **({"tax": chance.choice(_TAX_RATES)} if chance.random() < 0.3 else {}),
            }
            for index, price in enumerate(self.prices)
        ]
        limit = {"limit": chance.choice(("40.00", "75.50"))} if chance.random() < 0.5 else {}
        status = chance.choice(("open", "open", "open", "closed", "draft"))
        head = {"number": self.tag, "rev": 1, "currency": "USD", "date": "2026-05-01"}
        planned = {"charges": self._charges()} if chance.random() < 0.5 else {}
        return {
            "type": "po", "id": f"PO{self.tag}", **head, "status": status, **limit, **planned,
            "lines": lines,
        }  # fmt: skip

    def _charges(self) -> list[dict[str, str]]:
        kinds = self.chance.sample(("freight", "handling"), self.chance.randint(1, 2))
        return [
            {"type": kind, "amount": f"{self.chance.randint(0, 900) / 100:.2f}"} for kind in kinds
        ]

    def _goods(self, kind: str, index: int) -> dict[str, Any]:
        chance = self.chance
        line: dict[str, Any] = {"po_line": chance.randint(1, len(self.prices))}
        line["qty"] = self._quantity()
        if kind == "return":
            line["for"] = chance.choice(("credit", "replacement"))
        if kind == "inspection":
            line |= {"accepted": self._quantity(), "rejected": str(chance.randint(0, 9))}
        eta = {"eta": "2026-07-05"} if kind == "asn" else {}
        head = {"type": kind, "id": f"{kind}{index}-{self.tag}", "po": self.tag}
        return {**head, **eta, "lines": [line]}

    def _invoice(self, index: int) -> dict[str, Any]:
        chance = self.chance
        date = f"2026-{chance.choice(('04', '06', '07'))}-{chance.randint(1, 28):02}"
        number = chance.choice((f"{chr(65 + index) * 3}{index}", "DDD3"))
        lines = [self._line(n) for n in range(len(self.prices)) if n == 0 or chance.random() < 0.5]
        kind = {"type": "credit_memo"} if chance.random() < 0.04 else {"type": "invoice"}
        head = {**kind, "id": f"I{index}-{self.tag}", "number": f"{self.tag}{number}"}
        head |= {"date": date, "currency": "USD", "po": self.tag}
        return {**head, **self._header(lines), "lines": lines}

    def _header(self, lines: list[dict[str, Any]]) -> dict[str, Any]:
        """Charges, tax at a rate or two, rounding, and a total that may be wrong."""
        chance, found = self.chance, dict[str, Any]()
        goods = sum((Decimal(line["amount"]) for line in lines), Decimal(0))
        total = goods + Decimal(chance.choice(_OFF))
        if chance.random() < 0.4:
            found["charges"] = self._charges()
            total += sum((Decimal(one["amount"]) for one in found["charges"]), Decimal(0))
        if chance.random() < 0.5:
            rate = chance.choice(_TAX_RATES)
            tax = (goods * Decimal(rate)).quantize(Decimal("0.01")) + Decimal(chance.choice(_OFF))
            found["tax"] = [{"rate": rate, "amount": str(max(tax, Decimal(0)))}]
            total += max(tax, Decimal(0))
        if chance.random() < 0.1:
            found["rounding"] = "-0.02"
            total -= Decimal("0.02")
        return {**found, "total": str(max(total, Decimal(0)))}

    def _line(self, index: int) -> dict[str, Any]:
        chance = self.chance
        price, quantity = Decimal(chance.choice((self.prices[index], *_PRICES))), self._quantity()
        amount = (Decimal(quantity) * price).quantize(Decimal("0.01"))
        place: dict[str, Any] = {"n": index + 1, "po_line": index + 1}
        if chance.random() < 0.2:
            place["tax"] = chance.choice(_TAX_RATES)
        return {**place, "qty": quantity, "uom": "EA", "amount": str(amount)}
