"""The laws of matching, on random sets of documents (S10).

A failing example is printed with the seed that repeats it (`--hypothesis-seed`). Each law runs on
200 sets of documents; `DOCKMATCH_LAWS=5000` runs it on so many. How many there were is printed.
"""

import datetime as dt
import os
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice, permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from matcher.assess import assess
from matcher.audit import is_sound, recorded_rules
from matcher.entries import (
    ClaimLine,
    CreditMemo,
    Fact,
    Goods,
    Invoice,
    Order,
    PayTerms,
    Receipt,
    Release,
    TaxAmount,
)
from matcher.policy import policy_of
from matcher.result import Reconciliation
from matcher.short import short_facts

AS_OF = dt.date(2026, 6, 30)
START = dt.date(2026, 5, 1)
SETS = int(os.environ.get("DOCKMATCH_LAWS", "200"))
MANY = settings(max_examples=SETS, deadline=None, derandomize=False, print_blob=True)
FEW = settings(max_examples=max(1, SETS // 10), deadline=None, print_blob=True)
MOST_PERMUTED = 6
COUNTS: Counter[str] = Counter()
PRICES = ("1.00", "2.50", "0.40", "12.00", "3.333")
ORDER = "4711"

quantities = st.integers(1, 60)
days = st.integers(0, 40)


def day(offset: int) -> str:
    return (START + dt.timedelta(days=offset)).isoformat()


@st.composite
def order_lines(draw: st.DrawFn, number: int) -> dict[str, Any]:
    return {
        "n": number,
        "qty": str(draw(quantities)),
        "uom": "EA",
        "price": draw(st.sampled_from(PRICES)),
        "way": draw(st.sampled_from((2, 3, 3, 4))),
        "vendor_part": f"P-{number}",
        "cancelled": draw(st.sampled_from((False,) * 9 + (True,))),
    }


@st.composite
def goods(draw: st.DrawFn, count: int, index: int) -> dict[str, Any]:
    line = draw(st.integers(1, count))
    kind = draw(st.sampled_from(("receipt", "receipt", "receipt", "return", "inspection")))
    body: dict[str, Any] = {"po_line": line, "qty": str(draw(quantities))}
    if kind == "receipt":
        body["final"] = draw(st.sampled_from((False, False, False, True)))
    elif kind == "return":
        body["for"] = draw(st.sampled_from(("credit", "replacement")))
    else:
        accepted, rejected = draw(quantities), draw(st.integers(0, 5))
        body |= {"accepted": str(accepted), "rejected": str(rejected)}
    return {
        "type": kind,
        "id": f"G{index}",
        "po": ORDER,
        "date": day(draw(days)),
        "lines": [body],
    }


@st.composite
def claims(draw: st.DrawFn, lines: list[dict[str, Any]], index: int) -> dict[str, Any]:
    billed = []
    for ordered in draw(st.lists(st.sampled_from(lines), min_size=1, max_size=3)):
        price = draw(st.sampled_from((ordered["price"], ordered["price"], *PRICES)))
        quantity = draw(quantities)
        amount = (quantity * Decimal(price)).quantize(Decimal("0.01"))
        billed.append(
            {
                "n": len(billed) + 1,
                "qty": str(quantity),
                "uom": "EA",
                "price": price,
                "amount": str(amount),
                "po_line": ordered["n"],
            }
        )
    kind = draw(st.sampled_from(("invoice", "invoice", "invoice", "credit_memo")))
    net = sum((Decimal(line["amount"]) for line in billed), Decimal(0))
    freight = draw(st.sampled_from((None, None, "7.00")))
    claim: dict[str, Any] = {
        "type": kind,
        "id": f"D{index}",
        "number": f"{chr(65 + index)}{index * 137 + 100}",
        "supplier": "S",
        "date": day(draw(days)),
        "currency": "USD",
        "po": ORDER,
        "total": str(net + Decimal(freight or 0)),
        "lines": billed,
    }
    if freight:
        claim["charges"] = [{"type": "freight", "amount": freight}]
    return claim


@st.composite
def documents(draw: st.DrawFn, most_claims: int = 4) -> list[Fact]:
    count = draw(st.integers(1, 3))
    lines = [draw(order_lines(number)) for number in range(1, count + 1)]
    order = {
        "type": "po",
        "id": "PO",
        "number": ORDER,
        "rev": 1,
        "supplier": "S",
        "date": day(0),
        "currency": "USD",
        "status": draw(st.sampled_from(("open",) * 8 + ("closed", "cancelled"))),
        "charges": [{"type": "freight", "amount": "10.00"}],
        "lines": lines,
    }
    if draw(st.booleans()):
        order["limit"] = str(draw(st.integers(50, 400)))
    arrivals = [draw(goods(count, index)) for index in range(draw(st.integers(0, 5)))]
    claimed = [draw(claims(lines, index)) for index in range(draw(st.integers(1, most_claims)))]
    return short_facts([order, *arrivals, *claimed])


policies = st.fixed_dictionaries(
    {
        "qty": st.sampled_from(({}, {"ordered_pct": "5"}, {"received_pct": "3"})),
        "price": st.sampled_from(
            ({}, {"over_pct": "10"}, {"over_pct": "10", "cap_abs": "4"}, {"floor_abs": "2"})
        ),
    }
)


@pytest.fixture(autouse=True, scope="module")
def counted(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    plugins = request.config.pluginmanager
    terminal = plugins.get_plugin("terminalreporter")
    capture = plugins.get_plugin("capturemanager")
    told = ", ".join(f"{law} {count}" for law, count in sorted(COUNTS.items()))
    if terminal and capture:
        with capture.global_and_fixture_disabled():
            terminal.write_line(f"\nassessments for each law: {told}")


@pytest.fixture(autouse=True)
def law(request: pytest.FixtureRequest) -> Iterator[None]:
    COUNTS["now"] = 0
    yield
    COUNTS[request.node.name.removeprefix("test_")] = COUNTS.pop("now")


def judged(facts: list[Fact], policy: dict[str, Any] | None = None) -> list[Reconciliation]:
    COUNTS["now"] += 1
    return assess(facts, policy_of(policy or {}), AS_OF)


def approved(results: list[Reconciliation]) -> Decimal:
    return sum((one.approved for one in results), Decimal(0))


@MANY
@given(documents(), policies, st.randoms(use_true_random=False))
def test_the_order_of_arrival_is_immaterial(
    facts: list[Fact], policy: dict[str, Any], random: Any
) -> None:
    expected = judged(facts, policy)
    for _ in range(4):
        assert judged(random.sample(facts, len(facts)), policy) == expected


@FEW
@given(documents(most_claims=3), policies)
def test_every_order_of_up_to_six_documents_is_immaterial(
    facts: list[Fact], policy: dict[str, Any]
) -> None:
    chosen = [*facts[:1], *facts[:0:-1]][:MOST_PERMUTED]
    expected = judged(chosen, policy)
    for order in islice(permutations(chosen), 1, None):
        assert judged(list(order), policy) == expected


@MANY
@given(documents(), policies)
def test_the_same_facts_again_change_nothing(facts: list[Fact], policy: dict[str, Any]) -> None:
    assert judged(facts + facts[::-1], policy) == judged(facts, policy)


@MANY
@given(documents(), policies)
def test_the_three_buckets_make_the_total(facts: list[Fact], policy: dict[str, Any]) -> None:
    totals = {fact.id: fact.total for fact in facts if hasattr(fact, "total")}
    for one in judged(facts, policy):
        sign = -1 if one.type == "credit_memo" else 1
        assert one.approved + one.pending + one.disputed == sign * totals[one.invoice.id]
        for line, billed in zip(one.lines, _billed(facts, one.invoice.id), strict=True):
            assert line.approved + line.pending + line.disputed == sign * billed


def _billed(facts: list[Fact], claim: str) -> list[Decimal]:
    found = next(fact for fact in facts if fact.id == claim)
    return [line.amount or Decimal(0) for line in getattr(found, "lines", ())]


@st.composite
def disturbed(draw: st.DrawFn) -> list[Fact]:
    """Documents in which sums are wrong, copies arrive, money was paid early, and terms differ."""
    facts = [_disturbed(draw, fact) for fact in draw(documents())]
    invoices = [fact for fact in facts if isinstance(fact, Invoice)]
    for fact in invoices:
        if draw(st.booleans()):
            number = draw(st.sampled_from((fact.number, f"INV {fact.number}", f"{fact.number}1")))
            facts.append(structs.replace(fact, id=f"{fact.id}-again", number=number))
        if draw(st.booleans()):
            amount = Decimal(draw(st.integers(1, 90)))
            facts.append(Release(id=f"PAY-{fact.id}", invoice=fact.id, line="1", amount=amount))
    return facts


def _disturbed(draw: st.DrawFn, fact: Fact) -> Fact:
    if isinstance(fact, Order):
        return structs.replace(fact, terms=draw(terms))
    if not isinstance(fact, Invoice | CreditMemo):
        return fact
    off = draw(st.sampled_from(("0", "0.04", "-0.04", "3", "-3", "-70")))
    lines = tuple(_misread(draw, line) for line in fact.lines)
    if isinstance(fact, CreditMemo) and draw(st.booleans()):
        lines = tuple(structs.replace(line, kind="price") for line in lines)
    fact = structs.replace(fact, total=(fact.total or 0) + Decimal(off), lines=lines)
    if draw(st.booleans()):
        fact = structs.replace(fact, taxes=(TaxAmount(rate=Decimal("0.1"), amount=Decimal(3)),))
    return structs.replace(fact, terms=draw(terms))


def _misread(draw: st.DrawFn, line: ClaimLine) -> ClaimLine:
    amount = (line.amount or Decimal(0)) + Decimal(draw(st.sampled_from(("0", "0", "5", "-0.5"))))
    return structs.replace(line, amount=amount)


terms = st.none() | st.builds(
    PayTerms,
    net_days=st.none() | st.integers(0, 90),
    percent=st.none() | st.sampled_from((Decimal(2), Decimal("1.5"))),
    days=st.none() | st.integers(0, 30),
    end_of_month=st.booleans(),
)


def test_every_recorded_calculation_can_be_made_again() -> None:
    found: Counter[str] = Counter()

    @MANY
    @given(disturbed(), policies)
    def on_each_set(facts: list[Fact], policy: dict[str, Any]) -> None:
        workings = [working for one in judged(facts, policy) for working in one.workings]
        found.update(working.rule for working in workings)
        assert all(is_sound(working) for working in workings)

    on_each_set()
    assert set(found) == recorded_rules()


@MANY
@given(documents(), policies)
def test_no_bucket_of_an_invoice_is_negative(facts: list[Fact], policy: dict[str, Any]) -> None:
    for one in judged(facts, policy):
        sign = -1 if one.type == "credit_memo" else 1
        amounts = (one.approved, one.pending, one.disputed)
        assert all(sign * amount >= 0 for amount in amounts)


@MANY
@given(documents())
def test_the_ceiling_holds(facts: list[Fact]) -> None:
    """With every claim at the order's price, approved money is approved quantity x price."""
    order = next(fact for fact in facts if isinstance(fact, Order))
    priced = [_at_order_price(fact, order) for fact in facts]
    money: dict[str | None, Decimal] = {}
    for one in judged(priced):
        for line in one.lines:
            key = line.order.line if line.order else None
            money[key] = money.get(key, Decimal(0)) + line.approved
    for line in order.lines:
        assert money.get(line.number, Decimal(0)) <= _ceiling(line, facts, order) + _cents(priced)


def _cents(facts: list[Fact]) -> Decimal:
    """Rounding: at most half a cent for each claim line, on prices with three decimals."""
    return Decimal("0.01") * sum(len(getattr(fact, "lines", ())) for fact in facts)


def _at_order_price(fact: Fact, order: Order) -> Fact:
    if not isinstance(fact, Invoice):
        return fact if isinstance(fact, Order | Goods) else structs.replace(fact, lines=())
    prices = {line.number: line.price for line in order.lines}
    lines = tuple(_repriced(line, prices[line.po_line or ""]) for line in fact.lines)
    return structs.replace(fact, lines=lines, total=None)


def _repriced(line: ClaimLine, price: Decimal | None) -> ClaimLine:
    return structs.replace(line, price=price, amount=None)


def _ceiling(line: Any, facts: list[Fact], order: Order) -> Decimal:
    def total(kind: type, measure: Callable[[Any], Decimal]) -> Decimal:
        found = (
            one
            for fact in facts
            if isinstance(fact, kind)
            for one in getattr(fact, "lines", ())
            if one.po_line == line.number
        )
        return sum((measure(one) for one in found), Decimal(0))

    received = total(Receipt, lambda one: one.quantity or Decimal(0))
    accepted = total(Goods, lambda one: one.accepted or Decimal(0))
    limits = [line.quantity, *([received] if line.way > 2 else [])]
    limits += [accepted] if line.way == 4 else []
    if order.status == "closed":
        return Decimal(0)
    return Decimal(min(limits) * line.price)


@MANY
@given(documents(most_claims=3), policies, st.data())
def test_splitting_an_invoice_changes_no_total(
    facts: list[Fact], policy: dict[str, Any], data: st.DataObject
) -> None:
    invoices = [
        fact
        for fact in facts
        if isinstance(fact, Invoice) and not fact.charges and len(fact.lines) == 1
    ]
    facts = [fact for fact in facts if not isinstance(fact, Invoice) or fact in invoices]
    if not invoices:
        return
    chosen = data.draw(st.sampled_from(invoices))
    facts = [fact for fact in facts if not _is_dearer(fact, chosen)]
    quantity = int(chosen.lines[0].quantity or 0)
    share = data.draw(st.integers(0, quantity))
    parts = [
        _part(chosen, "1", Decimal(share)),
        _part(chosen, "2", Decimal(quantity - share)),
    ]
    others = [fact for fact in facts if fact is not chosen]
    whole = [*others, structs.replace(chosen, date=AS_OF)]
    split = [*others, *(part for part in parts if part.lines[0].quantity)]
    gap = abs(approved(judged(split, policy)) - approved(judged(whole, policy)))
    assert gap <= Decimal("0.01")  # one minor unit for the added line


def _is_dearer(fact: Fact, invoice: Invoice) -> bool:
    """Whether a credit gives more for a unit than was billed: the law does not claim these."""
    return isinstance(fact, CreditMemo) and any(
        (line.price or 0) > (invoice.lines[0].price or 0) for line in fact.lines
    )


def _part(invoice: Invoice, mark: str, quantity: Decimal) -> Invoice:
    line = structs.replace(invoice.lines[0], quantity=quantity, amount=None)
    number = f"{invoice.number}X{mark}"
    return structs.replace(
        invoice, id=f"{invoice.id}.{mark}", number=number, date=AS_OF, total=None, lines=(line,)
    )


@MANY
@given(documents(), policies, quantities, st.integers(1, 3))
def test_one_more_receipt_never_lowers_what_is_approved(
    facts: list[Fact], policy: dict[str, Any], quantity: int, line: int
) -> None:
    order = next(fact for fact in facts if isinstance(fact, Order))
    simple = structs.replace(
        order, lines=tuple(structs.replace(one, way=min(one.way or 3, 3)) for one in order.lines)
    )
    facts = [simple if fact is order else fact for fact in facts]
    more = short_facts(
        [
            {
                "type": "receipt",
                "id": "MORE",
                "po": ORDER,
                "date": day(3),
                "lines": [{"po_line": min(line, len(order.lines)), "qty": str(quantity)}],
            }
        ]
    )
    assert approved(judged([*facts, *more], policy)) >= approved(judged(facts, policy))


@MANY
@given(documents(), policies)
def test_an_older_revision_changes_nothing(facts: list[Fact], policy: dict[str, Any]) -> None:
    order = next(fact for fact in facts if isinstance(fact, Order))
    older = structs.replace(
        order,
        id="OLD",
        revision=0,
        status="open",
        lines=tuple(structs.replace(line, price=Decimal(9)) for line in order.lines),
    )
    assert judged([older, *facts], policy) == judged(facts, policy)


@MANY
@given(documents())
def test_without_a_price_nothing_is_approved(facts: list[Fact]) -> None:
    order = next(fact for fact in facts if isinstance(fact, Order))
    bare = structs.replace(
        order, lines=tuple(structs.replace(line, price=None) for line in order.lines)
    )
    results = judged([bare if fact is order else fact for fact in facts])
    assert all(one.approved <= 0 for one in results)


@MANY
@given(documents())
def test_without_receipts_three_ways_approve_nothing(facts: list[Fact]) -> None:
    order = next(fact for fact in facts if isinstance(fact, Order))
    strict = structs.replace(
        order, lines=tuple(structs.replace(line, way=3) for line in order.lines)
    )
    bare = [strict if fact is order else fact for fact in facts if not isinstance(fact, Receipt)]
    invoices = [fact for fact in bare if not hasattr(fact, "total") or isinstance(fact, Invoice)]
    assert all(one.approved == 0 for one in judged(invoices))
