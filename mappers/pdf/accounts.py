"""The numbers by which a seller is known for certain: tax numbers and bank accounts."""

import re
from collections.abc import Iterator, Sequence

from stdnum import iban
from stdnum.exceptions import ValidationError

from mappers.pdf.candidates import Candidate
from mappers.pdf.fields import Read
from mappers.pdf.layout import Layout

_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{2,4}){3,8}\b")
_IBAN_MIN = 15
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


def tax_id(found: Sequence[Candidate[str]], bought: Read[str] | None) -> Read[str] | None:
    """Return the seller's tax number: one that a label names and that does not stand in the buyer's block."""
    own = [one for one in found if one.kind == "tax_id" and not _is_in_block(one, bought)]
    best = max(own, key=lambda one: one.weight, default=None)
    if best is None:
        return None
    return Read(best.value, best.span, _GOOD * min(1.0, best.weight + 0.1))


def _is_iban(text: str) -> bool:
    try:
        iban.validate(text)
    except ValidationError:
        return False
    return True


def _is_in_block(one: Candidate[str], bought: Read[str] | None) -> bool:
    """Whether a candidate stands under the buyer's name."""
    if bought is None or one.span.page != bought.span.page:
        return False
    x0, top, _, bottom = bought.span.box
    x, y = one.span.box[:2]
    height = bottom - top
    return top <= y <= bottom + _BLOCK_ROWS * height and abs(x - x0) < _BLOCK_WIDTH * height
