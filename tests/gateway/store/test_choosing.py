"""Filters of an endpoint: by partner, supplier, verdict, and whether it is a test."""

from typing import Any

import msgspec
import pytest
from sqlalchemy import insert

from gateway.store import deliveries, endpoints, resending
from gateway.store.choosing import wanted_by
from gateway.store.endpoints import How, Wanted
from gateway.store.engine import Store
from gateway.store.events import NewEvent, after, announce
from gateway.store.resending import Window
from gateway.store.schema import blob, document, partner, record

AT = "2026-03-02T09:00:00.000000+00:00"
KINDS = ("file.received", "invoice.received", "invoice.matched", "invoice.exception")


@pytest.fixture
def filled(store: Store) -> Store:
    """Two partners with a file and a record each, the second a test; events about all of them."""
    with store.write() as connection:
        connection.execute(insert(blob).values(sha256="a" * 64, size=1, stored_at=AT))
        for number, name in ((1, "acme"), (2, "birch")):
            connection.execute(insert(partner).values(id=number, name=name, created_at=AT))
            row: dict[str, Any] = {"id": number, "claim": name, "partner_id": number}
            row |= {"sha256": "a" * 64, "name": "x", "door": "http", "state": "read"}
            connection.execute(insert(document).values(received_at=AT, **row))
            row = {"id": number, "document_id": number, "position": 0, "key": name}
            row |= {"kind": "invoice", "supplier": name.upper(), "test": number == 2}
            connection.execute(insert(record).values(body=b"{}", created_at=AT, **row))
        announce(connection, [event(n, kind) for n in (1, 2) for kind in KINDS], AT)
        announce(connection, [NewEvent(type="audit.sealed", subject="audit", data=b"{}")], AT)
    return store


def event(number: int, kind: str) -> NewEvent:
    data: dict[str, object] = {"document": number}
    if kind != "file.received":
        data |= {"record": number}
    if kind in KINDS[2:]:
        data |= {"verdict": kind.removeprefix("invoice.")}
    return NewEvent(type=kind, subject=f"record/{number}", data=msgspec.json.encode(data))


def passing(store: Store, **how: Any) -> set[int]:
    with store.read() as connection:
        return {one.sequence for one in wanted_by(connection, How(**how), after(connection, 0))}


ACME, BIRCH, SEAL = {1, 2, 3, 4}, {5, 6, 7, 8}, {9}


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({}, ACME | BIRCH | SEAL),
        ({"partners": ("acme",)}, ACME | SEAL),
        ({"partners": ("acme", "birch")}, ACME | BIRCH | SEAL),
        ({"suppliers": ("BIRCH",)}, {1} | BIRCH | SEAL),  # a file is no supplier's yet
        ({"verdicts": ("matched",)}, {1, 2, 3, 5, 6, 7} | SEAL),
        ({"tests": "without"}, ACME | {5} | SEAL),
        ({"tests": "only"}, {1} | BIRCH | SEAL),
        ({"partners": ("acme",), "verdicts": ("exception",)}, {1, 2, 4} | SEAL),
    ],
)
def test_what_says_otherwise_is_held_back(
    filled: Store, how: dict[str, Any], expected: set[int]
) -> None:
    assert passing(filled, **how) == expected


def test_an_endpoint_counts_only_what_passes_its_filters(filled: Store) -> None:
    with filled.write() as connection:
        how = How(partners=("birch",))
        wanted = Wanted(url="https://erp.example/", types=KINDS, how=how)
        endpoints.declare(connection, wanted, AT, newest="2026-11-25")
        connection.exec_driver_sql("UPDATE endpoint SET cursor = 0")
        (to,) = endpoints.endpoints(connection)
        assert to.how == how
        assert deliveries.fan_out(connection, to, AT) == 4
        (to,) = endpoints.endpoints(connection)
        assert (to.sequence, to.cursor) == (4, 9)
        assert resending.chosen(connection, to, Window(first=1), 100) == []  # all of it waits
        connection.exec_driver_sql("DELETE FROM delivery WHERE event_sequence > 5")
        again = resending.chosen(connection, to, Window(first=1), 100)
    assert [one.sequence for one in again] == [6, 7, 8]
