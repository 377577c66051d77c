"""Ship notices and receipts as facts: shipped is not received (S1.3)."""

import datetime as dt
from collections.abc import Iterable

from mappers.canonical import Receipt as Record
from mappers.canonical import ReceiptLine
from matcher.entries import Fact, GoodsLine, Inspection, Receipt, Return, ShipNotice, Void
from matcher.money import ZERO

_COUNTED_FORMATS = frozenset({"x12", "edifact"})


def facts_of_receipt(record: Record, document: str) -> tuple[Fact, ...]:
    """Return what a ship notice announces, or what a receipt took in, sent back and inspected."""
    if record.operation == "cancel":
        is_notice = record.evidence == "shipped"
        return (Void(id=document, kind="asn" if is_notice else "receipt", number=record.number),)
    came = tuple(_lines(record, returned=False))
    if record.evidence == "shipped":
        return (_ship_notice(record, document, came),) if came else ()
    back = tuple(_lines(record, returned=True))
    inspected = tuple(
        line for line in came if line.accepted is not None or line.rejected is not None
    )
    date, number, replaces = _date(record), record.number, record.operation == "change"
    facts: list[Fact] = []
    if came:
        notice = record.fields.get("shipNoticeID") or _named_notice(record) or record.packing_slip
        facts.append(
            Receipt(
                id=document,
                number=number,
                date=date,
                replaces=replaces,
                lines=came,
                ship_notice=notice,
            )
        )
    if back:
        facts.append(Return(id=document, number=number, date=date, replaces=replaces, lines=back))
    if inspected:
        facts.append(
            Inspection(id=document, number=number, date=date, replaces=replaces, lines=inspected)
        )
    return tuple(facts)


def _ship_notice(record: Record, document: str, lines: tuple[GoodsLine, ...]) -> ShipNotice:
    return ShipNotice(
        id=document,
        number=record.number,
        date=record.date,
        expected=_day(record.delivered_at),
        replaces=record.operation == "change",
        lines=lines,
    )


def _named_notice(record: Record) -> str | None:
    named = {line.fields.get("shipNoticeID") for line in record.lines}
    return named.pop() if len(named) == 1 else None


def _lines(record: Record, *, returned: bool) -> Iterable[GoodsLine]:
    for index, line in enumerate(record.lines):
        kind = line.type or record.type or "delivery"
        if (kind == "return") is returned:
            yield _line(record, line, index)


def _line(record: Record, line: ReceiptLine, index: int) -> GoodsLine:
    item, order = line.item, line.order
    named = order.line if order else None
    counted = line.number if record.source.format in _COUNTED_FORMATS else None
    quantity = line.quantity
    if quantity is None and (line.accepted is not None or line.rejected is not None):
        quantity = (line.accepted or ZERO) + (line.rejected or ZERO)
    return GoodsLine(
        po=order.number if order else None,
        release=order.release if order else None,
        po_line=named or counted,
        firm=named is not None,
        quantity=quantity,
        uom=line.uom,
        weight=line.weight,
        amount=line.amount,
        accepted=line.accepted,
        rejected=line.rejected,
        final=bool(line.final),
        vendor_part=item.supplier_part if item else None,
        buyer_part=item.buyer_part if item else None,
        gtin=item.gtin if item else None,
        description=item.description if item else None,
        at=f"/lines/{index}",
    )


def _date(record: Record) -> dt.date | None:
    return _day(record.delivered_at) or record.date


def _day(moment: str | None) -> dt.date | None:
    """Return the day of an ISO 8601 date or timestamp."""
    try:
        return dt.date.fromisoformat(moment[:10]) if moment else None
    except ValueError:
        return None
