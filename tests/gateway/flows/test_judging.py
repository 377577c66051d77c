"""The same records end in the same results, in whatever order and company they come."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from decimal import Decimal
from itertools import count, permutations
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Row, select

from gateway.archive import Stored
from gateway.flows.judging import Judge
from gateway.reading.child import record_of
from gateway.reading.wire import TEST
from gateway.store import cases, documents
from gateway.store.documents import NewDocument
from gateway.store.engine import Store
from gateway.store.events import NewEvent
from gateway.store.schema import reconciliation, record
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
    Source,
    Totals,
)
from mappers.rules import Mapped
from matcher.facts import Master
from matcher.policy import policy_of

TODAY = date(2026, 3, 9)
AT = "2026-03-09T09:00:00.000000+00:00"
SUPPLIER = Party(name="Anvil Works", ids={"duns": "123456789"})


def order(number: str = "PO1", quantity: int = 10, part: str = "A-1") -> PurchaseOrder:
    line = OrderLine(
        number="1",
        item=Item(supplier_part=part, description=f"Anvil {part}"),
        quantity=Decimal(quantity),
        uom="EA",
        unit_price=Decimal("5.00"),
    )
    return PurchaseOrder(
        number=number, date=date(2026, 3, 1), currency="USD", supplier=SUPPLIER, lines=(line,)
    )


def receipt(number: str = "GR1", of: str = "PO1", quantity: int = 10) -> Receipt:
    line = ReceiptLine(
        order=OrderRef(number=of, line="1"), quantity=Decimal(quantity), uom="EA", number="1"
    )
    return Receipt(
        evidence="received", type="delivery", number=number, date=date(2026, 3, 3), lines=(line,)
    )


def invoice(
    number: str = "IN1", of: str | None = "PO1", quantity: int = 10, part: str = "A-1"
) -> Invoice:
    line = InvoiceLine(
        number="1",
        order=OrderRef(number=of, line="1") if of else None,
        item=Item(supplier_part=part, description=f"Anvil {part}"),
        quantity=Decimal(quantity),
        uom="EA",
        unit_price=Decimal("5.00"),
        amount=Decimal(quantity) * 5,
    )
    return Invoice(
        type="invoice",
        number=number,
        date=date(2026, 3, 4),
        currency="USD",
        orders=(of,) if of else (),
        supplier=SUPPLIER,
        lines=(line,),
        totals=Totals(total=Decimal(quantity) * 5),
    )


class Desk:
    """A database where records are judged as they come."""

    def __init__(self, store: Store) -> None:
        self.store, self.judge = store, Judge(policy_of({}), Master())
        self.came = 0

    def take(self, *several: AnyRecord, name: str | None = None) -> list[NewEvent]:
        """Store records as one document and judge them; a document's name makes its facts' ids."""
        self.came += 1
        name = name or f"{self.came}"
        with self.store.write() as connection:
            owner = documents.partners(connection, ["acme"], AT)["acme"]
            documents.keep_blobs(connection, [Stored(sha256=name, size=1)], AT)
            new = NewDocument(claim=name, partner_id=owner, sha256=name, name=name, door="folder")
            (number,) = documents.receive(connection, [new], AT)
            read = [record_of(Mapped(one, dict), place) for place, one in enumerate(several)]
            rows = [(number, f"{name}-{one.position}", one) for one in read]
            numbers = cases.insert_records(connection, rows, AT)
            marks = [TEST if one.source.test else "" for one in several]
            touches = {
                n: [f"{key}{mark}" for key in one.touches]
                for n, one, mark in zip(numbers, read, marks, strict=True)
            }
            cases.insert_touches(connection, touches)
            return self.judge.judge(connection, numbers, TODAY, AT)

    def results(self) -> dict[str, tuple[str, str, str, str]]:
        """Verdict, approved, pending and disputed by the number of the invoice."""
        query = select(
            record.c.number,
            reconciliation.c.verdict,
            reconciliation.c.approved,
            reconciliation.c.pending,
            reconciliation.c.disputed,
        ).join(record, record.c.id == reconciliation.c.record_id)
        with self.store.read() as connection:
            return {row[0]: tuple(row[1:]) for row in connection.execute(query)}

    def said(self, number: str) -> Row[tuple[str, int, str, bytes]]:
        """Return what is kept of the result for the invoice of this number."""
        kept = reconciliation.c
        query = select(kept.digest, kept.version, kept.reason, kept.body).join(
            record, record.c.id == kept.record_id
        )
        with self.store.read() as connection:
            return connection.execute(query.where(record.c.number == number)).one()

    def export(self) -> list[tuple[str, bytes]]:
        """Every result, byte for byte, by the id of its fact."""
        query = select(record.c.key, reconciliation.c.body).join(
            record, record.c.id == reconciliation.c.record_id
        )
        with self.store.read() as connection:
            return sorted((row.key, row.body) for row in connection.execute(query))


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def types(events: Sequence[NewEvent]) -> list[str]:
    return [event.type for event in events]


def test_an_invoice_is_matched_when_order_and_receipt_are_there(desk: Desk) -> None:
    desk.take(order())
    desk.take(receipt())
    (event,) = desk.take(invoice())
    assert event.type == "invoice.matched"
    told = msgspec.json.decode(event.data)
    assert (told["approved"], told["version"], told["document"]) == ("50.00", 1, 3)
    assert desk.results() == {"IN1": ("matched", "50.00", "0.00", "0.00")}


def test_a_late_receipt_releases_what_waited(desk: Desk) -> None:
    desk.take(order())
    assert types(desk.take(invoice())) == ["invoice.waiting"]
    (event,) = desk.take(receipt())
    assert event.type == "invoice.matched"
    told = msgspec.json.decode(event.data)
    assert (told["previous"], told["version"], told["record"]) == ("waiting", 2, 2)


def test_a_partial_receipt_changes_the_money_and_not_the_verdict(desk: Desk) -> None:
    desk.take(order())
    desk.take(invoice())
    assert types(desk.take(receipt("GR1", quantity=4))) == ["reconciliation.changed"]
    assert desk.results()["IN1"] == ("waiting", "20.00", "30.00", "0.00")


def test_what_changes_nothing_is_not_announced(desk: Desk) -> None:
    desk.take(order())
    desk.take(receipt())
    desk.take(invoice())
    assert desk.take(order("PO2", part="B-2")) == []
    with desk.store.write() as connection:
        assert desk.judge.judge(connection, [3], TODAY, AT) == []


def test_orders_that_are_merely_nearer_leave_a_decision_and_receivers_in_peace(desk: Desk) -> None:
    desk.take(order("PO55", quantity=4))
    assert types(desk.take(invoice("IN1", "PO190"))) == ["invoice.exception"]
    before = desk.said("IN1")
    assert desk.take(order("PO77", quantity=3)) == []
    after = desk.said("IN1")
    assert "PO77" not in before.reason
    assert "PO77" in after.reason  # the page shows it
    assert (after.digest, after.version) == (before.digest, before.version)


def stories() -> Iterator[list[AnyRecord]]:
    yield [order(), receipt(), invoice()]
    yield [order(quantity=20), receipt(quantity=12), invoice("IN1"), invoice("IN2", quantity=9)]
    yield [order(), receipt(), invoice("IN-1"), invoice("IN1")]  # a duplicate
    yield [order("PO1"), order("PO2"), invoice("IN1", "PO1"), invoice("IN1", "PO2")]
    yield [order("PO100"), receipt(of="PO100"), invoice("IN1", "PO1OO"), invoice("IN2", None)]
    yield [order("PO10"), order("PO11"), invoice("IN5", "PO1O"), receipt(of="PO10")]


NewDesk = Callable[[], AbstractContextManager[Desk]]


@pytest.fixture
def new_desk(empty_database: Path, tmp_path: Path) -> NewDesk:
    numbers = count()

    @contextmanager
    def make() -> Iterator[Desk]:
        path = tmp_path / f"{next(numbers)}.db"
        shutil.copy(empty_database, path)
        store = Store(path)
        yield Desk(store)
        store.close()

    return make


@pytest.mark.parametrize("story", list(stories()))
def test_every_order_of_arrival_ends_alike(new_desk: NewDesk, story: list[AnyRecord]) -> None:
    ends = []
    for order_of_arrival in permutations(range(len(story))):
        with new_desk() as desk:
            for place in order_of_arrival:
                desk.take(story[place], name=f"d{place}")
            ends.append(desk.export())
    with new_desk() as desk:
        desk.take(*story, name="all")
        assert len(desk.export()) == len(ends[0])
    assert ends[0]
    assert all(end == ends[0] for end in ends)


def test_goods_that_are_taken_back_hold_a_suspect_that_they_had_cleared(new_desk: NewDesk) -> None:
    """What has gone from the other claim's order is among no inputs of the suspect (S8.4)."""
    taken_back = msgspec.structs.replace(receipt("GR1", "PO1"), operation="cancel")
    story = [
        *(order("PO1"), receipt("GR1", "PO1"), invoice("K-4017", "PO1")),
        *(order("PO2"), receipt("GR2", "PO2"), invoice("K-4071", "PO2")),
        taken_back,
    ]
    ends = []
    for arrival in ([0, 1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1, 0], [0, 1, 6, 2, 3, 4, 5]):
        with new_desk() as desk:
            for place in arrival:
                desk.take(story[place], name=f"d{place}")
            ends.append(desk.export())
            assert desk.results()["K-4071"][0] == "exception"
    assert ends[1:] == ends[:1] * 2


