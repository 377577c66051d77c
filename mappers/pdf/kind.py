"""What kind of document the pages are.

By their title, which stands alone and high on the first page.
"""

from typing import Literal

from mappers.pdf.layout import Cell, Layout
from mappers.pdf.vocabulary import find

Kind = Literal["invoice", "credit_memo", "debit_memo", "other", "unknown"]

_HIGH = 0.55
_COVERED = 0.6
_WORDS_MAX = 6


def kind_of(layout: Layout) -> Kind:
    """Return the kind that the largest title names.

    Any invoice title outweighs that of another document.
    """
    titles = [
        (cell.size, match.kind)
        for cell in layout.cells
        if _is_high(layout, cell)
        for match in find(cell.text, "titles", loose=layout.is_scan)
        if _is_title(cell, match.start, match.end)
    ]
    kinds = {kind for _, kind in titles}
    if not titles:
        return "unknown"
    if "credit_memo" in kinds:
        return "credit_memo"
    if "debit_memo" in kinds:
        return "debit_memo"
    return "invoice" if "invoice" in kinds else "other"


def _is_high(layout: Layout, cell: Cell) -> bool:
    return cell.page == min(layout.pages) and cell.top < _HIGH * layout.pages[cell.page].height


def _is_title(cell: Cell, start: int, end: int) -> bool:
    """Whether a title's words begin a short cell."""
    before = any(letter.isalnum() for letter in cell.text[:start])
    return not before and len(cell.words) <= _WORDS_MAX and end - start >= _COVERED * _wording(cell)


def _wording(cell: Cell) -> int:
    """Return how many characters of a cell are words and not numbers."""
    return sum(len(word.text) for word in cell.words if not any(c.isdigit() for c in word.text))
