"""The page of a record's fields, what it shows while one types, and the form that corrects.

A value is sent as `v:POINTER`, `ok:POINTER` confirms one, `at:POINTER` says by its page and box
where it stands, `drop:N` takes line N (from 1) away. What is not sent stays as it is.
"""

import asyncio
import re

import msgspec
from aiohttp import web
from sqlalchemy import Connection

from gateway.doors.guard import needs
from gateway.doors.services import SERVICES
from gateway.flows.correcting import Asked, Outcome, correct
from gateway.store import corrections, exception
from gateway.store.exception import Kept
from gateway.teaching import By, TeachingError, teach
from gateway.web import files
from gateway.web.actions import KEY_CHARACTERS
from gateway.web.fields import Fields, Looked, Typed, boxes_css, fields, sum_views
from gateway.web.pagewords import Readings
from gateway.web.rows import link
from gateway.web.serving import PAGES, actor_name, answer_page, form
from gateway.web.source import Originals, source_view
from gateway.web.tracing import Traces
from mappers.canonical import AnyRecord, Invoice
from mappers.corrected import Correction, Place, RefusedError, draft
from mappers.pdf.dates import Order as DayOrder
from mappers.pdf.dates import dates, settled
from mappers.reviewable import UnclearError, field_at, typed, written
from parsers.form import Box, Page

_ID = r"{id:\d{1,18}}"
READINGS = web.AppKey("readings", Readings)
TRACES = web.AppKey("traces", Traces)
_PLACE = re.compile(r"(\d{1,4})" + r" (-?\d{1,5}(?:\.\d{1,4})?)" * 4)
_LINE = re.compile(r"drop:(\d{1,4})")
_LINES_MAX = 9999
_PAPER = {"pdf", "scan"}


def add_fields(app: web.Application, traces: Traces) -> None:
    """Add the pages of fields to `app`, and what they need; `traces` says where values stood."""
    app[TRACES] = traces
    app[READINGS] = Readings(app[SERVICES].archive.open)
    seeing, deciding = needs("exceptions:read"), needs("exceptions:decide")
    app.add_routes(
        [
            web.get(f"/doc/{_ID}", seeing(show)),
            web.post(f"/doc/{_ID}", deciding(save)),
            web.get(f"/doc/{_ID}/boxes.css", seeing(boxes)),
            web.get(f"/doc/{_ID}/words", seeing(words)),
            web.post(f"/doc/{_ID}/value", deciding(value)),
            web.post(f"/doc/{_ID}/sums", deciding(sums)),
            web.get(f"/documents/{_ID}/fields", seeing(first)),
        ]
    )


async def show(request: web.Request) -> web.Response:
    """Show the values of a record beside its document."""
    return await _answer(request, Looked(line=_line(request), query=request.query.get("q", "")))


async def first(request: web.Request) -> web.Response:
    """Lead from a document to the first of its records that waits for a person, or the first."""
    number = int(request.match_info["id"])

    def read() -> int | None:
        with request.app[SERVICES].store.read() as connection:
            return corrections.first_record(connection, number)

    found = await asyncio.to_thread(read)
    if found is None:
        raise web.HTTPNotFound(text="No record was read from this file.")
    raise web.HTTPSeeOther(location=f"/doc/{found}")


async def boxes(request: web.Request) -> web.Response:
    """Return where the boxes of a record's values stand on the pictures of its pages."""
    originals, record_id = _originals(request), int(request.match_info["id"])

    def read() -> str | None:
        with request.app[SERVICES].store.read() as connection:
            own = exception.kept(connection, record_id)
        if own is None:
            return None
        record = msgspec.json.decode(own.body, type=AnyRecord)
        return boxes_css(source_view(own, record, originals, ()))

    text = await asyncio.to_thread(read)
    if text is None:
        raise web.HTTPNotFound(text="There is nothing at this address.")
    return web.Response(text=text, content_type="text/css")


