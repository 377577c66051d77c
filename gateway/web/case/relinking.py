"""Linking a line to another order line, or to a receipt: by form, and so by keyboard."""

from collections.abc import Iterator

import msgspec
from aiohttp import web
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from gateway.flows import relinking
from gateway.flows.relinking import Link
from gateway.store import exception
from gateway.web import show
from gateway.web.case.changing import Write, change
from gateway.web.case.heads import Head, Looked, looked_at
from gateway.web.serving import answer_page
from mappers.canonical import AnyRecord, Invoice, OrderRef, PurchaseOrder, Receipt
from matcher.entries import ClaimLine
from matcher.result import LineResult

_record: msgspec.json.Decoder[AnyRecord] = msgspec.json.Decoder(AnyRecord)
LINES_MAX = 200


class Billed(Struct, frozen=True, kw_only=True):
    """A line of the invoice, as it is read now."""

    number: str
    title: str
    quantity: str
    price: str
    linked: str
    chosen: bool


class Target(Struct, frozen=True, kw_only=True):
    """An order line that could be the one; `taken` names the invoice lines that bill it now."""

    value: str
    number: str
    title: str
    part: str
    quantity: str
    price: str
    taken: str
    chosen: bool


class Order(Struct, frozen=True, kw_only=True):
    """An order and its lines."""

    number: str
    lines: tuple[Target, ...]


class Page(Struct, frozen=True, kw_only=True):
    """The page on which a line is linked; `sought` is an order that was looked for by number."""

    head: Head
    billed: tuple[Billed, ...]
    line: Billed | None
    orders: tuple[Order, ...]
    receipts: tuple[str, ...]
    sought: str
    is_missing: bool


async def show_relinking(request: web.Request) -> web.Response:
    """Show the lines of the invoice and what they could bill."""
    record_id, asked = int(request.match_info["id"]), dict(request.query)

    def view(connection: Connection) -> Page | None:
        looked = looked_at(connection, record_id, asked.get("q", ""))
        return _page(connection, looked, asked) if looked else None

    return await answer_page(request, "relink.html", view)


def _page(connection: Connection, looked: Looked, asked: dict[str, str]) -> Page:
    claim = relinking.claim_of(connection, looked.kept)
    results = {one.number: one for one in looked.told.lines}
    lines = [
        (line.number or str(n), line) for n, line in enumerate(claim.lines if claim else (), 1)
    ]
    wanted = asked.get("line") or _doubtful(looked)
    titles = _titles(looked.record)
    billed = tuple(
        replace(
            _billed(line, results.get(number), looked.told.currency),
            number=number,
            title=titles.get(number) or line.description or "No description",
            chosen=number == wanted,
        )
        for number, line in lines[:LINES_MAX]
    )
    chosen = next((one for one in billed if one.chosen), None)
    documents = [
        _record.decode(one.body) for one in exception.kept_by_key(connection, looked.told.inputs)
    ]
    orders = [one for one in documents if isinstance(one, PurchaseOrder) and one.number]
    sought = asked.get("order", "").strip()[:64]
    found = relinking.order_of(connection, sought) if sought else None
    if found and found.number not in {one.number for one in orders}:
        orders.append(found)
    now = results.get(chosen.number) if chosen else None
    return Page(
        head=looked.head,
        billed=billed,
        line=chosen,
        orders=tuple(_orders(orders, looked, now.order if now else None)),
        receipts=tuple(
            dict.fromkeys(
                one.number for one in documents if isinstance(one, Receipt) and one.number
            )
        ),
        sought=sought,
        is_missing=bool(sought) and found is None,
    )


def _doubtful(looked: Looked) -> str:
    """Return the line that most likely needs another link: the first that does not match."""
    lines = (one.number for one in looked.told.lines if one.verdict != "matched")
    return next(lines, looked.told.lines[0].number if looked.told.lines else "")


def _titles(record: AnyRecord) -> dict[str, str | None]:
    """Return what the invoice itself calls its lines: a link leaves their words aside."""
    lines = record.lines if isinstance(record, Invoice) else ()
    return {
        line.number or str(n): line.item.description if line.item else None
        for n, line in enumerate(lines, 1)
    }


def _billed(line: ClaimLine, result: LineResult | None, currency: str | None) -> Billed:
    return Billed(
        number="",
        title="",
        quantity=f"{show.quantity(line.quantity)} {line.uom or ''}".strip(),
        price=show.money(line.price, currency),
        linked=_ref(result.order if result else None),
        chosen=False,
    )


def _ref(order: OrderRef | None) -> str:
    return f"{order.number} line {order.line}" if order and order.number and order.line else ""


def _orders(orders: list[PurchaseOrder], looked: Looked, now: OrderRef | None) -> Iterator[Order]:
    taken: dict[tuple[str, str], list[str]] = {}
    for one in looked.told.lines:
        if one.order and one.order.number and one.order.line:
            taken.setdefault((one.order.number, one.order.line), []).append(one.number)
    newest = {one.number: one for one in orders}
    for order_number, order in newest.items():
        name = order_number or ""
        lines = []
        for place, line in enumerate(order.lines[:LINES_MAX], 1):
            number = line.number or str(place)
            item = line.item
            lines.append(
                Target(
                    value=f"{name}\t{number}",
                    number=number,
                    title=(item.description if item else None) or "No description",
                    part=((item.supplier_part or item.buyer_part) if item else None) or "",
                    quantity=f"{show.quantity(line.quantity)} {line.uom or ''}".strip(),
                    price=show.money(line.unit_price, order.currency),
                    taken=", ".join(taken.get((name, number), ())),
                    chosen=bool(now and (now.number, now.line) == (name, number)),
                )
            )
        yield Order(number=name, lines=tuple(lines))


async def relink(request: web.Request) -> web.Response:
    """Link a line as the form says."""

    def write(fields: dict[str, str]) -> Write:
        order, _, order_line = fields.get("target", "").partition("\t")
        if not order or not order_line or not fields.get("line"):
            raise web.HTTPUnprocessableEntity(text="Choose a line and an order line; go back.")
        asked = Link(
            line=fields["line"],
            order=order,
            order_line=order_line,
            receipt=fields.get("receipt") or None,
        )
        return lambda services, new: relinking.relink(
            services.store, services.clock, services.reviewer, new, asked
        )

    return await change(request, "relink", "relinked", write)
