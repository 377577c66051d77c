"""The inbox as the template sees it: rows with their reason first, tabs with their counts.

What costs most a day comes first; `order:newest` in the words asks for the order of arrival.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlencode

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import moment_of
from gateway.store import inbox as store
from gateway.store import views
from gateway.store.inbox import OPEN_VERDICTS, Listed, Look, Place, Stake
from gateway.web import show, words
from gateway.web.risk import TARGETS, Risk, by_risk, following, is_late
from parsers.form import Problem

PAGE_ROWS = 50
BAR_WIDTH = 100
GROUPS_SHOWN = 100

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


class Cost(Struct, frozen=True, kw_only=True):
    """What a day of waiting costs, and why; empty where it costs nothing yet."""

    a_day: str
    why: str


class Row(Struct, frozen=True, kw_only=True):
    """One row: what is wrong, with what, since when, and who has the next move.

    `item` names the result for a decision, empty where there is none to decide.
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
    money: Money | None
    age: str
    received: str
    received_at: str
    role: str


class Group(Struct, frozen=True, kw_only=True):
    """Rows of one supplier with one cause, to be decided at once."""

    href: str
    title: str
    cause: str
    supplier: str
    count: int
    held: str
    currency: str
    cost: Cost | None
    oldest: str
    late: bool


class NamedView(Struct, frozen=True, kw_only=True):
    """Words that somebody named."""

    name: str
    href: str
    current: bool


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
    groups: tuple[Group, ...]
    alone: int
    grouped: bool
    by_risk: bool
    group_href: str
    order_href: str
    views: tuple[NamedView, ...]
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
    path = "/invoices" if everything else "/inbox"
    grouped = not everything and bool(found.of("group"))
    ranked = not everything and "newest" not in found.of("order")
    place = place_of(after)
    groups, alone = grouped_by_cause(connection, query, now) if grouped else ((), 0)
    shown, more = ([], False) if grouped else _shown(connection, found, place, now, path)
    counts = store.open_counts(connection)
    return Inbox(
        title="All invoices" if everything else "Inbox",
        rows=rows_of(connection, shown, query, now),
        groups=groups,
        alone=alone,
        grouped=grouped,
        by_risk=ranked,
        group_href=link(path, q=words.with_word(query, "group", None if grouped else "cause")),
        order_href=link(path, q=words.with_word(query, "order", "newest" if ranked else None)),
        views=tuple(named(connection, query)),
        tabs=tuple(_tabs(counts, store.invoice_count(connection), query, everything=everything)),
        query=query,
        unknown=found.unknown,
        held=tuple(_held(store.held(connection))),
        open=sum(counts.values()),
        next_href=link(path, q=query, after=written(shown[-1][0].place)) if more else None,
        first_href=link(path, q=query) if place else None,
        path=path,
    )


def _shown(
    connection: Connection, found: words.Words, place: Place | None, now: datetime, path: str
) -> tuple[list[tuple[Stake, Risk]], bool]:
    """Return one page of rows, with their risks where they are ordered by them."""
    if path == "/invoices" or "newest" in found.of("order"):
        asked = store.invoices if path == "/invoices" else store.attention
        places = asked(connection, look_of(found), after=place, limit=PAGE_ROWS + 1)
        ranked = [(Stake(place=one), Risk()) for one in places]
    else:
        ranked = ranked_after(connection, look_of(found), place, now.date())
    return ranked[:PAGE_ROWS], len(ranked) > PAGE_ROWS


def ranked_after(
    connection: Connection, look: Look, place: Place | None, today: date
) -> list[tuple[Stake, Risk]]:
    """Return what needs a person behind `place`, what costs most a day first."""
    after = store.stake(connection, place) if place else None
    return following(by_risk(store.stakes(connection, look), today), after, today)


def next_by_risk(connection: Connection, look: Look, place: Place, today: date) -> list[Place]:
    """Return the place that follows `place`; behind the last one, the first."""
    ranked = by_risk(store.stakes(connection, look), today)
    after = following(ranked, store.stake(connection, place), today) or ranked
    return [one.place for one, _ in after[:1]]


def rows_of(
    connection: Connection, shown: Sequence[tuple[Stake, Risk]], query: str, now: datetime
) -> tuple[Row, ...]:
    """Return the rows behind what is shown."""
    risks = {one.place: risk for one, risk in shown}
    listed = store.listed(connection, [one.place for one, _ in shown])
    return tuple(_row(one, query, now, risks[one.place]) for one in listed)


def look_of(found: words.Words) -> Look:
    """Turn the words of the box into what the store is asked."""
    return Look(
        verdicts=found.of("verdict"),
        suppliers=found.of("supplier"),
        reasons=found.of("reason"),
        numbers=found.of("number"),
        roles=found.of("role"),
        partners=found.of("partner"),
        causes=found.of("cause"),
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


def _row(one: Listed, query: str, now: datetime, risk: Risk) -> Row:
    received = moment_of(one.place.at)
    state = _state(one)
    can_decide = state in OPEN_VERDICTS
    return Row(
        href=_href(one, query),
        item=f"{one.place.id}.{one.digest}" if can_decide else "",
        cost=cost_of(risk, one.currency),
        late=is_late(state, one.place.at, now),
        target=show.span(TARGETS[state]) if state in TARGETS else "",
        look=show.LOOKS[state],
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


def grouped_by_cause(
    connection: Connection, query: str, now: datetime
) -> tuple[tuple[Group, ...], int]:
    """Return the causes that several invoices of a supplier share, and how many stand alone."""
    ranked = by_risk(store.stakes(connection, look_of(words.read(query))), now.date())
    groups: dict[tuple[str, str, str], list[tuple[Stake, Risk]]] = {}
    for one, risk in ranked:
        if one.cause:
            groups.setdefault((one.supplier, one.cause, one.currency or ""), []).append((one, risk))
    several = [members for members in groups.values() if len(members) > 1]
    several.sort(key=lambda members: (-_sum(members).a_day, -_sum(members).blocked))
    alone = len(ranked) - sum(len(members) for members in several)
    return tuple(_group(members, query, now) for members in several[:GROUPS_SHOWN]), alone


def _group(members: list[tuple[Stake, Risk]], query: str, now: datetime) -> Group:
    first, total = members[0][0], _sum(members)
    oldest = min(one.place.at for one, _ in members)
    cause, currency = first.cause or "", first.currency or ""
    return Group(
        href=link("/inbox/group", supplier=first.supplier, cause=cause, currency=currency, q=query),
        title=show.cause(cause),
        cause=cause,
        supplier=first.supplier or "Unknown supplier",
        count=len(members),
        held=show.money(total.blocked, currency),
        currency=currency,
        cost=cost_of(total, currency),
        oldest=show.age(moment_of(oldest), now),
        late=is_late("exception", oldest, now),
    )


def _sum(members: list[tuple[Stake, Risk]]) -> Risk:
    a_day = sum((risk.a_day for _, risk in members), Decimal(0))
    why = next((risk.why for _, risk in members if risk.why), "")
    return Risk(a_day=a_day, blocked=sum((r.blocked for _, r in members), Decimal(0)), why=why)


def named(connection: Connection, query: str) -> Iterator[NamedView]:
    """Yield the views that somebody named."""
    for name, said in views.all_views(connection):
        yield NamedView(name=name, href=link("/inbox", q=said), current=said == query)


def cost_of(risk: Risk, currency: str | None) -> Cost | None:
    """Prepare what a day of waiting costs."""
    return Cost(a_day=show.money(risk.a_day, currency), why=risk.why) if risk.a_day else None


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
