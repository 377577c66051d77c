"""The sums of a cXML invoice, done again (cXML 1.2.069 InvoiceDetail).

    line subtotal = quantity x factor x unit price / basis      summary subtotal = sum over lines
    gross = subtotal + tax + shipping + special handling        net = gross - discount + charges
    due = net - deposit                                         - allowances of the header

Every difference is a warning with both figures; none is ever corrected. Amounts are those stated,
signs included, before a credit is turned.
"""

from collections.abc import Iterator
from decimal import Decimal

from mappers.asking import has, may_mention, number_at, place_of, text_at
from mappers.canonical import Invoice, InvoiceLine, OrderLine, Problem, Totals
from mappers.cxml.differing import differs
from mappers.cxml.line_sums import line_sum_problems
from parsers.form import Form

CENT = Decimal("0.01")
_WHOLE = frozenset({"JPY", "KRW", "CLP", "VND", "ISK", "UGX", "XAF", "XOF", "PYG"})
_ZERO = Decimal(0)
_SUMMARY = "InvoiceDetailSummary"
_FLAGS = "InvoiceDetailRequestHeader/InvoiceDetailLineIndicator"
_ITEM = "InvoiceDetailOrder/InvoiceDetailItem"
_LINES = (
    f"{_ITEM}|InvoiceDetailOrder/InvoiceDetailServiceItem"
    "|InvoiceDetailHeaderOrder/InvoiceDetailOrderSummary"
)
_IN_LINE = {
    "isTaxInLine": "Tax",
    "isShippingInLine": "InvoiceDetailLineShipping",
    "isSpecialHandlingInLine": "InvoiceDetailLineSpecialHandling",
    "isDiscountInLine": "InvoiceDetailDiscount",
}


def extended(line: InvoiceLine | OrderLine) -> Decimal | None:
    """Return quantity times price, the price basis applied; None where a factor is missing."""
    if line.quantity is None or line.unit_price is None:
        return None
    basis = line.price_basis
    if basis is None:
        return line.quantity * line.unit_price
    per = basis.quantity or Decimal(1)
    return line.quantity * (basis.factor or Decimal(1)) * line.unit_price / per


def tolerance(currency: str | None) -> Decimal:
    """Return what rounding may cost: a cent, or one in currencies without."""
    return Decimal(1) if currency in _WHOLE else CENT


def invoice_problems(invoice: Invoice, form: Form) -> Iterator[Problem]:
    """Yield a warning for every sum of an InvoiceDetailRequest that does not add up."""
    slack = tolerance(invoice.currency)
    yield from _line_problems(invoice, form, slack)
    yield from _summary_problems(invoice, form, slack)
    yield from line_sum_problems(invoice, form, slack)
    yield from _flag_problems(form)


def _line_problems(invoice: Invoice, form: Form, slack: Decimal) -> Iterator[Problem]:
    wrong = [
        (index, line, line.amount, due)
        for index, line in enumerate(invoice.lines)
        if line.amount is not None
        and (due := extended(line)) is not None
        and abs(line.amount - due) >= slack
    ]
    groups = list(form.each(_LINES)) if wrong else []
    for index, line, stated, due in wrong:
        yield differs(
            "cxml.line_amount",
            f"line {line.number}: quantity times price is not its subtotal",
            place_of(groups[index], "SubtotalAmount/Money"),
            found=stated,
            due=due,
            pointer=f"/lines/{index}/amount",
        )


def _summary_problems(invoice: Invoice, form: Form, slack: Decimal) -> Iterator[Problem]:
    totals = invoice.totals or Totals()
    amounts = [line.amount for line in invoice.lines if line.amount is not None]
    if amounts and totals.lines is not None and abs(sum(amounts) - totals.lines) >= slack:
        yield differs(
            "cxml.subtotal",
            "the subtotals of the lines do not add up to that of the summary",
            place_of(form, f"{_SUMMARY}/SubtotalAmount/Money"),
            found=totals.lines,
            due=sum(amounts, _ZERO),
            pointer="/totals/lines",
        )
    yield from _gross_and_net(totals, form, slack)
    if totals.due is not None and totals.total is not None:
        due = totals.total - (totals.prepaid or _ZERO)
        if abs(totals.due - due) >= slack:
            yield differs(
                "cxml.due",
                "what is due is not the net amount less the deposit",
                place_of(form, f"{_SUMMARY}/DueAmount/Money"),
                found=totals.due,
                due=due,
                pointer="/totals/due",
            )
    yield from _tax_problems(invoice, form, slack)