async def words(request: web.Request) -> web.Response:
    """Return the words of a record's pages with their boxes, to be pointed at."""
    own = await asyncio.to_thread(_kept, request)
    found = await asyncio.to_thread(request.app[READINGS].words, own.sha256)
    return web.Response(body=msgspec.json.encode(found), content_type="application/json")


async def value(request: web.Request) -> web.Response:
    """Say how words of a page read as a value of a field: the text to put in, or why not."""
    sent = await form(request)
    own = await asyncio.to_thread(_kept, request)
    record = msgspec.json.decode(own.body, type=AnyRecord)
    field = field_at(record, sent.get("pointer", ""))
    if field is None:
        raise web.HTTPUnprocessableEntity(text="This cannot be corrected.")
    order = await asyncio.to_thread(_day_order, request, own)
    try:
        told = written(typed(field, sent.get("text", ""), order))
    except UnclearError as fault:
        return web.json_response({"value": sent.get("text", ""), "fault": str(fault)})
    return web.json_response({"value": told, "fault": ""})


async def sums(request: web.Request) -> web.Response:
    """Add up what is typed, exactly, without keeping any of it."""
    sent = await form(request)
    own = await asyncio.to_thread(_kept, request)
    record: AnyRecord = msgspec.json.decode(own.body, type=AnyRecord)
    try:
        drafted = draft(record, _correction(sent))
    except RefusedError as fault:
        raise web.HTTPUnprocessableEntity(text=str(fault)) from fault
    text = request.app[PAGES].text("sums.html", sums=sum_views(drafted))
    return web.Response(text=text, content_type="text/html")


async def save(request: web.Request) -> web.Response:
    """Write a correction, and say what became of it."""
    services, sent = request.app[SERVICES], await form(request)
    asked = _asked(request, sent)
    own = await asyncio.to_thread(_kept, request)
    order = await asyncio.to_thread(_day_order, request, own) if _has_days(sent) else None
    asked = msgspec.structs.replace(
        asked, correction=msgspec.structs.replace(asked.correction, order=order)
    )
    trace = request.app[TRACES].of
    try:
        outcome = await asyncio.to_thread(
            correct, services.store, services.clock, asked, trace, services.judge
        )
    except RefusedError as fault:
        told = "Nothing was written yet: some of what was typed cannot be read."
        return await _again(request, sent, Typed(faults=fault.faults, message=told), 422)
    if outcome is None:
        raise web.HTTPNotFound(text="There is nothing at this address.")
    services.announced()
    if outcome.state in {"first", "needed"}:
        return await _again(request, sent, Typed(message=_refusal(outcome)), 409)
    raise web.HTTPSeeOther(location=await _after(request, sent, own, outcome))


async def _after(request: web.Request, sent: dict[str, str], own: Kept, outcome: Outcome) -> str:
    """Return where to go on; teaches the layout where that was asked for."""
    done = {"saved": "corrected", "same": "nothing"}.get(outcome.state, "completed")
    if "remember" in sent and outcome.state == "completed":
        done = await asyncio.to_thread(_teach, request, own)
    here = "/x" if outcome.state == "completed" else "/doc"
    return link(f"{here}/{own.id}", q=sent.get("q"), done=done)


def _teach(request: web.Request, own: Kept) -> str:
    """Learn the layout of the page from what a person has confirmed; says whether it was."""
    kept = _kept(request)
    record = msgspec.json.decode(kept.body, type=AnyRecord)
    if not isinstance(record, Invoice):
        return "completed"
    pointed = {pointer: one for pointer, one in request.app[TRACES].of(kept).items() if one.page}
    pages = request.app[READINGS].pages(own.sha256)
    today = request.app[SERVICES].clock().date()
    try:
        teach(own.partner, pages, record, pointed, By(actor_name(request), today, own.file))
    except TeachingError:
        return "unlearned"
    return "learned"


