"""Asking: one question to the receiver or the supplier by a link, and what becomes of the answer.

Nobody needs an account: the link is the permission, for one question, once, until it expires. What
a receiver answers is goods that came or did not, so it becomes a document like any other receipt:
it is archived, read and matched, and can be looked at. What a supplier answers are words, and files
that come in as that partner's own. Both stand in the invoice's timeline, and hand it back.
"""

import io
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from gateway.archive import Archive
from gateway.clock import Clock, moment_of, stamp
from gateway.flows.intake import Arrived, Intake
from gateway.flows.news import subject_of
from gateway.store import exception, questions
from gateway.store.engine import Store
from gateway.store.events import NewEvent, announce
from gateway.store.questions import NewQuestion, Question
from gateway.writing import write_document
from mappers.canonical import Item, OrderRef, Receipt, ReceiptLine
from mappers.writing import Outgoing

Role = Literal["receiver", "supplier"]
EXPIRES_AFTER: Final = {"receiver": timedelta(days=7), "supplier": timedelta(days=14)}
ANSWERS: Final = {
    "receiver": ("yes", "no", "damaged"),
    "supplier": ("credit", "price_is_right", "corrected", "other"),
}
RECEIVERS = "receivers"
"""The partner in whose name answers of receivers are taken in."""

_DOOR = "question"
_WITHDRAWN = "withdrawn"


