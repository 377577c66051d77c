"""The figures of a document.

Every number of every row, read by one decimal sign, and the sums that labels name.
"""

from collections.abc import Iterator
from functools import cached_property

from mappers.pdf.anchors import Anchors, Label
from mappers.pdf.layout import Layout, Row
from mappers.pdf.numbers import Number, Sign, decimal_sign, numbers

_SUMS = ("subtotal", "tax", "total", "due", "paid", "rounding", "carried", "previous", "noise")


class Figures:
    """The numbers of a layout by row, and the labels of sums among its cells."""

    def __init__(self, layout: Layout, default: Sign) -> None:
        self.layout = layout
        self.sign: Sign = decimal_sign(
            (word.text for row in layout.rows for word in row.words), default
        )
        self._numbers: dict[int, list[Number]] = {}

    @cached_property
    def sums(self) -> Anchors:
        """The labels of totals: subtotal, tax, total, charge and so on."""
        return Anchors(self.layout, "totals")

    def of(self, row: Row) -> list[Number]:
        """Return the numbers of `row` from left to right."""
        if row.index not in self._numbers:
            self._numbers[row.index] = list(numbers(row.words, self.sign))
        return self._numbers[row.index]

    def of_money(self, row: Row) -> list[Number]:
        """Return the numbers of `row` that are written as amounts."""
        return [number for number in self.of(row) if number.is_money]

    def is_sum(self, row: Row) -> bool:
        """Whether `row` states a sum rather than a thing that was bought."""
        return any(self.sum_labels(row, *_SUMS))

    def sum_labels(self, row: Row, *kinds: str) -> Iterator[Label]:
        """Yield the labels of `kinds` at the beginning of the cells of `row`."""
        for cell in row.cells:
            for label in self.sums.by_cell.get(id(cell), ()):
                if label.kind in kinds and label.weight == 1.0:
                    yield label