def _gross_and_net(totals: Totals, form: Form, slack: Decimal) -> Iterator[Problem]:
    def stated(name: str) -> Decimal | None:
        return number_at(form, f"{_SUMMARY}/{name}/Money")

    if totals.lines is None:
        return
    handling = stated("SpecialHandlingAmount") or _ZERO
    due = totals.lines + (totals.tax or _ZERO) + (totals.shipping or _ZERO) + handling
    gross, net = stated("GrossAmount"), stated("NetAmount")
    added = (totals.charges or _ZERO) - (totals.allowances or _ZERO)
    if gross is not None and min(abs(gross - due), abs(gross - due - added)) >= slack:
        yield differs(
            "cxml.gross",
            "gross is not subtotal, tax, shipping and special handling together",
            place_of(form, f"{_SUMMARY}/GrossAmount/Money"),
            found=gross,
            due=due,
        )
    before = due if gross is None else gross
    discount = stated("InvoiceDetailDiscount") or _ZERO
    ways = (before - discount, before, before - discount + added, before + added)
    if net is not None and min(abs(net - way) for way in ways[:: 1 if added else 2]) >= slack:
        yield differs(
            "cxml.net",
            "net is not gross less the discount",
            place_of(form, f"{_SUMMARY}/NetAmount/Money"),
            found=net,
            due=ways[2],
            pointer="/totals/total",
        )


def _tax_problems(invoice: Invoice, form: Form, slack: Decimal) -> Iterator[Problem]:
    totals = invoice.totals or Totals()
    details = [tax.amount for tax in invoice.taxes if tax.type != "withholding"]
    known = [amount for amount in details if amount is not None]
    if known and totals.tax is not None and abs(sum(known) - totals.tax) >= slack:
        yield differs(
            "cxml.tax_details",
            "the tax details do not add up to the tax",
            place_of(form, f"{_SUMMARY}/Tax/Money"),
            found=totals.tax,
            due=sum(known, _ZERO),
            pointer="/totals/tax",
        )


def _flag_problems(form: Form) -> Iterator[Problem]:
    """Yield contradictions between what the header announces and what the lines hold."""
    for flag, name in _IN_LINE.items():
        if text_at(form, f"{_FLAGS}/@{flag}") == "yes" or not may_mention(form, name):
            continue
        if not has(form, f"InvoiceDetailOrder[InvoiceDetailItem/{name}/Money]"):
            continue
        path = f"{_ITEM}/{name}/Money"
        yield Problem(
            code="cxml.not_in_line",
            severity="warning",
            message=f"a line states {name}, but the header does not say {flag}; it is not counted",
            at=place_of(form, path),
            found=text_at(form, path),
            expected=f'{flag}="yes"',
            remedy=f"Say {flag} in the header, or state the amount in the summary alone.",
        )
    is_header = text_at(
        form, "InvoiceDetailRequestHeader/InvoiceDetailHeaderIndicator/@isHeaderInvoice"
    )
    if (is_header == "yes" and has(form, "InvoiceDetailOrder")) or (
        is_header != "yes" and has(form, "InvoiceDetailHeaderOrder")
    ):
        yield Problem(
            code="cxml.header_and_detail",
            severity="warning",
            message="the invoice says that it is by header and has lines, or the reverse",
            at=place_of(form, "InvoiceDetailRequestHeader/@invoiceID"),
            found=f"isHeaderInvoice={is_header}",
            expected="InvoiceDetailHeaderOrder with isHeaderInvoice, InvoiceDetailOrder without",
            remedy="Send either lines or header sums, and say which.",
        )
