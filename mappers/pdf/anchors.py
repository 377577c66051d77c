"""Labels on the page and the places beside them where their values may stand.

A value stands after its label in the same cell, in the next cell to the right, or in a cell below.
All three are offered, the likeliest first; what counts as a value is for the field to say.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from mappers.pdf.layout import Cell, Layout, Row
from mappers.pdf.vocabulary import Match, find, phrases, tokens

Relation = Literal["inside", "right", "below", "above"]

_LEAD = re.compile(r"[\s:;.,#\-–=|/)]*")  # noqa: RUF001
_VALUE = re.compile(r"[-_/\\]\w|\.(?:com|net|org|eu|[a-z]{2})\b")
_BELOW_ROWS = 2.6
_BELOW_SECOND = 1.0
_FAR_EM = 45.0
_PROSE_WORDS = 9
_RIGHT_CELLS = 2


class Label(NamedTuple):
    """A label found in a cell; `weight` is lower where it stands within a sentence."""

    kind: str
    cell: Cell
    match: Match
    weight: float

    @property
    def is_whole(self) -> bool:
        """Whether the cell holds nothing else."""
        rest = self.cell.text[: self.match.start] + self.cell.text[self.match.end :]
        return not any(letter.isalnum() for letter in rest)


class Place(NamedTuple):
    """Where a label's value may stand: the text of `cell` from `start` to `end`."""

    cell: Cell
    start: int
    end: int
    relation: Relation
    weight: float

    @property
    def text(self) -> str:
        """The text that stands there."""
        return self.cell.text[self.start : self.end]


class Anchors:
    """The labels of one section in a layout, by cell and by kind."""

    def __init__(self, layout: Layout, section: str) -> None:
        self.layout = layout
        self.by_cell: dict[int, list[Label]] = {}
        self.by_kind: dict[str, list[Label]] = {}
        self.languages: dict[str, int] = {}
        for cell in layout.cells:
            self._add(cell, find(cell.text, section, loose=layout.is_scan))

    def _add(self, cell: Cell, matches: tuple[Match, ...]) -> None:
        for match in matches:
            if _VALUE.match(cell.text, match.end):
                continue  # PO-64742 and bol.com begin like labels
            if match.kind == "tax" and _is_excluded(cell, match):
                continue
            label = Label(match.kind, cell, match, _weight(cell, match))
            self.by_cell.setdefault(id(cell), []).append(label)
            self.by_kind.setdefault(match.kind, []).append(label)
            self.languages[match.language] = self.languages.get(match.language, 0) + match.size

    def of(self, *kinds: str) -> list[Label]:
        """Return the labels of `kinds` in reading order."""
        found = [label for kind in kinds for label in self.by_kind.get(kind, ())]
        return sorted(found, key=lambda label: (label.cell.row, label.cell.x0, label.match.start))

    def is_label(self, cell: Cell) -> bool:
        """Whether `cell` is a label and nothing else."""
        labels = self.by_cell.get(id(cell), [])
        covered = sum(
            label.match.end - label.match.start
            for label in labels
            if label is _first_at(labels, label)
        )
        letters = sum(letter.isalnum() for letter in cell.text)
        return bool(labels) and covered >= letters

    def places(self, label: Label) -> Iterator[Place]:
        """Yield where the value of `label` may stand, the likeliest place first."""
        inside = self._inside(label)
        if inside:
            yield inside
        if inside is None or not any(letter.isalnum() for letter in inside.text):
            yield from self._right(label)
            yield from self._below(label)

    def _inside(self, label: Label) -> Place | None:
        """Return the rest of the label's cell, up to the next label in it."""
        cell = label.cell
        start = _LEAD.match(cell.text, label.match.end)
        begin = start.end() if start else label.match.end
        later = [
            other.match.start
            for other in self.by_cell[id(cell)]
            if other.match.start >= max(begin, label.match.end)
            and other.kind != label.kind
            and other.match.end - other.match.start > 1  # a letter may begin a number
        ]
        end = min(later, default=len(cell.text))
        return Place(cell, begin, end, "inside", label.weight) if begin < end else None

    def _right(self, label: Label) -> Iterator[Place]:
        row = self.layout.rows[label.cell.row]
        place = row.cells.index(label.cell)
        for step, cell in enumerate(_to_the_right(row, place)):
            if self.is_label(cell):
                return
            far = (cell.x0 - label.cell.x1) / max(label.cell.size, 1.0)
            if far > _FAR_EM:
                return
            yield _place(cell, "right", label.weight * (0.97 - 0.004 * far - 0.2 * step))

    def _below(self, label: Label) -> Iterator[Place]:
        cell = label.cell
        height = max(cell.bottom - cell.top, 1.0)
        last: Cell | None = None
        for under in self.layout.below(cell, within=_BELOW_ROWS * height):
            if self.is_label(under):
                return
            if last is not None and under.top > last.bottom + _BELOW_SECOND * height:
                return
            down = (under.top - cell.bottom) / height
            yield _place(under, "below", label.weight * (0.9 - 0.06 * max(down, 0.0)))
            last = under


def _first_at(labels: list[Label], label: Label) -> Label:
    """Return the first of the labels at the same place: several kinds may share a text."""
    return next(other for other in labels if other.match.start == label.match.start)


def _to_the_right(row: Row, place: int) -> tuple[Cell, ...]:
    """Return the next cells that hold more than a sign."""
    found = (
        cell for cell in row.cells[place + 1 :] if any(letter.isalnum() for letter in cell.text)
    )
    return tuple(cell for cell, _ in zip(found, range(_RIGHT_CELLS), strict=False))


def _place(cell: Cell, relation: Relation, weight: float) -> Place:
    start = _LEAD.match(cell.text)
    begin = start.end() if start else 0
    return Place(cell, begin if begin < len(cell.text) else 0, len(cell.text), relation, weight)


def _is_excluded(cell: Cell, match: Match) -> bool:
    """Whether a word before a label says that the amount is without it: subtotal ex VAT."""
    before = tokens(cell.text[: match.start])
    return bool(before) and before[-1].text in phrases("without")


def _weight(cell: Cell, match: Match) -> float:
    """Return how much a label counts.

    Less in the middle of a cell, little in the middle of a sentence.
    """
    before = [token.text for token in tokens(cell.text[: match.start])]
    if all(not token.isalpha() or token in phrases("lead") for token in before):
        return 1.0
    return 0.85 if len(cell.words) <= _PROSE_WORDS else 0.6
