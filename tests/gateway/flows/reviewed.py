"""A small case in a store: an order of two lines, what came, and an invoice that bills more."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec

from gateway.archive import Stored
from gateway.clock import stamp
from gateway.flows.judging import Judge
from gateway.reading.wire import ReadRecord
from gateway.store import cases, documents, exception
from gateway.store.documents import NewDocument
from gateway.store.engine import Store
from gateway.store.events import after
from gateway.store.exception import NewDecision, Result
from mappers.canonical import (
    AnyRecord,
    Invoice,
    InvoiceLine,
    Item,
    OrderLine,
    OrderRef,
    Party,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    Totals,
)
from matcher.entries import Master
from matcher.facts import keys_of
from matcher.policy import policy_of
from matcher.result import Reconciliation

SUPPLIER = Party(name="Osprey", ids={"assigned_by_buyer": "100387"})
DAY = dt.date(2026, 2, 1)


class Case:
    """The case; `invoice` is the number of its record."""

    def __init__(self, store: Store, clock: Any) -> None:
        self.store, self.clock = store, clock
        self.judge = self.judge_of()
        self.invoice = self.add([order(), receipt("10"), invoice("INV-1", "12", "10.00")])[-1]

    @staticmethod
    def judge_of() -> Judge:
        """Return a judge as each process has one."""
        return Judge(policy_of({}), Master())

    def add(self, records: Iterable[AnyRecord]) -> list[int]:
        """Store records as if they had been read, and judge them."""
        numbers = [self._insert(one) for one in records]
        with self.store.write() as connection:
            at = stamp(self.clock())
            self.judge.judge(connection, numbers, self.clock().date(), at)
        return numbers

    def _insert(self, record: AnyRecord) -> int:
        at, body = stamp(self.clock()), msgspec.json.encode(record)
        kind, number = str(record.__struct_config__.tag), getattr(record, "number", None)
        name = f"{kind}-{number}"
        read = ReadRecord(
            position=0,
            kind=kind,
            number=number,
            supplier="Osprey",
            incomplete=False,
            test=False,
            body=body,
            touches=keys_of(record),
        )
        with self.store.write() as connection:
            owner = documents.partners(connection, ["osprey"], at)["osprey"]
            documents.keep_blobs(connection, [Stored(sha256=name, size=1)], at)
            new = NewDocument(claim=name, partner_id=owner, sha256=name, name=name, door="folder")
            (document,) = documents.receive(connection, [new], at)
            (found,) = cases.insert_records(connection, [(document, name, read)], at)
            cases.insert_touches(connection, {found: read.touches})
        return found

    def result(self, record: int | None = None) -> Result:
        """Return the current result of an invoice."""
        with self.store.read() as connection:
            found = exception.result(connection, record or self.invoice)
        assert found
        return found

    def told(self, record: int | None = None) -> Reconciliation:
        """Return what the current result says."""
        return msgspec.json.decode(self.result(record).body, type=Reconciliation)

    def decision(self, action: str, key: str, **other: str) -> NewDecision:
        """Return a decision on the current result."""
        return NewDecision(
            record_id=self.invoice,
            action=action,
            reason=other.get("reason", "agreed"),
            actor=other.get("actor", "ann"),
            digest=other.get("digest", self.result().digest),
            idempotency_key=key * 32,
        )

    def events(self, kind: str) -> list[dict[str, Any]]:
        """Return the data of the events of a kind."""
        with self.store.read() as connection:
            found = after(connection, 0, types=[kind], limit=1000)
        return [msgspec.json.decode(one.data) for one in found]


def order(number: str = "45", *, second: str = "OTHER") -> PurchaseOrder:
    return PurchaseOrder(
        number=number,
        date=DAY,
        currency="USD",
        supplier=SUPPLIER,
        buyer=Party(name="Tamarack", ids={"duns": "123456789"}),
        lines=(
            OrderLine(
                number="1",
                item=Item(supplier_part="A-1", description="Wire"),
                quantity=Decimal(20),
                uom="EA",
                unit_price=Decimal("10.00"),
            ),
            OrderLine(
                number="2",
                item=Item(supplier_part=second, description="Hose"),
                quantity=Decimal(20),
                uom="EA",
                unit_price=Decimal("10.00"),
            ),
        ),
    )


def receipt(quantity: str, *, final: bool = True, number: str = "GR-1") -> Receipt:
    line = ReceiptLine(
        number="1",
        order=OrderRef(number="45", line="1"),
        quantity=Decimal(quantity),
        uom="EA",
        final=final,
    )
    return Receipt(evidence="received", type="delivery", number=number, date=DAY, lines=(line,))


def invoice(number: str, quantity: str, price: str, *, part: str = "A-1") -> Invoice:
    amount = Decimal(quantity) * Decimal(price)
    line = InvoiceLine(
        number="1",
        order=OrderRef(number="45"),
        item=Item(supplier_part=part, description="Wire"),
        quantity=Decimal(quantity),
        uom="EA",
        unit_price=Decimal(price),
        amount=amount,
    )
    return Invoice(
        type="invoice",
        number=number,
        date=dt.date(2026, 2, 5),
        currency="USD",
        supplier=SUPPLIER,
        orders=("45",),
        lines=(line,),
        totals=Totals(total=amount),
    )
