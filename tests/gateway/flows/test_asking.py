"""A question is asked once, answered once, and what a receiver says becomes a document."""

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from gateway.archive import Archive
from gateway.flows import asking
from gateway.flows.asking import EXPIRES_AFTER, About, Answer, Asked, Desk
from gateway.flows.intake import Intake
from gateway.formats import read_documents
from gateway.jobs.choice import engine_of
from gateway.store import exception, questions
from gateway.store.engine import Store
from gateway.store.questions import Question
from mappers.canonical import Item, Receipt
from tests.gateway.flows.reviewed import Case

ABOUT = About(
    invoice="INV-1",
    supplier="Osprey",
    line="1",
    order="45",
    order_line="1",
    item=Item(supplier_part="A-1", description="Wire"),
    uom="EA",
    missing=Decimal(2),
    currency="USD",
)


@pytest.fixture
def case(store: Store, clock: Any) -> Case:
    return Case(store, clock)


@pytest.fixture
def desk(case: Case, clock: Any, tmp_path: Path) -> Desk:
    archive = Archive(tmp_path / "archive")
    archive.prepare()
    intake = Intake(case.store, archive, engine_of(case.store, clock), clock)
    return Desk(case.store, archive, intake, clock)


def ask(case: Case, role: asking.Role = "receiver", key: str = "k" * 32) -> Question:
    asked = Asked(
        record=case.invoice,
        role=role,
        words="Did the 2 EA arrive?",
        about=ABOUT,
        actor="ann",
        key=key,
        address="https://dockmatch.example",
    )
    number = asking.ask(case.store, case.clock, asked)
    assert number == asking.ask(case.store, case.clock, asked), "the same key asks once"
    with case.store.read() as connection:
        found = questions.by_key(connection, key)
    assert found
    return found


def assigned(case: Case) -> str | None:
    with case.store.read() as connection:
        found = exception.result(connection, case.invoice)
    return found.assigned if found else None


def test_asking_hands_the_invoice_on_and_tells_the_link(case: Case) -> None:
    question = ask(case)
    assert assigned(case) == "receiver"
    (event,) = case.events("question.asked")
    assert event["link"] == f"https://dockmatch.example/ask/{question.token}"
    assert len(question.token) >= 32
    assert asking.state_of(question, case.clock()) == "open"


def test_an_answer_counts_once(case: Case, desk: Desk) -> None:
    question = ask(case)
    yes = Answer(choice="yes", came=Decimal(2), name="Ben")
    states = [desk.take(question, one).state for one in (yes, yes, Answer(choice="no"))]
    assert states == ["taken", "same", "already"]
    (event,) = case.events("question.answered")
    assert (event["answer"], event["came"], event["name"]) == ("yes", "2", "Ben")
    assert event["document"]
    assert len(case.events("file.received")) == 1
    assert assigned(case) is None, "it is back with whom its reason names"


def test_what_the_supplier_says_hands_it_back_to_accounts_payable(case: Case, desk: Desk) -> None:
    question = ask(case, "supplier")
    desk.take(question, Answer(choice="credit", text="on its way"))
    assert assigned(case) == "ap"
    assert case.events("file.received") == []


def test_a_question_expires_and_is_taken_back(case: Case, desk: Desk, clock: Any) -> None:
    first, second = ask(case), ask(case, key="l" * 32)
    assert asking.withdraw(case.store, case.clock, second.token, case.invoice, "ann")
    assert not asking.withdraw(case.store, case.clock, second.token, case.invoice, "ann")
    assert not asking.withdraw(case.store, case.clock, first.token, case.invoice + 1, "ann")
    assert desk.take(second, Answer(choice="yes", came=Decimal(2))).state == "withdrawn"
    clock.pass_seconds(EXPIRES_AFTER["receiver"].total_seconds())
    assert desk.take(first, Answer(choice="yes", came=Decimal(2))).state == "expired"
    assert case.events("question.answered") == []
    assert len(case.events("question.withdrawn")) == 1


def test_nobody_is_asked_about_what_is_not_there(case: Case) -> None:
    asked = Asked(
        record=case.invoice + 99,
        role="receiver",
        words="?",
        about=ABOUT,
        actor="ann",
        key="m" * 32,
        address="",
    )
    assert asking.ask(case.store, case.clock, asked) is None


@pytest.mark.parametrize(
    ("answer", "lines"),
    [
        (Answer(choice="yes", came=Decimal(2)), [(None, "2", False)]),
        (
            Answer(choice="damaged", came=Decimal(2), damaged=Decimal(1), text="crushed"),
            [(None, "2", False), ("return", "1", False)],
        ),
        (Answer(choice="no", final=True), [(None, "0", True)]),
        (Answer(choice="damaged", came=Decimal("1.5"), final=True), [(None, "1.5", True)]),
        (Answer(choice="no"), None),
    ],
)
def test_what_is_said_is_read_back_as_the_receipt_that_it_is(
    case: Case, desk: Desk, answer: Answer, lines: list[tuple[str | None, str, bool]] | None
) -> None:
    question = ask(case)
    desk.take(question, answer)
    received = case.events("file.received")
    if lines is None:
        assert received == []
        return
    (file,) = received
    with desk._archive.open(file["sha256"]) as content:  # noqa: SLF001 - what it was given
        read = read_documents(
            io.BytesIO(content.read()), name=file["name"], sha256="0" * 64, year=2026
        )
        (record,) = [one.record for one in read]
    assert isinstance(record, Receipt)
    assert not record.incomplete
    assert record.evidence == "received"
    assert [(one.type, str(one.quantity), one.final) for one in record.lines] == lines
    assert {(one.order.number, one.order.line) for one in record.lines if one.order} == {
        ("45", "1")
    }


def test_the_answer_about_a_test_is_a_test(case: Case) -> None:
    question = ask(case)
    about = msgspec.json.encode(replace(ABOUT, test=True))
    goods = asking.goods_of(
        replace(question, about=about), Answer(choice="yes", came=Decimal(2)), case.clock()
    )
    assert goods
    assert goods.source.test
