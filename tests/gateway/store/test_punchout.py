"""The tables of punchout on every engine: guarded changes, and what may stand there once."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from gateway.archive import Stored
from gateway.store import documents, exchanges, punchout, shop
from gateway.store.engine import Store
from gateway.store.exchanges import NewExchange
from gateway.store.punchout import NewSession
from gateway.store.shop import NewVisit

AT, LATER = "2026-03-02T09:00:00.000000+00:00", "2026-03-02T17:00:00.000000+00:00"


@pytest.fixture
def connection(store: Store) -> Iterator[Connection]:
    with store.write() as opened:
        yield opened


def session(number: int, **said: Any) -> NewSession:
    values: dict[str, Any] = {
        "partner": "osprey",
        "protocol": "cxml",
        "operation": "create",
        "cookie": f"cookie {number}",
        "return_hash": f"hash {number}",
        "landing": f"landing {number}",
        "requester": "ann",
        "payload_id": f"{number}@host",
        "test": False,
        "sent": b"{}",
        "edits": None,
        "actor": "operator",
        "created_at": AT,
        "expires_at": LATER,
    }
    return NewSession(**(values | said))


def document(connection: Connection) -> int:
    owners = documents.partners(connection, ["osprey"], AT)
    documents.keep_blobs(connection, [Stored(sha256="0" * 64, size=1)], AT)
    new = documents.NewDocument(
        claim="c", partner_id=owners["osprey"], sha256="0" * 64, name="a", door="cxml"
    )
    return documents.receive(connection, [new], AT)[0]


def test_a_session_is_found_by_all_that_leads_to_it(connection: Connection) -> None:
    number = punchout.add(connection, session(1))
    found = punchout.one(connection, number)
    assert found
    assert (found.state, found.version, found.requester) == ("requested", 1, "ann")
    assert punchout.by_return(connection, "hash 1") == found
    assert punchout.by_landing(connection, "landing 1") == found
    assert punchout.by_order(connection, "PO-1") is None
    assert punchout.one(connection, number + 1) is None


def test_a_session_is_changed_from_the_state_that_one_knows(connection: Connection) -> None:
    known = punchout.one(connection, punchout.add(connection, session(1)))
    assert known
    started = punchout.change(connection, known, "started", start_url="https://shop.example/")
    assert started
    assert (started.state, started.version) == ("started", 2)
    assert punchout.change(connection, known, "failed", reason="too late") is None
    ordered = punchout.change(
        connection, started, "ordered", order_number="PO-1", order_payload_id="9@host"
    )
    assert punchout.by_order(connection, "PO-1") == ordered
    assert punchout.by_payload(connection, "9@host") == ordered


def test_sessions_are_listed_newest_first_and_expire_in_time(connection: Connection) -> None:
    numbers = [punchout.add(connection, session(number)) for number in range(3)]
    assert [one.id for one in punchout.listed(connection, limit=2)] == numbers[:0:-1]
    assert [one.id for one in punchout.listed(connection, before=numbers[1])] == numbers[:1]
    assert punchout.listed(connection, states=["returned"]) == []
    assert punchout.overdue(connection, AT) == []
    assert len(punchout.overdue(connection, LATER)) == 3
    assert punchout.waiting_for_order(connection) == 0


@pytest.mark.parametrize("same", ["cookie", "return_hash", "landing"])
def test_no_two_sessions_share_a_secret(connection: Connection, same: str) -> None:
    punchout.add(connection, session(1))
    with pytest.raises(IntegrityError):
        punchout.add(connection, session(2, **{same: getattr(session(1), same)}))
    connection.rollback()


def exchange(document_id: int, body_hash: str = "a") -> NewExchange:
    return NewExchange(
        sender="osprey",
        payload_id="1@host",
        body_hash=body_hash,
        timestamp="2026-03-02",
        code=200,
        answer=b"<cXML/>",
        document_id=document_id,
        answered_at=AT,
    )


def test_an_answer_is_kept_and_found_by_its_request(connection: Connection) -> None:
    number = document(connection)
    for body_hash in ("a", "b"):
        kept = exchanges.keep(connection, exchange(number, body_hash))
    found = exchanges.known(connection, "osprey", "1@host")
    assert [(one.body_hash, one.answer) for one in found] == [("b", b"<cXML/>"), ("a", b"<cXML/>")]
    assert exchanges.known(connection, "halden", "1@host") == []
    exchanges.hold(connection, "order 1", kept, "c")
    held = exchanges.holder(connection, "order 1")
    assert held
    assert (held.content_hash, held.document_id) == ("c", number)
    assert exchanges.holder(connection, "order 2") is None


def test_a_request_is_answered_once(connection: Connection) -> None:
    number = document(connection)
    exchanges.keep(connection, exchange(number))
    with pytest.raises(IntegrityError):
        exchanges.keep(connection, exchange(number))
    connection.rollback()


def test_a_visit_moves_on_once(connection: Connection) -> None:
    new = NewVisit(
        partner="tamarack",
        protocol="cxml",
        operation="create",
        start_hash="hash",
        cookie="c",
        return_url="https://buy.example/",
        requester=None,
        echo=b"{}",
        basket=b"[]",
        test=False,
        created_at=AT,
        expires_at=LATER,
    )
    number = shop.add(connection, new)
    visit = shop.by_start(connection, "hash")
    assert visit
    assert (visit.id, visit.state) == (number, "waiting")
    assert shop.change(connection, visit, "open", key_hash="key")
    assert not shop.change(connection, visit, "open", key_hash="another")
    assert shop.one(connection, number) is not None
    assert shop.by_start(connection, "other") is None
