"""The inbox as the template sees it: rows with their reason first, tabs with their counts."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import moment_of
from gateway.store import inbox as store
from gateway.store.inbox import Listed, Look, Place
from gateway.web import show, words
from parsers.form import Problem

PAGE_ROWS = 50
BAR_WIDTH = 100

_TABS = (
    (None, "Everything"),
    ("exception", "Exceptions"),
    ("unmatched", "No order"),
    ("duplicate", "Duplicates"),
    ("waiting", "Waiting"),
    ("incomplete", "Incomplete"),
    ("unreadable", "Unreadable"),
)


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


class Row(Struct, frozen=True, kw_only=True):
    """One row: what is wrong, with what, since when, and who has the next move."""

    href: str
    look: show.Look
    headline: str
    supplier: str
    number: str
    file: str
    money: Money | None
    age: str
    received: str
    received_at: str
    role: str


class Tab(Struct, frozen=True, kw_only=True):
    """A view with its count; the current one is where we are."""

    label: str
    href: str
    count: int
    current: bool


class Inbox(Struct, frozen=True, kw_only=True):
    """The whole page."""

    title: str
    rows: tuple[Row, ...]
    tabs: tuple[Tab, ...]
    query: str
    unknown: tuple[str, ...]
    held: tuple[str, ...]
    open: int
    next_href: str | None
    first_href: str | None
    path: str


class _Body(Struct):
    problems: tuple[Problem, ...] = ()


def inbox(
    connection: Connection, query: str, after: str | None, now: datetime, *, everything: bool
) -> Inbox:
    """Prepare the page; `everything` shows all invoices instead of what needs a person."""
    found = words.read(query)
    place = place_of(after)
    asked = store.invoices if everything else store.attention
    places = asked(connection, look_of(found), after=place, limit=PAGE_ROWS + 1)
    path = "/invoices" if everything else "/inbox"
    counts = store.open_counts(connection)
    more = len(places) > PAGE_ROWS
    rows = store.listed(connection, places[:PAGE_ROWS])
    return Inbox(
        title="All invoices" if everything else "Inbox",
        rows=tuple(_row(one, query, now) for one in rows),
        tabs=tuple(_tabs(counts, store.invoice_count(connection), query, everything=everything)),
        query=query,
        unknown=found.unknown,
        held=tuple(_held(store.held(connection))),
        open=sum(counts.values()),
        next_href=link(path, q=query, after=written(places[PAGE_ROWS - 1])) if more else None,
        first_href=link(path, q=query) if place else None,
        path=path,
    )


def look_of(found: words.Words) -> Look:
    """Turn the words of the box into what the store is asked."""
    return Look(
        verdicts=found.of("verdict"),
        suppliers=found.of("supplier"),
        reasons=found.of("reason"),
        numbers=found.of("number"),
        roles=found.of("role"),
        partners=found.of("partner"),
        anywhere=found.free,
    )


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


def _tabs(counts: dict[str, int], invoices: int, query: str, *, everything: bool) -> Sequence[Tab]:
    verdicts = words.read(query).of("verdict")
    here = None if everything else ",".join(verdicts)
    tabs = [
        Tab(
            label=label,
            href=link("/inbox", q=words.with_verdict(query, verdict)),
            count=counts.get(verdict, 0) if verdict else sum(counts.values()),
            current=here == (verdict or ""),
        )
        for verdict, label in _TABS
    ]
    shown = [tab for tab in tabs if tab.count or tab.current or tab is tabs[0]]
    last = Tab(
        label="All invoices",
        href=link("/invoices", q=words.with_verdict(query, None)),
        count=invoices,
        current=everything,
    )
    return [*shown, last]


def _held(sums: dict[str, Decimal]) -> list[str]:
    return [f"{show.money(sums[name], name)} {name}".strip() for name in sorted(sums) if sums[name]]


def _row(one: Listed, query: str, now: datetime) -> Row:
    received = moment_of(one.place.at)
    return Row(
        href=_href(one, query),
        look=show.LOOKS[_state(one)],
        headline=_headline(one),
        supplier=one.supplier or one.partner,
        number=one.number or "",
        file=one.file,
        money=money_of(one.approved, one.pending, one.disputed, one.currency),
        age=show.age(received, now),
        received=show.moment(received),
        received_at=one.place.at,
        role=_role(one),
    )


def _role(one: Listed) -> str:
    if one.verdict:
        return show.role(one.role)
    return "The sender" if one.place.kind == "file" else "Accounts payable"


def _href(one: Listed, query: str) -> str:
    if one.place.kind == "file":
        return f"/quarantine#file-{one.place.id}"
    return link(f"/x/{one.place.id}", q=query)


def _state(one: Listed) -> str:
    if one.place.kind == "file":
        return "unreadable"
    return one.decided or one.verdict or "incomplete"


def _headline(one: Listed) -> str:
    if one.reason:
        return one.reason
    problems = _problems(one)
    worst = next((problem for problem in problems if problem.is_error), None)
    told = worst or next(iter(problems), None)
    if told is None:
        return "Nothing to object to." if one.verdict else "It could not be read whole."
    return f"{told.message[:1].upper()}{told.message[1:]}" + (f" ({told.at})" if told.at else "")


def _problems(one: Listed) -> tuple[Problem, ...]:
    if one.problems:
        return msgspec.json.decode(one.problems, type=tuple[Problem, ...])
    return msgspec.json.decode(one.body, type=_Body).problems if one.body else ()


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
