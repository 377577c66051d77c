"""The inbox as the template sees it: what costs most a day first, tabs with their counts.

`order:newest` in the words asks for the order of arrival, `group:cause` for what the invoices of a
supplier have in common.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from aiohttp import web
from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import moment_of, stamp
from gateway.doors.edge import ACTOR
from gateway.doors.services import SERVICES
from gateway.store import events, views
from gateway.store import inbox as store
from gateway.store.looking import Look, Place
from gateway.store.stakes import Stake, stake, stakes
from gateway.web import show, words
from gateway.web.risk import Ranked, Ranking, Risk, is_late
from gateway.web.rows import Cost, Row, Viewer, cost_of, link, place_of, rows_of, written
from gateway.web.words import Words

PAGE_ROWS = 50
GROUPS_SHOWN = 100
SUGGESTED = 5

_TABS = (
    (None, "Everything"),
    ("exception", "Exceptions"),
    ("unmatched", "No order"),
    ("duplicate", "Duplicates"),
    ("waiting", "Waiting"),
    ("incomplete", "Incomplete"),
    ("unreadable", "Unreadable"),
)
_ROLES_BY_RIGHT = {
    "exceptions:decide": "ap",
    "receipts:write": "receiver",
    "approvals:decide": "buyer",
}


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
    """A view with its count; the current one is where we are. `key` names its live counter."""

    key: str
    label: str
    href: str
    count: int
    current: bool


class Unknown(Struct, frozen=True, kw_only=True):
    """A word that is not used: why, the words with the one that may have been meant, or without."""

    word: str
    why: str
    instead: str
    instead_href: str
    without_href: str


class Inbox(Struct, frozen=True, kw_only=True):
    """The whole page. `since` is the last event that it knows of; `arrived` whether any invoice."""

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
    unknown: tuple[Unknown, ...]
    keys: tuple[tuple[str, str], ...]
    suggested: tuple[str, ...]
    held: tuple[str, ...]
    open: int
    arrived: bool
    since: int
    next_href: str | None
    first_href: str | None
    path: str
    here_href: str


def viewer_of(request: web.Request) -> Viewer:
    """Return who looks at a page: by name, and by the roles that their rights make."""
    services, actor = request.app[SERVICES], request[ACTOR]
    roles = [role for right, role in _ROLES_BY_RIGHT.items() if right in actor.rights]
    return Viewer(now=services.clock(), names=(actor.name, *roles), settings=services.review)


def inbox(
    connection: Connection, query: str, after: str | None, viewer: Viewer, *, everything: bool
) -> Inbox:
    """Prepare the page; `everything` shows all invoices instead of what needs a person."""
    found = words.read(query)
    path = "/invoices" if everything else "/inbox"
    grouped = not everything and bool(found.of("group"))
    ranked = not everything and "newest" not in found.of("order")
    place = place_of(after)
    ranking = _ranking(connection, found, viewer) if grouped or ranked else None
    groups, alone = _groups(ranking, query, viewer) if ranking and grouped else ((), 0)
    rows = [] if grouped else _shown(connection, found, place, viewer, ranking)
    counts, invoices = store.open_counts(connection), store.invoice_count(connection)
    shown = rows[:PAGE_ROWS]
    more = len(rows) > PAGE_ROWS
    return Inbox(
        title="All invoices" if everything else "Inbox",
        rows=rows_of(connection, shown, query, viewer),
        groups=groups,
        alone=alone,
        grouped=grouped,
        by_risk=ranked,
        group_href=link(path, q=words.with_word(query, "group", None if grouped else "cause")),
        order_href=link(path, q=words.with_word(query, "order", "newest" if ranked else None)),
        views=tuple(_named(connection, query)),
        tabs=tuple(_tabs(counts, invoices, query, everything=everything)),
        query=query,
        unknown=tuple(_unknown(found, query, path)),
        keys=tuple(words.KEYS.items()),
        suggested=tuple(_suggested(ranking, query)),
        held=tuple(_held(store.held(connection))),
        open=sum(counts.values()),
        arrived=invoices + sum(counts.values()) > 0,
        since=events.last_sequence(connection),
        next_href=link(path, q=query, after=written(shown[-1][0].place)) if more else None,
        first_href=link(path, q=query) if place else None,
        path=path,
        here_href=link(path, q=query),
    )


def _ranking(connection: Connection, found: Words, viewer: Viewer) -> Ranking:
    today, percent = viewer.now.date(), viewer.settings.late_percent
    return Ranking(stakes(connection, look_of(found, viewer)), today, percent)


def _shown(
    connection: Connection,
    found: Words,
    place: Place | None,
    viewer: Viewer,
    ranking: Ranking | None,
) -> list[Ranked]:
    """Return one row more than a page has, with their risks where they are ordered by them."""
    if ranking is not None:
        after = stake(connection, place) if place else None
        return ranking.first(PAGE_ROWS + 1, after=after)
    asked = store.attention if "newest" in found.of("order") else store.invoices
    places = asked(connection, look_of(found, viewer), after=place, limit=PAGE_ROWS + 1)
    return [(Stake(place=one), Risk()) for one in places]


def look_of(found: Words, viewer: Viewer) -> Look:
    """Turn the words of the box into what the store is asked."""
    age = found.age
    return Look(
        verdicts=found.of("verdict"),
        suppliers=found.of("supplier"),
        reasons=found.of("reason"),
        numbers=found.of("number"),
        roles=found.of("role"),
        partners=found.of("partner"),
        causes=found.of("cause"),
        anywhere=found.free,
        mine=viewer.names if found.mine else (),
        before=stamp(viewer.now - age.least) if age.least is not None else None,
        since=stamp(viewer.now - age.most) if age.most is not None else None,
    )


def _tabs(counts: dict[str, int], invoices: int, query: str, *, everything: bool) -> Sequence[Tab]:
    verdicts = words.read(query).of("verdict")
    here = None if everything else ",".join(verdicts)
    tabs = [
        Tab(
            key=verdict or "open",
            label=label,
            href=link("/inbox", q=words.with_verdict(query, verdict)),
            count=counts.get(verdict, 0) if verdict else sum(counts.values()),
            current=here == (verdict or ""),
        )
        for verdict, label in _TABS
    ]
    shown = [tab for tab in tabs if tab.count or tab.current or tab is tabs[0]]
    last = Tab(
        key="invoices",
        label="All invoices",
        href=link("/invoices", q=words.with_verdict(query, None)),
        count=invoices,
        current=everything,
    )
    return [*shown, last]


def _held(sums: dict[str, Decimal]) -> list[str]:
    return [f"{show.money(sums[name], name)} {name}".strip() for name in sorted(sums) if sums[name]]


def _unknown(found: Words, query: str, path: str) -> Iterator[Unknown]:
    for one in found.unknown:
        yield Unknown(
            word=one.word,
            why=one.why,
            instead=one.instead,
            instead_href=link(path, q=words.instead_of(query, one.word, one.instead)),
            without_href=link(path, q=words.instead_of(query, one.word, "")),
        )


def _suggested(ranking: Ranking | None, query: str) -> Iterator[str]:
    """Yield the words with one more that finds much of what is shown, the most first."""
    stakes = [one for one, _ in ranking.rows] if ranking else []
    for key, values in (
        ("supplier", Counter(one.supplier for one in stakes if one.supplier)),
        ("cause", Counter(one.cause for one in stakes if one.cause)),
    ):
        kept = words.with_word(query, key, None)
        for value, _ in values.most_common(SUGGESTED):
            yield f"{kept} {words.written([f'{key}:{value}'])}".strip()
    yield from (f"{query} {word}".strip() for word in ("mine", "age:>3d"))


def _groups(ranking: Ranking, query: str, viewer: Viewer) -> tuple[tuple[Group, ...], int]:
    """Return the causes that several invoices of a supplier share, and how many stand alone."""
    groups: dict[tuple[str, str, str], list[Ranked]] = {}
    for one, risk in ranking.rows:
        if one.cause:
            groups.setdefault((one.supplier, one.cause, one.currency or ""), []).append((one, risk))
    several = [(_sum(members), members) for members in groups.values() if len(members) > 1]
    several.sort(key=lambda summed: (-summed[0].a_day, -summed[0].blocked))
    alone = len(ranking.rows) - sum(len(members) for _, members in several)
    shown = several[:GROUPS_SHOWN]
    return tuple(_group(members, total, query, viewer) for total, members in shown), alone


def _group(members: list[Ranked], total: Risk, query: str, viewer: Viewer) -> Group:
    first = members[0][0]
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
        oldest=show.age(moment_of(oldest), viewer.now),
        late=is_late(viewer.settings.target("exception", None), oldest, viewer.now),
    )


def _sum(members: Sequence[Ranked]) -> Risk:
    a_day = sum((risk.a_day for _, risk in members), Decimal(0))
    why = next((risk.why for _, risk in members if risk.why), "")
    return Risk(a_day=a_day, blocked=sum((r.blocked for _, r in members), Decimal(0)), why=why)


def _named(connection: Connection, query: str) -> Iterator[NamedView]:
    for name, said in views.all_views(connection):
        yield NamedView(name=name, href=link("/inbox", q=said), current=said == query)
