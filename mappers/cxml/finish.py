"""The last look at a whole cXML invoice: the sign of a credit, and the sums.

Senders who write credits in positive amounts are taken at their word, with a problem.
"""

from decimal import Decimal

from msgspec.structs import replace

from mappers.asking import place_of
from mappers.canonical import Invoice, Problem
from mappers.credit import direction, turned
from mappers.cxml.arithmetic import invoice_problems
from parsers.form import Form

_ZERO = Decimal(0)


def finished(invoice: Invoice, form: Form) -> Invoice:
    """Return `invoice` with its credit positive and its sums checked against the document."""
    problems = tuple(invoice_problems(invoice, form))
    if invoice.type == "credit_memo":
        stated = direction(invoice)
        if stated is not None and stated < _ZERO:
            invoice = turned(invoice)
        elif stated is not None and stated > _ZERO:
            problems = (
                *problems,
                _positive_credit(stated, place_of(form, "InvoiceDetailSummary/NetAmount/Money")),
            )
    return replace(invoice, problems=(*invoice.problems, *problems))


def _positive_credit(stated: Decimal, at: str) -> Problem:
    return Problem(
        code="cxml.credit_sign",
        severity="warning",
        message="the amounts of this credit memo are positive; read as a credit of that amount",
        at=at,
        found=str(stated),
        expected="negative amounts",
        pointer="/totals/total",
        remedy="State the amounts of a credit memo negative.",
    )
