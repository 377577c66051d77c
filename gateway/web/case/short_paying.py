"""Paying short: what is paid and what is deducted, and the debit memo to print and to save."""

from collections.abc import Callable
from datetime import UTC
from decimal import Decimal
from typing import Final

import msgspec
from aiohttp import web
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from gateway.clock import moment_of
from gateway.doors.services import SERVICES
from gateway.flows import short_paying
from gateway.store import memos
from gateway.store.memos import Memo
from gateway.web import show
from gateway.web.case.changing import Write, change
from gateway.web.case.heads import Head, looked_at
from gateway.web.serving import answer_page
from gateway.writing import write_document
from mappers.canonical import Invoice, Party
from mappers.writing import Outgoing, UnwritableError

_invoice = msgspec.json.Decoder(Invoice)
FORMATS: Final = {
    "json": ("application/json", "json", "JSON"),
    "cxml-invoice": ("text/xml", "xml", "cXML"),
    "ubl-invoice": ("application/xml", "xml", "UBL credit note"),
}


class LineView(Struct, frozen=True, kw_only=True):
    """A line of a memo."""

    words: str
    where: str
    quantity: str
    amount: str


class DraftPage(Struct, frozen=True, kw_only=True):
    """What would be paid and deducted; without lines there is nothing to deduct."""

    head: Head
    lines: tuple[LineView, ...]
    paid: str
    pending: str
    deducted: str
    currency: str


class MemoPage(Struct, frozen=True, kw_only=True):
    """A debit memo as it is printed."""

    id: int
    invoice: int
    number: str
    date: str
    actor: str
    original: str
    original_date: str
    supplier: Party | None
    buyer: Party | None
    lines: tuple[LineView, ...]
    total: str
    paid: str
    currency: str
    reason: str
    withdrawn: str
    formats: tuple[tuple[str, str], ...]


async def show_short_paying(request: web.Request) -> web.Response:
    """Show what a short payment would come to."""
    record_id, query = int(request.match_info["id"]), request.query.get("q", "")

    def view(connection: Connection) -> DraftPage | None:
        looked = looked_at(connection, record_id, query)
        if looked is None:
            return None
        found = short_paying.draft(looked.told)
        currency = looked.told.currency
        lines = found.deductions if found else ()
        return DraftPage(
            head=looked.head,
            lines=tuple(
                LineView(
                    words=one.words,
                    where=f"Line {one.line}" if one.line else "Invoice",
                    quantity=_quantity(one.units, one.uom),
                    amount=show.money(one.amount, currency),
                )
                for one in lines
            ),
            paid=show.money(looked.told.approved, currency),
            pending=show.money(looked.told.pending, currency) if looked.told.pending else "",
            deducted=show.money(looked.told.disputed, currency),
            currency=currency or "",
        )

    return await answer_page(request, "short_pay.html", view)


def _quantity(units: Decimal | None, uom: str | None) -> str:
    return f"{show.quantity(units)} {uom or ''}".strip() if units is not None else ""


async def short_pay(request: web.Request) -> web.Response:
    """Pay short, and write the memo."""

    def write(_fields: dict[str, str]) -> Write:
        return lambda services, new: short_paying.short_pay(
            services.store, services.clock, services.reviewer, new
        )

    return await change(request, "short_pay", "short_paid", write)


async def withdraw(request: web.Request) -> web.Response:
    """Take a memo back."""

    def write(fields: dict[str, str]) -> Write:
        text = fields.get("memo", "")
        number = int(text) if text.isascii() and text.isdigit() else 0
        return lambda services, new: short_paying.withdraw(
            services.store, services.clock, services.reviewer, new, number
        )

    return await change(request, "withdraw", "withdrawn", write)


async def show_memo(request: web.Request) -> web.Response:
    """Show a memo, fit to be printed."""
    number = int(request.match_info["id"])

    def view(connection: Connection) -> MemoPage | None:
        memo = memos.one(connection, number)
        return _memo_page(memo) if memo else None

    return await answer_page(request, "memo.html", view)


def _memo_page(memo: Memo) -> MemoPage:
    record = _invoice.decode(memo.body)
    currency, original = memo.currency, record.original
    return MemoPage(
        id=memo.id,
        invoice=memo.record_id,
        number=memo.number,
        date=show.day(record.date),
        actor=memo.actor,
        original=(original.number if original else None) or "",
        original_date=show.day(original.date if original else None),
        supplier=record.supplier,
        buyer=record.buyer or record.bill_to,
        lines=tuple(
            LineView(
                words=line.fields.get("reason", ""),
                where=_where(
                    line.fields.get("invoice_line"), line.order.number if line.order else None
                ),
                quantity=_quantity(line.quantity, line.uom),
                amount=show.money(line.amount, currency),
            )
            for line in record.lines
        ),
        total=show.money(Decimal(memo.amount), currency),
        paid=show.money(Decimal(memo.paid), currency),
        currency=currency or "",
        reason=record.notes[0] if record.notes else "",
        withdrawn=show.moment(moment_of(memo.withdrawn_at)) if memo.withdrawn_at else "",
        formats=tuple(
            (name, words) for name, (_, _, words) in FORMATS.items() if _is_written(memo, name)
        ),
    )


def _where(line: str | None, order: str | None) -> str:
    parts = (f"Line {line}" if line else "Invoice", f"order {order}" if order else "")
    return ", ".join(part for part in parts if part)


def _is_written(memo: Memo, name: str) -> bool:
    try:
        return bool(written(memo, name))
    except UnwritableError:
        return False


def written(memo: Memo, name: str) -> bytes:
    """Return a memo as a document of a format in FORMATS; raises `UnwritableError`."""
    return _WRITERS[name](memo)


def _json(memo: Memo) -> bytes:
    return msgspec.json.format(memo.body, indent=2)


def _cxml(memo: Memo) -> bytes:
    return write_document(_invoice.decode(memo.body), "cxml-invoice", _outgoing(memo))


def _ubl(memo: Memo) -> bytes:
    """Write it as the credit note that the supplier would write: UBL knows no memo of a buyer's."""
    credit = replace(_invoice.decode(memo.body), type="credit_memo")
    return write_document(credit, "ubl-invoice", _outgoing(memo))


_WRITERS: dict[str, Callable[[Memo], bytes]] = {
    "json": _json,
    "cxml-invoice": _cxml,
    "ubl-invoice": _ubl,
}


def _outgoing(memo: Memo) -> Outgoing:
    return Outgoing(
        identifier=f"{memo.number}@dockmatch",
        sent_at=moment_of(memo.at).astimezone(UTC),
        sender={"network_id": "dockmatch"},
        receiver={"network_id": "supplier"},
    )


async def memo_file(request: web.Request) -> web.Response:
    """Return a memo as a file of the format that is asked for."""
    services, number = request.app[SERVICES], int(request.match_info["id"])
    name = request.query.get("format", "json")
    with services.store.read() as connection:
        memo = memos.one(connection, number)
    if memo is None or name not in FORMATS:
        raise web.HTTPNotFound(text="There is nothing at this address.")
    try:
        content = written(memo, name)
    except UnwritableError as error:
        raise web.HTTPUnprocessableEntity(text=str(error)) from error
    content_type, ending, _ = FORMATS[name]
    disposition = f'attachment; filename="{memo.number}.{ending}"'
    return web.Response(
        body=content, content_type=content_type, headers={"Content-Disposition": disposition}
    )