def test_an_order_finds_the_claim_that_was_lost(desk: Desk) -> None:
    desk.take(invoice("IN1", "PO1OOO"))
    assert desk.results()["IN1"][0] == "unmatched"
    desk.take(order("PO1000"))
    desk.take(receipt(of="PO1000"))
    assert desk.results()["IN1"] == ("matched", "50.00", "0.00", "0.00")


def test_lost_claims_do_not_see_the_orders_of_others(desk: Desk) -> None:
    """An order that a claim shares no item with is never offered to it, whoever came along."""
    desk.take(order("PO1", part="A-1"), invoice("IN7", "PO9", part="Z-9"), receipt())
    assert desk.results()["IN7"][0] == "unmatched"


def test_test_documents_meet_test_documents_alone(desk: Desk) -> None:
    test = Source(test=True)
    desk.take(order())
    desk.take(receipt())
    desk.take(msgspec.structs.replace(invoice(), source=test))
    assert desk.results()["IN1"][0] == "unmatched"
    desk.take(msgspec.structs.replace(order(), source=test))
    assert desk.results()["IN1"][0] == "waiting"


def test_a_duplicate_on_another_order_is_noticed_by_both(desk: Desk) -> None:
    desk.take(order("PO1"), order("PO2"), receipt("GR1", "PO1"), receipt("GR2", "PO2"))
    desk.take(invoice("IN1", "PO1"), name="b")
    desk.take(invoice("IN1", "PO2"), name="a")
    verdicts = sorted(verdict for verdict, *_ in desk_results_by_key(desk).values())
    assert verdicts == ["duplicate", "matched"]


