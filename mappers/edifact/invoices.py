"""Invoices and credits: INVOIC.

UN/EDIFACT D.96A to D.14B; the totals by the amount qualifiers (5025) that EN 16931 uses, and those
that were used before it.
"""

from decimal import Decimal

from msgspec import structs

from mappers.canonical import DocumentRef, Invoice, InvoiceLine, Totals
from mappers.convert import codes
from mappers.edifact.parts import (
    ADJUSTMENTS,
    BILL_TO,
    CURRENCY,
    ITEM,
    LINE_TAXES,
    NOTES,
    PARTIES,
    PARTY,
    PRICE_BASIS,
    PRICES,
    REFERENCES,
    TAXES,
    TERMS,
    day,
    decimal,
    order_reference,
    quantity,
)
from mappers.plausible import invoice_problems
from mappers.rules import Collect, Const, Each, One, Table, Take, When
from parsers.form import Form

_CREDITS = ("381", "396", "83", "261")

_LINE = Table(
    "INVOIC line",
    InvoiceLine,
    (
        Take("number", "LIN/11"),
        One("order", order_reference("RFF[ON]/12", "RFF[ON]/13")),
        Take("receipt", ("RFF[AAK]/12", "RFF[DQ]/12")),
        One("item", ITEM),
        *quantity("47", "12", "46", "21", "1"),
        Take("unit_price", tuple(f"{price}/12" for price in PRICES), decimal),
        One("price_basis", PRICE_BASIS),
        Take("amount", ("MOA[203]/12", "MOA[38]/12"), decimal),
        ADJUSTMENTS,
        LINE_TAXES,
        REFERENCES,
        *NOTES,
    ),
)

_TOTALS = Table(
    "INVOIC totals",
    Totals,
    tuple(
        Take(field, tuple(f"MOA[{one}]/12" for one in qualifiers), decimal)
        for field, qualifiers in {
            "lines": ("79",),
            "allowances": ("260",),
            "charges": ("259",),
            "net": ("389", "125"),
            "tax": ("176", "124", "150"),
            "rounding": ("366",),
            "total": ("388", "77", "86", "39", "128", "9"),
            "prepaid": ("113",),
            "due": ("9",),
        }.items()
    ),
)


def _finished(invoice: Invoice, _form: Form) -> Invoice:
    """Add the orders that only the lines name, and turn the amounts of a credit positive."""
    named = [line.order.number for line in invoice.lines if line.order and line.order.number]
    if named:
        orders = tuple(dict.fromkeys((*invoice.orders, *named)))
        invoice = structs.replace(invoice, orders=orders)
    totals = invoice.totals
    if invoice.type != "credit_memo" or totals is None or (totals.total or 0) >= 0:
        return invoice
    return structs.replace(
        invoice,
        totals=Totals(**{name: _turned(value) for name, value in structs.asdict(totals).items()}),
        lines=tuple(
            structs.replace(line, quantity=_turned(line.quantity), amount=_turned(line.amount))
            for line in invoice.lines
        ),
    )


def _turned(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else -amount


def _checked(invoice: Invoice, form: Form) -> Invoice:
    """Finish an invoice and add what cannot be right in it."""
    finished = _finished(invoice, form)
    problems = tuple(invoice_problems(finished))
    return structs.replace(finished, problems=problems) if problems else finished


INVOICE = Table(
    "INVOIC",
    Invoice,
    (
        Take("number", "BGM/21", required=True),
        *day("date", "137", "3"),
        Take(
            "type",
            "BGM/11",
            codes(
                dict.fromkeys(_CREDITS, "credit_memo") | {"383": "debit_memo", "84": "debit_memo"},
                other="invoice",
            ),
        ),
        Const("type", "invoice"),
        Take("operation", "BGM/31", codes({"9": "new", "1": "cancel"}, other=None)),
        Collect("orders", "RFF[ON]", "12", distinct=True),
        When(
            "BGM/11",
            _CREDITS,
            (One("original", Table("original", DocumentRef, (Take("number", "RFF[IV]/12"),))),),
        ),
        CURRENCY,
        *day("due_date", "13", "140", place="PAT/"),
        *day("due_date", "13", "140", place="PYT/"),
        *PARTIES,
        BILL_TO,
        One("remit_to", PARTY, ("NAD[PE]", "NAD[RE]")),
        *TERMS,
        ADJUSTMENTS,
        TAXES,
        Each("lines", "LIN", _LINE),
        One("totals", _TOTALS),
        REFERENCES,
        *NOTES,
    ),
    finish=_checked,
)
