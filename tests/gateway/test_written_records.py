"""Whatever a record says that its format has a place for reads back from what was written.

Others read it as well: pyx12 finds the same segments and nothing wrong with envelopes, counts and
levels, and pydifact finds the same messages and validates them.
"""

import datetime as dt
import io
import string
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec import Struct, structs
from pydifact.segmentcollection import Interchange
from pyx12.x12file import X12Reader

from gateway.formats import read_documents
from gateway.writing import write_records
from mappers.canonical import (
    Accounting,
    Acknowledgment,
    AcknowledgmentError,
    AcknowledgmentOf,
    Address,
    Adjustment,
    BankAccount,
    Carrier,
    DocumentRef,
    ElementFault,
    Freight,
    GroupResult,
    Invoice,
    InvoiceLine,
    Item,
    OrderLine,
    OrderRef,
    OrderResponse,
    Other,
    Package,
    Party,
    Payment,
    PaymentAdjustment,
    PaymentLine,
    PriceBasis,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    ResponseLine,
    Schedule,
    SegmentFault,
    SetCounts,
    SetResult,
    Source,
    Tax,
    Terms,
    Totals,
)
from mappers.writing import Outgoing
from parsers.edifact.read import documents as edifact_documents
from parsers.x12.read import documents as x12_documents

OUTGOING = Outgoing(
    identifier="1@test",
    sent_at=dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC),
    sender={"ZZ": "NORTHWIND"},
    receiver={"duns": "123456789"},
)
LETTERS = string.ascii_letters + string.digits
SIGNS = LETTERS + "*~>:^|+'?!/-.,&<\"éßЖ"
ECHOED = {
    "AAK",
    "BM",
    "CN",
    "CT",
    "IV",
    "L1",
    "LT",
    "OI",
    "ON",
    "PK",
    "PL",
    "PO",
    "SE",
    "answer",
    "change",
}
"""References that repeat a field of its own, or hold the notes."""

# What any of these formats has room for: short words, figures of fifteen digits, days.

word = st.text(SIGNS, min_size=2, max_size=12)
words = st.lists(word, min_size=1, max_size=4).map(" ".join)
line_of_words = st.lists(word, min_size=1, max_size=2).map(" ".join)
code = st.text(LETTERS, min_size=2, max_size=17)
quantity = st.decimals(0, 10**8, places=3, allow_nan=False).filter(bool)
price = st.decimals(0, 10**6, places=4, allow_nan=False).filter(bool)
amount = st.decimals(1, 10**9, places=2, allow_nan=False)
percent = st.decimals(Decimal("0.1"), 99, places=1, allow_nan=False)
day = st.dates(dt.date(2000, 1, 1), dt.date(2049, 12, 31))
unit = st.sampled_from(["EA", "CA", "LB", "KG"])


def moment() -> st.SearchStrategy[str]:
    clock = st.times().map(lambda one: one.replace(microsecond=0, tzinfo=None).isoformat())
    both = st.tuples(day, clock).map(lambda pair: f"{pair[0].isoformat()}T{pair[1]}")
    return both | day.map(dt.date.isoformat)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def few(strategy: st.SearchStrategy[Any], least: int = 0) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, min_size=least, max_size=3).map(tuple)


