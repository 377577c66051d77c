"""Delivery as files: whole, numbered, in order, the same on every try, and no formulas in them."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from gateway.clock import stamp
from gateway.delivering.cells import safe
from gateway.delivering.folder import Folder, folder_of, put
from gateway.delivering.rendering import COLUMNS
from gateway.events.versions import NEWEST
from gateway.flows.delivery import Dispatcher
from gateway.formats import read_documents
from gateway.store import deliveries, endpoints
from gateway.store.endpoints import How, Wanted
from gateway.store.engine import Store
from gateway.store.events import NewEvent, announce
from gateway.store.schema import blob, document, partner, record

AT = "2026-03-02T09:00:00.000000+00:00"


def invoice(number: str, **more: Any) -> bytes:
    line = {"number": "1", "quantity": "2", "uom": "EA", "unit_price": "5.00", "amount": "10.00"}
    line |= {"item": {"supplier_part": "A-1", "description": "Binder"}}
    told = {
        "kind": "invoice",
        "number": number,
        "date": "2026-03-01",
        "currency": "USD",
        "supplier": {"name": "Acme", "ids": {"duns": "123456789"}},
        "buyer": {"name": "Birch", "ids": {"duns": "987654321"}},
        "lines": [line],
        "totals": {"total": "10.00"},
    }
    return json.dumps(told | more).encode()


class Scene:
    """Invoices that were judged, and an endpoint of files in `folder`."""

    def __init__(self, store: Store, clock: Any, folder: Path) -> None:
        self.store, self.clock, self.folder = store, clock, folder / "exports"
        self.dispatcher = Dispatcher(
            store, {"folder": Folder(folder, "urn:dockmatch")}, clock=clock, dice=lambda: 0.5
        )
        with store.write() as connection:
            connection.execute(insert(blob).values(sha256="a" * 64, size=1, stored_at=AT))
            connection.execute(insert(partner).values(id=1, name="acme", created_at=AT))
            row = {"id": 1, "claim": "1", "partner_id": 1, "sha256": "a" * 64, "name": "x"}
            row |= {"door": "http", "state": "read", "received_at": AT}
            connection.execute(insert(document).values(row))

    def subscribe(self, content: str = "full", **how: Any) -> None:
        wanted = Wanted(url="folder:exports", content=content, how=How(order="all", **how))
        with self.store.write() as connection:
            endpoints.declare(connection, wanted, AT, newest=NEWEST)

    def judge(self, number: str, **more: Any) -> None:
        """Keep an invoice, and tell that it matched; or another record, as it comes."""
        body = more.pop("body", None) or invoice(number)
        with self.store.write() as connection:
            row = {
                "document_id": 1,
                "position": connection.exec_driver_sql("SELECT count(*) FROM record").scalar(),
                "key": number,
                "kind": "invoice",
            }
            made = connection.execute(
                insert(record).values(number=number, body=body, created_at=AT, **row)
            ).inserted_primary_key
            assert made is not None
            data = {"document": 1, "record": made[0], "verdict": "matched", "approved": "10.00"}
            data |= {"invoice": {"number": number, "supplier": "acme"}, "pending": "-5.00", **more}
            subject = f"record/{made[0]}"
            new = NewEvent(type="invoice.matched", subject=subject, data=msgspec.json.encode(data))
            announce(connection, [new], stamp(self.clock()))

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(self.folder.iterdir())}

    def states(self) -> dict[str, int]:
        with self.store.read() as connection:
            return next(iter(deliveries.counts(connection).values()))


@pytest.fixture
def scene(store: Store, clock: Any, tmp_path: Path) -> Scene:
    return Scene(store, clock, tmp_path)


async def test_each_event_is_a_file_and_names_sort_in_their_order(scene: Scene) -> None:
    scene.subscribe()
    for number in range(12):
        scene.judge(f"IN-{number}")
    await scene.dispatcher.drain()
    names = list(scene.files())
    assert names[0] == "000000000001-invoice.matched.json"
    told = [json.loads(content) for content in scene.files().values()]
    assert [one["data"]["invoice"]["number"] for one in told] == [f"IN-{n}" for n in range(12)]
    assert [one["deliverysequence"] for one in told] == list(range(1, 13))
    assert scene.states() == {"delivered": 12}


async def test_a_record_comes_along_where_it_is_wanted(scene: Scene) -> None:
    scene.subscribe(content="record")
    scene.judge("IN-1")
    await scene.dispatcher.drain()
    (content,) = scene.files().values()
    assert json.loads(content)["data"]["content"] == json.loads(invoice("IN-1"))


async def test_a_table_has_a_row_for_each_event_and_numbers_stay_numbers(scene: Scene) -> None:
    scene.subscribe(format="csv", batch=10, batch_ms=0)
    scene.judge("=1+1", codes=["PRICE_OVER", "QTY_OVER_RECEIVED"])
    scene.judge("IN-2")
    await scene.dispatcher.drain()
    ((name, content),) = scene.files().items()
    assert name == "000000000001-2-events.csv"
    first, second = csv.DictReader(io.StringIO(content.decode(), newline=""))
    assert tuple(first) == COLUMNS
    assert (first["number"], second["number"]) == ("'=1+1", "IN-2")
    assert (first["pending"], first["supplier"]) == ("-5.00", "acme")
    assert first["codes"] == "PRICE_OVER QTY_OVER_RECEIVED"


async def test_records_go_together_as_an_interchange_that_reads_back(scene: Scene) -> None:
    scene.subscribe(format="x12-810", batch=5, batch_ms=0, tests="without")
    for number in range(3):
        scene.judge(f"IN-{number}")
    await scene.dispatcher.drain()
    ((name, content),) = scene.files().items()
    assert name == "000000000001-3-events.x12"
    read = read_documents(io.BytesIO(content), name=name, sha256="", year=2026)
    records: list[Any] = [one.record for one in read]
    assert [one.number for one in records] == ["IN-0", "IN-1", "IN-2"]
    assert {one.lines[0].unit_price for one in records} == {Decimal("5.00")}
    assert content[90:99] == b"000000001"  # ISA13 is the number of the first event


async def test_a_document_each_where_the_format_holds_one(scene: Scene) -> None:
    scene.subscribe(format="cxml-invoice", tests="without")
    scene.judge("IN-1")
    await scene.dispatcher.drain()
    ((name, content),) = scene.files().items()
    assert name == "000000000001-invoice.matched.xml"
    assert b"InvoiceDetailRequest" in content


async def test_what_is_another_kind_of_record_is_passed_over(scene: Scene) -> None:
    scene.subscribe(format="x12-810", tests="without")
    order = {"kind": "purchase_order", "number": "PO-1", "lines": []}
    scene.judge("PO-1", body=json.dumps(order).encode())
    await scene.dispatcher.drain()
    assert not scene.folder.exists()
    assert scene.states() == {"delivered": 1}
    with scene.store.read() as connection:
        (one,) = deliveries.listed(connection, "delivered")
    assert "cannot be written as x12-810" in (one.answer or "")


async def test_what_cannot_be_written_dies_alone_and_says_why(scene: Scene) -> None:
    scene.subscribe(format="x12-810", batch=3, batch_ms=0, tests="without")
    scene.judge("IN-1")
    scene.judge("IN-2", body=invoice("IN-2", incomplete=True))
    scene.judge("IN-3")
    await scene.dispatcher.drain()
    (content,) = scene.files().values()
    assert (b"IN-1" in content, b"IN-2" in content, b"IN-3" in content) == (True, False, True)
    assert scene.states()["dead"] == 1
    with scene.store.read() as connection:
        (dead,) = deliveries.listed(connection, "dead")
        (to,) = endpoints.endpoints(connection)
    assert "incomplete" in (dead.answer or "")
    assert to.state == "active"


async def test_a_folder_that_cannot_be_written_is_tried_again(scene: Scene) -> None:
    scene.subscribe()
    scene.judge("IN-1")
    scene.folder.write_text("a file where the folder should be")
    await scene.dispatcher.drain()
    assert scene.states() == {"waiting": 1}
    scene.folder.unlink()
    scene.clock.pass_seconds(6)
    await scene.dispatcher.drain()
    assert list(scene.files()) == ["000000000001-invoice.matched.json"]


async def test_after_a_crash_the_same_file_is_written_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.subscribe(format="x12-810", batch=10, batch_ms=0, tests="without")
    scene.judge("IN-1")
    scene.judge("IN-2")

    def crash(_connection: object, tried: list[object]) -> None:
        if tried:
            raise MemoryError

    with monkeypatch.context() as patched:  # the file is there, and the note of it is not
        patched.setattr("gateway.store.deliveries.write_tries", crash)
        with pytest.raises(MemoryError):
            await scene.dispatcher.drain()
    before = scene.files()
    scene.judge("IN-3")
    couriers = {"folder": Folder(scene.folder.parent, "urn:dockmatch")}
    await Dispatcher(scene.store, couriers, clock=scene.clock).drain()
    after = scene.files()
    assert len(before) == 1
    assert before.items() <= after.items()
    assert list(after) == ["000000000001-2-events.x12", "000000000003-1-events.x12"]


def test_nobody_sees_half_a_file(tmp_path: Path) -> None:
    put(tmp_path / "out", "a.json", b"1")
    put(tmp_path / "out", "a.json", b"2")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.json"]
    assert (tmp_path / "out" / "a.json").read_bytes() == b"2"


@pytest.mark.parametrize("url", ["folder:", "file:exports", "exports", "folder:\0"])
def test_what_names_no_folder_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="names no folder"):
        folder_of(url, tmp_path)
    assert folder_of("folder:a/b", tmp_path) == tmp_path / "a" / "b"
    assert folder_of("folder:/srv/erp", tmp_path) == Path("/srv/erp")


STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠", " =", "\ufeff="]  # noqa: RUF001


@pytest.mark.parametrize("start", STARTS, ids=[f"{start!r}" for start in STARTS])
def test_no_cell_is_a_formula(start: str) -> None:
    assert safe(f"{start}cmd|' /C calc'!A0").startswith("'")


@pytest.mark.parametrize("text", ["-5.00", "-1", "+3.5", "12", "", "IN-1", "a=b", "3-4"])
def test_what_is_none_stays_as_it_is(text: str) -> None:
    assert safe(text) == text


@given(st.text())
def test_a_cell_keeps_its_text(text: str) -> None:
    assert safe(text).removeprefix("'") == text.removeprefix("'") or safe(text) == f"'{text}"
