"""Invoices and credits: 810.

X12 004010 BIG, IT1, TDS. BIG07 says what the document is; amounts of a credit are positive.
"""

from msgspec import structs

from mappers.canonical import DocumentRef, Invoice, InvoiceLine, Totals
from mappers.convert import codes, date, decimal, n2, uom, upper
from mappers.plausible import invoice_problems
from mappers.rules import Collect, Const, Each, One, Pairs, Table, Take, When
from mappers.x12.parts import (
    ACCOUNTING,
    ADJUSTMENTS,
    CHARGE_TAXES,
    LINE_NOTES,
    NOTES,
    PACKING,
    PARTY,
    REFERENCES,
    TAXES,
    TERMS,
    item_table,
    order_reference,
    price_basis_table,
    price_per_other_unit,
)
from parsers.form import Form

_LINE = Table(
    "810 line",
    InvoiceLine,
    (
        Take("number", "IT1/01"),
        One("order", order_reference(("IT1/06+PO", "REF[PO]/02"), line="IT1/06+PL")),
        Take("receipt", "REF[PK]/02"),
        One("item", item_table("810 item", "IT1/06+")),
        Take("quantity", "IT1/02", decimal, required=True),
        Take("uom", "IT1/03", uom),
        Take("unit_price", ("IT1/04", "CTP[02=UCP]/03"), decimal),
        One("price_basis", price_basis_table("IT1/05")),
        price_per_other_unit("IT1/04", "IT1/02", "IT1/03"),
        ADJUSTMENTS,
        TAXES,
        CHARGE_TAXES,
        Each("accounting", "FA1", ACCOUNTING),
        Pairs("fields", "REF", "01", ("02", "03"), keep_case=True),
        *PACKING,
        Take("fields.shipped", "IT3/01"),
        Take("fields.shipped_uom", "IT3/02"),
        *LINE_NOTES,
    ),
)

_CREDITS = ("CR", "CN")
_ORIGINAL = Table("original invoice", DocumentRef, (Take("number", ("REF[OI]/02", "REF[IV]/02")),))


def _finished(invoice: Invoice, _form: Form) -> Invoice:
    """Turn the amounts of a credit positive, and name each order once, those of lines too."""
    named = [line.order.number for line in invoice.lines if line.order and line.order.number]
    if named or len(invoice.orders) > 1:
        orders = tuple(dict.fromkeys((*invoice.orders, *named)))
        invoice = structs.replace(invoice, orders=orders)
    return _positive(invoice) if invoice.type == "credit_memo" else invoice


def _checked(invoice: Invoice, form: Form) -> Invoice:
    """Finish an invoice and add what cannot be right in it."""
    finished = _finished(invoice, form)
    problems = tuple(invoice_problems(finished))
    return structs.replace(finished, problems=problems) if problems else finished


def signed(invoice: Invoice, form: Form) -> Invoice:
    """Finish an invoice whose sign alone says that it is a credit."""
    total = invoice.totals.total if invoice.totals else None
    if total is not None and total < 0:
        invoice = structs.replace(invoice, type="credit_memo")
    return _finished(invoice, form)


def _positive(credit: Invoice) -> Invoice:
    """Turn a credit whose total is negative; its quantities too, unless they are magnitudes."""
    totals = credit.totals
    if totals is None or totals.total is None or totals.total >= 0:
        return credit
    turned = structs.replace(credit, totals=structs.replace(totals, total=-totals.total))
    if all(line.quantity is None or line.quantity >= 0 for line in credit.lines):
        return turned
    return structs.replace(
        turned,
        lines=tuple(
            structs.replace(line, quantity=None if line.quantity is None else -line.quantity)
            for line in credit.lines
        ),
    )


INVOICE = Table(
    "810",
    Invoice,
    (
        Take("number", "BIG/02", required=True),
        Take("date", "BIG/01", date),
        Take(
            "type",
            "BIG/07",
            codes({"CR": "credit_memo", "CN": "credit_memo", "DR": "debit_memo"}, other="invoice"),
        ),
        Const("type", "invoice"),
        Take("operation", "BIG/08", codes({"00": "new", "01": "cancel"}, other=None)),
        Collect("orders", "BIG", "04"),
        Collect("orders", "REF[PO]", "02", distinct=True),
        When("BIG/07", _CREDITS, (One("original", _ORIGINAL),)),
        Take("currency", "CUR/02", upper),
        One("supplier", PARTY, ("N1[SE]", "N1[VN]", "N1[SU]")),
        One("buyer", PARTY, "N1[BY]"),
        One("bill_to", PARTY, "N1[BT]"),
        One("ship_to", PARTY, "N1[ST]"),
        One("remit_to", PARTY, ("N1[RE]", "N1[RI]")),
        Each("terms", "ITD", TERMS),
        ADJUSTMENTS,
        TAXES,
        CHARGE_TAXES,
        Each("accounting", "FA1", ACCOUNTING),
        Each("lines", "IT1", _LINE),
        One("totals", Table("810 totals", Totals, (Take("total", "TDS/01", n2, required=True),))),
        *REFERENCES,
        *NOTES,
    ),
    finish=_checked,
)