def of(record: type[Struct], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(record, **fields)


def references(*qualifiers: str) -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(st.sampled_from(qualifiers), word, max_size=2)


def parties(*schemes: str) -> st.SearchStrategy[Party]:
    ids = st.tuples(st.sampled_from(schemes), code.filter(lambda one: len(one) > 2))
    address = of(
        Address,
        street=st.lists(line_of_words, max_size=4).map(tuple),
        city=line_of_words,
        region=maybe(st.sampled_from(["OH", "PA"])),
        postal_code=maybe(st.sampled_from(["44971", "SW1A 1AA"])),
        country=maybe(st.sampled_from(["US", "DE"])),
    )
    return of(
        Party,
        name=st.lists(word, min_size=1, max_size=6).map(" ".join),
        ids=maybe(ids).map(lambda pair: dict([pair]) if pair else {}),
        tax_id=maybe(code),
        address=maybe(address),
        email=maybe(st.just("dana@example.com")),
        phone=maybe(st.just("+1 330 5550164")),
        contact=maybe(line_of_words),
    )


X12_PARTY = parties("duns", "assigned_by_buyer", "gln", "mutually_defined", "93")
EDIFACT_PARTY = parties("duns", "assigned_by_buyer", "gln", "mutually_defined")
GTIN = st.integers(1, 9).flatmap(
    lambda first: st.sampled_from([11, 12, 13]).flatmap(
        lambda rest: st.text(string.digits, min_size=rest, max_size=rest).map(
            lambda digits: f"{first}{digits}"
        )
    )
)


def items(*others: str, **more: st.SearchStrategy[Any]) -> st.SearchStrategy[Item]:
    return of(
        Item,
        buyer_part=maybe(code),
        supplier_part=maybe(code),
        manufacturer_part=maybe(code),
        gtin=maybe(GTIN),
        description=maybe(st.lists(word, min_size=1, max_size=20).map(" ".join)),
        other_ids=st.dictionaries(st.sampled_from(others), code, max_size=2),
        **more,
    ).filter(lambda item: item != Item())


X12_ITEM = items("CG", "ZZ", "F2", manufacturer=maybe(code))
EDIFACT_ITEM = items("HS", "ZZZ")
X12_TERMS = of(
    Terms,
    discount_percent=percent,
    discount_days=st.integers(1, 99),
    net_days=st.integers(1, 365),
    discount_amount=maybe(amount.filter(lambda one: one < 10**8)),
    text=maybe(words),
) | of(Terms, net_date=day)
EDIFACT_TERMS = (
    of(Terms, discount_percent=percent, discount_days=st.integers(1, 99))
    | of(Terms, net_days=st.integers(1, 365), text=maybe(line_of_words))
    | of(Terms, net_date=day)
)
X12_ADJUSTMENT = of(
    Adjustment,
    type=st.sampled_from(["allowance", "charge"]),
    code=st.sampled_from(["D240", "F340"]),
    reason=maybe(words),
    amount=amount,
    handling=maybe(st.just("06")),
)
EDIFACT_ADJUSTMENT = of(
    Adjustment,
    type=st.sampled_from(["allowance", "charge"]),
    code=maybe(st.sampled_from(["FC", "DI"])),
    reason=maybe(word),
    amount=maybe(amount),
    percent=maybe(percent),
)
X12_TAX = of(Tax, type=st.sampled_from(["ST", "GS"]), rate=maybe(percent), amount=amount)
EDIFACT_TAX = of(
    Tax,
    type=st.just("VAT"),
    rate=maybe(percent),
    amount=amount,
    taxable=maybe(amount),
)
X12_SCHEDULES = few(of(Schedule, quantity=quantity, uom=unit, date=day)) | few(
    of(
        Schedule,
        quantity=quantity,
        uom=st.just("EA"),
        ship_to=code.map(lambda store: Party(ids={"assigned_by_buyer": store})),
    )
)
X12_SPLITS = few(
    st.dictionaries(st.sampled_from(["1A", "A2"]), word, min_size=1).map(
        lambda segments: Accounting(segments=segments)
    )
)
X12_BASIS = st.sampled_from([100, 1000]).map(lambda many: PriceBasis(quantity=Decimal(many)))
EDIFACT_BASIS = of(PriceBasis, quantity=st.integers(1, 1000).map(Decimal), uom=maybe(unit))
X12_FIELDS = references("DP", "IA", "ZZ")
EDIFACT_FIELDS = references("VN", "CR", "ZZZ")

X12_ORDER_LINE = of(
    OrderLine,
    number=maybe(st.integers(1, 999).map(str)),
    item=maybe(X12_ITEM),
    quantity=quantity,
    uom=unit,
    unit_price=price,
    price_basis=maybe(X12_BASIS),
    amount=maybe(amount),
    requested_date=maybe(day),
    schedules=X12_SCHEDULES,
    adjustments=few(X12_ADJUSTMENT),
    taxes=few(X12_TAX),
    fields=X12_FIELDS,
    notes=few(words),
)
X12_HEAD: dict[str, st.SearchStrategy[Any]] = {
    "number": code,
    "type": st.sampled_from(["standard", "blanket", "release"]),
    "release": maybe(code),
    "date": day,
    "contract": maybe(code),
    "currency": maybe(st.just("USD")),
    "buyer": maybe(X12_PARTY),
    "supplier": maybe(X12_PARTY),
    "ship_to": maybe(X12_PARTY),
    "bill_to": maybe(X12_PARTY),
    "requested_date": maybe(day),
    "cancel_after": maybe(day),
    "freight": maybe(
        of(Freight, terms=st.just("PP"), carrier=maybe(line_of_words), scac=maybe(st.just("ODFL")))
    ),
    "terms": few(X12_TERMS),
    "adjustments": few(X12_ADJUSTMENT),
    "taxes": few(X12_TAX),
    "total": maybe(amount),
    "fields": X12_FIELDS,
    "notes": few(words),
}
EDIFACT_ORDER_LINE = of(
    OrderLine,
    number=st.integers(1, 999).map(str),
    item=maybe(EDIFACT_ITEM),
    quantity=quantity,
    uom=maybe(unit),
    unit_price=price,
    price_basis=maybe(EDIFACT_BASIS),
    amount=maybe(amount),
    requested_date=maybe(day),
    adjustments=few(EDIFACT_ADJUSTMENT),
    taxes=few(EDIFACT_TAX),
    fields=EDIFACT_FIELDS,
    notes=few(words),
)
EDIFACT_HEAD: dict[str, st.SearchStrategy[Any]] = {
    "number": code,
    "type": st.sampled_from(["standard", "blanket", "release"]),
    "date": day,
    "contract": maybe(code),
    "currency": maybe(st.just("EUR")),
    "buyer": maybe(EDIFACT_PARTY),
    "supplier": maybe(EDIFACT_PARTY),
    "ship_to": maybe(EDIFACT_PARTY),
    "bill_to": maybe(EDIFACT_PARTY),
    "requested_date": maybe(day),
    "cancel_after": maybe(day),
    "terms": few(EDIFACT_TERMS),
    "adjustments": few(EDIFACT_ADJUSTMENT),
    "taxes": few(EDIFACT_TAX),
    "freight": maybe(of(Freight, terms=st.just("PP"), carrier=maybe(word))),
    "total": maybe(amount),
    "fields": EDIFACT_FIELDS,
    "notes": few(words),
}
ANY_OPERATION = st.sampled_from(["new", "cancel", "change"])
CHANGED = st.sampled_from(["change", "cancel"])


X12_ANSWER = of(
    ResponseLine,
    order_line=st.integers(1, 999).map(str),
    status=st.sampled_from(["accepted", "changed", "rejected", "backordered"]),
    quantity=quantity,
    uom=unit,
    unit_price=maybe(price),
    promised_date=maybe(day),
    item=maybe(X12_ITEM),
)
X12_ANSWERED: dict[str, st.SearchStrategy[Any]] = {
    "order": of(OrderRef, number=code, date=day, release=maybe(code)),
    "date": maybe(day),
    "status": st.sampled_from(["accepted", "accepted_with_changes", "rejected"]),
    "fields": X12_FIELDS,
    "notes": few(words),
}
EDIFACT_ANSWER = of(
    ResponseLine,
    order_line=st.integers(1, 999).map(str),
    status=st.sampled_from(["accepted", "changed", "rejected"]),
    quantity=quantity,
    uom=maybe(unit),
    unit_price=maybe(price),
    promised_date=maybe(day),
    item=maybe(EDIFACT_ITEM),
)


@st.composite
def shipments(
    draw: st.DrawFn,
    line: st.SearchStrategy[ReceiptLine],
    *,
    nested: bool,
    **head: st.SearchStrategy[Any],
) -> Receipt:
    """A ship notice whose packages and lines stand in the order of their levels."""
    marks = draw(st.lists(st.integers(10**17, 10**18 - 1).map(str), unique=True, max_size=4))
    packages: list[Package] = []
    for mark in marks:
        outer = [one.id for one in packages if one.parent is None]
        parent = draw(st.sampled_from([None, *outer])) if nested and outer else None
        packages.append(Package(id=mark, parent=parent, type=draw(maybe(st.just("CTN25")))))
    lines = [
        structs.replace(
            draw(line), packages=draw(st.sampled_from([(), *((one,) for one in marks)]))
        )
        for _ in range(draw(st.integers(1, 4)))
    ]
    fields = {name: draw(strategy) for name, strategy in head.items()}
    return Receipt(
        evidence="shipped", type="delivery", packages=tuple(packages), lines=tuple(lines), **fields
    )


def shipped(
    item: st.SearchStrategy[Item], fields: Any, order: Any, **more: st.SearchStrategy[Any]
) -> Any:
    return of(
        ReceiptLine,
        number=maybe(st.integers(1, 999).map(str)),
        order=maybe(order),
        lots=st.lists(code, unique=True, max_size=2).map(tuple),
        serials=few(code),
        **more,
        item=maybe(item),
        quantity=quantity,
        uom=unit,
        fields=fields,
    )


def received(item: Any, fields: Any, order: Any) -> Any:
    """Lines of an 861: what is rejected has its reason there, 01 for damage."""
    whole = shipped(item, fields, order, reason=maybe(st.just("02")))
    return whole | shipped(item, fields, order, rejected=quantity, reason=st.just("01"))


seven = st.just("7")
EDIFACT_ORDERED = of(OrderRef, number=code, date=maybe(day), line=maybe(seven))
X12_TRAVEL: dict[str, st.SearchStrategy[Any]] = {
    "number": code,
    "operation": ANY_OPERATION,
    "date": day,
    "shipped_at": maybe(moment()),
    "delivered_at": maybe(moment()),
    "supplier": maybe(X12_PARTY),
    "buyer": maybe(X12_PARTY),
    "ship_from": maybe(X12_PARTY),
    "ship_to": maybe(X12_PARTY),
    "carrier": maybe(
        of(Carrier, name=maybe(line_of_words), scac=st.just("ODFL"), mode=maybe(st.just("M")))
    ),
    "tracking": st.lists(code, unique=True, max_size=3).map(tuple),
    "bill_of_lading": maybe(code),
    "packing_slip": maybe(code),
    "fields": X12_FIELDS,
}
EDIFACT_TRAVEL = X12_TRAVEL | {
    "supplier": maybe(EDIFACT_PARTY),
    "buyer": maybe(EDIFACT_PARTY),
    "ship_from": maybe(EDIFACT_PARTY),
    "ship_to": maybe(EDIFACT_PARTY),
    "carrier": maybe(
        of(Carrier, name=word, scac=maybe(st.just("ODFL")), mode=maybe(st.just("30")))
    ),
    "fields": EDIFACT_FIELDS,
}


def invoices(line: Any, **head: st.SearchStrategy[Any]) -> Any:
    return of(
        Invoice,
        number=code,
        type=st.sampled_from(["invoice", "debit_memo", "credit_memo"]),
        date=day,
        lines=few(line),
        **head,
    ).map(settled)


def settled(invoice: Invoice) -> Invoice:
    """An invoice that names the orders of its lines, and what it credits only as a credit."""
    named = [line.order.number for line in invoice.lines if line.order and line.order.number]
    orders = tuple(dict.fromkeys((*invoice.orders, *named)))
    original = invoice.original if invoice.type == "credit_memo" else None
    return structs.replace(invoice, orders=orders, original=original)


def billed(item: Any, order: Any, **more: Any) -> Any:
    return of(
        InvoiceLine,
        number=st.integers(1, 999).map(str),
        order=maybe(order),
        receipt=maybe(code),
        item=maybe(item),
        quantity=quantity,
        uom=unit,
        unit_price=price,
        **more,
    )


def payments(party: Any, account: Any, adjustment: Any, kinds: list[str], **more: Any) -> Any:
    fields = more.pop("fields", st.just({}))
    line = of(
        PaymentLine,
        invoice=code,
        type=st.sampled_from(kinds),
        date=maybe(day),
        order=maybe(of(OrderRef, number=code)),
        gross=maybe(amount),
        discount=maybe(amount),
        paid=amount,
        adjustments=few(adjustment),
        fields=fields,
    )
    return of(
        Payment,
        number=code,
        date=day,
        currency=maybe(st.just("USD")),
        amount=amount,
        payer=maybe(party),
        payee=maybe(party),
        payer_account=maybe(account),
        payee_account=maybe(account),
        lines=few(line),
        notes=few(words),
        **more,
    )


X12_CORRECTION = of(
    PaymentAdjustment,
    amount=amount,
    code=st.just("01"),
    reason=maybe(words),
    reference=maybe(code),
)
EDIFACT_CORRECTION = of(
    PaymentAdjustment, amount=amount, code=st.just("01"), reason=maybe(words), reference=maybe(code)
)
ACCOUNT = st.text(string.digits, min_size=9, max_size=9)


@st.composite
def verdicts(draw: st.DrawFn) -> Acknowledgment:
    """An 824: every fault says which document it is in."""
    number = draw(code)
    fault = of(
        AcknowledgmentError,
        at=st.just(f"document {number}, segment REF, position 4"),
        code=st.just("011"),
        text=words,
    )
    status = st.sampled_from(["accepted", "accepted_with_errors", "rejected"])
    return Acknowledgment(
        of=AcknowledgmentOf(group=draw(maybe(st.just("17"))), number=number),
        status=draw(status),
        errors=draw(few(fault)),
    )


PLACE = st.integers(1, 99).map(str)
NAME = st.text(string.ascii_uppercase, min_size=2, max_size=3)
NUMBER = st.text(string.digits, min_size=4, max_size=9)
ACCEPTING = st.sampled_from(["accepted", "accepted_with_errors"])
X12_FAULT = of(
    SegmentFault,
    segment=NAME,
    position=PLACE,
    loop=maybe(st.just("N1")),
    code=st.sampled_from(["1", "3", "8"]),
    elements=few(
        of(
            ElementFault,
            element=PLACE,
            component=maybe(st.sampled_from("123")),
            reference=maybe(st.just("355")),
            code=st.sampled_from(["1", "7", "12"]),
            value=maybe(word),
        )
    ),
)
EDIFACT_FAULT = of(
    SegmentFault,
    position=PLACE,
    code=st.sampled_from(["13", "35"]),
    elements=few(of(ElementFault, element=PLACE, component=maybe(PLACE), code=st.just("12"))),
)


def results(**more: Any) -> Any:
    common = {"type": st.sampled_from(["810", "850"]), "number": NUMBER, **more}
    common |= {"codes": st.lists(st.sampled_from("2345"), max_size=5).map(tuple)}
    common |= {"segments": few(X12_FAULT)}
    taken = of(SetResult, status=ACCEPTING, **common)
    action = maybe(st.sampled_from("MWX"))
    return taken | of(SetResult, status=st.just("rejected"), action=action, **common)


def functional(of_group: Any, result: Any) -> Any:
    counts = st.integers(0, 999)
    return of(
        Acknowledgment,
        of=of_group,
        status=ACCEPTING | st.sampled_from(["partially_accepted", "rejected"]),
        sets=few(result),
        counts=of(SetCounts, sent=counts, received=counts, accepted=counts),
        codes=st.lists(st.sampled_from("345"), max_size=5).map(tuple),
    )


def decided(of_what: Any, *below: Any) -> Any:
    """What accepts, as far as what it names allows it."""
    if of_what.status == "rejected":
        return of_what
    if any(getattr(one, "status", "") in {"rejected", "partially_accepted"} for one in below):
        return structs.replace(of_what, status="partially_accepted")
    noted = of_what.codes or any(getattr(one, "status", "") != "accepted" for one in below)
    return structs.replace(of_what, status="accepted_with_errors" if noted else "accepted")


EDIFACT_DECISION: dict[str, Any] = {
    "status": st.sampled_from(["accepted", "rejected"]),
    "codes": st.sampled_from([(), ("29",)]),
    "service": maybe(st.just("UNT")),
}
EDIFACT_RESULTS = few(
    of(
        SetResult,
        type=st.just("ORDERS"),
        number=NUMBER,
        version=st.sampled_from(["D:96A:UN", "D:01B:UN:EAN010"]),
        segments=few(EDIFACT_FAULT),
        **EDIFACT_DECISION,
    ).map(lambda one: decided(one, *one.segments))
)
EDIFACT_SENT: dict[str, Any] = {"sender": st.just("A:14"), "receiver": st.just("SHOP::X")}
SYNTAX = of(
    Acknowledgment,
    of=of(AcknowledgmentOf, interchange=NUMBER, **EDIFACT_SENT),
    sets=EDIFACT_RESULTS,
    groups=few(
        of(
            GroupResult,
            number=NUMBER,
            sender=st.just("A:14"),
            receiver=st.just("SHOP"),
            sets=EDIFACT_RESULTS,
            **EDIFACT_DECISION,
        ).map(lambda one: decided(one, *one.sets))
    ),
    **EDIFACT_DECISION,
).map(lambda one: decided(one, *one.sets, *one.groups))

RECORDS: dict[str, st.SearchStrategy[Any]] = {
    "x12-997": functional(of(AcknowledgmentOf, group=NUMBER, code=st.just("PO")), results()),
    "x12-999": functional(
        of(AcknowledgmentOf, group=NUMBER, code=st.just("PO"), version=st.just("005010")),
        results(version=maybe(st.just("005010X231A1"))),
    ),
    "x12-ta1": of(
        Acknowledgment,
        of=of(
            AcknowledgmentOf,
            interchange=st.just("000000017"),
            date=st.just("260301"),
            time=st.just("0915"),
        ),
        status=ACCEPTING | st.just("rejected"),
        codes=st.sampled_from([("000",), ("025",), ("001",)]),
    ),
    "edifact-contrl": SYNTAX,
    "x12-820": payments(
        X12_PARTY,
        of(BankAccount, number=ACCOUNT, type=st.just("DA"), bank=ACCOUNT),
        X12_CORRECTION,
        ["IV", "CM"],
        type=st.sampled_from(["credit", "debit"]),
        method=st.just("ACH"),
        adjustments=few(X12_CORRECTION),
        fields=X12_FIELDS,
    ),
    "x12-824": verdicts(),
    "x12-864": of(
        Other, fields=words.map(lambda subject: {"subject": subject}), notes=few(words, 1)
    ),
    "edifact-remadv": payments(
        EDIFACT_PARTY,
        of(BankAccount, number=ACCOUNT, bank=maybe(ACCOUNT)),
        EDIFACT_CORRECTION,
        ["380", "381"],
        method=maybe(st.just("20")),
    ),
    "edifact-aperak": of(
        Acknowledgment,
        of=of(AcknowledgmentOf, number=code),
        status=st.sampled_from(["accepted", "rejected"]),
        errors=few(of(AcknowledgmentError, code=st.just("11"), text=words, at=maybe(word))),
    ),
    "x12-850": of(PurchaseOrder, operation=ANY_OPERATION, lines=few(X12_ORDER_LINE, 1), **X12_HEAD),
    "x12-860": of(
        PurchaseOrder,
        operation=CHANGED,
        revision=maybe(st.integers(1, 99).map(str)),
        lines=few(X12_ORDER_LINE),
        **X12_HEAD,
    ),
    "x12-855": of(OrderResponse, number=maybe(code), lines=few(X12_ANSWER), **X12_ANSWERED),
    "x12-865": of(OrderResponse, number=maybe(code), lines=few(X12_ANSWER), **X12_ANSWERED),
    "x12-856": shipments(
        shipped(
            X12_ITEM,
            X12_FIELDS,
            of(OrderRef, number=code, date=maybe(day), release=maybe(code), line=maybe(seven)),
        ),
        nested=True,
        **X12_TRAVEL,
    ),
    "x12-861": of(
        Receipt,
        evidence=st.just("received"),
        lines=few(
            received(
                X12_ITEM,
                X12_FIELDS,
                of(OrderRef, number=code, date=maybe(day), release=maybe(code)),
            ),
            1,
        ),
        **{name: one for name, one in X12_TRAVEL.items() if name != "shipped_at"},
    ),
    "x12-810": invoices(
        billed(
            X12_ITEM,
            of(OrderRef, number=code, line=maybe(st.just("7"))),
            price_basis=maybe(X12_BASIS),
            adjustments=few(X12_ADJUSTMENT),
            taxes=few(X12_TAX),
            accounting=X12_SPLITS,
            fields=X12_FIELDS,
        ),
        currency=maybe(st.just("USD")),
        operation=maybe(st.sampled_from(["new", "cancel"])),
        orders=st.lists(code, max_size=1).map(tuple),
        original=maybe(of(DocumentRef, number=code)),
        supplier=maybe(X12_PARTY),
        buyer=maybe(X12_PARTY),
        bill_to=maybe(X12_PARTY),
        ship_to=maybe(X12_PARTY),
        remit_to=maybe(X12_PARTY),
        terms=few(X12_TERMS),
        adjustments=few(X12_ADJUSTMENT),
        taxes=few(X12_TAX),
        accounting=X12_SPLITS,
        totals=amount.map(lambda one: Totals(total=one)),
        fields=X12_FIELDS,
        notes=few(words),
    ),
    "edifact-orders": of(
        PurchaseOrder, operation=ANY_OPERATION, lines=few(EDIFACT_ORDER_LINE, 1), **EDIFACT_HEAD
    ),
    "edifact-ordchg": of(
        PurchaseOrder,
        operation=CHANGED,
        revision=code,
        lines=few(EDIFACT_ORDER_LINE),
        **EDIFACT_HEAD,
    ),
    "edifact-ordrsp": of(
        OrderResponse,
        order=of(OrderRef, number=code, date=maybe(day)),
        number=code,
        date=maybe(day),
        status=st.sampled_from(["accepted", "accepted_with_changes", "rejected"]),
        lines=few(EDIFACT_ANSWER),
        fields=EDIFACT_FIELDS,
        notes=few(words),
    ),
    "edifact-desadv": shipments(
        shipped(EDIFACT_ITEM, EDIFACT_FIELDS, EDIFACT_ORDERED),
        nested=True,
        **EDIFACT_TRAVEL,
    ),
    "edifact-recadv": of(
        Receipt,
        evidence=st.just("received"),
        lines=few(
            shipped(
                EDIFACT_ITEM,
                EDIFACT_FIELDS,
                EDIFACT_ORDERED,
                accepted=maybe(quantity),
                rejected=maybe(quantity),
                reason=maybe(st.just("AF")),
            ),
            1,
        ),
        **EDIFACT_TRAVEL,
    ),
    "edifact-invoic": invoices(
        billed(
            EDIFACT_ITEM,
            of(OrderRef, number=code, line=maybe(st.just("7")), date=maybe(day)),
            price_basis=maybe(EDIFACT_BASIS),
            amount=maybe(amount),
            adjustments=few(EDIFACT_ADJUSTMENT),
            taxes=few(EDIFACT_TAX),
            fields=EDIFACT_FIELDS,
            notes=few(words),
        ),
        currency=maybe(st.just("EUR")),
        operation=st.sampled_from(["new", "cancel"]),
        orders=st.lists(code, unique=True, max_size=2).map(tuple),
        original=maybe(of(DocumentRef, number=code)),
        supplier=maybe(EDIFACT_PARTY),
        buyer=maybe(EDIFACT_PARTY),
        bill_to=maybe(EDIFACT_PARTY),
        ship_to=maybe(EDIFACT_PARTY),
        remit_to=maybe(EDIFACT_PARTY),
        terms=few(EDIFACT_TERMS),
        adjustments=few(EDIFACT_ADJUSTMENT),
        taxes=few(EDIFACT_TAX),
        totals=of(
            Totals,
            lines=amount,
            allowances=maybe(amount),
            charges=maybe(amount),
            net=maybe(amount),
            tax=maybe(amount),
            total=amount,
            prepaid=maybe(amount),
            due=maybe(amount),
        ),
        fields=EDIFACT_FIELDS,
        notes=few(words),
    ),
}


def bare(record: Any, asked: Any) -> Any:
    """A record without what is about itself, and without references that repeat its fields."""
    blank: dict[str, Any] = {"source": Source(), "problems": (), "derived": ()}
    if hasattr(record, "lines"):
        pairs = zip(record.lines, asked.lines, strict=True)
        blank["lines"] = tuple(unechoed(line, by_its_like) for line, by_its_like in pairs)
    return unechoed(structs.replace(record, **blank), asked)


def unechoed(found: Any, asked: Any) -> Any:
    changes: dict[str, Any] = {"fields": without_echo(found.fields, asked.fields)}
    item = getattr(found, "item", None)
    if item is not None:
        others = asked.item.other_ids if asked.item else {}
        item = structs.replace(item, other_ids=without_echo(item.other_ids, others))
        changes["item"] = None if item == Item() else item
    if isinstance(found, Acknowledgment) and (found.sets or found.groups or found.codes):
        changes["errors"] = asked.errors  # in words what the codes say
        changes["of"] = structs.replace(found.of, transaction=asked.of.transaction)
    if isinstance(found, Invoice) and any(term.net_date for term in asked.terms):
        changes["due_date"] = asked.due_date  # the day of a window says it too
    return structs.replace(found, **changes)


def without_echo(found: dict[str, str], asked: dict[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in found.items()
        if name in asked or name.partition(".")[0] not in ECHOED
    }


def in_level_order(record: Any) -> Any:
    """Lines and packages sorted, where their levels may stand in another order."""
    if not isinstance(record, Receipt):
        return record
    return structs.replace(
        record,
        packages=tuple(sorted(record.packages, key=repr)),
        lines=tuple(sorted(record.lines, key=by_what_is_its_own)),
    )


def by_what_is_its_own(line: ReceiptLine) -> str:
    return repr(structs.replace(line, fields={}, item=None))


@pytest.mark.filterwarnings("ignore:.*Skipping XML-based validation")  # pydifact ships none
@pytest.mark.parametrize("to", RECORDS)
@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(data=st.data())
def test_what_a_record_says_reads_back(to: str, data: st.DataObject) -> None:
    """Records are big: the first that fails says enough, and to shrink it would take minutes."""
    record = data.draw(RECORDS[to])
    written, problems = write_records((record,), to, OUTGOING)
    (found,) = read(written)
    assert [one for one in problems if one.code.startswith("written.")] == []
    wanted, got = in_level_order(record), in_level_order(found)
    assert bare(got, wanted) == bare(wanted, wanted)
    assert by_others(written, to) == by_us(written, to)


def by_us(data: bytes, to: str) -> list[list[Any]]:
    """The segments of the one document of a file, as our own parsers have them."""
    parser = x12_documents if to.startswith("x12") else edifact_documents
    (document,) = parser(io.BytesIO(data))
    rows = [[row[0].strip(), *row[1:]] for row in document.form.rows]
    if to.startswith("x12"):
        return rows
    return [
        [row[0], *trimmed(row[at + 1 : at + 10] for at in range(10, len(row), 10))] for row in rows
    ]


def by_others(data: bytes, to: str) -> list[list[Any]]:
    """The same by an independent reader, which must find nothing wrong."""
    return by_pyx12(data.decode()) if to.startswith("x12") else by_pydifact(data)


def by_pyx12(text: str) -> list[list[str]]:
    reader = X12Reader(io.StringIO(text))
    segments = list(reader)
    reader.cleanup()
    assert reader.pop_errors() == []
    separator, component = reader.ele_term, reader.subele_term
    inner = slice(1, -1) if segments[1].get_seg_id() == "TA1" else slice(2, -2)
    return [one.format("", separator, component).split(separator) for one in segments[inner]]


def by_pydifact(data: bytes) -> list[list[Any]]:
    text = data.decode("utf-8" if b"UNB+UNOY" in data else "latin-1")
    interchange = Interchange.from_str(text)
    interchange.validate()
    (message,) = interchange.get_messages()
    head = ["UNH", [message.reference_number], list(map(str, message.identifier))]
    inner = [[one.tag, *trimmed(map(flat, one.elements))] for one in message.segments]
    return [head, *inner, ["UNT", [str(len(inner) + 2)], [message.reference_number]]]


def flat(element: Any) -> list[str]:
    return [element] if isinstance(element, str) else list(element)


def trimmed(elements: Any) -> list[list[str]]:
    """Elements without empty components and elements at their end."""
    kept = [list(element) for element in elements]
    for element in kept:
        while element and not element[-1]:
            element.pop()
    while kept and not kept[-1]:
        kept.pop()
    return kept


def read(data: bytes) -> list[Any]:
    documents = read_documents(io.BytesIO(data), name="test", sha256="", year=2026)
    return [mapped.record for mapped in documents]
