"""What we send gets numbers of its own, and is watched until its acknowledgment comes."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from gateway.acknowledging import facts, syntax
from gateway.acknowledging.facts import Watched
from gateway.flows.sending import Sending, SentFile, UnsendableError
from gateway.formats import Arrival, read_arrived
from gateway.jobs.sweeper import Sweeper
from gateway.store import awaited, events
from gateway.store.engine import Store
from gateway.store.schema import outgoing, outgoing_set
from mappers.agreements import Acknowledgments
from parsers.x12.read import documents as x12_documents
from tests.gateway.flows.test_acknowledging import MESSAGE, AnswerDesk
from tests.gateway.flows.test_matching import interchange, order


class SendingDesk(AnswerDesk):
    """A desk that sends to its partner as well."""

    def __init__(self, root: Path, store: Store, clock: Callable[[], datetime]) -> None:
        super().__init__(root, store, clock)
        self.sending = Sending(store, clock)
        self.sweeper = Sweeper(store, self.jobs, clock)

    def send(self, content: bytes) -> SentFile:
        """Send to the partner."""
        sent = self.sending.send("acme", content)
        self.outbox.write()
        return sent

    def states(self) -> list[str]:
        """Return the states of what was sent."""
        return [state for (state,) in self.ask(outgoing.c.state)]

    def told(self, of: str) -> list[dict[str, Any]]:
        """Return the data of the events of a type."""
        with self.store.read() as connection:
            found = events.after(connection, 0, types=[of], limit=1000)
        return [msgspec.json.decode(one.data) for one in found]

    def answer(self, name: str, *replaced: tuple[str, str]) -> None:
        """Let the partner acknowledge a file that it got."""
        content = self.out()[name].encode()
        watched = Watched()
        arrival = Arrival(name=name, sha256="", year=2026, watch=watched.take)
        list(read_arrived(BytesIO(content), arrival))
        draft = syntax.draft(watched.interchanges[0], Acknowledgments(interchange="always"))
        assert draft is not None
        text = syntax.spelled(draft, 900, (900,) * draft.groups, self.clock())
        for old, new in replaced:
            text = text.replace(old, new)
        self.take(text.encode())
        self.work_all()


@pytest.fixture
def desk(
    tmp_path: Path, store: Store, clock: Callable[[], datetime], monkeypatch: pytest.MonkeyPatch
) -> SendingDesk:
    monkeypatch.chdir(tmp_path)
    return SendingDesk(tmp_path, store, clock)


ORDERS = interchange("850", "PO", [order(1), order(2)], 77).replace(b"*A*B*", b"*US*THEM*")


def test_what_is_sent_gets_the_next_numbers_and_nothing_else_changes(desk: SendingDesk) -> None:
    first, second = desk.send(ORDERS), desk.send(ORDERS)
    assert [first.file, second.file] == ["850-1-1.x12", "850-2-2.x12"]
    assert (
        desk.out()[first.file]
        .replace("*000000001", "*000000077")
        .replace("*1*X*", "*77*X*")
        .replace("GE*2*1~", "GE*2*77~")
        == ORDERS.decode()
    )
    controls = [one.control for one in x12_documents(BytesIO(desk.out()[second.file].encode()))]
    assert controls == ["000000002/2/0001", "000000002/2/0002"]
    assert desk.states() == ["awaited", "awaited"]


def test_an_edifact_interchange_is_sent_and_acknowledged(desk: SendingDesk) -> None:
    sent = desk.send(MESSAGE % (77, 1, 77))
    text = desk.out()[sent.file]
    assert (sent.file, sent.kind) == ("orders-1-1.edi", "ORDERS")
    assert "+260302:0900+1'" in text
    assert text.endswith("UNZ+1+1'")
    desk.answer(sent.file)
    assert desk.states()[0] == "accepted"


def test_released_characters_are_no_delimiters(desk: SendingDesk) -> None:
    content = (MESSAGE % (77, 1, 77)).replace(b"ACME:14", b"A?'C?+ME??:14")
    sent = desk.send(content)
    assert desk.out()[sent.file].encode() == content.replace(b"+77'", b"+1'")


def test_an_acknowledgment_is_matched_with_what_was_sent(desk: SendingDesk) -> None:
    sent = desk.send(ORDERS)
    desk.answer(sent.file)
    assert desk.states() == ["accepted"]
    (told,) = desk.told("acknowledgment.received")
    assert (told["outgoing"], told["state"], told["number"]) == (1, "accepted", "PO1")
    assert desk.told("acknowledgment.rejected") == []


def test_a_rejection_is_told_with_what_it_says(desk: SendingDesk) -> None:
    sent = desk.send(ORDERS)
    refusal = ("AK2*850*0002~\nAK5*A~", "AK2*850*0002~\nAK3*PO1*3**8~\nAK4*2**6*1O~\nAK5*R*5~")
    desk.answer(sent.file, refusal, ("AK9*A*2*2*2", "AK9*P*2*2*1"), ("SE*8*", "SE*10*"))
    assert desk.states() == ["partially_accepted"]
    assert desk.ask(outgoing_set.c.state) == [("accepted",), ("rejected",)]
    (told,) = desk.told("acknowledgment.rejected")
    assert any("0002" in error for error in told["errors"])


def test_a_ta1_that_rejects_settles_all(desk: SendingDesk) -> None:
    sent = desk.send(ORDERS)
    (control,) = desk.ask(outgoing.c.control)
    answer = interchange("997", "FA", [["AK1*PO*1", "AK9*A*2*2*2"]], 5).decode()
    group = answer[answer.index("GS*") : answer.index("IEA*")]
    alone = answer.replace(group, f"TA1*{int(control[0]):09}*260302*0900*R*006~\n")
    desk.take(alone.replace("IEA*1", "IEA*0").encode())
    desk.work_all()
    assert desk.states() == ["rejected"]
    assert sent.file in [one["file"] for one in desk.told("acknowledgment.rejected")]


def test_an_acknowledgment_of_something_else_changes_nothing(desk: SendingDesk) -> None:
    sent = desk.send(ORDERS)
    desk.answer(sent.file, ("AK1*PO*1~", "AK1*PO*99~"), ("TA1*000000001", "TA1*000000099"))
    assert desk.states() == ["awaited"]


def test_an_824_rejects_by_the_business_number(desk: SendingDesk) -> None:
    desk.send(ORDERS)
    advice = ["BGN*11*1*20260302", "OTI*TR*PO*PO2", "TED*011*No such contract"]
    desk.take(interchange("824", "AG", [advice], 9))
    desk.work_all()
    assert desk.told("acknowledgment.rejected")


def test_what_is_overdue_is_told_once(desk: SendingDesk, clock: Callable[[], datetime]) -> None:
    desk.agree("[acknowledgments]\noverdue_hours = 4\n")
    sent = desk.send(ORDERS)
    assert sent.due_at is not None
    assert sent.due_at.startswith("2026-03-02T13:00")
    assert desk.sweeper.watch() == 0
    clock.pass_seconds(4 * 3600)  # type: ignore[attr-defined]
    assert desk.sweeper.watch() == 1
    assert desk.sweeper.watch() == 0
    (told,) = desk.told("acknowledgment.overdue")
    assert (told["partner"], told["file"]) == ("acme", sent.file)
    desk.answer(sent.file)  # late, but it counts
    assert desk.states() == ["accepted"]


def test_a_partner_who_never_acknowledges_is_not_waited_for(desk: SendingDesk) -> None:
    desk.agree("[acknowledgments]\noverdue_hours = 0\n")
    assert desk.send(ORDERS).due_at is None
    assert desk.states() == ["sent"]


def test_a_ta1_is_sent_by_its_name_and_not_waited_for(desk: SendingDesk) -> None:
    head, end = ORDERS[: ORDERS.index(b"GS")], ORDERS[ORDERS.index(b"IEA") :]
    answer = b"TA1*000000003*260105*0931*R*025~"
    sent = desk.send(head + answer + end.replace(b"IEA*1", b"IEA*0"))
    assert (sent.kind, sent.due_at) == ("TA1", None)
    assert sent.file.startswith("ta1-")


def test_sending_again_takes_new_numbers_for_the_same_content(desk: SendingDesk) -> None:
    first = desk.send(ORDERS)
    again = desk.sending.resend(first.outgoing)
    desk.outbox.write()
    assert (again.file, again.control) == ("850-2-2.x12", 2)
    assert desk.ask(outgoing.c.resends) == [(None,), (1,)]
    assert desk.ask(outgoing.c.number) == [("PO1",), ("PO1",)]


@pytest.mark.parametrize(
    ("partner", "content", "why"),
    [
        ("acme", b"hello", "no document that we can read"),
        ("acme", ORDERS + ORDERS, "one interchange is sent at a time"),
        ("../acme", ORDERS, "no partner's folder"),
        ("acme", b"junk " + ORDERS, "the envelope is faulty"),
    ],
)
def test_what_cannot_be_sent_is_refused(
    desk: SendingDesk, partner: str, content: bytes, why: str
) -> None:
    with pytest.raises(UnsendableError, match=why):
        desk.sending.send(partner, content)
    with desk.store.read() as connection:
        assert connection.execute(select(outgoing)).all() == []


def test_nothing_was_sent_under_that_number(desk: SendingDesk) -> None:
    with pytest.raises(UnsendableError, match="nothing was sent"):
        desk.sending.resend(5)


def test_the_list_of_what_was_sent(desk: SendingDesk) -> None:
    desk.send(ORDERS)
    with desk.store.read() as connection:
        (shown,) = awaited.listed(connection, "awaited")
        assert awaited.tallies(connection)["awaited"] == 1
    assert (shown.partner, shown.kind, shown.state) == ("acme", "850", "awaited")
    assert facts.CODES.keys() == {"x12", "edifact"}
