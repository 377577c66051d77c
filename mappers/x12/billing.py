"""Shipment and billing in one: 857.

X12 003030 to 004010 BHT, HL, G05, TDS, IT1. An 857 is read as the invoice that it is, with the
orders and items that its levels name; its pallets and marks are no receipt and are not kept. Each
order level has a total of its own, and the invoice is for their sum.
"""

from decimal import Decimal

from msgspec import structs

from mappers.canonical import Adjustment, Invoice, InvoiceLine, Totals
from mappers.convert import codes, date, decimal, implied, n2, uom, upper
from mappers.rules import Collect, Const, Each, One, Pairs, Table, Take
from mappers.x12.invoices import signed
from mappers.x12.parts import (
    ADJUSTMENT,
    ADJUSTMENTS,
    PARTY,
    TAX,
    TAXES,
    TERMS,
    item_table,
    order_reference,
    price_basis_table,
)
from parsers.form import Form, Problem

_OLD_ADJUSTMENT = Table(
    "ITA adjustment",
    Adjustment,
    (
        Take("type", "ITA/01", codes({"A": "allowance", "C": "charge"}), required=True),
        Take("code", "ITA/03", upper),
        Take("reason", "ITA/13"),
        Take("amount", "ITA/07", implied(2, signed=False)),
        Take("percent", "ITA/09", decimal),
        Take("handling", "ITA/04", upper),
    ),
)

_LINE = Table(
    "857 line",
    InvoiceLine,
    (
        Take("number", "IT1/01"),
        One("order", order_reference("^TDS/PRF/01", date="^TDS/PRF/04", release="^TDS/PRF/02")),
        One("item", item_table("857 item", "IT1/06+")),
        Take("quantity", "IT1/02", decimal, required=True),
        Take("uom", "IT1/03", uom),
        Take("unit_price", ("IT1/04", "CTP[02=UCP]/03"), decimal),
        One("price_basis", price_basis_table("IT1/05")),
        ADJUSTMENTS,
        Each("adjustments", "ITA[A|C]", _OLD_ADJUSTMENT),
        TAXES,
        Pairs("fields", "N9", "01", ("02", "03"), keep_case=True),
    ),
)


def _party(*roles: str) -> tuple[str, ...]:
    return tuple(f"HL/{loop}/N1[{role}]" for role in roles for loop in ("G05", "TDS"))


def _finished(invoice: Invoice, form: Form) -> Invoice:
    """Add up the totals of several orders, and see by the sign whether it is a credit."""
    totals = list(form.each("HL/TDS"))
    if len(totals) > 1:
        unreadable = tuple(problem for one in totals if (problem := _unreadable(one)))
        total = None if unreadable else sum(map(_amount, totals), Decimal(0))
        invoice = structs.replace(invoice, totals=Totals(total=total), problems=unreadable)
    return signed(invoice, form)


def _amount(order: Form) -> Decimal:
    """Return the total of an order level; raises `ValueError` where it is no number."""
    found = order.find("TDS/01")
    amount: Decimal = n2.read(found.text if found else "", 0)
    return amount


def _unreadable(order: Form) -> Problem | None:
    try:
        _amount(order)
    except ValueError:
        found, segment = order.find("TDS/01"), order.find("")
        place = found or segment
        return Problem(
            code="value.not_number" if found else "value.missing",
            message="the total of an order level is missing or no number, so there is no sum",
            at=place.position.at if place else "",
            found=found.text if found else None,
            expected=n2.expected,
            pointer="/totals/total",
            remedy="Correct the value and send the document again.",
        )
    return None


INVOICE = Table(
    "857",
    Invoice,
    (
        Take("number", ("HL/G05/N9[IV]/02", "HL/TDS/N9[IV]/02", "BHT/03"), required=True),
        Take("date", "BHT/04", date),
        Const("type", "invoice"),
        Take("operation", "BHT/02", codes({"00": "new", "01": "cancel"}, other=None)),
        Collect("orders", "HL/TDS/PRF", "01", distinct=True),
        Take("currency", "HL/G05/CUR/02", upper),
        One("supplier", PARTY, _party("SE", "VN", "SU")),
        One("buyer", PARTY, _party("BY")),
        One("bill_to", PARTY, _party("BT")),
        One("ship_to", PARTY, _party("ST")),
        One("remit_to", PARTY, _party("RE", "RI")),
        Each("terms", "HL/TDS/ITD", TERMS),
        Each("adjustments", "HL/TDS/SAC[A|C]", ADJUSTMENT),
        Each("adjustments", "HL/TDS/ITA[A|C]", _OLD_ADJUSTMENT),
        Each("taxes", "HL/TDS/TXI[07=|A]", TAX),
        Each("lines", "HL/IT1", _LINE),
        One(
            "totals", Table("857 totals", Totals, (Take("total", "HL/TDS/01", n2, required=True),))
        ),
        Pairs("fields", "HL/G05/N9", "01", ("02", "03"), keep_case=True),
        Pairs("fields", "HL/TDS/N9", "01", ("02", "03"), keep_case=True),
    ),
    finish=_finished,
)
