"""Comparing runs: a result beside the one before it, only what changed, and what caused it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
from aiohttp import web
from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import moment_of
from gateway.doors.services import SERVICES
from gateway.store import exception, limits, runs
from gateway.store.exception import Kept
from gateway.store.runs import Run
from gateway.web import show
from gateway.web.case.differing import Changed, Told, changes, told_of
from gateway.web.case.heads import Head, looked_at
from gateway.web.serving import answer_page
from mappers.canonical import AnyRecord

_record: msgspec.json.Decoder[AnyRecord] = msgspec.json.Decoder(AnyRecord)
_DECIDED = {
    "repair": "a repair was accepted",
    "relink": "a line was linked to another order line",
    "allow": "a tolerance was adjusted",
    "short_pay": "a debit memo was written",
    "withdraw": "a decision was taken back",
}


class Cause(Struct, frozen=True, kw_only=True):
    """What led to another result; `href` leads to it."""

    text: str
    href: str = ""


class RunView(Struct, frozen=True, kw_only=True):
    """A result and how it differs from the one before; the first has none before it."""

    version: int
    at: str
    when: str
    age: str
    look: show.Look
    is_first: bool
    changes: tuple[Changed, ...]
    causes: tuple[Cause, ...]


class Page(Struct, frozen=True, kw_only=True):
    """The runs of an invoice, newest first."""

    head: Head
    runs: tuple[RunView, ...]
    is_cut: bool


class _Made(Struct, frozen=True, kw_only=True):
    version: int
    at: str
    digest: str
    told: Told


async def show_runs(request: web.Request) -> web.Response:
    """Show how the results of an invoice came to differ."""
    record_id, query = int(request.match_info["id"]), request.query.get("q", "")
    now = request.app[SERVICES].clock()

    def view(connection: Connection) -> Page | None:
        return _page(connection, record_id, query, now)

    return await answer_page(request, "runs.html", view)


def _page(connection: Connection, record_id: int, query: str, now: datetime) -> Page | None:
    looked = looked_at(connection, record_id, query)
    if looked is None:
        return None
    earlier = runs.of_record(connection, record_id)
    result = looked.result
    current = Run(
        version=result.version, digest=result.digest, at=result.changed_at, body=result.body
    )
    made = [_made(one) for one in (current, *earlier)]
    shown = tuple(_view(connection, record_id, pair, now) for pair in _pairs(made))
    return Page(head=looked.head, runs=shown, is_cut=len(earlier) == runs.RUNS_MAX)


def _made(one: Run) -> _Made:
    return _Made(version=one.version, at=one.at, digest=one.digest, told=told_of(one.body))


def _pairs(made: Sequence[_Made]) -> Iterator[tuple[_Made | None, _Made]]:
    for place, one in enumerate(made):
        yield (made[place + 1] if place + 1 < len(made) else None), one


def _view(
    connection: Connection, record_id: int, pair: tuple[_Made | None, _Made], now: datetime
) -> RunView:
    before, after = pair
    at = moment_of(after.at)
    return RunView(
        version=after.version,
        at=after.at,
        when=show.moment(at),
        age=show.age(at, now),
        look=show.LOOKS[after.told.verdict],
        is_first=before is None,
        changes=changes(before.told, after.told) if before else (),
        causes=tuple(_causes(connection, record_id, before, after)) if before else (),
    )


def _causes(connection: Connection, record_id: int, before: _Made, after: _Made) -> Iterator[Cause]:
    """Say what came between two results: documents, decisions, limits, or only the time."""
    found = [*_documents(connection, before.told, after.told)]
    between = [
        one
        for one in exception.decisions(connection, record_id)
        if one.action in _DECIDED
        and (one.digest == before.digest or before.at < one.at <= after.at)
    ]
    found += [Cause(text=f"{one.actor}: {_DECIDED[one.action]}") for one in between]
    if before.told.policy_version != after.told.policy_version:
        found.append(Cause(text=_limits(connection, before.at, after.at)))
    yield from found or [Cause(text="The day is another: something became due or too old")]


def _documents(connection: Connection, before: Told, after: Told) -> Iterator[Cause]:
    for keys, word in (
        (set(after.inputs) - set(before.inputs), "came"),
        (set(before.inputs) - set(after.inputs), "counts no more"),
    ):
        for one in exception.kept_by_key(connection, keys):
            yield Cause(text=f"{_named(one)} {word}", href=f"/x/{one.id}")


def _named(one: Kept) -> str:
    return f"{show.kind_of(_record.decode(one.body))} {one.number or one.file}"


def _limits(connection: Connection, since: str, until: str) -> str:
    set_then = [one for one in limits.in_force(connection) if since <= one.at <= until]
    said = ", ".join(f"{one.key} = {one.value}" for one in set_then)
    return f"The limits changed: {said}" if said else "The limits of the policy changed"
