"""The acknowledgments: what we sent and whether it was taken, and what we answered."""

from collections.abc import Iterator
from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import moment_of
from gateway.store import awaited
from gateway.store.awaited import Shown, View
from gateway.web import show
from gateway.web.rows import link

PAGE_ROWS = 50
PATH = "/acknowledgments"
_LABELS: dict[View, str] = {
    "overdue": "Overdue",
    "rejected": "Rejected",
    "awaited": "Awaited",
    "accepted": "Taken",
    "answers": "Our answers",
}
_EMPTY: dict[View, str] = {
    "overdue": "Nothing is overdue.",
    "rejected": "Nothing was rejected.",
    "awaited": "Nothing is awaited.",
    "accepted": "Nothing was acknowledged yet.",
    "answers": "Nothing was answered yet.",
}
_LOOKS = {
    "overdue": show.Look(icon="clock", word="Overdue", tone="bad"),
    "awaited": show.Look(icon="clock", word="Awaited", tone="wait"),
    "sent": show.Look(icon="check", word="Sent", tone="quiet"),
    "accepted": show.Look(icon="check", word="Accepted", tone="good"),
    "accepted_with_errors": show.Look(icon="about", word="Accepted with errors", tone="wait"),
    "partially_accepted": show.Look(icon="torn", word="Rejected in part", tone="bad"),
    "rejected": show.Look(icon="cross", word="Rejected", tone="bad"),
}
_UNWRITTEN = show.Look(icon="clock", word="To be written", tone="wait")
_SENT_AGAIN = {"awaited", "rejected", "partially_accepted"}
_ERRORS_SHOWN = 3


class Tab(Struct, frozen=True, kw_only=True):
    """A view with its count."""

    label: str
    href: str
    count: int
    current: bool


class Row(Struct, frozen=True, kw_only=True):
    """One file that went out: what it is, how it stands, and what was said of it."""

    id: int
    title: str
    facts: tuple[str, ...]
    file: str
    look: show.Look
    said: tuple[str, ...]
    sent: str
    until: str
    answered_href: str | None
    is_repeatable: bool


class Acknowledgments(Struct, frozen=True, kw_only=True):
    """The whole page."""

    tabs: tuple[Tab, ...]
    rows: tuple[Row, ...]
    empty: str
    ours: bool
    next_href: str | None


class _Said(Struct):
    kind: str = ""
    status: str = ""
    errors: tuple[str, ...] = ()


_said = msgspec.json.Decoder(_Said)


def acknowledgments(
    connection: Connection, view: str | None, before: int | None, now: datetime
) -> Acknowledgments:
    """Prepare the page for a view, newest first; without one, for the first that holds anything."""
    counts = awaited.tallies(connection)
    fullest: View = next((one for one in _LABELS if counts[one]), "awaited")
    chosen: View = next((one for one in _LABELS if one == view), fullest)
    found = awaited.listed(connection, chosen, before=before, limit=PAGE_ROWS + 1)
    shown = found[:PAGE_ROWS]
    more = link(PATH, view=chosen, before=str(shown[-1].id)) if len(found) > PAGE_ROWS else None
    return Acknowledgments(
        tabs=tuple(
            Tab(
                label=label,
                href=link(PATH, view=one),
                count=counts[one],
                current=one == chosen,
            )
            for one, label in _LABELS.items()
        ),
        rows=tuple(_row(one, now) for one in shown),
        empty=_EMPTY[chosen],
        ours=chosen == "answers",
        next_href=more,
    )


def _row(one: Shown, now: datetime) -> Row:
    said = _said.decode(one.said) if one.said else _Said()
    subject = one.number or one.of_file or ""
    return Row(
        id=one.id,
        title=f"{one.kind} {'for ' if one.of_file else ''}{subject}".strip(),
        facts=tuple(_facts(one)),
        file=one.name,
        look=_look(one, said),
        said=said.errors[:_ERRORS_SHOWN],
        sent=show.moment(moment_of(one.created_at)),
        until=_until(one, said, now),
        answered_href=f"/documents/{one.acknowledged_by}/file" if one.acknowledged_by else None,
        is_repeatable=one.purpose == "document" and one.state in _SENT_AGAIN,
    )


def _facts(one: Shown) -> Iterator[str]:
    yield one.partner
    yield f"no. {one.control}"
    if one.test:
        yield "test"


def _look(one: Shown, said: _Said) -> show.Look:
    """Return how a file stands: an answer of ours by what it says."""
    if one.written_at is None:
        return _UNWRITTEN
    if one.state == "sent" and said.status in _LOOKS:
        return _LOOKS[said.status]
    return _LOOKS["overdue" if one.state == "awaited" and one.overdue_at else one.state]


def _until(one: Shown, said: _Said, now: datetime) -> str:
    """Say when the acknowledgment is due, or when which one came."""
    if one.acknowledged_at and one.state != "awaited":
        return f"{said.kind}, {show.moment(moment_of(one.acknowledged_at))}"
    if one.due_at is None:
        return ""
    due = moment_of(one.due_at)
    return f"due {show.ahead(due, now)}" if due > now else f"overdue for {show.age(due, now)}"