class About(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a question is about: an invoice, a line of it, and what is ordered, came and is billed.

    `missing` is what is billed and has not come, in `uom`.
    """

    invoice: str
    supplier: str
    line: str | None = None
    order: str | None = None
    order_line: str | None = None
    item: Item | None = None
    uom: str | None = None
    ordered: Decimal | None = None
    received: Decimal | None = None
    billed: Decimal | None = None
    missing: Decimal | None = None
    price: Decimal | None = None
    ordered_price: Decimal | None = None
    money: Decimal | None = None
    currency: str | None = None
    sentence: str = ""
    test: bool = False


class Asked(Struct, frozen=True, kw_only=True):
    """A question to be asked by a person; `address` is where the pages of this gateway are."""

    record: int
    role: Role
    words: str
    about: About
    actor: str
    key: str
    address: str


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was answered: how much came, how much of it damaged, in whose words.

    `final` says that nothing more will come; `document` is the receipt number of what became of it.
    """

    choice: str
    came: Decimal | None = None
    damaged: Decimal | None = None
    final: bool = False
    text: str = ""
    name: str = ""
    document: int | None = None
    file: str = ""


class Answered(Struct, frozen=True, kw_only=True):
    """What became of an answer; `question` is how it stands now."""

    state: Literal["taken", "same", "already", "expired", "withdrawn"]
    question: Question


def state_of(asked: Question, now: datetime) -> str:
    """Return how a question stands: open, answered, expired or withdrawn."""
    if asked.answer is not None:
        return "withdrawn" if asked.answer == _WITHDRAWN else "answered"
    return "expired" if moment_of(asked.expires_at) <= now else "open"


def link_of(address: str, token: str) -> str:
    """Return the address of a question's page."""
    return f"{address}/ask/{token}"


def ask(store: Store, clock: Clock, asked: Asked) -> int | None:
    """Ask a question, and hand the invoice to whom it is asked; None without such an invoice.

    The same key asks once. The event has the link, so that a system with a mail server can send it.
    """
    now = clock()
    with store.write() as connection:
        known = questions.by_key(connection, asked.key)
        if known is not None:
            return known.id
        if exception.result(connection, asked.record) is None:
            return None
        new = NewQuestion(
            record_id=asked.record,
            key=asked.key,
            role=asked.role,
            token=secrets.token_urlsafe(24),
            words=asked.words,
            about=msgspec.json.encode(asked.about),
            actor=asked.actor,
            asked_at=stamp(now),
            expires_at=stamp(now + EXPIRES_AFTER[asked.role]),
        )
        number = questions.ask(connection, new)
        exception.assign(connection, asked.record, asked.role)
        told = {"link": link_of(asked.address, new.token), "expires_at": new.expires_at}
        event = _event("question.asked", number, new, told, asked.actor)
        announce(connection, [event], stamp(now))
    return number


def withdraw(store: Store, clock: Clock, token: str, record: int, actor: str) -> bool:
    """Take an open question back; its link says so from now on."""
    now = stamp(clock())
    with store.write() as connection:
        asked = questions.by_token(connection, token)
        if asked is None or asked.record_id != record:
            return False
        if not questions.answer(connection, asked.id, answer=_WITHDRAWN, said=b"{}", at=now):
            return False
        exception.assign(connection, asked.record_id, None)
        event = _event("question.withdrawn", asked.id, asked, {}, actor)
        announce(connection, [event], now)
    return True


class Desk:
    """Takes answers: `archive` and `intake` make a receiver's answer a document."""

    def __init__(self, store: Store, archive: Archive, intake: Intake, clock: Clock) -> None:
        self._store = store
        self._archive = archive
        self._intake = intake
        self._clock = clock

    def take(self, asked: Question, answer: Answer) -> Answered:
        """Take the answer to a question: once, and where it repeats itself, as the same."""
        now = self._clock()
        goods = goods_of(asked, answer, now) if asked.role == "receiver" else None
        arrived = self._archived(asked, goods, now) if goods else None
        with self._store.write() as connection:
            current = questions.by_token(connection, asked.token) or asked
            state = state_of(current, now)
            if state != "open":
                return Answered(state=_late(current, state, answer), question=current)
            if arrived:
                (receipt,) = self._intake.receive(connection, [arrived])
                answer = msgspec.structs.replace(answer, document=receipt.number)
            self._write(connection, current, answer, stamp(now))
            written = questions.by_token(connection, asked.token) or asked
        return Answered(state="taken", question=written)

    def _archived(self, asked: Question, goods: Receipt, now: datetime) -> Arrived:
        outgoing = Outgoing(
            identifier=f"{goods.number}@dockmatch",
            sent_at=now.astimezone(UTC),
            test=goods.source.test,
            sender={"network_id": "dockmatch"},
            receiver={"network_id": "supplier"},
        )
        content = write_document(goods, "cxml-receipt", outgoing)
        return Arrived(
            claim=f"question-{asked.id}-{asked.token[:24]}",
            partner=RECEIVERS,
            name=f"{goods.number}.xml",
            door=_DOOR,
            stored=self._archive.put(io.BytesIO(content)),
        )

    def _write(self, connection: Connection, asked: Question, answer: Answer, at: str) -> None:
        said = msgspec.json.encode(answer)
        questions.answer(connection, asked.id, answer=answer.choice, said=said, at=at)
        exception.assign(connection, asked.record_id, "ap" if asked.role == "supplier" else None)
        told = msgspec.to_builtins(answer) | {"answer": answer.choice}
        told.pop("choice")
        event = _event("question.answered", asked.id, asked, told, answer.name or asked.role)
        announce(connection, [event], at)


def _late(
    asked: Question, state: str, answer: Answer
) -> Literal["same", "already", "expired", "withdrawn"]:
    """Return what becomes of an answer that comes when the question is not open any more."""
    if state != "answered":
        return "expired" if state == "expired" else "withdrawn"
    before = msgspec.json.decode(asked.said or b"{}", type=dict[str, object])
    return "same" if before.get("choice") == answer.choice else "already"


def goods_of(asked: Question, answer: Answer, now: datetime) -> Receipt | None:
    """Return what an answer says about goods as a receipt; None where it says nothing new.

    What came counts as received, and what of it is damaged goes back; that nothing more will come
    closes the order line for receiving (S5.1), so that what is missing is disputed, not awaited.
    """
    about = about_of(asked)
    came, damaged = answer.came or Decimal(0), answer.damaged or Decimal(0)
    if not about.order or not (came or answer.final):
        return None
    order = OrderRef(number=about.order, line=about.order_line)
    line = ReceiptLine(
        number="1",
        order=order,
        item=about.item,
        quantity=came,
        uom=about.uom,
        final=answer.final,
        reason=answer.text or None,
    )
    back = ReceiptLine(
        number="2",
        order=order,
        item=about.item,
        type="return",
        quantity=damaged,
        uom=about.uom,
        reason=answer.text or "Damaged",
    )
    who = answer.name or "the receiver"
    fields = {"currency": about.currency} if about.currency else {}
    receipt = Receipt(
        evidence="received",
        type="delivery",
        number=f"ASK-{asked.id}",
        date=now.date(),
        lines=(line, back) if damaged else (line,),
        fields=fields,
        notes=(f"{who}: {answer.choice}. {asked.words}",),
    )
    source = msgspec.structs.replace(receipt.source, test=about.test)
    return msgspec.structs.replace(receipt, source=source)


def about_of(asked: NewQuestion) -> About:
    """Return what a question is about."""
    return msgspec.json.decode(asked.about, type=About)


def _event(
    kind: str, number: int, asked: NewQuestion, more: Mapping[str, object], actor: str
) -> NewEvent:
    about = about_of(asked)
    told: dict[str, object] = {
        "record": asked.record_id,
        "question": number,
        "role": asked.role,
        "words": asked.words,
        "invoice": about.invoice,
        "line": about.line,
        "order": about.order,
        "order_line": about.order_line,
    }
    told |= more
    return NewEvent(
        type=kind,
        subject=subject_of(asked.record_id),
        data=msgspec.json.encode({name: one for name, one in told.items() if one is not None}),
        actor=actor[:64],
    )
