"""Rows of the inbox as the template sees them: the reason first, then money, age, who is next."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import moment_of
from gateway.store import inbox as store
from gateway.store.inbox import Listed
from gateway.store.looking import OPEN_VERDICTS, Place
from gateway.store.stakes import Stake
from gateway.web import show
from gateway.web.risk import ReviewSettings, Risk, is_late
from parsers.form import Problem

BAR_WIDTH = 100


class Viewer(Struct, frozen=True, kw_only=True):
    """Who looks, when, and by what reviewing is measured; `names` are theirs and their roles'."""

    now: datetime
    names: tuple[str, ...] = ()
    settings: ReviewSettings = ReviewSettings()


class Bar(Struct, frozen=True, kw_only=True):
    """Three lengths that add up to BAR_WIDTH: the money approved, pending and disputed."""

    approved: int
    pending: int
    disputed: int


class Money(Struct, frozen=True, kw_only=True):
    """What becomes of an invoice's money; parts that are nothing are empty."""

    total: str
    currency: str
    approved: str
    pending: str
    disputed: str
    bar: Bar


class Cost(Struct, frozen=True, kw_only=True):
    """What a day of waiting costs, and why; empty where it costs nothing yet."""

    a_day: str
    why: str


class Row(Struct, frozen=True, kw_only=True):
    """One row: what is wrong, with what, since when, and who has the next move.

    `item` names the result for a decision, empty where there is none to decide; `read` is how
    surely the document was read, and `read_why` why.
    """

    href: str
    item: str
    cost: Cost | None
    late: bool
    target: str
    look: show.Look
    headline: str
    supplier: str
    number: str
    file: str
    read: show.Look
    read_why: str
    money: Money | None
    age: str
    received: str
    received_at: str
    role: str


class _Source(Struct, frozen=True):
    format: str = ""


class _Body(Struct, frozen=True):
    problems: tuple[Problem, ...] = ()
    source: _Source = _Source()


_body = msgspec.json.Decoder(_Body)
_problems = msgspec.json.Decoder(tuple[Problem, ...])


def rows_of(
    connection: Connection, shown: Sequence[tuple[Stake, Risk]], query: str, viewer: Viewer
) -> tuple[Row, ...]:
    """Return the rows behind what is shown."""
    risks = {one.place: risk for one, risk in shown}
    listed = store.listed(connection, [one.place for one, _ in shown])
    return tuple(_row(one, query, viewer, risks[one.place]) for one in listed)


def _row(one: Listed, query: str, viewer: Viewer, risk: Risk) -> Row:
    received = moment_of(one.place.at)
    state, role = _state(one), _role(one)
    target = viewer.settings.target(state, role)
    body = _body.decode(one.body) if one.body else _Body()
    read, why = _read(one, body)
    return Row(
        href=_href(one, query),
        item=f"{one.place.id}.{one.digest}" if state in OPEN_VERDICTS else "",
        cost=cost_of(risk, one.currency),
        late=is_late(target, one.place.at, viewer.now),
        target=show.span(target) if target else "",
        look=show.LOOKS[state],
        headline=_headline(one, body),
        supplier=one.supplier or one.partner,
        number=one.number or "",
        file=one.file,
        read=read,
        read_why=why,
        money=money_of(one.approved, one.pending, one.disputed, one.currency),
        age=show.age(received, viewer.now),
        received=show.moment(received),
        received_at=one.place.at,
        role=show.role(role),
    )


def cost_of(risk: Risk, currency: str | None) -> Cost | None:
    """Prepare what a day of waiting costs."""
    return Cost(a_day=show.money(risk.a_day, currency), why=risk.why) if risk.a_day else None


def _role(one: Listed) -> str | None:
    if one.verdict:
        return one.role
    return "sender" if one.place.kind == "file" else "ap"


def _href(one: Listed, query: str) -> str:
    if one.place.kind == "file":
        return f"/quarantine#file-{one.place.id}"
    return link(f"/{'doc' if one.place.kind == 'record' else 'x'}/{one.place.id}", q=query)


def _state(one: Listed) -> str:
    if one.place.kind == "file":
        return "unreadable"
    return one.decided or one.verdict or "incomplete"


def _read(one: Listed, body: _Body) -> tuple[show.Look, str]:
    """Return how surely a document was read, and why: by icon and word, and by what was noticed."""
    if one.place.kind == "file":
        return show.READ["wrong"], "nothing of it could be read"
    faults = body.problems
    errors = [problem for problem in faults if problem.is_error]
    if errors:
        return show.READ["wrong"], errors[0].message
    if faults:
        return show.READ["look"], faults[0].message
    return show.READ["sure"], f"every value was read from its {show.read_from(body.source.format)}"


def _headline(one: Listed, body: _Body) -> str:
    if one.reason:
        return one.reason
    problems = _problems.decode(one.problems) if one.problems else body.problems
    worst = next((problem for problem in problems if problem.is_error), None)
    told = worst or next(iter(problems), None)
    if told is None:
        return "Nothing to object to." if one.verdict else "It could not be read whole."
    return f"{told.message[:1].upper()}{told.message[1:]}" + (f" ({told.at})" if told.at else "")


def money_of(
    approved: str | None, pending: str | None, disputed: str | None, currency: str | None
) -> Money | None:
    """Prepare what becomes of an invoice's money."""
    if approved is None or pending is None or disputed is None:
        return None
    parts = Decimal(approved), Decimal(pending), Decimal(disputed)
    return Money(
        total=show.money(sum(parts, Decimal(0)), currency),
        currency=currency or "",
        approved=show.money(parts[0], currency) if parts[0] else "",
        pending=show.money(parts[1], currency) if parts[1] else "",
        disputed=show.money(parts[2], currency) if parts[2] else "",
        bar=bar_of(*parts),
    )


def bar_of(approved: Decimal, pending: Decimal, disputed: Decimal) -> Bar:
    """Divide the bar; what is not nothing is never invisible."""
    whole = abs(approved) + abs(pending) + abs(disputed)
    if not whole:
        return Bar(approved=0, pending=0, disputed=0)
    least = BAR_WIDTH // 50
    held = [
        max(int(BAR_WIDTH * abs(part) / whole), least) if part else 0
        for part in (pending, disputed)
    ]
    left = BAR_WIDTH - sum(held)
    if not approved:
        held[0 if pending else 1] += left
        left = 0
    return Bar(approved=left, pending=held[0], disputed=held[1])


def written(place: Place) -> str:
    """Write a place for a link."""
    return f"{place.kind}.{place.id}.{place.at}"


def place_of(text: str | None) -> Place | None:
    """Read a place from a link; None where it is none."""
    kind, _, rest = (text or "").partition(".")
    number, _, at = rest.partition(".")
    if not (number.isascii() and number.isdigit()):
        return None
    try:
        return msgspec.convert({"at": at, "kind": kind, "id": int(number[:18])}, Place)
    except msgspec.ValidationError:
        return None


def link(path: str, **query: str | None) -> str:
    """Return `path` with the parts of `query` that say something."""
    said = urlencode({name: value for name, value in query.items() if value})
    return f"{path}?{said}" if said else path
