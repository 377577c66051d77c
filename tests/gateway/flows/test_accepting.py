"""A receiver's document numbers are kept, stand, and are told once; days sum to zero."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, insert

from gateway.acceptance import Said
from gateway.clock import stamp
from gateway.events.data import PostedNews
from gateway.events.versions import NEWEST
from gateway.flows.accepting import accept
from gateway.store import acceptances, balances, deliveries, endpoints, events
from gateway.store.deliveries import Tried
from gateway.store.endpoints import Wanted
from gateway.store.engine import Store
from gateway.store.events import NewEvent
from gateway.store.schema import blob, document, partner, record

AT = stamp(datetime(2026, 3, 2, 9, tzinfo=UTC))
DAY = date(2026, 3, 2)
URL = "https://erp.example/hook"
TOOK, OTHER = Said(document_number="51001"), Said(document_number="51002")
REFUSED = Said(rejected="the period is closed")


@pytest.fixture
def connection(store: Store) -> Iterator[Connection]:
    with store.write() as opened:
        yield opened


def told(connection: Connection, subject: str, kind: str = "invoice.matched") -> events.Event:
    events.announce(connection, [NewEvent(type=kind, subject=subject, data=b"{}")], AT)
    return events.after(connection, events.last_sequence(connection) - 1)[0]


def said(connection: Connection, event: events.Event, *words: Said) -> list[str]:
    return [accept(connection, event, one, "erp", AT) for one in words]


def news(connection: Connection, subject: str) -> list[tuple[str, str | None, str | None]]:
    found = events.about(connection, [subject])
    posted = [one for one in found if one.type.startswith("invoice.post")]
    data = [msgspec.json.decode(one.data, type=PostedNews) for one in posted]
    return [(one.type, d.document_number, d.reason) for one, d in zip(posted, data, strict=True)]


def test_a_number_stands(connection: Connection) -> None:
    event = told(connection, "record/1")
    assert said(connection, event, TOOK, TOOK, OTHER) == ["written", "same", "conflict"]
    kept = acceptances.of_event(connection, event.sequence)
    assert kept is not None
    assert (kept.state, kept.number, kept.actor) == ("accepted", "51001", "erp")
    assert news(connection, "record/1") == [("invoice.posted", "51001", None)]


def test_rejected_may_be_mended_and_accepted_taken_back(connection: Connection) -> None:
    event = told(connection, "record/1")
    outcomes = said(connection, event, REFUSED, REFUSED, TOOK, REFUSED)
    assert outcomes == ["written", "same", "written", "written"]
    assert news(connection, "record/1") == [
        ("invoice.post_failed", None, "the period is closed"),
        ("invoice.posted", "51001", None),
        ("invoice.post_failed", "51001", "the period is closed"),
    ]


def test_one_document_of_several_events_is_told_once(connection: Connection) -> None:
    for kind in ("invoice.received", "invoice.waiting", "invoice.matched"):
        assert said(connection, told(connection, "record/1", kind), TOOK) == ["written"]
    assert len(news(connection, "record/1")) == 1


def test_the_answer_to_the_news_makes_no_news(connection: Connection) -> None:
    said(connection, told(connection, "record/1"), TOOK)
    posted = events.about(connection, ["record/1"])[-1]
    assert said(connection, posted, TOOK) == ["written"]
    assert said(connection, told(connection, "record/2", "order.received"), TOOK) == ["written"]
    assert len(news(connection, "record/1")) == 1
    assert news(connection, "record/2") == []


# The balance.


def came(connection: Connection, number: int, state: str = "read", records: int = 1) -> None:
    """A file came in, and is announced as intake and matching do."""
    sha256 = f"{number:064}"
    connection.execute(insert(blob).values(sha256=sha256, size=1, stored_at=AT))
    values: dict[str, Any] = {"claim": str(number), "name": f"{number}.x12", "door": "folder"}
    values |= {"partner_id": 1, "sha256": sha256, "received_at": AT, "state": state}
    connection.execute(insert(document).values(id=number, **values))
    told(connection, f"document/{number}", "file.received")
    for position in range(records):
        key = f"{number}-{position}"
        body = {"kind": "invoice", "number": key, "body": b"{}", "created_at": AT}
        row = insert(record).values(document_id=number, position=position, key=key, **body)
        made = connection.execute(row).inserted_primary_key
        assert made is not None
        told(connection, f"record/{made[0]}", "invoice.received")


def arrived(connection: Connection, *, all_but: str = "", state: str = "delivered") -> None:
    """Every event was queued and delivered, except those of a subject."""
    to = endpoints.endpoints(connection)[0]
    deliveries.fan_out(connection, to, AT)
    while found := [
        one
        for one in deliveries.heads(connection, to.id, AT, (), 100)
        if one.event.subject != all_but
    ]:
        done = [tried(one.id, "delivered") for one in found]
        deliveries.write_tries(connection, done)
    if state != "delivered":
        left = deliveries.heads(connection, to.id, AT, (), 100)
        deliveries.write_tries(connection, [tried(one.id, state) for one in left])


def tried(number: int, state: str) -> Tried:
    return Tried(id=number, state=state, tries=1, due_at=AT, status=200, answer="", delivered_at=AT)


@pytest.fixture
def day(connection: Connection) -> Connection:
    connection.execute(insert(partner).values(id=1, name="acme", created_at=AT))
    wanted = Wanted(url=URL, secret="whsec_" + "A" * 44)
    endpoints.declare(connection, wanted, AT, newest=NEWEST)
    came(connection, 1)
    came(connection, 2, records=3)
    came(connection, 3, "quarantined", records=0)
    came(connection, 4, "received", records=0)
    came(connection, 5, "duplicate", records=0)
    return connection


def columns(connection: Connection) -> tuple[int, ...]:
    (one,) = balances.balance(connection, DAY, DAY)
    return one.received, one.delivered, one.open, one.rejected, one.difference, one.accepted


def reasons(connection: Connection) -> list[tuple[int, int | None, str]]:
    found = balances.still_open(connection, DAY, DAY)
    return [(one.document, one.record, one.why) for one in found]


def test_what_came_in_is_delivered_open_or_rejected(day: Connection) -> None:
    assert columns(day) == (7, 0, 5, 2, 0, 0)
    assert reasons(day)[1] == (2, 2, "is about to be delivered")
    arrived(day, all_but="record/3")
    assert columns(day) == (7, 3, 2, 2, 0, 0)
    assert reasons(day) == [(2, 3, "waits for a delivery"), (4, None, "is being read")]
    arrived(day, all_but="record/3", state="dead")
    assert reasons(day)[0] == (2, 3, "a delivery was given up")
    assert balances.balance(day, date(2026, 3, 3), date(2026, 3, 9)) == []


def test_what_a_receiver_said_counts(day: Connection) -> None:
    arrived(day)
    by_subject = {one.subject: one for one in events.after(day, 0)}
    said(day, by_subject["record/1"], TOOK)
    said(day, by_subject["record/2"], REFUSED)
    arrived(day)  # the news of both
    assert columns(day) == (7, 3, 1, 3, 0, 1)


def test_an_erp_that_only_reads_the_feed_says_what_it_has(day: Connection) -> None:
    endpoints.remove_others(day, ["https://nobody.example/"])
    assert reasons(day)[0] == (1, 1, "no receiver has got it")
    by_subject = {one.subject: one for one in events.after(day, 0)}
    said(day, by_subject["record/1"], TOOK)
    assert columns(day) == (7, 1, 4, 2, 0, 1)


def test_a_record_that_was_never_announced_is_a_difference(day: Connection) -> None:
    arrived(day)
    body = {"kind": "invoice", "body": b"{}", "created_at": AT}
    day.execute(insert(record).values(document_id=1, position=1, key="lost", **body))
    assert columns(day) == (7, 4, 2, 2, -1, 0)