def desk_results_by_key(desk: Desk) -> dict[str, tuple[str, ...]]:
    query = select(record.c.key, reconciliation.c.verdict).join(
        record, record.c.id == reconciliation.c.record_id
    )
    with desk.store.read() as connection:
        return {row.key: (row.verdict,) for row in connection.execute(query)}


def test_a_rolled_back_judgement_leaves_no_trace(desk: Desk) -> None:
    """Numbers are given again after a rollback: what was learned of them must not be."""
    desk.take(order())

    def fail() -> None:
        with desk.store.write() as connection:
            read = record_of(Mapped(invoice("IN8", "PO8"), dict), 0)
            numbers = cases.insert_records(
                connection, [(1, "x-1", msgspec.structs.replace(read, position=9))], AT
            )
            cases.insert_touches(connection, {numbers[0]: read.touches})
            desk.judge.judge(connection, numbers, TODAY, AT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    desk.take(receipt())
    desk.take(invoice())
    assert desk.results() == {"IN1": ("matched", "50.00", "0.00", "0.00")}


def test_many_cases_judged_together_are_judged_as_alone(new_desk: NewDesk) -> None:
    records: list[AnyRecord] = []
    for n in range(40):
        records += [order(f"PO{n}", part=f"P-{n}"), receipt(f"GR{n}", f"PO{n}", n % 12)]
        records.append(invoice(f"IN{n}", f"PO{n}", part=f"P-{n}"))
    with new_desk() as together:
        together.take(*records)
        with new_desk() as alone:
            for one in records:
                alone.take(one)
            assert together.results() == alone.results()
