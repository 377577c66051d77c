"""How fast matching is: one arriving invoice, and a whole batch, on one core.

`one_invoice_ms` judges the case of one order, its receipt and its invoice, ten lines each, from
facts to reconciliation, once among 1,000 such cases and picked in turn, so that nothing is warm.
`lines_per_s` judges 2,000 cases at once, a tenth of them with a variance; `growth` is how much more
a line of 4,000 cases costs than one of 1,000: 1 where cost is linear. The floor does the arithmetic
that no matcher can leave out (quantity x price for order and invoice, rounded and compared), line
by line.
"""

import datetime as dt
import gc
import random
import statistics
import time
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from benchmarks.measure import report
from matcher.assess import assess
from matcher.entries import ClaimLine, Fact, GoodsLine, Invoice, Order, OrderLine, Receipt
from matcher.policy import policy_of
from matcher.result import Reconciliation

CASES, BATCH, SMALL, LARGE, LINES, SEED = 1_000, 2_000, 1_000, 4_000, 10, 11
AS_OF = dt.date(2026, 7, 1)
POLICY = policy_of({"price": {"over_pct": "2"}})
_CENT = Decimal("0.01")
_VARIANCE_SHARE = 0.1


def main() -> None:
    """Measure one case at a time, a batch, and how cost grows."""
    cases = [_case(number) for number in range(CASES)]
    gc.collect()
    floor = statistics.median(_seconds(_floor, case) for case in cases) * 1e3
    value = statistics.median(_seconds(_judge, case) for case in cases) * 1e3
    report("match.one_invoice_ms", value=value, unit="ms", floor=floor)
    batch = _facts(BATCH)
    lines = BATCH * LINES
    floor = lines / min(_seconds(_floor, batch) for _ in range(3))
    value = lines / min(_seconds(_judge, batch) for _ in range(3))
    report("match.lines_per_s", value=value, unit="lines/s", floor=floor)
    small = _seconds(_judge, _facts(SMALL)) / SMALL
    large = _seconds(_judge, _facts(LARGE)) / LARGE
    report("match.growth", value=large / small, unit="times", floor=1.0)


def _seconds(work: Callable[[list[Fact]], object], facts: list[Fact]) -> float:
    begin = time.process_time()
    work(facts)
    return time.process_time() - begin


def _judge(facts: list[Fact]) -> list[Reconciliation]:
    return assess(facts, POLICY, AS_OF)


def _floor(facts: list[Fact]) -> int:
    """Extend and round every order and invoice line; return how many differ."""
    differ = 0
    prices = {
        (fact.number, line.number): line.price or _CENT
        for fact in facts
        if isinstance(fact, Order)
        for line in fact.lines
    }
    for fact in facts:
        for line in fact.lines if isinstance(fact, Invoice) else ():
            quantity, price = line.quantity or _CENT, line.price or _CENT
            billed = (quantity * price).quantize(_CENT, ROUND_HALF_UP)
            ordered = quantity * prices[fact.order or "", line.number]
            differ += billed != ordered.quantize(_CENT, ROUND_HALF_UP)
    return differ


def _facts(cases: int) -> list[Fact]:
    return [fact for number in range(cases) for fact in _case(number)]


def _case(number: int) -> list[Fact]:
    """Return an order, its receipt and its invoice; a line in ten is billed too dear."""
    chance = random.Random(SEED * 1_000_003 + number)  # noqa: S311 - the same facts in each run
    order = f"46{number:07}"
    ordered, came, billed = [], [], []
    for line in range(1, LINES + 1):
        quantity, price = Decimal(chance.randint(1, 400)), Decimal(chance.randint(50, 99_999)) / 100
        part, name = f"NW-{chance.randint(0, 10**6):06}", str(line)
        dear = chance.random() < _VARIANCE_SHARE
        asked = price * 2 if dear else price
        ordered.append(
            OrderLine(number=name, quantity=quantity, uom="EA", price=price, vendor_part=part)
        )
        came.append(GoodsLine(po_line=name, quantity=quantity, uom="EA"))
        billed.append(
            ClaimLine(
                number=name,
                po_line=name,
                quantity=quantity,
                uom="EA",
                price=asked,
                amount=(quantity * asked).quantize(_CENT, ROUND_HALF_UP),
                vendor_part=part,
            )
        )
    date = dt.date(2026, 6, 1)
    return [
        Order(id=f"po{number}", number=order, revision=1, currency="USD", date=date,
              lines=tuple(ordered)),
        Receipt(id=f"gr{number}", po=order, date=date, lines=tuple(came)),
        Invoice(id=f"in{number}", number=f"N{number:07}", currency="USD", date=date, order=order,
                sender="NORTHWIND", lines=tuple(billed)),
    ]  # fmt: skip
