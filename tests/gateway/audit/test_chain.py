"""The chain of seals: what it proves, and what breaks it."""

import sqlite3
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select

from gateway.audit.sealer import BLOCK, Sealer
from gateway.audit.verify import faults
from gateway.store import events, seals
from gateway.store.engine import Store
from gateway.store.events import NewEvent, announce
from gateway.store.schema import event
from tests.gateway.audit.conftest import Workspace

AT = "2026-03-02T09:00:00.000000+00:00"


def tell(store: Store, count: int) -> None:
    new = [NewEvent(type="test.happened", subject=f"x/{one}", data=b"{}") for one in range(count)]
    with store.write() as connection:
        announce(connection, new, AT)


def wrong(store: Store) -> list[str]:
    with store.read() as connection:
        return list(faults(connection))


def test_the_log_is_sealed_in_blocks_without_gaps(store: Store, clock: object) -> None:
    sealer = Sealer(store, clock)  # type: ignore[arg-type]
    tell(store, BLOCK + 3)
    assert sealer.seal() == 2
    tell(store, 2)
    assert sealer.seal() == 1
    assert sealer.seal() == 0
    with store.read() as connection:
        blocks = [(one.first, one.last) for one in seals.seals_from(connection, 0)]
        assert list(seals.broken(connection)) == []
    assert blocks == [(1, BLOCK), (BLOCK + 1, BLOCK + 3), (BLOCK + 4, BLOCK + 5)]


def test_the_newest_digest_is_announced_once_a_day(workspace: Workspace, clock: object) -> None:
    for _ in range(3):
        workspace.sealer.announce()
    clock.pass_seconds(timedelta(days=1).total_seconds())  # type: ignore[attr-defined]
    workspace.sealer.seal()
    workspace.sealer.announce()
    with workspace.store.read() as connection:
        query = select(event.c.body).where(event.c.type == "audit.sealed")
        told = [msgspec.json.decode(one) for one in connection.execute(query).scalars()]
        newest = seals.newest(connection)
    assert len(told) == 2
    assert newest is not None
    assert told[-1]["digest"] == newest.digest


def test_what_nobody_touched_is_as_it_was(workspace: Workspace) -> None:
    assert wrong(workspace.store) == []


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (
            "DROP TRIGGER event_refuses_update; UPDATE event SET actor = 'x' WHERE sequence = 2",
            "one of them was altered",
        ),
        (
            "DROP TRIGGER event_refuses_delete; DELETE FROM event WHERE sequence = 2",
            "events now",
        ),
        ("UPDATE seal SET digest = before", "does not fit its events"),
        ("UPDATE reconciliation SET approved = '1', body = '{}'", "does not fit its hash"),
        ("UPDATE record SET body = replace(body, 'PO', 'OP')", "not what was announced"),
        ("UPDATE record SET key = 'x' || key", "does not belong to the document"),
    ],
)
def test_whatever_is_altered_is_told(workspace: Workspace, damage: str, told: str) -> None:
    raw = sqlite3.connect(workspace.folder / "data" / "dockmatch.db")
    raw.executescript(damage)
    raw.close()
    assert any(told in one for one in wrong(workspace.store))


def test_the_seals_are_a_chain(store: Store, clock: object) -> None:
    sealer = Sealer(store, clock)  # type: ignore[arg-type]
    for _ in range(3):
        tell(store, 2)
        sealer.seal()
    with store.write() as connection:
        connection.exec_driver_sql("DELETE FROM seal WHERE last = 4")
    with store.read() as connection:
        found = list(seals.broken(connection))
    assert "does not continue the one before it" in found[0]
    assert "begins behind a gap: 3 was expected" in found[1]
    with store.read() as connection:
        assert events.last_sequence(connection) == 6
