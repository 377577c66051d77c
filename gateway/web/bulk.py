"""Deciding on several at once: rows that were ticked, or all of a cause.

Each is a decision of its own, with its own event and its own key, made for the result that the
person saw. The page behind it says of each what became of it, from what is stored: it may be loaded
again, and sent again, without anything being decided twice.
"""

import asyncio
from decimal import Decimal

from aiohttp import web
from msgspec import Struct
from sqlalchemy import Connection

from gateway.doors.services import SERVICES
from gateway.flows.deciding import decide_all
from gateway.store import exception
from gateway.store.exception import NewDecision
from gateway.store.stakes import stakes
from gateway.web import show, words
from gateway.web.actions import decision_of
from gateway.web.inbox import look_of, viewer_of
from gateway.web.risk import Ranking, Risk
from gateway.web.rows import Cost, Row, Viewer, cost_of, link, rows_of
from gateway.web.serving import actor_name, answer_page, form

AT_ONCE = 200
KEY_CHARACTERS = 32
_DIGITS = 18


class GroupPage(Struct, frozen=True, kw_only=True):
    """All invoices of a supplier that one cause holds; `left_out` are beyond AT_ONCE."""

    title: str
    cause: str
    supplier: str
    rows: tuple[Row, ...]
    count: int
    left_out: int
    held: str
    currency: str
    cost: Cost | None
    query: str
    back_href: str


class Became(Struct, frozen=True, kw_only=True):
    """What became of one decision of several."""

    look: show.Look
    number: str
    supplier: str
    href: str
    said: str


class Batch(Struct, frozen=True, kw_only=True):
    """What became of all; `decided` counts those that were."""

    rows: tuple[Became, ...]
    decided: int
    query: str
    back_href: str


async def group(request: web.Request) -> web.Response:
    """Show a group with the form that decides on all of it."""
    asked = {name: request.query.get(name, "") for name in ("supplier", "cause", "currency", "q")}
    viewer = viewer_of(request)
    return await answer_page(
        request, "group.html", lambda connection: _group(connection, asked, viewer)
    )


def _group(connection: Connection, asked: dict[str, str], viewer: Viewer) -> GroupPage | None:
    query, cause, supplier = asked["q"], asked["cause"], asked["supplier"]
    look = look_of(words.read(words.with_word(query, "cause", cause)), viewer)
    ranking = Ranking(stakes(connection, look), viewer.now.date(), viewer.settings.late_percent)
    ranked = [
        (one, risk)
        for one, risk in ranking.ordered()
        if one.supplier == supplier and (one.currency or "") == asked["currency"]
    ]
    if not cause or not ranked:
        return None
    total = Risk(
        a_day=sum((risk.a_day for _, risk in ranked), Decimal(0)),
        blocked=sum((risk.blocked for _, risk in ranked), Decimal(0)),
        why=next((risk.why for _, risk in ranked if risk.why), ""),
    )
    return GroupPage(
        title=show.cause(cause),
        cause=cause,
        supplier=supplier or "Unknown supplier",
        rows=rows_of(connection, ranked[:AT_ONCE], query, viewer),
        count=len(ranked),
        left_out=max(len(ranked) - AT_ONCE, 0),
        held=show.money(total.blocked, asked["currency"]),
        currency=asked["currency"],
        cost=cost_of(total, asked["currency"]),
        query=query,
        back_href=link("/inbox", q=query),
    )


async def decide(request: web.Request) -> web.Response:
    """Decide on every row that was ticked, then say what became of each."""
    services, fields = request.app[SERVICES], await form(request)
    items = [str(one) for one in (await request.post()).getall("item", [])][:AT_ONCE]
    if len(fields.get("key", "")) != KEY_CHARACTERS:
        raise web.HTTPBadRequest(text="This form is incomplete; load the page again.")
    news = [_decision(item, fields, actor_name(request)) for item in dict.fromkeys(items)]
    if not news:
        raise web.HTTPUnprocessableEntity(text="No row was ticked; go back and choose some.")
    await asyncio.to_thread(decide_all, services.store, services.clock, news)
    services.announced()
    numbers = ".".join(str(one.record_id) for one in news)
    where = link("/inbox/decided", key=fields["key"], items=numbers, q=fields.get("q"))
    raise web.HTTPSeeOther(location=where)


def _decision(item: str, fields: dict[str, str], actor: str) -> NewDecision:
    number, _, digest = item.partition(".")
    if not _is_number(number):
        raise web.HTTPBadRequest(text="This form is incomplete; load the page again.")
    own = fields | {"key": _key(fields["key"], int(number))}
    return decision_of(int(number), own, actor, digest, {"accept", "reject"})


def _key(batch: str, record: int) -> str:
    return f"{batch}.{record}"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS


async def decided(request: web.Request) -> web.Response:
    """Say what became of each."""
    key, query = request.query.get("key", ""), request.query.get("q", "")
    numbers = request.query.get("items", "").split(".")[:AT_ONCE]
    wanted = [int(one) for one in numbers if _is_number(one)]

    def view(connection: Connection) -> Batch | None:
        found = [_became(connection, one, key) for one in wanted]
        rows = tuple(row for row in found if row is not None)
        own = sum(row.said == "" for row in rows)
        back = link("/inbox", q=query)
        return Batch(rows=rows, decided=own, query=query, back_href=back) if rows else None

    return await answer_page(request, "decided.html", view)


def _became(connection: Connection, record: int, key: str) -> Became | None:
    about = exception.kept(connection, record)
    if about is None:
        return None
    own = exception.decided_with(connection, _key(key, record))
    result = exception.result(connection, record)
    others = exception.decisions(connection, record)
    if own is not None:
        look, said = show.LOOKS[own.action], ""
    elif result and not result.open and others:
        look, said = show.LOOKS[others[-1].action], f"already, by {others[-1].actor}"
    else:
        verdict = result.verdict if result else "unknown"
        look, said = show.LOOKS[verdict], "changed meanwhile; not decided"
    number = about.number or about.file
    href = f"/x/{record}"
    return Became(look=look, number=number, supplier=about.partner, href=href, said=said)
