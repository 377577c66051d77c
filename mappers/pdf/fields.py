"""The header of an invoice.

Its number, the orders it bills, its currency and language, chosen by evidence.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from mappers.pdf.anchors import Anchors
from mappers.pdf.candidates import Candidate
from mappers.pdf.figures import Figures
from mappers.pdf.layout import Cell, Layout, Span
from mappers.pdf.numbers import currency_of
from mappers.pdf.vocabulary import find, fold, tokens

T = TypeVar("T")

_SURE, _GOOD, _FAIR, _POOR = 0.97, 0.93, 0.8, 0.6
_CLEAR, _FAR, _FEW = 0.08, 0.25, 4
_REFERENCE = re.compile(r"\bref|referen[cztk]|riferimento|zeichen|kenmerk")
_ORDER = re.compile(r"order|\bpo\b|purchase|bestell|bestel|auftrag|commande|pedido|ordin|encomenda")
_STATE = re.compile(
    r"\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]"
    r"|T[NX]|UT|V[AT]|W[AIVY]),? \d{5}(?:-\d{4})?$"
)
_MONTH = re.compile(r"(?:0?[1-9]|1[0-2])[/.]20\d\d$")
_IN = {"in", "en"}
_CURRENCY = ("currenc", "wahrung", "devise", "moned", "valuta", "divisa", "moeda")
_NUMBERS = ("invoice_number", "invoice_title", "number_plain")


class Read(NamedTuple, Generic[T]):
    """A value as read: where it stands and how likely it is right, from 0 to 1."""

    value: T
    span: Span
    confidence: float


def best(found: Sequence[Candidate[T]], *kinds: str) -> Candidate[T] | None:
    """Return the weightiest candidate of `kinds`, the first of equals."""
    return max(
        (one for one in found if one.kind in kinds), key=lambda one: one.weight, default=None
    )


def invoice_number(found: Sequence[Candidate[str]]) -> Read[str] | None:
    """Return the invoice's number: by its label, or else what stands beside the title."""
    chosen = best(found, "invoice_number", "invoice_title") or best(found, "number_plain")
    if chosen is None or (chosen.span.by == "ocr" and len(_plain(chosen.value)) == 1):
        return None  # what a scan left of a number
    rivals = [
        one for one in found if one.kind in _NUMBERS and _plain(one.value) != _plain(chosen.value)
    ]
    echoes = sum(_plain(one.value) == _plain(chosen.value) for one in found)
    near = any(one.weight > chosen.weight - _CLEAR for one in rivals)
    is_mended = chosen.value not in chosen.span.text
    confidence = (
        _POOR
        if near or is_mended
        else _SURE
        if chosen.kind == "invoice_number" or echoes > 1
        else _FAIR
    )
    return _read(chosen.value, chosen, confidence)


def orders(found: Sequence[Candidate[str]]) -> list[Read[str]]:
    """Return the purchase orders that are named, each once, in order of appearance.

    A reference counts where no label says order, a weak one only where nothing else does.
    """
    strong = [one for one in found if one.kind == "order_number"]
    chosen = _likely(strong or [one for one in found if one.kind == "order_weak"])
    by_value: dict[str, Candidate[str]] = {}
    for one in chosen:
        key = _plain(one.value)
        if key not in by_value or one.weight > by_value[key].weight:
            by_value[key] = one
    labels = {_wording(one) for one in chosen}
    confidence = _POOR if not strong else _SURE if len(labels) == 1 else _FAIR
    return [_read(one.value, one, confidence) for one in by_value.values()]


def _likely(found: Sequence[Candidate[str]]) -> list[Candidate[str]]:
    """Return the candidates that say order, if any does, without those far less likely."""
    named = [one for one in found if not _is_reference(_wording(one))] or list(found)
    heaviest = max((one.weight for one in named), default=0.0)
    return [one for one in named if one.weight > heaviest - _FAR and not _MONTH.match(one.value)]


def _is_reference(label: str) -> bool:
    """Whether a label says reference and not whose order it refers to."""
    return bool(_REFERENCE.search(label)) and not _ORDER.search(label)


def _wording(one: Candidate[str]) -> str:
    return fold(one.label.cell.text[one.label.match.start : one.label.match.end])


def currency(layout: Layout, figures: Figures) -> Read[str] | None:
    """Return the currency that most signs and codes name, beside amounts and in headings.

    A code that is a word too (PEN, ALL) counts only where money is spoken of.
    """
    votes, where = _named_currencies(layout, figures)
    if not votes:
        return _american(layout)
    (first, count), *rest = votes.most_common(2)
    if _is_stray(where[first], count, rest):
        (first, count), *rest = rest
    is_clear = (not rest or count >= 3 * rest[0][1]) and not _is_faint(where[first], count)
    return Read(first, where[first], _SURE if is_clear else _POOR)


def _is_faint(sign: Span, count: int) -> bool:
    """Whether a scan's few dollars may be fives."""
    return sign.by == "ocr" and sign.text.startswith("$") and count <= _FEW


def _named_currencies(layout: Layout, figures: Figures) -> tuple[Counter[str], dict[str, Span]]:
    """Return how often each currency is named, and where first."""
    votes: Counter[str] = Counter()
    where: dict[str, Span] = {}
    for row in layout.rows:
        for number in figures.of(row):
            if number.currency:
                votes[number.currency] += 2
                where.setdefault(number.currency, number.span)
    for cell in layout.cells:
        for word in cell.words:
            code = currency_of(word.text)
            if code and (not word.text.isalpha() or _is_of_money(cell)):
                votes[code] += 1
                where.setdefault(code, Span(word.text, [word]))
    return votes, where


def _is_stray(sign: Span, count: int, rest: Sequence[tuple[str, int]]) -> bool:
    """Whether a scan's few dollars are fives, where another currency is named."""
    return _is_faint(sign, count) and bool(rest)


def _american(layout: Layout) -> Read[str] | None:
    """Return dollars where no currency is named and an address ends with a state and its code."""
    for cell in layout.cells:
        found = _STATE.search(cell.text)
        if found:
            return Read("USD", cell.span(found.start(), found.end()), _POOR)
    return None


def _is_of_money(cell: Cell) -> bool:
    """Whether a cell is a code alone, a sum, a heading, or says what its amounts are in."""
    if len(cell.words) == 1 or find(cell.text, "totals") or find(cell.text, "columns"):
        return True
    words = [token.text for token in tokens(cell.text)]
    return any(word in _IN or word.startswith(_CURRENCY) for word in words)


def language(anchors: Anchors) -> str:
    """Return the language of most labels, English where there are none."""
    return max(anchors.languages, key=lambda one: anchors.languages[one], default="en")


def _plain(value: str) -> str:
    return "".join(letter for letter in value.casefold() if letter.isalnum())


def _read(value: T, chosen: Candidate[T], confidence: float) -> Read[T]:
    return Read(value, chosen.span, confidence * min(1.0, chosen.weight + 0.1))