def _refusal(outcome: Outcome) -> str:
    if outcome.state == "needed":
        return (
            "Nothing was written: this invoice has a result already, and would no longer be whole."
        )
    who = outcome.by.actor if outcome.by else "Somebody else"
    return (
        f"{who} corrected this first; nothing of yours was written yet. This is how it stands now, "
        "with what you typed in its fields: look at it, and save again."
    )


async def _again(
    request: web.Request, sent: dict[str, str], told: Typed, status: int
) -> web.Response:
    """Show the page again with what was typed in its fields."""
    values = {name[2:]: text for name, text in sent.items() if name.startswith("v:")}
    told = msgspec.structs.replace(told, values=values)
    response = await _answer(
        request, Looked(line=_line(request), query=sent.get("q", ""), typed=told)
    )
    response.set_status(status)
    return response


async def _answer(request: web.Request, looked: Looked) -> web.Response:
    record_id, now = int(request.match_info["id"]), request.app[SERVICES].clock()
    originals = _originals(request)

    def view(connection: Connection) -> Fields | None:
        return fields(connection, record_id, originals, looked, now)

    return await answer_page(request, "fields.html", view)


def _originals(request: web.Request) -> Originals:
    return Originals(
        contents=request.app[SERVICES].archive.open,
        sizes=request.app[files.PICTURES].sizes,
        trace=request.app[TRACES].of,
    )


def _kept(request: web.Request) -> Kept:
    with request.app[SERVICES].store.read() as connection:
        found = exception.kept(connection, int(request.match_info["id"]))
    if found is None:
        raise web.HTTPNotFound(text="There is nothing at this address.")
    return found


def _line(request: web.Request) -> int:
    text = request.query.get("line", "")
    return min(max(int(text), 1), _LINES_MAX) if text.isascii() and text.isdigit() else 1


def _asked(request: web.Request, sent: dict[str, str]) -> Asked:
    key, revision = sent.get("key", ""), sent.get("revision", "")
    if len(key) not in KEY_CHARACTERS or not revision.isascii() or not revision.isdigit():
        raise web.HTTPBadRequest(text="This form is incomplete; load the page again.")
    return Asked(
        record_id=int(request.match_info["id"]),
        revision=int(revision[:9]),
        correction=_correction(sent),
        actor=actor_name(request)[:64],
        key=key,
    )


def _correction(sent: dict[str, str]) -> Correction:
    values = {name[2:]: text for name, text in sent.items() if name.startswith("v:")}
    places = {
        name[3:]: place
        for name, text in sent.items()
        if name.startswith("at:") and (place := _place(text, values.get(name[3:], "")))
    }
    lines = (_LINE.fullmatch(name) for name in sent)
    return Correction(
        values=values,
        confirmed=frozenset(name[3:] for name in sent if name.startswith("ok:")),
        places=places,
        dropped=frozenset(int(line[1]) - 1 for line in lines if line and int(line[1])),
        whole=sent.get("go") == "whole",
        as_printed="as_printed" in sent,
    )


def _place(text: str, said: str) -> Place | None:
    """Return the place that a form names as page, left, top, right and bottom, then its words."""
    found = _PLACE.match(text)
    if found is None:
        return None
    box: Box = (float(found[2]), float(found[3]), float(found[4]), float(found[5]))
    words_there = text[found.end() :].strip() or said
    return Place(page=int(found[1]), box=box, text=words_there[:500])


def _has_days(sent: dict[str, str]) -> bool:
    return any(name.endswith("date") and "/" in text for name, text in sent.items())


def _day_order(request: web.Request, own: Kept) -> DayOrder | None:
    """Return how the pages of a record write days, as far as they prove it."""
    record: AnyRecord = msgspec.json.decode(own.body, type=AnyRecord)
    if record.source.format not in _PAPER:
        return None
    return _order_of(request.app[READINGS].pages(own.sha256))


def _order_of(pages: tuple[Page, ...]) -> DayOrder | None:
    found = (date for page in pages for word in page.words for date in dates(word.text))
    return settled(found)[0]
