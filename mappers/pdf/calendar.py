"""Which way round a document writes its dates.

Which of them is the invoice's and which the due date.
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from mappers.canonical import Day
from mappers.pdf.candidates import Candidate
from mappers.pdf.dates import Date, Order, dates, settled
from mappers.pdf.fields import Read, best
from mappers.pdf.layout import Layout

_US_ADDRESS = re.compile(r"\b[A-Z]{2},?\s+\d{5}(?:-\d{4})?\b")
_MONTH_FIRST = {"USD"}
_PROVEN, _LIKELY, _GUESSED = 0.97, 0.92, 0.7
_ALONE = 0.72
_LONG = timedelta(days=400)


class Calendar(NamedTuple):
    """How dates are read here, and how sure that is."""

    order: Order
    confidence: float


class Dated(NamedTuple):
    """The invoice's date and the day its net amount is due."""

    date: Read[Day] | None
    due: Read[Day] | None


def dated(  # noqa: PLR0913 - everything that speaks for one order of day and month
    layout: Layout,
    found: Sequence[Candidate[Date]],
    *,
    net_days: int | None,
    language: str,
    currency: str | None,
    taught: Order | None = None,
) -> Dated:
    """Choose the dates among `found`, reading them in the order that the evidence speaks for.

    `taught` is the order that this layout is known to use.
    """
    issued = best(found, "date", "date_plain")
    due = best(found, "due_date")
    everything = [date for cell in layout.cells for date in dates(cell.text)]
    proven = _proven(issued, due, everything, net_days)
    known = Calendar(taught, _PROVEN) if taught else None
    calendar = proven or known or _likely(layout, language, currency)
    date = _read(issued, calendar) if issued else _only(layout, everything, calendar)
    return Dated(date, _in_time(_read(due, calendar) if due else None, date))


def _proven(
    issued: Candidate[Date] | None,
    due: Candidate[Date] | None,
    everything: Sequence[Date],
    net_days: int | None,
) -> Calendar | None:
    """Return the order that the dates prove.

    By a part above twelve, or by the days between two of them.
    """
    order, contradicts = settled(everything)
    if order and not contradicts:
        return Calendar(order, _PROVEN)
    if issued and due and net_days:
        for one in ("dmy", "mdy"):
            start, end = issued.value.read(one), due.value.read(one)
            if start and end and end - start == timedelta(days=net_days):
                return Calendar(one, _PROVEN)
    return Calendar(order, _GUESSED) if order else None


def _likely(layout: Layout, language: str, currency: str | None) -> Calendar:
    """Return the order that language, currency and addresses make likely."""
    if language != "en":
        return Calendar("dmy", _PROVEN)
    is_american = any(_US_ADDRESS.search(cell.text) for cell in layout.cells)
    if currency in _MONTH_FIRST or (currency is None and is_american):
        return Calendar("mdy", _LIKELY if is_american else _GUESSED)
    return Calendar("dmy", _GUESSED if is_american or currency is None else _LIKELY)


def _read(chosen: Candidate[Date], calendar: Calendar) -> Read[Day] | None:
    day = chosen.value.read(calendar.order)
    if day is None:
        return None
    confidence = calendar.confidence if chosen.value.is_open else _PROVEN
    return Read(day, chosen.span, confidence * min(1.0, chosen.weight + 0.15))


def _only(layout: Layout, everything: Sequence[Date], calendar: Calendar) -> Read[Day] | None:
    """Return the date of a document that has but one.

    Or the first at the head of a page, as a likely one.
    """
    days = {date.read(calendar.order) for date in everything}
    for cell in layout.cells:
        for date in dates(cell.text):
            day = date.read(calendar.order)
            if day:
                sure = _ALONE if len(days) == 1 else _ALONE / 1.3
                return Read(day, cell.span(date.start, date.end), sure)
    return None


def _in_time(due: Read[Day] | None, date: Read[Day] | None) -> Read[Day] | None:
    """Return the due date, doubted where it lies before the invoice or far after it."""
    if due and date and not timedelta(0) <= due.value - date.value <= _LONG:
        return due._replace(confidence=min(due.confidence, 0.5))
    return due
