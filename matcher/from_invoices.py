"""Invoices, credit and debit memos as facts (S1).

What a document means depends on which of its numbers repeat each other; `matcher.reading` decides
that. Here a claim is put together: amounts positive, the type saying the direction.
"""

from collections.abc import Iterable
from decimal import Decimal, localcontext

from msgspec import structs

from mappers.canonical import Invoice as Record
from mappers.canonical import InvoiceLine as RecordLine
from mappers.canonical import Party, Tax, Totals
from matcher.entries import (
    Allowance,
    Claim,
    ClaimLine,
    CreditMemo,
    DebitMemo,
    Fact,
    Invoice,
    Void,
)
from matcher.from_orders import pay_terms, per_line_unit
from matcher.money import EXACT, HUNDRED, ZERO
from matcher.names import names_of
from matcher.reading import Reading, read_money

_COUNTED_FORMATS = frozenset({"x12", "edifact"})
_TYPES: dict[str | None, type[Claim]] = {"credit_memo": CreditMemo, "debit_memo": DebitMemo}


def facts_of_invoice(record: Record, document: str) -> tuple[Fact, ...]:
    """Return the claim that a document makes, or the void of one that it takes back."""
    if record.operation == "cancel":
        names = names_of(record.supplier)
        kind = record.type or "invoice"
        return (Void(id=document, kind=kind, number=record.number, supplier_ids=names),)
    with localcontext(EXACT):
        upright = _upright(record)
        return (_claim(upright, document, read_money(upright)),)


def _claim(record: Record, document: str, money: Reading) -> Fact:
    orders = record.orders
    goods = [(index, line) for index, line in enumerate(record.lines) if is_goods(line)]
    kind = _TYPES.get(record.type, Invoice)
    claim: Fact = kind(  # type: ignore[assignment]
        id=document,
        number=record.number or "",
        supplier_ids=names_of(record.supplier),
        supplier_name=record.supplier.name if record.supplier else None,
        sender=record.source.sender,
        date=record.date,
        currency=record.currency,
        order=orders[0] if len(orders) == 1 else None,
        orders=orders if len(orders) > 1 else (),
        total=record.totals.total if record.totals else None,
        taxes=money.taxes,
        charges=money.charges,
        allowances=(Allowance(amount=money.allowance),) if money.allowance else (),
        rounding=record.totals.rounding if record.totals else None,
        terms=pay_terms(record.terms),
        tax_id=record.supplier.tax_id if record.supplier else None,
        bank=_bank(record.supplier, record.remit_to),
        remit_to=record.remit_to.name if record.remit_to else None,
        ref_invoice=record.original.number if record.original else None,
        lines=tuple(_line(record, line, index, money) for index, line in goods),
    )
    return claim


def is_goods(line: RecordLine) -> bool:
    """Whether a line bills goods or services, not a charge or a tax on them."""
    return line.type not in {"charge", "tax"}


def _line(record: Record, line: RecordLine, index: int, money: Reading) -> ClaimLine:
    item, order = line.item, line.order
    named = order.line if order else None
    counted = line.number if record.source.format in _COUNTED_FORMATS else None
    amount, allowance = money.lines[index]
    return ClaimLine(
        number=line.number or "",
        quantity=line.quantity,
        uom=line.uom,
        price=line.unit_price,
        per=per_line_unit(line.price_basis),
        amount=amount,
        allowances=(Allowance(amount=allowance),) if allowance else (),
        po=order.number if order else None,
        release=order.release if order else None,
        po_line=named or counted,
        firm=named is not None,
        receipt=line.receipt,
        description=item.description if item else None,
        vendor_part=item.supplier_part if item else None,
        buyer_part=item.buyer_part if item else None,
        gtin=item.gtin if item else None,
        tax_rate=_rate(line.taxes),
        at=f"/lines/{index}",
    )


def _rate(taxes: Iterable[Tax]) -> Decimal | None:
    rates = [tax.rate for tax in taxes if tax.rate is not None]
    return sum(rates, ZERO) / HUNDRED if rates else None


def _bank(*parties: Party | None) -> str | None:
    accounts = (party.bank_account for party in parties if party)
    return next((account for account in accounts if account), None)


def _upright(record: Record) -> Record:
    """Turn a document whose total is negative: its amounts positive, an invoice into a credit."""
    total = record.totals.total if record.totals else None
    if total is None or total >= 0:
        return record
    return structs.replace(
        record,
        type="credit_memo" if record.type in {None, "invoice"} else record.type,
        totals=_turned_totals(record.totals),
        taxes=tuple(_turned_tax(tax) for tax in record.taxes),
        lines=tuple(_turned_line(line) for line in record.lines),
    )


def _turned_totals(totals: Totals | None) -> Totals | None:
    if totals is None:
        return None
    names = totals.__struct_fields__
    values = {name: getattr(totals, name) for name in names}
    return Totals(**{name: None if value is None else -value for name, value in values.items()})


def _turned_tax(tax: Tax) -> Tax:
    return structs.replace(
        tax,
        amount=None if tax.amount is None else -tax.amount,
        taxable=None if tax.taxable is None else -tax.taxable,
    )


def _turned_line(line: RecordLine) -> RecordLine:
    """Turn the amount, and the quantity where it was negative with it or stands alone."""
    amount, quantity = line.amount, line.quantity
    turns = quantity is not None and (amount is None or (quantity < 0) == (amount < 0))
    return structs.replace(
        line,
        amount=None if amount is None else -amount,
        quantity=-quantity if quantity is not None and turns else quantity,
        taxes=tuple(_turned_tax(tax) for tax in line.taxes),
    )
