"""Asking, from the page of an invoice: whom, about which line, and in which words."""

import asyncio
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from aiohttp import web
from msgspec import Struct
from sqlalchemy import Connection

from gateway.doors.services import SERVICES
from gateway.flows import asking
from gateway.flows.asking import About, Asked
from gateway.web import show
from gateway.web.actions import KEY_CHARACTERS, words_of
from gateway.web.case.heads import Head, Looked, looked_at
from gateway.web.rows import link
from gateway.web.serving import actor_name, answer_page, form
from mappers.canonical import Invoice, InvoiceLine
from matcher.result import Finding

_FOR_RECEIVER = frozenset(
    {
        "WAITING_RECEIPT",
        "WAITING_RECEIPT_OVERDUE",
        "QTY_OVER_RECEIVED",
        "QTY_OVER_ORDERED",
        "WAITING_INSPECTION",
        "QTY_REJECTED",
    }
)


class Topic(Struct, frozen=True, kw_only=True):
    """What can be asked about: a line, or the invoice as a whole; `words` is the question."""

    value: str
    label: str
    words: str
    about: About
    chosen: bool = False


class Page(Struct, frozen=True, kw_only=True):
    """The page on which a question is asked."""

    head: Head
    role: asking.Role
    topics: tuple[Topic, ...]
    words: str
    days: int


async def show_asking(request: web.Request) -> web.Response:
    """Show what can be asked of the receiver or the supplier."""
    record_id, query = int(request.match_info["id"]), request.query.get("q", "")
    role, wanted = _role(request.query.get("role", "")), request.query.get("about")

    def view(connection: Connection) -> Page | None:
        looked = looked_at(connection, record_id, query)
        if looked is None:
            return None
        topics = tuple(_topics(looked, role, wanted))
        chosen = next((one for one in topics if one.chosen), None)
        return Page(
            head=looked.head,
            role=role,
            topics=topics,
            words=chosen.words if chosen else "",
            days=asking.EXPIRES_AFTER[role].days,
        )

    return await answer_page(request, "ask.html", view)


def _role(text: str) -> Literal["receiver", "supplier"]:
    return "supplier" if text == "supplier" else "receiver"


def _topics(looked: Looked, role: asking.Role, wanted: str | None) -> Iterator[Topic]:
    """Yield what a question may be about; the one that is wanted, or the first, is chosen."""
    found = [*_of_lines(looked, role)]
    if role == "supplier" or not found:
        found.append(_of_whole(looked, role))
    values = {one.value for one in found}
    chosen = wanted if wanted in values else found[0].value
    for one in found:
        is_chosen = one.value == chosen
        yield Topic(
            value=one.value, label=one.label, words=one.words, about=one.about, chosen=is_chosen
        )


def _of_lines(looked: Looked, role: asking.Role) -> Iterator[Topic]:
    invoice = looked.record
    lines = invoice.lines if isinstance(invoice, Invoice) else ()
    by_number = {line.number or str(n): line for n, line in enumerate(lines, 1)}
    seen: set[str] = set()
    for finding in looked.told.findings:
        line = by_number.get(finding.line or "")
        fits = role == "supplier" or finding.code in _FOR_RECEIVER
        if line is None or not fits or finding.severity in {"info", "tolerance", "warning"}:
            continue
        number = finding.line or ""
        if number not in seen:
            seen.add(number)
            yield _of_line(looked, role, number, line, finding)


def _of_line(
    looked: Looked, role: asking.Role, number: str, line: InvoiceLine, finding: Finding
) -> Topic:
    result = next((one for one in looked.told.lines if one.number == number), None)
    order = (result.order if result else None) or line.order
    values = finding.values
    about = About(
        invoice=looked.told.invoice.number,
        supplier=looked.head.subject,
        line=number,
        order=order.number if order else None,
        order_line=order.line if order else None,
        item=line.item,
        uom=values.get("unit") or line.uom,
        ordered=_number(values.get("ordered")),
        received=_number(values.get("received")),
        billed=_number(values.get("billed")) if "units" in values else line.quantity,
        missing=_number(values.get("units")),
        price=line.unit_price,
        ordered_price=_number(values.get("price")),
        money=finding.money,
        currency=looked.told.currency,
        sentence=finding.sentence,
        test=looked.record.source.test,
    )
    item = line.item.description if line.item and line.item.description else f"line {number}"
    words = _receiver_words(about, item) if role == "receiver" else _supplier_words(about, item)
    return Topic(value=number, label=f"Line {number}: {item}", words=words, about=about)


def _of_whole(looked: Looked, role: asking.Role) -> Topic:
    told = looked.told
    about = About(
        invoice=told.invoice.number,
        supplier=looked.head.subject,
        order=told.orders[0] if told.orders else None,
        money=told.disputed or told.pending,
        currency=told.currency,
        sentence=looked.head.headline,
        test=looked.record.source.test,
    )
    said = looked.head.headline.rstrip(".")
    words = f"Your invoice {about.invoice} cannot be paid as it is: {said}. What is right?"
    if role == "receiver":
        words = f"Did everything on invoice {about.invoice} arrive?"
    return Topic(value="", label="The invoice as a whole", words=words, about=about)


def _receiver_words(about: About, item: str) -> str:
    amount = about.missing or about.billed
    what = f"the {show.quantity(amount)} {about.uom or ''}".strip() if amount else "the goods"
    where = f"order {about.order}" if about.order else f"invoice {about.invoice}"
    line = f", line {about.order_line}" if about.order_line else ""
    return f"Did {what} of {item} on {where}{line} arrive?"


def _supplier_words(about: About, item: str) -> str:
    said = about.sentence.rstrip(".")
    return f"Invoice {about.invoice}, {item}. {said}. What is right?"


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


async def ask(request: web.Request) -> web.Response:
    """Ask the question of the form, once."""
    services, fields = request.app[SERVICES], await form(request)
    record_id, key = int(request.match_info["id"]), fields.get("key", "")
    role = _role(fields.get("role", ""))
    if len(key) not in KEY_CHARACTERS:
        raise web.HTTPBadRequest(text="This form is incomplete; load the page again.")
    words, actor = words_of(fields, "words"), actor_name(request)
    address = str(request.url.origin())

    def write() -> bool:
        with services.store.read() as connection:
            looked = looked_at(connection, record_id, "")
        if looked is None:
            return False
        topics = list(_topics(looked, role, fields.get("about", "")))
        about = next(one.about for one in topics if one.chosen)
        asked = Asked(
            record=record_id,
            role=role,
            words=words,
            about=about,
            actor=actor,
            key=key,
            address=address,
        )
        return asking.ask(services.store, services.clock, asked) is not None

    if not await asyncio.to_thread(write):
        raise web.HTTPNotFound(text="There is nothing at this address.")
    services.announced()
    raise web.HTTPSeeOther(location=f"{link(f'/x/{record_id}', q=fields.get('q'))}#asked")


async def withdraw(request: web.Request) -> web.Response:
    """Take a question back that nobody has answered."""
    services, fields = request.app[SERVICES], await form(request)
    record_id = int(request.match_info["id"])
    token, actor = fields.get("question", ""), actor_name(request)
    await asyncio.to_thread(
        asking.withdraw, services.store, services.clock, token, record_id, actor
    )
    services.announced()
    raise web.HTTPSeeOther(location=f"{link(f'/x/{record_id}', q=fields.get('q'))}#asked")
