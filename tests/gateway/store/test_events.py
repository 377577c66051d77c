"""The log keeps its order, its bytes and its cursor."""

import pytest
from sqlalchemy.exc import DBAPIError

from gateway.store.engine import Store
from gateway.store.events import NewEvent, about, after, announce, last_sequence

AT = "2026-03-02T09:00:00.000000+00:00"


def new(subject: str, kind: str = "invoice.matched", data: bytes = b"{}") -> NewEvent:
    return NewEvent(type=kind, subject=subject, data=data)


def test_events_are_read_in_the_order_they_were_told(store: Store) -> None:
    with store.write() as connection:
        announce(connection, [new("a", data=b'{"n":1}'), new("b")], AT)
        announce(connection, [new("a", data=b'{"n":2}')], AT)
        announce(connection, [], AT)
    with store.read() as connection:
        assert [event.subject for event in after(connection, 0)] == ["a", "b", "a"]
        assert [event.subject for event in after(connection, 1, limit=1)] == ["b"]
        assert [event.data for event in about(connection, ["a"])] == [b'{"n":1}', b'{"n":2}']
        assert last_sequence(connection) == 3
        assert len({event.id for event in after(connection, 0)}) == 3


def test_only_the_types_asked_for_are_read(store: Store) -> None:
    with store.write() as connection:
        announce(connection, [new("a"), new("b", "invoice.exception"), new("c")], AT)
    with store.read() as connection:
        found = after(connection, 0, types=["invoice.exception", "invoice.waiting"])
    assert [event.sequence for event in found] == [2]


def test_a_change_that_fails_tells_nothing(store: Store) -> None:
    def fail() -> None:
        with store.write() as connection:
            announce(connection, [new("a")], AT)
            connection.exec_driver_sql("SELECT nothing")

    with pytest.raises(DBAPIError):
        fail()
    with store.write() as connection:
        announce(connection, [new("b")], AT)
    with store.read() as connection:
        assert [(one.sequence, one.subject) for one in after(connection, 0)] == [(1, "b")]
