"""Ranked candidates for the fields that labels point at: identifiers and dates.

Every label claims the values beside it, those that are of no interest too ("order date", "customer
number"): a value belongs to the label that claims it most strongly, so that a neighbour's value is
not taken.
"""

import re
from collections.abc import Iterator
from typing import Generic, NamedTuple, TypeVar

from mappers.pdf.anchors import Anchors, Label, Place
from mappers.pdf.dates import Date, dates
from mappers.pdf.layout import Span

T = TypeVar("T")

IDENTIFIERS = (
    "invoice_number",
    "invoice_title",
    "number_plain",
    "order_number",
    "order_weak",
    "not_order",
    "delivery_note",
    "customer_number",
    "tax_id",
    "tax_id_other",
    "bank",
    "phone",
)
DATES = ("date", "date_plain", "due_date", "delivery_date")

_KIND_WEIGHT = {
    "invoice_title": 0.72,
    "number_plain": 0.6,
    "date_plain": 0.85,
    "order_weak": 0.6,
    "bank": 0.7,
    "phone": 0.9,
}
_EDGES = ".,;:()[]#*\"'|"
_ID = re.compile(r"[^\W_][\w./\\\-#&*]*$")
_PREFIX = re.compile(r"[A-Z]{1,6}$")
_SUFFIX = re.compile(r"[A-Z]{2}")
_MORE = re.compile(r"[-/#]?\d[\w\-/]*$|[-/]$")
_MONEY = re.compile(r"[$€£₹]|^\d{1,3}([.,]\d{3})*[.,]\d{2}$|%$")
_PAGE = re.compile(r"\d+/\d+$")
_INVOICES = ("invoice_number", "invoice_title", "number_plain")
_SALES = re.compile(r"^[$S][1I]{1,2}(?=\d{5,}\b)")  # a scan's SI, of a sales invoice
_SHORT = 3
_TITLE_ROWS = 5
_LONGEST = 40


class Candidate(NamedTuple, Generic[T]):
    """A value that a label of `kind` may mean, with its weight from 0 to 1."""

    kind: str
    value: T
    span: Span
    weight: float
    label: Label
    place: Place


def identifiers(anchors: Anchors) -> list[Candidate[str]]:
    """Return the identifiers that labels point at.

    Each with the label that claims it most strongly.
    """
    found: list[Candidate[str]] = []
    for kind in IDENTIFIERS:
        for label in anchors.of(kind):
            if kind != "number_plain" or _is_titled(anchors, label):
                offers = (_identifiers_at(kind, label, place) for place in anchors.places(label))
                found.extend(_first(offers))
    return _claimed(found)


def _is_titled(anchors: Anchors, label: Label) -> bool:
    """Whether a bare "No." begins its cell and stands a few rows under the title of the invoice."""
    rows = [title.cell.row for title in anchors.of("invoice_title") if title.weight == 1.0]
    return label.weight == 1.0 and any(0 < label.cell.row - row <= _TITLE_ROWS for row in rows)


def dated(anchors: Anchors) -> list[Candidate[Date]]:
    """Return the dates that labels point at, each with the label that claims it most strongly."""
    found: list[Candidate[Date]] = []
    for kind in DATES:
        for label in anchors.of(kind):
            found.extend(_first(_dates_at(kind, label, place) for place in anchors.places(label)))
    return _claimed(found)


def identifier(text: str) -> tuple[str, int] | None:
    """Return the identifier that `text` begins with and where it ends, None if it begins with none.

    An identifier has a digit; a short prefix before it and further groups of digits belong to it.
    """
    words = text.split(" ")
    first = words[0].strip(_EDGES)
    taken = 1
    if _PREFIX.fullmatch(first) and len(words) > 1 and words[1][:1].isdigit():
        first, taken = f"{first} {words[1].strip(_EDGES)}", 2
    if not any(letter.isdigit() for letter in first) or not _is_identifier(first, text):
        return None
    if taken + 1 == len(words) and _SUFFIX.fullmatch(words[taken]):
        return f"{first} {words[taken]}", len(text)
    while taken < len(words) and _MORE.match(words[taken]) and _goes_on(first, words[taken]):
        first = f"{first} {words[taken].strip(_EDGES)}"
        taken += 1
    return first, len(" ".join(words[:taken]))


def _is_identifier(word: str, text: str) -> bool:
    if len(word) > _LONGEST or _MONEY.search(word) or not _ID.match(word.replace(" ", "")):
        return False
    date = next(dates(text), None)
    return date is None or date.start > 0


def _goes_on(first: str, word: str) -> bool:
    """Whether `word` is one more group of the identifier `first`: 12 345 678 901, RE 2024 / 17."""
    if word[:1] in "-/#":
        return True
    groups = first.split(" ")
    is_numeric = all(group.isdigit() for group in groups) and word.isdigit()
    return is_numeric and len(word) == _SHORT and all(len(group) == _SHORT for group in groups[1:])


def _identifiers_at(kind: str, label: Label, place: Place) -> Iterator[Candidate[str]]:
    start, text = place.start, place.text
    if kind in _INVOICES and place.cell.words[0].by == "ocr":
        text = _SALES.sub("SI", text)
    found = identifier(text)
    while found:
        value, size = found
        weight = place.weight * _KIND_WEIGHT.get(kind, 1.0) * _likely(value, kind)
        yield Candidate(kind, value, place.cell.span(start, start + size), weight, label, place)
        more = re.match(
            r"\s*(?:[,;&+]|and|und|et|en|y|e)\s*", place.cell.text[start + size : place.end]
        )
        if not more or not more.group().strip():
            return
        start += size + more.end()
        found = identifier(place.cell.text[start : place.end])


def _likely(value: str, kind: str) -> float:
    """Return how much a value looks like a number that was given to a document."""
    letters = sum(letter.isalnum() for letter in value)
    if _PAGE.fullmatch(value) and letters < 2 * _SHORT:
        return 0.6
    if letters < _SHORT:
        return 0.5
    return 0.8 if kind == "invoice_title" and letters == _SHORT else 1.0


def _dates_at(kind: str, label: Label, place: Place) -> Iterator[Candidate[Date]]:
    for date in dates(place.text):
        span = place.cell.span(place.start + date.start, place.start + date.end)
        early = 1.0 if date.start == 0 else 0.9 if date.start < 12 else 0.75  # noqa: PLR2004
        weight = place.weight * _KIND_WEIGHT.get(kind, 1.0) * early
        yield Candidate(kind, date, span, weight, label, place)


def _first(offers: Iterator[Iterator[Candidate[T]]]) -> list[Candidate[T]]:
    """Return the candidates of the first place that has any."""
    return next((found for found in map(list, offers) if found), [])


def _claimed(found: list[Candidate[T]]) -> list[Candidate[T]]:
    """Return the candidates whose value no label of another kind claims more strongly."""
    best: dict[tuple[int, float, float], Candidate[T]] = {}
    for candidate in found:
        key = _key(candidate.span)
        if key not in best or candidate.weight > best[key].weight:
            best[key] = candidate
    return [one for one in found if one.kind == best[_key(one.span)].kind]


def _key(span: Span) -> tuple[int, float, float]:
    return span.page, span.words[0].x0, span.words[0].top
