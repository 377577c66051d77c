"""The last look at an EN 16931 invoice: cash discounts told in words, signs of credits, sums."""

import re
from decimal import Decimal

from msgspec.structs import replace

from mappers.asking import number_at
from mappers.canonical import Invoice, Terms
from mappers.convert import number
from mappers.credit import direction, turned
from mappers.ubl.arithmetic import invoice_problems
from parsers.form import Form

_SKONTO = re.compile(r"#SKONTO#TAGE=(\d{1,3})#PROZENT=([\d.]{1,8})#(?:BASISBETRAG=-?[\d.]+#)?")


def finished(invoice: Invoice, form: Form) -> Invoice:
    """Return `invoice` with discounts as terms, a negative credit turned and its sums checked."""
    problems = tuple(invoice_problems(invoice, _for_others(form)))
    if invoice.type == "credit_memo" and (direction(invoice) or Decimal(0)) < Decimal(0):
        invoice = turned(invoice)
    terms = tuple(one for term in invoice.terms for one in _spelled_out(term))
    return replace(invoice, terms=terms, problems=(*invoice.problems, *problems))


def _for_others(form: Form) -> Decimal:
    """Return what is collected for third parties: payments of the XRechnung extension."""
    payments = form.each("PrepaidPayment")
    return sum((number_at(one, "PaidAmount") or Decimal(0) for one in payments), Decimal(0))


def _spelled_out(term: Terms) -> list[Terms]:
    """Return a window for each discount that the text states by XRechnung's rules, and the rest."""
    windows = [
        Terms(discount_percent=number(percent), discount_days=int(days))
        for days, percent in _SKONTO.findall(term.text or "")
        if percent.count(".") <= 1
    ]
    return [*windows, term]
