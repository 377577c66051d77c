"""What can be done about an invoice beside accepting it, and what was done and still holds."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import moment_of
from gateway.flows import allowing, amending, asking, short_paying
from gateway.flows.asking import Answer
from gateway.store import limits, memos, questions
from gateway.store.exception import Result
from gateway.store.questions import Question
from gateway.web import show
from gateway.web.case.answering import SAID
from gateway.web.rows import link
from mappers.canonical import AnyRecord, Invoice
from matcher.result import Reconciliation

_FOR_RECEIVER = ("WAITING_RECEIPT", "QTY_", "WAITING_INSPECTION")
_STATES = {
    "open": show.Look(icon="clock", word="Not answered yet", tone="wait"),
    "answered": show.Look(icon="check", word="Answered", tone="good"),
    "expired": show.Look(icon="dash", word="Expired", tone="quiet"),
    "withdrawn": show.Look(icon="dash", word="Taken back", tone="quiet"),
}
_SHAPES = {
    "relinked": "Linked to another order line",
    "allowed_once": "Tolerance adjusted once",
}


class Way(Struct, frozen=True, kw_only=True):
    """A way to settle an invoice: `key` is its letter on the keyboard."""

    label: str
    hint: str
    href: str
    icon: str
    key: str


class AskedView(Struct, frozen=True, kw_only=True):
    """A question and its answer; while it is open, the link that answers it."""

    look: show.Look
    to: str
    words: str
    actor: str
    age: str
    link: str
    mail: str
    until: str
    answer: str
    said: Answer | None
    token: str


class InForce(Struct, frozen=True, kw_only=True):
    """A decision that holds and can be taken back: by which form, and what names it there."""

    title: str
    words: str
    actor: str
    action: str
    field: str
    value: str
    href: str = ""


class Ways(Struct, frozen=True, kw_only=True):
    """The ways of one invoice, with what came of them."""

    ways: tuple[Way, ...] = ()
    asked: tuple[AskedView, ...] = ()
    in_force: tuple[InForce, ...] = ()
    memos: tuple[InForce, ...] = ()


class Asker(Struct, frozen=True, kw_only=True):
    """Who looks: when, at which address, from which list, and what was just done."""

    now: datetime
    address: str
    query: str
    done: str = ""


def ways(
    connection: Connection,
    result: Result,
    told: Reconciliation,
    record: AnyRecord,
    asker: Asker,
) -> Ways:
    """Return what can be done about an invoice, and what holds of what was done."""
    number = result.record_id
    asked = questions.of_record(connection, number)
    return Ways(
        ways=tuple(_ways(told, record, number, asker.query)) if result.open else (),
        asked=tuple(_asked(one, asker) for one in reversed(asked)),
        in_force=tuple(_in_force(connection, number)),
        memos=tuple(_memos(connection, number, asker.now)),
    )


def _ways(told: Reconciliation, record: AnyRecord, number: int, query: str) -> Iterator[Way]:
    here, codes = f"/x/{number}", [one.code for one in told.findings]
    if told.verdict in {"matched", "matched_within_tolerance"}:
        return
    if any(code.startswith(_FOR_RECEIVER) for code in codes):
        yield Way(
            label="Ask the receiver",
            hint="one question on their phone",
            href=link(f"{here}/ask", role="receiver", q=query),
            icon="said",
            key="ask",
        )
    yield Way(
        label="Ask the supplier",
        hint="by a link, without an account",
        href=link(f"{here}/ask", role="supplier", q=query),
        icon="said",
        key="ask-supplier",
    )
    if isinstance(record, Invoice) and record.lines and told.verdict != "duplicate":
        yield Way(
            label="Link a line",
            hint="to another order line",
            href=link(f"{here}/relink", q=query),
            icon="unlinked",
            key="relink",
        )
    if allowing.allowances(told) or allowing.proposed(told):
        yield Way(
            label="Adjust tolerance",
            hint="once, or as policy",
            href=link(f"{here}/allow", q=query),
            icon="about",
            key="allow",
        )
    if short_paying.draft(told):
        yield Way(
            label="Pay short",
            hint=f"debit memo of {show.money(told.disputed, told.currency)}",
            href=link(f"{here}/short-pay", q=query),
            icon="torn",
            key="short-pay",
        )


def _asked(one: Question, asker: Asker) -> AskedView:
    state = asking.state_of(one, asker.now)
    address = asking.link_of(asker.address, one.token) if state == "open" else ""
    about = asking.about_of(one)
    subject = quote(f"Question about invoice {about.invoice}")
    body = quote(f"{one.words}\n\nPlease answer here: {address}\n")
    answered = state == "answered" and one.said
    said = msgspec.json.decode(one.said, type=Answer) if answered and one.said else None
    return AskedView(
        look=_STATES[state],
        to=show.role(one.role),
        words=one.words,
        actor=one.actor,
        age=show.age(moment_of(one.asked_at), asker.now),
        link=address,
        mail=f"mailto:?subject={subject}&body={body}" if address else "",
        until=show.day(moment_of(one.expires_at)),
        answer=SAID.get(one.answer or "", "") if said else "",
        said=said,
        token=one.token,
    )


def _in_force(connection: Connection, number: int) -> Iterator[InForce]:
    for key, fact, actor in amending.in_force(connection, number):
        title = _SHAPES.get(fact.shape, f"Repair: {fact.shape.replace('_', ' ')}")
        own = f"Line {' and '.join(fact.remove)}" if fact.remove else ""
        targets = " and ".join(line.po_line or "" for line in fact.add) or fact.order_line or ""
        order = next((line.po for line in fact.add if line.po), fact.order) or ""
        words = f"{own or 'Lines'} of this invoice, order {order} line {targets}"
        if not fact.remove:
            words = f"Order {order} line {targets}"
        yield InForce(
            title=title, words=words, actor=actor, action="withdraw", field="fact", value=key
        )
    for rule in limits.of_record(connection, number):
        whom = f"supplier {rule.supplier}" if rule.supplier else "all suppliers"
        yield InForce(
            title="Limit set",
            words=f"{rule.key} = {rule.value} for {whom}: {rule.reason}",
            actor=rule.actor,
            action="limit/end",
            field="limit",
            value=str(rule.id),
        )


def _memos(connection: Connection, number: int, now: datetime) -> Iterator[InForce]:
    for memo in memos.of_record(connection, number):
        can = short_paying.withdrawable(memo, now)
        state = " (taken back)" if memo.withdrawn_at else ""
        yield InForce(
            title=f"Debit memo {memo.number}{state}",
            words=f"{memo.amount} {memo.currency or ''} deducted, {memo.paid} paid",
            actor=memo.actor,
            action="short-pay/withdraw" if can else "",
            field="memo",
            value=str(memo.id),
            href=f"/memos/{memo.id}",
        )
