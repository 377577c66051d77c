"""The numbers by which a seller is known for certain: tax numbers and bank accounts."""

import re
from collections.abc import Iterator, Sequence

from stdnum import iban
from stdnum.exceptions import ValidationError

from mappers.pdf.anchors import Anchors, Label
from mappers.pdf.candidates import Candidate
from mappers.pdf.fields import Read
from mappers.pdf.layout import Layout
from mappers.pdf.parties import Parties

_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{2,4}){3,8}\b")
_VAT = re.compile(
    r"\b(?:CHE-?\s?\d{3}\.?\d{3}\.?\d{3}(?:\s(?:MWST|TVA|IVA)\b)?|AT\s?U\s?\d{8}|BE\s?[01]?\d{9}|DE\s?\d{3}\s?\d{3}\s?\d{3}"
    r"|DK\s?\d{8}|ES\s?[A-Z0-9]\d{7}[A-Z0-9]|EU\s?\d{9}|FI\s?\d{8}|FR\s?[A-Z0-9]{2}\s?\d{3}\s?\d{3}\s?\d{3}"
    r"|GB\s?\d{3}\s?\d{4}\s?\d{2}|IE\s?\d{7}[A-Z]{1,2}|IT\s?\d{11}|LU\s?\d{8}|NL\s?\d{9}B\d{2}|PL\s?\d{10}|PT\s?\d{9}"
    r"|SE\s?\d{12}|CZ\s?\d{8,10}|\d{2}[A-Z]{5}\d{4}[A-Z]\d[A-Z][0-9A-Z])\b"
)
_IBAN_MIN = 15
_LOWEST, _LIKELY = 0.55, 0.85
_SURE, _GOOD = 0.98, 0.9
_BLOCK_ROWS, _BLOCK_WIDTH = 8, 12


def bank_accounts(layout: Layout) -> Iterator[Read[str]]:
    """Yield the IBANs on the pages whose check digits are right."""
    for cell in layout.cells:
        for match in _IBAN.finditer(cell.text):
            plain = match[0].replace(" ", "")
            lengths = range(len(plain), _IBAN_MIN - 1, -1)
            length = next((size for size in lengths if _is_iban(plain[:size])), None)
            if length:
                yield Read(plain[:length], cell.span(match.start(), match.end()), _SURE)


def tax_id(
    layout: Layout, anchors: Anchors, found: Sequence[Candidate[str]], named: Parties
) -> Read[str] | None:
    """Return the seller's tax number.

    Named by a label or known by its shape, and not the buyer's.
    """
    labelled = [Read(one.value, one.span, one.weight) for one in found if one.kind == "tax_id"]
    offered = [*labelled, *_shaped(layout)]
    scored = [one._replace(confidence=_weighed(one, anchors, offered, named)) for one in offered]
    best = max(scored, key=lambda one: one.confidence, default=None)
    if best is None or best.confidence < _LOWEST:
        return None
    most = _GOOD if _is_near(best, named.supplier) else _LIKELY
    return best._replace(confidence=min(most, best.confidence - 0.1))


def _shaped(layout: Layout) -> Iterator[Read[str]]:
    """Yield what looks like a VAT number by its country's shape."""
    for cell in layout.cells:
        for match in _VAT.finditer(cell.text):
            yield Read(match[0].strip(), cell.span(match.start(), match.end()), 0.8)


def _weighed(
    one: Read[str], anchors: Anchors, offered: Sequence[Read[str]], named: Parties
) -> float:
    """Return how much speaks for a number: its shape, a label, the seller's block.

    Against it the buyer's.
    """
    weight = one.confidence
    plain = _plain(one.value)
    weight += 0.1 * any(_plain(other.value) in plain and other is not one for other in offered)
    weight += 0.15 * bool(_VAT.fullmatch(one.value))
    if _is_near(one, named.supplier):
        weight += 0.15
    if _is_near(one, named.buyer) or _is_beside(one, anchors.of("customer_number")):
        weight -= 0.6
    return weight


def _is_near(one: Read[str], party: Read[str] | None) -> bool:
    """Whether a number stands in the block under a party's name."""
    if party is None or one.span.page != party.span.page:
        return False
    x0, top, _, bottom = party.span.box
    x, y = one.span.box[:2]
    height = bottom - top
    return top <= y <= bottom + _BLOCK_ROWS * height and abs(x - x0) < _BLOCK_WIDTH * height


def _is_beside(one: Read[str], labels: Sequence[Label]) -> bool:
    """Whether a number stands right above or below one of `labels`, in its column."""
    x0, top, x1, bottom = one.span.box
    return any(
        label.cell.page == one.span.page
        and min(x1, label.cell.x1) > max(x0, label.cell.x0)
        and max(top - label.cell.bottom, label.cell.top - bottom) < bottom - top
        for label in labels
    )


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _is_iban(text: str) -> bool:
    try:
        iban.validate(text)
    except ValidationError:
        return False
    return True
