"""Reading again after something was put right: numbers stay, answers are given once."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from gateway.flows.rereading import reread
from gateway.store import events, quarantine
from gateway.store.schema import blob, document, outgoing, reconciliation, record
from tests.gateway.flows.test_matching import Desk, desk, interchange, invoice, order

__all__ = ["desk"]
REQUIRED = """
[[required]]
document = "invoice"
field = "due_date"
"""


@pytest.fixture(autouse=True)
def partners(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "partners").mkdir()
    return tmp_path / "partners"


def again(desk: Desk, *numbers: int) -> list[int]:
    found = reread(desk.store, desk.jobs, desk.clock, numbers, "ann")
    return [one.id for one in found]


def torn_records(desk: Desk) -> list[tuple[object, ...]]:
    found = desk.ask(record.c.id, record.c.key, record.c.incomplete)
    return [(number, key) for number, key, incomplete in found if incomplete]


def unreadable(desk: Desk) -> None:
    """Take in an order that kills its reader until the reader is mended."""
    desk.readers.poison = b"PO7"
    desk.take(interchange("850", "PO", [order(7)]))
    desk.work(9)
    assert desk.states() == ["quarantined"]
    desk.readers.poison = None


def test_a_file_that_could_not_be_read_is_read_once_its_cause_is_gone(desk: Desk) -> None:
    unreadable(desk)
    assert again(desk, 1) == [1]
    desk.work()
    assert desk.states() == ["read"]
    assert desk.ask(record.c.number) == [("PO7",)]
    assert desk.news()[-2:] == ["file.reread", "order.received"]
    with desk.store.read() as connection:
        (told,) = events.after(connection, 0, types=["file.reread"])
    assert told.actor == "ann"
    assert b'"was":"quarantined"' in told.data
    assert b'"cause":"file.kills_its_reader"' in told.data


def test_what_is_read_whole_is_left_alone(desk: Desk) -> None:
    unreadable(desk)
    assert again(desk, 1, 999) == [1]
    assert again(desk, 1) == []  # it is on its way
    desk.work()
    before = desk.ask(record.c.id, record.c.key, record.c.body)
    assert again(desk, 1) == []
    desk.work()
    assert desk.ask(record.c.id, record.c.key, record.c.body) == before


def test_a_file_that_still_cannot_be_read_stays_where_it_was(desk: Desk) -> None:
    unreadable(desk)
    desk.readers.poison = b"PO7"
    assert again(desk, 1) == [1]
    desk.work(9)
    assert desk.states() == ["quarantined"]
    assert desk.news().count("file.quarantined") == 2
    assert desk.ask(record.c.id) == []


def test_what_was_read_in_part_gets_the_rest_under_its_number(desk: Desk, partners: Path) -> None:
    profile = partners / "acme.toml"
    profile.write_text(REQUIRED, encoding="utf-8")
    desk.take(interchange("850", "PO", [order(7)], 1), interchange("810", "IN", [invoice(7)], 2))
    desk.work()
    ((number, key),) = torn_records(desk)
    with desk.store.read() as connection:
        (torn,) = quarantine.unread(connection, "partly")
        assert quarantine.causes(connection, "partly") == [(torn.cause, 1)]
    assert again(desk, torn.id) == [torn.id]
    desk.work()  # nothing is right yet: nothing is told twice
    assert desk.news().count("document.invalid") == 1
    profile.unlink()
    assert again(desk, torn.id) == [torn.id]
    desk.work()
    assert torn_records(desk) == []
    assert (number, key) in desk.ask(record.c.id, record.c.key)
    assert desk.ask(reconciliation.c.record_id, reconciliation.c.verdict) == [(number, "matched")]
    assert desk.news().count("invoice.received") == 1
    assert desk.states() == ["read", "read"]
    with desk.store.read() as connection:
        assert quarantine.counts(connection) == {"unreadable": 0, "partly": 0}


def test_an_interchange_is_answered_once_however_often_it_is_read(
    desk: Desk, partners: Path
) -> None:
    profile = partners / "acme.toml"
    profile.write_text(REQUIRED, encoding="utf-8")
    desk.take(interchange("810", "IN", [invoice(7)]))
    desk.work()
    sent = desk.ask(outgoing.c.id, outgoing.c.content)
    assert len(sent) == 1
    profile.unlink()
    assert again(desk, 1) == [1]
    desk.work()
    assert desk.ask(outgoing.c.id, outgoing.c.content) == sent
    assert desk.ask(document.c.answered) == [(False,)]  # its answer file is to be written anew


@pytest.mark.parametrize("cause", ["file.kills_its_reader", "file.other"])
def test_files_are_found_by_their_cause(desk: Desk, cause: str) -> None:
    desk.readers.poison = b"PO"
    desk.take(*(interchange("850", "PO", [order(n)], n) for n in (1, 2, 3)))
    desk.work(9)
    with desk.store.read() as connection:
        found = quarantine.unread(connection, "unreadable", cause=cause, limit=2)
        below = quarantine.unread(connection, "unreadable", before=3)
        causes = quarantine.causes(connection, "unreadable")
    ours = cause == "file.kills_its_reader"
    assert [one.id for one in found] == ([3, 2] if ours else [])
    assert [one.id for one in below] == [2, 1]
    assert causes == [("file.kills_its_reader", 3)]


def test_two_who_ask_at_once_have_it_read_once(desk: Desk, store: Any) -> None:
    unreadable(desk)
    with store.read() as connection:
        files = quarantine.by_number(connection, [1])
    with store.write() as connection:
        assert [one.id for one in quarantine.requeue(connection, files)] == [1]
        assert quarantine.requeue(connection, files) == []
        assert connection.execute(select(document.c.state)).scalar_one() == "received"


def test_what_is_kept_no_longer_is_not_asked_for(desk: Desk) -> None:
    unreadable(desk)
    with desk.store.write() as connection:
        connection.execute(update(blob).values(removed_at="2026-11-25T00:00:00.000000Z"))
    assert again(desk, 1) == []
    assert desk.states() == ["quarantined"]
