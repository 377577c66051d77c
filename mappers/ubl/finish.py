"""The last look at an EN 16931 invoice: cash discounts told in words, signs of credits, sums."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from mappers.asking import number_at, place_of
from mappers.canonical import Invoice, Problem, Terms
from mappers.convert import number
from mappers.credit import direction, turned
from mappers.ubl.arithmetic import invoice_problems
from mappers.ubl.rules import rule_problems
from parsers.form import Form

_SKONTO = re.compile(r"#SKONTO#TAGE=(\d{1,3})#PROZENT=([\d.]{1,8})#(?:BASISBETRAG=-?[\d.]+#)?")


class Places(Struct, frozen=True, kw_only=True):
    """Where a syntax states what the sums are about: paths to the totals, and within groups.

    `of_en_16931` says that its documents follow that norm; those of ZUGFeRD 1 are elder.
    """

    totals: Mapping[str, str]
    lines: str
    line_amount: str
    taxes: str
    tax_amount: str
    of_en_16931: bool = True


def finisher(places: Places) -> Callable[[Invoice, Form], Invoice]:
    """Return the function that takes the last look at invoices of a syntax.

    It gives the invoice with discounts as terms, a negative credit turned and its sums checked.
    """

    def finished(invoice: Invoice, form: Form) -> Invoice:
        problems = (
            *_placed(tuple(invoice_problems(invoice, _for_others(form))), form, places),
            *_whole(tuple(rule_problems(invoice)) if places.of_en_16931 else (), form, places),
        )
        if invoice.type == "credit_memo" and (direction(invoice) or Decimal(0)) < Decimal(0):
            invoice = turned(invoice)
        terms = tuple(one for term in invoice.terms for one in _spelled_out(term))
        return replace(invoice, terms=terms, problems=(*invoice.problems, *problems))

    return finished


def _placed(problems: tuple[Problem, ...], form: Form, places: Places) -> Iterator[Problem]:
    """Yield problems with the places that their JSON pointers mean."""
    lines = list(form.each(places.lines)) if problems else []
    taxes = list(form.each(places.taxes)) if problems else []
    for problem in problems:
        _, field, name, *_ = (problem.pointer or "").split("/")
        if field == "totals":
            at = place_of(form, places.totals[name])
        elif field == "lines":
            at = place_of(lines[int(name)], places.line_amount)
        else:
            at = place_of(taxes[int(name)], places.tax_amount)
        yield replace(problem, at=at)


def _whole(problems: tuple[Problem, ...], form: Form, places: Places) -> Iterator[Problem]:
    """Yield problems of what is missing with the place of the line or document that lacks it."""
    lines = list(form.each(places.lines)) if problems else []
    for problem in problems:
        _, field, name, *_ = (*(problem.pointer or "").split("/"), "")
        yield replace(problem, at=place_of(lines[int(name)] if field == "lines" else form, ""))


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
