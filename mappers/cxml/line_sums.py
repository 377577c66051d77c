"""The sums of the lines of a cXML invoice, where the header says that lines state them.

    gross of a line = subtotal + tax + shipping + special handling
    net of a line = gross - discount + charges - allowances
    tax, shipping, special handling and discount of the summary = the sum of those of the lines

Each counts only where InvoiceDetailLineIndicator says that it is given in the lines (isTaxInLine
and its kin); a line that lacks it then states nothing.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec import Struct

from mappers.asking import number_at, place_of, text_at
from mappers.canonical import Invoice, InvoiceLine, Problem
from mappers.compiled import Reading, builder
from mappers.cxml.convert import amount
from mappers.cxml.differing import differs
from mappers.rules import Each, Table, Take
from parsers.form import Form

_ZERO = Decimal(0)
_LINES = (
    "InvoiceDetailOrder/InvoiceDetailItem|InvoiceDetailOrder/InvoiceDetailServiceItem"
    "|InvoiceDetailHeaderOrder/InvoiceDetailOrderSummary"
)
_FLAGS = "InvoiceDetailRequestHeader/InvoiceDetailLineIndicator"
_SUMMARY = "InvoiceDetailSummary"
_KINDS = {
    "isShippingInLine": ("shipping", "ShippingAmount"),
    "isSpecialHandlingInLine": ("special_handling", "SpecialHandlingAmount"),
    "isDiscountInLine": ("discount", "InvoiceDetailDiscount"),
}
_OWN = frozenset(code for code, _ in _KINDS.values())
"""Codes of adjustments that have an element of their own."""

_OTHERS = ""
_NONE = dict.fromkeys((*_OWN, _OTHERS), _ZERO)


class LineSums(Struct, frozen=True, kw_only=True):
    """What a line states besides its subtotal, as it is stated."""

    tax: Decimal | None = None
    gross: Decimal | None = None
    net: Decimal | None = None


class Sums(Struct, frozen=True, kw_only=True):
    """What the lines of an invoice state."""

    lines: tuple[LineSums, ...] = ()


_LINE = Table(
    "InvoiceDetailRequest line sums",
    LineSums,
    (
        Take("tax", "Tax/Money", amount, severity="warning"),
        Take("gross", "GrossAmount/Money", amount, severity="warning"),
        Take("net", "NetAmount/Money", amount, severity="warning"),
    ),
)
_SUMS = Table("InvoiceDetailRequest sums", Sums, (Each("lines", _LINES, _LINE),))


def line_sum_problems(invoice: Invoice, form: Form, slack: Decimal) -> Iterator[Problem]:
    """Yield a warning for every sum of lines that does not come out as stated."""
    sums: Sums | None = builder(_SUMS, type(form))(form, Reading(0))
    stated = sums.lines if sums else ()
    if len(stated) == len(invoice.lines):
        yield from _lines(invoice.lines, stated, form, slack)
        yield from _taxes(invoice.lines, stated, form, slack)
    yield from _adjustments(invoice.lines, form, slack)


def _says(form: Form, flag: str) -> bool:
    return text_at(form, f"{_FLAGS}/@{flag}") == "yes"


def _lines(
    lines: Sequence[InvoiceLine], stated: Sequence[LineSums], form: Form, slack: Decimal
) -> Iterator[Problem]:
    taxed = _says(form, "isTaxInLine")
    wrong = []
    for index, (line, sums) in enumerate(zip(lines, stated, strict=True)):
        if line.amount is None or (sums.gross is None and sums.net is None):
            continue
        adjusted = _adjusted(line)
        gross = line.amount + adjusted["shipping"] + adjusted["special_handling"]
        if taxed and sums.tax is not None:
            gross += sums.tax
        if sums.gross is not None and abs(sums.gross - gross) > slack:
            wrong.append((index, "GrossAmount", sums.gross, gross))
        before = gross if sums.gross is None else sums.gross
        net = before - adjusted["discount"] + adjusted[_OTHERS]
        if sums.net is not None and abs(sums.net - net) > slack:
            ways = (before + adjusted[_OTHERS], before)
            if all(abs(sums.net - way) > slack for way in ways):
                wrong.append((index, "NetAmount", sums.net, net))
    groups = list(form.each(_LINES)) if wrong else []
    for index, name, found, due in wrong:
        yield differs(
            "cxml.line_gross" if name == "GrossAmount" else "cxml.line_net",
            f"line {lines[index].number}: its {name} is not what its parts make",
            place_of(groups[index], f"{name}/Money"),
            found=found,
            due=due,
            pointer=f"/lines/{index}/amount",
        )


def _adjusted(line: InvoiceLine) -> dict[str, Decimal]:
    """Return what a line states under each code that has an element of its own, and the others.

    Of these, the charges less the allowances; a discount counts the other way round.
    """
    if not line.adjustments:
        return _NONE
    found = dict(_NONE)
    for one in line.adjustments:
        if one.amount is not None:
            code = one.code if one.code in _OWN else _OTHERS
            is_added = (one.type == "allowance") == (code == "discount")
            found[code] += one.amount if is_added else -one.amount
    return found


def _taxes(
    lines: Sequence[InvoiceLine], stated: Sequence[LineSums], form: Form, slack: Decimal
) -> Iterator[Problem]:
    """Compare the taxes of the lines with their details, and with the tax of the summary."""
    if not _says(form, "isTaxInLine"):
        return
    wrong = []
    for index, (line, sums) in enumerate(zip(lines, stated, strict=True)):
        details = [tax.amount for tax in line.taxes if tax.type != "withholding"]
        due = sum((one for one in details if one is not None), _ZERO)
        if sums.tax is not None and details and None not in details:
            wrong += [(index, sums.tax, due)] if abs(sums.tax - due) > slack else []
    groups = list(form.each(_LINES)) if wrong else []
    for index, found, due in wrong:
        yield differs(
            "cxml.line_tax",
            f"line {lines[index].number}: its tax details do not add up to its tax",
            place_of(groups[index], "Tax/Money"),
            found=found,
            due=due,
            pointer=f"/lines/{index}/taxes",
        )
    known = [sums.tax for sums in stated if sums.tax is not None]
    yield from _compared("Tax", sum(known, _ZERO), form, slack * max(len(known), 1))


def _adjustments(lines: Sequence[InvoiceLine], form: Form, slack: Decimal) -> Iterator[Problem]:
    for flag, (code, name) in _KINDS.items():
        if _says(form, flag):
            total = sum((_adjusted(line)[code] for line in lines if line.adjustments), _ZERO)
            yield from _compared(name, total, form, slack * max(len(lines), 1))


def _compared(name: str, due: Decimal, form: Form, slack: Decimal) -> Iterator[Problem]:
    path = f"{_SUMMARY}/{name}/Money"
    stated = number_at(form, path)
    if stated is not None and abs(stated - due) > slack:
        yield differs(
            "cxml.in_line_total",
            f"{name} of the summary is not the sum of those that the lines state",
            place_of(form, path),
            found=stated,
            due=due,
        )
